import type { Exchange } from '../../taskrouter/client';
import type { Clock } from './clock';

export interface RequestBudgetOptions {
  readonly clock: Clock;
  /** Requests a minute that this window may make before what nobody asked for waits. */
  readonly ceiling: () => number;
}

const minute = 60_000;
/** Twilio does not say what its X-Rate-Limit-Remaining counts; the last few are left to people. */
const leftToPeople = 3;
const shortPause = 10_000;

/** How many requests go out, and how many more may: told by each exchange, asked before each background read. */
export class RequestBudget {
  /** When each request of the last minute ended, oldest first, by what has elapsed. */
  private readonly times: number[] = [];
  /** Until when each account rests, by what has elapsed. */
  private readonly pauses = new Map<string, number>();

  constructor(private readonly options: RequestBudgetOptions) {}

  heard(accountId: string, { status, remaining, retryAfter }: Exchange): void {
    const now = this.options.clock.elapsed();
    this.times.push(now);
    this.forget(now);
    const refused = status === 429;
    if (!refused && (remaining === undefined || remaining > leftToPeople)) return;
    const asked = retryAfter === undefined ? shortPause : Math.min(Math.max(retryAfter, 1), 300) * 1000;
    this.pauses.set(accountId, Math.max(this.pauses.get(accountId) ?? 0, now + asked));
  }

  /** Requests that ended in the last minute. */
  get used(): number {
    this.forget(this.options.clock.elapsed());
    return this.times.length;
  }

  get ceiling(): number {
    return Math.max(1, this.options.ceiling());
  }

  /** Until when Twilio has asked for a pause, in milliseconds since 1970; undefined when it has not. */
  limitedUntil(accountId: string): number | undefined {
    const { clock } = this.options;
    const left = (this.pauses.get(accountId) ?? 0) - clock.elapsed();
    return left > 0 ? clock.now() + left : undefined;
  }

  /** True when one more background request may go out beside those `underWay`, using this share of the ceiling. */
  allows(accountId: string, underWay: number, share: number): boolean {
    return (
      this.limitedUntil(accountId) === undefined && this.used + underWay < Math.max(1, this.ceiling * share)
    );
  }

  private forget(now: number): void {
    let old = 0;
    while (old < this.times.length && this.times[old]! <= now - minute) old++;
    if (old) this.times.splice(0, old);
  }
}
