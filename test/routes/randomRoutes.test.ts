import assert from 'node:assert/strict';
import fc from 'fast-check';
import { openRouteTests } from '../../src/routes/check';
import { inEnglish } from '../../src/taskrouter/message';
import type { Json } from '../simulator/driver';
import type { Centre } from '../routing/randomCentre';
import { activities } from '../routing/randomCentre';
import { SimulatedWorld } from '../routing/randomCentreInSimulator';
import { randomCentre } from '../routing/randomCentres';
import { sequences } from '../sequences';

/** In seconds. */
const ages = [5, 20, 45, 90, 300, 1500];

/** What the simulator does with the first task of a centre, and then with the same task while nobody is available. */
async function inSimulator(centre: Centre): Promise<object> {
  const { workflow, channel, attributes, priority } = centre.tasks[0]!;
  const task = { at: 0, workflow, channel, attributes, ...(priority !== undefined && { priority }) };
  const world = await SimulatedWorld.of({ ...centre, multitasking: true, tasks: [task, task] });
  const queues = await world.driver.list(`${world.root}/TaskQueues?PageSize=100`, 'task_queues');
  const place = async (index: number) => {
    const path = `${world.root}/Tasks/${world.taskSids[index]}`;
    // A canceled task is deleted after some minutes.
    const row = (await world.driver.get(path)) as Json & { status?: number };
    if (row['assignment_status'] === undefined || row['assignment_status'] === 'canceled')
      return { canceled: true };
    const queue = queues.find(({ sid }) => sid === row['task_queue_sid'])!['friendly_name'];
    return { canceled: false, queue, priority: row['priority'] };
  };
  await world.createTask(0);
  const offered = (await world.newReservations()).map(({ worker }) => worker);
  const now = await place(0);
  for (const { name, activity } of centre.workers)
    if (activities.some((one) => one.name === activity && one.available))
      await world.change({ at: 0, worker: name, activity: 'Offline' });
  await world.createTask(1);
  const nobody = await place(1);
  const start = world.clock.now();
  const at: Record<string, object> = {};
  for (const age of ages) {
    world.clock.advance(start + age * 1000 - world.clock.now());
    at[age] = await place(1);
  }
  return {
    ...{ ...now, ...(now.canceled ? {} : { offered }) },
    nobodyAvailable: { ...nobody, at },
  };
}

/** The centre as a file of routing tests, in which an activity's SID is its name. */
function routesOf({ workflows, queues, workers, tasks }: Centre, expect: object): string {
  const { workflow, channel, attributes, priority } = tasks[0]!;
  const routes = {
    workflow: workflows.find(({ name }) => name === workflow)!.configuration,
    queues: Object.fromEntries(
      queues.map(({ name, targetWorkers, maxReservedWorkers }) => [
        name,
        { sid: `WQ_${name}`, targetWorkers, maxReservedWorkers },
      ]),
    ),
    workers: workers.map(({ name, activity, attributes: of, capacity }) => ({
      ...{ name, activity, attributes: of, capacity, sid: `WK_${name}` },
      available: activities.some((one) => one.name === activity && one.available),
    })),
    tests: [{ name: 'random', task: { attributes, channel, priority }, expect }],
  };
  return JSON.stringify(routes).replaceAll('WA_', '');
}

describe('routing tests of random centres', () => {
  it('that are written from what the simulator does pass', async () => {
    let [offers, moves] = [0, 0];
    await fc.assert(
      fc.asyncProperty(randomCentre, async (centre) => {
        const expect = await inSimulator(centre);
        const text = JSON.stringify(expect);
        if (/"offered":\["/.test(text)) offers++;
        if (new Set(text.match(/"queue":"\w+"/g)).size > 1) moves++;
        const file = { name: 'random.routes.json', text: routesOf(centre, expect) };
        const { tests } = await openRouteTests(file, () => Promise.reject(new Error('names no file')));
        assert.deepEqual(
          tests[0]!.check().map(({ message }) => inEnglish(message)),
          [],
        );
      }),
      sequences(),
    );
    const { numRuns } = sequences();
    assert.ok(offers > numRuns / 3 && moves > numRuns / 10, `${offers} offers, ${moves} moves`);
  }).timeout(600_000);
});
