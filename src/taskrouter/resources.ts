import type { SidNoun } from './sid';
import { isSid } from './sid';

export const taskStatuses = ['pending', 'reserved', 'assigned', 'wrapping', 'canceled', 'completed'] as const;

export type TaskStatus = (typeof taskStatuses)[number];
export const reservationStatuses = [
  'pending',
  'accepted',
  'rejected',
  'timeout',
  'canceled',
  'rescinded',
  'wrapping',
  'completed',
] as const;
export type ReservationStatus = (typeof reservationStatuses)[number];

/** The types of a field. A date is sent as text; `any` is not checked. */
interface Kinds {
  text: string;
  whole: number;
  flag: boolean;
  date: Date;
  texts: Readonly<Record<string, string>>;
  any: unknown;
}
type Kind = keyof Kinds;
type Fields = Readonly<Record<string, Kind>>;

/**
 * What TaskRouter sends, field by field under its own names. Fields that Twilio adds later are retained.
 * Every field but the SID may be null or absent: lists omit some, and older accounts omit more.
 * Statuses are plain strings, so that an unknown one is shown as it is.
 */
type Resource<F extends Fields> = { sid: string; [field: string]: unknown } & {
  [K in keyof F]?: Kinds[F[K]] | null | undefined;
};

const common = { account_sid: 'text', date_created: 'date', date_updated: 'date', url: 'text' } as const;

const fields = {
  /** https://www.twilio.com/docs/taskrouter/api/workspace */
  Workspace: {
    ...common,
    friendly_name: 'text',
    default_activity_name: 'text',
    default_activity_sid: 'text',
    event_callback_url: 'text',
    events_filter: 'text',
    multi_task_enabled: 'flag',
    timeout_activity_name: 'text',
    timeout_activity_sid: 'text',
    prioritize_queue_order: 'text',
    links: 'texts',
  },

  /** https://www.twilio.com/docs/taskrouter/api/activity */
  Activity: {
    ...common,
    workspace_sid: 'text',
    friendly_name: 'text',
    available: 'flag',
    links: 'texts',
  },

  /** https://www.twilio.com/docs/taskrouter/api/workflow */
  Workflow: {
    ...common,
    workspace_sid: 'text',
    friendly_name: 'text',
    assignment_callback_url: 'text',
    fallback_assignment_callback_url: 'text',
    configuration: 'text',
    document_content_type: 'text',
    /** Seconds a reservation may stay pending. */
    task_reservation_timeout: 'whole',
    links: 'texts',
  },

  /** https://www.twilio.com/docs/taskrouter/api/task-queue */
  TaskQueue: {
    ...common,
    workspace_sid: 'text',
    friendly_name: 'text',
    target_workers: 'text',
    max_reserved_workers: 'whole',
    task_order: 'text',
    reservation_activity_sid: 'text',
    reservation_activity_name: 'text',
    assignment_activity_sid: 'text',
    assignment_activity_name: 'text',
    links: 'texts',
  },

  /** https://www.twilio.com/docs/taskrouter/api/task-channel */
  TaskChannel: {
    ...common,
    workspace_sid: 'text',
    friendly_name: 'text',
    unique_name: 'text',
    channel_optimized_routing: 'flag',
    links: 'texts',
  },

  /** https://www.twilio.com/docs/taskrouter/api/task */
  Task: {
    ...common,
    workspace_sid: 'text',
    /** Seconds since the task was created. */
    age: 'whole',
    assignment_status: 'text',
    /** JSON as the task's creator wrote it: untrusted text. */
    attributes: 'text',
    addons: 'text',
    task_queue_entered_date: 'date',
    priority: 'whole',
    reason: 'text',
    task_queue_sid: 'text',
    task_queue_friendly_name: 'text',
    task_channel_sid: 'text',
    task_channel_unique_name: 'text',
    /** Seconds the task may live unassigned. */
    timeout: 'whole',
    workflow_sid: 'text',
    workflow_friendly_name: 'text',
    virtual_start_time: 'date',
    ignore_capacity: 'flag',
    routing_target: 'text',
    links: 'texts',
  },

  /** https://www.twilio.com/docs/taskrouter/api/worker */
  Worker: {
    ...common,
    workspace_sid: 'text',
    friendly_name: 'text',
    activity_name: 'text',
    activity_sid: 'text',
    /** JSON as an administrator wrote it: untrusted text. */
    attributes: 'text',
    available: 'flag',
    date_status_changed: 'date',
    links: 'texts',
  },

  /** https://www.twilio.com/docs/taskrouter/api/worker-channel */
  WorkerChannel: {
    ...common,
    workspace_sid: 'text',
    worker_sid: 'text',
    task_channel_sid: 'text',
    task_channel_unique_name: 'text',
    assigned_tasks: 'whole',
    available: 'flag',
    available_capacity_percentage: 'whole',
    configured_capacity: 'whole',
  },

  /** https://www.twilio.com/docs/taskrouter/api/reservations */
  Reservation: {
    ...common,
    workspace_sid: 'text',
    reservation_status: 'text',
    task_sid: 'text',
    worker_sid: 'text',
    worker_name: 'text',
    links: 'texts',
  },

  /** https://www.twilio.com/docs/taskrouter/api/event */
  Event: {
    account_sid: 'text',
    workspace_sid: 'text',
    event_type: 'text',
    event_date: 'date',
    /** Milliseconds since 1970. */
    event_date_ms: 'whole',
    /** An object whose fields depend on the type; some transports send it as JSON text. */
    event_data: 'any',
    resource_type: 'text',
    resource_sid: 'text',
    resource_url: 'text',
    description: 'text',
    actor_sid: 'text',
    actor_type: 'text',
    actor_url: 'text',
    source: 'text',
    source_ip_address: 'text',
    url: 'text',
  },
} as const satisfies Record<string, Fields>;

type AllFields = typeof fields;
export type Workspace = Resource<AllFields['Workspace']>;
export type Activity = Resource<AllFields['Activity']>;
export type Workflow = Resource<AllFields['Workflow']>;
export type TaskQueue = Resource<AllFields['TaskQueue']>;
export type TaskChannel = Resource<AllFields['TaskChannel']>;
export type Task = Resource<AllFields['Task']>;
export type Worker = Resource<AllFields['Worker']>;
export type WorkerChannel = Resource<AllFields['WorkerChannel']>;
export type Reservation = Resource<AllFields['Reservation']>;
export type Event = Resource<AllFields['Event']>;

const isText = (value: unknown): value is string => typeof value === 'string';
const isOfKind: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  text: isText,
  whole: Number.isSafeInteger,
  flag: (value) => typeof value === 'boolean',
  date: (value) => dateOf(value) !== undefined,
  texts: (value) =>
    typeof value === 'object' && !Array.isArray(value) && Object.values(value as object).every(isText),
  any: () => true,
};

const isMalformed = (kind: Kind, value: unknown) =>
  value !== null && value !== undefined && !isOfKind[kind](value);

/** A row as its type. A malformed field is undefined, so that the others stay usable. */
function read<F extends Fields>(known: readonly (readonly [string, Kind])[], row: Row): Resource<F> {
  const resource: Record<string, unknown> = { ...row };
  for (const [name, kind] of known) {
    const value = resource[name];
    if (value === null || value === undefined) continue;
    if (kind === 'date') resource[name] = dateOf(value);
    else if (!isOfKind[kind](value)) resource[name] = undefined;
  }
  return resource as Resource<F>;
}

function dateOf(value: unknown): Date | undefined {
  const date = isText(value) ? new Date(value) : undefined;
  return Number.isNaN(date?.getTime()) ? undefined : date;
}

type FilterType = 'text' | 'integer' | 'boolean' | 'list' | 'date' | SidNoun;
export type FilterValue<T extends FilterType> = T extends 'integer'
  ? number
  : T extends 'boolean'
    ? boolean
    : T extends 'list'
      ? readonly string[]
      : T extends 'date'
        ? Date
        : string;

/** One resource as TaskRouter sent it. Its fields are checked when it is read as its type. */
export type Row = Readonly<Record<string, unknown>> & { readonly sid: string };

/** One collection of the API: its path, the type of its rows, and its filters. */
export interface Collection<T = unknown, F extends Record<string, FilterType> = Record<string, FilterType>> {
  readonly noun: SidNoun;
  /** The path's segments; each but the last is followed by the SID of the resource named there. */
  readonly path: readonly Segment[];
  /** The field of a list's response that has the rows. */
  readonly key: string;
  /** A row as its type. A field that does not have its documented type is undefined. */
  readonly read: (row: Row) => T;
  /** The names of the fields that do not have their documented type. A row with a malformed SID has no address. */
  readonly malformed: (row: Row) => readonly string[];
  /** Keys are twilio-node's; the wire name is the key with its first letter in upper case. */
  readonly filters: F;
}

/** What each segment of a path holds. */
export const segments = {
  Workspaces: 'Workspace',
  Activities: 'Activity',
  Workflows: 'Workflow',
  TaskQueues: 'TaskQueue',
  TaskChannels: 'TaskChannel',
  Tasks: 'Task',
  Workers: 'Worker',
  Channels: 'WorkerChannel',
  Reservations: 'Reservation',
  Events: 'Event',
} as const satisfies Record<string, SidNoun>;
export type Segment = keyof typeof segments;

const collection = <N extends keyof AllFields, const F extends Record<string, FilterType>>(
  path: readonly Segment[],
  key: string,
  noun: N,
  filters: F,
): Collection<Resource<AllFields[N]>, F> => {
  const known = Object.entries<Kind>(fields[noun]);
  return {
    noun,
    path,
    key,
    read: (row) => read<AllFields[N]>(known, row),
    malformed: (row) => [
      ...(isSid(noun, row.sid) ? [] : ['sid']),
      ...known.filter(([name, kind]) => isMalformed(kind, row[name])).map(([name]) => name),
    ],
    filters,
  };
};

export const workspaces = collection(['Workspaces'], 'workspaces', 'Workspace', { friendlyName: 'text' });

export const activities = collection(['Workspaces', 'Activities'], 'activities', 'Activity', {
  friendlyName: 'text',
  available: 'text',
});

export const workflows = collection(['Workspaces', 'Workflows'], 'workflows', 'Workflow', {
  friendlyName: 'text',
});

export const taskQueues = collection(['Workspaces', 'TaskQueues'], 'task_queues', 'TaskQueue', {
  friendlyName: 'text',
  evaluateWorkerAttributes: 'text',
  workerSid: 'Worker',
  ordering: 'text',
});

export const taskChannels = collection(['Workspaces', 'TaskChannels'], 'channels', 'TaskChannel', {});

export const tasks = collection(['Workspaces', 'Tasks'], 'tasks', 'Task', {
  priority: 'integer',
  assignmentStatus: 'list',
  workflowSid: 'Workflow',
  workflowName: 'text',
  taskQueueSid: 'TaskQueue',
  taskQueueName: 'text',
  evaluateTaskAttributes: 'text',
  routingTarget: 'text',
  ordering: 'text',
  hasAddons: 'boolean',
});

export const workers = collection(['Workspaces', 'Workers'], 'workers', 'Worker', {
  activityName: 'text',
  activitySid: 'Activity',
  available: 'text',
  friendlyName: 'text',
  targetWorkersExpression: 'text',
  taskQueueName: 'text',
  taskQueueSid: 'TaskQueue',
  ordering: 'text',
});

export const workerChannels = collection(
  ['Workspaces', 'Workers', 'Channels'],
  'channels',
  'WorkerChannel',
  {},
);

export const taskReservations = collection(
  ['Workspaces', 'Tasks', 'Reservations'],
  'reservations',
  'Reservation',
  {
    reservationStatus: 'text',
    workerSid: 'Worker',
  },
);

export const workerReservations = collection(
  ['Workspaces', 'Workers', 'Reservations'],
  'reservations',
  'Reservation',
  {
    reservationStatus: 'text',
  },
);

export const events = collection(['Workspaces', 'Events'], 'events', 'Event', {
  endDate: 'date',
  eventType: 'text',
  minutes: 'integer',
  reservationSid: 'Reservation',
  startDate: 'date',
  taskQueueSid: 'TaskQueue',
  taskSid: 'Task',
  workerSid: 'Worker',
  workflowSid: 'Workflow',
  taskChannel: 'text',
  sid: 'Event',
});
