import { strict as assert } from 'node:assert';
import { inEnglish, message } from '../../src/taskrouter/message';
import type { PreparedUpdate, ShownResource } from '../../src/taskrouter/preparedUpdate';
import { changedFields, forVersion } from '../../src/taskrouter/preparedUpdate';
import type { Collection } from '../../src/taskrouter/resources';
import { tasks, taskStatuses, workerChannels, workers, workspaces } from '../../src/taskrouter/resources';
import {
  cancelTask,
  completeTask,
  deleteTask,
  maxPriority,
  setPriority,
  setVirtualStartTime,
} from '../../src/taskrouter/taskUpdates';
import { createTask } from '../../src/taskrouter/createTask';
import { setActivity, setAvailability, setCapacity } from '../../src/taskrouter/workerUpdates';
import { clientOf, closeServers, json, serve, sidOf, wk, ws, wt } from './loopback';
import { at, oracleAt } from './oracle';

const wa = sidOf('WA', '7');
const names: Readonly<Record<string, string>> = { [wt]: 'Rosa Hazel', [wk]: 'Ada Wren', [wa]: 'Break' };
const nameOf = (sid: string) => names[sid] ?? sid;
const resource = (collection: Collection, sid: string, shown: object): ShownResource => ({
  ...{ collection, sids: [ws, sid], shown: { sid, ...shown }, name: nameOf(sid), nameOf },
});
const task = (status: string, more: object = {}) =>
  resource(tasks, wt, { assignment_status: status, priority: 3, ...more });
const worker = resource(workers, wk, {
  friendly_name: 'Ada Wren',
  activity_name: 'Idle',
  activity_sid: 'WA1',
});

const wc = sidOf('WC', '8');
const channel: ShownResource = {
  ...resource(workerChannels, wc, {
    task_channel_unique_name: 'voice',
    configured_capacity: 1,
    worker_sid: wk,
  }),
  sids: [ws, wk, wc],
};

const questionOf = ({ question }: PreparedUpdate) => inEnglish(question);
const factsOf = ({ facts }: PreparedUpdate) =>
  facts.map(([label, value]) => [inEnglish(label), typeof value === 'string' ? value : inEnglish(value)]);
const described = (update: PreparedUpdate, row: object) =>
  inEnglish(update.describe({ sid: wt, ...row }, message('Twilio')));
const possibleFrom = ({ isPossible }: PreparedUpdate) =>
  taskStatuses.filter((status) => isPossible({ sid: wt, assignment_status: status }));

const reason = `Zoë hung up & left (50% of "x" + y = z)!*'~€😀`;

describe('an update of a task or worker', () => {
  afterEach(closeServers);

  const onTask = ['Workspaces', ws, 'Tasks', wt];
  const start = new Date('2026-01-05T09:08:07.250Z');
  const onChannel = ['Workspaces', ws, 'Workers', wk, 'Channels', wc];
  const onWorker = ['Workspaces', ws, 'Workers', wk];
  for (const [name, update, path, params] of [
    ['cancel', cancelTask(task('pending'), reason), onTask, { assignmentStatus: 'canceled', reason }],
    ['complete', completeTask(task('assigned'), reason), onTask, { assignmentStatus: 'completed', reason }],
    ['priority', setPriority(task('pending'), 0), onTask, { priority: 0 }],
    ['highest priority', setPriority(task('pending'), maxPriority), onTask, { priority: maxPriority }],
    ['virtual start time', setVirtualStartTime(task('pending'), start), onTask, { virtualStartTime: start }],
    ['capacity', setCapacity(channel, 0), onChannel, { capacity: 0 }],
    ['availability', setAvailability(channel, false), onChannel, { available: false }],
    ['activity', setActivity(worker, wa), onWorker, { activitySid: wa }],
    [
      'activity, rejecting',
      setActivity(worker, wa, { rejectPending: true }),
      onWorker,
      { activitySid: wa, rejectPendingReservations: true },
    ],
  ] as const) {
    it(`is sent as npm twilio sends it: ${name}`, async () => {
      const { origin, received } = await serve(json({ sid: path.at(-1) }));
      // The helper knows no If-Match for the channels of a worker.
      for (const ifMatch of path === onChannel ? [undefined] : [undefined, '"4"']) {
        received.length = 0;
        await clientOf(origin).update(forVersion(update, ifMatch).request);
        await at(oracleAt(origin), path).update({ ...params, ...(ifMatch ? { ifMatch } : {}) });
        const [ours, theirs] = received.map(({ method, target, body, headers }) => ({
          ...{ method, target, body, ifMatch: headers['if-match'] },
        }));
        assert.deepEqual(ours, theirs);
      }
    });
  }

  it('deletes as npm twilio does', async () => {
    const { origin, received } = await serve((_received, response) => response.writeHead(204).end());
    const { request } = deleteTask(task('pending'));
    assert.equal((await clientOf(origin).remove(request)).status, 204);
    await oracleAt(origin).workspaces(ws).tasks(wt).remove();
    const [ours, theirs] = received.map(({ method, target, body }) => ({ method, target, body }));
    assert.deepEqual(ours, theirs);
  });

  it('creates as npm twilio does', async () => {
    const { origin, received } = await serve(json({ sid: wt }, 201));
    const workspace = { ...resource(workspaces, ws, {}), sids: [ws] };
    const params = {
      ...{ timeout: 60, priority: 0, taskChannel: 'voice', workflowSid: sidOf('WW', '3') },
      ...{ attributes: '{"a":12345678901234567890}', routingTarget: wk },
    };
    await clientOf(origin).update(createTask(workspace, params, 0).request);
    await oracleAt(origin).workspaces(ws).tasks.create(params);
    const [ours, theirs] = received.map(({ method, target, body }) => ({ method, target, body }));
    assert.deepEqual(ours, theirs);
  });

  it('is possible in the statuses in which TaskRouter takes it', () => {
    assert.deepEqual(possibleFrom(cancelTask(task('assigned'), 'a')), ['pending', 'reserved']);
    assert.deepEqual(possibleFrom(completeTask(task('pending'), 'a')), ['assigned', 'wrapping']);
    assert.deepEqual(possibleFrom(setPriority(task('pending'), 1)), [
      'pending',
      'reserved',
      'assigned',
      'wrapping',
    ]);
    assert.ok(setActivity(worker, wa).isPossible({ sid: wk, activity_name: 'whatever' }));
  });

  it('has taken effect when its subject says so, and says what that is then', () => {
    const canceled = { sid: wt, assignment_status: 'canceled' };
    const cancel = cancelTask(task('pending'), 'a');
    assert.ok(cancel.settled(canceled));
    assert.ok(!cancel.settled({ ...canceled, assignment_status: 'pending' }));
    assert.equal(described(cancel, canceled), 'Task canceled.');
    const complete = completeTask(task('assigned'), 'a');
    assert.equal(described(complete, { assignment_status: 'completed' }), 'Task completed.');
    assert.equal(described(complete, { assignment_status: 'assigned' }), 'The task is now assigned.');
    assert.equal(described(complete, { assignment_status: 7 }), 'The task’s status is unknown.');
    const priority = setPriority(task('pending'), 5);
    assert.ok(priority.settled({ sid: wt, priority: 5 }));
    assert.ok(!priority.settled({ sid: wt, priority: 3 }));
    assert.equal(described(priority, { priority: 5 }), 'The priority is now 5.');
    assert.equal(described(priority, { priority: null }), 'The priority is now unknown.');
    const activity = setActivity(worker, wa);
    assert.ok(activity.settled({ sid: wk, activity_sid: wa }));
    assert.ok(!activity.settled(worker.shown));
    assert.equal(
      described(activity, { friendly_name: 'Ada Wren', activity_name: 'Break' }),
      'Ada Wren’s activity is now Break.',
    );
  });

  it('asks by name, and says what it replaces', () => {
    assert.equal(questionOf(cancelTask(task('pending'), 'a')), 'Cancel task Rosa Hazel');
    assert.equal(questionOf(completeTask(task('assigned'), 'a')), 'Complete task Rosa Hazel');
    const priority = setPriority(task('pending'), 5);
    assert.equal(questionOf(priority), 'Set the priority of Rosa Hazel to 5');
    assert.deepEqual(factsOf(priority).slice(-2), [
      ['Status', 'pending'],
      ['Priority', '3'],
    ]);
    const activity = setActivity(worker, wa);
    assert.equal(questionOf(activity), 'Set the activity of Ada Wren to Break');
    assert.deepEqual(factsOf(activity).at(-1), ['Activity', 'Idle']);
  });

  it('is outdated once what it replaces is something else', () => {
    const priority = setPriority(task('pending'), 5);
    assert.deepEqual(changedFields(priority.subject, task('pending', { priority: 4 }).shown), ['priority']);
    const activity = setActivity(worker, wa);
    assert.deepEqual(changedFields(activity.subject, { ...worker.shown, activity_sid: 'WA2' }), [
      'activity_sid',
    ]);
  });

  it('takes no priority that TaskRouter refuses', () => {
    for (const priority of [-1, 1.5, maxPriority + 1, NaN])
      assert.throws(() => setPriority(task('pending'), priority), RangeError);
  });
});
