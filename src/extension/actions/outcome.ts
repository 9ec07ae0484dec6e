import { l10n } from 'vscode';
import { ApiError, isTaskRouterError, ResponseShapeError } from '../../taskrouter/errors';
import type { Message } from '../../taskrouter/message';
import { message } from '../../taskrouter/message';
import type { PreparedUpdate } from '../../taskrouter/preparedUpdate';
import { plain } from '../display/safeText';
import { describeError, sentence } from '../display/errorMessage';

/** How an update ended. The log has it in English, so the headline is translated where it is shown. */
export interface Outcome {
  /** `unknown`: TaskRouter may have carried it out, although no valid response says so. */
  readonly kind: 'done' | 'not done' | 'unknown';
  readonly headline: Message;
  /** Translated. The first is our own text; what Twilio said comes after it. */
  readonly details: readonly string[];
  /** Absent when nothing was sent. */
  readonly receipt?: Receipt;
  /** It needs no attention: an earlier action goes on, and reports its own outcome. */
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
}

export const done = (title: string, detail: string): Outcome => ({
  kind: 'done',
  headline: message('{action}: done.', { action: { text: title } }),
  details: [detail],
});

export function notDone(title: string, why: string, said?: string): Outcome {
  const details = said === undefined ? [why] : [why, said];
  return {
    kind: 'not done',
    headline: message('{action}: not done.', { action: { text: title } }),
    details,
  };
}

/** Not done because of an error from the client. @throws any other error as it is */
export function refused(title: string, error: unknown): Outcome {
  if (!isTaskRouterError(error)) throw error;
  const described = describeError(error);
  return notDone(title, sentence(described), described.said);
}

/** What a failed response says about its request. */
export function receiptOf(error: unknown): Omit<Receipt, 'milliseconds'> {
  if (error instanceof ResponseShapeError) return { status: error.status };
  if (!(error instanceof ApiError)) return {};
  const { status, requestId, code } = error;
  return { status, ...(requestId ? { requestId } : {}), ...(code === undefined ? {} : { code }) };
}

/** Nothing valid came back, and the subject still reads as it did before. */
export function unknownOutcome(
  { title, risk }: Pick<PreparedUpdate, 'title' | 'risk'>,
  what: string,
  next?: string,
): Outcome {
  const call = l10n.t('Twilio may already be calling. Sending again can place a second call.');
  return {
    kind: 'unknown',
    headline: message('{action}: outcome unknown.', { action: { text: title } }),
    details: [
      what,
      risk === 'call' ? call : (next ?? l10n.t('Nothing has changed so far. Refresh before you send again.')),
    ],
  };
}

/** Nothing valid came back, but the subject has changed since. */
export function changedOutcome(update: PreparedUpdate, what: string, status: string): Outcome {
  return {
    kind: 'unknown',
    headline: message('{action}: no clear response, but the status is now {status}.', {
      action: { text: update.title },
      status: plain(status, 30),
    }),
    details: [what, l10n.t('This may be the result of your request or of somebody else’s.')],
  };
}
