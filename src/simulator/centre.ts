import type { Clock, Timer } from './clock';
import { EventLog } from './events';
import { compile, parsedAttributes } from './expressions';
import type { Attributes, Predicate } from './expressions';
import type { Random } from './random';
import type { Phone } from './scenario';
import type { Sids } from './sids';
import type { Table } from './table';

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

export interface Target {
  readonly name: string;
  readonly expression: string;
  readonly queueSid: string;
  readonly priority?: number;
  readonly timeout?: number;
}

export interface Workflow extends Row {
  friendlyName: string;
  /** Seconds. */
  reservationTimeout: number;
  filters: readonly Target[];
  defaultQueueSid: string;
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
}

export type TaskStatus = 'pending' | 'reserved' | 'assigned' | 'wrapping' | 'completed' | 'canceled';

export interface Task extends Row {
  status: TaskStatus;
  attributes: string;
  priority: number;
  reason: string | null;
  /** Seconds it may live unassigned. */
  timeout: number;
  readonly channelSid: string;
  readonly workflowSid: string;
  queueSid: string;
  queueEntered: number;
  readonly routingTarget: string | null;
  rejections: number;
  readonly reservationSids: string[];
}

export interface Worker extends Row {
  friendlyName: string;
  attributes: string;
  activitySid: string;
  /** Where a single-tasking worker goes back to. */
  previousActivitySid: string;
  statusChanged: number;
  lastReserved: number;
  /** Tasks at one time, by the channel's unique name. */
  readonly capacity: Readonly<Record<string, number>>;
  readonly phone: Phone;
  readonly reservationSids: string[];
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
export interface Happening {
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
  /** What its event tells beyond the state of these rows. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** The whole state of one account, its time and its chance. */
export class Centre {
  readonly events = new EventLog(this);
  readonly #timers = new Map<string, Timer>();
  readonly #observers: ((happening: Happening) => void)[] = [];
  readonly #predicates = new Map<string, Predicate>();
  readonly #attributes = new WeakMap<object, { text: string; value: Attributes }>();

  constructor(
    readonly accountSid: string,
    readonly clock: Clock,
    readonly random: Random,
    readonly sids: Sids,
    readonly workspaces: Table<Workspace>,
    readonly rejectionsBeforeCancel: number,
    /** Milliseconds after which what happened can be read as an event. */
    readonly eventLag = 0,
  ) {}

  now(): number {
    return this.clock.now();
  }

  observe(observer: (happening: Happening) => void): void {
    this.#observers.push(observer);
  }

  tell(happening: Happening): void {
    this.events.record(happening);
    for (const observer of this.#observers) observer(happening);
  }

  /** Runs something later. A second one under the same key takes the place of the first. */
  later(key: string, ms: number, run: () => void): void {
    this.never(key);
    const timer = this.clock.setTimeout(() => {
      this.#timers.delete(key);
      run();
    }, ms);
    this.#timers.set(key, timer);
  }

  never(key: string): void {
    this.#timers.get(key)?.cancel();
    this.#timers.delete(key);
  }

  stop(): void {
    for (const key of [...this.#timers.keys()]) this.never(key);
  }

  touch(row: Row): void {
    row.updated = this.now();
    row.version++;
  }

  moveWorker(workspace: Workspace, worker: Worker, activitySid: string): void {
    if (worker.activitySid === activitySid) return;
    const previous = workspace.activities.get(worker.activitySid);
    const spent = this.now() - worker.statusChanged;
    worker.activitySid = activitySid;
    worker.statusChanged = this.now();
    this.touch(worker);
    const more = {
      worker_previous_activity_sid: previous?.sid,
      worker_previous_activity_name: previous?.friendlyName,
      worker_time_in_previous_activity: String(Math.floor(spent / 1000)),
      worker_time_in_previous_activity_ms: String(spent),
    };
    this.tell({ type: 'worker.activity.update', workspace, worker, more });
  }

  attributesOf(row: Task | Worker): Attributes {
    const known = this.#attributes.get(row);
    if (known?.text === row.attributes) return known.value;
    const value = parsedAttributes(row.attributes);
    this.#attributes.set(row, { text: row.attributes, value });
    return value;
  }

  /** Adds to a task's attributes; those that are not a JSON object stay as they are. */
  addAttributes(workspace: Workspace, task: Task, added: Attributes): void {
    const own = this.attributesOf(task);
    if (Object.keys(own).length === 0) return;
    task.attributes = JSON.stringify({ ...own, ...added });
    this.touch(task);
    this.tell({ type: 'task.updated', workspace, task });
  }

  /** @throws BadExpression */
  predicate(expression: string): Predicate {
    let known = this.#predicates.get(expression);
    if (!known) {
      known = compile(expression);
      // Callers may send any number of different expressions.
      if (this.#predicates.size >= 500) this.#predicates.clear();
      this.#predicates.set(expression, known);
    }
    return known;
  }
}

export const newRow = (sid: string, at: number): Row => ({ sid, created: at, updated: at, version: 0 });

export const isOpen = ({ status }: Reservation): boolean =>
  status === 'pending' || status === 'accepted' || status === 'wrapping';

export function reservationsOf(workspace: Workspace, of: Task | Worker): Reservation[] {
  return of.reservationSids.flatMap((sid) => workspace.reservations.get(sid) ?? []);
}
