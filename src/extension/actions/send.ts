import { l10n } from 'vscode';
import type { CalledWorker } from '../../taskrouter/calledWorker';
import { contactUriOf } from '../../taskrouter/calledWorker';
import { message } from '../../taskrouter/message';
import type { PreparedUpdate } from '../../taskrouter/preparedUpdate';
import { changedFields, forVersion } from '../../taskrouter/preparedUpdate';
import { workers } from '../../taskrouter/resources';
import type { Account } from '../accounts/account';
import type { Connection } from '../accounts/connections';
import type { Store } from '../data/store';
import type { PlacedCall, PlacedCalls } from './placedCalls';
import type { SendJournal } from './sendJournal';
import type { Outcome } from './outcome';
import { contactChanged, endedBefore, notDone, outdated, refused } from './outcome';
import type { SendOnce } from './sendOnce';

export interface SendOptions {
  readonly store: Pick<Store, 'row'>;
  readonly once: SendOnce;
  readonly confirmation: Confirmation;
  readonly journal: Pick<SendJournal, 'begin' | 'respond' | 'end'>;
  readonly calls: PlacedCalls;
  /** Called before anything is read or sent; `outcome` settles when the action has ended. */
  readonly onBegin?: (accountId: string, update: PreparedUpdate, outcome: Promise<unknown>) => void;
  readonly onOutcome?: (account: Account, update: PreparedUpdate, outcome: Outcome) => void;
  /** Called when a call may be in progress at Twilio, and the subject does not show its result yet. */
  readonly onUnsettled?: (accountId: string, update: PreparedUpdate) => void;
}

export interface Confirmation {
  readonly isDue: (connection: Connection, update: PreparedUpdate) => boolean;
  /** Shows the update and resolves to false when the user declines. */
  readonly ask: (connection: Connection, update: PreparedUpdate) => Promise<boolean>;
}

/**
 * What happens while an update is being sent: its subject and the worker whom it calls are read, the user is asked,
 * both are read again, the request is sent, and the subject is read until it shows the result.
 */
export type SendPhase = 'checking' | 'confirming' | 'sending' | 'reading';
export type OnPhase = (phase: SendPhase) => void;

export type Send = (
  connection: Connection,
  update: PreparedUpdate,
  onPhase?: OnPhase,
) => Promise<Outcome | undefined>;

const secondCall = message(
  'An earlier request may have placed a call. Sending again can place a second call.',
);

/**
 * The only way in which this extension changes anything: confirm, read the subject again, send once, read it back.
 * Resolves to undefined when the user declined.
 */
export function createSend(options: SendOptions): Send {
  const sender = new Sender(options);
  return (connection, update, onPhase = () => undefined) => sender.send(connection, update, onPhase);
}

class Sender {
  constructor(private readonly options: SendOptions) {}

  send(connection: Connection, update: PreparedUpdate, onPhase: OnPhase): Promise<Outcome | undefined> {
    const { account } = connection;
    return this.options.once.exclusively(connection, update, async (lock) => {
      const ending = this.confirmAndSend(connection, update, lock, onPhase);
      this.options.onBegin?.(account.id, update, ending);
      const outcome = await ending;
      if (outcome) this.options.onOutcome?.(account, update, outcome);
      return outcome;
    });
  }

  private async confirmAndSend(
    connection: Connection,
    update: PreparedUpdate,
    lock: string,
    onPhase: OnPhase,
  ): Promise<Outcome | undefined> {
    let current = update;
    let isConfirmed = !this.options.confirmation.isDue(connection, update);
    let wasAsked = false;
    for (;;) {
      onPhase('checking');
      // What is confirmed is what is sent, If-Match included.
      const checked = await this.check(
        connection,
        current,
        isConfirmed || current.request.ifMatch === undefined,
      );
      if ('kind' in checked) return checked;
      const warned = this.withCallWarning(connection, checked, lock);
      isConfirmed &&= warned === checked && !(wasAsked ? hasOtherContact : losesContact)(current, checked);
      current = warned;
      if (isConfirmed) break;
      onPhase('confirming');
      if (!(await this.options.confirmation.ask(connection, current))) return undefined;
      isConfirmed = true;
      wasAsked = true;
    }
    onPhase('sending');
    return this.sendAndRecord(connection, current, lock, () => onPhase('reading'));
  }

  /** The same update while no earlier call may be in progress, or once its warning says so. Other windows place calls too. */
  private withCallWarning({ account }: Connection, update: PreparedUpdate, lock: string): PreparedUpdate {
    const { calls, store } = this.options;
    const { risk, subject, warnings } = update;
    if (risk !== 'call' || warnings.includes(secondCall)) return update;
    const status = store.row(account.id, subject.sids.at(-1)!)?.[subject.statusField];
    return calls.mayBeInProgress(lock, typeof status === 'string' ? status : undefined)
      ? { ...update, warnings: [...warnings, secondCall] }
      : update;
  }

  /** Whether a read has shown the result of this update, or another status. */
  private isOver({ id }: Account, { subject, settled }: PreparedUpdate): boolean {
    const { sids, statusField, shown } = subject;
    const now = this.options.store.row(id, sids.at(-1)!);
    return now !== undefined && (settled(now) || now[statusField] !== shown[statusField]);
  }

  /**
   * Reads the worker whom the update calls, and the subject if asked to: the update for these versions, or why it must
   * not be sent.
   */
  private async check(
    connection: Connection,
    update: PreparedUpdate,
    readsSubject: boolean,
  ): Promise<PreparedUpdate | Outcome> {
    const { title, subject, request, calls } = update;
    try {
      const [read, called] = await Promise.all([
        readsSubject ? this.options.once.read(connection, subject) : undefined,
        typeof calls === 'object' ? this.readCalled(connection, calls) : undefined,
      ]);
      connection.signal.throwIfAborted();
      const isNewer = request.ifMatch !== undefined && read && read.etag !== request.ifMatch;
      if (read && (isNewer || changedFields(subject, read.row).length > 0)) return outdated(update, read.row);
      if (typeof calls === 'object' && called && isOtherContact(calls, called))
        return contactChanged(update, calls, called);
      return forVersion(called ? { ...update, calls: called } : update, read?.etag);
    } catch (error) {
      return connection.signal.aborted ? endedBefore(title, connection) : refused(update, error);
    }
  }

  /** A worker who cannot be read does not prevent a call: the confirmation says that the number is unknown. */
  private async readCalled(connection: Connection, calls: CalledWorker): Promise<CalledWorker> {
    const read = await this.options.once.read(connection, calls).catch(() => undefined);
    return { ...calls, contactUri: read && contactUriOf(workers.read(read.row).attributes) };
  }

  private async sendAndRecord(
    connection: Connection,
    update: PreparedUpdate,
    lock: string,
    onResponse: () => void,
  ): Promise<Outcome> {
    const { account } = connection;
    const { title, risk, subject } = update;
    const { journal, calls } = this.options;
    const status = String(subject.shown[subject.statusField]);
    let call: PlacedCall | undefined;
    try {
      await journal.begin(account, update);
      if (risk === 'call') call = await calls.add(account.id, lock, status);
    } catch (error) {
      await journal.end(account, update, 'not done').catch(() => undefined);
      const why = l10n.t('Nothing was sent: VS Code could not store that it is about to be sent.');
      return notDone(title, why, error instanceof Error ? error.message : String(error));
    }
    let kind: Outcome['kind'] = 'unknown';
    try {
      const { once } = this.options;
      const response = await once.post(connection, update);
      onResponse();
      if ('row' in response) {
        kind = 'done';
        await journal.respond(account, update, kind).catch(() => undefined);
      }
      const outcome = await once.outcomeOf(connection, update, response);
      ({ kind } = outcome);
      if (call) await this.settleCall(account, update, call, kind).catch(() => undefined);
      return outcome;
    } finally {
      // The outcome counts, also when it cannot be stored.
      await journal.end(account, update, kind).catch(() => undefined);
    }
  }

  /** A refused request placed no call, whereas an earlier one may have. */
  private async settleCall(
    account: Account,
    update: PreparedUpdate,
    call: PlacedCall,
    kind: Outcome['kind'],
  ): Promise<void> {
    const { calls, onUnsettled } = this.options;
    if (this.isOver(account, update)) await calls.removeAll(call.lock);
    else if (kind === 'not done') await calls.remove(call);
    else onUnsettled?.(account.id, update);
  }
}

const isOtherContact = ({ contactUri: before }: CalledWorker, { contactUri: now }: CalledWorker): boolean =>
  before !== undefined && now !== undefined && before !== now;

const contactOf = ({ calls }: PreparedUpdate) => (typeof calls === 'object' ? calls.contactUri : calls);

/** Whether the number that the user confirmed, or confirmed as unknown, is another now. */
const hasOtherContact = (confirmed: PreparedUpdate, now: PreparedUpdate): boolean =>
  contactOf(confirmed) !== contactOf(now);

/** Whether a number that was shown can no longer be read. */
const losesContact = (shown: PreparedUpdate, now: PreparedUpdate): boolean =>
  contactOf(shown) !== undefined && contactOf(now) === undefined;
