import assert from 'node:assert/strict';
import { createSimulator, manualClock } from '../../../src/simulator/simulator';
import { driverOf, quiet, still, waiting, worker } from '../driver';
import type { Json } from '../driver';

/** JSON of an object with exactly this many characters. */
const attributesOf = (length: number) => JSON.stringify({ text: 'x'.repeat(length - '{"text":""}'.length) });

// https://www.twilio.com/docs/taskrouter/limits
describe('the limits of a resource', () => {
  it('are 4,096 characters for attributes of tasks and workers', async () => {
    const { root, post, task, workerNamed } = await still();
    const alice = `${root}/Workers/${(await workerNamed('alice')).sid}`;
    for (const [target, more] of [
      [task, {}],
      [`${root}/Tasks`, { TaskChannel: 'voice' }],
      [alice, {}],
      [`${root}/Workers`, { FriendlyName: 'carol' }],
    ] as const) {
      const { status, json } = await post(target, { ...more, Attributes: attributesOf(4097) });
      assert.deepEqual([status, json['code']], [400, 20001], target);
      assert.match(String(json['message']), /4096 characters/);
      const accepted = await post(target, { ...more, Attributes: attributesOf(4096) });
      assert.ok(accepted.status < 300, target);
    }
  });

  it('are the names of the API, not those that every JavaScript object has', async () => {
    const { root, send, post } = await still();
    for (let i = 0; i < 3; i++) await post(`${root}/Tasks`, { TaskChannel: 'voice' });
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'])
      for (const target of [
        `${root}/Tasks?Ordering=${name}:asc`,
        `${root}/Tasks?Ordering=Priority:desc,${name}`,
        `${root}/Tasks?AssignmentStatus=${name}`,
        `${root}/${name}`,
        `/v1/${name}`,
        `${root}/Tasks/${name}`,
      ]) {
        const { status } = await send('GET', target);
        assert.ok(status < 500, `${target}: ${status}`);
      }
  });

  it('are 1,038,576 bytes for a configuration, also over a socket', async () => {
    const simulator = createSimulator({ clock: manualClock(), scenario: quiet() });
    const { url } = await simulator.listen();
    const authorization = `Basic ${Buffer.from(`${simulator.accountSid}:${simulator.authToken}`).toString('base64')}`;
    const { list } = driverOf(simulator);
    const [{ sid: workspace } = { sid: '' }] = await list('/v1/Workspaces', 'workspaces');
    const root = `/v1/Workspaces/${workspace}`;
    const [queue] = await list(`${root}/TaskQueues`, 'task_queues');
    const text = JSON.stringify({ task_routing: { default_filter: { queue: queue!.sid } } });
    const post = async (bytes: number) => {
      const body = new URLSearchParams({ FriendlyName: `W${bytes}`, Configuration: text.padEnd(bytes) });
      const response = await fetch(`${url}${root}/Workflows`, {
        method: 'POST',
        headers: { authorization },
        body,
      });
      return [response.status, ((await response.json()) as { code?: number }).code];
    };
    try {
      assert.deepEqual(await post(1_038_576), [201, undefined]);
      assert.deepEqual(await post(1_038_577), [400, 20001]);
    } finally {
      simulator.stop();
    }
  });

  it('are 100 activities for a workspace', async () => {
    const { root, post, list } = await still();
    const count = (await list(`${root}/Activities`, 'activities')).length;
    for (let i = count; i < 100; i++) await post(`${root}/Activities`, { FriendlyName: `A${i}` });
    const { status, json } = await post(`${root}/Activities`, { FriendlyName: 'one too many' });
    assert.equal(status, 400);
    assert.match(String(json['message']), /at most 100 Activities/);
  });

  for (const name of ['my channel', 'outbound-voice', '1st', 'ünique', '']) {
    it(`do not allow a task channel's unique name to be ${JSON.stringify(name)}`, async () => {
      const { root, post } = await still();
      const { status, json } = await post(`${root}/TaskChannels`, { FriendlyName: 'x', UniqueName: name });
      assert.deepEqual([status, json['code']], [400, 20001]);
    });
  }

  for (const name of ['fax', '_fax', '$fax2', 'FAX_1']) {
    it(`allow a task channel's unique name to be ${name}`, async () => {
      const { root, post } = await still();
      assert.equal((await post(`${root}/TaskChannels`, { FriendlyName: 'x', UniqueName: name })).status, 201);
    });
  }
});

describe('letter case', () => {
  it('does not distinguish workers’ names', async () => {
    const { root, post, workerNamed } = await still();
    const refused = await post(`${root}/Workers`, { FriendlyName: 'ALICE' });
    assert.deepEqual([refused.status, refused.json['code']], [400, 20001]);
    assert.match(String(refused.json['message']), /already taken/);
    const alice = await workerNamed('Alice');
    assert.equal(alice['friendly_name'], 'alice');
    const renamed = await post(`${root}/Workers/${alice.sid}`, { FriendlyName: 'Alice' });
    assert.deepEqual([renamed.status, renamed.json['friendly_name']], [200, 'Alice']);
    assert.equal((await post(`${root}/Workers/${alice.sid}`, { FriendlyName: 'Bob' })).status, 400);
  });

  it('is ignored in statuses', async () => {
    const { root, post, list, first, task } = await still();
    const tasks = await list(`${root}/Tasks?AssignmentStatus=Reserved`, 'tasks');
    assert.equal(tasks.length, 1);
    assert.equal((await list(`${task}/Reservations?ReservationStatus=PENDING`, 'reservations')).length, 1);
    const accepted = await post(await first(), { ReservationStatus: 'Accepted' });
    assert.deepEqual([accepted.status, accepted.json['reservation_status']], [200, 'accepted']);
    const completed = await post(task, { AssignmentStatus: 'Completed', Reason: 'done' });
    assert.deepEqual([completed.status, completed.json['assignment_status']], [200, 'completed']);
    assert.equal((await post(task, { AssignmentStatus: 'Done' })).status, 400);
  });
});

describe('a single-tasking workspace', () => {
  const names = ({ json }: { json: Record<string, unknown> }) => [
    json['reservation_activity_name'],
    json['assignment_activity_name'],
  ];

  it('moves workers to Reserved and Busy unless its queues say otherwise', async () => {
    const { post, list } = await still();
    const created = await post('/v1/Workspaces', { FriendlyName: 'single', MultiTaskEnabled: 'false' });
    const root = `/v1/Workspaces/${(created.json as Json).sid}`;
    const activities = await list(`${root}/Activities`, 'activities');
    assert.deepEqual(
      activities.map((row) => [row['friendly_name'], row['available']]),
      [
        ['Offline', false],
        ['Unavailable', false],
        ['Available', true],
        ['Reserved', false],
        ['Busy', false],
      ],
    );
    assert.deepEqual(names(await post(`${root}/TaskQueues`, { FriendlyName: 'q' })), ['Reserved', 'Busy']);
    const own = { FriendlyName: 'r', ReservationActivitySid: activities[1]!.sid };
    assert.deepEqual(names(await post(`${root}/TaskQueues`, own)), ['Unavailable', 'Busy']);
  });

  it('has these defaults only if it is single-tasking', async () => {
    const { root, post, list } = await still();
    assert.deepEqual(names(await post(`${root}/TaskQueues`, { FriendlyName: 'q' })), [null, null]);
    const created = await post('/v1/Workspaces', { FriendlyName: 'multi' });
    const activities = await list(`/v1/Workspaces/${(created.json as Json).sid}/Activities`, 'activities');
    assert.equal(activities.length, 3);
  });

  it('applies them', async () => {
    const { first, post, workerNamed } = await still({
      multitasking: false,
      activities: [
        { name: 'Available', available: true },
        { name: 'Reserved', available: false },
        { name: 'Busy', available: false },
        { name: 'Offline', available: false },
      ],
      workers: [worker('alice')],
      tasks: [waiting()],
    });
    assert.equal((await workerNamed('alice'))['activity_name'], 'Reserved');
    await post(await first(), { ReservationStatus: 'accepted' });
    assert.equal((await workerNamed('alice'))['activity_name'], 'Busy');
  });
});
