import { l10n } from 'vscode';
import type { RequestLine } from '../../taskrouter/errors';
import { ApiError, ConnectionError, outcomeOfFailure, ResponseShapeError } from '../../taskrouter/errors';
import { describeProblem, InvalidArgumentsError } from '../../taskrouter/update';
import { ConnectionEndedError, MissingSecretError, SignedOutError } from '../accounts/connections';
import { SecretStorageError } from '../accounts/secretStore';
import { isLoopbackOrigin } from '../../taskrouter/origin';
import { MalformedSidError } from '../../taskrouter/sid';
import { localize } from './localize';
import { plain } from './safeText';
import { serverName } from './serverName';

/** A failure as a person reads it: what happened, and what to do next. */
export interface ErrorMessage {
  readonly what: string;
  readonly next: string;
  /** The server's own message. Not for notifications: it can repeat what the user typed. */
  readonly said?: string;
  /** Twilio's page about the error code, when it gave one. */
  readonly moreInfo?: string;
  /** Entering the account's secret again would help. */
  readonly enterSecret?: true;
}

/** Twilio's page about one of its error codes. Not the address in the response, which is untrusted. */
export const errorPage = (code: number): string => `https://www.twilio.com/docs/api/errors/${code}`;

export function describeError(error: unknown): ErrorMessage {
  if (error instanceof ApiError) return describeApiError(error);
  if (error instanceof ConnectionError) return describeConnectionError(error);
  if (error instanceof ResponseShapeError) return describeResponseShapeError(error);
  if (error instanceof InvalidArgumentsError)
    return {
      what: error.problems.map((problem) => localize(describeProblem(problem))).join(' '),
      next: l10n.t('Nothing was sent.'),
    };
  if (error instanceof MissingSecretError) {
    return {
      what: l10n.t('The secret of {account} is not stored on this machine.', {
        account: plain(error.account.name, 60),
      }),
      next: l10n.t('Enter it again. If another window has it, reload this one.'),
      enterSecret: true,
    };
  }
  if (error instanceof ConnectionEndedError && error.ending !== 'signed out')
    return { what: l10n.t('This account has been changed.'), next: tryAgain() };
  if (error instanceof SignedOutError || error instanceof ConnectionEndedError)
    return { what: l10n.t('This account has been signed out.'), next: l10n.t('Sign in again.') };
  if (error instanceof Error && error.name === 'AbortError')
    return { what: l10n.t('The request was canceled.'), next: tryAgain() };
  if (error instanceof MalformedSidError) {
    return {
      what: l10n.t('“{sid}” is not a valid SID of a {noun}.', {
        sid: plain(error.sid, 40),
        noun: error.noun,
      }),
      next: l10n.t('No request can be sent about it.'),
    };
  }
  if (error instanceof SecretStorageError) return describeSecretStorageError(error);
  // Not "see the log": nothing guarantees that this error was written there.
  const text = error instanceof Error ? error.message : typeof error === 'string' ? error : '';
  const reason = asClause(text, 200) || l10n.t('no reason given');
  return { what: l10n.t('Unexpected error in the extension: {reason}.', { reason }), next: tryAgain() };
}

/** A sentence from elsewhere, as a clause of ours. */
export const asClause = (text: string, length: number) => plain(text, length).replace(/[.\s]+$/, '');

const tryAgain = () => l10n.t('Try again.');
const checkNetwork = () => l10n.t('Check the network connection, then try again.');
const checkProxy = () => l10n.t('Check whether your network has a proxy or a sign-in page, then try again.');

/** The secret store wrote the reason to the log before it threw this. */
function describeSecretStorageError({ operation, account, reason }: SecretStorageError): ErrorMessage {
  const args = { account: plain(account.name, 60), reason: asClause(reason, 160) };
  const what = {
    read: () => l10n.t('VS Code’s secret storage could not read the secret of {account}: {reason}.', args),
    save: () => l10n.t('VS Code’s secret storage could not save the secret of {account}: {reason}.', args),
    delete: () =>
      l10n.t(
        'VS Code’s secret storage could not delete the secret of {account}, which stays signed in: {reason}.',
        args,
      ),
  }[operation]();
  return {
    what,
    next: l10n.t(
      'Check that this machine’s keychain or keyring is unlocked. The TaskRouter log has the reason.',
    ),
  };
}

function describeApiError(error: ApiError): ErrorMessage {
  const { status, code, detail, request } = error;
  const server = localize(serverName(error.server));
  const isByGateway = status < 500 && outcomeOfFailure(error) === 'unknown';
  // A gateway may have forwarded the update: never say that it was refused.
  if (isByGateway && (request.method !== 'GET' || !hasOwnText.has(status))) {
    return {
      what: l10n.t('A gateway, not TaskRouter, may have sent this response (HTTP {status}).', { status }),
      next: l10n.t('Refresh to see the current state, then try again.'),
    };
  }
  const [problem, next, enterSecret] = causeOf(error, server);
  const reference = code ?? (status >= 500 ? `HTTP ${status}` : undefined);
  return {
    what:
      reference === undefined
        ? l10n.t('{problem}.', { problem })
        : l10n.t('{problem} ({reference}).', { problem, reference }),
    next,
    ...(detail
      ? { said: l10n.t('{server} says: “{message}”', { server, message: plain(detail, 400) }) }
      : {}),
    ...(code === undefined ? {} : { moreInfo: errorPage(code) }),
    ...(enterSecret ? { enterSecret } : {}),
  };
}

/** Statuses that mean the same whether TaskRouter or a gateway sent them. */
const hasOwnText = new Set([401, 403, 404, 409, 412, 429]);

/** The problem without a period, and what to do next. */
function causeOf(
  { code, status, request, server: origin }: ApiError,
  server: string,
): readonly [problem: string, next: string, enterSecret?: true] {
  if (status >= 500)
    return [l10n.t('{server} is having problems', { server }), l10n.t('Try again in a minute.')];
  if (code === 20008) {
    return [
      l10n.t('These are test credentials, which do not work for TaskRouter'),
      l10n.t('Sign in with the live Account SID and Auth Token, or with an API key.'),
    ];
  }
  if (code === 20005)
    return [l10n.t('This account is not active'), l10n.t('Check it in the Twilio Console.')];
  if (code === 70051) {
    return [
      l10n.t('{server} did not authorize this request', { server }),
      l10n.t('{permission} The account may also be suspended.', { permission: permissionFor(request) }),
    ];
  }
  switch (status) {
    case 401:
      return [
        l10n.t('{server} does not accept these credentials', { server }),
        origin !== undefined && isLoopbackOrigin(origin)
          ? l10n.t('Check the SID and secret that it was started with, then try again.')
          : l10n.t('Check that the SID and secret match and are for this region, then try again.'),
        true,
      ];
    case 403:
      return [l10n.t('These credentials do not have permission'), permissionFor(request)];
    case 404:
      return [
        l10n.t('Not found'),
        /\/Tasks\/|\/Reservations\b/.test(request.path)
          ? l10n.t('It may have been deleted: finished tasks are removed after five minutes.')
          : l10n.t('It may have been deleted.'),
      ];
    case 409:
    case 412:
      return [
        l10n.t('Somebody else changed this in the meantime'),
        l10n.t('Refresh, check it, then try again.'),
      ];
    case 429:
      return [
        l10n.t('Too many requests'),
        request.method !== 'GET'
          ? l10n.t('Nothing was done. Wait a moment, then try again.')
          : l10n.t(
              'This was not loaded, so what is shown may be out of date. Wait a moment, then try again.',
            ),
      ];
    default:
      return [l10n.t('{server} rejected the request with HTTP {status}', { server, status }), tryAgain()];
  }
}

/**
 * The permission that a restricted API key lacks, as the Twilio Console names it: each collection has permissions of its
 * own. https://www.twilio.com/docs/iam/api-keys/restricted-api-keys
 */
function permissionFor({ method, path }: RequestLine): string {
  const segments = path.split('/').slice(2);
  const resource = plain(segments.filter((_, i) => i % 2 === 0).join(' › '));
  if (method === 'DELETE')
    return l10n.t('A restricted API key needs permission to delete {resource} in TaskRouter.', { resource });
  if (method === 'POST')
    return l10n.t('A restricted API key needs permission to update {resource} in TaskRouter.', { resource });
  return segments.length % 2
    ? l10n.t('A restricted API key needs permission to list {resource} in TaskRouter.', { resource })
    : l10n.t('A restricted API key needs permission to read {resource} in TaskRouter.', { resource });
}

function describeConnectionError({ code, server }: ConnectionError): ErrorMessage {
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        what: l10n.t('The host name of TaskRouter could not be resolved.'),
        next: l10n.t('Check the network connection and VS Code’s proxy setting, then try again.'),
      };
    case 'ECONNREFUSED':
      if (server === undefined || !isLoopbackOrigin(server))
        return { what: l10n.t('The connection was refused.'), next: checkNetwork() };
      return {
        what: l10n.t('The connection to {host} was refused.', { host: new URL(server).host }),
        next: l10n.t('Start the local TaskRouter, then try again.'),
      };
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'CERT_HAS_EXPIRED':
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return {
        what: l10n.t('The server’s certificate is not trusted on this machine ({code}).', { code }),
        next: l10n.t('If your network has a proxy, install its certificate, then try again.'),
      };
    case 'TIMEOUT':
      return { what: l10n.t('TaskRouter did not respond in time.'), next: checkNetwork() };
    case 'CANCELED':
    case 'NOT_SENT':
      return { what: l10n.t('The request was canceled.'), next: tryAgain() };
    default:
      return { what: l10n.t('The connection failed ({code}).', { code }), next: checkNetwork() };
  }
}

function describeResponseShapeError({ fault, problem }: ResponseShapeError): ErrorMessage {
  switch (fault) {
    case 'redirect':
      return {
        what: l10n.t('The response redirects to another address, which was not followed.'),
        next: checkProxy(),
      };
    case 'not-json':
      return { what: l10n.t('The response did not come from TaskRouter.'), next: checkProxy() };
    case 'too-large':
      return {
        what: l10n.t('Not read: {problem}.', { problem: localize(problem) }),
        next: l10n.t('Try again, or load fewer rows.'),
      };
    case 'foreign-page':
    case 'page-loop':
    case 'too-many-pages':
      return {
        what: l10n.t('Not all rows could be loaded: {problem}.', { problem: localize(problem) }),
        next: l10n.t('Only the rows above were loaded.'),
      };
    case 'shape':
      return {
        what: l10n.t('TaskRouter’s response is not as documented: {problem}.', {
          problem: localize(problem),
        }),
        next: l10n.t('Try again. If this happens again, the API may have changed.'),
      };
  }
}

/** One line, for a row or a notification. */
export const sentence = ({ what, next }: ErrorMessage): string => `${what} ${next}`;
