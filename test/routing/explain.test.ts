import assert from 'node:assert/strict';
import { explainTask, tasksAhead } from '../../src/routing/explain';
import type { Situation, TaskFacts } from '../../src/routing/explain';
import type { RoutingOptions } from '../../src/routing/options';
import type { RoutedWorker } from '../../src/routing/workers/pool';
import { poolOf, routerOf, shown, workerOf } from './contactCentre';

const start = Date.UTC(2026, 0, 5, 9);
const taskOf = (rest: Partial<TaskFacts> = {}): TaskFacts => ({
  sid: 'WT',
  status: 'pending',
  attributes: { type: 'x' },
  priority: 0,
  created: start,
  virtualStart: start,
  channel: 'chat',
  queue: 'A',
  ...rest,
});

function situation(
  age: number,
  filters: readonly object[],
  workers: readonly RoutedWorker[] = [workerOf('ann')],
  options: Partial<RoutingOptions> = {},
): Situation {
  const queues = ['A', 'B', 'C', 'D'].map(
    (sid) => [sid, { sid, targetWorkers: '1==1', maxReservedWorkers: 1, taskOrder: 'FIFO' }] as const,
  );
  return {
    now: start + age * 1000,
    multitasking: true,
    prioritizeQueueOrder: 'FIFO',
    workflow: routerOf(
      { filters: filters as Record<string, unknown>[], default_filter: { queue: 'D' } },
      options,
    ),
    queues: new Map(queues),
    workers: poolOf(workers, options),
  };
}

const shop = [
  { filter_friendly_name: 'other', expression: "type == 'y'", targets: [{ queue: 'C' }] },
  {
    filter_friendly_name: 'shop',
    expression: "type == 'x'",
    targets: [{ queue: 'A', timeout: 10 }, { queue: 'B', timeout: 20 }, { queue: 'C' }, { queue: 'D' }],
  },
];

describe('the explanation of a task', () => {
  it('has its filter and target with deadlines, what comes next, and what is never reached', () => {
    const { filters, position, alternatives, next } = explainTask(
      taskOf({ queue: 'B' }),
      situation(12, shop),
    );
    assert.equal(position && shown(position), '1.1');
    assert.deepEqual(alternatives, []);
    assert.deepEqual(
      filters.map(({ name, matches, because, targets }) => [
        name,
        matches,
        because?.result,
        ...targets.map(({ state, deadline }) => [
          state,
          deadline === undefined ? undefined : (deadline - start) / 1000,
        ]),
      ]),
      [
        ['other', false, false, ['passed', undefined]],
        [
          'shop',
          true,
          true,
          ['passed', 10],
          ['current', 30],
          ['ahead', undefined],
          ['unreachable', undefined],
        ],
        ['default_filter', false, undefined, ['ahead', undefined]],
      ],
    );
    assert.equal(next?.at, start + 30_000);
    assert.equal(shown(next.to), '1.2');
  });

  it('names the end of the way', () => {
    const filters = [{ expression: '1==1', targets: [{ queue: 'A', timeout: 10 }] }];
    assert.equal(explainTask(taskOf(), situation(3, filters)).next?.to, 'timeout');
  });

  const skipping = [
    {
      expression: '1==1',
      targets: [
        { queue: 'A', timeout: 10, skip_if: '1==1' },
        { queue: 'A', timeout: 10, priority: 5, skip_if: '1==1' },
        { queue: 'B' },
      ],
    },
  ];
  const rows: [string, Partial<TaskFacts>, number, string][] = [
    ['the queue', { queue: 'B' }, 3, '0.2'],
    ['the queue, with two targets in it', { queue: 'A', priority: 5 }, 3, '0.0 0.1'],
    ['the priority', { queue: 'A', priority: 4 }, 3, '0.0'],
    ['the age', { queue: 'A', priority: 5 }, 12, '0.1'],
    [
      'the age, but not of a task that is reserved',
      { queue: 'A', priority: 5, status: 'reserved' },
      99,
      '0.0 0.1',
    ],
    ['what the simulator knows', { position: { filter: 0, target: 1, countedFrom: 0 } }, 3, '0.1'],
    ['nothing, where no target fits', { queue: 'C' }, 3, ''],
    ['nothing, where it bypasses its workflow', { routingTarget: 'WKx' }, 3, ''],
  ];
  for (const [name, task, age, expected] of rows) {
    it(`infers the target from ${name}`, () => {
      const { position, alternatives } = explainTask(taskOf(task), situation(age, skipping));
      assert.equal([...(position ? [position] : []), ...alternatives].map(shown).join(' '), expected);
    });
  }

  it('has the workers in order and a verdict on each', () => {
    const workers = [
      workerOf('ann', { idle: { reserved: 2, assigned: 0, unoccupied: 0 } }),
      workerOf('bob', { idle: { reserved: 1, assigned: 0, unoccupied: 0 } }),
      workerOf('cyd', { available: false }),
      workerOf('dan', { channels: undefined }),
    ];
    const { eligible, verdicts } = explainTask(taskOf(), situation(0, shop, workers));
    assert.deepEqual(eligible, ['WK-bob', 'WK-ann']);
    assert.deepEqual(
      [...verdicts].map(([sid, verdict]) => [sid, verdict.eligible]),
      [
        ['WK-ann', true],
        ['WK-bob', true],
        ['WK-cyd', false],
        ['WK-dan', 'unknown'],
      ],
    );
  });

  it('names the one worker of a task that bypasses its workflow', () => {
    const workers = [workerOf('ann'), workerOf('bob', { available: false })];
    const task = taskOf({ routingTarget: 'WK-bob' });
    assert.deepEqual(explainTask(task, situation(0, shop, workers)).eligible, ['WK-bob']);
    assert.deepEqual(
      explainTask({ ...task, ignoreCapacity: false }, situation(0, shop, workers)).eligible,
      [],
    );
  });

  it('counts the tasks that a worker would be offered before', () => {
    const given = situation(5, shop);
    const worker = given.workers.get('WK-ann')!;
    const others = [
      taskOf({ sid: 'younger', virtualStart: start + 1 }),
      taskOf({ sid: 'older', virtualStart: start - 1 }),
      taskOf({ sid: 'urgent', priority: 9, virtualStart: start + 1 }),
      taskOf({ sid: 'reserved', status: 'reserved', priority: 9 }),
      taskOf({ sid: 'for another', priority: 9, routingTarget: 'WK-bob' }),
    ];
    assert.deepEqual(tasksAhead(taskOf(), others, worker, given), ['urgent', 'older']);
  });
});
