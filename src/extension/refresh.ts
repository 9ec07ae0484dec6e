import { ApiError } from '../taskrouter/errors';
import type { ListRef, Store } from './store';
import { listKey } from './store';
import { wordsFor } from './words';

export interface RefreshOptions {
  readonly store: Store;
  /** The lists that are on screen now. */
  readonly lists: () => readonly ListRef[];
  /** Somebody can see them. */
  readonly watched: () => boolean;
  /** Milliseconds between the end of one round and the start of the next; 0 for none. */
  readonly interval: () => number;
  /** Called after each round, also for what changes with the time alone. */
  readonly afterwards: () => void;
  /** The machine's own when absent. */
  readonly clock?: Clock;
}

/** Milliseconds since 1970, and something that runs so many milliseconds later. */
interface Clock {
  now(): number;
  setTimeout(run: () => void, milliseconds: number): { cancel(): void };
}

const machineClock: Clock = {
  now: () => Date.now(),
  setTimeout(run, milliseconds) {
    const timer = setTimeout(run, milliseconds);
    return { cancel: () => clearTimeout(timer) };
  },
};

const atOnce = 4;
const longestPause = 5 * 60_000;
/** After so many failed rounds in a row one list is tried before the others are. */
const probedAfter = 5;

/** Asking again by itself does not help: the credentials are refused, or it is gone. */
const isFinal = (error: unknown) =>
  error !== undefined && (wordsFor(error).signIn || (error instanceof ApiError && error.status === 404));

/** Reads what is on screen again and again while it is watched; an account that fails, less and less often. */
export class Refresher {
  private readonly clock: Clock;
  private timer: { cancel(): void } | undefined;
  private running: Promise<void> | undefined;
  /** The round that a person asked for while another was running. */
  private next: Promise<void> | undefined;
  /** Accounts whose last rounds have failed: how many, and until when they are left alone. */
  private readonly failing = new Map<string, { readonly rounds: number; readonly until: number }>();
  private disposed = false;

  constructor(private readonly options: RefreshOptions) {
    this.clock = options.clock ?? machineClock;
  }

  /**
   * Reads everything on screen now, as a person asked. While a round runs it reads once more after it: that round
   * may have read, and failed, before whatever made the person ask.
   */
  now(): Promise<void> {
    if (!this.running) return this.start(() => true);
    this.next ??= this.running.then(() => {
      this.next = undefined;
      return this.disposed ? undefined : this.now();
    });
    return this.next;
  }

  /** To be called when watching, or the interval, may have changed. */
  later(): void {
    this.timer?.cancel();
    const interval = this.options.interval();
    if (this.disposed || interval === 0 || !this.options.watched()) return;
    this.timer = this.clock.setTimeout(() => void this.start((list) => this.isDue(list)), interval);
  }

  dispose(): void {
    this.disposed = true;
    this.timer?.cancel();
  }

  private start(isWanted: (list: ListRef) => boolean): Promise<void> {
    this.timer?.cancel();
    this.running ??= this.round(isWanted).finally(() => {
      this.running = undefined;
      this.later();
    });
    return this.running;
  }

  private isDue(list: ListRef): boolean {
    const failing = this.failing.get(list.accountId);
    return !isFinal(this.options.store.list(list)?.error) && !(failing && failing.until > this.clock.now());
  }

  private async round(isWanted: (list: ListRef) => boolean): Promise<void> {
    const { store, afterwards } = this.options;
    const wanted = this.options.lists().filter(isWanted);
    const good = new Set<string>();
    const failed = new Set<string>();
    const read = async (list: ListRef) => {
      await store.refresh(list);
      const error = store.list(list)?.error;
      if (!isFinal(error)) (error === undefined ? good : failed).add(list.accountId);
    };
    const probes = new Map<string, ListRef>();
    for (const list of wanted) {
      const { rounds } = this.failing.get(list.accountId) ?? { rounds: 0 };
      if (rounds >= probedAfter && !probes.has(list.accountId)) probes.set(list.accountId, list);
    }
    await Promise.all([...probes.values()].map(read));
    const rest = wanted.filter((list) => probes.get(list.accountId) !== list);
    const worker = async () => {
      for (let list = rest.shift(); list && !this.disposed; list = rest.shift()) {
        if (probes.has(list.accountId) && failed.has(list.accountId)) continue;
        if (this.isOnScreen(list)) await read(list);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    for (const accountId of good) this.failing.delete(accountId);
    for (const accountId of failed) if (!good.has(accountId)) this.failedOnce(accountId);
    if (!this.disposed) afterwards();
  }

  /** A row may be gone by now, with the lists under it. */
  private isOnScreen(list: ListRef): boolean {
    const key = listKey(list);
    return this.options.lists().some((one) => listKey(one) === key);
  }

  private failedOnce(accountId: string): void {
    const rounds = (this.failing.get(accountId)?.rounds ?? 0) + 1;
    const pause = Math.min(this.options.interval() * 2 ** rounds, longestPause);
    this.failing.set(accountId, { rounds, until: this.clock.now() + pause });
  }
}
