import type { AccountState } from '../state/accountState';
import type { EventType, Task, Worker, Workspace } from '../state/rows';
import type { RecordedEvent } from '../state/events';
import { isoSeconds } from '../../callbacks/assignment';
import { badRequest } from '../protocol/httpError';

/** The tasks, workers and events that a statistic covers. */
export interface Subject {
  readonly account: AccountState;
  readonly workspace: Workspace;
  /** Unfinished tasks. */
  readonly tasks: readonly Task[];
  readonly workers: readonly Worker[];
  /** Oldest first. */
  readonly events: readonly RecordedEvent[];
  readonly from: number;
  readonly to: number;
  /** Seconds, as in the query. */
  readonly thresholds: readonly string[];
}

const seconds = (ms: number) => Math.floor(ms / 1000);
const secondsWaited = ({ data }: RecordedEvent) => Number(data['task_age']);
const secondsInQueue = ({ created, data }: RecordedEvent) =>
  seconds(created - Date.parse(data['task_queue_entered_date']!));

const of = ({ events }: Subject, type: EventType) => events.filter((event) => event.type === type);
const count = (type: EventType) => (subject: Subject) => of(subject, type).length;

/** Twilio documents all values as integers. */
function spread(values: readonly number[]) {
  const total = values.reduce((sum, value) => sum + value, 0);
  if (values.length === 0) return { avg: 0, min: 0, max: 0, total };
  return {
    avg: Math.round(total / values.length),
    min: values.reduce((a, b) => Math.min(a, b)),
    max: values.reduce((a, b) => Math.max(a, b)),
    total,
  };
}

/** The longest wait of a task that is offered to nobody, counted from one of its times. */
function longest({ account, tasks }: Subject, since: (task: Task) => number) {
  const waiting = tasks.filter(({ status }) => status === 'pending');
  if (waiting.length === 0) return { age: 0, sid: null };
  const first = waiting.reduce((a, b) => (since(b) < since(a) ? b : a));
  return { age: seconds(account.now() - since(first)), sid: first.sid };
}
const sinceCreated = (subject: Subject) => longest(subject, ({ created }) => created);
const sinceInQueue = (subject: Subject) => longest(subject, ({ queueEntered }) => queueEntered);

function tally<T>(rows: readonly T[], key: (row: T) => string, known: readonly string[] = []) {
  const counts = new Map(known.map((one) => [one, 0]));
  for (const row of rows) counts.set(key(row), (counts.get(key(row)) ?? 0) + 1);
  return counts;
}

function activityStatistics({ workspace, workers }: Subject) {
  const counts = tally(workers, ({ activitySid }) => activitySid);
  return [...workspace.activities.rows()].map(({ sid, friendlyName }) => ({
    friendly_name: friendlyName,
    sid,
    workers: counts.get(sid) ?? 0,
  }));
}

/** How long workers were in each activity, from the recorded changes and the current activities. */
function activityDurations({ workspace, workers, events, from, to }: Subject) {
  const spans = new Map<string, number[]>();
  const add = (activitySid: string, start: number, end: number) => {
    const [first, last] = [Math.max(start, from), Math.min(end, to)];
    if (last <= first) return;
    spans.set(activitySid, [...(spans.get(activitySid) ?? []), seconds(last - first)]);
  };
  const moves = new Map<string, RecordedEvent[]>();
  for (const event of events) {
    if (event.type !== 'worker.activity.update') continue;
    const sid = event.data['worker_sid']!;
    moves.set(sid, [...(moves.get(sid) ?? []), event]);
  }
  for (const worker of workers) {
    let since = worker.created;
    for (const { created, data } of moves.get(worker.sid) ?? []) {
      add(data['worker_previous_activity_sid']!, since, created);
      since = created;
    }
    // The current activity may have begun after the time window.
    add(worker.activitySid, Math.max(since, from), to);
  }
  return [...workspace.activities.rows()].map(({ sid, friendlyName }) => ({
    friendly_name: friendlyName,
    sid,
    ...spread(spans.get(sid) ?? []),
  }));
}

/** For each threshold: how many tasks were accepted and canceled before and after it. */
function splitByWaitTime(subject: Subject) {
  if (subject.thresholds.length === 0) return null;
  const accepted = of(subject, 'reservation.accepted').map(secondsWaited);
  const canceled = of(subject, 'task.canceled').map(secondsWaited);
  const counted = (holds: (waited: number) => boolean) => ({
    tasks_canceled: canceled.filter(holds).length,
    reservations_accepted: accepted.filter(holds).length,
  });
  return Object.fromEntries(
    subject.thresholds.map((text) => [
      text,
      {
        above: counted((waited) => waited > Number(text)),
        below: counted((waited) => waited <= Number(text)),
      },
    ]),
  );
}

/** Every field of every statistic, by its name in the API. */
export const measures = {
  activity_statistics: activityStatistics,
  longest_task_waiting_age: (subject) => sinceCreated(subject).age,
  longest_task_waiting_sid: (subject) => sinceCreated(subject).sid,
  longest_relative_task_age_in_queue: (subject) => sinceInQueue(subject).age,
  longest_relative_task_sid_in_queue: (subject) => sinceInQueue(subject).sid,
  tasks_by_priority: ({ tasks }) => Object.fromEntries(tally(tasks, ({ priority }) => String(priority))),
  tasks_by_status: ({ tasks }) =>
    Object.fromEntries(tally(tasks, ({ status }) => status, ['reserved', 'pending', 'assigned', 'wrapping'])),
  total_tasks: ({ tasks }) => tasks.length,
  total_workers: ({ workers }) => workers.length,
  total_eligible_workers: ({ workers }) => workers.length,
  total_available_workers: ({ workspace, workers }) =>
    workers.filter(({ activitySid }) => workspace.activities.get(activitySid)!.available).length,

  start_time: ({ from }) => isoSeconds(from),
  end_time: ({ to }) => isoSeconds(to),
  reservations_created: count('reservation.created'),
  reservations_accepted: count('reservation.accepted'),
  reservations_rejected: count('reservation.rejected'),
  reservations_timed_out: count('reservation.timeout'),
  reservations_canceled: count('reservation.canceled'),
  reservations_rescinded: count('reservation.rescinded'),
  tasks_created: count('task.created'),
  tasks_canceled: count('task.canceled'),
  tasks_completed: count('task.completed'),
  tasks_deleted: count('task.deleted'),
  tasks_moved: count('task-queue.moved'),
  tasks_timed_out_in_workflow: count('workflow.timeout'),
  avg_task_acceptance_time: (subject) => spread(of(subject, 'reservation.accepted').map(secondsWaited)).avg,
  wait_duration_until_accepted: (subject) => spread(of(subject, 'reservation.accepted').map(secondsWaited)),
  wait_duration_until_canceled: (subject) => spread(of(subject, 'task.canceled').map(secondsWaited)),
  wait_duration_in_queue_until_accepted: (subject) =>
    spread(of(subject, 'reservation.accepted').map(secondsInQueue)),
  split_by_wait_time: splitByWaitTime,
  activity_durations: activityDurations,
  tasks_entered_queue: count('task-queue.entered'),
  tasks_entered_workflow: count('workflow.entered'),
} satisfies Record<string, (subject: Subject) => unknown>;
export type Measure = keyof typeof measures;

/** Parses SplitByWaitTime, such as `5,30` (seconds). @throws HttpError */
export function parseThresholds(text: string | undefined): readonly string[] {
  if (text === undefined || text === '') return [];
  const all = text.split(',').map((one) => one.trim());
  if (all.every((one) => /^\d+$/.test(one))) return all;
  throw badRequest(`Invalid SplitByWaitTime "${text}": must be seconds, separated by commas.`);
}
