import assert from 'node:assert/strict';
import { explain } from '../../src/explanation/explain';
import type { ExplanationFacts } from '../../src/explanation/facts';
import { inEnglish } from '../../src/taskrouter/message';
import { still, waiting } from '../simulator/driver';
import { factsOf } from './simulatedFacts';
import { at, sampleFacts, sidOf } from './samples';

const event = (index: number, type: string, filter?: string) => ({
  sid: sidOf('EV', index),
  event_type: type,
  event_date: at(index),
  event_date_ms: at(index).getTime(),
  event_data: {
    task_sid: sampleFacts.taskSid,
    ...(filter === undefined ? {} : { workflow_filter_name: filter }),
  },
});
const created = event(1, 'task.created');
const billing = event(2, 'workflow.target-matched', 'Billing');

/** A task that no filter matches, in the queue of the default filter and of a target of Billing. */
const facts = (events: readonly ReturnType<typeof event>[], status: string): ExplanationFacts => ({
  ...sampleFacts,
  task: {
    ...sampleFacts.task!,
    attributes: '{"topic":"other"}',
    task_queue_sid: sidOf('WQ', 2),
    task_queue_friendly_name: 'Anyone',
    assignment_status: status,
  },
  events: [...events].reverse(),
});

describe('the place of a task by the default filter', () => {
  const rows: readonly (readonly [string, readonly ReturnType<typeof event>[], string])[] = [
    ['without an Event of a match', [created], 'certain'],
    ['after an Event that it matched a filter', [created, billing], 'probable'],
    [
      'after one of a filter that the workflow does not have',
      [created, event(2, 'workflow.target-matched', 'Old')],
      'certain',
    ],
    ['in a queue that it entered since', [created, billing, event(3, 'task-queue.entered')], 'certain'],
  ];
  for (const [name, events, certainty] of rows) {
    for (const status of ['pending', 'assigned']) {
      it(`is ${certainty} ${name}, ${status}`, () => {
        const { place } = explain(facts(events, status)).workflow!;
        assert.match(inEnglish(place.message), /n Anyone, by the default filter$/);
        assert.equal(place.certainty, certainty);
        if (certainty === 'probable')
          assert.match(place.because.map(inEnglish).join(), /matched filter Billing/);
      });
    }
  }

  it('is one of several for a task that may have skipped a target in the queue of the default filter', async () => {
    const target = { queue: 'All', timeout: 300, skip_if: '1==1' };
    const filters = [{ filter_friendly_name: 'All', expression: '1==1', targets: [target] }];
    const configuration = { task_routing: { filters, default_filter: { queue: 'All' } } };
    const workers = [{ name: 'Bo', activity: 'Offline', attributes: {} }];
    const on = await still(
      { workers, workflows: [{ name: 'Calls', reservationTimeout: 120, configuration }], tasks: [] },
      {},
    );
    const [workflow] = await on.list(`${on.root}/Workflows`, 'workflows');
    const { json } = await on.post(`${on.root}/Tasks`, {
      WorkflowSid: workflow!.sid,
      Attributes: '{}',
      TaskChannel: 'voice',
    });
    on.clock.advance(20_000);
    const facts = await factsOf(on, on.root, String(json['sid']), on.clock.now());
    const { place, next } = explain(facts).workflow!;
    assert.deepEqual([place.certainty, next!.claim.certainty], ['probable', 'probable']);
  });

  it('is certain for a task of a scenario whose queue a filter shares that does not match', async () => {
    const filters = [
      { filter_friendly_name: 'Skilled', expression: "kind == 'skilled'", targets: [{ queue: 'All' }] },
    ];
    const configuration = { task_routing: { filters, default_filter: { queue: 'All' } } };
    const on = await still(
      {
        workflows: [{ name: 'Calls', reservationTimeout: 120, configuration }],
        tasks: [waiting({ queue: 'All', age: 60 })],
      },
      {},
    );
    const [task] = await on.list(`${on.root}/Tasks`, 'tasks');
    const { place } = explain(await factsOf(on, on.root, task!.sid, on.clock.now())).workflow!;
    assert.deepEqual(
      [inEnglish(place.message), place.certainty],
      ['In All, by the default filter', 'certain'],
    );
  });
});
