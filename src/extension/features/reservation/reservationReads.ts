import type { Fetched } from '../../../taskrouter/client';
import { differingFields } from '../../../taskrouter/preparedUpdate';
import { ResponseShapeError } from '../../../taskrouter/errors';
import { message } from '../../../taskrouter/message';
import { fetchRequest } from '../../../taskrouter/requests';
import type { ReservationAddress } from '../../../taskrouter/reservation';
import { collectionOf, comparedFields, sidsOf, statusOf } from '../../../taskrouter/reservation';
import type { Row } from '../../../taskrouter/resources';
import type { Clock } from '../../data/clock';
import type { Store } from '../../data/store';
import type { Disposable } from '../../emitter';

export interface ReservationReadsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly accountId: string;
  readonly address: ReservationAddress;
  /** A read has ended. */
  readonly onRead: (error?: unknown) => void;
}

/**
 * The version of a reservation that a form shows, and when it is read again. Lists are newer but say less: they have no
 * ETag, may leave out fields, and may come from a replica that lags behind.
 */
export class ReservationReads implements Disposable {
  private shown: Fetched | undefined;
  private reading: Promise<void> | undefined;
  private timer: { cancel(): void } | undefined;
  private expiry: { cancel(): void } | undefined;
  /** How many times in a row a list contradicted the version that was read, and when it last did. */
  private contradictions = 0;
  private contradictedAt = -Infinity;
  private disposed = false;

  constructor(private readonly options: ReservationReadsOptions) {
    this.take();
  }

  get version(): Fetched | undefined {
    return this.shown;
  }

  /** To be called when the store has another row of the reservation. */
  take(): void {
    const { store, accountId, address } = this.options;
    const stored = store.version(accountId, address.sid);
    if (!stored || !this.isNewer(stored)) return;
    const isContradiction = this.shown !== undefined && stored.etag === undefined;
    this.shown = stored;
    if (isContradiction) this.readLater();
  }

  /** Reads the reservation by itself, with its ETag. Resolves when it has been read, or could not be. */
  read(): Promise<void> {
    this.reading ??= this.fetch().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  /** Resolves when no read is in progress. */
  settled(): Promise<void> {
    return this.reading ?? Promise.resolve();
  }

  /**
   * Reads again until TaskRouter has expired the reservation: after half a second, then after one, two, four …
   * @param over milliseconds since the deadline; negative before it; undefined for a reservation that does not expire
   */
  readAfterExpiry(over: number | undefined): void {
    this.expiry?.cancel();
    if (over === undefined || over > 60_000) return;
    const first = 500;
    const next = over < first ? first : first * 2 ** (Math.floor(Math.log2(over / first)) + 1);
    this.expiry = this.options.clock.setTimeout(() => void this.read(), next - over);
  }

  dispose(): void {
    this.disposed = true;
    this.expiry?.cancel();
    this.timer?.cancel();
  }

  private async fetch(): Promise<void> {
    const { store, accountId, address, onRead } = this.options;
    const [collection, sids] = [collectionOf(address), sidsOf(address)] as const;
    try {
      const { sid } = await store.fetch(accountId, collection, sids);
      if (sid !== address.sid) {
        const problem = message('it describes another resource');
        throw new ResponseShapeError(fetchRequest(collection, sids), 'shape', 200, problem);
      }
      if (this.disposed) return;
      this.take();
      onRead();
    } catch (error) {
      if (!this.disposed) onRead(error);
    }
  }

  /** At once, then with increasing delays while lists contradict what was read. */
  private readLater(): void {
    const { clock } = this.options;
    const now = clock.elapsed();
    this.contradictions = now - this.contradictedAt > 60_000 ? 0 : this.contradictions + 1;
    this.contradictedAt = now;
    this.timer?.cancel();
    if (this.contradictions === 0) return void this.read();
    const pause = Math.min(30_000, 1000 * 2 ** (this.contradictions - 1));
    this.timer = clock.setTimeout(() => void this.read(), pause);
  }

  private isNewer({ row, etag }: Fetched): boolean {
    if (!this.shown || etag !== undefined) return true;
    const isOlder = updatedAt(row) < updatedAt(this.shown.row);
    return !isOlder && differingFields(comparedFields, row, this.shown.row).length > 0;
  }
}

/** Milliseconds since 1970; NaN when the row does not say. */
const updatedAt = ({ date_updated: date }: Row) => (typeof date === 'string' ? Date.parse(date) : NaN);

/** Whether the shown status has changed. */
export const hasOtherStatus = (one: Fetched | undefined, other: Fetched | undefined): boolean =>
  statusOf(one?.row) !== statusOf(other?.row);
