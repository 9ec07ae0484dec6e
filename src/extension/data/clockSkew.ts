import type { Exchange } from '../../taskrouter/client';
import type { Clock } from './clock';

const second = 1000;

/** By how much each account's TaskRouter is ahead of this machine, from the Date header of its responses. */
export class ClockSkew {
  private readonly skews = new Map<string, number>();

  constructor(private readonly clock: Pick<Clock, 'now'>) {}

  observe(accountId: string, { date }: Exchange): void {
    if (date === undefined) return;
    // The header has whole seconds: on average the actual time is half a second later.
    const skew = date + second / 2 - this.clock.now();
    if (Math.abs(skew - this.of(accountId)) > 1.5 * second) this.skews.set(accountId, skew);
  }

  /** Milliseconds to add to this machine's time to get TaskRouter's. */
  readonly of = (accountId: string): number => this.skews.get(accountId) ?? 0;

  /** TaskRouter's time, to which its dates compare, in milliseconds since 1970. */
  readonly now = (accountId: string): number => this.clock.now() + this.of(accountId);

  retain(accountIds: readonly string[]): void {
    for (const id of this.skews.keys()) if (!accountIds.includes(id)) this.skews.delete(id);
  }
}
