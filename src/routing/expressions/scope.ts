import type { RoutingOptions } from '../options';
import { ExpressionError } from './errors';
import { printPath } from './syntax';
import type { Key } from './syntax';

/** A JSON object; `{}` for attributes that are not an object. */
export type Attributes = Readonly<Record<string, unknown>>;

/** What expressions can read of one of a worker's channels. https://www.twilio.com/docs/taskrouter/multitasking */
export interface ChannelLoad {
  readonly available: boolean;
  readonly capacity: number;
  /** Reservations by status. */
  readonly pending: number;
  readonly accepted: number;
  readonly wrapping: number;
}

/** What expressions can read of a worker. Absent `attributes` and `channels` are unknown. */
export interface WorkerFields {
  readonly sid: string;
  readonly friendlyName: string;
  readonly activitySid: string;
  readonly activityName: string;
  readonly attributes?: Attributes | undefined;
  /** Every channel of the workspace, by the unique name of its task channel. */
  readonly channels?: Readonly<Record<string, ChannelLoad>> | undefined;
}

/** Undefined for a channel that the worker does not have, and where the worker's channels are unknown. */
export const channelOf = <Load extends ChannelLoad>(
  worker: { readonly channels?: Readonly<Record<string, Load>> | undefined } | undefined,
  name: string,
): Load | undefined => {
  const channels = worker?.channels;
  return channels && Object.hasOwn(channels, name) ? channels[name] : undefined;
};

/** What skip_if can read: how many of the queue's workers are in which activity, by its SID. */
export interface Presence {
  readonly available: number;
  readonly unavailable: number;
  readonly [activitySid: string]: number;
}

/** Where the keys of an expression get their values. Absent parts are unknown. */
export interface Scope {
  readonly task?: Attributes | undefined;
  readonly worker?: WorkerFields | undefined;
  readonly presence?: Presence | undefined;
}

/**
 * Where an expression is used, which decides what its keys mean:
 * `queue` is TargetWorkers; `filter` and `target` are the expressions of a workflow's filter and target;
 * `workerList` is the query parameter TargetWorkersExpression and `taskList` is EvaluateTaskAttributes.
 */
export type Context = 'queue' | 'filter' | 'target' | 'skip_if' | 'workerList' | 'taskList';

/** Reads a key's value: null when it is missing, `unknown` when the scope lacks it. */
export type Reader = (scope: Scope) => unknown;

/** A value that the scope lacks. */
export const unknown = Symbol('unknown');

/**
 * How a key is read in a context.
 * @throws ExpressionError for a key that is not allowed there
 */
export function readerOf(key: Key, context: Context, options: RoutingOptions): Reader {
  const [first, ...rest] = key.path;
  switch (context) {
    case 'filter':
    case 'taskList':
      return taskAttribute(key.path);
    case 'skip_if':
      return first === 'workers' ? presenceReader(rest) : () => null;
    case 'target':
      if (first === 'task' && rest.length > 0) return taskAttribute(rest);
      if (first === 'worker' && rest.length > 0) return workerField(rest, options) ?? workerAttribute(rest);
      if (options.unprefixedTargetKeys === 'null') return () => null;
      throw withoutPrefix(key);
    case 'workerList':
      return listedField(key.path) ?? workerAttribute(key.path);
    case 'queue':
      if (options.workerPrefixInQueues && first === 'worker' && rest.length > 0) {
        return workerField(rest, options) ?? workerAttribute(rest);
      }
      return options.workerFieldsInQueues ? attributeOrField(key.path) : workerAttribute(key.path);
  }
}

function withoutPrefix(key: Key): ExpressionError {
  const written = printPath(key.path);
  const complete = written === 'task' || written === 'worker';
  return new ExpressionError(
    complete
      ? `\`${written}\` needs the name of an attribute`
      : `\`${written}\` needs the prefix task. or worker.`,
    key.range,
    {
      expected: 'task. or worker.',
      suggestion: complete ? `write ${written}.name` : `write task.${written} or worker.${written}`,
    },
  );
}

const fields: Readonly<Record<string, (worker: WorkerFields) => string>> = {
  sid: ({ sid }) => sid,
  friendly_name: ({ friendlyName }) => friendlyName,
  activity_sid: ({ activitySid }) => activitySid,
  activity_name: ({ activityName }) => activityName,
};

type Path = Key['path'];

const fieldAt = (path: Path) =>
  path.length === 1 && Object.hasOwn(fields, path[0]!) ? fields[path[0]!] : undefined;

function listedField(path: Path): Reader | undefined {
  const field = fieldAt(path);
  return field && (({ worker }) => (worker ? field(worker) : unknown));
}

/** These fields take precedence over attributes of the same name. */
function workerField(path: Path, options: RoutingOptions): Reader | undefined {
  const [first, channel, measure, ...more] = path;
  if (first !== 'channel') return listedField(path);
  if (typeof measure !== 'string' || more.length > 0 || !Object.hasOwn(measures, measure)) return undefined;
  const read = measures[measure]!;
  if (typeof channel !== 'string') return undefined;
  return ({ worker }) => {
    if (!worker?.channels) return unknown;
    const load = channelOf(worker, channel);
    return load ? read(load, options) : null;
  };
}

type Measure = (load: ChannelLoad, options: RoutingOptions) => number;
const measures: Readonly<Record<string, Measure>> = {
  configured_capacity: ({ capacity }) => capacity,
  assigned_tasks: ({ accepted }) => accepted,
  available_capacity_percentage: availablePercentage,
};

/** `floor((1 - (pending + accepted + wrapping) / configured) * 100)`, never below 0. */
export function availablePercentage(load: ChannelLoad, options: RoutingOptions): number {
  const { capacity } = load;
  if (capacity === 0) return Number(options.percentageOfNoCapacity);
  return Math.max(0, Math.floor((100 * (capacity - occupiedOf(load, options))) / capacity));
}

/** How many tasks of a channel count against its capacity. */
export const occupiedOf = (load: ChannelLoad, { capacityFallsAt }: RoutingOptions): number =>
  (capacityFallsAt === 'reservation' ? load.pending : 0) + load.accepted + load.wrapping;

/**
 * How many tasks occupy a channel, from its available capacity percentage in the Workers API. The percentage is
 * rounded down, so each number of tasks up to the maximum capacity, 50, has a distinct one.
 */
export const occupiedFrom = (capacity: number, percentage: number): number =>
  capacity - Math.ceil((percentage * capacity) / 100);

function presenceReader(path: Path): Reader {
  const [name, ...more] = path;
  if (typeof name !== 'string' || more.length > 0) return () => null;
  return ({ presence }) => {
    if (!presence) return unknown;
    return Object.hasOwn(presence, name) ? presence[name] : null;
  };
}

function taskAttribute(path: Path): Reader {
  const read = attributeReader(path);
  return ({ task }) => (task ? read(task) : unknown);
}

function workerAttribute(path: Path): Reader {
  const read = attributeReader(path);
  return ({ worker }) => (worker?.attributes ? read(worker.attributes) : unknown);
}

function attributeOrField(path: Path): Reader {
  const attribute = workerAttribute(path);
  const field = listedField(path);
  return field ? (scope) => attribute(scope) ?? field(scope) : attribute;
}

/** Most keys are one name. They get a faster reader, because routing reads them for each worker. */
function attributeReader(path: Path): (attributes: Attributes) => unknown {
  const [name] = path;
  if (path.length === 1 && typeof name === 'string') {
    return (attributes) => (Object.hasOwn(attributes, name) ? (attributes[name] ?? null) : null);
  }
  return (attributes) => attributeAt(attributes, path);
}

/** The value at a path; null when there is none. Names apply to objects only, indexes to arrays only. */
export function attributeAt(attributes: Attributes, path: Path): unknown {
  let value: unknown = attributes;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return null;
    if (typeof part === 'number' ? !Array.isArray(value) : Array.isArray(value)) return null;
    if (!Object.hasOwn(value, part)) return null;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value ?? null;
}

/** Parses attributes, which TaskRouter stores as JSON text; `{}` for a text that is not a JSON object. */
export function parseAttributes(text: string): Attributes {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Attributes) : {};
  } catch {
    return {};
  }
}
