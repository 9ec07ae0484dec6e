import type { ExpressionLibrary } from '../routing/expressions/library';
import type { Presence } from '../routing/expressions/scope';
import { comparisonsOf } from '../routing/expressions/syntax';
import type { Opening } from '../routing/workers/candidates';
import { eligibleWorkers } from '../routing/workers/candidates';
import type { RoutedChannel, RoutedWorker } from '../routing/workers/pool';
import { WorkerPool } from '../routing/workers/pool';
import type { WorkflowRules } from '../routing/workflow/configuration';
import type { Position, WayOut } from '../routing/workflow/router';
import { WorkflowRouter } from '../routing/workflow/router';
import type { RouteFile, Test } from './file';

/** Where a task is from an age on, and how it came there. */
export interface Stay {
  readonly place: Position | WayOut;
  /** The task's age, in seconds. */
  readonly since: number;
  readonly by: 'entering' | 'timeout' | 'skip';
  readonly priority: number;
}

type Queue = RouteFile['queues'][string] & { readonly name: string };

/** The contact center that the tests of a file are about. */
export class Center {
  readonly router: WorkflowRouter;
  readonly #queues = new Map<string, Queue>();
  readonly #channels: ReadonlySet<string>;
  /** Those that a skip_if names. */
  readonly #activities: readonly string[];
  readonly #everybody: WorkerPool;
  readonly #nobody: WorkerPool;
  readonly #presences = new Map<ReadonlySet<RoutedWorker>, Presence>();

  constructor(
    { queues, workers, tests }: RouteFile,
    rules: WorkflowRules,
    readonly library: ExpressionLibrary,
  ) {
    this.router = new WorkflowRouter(rules, library);
    for (const [name, queue] of Object.entries(queues))
      for (const key of [name, queue.sid]) if (key !== undefined) this.#queues.set(key, { ...queue, name });
    this.#channels = new Set([
      ...tests.map(({ task }) => channelOf(task)),
      ...workers.flatMap(({ capacity, assigned }) => Object.keys({ ...capacity, ...assigned })),
    ]);
    this.#activities = [...rules.filters.flatMap(({ targets }) => targets), rules.defaultTarget ?? []]
      .flat()
      .flatMap(({ skipIf }) => (skipIf === undefined ? [] : activitiesIn(library, skipIf)));
    const all = workers.map((worker, i) => this.#worker(worker, i));
    this.#everybody = new WorkerPool(library, all);
    this.#nobody = new WorkerPool(
      library,
      all.map((worker) => ({ ...worker, ...(worker.available && { available: false, ...offline }) })),
    );
  }

  /** By the name or SID that the workflow has for it. */
  queue(key: string): Queue {
    return this.#queues.get(key)!;
  }

  pool(nobodyAvailable: boolean): WorkerPool {
    return nobodyAvailable ? this.#nobody : this.#everybody;
  }

  /** The task in one target of the workflow. */
  opening(task: Test['task'], position: Position): Opening {
    const target = this.router.target(position);
    return {
      task: { sid: 'WT', attributes: task.attributes ?? {}, channel: channelOf(task) },
      targetWorkers: this.queue(target.queue).targetWorkers,
      ...{ target, multitasking: true, perChannel: false },
    };
  }

  /** The task's way through the workflow up to an age, while nobody accepts it and the workers stay as they are. */
  way(task: Test['task'], age: number, nobodyAvailable: boolean): readonly [Stay, ...Stay[]] {
    const attributes = task.attributes ?? {};
    const stay = (
      place: Stay['place'],
      since: number,
      by: Stay['by'],
      priority = task.priority ?? 0,
    ): Stay => {
      const own = typeof place === 'string' ? undefined : this.router.target(place).priority;
      return { place, since, by, priority: own ?? priority };
    };
    const stays: [Stay, ...Stay[]] = [stay(this.router.enter(attributes, 0), 0, 'entering')];
    for (;;) {
      const { place, since, priority } = stays.at(-1)!;
      if (typeof place === 'string') return stays;
      const by = this.#skips(task, place, nobodyAvailable) ? 'skip' : 'timeout';
      const until = by === 'skip' ? since : (this.router.deadline(place) ?? Infinity);
      if (until > age) return stays;
      stays.push(stay(this.router.leave(place, by, attributes, until), until, by, priority));
    }
  }

  /** A target is skipped if its skip_if is true and nobody there can be offered the task when it enters. */
  #skips(task: Test['task'], position: Position, nobodyAvailable: boolean): boolean {
    const { queue, skipIf } = this.router.target(position);
    if (skipIf === undefined) return false;
    const pool = this.pool(nobodyAvailable);
    const presence = this.#presence(pool.members(this.queue(queue).targetWorkers));
    return (
      this.router.skips(position, presence) &&
      eligibleWorkers(pool, this.opening(task, position), 1).length === 0
    );
  }

  /** What skip_if can read. An activity that no worker is in has 0. */
  #presence(members: ReadonlySet<RoutedWorker>): Presence {
    const known = this.#presences.get(members);
    if (known) return known;
    const counts = Object.fromEntries(this.#activities.map((sid) => [sid, 0]));
    let available = 0;
    for (const worker of members) {
      counts[worker.activitySid] = (counts[worker.activitySid] ?? 0) + 1;
      if (worker.available) available++;
    }
    const presence = { ...counts, available, unavailable: members.size - available };
    this.#presences.set(members, presence);
    return presence;
  }

  #worker(worker: RouteFile['workers'][number], i: number): RoutedWorker {
    const { name, attributes = {}, available = true, capacity = {}, assigned = {} } = worker;
    const channels = [...this.#channels].map((channel): readonly [string, RoutedChannel] => {
      const accepted = assigned[channel] ?? 0;
      const load = { available: true, pending: 0, accepted, wrapping: 0 };
      return [channel, { ...load, capacity: capacity[channel] ?? 1 }];
    });
    const activityName = worker.activity ?? (available ? 'Available' : offline.activityName);
    return {
      sid: worker.sid ?? `WK${String(i).padStart(32, '0')}`,
      friendlyName: name,
      activityName,
      activitySid: worker.activitySid ?? activityName,
      ...{ attributes, available, channels: Object.fromEntries(channels), tasks: [] },
    };
  }
}

const offline = { activityName: 'Offline', activitySid: 'Offline' };

const channelOf = ({ channel = 'default' }: Test['task']) => channel;

const activitiesIn = (library: ExpressionLibrary, skipIf: string): string[] =>
  comparisonsOf(library.expression(skipIf, 'skip_if').expression)
    .flatMap(({ left, right }) => [left, right])
    .flatMap((operand) => (operand.type === 'key' ? String(operand.path[1]) : []));
