import { l10n } from 'vscode';
import type { PreparedUpdate, Risk } from '../../taskrouter/preparedUpdate';
import type { Account } from '../accounts/account';
import { simulatedAccount } from '../accounts/account';
import type { Memory } from '../accounts/memory';
import { storedList } from '../accounts/memory';
import type { Clock } from '../data/clock';
import { minReadingTime } from '../display/modal';
import { timeOfDay } from '../display/times';
import type { Outcome } from './outcome';
import { done, notDone, unknownOutcome } from './outcome';

/** An update that was sent, or was about to be. Holds no values that were sent. */
export interface SentUpdate {
  readonly accountId: string;
  readonly accountName: string;
  /** The subject's. */
  readonly sid: string;
  /** The subject's names; absent in entries of earlier versions. */
  readonly about?: string;
  readonly title: string;
  readonly risk: Risk;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  /** Absent while it is being sent. */
  readonly outcome?: Outcome['kind'];
  /** The user has had the time to read that its outcome is not known. */
  readonly isReported?: boolean;
}

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
 * Remembers what is being sent over a reload of the window and a crash of the extension host: an entry is stored before
 * its request leaves, and removed once its outcome is known and the user has had the time to read it.
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

  /** Resolves once the entry is stored; only then may its request be sent. */
  async begin(account: Account, { title, about, subject, risk }: PreparedUpdate): Promise<void> {
    const sid = subject.sids.at(-1)!;
    const accountName = account.name;
    const entry = { accountId: account.id, accountName, sid, about, title, risk, sentAt: this.clock.now() };
    this.sending.add(keyOf(entry));
    await this.store([entry, ...this.without(entry)]);
  }

  async end(account: Account, { subject }: PreparedUpdate, kind: Outcome['kind']): Promise<void> {
    const ended = keyOf({ accountId: account.id, sid: subject.sids.at(-1)! });
    const entry = this.all.find((one) => keyOf(one) === ended);
    if (!entry) return void this.sending.delete(ended);
    const known = { ...entry, outcome: kind };
    // An unknown outcome stays unknown after a reload, too.
    if (kind === 'unknown') this.sending.delete(ended);
    // What comes after the window was closed is for its next session.
    if (!this.disposed) this.forgetLater(known);
    await this.store([known, ...this.without(entry)]);
  }

  private forgetLater(known: SentUpdate): void {
    const timer = this.clock.setTimeout(() => {
      this.timers.delete(timer);
      void this.wasRead(known).catch(() => undefined);
    }, minReadingTime);
    this.timers.add(timer);
  }

  private async wasRead(known: SentUpdate): Promise<void> {
    // Another update of the same resource may have been sent meanwhile.
    const isLast = this.all.some((one) => keyOf(one) === keyOf(known) && one.sentAt === known.sentAt);
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

  async markReported(entries: readonly SentUpdate[]): Promise<void> {
    const reported = new Set(entries.map(keyOf));
    await this.store(
      this.all.map((entry) => (reported.has(keyOf(entry)) ? { ...entry, isReported: true } : entry)),
    );
  }

  private get all(): readonly SentUpdate[] {
    return storedList(this.memory, key, fields);
  }

  private without(entry: Pick<SentUpdate, 'accountId' | 'sid'>): readonly SentUpdate[] {
    return this.all.filter((one) => keyOf(one) !== keyOf(entry));
  }

  private async store(entries: readonly SentUpdate[]): Promise<void> {
    await this.memory.update(key, entries.slice(0, maxEntries));
  }
}

const keyOf = ({ accountId, sid }: Pick<SentUpdate, 'accountId' | 'sid'>) => `${accountId}/${sid}`;

/**
 * What is known of an update that an earlier session sent.
 * @param now milliseconds since 1970
 */
export function outcomeAfterRestart({ title, risk, sentAt, outcome }: SentUpdate, now: number): Outcome {
  const time = timeOfDay(sentAt, now);
  const before = l10n.t('It was sent at {time}, and the window closed right after its outcome was known.', {
    time,
  });
  if (outcome === 'done') return done(title, before);
  if (outcome === 'not done') return notDone(title, before);
  const what = l10n.t('It was sent at {time}, and the window closed before its outcome was known.', { time });
  return unknownOutcome({ title, risk }, what, { next: l10n.t('Check the status before you send again.') });
}
