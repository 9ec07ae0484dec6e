import type { Truth } from '../routing/expressions/compile';
import type { OptionName } from '../routing/options';
import { eligibleWorkers, verdicts } from '../routing/workers/candidates';
import type { Opening, Verdict } from '../routing/workers/candidates';
import type { RoutedWorker } from '../routing/workers/pool';
import type { Target } from '../routing/workflow/configuration';
import { message } from '../taskrouter/message';
import type { Message } from '../taskrouter/message';
import { settle, undocumented } from './comparisons';
import type { RoutingModel } from './model';

/** Who could be reserved for the task in one target of its workflow, or in a queue alone. */
export interface Candidates {
  readonly queueSid: string;
  readonly target: Partial<Target>;
  readonly opening: Opening;
  /** Workers of the queue, or the worker that the task is for. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** Who could be reserved now, in TaskRouter's order as far as it is known. */
  readonly eligible: readonly RoutedWorker[];
  /** Workers about whom what is documented does not decide, with the reasons. */
  readonly doubtful: ReadonlyMap<string, readonly OptionName[]>;
  /** How many workers TaskRouter reserves at a time. */
  readonly limit: number;
  /** What could make all of this otherwise. */
  readonly because: readonly Message[];
}

export function candidatesIn(model: RoutingModel, queueSid: string, target: Partial<Target>): Candidates {
  const opening = model.opening(target);
  const direct = opening.task.worker;
  const pool = direct ? model.everybody() : model.pool(queueSid);
  const verdictOn = verdicts(pool, opening);
  const workers = direct ? [...pool.all()].filter(({ sid }) => sid === direct.sid) : [...pool.all()];
  const doubtful = new Map<string, readonly OptionName[]>();
  const found = new Map<string, Verdict>();
  for (const worker of workers) {
    const verdict = verdictOn(worker);
    found.set(worker.sid, verdict);
    const doubts = doubtsAbout(model, opening, worker, verdict);
    if (doubts.length > 0) doubtful.set(worker.sid, doubts);
  }
  return {
    queueSid,
    target,
    opening,
    verdicts: found,
    eligible: eligibleWorkers(pool, opening),
    doubtful,
    limit: direct ? 1 : (model.queue(queueSid)?.max_reserved_workers ?? 1),
    because: direct ? [] : membershipDoubts(model, queueSid),
  };
}

function membershipDoubts(model: RoutingModel, queueSid: string): Message[] {
  if (!model.hasMembers(queueSid)) {
    return [message('The workers of {queue} were not read.', { queue: model.queueName(queueSid) })];
  }
  if (model.facts.members[queueSid]!.some((sid) => !model.worker(sid))) {
    return [message('Some workers of {queue} were not read.', { queue: model.queueName(queueSid) })];
  }
  if (!model.queue(queueSid)) {
    return [message('The queue {queue} was not read.', { queue: model.queueName(queueSid) })];
  }
  return [];
}

/** The undocumented points on which it depends whether the target's expression lets a worker in. */
function doubtsAbout(
  { library }: RoutingModel,
  { target: { expression }, task }: Opening,
  worker: RoutedWorker,
  verdict: Verdict,
): readonly OptionName[] {
  if (expression === undefined || task.worker) return [];
  const failed = verdict.eligible === false ? verdict.why.reason : undefined;
  if (failed === 'not in queue') return [];
  const scope = { task: task.attributes, worker };
  const reason = library.expression(expression, 'target').explain(scope);
  const expected: Truth = failed !== 'target expression';
  const { result, doubts } = settle(reason, expression, 'target', scope);
  return result === expected ? [] : doubts;
}

export interface FirstReserved {
  /** The SIDs of those who are reserved together. */
  readonly workers: readonly string[];
  readonly because: readonly Message[];
}

/** Who of the eligible is reserved first, without those who have the task now. */
export function firstReserved(model: RoutingModel, candidates: Candidates): FirstReserved {
  const { eligible, limit, because, doubtful, verdicts: all } = candidates;
  const doubts = [...because];
  const matters = (sid: string) => {
    const verdict = all.get(sid)!;
    // Whoever is unavailable or full cannot be reserved, whatever the expression amounts to.
    return verdict.eligible !== false || verdict.why.reason === 'target expression';
  };
  for (const [sid, options] of doubtful) {
    if (matters(sid) && couldBeReserved(model, candidates, sid)) doubts.push(...options.map(undocumented));
  }
  const unread = [...all].filter(([, { eligible: is }]) => is === 'unknown').map(([sid]) => sid);
  if (unread.length > 0) {
    doubts.push(message('Capacity not read for some workers ({count}).', { count: unread.length }));
  }
  const workers = eligible.slice(0, limit).map(({ sid }) => sid);
  if (eligible.length > limit && !isDecided(model, candidates)) doubts.push(idleTimes());
  return { workers, because: doubts };
}

/** Whether a worker whom the expression may not let in could be reserved if it does. */
function couldBeReserved(model: RoutingModel, candidates: Candidates, sid: string): boolean {
  const worker = model.worker(sid);
  if (!worker) return false;
  const without = { ...candidates.opening, target: { ...candidates.target } };
  delete (without.target as { expression?: string }).expression;
  return verdicts(model.pool(candidates.queueSid), without)(worker).eligible !== false;
}

export const idleTimes = (): Message =>
  message('The API does not show when a worker last had a task, which decides between equal workers.');

/** Whether earlier offers and order_by alone decide who is among the first. */
function isDecided(model: RoutingModel, { eligible, limit, opening, target }: Candidates): boolean {
  const [last, next] = [eligible[limit - 1]!, eligible[limit]!];
  const { declinedBy } = opening.task;
  const declined = (worker: RoutedWorker) => declinedBy?.has(worker.sid) ?? false;
  if (declined(last) !== declined(next)) return true;
  if (target.orderBy === undefined) return false;
  // Whoever has the task now competes again, and a value of theirs that is no integer makes order_by void.
  const offered = model.openReservations.flatMap(({ worker_sid: sid }) => model.worker(sid ?? '') ?? []);
  return model.library.order(target.orderBy).among([...eligible, ...offered])(limit - 1, limit) !== 0;
}
