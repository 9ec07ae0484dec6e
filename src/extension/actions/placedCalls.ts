import { simulatedAccount } from '../accounts/account';
import type { Memory } from '../accounts/memory';
import type { Clock } from '../data/clock';

interface PlacedCall {
  readonly accountId: string;
  readonly lock: string;
  /** Of the subject, before the request left. */
  readonly status: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const key = 'placedCalls';
const maxEntries = 50;
/** Milliseconds: longer than any phone rings. */
const retainedFor = 60 * 60 * 1000;

/**
 * Requests whose call may be in progress at Twilio, because no read has shown its result yet. A reload does not end a
 * call, and neither does another window, so this is in the memory that all windows share.
 */
export class PlacedCalls {
  constructor(
    private readonly memory: Memory,
    private readonly clock: Pick<Clock, 'now'>,
  ) {
    // The simulation that these were sent to has ended with its window.
    const left = this.all.filter(({ accountId }) => accountId !== simulatedAccount.id);
    if (left.length < this.all.length) void this.memory.update(key, left);
  }

  /** Resolves once the call is stored; only then may its request be sent. */
  async add(accountId: string, lock: string, status: string): Promise<void> {
    const call: PlacedCall = { accountId, lock, status, at: this.clock.now() };
    await this.memory.update(key, [call, ...this.without(lock)].slice(0, maxEntries));
  }

  /** It was refused, or has shown its result. */
  async remove(lock: string): Promise<void> {
    await this.memory.update(key, this.without(lock));
  }

  /** @param status of the subject as it was last read; undefined where it was not */
  mayBeInProgress(lock: string, status: string | undefined): boolean {
    const call = this.all.find((one) => one.lock === lock);
    return call !== undefined && (status === undefined || status === call.status);
  }

  private without(lock: string): readonly PlacedCall[] {
    return this.all.filter((one) => one.lock !== lock);
  }

  private get all(): readonly PlacedCall[] {
    const oldest = this.clock.now() - retainedFor;
    return (this.memory.get<readonly PlacedCall[]>(key) ?? []).filter(({ at }) => at > oldest);
  }
}
