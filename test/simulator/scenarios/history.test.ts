import assert from 'node:assert/strict';
import { builtIn } from '../../../src/simulator/scenarios/builtIn/all';
import { createSimulator, manualClock } from '../../../src/simulator/simulator';
import type { Json } from '../driver';
import { driverOf } from '../driver';

const seconds = (at: unknown) => Math.floor(Date.parse(at as string) / 1000);
const day = 86_400;

/** The Event that a reservation's status comes with. */
const eventOf: Readonly<Record<string, string>> = { pending: 'created', wrapping: 'wrapup' };

describe('the Events of a scenario’s initial tasks', () => {
  const scenarios = builtIn.filter(({ workspaces }) => workspaces.every(({ bulk }) => !bulk));
  for (const one of scenarios) {
    it(`of ${one.name} lead to their state and dates`, async () => {
      const clock = manualClock();
      const scenario = { ...one, faults: [], concurrency: 100, latency: 0 };
      const driver = driverOf(createSimulator({ clock, seed: 1, scenario }));
      const now = Math.floor(clock.now() / 1000);
      let checked = 0;
      for (const { sid } of await driver.list('/v1/Workspaces', 'workspaces')) {
        const root = `/v1/Workspaces/${sid}`;
        const since = new Date((now - 30 * day) * 1000).toISOString();
        for (const task of await driver.list(`${root}/Tasks?PageSize=1000`, 'tasks')) {
          const query = `TaskSid=${task.sid}&StartDate=${since}&PageSize=1000`;
          const events = (await driver.list(`${root}/Events?${query}`, 'events')).reverse();
          const path = `${root}/Tasks/${task.sid}/Reservations?PageSize=1000`;
          checkTask(task, await driver.list(path, 'reservations'), events, now);
          checked++;
        }
      }
      assert.ok(checked > 0);
    });
  }
});

function checkTask(task: Json, reservations: readonly Json[], events: readonly Json[], now: number): void {
  const told = events.map(({ event_type: type, event_date: date, event_data: data }) => ({
    type: type as string,
    at: seconds(date),
    data: data as Readonly<Record<string, string>>,
  }));
  const text = told.map(({ type, at }) => `${at - now} ${type}`).join('\n');
  assert.deepEqual(
    told.slice(0, 3).map(({ type, at }) => [type, at]),
    ['workflow.entered', 'task-queue.entered', 'task.created'].map((type) => [
      type,
      seconds(task['date_created']),
    ]),
  );
  assert.equal(told[0]!.data['task_assignment_status'], 'pending');
  assert.equal(told.at(-1)!.data['task_assignment_status'], task['assignment_status'], text);
  for (const [i, { at }] of told.entries()) assert.ok(at <= (told[i + 1]?.at ?? now), text);
  assert.ok(seconds(task['date_updated']) >= told.at(-1)!.at || task['assignment_status'] === 'reserved');
  for (const reservation of reservations) {
    const own = told.filter(({ data }) => data['reservation_sid'] === reservation.sid);
    assert.equal(own[0]!.type, 'reservation.created');
    assert.equal(own[0]!.at, seconds(reservation['date_created']));
    const status = reservation['reservation_status'] as string;
    assert.equal(own.at(-1)!.type, `reservation.${eventOf[status] ?? status}`, text);
    assert.equal(own.at(-1)!.at, seconds(reservation['date_updated']), text);
  }
  const status = task['assignment_status'] as string;
  const isOver = status === 'completed' || status === 'canceled';
  if (isOver) assert.equal(told.at(-1)!.type, `task.${status}`);
  else assert.ok(!told.some(({ type }) => type === 'task.completed' || type === 'task.canceled'));
}
