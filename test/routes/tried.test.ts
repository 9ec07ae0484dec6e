import { strict as assert } from 'node:assert';
import { TriedWorkflow } from '../../src/routes/tried';
import type { WaitingTask } from '../../src/routes/tried';
import { inEnglish } from '../../src/taskrouter/message';

const configuration = JSON.stringify({
  task_routing: {
    filters: [
      {
        filter_friendly_name: 'Billing',
        expression: "type == 'billing'",
        targets: [
          { queue: 'WQ1', skip_if: 'workers.available == 0', timeout: 5 },
          { queue: 'WQ2', order_by: 'worker.level DESC', timeout: 30 },
        ],
      },
    ],
    default_filter: { queue: 'WQ2' },
  },
});

const workspace = {
  queues: [
    { sid: 'WQ1', name: 'Billing', targetWorkers: "skills HAS 'billing'" },
    { sid: 'WQ2', name: 'Everyone', targetWorkers: '1==1' },
  ],
  workers: [1, 3, 2].map((level) => ({
    ...{ sid: `WK${level}`, friendlyName: `Ada ${level}`, activitySid: 'WA1', activityName: 'Available' },
    ...{ available: level < 3, attributes: { level, skills: level === 3 ? ['billing'] : [] } },
  })),
};

const read = (text = configuration) => {
  const workflow = TriedWorkflow.read(text, workspace, ['chat']);
  if ('problem' in workflow) throw new Error(workflow.problem);
  return workflow;
};
const task = (type: string) => ({ attributes: { type }, channel: 'chat', priority: 0 });

describe('a workflow that is tried', () => {
  it('says which filter and target a task takes, why, who is available there, and what follows', () => {
    const { steps, why, workers } = read().try(task('billing'));
    const everyone = { filter: 'Billing', target: 2, queue: 'Everyone' };
    assert.deepEqual(steps, [{ since: 0, at: everyone }, { since: 35 }]);
    assert.equal(inEnglish(why), 'It skipped target 1 of Billing: its skip_if is true.');
    assert.deepEqual(workers, ['Ada 2', 'Ada 1']);
  });

  it('has the default filter for what no filter matches', () => {
    const { steps, why } = read().try(task('other'));
    assert.deepEqual(steps, [{ since: 0, at: { filter: 'default_filter', target: 1, queue: 'Everyone' } }]);
    assert.equal(inEnglish(why), 'No filter matches.');
  });

  it('finds the waiting tasks that would be in another queue, or in none', () => {
    const waiting = (sid: string, type: string, age: number, queueSid: string): WaitingTask => ({
      ...{ ...task(type), sid, age, queueSid },
    });
    const moves = read().moves([
      waiting('WT1', 'billing', 0, 'WQ1'),
      waiting('WT2', 'billing', 10, 'WQ2'),
      waiting('WT3', 'billing', 35, 'WQ2'),
      waiting('WT4', 'other', 9999, 'WQ2'),
    ]);
    let step = moves.next();
    while (!step.done) step = moves.next();
    assert.deepEqual(step.value, [
      { sid: 'WT1', from: 'Billing', to: 'Everyone' },
      { sid: 'WT3', from: 'Everyone' },
    ]);
  });

  it('is none where TaskRouter refuses the configuration', () => {
    const problem = (text: string) => TriedWorkflow.read(text, workspace, []);
    assert.deepEqual(problem('{'), { problem: 'the configuration is not valid JSON' });
    assert.deepEqual(problem(configuration.replace('WQ2', 'WQ9')), {
      problem: 'there is no task queue WQ9 in this workspace',
    });
  });
});
