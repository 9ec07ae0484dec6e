import assert from 'node:assert/strict';
import { explain } from '../../src/explanation/explain';
import { createSimulator, manualClock } from '../../src/simulator/simulator';
import { inEnglish } from '../../src/taskrouter/message';
import { driverOf, quiet, worker } from '../simulator/driver';
import { factsOf } from './simulatedFacts';

/** A target of one minute where nobody qualifies, then one with a skip_if, then a last one. */
const centre = (skipIf: string, activity: string) =>
  quiet({
    queues: [
      { name: 'First', targetWorkers: "skills HAS 'first'" },
      { name: 'Second', targetWorkers: "skills HAS 'second'" },
      { name: 'Third', targetWorkers: "skills HAS 'third'" },
    ],
    workflows: [
      {
        name: 'Calls',
        reservationTimeout: 120,
        configuration: {
          task_routing: {
            filters: [
              {
                filter_friendly_name: 'All',
                expression: '1==1',
                targets: [
                  { queue: 'First', timeout: 60 },
                  { queue: 'Second', timeout: 100, skip_if: skipIf },
                  { queue: 'Third', timeout: 200 },
                ],
              },
            ],
          },
        },
      },
    ],
    workers: [worker('ana', { activity, attributes: { skills: ['second'] } })],
    tasks: [],
  });

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
      const driver = driverOf(createSimulator({ clock, scenario: centre(skipIf, activity) }));
      const [workspace] = await driver.list('/v1/Workspaces', 'workspaces');
      const root = `/v1/Workspaces/${workspace!.sid}`;
      const [workflow] = await driver.list(`${root}/Workflows`, 'workflows');
      const { json } = await driver.post(`${root}/Tasks`, {
        WorkflowSid: workflow!.sid,
        TaskChannel: 'voice',
      });
      const sid = json['sid'] as string;
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
