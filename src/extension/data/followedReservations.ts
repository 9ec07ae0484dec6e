import { addressOf, collectionOf, statusOf } from '../../taskrouter/reservation';
import type { Clock } from './clock';
import type { Job } from './jobs';
import { isFinal } from './jobs';
import type { Store } from './store';

interface Followed {
  readonly accountId: string;
  /** From the workspace down. */
  readonly sids: readonly string[];
  readonly status: string | undefined;
  /** In elapsed milliseconds. */
  readonly until: number;
}

const second = 1000;
/** Milliseconds. Twilio rings for a minute by default, and most reservations time out after two. */
const followedFor = 150 * second;
export const followedEvery = 3 * second;

/** Reservations whose update takes effect later, such as a ringing call. They are read until their status changes. */
export class FollowedReservations {
  private readonly followed = new Map<string, Followed>();

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  /** `sids` from the workspace down. */
  add(accountId: string, sids: readonly string[]): void {
    const sid = sids.at(-1)!;
    this.followed.set(`${accountId}/${sid}`, {
      accountId,
      sids,
      status: statusOf(this.store.row(accountId, sid)),
      until: this.clock.elapsed() + followedFor,
    });
  }

  has(accountId: string): boolean {
    return [...this.followed.values()].some((one) => one.accountId === accountId);
  }

  jobs(accountId: string): Job[] {
    return [...this.followed].flatMap(([key, one]) =>
      one.accountId === accountId ? [this.job(key, one)] : [],
    );
  }

  /** Stops following reservations that have settled or were followed long enough. */
  settle(): void {
    for (const [key, { accountId, sids, status, until }] of this.followed) {
      const now = statusOf(this.store.row(accountId, sids.at(-1)!));
      if (now !== status || until <= this.clock.elapsed()) this.followed.delete(key);
    }
  }

  retain(accountIds: readonly string[]): void {
    for (const [key, { accountId }] of this.followed)
      if (!accountIds.includes(accountId)) this.followed.delete(key);
  }

  private job(key: string, { accountId, sids }: Followed): Job {
    const address = addressOf(sids);
    return {
      accountId,
      key: `follow ${key}`,
      userInitiated: true,
      run: async () => {
        try {
          if (address) await this.store.fetch(accountId, collectionOf(address), sids);
          else this.followed.delete(key);
          return undefined;
        } catch (error) {
          if (isFinal(error)) this.followed.delete(key);
          return error;
        }
      },
    };
  }
}
