import assert from 'node:assert/strict';
import { occupiedFrom } from '../../../src/routing/expressions/scope';
import { documented } from '../../routing/expressionCases';
import type { ExpressionCase, WorkerCase } from '../../routing/expressionCases';
import { exam } from './exam';
import type { Exam, Part } from './exam';

const [caseWorker, caseActivity] = [`WK${'1'.repeat(32)}`, `WA${'a'.repeat(32)}`];

/** The case's result as the API shows it. */
async function ask(at: Exam, [context, text, { task = {}, worker, presence }]: ExpressionCase) {
  const alice = worker && (await create(at, worker));
  const known = JSON.stringify({ text, task })
    .replaceAll(caseWorker, alice?.sid ?? caseWorker)
    .replaceAll(worker?.activity_sid ?? caseActivity, alice?.activitySid ?? caseActivity);
  const { text: expression, task: attributes } = JSON.parse(known) as { text: string; task: Part };
  switch (context) {
    case 'filter':
      return matchesFilter(at, expression, attributes);
    case 'target':
      return isOffered(at, expression, attributes);
    case 'skip_if':
      return isSkipped(at, expression, presence!);
    case 'queue': {
      const { status, json } = await at.send('TaskQueues', { FriendlyName: 'Q', TargetWorkers: expression });
      if (status !== 201) return refused(status, json);
      return (await at.list(`Workers?TaskQueueSid=${String(json['sid'])}`, 'workers')).length > 0;
    }
    case 'workerList': {
      const matching = await at.matching(expression);
      return /^400 20001/.test(matching) ? 'error' : matching !== '';
    }
    case 'taskList': {
      await at.task(await at.targets({ queue: await at.queue('1==2') }), attributes);
      const query = `EvaluateTaskAttributes=${encodeURIComponent(expression)}`;
      return (await at.list(`Tasks?${query}`, 'tasks')).length > 0;
    }
  }
}

const refused = (status: number, json: Part) => {
  assert.deepEqual([status, json['code']], [400, 20001]);
  return 'error' as const;
};

async function create(at: Exam, worker: WorkerCase) {
  const name = worker.activity_name ?? (worker.activity_sid ? 'Special' : 'Available');
  const [present] = await at.list(`Activities?FriendlyName=${encodeURIComponent(name)}`, 'activities');
  const activitySid =
    present?.sid ??
    String((await at.send('Activities', { FriendlyName: name, Available: 'true' })).json['sid']);
  const sid = await at.worker('alice', worker.attributes ?? {}, activitySid);
  for (const [channel, load] of Object.entries(worker.channel ?? {})) {
    const {
      configured_capacity: capacity,
      assigned_tasks: accepted,
      available_capacity_percentage: free,
    } = load;
    await at.send(`Workers/${sid}/Channels/${channel}`, { Capacity: String(capacity) });
    const workflow = await at.targets({ queue: await at.queue('1==2') });
    for (let i = 0; i < occupiedFrom(capacity, free); i++) {
      const task = await at.task(workflow, {}, { TaskChannel: channel, RoutingTarget: sid });
      if (i < accepted) await at.answer(task, 'alice', { ReservationStatus: 'accepted' });
    }
    const row = await at.get(`Workers/${sid}/Channels/${channel}`);
    for (const [field, value] of Object.entries(load)) assert.equal(row[field], value, field);
  }
  return { sid, activitySid };
}

async function matchesFilter(at: Exam, expression: string, attributes: Part) {
  const [yes, no] = [await at.queue('1==2'), await at.queue('1==2')];
  const routing = { filters: [{ expression, targets: [{ queue: yes }] }], default_filter: { queue: no } };
  const { status, json } = await at.send('Workflows', {
    FriendlyName: 'W',
    Configuration: JSON.stringify({ task_routing: routing }),
  });
  if (status !== 201) return refused(status, json);
  return (await at.state(await at.task(String(json['sid']), attributes))) === `pending in ${yes}`;
}

async function isOffered(at: Exam, expression: string, attributes: Part) {
  const targets = [{ queue: await at.queue(), expression }];
  const { status, json } = await at.send('Workflows', {
    FriendlyName: 'W',
    Configuration: JSON.stringify({ task_routing: { filters: [{ expression: '1==1', targets }] } }),
  });
  if (status !== 201) return refused(status, json);
  // Of a channel that no case is about, so that capacity decides nothing.
  return (await at.offers(await at.task(String(json['sid']), attributes, { TaskChannel: 'sms' }))) !== '';
}

async function isSkipped(
  at: Exam,
  expression: string,
  { available, unavailable, ...others }: Readonly<Record<string, number>>,
) {
  let text = expression;
  const add = async (count: number, activity: string) => {
    for (let i = 0; i < count; i++) await at.worker(`${activity} ${i}`, {}, activity);
  };
  let elsewhere = 0;
  for (const [name, count] of Object.entries(others)) {
    const { json } = await at.send('Activities', { FriendlyName: name, Available: 'true' });
    text = text.replaceAll(name, String(json['sid']));
    await add(count, String(json['sid']));
    elsewhere += count;
  }
  await add(available! - elsewhere, at.activity('Available'));
  await add(unavailable!, at.activity('Offline'));
  const [first, second] = [await at.queue(), await at.queue('1==2')];
  const workflow = await at.targets({ queue: first, expression: '1==2', skip_if: text }, { queue: second });
  return (await at.state(await at.task(workflow))) === `pending in ${second}`;
}

describe('Expressions in the simulator have the result that Twilio documents', () => {
  for (const row of documented) {
    const [context, text, given, expected, page] = row;
    it(`${context}: ${text} with ${JSON.stringify(given)} is ${expected} (${page})`, async () =>
      assert.equal(await ask(await exam(), row), expected));
  }
});
