import { ApiError, ConnectionError, isTaskRouterError, ResponseShapeError } from './errors';
import type { Fetch } from './fetch';
import { isAllowedOrigin } from './origin';
import { createPace } from './pace';
import type { Page, PagesOptions } from './pages';
import { PageGuard, readPage, withoutNext } from './pages';
import { Redactor, RequestSecrets } from './redaction';
import type { Filters, PageOptions, TaskRouterRequest } from './requests';
import { encodeParameters, fetchRequest, listRequest, requestTarget } from './requests';
import type { Collection, Row } from './resources';
import type { ApiResponse, Exchange, Fetched } from './response';
import { connectionError, paceOf, readFetched, readResponse, redactedHeaders, timedOut } from './response';

export type { Exchange, Fetched, Page, Row };

export interface ClientOptions {
  readonly fetch: Fetch;
  /** `https://taskrouter.twilio.com` or one of its regions, or http on this machine. */
  readonly origin: string;
  /** Account SID, or API key SID. */
  readonly username: string;
  readonly password: string;
  /** Shared with other clients whose servers may repeat what was sent to this one; its own when absent. */
  readonly requestSecrets?: RequestSecrets;
  /** Milliseconds for connecting, headers and body together; retries of a read share it. */
  readonly deadline?: number;
  readonly onExchange?: (exchange: Exchange, request: TaskRouterRequest) => void;
  /** Counts every request as it leaves, and holds background requests back; no limit when absent. */
  readonly limit?: RequestLimit;
}

/** Leave for one request. Exactly one of the two is called. */
export interface Admission {
  /** The request leaves now. */
  leave(): void;
  /** It does not leave after all. */
  cancel(): void;
}

export interface RequestLimit {
  /** For a request that does not wait. */
  admitNow(): Admission;
  /** For a background request that can be dropped: undefined when the limit is reached. */
  tryAdmit(): Admission | undefined;
  /** Waits until the limit allows another request, or until `hurry`. Rejects when `signal` aborts. */
  admit(signal?: AbortSignal, hurry?: AbortSignal): Promise<Admission>;
}

/** Marks a read as one that waits for the request limit; `hurry` aborts when the user needs it now. */
export interface Background {
  readonly hurry?: AbortSignal;
}

const maxInFlight = 8;
const readAttempts = 3;

export type Client = ReturnType<typeof createClient>;

/**
 * Talks to one TaskRouter with one account's credentials, and to nothing else.
 * Reads are tried up to three times within the deadline; an update is sent once, whatever comes back.
 * Every method rejects with ConnectionError, ApiError or ResponseShapeError.
 */
export function createClient(options: ClientOptions) {
  const { fetch, origin, deadline = 15_000, onExchange, limit } = options;
  if (!isAllowedOrigin(origin)) throw new TypeError(`Credentials may not be sent to ${origin}.`);
  const basic = Buffer.from(`${options.username}:${options.password}`).toString('base64');
  const authorization = 'Basic ' + basic;
  const { requestSecrets = new RequestSecrets() } = options;
  const redactor = new Redactor([options.password, basic], requestSecrets);
  const pace = createPace(maxInFlight);

  async function once(
    request: TaskRouterRequest,
    signal: AbortSignal,
    attempt: number,
    admission: Admission | undefined,
  ): Promise<ApiResponse> {
    const url = origin + requestTarget(request);
    if (new URL(url).origin !== origin) throw new TypeError('A request may not leave its origin.');
    try {
      await pace.enter(signal);
    } catch {
      admission?.cancel();
      throw new ConnectionError(request, 'NOT_SENT');
    }
    admission?.leave();
    requestSecrets.add(request);
    const started = performance.now();
    let result: 'good' | 'refused' | 'failed' = 'failed';
    const exchange: { -readonly [K in keyof Exchange]?: Exchange[K] } = {};
    try {
      const response = await fetch(url, {
        method: request.method,
        headers: {
          Accept: 'application/json',
          Authorization: authorization,
          ...(request.body ? { 'Content-Type': 'application/x-www-form-urlencoded' } : {}),
          ...(request.ifMatch === undefined ? {} : { 'If-Match': request.ifMatch }),
        },
        ...(request.body ? { body: encodeParameters(request.body) } : {}),
        redirect: 'manual',
        signal,
      });
      exchange.status = response.status;
      const { etag, requestId } = redactedHeaders(response, redactor);
      exchange.requestId = requestId;
      Object.assign(exchange, paceOf(response));
      if (response.status === 429) result = 'refused';
      const read = await readResponse(request, response, redactor, requestId);
      result = 'good';
      return { ...read, ...(etag ? { etag } : {}) };
    } catch (error) {
      const known = isTaskRouterError(error) ? error : connectionError(request, error, signal, redactor);
      exchange.failure = known instanceof ConnectionError ? known.code : known.name;
      throw known;
    } finally {
      pace.leave(result);
      onExchange?.(
        {
          method: request.method,
          path: request.path,
          milliseconds: Math.round(performance.now() - started),
          attempt,
          ...exchange,
        },
        request,
      );
    }
  }

  async function send(
    request: TaskRouterRequest,
    signal?: AbortSignal,
    wait?: Background,
  ): Promise<ApiResponse> {
    // Waiting for the request limit is not part of the deadline.
    let admission = await admitFirst(request, signal, wait);
    // Not AbortSignal.timeout and any: Node 20 may collect the first while it is waited for, and the second
    // leaves a trace on a long-lived signal with each request.
    const ending = new AbortController();
    const cancel = () => ending.abort();
    const timer = setTimeout(() => ending.abort(timedOut), deadline);
    const ends = performance.now() + deadline;
    if (signal?.aborted) cancel();
    signal?.addEventListener('abort', cancel);
    try {
      for (let attempt = 1; ; attempt++) {
        try {
          return await once(request, ending.signal, attempt, admission);
        } catch (error) {
          const last = request.method !== 'GET' || attempt === readAttempts;
          if (last || ending.signal.aborted || !worthRetrying(error)) throw error;
          const milliseconds = pauseBefore(attempt, error);
          if (performance.now() + milliseconds >= ends) throw error;
          await pause(milliseconds, ending.signal);
          if (ending.signal.aborted) throw error;
          admission = wait && !wait.hurry?.aborted ? limit?.tryAdmit() : limit?.admitNow();
          if (limit && !admission) throw error;
        }
      }
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    }
  }

  async function admitFirst(request: TaskRouterRequest, signal?: AbortSignal, wait?: Background) {
    if (!limit) return undefined;
    if (!wait) return limit.admitNow();
    try {
      return await limit.admit(signal, wait.hurry);
    } catch {
      throw new ConnectionError(request, 'NOT_SENT');
    }
  }

  const reads = (wait?: Background) => ({
    /** One page of a collection; `parents` are the SIDs of its path from the workspace down. */
    async list<C extends Collection>(
      collection: C,
      parents: readonly string[],
      filters: Filters<C> = {},
      page: PageOptions = {},
      signal?: AbortSignal,
    ): Promise<Page> {
      const request = listRequest(collection, parents, filters, page);
      return readPage(collection, request, await send(request, signal, wait), origin);
    },

    /**
     * The pages of a list, one request each, until `wanted` rows have come or the list ends. A list that does not end,
     * repeats itself or exceeds `maxPages` ends with a page that has `cutShort`.
     */
    async *pages<C extends Collection>(
      collection: C,
      parents: readonly string[],
      filters: Filters<C> = {},
      options: PagesOptions = {},
      signal?: AbortSignal,
    ): AsyncGenerator<Page, void, undefined> {
      const { wanted = Infinity, pageSize = 1000 } = options;
      const guard = new PageGuard(options.maxPages);
      let token = options.pageToken;
      do {
        const request = listRequest(collection, parents, filters, {
          pageSize: Math.min(pageSize, wanted - guard.rows),
          ...(token === undefined ? {} : { pageToken: token }),
        });
        const page = readPage(collection, request, await send(request, signal, wait), origin);
        const problem = guard.problemOf(page, wanted);
        yield problem ? withoutNext(page, new ResponseShapeError(request, ...problem)) : page;
        token = problem ? undefined : page.nextPageToken;
      } while (token !== undefined && guard.rows < wanted);
    },

    /** One resource; `sids` are those of its path from the workspace down, its own last. */
    async fetch(collection: Collection, sids: readonly string[], signal?: AbortSignal): Promise<Fetched> {
      const request = fetchRequest(collection, sids);
      return readFetched(request, await send(request, signal, wait));
    },
  });

  return {
    origin,

    /** The raw response to any request value. */
    send: (request: TaskRouterRequest, signal?: AbortSignal) => send(request, signal),

    ...reads(),

    /** The same reads for the background: they wait for the request limit. */
    background: (wait: Background = {}) => reads(wait),

    /** Sends an update, once. The row is what TaskRouter answered, which may lag behind what it did. */
    async update(
      request: TaskRouterRequest,
      signal?: AbortSignal,
    ): Promise<Fetched & { status: number; requestId?: string }> {
      const response = await send(request, signal);
      return {
        ...readFetched(request, response),
        status: response.status,
        ...(response.requestId ? { requestId: response.requestId } : {}),
      };
    },
  };
}

function worthRetrying(error: unknown): boolean {
  if (error instanceof ApiError) return error.status === 429 || error.status >= 500;
  return error instanceof ConnectionError && error.code !== 'CANCELED' && error.code !== 'NOT_SENT';
}

/** Milliseconds: what the answer asked for, between one second and five minutes, else full jitter. */
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

/** A row as its type. A field that does not have its documented type is undefined. */
export const readRow = <T>(collection: Collection<T>, row: Row): T => collection.read(row);
