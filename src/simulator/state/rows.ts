import type { Position, WorkflowRouter } from '../../routing/workflow/router';
import type { Table } from './table';

export type Phone = 'answers' | 'busy' | 'rings out' | 'unregistered';

/** The fields of every row. Times are in milliseconds; the version is sent as ETag. */
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
  /** Follows the configuration. A task stays with the one it started with. */
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
  /** Seconds until an unassigned task is canceled. */
  timeout: number;
  channelSid: string;
  readonly workflowSid: string;
  queueSid: string;
  queueEntered: number;
  /** Decides the order of tasks of the same priority, oldest first. */
  virtualStart: number;
  /** The SID of the worker, queue or workflow that it was created for. */
  readonly routingTarget: string | null;
  /** Only with a worker as routing target: whether to reserve that worker regardless of activity and capacity. */
  readonly ignoreCapacity: boolean;
  /** The configuration that it follows, and its position; no position when it bypasses the workflow. */
  following?: WorkflowRouter;
  position: Position | undefined;
  /**
   * Why it is pending: it has just entered its target, its reservations have failed, it waits for a worker, or
   * no filter matches it.
   */
  wait: 'entered' | 'returned' | 'waiting' | 'unmatched';
  /** Whether its attributes have changed since it was routed. */
  stale: boolean;
  /** How often it changed from pending to reserved. */
  assignments: number;
  readonly reservationSids: string[];
}

export interface Worker extends Row {
  friendlyName: string;
  attributes: string;
  activitySid: string;
  /** The activity that a single-tasking worker returns to. */
  previousActivitySid: string;
  statusChanged: number;
  readonly workTimes: WorkTimes;
  /** The same for tasks of one channel, by its SID. */
  readonly workTimesByChannel: Map<string, WorkTimes>;
  /** Concurrent tasks, by the channel's unique name. */
  readonly capacity: Readonly<Record<string, number>>;
  /** By their task channels' SIDs; created on demand. */
  channels?: Map<string, WorkerChannel>;
  readonly phone: Phone;
  readonly reservationSids: string[];
}

/** When a worker was last reserved, last assigned a task, and last finished one; 0 for never. */
export interface WorkTimes {
  reserved: number;
  assigned: number;
  released: number;
}

export const noWorkTimes = (): WorkTimes => ({ reserved: 0, assigned: 0, released: 0 });

/** How many tasks of one channel a worker takes at once. */
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
  /** The activity of a single-tasking worker after the work is done. */
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

/** TaskRouter's event types. https://www.twilio.com/docs/taskrouter/api/event/reference */
export type EventType =
  | `reservation.${'created' | 'accepted' | 'rejected' | 'timeout' | 'canceled' | 'rescinded' | 'wrapup' | 'completed'}`
  | `task.${'created' | 'updated' | 'canceled' | 'wrapup' | 'completed' | 'deleted' | 'system-deleted'}`
  | `task-queue.${'created' | 'updated' | 'deleted' | 'entered' | 'moved' | 'timeout' | 'expression.updated'}`
  | `task-channel.${'created' | 'updated' | 'deleted'}`
  | `workflow.${'created' | 'updated' | 'deleted' | 'entered' | 'target-matched' | 'timeout' | 'skipped'}`
  | `worker.${'created' | 'deleted' | 'activity.update' | 'attributes.update' | 'capacity.update' | 'channel.availability.update'}`
  | `activity.${'created' | 'updated' | 'deleted'}`
  | `workspace.${'created' | 'updated' | 'deleted'}`;

/** Something that happened, and the rows it concerns. */
export interface AccountEvent {
  // Not a TaskRouter event: a client has sent an update that is about to be carried out.
  readonly type: EventType | 'reservation.instructed';
  readonly workspace: Workspace;
  readonly task?: Task;
  readonly worker?: Worker;
  readonly reservation?: Reservation;
  readonly activity?: Activity;
  readonly workflow?: Workflow;
  readonly queue?: TaskQueue;
  readonly channel?: TaskChannel;
  /** Event data in addition to the state of these rows. */
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
 * The activities to which a single-tasking workspace's queue moves reserved and assigned workers by default.
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

/** The key of the timer of a task's current target; that of the task's timeout is its SID. */
export const stepKey = ({ sid }: Task): string => `step:${sid}`;

/** Default seconds until an unassigned task is canceled: a day. */
export const defaultTaskTimeout = 86_400;

/** A new task; its workflow decides its queue. */
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
