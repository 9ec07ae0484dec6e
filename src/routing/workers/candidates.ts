import type { CompiledExpression, Reason } from '../expressions/compile';
import type { ExpressionLibrary } from '../expressions/library';
import { attributeAt, channelOf, occupiedOf } from '../expressions/scope';
import type { Attributes, Scope } from '../expressions/scope';
import { comparisonsOf } from '../expressions/syntax';
import type { Expression, Operand } from '../expressions/syntax';
import type { Target } from '../workflow/configuration';
import type { IdleTimes, RoutedWorker, WorkerPool } from './pool';

/** A task in a target, for which workers are chosen. */
export interface Opening {
  readonly task: {
    readonly sid: string;
    readonly attributes: Attributes;
    /** The unique name of its channel. */
    readonly channel: string;
    /** The worker that the task was created for, bypassing its workflow. */
    readonly worker?: { readonly sid: string; readonly ignoreCapacity: boolean };
    /** Workers who rejected a reservation for it or let it time out: they come last. */
    readonly declinedBy?: ReadonlySet<string>;
  };
  /** TargetWorkers of the task's queue. */
  readonly targetWorkers: string;
  readonly target: Pick<Target, 'expression' | 'orderBy' | 'knownWorker'>;
  readonly multitasking: boolean;
  /** channel_optimized_routing of the task's channel: idle times count per channel. */
  readonly perChannel: boolean;
}

/**
 * The workers that TaskRouter would reserve for a task, in that order, at most `limit`.
 * https://www.twilio.com/docs/taskrouter/order-workers
 */
export function eligibleWorkers<W extends RoutedWorker>(
  pool: WorkerPool<W>,
  opening: Opening,
  limit = Infinity,
): W[] {
  return inOrder(pool.library, opening, eligible(pool, opening), limit);
}

/** The first of workers who can be reserved, in TaskRouter's order. Equal workers stay in the order of `found`. */
export function inOrder<W extends RoutedWorker>(
  library: ExpressionLibrary,
  opening: Opening,
  found: readonly W[],
  limit = Infinity,
): W[] {
  if (found.length < 2) return limit < 1 ? [] : [...found];
  const compare = comparison(library, opening, found);
  const indexes = found.map((_, i) => i);
  if (limit >= found.length) return indexes.sort(compare).map((i) => found[i]!);
  const chosen: W[] = [];
  while (chosen.length < limit) {
    let best = 0;
    for (let i = 1; i < indexes.length; i++) if (compare(indexes[i]!, indexes[best]!) < 0) best = i;
    chosen.push(found[indexes[best]!]!);
    indexes[best] = indexes.at(-1)!;
    indexes.pop();
  }
  return chosen;
}

function eligible<W extends RoutedWorker>(pool: WorkerPool<W>, opening: Opening): W[] {
  const { library } = pool;
  const found: W[] = [];
  const { task, target } = opening;
  if (task.worker) {
    const worker = pool.get(task.worker.sid);
    const passes = ({ check }: Check) => check(worker!) === undefined;
    return worker && directChecks(library, opening).every(passes) ? [worker] : [];
  }
  const members = pool.members(opening.targetWorkers);
  const { expression } = target;
  const wanted = expression === undefined ? undefined : library.expression(expression, 'target');
  const scope: { task: Attributes; worker?: W } = { task: task.attributes };
  const anyActivity = reachesUnavailable(library, target);
  for (const worker of among(pool, members, opening)) {
    if (!worker.available && !anyActivity) continue;
    if (hasRoom(library, opening, worker) !== undefined) continue;
    scope.worker = worker;
    if (!wanted || wanted.test(scope)) found.push(worker);
  }
  return found;
}

function among<W extends RoutedWorker>(
  pool: WorkerPool<W>,
  members: ReadonlySet<W>,
  { target, task }: Opening,
): Iterable<W> {
  if (!target.knownWorker) return members;
  const known = knownWorker(pool, target.knownWorker, task.attributes);
  return known && members.has(known) ? [known] : [];
}

/** The worker that the task's attribute names. https://www.twilio.com/docs/taskrouter/workflow-configuration/known-agent-routing */
export function knownWorker<W extends RoutedWorker>(
  pool: WorkerPool<W>,
  { by, path }: NonNullable<Target['knownWorker']>,
  attributes: Attributes,
): W | undefined {
  const value = attributeAt(attributes, path);
  if (typeof value !== 'string') return undefined;
  return by === 'sid' ? pool.get(value) : pool.named(value);
}

/** Compares by index. Equal workers stay in the order of creation, which is that of `found`. */
function comparison(
  library: ExpressionLibrary,
  opening: Opening,
  found: readonly RoutedWorker[],
): (a: number, b: number) => number {
  const { orderBy } = opening.target;
  const byOrder = orderBy === undefined ? undefined : library.order(orderBy).among(found);
  const idle = idleTimes(library, opening, found);
  const { declinedBy } = opening.task;
  const declined = (i: number) => Number(declinedBy!.has(found[i]!.sid));
  return (a, b) =>
    (declinedBy && declined(a) - declined(b)) ||
    byOrder?.(a, b) ||
    (idle[a]! < idle[b]! ? -1 : idle[a]! > idle[b]! ? 1 : a - b);
}

function idleTimes(
  { options }: ExpressionLibrary,
  { perChannel, task }: Opening,
  found: readonly RoutedWorker[],
): Float64Array {
  const measure = ({ reservation: 'reserved', assignment: 'assigned', completion: 'unoccupied' } as const)[
    options.idleSince
  ];
  return Float64Array.from(found, (worker) => {
    const idle: IdleTimes | undefined = perChannel ? channelOf(worker, task.channel)?.idle : worker.idle;
    return idle?.[measure] ?? 0;
  });
}

/**
 * Why a worker is not offered a task, in the order in which the reasons are checked. `value` is the task's attribute
 * that names a worker.
 */
export type WhyNot =
  | { readonly reason: 'not in queue'; readonly because?: () => Reason }
  | { readonly reason: 'target expression'; readonly because: () => Reason }
  | { readonly reason: 'known worker'; readonly value: unknown; readonly exists: boolean }
  | { readonly reason: 'routing target'; readonly sid: string }
  | { readonly reason: 'activity' }
  | { readonly reason: 'channel unavailable' }
  | { readonly reason: 'no capacity' }
  | { readonly reason: 'channel full'; readonly capacity: number; readonly occupied: number }
  | { readonly reason: 'has a task' }
  | { readonly reason: 'has this task' };

export type Verdict =
  | { readonly eligible: true }
  | { readonly eligible: false; readonly why: WhyNot }
  /** What is known does not decide; `missing` lists the rest. */
  | { readonly eligible: 'unknown'; readonly missing: readonly WhyNot['reason'][] };

/** Whether a worker could be reserved for a task if they were first in order; if not, why. */
export function verdicts<W extends RoutedWorker>(
  pool: WorkerPool<W>,
  opening: Opening,
): (worker: W) => Verdict {
  const checks = opening.task.worker
    ? directChecks(pool.library, opening)
    : [...memberChecks(pool, opening), ...roomChecks(pool.library, opening)];
  return (worker) => {
    const missing: WhyNot['reason'][] = [];
    for (const { reason, check } of checks) {
      const found = check(worker);
      if (typeof found === 'object') return { eligible: false, why: found };
      if (found === 'unknown') missing.push(reason);
    }
    return missing.length > 0 ? { eligible: 'unknown', missing } : { eligible: true };
  };
}

/** Whether a worker could ever be offered a task there, busy or not. */
export const qualifies = <W extends RoutedWorker>(
  pool: WorkerPool<W>,
  opening: Opening,
): ((worker: W) => boolean) => {
  const checks = opening.task.worker ? [isWanted(opening)] : memberChecks(pool, opening);
  return (worker) => checks.every(({ check }) => check(worker) === undefined);
};

/** Returns why not, `unknown`, or undefined for a worker who passes. */
interface Check {
  readonly reason: WhyNot['reason'];
  readonly check: (worker: RoutedWorker) => WhyNot | 'unknown' | undefined;
}

function memberChecks(pool: WorkerPool, opening: Opening): Check[] {
  const { library } = pool;
  const { targetWorkers, target, task } = opening;
  const { expression, knownWorker: known } = target;
  const queue = targetWorkers.trim() === '' ? undefined : library.expression(targetWorkers, 'queue');
  const wanted = expression === undefined ? undefined : library.expression(expression, 'target');
  return [
    {
      reason: 'not in queue',
      check: (worker) => (queue ? unless(queue, { worker }, 'not in queue') : { reason: 'not in queue' }),
    },
    {
      reason: 'target expression',
      check: (worker) => wanted && unless(wanted, { task: task.attributes, worker }, 'target expression'),
    },
    {
      reason: 'known worker',
      check(worker) {
        if (!known) return undefined;
        const wanted = knownWorker(pool, known, task.attributes);
        if (wanted?.sid === worker.sid) return undefined;
        const value = attributeAt(task.attributes, known.path);
        return { reason: 'known worker', value, exists: wanted !== undefined };
      },
    },
  ];
}

/** The reason costs much more than the result, and few readers want it. */
function unless(
  { truth, explain }: CompiledExpression,
  scope: Scope,
  reason: 'not in queue' | 'target expression',
): WhyNot | 'unknown' | undefined {
  const result = truth(scope);
  if (result === 'unknown') return 'unknown';
  return result ? undefined : { reason, because: () => explain(scope) };
}

function roomChecks(library: ExpressionLibrary, opening: Opening): Check[] {
  const anyActivity = reachesUnavailable(library, opening.target);
  return [
    {
      reason: 'activity',
      check: ({ available }) => (available || anyActivity ? undefined : { reason: 'activity' }),
    },
    { reason: 'channel full', check: (worker) => hasRoom(library, opening, worker) },
  ];
}

/** A task for one worker bypasses its workflow and queue, and can ignore the worker's activity and capacity. */
function directChecks(library: ExpressionLibrary, opening: Opening): Check[] {
  if (!opening.task.worker!.ignoreCapacity) return [isWanted(opening), ...roomChecks(library, opening)];
  const { sid } = opening.task;
  return [
    isWanted(opening),
    {
      reason: 'has this task',
      check: ({ tasks }) =>
        !tasks ? 'unknown' : tasks.includes(sid) ? { reason: 'has this task' } : undefined,
    },
  ];
}

const isWanted = ({ task }: Opening): Check => ({
  reason: 'routing target',
  check(worker) {
    const { sid } = task.worker!;
    return worker.sid === sid ? undefined : { reason: 'routing target', sid };
  },
});

/** Undefined for a worker who can take one more task of the channel. */
function hasRoom(
  { options }: ExpressionLibrary,
  { task, multitasking }: Opening,
  worker: RoutedWorker,
): WhyNot | 'unknown' | undefined {
  const { tasks } = worker;
  if (tasks?.includes(task.sid)) return { reason: 'has this task' };
  const channel = channelOf(worker, task.channel);
  if (channel) {
    if (!channel.available) return { reason: 'channel unavailable' };
    const { capacity } = channel;
    if (capacity === 0) return { reason: 'no capacity' };
    const occupied = multitasking ? occupiedOf(channel, options) : 0;
    if (occupied >= capacity) return { reason: 'channel full', capacity, occupied };
  }
  if (!multitasking && tasks && tasks.length > 0) return { reason: 'has a task' };
  return channel && tasks ? undefined : 'unknown';
}

/** Activity-based routing may be intended for workers whose activity is not available. */
function reachesUnavailable(library: ExpressionLibrary, { expression }: Opening['target']): boolean {
  if (library.options.excludedActivities === 'never' || expression === undefined) return false;
  return namesActivity(library.expression(expression, 'target').expression);
}

const namesActivity = (expression: Expression): boolean =>
  comparisonsOf(expression).some(({ left, right }) => isActivity(left) || isActivity(right));

const isActivity = (operand: Operand): boolean =>
  operand.type === 'key' &&
  operand.path[0] === 'worker' &&
  (operand.path[1] === 'activity_sid' || operand.path[1] === 'activity_name');
