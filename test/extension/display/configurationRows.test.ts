import { strict as assert } from 'node:assert';
import { configurationAppearance } from '../../../src/extension/display/configurationRows';
import { ConnectionError } from '../../../src/taskrouter/errors';
import * as resources from '../../../src/taskrouter/resources';
import { hostile, invisible } from '../../safety/hostile';

const sid = (prefix: string) => prefix + '1'.repeat(32);
const minute = 60_000;

describe('the row of', () => {
  const queue = (numbers?: Parameters<typeof configurationAppearance>[2]) =>
    configurationAppearance(
      resources.taskQueues,
      { sid: sid('WQ'), friendly_name: 'Billing', target_workers: 'skills HAS "billing"' },
      numbers,
    )!;
  const numbers = { waiting: 3, offered: 0, longestWait: 600, eligible: 5, available: 2 };

  it('a queue has its numbers, the wait with the time since they were read', () => {
    const { label, description, spoken, tooltip } = queue({ queue: numbers, age: 2 * minute });
    assert.equal(label, 'Billing');
    assert.equal(description, '3 waiting · 12 min · 2/5 available');
    assert.equal(spoken, 'Task queue Billing, 3 waiting, longest wait 12 min, 2 of 5 workers available');
    assert.match(
      tooltip,
      /^Workers: 2 of 5 workers available by their activity, whether or not they have cap/m,
    );
    assert.match(tooltip, /\nTarget workers: skills HAS "billing"$/);
  });

  it('a queue counts offered tasks apart from those that wait', () => {
    const counted = (waiting: number) => queue({ queue: { ...numbers, waiting, offered: 70 }, age: 0 });
    const { description, spoken, tooltip } = counted(600);
    assert.equal(description, '600 waiting · 10 min · 2/5 available · 70 offered');
    assert.match(spoken, /600 waiting, 70 offered, longest wait 10 min/);
    assert.match(tooltip, /^Tasks: 600 waiting, 70 offered, longest wait 10 min$/m);
    assert.equal(counted(0).description, '0 waiting · 2/5 available · 70 offered');
  });

  it('a queue nothing waits in says so, and one that nobody can serve warns', () => {
    assert.equal(
      queue({ queue: { ...numbers, waiting: 0 }, age: 0 }).description,
      '0 waiting · 2/5 available',
    );
    const stuck = queue({ queue: { ...numbers, eligible: 0, available: 0 }, age: 0 });
    assert.equal(stuck.icon, 'warning');
    assert.match(stuck.description, /· no eligible workers$/);
  });

  it('a queue without numbers says why in its tooltip', () => {
    assert.equal(queue().description, '');
    assert.equal(queue({ age: 0, isReading: true }).description, 'counting…');
    const { tooltip } = queue({
      age: 0,
      error: new ConnectionError({ method: 'GET', path: '/' }, 'TIMEOUT'),
    });
    assert.match(tooltip, /Statistics: TaskRouter did not respond in time\./);
  });

  it('an activity has whether it takes tasks, and its workers', () => {
    const row = { sid: sid('WA'), friendly_name: 'Break', available: false };
    const activity = (workers?: number) =>
      configurationAppearance(resources.activities, row, { age: 0, workers })!;
    assert.equal(activity().description, 'takes no tasks');
    const counting = configurationAppearance(resources.activities, row, { age: 0, isReading: true })!;
    assert.equal(counting.description, 'counting… · takes no tasks');
    assert.equal(activity(1).description, '1 worker · takes no tasks');
    assert.equal(activity(4).spoken, 'Activity Break, 4 workers, takes no tasks');
  });

  it('a workflow has the time an offer lasts', () => {
    const row = { sid: sid('WW'), friendly_name: 'Inbound', task_reservation_timeout: 120 };
    const { description, spoken } = configurationAppearance(resources.workflows, row)!;
    assert.equal(description, 'offers expire after 120 s');
    assert.equal(spoken, 'Workflow Inbound, offers expire after 120 s');
  });

  it('anything that is not as documented is marked, and has no address', () => {
    const { description, context } = configurationAppearance(resources.taskQueues, {
      sid: 'WQ1',
      friendly_name: 7,
    })!;
    assert.equal(description, 'malformed sid, friendly_name');
    assert.equal(context, 'resource');
  });

  it('anything shows hostile names as text', () => {
    for (const { name, text } of hostile)
      for (const collection of [resources.taskQueues, resources.workflows, resources.activities]) {
        const row = {
          sid: sid('WQ'),
          friendly_name: text,
          target_workers: text,
          assignment_callback_url: text,
        };
        const { label, description, spoken, tooltip } = configurationAppearance(collection, row)!;
        for (const shown of [label, description, spoken, ...tooltip.split('\n')]) {
          assert.ok(![...shown].some((one) => invisible.has(one)), name);
          assert.ok([...shown].length <= 400, name);
        }
      }
  });
});
