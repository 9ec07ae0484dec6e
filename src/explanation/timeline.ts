import { message } from '../taskrouter/message';
import type { Message } from '../taskrouter/message';
import { eventsOf } from './events';
import type { TaskEvent } from './events';
import type { Claim, Timeline, TimelineEntry, TimelineKind } from './explanation';
import type { ExplanationFacts } from './facts';
import { isWaiting } from './model';
import { isOfTimeline, notesOf } from './notes';
import { RoutingRules } from './routingRules';
import { finish } from './steps';
import type { Steps } from './steps';
import { clip, span } from './texts';
import { offerHistories, whyThisWorker } from './whyThisWorker';
import type { OfferHistory } from './whyThisWorker';

/** A task that waits longer than this without any Event has a gap that is worth a line. Milliseconds. */
const shortestGap = 60_000;
/** How long before and after an offer its worker's changes of activity matter. */
const around = 30_000;

const kinds: Readonly<Record<string, TimelineKind>> = {
  'task.created': 'created',
  'task.updated': 'updated',
  'task.wrapup': 'wrapping',
  'task.completed': 'completed',
  'task.canceled': 'canceled',
  'task.deleted': 'deleted',
  'task.system-deleted': 'deleted',
  'task-queue.entered': 'entered queue',
  'task-queue.moved': 'moved',
  'task-queue.timeout': 'target timed out',
  'workflow.target-matched': 'target matched',
  'workflow.timeout': 'workflow timed out',
  'workflow.skipped': 'workflow skipped',
  'workflow.updated': 'workflow updated',
  'reservation.created': 'offered',
  'reservation.accepted': 'accepted',
  'reservation.rejected': 'rejected',
  'reservation.timeout': 'timed out',
  'reservation.canceled': 'offer canceled',
  'reservation.rescinded': 'rescinded',
  'reservation.failed': 'failed',
  'reservation.wrapup': 'wrapping',
  'reservation.completed': 'completed',
  'worker.activity.update': 'worker activity',
};

/** Events that say the same as another one of the same moment. */
const repeated = ['workflow.entered', 'task.wrapup', 'reservation.completed', 'task-queue.moved'];

/** More entries than these tell nobody more, and each costs a little to draw. */
const maxEntries = 300;

/** What happened to a task, from its Events; also of one that TaskRouter no longer has. */
export const timeline = (facts: ExplanationFacts, rules?: RoutingRules): Timeline =>
  finish(timelineSteps(facts, rules));

/** The same in steps, for tasks with thousands of Events. */
export function* timelineSteps(facts: ExplanationFacts, rules = new RoutingRules()): Steps<Timeline> {
  const all = eventsOf(facts);
  const history = new History(facts, all);
  const moments = all.filter((event) => history.isShown(event)).map(momentOf);
  // Twilio's order within one moment begins with the workflow.
  const isFirst = ({ kind }: Moment) => Number(kind !== 'created');
  moments.sort((a, b) => a.at - b.at || isFirst(a) - isFirst(b));
  const found = withGaps(moments, facts);
  const hidden = Math.max(0, found.length - maxEntries);
  const entries: TimelineEntry[] = [];
  for (const moment of found.slice(hidden)) {
    entries.push(moment.event ? entryOf(moment, moment.event, facts, history, rules) : gapEntry(moment));
    yield;
  }
  const notes = notesOf(facts).filter(isOfTimeline);
  if (hidden === 0) return { entries, notes };
  const limit = message('{count} earlier entries are not shown.', { count: hidden });
  return { entries, notes: [{ kind: 'limit', message: limit }, ...notes] };
}

/** An entry before its sentence is made. A gap has no event, and lasts until the next one. */
interface Moment {
  readonly kind: TimelineKind;
  readonly at: number;
  readonly event?: TaskEvent;
  readonly duration?: number;
}

const momentOf = (event: TaskEvent): Moment => ({
  kind: (Object.hasOwn(kinds, event.type) ? kinds[event.type] : undefined) ?? 'other',
  at: event.at,
  event,
});

const leavesQueue = [
  'task-queue.entered',
  'reservation.accepted',
  'task.canceled',
  'task.completed',
  'task.deleted',
];

interface Interval {
  readonly from: number;
  to: number;
}

/** What belongs to what among a task's Events, found in one pass over them. */
class History {
  /** When each offer and each stay in a queue ended, by the Event that began it. */
  readonly #ends = new Map<TaskEvent, number>();
  /** When a worker's changes of activity matter, by their SID, in order. */
  readonly #intervals = new Map<string, Interval[]>();
  readonly #offers: ReadonlyMap<TaskEvent, OfferHistory>;

  constructor(
    private readonly facts: ExplanationFacts,
    all: readonly TaskEvent[],
  ) {
    const ofTask = all.filter(({ taskSid }) => taskSid === facts.taskSid);
    this.#offers = offerHistories(ofTask);
    const open = new Map<string, TaskEvent>();
    let stay: TaskEvent | undefined;
    for (const event of all) {
      const { type, at, reservationSid = '' } = event;
      const isOwn = event.taskSid === facts.taskSid;
      if (isOwn && stay && leavesQueue.includes(type)) {
        this.#ends.set(stay, at);
        stay = undefined;
      }
      if (isOwn && type === 'task-queue.entered') stay = event;
      const offer = open.get(reservationSid);
      if (isOwn && type === 'reservation.created') open.set(reservationSid, event);
      else if (offer && type.startsWith('reservation.')) {
        this.#ends.set(offer, at);
        open.delete(reservationSid);
      }
    }
    for (const event of ofTask) if (event.type === 'reservation.created') this.#addInterval(event);
  }

  isShown(event: TaskEvent): boolean {
    if (event.taskSid === this.facts.taskSid) return !repeated.includes(event.type);
    if (event.type === 'workflow.updated') return true;
    if (event.type !== 'worker.activity.update') return false;
    return isWithin(this.#intervals.get(event.workerSid ?? '') ?? [], event.at);
  }

  /** How long an offer was open, and how long the task was in a queue. */
  durationOf(event: TaskEvent): number | undefined {
    const { task, now } = this.facts;
    const isOffer = event.type === 'reservation.created';
    if (!isOffer && event.type !== 'task-queue.entered') return undefined;
    const isOpen = isOffer ? task?.assignment_status === 'reserved' : isWaiting(task);
    const end = this.#ends.get(event) ?? (isOpen ? now : undefined);
    return end === undefined ? undefined : end - event.at;
  }

  whyOf(offer: TaskEvent, rules: RoutingRules): Claim {
    return whyThisWorker(offer, this.facts, this.#offers.get(offer)!, rules);
  }

  #addInterval(offer: TaskEvent): void {
    const sid = offer.workerSid ?? '';
    const [from, to] = [offer.at - around, (this.#ends.get(offer) ?? Infinity) + around];
    const intervals = this.#intervals.get(sid) ?? [];
    const last = intervals.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else intervals.push({ from, to });
    this.#intervals.set(sid, intervals);
  }
}

/** Whether a time is in one of many intervals that do not overlap, by halving. */
function isWithin(intervals: readonly Interval[], at: number): boolean {
  let [low, high] = [0, intervals.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (intervals[middle]!.to < at) low = middle + 1;
    else high = middle;
  }
  const interval = intervals[low];
  return interval !== undefined && interval.from <= at;
}

function entryOf(
  { kind, at }: Moment,
  event: TaskEvent,
  facts: ExplanationFacts,
  history: History,
  rules: RoutingRules,
): TimelineEntry {
  const { type, sid, workerSid, reservationSid } = event;
  const duration = history.durationOf(event);
  return {
    kind,
    at,
    message: messageOf(event, facts),
    eventSid: sid,
    ...(duration === undefined ? {} : { duration }),
    ...(workerSid ? { workerSid } : {}),
    ...(reservationSid ? { reservationSid } : {}),
    ...(type === 'reservation.created' ? { why: history.whyOf(event, rules) } : {}),
  };
}

function gapEntry({ at, duration = 0 }: Moment): TimelineEntry {
  const said = message('Nobody was offered the task for {time}', { time: span(duration) });
  return { kind: 'gap', at, message: said, duration };
}

function messageOf(event: TaskEvent, facts: ExplanationFacts): Message {
  const { type, data } = event;
  const worker = clip(data['worker_name'] ?? event.workerSid ?? '?');
  const queue = clip(data['task_queue_name'] ?? data['task_queue_sid'] ?? '?');
  switch (type) {
    case 'task.created':
      return message('Created');
    case 'task.updated':
      return message('Attributes, priority or channel updated');
    case 'task.completed':
      return ended(message('Completed'), data['task_completed_reason']);
    case 'task.canceled':
      return ended(message('Canceled'), data['task_canceled_reason']);
    case 'task.deleted':
      return message('Deleted through the API');
    case 'task.system-deleted':
      return message('Removed by TaskRouter');
    case 'task-queue.entered':
      return message('Entered {queue}', { queue });
    case 'task-queue.timeout':
      return message('The target’s time in {queue} was over', { queue });
    case 'workflow.target-matched':
      return matched(data);
    case 'workflow.timeout':
      return message('The workflow timed out');
    case 'workflow.skipped':
      return message('The workflow’s last target was skipped');
    case 'workflow.updated':
      return message('The workflow was updated');
    case 'worker.activity.update':
      return activityMessage(data, worker, facts);
    default:
      return reservationMessage(type, worker) ?? message('{type}', { type });
  }
}

function reservationMessage(type: string, worker: string): Message | undefined {
  const args = { worker };
  switch (type) {
    case 'reservation.created':
      return message('Offered to {worker}', args);
    case 'reservation.accepted':
      return message('{worker} accepted', args);
    case 'reservation.rejected':
      return message('{worker} rejected', args);
    case 'reservation.timeout':
      return message('{worker} let the offer time out', args);
    case 'reservation.canceled':
      return message('The offer to {worker} was canceled', args);
    case 'reservation.rescinded':
      return message('The offer to {worker} was withdrawn: another worker accepted', args);
    case 'reservation.failed':
      return message('No worker could be reserved');
    case 'reservation.wrapup':
      return message('{worker} wraps up', args);
    default:
      return undefined;
  }
}

const ended = (end: Message, reason: string | undefined): Message =>
  reason ? message('{end}: “{reason}”', { end, reason: clip(reason) }) : end;

function matched({ workflow_filter_name: filter, task_queue_name: queue }: TaskEvent['data']): Message {
  if (filter === undefined) return message('Matched a target of the workflow');
  return queue === undefined
    ? message('Matched filter {filter}', { filter: clip(filter) })
    : message('Matched filter {filter}, a target in {queue}', { filter: clip(filter), queue: clip(queue) });
}

function activityMessage(data: TaskEvent['data'], worker: string, { activities }: ExplanationFacts): Message {
  const nameOf = (sid: string | undefined) =>
    activities.find((one) => one.sid === sid)?.friendly_name ?? undefined;
  const to = clip(data['worker_activity_name'] ?? nameOf(data['worker_activity_sid']) ?? '?');
  const from = data['worker_previous_activity_name'] ?? nameOf(data['worker_previous_activity_sid']);
  return from === undefined
    ? message('{worker} is now in {to}', { worker, to })
    : message('{worker} went from {from} to {to}', { worker, from: clip(from), to });
}

const opens = ['offered', 'accepted', 'wrapping'];
const over = ['completed', 'canceled', 'deleted'];

/** Makes visible where a task waited and nothing happened to it. */
function withGaps(moments: readonly Moment[], { now, task }: ExplanationFacts): Moment[] {
  const result: Moment[] = [];
  /** Reservations by which somebody is offered the task or works on it. */
  const open = new Set<string>();
  for (const [i, moment] of moments.entries()) {
    result.push(moment);
    const { kind, at, event } = moment;
    const sid = event?.reservationSid;
    if (sid !== undefined && opens.includes(kind)) open.add(sid);
    else if (sid !== undefined) open.delete(sid);
    const next = moments[i + 1]?.at ?? (task?.assignment_status === 'pending' ? now : undefined);
    if (next === undefined || next - at < shortestGap || open.size > 0 || over.includes(kind)) continue;
    result.push({ kind: 'gap', at, duration: next - at });
  }
  return result;
}
