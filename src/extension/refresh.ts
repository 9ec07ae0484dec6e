import type { ListRef, Store } from './store';

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
}

const atOnce = 4;
const longestPause = 5 * 60_000;

/** Reads what is on screen again and again while it is watched, and slower while that fails. */
export class Refresher {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private failures = 0;
  private disposed = false;

  constructor(private readonly options: RefreshOptions) {}

  /** Reads everything on screen now. Asked again while it runs, it is the same round. */
  now(): Promise<void> {
    clearTimeout(this.timer);
    this.running ??= this.round().finally(() => {
      this.running = undefined;
      this.later();
    });
    return this.running;
  }

  /** To be called when watching, or the interval, may have changed. */
  later(): void {
    clearTimeout(this.timer);
    const interval = this.options.interval();
    if (this.disposed || interval === 0 || !this.options.watched()) return;
    this.timer = setTimeout(() => void this.now(), Math.min(interval * 2 ** this.failures, longestPause));
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
  }

  private async round(): Promise<void> {
    const lists = [...this.options.lists()];
    let failed = false;
    const worker = async () => {
      for (let list = lists.shift(); list; list = lists.shift()) {
        await this.options.store.refresh(list);
        failed ||= this.options.store.list(list)?.error !== undefined;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    this.failures = failed ? Math.min(this.failures + 1, 10) : 0;
    if (!this.disposed) this.options.afterwards();
  }
}
