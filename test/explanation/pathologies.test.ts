import assert from 'node:assert/strict';
import { asMarkdown } from '../../src/explanation/markdown';
import { written } from '../../src/explanation/markdownText';
import { explain } from '../../src/explanation/explain';
import type { PatternKind, TaskExplanation } from '../../src/explanation/explanation';
import type { ExplanationFacts } from '../../src/explanation/facts';
import { timeline } from '../../src/explanation/timeline';
import { builtIn } from '../../src/simulator/scenarios/builtIn/all';
import { large } from '../../src/simulator/scenarios/builtIn/large';
import { createSimulator, manualClock } from '../../src/simulator/simulator';
import type { WorkspacePlan } from '../../src/simulator/scenarios/scenario';
import { inEnglish } from '../../src/taskrouter/message';
import { driverOf, still, waiting, worker } from '../simulator/driver';
import { assertConsistent, assertNoContradiction } from './consistent';
import { factsOf, outsideOf } from './simulatedFacts';

type Centre = Awaited<ReturnType<typeof still>>;

interface Row {
  readonly plan?: Partial<WorkspacePlan>;
  readonly scenario?: Parameters<typeof still>[1];
  /** What happens before the page is opened. */
  readonly steps?: (centre: Centre) => Promise<unknown>;
  /** The page may also read the task's call and the alerts. */
  readonly readsOutside?: true;
  readonly headline: RegExp;
  readonly pattern?: PatternKind;
  readonly not?: PatternKind;
  readonly remedy?: RegExp;
  /** The change that would get the task offered, where that is the remedy. */
  readonly change?: RegExp;
}

const workflow = (targets: readonly object[], more: object = {}): Partial<WorkspacePlan> => ({
  workflows: [
    {
      name: 'Calls',
      reservationTimeout: 20,
      configuration: {
        task_routing: {
          filters: [{ filter_friendly_name: 'Any', expression: '1==1', targets }],
          ...more,
        },
      },
    },
  ],
});

const calls = { name: 'Calls', reservationTimeout: 120, filters: [], defaultQueue: 'All' };
const nobody = { workers: [worker('alice', { activity: 'Break' })], tasks: [] };
const create =
  (more: Readonly<Record<string, string>> = {}) =>
  async (centre: Centre) => {
    const { status, json } = await centre.post(`${centre.root}/Tasks`, {
      WorkflowSid: (await centre.list(`${centre.root}/Workflows`, 'workflows'))[0]!.sid,
      TaskChannel: 'voice',
      Attributes: '{}',
      ...more,
    });
    assert.equal(status, 201, JSON.stringify(json));
  };

/** Lets so many offers end in a way. */
const answers = (status: string, count: number) => async (centre: Centre) => {
  for (let i = 0; i < count; i++) {
    const all = await centre.list(`${centre.task}/Reservations`, 'reservations');
    const pending = all.find((one) => one['reservation_status'] === 'pending')!;
    await centre.post(`${centre.task}/Reservations/${pending.sid}`, { ReservationStatus: status });
  }
};

const rows: Readonly<Record<string, Row>> = {
  'a voice task whose call is over, waiting': {
    plan: {
      workers: [worker('alice', { activity: 'Break' })],
      tasks: [waiting({ age: 400, callEnded: 300 })],
    },
    readsOutside: true,
    headline: /^The task is still pending, but its call ended 5 min ago$/,
    pattern: 'stuck voice task',
    remedy: /^Cancel the task/,
  },
  'a voice task whose call is over, assigned': {
    plan: { tasks: [waiting({ age: 400, callEnded: 300 })] },
    steps: answers('accepted', 1),
    readsOutside: true,
    headline: /^The task is still assigned, but its call ended 5 min ago$/,
    pattern: 'stuck voice task',
    remedy: /^Complete the task/,
  },
  'a voice task whose call goes on': {
    steps: answers('accepted', 1),
    readsOutside: true,
    headline: /^Assigned to alice 0 s ago/,
    not: 'stuck voice task',
  },
  'a voice task whose call ended a moment ago': {
    plan: { tasks: [waiting({ age: 400, callEnded: 30 })] },
    steps: answers('accepted', 1),
    readsOutside: true,
    headline: /^Assigned to alice 0 s ago/,
    not: 'stuck voice task',
  },
  'a voice task that is wrapping up: its call is over, as it should be': {
    plan: { tasks: [waiting({ age: 400, callEnded: 300 })] },
    steps: async (centre) => {
      await answers('accepted', 1)(centre);
      const [reservation] = await centre.reservations();
      await centre.post(`${centre.task}/Reservations/${reservation!.sid}`, { ReservationStatus: 'wrapping' });
    },
    readsOutside: true,
    headline: /^Wrapping up/,
    not: 'stuck voice task',
  },
  'a task that is left assigned': {
    steps: async (centre) => {
      await answers('accepted', 1)(centre);
      centre.seconds(13 * 3600);
    },
    headline: /^Assigned to alice 13 h ago/,
    pattern: 'left assigned',
    remedy: /^Complete the task/,
  },
  'a task that is stuck in wrapping': {
    steps: async (centre) => {
      await answers('accepted', 1)(centre);
      await centre.post(await centre.first(), { ReservationStatus: 'wrapping' });
      centre.seconds(2 * 3600);
    },
    headline: /^Wrapping up for 2 h: alice/,
    pattern: 'stuck wrapping',
    remedy: /^Complete the task or its reservation/,
  },
  'a timeout cascade': {
    plan: { ...workflow([{ queue: 'All' }]), workers: ['a', 'b', 'c'].map((name) => worker(name)) },
    steps: (centre) => Promise.resolve(centre.seconds(61)),
    headline: /^Waiting 1 min in All: 3 workers qualify, none is available/,
    pattern: 'timeout cascade',
    remedy: /^Move the workers back.*TimeoutActivity/,
  },
  'a queue that matches nobody': {
    plan: { queues: [{ name: 'All', targetWorkers: "skills HAS 'french'" }] },
    headline: /^Waiting 5 s in All: no worker is in this queue, and none of 2 matches skills HAS 'french'/,
    pattern: 'queue without workers',
    remedy: /TargetWorkersExpression/,
  },
  'HAS on a text in a queue': {
    plan: {
      queues: [{ name: 'All', targetWorkers: "level HAS 'x'" }],
      workers: [worker('alice', { attributes: { level: 'x' } })],
    },
    headline: /^Waiting 5 s in All: no worker is in this queue, and none of 1 matches level HAS 'x'/,
    pattern: 'array operator on a scalar',
    remedy: /as an array, or compare it with ==/,
  },
  'HAS on a text in a target': {
    plan: {
      ...workflow([{ queue: 'All', expression: "worker.contact_uri HAS 'x'" }]),
    },
    headline: /^Waiting 5 s in All: no worker qualifies, none of 2 matches worker\.contact_uri HAS 'x'/,
    pattern: 'array operator on a scalar',
    remedy: /as an array/,
  },
  'a target that matches nobody': {
    plan: { ...workflow([{ queue: 'All', expression: 'worker.level > 3' }]) },
    headline: /^Waiting 5 s in All: no worker qualifies, none of 2 matches worker\.level > 3/,
    pattern: 'target without timeout',
    remedy: /timeout/,
  },
  'a queue without an expression': {
    plan: {
      queues: [{ name: 'All', targetWorkers: '1==1' }],
      workers: [worker('alice', { activity: 'Break' })],
    },
    steps: async ({ list, post, root }) => {
      const [queue] = await list(`${root}/TaskQueues`, 'task_queues');
      await post(`${root}/TaskQueues/${queue!.sid}`, { TargetWorkers: ' ' });
    },
    headline: /^Waiting 5 s in All: the queue has no expression, so no worker is in it/,
    pattern: 'empty target workers',
    remedy: /1==1/,
  },
  'a target that is never reached': {
    plan: { ...workflow([{ queue: 'All' }, { queue: 'All', priority: 5 }]), ...nobody },
    steps: create(),
    headline: /^Waiting 0 s in All: only alice qualifies/,
    pattern: 'unreachable target',
    remedy: /timeout or a skip_if/,
  },
  'a filter that comes too late': {
    plan: {
      ...nobody,
      workflows: [
        {
          name: 'Calls',
          reservationTimeout: 20,
          filters: [
            { name: 'Voice', expression: "channel == 'voice'", queue: 'All' },
            { name: 'Important', expression: 'vip == true', queue: 'All' },
          ],
          defaultQueue: 'All',
        },
      ],
    },
    steps: create({ Attributes: '{"channel":"voice","vip":true}' }),
    headline: /^Waiting 0 s in All/,
    pattern: 'shadowed filter',
    remedy: /more specific filter first/,
  },
  'an attribute with a hyphen': {
    plan: {
      ...nobody,
      ...workflow([{ queue: 'All', expression: 'worker.level > task.skill' }]),
    },
    steps: create({ Attributes: '{"skill-level":3}' }),
    headline: /^Waiting 0 s in All: no worker qualifies/,
    pattern: 'hyphen in a key',
    remedy: /^Rename/,
  },
  'offers that are created and canceled': {
    plan: {
      workflows: [
        {
          name: 'Calls',
          reservationTimeout: 120,
          filters: [],
          defaultQueue: 'All',
          assignment: 'conference',
        },
      ],
      workers: [worker('alice', { phone: 'unregistered' })],
    },
    steps: async ({ clock }) => {
      for (let i = 0; i < 60; i++) clock.advance(1000);
      await Promise.resolve();
    },
    headline: /^\d+ offers in a row were canceled without a worker’s response: check the worker’s device/,
    pattern: 'created and canceled loop',
    remedy: /device is registered/,
  },
  'callbacks that are not answered': {
    steps: async (centre) => {
      const [first] = await centre.list(`${centre.root}/Workflows`, 'workflows');
      await answers('rejected', 1)(centre);
      const body = { AssignmentCallbackUrl: 'https://example.com/callback' };
      await centre.post(`${centre.root}/Workflows/${first!.sid}`, body);
      await answers('rejected', 1)(centre);
      centre.seconds(60);
    },
    headline: /^\d+ offers in a row were canceled .*: the assignment callback may have failed/,
    pattern: 'callback failed',
    remedy: /status 200 within 5 seconds/,
  },
  'callbacks that are not answered, as alerts show': {
    plan: { workflows: [{ ...calls, assignmentCallbackUrl: 'https://example.com/callback' }] },
    steps: (centre) => Promise.resolve(centre.seconds(12)),
    readsOutside: true,
    headline: /^2 offers were canceled because the assignment callback failed with error 11200$/,
    pattern: 'callback failed',
    remedy: /status 200 within 5 seconds/,
  },
  'one callback that was not answered, as an alert shows': {
    plan: {
      workflows: [{ ...calls, assignmentCallbackUrl: 'https://example.com/callback' }],
      workers: [worker('alice', { activity: 'Break' })],
      tasks: [
        waiting({
          age: 60,
          reservations: [{ worker: 'alice', status: 'canceled', age: 30, alert: '11205' }],
        }),
      ],
    },
    readsOutside: true,
    headline: /^The offer was canceled because the assignment callback failed with error 11205$/,
    pattern: 'callback failed',
  },
  'offers that are canceled, and no alert about a callback': {
    plan: {
      workflows: [{ ...calls, assignmentCallbackUrl: 'https://example.com/callback' }],
      workers: [worker('alice', { activity: 'Break' })],
      tasks: [
        waiting({
          age: 60,
          reservations: [50, 40, 30].map((age) => ({ worker: 'alice', status: 'canceled' as const, age })),
        }),
      ],
    },
    readsOutside: true,
    headline: /^Waiting 1 min in All/,
    pattern: 'created and canceled loop',
    not: 'callback failed',
    remedy: /device is registered/,
  },
  'workers who never left the default activity': {
    plan: { ...nobody, workers: [] },
    steps: async (centre) => {
      await create()(centre);
      await centre.post(`${centre.root}/Workers`, { FriendlyName: 'new', Attributes: '{"skills":["all"]}' });
    },
    headline: /^Waiting 0 s in All: only new qualifies\. Unavailable, in Offline/,
    pattern: 'default activity',
    remedy: /ActivitySid/,
  },
  'a channel of capacity 0': {
    plan: { workers: [worker('alice', { capacity: { voice: 0 } })] },
    headline: /^Waiting 5 s in All: only alice qualifies\. The capacity of voice is 0/,
    pattern: 'no capacity',
    remedy: /capacity of the worker’s channel/,
  },
  'a channel that is off': {
    plan: { tasks: [], workers: [worker('alice')] },
    steps: async (centre) => {
      const { sid } = await centre.workerNamed('alice');
      await centre.post(`${centre.root}/Workers/${sid}/Channels/voice`, { Available: 'false' });
      await create()(centre);
    },
    headline: /^Waiting 0 s in All: only alice qualifies\. Channel voice is switched off/,
    pattern: 'channel unavailable',
    remedy: /channel available/,
  },
  'an activity that is not available': {
    plan: { workers: [worker('alice', { activity: 'Break' })] },
    headline: /^Waiting 5 s in All: only alice qualifies\. Unavailable, in Break for/,
    change: /^Move alice from Break to Available$/,
  },
  'a skip_if that never holds': {
    plan: {
      ...workflow([
        { queue: 'All', expression: 'worker.level > 3', skip_if: 'workers.available == 0' },
        { queue: 'All' },
      ]),
      tasks: [],
    },
    steps: create(),
    headline: /^Waiting 0 s in All: no worker qualifies, none of 2 matches worker\.level > 3/,
    pattern: 'skip_if never fires',
    remedy: /1==1/,
  },
  'a task whose own timeout was over': {
    plan: nobody,
    steps: async (centre) => {
      await create({ Timeout: '60' })(centre);
      centre.seconds(90);
    },
    headline: /^Canceled 30 s ago: nobody accepted it within its timeout \(“Task TTL Exceeded”\)/,
    pattern: 'TTL exceeded',
    remedy: /task\.canceled/,
  },
  'a task whose workflow timed out': {
    plan: { ...nobody, ...workflow([{ queue: 'All', timeout: 30 }]) },
    steps: async (centre) => {
      await create()(centre);
      centre.seconds(90);
    },
    headline: /^Canceled 1 min ago: the last target of its workflow timed out, in All/,
    pattern: 'workflow timeout',
    remedy: /last target without timeout/,
  },
  'a task whose workflow timed out, long gone': {
    plan: { ...nobody, ...workflow([{ queue: 'All', timeout: 30 }]) },
    steps: async (centre) => {
      await create()(centre);
      centre.seconds(3600);
    },
    headline: /^Canceled 59 min ago: the last target of its workflow timed out, in All/,
    pattern: 'workflow timeout',
    remedy: /last target without timeout/,
  },
  'a task that no filter matches': {
    plan: {
      ...nobody,
      workflows: [
        { name: 'Calls', reservationTimeout: 20, filters: [{ name: 'A', expression: '1==2', queue: 'All' }] },
      ],
    },
    scenario: { routing: { withoutMatch: 'wait' } },
    steps: create(),
    headline: /^Waiting 0 s in All: no filter of the workflow matches the task/,
    pattern: 'no filter matches',
    remedy: /default_filter/,
  },
  'a task that was offered too often': {
    scenario: { rejectionsBeforeCancel: 3 },
    steps: answers('rejected', 3),
    headline: /^Canceled 0 s ago: it was offered too often/,
    pattern: 'rejected too often',
    remedy: /timeout/,
  },
  'a known worker who is not there': {
    plan: { ...workflow([{ queue: 'All', known_worker_sid: 'task.agent' }]), tasks: [] },
    steps: create({ Attributes: '{"agent":"WKnobody"}' }),
    headline: /^Waiting 0 s in All: the target wants a known worker, and task\.agent is "WKnobody"/,
    pattern: 'known worker missing',
    remedy: /timeout or a skip_if/,
  },
  'a known worker whose attribute is missing': {
    plan: { ...workflow([{ queue: 'All', known_worker_sid: 'task.agent' }]), tasks: [] },
    steps: create(),
    headline: /^Waiting 0 s in All: the target wants a known worker, and task\.agent is missing/,
    pattern: 'known worker missing',
  },
  'a workflow that changed since': {
    plan: { workers: [worker('alice', { activity: 'Break' })] },
    steps: async ({ list, post, root }) => {
      const [first] = await list(`${root}/Workflows`, 'workflows');
      const configuration = String(first!['configuration']);
      await post(`${root}/Workflows/${first!.sid}`, { Configuration: configuration });
    },
    headline: /^Waiting 5 s in All: only alice qualifies/,
    pattern: 'workflow changed',
    remedy: /ReEvaluateTasks=true/,
  },
  'targets that were skipped at once': {
    plan: {
      ...nobody,
      ...workflow([
        { queue: 'All', skip_if: '1==1' },
        { queue: 'All', priority: 3 },
      ]),
    },
    steps: create(),
    headline: /^Waiting 0 s in All: only alice qualifies/,
    pattern: 'skipped target',
    remedy: /skip_if/,
  },
  'nobody is at fault: all are busy': {
    plan: { tasks: [waiting(), waiting(), waiting()] },
    steps: (centre) => Promise.resolve(centre),
    headline: /^Offered to alice, 2 min left; bob is next|^Offered to alice/,
  },
};

async function explained({
  plan,
  scenario,
  steps,
  readsOutside,
}: Row): Promise<TaskExplanation & { facts: ExplanationFacts }> {
  const centre = await still(plan, scenario);
  await steps?.(centre);
  const created = await centre.list(`${centre.root}/Tasks`, 'tasks');
  const told = await centre.list(`${centre.root}/Events?Minutes=100000&EventType=task.created`, 'events');
  const sid =
    created[0]?.sid ?? String((told[0]!['event_data'] as Readonly<Record<string, string>>)['task_sid']);
  const facts = await factsOf(centre, centre.root, sid, centre.clock.now());
  const whole = readsOutside ? { ...facts, outside: await outsideOf(centre.simulator, facts) } : facts;
  return { ...explain(whole), facts: whole };
}

describe('the explanation of what goes wrong in contact centers', () => {
  for (const [name, row] of Object.entries(rows)) {
    it(name, async () => {
      const explanation = await explained(row);
      const { headline, patterns } = explanation;
      assertConsistent(explanation);
      assert.match(inEnglish(headline.message), row.headline);
      assert.ok(inEnglish(headline.message).split(': ').length <= 2, 'one colon in a headline is enough');
      const kinds = patterns.map(({ kind }) => kind);
      if (row.pattern) assert.ok(kinds.includes(row.pattern), kinds.join(', '));
      if (row.not) assert.ok(!kinds.includes(row.not), kinds.join(', '));
      if (row.remedy) assert.match(inEnglish(headline.remedy!), row.remedy, kinds.join(', '));
      const { facts } = explanation;
      const markdown = asMarkdown(facts, explanation, timeline(facts), {
        account: 'Support',
        customerData: true,
      });
      for (const one of patterns) {
        assert.ok(markdown.includes(written(one.claim.message)), `${one.kind} under ${headline.kind}`);
      }
      const changes = explanation.changes.map(({ message }) => inEnglish(message));
      if (row.change) assert.match(changes.join('\n'), row.change);
      for (const { page } of patterns)
        assert.match(page, /^https:\/\/(www\.twilio\.com\/docs|support\.twilio\.com)\//);
    });
  }
});

/** All of them; the compiler knows if one is missing. */
const kinds = {
  'array operator on a scalar': true,
  'callback failed': true,
  'channel unavailable': true,
  'created and canceled loop': true,
  'default activity': true,
  'empty target workers': true,
  'hyphen in a key': true,
  'known worker missing': true,
  'left assigned': true,
  'no capacity': true,
  'no filter matches': true,
  'queue without workers': true,
  'rejected too often': true,
  'shadowed filter': true,
  'skip_if never fires': true,
  'skipped target': true,
  'stuck voice task': true,
  'stuck wrapping': true,
  'target without timeout': true,
  'timeout cascade': true,
  'TTL exceeded': true,
  'unreachable target': true,
  'workflow changed': true,
  'workflow timeout': true,
} satisfies Record<PatternKind, true>;

describe('every known problem', () => {
  for (const kind of Object.keys(kinds))
    it(`is explained here with its remedy: ${kind}`, () => {
      assert.ok(Object.values(rows).some(({ pattern, remedy }) => pattern === kind && remedy));
    });
});

/** What each built-in scenario is about, in its headlines and patterns: of its first open task after two minutes. */
const scenarios: Readonly<Record<string, readonly [headline: RegExp, pattern?: PatternKind]>> = {
  lively: [/^(Waiting|Offered|Assigned)/],
  stuck: [/no worker is in this queue, and none of 2 matches languages HAS "da"/, 'queue without workers'],
  timeouts: [/6 workers qualify, none is available|Offered to/, 'timeout cascade'],
  unregistered: [
    /^\d+ offers in a row were canceled without a worker’s response: check/,
    'created and canceled loop',
  ],
  storm: [/^(Waiting|Offered|Assigned)/],
  large: [/^(Waiting|Offered|Assigned)/],
};

/** The large one with fewer rows, to read them all. */
const scenarioNamed = (name: string) =>
  name === 'large'
    ? large({ tasks: 200, workers: 40, workspaces: 1 })
    : builtIn.find((one) => one.name === name)!;

describe('the explanation of a task of a built-in scenario', () => {
  it('is tried for each of them', () => {
    assert.deepEqual(
      Object.keys(scenarios),
      builtIn.map(({ name }) => name),
    );
  });

  for (const [name, [headline, pattern]] of Object.entries(scenarios)) {
    it(name, async () => {
      const clock = manualClock();
      // Faults would only make reading it slower.
      const calm = { faults: [], concurrency: 100, latency: [0, 0] as [number, number] };
      const scenario = { ...scenarioNamed(name), ...calm };
      const driver = driverOf(createSimulator({ clock, seed: 1, scenario }));
      const [workspace] = await driver.list('/v1/Workspaces', 'workspaces');
      const root = `/v1/Workspaces/${workspace!.sid}`;
      for (let i = 0; i < 120; i++) clock.advance(1000);
      const open = await driver.list(`${root}/Tasks?AssignmentStatus=pending,reserved,assigned`, 'tasks');
      const facts = await factsOf(driver, root, open[0]!.sid, clock.now());
      const explanation = explain(facts);
      assertConsistent(explanation);
      assertNoContradiction(facts, explanation, timeline(facts));
      assert.match(inEnglish(explanation.headline.message), headline);
      const kinds = explanation.patterns.map(({ kind }) => kind);
      if (pattern) assert.ok(kinds.includes(pattern), kinds.join(', '));
      // Its rows are made when they are read, and nothing has happened to them.
      if (name !== 'large') assert.ok(timeline(facts).entries.length > 0);
    });
  }
});

describe('the explanation of a task that TaskRouter never had', () => {
  it('says so', async () => {
    const centre = await still();
    const facts = await factsOf(centre, centre.root, `WT${'0'.repeat(32)}`, centre.clock.now());
    const name = facts.workspace!.friendly_name!;
    assert.ok(name);
    assert.equal(
      inEnglish(explain(facts).headline.message),
      `Task not found in workspace ${name}: it has neither the task nor Events about it`,
    );
  });
});
