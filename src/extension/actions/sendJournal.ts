import type { PreparedUpdate, Risk } from '../../taskrouter/preparedUpdate';
import type { Account } from '../accounts/account';
import { simulatedAccount } from '../accounts/account';
import type { Memory } from '../accounts/memory';
import { storedList } from '../accounts/memory';
import type { Clock } from '../data/clock';
import { minReadingTime } from '../display/modal';
import type { Outcome } from './outcome';

/** An update that was sent, or that the user has started. Holds no values that were sent. */
export interface SentUpdate {
  readonly accountId: string;
  readonly accountName: string;
  /** The subject's. */
  readonly sid: string;
  /** The subject's names; absent in entries of earlier versions. */
  readonly about?: string;
  readonly title: string;
  readonly risk: Risk;
  /** Or when it was started; milliseconds since 1970. */
  readonly sentAt: number;
  /** Absent while it is being sent. */
  readonly outcome?: Outcome['kind'];
  /** The user has had the time to read that its outcome is not known. */
  readonly isReported?: boolean;
  /** The user has started it, and its request has not left. */
  readonly isUnsent?: boolean;
}

type Update = Pick<PreparedUpdate, 'title' | 'about' | 'subject' | 'risk'>;

const key = 'sentUpdates';
const maxEntries = 50;
const fields = {
  accountId: 'string',
  accountName: 'string',
  sid: 'string',
  title: 'string',
  risk: 'string',
  sentAt: 'number',
} as const;

/**
 * Remembers what is being sent over a reload of the window and a crash of the extension host: an entry is stored when the
 * user starts an update and again before its request leaves, and removed once its outcome is known and the user has had the time to read it.
 */
export class SendJournal {
  /** What this session is sending or has just sent. Other entries are from an earlier one, or have no known outcome. */
  private readonly sending = new Set<string>();
  private readonly timers = new Set<{ cancel(): void }>();
  private disposed = false;

  constructor(
    private readonly memory: Memory,
    private readonly clock: Pick<Clock, 'now' | 'setTimeout'>,
  ) {
    // The simulation that these were sent to has ended with its window.
    const left = this.all.filter(({ accountId }) => accountId !== simulatedAccount.id);
    if (left.length < this.all.length) void this.store(left);
  }

  /** To be called when the user has started an update, before anything is read or asked. */
  async intend(account: Pick<Account, 'id' | 'name'>, update: Update): Promise<void> {
    const entry = { ...this.entryOf(account, update), isUnsent: true };
    this.sending.add(keyOf(entry));
    // The outcome of an earlier update counts until the request leaves.
    await this.store([entry, ...this.without(entry)]);
  }

  /** To be called when an update has ended, also where its request has left: then `end` has recorded the outcome. */
  async withdraw(
    { id }: Pick<Account, 'id'>,
    { subject }: Pick<Update, 'subject'>,
    kind: Outcome['kind'] | undefined,
  ): Promise<void> {
    const withdrawn = keyOf({ accountId: id, sid: subject.sids.at(-1)! });
    const entry = this.all.find((one) => keyOf(one) === withdrawn && one.isUnsent);
    if (!entry) return;
    this.sending.delete(withdrawn);
    if (kind === undefined) return this.store(this.without(entry));
    const known = { ...entry, outcome: 'not done' as const };
    this.sending.add(withdrawn);
    if (!this.disposed) this.forgetLater(known);
    await this.store([known, ...this.without(entry)]);
  }

  /** Resolves once the entry is stored; only then may its request be sent. */
  async begin(account: Pick<Account, 'id' | 'name'>, update: Update): Promise<void> {
    const entry = this.entryOf(account, update);
    this.sending.add(keyOf(entry));
    await this.store([entry, ...this.all.filter((one) => keyOf(one) !== keyOf(entry))]);
  }

  private entryOf(
    { id: accountId, name: accountName }: Pick<Account, 'id' | 'name'>,
    { title, about, subject, risk }: Update,
  ): SentUpdate {
    return {
      ...{ accountId, accountName, about, title, risk },
      sid: subject.sids.at(-1)!,
      sentAt: this.clock.now(),
    };
  }

  /** To be called with what the response says: reading the result, or showing it, can take longer than the window lives. */
  async respond(
    account: Pick<Account, 'id'>,
    { subject }: Pick<Update, 'subject'>,
    kind: Outcome['kind'],
  ): Promise<void> {
    const answered = keyOf({ accountId: account.id, sid: subject.sids.at(-1)! });
    const entry = this.all.find((one) => keyOf(one) === answered && !one.isUnsent);
    if (entry) await this.store([{ ...entry, outcome: kind }, ...this.without(entry)]);
  }

  async end(
    account: Pick<Account, 'id'>,
    { subject }: Pick<Update, 'subject'>,
    kind: Outcome['kind'],
  ): Promise<void> {
    const ended = keyOf({ accountId: account.id, sid: subject.sids.at(-1)! });
    const entry = this.all.find((one) => keyOf(one) === ended && !one.isUnsent);
    if (!entry) return void this.sending.delete(ended);
    const known = { ...entry, outcome: kind };
    // An unknown outcome stays unknown after a reload, too.
    if (kind === 'unknown') this.sending.delete(ended);
    // What comes after the window was closed is for its next session.
    if (!this.disposed) this.forgetLater(known);
    await this.store([known, ...this.without(entry)]);
  }

  private forgetLater(known: SentUpdate): void {
    this.onceRead(() => this.wasRead(known));
  }

  /** To be called when these are shown. A session that ends before the user could read them leaves them to the next. */
  reportOnceRead(entries: readonly SentUpdate[]): void {
    this.onceRead(() => this.markReported(entries));
  }

  private onceRead(then: () => Promise<void>): void {
    const timer = this.clock.setTimeout(() => {
      this.timers.delete(timer);
      void then().catch(() => undefined);
    }, minReadingTime);
    this.timers.add(timer);
  }

  private async wasRead(known: SentUpdate): Promise<void> {
    // Another update of the same resource may have been sent meanwhile.
    const isLast = this.all.some((one) => isSame(one, known) && one.sentAt === known.sentAt);
    if (!isLast) return;
    if (known.outcome === 'unknown') return this.markReported([known]);
    this.sending.delete(keyOf(known));
    await this.store(this.without(known));
  }

  dispose(): void {
    this.disposed = true;
    for (const timer of this.timers) timer.cancel();
  }

  /** The last update of this resource, if its outcome is unknown, or an earlier session ended before it could be read. */
  lastOf(accountId: string, sid: string): SentUpdate | undefined {
    const wanted = keyOf({ accountId, sid });
    if (this.sending.has(wanted)) return undefined;
    return this.all.find((one) => keyOf(one) === wanted);
  }

  /** Entries of an earlier session that the user has not been notified of. */
  get interrupted(): readonly SentUpdate[] {
    return this.all.filter((entry) => !entry.isReported && !this.sending.has(keyOf(entry)));
  }

  private async markReported(entries: readonly SentUpdate[]): Promise<void> {
    await this.store(
      this.all.map((entry) =>
        entries.some((one) => isSame(one, entry)) ? { ...entry, isReported: true } : entry,
      ),
    );
  }

  private get all(): readonly SentUpdate[] {
    return storedList(this.memory, key, fields);
  }

  private without(entry: SentUpdate): readonly SentUpdate[] {
    return this.all.filter((one) => !isSame(one, entry));
  }

  private async store(entries: readonly SentUpdate[]): Promise<void> {
    await this.memory.update(key, entries.slice(0, maxEntries));
  }
}

const keyOf = ({ accountId, sid }: Pick<SentUpdate, 'accountId' | 'sid'>) => `${accountId}/${sid}`;

/** An update that was not sent does not replace the one that was sent before. */
const isSame = (one: SentUpdate, other: SentUpdate): boolean =>
  keyOf(one) === keyOf(other) && Boolean(one.isUnsent) === Boolean(other.isUnsent);
