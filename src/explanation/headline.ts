import { message } from '../taskrouter/message';
import type { Message } from '../taskrouter/message';
import { isMissing } from './candidates';
import type { Candidates } from './candidates';
import type {
  Headline,
  HeadlineKind,
  NextOffer,
  WorkerGroups,
  WorkerLine,
  WorkflowTrace,
} from './explanation';
import { notReadAtOnce } from './freshness';
import type { RoutingModel } from './model';
import type { Place } from './place';
import { undocumented } from './settle';
import { certainty, clip, either, jsonOf, listed, span } from './texts';
import { printPath } from '../routing/expressions/syntax';

export interface Situation {
  readonly model: RoutingModel;
  readonly place: Place;
  readonly openings: readonly Candidates[];
  readonly groups: WorkerGroups;
  readonly next: NextOffer;
  readonly trace: WorkflowTrace | undefined;
}

interface Said {
  readonly kind: HeadlineKind;
  readonly message: Message;
  readonly until?: number | undefined;
}

/** The most specific cause of a wait, in one sentence. */
export function waitingHeadline(situation: Situation): Headline {
  const { next, trace, place, openings } = situation;
  const { kind, message: said, until = trace?.next?.at } = waiting(situation);
  const doubts = new Set(openings.flatMap(({ doubtful }) => [...doubtful.values()].flat()));
  return {
    kind,
    message: said,
    ...certainty([...next.because, ...place.ambiguity, ...[...doubts].map(undocumented)]),
    ...(until === undefined ? {} : { until }),
  };
}

function waiting(situation: Situation): Said {
  const { model, place, openings, groups, next } = situation;
  const { now, task, created } = model;
  const wait = span(now - created.earliest);
  const queue = groups.queueName;
  const say = (kind: HeadlineKind, text: Message): Said => ({
    kind,
    message: message('Waiting {time} in {queue}: {cause}', { time: wait, queue, cause: text }),
  });
  if (place.kind === 'no filter') {
    return say('no filter matches', message('no filter of the workflow matches the task'));
  }
  if (place.kind === 'worker') return say('routing target', directCause(model, groups));
  if (next.when === 'now') {
    const workers = chosen(model, next);
    return say('about to be offered', message('about to be offered to {workers}', { workers }));
  }
  if (model.hasMembers(groups.queueSid) && openings[0]!.verdicts.size === 0) {
    return say('queue without workers', emptyQueueCause(model, groups));
  }
  if (openings[0]!.target.knownWorker && groups.wouldQualify.length + groups.unknown.length === 0) {
    return say('known worker', knownWorkerCause(model, openings[0]!));
  }
  return say(...cause(task.task_channel_unique_name ?? '', groups, openings[0]!));
}

function directCause(model: RoutingModel, groups: WorkerGroups): Message {
  const worker = model.workerName(model.task.routing_target!);
  const [line] = [...groups.next, ...groups.unknown, ...groups.wouldQualify];
  if (line) return message('it is for {worker} only. {state}', { worker, state: line.message });
  return isMissing(model, model.task.routing_target!)
    ? message('it is for {worker} only, who is not a worker of this workspace', { worker })
    : message('it is for {worker} only, who was not read', { worker });
}

function emptyQueueCause(model: RoutingModel, { queueSid, notQualified }: WorkerGroups): Message {
  const expression = model.queue(queueSid)?.target_workers?.trim();
  if (expression === undefined) return message('no worker is in this queue');
  if (expression === '') return message('the queue has no expression, so no worker is in it');
  if (!model.facts.hasAllWorkers) {
    return message('no worker is in this queue, nobody matches {expression}', { expression });
  }
  return message('no worker is in this queue, and none of {count} matches {expression}', {
    expression,
    count: notQualified.length,
  });
}

function knownWorkerCause(model: RoutingModel, { target, verdicts }: Candidates): Message {
  const key = `task.${printPath(target.knownWorker!.path)}`;
  const [verdict] = [...verdicts.values()].filter(
    (one) => one.eligible === false && one.why.reason === 'known worker',
  );
  if (verdict?.eligible !== false || verdict.why.reason !== 'known worker') {
    return message('the worker whom {key} names does not match the target’s expression', { key });
  }
  const { value } = verdict.why;
  if (value === null) return message('the target wants a known worker, and {key} is missing', { key });
  const sid = typeof value === 'string' ? value : '';
  const worker = model.worker(sid) ?? [...model.workers()].find(({ friendlyName }) => friendlyName === sid);
  return worker
    ? message('only {worker} can get it, by {key}, and is not in this queue or does not match', {
        worker: model.workerName(worker.sid),
        key,
      })
    : message('the target wants a known worker, and {key} is {value}, which is no worker of this queue', {
        key,
        value: jsonOf(value),
      });
}

function cause(
  channel: string,
  { wouldQualify, unknown }: WorkerGroups,
  opening: Candidates,
): readonly [HeadlineKind, Message] {
  const candidates = wouldQualify.filter(({ reason }) => reason !== 'offered');
  const count = candidates.length + unknown.length;
  if (count === 0) return ['nobody qualifies', nobodyQualifies(opening)];
  const away = candidates.filter(({ reason }) => reason === 'unavailable');
  const busy = candidates.length - away.length;
  if (unknown.length > 0) return ['capacity unknown', capacityUnknown(count, unknown.length)];
  const [only] = candidates;
  if (count === 1) {
    const text = message('only {worker} qualifies. {state}', { worker: only!.name, state: only!.message });
    return [away.length === 1 ? 'none available' : 'all busy', text];
  }
  if (busy === 0) return ['none available', message('{count} workers qualify, none is available', { count })];
  if (away.length === 0) return ['all busy', allBusy(candidates, channel)];
  const args = { count, away: away.length, busy };
  return [
    'none free',
    message('{count} workers qualify, none is free ({away} unavailable, {busy} without room)', args),
  ];
}

const capacityUnknown = (count: number, unread: number) =>
  count === 1
    ? message('one worker qualifies, whose capacity was not read')
    : message('{count} workers qualify; the capacity of {unread} of them was not read', { count, unread });

function allBusy(lines: readonly WorkerLine[], channel: string): Message {
  const count = lines.length;
  const isFull = lines.every(({ reason }) => reason === 'channel full' || reason === 'has a task');
  return isFull
    ? message('{count} workers qualify and are available, all are at capacity on {channel}', {
        count,
        channel,
      })
    : message('{count} workers qualify and are available, none takes more tasks on {channel}', {
        count,
        channel,
      });
}

/** An expression fails for each worker; one part of it names the cause only if it fails for all. */
function nobodyQualifies({ target, commonFailure, verdicts }: Candidates): Message {
  if (target.expression === undefined) return message('no worker of this queue qualifies');
  const expression = clip(commonFailure ?? target.expression);
  const count = verdicts.size;
  return count === 1
    ? message('no worker qualifies, the only one does not match {expression}', { expression })
    : message('no worker qualifies, none of {count} matches {expression}', { expression, count });
}

/** Who has the offer, for how long still, and who is next. */
export function offeredHeadline({ model, next, place, groups }: Situation): Headline {
  const pending = model.openReservations.filter((one) => one.reservation_status === 'pending');
  const names = listed(
    pending.map(({ worker_sid: sid, worker_name: name }) => name ?? model.workerName(sid ?? '?')),
  );
  const timeout = model.facts.workflow?.task_reservation_timeout;
  const dates = pending.flatMap(({ date_created: date }) => date?.getTime() ?? []);
  const until =
    typeof timeout === 'number' && dates.length > 0 ? Math.min(...dates) + timeout * 1000 : undefined;
  const say = (left: number | undefined) =>
    pending.length === 0
      ? model.facts.reservations
        ? message('Offered, but none of its reservations is pending')
        : message('Offered; the reservations were not read')
      : withNext(model, next, place, offerMessage(names, left), groups.unknown.length);
  const left = until === undefined ? undefined : until - model.now;
  return {
    kind: 'offered',
    message: say(left),
    ...certainty(
      model.facts.reservations && pending.length === 0 ? [notReadAtOnce(), ...next.because] : next.because,
    ),
    ...(until === undefined ? {} : { until }),
    ...(left !== undefined && left > 0 ? { besideCountdown: say(undefined) } : {}),
  };
}

/** `left` in milliseconds. */
function offerMessage(workers: Message, left: number | undefined): Message {
  if (left === undefined) return message('Offered to {workers}', { workers });
  return left > 0
    ? message('Offered to {workers}, {time} left', { workers, time: span(left) })
    : message('Offered to {workers}; the offer expired {time} ago', { workers, time: span(-left) });
}

function withNext(
  model: RoutingModel,
  next: NextOffer,
  place: Place,
  offer: Message,
  unread: number,
): Message {
  if (place.kind === 'worker') return message('{offer}; it is for no other worker', { offer });
  if (next.when !== 'after this offer') {
    return unread > 0
      ? message('{offer}; no other worker is known to be free', { offer })
      : message('{offer}; no other worker can get it now', { offer });
  }
  const workers = chosen(model, next);
  return next.count === 1
    ? message('{offer}; {workers} is next', { offer, workers })
    : message('{offer}; {workers} are next', { offer, workers });
}

/** All who are reserved, or those from whom they are chosen. */
function chosen(model: RoutingModel, { workers, count }: NextOffer): Message {
  const names = workers.map((sid) => model.workerName(sid));
  if (count === names.length) return listed(names);
  return count === 1
    ? message('one of {workers}', { workers: either(names) })
    : message('{count} of {workers}', { count, workers: listed(names) });
}
