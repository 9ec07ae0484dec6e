import { eligibleWorkers } from '../routing/workers/candidates';
import { ExpressionLibrary } from '../routing/expressions/library';
import { occupiedOf } from '../routing/expressions/scope';
import { defaultOptions } from '../routing/options';
import type { RoutedWorker } from '../routing/workers/pool';
import { Center } from './center';
import type { Stay } from './center';
import type { Place, RouteFile, Test } from './file';
import { readRouteFile } from './file';
import { filterName } from './reasons';
import { workflowOf } from './workflow';

/** A task with what routes it, as it is known. */
export interface RoutedTask {
  /** What the test is called. */
  readonly name: string;
  /** The workflow's, as JSON. */
  readonly configuration: string;
  readonly queues: readonly {
    readonly sid: string;
    readonly name: string;
    readonly targetWorkers: string;
    readonly maxReservedWorkers?: number;
  }[];
  readonly workers: readonly RoutedWorker[];
  /** Otherwise, who can be offered the task is left open. */
  readonly areAllWorkers: boolean;
  readonly task: {
    readonly attributes: Readonly<Record<string, unknown>>;
    readonly channel: string;
    readonly priority: number;
  };
}

/** A file of routing tests with one test, which expects what happens to a task now. @throws InvalidFileError */
export function savedTest(routed: RoutedTask): RouteFile {
  const { name, queues, workers, task } = routed;
  const file = {
    workflow: JSON.parse(routed.configuration) as Record<string, unknown>,
    queues: Object.fromEntries(
      queues.map(({ name: queue, maxReservedWorkers, ...one }) => [
        queue,
        { ...one, ...(maxReservedWorkers !== undefined && maxReservedWorkers > 1 && { maxReservedWorkers }) },
      ]),
    ),
    workers: [...workers].sort((one, other) => idleSince(one) - idleSince(other)).map(workerOf),
    tests: [{ name, task, expect: {} }],
  };
  const library = new ExpressionLibrary();
  const text = JSON.stringify({ ...file, tests: [{ name, task, expect: { target: 1 } }] });
  const named = { name: 'test', text };
  const read = readRouteFile(text, named.name, library);
  const center = new Center(read, workflowOf(read, named, undefined, library).rules, library);
  return { ...file, tests: [{ name, task, expect: expectation(center, routed) }] };
}

/** Who was never offered a task, or longer ago than is known, comes first. */
const idleSince = ({ idle }: RoutedWorker) => idle?.reserved ?? 0;

/** As a file of routing tests describes them. */
export function workerOf(worker: RoutedWorker): RouteFile['workers'][number] {
  const { friendlyName: name, sid, attributes, available, activityName, activitySid, channels = {} } = worker;
  const all = Object.entries(channels);
  const assigned = all.map(([channel, load]) => [channel, occupiedOf(load, defaultOptions)] as const);
  return {
    ...{ name, sid, attributes: { ...attributes }, available, activity: activityName, activitySid },
    capacity: Object.fromEntries(all.map(([channel, load]) => [channel, load.available ? load.capacity : 0])),
    assigned: Object.fromEntries(assigned.filter(([, count]) => count > 0)),
  };
}

/** Ages that a file can have. */
const maxAge = 9_999_999;

function expectation(center: Center, routed: RoutedTask): Test['expect'] {
  const { task } = routed;
  const way = center.way(task, maxAge, false);
  const placeOf = ({ place, priority }: Stay): Place => {
    if (typeof place === 'string') return { canceled: true };
    const target = center.router.target(place);
    return {
      filter: filterName(center.router, place.filter),
      target: place.target + 1,
      queue: center.queue(target.queue).name,
      priority,
    };
  };
  const start = way.findLast(({ since }) => since === 0)!;
  const later = way
    .filter(({ since }) => since > 0)
    .map((stay) => [String(stay.since), placeOf(stay)] as const);
  const nobody = center.way(task, 0, true).at(-1)!;
  return {
    ...placeOf(start),
    ...workersIn(center, routed, start),
    ...(later.length > 0 && { at: Object.fromEntries(later) }),
    nobodyAvailable: placeOf(nobody),
  };
}

/** Nothing while the load of somebody who may be offered the task is unknown. */
function workersIn(
  center: Center,
  { task, workers, areAllWorkers }: RoutedTask,
  { place }: Stay,
): Pick<Place, 'workers'> {
  if (typeof place === 'string' || !areAllWorkers) return {};
  const names = eligibleWorkers(center.pool(false), center.opening(task, place)).map(
    ({ friendlyName }) => friendlyName,
  );
  const isKnown = (name: string) => workers.find((one) => one.friendlyName === name)?.channels !== undefined;
  return names.every(isKnown) ? { workers: names } : {};
}

/** With the attributes alone that an expression of the workflow or of a queue names. */
export function withoutUnread(routed: RoutedTask): RoutedTask {
  const { configuration, queues, workers, task } = routed;
  const expressions = [configuration, ...queues.map(({ targetWorkers }) => targetWorkers)].join(' ');
  const words = new Set(expressions.match(/[\p{L}\p{N}_]+/gu));
  const isNamed = (key: string) => (key.match(/[\p{L}\p{N}_]+/gu) ?? []).every((word) => words.has(word));
  const named = (attributes: Readonly<Record<string, unknown>>): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(attributes)
        .filter(([key]) => isNamed(key))
        .map(([key, value]) => [key, isObject(value) ? named(value) : value]),
    );
  return {
    ...routed,
    workers: workers.map((worker) => ({ ...worker, attributes: named(worker.attributes ?? {}) })),
    task: { ...task, attributes: named(task.attributes) },
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
