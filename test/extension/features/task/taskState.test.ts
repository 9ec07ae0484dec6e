import { strict as assert } from 'node:assert';
import type { PatternKind } from '../../../../src/explanation/explanation';
import type { ExplanationFacts, Part } from '../../../../src/explanation/facts';
import { parts } from '../../../../src/explanation/facts';
import { timeline } from '../../../../src/explanation/timeline';
import { explainWorker } from '../../../../src/explanation/worker';
import type { Scenario } from '../../../../src/simulator/simulator';
import { explain } from '../../../../src/explanation/explain';
import type { TaskModel } from '../../../../src/extension/features/task/taskState';
import { taskState } from '../../../../src/extension/features/task/taskState';
import { workerState } from '../../../../src/extension/features/task/workerState';
import { message } from '../../../../src/taskrouter/message';
import * as resources from '../../../../src/taskrouter/resources';
import type { TaskState } from '../../../../src/webview/task/protocol';
import { driverOf } from '../../../simulator/driver';
import { center } from './center';
import { changeable } from './changes';
import type { Stage } from './taskStage';
import { stage } from './taskStage';

/** What the page of a task shows once everything has been read. */
async function read(on: Stage, taskSid: string) {
  const reads = on.reads(taskSid);
  await reads.readForHeadline();
  await reads.readDetails();
  const facts = reads.facts();
  const model: TaskModel = {
    account: on.accounts.get(on.accountId)!,
    taskSid,
    pinned: false,
    reading: false,
    facts,
    explanation: explain(facts),
    actions: [],
    seen: new Set(),
    requestedCapacities: new Set<string>(),
    requests: [],
  };
  return { reads, model, state: taskState(model) };
}

describe('what the page of a task shows', () => {
  it('names the workspace and the account that do not have the task', async () => {
    const on = await stage(center(2, 0));
    const { state, model } = await read(on, `WT${'9'.repeat(32)}`);
    assert.match(state.headline!.text, /^Task not found in workspace Desk:/);
    assert.deepEqual(
      state.subject.facts.map(({ text }) => text),
      [`Desk · ${model.account.name}`],
    );
  });

  const kinds = ({ workers }: TaskState) =>
    Object.fromEntries(workers!.groups.map(({ kind, rows }) => [kind, rows.length]));

  it('counts as workers of a queue only those who are in it, also once all were read', async () => {
    const on = await stage(changeable());
    const taskSid = await on.taskNamed('Rosa Hazel');
    const { state } = await read(on, taskSid);
    const inQueue = { next: 0, wouldQualify: 0, unknownCapacity: 2, notQualified: 0 };
    assert.deepEqual(kinds(state), { ...inQueue, notInQueue: 0 });
    assert.equal(state.workers!.othersUnread, true);
    // As the tree does.
    const { accountId, workspaceSid } = on;
    await on.store.all({ accountId, collection: resources.workers, parents: [workspaceSid] });
    const { state: after } = await read(on, taskSid);
    assert.deepEqual(kinds(after), { ...inQueue, notInQueue: 1 });
    assert.equal(after.workers!.othersUnread, false);
  });

  it('has nobody among the workers of a queue that is empty', async () => {
    const on = await stage(center(3, 0, 'team == "sales"'));
    const { state } = await read(on, await on.taskNamed('Rosa Hazel'));
    assert.match(state.headline!.text, /no worker is in this queue/);
    const empty = { next: 0, wouldQualify: 0, unknownCapacity: 0, notQualified: 0 };
    assert.deepEqual(kinds(state), { ...empty, notInQueue: 3 });
  });

  it('offers to switch reading of alerts on where they would say more, and it is off', async () => {
    const on = await stage(center(2, 0));
    const { model } = await read(on, await on.taskNamed('Rosa Hazel'));
    const pattern = (kind: PatternKind) => ({
      kind,
      claim: { message: message('It happened.'), certainty: 'certain' as const, because: [] },
      remedy: message('Do this.'),
      page: 'https://www.twilio.com/docs',
    });
    const patterns = (['callback failed', 'created and canceled loop', 'no capacity'] as const).map(pattern);
    const explanation = { ...model.explanation!, patterns };
    for (const isOn of [false, true]) {
      const account = { ...model.account, readsCallsAndAlerts: isOn };
      const shown = taskState({ ...model, account, explanation }).patterns;
      assert.deepEqual(
        shown.map(({ alertsAreOff }) => alertsAreOff !== undefined),
        [!isOn, !isOn, false],
      );
    }
  });

  for (const withEvents of [true, false])
    it(`keeps what was last read of a task that is deleted while its page is open, ${withEvents ? 'with' : 'without'} an Event of that`, async () => {
      const on = await stage(center(2, 0));
      const taskSid = await on.taskNamed('Rosa Hazel');
      const { reads, state: before, model } = await read(on, taskSid);
      const root = `/v1/Workspaces/${on.workspaceSid}`;
      const { status } = await driverOf(on.simulator).send('DELETE', `${root}/Tasks/${taskSid}`);
      assert.equal(status, 204);
      await reads.refresh();
      const all = reads.facts();
      const events = all.events!.filter(({ event_type: type }) => withEvents || type !== 'task.deleted');
      const facts = { ...all, events };
      const after = taskState({ ...model, facts, explanation: explain(facts) });
      assert.equal(after.subject.title, 'Rosa Hazel');
      assert.equal(after.attributes, before.attributes);
      for (const field of before.fields)
        assert.ok(
          after.fields.some(([name, value]) => name === field[0] && value === field[1]),
          field[0],
        );
      assert.equal(after.subject.facts[0]!.text, 'deleted');
      assert.match(
        after.headline!.text,
        withEvents ? /^Deleted .* ago through the API$/ : /deleted within the last/,
      );
    });

  for (const reason of ['permission', 'not found', 'malformed SID', 'failed'] as const)
    it(`says once what was not read: ${reason}`, async () => {
      const on = await stage(center(2, 1));
      const { model } = await read(on, await on.taskNamed('Rosa Hazel'));
      for (const part of parts) {
        const other: Part = part === 'reservations' ? 'workerReservations' : 'reservations';
        const facts: ExplanationFacts = {
          ...model.facts,
          unread: [part, other].map((one) => ({ part: one, reason })),
          incomplete: [{ part, unreadable: 2, isCutShort: true }],
          outdated: [part],
        };
        const task = { ...model, facts, explanation: explain(facts), timeline: timeline(facts) };
        assertNoNoteTwice(taskState(task), part);
        const workerFacts = { ...facts, workerSid: facts.workers[0]!.sid, workflows: [facts.workflow!] };
        const worker = { ...model, facts: workerFacts, explanation: explainWorker(workerFacts), leftOut: 0 };
        assertNoNoteTwice(workerState(worker), part);
      }
    });

  for (const name of ['Rosa Hazel', 'Call 0', 'Omar Cedar'])
    it(`names the queues in the workflow of ${name}, on the first page that is opened`, async () => {
      const on = await stage(withOtherFilter(center(2, 1)));
      const { state } = await read(on, await on.taskNamed(name));
      const { filters } = state.workflow!;
      assert.deepEqual(
        filters.map(({ targets }) => targets.map(({ queue }) => queue)),
        [['Nobody'], ['Everyone']],
      );
    });
});

/** What the page says is not known stands in one place of it, beside what the reader needs it for. */
function assertNoNoteTwice({ headline, notes, timeline: story, ...state }: TaskState, part: Part): void {
  const places = [headline?.because ?? [], notes, story?.notes ?? [], state.workers?.order.because ?? []];
  const all = places.flat();
  assert.deepEqual(all, [...new Set(all)], part);
  assert.ok(all.length >= 2, part);
}

/** With a filter that matches no task, and a queue that has none. */
function withOtherFilter(scenario: Scenario): Scenario {
  const [workspace] = scenario.workspaces;
  const queues = [...workspace!.queues, { name: 'Nobody', targetWorkers: 'team == "none"' }];
  const filters = [{ name: 'Other', expression: 'kind == "other"', targets: [{ queue: 'Nobody' }] }];
  const workflows = workspace!.workflows.map((one) => ({ ...one, filters }));
  return { ...scenario, workspaces: [{ ...workspace!, queues, workflows }] };
}
