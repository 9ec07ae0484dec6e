import { l10n } from 'vscode';
import type { Row } from '../../taskrouter/client';
import {
  ApiError,
  ConnectionError,
  isTaskRouterError,
  outcomeOfFailure,
  ResponseShapeError,
} from '../../taskrouter/errors';
import { message } from '../../taskrouter/message';
import { regionOf } from '../../taskrouter/origin';
import { changedFields } from '../../taskrouter/preparedUpdate';
import type { Creation, PreparedUpdate, ResourceRef, UpdateSubject } from '../../taskrouter/preparedUpdate';
import type { TaskRouterRequest } from '../../taskrouter/requests';
import { fetchRequest } from '../../taskrouter/requests';
import type { Collection } from '../../taskrouter/resources';
import { isSid } from '../../taskrouter/sid';
import { serverOf } from '../accounts/account';
import type { Connection } from '../accounts/connections';
import type { Store } from '../data/store';
import { describeError } from '../display/errorMessage';
import { localize, localizeText } from '../display/localize';
import { plain } from '../display/safeText';
import { serverName } from '../display/serverName';
import type { Outcome, Receipt } from './outcome';
import {
  changedOutcome,
  createdOutcome,
  deletedOutcome,
  done,
  endedBefore,
  notDone,
  receiptOf,
  refreshFirst,
  refused,
  unknownOutcome,
  whyUnread,
} from './outcome';

export interface SendOnceOptions {
  readonly store: Pick<Store, 'begin' | 'put' | 'fetch' | 'list' | 'refresh'>;
  /** Waits this many milliseconds, or until the signal aborts. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** What came of a request: a row, none where it deleted that, a failure, or an outcome when the request never left. */
export type Response =
  | { readonly row: Row | undefined; readonly receipt: Receipt }
  | { readonly error: unknown; readonly receipt: Receipt }
  | { readonly outcome: Outcome };

/** Refusals that the state of the subject can explain. */
const readsAfterRefusal = new Set([400, 409, 410, 412, 422]);

/** Milliseconds between the reads of a subject whose update got no valid response. */
const readsAfterUnknown = [500, 1000, 2000, 4000, 8000];

/** Sends an update once, and reads what came of it. The user has confirmed it. */
export class SendOnce {
  private readonly locked = new Set<string>();

  constructor(private readonly options: SendOnceOptions) {}

  /** Does this unless the account is read-only, or another action on the same item is in progress. */
  async exclusively<T>(
    { account }: Connection,
    update: Pick<PreparedUpdate, 'title' | 'lock'>,
    work: (lock: string) => Promise<T>,
  ): Promise<T | Outcome> {
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
      return await work(lock);
    } finally {
      this.locked.delete(lock);
    }
  }

  async post(connection: Connection, update: PreparedUpdate): Promise<Response> {
    const { title, subject, request, effect } = update;
    const { account, client, signal } = connection;
    const started = performance.now();
    const took = () => ({
      milliseconds: Math.round(performance.now() - started),
      ...(request.ifMatch === undefined ? {} : { ifMatch: request.ifMatch }),
    });
    try {
      const begun = this.options.store.begin(account.id, subject.sids[0]);
      if (effect?.kind === 'deletes') {
        const deleted = await client.remove(request, signal);
        return { row: undefined, receipt: { ...took(), ...deleted } };
      }
      const { row, etag, requestId, status } = await client.update(request, signal);
      if (effect) assertCreated(effect, row, request, status);
      else assertDescribes(subject, row, request, status);
      if (!signal.aborted) this.options.store.put(begun, row, etag);
      return { row, receipt: { ...took(), status, ...(requestId ? { requestId } : {}) } };
    } catch (error) {
      const neverSent = error instanceof ConnectionError && !error.mayHaveArrived;
      if (neverSent && signal.aborted) return { outcome: endedBefore(title, connection) };
      return { error, receipt: { ...took(), ...receiptOf(error) } };
    }
  }

  /**
   * Reads the subject again where that tells what came of the request; until it shows the result where nothing else does.
   * @param check what the user can do about a result that stays unknown
   */
  async outcomeOf(
    connection: Connection,
    update: PreparedUpdate,
    response: Response,
    check = refreshFirst(),
  ): Promise<Outcome> {
    if ('outcome' in response) return response.outcome;
    const { receipt } = response;
    if ('row' in response) {
      const { effect } = update;
      if (effect?.kind === 'deletes') return { ...(await this.afterDeletion(connection, update)), receipt };
      if (effect)
        return { ...(await this.afterCreation(connection, update, effect, response.row!)), receipt };
      return { ...(await this.afterSuccess(connection, update, response.row!, check)), receipt };
    }
    const outcome = isUnknown(response)
      ? await this.lookUp(connection, update, describeError(response.error).what, check)
      : await this.afterRefusal(connection, update, response.error);
    return { ...outcome, receipt };
  }

  /**
   * Reads the subject until it shows the result of an update that got no valid response, for some seconds.
   * @param what happened to it, as a sentence
   */
  async lookUp(
    connection: Connection,
    update: PreparedUpdate,
    what: string,
    check = refreshFirst(),
  ): Promise<Outcome> {
    const { subject, settled, effect } = update;
    const { signal, account } = connection;
    const server = serverOf(account);
    let last: { readonly row: Row } | 'deleted' | undefined;
    for (const milliseconds of readsAfterUnknown) {
      if (!signal.aborted) await this.options.wait(milliseconds, signal);
      const now = signal.aborted ? undefined : await this.readNow(connection, update);
      if (signal.aborted)
        return unknownOutcome(update, what, {
          server,
          next: whyUnread(connection),
        });
      if (effect?.kind === 'deletes' && now === 'deleted') return deletedOutcome(update, effect, what);
      if (effect?.kind === 'creates' && now && now !== 'deleted')
        return createdOutcome(update, what, now.row.sid);
      last = now ?? last;
      if (!now || now === 'deleted' || effect) continue;
      const status = now.row[subject.statusField];
      if (!settled(now.row) && status === subject.shown[subject.statusField]) continue;
      this.refreshRelated(connection, subject);
      return changedOutcome(update, what, now.row, server);
    }
    if (!effect && last && last !== 'deleted' && hasChanged(subject, last.row))
      return changedOutcome(update, what, last.row, server);
    const next =
      effect?.kind === 'creates'
        ? l10n.t('It has not appeared so far. Look for it before you create it again.')
        : last === undefined
          ? unread(check)
          : last === 'deleted'
            ? l10n.t('It no longer exists.')
            : undefined;
    return unknownOutcome(update, what, { server, check, ...(next ? { next } : {}) });
  }

  /**
   * The subject as it is now, or that it is deleted; for a request that creates something the newest row that can be its
   * result. Undefined where that cannot be read, or is not there.
   */
  private async readNow(
    connection: Connection,
    { subject, effect }: PreparedUpdate,
  ): Promise<{ readonly row: Row } | 'deleted' | undefined> {
    const { client, signal, account } = connection;
    try {
      if (effect?.kind !== 'creates') return await this.read(connection, subject);
      const newestFirst = { ordering: 'DateCreated:desc' };
      const { rows } = await client.list(
        effect.collection,
        subject.sids,
        newestFirst,
        { pageSize: 50 },
        signal,
      );
      const row = rows.find((one) => effect.isLike(one));
      return row && { row };
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) return undefined;
      this.refreshList(account.id, subject.collection, subject.sids.slice(0, -1));
      return 'deleted';
    }
  }

  async read({ client, account, signal }: Connection, { collection, sids }: ResourceRef) {
    const begun = this.options.store.begin(account.id, sids[0]);
    const fetched = await client.fetch(collection, sids, signal);
    assertDescribes({ collection, sids }, fetched.row, fetchRequest(collection, sids), 200);
    if (!signal.aborted) this.options.store.put(begun, fetched.row, fetched.etag);
    return fetched;
  }

  /**
   * The response to an instruction may still say `pending`; a later read shows the new status, often after the phone rang.
   * Any other update shows at once: where neither does, a cache or a gateway may have answered in TaskRouter's place.
   */
  private async afterSuccess(
    connection: Connection,
    update: PreparedUpdate,
    answered: Row,
    check: string,
  ): Promise<Outcome> {
    const { title, subject, settled } = update;
    const server = serverOf(connection.account);
    const [after, ...details] = await Promise.all([
      this.read(connection, subject).catch(() => undefined),
      ...this.readRelated(connection, subject),
    ]);
    const now = after?.row ?? answered;
    if (subject.collection.noun !== 'Reservation' && !settled(answered) && !settled(now)) {
      const what = l10n.t('The response reports success but does not show the change.');
      return hasChanged(subject, now)
        ? changedOutcome(update, what, now, server)
        : unknownOutcome(update, what, { server, check, ...(after ? {} : { next: unread(check) }) });
    }
    const describe = (row: Row) => update.describe(row, serverName(server));
    return after
      ? { kind: 'done', headline: describe(now), describe, details }
      : done(title, l10n.t('The new state could not be read.'), ...details);
  }

  private async afterDeletion(connection: Connection, update: PreparedUpdate): Promise<Outcome> {
    const after = await this.readNow(connection, update);
    if (after === 'deleted' && update.effect?.kind === 'deletes')
      return { kind: 'done', headline: update.effect.outcome, details: [] };
    return done(
      update.title,
      after ? l10n.t('It can still be read.') : l10n.t('The new state could not be read.'),
    );
  }

  private async afterCreation(
    connection: Connection,
    { title, subject }: PreparedUpdate,
    { collection, describe }: Creation,
    { sid }: Row,
  ): Promise<Outcome> {
    this.refreshList(connection.account.id, collection, subject.sids);
    const created = { collection, sids: [...subject.sids, sid] };
    const after = await this.read(connection, created).catch(() => undefined);
    return after
      ? { kind: 'done', headline: describe(after.row), describe, details: [] }
      : done(title, l10n.t('The new state could not be read.'), sid);
  }

  /** Shows what came or went in a list that is shown. A failure here is not part of the update. */
  private refreshList(accountId: string, collection: Collection, parents: readonly string[]): void {
    const list = { accountId, collection, parents };
    if (this.options.store.list(list)) void this.options.store.refresh(list);
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

const unread = (check: string) => `${l10n.t('The current state could not be read.')} ${check}`;

/** Whether TaskRouter may have carried the update out although no valid response says so. */
export const isUnknown = (response: Response): boolean =>
  'error' in response && isTaskRouterError(response.error) && outcomeOfFailure(response.error) === 'unknown';

/** Whether it differs from what the user saw, in more than its date. */
const hasChanged = (subject: UpdateSubject, now: Row): boolean =>
  changedFields(subject, now).some((field) => !field.startsWith('date_'));

function assertCreated(
  { collection }: Creation,
  { sid }: Row,
  request: TaskRouterRequest,
  status: number,
): void {
  const problem = message('it describes another resource');
  if (!isSid(collection.noun, sid)) throw new ResponseShapeError(request, 'shape', status, problem);
}

/** A cache that mixes up its responses must not put one resource in the place of another. */
function assertDescribes({ sids }: ResourceRef, row: Row, request: TaskRouterRequest, status: number): void {
  const problem = message('it describes another resource');
  if (row.sid !== sids.at(-1)) throw new ResponseShapeError(request, 'shape', status, problem);
}
