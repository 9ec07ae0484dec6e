import assert from 'node:assert/strict';
import { explain } from '../../src/explanation/explain';
import { createSimulator, manualClock } from '../../src/simulator/simulator';
import { inEnglish } from '../../src/taskrouter/message';
import { driverOf, queuesBySkill, quiet, worker } from '../simulator/driver';
import type { Driver } from '../simulator/driver';
import { factsOf } from './simulatedFacts';

const centre = (targets: readonly object[], activity: string, skills: readonly string[]) =>
  quiet({
    queues: queuesBySkill('First', 'Second', 'Third'),
    workflows: [
      {
        name: 'Calls',
        reservationTimeout: 120,
        configuration: {
          task_routing: {
            filters: [{ filter_friendly_name: 'All', expression: '1==1', targets }],
          },
        },
      },
    ],
    workers: [worker('ana', { activity, attributes: { skills } })],
    tasks: [],
  });

/** The path of the workspace, and the SID of a new task in it. */
async function newTask(driver: Driver) {
  const [workspace] = await driver.list('/v1/Workspaces', 'workspaces');
  const root = `/v1/Workspaces/${workspace!.sid}`;
  const [workflow] = await driver.list(`${root}/Workflows`, 'workflows');
  const { json } = await driver.post(`${root}/Tasks`, { WorkflowSid: workflow!.sid, TaskChannel: 'voice' });
  return { root, sid: json['sid'] as string };
}

/** A target of one minute where nobody qualifies, then one with a skip_if, then a last one. */
const targets = (skipIf: string) => [
  { queue: 'First', timeout: 60 },
  { queue: 'Second', timeout: 100, skip_if: skipIf },
  { queue: 'Third', timeout: 200 },
];

const second = 'Moves to Second, target 2 of filter All';
const third = 'Skips Second. Moves to Third, target 3 of filter All';
const rows: readonly (readonly [skipIf: string, activity: string, said: string, queue: string])[] = [
  ['workers.available == 0', 'Break', third, 'Third'],
  ['workers.available == 0', 'Available', second, 'Second'],
  ['1==1', 'Break', third, 'Third'],
  ['1==1', 'Available', second, 'Second'],
  ['workers.available > 5', 'Break', second, 'Second'],
];

describe('the next step of a task whose next target has a skip_if', () => {
  for (const [skipIf, activity, said, queue] of rows) {
    it(`is only probable, for ${skipIf} and a worker in ${activity}`, async () => {
      const clock = manualClock();
      const scenario = centre(targets(skipIf), activity, ['second']);
      const driver = driverOf(createSimulator({ clock, scenario }));
      const { root, sid } = await newTask(driver);
      const facts = await factsOf(driver, root, sid, clock.now());
      const { claim, at } = explain(facts).workflow!.next!;
      assert.deepEqual([inEnglish(claim.message), claim.certainty], [said, 'probable']);
      const unread = explain({ ...facts, members: new Map(), hasAllWorkers: false }).workflow!.next!.claim;
      assert.deepEqual([inEnglish(unread.message), unread.certainty], [second, 'probable']);
      clock.advance(at - clock.now());
      assert.equal((await driver.get(`${root}/Tasks/${sid}`))['task_queue_friendly_name'], queue);
    });
  }
});

describe('who is next for a task whose offer outlives its target', () => {
  it('is not known where the task enters a target that it may skip, though it could have been in that one before', async () => {
    const clock = manualClock();
    const both = [
      { queue: 'First', timeout: 60, skip_if: '1==1' },
      { queue: 'First', timeout: 100, skip_if: '1==1', known_worker_sid: 'task.agent' },
      { queue: 'Second', timeout: 200 },
    ];
    const scenario = centre(both, 'Available', ['first', 'second']);
    const driver = driverOf(createSimulator({ clock, scenario }));
    const { root, sid } = await newTask(driver);
    clock.advance(70_000);
    const { next } = explain(await factsOf(driver, root, sid, clock.now()));
    assert.deepEqual([next.workers, next.certainty], [[], 'probable']);
    const [offer] = await driver.list(`${root}/Tasks/${sid}/Reservations`, 'reservations');
    await driver.post(`${root}/Tasks/${sid}/Reservations/${offer!.sid}`, { ReservationStatus: 'rejected' });
    const [again] = await driver.list(
      `${root}/Tasks/${sid}/Reservations?ReservationStatus=pending`,
      'reservations',
    );
    assert.equal(again!['worker_name'], 'ana');
  });
});
