import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createSimulator, manualClock } from '../../src/simulator/simulator';
import { transitions } from '../../src/simulator/reservations';
import { callSid, driverOf, quiet, waiting, worker } from './driver';
import type { Json } from './driver';

type Status = keyof typeof transitions;

/** Whether a reservation may have got from one status to another by allowed steps, any number of them. */
const reaches = (from: Status, to: Status): boolean =>
  from === to || transitions[from].some((next) => reaches(next, to));

const bodies = [
  { ReservationStatus: 'accepted' },
  { ReservationStatus: 'rejected' },
  { ReservationStatus: 'wrapping' },
  { ReservationStatus: 'completed' },
  { Instruction: 'conference' },
  { Instruction: 'dequeue', DequeueFrom: '+18885550100' },
  { Instruction: 'call', CallFrom: '+18885550100', CallUrl: 'https://example.com/', CallAccept: 'true' },
  {
    Instruction: 'redirect',
    RedirectCallSid: callSid,
    RedirectUrl: 'https://example.com/',
    RedirectAccept: 'true',
  },
  { Instruction: 'supervise', Supervisor: 'client:boss', SupervisorMode: 'barge' },
] as const satisfies readonly Record<string, string>[];

const step = fc.oneof(
  fc.record({ reservation: fc.nat(20), body: fc.constantFrom(...bodies) }),
  fc.record({ seconds: fc.constantFrom(1, 5, 60, 130, 400) }),
);

describe('any sequence of updates and times', () => {
  for (const multitasking of [true, false]) {
    it(`makes no forbidden step ${multitasking ? 'with' : 'without'} multitasking`, async () => {
      const scenario = quiet({
        multitasking,
        workers: [worker('alice'), worker('bob', { phone: 'busy' }), worker('cleo', { phone: 'rings out' })],
        queues: [
          { name: 'All', targetWorkers: '1 == 1', maxReservedWorkers: 2, reservationActivity: 'Reserved' },
        ],
        tasks: [waiting(), waiting(), waiting({ channel: 'chat' })],
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
          const clock = manualClock();
          const { list, post } = driverOf(createSimulator({ clock, scenario }));
          const root = `/v1/Workspaces/${(await list('/v1/Workspaces', 'workspaces'))[0]!.sid}`;
          const look = async () => {
            const tasks = await list(`${root}/Tasks`, 'tasks');
            const all = tasks.map(({ sid }) => list(`${root}/Tasks/${sid}/Reservations`, 'reservations'));
            return { tasks, reservations: (await Promise.all(all)).flat() };
          };
          let before = await look();
          for (const one of steps) {
            if ('seconds' in one) clock.advance(one.seconds * 1000);
            else {
              const row = before.reservations[one.reservation % Math.max(1, before.reservations.length)];
              if (!row) continue;
              const url = `${root}/Tasks/${String(row['task_sid'])}/Reservations/${row.sid}`;
              const { status } = await post(url, one.body);
              assert.ok(status === 200 || status === 400, `answered ${status}`);
            }
            const after = await look();
            assertSteps(before.reservations, after.reservations);
            assertAgree(after.tasks, after.reservations);
            before = after;
          }
        }),
        { numRuns: 150, seed: 1 },
      );
    }).timeout(60_000);
  }
});

function assertSteps(before: readonly Json[], after: readonly Json[]): void {
  const statusOf = new Map(before.map((row) => [row.sid, row['reservation_status'] as Status]));
  for (const row of after) {
    const [from, to] = [statusOf.get(row.sid) ?? 'pending', row['reservation_status'] as Status];
    assert.ok(reaches(from, to), `from ${from} to ${to}`);
  }
}

/** A task's status follows from its reservations'. */
function assertAgree(tasks: readonly Json[], reservations: readonly Json[]): void {
  for (const task of tasks) {
    const own = reservations
      .filter((row) => row['task_sid'] === task.sid)
      .map((row) => row['reservation_status']);
    const expected = own.includes('accepted')
      ? 'assigned'
      : own.includes('wrapping')
        ? 'wrapping'
        : own.includes('completed')
          ? 'completed'
          : own.includes('pending')
            ? 'reserved'
            : 'pending';
    assert.equal(task['assignment_status'], expected, own.join());
  }
}
