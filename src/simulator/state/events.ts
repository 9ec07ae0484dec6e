import { isoSeconds } from '../../callbacks/assignment';
import type { EventType, AccountEvent, Row, Workspace } from './rows';
import type { Sids } from './sids';

/** What the log needs from its account. */
interface Source {
  now(): number;
  readonly sids: Sids;
  readonly eventLag: number;
}

/** An event, with the state of its rows at that time. */
export interface RecordedEvent extends Row {
  /** Orders events of the same millisecond. */
  readonly index: number;
  readonly type: EventType;
  readonly workspaceSid: string;
  readonly resource: { readonly type: string; readonly sid: string; readonly path: string };
  readonly description: string;
  readonly data: Readonly<Record<string, string>>;
}

type ReadableEvent = AccountEvent & { readonly type: EventType };

/** `at`: milliseconds since 1970. */
export interface PastEvent {
  readonly event: ReadableEvent;
  readonly at: number;
}

const isRecorded = (event: AccountEvent): event is ReadableEvent => event.type !== 'reservation.instructed';

const days = 86_400_000;
/** TaskRouter retains events for 30 days. */
export const eventRetention = 30 * days;
/** The maximum number of an account's events, which are all in memory. */
const maxEvents = 50_000;

/** An account's events, oldest first. https://www.twilio.com/docs/taskrouter/api/event/reference */
export class EventLog {
  #count = 0;
  #rows: RecordedEvent[] = [];
  readonly #bySid = new Map<string, RecordedEvent>();

  constructor(private readonly account: Source) {}

  record(event: AccountEvent): RecordedEvent | undefined {
    if (!isRecorded(event)) return undefined;
    const row = this.#rowOf(event, this.account.now());
    this.#add(row);
    // In batches: shifting the array for each new event would cost more than everything else.
    if (this.#rows.length > maxEvents * 1.1) this.#dropOldest(this.#rows.length - maxEvents);
    return row;
  }

  /** Adds events from before the start of the simulation. Only while populating: later it would shift pages. */
  recordPast(past: readonly PastEvent[]): void {
    const rows = [...this.#rows, ...past.map(({ event, at }) => this.#rowOf(event, at))];
    rows.sort((a, b) => a.created - b.created || a.index - b.index);
    this.#rows = [];
    this.#count = 0;
    for (const row of rows) this.#add({ ...row, index: this.#count++ });
  }

  #add(row: RecordedEvent): void {
    this.#rows.push(row);
    this.#bySid.set(row.sid, row);
  }

  #rowOf(event: ReadableEvent, at: number): RecordedEvent {
    const { type, workspace } = event;
    return {
      sid: this.account.sids.next('Event'),
      created: at,
      updated: at,
      version: 0,
      index: this.#count++,
      type,
      workspaceSid: workspace.sid,
      resource: resourceOf(event),
      description: descriptionOf(event),
      data: asStrings(dataOf(at, event)),
    };
  }

  /** A workspace's events between two times, inclusive, as far as they are visible yet. */
  *between(workspace: Workspace, from: number, to: number): Iterable<RecordedEvent> {
    const now = this.account.now();
    const last = Math.min(to, now - this.account.eventLag);
    const first = Math.max(from, now - eventRetention);
    for (let i = this.#firstSince(first); i < this.#rows.length && this.#rows[i]!.created <= last; i++) {
      if (this.#rows[i]!.workspaceSid === workspace.sid) yield this.#rows[i]!;
    }
  }

  get(workspace: Workspace, sid: string): RecordedEvent | undefined {
    const row = this.#bySid.get(sid);
    if (row?.workspaceSid !== workspace.sid) return undefined;
    const age = this.account.now() - row.created;
    return age >= this.account.eventLag && age <= eventRetention ? row : undefined;
  }

  /** The index of the first event at or after this time. */
  #firstSince(time: number): number {
    let [low, high] = [0, this.#rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#rows[middle]!.created < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #dropOldest(count: number): void {
    for (const { sid } of this.#rows.slice(0, count)) this.#bySid.delete(sid);
    this.#rows = this.#rows.slice(count);
  }
}

/**
 * The resource that an event is most relevant to. The event reference has no resource type for queues: events of
 * a task in a queue or a workflow are about the task.
 */
function resourceOf(event: AccountEvent): RecordedEvent['resource'] {
  const { type, workspace, reservation, task, worker, activity, workflow, queue, channel } = event;
  const at = (kind: string, segment: string, row: Row) => ({
    type: kind,
    sid: row.sid,
    path: `/${segment}/${row.sid}`,
  });
  if (reservation && task)
    return { ...at('reservation', 'Reservations', reservation), path: reservationPath(task, reservation) };
  if (task) return at('task', 'Tasks', task);
  if (worker) return at('worker', 'Workers', worker);
  if (activity) return at('activity', 'Activities', activity);
  if (workflow) return at('workflow', 'Workflows', workflow);
  if (queue) return at('task-queue', 'TaskQueues', queue);
  if (channel) return at('task-channel', 'TaskChannels', channel);
  return { type: type.split('.')[0]!, sid: workspace.sid, path: '' };
}

const reservationPath = (task: Row, reservation: Row) => `/Tasks/${task.sid}/Reservations/${reservation.sid}`;

/** The reason of a task that was canceled because no worker accepted it within its timeout. */
export const ttlExceeded = 'Task TTL Exceeded';

function descriptionOf({
  type,
  workspace,
  worker,
  activity,
  workflow,
  queue,
  channel,
  task,
}: AccountEvent): string {
  if (type === 'worker.activity.update') {
    const now = workspace.activities.get(worker!.activitySid);
    return `Worker ${worker!.friendlyName} updated to ${now?.friendlyName} Activity`;
  }
  // https://www.twilio.com/docs/taskrouter/api/task
  if (type === 'task.canceled' && task!.reason === ttlExceeded) return ttlExceeded;
  const [kind = '', ...what] = type.split('.');
  const title = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
  const named = kind === 'worker' ? worker : (activity ?? workflow ?? (task ? undefined : queue) ?? channel);
  const noun = kind.split('-').map(title).join('');
  return [noun, named?.friendlyName, ...what.flatMap((word) => word.split('-'))].filter(Boolean).join(' ');
}

/** The fields that the event reference names, spelled as in the REST API. */
function dataOf(now: number, event: AccountEvent): Record<string, unknown> {
  const { workspace, reservation, task, worker, activity, channel, more } = event;
  const workflow = event.workflow ?? (task && workspace.workflows.get(task.workflowSid));
  const queue = event.queue ?? (task && workspace.taskQueues.get(task.queueSid));
  const taskChannel = task && workspace.taskChannels.get(task.channelSid);
  const at = worker && workspace.activities.get(worker.activitySid);
  return {
    workspace_sid: workspace.sid,
    workspace_name: workspace.friendlyName,
    ...(reservation && { reservation_sid: reservation.sid }),
    ...(task && {
      task_sid: task.sid,
      task_attributes: task.attributes,
      task_age: Math.floor((now - task.created) / 1000),
      task_date_created: isoSeconds(task.created),
      task_priority: task.priority,
      task_assignment_status: task.status,
      ...(task.reason !== null && {
        [task.status === 'canceled' ? 'task_canceled_reason' : 'task_completed_reason']: task.reason,
      }),
      task_channel_sid: taskChannel?.sid,
      task_channel_unique_name: taskChannel?.uniqueName,
      task_queue_entered_date: isoSeconds(task.queueEntered),
    }),
    ...(queue && {
      task_queue_sid: queue.sid,
      task_queue_name: queue.friendlyName,
      task_queue_target_expression: queue.targetWorkers,
    }),
    ...(workflow && { workflow_sid: workflow.sid, workflow_name: workflow.friendlyName }),
    ...(worker && {
      worker_sid: worker.sid,
      worker_name: worker.friendlyName,
      worker_attributes: worker.attributes,
      worker_activity_sid: at?.sid,
      worker_activity_name: at?.friendlyName,
      worker_version: worker.version,
    }),
    ...(activity && {
      activity_sid: activity.sid,
      activity_name: activity.friendlyName,
      activity_available: activity.available,
    }),
    ...(channel && { task_channel_sid: channel.sid, task_channel_unique_name: channel.uniqueName }),
    ...more,
  };
}

/** Every value of an event's data is a string. */
function asStrings(data: Readonly<Record<string, unknown>>): Record<string, string> {
  const known = Object.entries(data).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(known.map(([key, value]) => [key, String(value)]));
}
