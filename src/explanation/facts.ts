import type { Alert, Call } from '../taskrouter/callsAndAlerts';
import type {
  Activity,
  Event,
  Reservation,
  Task,
  TaskChannel,
  TaskQueue,
  Worker,
  WorkerChannel,
  Workflow,
  Workspace,
} from '../taskrouter/resources';

/** What an explanation is computed from, named after what is read to get it. */
export const parts = [
  'task',
  'workspace',
  'workflow',
  'queues',
  'activities',
  'taskChannels',
  'workers',
  'workerChannels',
  'reservations',
  'workerReservations',
  'waitingTasks',
  'events',
  'offers',
  'call',
  'alerts',
] as const;
export type Part = (typeof parts)[number];

/** A part that could not be read, which the explanation then leaves out with a note. */
export interface Unread {
  readonly part: Part;
  /**
   * `permission`: TaskRouter refused it to these credentials. `not found`: these credentials do not lead to it.
   * `malformed SID`: no request can name what it belongs to. `failed`: it could not be reached.
   */
  readonly reason: 'permission' | 'not found' | 'malformed SID' | 'failed';
}

/** A list from which rows are missing: what is not in it may exist. */
export interface IncompleteList {
  readonly part: Part;
  /** Rows whose SID, or another field that decides, could not be read. */
  readonly unreadable: number;
  /** There are more pages, which were not read: too many, or not to be followed. */
  readonly isCutShort: boolean;
}

/** What became of a task's call or of its callbacks, where the account's user switched reading them on. */
export interface OutsideFacts {
  /** The call that the task's attributes name (`call_sid`). */
  readonly call?: Call;
  /** Monitor's alerts around the canceled offers of the task, also those about something else. */
  readonly alerts?: readonly Alert[];
}

/**
 * What the API shows of a task and of what it depends on. Rows are as their typed readers return them; any field may
 * be missing. A list that is absent was not read; an empty one was read and has no rows.
 */
export interface ExplanationFacts {
  /** TaskRouter's time, in milliseconds since 1970. */
  readonly now: number;
  readonly taskSid: string;
  /** Absent for a task that TaskRouter no longer has: then its Events are all there is. */
  readonly task?: Task;
  /** As it was last read, where TaskRouter no longer has it; `at` in milliseconds since 1970. */
  readonly lastRead?: { readonly task: Task; readonly at: number };
  readonly workspace?: Workspace;
  /** The task's workflow, with its configuration as it is now. */
  readonly workflow?: Workflow;
  /** Those that the workflow names, and the task's own. */
  readonly queues: readonly TaskQueue[];
  readonly activities: readonly Activity[];
  readonly taskChannels?: readonly TaskChannel[];
  /** Every worker that was read, once. */
  readonly workers: readonly Worker[];
  /** The SIDs of a queue's workers, by its SID: the list of Workers with `TaskQueueSid`. */
  readonly members: ReadonlyMap<string, readonly string[]>;
  /** The SIDs of workers whom TaskRouter does not have. */
  readonly missingWorkers?: readonly string[];
  /** Whether `workers` are all workers of the workspace. */
  readonly hasAllWorkers: boolean;
  /** By the worker's SID. The API lists them for one worker at a time, so few are known. */
  readonly workerChannels: ReadonlyMap<string, readonly WorkerChannel[]>;
  /**
   * When Events last showed that workers were offered a task, by SID, in milliseconds since 1970. Those of all other
   * workers are from before.
   */
  readonly offeredAt?: ReadonlyMap<string, number>;
  /** All reservations of the task. */
  readonly reservations?: readonly Reservation[];
  /** Open reservations of a worker, by the worker's SID. */
  readonly workerReservations: ReadonlyMap<string, readonly Reservation[]>;
  /** Those of the tasks in `workerReservations` that are known. */
  readonly heldTasks?: readonly Task[];
  /** The pending tasks of the workspace, those that are offered first; not all where `incomplete` says so. */
  readonly waitingTasks?: readonly Task[];
  /** Events of the task and, for the timeline, of its workers, as TaskRouter lists them: the newest first. */
  readonly events?: readonly Event[];
  /** Events before this time were not read; milliseconds since 1970. Absent: all since the task was created. */
  readonly eventsSince?: number;
  readonly outside?: OutsideFacts;
  readonly unread: readonly Unread[];
  /** Parts that may have changed since they were read: Events say so, or reading them again failed. */
  readonly outdated?: readonly Part[];
  readonly incomplete?: readonly IncompleteList[];
  /** Up to when the other parts are known to be unchanged, in milliseconds since 1970: the oldest counts. */
  readonly readAt: number;
}

/** The permission of a restricted API key that a part needs. Main and Standard keys have all of them. */
export const permissionFor: Readonly<Record<Part, string>> = {
  task: '/twilio/taskrouter/workspaces.tasks/read',
  workspace: '/twilio/taskrouter/workspaces/read',
  workflow: '/twilio/taskrouter/workspaces.workflows/read',
  queues: '/twilio/taskrouter/workspaces.task-queues/list',
  activities: '/twilio/taskrouter/workspaces.activities/list',
  taskChannels: '/twilio/taskrouter/workspaces.task-channels/list',
  workers: '/twilio/taskrouter/workspaces.workers/list',
  workerChannels: '/twilio/taskrouter/workspaces.workers.channels/list',
  reservations: '/twilio/taskrouter/workspaces.tasks.reservations/list',
  workerReservations: '/twilio/taskrouter/workspaces.workers.reservations/list',
  waitingTasks: '/twilio/taskrouter/workspaces.tasks/list',
  events: '/twilio/taskrouter/workspaces.events/list',
  offers: '/twilio/taskrouter/workspaces.events/list',
  call: '/twilio/voice/calls/read',
  alerts: '/twilio/monitor/alerts/list',
};
