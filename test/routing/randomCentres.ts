import fc from 'fast-check';
import { activities, channels } from './randomCentre';
import type {
  Centre,
  Change,
  Configuration,
  JsonObject,
  Reaction,
  Target,
  TaskPlan,
  WorkflowUpdate,
} from './randomCentre';
import {
  filterExpression,
  orderExpression,
  queueExpression,
  skipExpression,
  targetExpression,
} from './randomExpressions';

/** At most: workers, queues, filters of a workflow, targets of a filter. */
const [maxWorkers, maxQueues, maxFilters, maxTargets] = [30, 8, 5, 3];

const pick = <T>(all: readonly T[]) => fc.constantFrom(...all);
/** One in `of` has it. */
const sometimes = <T>(of: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: of - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const upTo = <T>(count: number, arbitrary: fc.Arbitrary<T>, minLength = 0) =>
  fc.array(arbitrary, { minLength, maxLength: count, size: 'max' });
const seconds = (least: number, most: number) => fc.integer({ min: least * 1000, max: most * 1000 });
/** Even where a task's end is odd: nobody documents which comes first of two that fall due together. */
const even = (least: number, most: number) =>
  fc.integer({ min: least / 2, max: most / 2 }).map((half) => half * 2);
const numberOrText = (arbitrary: fc.Arbitrary<number>) =>
  fc.oneof({ weight: 5, arbitrary }, { weight: 1, arbitrary: arbitrary.map(String) });

/** The type of a record of which some keys may be absent, without those. */
type Without<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};
const record = <T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc
    .record<T>(fields)
    .map(
      (row) =>
        Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as Without<T>,
    );

const languages = fc.subarray(['en', 'fr', 'de']);
/** Names are taken modulo the number of those that there are: see `numbered`. */
const workerName = fc.nat(maxWorkers - 1).map((index) => `w${index}`);
const queueSid = fc.nat(maxQueues - 1).map((index) => `WQ_q${index}`);

export const workerAttributes: fc.Arbitrary<JsonObject> = record({
  skills: fc.oneof(
    { weight: 9, arbitrary: fc.subarray(['sales', 'support', 'billing']) },
    { weight: 1, arbitrary: pick(['sales', undefined]) },
  ),
  langs: languages,
  level: fc.oneof(
    { weight: 12, arbitrary: fc.integer({ min: 0, max: 5 }) },
    { weight: 1, arbitrary: pick([undefined, null, 2.5, '3', 'high']) },
  ),
  score: sometimes(2, fc.integer({ min: -2, max: 3 })),
  team: sometimes(2, fc.record({ name: pick(['a', 'b']), rank: fc.integer({ min: 1, max: 3 }) })),
  senior: sometimes(2, fc.boolean()),
});

export const taskAttributes: fc.Arbitrary<JsonObject> = record({
  type: fc.oneof(
    { weight: 9, arbitrary: pick(['sales', 'support', 'billing']) },
    { weight: 1, arbitrary: pick([undefined, null, ['sales']]) },
  ),
  lang: sometimes(2, pick(['en', 'fr', 'de'])),
  wanted: sometimes(2, fc.subarray(['sales', 'support', 'billing', 'en'])),
  amount: sometimes(2, pick([0, 1, 2.5, 3, '2', '2.50', 'many'])),
  tier: sometimes(2, fc.integer({ min: 0, max: 5 })),
  details: sometimes(2, fc.record({ tier: fc.integer({ min: 0, max: 5 }) })),
  urgent: sometimes(2, fc.boolean()),
  agent: fc.oneof(
    { weight: 6, arbitrary: workerName },
    { weight: 1, arbitrary: pick([undefined, null, 'x']) },
  ),
  agent_sid: fc.oneof(
    { weight: 6, arbitrary: workerName.map((name) => `WK_${name}`) },
    { weight: 1, arbitrary: pick([undefined, null, 'x']) },
  ),
  agent_sids: sometimes(
    3,
    fc.array(
      workerName.map((name) => `WK_${name}`),
      { maxLength: 3 },
    ),
  ),
});

const knownWorker = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.constant({ known_worker_sid: 'task.agent_sid' }) },
  { weight: 1, arbitrary: fc.constant({ known_worker_friendly_name: 'task.agent' }) },
);

const target: fc.Arbitrary<Target> = fc
  .tuple(
    record({
      queue: sometimes(2, queueSid),
      priority: sometimes(4, numberOrText(fc.nat(20))),
      timeout: fc.oneof(
        { weight: 3, arbitrary: numberOrText(even(6, 240)) },
        { weight: 1, arbitrary: fc.constant(undefined) },
      ),
      expression: sometimes(3, targetExpression),
      order_by: sometimes(4, orderExpression),
      skip_if: sometimes(3, skipExpression),
    }),
    knownWorker,
  )
  .map(([one, known]) => ({ ...one, ...known }));

const filter = fc
  .record({ expression: filterExpression, queue: queueSid, targets: upTo(maxTargets, target, 1) })
  .map(({ expression, queue, targets: [first, ...others] }) => ({
    expression,
    targets: [{ queue, ...first }, ...others],
  }));

const defaultFilter: fc.Arbitrary<Target> = record({
  queue: queueSid,
  priority: sometimes(4, fc.nat(20)),
  expression: sometimes(5, targetExpression),
  order_by: sometimes(4, orderExpression),
});

const configuration: fc.Arbitrary<Configuration> = fc
  .record({
    filters: upTo(maxFilters, filter),
    fallback: fc.oneof(
      { weight: 2, arbitrary: defaultFilter },
      { weight: 1, arbitrary: fc.constant(undefined) },
    ),
  })
  .map(({ filters, fallback }) => ({
    task_routing: {
      filters: filters.map((one, index) => ({ filter_friendly_name: `filter ${index}`, ...one })),
      ...(fallback && { default_filter: fallback }),
    },
  }));

const workflow = (name: string) =>
  fc.record({ reservationTimeout: even(20, 150), configuration }).map((one) => ({ name, ...one }));

const workflowUpdate: fc.Arbitrary<WorkflowUpdate> = fc.record({
  at: seconds(0, 2400),
  workflow: pick(['first', 'second']),
  configuration,
  reEvaluateTasks: fc.boolean(),
});

const activity = pick(activities.slice(0, 4).map(({ name }) => name));

const back = sometimes(2, seconds(1, 400));
const reaction: fc.Arbitrary<Reaction> = fc.oneof(
  {
    weight: 6,
    arbitrary: record({
      do: fc.constant('accept' as const),
      after: seconds(1, 60),
      talk: seconds(10, 600),
      wrapUp: sometimes(3, seconds(5, 60)),
    }),
  },
  {
    weight: 2,
    arbitrary: record({
      do: fc.constant('reject' as const),
      after: seconds(5, 60),
      activity: fc.oneof(
        { weight: 4, arbitrary: pick(['Break', 'Offline']) },
        { weight: 1, arbitrary: pick(['Available', 'Special', undefined]) },
      ),
      back,
    }),
  },
  { weight: 2, arbitrary: record({ do: fc.constant('ignore' as const), back }) },
);

const task: fc.Arbitrary<TaskPlan> = fc
  .tuple(
    record({
      at: seconds(0, 2400),
      workflow: pick(['first', 'first', 'second']),
      channel: pick(channels),
      attributes: taskAttributes,
      priority: sometimes(3, fc.nat(20)),
      ttl: sometimes(
        10,
        even(60, 1200).map((one) => one + 1),
      ),
      routingTarget: sometimes(
        20,
        fc.oneof(
          queueSid,
          workerName.map((name) => `WK_${name}`),
        ),
      ),
      virtualStart: sometimes(8, fc.integer({ min: -600, max: 0 })),
    }),
    sometimes(10, seconds(1, 300)),
    sometimes(6, fc.record({ after: seconds(1, 300), attributes: taskAttributes })),
  )
  .map(([plan, canceledAfter, update]) => ({
    ...plan,
    ...(canceledAfter !== undefined && { canceledAt: plan.at + canceledAfter }),
    ...(update && { update: { at: plan.at + update.after, attributes: update.attributes } }),
  }));

const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ at: seconds(0, 3500), worker: workerName, activity }) },
  {
    weight: 1,
    arbitrary: fc.record({ at: seconds(0, 3500), worker: workerName, attributes: workerAttributes }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      at: seconds(0, 3500),
      worker: workerName,
      channel: pick(channels),
      capacity: fc.nat(3),
      available: fc.boolean(),
    }),
  },
);

const worker = fc.record({
  activity: fc.oneof({ weight: 3, arbitrary: fc.constant('Available') }, { weight: 1, arbitrary: activity }),
  attributes: workerAttributes,
  voice: fc.nat(2),
  chat: fc.nat(5),
  reactions: fc.array(reaction, { minLength: 1, maxLength: 5 }),
});

const queue = fc.record({
  targetWorkers: queueExpression,
  maxReservedWorkers: fc.oneof(
    { weight: 5, arbitrary: fc.constant(1) },
    { weight: 1, arbitrary: pick([2, 3]) },
  ),
  order: pick(['FIFO', 'FIFO', 'LIFO'] as const),
});

/** In a single-tasking workspace nobody documents what becomes of workers whose reservation is canceled or rescinded. */
const singleTasking = (centre: Centre): Centre => ({
  ...centre,
  multitasking: false,
  queues: centre.queues.map((one) => ({ ...one, maxReservedWorkers: 1 })),
  tasks: centre.tasks.map(({ ttl: _, canceledAt: __, routingTarget: ___, ...rest }) => rest),
  changes: centre.changes.filter((one) => !('channel' in one)),
  workers: centre.workers.map((one) => ({ ...one, capacity: { voice: 1, chat: 1 } })),
});

/** Lets every name of a worker or a queue be one that there is. */
function numbered<T>(value: T, workers: number, queues: number): T {
  const text = JSON.stringify(value)
    .replace(
      /\b(WK_)?w(\d+)\b/g,
      (_, prefix: string | undefined, index) => `${prefix ?? ''}w${index % workers}`,
    )
    .replace(/\bWQ_q(\d+)\b/g, (_, index) => `WQ_q${index % queues}`);
  return JSON.parse(text) as T;
}

export const randomCentre: fc.Arbitrary<Centre> = fc
  .record({
    single: fc.integer({ min: 0, max: 6 }).map((one) => one === 6),
    prioritizeQueueOrder: pick(['FIFO', 'LIFO'] as const),
    timeoutActivity: pick(['Offline', 'Offline', 'Offline', 'Break', 'Break', 'Special']),
    queues: upTo(maxQueues, queue, 1),
    workflows: fc.tuple(workflow('first'), workflow('second')),
    workers: upTo(maxWorkers, worker, 1),
    tasks: upTo(40, task, 1),
    changes: upTo(20, change),
    updates: upTo(1, workflowUpdate),
  })
  .map(({ single, ...all }) => {
    const centre = numbered<Centre>(
      {
        ...all,
        multitasking: true,
        queues: all.queues.map((one, index) => ({ name: `q${index}`, ...one })),
        // No two tasks of the same millisecond, for the same reason.
        tasks: all.tasks.map((one, index) => ({ ...one, at: Math.floor(one.at / 1000) * 1000 + index })),
        workers: all.workers.map(({ voice, chat, ...one }, index) => ({
          name: `w${index}`,
          capacity: { voice, chat },
          ...one,
        })),
      },
      all.workers.length,
      all.queues.length,
    );
    return single ? singleTasking(centre) : centre;
  });
