import assert from 'node:assert/strict';
import { documented, doubtful } from './expressionCases';
import { NaiveWorld } from './naive';
import { readExpression, valueAt } from './naiveExpressions';
import { play } from './randomCentre';
import type { Centre, Filter, JsonObject, Reaction, Target, TaskPlan } from './randomCentre';

const step = (more: Target = {}): Target => more;
const filter = (expression: string, ...targets: readonly Target[]): Filter => ({
  filter_friendly_name: expression,
  expression,
  targets,
});

interface Situation {
  readonly filters: readonly Filter[];
  readonly fallback?: Target;
  readonly reservationTimeout?: number;
  readonly workers?: readonly {
    readonly attributes?: JsonObject;
    readonly reactions?: readonly Reaction[];
  }[];
  readonly tasks?: readonly Partial<TaskPlan>[];
}

/** Two queues, `all` and `none`, with everybody and nobody in them; workers w0, w1 … */
function centre({
  filters,
  fallback,
  reservationTimeout = 120,
  workers = [{}],
  tasks = [{}],
}: Situation): Centre {
  const routing = { filters, ...(fallback && { default_filter: fallback }) };
  return {
    multitasking: true,
    prioritizeQueueOrder: 'FIFO',
    timeoutActivity: 'Offline',
    queues: [
      { name: 'all', targetWorkers: '1==1', maxReservedWorkers: 1, order: 'FIFO' },
      { name: 'none', targetWorkers: '1==2', maxReservedWorkers: 1, order: 'FIFO' },
      { name: 'both', targetWorkers: '1==1', maxReservedWorkers: 2, order: 'FIFO' },
    ],
    workflows: [{ name: 'first', reservationTimeout, configuration: { task_routing: routing } }],
    workers: workers.map(({ attributes = {}, reactions = [{ do: 'ignore' }] }, index) => ({
      ...{ name: `w${index}`, activity: 'Available', attributes, reactions },
      capacity: { voice: 1 },
    })),
    tasks: tasks.map((task) => ({ at: 0, workflow: 'first', channel: 'voice', attributes: {}, ...task })),
    changes: [],
    updates: [],
  };
}

const [all, none, both] = ['WQ_all', 'WQ_none', 'WQ_both'];
const accept: Reaction = { do: 'accept', after: 5000, talk: 10_000 };
const reject = (more: { activity?: string } = {}): Reaction => ({ do: 'reject', after: 5000, ...more });

/** Documented stories of tasks. Ages and times in the titles are seconds. */
const stories: readonly (readonly [title: string, situation: Situation, history: readonly string[]])[] = [
  [
    'a later target inherits the queue, not the expression',
    {
      filters: [filter('1==1', step({ queue: all, expression: '1==2', timeout: 10 }), step())],
      workers: [{ reactions: [accept] }],
    },
    ['task 0 for w0: created 10000, accepted 15000, completed 25000'],
  ],
  [
    'after the last timeout the next matching filter follows',
    {
      filters: [
        filter('1==1', step({ queue: none, timeout: 10 })),
        filter('1==2', step({ queue: all })),
        filter('1==1', step({ queue: all })),
      ],
      workers: [{ reactions: [accept] }],
    },
    ['task 0 for w0: created 10000, accepted 15000, completed 25000'],
  ],
  [
    'after the last timeout the default filter never follows',
    { filters: [filter('1==1', step({ queue: none, timeout: 10 }))], fallback: { queue: all } },
    ['task 0 canceled 10000'],
  ],
  [
    'after a skip of the last step the default filter follows',
    {
      filters: [filter('1==1', step({ queue: none, skip_if: '1==1' }))],
      fallback: { queue: all },
      workers: [{ reactions: [accept] }],
    },
    ['task 0 for w0: created 0, accepted 5000, completed 15000'],
  ],
  [
    'a skipped step counts for the deadline of the next: 20, not 10',
    {
      filters: [filter('1==1', step({ queue: none, timeout: 10, skip_if: '1==1' }), step({ timeout: 10 }))],
    },
    ['task 0 canceled 20000'],
  ],
  [
    'skip_if has no effect where entering the step makes a reservation',
    { filters: [filter('1==1', step({ queue: all, skip_if: '1==1' }))], workers: [{ reactions: [accept] }] },
    ['task 0 for w0: created 0, accepted 5000, completed 15000'],
  ],
  [
    'a reservation outlives its step, and the step is left when it times out',
    {
      filters: [filter('1==1', step({ queue: all, timeout: 10 }), step())],
      reservationTimeout: 30,
      workers: [{}, { reactions: [accept] }],
    },
    [
      'task 0 for w0: created 0, timeout 30000',
      'task 0 for w1: created 30000, accepted 35000, completed 45000',
    ],
  ],
  [
    'target and reservation time out together: the task is canceled',
    {
      filters: [filter('1==1', step({ queue: all, timeout: 30 }))],
      reservationTimeout: 30,
      workers: [{}, {}],
    },
    ['task 0 for w0: created 0, timeout 30000', 'task 0 canceled 30000'],
  ],
  [
    'within the step’s time another worker is next, whatever order_by says',
    {
      filters: [filter('1==1', step({ queue: all, order_by: 'worker.level DESC' }))],
      workers: [
        { attributes: { level: 1 }, reactions: [accept] },
        { attributes: { level: 2 }, reactions: [reject()] },
      ],
    },
    [
      'task 0 for w1: created 0, rejected 5000',
      'task 0 for w0: created 5000, accepted 10000, completed 20000',
    ],
  ],
  [
    'attributes updated while pending re-drive the task',
    {
      filters: [filter('type == "a"', step({ queue: none })), filter('type == "b"', step({ queue: all }))],
      workers: [{ reactions: [accept] }],
      tasks: [{ attributes: { type: 'a' }, update: { at: 3000, attributes: { type: 'b' } } }],
    },
    ['task 0 for w0: created 3000, accepted 8000, completed 18000'],
  ],
  [
    'attributes updated while reserved re-drive it after the rejection',
    {
      filters: [
        filter('type == "a"', step({ queue: all })),
        filter('type == "b"', step({ queue: none, timeout: 60 })),
      ],
      workers: [{ reactions: [reject()] }],
      tasks: [{ attributes: { type: 'a' }, update: { at: 3000, attributes: { type: 'b' } } }],
    },
    ['task 0 for w0: created 0, rejected 5000', 'task 0 canceled 60000'],
  ],
  [
    'a known worker, and none where the value is null',
    {
      filters: [filter('1==1', step({ queue: all, known_worker_sid: 'task.agent', timeout: 20 }))],
      workers: [{}, { reactions: [accept] }],
      tasks: [{ attributes: { agent: 'WK_w1' } }, { at: 1, attributes: { agent: null } }],
    },
    ['task 0 for w1: created 0, accepted 5000, completed 15000', 'task 1 canceled 20001'],
  ],
  [
    'an order_by that meets something else than an integer is ignored, and a missing value comes last',
    {
      filters: [
        filter('type == "ignored"', step({ queue: all, order_by: 'worker.level DESC' })),
        filter('1==1', step({ queue: all, order_by: 'worker.rank ASC' })),
      ],
      workers: [
        { attributes: { level: 'high' }, reactions: [accept] },
        { attributes: { level: 5, rank: 9 }, reactions: [accept] },
      ],
      tasks: [{ attributes: { type: 'ignored' } }, { at: 100_000 }],
    },
    [
      'task 0 for w0: created 0, accepted 5000, completed 15000',
      'task 1 for w1: created 100000, accepted 105000, completed 115000',
    ],
  ],
  [
    'who accepts first of several has it',
    {
      filters: [filter('1==1', step({ queue: both }))],
      workers: [{ reactions: [accept] }, { reactions: [{ ...accept, after: 4000 }] }],
    },
    ['task 0 for w0: created 0, rescinded 4000', 'task 0 for w1: created 0, accepted 4000, completed 14000'],
  ],
  [
    'the higher priority is first, then the older task',
    {
      filters: [filter('1==1', step({ queue: all }))],
      workers: [{ reactions: [accept] }],
      tasks: [{ at: 0 }, { at: 1 }, { at: 2, priority: 1 }],
    },
    [
      'task 0 for w0: created 0, accepted 5000, completed 15000',
      'task 2 for w0: created 15000, accepted 20000, completed 30000',
      'task 1 for w0: created 30000, accepted 35000, completed 45000',
    ],
  ],
];

describe('the naive procedure agrees with Twilio’s pages', () => {
  const ofAttributes = [...documented, ...doubtful].filter(
    ([context, , , expected]) => ['filter', 'queue', 'taskList'].includes(context) && expected !== 'error',
  );
  for (const [, text, { task, worker }, expected] of ofAttributes) {
    if (/^sid\b/.test(text)) continue; // random centres have no worker's own fields in target_workers
    const attributes = (task ?? worker?.attributes ?? {}) as JsonObject;
    it(`${text} of ${JSON.stringify(attributes)} is ${expected}`, () =>
      assert.equal(
        readExpression(text)((path) => valueAt(attributes, path)),
        expected,
      ));
  }
  for (const [title, situation, history] of stories) {
    it(title, async () => {
      const plan = centre(situation);
      assert.deepEqual([...(await play(plan, new NaiveWorld(plan)))].sort(), [...history].sort());
    });
  }
});
