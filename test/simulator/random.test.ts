import assert from 'node:assert/strict';
import fc from 'fast-check';
import { transitions } from '../../src/simulator/state/reservations';
import { createSimulator, manualClock } from '../../src/simulator/simulator';
import { sequences } from '../sequences';
import { callSid, driverOf, quiet, waiting, worker } from './driver';
import type { Driver, Json } from './driver';

type Status = keyof typeof transitions;

/** Whether a reservation may have got from one status to another by allowed steps, any number of them. */
const reaches = (from: Status, to: Status): boolean =>
  from === to || transitions[from].some((next) => reaches(next, to));

const from = '+18885550100';
const url = 'https://example.com/';

/** Updates of a reservation, and the statuses in which they are not refused. */
const instructions = [
  [{ ReservationStatus: 'accepted' }, ['pending']],
  [{ ReservationStatus: 'rejected' }, ['pending']],
  [{ ReservationStatus: 'wrapping' }, ['accepted']],
  [{ ReservationStatus: 'completed' }, ['accepted', 'wrapping']],
  [{ ReservationStatus: 'timeout' }, []],
  [{ Instruction: 'conference' }, ['pending']],
  [{ Instruction: 'dequeue', DequeueFrom: from }, ['pending']],
  [{ Instruction: 'call', CallFrom: from, CallUrl: url, CallAccept: 'true' }, ['pending']],
  [
    { Instruction: 'redirect', RedirectCallSid: callSid, RedirectUrl: url, RedirectAccept: 'true' },
    ['pending'],
  ],
  [
    { Instruction: 'supervise', Supervisor: 'client:boss', SupervisorMode: 'barge' },
    ['accepted', 'wrapping'],
  ],
] as const satisfies readonly (readonly [Record<string, string>, readonly Status[]])[];

/** The same for the status of a task. */
const moves = [
  ['canceled', ['pending', 'reserved']],
  ['wrapping', ['assigned', 'wrapping']],
  ['completed', ['assigned', 'wrapping']],
] as const;

const expressions = {
  '1 == 1': () => true,
  'skills HAS "all"': (skilled: boolean) => skilled,
  'skills HAS "none"': () => false,
};
type Expression = keyof typeof expressions;

const which = fc.nat(5);
const step = fc.oneof(
  fc.record({
    do: fc.constant('instruct' as const),
    which: fc.nat(20),
    how: fc.constantFrom(...instructions),
  }),
  fc.record({ do: fc.constant('wait' as const), seconds: fc.constantFrom(1, 5, 60, 130, 400) }),
  fc.record({ do: fc.constant('move task' as const), which, how: fc.constantFrom(...moves) }),
  fc.record({ do: fc.constant('create task' as const), channel: fc.constantFrom('voice', 'chat') }),
  fc.record({ do: fc.constant('delete task' as const), which }),
  fc.record({
    do: fc.constant('move worker' as const),
    which,
    to: fc.constantFrom('Available', 'Break'),
    rejects: fc.boolean(),
  }),
  fc.record({ do: fc.constant('teach worker' as const), which, skilled: fc.boolean() }),
  fc.record({ do: fc.constant('delete worker' as const), which }),
  fc.record({
    do: fc.constant('set channel' as const),
    which,
    channel: fc.constantFrom('voice', 'chat'),
    capacity: fc.nat(3),
    available: fc.boolean(),
  }),
  fc.record({
    do: fc.constant('change queue' as const),
    target: fc.constantFrom(...(Object.keys(expressions) as Expression[])),
    most: fc.integer({ min: 1, max: 3 }),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

interface Seen {
  readonly tasks: readonly Json[];
  readonly workers: readonly Json[];
  readonly reservations: readonly Json[];
}

const isOpen = (row: Json) => ['pending', 'accepted', 'wrapping'].includes(String(row['reservation_status']));
const at = <T>(all: readonly T[], index: number): T | undefined => all[index % Math.max(1, all.length)];

/** What should be so, from what was asked for alone: no code of the simulator's is used to work it out. */
class Model {
  target: Expression = '1 == 1';
  readonly #unskilled = new Set<string>();
  readonly #channels = new Map<string, { capacity: number; available: boolean }>();
  readonly queue: string;
  constructor(
    private readonly driver: Driver,
    private readonly root: string,
    private readonly multitasking: boolean,
    private readonly sids: Readonly<Record<string, string>>,
  ) {
    this.queue = `${root}/TaskQueues/${sids['queue']}`;
  }

  /** Takes a step, if there is anything to take it on, and holds the answer to what it should have been. */
  async take(one: Step, { tasks, workers, reservations }: Seen): Promise<void> {
    const { driver, root } = this;
    const ask = async (
      refused: boolean,
      method: 'POST' | 'DELETE',
      path: string,
      body?: Record<string, string>,
    ) => {
      const { status, json } = await driver.send(method, path, body);
      assert.equal(status >= 400, refused, `${JSON.stringify(one)}: ${status} ${String(json['message'])}`);
      assert.ok(status < 500);
    };
    const task = 'which' in one ? at(tasks, one.which) : undefined;
    const worker = 'which' in one ? at(workers, one.which) : undefined;
    const open = reservations.filter((row) => row['worker_sid'] === worker?.sid && isOpen(row));
    switch (one.do) {
      case 'instruct': {
        const row = at(reservations, one.which);
        if (!row) return;
        const allowed: readonly string[] = one.how[1];
        const path = `${root}/Tasks/${String(row['task_sid'])}/Reservations/${row.sid}`;
        return ask(!allowed.includes(String(row['reservation_status'])), 'POST', path, one.how[0]);
      }
      case 'move task': {
        const [AssignmentStatus, allowed] = one.how;
        const refused = !(allowed as readonly string[]).includes(String(task?.['assignment_status']));
        const body = { AssignmentStatus, Reason: 'because' };
        return task && ask(refused, 'POST', `${root}/Tasks/${task.sid}`, body);
      }
      case 'create task': {
        if (tasks.length > 5) return;
        const Attributes = JSON.stringify({ call_sid: callSid, from });
        return ask(false, 'POST', `${root}/Tasks`, { TaskChannel: one.channel, Attributes });
      }
      case 'delete task':
        return task && ask(false, 'DELETE', `${root}/Tasks/${task.sid}`);
      case 'move worker': {
        const pending = open.some((row) => row['reservation_status'] === 'pending');
        const refused = one.to === 'Break' && pending && !one.rejects;
        const body = { ActivitySid: this.sids[one.to]!, RejectPendingReservations: String(one.rejects) };
        return worker && ask(refused, 'POST', `${root}/Workers/${worker.sid}`, body);
      }
      case 'teach worker': {
        if (!worker) return;
        if (one.skilled) this.#unskilled.delete(worker.sid);
        else this.#unskilled.add(worker.sid);
        const Attributes = JSON.stringify({ contact_uri: 'client:x', skills: one.skilled ? ['all'] : [] });
        return ask(false, 'POST', `${root}/Workers/${worker.sid}`, { Attributes });
      }
      case 'delete worker':
        return worker && ask(open.length > 0, 'DELETE', `${root}/Workers/${worker.sid}`);
      case 'set channel': {
        if (!worker) return;
        this.#channels.set(`${worker.sid} ${one.channel}`, one);
        const body = { Capacity: String(one.capacity), Available: String(one.available) };
        return ask(false, 'POST', `${root}/Workers/${worker.sid}/Channels/${one.channel}`, body);
      }
      case 'change queue':
        this.target = one.target;
        return ask(false, 'POST', this.queue, {
          TargetWorkers: one.target,
          MaxReservedWorkers: String(one.most),
        });
    }
  }

  assertHolds(before: Seen, after: Seen): void {
    assertSteps(before.reservations, after.reservations);
    for (const task of after.tasks) assertAgrees(task, after.reservations);
    const known = new Set(before.reservations.map(({ sid }) => sid));
    for (const row of after.reservations) {
      if (!known.has(row.sid) && isOpen(row)) this.#assertRoomWas(row, after);
    }
    for (const task of after.tasks) {
      if (task['assignment_status'] !== 'pending') continue;
      for (const worker of after.workers)
        assert.ok(!this.#couldTake(worker, task, after), `${task.sid} waits, though ${worker.sid} is free`);
    }
  }

  #load({ sid }: Json, channel: unknown, { tasks, reservations }: Seen) {
    const open = reservations.filter((row) => row['worker_sid'] === sid && isOpen(row));
    const ofChannel = open.filter(
      (row) => tasks.find((task) => task.sid === row['task_sid'])?.['task_channel_unique_name'] === channel,
    );
    return { open: open.length, ofChannel: ofChannel.length };
  }

  #channel({ sid }: Json, channel: unknown) {
    return this.#channels.get(`${sid} ${String(channel)}`) ?? { capacity: 1, available: true };
  }

  /** A new reservation takes no worker over what they can do at a time. */
  #assertRoomWas(row: Json, seen: Seen): void {
    const worker = seen.workers.find(({ sid }) => sid === row['worker_sid'])!;
    const channel = seen.tasks.find(({ sid }) => sid === row['task_sid'])!['task_channel_unique_name'];
    const load = this.#load(worker, channel, seen);
    if (this.multitasking)
      assert.ok(load.ofChannel <= this.#channel(worker, channel).capacity, 'too much at a time');
    else assert.equal(load.open, 1, 'one at a time');
  }

  #couldTake(worker: Json, task: Json, seen: Seen): boolean {
    const channel = task['task_channel_unique_name'];
    const { capacity, available } = this.#channel(worker, channel);
    if (!worker['available'] || !available || capacity === 0) return false;
    if (!expressions[this.target](!this.#unskilled.has(worker.sid))) return false;
    const load = this.#load(worker, channel, seen);
    return load.open === 0 || (this.multitasking && load.ofChannel < capacity);
  }
}

function assertSteps(before: readonly Json[], after: readonly Json[]): void {
  const statusOf = new Map(before.map((row) => [row.sid, row['reservation_status'] as Status]));
  for (const row of after) {
    const [from, to] = [statusOf.get(row.sid) ?? 'pending', row['reservation_status'] as Status];
    assert.ok(reaches(from, to), `from ${from} to ${to}`);
  }
}

/** What a task's status says about its reservations. */
function assertAgrees(task: Json, reservations: readonly Json[]): void {
  const open = reservations
    .filter((row) => row['task_sid'] === task.sid && isOpen(row))
    .map((row) => row['reservation_status']);
  const status = String(task['assignment_status']);
  const expected = { assigned: ['accepted'], wrapping: ['wrapping'] }[status] ?? [];
  if (status === 'reserved') assert.ok(open.length && open.every((one) => one === 'pending'), open.join());
  else assert.deepEqual(open, expected, `a task that is ${status}`);
}

describe('any sequence of requests and times', () => {
  for (const multitasking of [true, false]) {
    it(`makes no invalid transition ${multitasking ? 'with' : 'without'} multitasking`, async () => {
      const scenario = quiet({
        multitasking,
        workers: [worker('alice'), worker('bob', { phone: 'busy' }), worker('cleo', { phone: 'rings out' })],
        queues: [
          { name: 'All', targetWorkers: '1 == 1', maxReservedWorkers: 2, reservationActivity: 'Reserved' },
        ],
        tasks: [waiting(), waiting(), waiting({ channel: 'chat' })],
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
          const clock = manualClock();
          const driver = driverOf(createSimulator({ clock, scenario }));
          const { list } = driver;
          const root = `/v1/Workspaces/${(await list('/v1/Workspaces', 'workspaces'))[0]!.sid}`;
          const activities = await list(`${root}/Activities`, 'activities');
          const [queue] = await list(`${root}/TaskQueues`, 'task_queues');
          const sids = Object.fromEntries(activities.map((row) => [String(row['friendly_name']), row.sid]));
          const model = new Model(driver, root, multitasking, { ...sids, queue: queue!.sid });
          const look = async (): Promise<Seen> => {
            const tasks = await list(`${root}/Tasks`, 'tasks');
            const all = tasks.map(({ sid }) => list(`${root}/Tasks/${sid}/Reservations`, 'reservations'));
            const workers = await list(`${root}/Workers`, 'workers');
            return { tasks, workers, reservations: (await Promise.all(all)).flat() };
          };
          let before = await look();
          for (const one of steps) {
            if (one.do === 'wait') clock.advance(one.seconds * 1000);
            else await model.take(one, before);
            const after = await look();
            model.assertHolds(before, after);
            before = after;
          }
        }),
        sequences(),
      );
    }).timeout(600_000);
  }
});
