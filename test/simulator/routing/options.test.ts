import assert from 'node:assert/strict';
import type { OptionName, RoutingOptions } from '../../../src/routing/options';
import { defaultOptions, routingDoubts } from '../../../src/routing/options';
import { exam } from './exam';
import type { Exam, Part } from './exam';

const everybody = '1==1';
const nobody = '1==2';

/** Where a task is: the letter of its queue, or its status if it is over. */
async function place(at: Exam, task: string, queues: Readonly<Record<string, string>>): Promise<string> {
  const { assignment_status, task_queue_sid } = await at.get(`Tasks/${task}`);
  if (assignment_status === 'canceled') return 'canceled';
  return Object.keys(queues).find((name) => queues[name] === task_queue_sid) ?? String(task_queue_sid);
}

const queues = async (at: Exam, target = nobody) => ({
  A: await at.queue(target),
  B: await at.queue(nobody),
  C: await at.queue(nobody),
});

const matches = (expression: string, attributes: Part) => async (at: Exam) => {
  const { A, B, ...others } = await queues(at);
  const filters = [{ expression, targets: [{ queue: A }] }];
  const { status, json } = await at.send('Workflows', {
    FriendlyName: 'W',
    Configuration: JSON.stringify({ task_routing: { filters, default_filter: { queue: B } } }),
  });
  if (status !== 201) return status;
  return (await place(at, await at.task(String(json['sid']), attributes), { A, B, ...others })) === 'A';
};

const offered =
  (target: Part, attributes: Part = {}) =>
  async (at: Exam) => {
    await at.worker('Alice', { level: 1 });
    const { status, json } = await at.send('Workflows', {
      FriendlyName: 'W',
      Configuration: JSON.stringify({
        task_routing: {
          filters: [{ expression: everybody, targets: [{ queue: await at.queue(), ...target }] }],
        },
      }),
    });
    return status === 201 ? at.offers(await at.task(String(json['sid']), attributes)) : status;
  };

/** Two filters that match; the first has these targets in queue A. */
const filters = (first: readonly Part[], { A, B }: { A: string; B: string }, last: Part = {}) => [
  { expression: 'type != "z"', targets: first.map((target) => ({ queue: A, ...target })) },
  { expression: everybody, targets: [{ queue: B, ...last }] },
];

const after =
  (seconds: number, first: readonly Part[], last: Part = {}) =>
  async (at: Exam) => {
    const all = await queues(at);
    const routing = { filters: filters(first, all, last), default_filter: { queue: all.C } };
    const task = await at.task(await at.workflow(routing));
    at.seconds(seconds);
    return place(at, task, all);
  };

const complete = (at: Exam, task: string) =>
  at.send(`Tasks/${task}`, { AssignmentStatus: 'completed', Reason: 'x' });
const move = async (at: Exam, worker: string, activity: 'Offline' | 'Available') =>
  at.send(`Workers/${worker}`, { ActivitySid: at.activity(activity) });

/** Two workers who differ in when they were last reserved, assigned and done with a task; who is offered the next? */
async function whoIsIdle(at: Exam): Promise<string> {
  const workflow = await at.workflow({ default_filter: { queue: await at.queue() } });
  const accepted = async (name: string) => {
    const task = await at.task(workflow);
    at.seconds(1);
    await at.answer(task, name, { ReservationStatus: 'accepted' });
    return task;
  };
  const bob = await at.worker('Bob');
  await complete(at, await accepted('Bob'));
  at.seconds(10);
  await move(at, bob, 'Offline');
  // Alice is reserved and released after Bob, and has never been assigned a task.
  const alice = await at.worker('Alice');
  const rejected = await at.task(workflow);
  await at.answer(rejected, 'Alice', {
    ReservationStatus: 'rejected',
    WorkerActivitySid: at.activity('Offline'),
  });
  await at.send(`Tasks/${rejected}`, { AssignmentStatus: 'canceled', Reason: 'x' });
  at.seconds(10);
  await move(at, bob, 'Available');
  await move(at, alice, 'Available');
  return at.offers(await at.task(workflow));
}

/** Bob is reserved and assigned after Alice, and done before her. */
async function whoWasDone(at: Exam): Promise<string> {
  const workflow = await at.workflow({ default_filter: { queue: await at.queue() } });
  const accepted = async (name: string) => {
    await at.worker(name);
    const task = await at.task(workflow);
    at.seconds(1);
    await at.answer(task, name, { ReservationStatus: 'accepted' });
    return task;
  };
  const first = await accepted('Alice');
  at.seconds(10);
  await complete(at, await accepted('Bob'));
  at.seconds(10);
  await complete(at, first);
  return at.offers(await at.task(workflow));
}

const idle = async (at: Exam, next: () => Promise<Exam>) => [
  await whoIsIdle(at),
  await whoWasDone(await next()),
];

async function afterRejection(at: Exam): Promise<string> {
  const all = await queues(at, everybody);
  await at.worker('Alice');
  const task = await at.task(await at.targets({ queue: all.A, timeout: 60 }, { queue: all.B }));
  await at.answer(task, 'Alice', {
    ReservationStatus: 'rejected',
    WorkerActivitySid: at.activity('Offline'),
  });
  return place(at, task, all);
}

async function afterUpdate(at: Exam): Promise<string> {
  const all = await queues(at);
  const task = await at.task(await at.workflow({ filters: filters([{}], all) }), { type: 'a' });
  await at.send(`Tasks/${task}`, { Attributes: '{"type":"z"}' });
  return place(at, task, all);
}

async function rerouted(at: Exam): Promise<string> {
  const all = await queues(at);
  const workflow = await at.targets({ queue: all.A, timeout: 10 }, { queue: all.B });
  const task = await at.task(workflow);
  at.seconds(15);
  await at.send(`Tasks/${task}`, { Attributes: '{"x":1}' });
  return place(at, task, all);
}

async function secondOffer(at: Exam): Promise<string> {
  await at.worker('Alice');
  const workflow = await at.targets({ queue: await at.queue() });
  await at.task(workflow);
  return at.offers(await at.task(workflow));
}

async function toUnavailable(at: Exam): Promise<string> {
  await at.worker('Alice', {}, at.activity('Unavailable'));
  const expression = "worker.activity_name == 'Unavailable'";
  return at.offers(await at.task(await at.targets({ queue: await at.queue(), expression })));
}

async function toFullWorker(at: Exam): Promise<string> {
  const alice = await at.worker('Alice', {}, at.activity('Offline'));
  const direct = { RoutingTarget: alice, IgnoreCapacity: 'false' };
  const task = await at.task(await at.targets({ queue: await at.queue() }), {}, direct);
  return (await at.state(task)).split(' ')[0]!;
}

async function channelOf(at: Exam, capacity?: string) {
  const path = `Workers/${await at.worker('Alice')}/Channels/chat`;
  if (capacity !== undefined) await at.send(path, { Capacity: capacity });
  return at.get(path);
}

const percentage = async (at: Exam) => (await channelOf(at, '0'))['available_capacity_percentage'];

/** `next` makes another workspace under the same options. */
type See = (at: Exam, next: () => Promise<Exam>) => Promise<unknown>;

/** For each option something to see, and what is seen under each choice. */
const seen: Readonly<Record<OptionName, readonly [see: See, ...each: readonly unknown[]]>> = {
  andBeforeOr: [matches('1==1 OR 1==1 AND 1==2', {}), true, false],
  keywordCase: [matches('1==1 and 1==1', {}), true, 400],
  stringEscapes: [matches(String.raw`a == "x\y"`, { a: 'xy' }), true, false],
  hyphensInStrings: [matches('a == "en-CA"', { a: 'en-CA' }), true, 400],
  negativeNumbers: [matches('a > -5', { a: 0 }), true, 400],
  emptyLists: [matches('a NOT IN []', { a: 0 }), true, 400],
  bareKeys: [matches('vip', { vip: true }), 400, true],
  unprefixedTargetKeys: [offered({ expression: 'level == 1' }), 400, ''],
  workerFieldsInQueues: [queueOf("friendly_name == 'Alice'"), 1, 0],
  workerPrefixInQueues: [queueOf('worker.level == 1'), 0, 1],
  nullEqualsNull: [offered({ expression: 'task.a == worker.b' }), 'Alice pending', ''],
  nullDiffersFromValues: [matches('vip != true', {}), true, false],
  nullIsLowest: [matches('a < 1', {}), false, true],
  notInNull: [offered({ expression: 'worker.sid NOT IN task.sids' }), '', 'Alice pending'],
  arrayDiffersFromNull: [matches('a != null', { a: [] }), true, false],
  numericStringsEqualNumbers: [matches('a == 5', { a: '5' }), true, false],
  caseSensitiveStrings: [matches('a == "X"', { a: 'x' }), false, true],
  afterLastTimeout: [after(11, [{ timeout: 10 }]), 'B', 'canceled'],
  timeoutsAcrossFilters: [after(15, [{ timeout: 10, skip_if: everybody }], { timeout: 10 }), 'B', 'canceled'],
  afterFailedReservation: [afterRejection, 'A', 'B'],
  reservationOutlivesTarget: [outliving, 'Alice pending', 'Alice canceled'],
  withoutMatch: [unmatched, 'canceled', 'pending'],
  afterLastSkip: [after(0, [{ skip_if: everybody }]), 'B', 'C', 'canceled'],
  attributesReroute: [afterUpdate, 'B', 'A'],
  expiredTargets: [rerouted, 'B', 'A'],
  capacityFallsAt: [secondOffer, '', 'Alice pending'],
  percentageOfNoCapacity: [percentage, 0, 100],
  defaultCapacity: [async (at) => (await channelOf(at))['configured_capacity'], 1, 0],
  idleSince: [
    idle,
    ['Bob pending', 'Alice pending'],
    ['Alice pending', 'Alice pending'],
    ['Bob pending', 'Bob pending'],
  ],
  nonIntegerOrder: [ordered, 'Bob pending', 'Carl pending'],
  excludedActivities: [toUnavailable, '', 'Alice pending'],
  fullRoutingTarget: [toFullWorker, 'pending', 'canceled'],
};

function queueOf(target: string) {
  return async (at: Exam) => {
    await at.worker('Alice', { level: 1 });
    return (await at.list(`Workers?TaskQueueSid=${await at.queue(target)}`, 'workers')).length;
  };
}

async function outliving(at: Exam): Promise<string> {
  await at.worker('Alice');
  const { A, B } = await queues(at, everybody);
  const task = await at.task(await at.targets({ queue: A, timeout: 10 }, { queue: B }));
  at.seconds(11);
  return at.offers(task);
}

async function unmatched(at: Exam): Promise<string> {
  const workflow = await at.workflow({
    filters: [{ expression: nobody, targets: [{ queue: await at.queue() }] }],
  });
  return (await at.state(await at.task(workflow))).split(' ')[0]!;
}

/** Bob is idle longer; Carl has the better rank. */
async function ordered(at: Exam): Promise<string> {
  await at.worker('Bob', { level: 'high', rank: 2 });
  await at.worker('Carl', { level: 5, rank: 1 });
  const order_by = 'worker.level DESC, worker.rank ASC';
  return at.offers(await at.task(await at.targets({ queue: await at.queue(), order_by })));
}

describe('Routing options of a scenario', () => {
  for (const [name, { choices }] of Object.entries(routingDoubts)) {
    const [see, ...each] = seen[name as OptionName];
    it(`${name}: each choice has a visible effect`, () => assert.equal(each.length, choices.length));
    choices.forEach((choice, i) => {
      it(`${name} ${JSON.stringify(choice)}`, async () => {
        const routing: RoutingOptions = { ...defaultOptions, [name]: choice };
        const next = () => exam({ routing });
        assert.deepEqual(await see(await next(), next), each[i]);
      });
    });
    it(`${name}: ${JSON.stringify(choices[0])} is the default`, async () =>
      assert.deepEqual(await see(await exam(), exam), each[0]));
  }
});
