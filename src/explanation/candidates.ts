import type { CompiledExpression, Truth } from '../routing/expressions/compile';
import type { OptionName } from '../routing/options';
import { inOrder, verdicts } from '../routing/workers/candidates';
import type { Opening, Verdict } from '../routing/workers/candidates';
import type { RoutedWorker } from '../routing/workers/pool';
import type { Target } from '../routing/workflow/configuration';
import { message } from '../taskrouter/message';
import type { Message } from '../taskrouter/message';
import type { RoutingModel } from './model';
import { undocumented } from './settle';
import { isStep } from './steps';
import type { Steps } from './steps';

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
  /** The comparison of the target's expression that all workers fail who fail the expression, as it is written. */
  readonly commonFailure: string | undefined;
  /** Why nobody is reserved, although workers could be. */
  readonly closed?: Message;
  /** How many workers TaskRouter reserves at a time. */
  readonly limit: number;
  /** What could make all of this otherwise. */
  readonly because: readonly Message[];
}

export function* candidatesIn(
  model: RoutingModel,
  queueSid: string,
  target: Partial<Target>,
): Steps<Candidates> {
  const opening = model.opening(target);
  const direct = opening.task.worker;
  const pool = direct ? model.everybody() : model.pool(queueSid);
  const verdictOn = verdicts(pool, opening);
  const doubtsAbout = doubtsIn(model, opening);
  const failure = new CommonFailure(model, opening);
  const doubtful = new Map<string, readonly OptionName[]>();
  const found = new Map<string, Verdict>();
  const eligible: RoutedWorker[] = [];
  const workers = direct ? [...pool.all()].filter(({ sid }) => sid === direct.sid) : [...pool.all()];
  for (const [i, worker] of workers.entries()) {
    const verdict = verdictOn(worker);
    found.set(worker.sid, verdict);
    if (verdict.eligible === true) eligible.push(worker);
    if (failedOf(verdict) === 'target expression') failure.note(worker);
    const doubts = doubtsAbout(worker, verdict);
    if (doubts.length > 0) doubtful.set(worker.sid, doubts);
    if (isStep(i)) yield;
  }
  return {
    queueSid,
    target,
    opening,
    verdicts: found,
    eligible: inOrder(model.library, opening, eligible),
    doubtful,
    commonFailure: failure.text,
    limit: direct ? 1 : (model.queue(queueSid)?.max_reserved_workers ?? 1),
    because: direct ? directDoubts(model, direct.sid) : membershipDoubts(model, queueSid),
  };
}

const failedOf = (verdict: Verdict) => (verdict.eligible === false ? verdict.why.reason : undefined);

/** The comparison that is the first to fail for every worker who was noted. */
class CommonFailure {
  text: string | undefined;
  readonly #expression: CompiledExpression | undefined;
  readonly #task: Opening['task'];
  #isCommon = true;

  constructor({ library }: RoutingModel, { task, target: { expression } }: Opening) {
    this.#task = task;
    this.#expression = expression === undefined ? undefined : library.expression(expression, 'target');
  }

  note(worker: RoutedWorker): void {
    if (!this.#isCommon || !this.#expression) return;
    const { range } = this.#expression.deciding({ task: this.#task.attributes, worker }, false);
    const text = this.#expression.text.slice(range.start, range.end);
    this.#isCommon = this.text === undefined || this.text === text;
    this.text = this.#isCommon ? text : undefined;
  }
}
/** Whether TaskRouter is known not to have a worker. */
export const isMissing = ({ facts }: RoutingModel, workerSid: string): boolean =>
  facts.missingWorkers?.includes(workerSid) === true ||
  (facts.hasAllWorkers && !facts.workers.some(({ sid }) => sid === workerSid));

const directDoubts = (model: RoutingModel, workerSid: string): Message[] =>
  model.worker(workerSid) || isMissing(model, workerSid)
    ? []
    : [message('{worker} was not read.', { worker: workerSid })];

function membershipDoubts(model: RoutingModel, queueSid: string): Message[] {
  if (!model.hasMembers(queueSid)) {
    return [message('The workers of {queue} were not read.', { queue: model.queueName(queueSid) })];
  }
  if (model.facts.members.get(queueSid)!.some((sid) => !model.worker(sid))) {
    return [message('Some workers of {queue} were not read.', { queue: model.queueName(queueSid) })];
  }
  if (!model.queue(queueSid)) {
    return [message('The queue {queue} was not read.', { queue: model.queueName(queueSid) })];
  }
  return [];
}

const none: readonly OptionName[] = [];

/** The undocumented points on which it depends whether the target's expression lets a worker in. */
function doubtsIn(
  { rules }: RoutingModel,
  { target: { expression }, task }: Opening,
): (worker: RoutedWorker, verdict: Verdict) => readonly OptionName[] {
  if (expression === undefined || task.worker) return () => none;
  const { truth, doubts } = rules.settled.get(expression, 'target');
  return (worker, verdict) => {
    const failed = failedOf(verdict);
    if (failed === 'not in queue') return none;
    const scope = { task: task.attributes, worker };
    const expected: Truth = failed !== 'target expression';
    return truth(scope) === expected ? none : doubts(scope);
  };
}

export interface FirstReserved {
  /** The SIDs of those who are reserved together, or from whom `count` are chosen. */
  readonly workers: readonly string[];
  readonly count: number;
  readonly because: readonly Message[];
}

/** Who of the eligible is reserved first, without those who have the task now. */
export function firstReserved(model: RoutingModel, candidates: Candidates): FirstReserved {
  const { eligible, limit, because, doubtful, verdicts: all } = candidates;
  const couldBeReserved = reservable(model, candidates);
  const open = new Set<OptionName>();
  for (const [sid, options] of doubtful) {
    const failed = failedOf(all.get(sid)!);
    // A worker who is unavailable or full cannot be reserved, whatever the expression evaluates to.
    if (failed !== undefined && failed !== 'target expression') continue;
    if (options.some((option) => !open.has(option)) && couldBeReserved(sid))
      for (const option of options) open.add(option);
  }
  const doubts = [...because, ...[...open].map(undocumented)];
  const unread = [...all.values()].filter(({ eligible: is }) => is === 'unknown').length;
  if (unread > 0) doubts.push(message('Capacity not read for some workers ({count}).', { count: unread }));
  const count = Math.min(limit, eligible.length);
  const before = precedence(model, candidates);
  let end = count;
  while (end < eligible.length && before(count - 1, end) === 'unknown') end++;
  if (end > count) doubts.push(idleTimes());
  else if (end < eligible.length && before(count - 1, end) === 'idle longer')
    doubts.push(undocumented('idleSince'));
  return { workers: eligible.slice(0, end).map(({ sid }) => sid), count, because: doubts };
}

/** Whether a worker who may not match the expression could be reserved if they do. */
function reservable(model: RoutingModel, { opening, queueSid }: Candidates): (sid: string) => boolean {
  const { orderBy, knownWorker } = opening.target;
  const target = { ...(orderBy ? { orderBy } : {}), ...(knownWorker ? { knownWorker } : {}) };
  const verdictOn = verdicts(model.pool(queueSid), { ...opening, target });
  return (sid) => {
    const worker = model.worker(sid);
    return worker !== undefined && verdictOn(worker).eligible !== false;
  };
}

export const idleTimes = (): Message =>
  message('The API does not show when a worker last had a task, which decides between equal workers.');

/** How many of the first workers are known to be in this very order. */
export function ranked(model: RoutingModel, candidates: Candidates): number {
  const { eligible } = candidates;
  const before = precedence(model, candidates);
  const tied = eligible.findIndex((_, i) => i + 1 < eligible.length && before(i, i + 1) === 'unknown');
  return tied < 0 ? eligible.length : tied;
}

/** What puts one of the eligible before a later one: earlier offers and order_by, or else only how long each has been idle. */
function precedence(
  model: RoutingModel,
  { eligible, opening, target }: Candidates,
): (one: number, later: number) => 'documented' | 'idle longer' | 'unknown' {
  const { declinedBy } = opening.task;
  const declined = (i: number) => declinedBy?.has(eligible[i]!.sid) ?? false;
  // Whoever has the task now competes again, and a value of theirs that is no integer makes order_by void.
  const offered = model.openReservations.flatMap(({ worker_sid: sid }) => model.worker(sid ?? '') ?? []);
  const byOrder =
    target.orderBy === undefined
      ? undefined
      : model.library.order(target.orderBy).among([...eligible, ...offered]);
  const idle = (i: number) => eligible[i]!.idle?.reserved;
  return (one, later) => {
    if (declined(one) !== declined(later) || (byOrder && byOrder(one, later) !== 0)) return 'documented';
    return idle(one) === idle(later) ? 'unknown' : 'idle longer';
  };
}
