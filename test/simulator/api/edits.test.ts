import assert from 'node:assert/strict';
import { still, waiting, worker } from '../driver';
import type { Json } from '../driver';

const nowhere = (prefix: string) => prefix + '0'.repeat(32);
const eventTypes = (events: readonly Json[]) => events.map((one) => one['event_type']);

/** A still centre where a second queue, workflow, activity and channel are used by nothing. */
const furnished = async (
  more: Parameters<typeof still>[0] = {},
  scenario: Parameters<typeof still>[1] = {},
) => {
  const plan = {
    queues: [
      { name: 'All', targetWorkers: 'skills HAS "all"' },
      { name: 'Second', targetWorkers: 'skills HAS "second"' },
    ],
    workflows: [
      { name: 'Calls', reservationTimeout: 120, filters: [], defaultQueue: 'All' },
      { name: 'Spare', reservationTimeout: 120, filters: [], defaultQueue: 'All' },
    ],
    workers: [worker('alice')],
    ...more,
  };
  const stage = await still(plan, scenario);
  const { list, root, post } = stage;
  const sidOf = async (of: string, key: string, name: string) =>
    (await list(`${root}/${of}`, key)).find((row) => row['friendly_name'] === name)!.sid;
  return {
    ...stage,
    all: await sidOf('TaskQueues', 'task_queues', 'All'),
    second: await sidOf('TaskQueues', 'task_queues', 'Second'),
    calls: await sidOf('Workflows', 'workflows', 'Calls'),
    spare: await sidOf('Workflows', 'workflows', 'Spare'),
    create: async (of: string, body: Record<string, string>) => {
      const { status, json } = await post(`${root}/${of}`, body);
      assert.equal(status, 201, String(json['message']));
      return json as Json;
    },
  };
};
type Furnished = Awaited<ReturnType<typeof furnished>>;

describe('requests that the simulator refuses, as TaskRouter does', () => {
  type Case = readonly [
    title: string,
    path: (at: Furnished) => string | Promise<string>,
    body: ((at: Furnished) => Record<string, string>) | 'DELETE',
  ];
  const under = (of: string) => (at: Furnished) => `${at.root}/${of}`;
  const alice = async ({ root, workerNamed }: Furnished) =>
    `${root}/Workers/${(await workerNamed('alice')).sid}`;
  const cases: readonly Case[] = [
    ['a workspace without a name', () => '/v1/Workspaces', () => ({})],
    ['an unknown template', () => '/v1/Workspaces', () => ({ FriendlyName: 'x', Template: 'LIFO' })],
    ['a name that is too long', under('Activities'), () => ({ FriendlyName: 'x'.repeat(65) })],
    ['a second activity of one name', under('Activities'), () => ({ FriendlyName: 'Break' })],
    ['a second queue of one name', under('TaskQueues'), () => ({ FriendlyName: 'All' })],
    ['a second worker of one name', under('Workers'), () => ({ FriendlyName: 'alice' })],
    [
      'a second channel of one name',
      under('TaskChannels'),
      () => ({ FriendlyName: 'x', UniqueName: 'voice' }),
    ],
    [
      'a queue for nobody readable',
      under('TaskQueues'),
      () => ({ FriendlyName: 'x', TargetWorkers: 'a ==' }),
    ],
    ['51 reserved workers', under('TaskQueues'), () => ({ FriendlyName: 'x', MaxReservedWorkers: '51' })],
    [
      'a queue with an activity that is not there',
      under('TaskQueues'),
      () => ({ FriendlyName: 'x', AssignmentActivitySid: nowhere('WA') }),
    ],
    ['a workflow without rules', under('Workflows'), () => ({ FriendlyName: 'x' })],
    ['rules that are no JSON', under('Workflows'), () => ({ FriendlyName: 'x', Configuration: '{' })],
    ['rules of another shape', under('Workflows'), () => ({ FriendlyName: 'x', Configuration: '{"a": 1}' })],
    [
      'rules for a queue that is not there',
      under('Workflows'),
      () => ({
        FriendlyName: 'x',
        Configuration: JSON.stringify({ task_routing: { default_filter: { queue: nowhere('WQ') } } }),
      }),
    ],
    [
      'rules with an expression that cannot be read',
      under('Workflows'),
      ({ all }) => ({
        FriendlyName: 'x',
        Configuration: JSON.stringify({
          task_routing: { filters: [{ expression: 'a ==', targets: [{ queue: all }] }] },
        }),
      }),
    ],
    [
      'a reservation timeout of more than a day',
      (at) => `${at.root}/Workflows/${at.calls}`,
      () => ({ TaskReservationTimeout: '86401' }),
    ],
    [
      'a worker with attributes that are no JSON',
      under('Workers'),
      () => ({ FriendlyName: 'x', Attributes: 'a' }),
    ],
    ['a task for no workflow in particular', under('Tasks'), () => ({ Attributes: '{}' })],
    [
      'a task of no known channel',
      under('Tasks'),
      ({ calls }) => ({ WorkflowSid: calls, TaskChannel: 'fax' }),
    ],
    [
      'a task for two weeks and more',
      under('Tasks'),
      ({ calls }) => ({ WorkflowSid: calls, Timeout: '1209601' }),
    ],
    [
      'a task from tomorrow',
      under('Tasks'),
      ({ calls }) => ({ WorkflowSid: calls, VirtualStartTime: '2030-01-01T00:00:00Z' }),
    ],
    ['a task for somebody who is not there', under('Tasks'), () => ({ RoutingTarget: nowhere('WK') })],
    ['a priority below zero', (at) => at.task, () => ({ Priority: '-1' })],
    ['a task put into a status by hand', (at) => at.task, () => ({ AssignmentStatus: 'assigned' })],
    [
      'completing a task that nobody has',
      (at) => at.task,
      () => ({ AssignmentStatus: 'completed', Reason: 'x' }),
    ],
    ['canceling a task for no reason', (at) => at.task, () => ({ AssignmentStatus: 'canceled' })],
    [
      'workers in an order that is none',
      under('Workflows'),
      ({ all }) => ({
        FriendlyName: 'x',
        Configuration: JSON.stringify({
          task_routing: {
            filters: [{ expression: '1 == 1', targets: [{ queue: all, order_by: 'best first' }] }],
          },
        }),
      }),
    ],
    ['a capacity over 50', async (at) => `${await alice(at)}/Channels/voice`, () => ({ Capacity: '51' })],
    ['making a workspace single-tasking', (at) => at.root, () => ({ MultiTaskEnabled: 'false' })],
    ['deleting a worker who has a reservation', alice, 'DELETE'],
    ['deleting a workflow that has a task', (at) => `${at.root}/Workflows/${at.calls}`, 'DELETE'],
    ['deleting a queue that a workflow uses', (at) => `${at.root}/TaskQueues/${at.all}`, 'DELETE'],
    ['deleting a channel of a task', under('TaskChannels/voice'), 'DELETE'],
    [
      'deleting the default activity',
      async (at) => `${at.root}/Activities/${await at.activity('Offline')}`,
      'DELETE',
    ],
    [
      'deleting an activity somebody is in',
      async (at) => `${at.root}/Activities/${await at.activity('Available')}`,
      'DELETE',
    ],
  ];
  for (const [title, path, body] of cases) {
    it(`${title}`, async () => {
      const at = await furnished();
      const target = await path(at);
      const before = await at.list(`${at.root}/Events`, 'events');
      const { status, json } =
        body === 'DELETE' ? await at.send('DELETE', target) : await at.post(target, body(at));
      assert.deepEqual([status, json['code']], [400, 20001], JSON.stringify(json));
      assert.deepEqual(await at.list(`${at.root}/Events`, 'events'), before, 'nothing has happened');
    });
  }
});

describe('the effect of an edit', () => {
  it('a task goes through the targets of its filter, and is canceled after the last', async () => {
    const at = await furnished({ workers: [] });
    const { create, get, root, seconds, list, all, second } = at;
    const targets = [
      { queue: all, timeout: 10, priority: 3 },
      { queue: second, timeout: '20' },
    ];
    const workflow = await create('Workflows', {
      FriendlyName: 'Steps',
      Configuration: JSON.stringify({ task_routing: { filters: [{ expression: 'a == 1', targets }] } }),
    });
    const { sid } = await create('Tasks', {
      WorkflowSid: workflow.sid,
      TaskChannel: 'voice',
      Attributes: '{"a":1}',
    });
    const task = () => get(`${root}/Tasks/${sid}`);
    assert.deepEqual([(await task())['task_queue_sid'], (await task())['priority']], [all, 3]);
    seconds(10);
    assert.deepEqual([(await task())['task_queue_sid'], (await task())['priority']], [second, 3]);
    seconds(20);
    assert.deepEqual(
      [(await task())['assignment_status'], (await task())['reason']],
      ['canceled', 'Task canceled on Workflow timeout'],
    );
    assert.deepEqual(eventTypes(await list(`${root}/Events?TaskSid=${sid}`, 'events')).reverse(), [
      'workflow.entered',
      'task-queue.entered',
      'task.created',
      'workflow.target-matched',
      'task-queue.timeout',
      'task-queue.moved',
      'task-queue.entered',
      'workflow.target-matched',
      'task-queue.timeout',
      'workflow.timeout',
      'task.canceled',
    ]);
  });

  it('a target that times out rescinds pending reservations, with that option', async () => {
    const workers = [worker('alice'), worker('bob', { attributes: { skills: ['second'] } })];
    const { create, root, list, seconds, all, second } = await furnished(
      { tasks: [], workers },
      { routing: { reservationOutlivesTarget: false } },
    );
    const targets = [{ queue: all, timeout: 10 }, { queue: second }];
    const workflow = await create('Workflows', {
      FriendlyName: 'Steps',
      Configuration: JSON.stringify({ task_routing: { filters: [{ expression: '1 == 1', targets }] } }),
    });
    const { sid } = await create('Tasks', { WorkflowSid: workflow.sid, TaskChannel: 'voice' });
    seconds(10);
    const reservations = await list(`${root}/Tasks/${sid}/Reservations`, 'reservations');
    assert.deepEqual(
      reservations.map((row) => [row['worker_name'], row['reservation_status']]),
      [
        ['alice', 'canceled'],
        ['bob', 'pending'],
      ],
    );
  });

  it('a target is skipped if its condition holds and no worker is free, down to the default', async () => {
    const { create, root, get, all, second } = await furnished({ tasks: [] });
    const configuration = {
      task_routing: {
        filters: [
          {
            expression: 'a == 1',
            targets: [{ queue: second, skip_if: 'workers.available == 0', timeout: 60 }],
          },
        ],
        default_filter: { queue: all },
      },
    };
    const workflow = await create('Workflows', {
      FriendlyName: 'Skip',
      Configuration: JSON.stringify(configuration),
    });
    const { sid } = await create('Tasks', {
      WorkflowSid: workflow.sid,
      TaskChannel: 'voice',
      Attributes: '{"a":1}',
    });
    const task = await get(`${root}/Tasks/${sid}`);
    assert.deepEqual([task['task_queue_sid'], task['assignment_status']], [all, 'reserved']);
  });

  it('a target’s expression narrows the queue’s workers', async () => {
    const workers = [worker('alice'), worker('bob', { attributes: { skills: ['all'], id: 'b' } })];
    const { create, root, list, all } = await furnished({ tasks: [], workers });
    const targets = [{ queue: all, expression: 'worker.id IN task.wanted' }];
    const workflow = await create('Workflows', {
      FriendlyName: 'Known',
      Configuration: JSON.stringify({ task_routing: { filters: [{ expression: '1 == 1', targets }] } }),
    });
    const Attributes = '{"wanted": ["b"]}';
    const { sid } = await create('Tasks', { WorkflowSid: workflow.sid, TaskChannel: 'voice', Attributes });
    const [reservation] = await list(`${root}/Tasks/${sid}/Reservations`, 'reservations');
    assert.equal(reservation!['worker_name'], 'bob');
  });

  it('new rules move waiting tasks only on request', async () => {
    const { post, root, get, task, calls, all, second } = await furnished({ workers: [] });
    const Configuration = JSON.stringify({ task_routing: { default_filter: { queue: second } } });
    await post(`${root}/Workflows/${calls}`, { Configuration });
    assert.equal((await get(task))['task_queue_sid'], all);
    await post(`${root}/Workflows/${calls}`, { ReEvaluateTasks: 'true' });
    assert.equal((await get(task))['task_queue_sid'], second);
  });

  it('a waiting task with higher priority is reserved next', async () => {
    const tasks = [waiting({ age: 9 }), waiting({ age: 8 }), waiting({ age: 7 })];
    const { root, list, post, first } = await furnished({ tasks });
    const all = await list(`${root}/Tasks`, 'tasks');
    await post(`${root}/Tasks/${all[2]!.sid}`, { Priority: '5' });
    await post(await first(), { ReservationStatus: 'accepted' });
    await post(await first(), { ReservationStatus: 'completed' });
    const statuses = (await list(`${root}/Tasks`, 'tasks')).map((task) => task['assignment_status']);
    assert.deepEqual(statuses, ['completed', 'pending', 'reserved']);
  });

  it('a virtual start time decides the order, and LIFO reverses it', async () => {
    const { root, create, list, post, all, calls } = await furnished({ tasks: [], workers: [] });
    await post(`${root}/TaskQueues/${all}`, { TaskOrder: 'LIFO' });
    const add = (VirtualStartTime: string) =>
      create('Tasks', { WorkflowSid: calls, TaskChannel: 'voice', VirtualStartTime });
    await add('2026-01-02T00:00:00Z');
    const latest = await add('2026-01-04T00:00:00Z');
    await add('2026-01-03T00:00:00Z');
    const activity = (await list(`${root}/Activities?FriendlyName=Available`, 'activities'))[0]!.sid;
    await create('Workers', { FriendlyName: 'new', ActivitySid: activity, Attributes: '{"skills":["all"]}' });
    const reserved = await list(`${root}/Tasks?AssignmentStatus=reserved`, 'tasks');
    assert.deepEqual(
      reserved.map(({ sid }) => sid),
      [latest.sid],
    );
  });

  it('a queue’s order decides which task is first, and the workspace’s which kind of queue', async () => {
    const at = await furnished({ tasks: [], workers: [], multitasking: false });
    const { post, root, create, list, all, second, calls } = at;
    await post(`${root}/TaskQueues/${second}`, { TaskOrder: 'LIFO' });
    const add = async (TaskQueueSid: string, Priority: string) =>
      (await create('Tasks', { WorkflowSid: calls, TaskChannel: 'voice', TaskQueueSid, Priority })).sid;
    const [low, high] = [await add(all, '1'), await add(all, '2')];
    const [urgent, newest] = [await add(second, '9'), await add(second, '0')];
    const Attributes = '{"skills":["all","second"]}';
    const worker = await create('Workers', { FriendlyName: 'new', Attributes });
    const next = async () => {
      await post(`${root}/Workers/${worker.sid}`, { ActivitySid: await at.activity('Available') });
      const [task] = await list(`${root}/Tasks?AssignmentStatus=reserved`, 'tasks');
      await post(`${root}/Workers/${worker.sid}`, {
        ActivitySid: await at.activity('Break'),
        RejectPendingReservations: 'true',
      });
      await at.send('DELETE', `${root}/Tasks/${task!.sid}`);
      return task!.sid;
    };
    assert.equal(await next(), high);
    await post(root, { PrioritizeQueueOrder: 'LIFO' });
    assert.deepEqual([await next(), await next(), await next()], [newest, urgent, low]);
  });

  it('a target’s order_by decides which worker is first; workers without the value come last', async () => {
    const skilled = (name: string, level?: number, french = 0) =>
      worker(name, { attributes: { skills: ['all'], level, languages: { french } } });
    const workers = [skilled('alice'), skilled('bob', 2, 3), skilled('carol', 7), skilled('dave', 2, 5)];
    const { create, post, root, list, all } = await furnished({ tasks: [], workers });
    await post(`${root}/TaskQueues/${all}`, { MaxReservedWorkers: '4' });
    const asked = async (order_by: string) => {
      const task_routing = { filters: [{ expression: '1 == 1', targets: [{ queue: all, order_by }] }] };
      const Configuration = JSON.stringify({ task_routing });
      const workflow = await create('Workflows', { FriendlyName: order_by, Configuration });
      const { sid } = await create('Tasks', { WorkflowSid: workflow.sid, TaskChannel: 'voice' });
      const rows = await list(`${root}/Tasks/${sid}/Reservations`, 'reservations');
      await post(`${root}/Tasks/${sid}`, { AssignmentStatus: 'canceled', Reason: 'next' });
      return rows.map((row) => row['worker_name']);
    };
    const ascending = await asked('worker.level ASC, worker.languages.french DESC');
    assert.deepEqual(ascending, ['dave', 'bob', 'carol', 'alice']);
    assert.deepEqual(await asked('worker.level DESC'), ['carol', 'bob', 'dave', 'alice']);
  });

  it('a scenario’s orderBy decides it too, and is in the configuration', async () => {
    const filter = { name: 'Any', expression: '1 == 1', queue: 'All', orderBy: 'worker.level DESC' };
    const workflow = { name: 'Calls', reservationTimeout: 120, filters: [filter], defaultQueue: 'All' };
    const skilled = (name: string, level: number) => worker(name, { attributes: { skills: ['all'], level } });
    const workers = [skilled('alice', 1), skilled('bob', 3), skilled('carol', 2)];
    const { list, root } = await still({ tasks: [waiting()], workers, workflows: [workflow] });
    const [task] = await list(`${root}/Tasks`, 'tasks');
    const rows = await list(`${root}/Tasks/${task!.sid}/Reservations`, 'reservations');
    assert.deepEqual(
      rows.map((row) => row['worker_name']),
      ['bob'],
    );
    const [{ configuration }] = (await list(`${root}/Workflows`, 'workflows')) as [Json];
    assert.match(String(configuration), /"order_by":"worker.level DESC"/);
  });

  it('a routing target is reserved even if busy or unavailable, unless capacity counts', async () => {
    const workers = [worker('alice', { activity: 'Break', attributes: {} })];
    const { root, create, list, workerNamed, all, spare } = await furnished({ tasks: [], workers });
    const { sid: RoutingTarget } = await workerNamed('alice');
    const body = { WorkflowSid: spare, TaskChannel: 'voice', RoutingTarget };
    const asked = await create('Tasks', body);
    assert.deepEqual([asked['assignment_status'], asked['ignore_capacity']], ['reserved', true]);
    const held = await create('Tasks', { ...body, IgnoreCapacity: 'false' });
    assert.deepEqual([held['assignment_status'], held['ignore_capacity']], ['pending', false]);
    assert.equal((await list(`${root}/Tasks?RoutingTarget=${RoutingTarget}`, 'tasks')).length, 2);
    const queued = await create('Tasks', { ...body, RoutingTarget: all });
    assert.equal(queued['task_queue_sid'], all);
  });

  it('a worker with room for more gets more, channel by channel', async () => {
    const tasks = [waiting({ age: 9 }), waiting({ age: 8 }), waiting({ age: 7, channel: 'chat' })];
    const { root, list, post, get, workerNamed } = await furnished({ tasks });
    const channel = `${root}/Workers/${(await workerNamed('alice')).sid}/Channels/voice`;
    const statuses = async () =>
      (await list(`${root}/Tasks`, 'tasks')).map((task) => task['assignment_status']);
    assert.deepEqual(await statuses(), ['reserved', 'pending', 'reserved']);
    const { json } = await post(channel, { Capacity: '4' });
    assert.deepEqual(await statuses(), ['reserved', 'reserved', 'reserved']);
    assert.deepEqual([json['configured_capacity'], json['assigned_tasks']], [4, 0]);
    assert.equal((await get(channel))['available_capacity_percentage'], 50);
    await post(channel, { Available: 'false' });
    assert.equal((await get(channel))['available'], false);
    assert.deepEqual(
      eventTypes(await list(`${root}/Events?EventType=worker.channel.availability.update`, 'events')),
      ['worker.channel.availability.update'],
    );
  });

  it('pending reservations of a worker who becomes unavailable are rejected, and else stay', async () => {
    const { root, post, statuses, activity, workerNamed } = await furnished();
    const alice = `${root}/Workers/${(await workerNamed('alice')).sid}`;
    const body = { ActivitySid: await activity('Break') };
    assert.equal((await post(alice, body)).status, 400);
    assert.deepEqual(await statuses(), ['pending']);
    const { json } = await post(alice, { ...body, RejectPendingReservations: 'true' });
    assert.deepEqual([json['activity_name'], await statuses()], ['Break', ['rejected']]);
  });

  it('a task that is canceled or deleted releases its worker', async () => {
    const { root, post, send, list, task, statuses } = await furnished({
      tasks: [waiting(), waiting(), waiting()],
    });
    const [, second] = await list(`${root}/Tasks`, 'tasks');
    await post(task, { AssignmentStatus: 'canceled', Reason: 'hung up' });
    assert.deepEqual(await statuses(), ['canceled']);
    const reserved = () => list(`${root}/Tasks?AssignmentStatus=reserved`, 'tasks');
    assert.equal((await reserved())[0]!.sid, second!.sid);
    const { status } = await send('DELETE', `${root}/Tasks/${second!.sid}`);
    assert.equal(status, 204);
    assert.equal((await list(`${root}/Tasks`, 'tasks')).length, 2);
    assert.equal((await reserved()).length, 1);
  });

  it('a new workspace has Twilio’s defaults, and is deleted with its contents', async () => {
    const { post, list, send, clock, root } = await furnished();
    const { json } = await post('/v1/Workspaces', { FriendlyName: 'New', Template: 'FIFO' });
    const url = String(json['url']).replace('https://taskrouter.twilio.com', '');
    const names = async (of: string, key: string) =>
      (await list(`${url}/${of}`, key)).map((row) => row['friendly_name']);
    assert.deepEqual(await names('Activities', 'activities'), ['Offline', 'Unavailable', 'Available']);
    assert.deepEqual(await names('Workflows', 'workflows'), ['Default Fifo Workflow']);
    assert.deepEqual(await names('TaskQueues', 'task_queues'), ['Sample Queue']);
    assert.equal(json['default_activity_name'], 'Offline');
    await post(`${url}/Tasks`, {});
    assert.equal((await send('DELETE', url)).status, 204);
    assert.equal((await send('DELETE', root)).status, 204);
    assert.deepEqual(await list('/v1/Workspaces', 'workspaces'), []);
    assert.equal(clock.waiting, 0, 'nothing of it is left to happen');
  });

  it('bulk statistics cover the queues that were named, or all', async () => {
    const { post, root, second } = await furnished();
    const every = await post(`${root}/TaskQueues/RealTimeStatistics`, {});
    assert.equal(every.json['task_queue_response_count'], 2);
    const one = await post(`${root}/TaskQueues/RealTimeStatistics`, {
      [JSON.stringify({ sids: [second] })]: '',
    });
    const [data] = one.json['task_queue_data'] as Record<string, unknown>[];
    assert.deepEqual([one.json['task_queue_response_count'], data!['task_queue_sid']], [1, second]);
  });
});
