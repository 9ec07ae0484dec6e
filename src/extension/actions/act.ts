import type { Client, Fetched, Row } from '../../taskrouter/client';
import { readRow } from '../../taskrouter/client';
import {
  ApiError,
  ConnectionError,
  isTaskRouterError,
  outcomeOfFailure,
  ResponseShapeError,
} from '../../taskrouter/errors';
import type { Instruction } from '../../taskrouter/instructions';
import type { TaskRouterRequest } from '../../taskrouter/requests';
import { taskReservations, tasks, workers } from '../../taskrouter/resources';
import type { Collection } from '../../taskrouter/resources';
import { regionOf } from '../../taskrouter/origin';
import type { ReservationAddress } from '../../taskrouter/reservation';
import { collectionOf, differingFields, sidsOf } from '../../taskrouter/reservation';
import type { Arguments } from '../../taskrouter/update';
import { addressFor, problemsOf, updateReservationRequest } from '../../taskrouter/update';
import type { Connection } from '../accounts/accounts';
import { plain } from '../display/safeText';
import type { Store, StoreRequest } from '../data/store';
import { sentence, describeError } from '../display/errorMessage';

export interface Action {
  readonly connection: Connection;
  readonly address: ReservationAddress;
  /** The reservation as the person saw it when they decided. */
  readonly shown: Row;
  /** Its ETag, where the person saw that too: then it is this one that is sent, or nothing. */
  readonly shownEtag?: string | undefined;
  readonly instruction: Instruction;
  readonly args: Arguments;
}

/** What became of an action, in words that are fit to read. */
export interface Outcome {
  readonly kind: 'done' | 'not done' | 'unknown';
  readonly headline: string;
  /** The first is in our own words; what Twilio said comes after it. */
  readonly details: readonly string[];
  /** Absent when nothing was sent. */
  readonly receipt?: Receipt;
}

/** What is worth telling of an update that went out: to a colleague, or to Twilio's support. */
export interface Receipt {
  /** From sending it to its answer. */
  readonly milliseconds: number;
  /** HTTP's; absent when no answer came. */
  readonly status?: number;
  readonly requestId?: string;
  /** Twilio's own number of what went wrong. */
  readonly code?: number;
}

export interface ActOptions {
  readonly store: Store;
  /** Asks the person where the account and the instruction call for it; false when they decline. */
  readonly confirm: (action: Action, request: TaskRouterRequest) => Promise<boolean>;
  /** Waits this many milliseconds, or until the signal aborts. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

export type Act = (action: Action) => Promise<Outcome | undefined>;

/** Milliseconds between the looks at a reservation whose update got no clear answer. */
const looksAfterUnknown = [500, 1000, 2000, 4000, 8000];

/**
 * The one way in which this extension changes anything: look again, send once, look what came of it.
 * Resolves to undefined when the person declined. Rejects only for arguments that do not fit.
 */
export function createAct({ store, confirm, wait }: ActOptions): Act {
  const underWay = new Set<string>();

  return async (action) => {
    const { connection, address, instruction } = action;
    // Not by account: one reservation can be reached with two keys. A SID is one of its kind, except on this machine.
    const lock = `${regionOf(connection.account.origin)}/${address.sid}`;
    if (underWay.has(lock)) {
      return notDone(instruction, 'Another action on this reservation is under way. Wait for it to end.');
    }
    if (connection.account.readOnly) {
      return notDone(instruction, `${plain(connection.account.name)} is read-only here. Nothing was sent.`);
    }
    const unfit = problemsOf(instruction, {}, statusIn(action.shown)).find(({ key }) => key === undefined);
    if (unfit) return notDone(instruction, unfit.message);
    underWay.add(lock);
    try {
      const draft = requestFor(action);
      if (!(await confirm(action, draft))) return undefined;
      return await lookAndSend(action);
    } finally {
      underWay.delete(lock);
    }
  };

  async function lookAndSend(action: Action): Promise<Outcome> {
    const { connection, address, instruction, shown } = action;
    const { client, signal, account } = connection;
    const read = () => readAgain(client, address, signal);
    const see = ({ row, etag }: Fetched, request: StoreRequest) => {
      if (!signal.aborted) store.put(request, row, etag);
    };
    let etag: string | undefined;
    const { shownEtag } = action;
    const ended = 'The account was signed out of, or changed, in the meantime. Nothing was sent.';
    try {
      const request = store.begin(account.id);
      const now = await read();
      see(now, request);
      const difference =
        differenceBetween(shown, now.row) ??
        (shownEtag !== undefined && now.etag !== shownEtag
          ? 'TaskRouter has a newer version of it'
          : undefined);
      if (difference)
        return notDone(
          instruction,
          `It is no longer as it was shown: ${difference}. Look at it again, then decide.`,
        );
      etag = now.etag;
    } catch (error) {
      return signal.aborted ? notDone(instruction, ended) : refused(instruction, error);
    }

    let receipt: Receipt;
    const started = performance.now();
    const took = () => Math.round(performance.now() - started);
    try {
      const request = store.begin(account.id);
      const updated = await client.update(requestFor(action, etag), signal);
      const { requestId, status } = updated;
      receipt = { milliseconds: took(), status, ...(requestId ? { requestId } : {}) };
      see(updated, request);
    } catch (error) {
      const neverSent = error instanceof ConnectionError && !error.mayHaveArrived;
      if (neverSent && signal.aborted) return notDone(instruction, ended);
      receipt = { milliseconds: took(), ...whatAnswered(error) };
      if (!isTaskRouterError(error) || outcomeOfFailure(error) === 'not done')
        return { ...refused(instruction, error), receipt };
      return { ...(await lookUntilSettled(action, error)), receipt };
    }

    // An accepted instruction may still say `pending`: only a later read tells, and often only after the phone rang.
    const request = store.begin(account.id);
    const after = await read().catch(() => undefined);
    if (after) see(after, request);
    void refreshAround(action);
    const status = statusOf(after?.row);
    return {
      kind: 'done',
      headline: `${instruction.title}: TaskRouter took it.`,
      details: [status ? doneWords(instruction, status) : 'The reservation could not be read afterwards.'],
      receipt,
    };
  }

  async function lookUntilSettled(action: Action, error: unknown): Promise<Outcome> {
    const { connection, address, instruction, shown } = action;
    const words = describeError(error);
    const { client, signal } = connection;
    const unknown = `${instruction.title}: it is not known whether this was done.`;
    for (const milliseconds of looksAfterUnknown) {
      if (!signal.aborted) await wait(milliseconds, signal);
      const request = store.begin(connection.account.id);
      const now = await readAgain(client, address, signal).catch(() => undefined);
      if (signal.aborted) {
        const why = 'The account was signed out before the reservation could be read again.';
        return { kind: 'unknown', headline: unknown, details: [words.what, why] };
      }
      if (!now) continue;
      store.put(request, now.row, now.etag);
      if (statusOf(now.row) === statusOf(shown)) continue;
      return {
        kind: 'unknown',
        headline: `${instruction.title}: no clear answer, but the reservation is now ${statusOf(now.row)}.`,
        details: [words.what, 'That may be this action, or somebody else’s.'],
      };
    }
    return {
      kind: 'unknown',
      headline: unknown,
      details: [
        words.what,
        instruction.placesCall
          ? 'Twilio may already be ringing. Sending again can place a second call.'
          : `The reservation still reads ${statusOf(shown) ?? 'as before'}. Refresh before you send again.`,
      ],
    };
  }

  /** Task and worker change with their reservation; a failure here is no part of the action. */
  async function refreshAround({ connection, address, shown }: Action): Promise<void> {
    const reservation = readRow(taskReservations, shown);
    const fetch = (collection: Collection, sid: string | null | undefined) =>
      sid ? store.fetch(connection.account.id, collection, [address.workspaceSid, sid]) : Promise.resolve();
    await Promise.allSettled([fetch(tasks, reservation?.task_sid), fetch(workers, reservation?.worker_sid)]);
  }
}

function requestFor({ address, instruction, args, shown }: Action, etag?: string): TaskRouterRequest {
  const to = addressFor(instruction, address, shown['task_sid']);
  return updateReservationRequest(to, instruction, args, etag);
}

function readAgain(client: Client, address: ReservationAddress, signal: AbortSignal) {
  return client.fetch(collectionOf(address), sidsOf(address), signal);
}

const statusOf = (row: Row | undefined): string | undefined =>
  typeof row?.['reservation_status'] === 'string' ? plain(row['reservation_status'], 30) : undefined;

const statusIn = (row: Row) => {
  const status = row['reservation_status'];
  return typeof status === 'string' ? { status } : {};
};

function differenceBetween(shown: Row, now: Row): string | undefined {
  const differing = differingFields(shown, now);
  if (differing.length === 0) return undefined;
  if (differing.includes('reservation_status'))
    return `it was ${statusOf(shown) ?? 'unknown'} and is now ${statusOf(now) ?? 'unknown'}`;
  return `${differing.map((field) => field.replaceAll('_', ' ')).join(', ')} changed`;
}

function doneWords(instruction: Instruction, status: string): string {
  if (status === 'pending' && instruction.whilePending) {
    return `The reservation is still pending: ${instruction.whilePending}`;
  }
  return `The reservation is now ${status}.`;
}

function notDone(instruction: Instruction, why: string, said?: string): Outcome {
  const details = said === undefined ? [why] : [why, said];
  return { kind: 'not done', headline: `${instruction.title}: not done.`, details };
}

function refused(instruction: Instruction, error: unknown): Outcome {
  if (!isTaskRouterError(error)) throw error;
  const words = describeError(error);
  return notDone(instruction, sentence(words), words.said);
}

/** What is known of the answer that a failure was. */
function whatAnswered(error: unknown): Omit<Receipt, 'milliseconds'> {
  if (error instanceof ResponseShapeError) return { status: error.status };
  if (!(error instanceof ApiError)) return {};
  const { status, requestId, code } = error;
  return { status, ...(requestId ? { requestId } : {}), ...(code === undefined ? {} : { code }) };
}
