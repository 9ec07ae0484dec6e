import { simulatedAccount } from '../accounts/account';
import type { Memory } from '../accounts/memory';
import { storedList } from '../accounts/memory';
import type { Clock } from '../data/clock';

export interface PlacedCall {
  readonly accountId: string;
  readonly lock: string;
  /** Of the subject, before the request left. */
  readonly status: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const key = 'placedCalls';
const fields = { accountId: 'string', lock: 'string', status: 'string', at: 'number' } as const;
const maxEntries = 50;
/** Milliseconds: longer than any phone rings. */
const retainedFor = 60 * 60 * 1000;

/**
 * Requests whose call may be in progress at Twilio, because no read has shown its result yet. A reload does not end a
 * call, and neither does another window, so this is in the memory that all windows share.
 */
export class PlacedCalls {
  /** Those of the simulated account: its simulation ends with this window. */
  private simulated: readonly PlacedCall[] = [];

  constructor(
    private readonly memory: Memory,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** Resolves once the call is stored; only then may its request be sent. */
  async add(accountId: string, lock: string, status: string): Promise<PlacedCall> {
    const call: PlacedCall = { accountId, lock, status, at: this.clock.now() };
    await this.store([call, ...this.all]);
    return call;
  }

  /** Its request was refused, so no call was placed; an earlier one may still be in progress. */
  async remove({ lock, at }: PlacedCall): Promise<void> {
    const index = this.all.findIndex((one) => one.lock === lock && one.at === at);
    await this.store(this.all.filter((_one, i) => i !== index));
  }

  /** A read has shown the result. */
  async removeAll(lock: string): Promise<void> {
    await this.store(this.all.filter((one) => one.lock !== lock));
  }

  /** @param status of the subject as it was last read; undefined where it was not */
  mayBeInProgress(lock: string, status: string | undefined): boolean {
    return this.all.some((one) => one.lock === lock && (status === undefined || status === one.status));
  }

  private async store(calls: readonly PlacedCall[]): Promise<void> {
    this.simulated = calls.filter(isSimulated).slice(0, maxEntries);
    await this.memory.update(key, calls.filter((call) => !isSimulated(call)).slice(0, maxEntries));
  }

  private get all(): readonly PlacedCall[] {
    const now = this.clock.now();
    // A clock that was ahead can have written a later time.
    return [...this.simulated, ...storedList<PlacedCall>(this.memory, key, fields)].filter(
      ({ at }) => Math.abs(now - at) < retainedFor,
    );
  }
}

const isSimulated = ({ accountId }: PlacedCall) => accountId === simulatedAccount.id;
