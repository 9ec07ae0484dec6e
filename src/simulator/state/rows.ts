import type { Position, WorkflowRouter } from '../../routing/workflow/router';
import type { Table } from './table';

export type Phone = 'answers' | 'busy' | 'rings out' | 'unregistered';

/** What every row knows. Times are milliseconds; the version goes out as ETag. */
export interface Row {
  readonly sid: string;
  readonly created: number;
  updated: number;
  version: number;
}

export interface Activity extends Row {
  friendlyName: string;
  available: boolean;
}

export interface Workflow extends Row {
  friendlyName: string;
  assignmentCallbackUrl: string | null;
  fallbackAssignmentCallbackUrl: string | null;
  /** Seconds. */
  reservationTimeout: number;
  /** JSON, as it was sent. */
  configuration: string;
  /** What the configuration says. Tasks follow the one with which they began. */
  router: WorkflowRouter;
}

export interface TaskQueue extends Row {
  friendlyName: string;
  targetWorkers: string;
  maxReservedWorkers: number;
  taskOrder: 'FIFO' | 'LIFO';
  reservationActivitySid: string | null;
  assignmentActivitySid: string | null;
}

export interface TaskChannel extends Row {
  readonly uniqueName: string;
  friendlyName: string;
  optimizedRouting: boolean;
}

export type TaskStatus = 'pending' | 'reserved' | 'assigned' | 'wrapping' | 'completed' | 'canceled';

export interface Task extends Row {
  status: TaskStatus;
  attributes: string;
  priority: number;
  reason: string | null;
  /** Seconds it may live unassigned. */
  timeout: number;
  channelSid: string;
  readonly workflowSid: string;
  queueSid: string;
  queueEntered: number;
  /** Among tasks of one priority the oldest by this time comes first. */
  virtualStart: number;
  /** The SID of the worker, queue or workflow that is to have it. */
  readonly routingTarget: string | null;
  /** Only with a worker as routing target: whether that worker is reserved however busy or absent. */
  readonly ignoreCapacity: boolean;
  /** The configuration that it follows, and where it is in it; no position where it bypasses the workflow. */
  following?: WorkflowRouter;
  position: Position | undefined;
  /**
   * While it is pending: it has just entered its target, its reservations have failed, it waits for a worker, or
   * no filter matches it.
   */
  wait: 'entered' | 'returned' | 'waiting' | 'unmatched';
  /** Its attributes have changed since it was routed. */
  stale: boolean;
  /** How often it went from pending to reserved. */
  assignments: number;
  readonly reservationSids: string[];
}

export interface Worker extends Row {
  friendlyName: string;
  attributes: string;
  activitySid: string;
  /** Where a single-tasking worker goes back to. */
  previousActivitySid: string;
  statusChanged: number;
  readonly workTimes: WorkTimes;
  /** The same for tasks of one channel, by its SID. */
  readonly workTimesByChannel: Map<string, WorkTimes>;
  /** Tasks at one time, by the channel's unique name. */
  readonly capacity: Readonly<Record<string, number>>;
  /** By their task channels' SIDs; made when somebody asks for them. */
  channels?: Map<string, WorkerChannel>;
  readonly phone: Phone;
  readonly reservationSids: string[];
}

/** When a worker was reserved, was assigned a task, and was done with one for the last time; 0 for never. */
export interface WorkTimes {
  reserved: number;
  assigned: number;
  released: number;
}

export const noWorkTimes = (): WorkTimes => ({ reserved: 0, assigned: 0, released: 0 });

/** How many tasks of one channel a worker takes at a time. */
export interface WorkerChannel extends Row {
  readonly workerSid: string;
  readonly channelSid: string;
  capacity: number;
  available: boolean;
}

export type ReservationStatus =
  'pending' | 'accepted' | 'rejected' | 'timeout' | 'canceled' | 'rescinded' | 'wrapping' | 'completed';

export interface Reservation extends Row {
  status: ReservationStatus;
  readonly taskSid: string;
  readonly workerSid: string;
  /** Where a single-tasking worker goes when the work is done. */
  postWorkActivitySid?: string;
}

export interface Workspace extends Row {
  friendlyName: string;
  multitasking: boolean;
  eventCallbackUrl: string | null;
  eventsFilter: string | null;
  prioritizeQueueOrder: 'FIFO' | 'LIFO';
  defaultActivitySid: string;
  timeoutActivitySid: string;
  readonly activities: Table<Activity>;
  readonly workflows: Table<Workflow>;
  readonly taskQueues: Table<TaskQueue>;
  readonly taskChannels: Table<TaskChannel>;
  readonly tasks: Table<Task>;
  readonly workers: Table<Worker>;
  readonly reservations: Table<Reservation>;
  /** Tasks that wait for a worker. */
  readonly waiting: Set<string>;
}

/** TaskRouter's names for what happens. https://www.twilio.com/docs/taskrouter/api/event/reference */
export type EventType =
  | `reservation.${'created' | 'accepted' | 'rejected' | 'timeout' | 'canceled' | 'rescinded' | 'wrapup' | 'completed'}`
  | `task.${'created' | 'updated' | 'canceled' | 'wrapup' | 'completed' | 'deleted' | 'system-deleted'}`
  | `task-queue.${'created' | 'updated' | 'deleted' | 'entered' | 'moved' | 'timeout' | 'expression.updated'}`
  | `task-channel.${'created' | 'updated' | 'deleted'}`
  | `workflow.${'created' | 'updated' | 'deleted' | 'entered' | 'target-matched' | 'timeout' | 'skipped'}`
  | `worker.${'created' | 'deleted' | 'activity.update' | 'attributes.update' | 'capacity.update' | 'channel.availability.update'}`
  | `activity.${'created' | 'updated' | 'deleted'}`
  | `workspace.${'created' | 'updated' | 'deleted'}`;

/** Something that happens, and the rows it happens to. */
export interface AccountEvent {
  // An instruction is not an event of TaskRouter's: somebody has sent an update, which is about to be carried out.
  readonly type: EventType | 'reservation.instructed';
  readonly workspace: Workspace;
  readonly task?: Task;
  readonly worker?: Worker;
  readonly reservation?: Reservation;
  readonly activity?: Activity;
  readonly workflow?: Workflow;
  readonly queue?: TaskQueue;
  readonly channel?: TaskChannel;
  /** What the event's data has beyond the state of these rows. */
  readonly more?: Readonly<Record<string, unknown>>;
}

export const newRow = (sid: string, at: number): Row => ({ sid, created: at, updated: at, version: 0 });

export const isOpen = ({ status }: Reservation): boolean =>
  status === 'pending' || status === 'accepted' || status === 'wrapping';

export function reservationsOf(workspace: Workspace, of: Task | Worker): Reservation[] {
  return of.reservationSids.flatMap((sid) => workspace.reservations.get(sid) ?? []);
}

export const reservedActivity = 'Reserved';
export const busyActivity = 'Busy';

/**
 * Where a queue of a single-tasking workspace moves reserved and assigned workers unless it is configured.
 * https://www.twilio.com/docs/taskrouter/api/activity
 */
export function singleTaskingDefaults({
  multitasking,
  activities,
}: Workspace): Pick<TaskQueue, 'reservationActivitySid' | 'assignmentActivitySid'> {
  const named = (name: string) =>
    multitasking ? null : ([...activities.rows()].find((one) => one.friendlyName === name)?.sid ?? null);
  return { reservationActivitySid: named(reservedActivity), assignmentActivitySid: named(busyActivity) };
}

/** The timer of a task's present target; the task's own is under its SID. */
export const stepKey = ({ sid }: Task): string => `step:${sid}`;

/** Seconds a task lives unassigned unless its creator says otherwise: a day. */
export const defaultTaskTimeout = 86_400;

/** A task that has just come; its workflow will say in which queue it waits. */
export function newTask(
  sid: string,
  at: number,
  known: Pick<Task, 'attributes' | 'channelSid' | 'workflowSid'> & Partial<Task>,
): Task {
  return {
    status: 'pending',
    priority: 0,
    reason: null,
    timeout: defaultTaskTimeout,
    queueSid: '',
    queueEntered: at,
    virtualStart: at,
    routingTarget: null,
    ignoreCapacity: false,
    position: undefined,
    wait: 'waiting',
    stale: false,
    assignments: 0,
    reservationSids: [],
    ...known,
    ...newRow(sid, at),
  };
}
