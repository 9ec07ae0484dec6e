import type { ExpressionLibrary } from '../routing/expressions/library';
import { occupiedFrom, parseAttributes } from '../routing/expressions/scope';
import type { Attributes } from '../routing/expressions/scope';
import { WorkerPool } from '../routing/workers/pool';
import type { IdleTimes, RoutedChannel, RoutedWorker } from '../routing/workers/pool';
import type { Opening } from '../routing/workers/candidates';
import type { Target } from '../routing/workflow/configuration';
import type { WorkflowRouter } from '../routing/workflow/router';
import { isOpenStatus } from '../taskrouter/reservation';
import type { Reservation, Task, TaskQueue, Worker, WorkerChannel } from '../taskrouter/resources';
import { eventsOf } from './events';
import type { TaskEvent } from './events';
import type { ExplanationFacts } from './facts';
import type { RoutingRules } from './routingRules';
import { nameOf } from './texts';

/** A time as exactly as it is known, in milliseconds since 1970: most rows have whole seconds only. */
export interface KnownTime {
  readonly earliest: number;
  readonly latest: number;
}

export const wholeSecond = (date: Date): KnownTime => ({
  earliest: date.getTime(),
  latest: date.getTime() + 999,
});

const isOpen = ({ reservation_status: status }: Reservation): boolean => isOpenStatus(status);

/** The rows as routing sees them: everything that explaining a task reads more than once. */
export class RoutingModel {
  readonly now: number;
  readonly router: WorkflowRouter | undefined;
  /** Why the workflow's configuration cannot be read here, though TaskRouter accepted it. */
  readonly configurationProblem: string | undefined;
  readonly attributes: Attributes;
  readonly multitasking: boolean;
  readonly openReservations: readonly Reservation[];
  /** How workers answered their last earlier offer of this task, by SID. */
  readonly declinedBy: ReadonlyMap<string, string>;
  readonly #queues: ReadonlyMap<string, TaskQueue>;
  readonly #rows: ReadonlyMap<string, Worker>;
  readonly #workers = new Map<string, RoutedWorker>();
  readonly #pools = new Map<string, WorkerPool>();
  #everybody: WorkerPool | undefined;
  #events: readonly TaskEvent[] | undefined;
  #created: KnownTime | undefined;

  constructor(
    readonly facts: ExplanationFacts,
    readonly task: Task,
    readonly rules: RoutingRules,
  ) {
    this.now = facts.now;
    const { router, problem } = rules.workflow(facts.workflow);
    this.router = router;
    this.configurationProblem = problem;
    this.attributes = parseAttributes(task.attributes ?? '');
    this.multitasking = facts.workspace?.multi_task_enabled ?? true;
    this.openReservations = (facts.reservations ?? []).filter(isOpen);
    this.declinedBy = new Map(
      (facts.reservations ?? []).flatMap(({ worker_sid: sid, reservation_status: status }) =>
        sid && status && status !== 'pending' ? [[sid, status] as const] : [],
      ),
    );
    this.#queues = new Map(facts.queues.map((queue) => [queue.sid, queue]));
    this.#rows = new Map(facts.workers.map((worker) => [worker.sid, worker]));
    for (const worker of facts.workers) this.#workers.set(worker.sid, this.#routed(worker));
  }

  /** The same rules with other rows, or for another task. */
  with(facts: ExplanationFacts, task = this.task): RoutingModel {
    return new RoutingModel(facts, task, this.rules);
  }

  get library(): ExpressionLibrary {
    return this.rules.library;
  }

  /** Those of the task, the oldest first. */
  get events(): readonly TaskEvent[] {
    return (this.#events ??= eventsOf(this.facts).filter(({ taskSid }) => taskSid === this.task.sid));
  }

  get created(): KnownTime {
    return (this.#created ??= this.#createdAt());
  }

  queue(sid: string | null | undefined): TaskQueue | undefined {
    return sid ? this.#queues.get(sid) : undefined;
  }

  queueName(sid: string | null | undefined): string {
    return nameOf(
      this.queue(sid),
      sid === this.task.task_queue_sid ? this.task.task_queue_friendly_name : sid,
    );
  }

  row(workerSid: string): Worker | undefined {
    return this.#rows.get(workerSid);
  }

  workerName(workerSid: string): string {
    return nameOf(this.row(workerSid), workerSid);
  }

  worker(sid: string): RoutedWorker | undefined {
    return this.#workers.get(sid);
  }

  workers(): Iterable<RoutedWorker> {
    return this.#workers.values();
  }

  /** Whether TaskRouter said who is in a queue. Otherwise the queue's expression is evaluated here. */
  hasMembers(queueSid: string): boolean {
    return this.facts.members.has(queueSid);
  }

  /** The workers of a queue. */
  pool(queueSid: string): WorkerPool {
    let pool = this.#pools.get(queueSid);
    if (!pool) {
      pool = new WorkerPool(this.library, this.#membersOf(queueSid));
      this.#pools.set(queueSid, pool);
    }
    return pool;
  }

  /** For a task that is meant for one worker, past its queue. */
  everybody(): WorkerPool {
    return (this.#everybody ??= new WorkerPool(this.library, this.workers()));
  }

  #membersOf(queueSid: string): RoutedWorker[] {
    const sids = this.facts.members.get(queueSid);
    if (sids) return sids.flatMap((sid) => this.#workers.get(sid) ?? []);
    const expression = this.queue(queueSid)?.target_workers ?? '';
    if (expression.trim() === '') return [];
    const compiled = readable(() => this.library.expression(expression, 'queue'));
    return compiled ? [...this.workers()].filter((worker) => compiled.test({ worker })) : [];
  }

  /** A task in a target, or only in a queue. `pool` has chosen the queue's workers already. */
  opening(target: Partial<Target>): Opening {
    const { task } = this;
    const direct = task.routing_target?.startsWith('WK')
      ? { worker: { sid: task.routing_target, ignoreCapacity: task.ignore_capacity ?? true } }
      : {};
    return {
      task: {
        sid: task.sid,
        attributes: this.attributes,
        channel: task.task_channel_unique_name ?? 'default',
        declinedBy: new Set((this.facts.reservations ?? []).flatMap((one) => one.worker_sid ?? [])),
        ...direct,
      },
      targetWorkers: '1==1',
      target,
      multitasking: this.multitasking,
      perChannel: false,
    };
  }

  /** Milliseconds since 1970 at which the task is so many seconds old. */
  atAge(seconds: number): number {
    return this.created.earliest + seconds * 1000;
  }

  #createdAt(): KnownTime {
    const event = this.events.find(({ type }) => type === 'task.created');
    if (event) return { earliest: event.at, latest: event.at };
    if (this.task.date_created) return wholeSecond(this.task.date_created);
    const age = this.task.age ?? 0;
    return { earliest: this.now - (age + 1) * 1000, latest: this.now - age * 1000 };
  }

  #routed(worker: Worker): RoutedWorker {
    return {
      sid: worker.sid,
      friendlyName: worker.friendly_name ?? worker.sid,
      activitySid: worker.activity_sid ?? '',
      activityName: worker.activity_name ?? '',
      available: worker.available ?? this.#isAvailable(worker.activity_sid),
      attributes: parseAttributes(worker.attributes ?? ''),
      channels: channelsOf(this.facts.workerChannels.get(worker.sid)),
      tasks: this.#tasksOf(worker.sid),
      idle: this.#idleOf(worker.sid),
    };
  }

  /** Events show offers of all channels together. */
  #idleOf(workerSid: string): IdleTimes | undefined {
    const { taskChannels, offeredAt } = this.facts;
    const channel = taskChannels?.find(({ sid }) => sid === this.task.task_channel_sid);
    const at = channel?.channel_optimized_routing ? undefined : offeredAt?.get(workerSid);
    return at === undefined ? undefined : { reserved: at, assigned: at, unoccupied: at };
  }

  #isAvailable(activitySid: string | null | undefined): boolean {
    return this.facts.activities.find(({ sid }) => sid === activitySid)?.available ?? false;
  }

  /** With multitasking, only whether the worker has this very task matters: its own reservations tell. */
  #tasksOf(workerSid: string): string[] | undefined {
    const own = this.openReservations.some((one) => one.worker_sid === workerSid) ? [this.task.sid] : [];
    const known = this.facts.workerReservations.get(workerSid);
    if (known) return [...own, ...known.filter(isOpen).flatMap((one) => one.task_sid ?? [])];
    return this.multitasking && this.facts.reservations ? own : undefined;
  }
}

/** Whether a task can still be offered to a worker. */
export const isWaiting = (task: Task | undefined): boolean =>
  task?.assignment_status === 'pending' || task?.assignment_status === 'reserved';

/** Undefined for a configuration or an expression that is refused here. */
export function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

export function channelsOf(
  rows: readonly WorkerChannel[] | undefined,
): Record<string, RoutedChannel> | undefined {
  if (!rows) return undefined;
  const channels = rows.flatMap((row): [string, RoutedChannel][] => {
    const capacity = row.configured_capacity;
    const percentage = row.available_capacity_percentage;
    const name = row.task_channel_unique_name;
    if (!name || typeof capacity !== 'number' || typeof percentage !== 'number') return [];
    const accepted = row.assigned_tasks ?? 0;
    // The API has the sum only.
    const pending = Math.max(0, occupiedFrom(capacity, percentage) - accepted);
    return [[name, { available: row.available ?? true, capacity, accepted, pending, wrapping: 0 }]];
  });
  return Object.fromEntries(channels);
}
