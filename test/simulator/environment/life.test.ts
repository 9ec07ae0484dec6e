import assert from 'node:assert/strict';
import { simulateLife } from '../../../src/simulator/environment/life';
import { populate } from '../../../src/simulator/scenarios/populate';
import { createSimulator, lively, manualClock } from '../../../src/simulator/simulator';
import { driverOf, still, worker } from '../driver';
import type { Driver, Json } from '../driver';

const minute = 60_000;

interface Seen {
  readonly name: string;
  readonly tasks: readonly Json[];
  readonly workers: readonly Json[];
  readonly workflows: readonly Json[];
  readonly reservations: readonly Json[];
}

async function lookAt({ list }: Driver): Promise<Seen[]> {
  const seen: Seen[] = [];
  for (const workspace of await list('/v1/Workspaces', 'workspaces')) {
    const root = `/v1/Workspaces/${workspace.sid}`;
    const workers = await list(`${root}/Workers?PageSize=1000`, 'workers');
    const lists = workers.map(({ sid }) =>
      list(`${root}/Workers/${sid}/Reservations?PageSize=1000`, 'reservations'),
    );
    seen.push({
      name: String(workspace['friendly_name']),
      workers,
      tasks: await list(`${root}/Tasks?PageSize=1000`, 'tasks'),
      workflows: await list(`${root}/Workflows`, 'workflows'),
      reservations: (await Promise.all(lists)).flat(),
    });
  }
  return seen;
}

const withStatus = (reservations: readonly Json[], ...wanted: string[]) =>
  reservations.filter((one) => wanted.includes(String(one['reservation_status'])));

describe('the lively scenario', () => {
  it('shows every status of tasks and reservations at the start, and leaves time to act', async () => {
    const clock = manualClock();
    const driver = driverOf(createSimulator({ clock, seed: 7 }));
    const [acme, clinic] = await lookAt(driver);
    assert.ok(acme && clinic);
    const statuses = (rows: readonly Json[], key: string) => [...new Set(rows.map((row) => row[key]))].sort();
    assert.deepEqual(statuses(acme.tasks, 'assignment_status'), [
      'assigned',
      'canceled',
      'completed',
      'pending',
      'reserved',
      'wrapping',
    ]);
    assert.deepEqual(statuses(acme.reservations, 'reservation_status'), [
      'accepted',
      'canceled',
      'completed',
      'pending',
      'rejected',
      'rescinded',
      'timeout',
      'wrapping',
    ]);
    assert.ok(acme.workers.length >= 12);
    assert.ok(withStatus(acme.reservations, 'accepted').length >= 2);
    const open = withStatus(acme.reservations, 'pending');
    assert.ok(new Set(open.map((one) => one['worker_sid'])).size >= 4);
    clock.advance(5 * minute);
    const [later] = await lookAt(driver);
    const left = withStatus(later!.reservations, 'pending').map(({ sid }) => sid);
    for (const { sid } of open) assert.ok(left.includes(sid), 'they are left to the person');
  });

  it('follows the rules for a day, and always has pending reservations', async () => {
    const clock = manualClock();
    const driver = driverOf(createSimulator({ clock, seed: 11 }));
    const capacities = new Map(
      lively.workspaces.flatMap((plan) =>
        plan.workers.map(({ name, capacity }) => [name, capacity] as const),
      ),
    );
    let most = 0;
    for (let i = 0; i < 24 * 60; i += 5) {
      clock.advance(5 * minute);
      const seen = await lookAt(driver);
      assert.ok(
        withStatus(seen[0]!.reservations, 'pending').length >= 2,
        `at minute ${i} nothing is pending`,
      );
      for (const { name, tasks, workers, workflows, reservations } of seen) {
        const taskOf = new Map(tasks.map((task) => [task.sid, task]));
        most = Math.max(most, tasks.length);
        for (const reservation of reservations) {
          assert.ok(taskOf.has(String(reservation['task_sid'])), 'its task can be fetched');
        }
        for (const reservation of withStatus(reservations, 'pending')) {
          const task = taskOf.get(String(reservation['task_sid']))!;
          assert.equal(task['assignment_status'], 'reserved');
          const workflow = workflows.find(({ sid }) => sid === task['workflow_sid'])!;
          const age = (clock.now() - Date.parse(String(reservation['date_created']))) / 1000;
          assert.ok(age <= Number(workflow['task_reservation_timeout']) + 1, 'it runs out in time');
        }
        for (const worker of workers) {
          const open = withStatus(reservations, 'pending', 'accepted', 'wrapping').filter(
            (one) => one['worker_sid'] === worker.sid,
          );
          if (name === 'Harbor Clinic') {
            assert.ok(open.length <= 1, 'one task at a time');
            const since = Date.parse(String(worker['date_status_changed']));
            const left = open.length === 0 && worker['activity_name'] === 'On a Task';
            assert.ok(!left || clock.now() - since < 60 * minute, 'whose work is done comes back');
          }
          for (const channel of ['voice', 'chat', 'sms', 'email']) {
            const load = open.filter(
              (one) => taskOf.get(String(one['task_sid']))?.['task_channel_unique_name'] === channel,
            ).length;
            const capacity = capacities.get(String(worker['friendly_name']))?.[channel] ?? 1;
            assert.ok(
              load <= capacity,
              `${String(worker['friendly_name'])} has ${load} of ${capacity} on ${channel}`,
            );
          }
        }
      }
    }
    assert.ok(most < 80, `finished tasks are forgotten, yet there were ${most}`);
  }).timeout(60_000);

  it('gives two equal runs for the same seed and time, and another for another seed', async () => {
    const run = async (seed: number) => {
      const clock = manualClock();
      const driver = driverOf(createSimulator({ clock, seed }));
      clock.advance(90 * minute);
      return JSON.stringify(await lookAt(driver));
    };
    const first = await run(7);
    assert.equal(await run(7), first);
    assert.notEqual(await run(8), first);
  });

  it('does not interfere with a client that accepts reservations', async () => {
    const clock = manualClock();
    const { list, post } = driverOf(createSimulator({ clock, seed: 5 }));
    const [acme] = await list('/v1/Workspaces', 'workspaces');
    const root = `/v1/Workspaces/${acme!.sid}`;
    const [task] = await list(`${root}/Tasks?AssignmentStatus=reserved`, 'tasks');
    const [reservation] = await list(
      `${root}/Tasks/${task!.sid}/Reservations?ReservationStatus=pending`,
      'reservations',
    );
    const url = `${root}/Tasks/${task!.sid}/Reservations/${reservation!.sid}`;
    assert.equal((await post(url, { ReservationStatus: 'accepted' })).status, 200);
    clock.advance(20 * minute);
    const [same] = await list(
      `${root}/Tasks/${task!.sid}/Reservations?ReservationStatus=accepted`,
      'reservations',
    );
    assert.equal(same?.sid, reservation!.sid);
  });

  it('continues when a client makes every worker unavailable', async () => {
    const clock = manualClock();
    const driver = driverOf(createSimulator({ clock, seed: 5 }));
    const [acme] = await driver.list('/v1/Workspaces', 'workspaces');
    const root = `/v1/Workspaces/${acme!.sid}`;
    const [pause] = await driver.list(`${root}/Activities?FriendlyName=Break`, 'activities');
    for (let i = 0; i < 30; i++) {
      const [seen] = await lookAt(driver);
      for (const { sid, task_sid } of withStatus(seen!.reservations, 'pending')) {
        const url = `${root}/Tasks/${String(task_sid)}/Reservations/${sid}`;
        await driver.post(url, { ReservationStatus: 'rejected', WorkerActivitySid: pause!.sid });
      }
      clock.advance(minute);
    }
    clock.advance(5 * minute);
    const [seen] = await lookAt(driver);
    assert.ok(withStatus(seen!.reservations, 'pending').length >= 4);
  });

  it('does not act on a reservation once a client has', async () => {
    const life = {
      ...lively.workspaces[0]!.life!,
      leftToPerson: 0,
      rejected: 100,
      answerAfter: [1, 1],
      arrivals: [{ weight: 1, workflow: 'Calls', channel: 'voice', attributes: { call_sid: '{call}' } }],
    } as const;
    const { clock, list, root, post, simulator } = await still({
      life,
      tasks: [],
      workers: [worker('alice')],
    });
    let [task]: Json[] = [];
    while (!task) {
      clock.advance(100);
      [task] = await list(`${root}/Tasks`, 'tasks');
    }
    const reservations = `${root}/Tasks/${task.sid}/Reservations`;
    const [reservation] = await list(reservations, 'reservations');
    await post(`${reservations}/${reservation!.sid}`, { Instruction: 'conference' });
    clock.advance(10_000);
    const [same] = await list(reservations, 'reservations');
    assert.equal(same?.['reservation_status'], 'accepted');
    simulator.stop();
  });

  it('does not grow, however long it runs', () => {
    const clock = manualClock();
    const account = populate(lively, clock, 3);
    simulateLife(account, lively);
    const rows = () =>
      [...account.workspaces.rows()].flatMap(({ tasks, reservations, waiting }) => [
        tasks.size,
        reservations.size,
        waiting.size,
      ]);
    clock.advance(3 * 24 * 60 * minute);
    for (const count of rows()) assert.ok(count < 150, `rows: ${rows().join()}`);
    assert.ok(clock.waiting < 300, `${clock.waiting} timers`);
  }).timeout(60_000);

  it('leaves no timer when it is stopped', () => {
    const clock = manualClock();
    const simulator = createSimulator({ clock });
    clock.advance(10 * minute);
    assert.ok(clock.waiting > 0);
    simulator.stop();
    assert.equal(clock.waiting, 0);
  });
});
