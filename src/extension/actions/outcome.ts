import { l10n } from 'vscode';
import { ApiError, isTaskRouterError, ResponseShapeError } from '../../taskrouter/errors';
import { refusalCause } from '../../taskrouter/errorCodes';
import type { CalledWorker } from '../../taskrouter/calledWorker';
import { withoutSecrets } from '../../taskrouter/secrets';
import type { Message } from '../../taskrouter/message';
import { message } from '../../taskrouter/message';
import type { Deletion, PreparedUpdate, ResourceRef } from '../../taskrouter/preparedUpdate';
import { changedFields } from '../../taskrouter/preparedUpdate';
import { isOpen } from '../../taskrouter/reservation';
import type { Row } from '../../taskrouter/resources';
import type { Connection } from '../accounts/connections';
import { endingOf } from '../accounts/connections';
import { describeError } from '../display/errorMessage';
import { localize } from '../display/localize';
import { plain } from '../display/safeText';
import { serverName } from '../display/serverName';

/** How an update ended. The log has it in English, so the headline is translated where it is shown. */
export interface Outcome {
  /** `unknown`: TaskRouter may have carried it out, although no valid response says so. */
  readonly kind: 'done' | 'not done' | 'unknown';
  readonly headline: Message;
  /** The headline for a later version of the subject: what was true when the response came may be over. */
  readonly describe?: (row: Row) => Message;
  /** Translated. The first is our own text, and says what to do next; what the server said comes after it. */
  readonly details: readonly string[];
  /** Absent when nothing was sent. */
  readonly receipt?: Receipt;
  /** An earlier action is still running, and reports its own outcome. */
  readonly isMinor?: true;
}

/** What a colleague or Twilio Support needs to find the request. */
export interface Receipt {
  /** From sending to the response. */
  readonly milliseconds: number;
  /** HTTP status; absent when no response came. */
  readonly status?: number;
  readonly requestId?: string;
  /** Twilio's error code. */
  readonly code?: number;
  /** The version for which it was sent. */
  readonly ifMatch?: string;
}

export const done = (title: string, ...details: readonly string[]): Outcome => ({
  kind: 'done',
  headline: message('{action}: done.', { action: { text: title } }),
  details,
});

export function notDone(title: string, why: string, said?: string): Outcome {
  const details = said === undefined ? [why] : [why, said];
  return {
    kind: 'not done',
    headline: message('{action}: not done.', { action: { text: title } }),
    details,
  };
}

/** Not done because the subject is no longer in the version on which the user decided. */
export function outdated(update: PreparedUpdate, now: Row): Outcome {
  const { title, subject } = update;
  const { statusField, shown } = subject;
  const fields = changedFields(subject, now);
  const args = { before: textOf(shown[statusField]), now: textOf(now[statusField]) };
  const what = fields.includes(statusField)
    ? l10n.t('Nothing was sent: the status just changed from {before} to {now}.', args)
    : fields.length > 0
      ? l10n.t('Nothing was sent: these fields just changed: {fields}.', { fields: fields.join(', ') })
      : l10n.t('Nothing was sent: there is a newer version.');
  const next = update.isPossible(now) ? checkAgain() : chooseAnother(subject, now);
  return notDone(title, `${what} ${next}`);
}

/** Not done because the worker whom the user decided to call now has another `contact_uri`. */
export function contactChanged({ title }: PreparedUpdate, before: CalledWorker, now: CalledWorker): Outcome {
  const textIn = ({ contactUri }: CalledWorker) => plain(withoutSecrets(contactUri ?? '')) || l10n.t('none');
  const name = typeof now.name === 'string' ? now.name : localize(now.name);
  const args = { worker: plain(name, 60), before: textIn(before), now: textIn(now) };
  const what = l10n.t(
    'Nothing was sent: the contact_uri of {worker} just changed from {before} to {now}.',
    args,
  );
  return notDone(title, `${what} ${checkAgain()}`);
}

/** Not done because its connection ended before the request left. */
export function endedBefore(title: string, { signal }: Connection): Outcome {
  const why = {
    'signed out': l10n.t(
      'Nothing was sent: the account was signed out in the meantime. Sign in again, then try again.',
    ),
    changed: l10n.t('Nothing was sent: the account was changed in the meantime. Check it, then try again.'),
    'window closed': l10n.t(
      'Nothing was sent: the window was closed or reloaded before the request left. Try again.',
    ),
  };
  return notDone(title, why[endingOf(signal)]);
}

/** Why the result of an update was not read after its connection had ended, and what to do next. */
export function whyUnread({ signal }: Connection): string {
  const why = {
    'signed out': l10n.t('The account was signed out before the result could be read.'),
    changed: l10n.t('The account was changed before the result could be read.'),
    'window closed': l10n.t('The window was closed or reloaded before the result could be read.'),
  };
  return `${why[endingOf(signal)]} ${l10n.t('Check the status before you send again.')}`;
}

/**
 * Not done because of an error from the client.
 * @param now the subject as it was read after that
 * @throws any other error as it is
 */
export function refused(update: PreparedUpdate, error: unknown, now?: Row): Outcome {
  if (!isTaskRouterError(error)) throw error;
  const { what, said, next } = describeError(error);
  const better = error instanceof ApiError ? nextAfter(update, error, now) : undefined;
  return notDone(update.title, `${what} ${better ?? next}`, said);
}

/** What can work after TaskRouter refused an update; undefined where the description of the error says it. */
function nextAfter({ subject, request, isPossible }: PreparedUpdate, error: ApiError, now?: Row) {
  const { status, detail } = error;
  if (status === 401) return l10n.t('Run Enter Secret Again for this account, then try again.');
  if (now && !isPossible(now)) {
    const is = l10n.t('The status is now {status}.', { status: textOf(now[subject.statusField]) });
    return `${is} ${chooseAnother(subject, now)}`;
  }
  if (status === 404 || status === 410) return chooseAnother(subject);
  if (status === 409 || status === 412) return checkAgain();
  if (ownNext.has(status) || status >= 500 || ownCodes.has(error.code ?? 0)) return undefined;
  const cause = refusalCause(error.code);
  if (cause === 'task')
    return l10n.t('This depends on the task, so no value in the form can help. Choose another action.');
  if (cause === 'status') return checkAgain();
  const isJustStatus = request.body?.every(([name]) => name === 'ReservationStatus') ?? true;
  if (cause === 'value' && !isJustStatus) return l10n.t('Correct the values, then try again.');
  return detail ? l10n.t('The response says why.') : undefined;
}

/** Errors whose description says what to do next. */
const ownNext = new Set([403, 429]);
const ownCodes = new Set([20005, 20008, 70051]);

const checkAgain = () => l10n.t('Check what changed, then try again.');

function chooseAnother({ collection }: ResourceRef, now?: Row): string {
  if (collection.noun !== 'Reservation') return l10n.t('Refresh to see what has changed.');
  return isOpen(now) ? l10n.t('Choose another action.') : l10n.t('Choose another reservation.');
}

const textOf = (status: unknown) => (typeof status === 'string' ? plain(status, 30) : l10n.t('unknown'));

/** What a failed response says about its request. */
export function receiptOf(error: unknown): Omit<Receipt, 'milliseconds'> {
  if (error instanceof ResponseShapeError) return { status: error.status };
  if (!(error instanceof ApiError)) return {};
  const { status, requestId, code } = error;
  return { status, ...(requestId ? { requestId } : {}), ...(code === undefined ? {} : { code }) };
}

/** Nothing valid came back, and the subject still reads as it did before. `server` is the account's, if it is known. */
export function unknownOutcome(
  { title, risk }: Pick<PreparedUpdate, 'title' | 'risk'>,
  what: string,
  {
    server,
    next,
    check = refreshFirst(),
  }: {
    readonly server?: string;
    readonly next?: string;
    /** What tells whether it was carried out. */
    readonly check?: string;
  } = {},
): Outcome {
  const call = () =>
    l10n.t('{server} may already be calling. Sending again can place a second call.', {
      server: localize(serverName(server)),
    });
  const rest =
    next !== undefined
      ? [next]
      : [...(risk === 'call' ? [] : [l10n.t('Nothing has changed so far.')]), check];
  return {
    kind: 'unknown',
    headline: message('{action}: outcome unknown.', { action: { text: title } }),
    details: [what, [...(risk === 'call' ? [call()] : []), ...rest].join(' ')],
  };
}

/** What tells whether an update was carried out, where nothing else does. */
export const refreshFirst = () => l10n.t('Refresh before you send again.');

/** Nothing valid came back, but the subject that was to be deleted is gone. */
export const deletedOutcome = (
  { title }: Pick<PreparedUpdate, 'title'>,
  { outcome }: Deletion,
  what: string,
): Outcome => ({
  kind: 'unknown',
  headline: message('{action}: no clear response. {state}', { action: { text: title }, state: outcome }),
  details: [what, l10n.t('Your request or somebody else’s may have caused this. Do not send it again.')],
});

/** Nothing valid came back, but there is a new resource that can be what the request was to create. */
export const createdOutcome = (
  { title }: Pick<PreparedUpdate, 'title'>,
  what: string,
  sid: string,
): Outcome => ({
  kind: 'unknown',
  headline: message('{action}: no clear response, but {sid} has the same values.', {
    action: { text: title },
    sid,
  }),
  details: [
    what,
    l10n.t('Your request or somebody else’s may have created it. Check it before you create another one.'),
  ],
});

/**
 * Nothing valid came back, but the subject has changed since: what it is now, and whether this update can cause that.
 * `server` is the account's.
 */
export function changedOutcome(update: PreparedUpdate, what: string, now: Row, server?: string): Outcome {
  const { statusField, shown } = update.subject;
  const action = { text: update.title };
  // What the user saw, had this status not changed: then something else shows that the update took effect.
  const isSettledBesides = update.settled({ ...now, [statusField]: shown[statusField] });
  const canBeOwn = update.settled(now) || update.risk === 'call';
  const cause = canBeOwn
    ? l10n.t('Your request or somebody else’s may have caused this.')
    : l10n.t('Your request could not have caused this.');
  const next = update.isPossible(now)
    ? l10n.t('Check it before you send again.')
    : l10n.t('Do not send it again.');
  return {
    kind: 'unknown',
    headline:
      isSettledBesides || now[statusField] === shown[statusField]
        ? message('{action}: no clear response. {state}', {
            action,
            state: update.describe(now, serverName(server)),
          })
        : message('{action}: no clear response, but the status is now {status}.', {
            action,
            status: textOf(now[statusField]),
          }),
    details: [what, `${cause} ${next}`],
  };
}
