import assert from 'node:assert/strict';
import { explain } from '../../src/explanation/explain';
import { createSimulator, manualClock } from '../../src/simulator/simulator';
import { inEnglish } from '../../src/taskrouter/message';
import { driverOf, queuesBySkill, quiet, worker } from '../simulator/driver';
import type { Driver } from '../simulator/driver';
import { factsOf } from './simulatedFacts';

interface Target {
  readonly queue: string;
  readonly [key: string]: string | number;
}

const filter = (name: string, expression: string, ...targets: readonly Target[]) => ({
  filter_friendly_name: name,
  expression,
  targets,
});

/** Nobody qualifies in the default filter, by its expression: Ana is in both queues. */
const otherwise = { queue: 'Second', expression: "worker.skills HAS 'vip'" };

const centre = (filters: readonly ReturnType<typeof filter>[]) =>
  quiet({
    queues: queuesBySkill('First', 'Second', 'Third'),
    workflows: [
      {
        name: 'Calls',
        reservationTimeout: 120,
        configuration: { task_routing: { filters, default_filter: otherwise } },
      },
    ],
    workers: [worker('ana', { activity: 'Break', attributes: { skills: ['second'] } })],
    tasks: [],
  });

/** A task of a minute while Ana is available, and a task that came before she was, if there is one. */
async function waiting(filters: readonly ReturnType<typeof filter>[], ...before: readonly string[]) {
  const clock = manualClock();
  const driver = driverOf(createSimulator({ clock, scenario: centre(filters) }));
  const [workspace] = await driver.list('/v1/Workspaces', 'workspaces');
  const root = `/v1/Workspaces/${workspace!.sid}`;
  const first = async (path: string, key: string, name?: string) =>
    (await driver.list(`${root}/${path}`, key)).find((row) => !name || row['friendly_name'] === name)!.sid;
  const workflow = `${root}/Workflows/${await first('Workflows', 'workflows')}`;
  const create = async (type: string) => {
    const { json } = await driver.post(`${root}/Tasks`, {
      WorkflowSid: workflow.slice(-34),
      TaskChannel: 'voice',
      Attributes: JSON.stringify({ type }),
    });
    return json['sid'] as string;
  };
  for (const type of before) await create(type);
  const ana = `${root}/Workers/${await first('Workers', 'workers')}`;
  await driver.post(ana, { ActivitySid: await first('Activities', 'activities', 'Available') });
  const sid = await create('own');
  clock.advance(60_000);
  const { changes } = explain(await factsOf(driver, root, sid, clock.now()));
  const change = changes.find(({ kind }) => kind === 'expression');
  return { driver, workflow, task: `${root}/Tasks/${sid}`, ana, change };
}

async function withoutExpression(driver: Driver, workflow: string): Promise<void> {
  const configuration = JSON.parse((await driver.get(workflow))['configuration'] as string) as {
    task_routing: { default_filter: { expression?: string } };
  };
  delete configuration.task_routing.default_filter.expression;
  const { status } = await driver.post(workflow, {
    Configuration: JSON.stringify(configuration),
    ReEvaluateTasks: 'true',
  });
  assert.equal(status, 200);
}

const skipped = { queue: 'First', skip_if: 'workers.available == 0' };

describe('another expression for the target of a task, which ReEvaluateTasks sends through its workflow again', () => {
  it('is suggested where the task then comes to that target again', async () => {
    const { driver, workflow, task, change } = await waiting([filter('All', '1==1', skipped)]);
    assert.match(inEnglish(change!.message), /^Change the target’s expression .* so that ana matches$/);
    assert.doesNotMatch(change!.because.map(inEnglish).join(' '), /Other waiting tasks/);
    await withoutExpression(driver, workflow);
    assert.equal((await driver.get(task))['assignment_status'], 'reserved');
  });

  it('is not suggested where the workflow then cancels the task, since an earlier target’s time is over', async () => {
    const { driver, workflow, task, change } = await waiting([
      filter('All', '1==1', { ...skipped, timeout: 24 }),
    ]);
    assert.equal(change, undefined);
    await withoutExpression(driver, workflow);
    assert.equal((await driver.get(task))['assignment_status'], 'canceled');
  });

  it('is not suggested where another task surely comes first that is not in the queue before', async () => {
    const urgent = { queue: 'Second', priority: 9, skip_if: 'workers.available == 0' };
    const { driver, workflow, task, ana, change } = await waiting(
      [filter('Urgent', "type == 'urgent'", urgent, { queue: 'Third' })],
      'urgent',
    );
    assert.equal(change, undefined);
    await withoutExpression(driver, workflow);
    assert.equal((await driver.get(task))['assignment_status'], 'pending');
    const offers = await driver.list(`${ana}/Reservations?ReservationStatus=pending`, 'reservations');
    assert.equal(offers.length, 1);
  });
  it('may let another task come first only if that skips a target', async () => {
    const { driver, workflow, task, change } = await waiting(
      [
        filter(
          'Urgent',
          "type == 'urgent'",
          { queue: 'Third', skip_if: 'workers.available > 5' },
          { queue: 'Second', priority: 9 },
        ),
      ],
      'urgent',
    );
    assert.match(change!.because.map(inEnglish).join(' '), /Other waiting tasks may be offered first \(1\)/);
    await withoutExpression(driver, workflow);
    assert.equal((await driver.get(task))['assignment_status'], 'reserved');
  });
});
