import { ApiError, ConnectionError, isTaskRouterError, ResponseShapeError } from './errors';
import type { Fetch, FetchInit } from './fetch';
import { originOf } from './origin';
import { createPace } from './pace';
import { Redactor, RequestSecrets } from './redaction';
import type { Admission, Background, RequestLimit } from './requestLimit';
import type { TaskRouterRequest } from './requests';
import { encodeParameters, requestTarget } from './requests';
import type { ApiResponse, Exchange } from './response';
import { connectionError, paceOf, readResponse, redactedHeaders, timedOut } from './response';

export interface RequestSenderOptions {
  /** What reaches the network: in the extension `networkFetch`, in tests also the simulator. */
  readonly fetch: Fetch;
  /** `https://taskrouter.twilio.com` or one of its regions, or http on this machine. */
  readonly origin: string;
  /** What errors name as the server; its origin when absent. */
  readonly server?: string;
  /** Account SID, or API key SID. */
  readonly username: string;
  readonly password: string;
  /** Shared by clients whose servers may repeat each other's requests; not shared when absent. */
  readonly requestSecrets?: RequestSecrets;
  /** Milliseconds for connecting, headers and body together; retries of a read share it. */
  readonly deadline?: number;
  readonly onExchange?: (exchange: Exchange, request: TaskRouterRequest) => void;
  /** Whether the credentials may also go to the two other hosts; only if the user of the account allowed it. */
  readonly otherHosts?: boolean;
  /** Counts every request that is sent, and delays background requests; no limit when absent. */
  readonly limit?: RequestLimit;
}

interface Signed {
  readonly url: string;
  readonly authorization: string;
}

interface Attempt {
  readonly attempt: number;
  readonly admission: Admission | undefined;
  readonly wait: Background | undefined;
}

const maxInFlight = 8;
const readAttempts = 3;

/**
 * Sends request values to one origin with one account's credentials, at most eight at a time.
 * A GET is tried up to three times within the deadline. An update is sent once, even if it fails; so is a read of another
 * host, because little depends on it.
 */
export class RequestSender {
  readonly #options: RequestSenderOptions;
  readonly #authorization: string;
  readonly #requestSecrets: RequestSecrets;
  readonly #redactor: Redactor;
  readonly #pace = createPace(maxInFlight);

  constructor(options: RequestSenderOptions) {
    const { origin, username, password, requestSecrets = new RequestSecrets() } = options;
    originOf(undefined, origin);
    const basic = Buffer.from(`${username}:${password}`).toString('base64');
    this.#options = options;
    this.#authorization = 'Basic ' + basic;
    this.#requestSecrets = requestSecrets;
    this.#redactor = new Redactor([password, basic], requestSecrets);
  }

  /** @throws ConnectionError, ApiError, ResponseShapeError; TypeError for a request that may not be signed */
  async send(request: TaskRouterRequest, signal?: AbortSignal, wait?: Background): Promise<ApiResponse> {
    const { limit, deadline = 15_000 } = this.#options;
    const signed = this.#sign(request);
    const maxAttempts = request.host === undefined ? readAttempts : 1;
    // Waiting for the request limit is not part of the deadline.
    let admission = await this.#admitFirst(request, signal, wait);
    // Not AbortSignal.timeout and any: Node 20 may garbage-collect the first while it is awaited, and the second
    // leaks memory on a long-lived signal with each request.
    const ending = new AbortController();
    const cancel = () => ending.abort();
    const timer = setTimeout(() => ending.abort(timedOut), deadline);
    const ends = performance.now() + deadline;
    if (signal?.aborted) cancel();
    signal?.addEventListener('abort', cancel);
    try {
      for (let attempt = 1; ; attempt++) {
        try {
          return await this.#attempt(request, signed, ending.signal, { attempt, admission, wait });
        } catch (error) {
          const last = request.method !== 'GET' || attempt === maxAttempts;
          if (last || ending.signal.aborted || !worthRetrying(error)) throw error;
          const milliseconds = pauseBefore(attempt, error);
          if (performance.now() + milliseconds >= ends) throw error;
          await pause(milliseconds, ending.signal);
          if (ending.signal.aborted) throw error;
          admission = wait && !wait.hurry?.aborted ? limit?.tryAdmit(wait) : limit?.admitNow();
          if (limit && !admission) throw error;
        }
      }
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    }
  }

  async #admitFirst(request: TaskRouterRequest, signal?: AbortSignal, wait?: Background) {
    const { limit } = this.#options;
    if (!limit) return undefined;
    if (!wait) return limit.admitNow();
    try {
      return await limit.admit(wait, signal);
    } catch (cause) {
      throw new ConnectionError(request, 'NOT_SENT', { cause });
    }
  }

  async #attempt(
    request: TaskRouterRequest,
    { url, authorization }: Signed,
    signal: AbortSignal,
    { attempt, admission, wait }: Attempt,
  ): Promise<ApiResponse> {
    const { onExchange, origin, server = origin } = this.#options;
    try {
      await this.#pace.enter(signal);
    } catch {
      admission?.cancel();
      throw new ConnectionError(request, 'NOT_SENT');
    }
    admission?.leave();
    this.#requestSecrets.add(request);
    const started = performance.now();
    let result: 'good' | 'refused' | 'failed' = 'failed';
    const exchange: { -readonly [K in keyof Exchange]?: Exchange[K] } = {};
    try {
      const fetched = this.#options.fetch(url, initOf(request, authorization, signal));
      const response = await unlessAborted(signal, fetched);
      exchange.status = response.status;
      const { etag, requestId } = redactedHeaders(response, this.#redactor);
      exchange.requestId = requestId;
      Object.assign(exchange, paceOf(response));
      if (response.status === 429) result = 'refused';
      const read = await unlessAborted(signal, readResponse(request, response, this.#redactor, requestId));
      result = 'good';
      return { ...read, ...(etag ? { etag } : {}) };
    } catch (error) {
      const known = isTaskRouterError(error)
        ? error
        : connectionError(request, error, signal, this.#redactor);
      exchange.failure = known instanceof ConnectionError ? known.code : known.name;
      if (!(known instanceof ResponseShapeError)) known.server = server;
      throw known;
    } finally {
      this.#pace.leave(result);
      onExchange?.(
        {
          method: request.method,
          path: request.path,
          milliseconds: Math.round(performance.now() - started),
          attempt,
          ...(wait?.purpose ? { purpose: wait.purpose } : {}),
          ...exchange,
        },
        request,
      );
    }
  }

  /** The only place that hands out the credentials, together with the URL that they are for. */
  #sign(request: TaskRouterRequest): Signed {
    const { host, method, body } = request;
    const { otherHosts = false } = this.#options;
    if (host !== undefined && (!otherHosts || method !== 'GET' || body !== undefined)) {
      throw new TypeError(`Credentials may not be sent to the host of ${host} with ${method}.`);
    }
    const origin = originOf(host, this.#options.origin);
    const url = origin + requestTarget(request);
    if (new URL(url).origin !== origin) throw new TypeError('A request may not leave its origin.');
    return { url, authorization: this.#authorization };
  }
}

const initOf = (
  { method, body, ifMatch }: TaskRouterRequest,
  authorization: string,
  signal: AbortSignal,
): FetchInit => ({
  method,
  headers: {
    Accept: 'application/json',
    Authorization: authorization,
    ...(body ? { 'Content-Type': 'application/x-www-form-urlencoded' } : {}),
    ...(ifMatch === undefined ? {} : { 'If-Match': ifMatch }),
  },
  ...(body ? { body: encodeParameters(body) } : {}),
  redirect: 'manual',
  signal,
});

/**
 * Rejects when the signal aborts, even if a fetch or body does not: a deadline must end every request. A fetch that
 * rejects at once comes first: it may know that nothing was sent.
 */
function unlessAborted<T>(signal: AbortSignal, result: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => setImmediate(() => reject(new Error('The request was aborted.')));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    void result.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function worthRetrying(error: unknown): boolean {
  if (error instanceof ApiError) return error.status === 429 || error.status >= 500;
  return error instanceof ConnectionError && error.code !== 'CANCELED' && error.code !== 'NOT_SENT';
}

/** Milliseconds: what the response asked for, between one second and five minutes, else full jitter. */
function pauseBefore(attempt: number, error: unknown): number {
  if (error instanceof ApiError && error.retryAfter !== undefined) {
    return Math.min(Math.max(error.retryAfter, 1), 300) * 1000;
  }
  return Math.random() * Math.min(3000, 200 * 2 ** attempt);
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
  });
}
