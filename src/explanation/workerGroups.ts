import type { Reason } from '../routing/expressions/compile';
import type { Verdict, WhyNot } from '../routing/workers/candidates';
import type { RoutedWorker } from '../routing/workers/pool';
import { printPath } from '../routing/expressions/syntax';
import { message } from '../taskrouter/message';
import type { Message } from '../taskrouter/message';
import { isOpenStatus } from '../taskrouter/reservation';
import { ranked } from './candidates';
import type { Candidates } from './candidates';
import { comparisonLines, comparisonMessage } from './comparisons';
import type {
  Claim,
  ComparisonLine,
  Holder,
  NextOffer,
  WorkerGroups,
  WorkerLine,
  WorkerReason,
} from './explanation';
import type { RoutingModel } from './model';
import { isStep } from './steps';
import type { Steps } from './steps';
import { certain, claim, jsonOf, span } from './texts';

/** Who could get the task, who could if something were otherwise, and who cannot. */
export function* workerGroups(
  model: RoutingModel,
  candidates: Candidates,
  next: NextOffer,
): Steps<WorkerGroups> {
  const { queueSid, opening, eligible, verdicts } = candidates;
  const groups = {
    next: eligible.map(({ sid }) => lineOf(model, candidates, sid)),
    wouldQualify: [] as WorkerLine[],
    unknown: [] as WorkerLine[],
    notQualified: [] as WorkerLine[],
  };
  for (const [i, [sid, verdict]] of [...verdicts].entries()) {
    const group = groupOf(verdict, candidates.closed !== undefined);
    if (group) groups[group].push(lineOf(model, candidates, sid));
    if (isStep(i)) yield;
  }
  if (!opening.task.worker) {
    const queueName = model.queueName(queueSid);
    const outsiders = [...model.workers()].filter(({ sid }) => !verdicts.has(sid));
    for (const [i, worker] of outsiders.entries()) {
      groups.notQualified.push(outsider(model, { queueSid, queueName }, worker));
      if (isStep(i)) yield;
    }
  }
  const order = orderClaim(model, candidates, next, groups.unknown.length);
  return {
    queueSid,
    queueName: model.queueName(queueSid),
    channel: opening.task.channel,
    ranked: ranked(model, candidates),
    order,
    ...groups,
  };
}

type Group = 'wouldQualify' | 'unknown' | 'notQualified';

/** Undefined for the eligible, who are in order. */
function groupOf(verdict: Verdict, isClosed: boolean): Group | undefined {
  if (verdict.eligible === true) return isClosed ? 'wouldQualify' : undefined;
  if (verdict.eligible === 'unknown') return isClosed ? 'wouldQualify' : 'unknown';
  return isQualified(verdict.why) ? 'wouldQualify' : 'notQualified';
}

const unqualified: readonly WhyNot['reason'][] = [
  'not in queue',
  'target expression',
  'known worker',
  'routing target',
];

/** Whether a worker has what it takes, though something else keeps them from the task. */
const isQualified = ({ reason }: WhyNot): boolean => !unqualified.includes(reason);

/** In which order TaskRouter chooses, as sure as what is said of the next offer. */
function orderClaim(
  { task }: RoutingModel,
  { eligible, limit, closed, target: { orderBy } }: Candidates,
  { because, workers, count }: NextOffer,
  unread: number,
): Claim {
  if (closed) return claim(closed, because);
  if (eligible.length === 0) {
    if (unread > 0) {
      return certain(message('No worker is known to be free: see below whose capacity was not read.'));
    }
    return task.assignment_status === 'reserved'
      ? claim(message('No other worker can be offered the task now.'), because)
      : claim(message('Nobody can be offered the task now.'), because);
  }
  const order =
    orderBy === undefined
      ? count < workers.length
        ? message('TaskRouter chooses the worker who has been idle longest, but it is not known who that is.')
        : message('In TaskRouter’s order: the longest idle first.')
      : message('Ordered by {orderBy}, then the longest idle first.', { orderBy });
  return limit > 1 && eligible.length > 1
    ? claim(message('{order} Up to {limit} are reserved together.', { order, limit }), because)
    : claim(order, because);
}

type Detail = Pick<WorkerLine, 'message' | 'comparisons' | 'holders'>;

/** A worker of a large queue is one of thousands, of whom few are looked at: details are made when they are read. */
class LazyLine implements WorkerLine {
  readonly sid: string;
  readonly name: string;
  readonly activity: string;
  readonly since?: number;
  readonly declined?: string;
  #detail: Detail | undefined;

  constructor(
    model: RoutingModel,
    worker: RoutedWorker,
    readonly reason: WorkerReason,
    private readonly detailed: () => Detail,
  ) {
    this.sid = worker.sid;
    this.name = model.workerName(worker.sid);
    this.activity = worker.activityName;
    const since = model.row(worker.sid)?.date_status_changed?.getTime();
    if (since !== undefined) this.since = since;
    const declined = model.declinedBy.get(worker.sid);
    if (declined !== undefined) this.declined = declined;
  }

  get message(): Message {
    return this.#detailed.message;
  }

  get comparisons(): readonly ComparisonLine[] {
    return this.#detailed.comparisons;
  }

  get holders(): readonly Holder[] {
    return this.#detailed.holders;
  }

  get #detailed(): Detail {
    return (this.#detail ??= this.detailed());
  }
}

export function lineOf(model: RoutingModel, candidates: Candidates, sid: string): WorkerLine {
  const worker = model.worker(sid)!;
  const verdict = candidates.verdicts.get(sid)!;
  const reason = reasonOf(verdict);
  return new LazyLine(model, worker, reason, () => {
    const because =
      verdict.eligible === false && 'because' in verdict.why ? verdict.why.because?.() : undefined;
    const comparisons = because ? comparisonLines(because, candidates.target.expression ?? '') : [];
    return {
      message: messageOf(model, candidates, worker, verdict, comparisons),
      comparisons,
      holders: reason === 'channel full' || reason === 'has a task' ? holdersOf(model, sid) : [],
    };
  });
}

/** A worker who is not in the task's queue. */
const outsider = (
  model: RoutingModel,
  { queueSid, queueName: queue }: Pick<WorkerGroups, 'queueSid' | 'queueName'>,
  worker: RoutedWorker,
): WorkerLine =>
  new LazyLine(model, worker, 'not in queue', () => {
    const expression = model.queue(queueSid)?.target_workers ?? '';
    const because = outsideBecause(model, expression, worker);
    // TaskRouter's own list prevails where this evaluation would let the worker in.
    const comparisons = because?.result === false ? comparisonLines(because, expression) : [];
    const [first] = comparisons;
    return {
      message: first
        ? message('Not in {queue}: {comparison}', { queue, comparison: comparisonMessage(first) })
        : message('Not in {queue}', { queue }),
      comparisons,
      holders: [],
    };
  });

function outsideBecause(
  { library }: RoutingModel,
  expression: string,
  worker: RoutedWorker,
): Reason | undefined {
  if (expression.trim() === '') return undefined;
  try {
    return library.expression(expression, 'queue').explain({ worker });
  } catch {
    return undefined;
  }
}

const reasons: Readonly<Record<WhyNot['reason'], WorkerReason>> = {
  'not in queue': 'not in queue',
  'target expression': 'target expression',
  'known worker': 'known worker',
  'routing target': 'routing target',
  activity: 'unavailable',
  'channel unavailable': 'channel unavailable',
  'no capacity': 'no capacity',
  'channel full': 'channel full',
  'has a task': 'has a task',
  'has this task': 'offered',
};

function reasonOf(verdict: Verdict): WorkerReason {
  if (verdict.eligible === true) return 'eligible';
  if (verdict.eligible === false) return reasons[verdict.why.reason];
  const isRoom = verdict.missing.every((part) => part === 'channel full' || part === 'has this task');
  return isRoom ? 'capacity unknown' : 'unknown';
}

function messageOf(
  model: RoutingModel,
  { opening, target }: Candidates,
  worker: RoutedWorker,
  verdict: Verdict,
  [comparison]: readonly ComparisonLine[],
): Message {
  if (verdict.eligible === true) return message('Has room on {channel}', { channel: opening.task.channel });
  if (verdict.eligible === 'unknown') {
    return message('Whether {channel} has room was not read', { channel: opening.task.channel });
  }
  const { why } = verdict;
  switch (why.reason) {
    case 'not in queue':
      return message('Not in the queue');
    case 'target expression':
      return comparison ? comparisonMessage(comparison) : message('Does not match the target’s expression');
    case 'known worker': {
      const key = `task.${printPath(target.knownWorker?.path ?? [])}`;
      return message('The target asks for another worker: {key} is {value}', {
        key,
        value: jsonOf(why.value),
      });
    }
    case 'routing target':
      return message('The task is for {worker}', { worker: model.workerName(why.sid) });
    case 'activity':
      return activityMessage(model, worker);
    case 'channel unavailable':
      return message('Channel {channel} is switched off for this worker', { channel: opening.task.channel });
    case 'no capacity':
      return message('The capacity of {channel} is 0', { channel: opening.task.channel });
    case 'channel full': {
      const { occupied, capacity } = why;
      return message('Channel {channel} is full ({occupied} of {capacity})', {
        channel: opening.task.channel,
        occupied,
        capacity,
      });
    }
    case 'has a task':
      return message('Has another task, and the workspace does not allow multitasking');
    case 'has this task':
      return message('Is offered the task now');
  }
}

function activityMessage(model: RoutingModel, worker: RoutedWorker): Message {
  const since = model.row(worker.sid)?.date_status_changed?.getTime();
  const activity = worker.activityName;
  return since === undefined
    ? message('Unavailable ({activity})', { activity })
    : message('Unavailable, in {activity} for {time}', { activity, time: span(model.now - since) });
}

function holdersOf({ facts }: RoutingModel, workerSid: string): Holder[] {
  return (facts.workerReservations.get(workerSid) ?? []).flatMap((one) =>
    one.task_sid && isOpenStatus(one.reservation_status)
      ? [{ taskSid: one.task_sid, reservationSid: one.sid, status: one.reservation_status! }]
      : [],
  );
}
