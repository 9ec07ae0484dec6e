import { strict as assert } from 'node:assert';
import { explain } from '../../../../src/explanation/explain';
import { TaskReads } from '../../../../src/extension/features/task/taskReads';
import { changesIn } from '../../../../src/extension/features/task/taskEvents';
import type { Scenario } from '../../../../src/simulator/simulator';
import * as resources from '../../../../src/taskrouter/resources';
import type { TestWindow, Wire } from '../../window';
import { clientOf, openWindow, refusal, workspaceOf } from '../../window';
import { center } from './center';

interface Stage extends TestWindow {
  readonly accountId: string;
  readonly workspaceSid: string;
  taskNamed(name: string): Promise<string>;
  reads(taskSid: string): TaskReads;
  /** Reads what the tree shows, and so holds. */
  browse(): Promise<void>;
  /** The paths of what left since the last call, without the workspace. */
  paths(): string[];
}

async function stage(scenario: Scenario): Promise<Stage> {
  const window = openWindow({ scenario });
  const { id: accountId } = await window.signIn();
  const workspaceSid = await workspaceOf(window.simulator);
  let seen = window.sent.length;
  return Object.assign(window, {
    accountId,
    workspaceSid,
    async taskNamed(name: string) {
      for await (const { rows } of clientOf(window.simulator).pages(resources.tasks, [workspaceSid]))
        for (const row of rows) if (String(row['attributes']).includes(`"${name}"`)) return row.sid;
      return assert.fail(`No task is called ${name}.`);
    },
    reads: (taskSid: string) =>
      new TaskReads(
        { store: window.store, clock: window.clock, skew: () => 0 },
        { accountId, workspaceSid, taskSid },
      ),
    async browse() {
      await window.store.refresh({ accountId, collection: resources.workspaces, parents: [] });
      await window.store.refresh({ accountId, collection: resources.tasks, parents: [workspaceSid] });
    },
    paths() {
      const paths = window.sent.slice(seen).map(({ path }) => path);
      seen = window.sent.length;
      return paths.map((path) =>
        path.replace(`/v1/Workspaces/${workspaceSid}`, '').replace(/WT\w{32}/g, 'WT'),
      );
    },
  });
}

const refuse =
  (part: RegExp, status = 403): Wire =>
  ({ url }, pass) =>
    part.test(url.pathname) ? Promise.resolve(refusal(status, 20003, 'Permission Denied')) : pass();

describe('reading what explains a task', () => {
  it('takes at most 12 requests until the headline among 5,000 workers of one queue', async () => {
    const on = await stage(center(5000, 0));
    const reads = on.reads(await on.taskNamed('Rosa Hazel'));
    on.paths();
    await reads.readForHeadline();
    const paths = on.paths();
    assert.ok(reads.isReady);
    assert.ok(paths.length <= 12, `${paths.length}: ${paths.join('\n')}`);
    assert.equal(paths.filter((path) => path.startsWith('/Workers?TaskQueueSid=')).length, 5);
    assert.equal(reads.facts().workers.length, 5000);
    assert.equal(explain(reads.facts()).headline.kind, 'none available');
  });

  it('reads nothing before the headline that the store has', async () => {
    const on = await stage(center(20, 0));
    const taskSid = await on.taskNamed('Rosa Hazel');
    await on.browse();
    const first = on.reads(taskSid);
    await first.readForHeadline();
    await first.readDetails();
    // As the poller does.
    on.store.hold(on.accountId, [first.facts().workflow!.sid]);
    first.dispose();
    on.paths();
    const again = on.reads(taskSid);
    await again.readForHeadline();
    assert.ok(again.isReady);
    assert.deepEqual(on.paths(), []);
  });

  it('is ready for a headline within 300 ms where the store has everything', async () => {
    const on = await stage(center(5000, 0));
    const taskSid = await on.taskNamed('Rosa Hazel');
    await on.reads(taskSid).readForHeadline();
    const before = process.cpuUsage();
    const reads = on.reads(taskSid);
    await reads.readForHeadline();
    assert.equal(explain(reads.facts()).headline.kind, 'none available');
    // Not the time on the wall: other programs run beside this.
    const milliseconds = process.cpuUsage(before).user / 1000;
    assert.ok(milliseconds < 300, `${milliseconds} ms`);
  });

  it('reads no workers for a task that is over', async () => {
    const on = await stage(center(20, 0));
    const reads = on.reads(await on.taskNamed('Omar Cedar'));
    on.paths();
    await reads.readForHeadline();
    await reads.readDetails();
    assert.ok(reads.isReady);
    assert.deepEqual(
      on.paths().filter((path) => path.startsWith('/Workers') || path.startsWith('/Tasks?')),
      [],
    );
  });

  it('reads only the Events of a task that no longer exists', async () => {
    const on = await stage(center(20, 0));
    const reads = on.reads(`WT${'9'.repeat(32)}`);
    on.paths();
    await reads.readForHeadline();
    await reads.readDetails();
    assert.ok(reads.isReady);
    assert.equal(reads.failure, undefined);
    assert.deepEqual(
      on.paths().map((path) => path.replace(/\?.*/, '')),
      ['/Tasks/WT', '', '/Events'],
    );
    assert.equal(reads.facts().task, undefined);
  });

  it('reads the workers of the workspace once the queue has none', async () => {
    const on = await stage(center(20, 0, 'team == "sales"'));
    const reads = on.reads(await on.taskNamed('Rosa Hazel'));
    await reads.readForHeadline();
    assert.equal(reads.facts().workers.length, 0);
    await reads.readDetails();
    assert.equal(reads.facts().workers.length, 20);
    assert.equal(reads.facts().hasAllWorkers, true);
  });

  it('reads the capacity of 20 workers unasked, and of those the user sees', async () => {
    const on = await stage(center(40, 30));
    const reads = on.reads(await on.taskNamed('Rosa Hazel'));
    await reads.readForHeadline();
    const workers = reads.facts().workers.map(({ sid }) => sid);
    on.paths();
    await reads.readCapacities(workers);
    assert.equal(on.paths().length, 20);
    await reads.readCapacities(workers);
    assert.equal(on.paths().length, 0);
    await reads.readCapacities(workers.slice(20, 25), true);
    assert.equal(on.paths().length, 5);
    assert.equal(Object.keys(reads.facts().workerChannels).length, 25);
  });

  it('finds the tasks that take up the channel of a worker', async () => {
    const on = await stage(center(3, 1));
    const reads = on.reads(await on.taskNamed('Rosa Hazel'));
    await reads.readForHeadline();
    const { sid } = reads.facts().workers.find(({ friendly_name: name }) => name === 'Worker 0')!;
    await reads.readHolders([sid]);
    const [reservation] = reads.facts().workerReservations[sid]!;
    assert.equal(reservation?.task_sid, await on.taskNamed('Call 0'));
  });

  for (const [part, path] of [
    ['task', /\/Tasks\/WT\w+$/],
    ['workspace', /\/Workspaces\/WS\w+$/],
    ['workflow', /\/Workflows\/WW\w+$/],
    ['queues', /\/TaskQueues$/],
    ['workers', /\/Workers$/],
    ['reservations', /\/Tasks\/WT\w+\/Reservations$/],
    ['waitingTasks', /\/Tasks$/],
    ['events', /\/Events$/],
    ['activities', /\/Activities$/],
    ['taskChannels', /\/TaskChannels$/],
  ] as const) {
    it(`takes a missing permission for ${part} as a fact`, async () => {
      const on = await stage(center(3, 0));
      const taskSid = await on.taskNamed('Rosa Hazel');
      on.wire = refuse(path);
      const reads = on.reads(taskSid);
      await reads.readForHeadline();
      await reads.readDetails();
      assert.ok(reads.isReady);
      assert.deepEqual(reads.facts().unread, [{ part, reason: 'permission' }]);
      explain(reads.facts());
    });
  }

  it('reads after an Event only what it is about', async () => {
    const on = await stage(center(20, 0));
    const taskSid = await on.taskNamed('Rosa Hazel');
    const reads = on.reads(taskSid);
    await reads.readForHeadline();
    await reads.readDetails();
    const [worker] = reads.facts().workers;
    on.paths();
    const none = { task: false, workflow: false, waitingTasks: false, workers: [], busyWorkers: [] };
    await reads.readChanges(none, on.clock.now());
    assert.deepEqual(on.paths(), []);
    await reads.readChanges({ ...none, workers: [worker!.sid, `WK${'f'.repeat(32)}`] }, on.clock.now());
    assert.deepEqual(on.paths(), [`/Workers/${worker!.sid}`]);
    await reads.readChanges({ ...none, task: true }, on.clock.now());
    assert.deepEqual(
      on.paths().map((path) => path.replace(/\?.*/, '')),
      ['/Tasks/WT', '/Tasks/WT/Reservations', '/Events'],
    );
  });

  it('leaves most of the request limit to the views: it reads few of many changes at a time', async () => {
    const on = await stage(center(20, 8));
    const reads = on.reads(await on.taskNamed('Rosa Hazel'));
    await reads.readForHeadline();
    await reads.readDetails();
    const workers = reads
      .facts()
      .workers.slice(0, 8)
      .map(({ sid }) => sid);
    await reads.readCapacities(workers);
    on.paths();
    const none = { task: false, workflow: false, waitingTasks: false, workers: [], busyWorkers: [] };
    const count = async (changes = {}) => {
      await reads.readChanges({ ...none, ...changes }, on.clock.now());
      return on.paths().length;
    };
    assert.equal(await count({ waitingTasks: true, workers, busyWorkers: workers }), 7);
    assert.equal(await count({ waitingTasks: true }), 6);
    assert.equal(await count(), 4);
    assert.equal(await count(), 0);
    on.clock.advance(31_000);
    assert.equal(await count(), 1);
    assert.equal(await count(), 0);
  });

  it('counts as up to date what Events report no change of', async () => {
    const on = await stage(center(3, 0));
    const reads = on.reads(await on.taskNamed('Rosa Hazel'));
    await reads.readForHeadline();
    await reads.readDetails();
    const before = reads.facts().readAt;
    on.clock.advance(120_000);
    assert.equal(reads.facts().readAt, before);
    const none = { task: false, workflow: false, waitingTasks: false, workers: [], busyWorkers: [] };
    await reads.readChanges(none, on.clock.now());
    assert.equal(reads.facts().readAt, on.clock.now());
  });
});

describe('what Events say has changed about a task', () => {
  const [task, other, worker, workflow] = ['WT1', 'WT2', 'WK1', 'WW1'];
  const event = (type: string, sid: string, more: { taskSid?: string; workerSid?: string } = {}) => ({
    at: 0,
    type,
    about: type.split('.')[0] as 'task',
    sid,
    ...more,
  });
  const changes = (...events: ReturnType<typeof event>[]) => changesIn(events, task, workflow);
  const nothing = { task: false, workflow: false, waitingTasks: false, workers: [], busyWorkers: [] };

  it('is nothing without Events', () => assert.deepEqual(changes(), nothing));
  it('is the task, for its own Events', () =>
    assert.deepEqual(changes(event('task.updated', task)), { ...nothing, task: true, waitingTasks: true }));
  it('is only which tasks wait, for those of another', () =>
    assert.deepEqual(changes(event('task.created', other)), { ...nothing, waitingTasks: true }));
  it('is the task and its worker, for its reservation', () =>
    assert.deepEqual(changes(event('reservation.rejected', 'WR1', { taskSid: task, workerSid: worker })), {
      ...nothing,
      task: true,
      waitingTasks: true,
      workers: [worker],
      busyWorkers: [worker],
    }));
  it('is a worker, for their activity', () =>
    assert.deepEqual(changes(event('worker.activity.update', worker)), { ...nothing, workers: [worker] }));
  it('is the workflow, for its own Events only', () => {
    assert.deepEqual(changes(event('workflow.updated', workflow)), { ...nothing, workflow: true });
    assert.deepEqual(changes(event('workflow.updated', 'WW2')), nothing);
  });
});
