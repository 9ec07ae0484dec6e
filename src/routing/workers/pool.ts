import type { ExpressionLibrary } from '../expressions/library';
import type { ChannelLoad, WorkerFields } from '../expressions/scope';

/** When a worker's idle time can start, in milliseconds since 1970; 0 for never. */
export interface IdleTimes {
  readonly reserved: number;
  readonly assigned: number;
  /** When the last task ended; Infinity while there is one. */
  readonly unoccupied: number;
}

export interface RoutedChannel extends ChannelLoad {
  /** For this channel's tasks only, for channel_optimized_routing. */
  readonly idle?: IdleTimes | undefined;
}

/** A worker as seen by routing. Absent fields are unknown. */
export interface RoutedWorker extends WorkerFields {
  /** Whether their activity is available. */
  readonly available: boolean;
  readonly channels?: Readonly<Record<string, RoutedChannel>> | undefined;
  /** SIDs of the tasks of their open reservations. */
  readonly tasks?: readonly string[] | undefined;
  /** Workers without come before all others. */
  readonly idle?: IdleTimes | undefined;
}

interface Queue<W> {
  readonly targetWorkers: string;
  members: Set<W>;
  readonly readsActivity: boolean;
  inOrder: boolean;
}

/** More than a workspace has queues, because each change of TargetWorkers adds an expression. */
const maxQueues = 10_000;

/** The workers of a workspace and their queues. Evaluates an expression again only for workers that changed. */
export class WorkerPool<W extends RoutedWorker = RoutedWorker> {
  readonly #workers = new Map<string, W>();
  readonly #places = new Map<string, number>();
  readonly #byName = new Map<string, string>();
  /** By TargetWorkers. */
  readonly #queues = new Map<string, Queue<W>>();
  #lastPlace = 0;

  constructor(
    readonly library: ExpressionLibrary,
    workers: Iterable<W> = [],
  ) {
    for (const worker of workers) this.put(worker);
  }

  get size(): number {
    return this.#workers.size;
  }

  /** Adds a worker, or updates the queues of one whose fields have changed. */
  put(worker: W): void {
    const known = this.#workers.get(worker.sid);
    if (known && known !== worker) for (const { members } of this.#queues.values()) members.delete(known);
    if (!known) this.#places.set(worker.sid, ++this.#lastPlace);
    this.#workers.set(worker.sid, worker);
    this.#byName.set(nameKey(worker.friendlyName), worker.sid);
    for (const queue of this.#queues.values()) this.#enroll(worker, queue);
  }

  /** Updates the queues of a worker whose activity has changed. */
  moved(worker: W): void {
    for (const queue of this.#queues.values()) if (queue.readsActivity) this.#enroll(worker, queue);
  }

  remove(sid: string): void {
    const worker = this.#workers.get(sid);
    if (!worker) return;
    this.#workers.delete(sid);
    this.#places.delete(sid);
    for (const { members } of this.#queues.values()) members.delete(worker);
  }

  get(sid: string): W | undefined {
    return this.#workers.get(sid);
  }

  /** Friendly names are unique ignoring case. */
  named(friendlyName: string): W | undefined {
    const worker = this.#workers.get(this.#byName.get(nameKey(friendlyName)) ?? '');
    return worker && nameKey(worker.friendlyName) === nameKey(friendlyName) ? worker : undefined;
  }

  all(): Iterable<W> {
    return this.#workers.values();
  }

  /**
   * The workers of a queue with this TargetWorkers, in the order in which they were added to the pool. A queue without
   * an expression has no workers.
   */
  members(targetWorkers: string): ReadonlySet<W> {
    let queue = this.#queues.get(targetWorkers);
    if (!queue) {
      const readsActivity = targetWorkers.includes('activity_');
      queue = { targetWorkers, members: new Set(), readsActivity, inOrder: true };
      for (const worker of this.#workers.values()) this.#enroll(worker, queue);
      if (this.#queues.size >= maxQueues) this.#queues.clear();
      this.#queues.set(targetWorkers, queue);
    }
    if (!queue.inOrder) {
      const place = ({ sid }: W) => this.#places.get(sid)!;
      queue.members = new Set([...queue.members].sort((a, b) => place(a) - place(b)));
    }
    queue.inOrder = true;
    return queue.members;
  }

  #enroll(worker: W, queue: Queue<W>): void {
    const { members, targetWorkers } = queue;
    if (!this.#isIn(targetWorkers, worker)) members.delete(worker);
    else if (!members.has(worker)) {
      members.add(worker);
      queue.inOrder = false;
    }
  }

  #isIn(targetWorkers: string, worker: W): boolean {
    return targetWorkers.trim() !== '' && this.library.expression(targetWorkers, 'queue').test({ worker });
  }
}

const nameKey = (friendlyName: string): string => friendlyName.toLowerCase();
