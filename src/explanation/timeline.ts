import { message } from '../taskrouter/message';
import type { Message } from '../taskrouter/message';
import { eventsOf } from './events';
import type { TaskEvent } from './events';
import type { Timeline, TimelineEntry, TimelineKind } from './explanation';
import type { ExplanationFacts } from './facts';
import { isWaiting } from './model';
import { notesOf } from './notes';
import { clip, span } from './texts';
import { whyThisWorker } from './whyThisWorker';

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

/** What happened to a task, from its Events; also of one that TaskRouter no longer has. */
export function timeline(facts: ExplanationFacts): Timeline {
  const all = eventsOf(facts);
  const events = all.filter((one) => isShown(one, facts, all));
  const entries = events.flatMap((event) => {
    const entry = entryOf(event, facts, all);
    return entry ? [entry] : [];
  });
  // Twilio's order within one moment begins with the workflow.
  const isFirst = ({ kind }: TimelineEntry) => Number(kind !== 'created');
  entries.sort((a, b) => a.at - b.at || isFirst(a) - isFirst(b));
  return { entries: withGaps(entries, facts), notes: notesOf(facts) };
}

function isShown(event: TaskEvent, { taskSid }: ExplanationFacts, all: readonly TaskEvent[]): boolean {
  if (event.taskSid === taskSid) return !repeated.includes(event.type);
  if (event.type === 'workflow.updated') return true;
  if (event.type !== 'worker.activity.update') return false;
  return all.some((offer) => {
    if (offer.type !== 'reservation.created' || offer.taskSid !== taskSid) return false;
    if (offer.workerSid !== event.workerSid) return false;
    const end = endOf(offer, all)?.at ?? Infinity;
    return event.at >= offer.at - around && event.at <= end + around;
  });
}

/** The event that ended an offer. */
const endOf = (offer: TaskEvent, all: readonly TaskEvent[]): TaskEvent | undefined =>
  all.find(
    ({ type, reservationSid, at }) =>
      reservationSid === offer.reservationSid &&
      at >= offer.at &&
      type.startsWith('reservation.') &&
      type !== 'reservation.created',
  );

function entryOf(
  event: TaskEvent,
  facts: ExplanationFacts,
  all: readonly TaskEvent[],
): TimelineEntry | undefined {
  const { type, at, sid, workerSid, reservationSid } = event;
  const duration = durationOf(event, facts, all);
  return {
    kind: kinds[type] ?? 'other',
    at,
    message: messageOf(event, facts),
    eventSid: sid,
    ...(duration === undefined ? {} : { duration }),
    ...(workerSid ? { workerSid } : {}),
    ...(reservationSid ? { reservationSid } : {}),
    ...(type === 'reservation.created' ? { why: whyThisWorker(event, facts, all) } : {}),
  };
}

const leavesQueue = [
  'task-queue.entered',
  'reservation.accepted',
  'task.canceled',
  'task.completed',
  'task.deleted',
];

/** How long an offer was open, and how long the task was in a queue. */
function durationOf(event: TaskEvent, { taskSid, now, task }: ExplanationFacts, all: readonly TaskEvent[]) {
  if (event.type === 'reservation.created') {
    const end = endOf(event, all)?.at ?? (task?.assignment_status === 'reserved' ? now : undefined);
    return end === undefined ? undefined : end - event.at;
  }
  if (event.type !== 'task-queue.entered') return undefined;
  const later = all.slice(all.indexOf(event) + 1);
  const end = later.find((one) => one.taskSid === taskSid && leavesQueue.includes(one.type))?.at;
  const until = end ?? (isWaiting(task) ? now : undefined);
  return until === undefined ? undefined : until - event.at;
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
  return message('Matched filter {filter}, a target in {queue}', {
    filter: clip(filter),
    queue: clip(queue ?? '?'),
  });
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

/** Makes visible where a task waited and nothing happened to it. */
function withGaps(entries: readonly TimelineEntry[], { now, task }: ExplanationFacts): TimelineEntry[] {
  const result: TimelineEntry[] = [];
  for (const [i, entry] of entries.entries()) {
    result.push(entry);
    const next = entries[i + 1]?.at ?? (task?.assignment_status === 'pending' ? now : undefined);
    const isOver = ['completed', 'canceled', 'deleted'].includes(entry.kind);
    if (next === undefined || isOver || next - entry.at < shortestGap || isBusy(entries.slice(0, i + 1)))
      continue;
    const duration = next - entry.at;
    const said = message('Nobody was offered the task for {time}', { time: span(duration) });
    result.push({ kind: 'gap', at: entry.at, message: said, duration });
  }
  return result;
}

/** Whether somebody is offered the task or works on it after these entries. */
function isBusy(entries: readonly TimelineEntry[]): boolean {
  const open = new Set<string>();
  for (const { kind, reservationSid } of entries) {
    if (reservationSid === undefined) continue;
    if (opens.includes(kind)) open.add(reservationSid);
    else open.delete(reservationSid);
  }
  return open.size > 0;
}
