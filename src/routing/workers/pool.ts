import type { ExpressionLibrary } from '../expressions/library';
import type { ChannelLoad, WorkerFields } from '../expressions/scope';

/** Milliseconds since 1970 of what a worker's idle time may be counted from; 0 for never. */
export interface IdleTimes {
  readonly reserved: number;
  readonly assigned: number;
  /** When the last task ended; Infinity while there is one. */
  readonly unoccupied: number;
}

export interface RoutedChannel extends ChannelLoad {
  /** Of this channel's tasks only, for channel_optimized_routing. */
  readonly idle?: IdleTimes;
}

/** A worker as routing sees them. What is absent is not known. */
export interface RoutedWorker extends WorkerFields {
  /** Whether their activity is an available one. */
  readonly available: boolean;
  readonly channels?: Readonly<Record<string, RoutedChannel>> | undefined;
  /** The SIDs of the tasks that they have an open reservation for. */
  readonly tasks?: readonly string[] | undefined;
  readonly idle?: IdleTimes | undefined;
}

/** More queues than a workspace has, since each change of TargetWorkers makes another expression. */
const maxQueues = 10_000;

/** The workers of a workspace, and who of them is in which queue: only what has changed is evaluated again. */
export class WorkerPool<W extends RoutedWorker = RoutedWorker> {
  readonly #workers = new Map<string, W>();
  readonly #places = new Map<string, number>();
  readonly #byName = new Map<string, string>();
  /** Members by TargetWorkers. */
  readonly #queues = new Map<string, Set<W>>();
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

  /** Adds a worker, or takes note that what TargetWorkers may read has changed. */
  put(worker: W): void {
    const known = this.#workers.get(worker.sid);
    if (known && known !== worker) for (const members of this.#queues.values()) members.delete(known);
    if (!known) this.#places.set(worker.sid, ++this.#lastPlace);
    this.#workers.set(worker.sid, worker);
    this.#byName.set(nameKey(worker.friendlyName), worker.sid);
    for (const [targetWorkers, members] of this.#queues) {
      if (this.#isIn(targetWorkers, worker)) members.add(worker);
      else members.delete(worker);
    }
  }

  remove(sid: string): void {
    const worker = this.#workers.get(sid);
    if (!worker) return;
    this.#workers.delete(sid);
    this.#places.delete(sid);
    for (const members of this.#queues.values()) members.delete(worker);
  }

  get(sid: string): W | undefined {
    return this.#workers.get(sid);
  }

  /** Friendly names are unique whatever their letter case. */
  named(friendlyName: string): W | undefined {
    const worker = this.#workers.get(this.#byName.get(nameKey(friendlyName)) ?? '');
    return worker && nameKey(worker.friendlyName) === nameKey(friendlyName) ? worker : undefined;
  }

  all(): Iterable<W> {
    return this.#workers.values();
  }

  /** Where a worker stands among all of them: the order in which they were added. */
  placeOf(worker: W): number {
    return this.#places.get(worker.sid) ?? 0;
  }

  /** The workers of a queue with this TargetWorkers. Nobody is in a queue without an expression. */
  members(targetWorkers: string): ReadonlySet<W> {
    let members = this.#queues.get(targetWorkers);
    if (!members) {
      members = new Set();
      for (const worker of this.#workers.values()) if (this.#isIn(targetWorkers, worker)) members.add(worker);
      if (this.#queues.size >= maxQueues) this.#queues.clear();
      this.#queues.set(targetWorkers, members);
    }
    return members;
  }

  #isIn(targetWorkers: string, worker: W): boolean {
    return targetWorkers.trim() !== '' && this.library.expression(targetWorkers, 'queue').test({ worker });
  }
}

const nameKey = (friendlyName: string): string => friendlyName.toLowerCase();
