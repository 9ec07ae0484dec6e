import type { Clock } from './clock';

const minute = 60_000;
/** Refreshes in a minute that start at once, and whose requests neither wait for the request limit nor count. */
const freeRefreshes = 3;
/** Milliseconds between the others, whose requests count, and wait before all others. */
const refreshEvery = 5000;

/** When the next Refresh of the user may start, and whether its requests count: many clicks must not read without end. */
export class RefreshLimit {
  /** When those of the last minute started, in elapsed milliseconds. */
  private starts: readonly number[] = [];

  constructor(private readonly clock: Pick<Clock, 'elapsed'>) {}

  /** Whether the requests of the next one neither wait nor count. */
  get isNextFree(): boolean {
    return this.recent.length < freeRefreshes;
  }

  /** Milliseconds until the next one may start. */
  get wait(): number {
    const { recent } = this;
    if (recent.length < freeRefreshes) return 0;
    return Math.max(0, recent.at(-1)! + refreshEvery - this.clock.elapsed());
  }

  /** @returns whether its requests neither wait nor count */
  start(): boolean {
    const { isNextFree } = this;
    this.starts = [...this.recent, this.clock.elapsed()];
    return isNextFree;
  }

  private get recent(): readonly number[] {
    const since = this.clock.elapsed() - minute;
    return this.starts.filter((at) => at > since);
  }
}
