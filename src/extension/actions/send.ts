import { l10n } from 'vscode';
import type { CalledWorker } from '../../taskrouter/calledWorker';
import { contactUriOf } from '../../taskrouter/calledWorker';
import type { Row } from '../../taskrouter/client';
import {
  ApiError,
  ConnectionError,
  isTaskRouterError,
  outcomeOfFailure,
  ResponseShapeError,
} from '../../taskrouter/errors';
import { regionOf } from '../../taskrouter/origin';
import { message } from '../../taskrouter/message';
import type { PreparedUpdate, ResourceRef, UpdateSubject } from '../../taskrouter/preparedUpdate';
import { changedFields, forVersion } from '../../taskrouter/preparedUpdate';
import type { TaskRouterRequest } from '../../taskrouter/requests';
import { fetchRequest } from '../../taskrouter/requests';
import { workers } from '../../taskrouter/resources';
import type { Account } from '../accounts/account';
import { serverOf } from '../accounts/account';
import type { Connection } from '../accounts/connections';
import type { Store } from '../data/store';
import { describeError } from '../display/errorMessage';
import { localize, localizeText } from '../display/localize';
import { plain } from '../display/safeText';
import { serverName } from '../display/serverName';
import type { PlacedCall, PlacedCalls } from './placedCalls';
import type { SendJournal } from './sendJournal';
import type { Outcome, Receipt } from './outcome';
import {
  changedOutcome,
  contactChanged,
  done,
  endedBefore,
  notDone,
  outdated,
  receiptOf,
  refused,
  unknownOutcome,
  whyUnread,
} from './outcome';

export interface SendOptions {
  readonly store: Store;
  readonly confirmation: Confirmation;
  /** Waits this many milliseconds, or until the signal aborts. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly journal: Pick<SendJournal, 'begin' | 'end'>;
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

/** Refusals that the state of the subject can explain. */
const readsAfterRefusal = new Set([400, 409, 410, 412, 422]);

/** Milliseconds between the reads of a subject whose update got no valid response. */
const readsAfterUnknown = [500, 1000, 2000, 4000, 8000];

/**
 * The only way in which this extension changes anything: confirm, read the subject again, send once, read it back.
 * Resolves to undefined when the user declined.
 */
export function createSend(options: SendOptions): Send {
  const sender = new Sender(options);
  return (connection, update, onPhase = () => undefined) => sender.send(connection, update, onPhase);
}

class Sender {
  private readonly locked = new Set<string>();

  constructor(private readonly options: SendOptions) {}

  async send(connection: Connection, update: PreparedUpdate, onPhase: OnPhase): Promise<Outcome | undefined> {
    const { account } = connection;
    // Not by account: two keys can reach the same resource. A SID is unique in its region, except on this machine.
    const lock = `${regionOf(account.origin)}/${update.lock}`;
    if (this.locked.has(lock)) {
      const why = l10n.t('Another action on the same item is in progress. Wait for it to end.');
      return { ...notDone(update.title, why), isMinor: true };
    }
    if (account.readOnly) {
      const why = l10n.t('Read-only account: changes are blocked. Run Change Account to allow them.');
      return notDone(update.title, why);
    }
    this.locked.add(lock);
    try {
      const ending = this.confirmAndSend(connection, update, lock, onPhase);
      this.options.onBegin?.(account.id, update, ending);
      const outcome = await ending;
      if (outcome) this.options.onOutcome?.(account, update, outcome);
      return outcome;
    } finally {
      this.locked.delete(lock);
    }
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
        readsSubject ? this.read(connection, subject) : undefined,
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
    const read = await this.read(connection, calls).catch(() => undefined);
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
      const outcome = await this.sendOnce(connection, update, onResponse);
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

  private async sendOnce(
    connection: Connection,
    update: PreparedUpdate,
    onResponse: () => void,
  ): Promise<Outcome> {
    const { title, subject, request } = update;
    const { account, client, signal } = connection;
    let receipt: Receipt;
    const started = performance.now();
    const took = () => ({
      milliseconds: Math.round(performance.now() - started),
      ...(request.ifMatch === undefined ? {} : { ifMatch: request.ifMatch }),
    });
    try {
      const begun = this.options.store.begin(account.id, subject.sids[0]);
      const updated = await client.update(request, signal);
      assertDescribes(subject, updated.row, request, updated.status);
      const { requestId, status } = updated;
      receipt = { ...took(), status, ...(requestId ? { requestId } : {}) };
      if (!signal.aborted) this.options.store.put(begun, updated.row, updated.etag);
    } catch (error) {
      const neverSent = error instanceof ConnectionError && !error.mayHaveArrived;
      if (neverSent && signal.aborted) return endedBefore(title, connection);
      receipt = { ...took(), ...receiptOf(error) };
      onResponse();
      if (!isTaskRouterError(error) || outcomeOfFailure(error) === 'not done')
        return { ...(await this.afterRefusal(connection, update, error)), receipt };
      return { ...(await this.readUntilSettled(connection, update, error)), receipt };
    }
    onResponse();
    // The response to an instruction may still say `pending`; a later read shows the new status, often after the phone rang.
    const [after, ...details] = await Promise.all([
      this.read(connection, subject).catch(() => undefined),
      ...this.readRelated(connection, subject),
    ]);
    const describe = (row: Row) => update.describe(row, serverName(serverOf(account)));
    return after
      ? { kind: 'done', headline: describe(after.row), describe, details, receipt }
      : { ...done(title, l10n.t('The new state could not be read.'), ...details), receipt };
  }

  /** TaskRouter may have refused it because the subject has changed: then no other try can work. */
  private async afterRefusal(
    connection: Connection,
    update: PreparedUpdate,
    error: unknown,
  ): Promise<Outcome> {
    const reads = error instanceof ApiError && readsAfterRefusal.has(error.status);
    const after = reads ? await this.read(connection, update.subject).catch(() => undefined) : undefined;
    return refused(update, error, after?.row);
  }

  private async readUntilSettled(
    connection: Connection,
    update: PreparedUpdate,
    error: unknown,
  ): Promise<Outcome> {
    const { subject, settled } = update;
    const { signal, account } = connection;
    const server = serverOf(account);
    const { what } = describeError(error);
    for (const milliseconds of readsAfterUnknown) {
      if (!signal.aborted) await this.options.wait(milliseconds, signal);
      const now = signal.aborted ? undefined : await this.read(connection, subject).catch(() => undefined);
      if (signal.aborted)
        return unknownOutcome(update, what, {
          server,
          next: whyUnread(connection),
        });
      if (!now) continue;
      const status = now.row[subject.statusField];
      if (!settled(now.row) && status === subject.shown[subject.statusField]) continue;
      this.refreshRelated(connection, subject);
      return changedOutcome(update, what, now.row, server);
    }
    return unknownOutcome(update, what, { server });
  }

  private async read({ client, account, signal }: Connection, { collection, sids }: ResourceRef) {
    const begun = this.options.store.begin(account.id, sids[0]);
    const fetched = await client.fetch(collection, sids, signal);
    assertDescribes({ collection, sids }, fetched.row, fetchRequest(collection, sids), 200);
    if (!signal.aborted) this.options.store.put(begun, fetched.row, fetched.etag);
    return fetched;
  }

  /** Reads what is related; what the outcome says of it. A failure here is not part of the update. */
  private readRelated(connection: Connection, subject: UpdateSubject): Promise<string>[] {
    this.refreshRelated(connection, { related: subject.related.filter(({ describe }) => !describe) });
    return subject.related.flatMap(({ describe, ...resource }) => {
      if (!describe) return [];
      const { noun } = resource.collection;
      const failed = () => l10n.t('The {noun} could not be read.', { noun: localizeText(noun) });
      const read = this.read(connection, resource);
      return [read.then(({ row }) => localize(describe(row), (name) => plain(name, 60)), failed)];
    });
  }

  /** A failure here is not part of the update. */
  private refreshRelated({ account }: Connection, { related }: Pick<UpdateSubject, 'related'>): void {
    for (const { collection, sids } of related)
      this.options.store.fetch(account.id, collection, sids).catch(() => undefined);
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

/** A cache that mixes up its responses must not put one resource in the place of another. */
function assertDescribes({ sids }: ResourceRef, row: Row, request: TaskRouterRequest, status: number): void {
  const problem = message('it describes another resource');
  if (row.sid !== sids.at(-1)) throw new ResponseShapeError(request, 'shape', status, problem);
}
