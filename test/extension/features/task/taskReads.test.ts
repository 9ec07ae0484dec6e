import { strict as assert } from 'node:assert';
import { explain } from '../../../../src/explanation/explain';
import type { EventReads } from '../../../../src/extension/data/workspaceEvents';
import { WorkspaceEvents } from '../../../../src/extension/data/workspaceEvents';
import type { PageChanges } from '../../../../src/extension/features/task/pageChanges';
import { changesIn, noChanges } from '../../../../src/extension/features/task/pageChanges';
import { inEnglish } from '../../../../src/taskrouter/message';
import * as resources from '../../../../src/taskrouter/resources';
import type { Wire } from '../../window';
import { clientOf, refusal } from '../../window';
import { large } from '../../../../src/simulator/scenarios/builtIn/large';
import { center } from './center';
import { stage } from './taskStage';

const refuse =
  (part: RegExp, status = 403): Wire =>
  ({ url }, pass) =>
    part.test(url.pathname) ? Promise.resolve(refusal(status, 20003, 'Permission Denied')) : pass();

const sid = (prefix: string, digit: string) => prefix + digit.repeat(32);

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

  it('takes at most 12 requests until the headline where many thousands of tasks wait, and says what that leaves open', async () => {
    const on = await stage(large({ tasks: 20_000, workers: 5000, workspaces: 1 }));
    const client = clientOf(on.simulator);
    const { rows } = await client.list(resources.tasks, [on.workspaceSid], { assignmentStatus: ['pending'] });
    const reads = on.reads(rows.at(-1)!.sid);
    on.paths();
    await reads.readForHeadline();
    const paths = on.paths();
    assert.ok(reads.isReady);
    assert.ok(paths.length <= 12, `${paths.length}: ${paths.join('\n')}`);
    const facts = reads.facts();
    assert.equal(facts.waitingTasks!.length, 1000);
    assert.deepEqual(facts.incomplete, [{ part: 'waitingTasks', unreadable: 0, isCutShort: true }]);
    const { headline, changes } = explain(facts);
    assert.doesNotMatch(headline.because.map(inEnglish).join(' '), /waiting tasks/);
    for (const { because } of changes)
      assert.match(because.map(inEnglish).join(' '), /The list of waiting tasks is incomplete/);
    await reads.readDetails();
    await reads.refresh();
    const pages = on.paths().filter((path) => path.startsWith('/Tasks?'));
    assert.ok(pages.length <= 2, pages.join('\n'));
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

  for (const workflowSid of ['', 'WW1', `WT${'1'.repeat(32)}`, null, undefined, 7]) {
    it(`goes on without the workflow when the task’s becomes ${JSON.stringify(workflowSid)}`, async () => {
      const on = await stage(center(20, 0));
      const taskSid = await on.taskNamed('Rosa Hazel');
      const reads = on.reads(taskSid);
      await reads.readForHeadline();
      const task = on.store.row(on.accountId, taskSid)!;
      on.store.put(on.store.begin(on.accountId), { ...task, workflow_sid: workflowSid });
      on.clock.advance(3_600_000);
      await reads.readChanges({ ...noChanges, parts: new Set(['workflow']) }, undefined);
      await reads.refresh();
      await reads.readDetails();
      assert.ok(reads.isReady);
    });
  }

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
    await reads.candidates.readCapacities(workers);
    assert.equal(on.paths().length, 20);
    await reads.candidates.readCapacities(workers);
    assert.equal(on.paths().length, 0);
    await reads.candidates.readCapacities(workers.slice(20, 25), { isSeen: true });
    assert.equal(on.paths().length, 5);
    assert.equal(reads.facts().workerChannels.size, 25);
  });

  it('finds the tasks that take up the channel of a worker', async () => {
    const on = await stage(center(3, 1));
    const reads = on.reads(await on.taskNamed('Rosa Hazel'));
    await reads.readForHeadline();
    const { sid } = reads.facts().workers.find(({ friendly_name: name }) => name === 'Worker 0')!;
    await reads.candidates.readHolders([sid]);
    const [reservation] = reads.facts().workerReservations.get(sid)!;
    assert.equal(reservation?.task_sid, await on.taskNamed('Call 0'));
  });

  it('suggests no activity that an open offer has just changed, where workers have one task at a time', async () => {
    const scenario = center(3, 0);
    const [desk] = scenario.workspaces;
    const reserved = { name: 'Reserved', available: false };
    const queues = desk!.queues.map((one) => ({ ...one, reservationActivity: 'Reserved' }));
    const workers = desk!.workers.map((one, i) => ({ ...one, activity: i === 0 ? 'Available' : 'Break' }));
    const single = {
      ...desk!,
      multitasking: false,
      activities: [...desk!.activities, reserved],
      queues,
      workers: workers.slice(0, 2),
      tasks: [{ ...desk!.tasks[0]!, attributes: { name: 'First' }, age: 700 }, desk!.tasks[0]!],
    };
    const on = await stage({ ...scenario, workspaces: [single] });
    const reads = on.reads(await on.taskNamed('Rosa Hazel'));
    await reads.readForHeadline();
    await reads.readDetails();
    const explanation = () => explain(reads.facts());
    await reads.candidates.read(explanation(), () => Promise.resolve(explanation()));
    assert.deepEqual(
      explanation().workers!.wouldQualify.map(({ name, activity }) => [name, activity]),
      [
        ['Worker 0', 'Reserved'],
        ['Worker 1', 'Break'],
      ],
    );
    assert.deepEqual(
      explanation().changes.map(({ message, certainty }) => [inEnglish(message), certainty]),
      [['Move Worker 1 from Break to Available', 'certain']],
    );
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

  it('reads after an Event only what it is about, and the task itself', async () => {
    const on = await stage(center(20, 0));
    const taskSid = await on.taskNamed('Rosa Hazel');
    const reads = on.reads(taskSid);
    await reads.readForHeadline();
    await reads.readDetails();
    const [worker] = reads.facts().workers;
    on.paths();
    const read = (changes: Partial<PageChanges>) =>
      reads.readChanges({ ...noChanges, ...changes }, covered(on));
    await read({});
    assert.deepEqual(on.paths(), ['/Tasks/WT']);
    await read({ workers: new Set([worker!.sid, `WK${'f'.repeat(32)}`]) });
    assert.deepEqual(on.paths(), ['/Tasks/WT', `/Workers/${worker!.sid}`]);
    await read({ parts: new Set(['task', 'reservations', 'events']) });
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
    const sids = reads
      .facts()
      .workers.slice(0, 8)
      .map(({ sid }) => sid);
    await reads.candidates.readCapacities(sids);
    on.paths();
    const workers = new Set(sids);
    const from = on.clock.now();
    const count = async (changes: Partial<PageChanges> = {}) => {
      await reads.readChanges({ ...noChanges, ...changes }, { from, to: on.clock.now() });
      return on.paths().filter((path) => path !== '/Tasks/WT').length;
    };
    const parts = new Set(['waitingTasks'] as const);
    assert.equal(await count({ ...noChanges, parts, workers, busyWorkers: workers }), 7);
    assert.equal(await count({ parts }), 6);
    assert.equal(await count(), 4);
    assert.equal(await count(), 0);
    on.clock.advance(31_000);
    assert.equal(await count(), 1);
    assert.equal(await count(), 0);
  });

  it('reads once who was offered a task last, then follows Events, and does not count on it after a gap', async () => {
    const on = await stage(center(3, 0));
    const reads = on.reads(await on.taskNamed('Rosa Hazel'));
    await reads.readForHeadline();
    on.paths();
    await reads.readOffers();
    await reads.readOffers();
    assert.equal(on.paths().filter((path) => path.includes('EventType=reservation.created')).length, 1);
    assert.deepEqual([...reads.facts().offeredAt!], []);
    const worker = sid('WK', '1');
    const from = on.clock.now();
    on.clock.advance(60_000);
    const created = {
      type: 'reservation.created',
      about: 'reservation',
      sid: sid('WR', '1'),
      workerSid: worker,
    } as const;
    const at = on.clock.now();
    const changes = changesIn(
      [
        { ...created, at },
        { ...created, at: at - 1 },
      ],
      { workflowSid: undefined },
    );
    await reads.readChanges(changes, { from: from - 1000, to: at });
    assert.deepEqual([...reads.facts().offeredAt!], [[worker, at]]);
    on.wire = refuse(/Events/, 503);
    on.clock.advance(3_600_000);
    await reads.readChanges(noChanges, { from: on.clock.now(), to: on.clock.now() });
    assert.deepEqual([...reads.facts().offeredAt!], []);
  });

  it('counts as up to date what Events report no change of', async () => {
    const on = await stage(center(3, 0));
    const reads = on.reads(await on.taskNamed('Rosa Hazel'));
    const from = on.clock.now();
    await reads.readForHeadline();
    await reads.readDetails();
    const before = reads.facts().readAt;
    on.clock.advance(120_000);
    assert.equal(reads.facts().readAt, before);
    await reads.readChanges(noChanges, { from, to: on.clock.now() });
    assert.equal(reads.facts().readAt, on.clock.now());
  });

  it('reads again what was read before Events were followed, and says until then that it may have changed', async () => {
    const on = await stage(center(3, 0));
    const reads = on.reads(await on.taskNamed('Rosa Hazel'));
    await reads.readForHeadline();
    await reads.readDetails();
    const before = reads.facts().readAt;
    on.clock.advance(120_000);
    const from = on.clock.now();
    on.wire = refuse(/./, 400);
    await reads.readChanges(noChanges, { from, to: from });
    assert.equal(reads.facts().readAt, before);
    assert.ok(reads.facts().outdated!.includes('workers'));
    on.wire = (_, pass) => pass();
    on.clock.advance(31_000);
    await reads.readChanges(noChanges, { from, to: on.clock.now() });
    assert.equal(reads.facts().readAt, on.clock.now());
    assert.deepEqual(reads.facts().outdated, []);
  });

  it('reads again where Events cannot be read, and does not take it as unchanged meanwhile', async () => {
    const on = await stage(center(3, 0));
    const reads = on.reads(await on.taskNamed('Rosa Hazel'));
    await reads.readForHeadline();
    await reads.readDetails();
    const before = reads.facts().readAt;
    on.paths();
    on.clock.advance(20_000);
    await reads.readChanges(noChanges, undefined);
    assert.equal(reads.facts().readAt, before);
    assert.deepEqual(on.paths(), ['/Tasks/WT']);
    on.clock.advance(20_000);
    await reads.readChanges(noChanges, undefined);
    assert.equal(reads.facts().readAt, on.clock.now());
  });

  it('reads the worker whom a task is for, and says that there is none only if TaskRouter does', async () => {
    // In no queue, so that no list of a queue has them.
    const on = await stage(center(3, 0, 'team == "sales"'));
    const client = clientOf(on.simulator);
    const of = [on.workspaceSid];
    const worker = (await client.list(resources.workers, of)).rows.find(
      (row) => row.friendly_name === 'Worker 0',
    );
    const [workflow] = (await client.list(resources.workflows, of)).rows;
    const path = `/v1/Workspaces/${on.workspaceSid}/Tasks`;
    const body = [
      ['WorkflowSid', workflow!.sid],
      ['RoutingTarget', worker!.sid],
      ['TaskChannel', 'voice'],
      ['IgnoreCapacity', 'false'],
    ] as const;
    const { row } = await client.update({ method: 'POST', path, query: [], body });
    const headline = async (wire: Wire) => {
      on.wire = wire;
      on.store.forget(on.accountId);
      const reads = on.reads(row.sid);
      await reads.readForHeadline();
      assert.ok(reads.isReady);
      const { message, certainty } = explain(reads.facts()).headline;
      return [inEnglish(message), certainty].join(', ');
    };
    const isWorker = /\/Workers\/WK\w+$/;
    assert.match(await headline(refuse(isWorker, 400)), /only, who was not read, probable$/);
    assert.match(
      await headline(refuse(isWorker, 404)),
      /only, who is not a worker of this workspace, certain$/,
    );
    const read = await headline((_, pass) => pass());
    assert.match(read, /is for Worker 0 only. Unavailable, in Break .*, certain$/);
  });

  it('does not take a task for gone that the credentials do not allow to read', async () => {
    const on = await stage(center(3, 0));
    const reads = on.reads(await on.taskNamed('Rosa Hazel'));
    on.wire = refuse(/\/Tasks\/WT\w+$|\/Events$/);
    await reads.readForHeadline();
    const { kind, certainty } = explain(reads.facts()).headline;
    assert.deepEqual([kind, certainty], ['unreadable', 'probable']);
  });
});

const covered = (on: { clock: { now(): number } }) => ({ from: on.clock.now(), to: on.clock.now() });

describe('what Events say has changed about a task', () => {
  const [task, other, worker, workflow] = [sid('WT', '1'), sid('WT', '2'), sid('WK', '1'), sid('WW', '1')];
  const own = ['task', 'reservations', 'events'];
  type Expected = readonly [parts: readonly string[], workers?: readonly string[], busy?: readonly string[]];
  const cases: readonly (readonly [type: string, fields: Record<string, string>, ...Expected])[] = [
    ['task.updated', { resource_sid: task }, ['waitingTasks', ...own]],
    ['task.created', { resource_sid: other }, ['waitingTasks']],
    ['task.created', { resource_sid: '' }, ['waitingTasks', ...own]],
    ['task-queue.entered', { resource_sid: task }, ['waitingTasks', ...own]],
    ['task-queue.moved', { resource_sid: sid('WQ', '1'), task_sid: task }, ['waitingTasks', ...own]],
    ['workflow.timeout', { resource_sid: workflow, task_sid: other }, ['waitingTasks']],
    ['reservation.created', { task_sid: other, worker_sid: worker }, ['waitingTasks'], [], [worker]],
    [
      'reservation.rejected',
      { task_sid: task, worker_sid: worker },
      ['waitingTasks', ...own],
      [worker],
      [worker],
    ],
    [
      'reservation.rejected',
      { task_sid: other },
      ['waitingTasks', 'workers', 'workerChannels', 'workerReservations'],
    ],
    ['reservation.failed', { task_sid: other }, ['waitingTasks']],
    ['worker.activity.update', { resource_sid: worker }, [], [worker]],
    ['worker.attributes.update', { resource_sid: worker }, ['workers'], [worker]],
    ['worker.created', { resource_sid: worker }, ['workers'], [worker]],
    ['worker.deleted', { resource_sid: worker }, ['workers'], [worker]],
    ['worker.capacity.update', { resource_sid: worker }, [], [], [worker]],
    ['worker.channel.availability.update', { resource_sid: 'WC1', worker_sid: worker }, [], [], [worker]],
    ['worker.channel.availability.update', { resource_sid: 'WC1' }, ['workerChannels']],
    ['workflow.updated', { resource_sid: workflow }, ['workflow']],
    ['workflow.updated', { resource_sid: '' }, ['workflow']],
    ['workflow.updated', { resource_sid: sid('WW', '2') }, []],
    ['task-queue.expression.updated', { resource_sid: sid('WQ', '1') }, ['queues', 'workers']],
    ['task-queue.updated', { resource_sid: '' }, ['queues', 'workers']],
    ['activity.updated', { resource_sid: sid('WA', '1') }, ['activities', 'workers']],
    ['task-channel.created', { resource_sid: sid('TC', '1') }, ['taskChannels']],
    ['workspace.updated', { resource_sid: sid('WS', '1') }, ['workspace']],
    ['something.else', { resource_sid: '' }, []],
  ];
  for (const [type, { resource_sid, ...data }, parts, workers = [], busy = []] of cases)
    it(`${type} ${JSON.stringify(data)} ${resource_sid?.slice(0, 3) ?? ''}`, async () => {
      const row = { sid: sid('EV', '1'), event_type: type, resource_sid, event_data: data, event_date_ms: 1 };
      const reads = {
        pages: () => [{ rows: [row], unreadable: 0 }],
      } as unknown as EventReads;
      const events = new WorkspaceEvents(sid('WS', '1'));
      events.begin(0);
      const found = (await events.next(reads, new AbortController().signal, 1))!;
      const changes = changesIn(found, { taskSid: task, workflowSid: workflow });
      assert.deepEqual([...changes.parts].sort(), [...parts].sort());
      assert.deepEqual([...changes.workers], workers);
      assert.deepEqual([...changes.busyWorkers], busy);
    });
});
