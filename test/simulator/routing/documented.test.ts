import assert from 'node:assert/strict';
import { still, worker } from '../driver';
import { exam } from './exam';
import type { Exam, Part } from './exam';

/** What a page below https://www.twilio.com/docs/taskrouter/ says, a way to see it, and what must be seen. */
type Case = readonly [page: string, says: string, see: (at: Exam) => Promise<unknown>, seen: unknown];

const everybody = '1==1';
const nobody = '1==2';
const filter = (expression: string, ...targets: readonly Part[]) => ({ expression, targets });

/** Who is offered a task whose only target has an expression, or whatever else is given. */
async function offered(at: Exam, target: Part, attributes: Part = {}): Promise<string> {
  return at.offers(await at.task(await at.targets({ queue: await at.queue(), ...target }), attributes));
}

const expressions: readonly Case[] = [
  [
    'expression-syntax',
    'a target expression may name worker.sid',
    async (at) => {
      await at.worker('Alice');
      return offered(at, { expression: 'task.wanted == worker.sid' }, { wanted: await at.worker('Bob') });
    },
    'Bob pending',
  ],
  [
    'activity-based-routing',
    'a target expression may name worker.activity_name',
    async (at) => {
      const { status, json } = await at.send('Activities', {
        FriendlyName: 'High Value Tasks',
        Available: 'true',
      });
      assert.equal(status, 201);
      await at.worker('Alice');
      await at.worker('Bob', {}, String(json['sid']));
      return offered(at, { expression: "worker.activity_name in ['High Value Tasks']" });
    },
    'Bob pending',
  ],
  [
    'multitasking',
    'worker.channel.chat.assigned_tasks <= 1 holds for workers on one or fewer chat tasks',
    async (at) => {
      await at.worker('Alice');
      return offered(at, { expression: 'worker.channel.chat.assigned_tasks <= 1' });
    },
    'Alice pending',
  ],
  [
    'expression-syntax',
    'object.array[2] is a key',
    async (at) =>
      (
        await at.send('Workflows', {
          FriendlyName: 'W',
          Configuration: JSON.stringify({
            task_routing: { filters: [filter('object.array[2] == "c"', { queue: await at.queue() })] },
          }),
        })
      ).status,
    201,
  ],
  ...(
    [
      [
        'array operators on two scalars are false: HAS',
        { department: 'billing' },
        'department HAS "billing"',
        '',
      ],
      [
        'array operators on two scalars are false: NOT IN',
        { language: 'en', spoken: 'de' },
        'language NOT IN spoken',
        '',
      ],
      [
        'scalar operators on arrays are false: CONTAINS',
        { skills: ['billing'] },
        'skills CONTAINS "billing"',
        '',
      ],
      ['scalar operators on arrays are false: !=', { skills: ['support'] }, 'skills != "billing"', ''],
      [
        'hyphens are not supported',
        { 'skill-level': 5 },
        'skill-level > 3',
        '400 20001 TargetWorkersExpression could not be parsed at character 1: `skill-level`: hyphens are not supported; rename the attribute',
      ],
      [
        'the logical operators are AND and OR',
        { a: 2, b: 2 },
        'NOT (a == 1) && (b == 2 || c == 3)',
        '400 20001 TargetWorkersExpression could not be parsed at character 1: NOT cannot stand here; use != or NOT IN',
      ],
      [
        '>- is HAS and <- is IN',
        { skills: ['billing'], language: 'en' },
        'skills >- "billing" AND language <- ["en"]',
        'Alice',
      ],
      ['the list of workers may name activity_name', {}, "activity_name in ['Available']", 'Alice'],
    ] as const
  ).map(([says, attributes, expression, seen]): Case => [
    'expression-syntax',
    says,
    async (at) => {
      await at.worker('Alice', attributes);
      return at.matching(expression);
    },
    seen,
  ]),
  [
    'lifecycle-task-workflows-and-assignment',
    'tasks wait where worker.id IN task.preferred_agents names a missing key',
    async (at) => {
      await at.worker('Alice');
      return offered(at, { expression: 'worker.id IN task.preferred_agents', timeout: 60 });
    },
    '',
  ],
  [
    'multitasking',
    'a pending task takes up capacity, and is assigned when it is accepted',
    async (at) => {
      const alice = await at.worker('Alice');
      await at.send(`Workers/${alice}/Channels/chat`, { Capacity: '3' });
      const workflow = await at.workflow({ default_filter: { queue: await at.queue() } });
      const task = await at.task(workflow, {}, { TaskChannel: 'chat' });
      const load = async () => {
        const row = await at.get(`Workers/${alice}/Channels/chat`);
        return [row['assigned_tasks'], row['available_capacity_percentage'], row['configured_capacity']];
      };
      const pending = await load();
      await at.answer(task, 'Alice', { ReservationStatus: 'accepted' });
      return [pending, await load()];
    },
    [
      [0, 66, 3],
      [1, 66, 3],
    ],
  ],
];

const targets: readonly Case[] = [
  [
    'workflow-configuration',
    'default_filter is a target, with a priority',
    async (at) => {
      const workflow = await at.workflow({ default_filter: { queue: await at.queue(nobody), priority: 7 } });
      return (await at.get(`Tasks/${await at.task(workflow)}`))['priority'];
    },
    7,
  ],
  [
    'workflow-configuration',
    'default_filter is a target, with an expression',
    async (at) => {
      await at.worker('Alice', { level: 1 });
      await at.worker('Bob', { level: 5 });
      const queue = await at.queue();
      const workflow = await at.workflow({ default_filter: { queue, expression: 'worker.level > 3' } });
      return at.offers(await at.task(workflow));
    },
    'Bob pending',
  ],
  [
    'lifecycle-task-workflows-and-assignment',
    'after the last timeout a task goes to the next matching filter',
    async (at) => {
      const [a, b] = [await at.queue(nobody), await at.queue(nobody)];
      const filters = [filter('type == "x"', { queue: a, timeout: 10 }), filter(everybody, { queue: b })];
      const task = await at.task(await at.workflow({ filters }), { type: 'x' });
      at.seconds(11);
      return (await at.state(task)).replace(b, 'B');
    },
    'pending in B',
  ],
  [
    'worker-presence',
    'after the last skip a task goes to the next matching filter',
    async (at) => {
      const [a, b, d] = [await at.queue(nobody), await at.queue(nobody), await at.queue(nobody)];
      const filters = [
        filter('type == "x"', { queue: a, skip_if: everybody }),
        filter(everybody, { queue: b }),
      ];
      const task = await at.task(await at.workflow({ filters, default_filter: { queue: d } }), { type: 'x' });
      return (await at.state(task)).replace(b, 'B');
    },
    'pending in B',
  ],
  [
    'api/event/reference',
    'workflow.skipped is an event of the last target only',
    async (at) => {
      const [a, b] = [await at.queue(nobody), await at.queue(nobody)];
      const task = await at.task(await at.targets({ queue: a, skip_if: everybody }, { queue: b }));
      return at.events(task);
    },
    [
      'workflow.entered',
      'task-queue.entered',
      'task.created',
      'workflow.target-matched',
      'task-queue.moved',
      'task-queue.entered',
      'workflow.target-matched',
    ],
  ],
  [
    'api/event/reference',
    'a task that skips the last target is removed from the workflow',
    async (at) => {
      const task = await at.task(await at.targets({ queue: await at.queue(nobody), skip_if: everybody }));
      return (await at.events(task)).slice(-2);
    },
    ['workflow.skipped', 'task.canceled'],
  ],
  [
    'task-evaluation',
    'the timeout of a target is the sum of the timeouts up to it, by the age of the task',
    async (at) => {
      const [a, b, c] = [await at.queue(nobody), await at.queue(nobody), await at.queue(nobody)];
      const task = await at.task(
        await at.targets(
          { queue: a, timeout: 10, skip_if: everybody },
          { queue: b, timeout: 10 },
          { queue: c, timeout: 10 },
        ),
      );
      at.seconds(15);
      return (await at.state(task)).replace(b, 'B');
    },
    'pending in B',
  ],
  [
    'lifecycle-task-workflows-and-assignment',
    'a task stays in its target when a reservation times out within the time of the target',
    async (at) => {
      const [a, b, c] = [await at.queue(), await at.queue(nobody), await at.queue(nobody)];
      const all = [a, b, c].map((queue) => ({ queue, timeout: 10 }));
      const workflow = await at.workflow(
        { filters: [filter(everybody, ...all)] },
        { TaskReservationTimeout: '5' },
      );
      const task = await at.task(workflow);
      at.seconds(3);
      await at.worker('Alice');
      const seen = [];
      for (const seconds of [5.5, 4, 8]) {
        at.seconds(seconds);
        seen.push(['A', 'B', 'C'][[a, b, c].indexOf((await at.state(task)).slice('pending in '.length))]);
      }
      return seen.join(' ');
    },
    'A B C',
  ],
  [
    'lifecycle-task-workflows-and-assignment',
    'a reservation goes on when the time of its target is over, and the task goes on when it has failed',
    async (at) => {
      const [a, b] = [await at.queue(), await at.queue(nobody)];
      await at.worker('Alice');
      const filters = [filter(everybody, { queue: a, timeout: 10 }, { queue: b })];
      const task = await at.task(await at.workflow({ filters }, { TaskReservationTimeout: '30' }));
      at.seconds(11);
      const during = `${await at.state(task)}, ${await at.offers(task)}`;
      at.seconds(20);
      const after = `${await at.state(task)}, ${await at.offers(task)}`;
      return [during.replace(a, 'A'), after.replace(b, 'B')];
    },
    ['reserved in A, Alice pending', 'pending in B, Alice timeout'],
  ],
  [
    'lifecycle-task-state',
    'a task is canceled when its last target and its reservation time out, and the worker goes offline',
    async (at) => {
      const alice = await at.worker('Alice');
      const filters = [filter(everybody, { queue: await at.queue(), timeout: 30 })];
      const task = await at.task(await at.workflow({ filters }, { TaskReservationTimeout: '30' }));
      at.seconds(31);
      const { assignment_status, reason } = await at.get(`Tasks/${task}`);
      const { activity_name } = await at.get(`Workers/${alice}`);
      return [assignment_status, reason, await at.offers(task), activity_name];
    },
    ['canceled', 'Task canceled on Workflow timeout', 'Alice timeout', 'Offline'],
  ],
  [
    'api/task',
    'a task whose time is over is canceled with the description Task TTL Exceeded',
    async (at) => {
      const workflow = await at.workflow({ default_filter: { queue: await at.queue(nobody) } });
      const task = await at.task(workflow, {}, { Timeout: '60' });
      at.seconds(61);
      const { assignment_status, reason } = await at.get(`Tasks/${task}`);
      const [event] = await at.list(`Events?TaskSid=${task}&EventType=task.canceled`, 'events');
      return [assignment_status, reason, event!['description']];
    },
    ['canceled', 'Task TTL Exceeded', 'Task TTL Exceeded'],
  ],
  [
    'order-workers',
    'order_by is ignored where a value is not an integer',
    async (at) => {
      await at.worker('Alice', { level: 'high' });
      await at.worker('Bob', { level: 5 });
      return offered(at, { order_by: 'worker.level DESC' });
    },
    'Alice pending',
  ],
  ...(
    [
      ['known_worker_sid', (_name: string, sid: string) => sid, 'Bob pending'],
      ['known_worker_friendly_name', (name: string) => name, 'Bob pending'],
      ['known_worker_sid', () => null, ''],
    ] as const
  ).map(([key, valueOf, seen]): Case => [
    'workflow-configuration/known-agent-routing',
    `${key} is the only worker of a target: ${seen || 'nobody, if it is null'}`,
    async (at) => {
      await at.worker('Alice');
      const bob = await at.worker('Bob');
      return offered(at, { timeout: 60, [key]: 'task.agent' }, { agent: valueOf('Bob', bob) });
    },
    seen,
  ]),
  [
    'api/task',
    'updating the attributes of a pending task sends it through its workflow again',
    async (at) => {
      const [a, b] = [await at.queue(nobody), await at.queue(nobody)];
      const filters = [filter('type == "a"', { queue: a }), filter('type == "b"', { queue: b })];
      const task = await at.task(await at.workflow({ filters }), { type: 'a' });
      await at.send(`Tasks/${task}`, { Attributes: '{"type":"b"}' });
      return (await at.state(task)).replace(b, 'B');
    },
    'pending in B',
  ],
  [
    'lifecycle-task-workflows-and-assignment',
    'a workflow is evaluated again after a rejection',
    async (at) => {
      const [a, b] = [await at.queue(), await at.queue(nobody)];
      await at.worker('Alice');
      const filters = [filter('type == "a"', { queue: a }), filter('type == "b"', { queue: b })];
      const task = await at.task(await at.workflow({ filters }), { type: 'a' });
      await at.send(`Tasks/${task}`, { Attributes: '{"type":"b"}' });
      const offer = await at.offers(task);
      await at.answer(task, 'Alice', {
        ReservationStatus: 'rejected',
        WorkerActivitySid: at.activity('Offline'),
      });
      return [offer, (await at.state(task)).replace(b, 'B')];
    },
    ['Alice pending', 'pending in B'],
  ],
  [
    'api/task',
    'the priority of a target prevails over the one of the task, also over an update',
    async (at) => {
      const workflow = await at.targets({ queue: await at.queue(nobody), priority: 5 });
      const task = await at.task(workflow, {}, { Priority: '50' });
      const created = (await at.get(`Tasks/${task}`))['priority'];
      await at.send(`Tasks/${task}`, { Priority: '50' });
      return [created, (await at.get(`Tasks/${task}`))['priority']];
    },
    [5, 5],
  ],
  [
    'api/workflow',
    'tasks follow the configuration that they came with, until ReEvaluateTasks',
    async (at) => {
      const [a, b] = [await at.queue(nobody), await at.queue(nobody)];
      const rules = (queue: string) =>
        JSON.stringify({
          task_routing: { filters: [filter(everybody, { queue: a, timeout: 10 }, { queue })] },
        });
      const workflow = await at.workflow({ default_filter: { queue: a } });
      await at.send(`Workflows/${workflow}`, { Configuration: rules(a) });
      const task = await at.task(workflow);
      await at.send(`Workflows/${workflow}`, { Configuration: rules(b) });
      at.seconds(11);
      const before = await at.state(task);
      await at.send(`Workflows/${workflow}`, { ReEvaluateTasks: 'true' });
      return [before.replace(a, 'A'), (await at.state(task)).replace(b, 'B')];
    },
    ['pending in A', 'pending in B'],
  ],
];

const brief = ({ status, json }: Awaited<ReturnType<Exam['send']>>) => [status, json['code']];

const rest: readonly Case[] = [
  [
    'api/task-queue',
    'accepting a rescinded reservation answers 410',
    async (at) => {
      const queue = await at.queue(everybody, { MaxReservedWorkers: '2' });
      await at.worker('Alice');
      await at.worker('Bob');
      const task = await at.task(await at.targets({ queue }));
      await at.answer(task, 'Alice', { ReservationStatus: 'accepted' });
      const refused = await at.answer(task, 'Bob', { ReservationStatus: 'accepted' });
      return [refused.status, await at.offers(task)];
    },
    [410, 'Alice accepted, Bob rescinded'],
  ],
  [
    'limits',
    'attributes have at most 4,096 characters',
    async (at) => {
      const workflow = await at.targets({ queue: await at.queue() });
      const sent = (length: number) =>
        at.send('Tasks', { WorkflowSid: workflow, Attributes: `{"x":"${'y'.repeat(length - 8)}"}` });
      return [(await sent(4096)).status, brief(await sent(4097))];
    },
    [201, [400, 20001]],
  ],
  [
    'api/worker',
    'friendly names of workers are unique whatever their case, and have 64 characters at most',
    async (at) => {
      await at.worker('Alice');
      const create = async (FriendlyName: string) => brief(await at.send('Workers', { FriendlyName }));
      return [await create('alice'), await create('x'.repeat(65))];
    },
    [
      [400, 20001],
      [400, 20001],
    ],
  ],
  [
    'multitasking',
    'a task channel’s unique name has letters, digits, _ and $, and no digit first',
    async (at) => {
      const create = async (UniqueName: string) =>
        (await at.send('TaskChannels', { FriendlyName: UniqueName, UniqueName })).status;
      return Promise.all(['my channel-1', '1st', 'first_1$'].map(create));
    },
    [400, 400, 201],
  ],
  [
    'api/event/reference',
    'a task that is deleted by itself has no task.deleted, one that is deleted through the API has',
    async (at) => {
      const workflow = await at.targets({ queue: await at.queue() });
      const [gone, deleted] = [await at.task(workflow), await at.task(workflow)];
      await at.send(`Tasks/${gone}`, { AssignmentStatus: 'canceled', Reason: 'x' });
      at.seconds(310);
      await at.remove(`Tasks/${deleted}`);
      return [(await at.events(gone)).at(-1), (await at.events(deleted)).at(-1)];
    },
    ['task.canceled', 'task.deleted'],
  ],
  [
    'changelog (CCIS-1098)',
    'statuses are taken in any letter case',
    async (at) => {
      await at.worker('Alice');
      const task = await at.task(await at.targets({ queue: await at.queue() }));
      const accepted = await at.answer(task, 'Alice', { ReservationStatus: 'Accepted' });
      const completed = await at.send(`Tasks/${task}`, { AssignmentStatus: 'Completed', Reason: 'x' });
      return [accepted.json['reservation_status'], completed.json['assignment_status']];
    },
    ['accepted', 'completed'],
  ],
  [
    'api/workflow',
    'a reservation is canceled if neither callback can be reached within 5 seconds each',
    async (at) => {
      const alice = await at.worker('Alice');
      const unreachable = (path: string) => `http://127.0.0.1:9/${path}`;
      const workflow = await at.workflow(
        { default_filter: { queue: await at.queue() } },
        { AssignmentCallbackUrl: unreachable('a'), FallbackAssignmentCallbackUrl: unreachable('b') },
      );
      const task = await at.task(workflow);
      at.seconds(9);
      const before = await at.offers(task);
      at.seconds(1);
      const { activity_name } = await at.get(`Workers/${alice}`);
      return [before, await at.offers(task), activity_name];
    },
    ['Alice pending', 'Alice canceled, Alice pending', 'Available'],
  ],
  [
    'api/task',
    'a task for one worker bypasses workflow, activity and capacity, and is canceled when the worker declines',
    async (at) => {
      await at.worker('Alice');
      const bob = await at.worker('Bob', {}, at.activity('Offline'));
      const workflow = await at.workflow({ default_filter: { queue: await at.queue(nobody) } });
      const direct = await at.task(workflow, {}, { RoutingTarget: bob });
      const polite = await at.task(workflow, {}, { RoutingTarget: bob, IgnoreCapacity: 'false' });
      const offers = [await at.offers(direct), await at.offers(polite)];
      await at.answer(direct, 'Bob', { ReservationStatus: 'rejected' });
      return [...offers, (await at.state(direct)).split(' ')[0]];
    },
    ['Bob pending', '', 'canceled'],
  ],
];

for (const [kind, cases] of Object.entries({
  Expressions: expressions,
  Targets: targets,
  'The rest': rest,
})) {
  describe(`${kind} in the simulator do what Twilio documents`, () => {
    for (const [page, says, see, seen] of cases) {
      it(`${page}: ${says}`, async () => assert.deepEqual(await see(await exam()), seen));
    }
  });
}

describe('Single-tasking in the simulator does what Twilio documents', () => {
  it('api/activity: a queue that names no activities has Reserved and Busy', async () => {
    const at = await exam({}, { MultiTaskEnabled: 'false' });
    const { reservation_activity_name, assignment_activity_name } = await at.get(
      `TaskQueues/${await at.queue()}`,
    );
    assert.deepEqual([reservation_activity_name, assignment_activity_name], ['Reserved', 'Busy']);
  });

  it('api/activity: without these activities the queue must name others', async () => {
    const at = await exam({}, { MultiTaskEnabled: 'false' });
    const [busy] = await at.list('Activities?FriendlyName=Busy', 'activities');
    await at.remove(`Activities/${busy!.sid}`);
    const { status, json } = await at.send('TaskQueues', { FriendlyName: 'q' });
    assert.deepEqual([status, json['code'], json['message']], [400, 20001, 'Activity Sids cannot be empty']);
  });
});

describe('The limit of assignments in the simulator does what Twilio documents', () => {
  const limited = () => exam({ rejectionsBeforeCancel: 3 });

  it('limits: it counts how often a task becomes reserved, also when reservations time out', async () => {
    const at = await limited();
    const alice = await at.worker('Alice');
    const workflow = await at.workflow(
      { default_filter: { queue: await at.queue() } },
      { TaskReservationTimeout: '10' },
    );
    const task = await at.task(workflow);
    for (let i = 0; i < 3; i++) {
      at.seconds(11);
      await at.send(`Workers/${alice}`, { ActivitySid: at.activity('Available') });
    }
    assert.match(await at.state(task), /^canceled/);
    assert.equal(await at.offers(task), 'Alice timeout, Alice timeout, Alice timeout');
  });

  it('limits: reserving several workers at a time counts once', async () => {
    const at = await limited();
    const queue = await at.queue(everybody, { MaxReservedWorkers: '3' });
    const names = ['Alice', 'Bob', 'Carl'];
    for (const name of names) await at.worker(name);
    const task = await at.task(await at.targets({ queue }));
    const WorkerActivitySid = at.activity('Offline');
    for (const name of names)
      await at.answer(task, name, { ReservationStatus: 'rejected', WorkerActivitySid });
    assert.match(await at.state(task), /^pending/);
    assert.equal(await at.offers(task), 'Alice rejected, Bob rejected, Carl rejected');
  });
});

describe('A reservation on hold in the simulator does what Twilio documents', () => {
  it('support article 42786996187419: it does not time out, and is canceled when nobody answers the phone', async () => {
    const workflows = [{ name: 'Calls', reservationTimeout: 30, filters: [], defaultQueue: 'All' }];
    const { post, first, seconds, statuses, workerNamed } = await still({
      workers: [worker('alice', { phone: 'rings out' })],
      workflows,
    });
    await post(await first(), { Instruction: 'conference' });
    seconds(31);
    assert.deepEqual(await statuses(), ['pending']);
    seconds(35);
    assert.equal((await statuses())[0], 'canceled');
    assert.equal((await workerNamed('alice'))['activity_name'], 'Available');
  });
});
