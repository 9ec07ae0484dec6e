import { stripComments } from 'jsonc-parser';
import * as z from 'zod';
import type { Mistake } from '../jsonFile';
import { parseJsonFile } from '../jsonFile';
import { ExpressionError } from '../routing/expressions/errors';
import type { ExpressionLibrary } from '../routing/expressions/library';

const name = z.string().min(1);
const Attributes = z.record(z.string(), z.unknown());
const perChannel = z.record(z.string(), z.int().min(0));

const Queue = z.strictObject({
  sid: name.optional().describe('Its SID, if the workflow names it by that.'),
  targetWorkers: z.string().describe('Which workers it has, in TaskRouter’s expression language.'),
  maxReservedWorkers: z
    .int()
    .min(1)
    .max(50)
    .optional()
    .describe('How many workers are offered a task at the same time. 1 when absent.'),
});

const Worker = z.strictObject({
  name: name.describe('Their friendly name.'),
  sid: name.optional().describe('Their SID, if the workflow or a task names them by that.'),
  attributes: Attributes.optional(),
  available: z.boolean().optional().describe('Whether the worker’s activity is available. Defaults to true.'),
  activity: name.optional().describe('The name of the worker’s activity. Defaults to Available or Offline.'),
  activitySid: name.optional().describe('The SID of the worker’s activity, where an expression names it.'),
  capacity: perChannel
    .optional()
    .describe('Tasks at one time for each channel; a channel that is not named takes one.'),
  assigned: perChannel.optional().describe('How many tasks the worker has accepted, by task channel.'),
});

const Task = z.strictObject({
  attributes: Attributes.optional(),
  channel: name.optional().describe('The unique name of its task channel. "default" when absent.'),
  priority: z.int().min(0).optional().describe('0 when absent.'),
});

const Place = z.strictObject({
  filter: name
    .optional()
    .describe(
      'The filter that the task is in: its name, #2 for the second if it has none, or default_filter.',
    ),
  target: z.int().min(1).optional().describe('Which target of the filter it is in; 1 is the first.'),
  queue: name.optional().describe('The name of the queue that it is in.'),
  priority: z.int().min(0).optional().describe('Its priority there.'),
  workers: z
    .array(name)
    .optional()
    .describe('All workers who can be offered the task there, in the order of the offers.'),
  offered: z
    .array(name)
    .optional()
    .describe(
      'Those of them who are offered the task first: as many as the queue reserves at the same time.',
    ),
  canceled: z.boolean().optional().describe('Whether the task has left the workflow and is canceled.'),
});
export type Place = z.infer<typeof Place>;

/** A test without expectations would pass whatever the workflow does. */
const stating = <T extends z.ZodType<object>>(schema: T): T =>
  schema
    .refine((value) => Object.keys(value).length > 0, 'must say what is expected')
    .meta({ minProperties: 1 });

const Way = Place.extend({
  at: stating(
    z.record(z.string().regex(/^\d{1,7}$/), stating(Place), {
      error: ({ code }) => (code === 'invalid_key' ? 'must be an age in seconds, such as "30"' : undefined),
    }),
  )
    .optional()
    .describe('What is expected when the task has this age in seconds and nobody has accepted it.'),
});
export type Way = z.infer<typeof Way>;

const Test = z.strictObject({
  name,
  task: Task,
  expect: stating(
    Way.extend({
      nobodyAvailable: stating(Way).optional().describe('What to expect while no worker is available.'),
    }),
  ).describe('What is not stated is not compared.'),
});
export type Test = z.infer<typeof Test>;

/** Tests of a workflow, with the queues and workers that they are about. */
export const RouteFile = z.strictObject({
  $schema: z.string().optional(),
  workflow: z
    .union([name, z.record(z.string(), z.unknown())])
    .describe(
      'The configuration, with queues by their names or SIDs, or the path of a JSON file that contains it, relative to this file.',
    ),
  queues: z.record(z.string(), Queue).describe('By their names.'),
  workers: z.array(Worker).describe('The worker who has been idle longest comes first, as without order_by.'),
  tests: z.array(Test).min(1),
});
export type RouteFile = z.infer<typeof RouteFile>;

/** The JSON schema that editors use. */
export const routeFileSchema = () => ({
  title: 'Routing tests of TaskRouter workflows',
  // The newest draft that editors support well; as JSONC, the file may have comments.
  ...z.toJSONSchema(RouteFile, {
    ...{ io: 'input', target: 'draft-7' },
    override: ({ jsonSchema: one }) => {
      if (one.maximum === Number.MAX_SAFE_INTEGER) delete one.maximum;
    },
  }),
  allowComments: true,
});

/** With spaces in place of comments: all else stays where it is. */
export const withoutComments = (content: string): string => stripComments(content, ' ');

/**
 * Reads a file, whose name is for messages.
 * @throws InvalidFileError
 */
export const readRouteFile = (content: string, file: string, library: ExpressionLibrary): RouteFile =>
  parseJsonFile(withoutComments(content), file, RouteFile, (read) => [...mistakesIn(read, library)]);

/** Names that stand for nothing, which would make a test about something else than it says. */
function* mistakesIn({ queues, workers, tests }: RouteFile, library: ExpressionLibrary): Generator<Mistake> {
  for (const [queue, { targetWorkers }] of Object.entries(queues)) {
    const problem = problemOf(targetWorkers, library);
    if (problem !== undefined) yield { path: ['queues', queue, 'targetWorkers'], message: problem };
  }
  for (const key of ['name', 'sid'] as const)
    for (const i of repeated(workers.map((worker) => worker[key]?.toLowerCase())))
      yield { path: ['workers', i, key], message: `another worker has the ${key} ${workers[i]![key]}` };
  const all = Object.entries(queues);
  for (const i of repeated(all.map(([, { sid }]) => sid)))
    yield { path: ['queues', all[i]![0], 'sid'], message: `another queue has the sid ${all[i]![1].sid}` };
  const known = new Set(workers.map((worker) => worker.name));
  for (const [i, { expect }] of tests.entries())
    for (const { path, place } of placesOf(expect)) {
      const at = ['tests', i, 'expect', ...path];
      const { queue } = place;
      if (queue !== undefined && !Object.hasOwn(queues, queue))
        yield { path: [...at, 'queue'], message: `there is no queue ${queue} in queues` };
      for (const key of ['workers', 'offered'] as const)
        for (const [j, worker] of (place[key] ?? []).entries())
          if (!known.has(worker))
            yield { path: [...at, key, j], message: `there is no worker ${worker} in workers` };
    }
}

/** The indexes of values that stand before too. */
function repeated(values: readonly (string | undefined)[]): number[] {
  const known = new Set<string>();
  return [...values.keys()].filter((i) => {
    const value = values[i];
    return value !== undefined && known.size === known.add(value).size;
  });
}

/** Everything that a test expects, and where it stands in `expect`. */
export interface ExpectedPlace {
  readonly path: readonly string[];
  readonly place: Place;
  /** The task's age in seconds. */
  readonly age: number;
  readonly nobodyAvailable: boolean;
}

export function placesOf(expect: Test['expect']): readonly ExpectedPlace[] {
  const ways: readonly (readonly [readonly string[], Way | undefined])[] = [
    [[], expect],
    [['nobodyAvailable'], expect.nobodyAvailable],
  ];
  return ways.flatMap(([path, way]) => {
    if (!way) return [];
    const common = { nobodyAvailable: path.length > 0 };
    const later = Object.entries(way.at ?? {}).map(([seconds, place]) => ({
      ...common,
      ...{ path: [...path, 'at', seconds], place, age: Number(seconds) },
    }));
    return [{ ...common, path, place: way, age: 0 }, ...later];
  });
}

function problemOf(targetWorkers: string, library: ExpressionLibrary): string | undefined {
  if (targetWorkers.trim() === '') return undefined;
  try {
    library.expression(targetWorkers, 'queue');
    return undefined;
  } catch (error) {
    if (error instanceof ExpressionError) return error.message;
    throw error;
  }
}
