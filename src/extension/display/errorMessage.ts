import type { Asked } from '../../taskrouter/errors';
import { ApiError, ConnectionError, outcomeOfFailure, ResponseShapeError } from '../../taskrouter/errors';
import { InvalidArgumentsError } from '../../taskrouter/update';
import { MissingSecretError } from '../accounts/connections';
import { SecretStorageError } from '../accounts/secretStore';
import { plain } from './safeText';

/** A failure as a person reads it: what happened, and what to do next. */
export interface ErrorMessage {
  readonly what: string;
  readonly next: string;
  /** Twilio's own sentence. Not for notifications: it repeats what somebody typed. */
  readonly said?: string;
  /** Twilio's page about the error code, when it gave one. */
  readonly moreInfo?: string;
  /** Entering the account's secret again would help. */
  readonly enterSecret?: true;
}

/** Twilio's page about one of its error codes. Not the address that its answer names: that is anybody's text. */
export const errorPage = (code: number): string => `https://www.twilio.com/docs/api/errors/${code}`;

export function describeError(error: unknown): ErrorMessage {
  if (error instanceof ApiError) return describeApiError(error);
  if (error instanceof ConnectionError) return describeConnectionError(error);
  if (error instanceof ResponseShapeError) return describeResponseShapeError(error);
  if (error instanceof InvalidArgumentsError) return { what: error.message, next: 'Nothing was sent.' };
  if (error instanceof MissingSecretError) {
    return {
      what: `The secret of ${plain(error.account.name, 60)} is not remembered on this machine.`,
      next: 'Enter it again; or, if another window has it, reload this one.',
      enterSecret: true,
    };
  }
  if (error instanceof SecretStorageError) return describeSecretStorageError(error);
  // Not "see the log": nothing guarantees that this error was written there.
  const text = error instanceof Error ? error.message : typeof error === 'string' ? error : '';
  const reason = asClause(text, 200) || 'no reason given';
  return { what: `Unexpected error in the extension: ${reason}.`, next: 'Try again.' };
}

/** A sentence of somebody else's, to be put into one of ours. */
const asClause = (text: string, length: number) => plain(text, length).replace(/[.\s]+$/, '');

/** The secret store wrote the reason to the log before it threw this. */
function describeSecretStorageError({ operation, account, reason }: SecretStorageError): ErrorMessage {
  const name = plain(account.name, 60);
  const what = {
    read: `VS Code’s secret storage could not read the secret of ${name}`,
    save: `VS Code’s secret storage could not save the secret of ${name}`,
    delete: `VS Code’s secret storage could not delete the secret of ${name}, which stays signed in`,
  }[operation];
  return {
    what: `${what}: ${asClause(reason, 160)}.`,
    next: 'Check that the keychain or keyring of this machine is unlocked, then try again. The TaskRouter log has the full reason.',
  };
}

function describeApiError(error: ApiError): ErrorMessage {
  const { status, code, detail, request } = error;
  const isByGateway = status < 500 && outcomeOfFailure(error) === 'unknown';
  // Of an update that a gateway may have passed on, nothing may say that it was refused.
  if (isByGateway && (request.method === 'POST' || !hasOwnWords.has(status))) {
    return {
      what: `A gateway, not TaskRouter, may have answered with HTTP ${status}.`,
      next: 'Refresh to see what is there, then try again.',
    };
  }
  const said = detail ? { said: `Twilio says: “${plain(detail, 400)}”` } : {};
  const suffix = code === undefined ? '' : ` (${code})`;
  const moreInfo = code === undefined ? {} : { moreInfo: errorPage(code) };
  return describeRefusal(error, (what, next, rest = {}) => ({
    what: `${what}${suffix}.`,
    next,
    ...said,
    ...moreInfo,
    ...rest,
  }));
}

/** Refusals that a reader understands, whoever wrote them. */
const hasOwnWords = new Set([401, 403, 404, 409, 412, 429]);

function describeRefusal(
  error: ApiError,
  words: (what: string, next: string, rest?: Partial<ErrorMessage>) => ErrorMessage,
): ErrorMessage {
  if (error.status >= 500) {
    return words(`Twilio has trouble of its own: HTTP ${error.status}`, 'Try again in a minute.');
  }
  if (error.code === 20008) {
    return words(
      'These are test credentials, which do not work for TaskRouter',
      'Sign in with the live Account SID and Auth Token, or with an API key.',
    );
  }
  if (error.code === 20005) {
    return words('Twilio says that this account is not active', 'See its state in the Twilio Console.');
  }
  if (error.code === 70051) {
    return words(
      'Twilio did not authorize this',
      `${permissionFor(error.request)} Or its account is suspended.`,
    );
  }
  switch (error.status) {
    case 401:
      return words(
        'Twilio does not accept these credentials',
        'Check that SID and secret belong together and to this region, that they are not test credentials, and that the secret was not replaced; then enter it again.',
        { enterSecret: true },
      );
    case 403:
      return words('These credentials may not do this', permissionFor(error.request));
    case 404:
      return words(
        'TaskRouter does not know it',
        'It may be gone: finished tasks are deleted after five minutes. Refresh to see what is there.',
      );
    case 409:
    case 412:
      return words(
        'It was changed by somebody else in the meantime',
        'Refresh, look at it again, then decide.',
      );
    case 429:
      return words(
        'Twilio takes no more requests at the moment',
        'Wait a little and try again; it was not carried out.',
      );
    default:
      return words(`TaskRouter refused: HTTP ${error.status}`, 'Change what it names, then try again.');
  }
}

/**
 * What a restricted API key lacks, in the words of the Twilio Console, where each collection has permissions of its
 * own: https://www.twilio.com/docs/iam/api-keys/restricted-api-keys
 */
function permissionFor({ method, path }: Asked): string {
  const segments = path.split('/').slice(2);
  const collection = segments.filter((_, i) => i % 2 === 0).join(' › ');
  const verb = method === 'POST' ? 'update' : segments.length % 2 ? 'list' : 'read';
  return `A restricted API key needs the permission to ${verb} TaskRouter’s ${plain(collection)}.`;
}

function describeConnectionError(error: ConnectionError): ErrorMessage {
  switch (error.code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        what: 'The address of TaskRouter could not be looked up.',
        next: 'Check the network connection and VS Code’s proxy setting, then try again.',
      };
    case 'ECONNREFUSED':
      return {
        what: 'Nothing answers at this account’s address.',
        next: 'If it is a local TaskRouter, start it; then try again.',
      };
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'CERT_HAS_EXPIRED':
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return {
        what: `The certificate that answered is not trusted on this machine (${error.code}).`,
        next: 'A proxy of your network may stand between: have its certificate installed, then try again.',
      };
    case 'TIMEOUT':
      return {
        what: 'TaskRouter did not answer in time.',
        next: 'Check the network connection, then try again.',
      };
    case 'CANCELED':
    case 'NOT_SENT':
      return { what: 'It was canceled.', next: 'Try again when you are ready.' };
    default:
      return {
        what: `The connection broke (${error.code}).`,
        next: 'Check the network connection, then try again.',
      };
  }
}

function describeResponseShapeError(error: ResponseShapeError): ErrorMessage {
  switch (error.fault) {
    case 'redirect':
      return {
        what: 'The answer pointed to another address, which was not followed.',
        next: 'A proxy or a sign-in page of your network may stand between; check it, then try again.',
      };
    case 'not-json':
      return {
        what: 'This did not come from Twilio: the answer is not what TaskRouter writes.',
        next: 'A proxy or a sign-in page of your network may stand between; check it, then try again.',
      };
    case 'too-large':
      return {
        what: 'The answer was larger than 8 MiB and was not read.',
        next: 'Try again, or look at fewer rows.',
      };
    case 'foreign-page':
    case 'page-loop':
    case 'too-many-pages':
      return {
        what: `There are more rows, but ${error.problem}.`,
        next: 'The rows above are all that could be read safely.',
      };
    case 'shape':
      return {
        what: `TaskRouter’s answer is not as documented: ${error.problem}.`,
        next: 'Try again; if it stays so, the API may have changed.',
      };
  }
}

/** One line, for a row or a notification. */
export const sentence = (words: ErrorMessage): string => `${words.what} ${words.next}`;
