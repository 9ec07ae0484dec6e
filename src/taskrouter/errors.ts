import type { Message } from './message';
import { inEnglish } from './message';
import type { TaskRouterRequest } from './requests';

/** All that an error holds of its request: the body can contain a SIP password. */
export type RequestLine = Pick<TaskRouterRequest, 'method' | 'path'>;

const requestLine = ({ method, path }: RequestLine): RequestLine => ({ method, path });
const inWords = ({ method, path }: RequestLine) => `${method} ${path}`;

/** Connection errors that occur before any byte of the request leaves this machine. */
const neverSent = new Set([
  'NOT_SENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/**
 * There was no response. `code` is Node's (`ECONNREFUSED`, …), `TIMEOUT`, `CANCELED` when we aborted the request, or
 * `NOT_SENT` when we aborted it before it was sent.
 */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly request: RequestLine;
  /** The origin that the request was for, or another name of the server; set by the request sender. */
  server?: string;
  constructor(
    request: RequestLine,
    readonly code: string,
    options?: ErrorOptions & { readonly syscall?: string | undefined },
  ) {
    super(`No response to ${inWords(request)} (${code})`, options);
    this.request = requestLine(request);
    // An open connection can fail with EHOSTUNREACH too, when a router reports it.
    this.mayHaveArrived = !neverSent.has(code) || /^(read|write)/.test(options?.syscall ?? '');
  }

  /** False when the request certainly did not reach the server. */
  readonly mayHaveArrived: boolean;
}

/** TaskRouter refused the request. `code` is Twilio's error code: https://www.twilio.com/docs/api/errors */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly request: RequestLine;
  /** The origin that responded, or another name of the server; set by the request sender. */
  server?: string;
  readonly status: number;
  readonly code: number | undefined;
  /** Twilio's own sentence; untrusted text. */
  readonly detail: string;
  readonly requestId: string | undefined;
  /** Seconds that the response asked to wait. */
  readonly retryAfter: number | undefined;
  constructor(
    request: RequestLine,
    answer: {
      status: number;
      code?: number;
      detail?: string;
      requestId?: string;
      retryAfter?: number;
    },
  ) {
    super(`${answer.status} to ${inWords(request)}${answer.code ? ` (${answer.code})` : ''}`);
    this.request = requestLine(request);
    this.status = answer.status;
    this.code = answer.code;
    this.detail = answer.detail ?? '';
    this.requestId = answer.requestId;
    this.retryAfter = answer.retryAfter;
  }
}

export type ShapeFault =
  'redirect' | 'not-json' | 'too-large' | 'shape' | 'foreign-page' | 'page-loop' | 'too-many-pages';

/** The response is not one that TaskRouter sends. */
export class ResponseShapeError extends Error {
  override readonly name = 'ResponseShapeError';
  readonly request: RequestLine;
  constructor(
    request: RequestLine,
    readonly fault: ShapeFault,
    readonly status: number,
    /** What is wrong, as the end of a sentence: `the response is not JSON`. Never a piece of the response. */
    readonly problem: Message,
  ) {
    super(`${inWords(request)}: ${inEnglish(problem)}`);
    this.request = requestLine(request);
  }
}

export type TaskRouterError = ConnectionError | ApiError | ResponseShapeError;

export function isTaskRouterError(error: unknown): error is TaskRouterError {
  return error instanceof ConnectionError || error instanceof ApiError || error instanceof ResponseShapeError;
}

/** Statuses that a gateway may send itself, after it forwarded the request. */
const gatewayStatuses = new Set([408, 421, 425, 460, 499]);

/**
 * The outcome of a failed update: `not done` when TaskRouter refused it or the request never left this machine.
 * Everything else is `unknown`: a gateway may have forwarded the update before it responded itself (408, 421, 425,
 * 460, 499, 5xx, a redirect, or any body without Twilio's error code), and the call was placed.
 */
export function outcomeOfFailure(error: TaskRouterError): 'not done' | 'unknown' {
  if (error instanceof ConnectionError) return error.mayHaveArrived ? 'unknown' : 'not done';
  if (!(error instanceof ApiError) || error.code === undefined) return 'unknown';
  return error.status < 500 && !gatewayStatuses.has(error.status) ? 'not done' : 'unknown';
}
