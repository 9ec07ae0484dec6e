import type { ShapeFault } from './errors';
import { ApiError, ConnectionError, isTaskRouterError, ResponseShapeError } from './errors';
import type { Fetch, FetchResponse } from './fetch';
import { NotSentError } from './fetch';
import { belongsTo, isAllowedOrigin } from './origin';
import { createPace } from './pace';
import { mask, Redactor, RequestSecrets } from './redaction';
import type { Filters, PageOptions, TaskRouterRequest } from './requests';
import { encodeParameters, fetchRequest, listRequest, requestTarget } from './requests';
import type { Collection, Row } from './resources';

export type { Row };

export interface Page {
  readonly rows: readonly Row[];
  /** Rows without even a SID. */
  readonly unreadable: number;
  readonly nextPageToken?: string;
  /** There are more rows, but the address of the next page is not one to follow. */
  readonly cutShort?: ResponseShapeError;
}

export interface PagesOptions {
  /** Rows to read, at least; all when absent. */
  readonly wanted?: number;
  /** Rows in one page, at most 1000; 1000 when absent. */
  readonly pageSize?: number;
  /** Where to continue. */
  readonly pageToken?: string;
  readonly maxPages?: number;
}

export interface Fetched {
  readonly row: Row;
  readonly etag?: string;
}

/** What became of one request, for the log. Holds no query, no body, no secret. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly status?: number;
  readonly failure?: string;
  readonly milliseconds: number;
  readonly requestId?: string;
  readonly attempt: number;
  /** The answer's Date, in milliseconds since 1970: Twilio's clock, in whole seconds. */
  readonly date?: number;
  /** X-Rate-Limit-Remaining. */
  readonly remaining?: number;
  /** Seconds, when the answer asked for a pause. */
  readonly retryAfter?: number;
}

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
}

const maxBytes = 8 * 1024 * 1024;
const maxInFlight = 8;
const readAttempts = 3;
/** 200,000 rows at the largest page size: more than any list here is read for. */
const defaultMaxPages = 200;
/** Pages in a row without a new row. A filtered or shifting list can have one; an endless one has nothing else. */
const maxBarrenPages = 3;
const timedOut = new Error('The deadline has passed.');

export type Client = ReturnType<typeof createClient>;

/**
 * Talks to one TaskRouter with one account's credentials, and to nothing else.
 * Reads are tried up to three times within the deadline; an update is sent once, whatever comes back.
 * Every method rejects with ConnectionError, ApiError or ResponseShapeError.
 */
export function createClient(options: ClientOptions) {
  const { fetch, origin, deadline = 15_000, onExchange } = options;
  if (!isAllowedOrigin(origin)) throw new TypeError(`Credentials may not be sent to ${origin}.`);
  const basic = Buffer.from(`${options.username}:${options.password}`).toString('base64');
  const authorization = 'Basic ' + basic;
  const { requestSecrets = new RequestSecrets() } = options;
  const redactor = new Redactor([options.password, basic], requestSecrets);
  const pace = createPace(maxInFlight);

  async function once(request: TaskRouterRequest, signal: AbortSignal, attempt: number): Promise<Answer> {
    const url = origin + requestTarget(request);
    if (new URL(url).origin !== origin) throw new TypeError('A request may not leave its origin.');
    try {
      await pace.enter(signal);
    } catch {
      throw new ConnectionError(request, 'NOT_SENT');
    }
    requestSecrets.add(request);
    const started = performance.now();
    let result: 'good' | 'refused' | 'failed' = 'failed';
    const told: { -readonly [K in keyof Exchange]?: Exchange[K] } = {};
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
      told.status = response.status;
      const { etag, requestId } = redactedHeaders(response, redactor);
      told.requestId = requestId;
      Object.assign(told, paceOf(response));
      if (response.status === 429) result = 'refused';
      const answer = await readAnswer(request, response, redactor, requestId);
      result = 'good';
      return { ...answer, ...(etag ? { etag } : {}) };
    } catch (error) {
      const known = isTaskRouterError(error) ? error : connectionError(request, error, signal, redactor);
      told.failure = known instanceof ConnectionError ? known.code : known.name;
      throw known;
    } finally {
      pace.leave(result);
      onExchange?.(
        {
          method: request.method,
          path: request.path,
          milliseconds: Math.round(performance.now() - started),
          attempt,
          ...told,
        },
        request,
      );
    }
  }

  async function send(request: TaskRouterRequest, signal?: AbortSignal): Promise<Answer> {
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
          return await once(request, ending.signal, attempt);
        } catch (error) {
          const last = request.method !== 'GET' || attempt === readAttempts;
          if (last || ending.signal.aborted || !worthRetrying(error)) throw error;
          const wait = pauseBefore(attempt, error);
          if (performance.now() + wait >= ends) throw error;
          await pause(wait, ending.signal);
          if (ending.signal.aborted) throw error;
        }
      }
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    }
  }

  return {
    origin,

    /** The raw answer to any request value. */
    send,

    /** One page of a collection; `parents` are the SIDs of its path from the workspace down. */
    async list<C extends Collection>(
      collection: C,
      parents: readonly string[],
      filters: Filters<C> = {},
      page: PageOptions = {},
      signal?: AbortSignal,
    ): Promise<Page> {
      const request = listRequest(collection, parents, filters, page);
      const answer = await send(request, signal);
      return readPage(collection, request, answer, origin);
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
      const { wanted = Infinity, pageSize = 1000, maxPages = defaultMaxPages } = options;
      const guard = new PageGuard(maxPages);
      let token = options.pageToken;
      do {
        const request = listRequest(collection, parents, filters, {
          pageSize: Math.min(pageSize, wanted - guard.rows),
          ...(token === undefined ? {} : { pageToken: token }),
        });
        const page = readPage(collection, request, await send(request, signal), origin);
        const problem = guard.problemOf(page, wanted);
        yield problem ? withoutNext(page, new ResponseShapeError(request, ...problem)) : page;
        token = problem ? undefined : page.nextPageToken;
      } while (token !== undefined && guard.rows < wanted);
    },

    /** One resource; `sids` are those of its path from the workspace down, its own last. */
    async fetch(collection: Collection, sids: readonly string[], signal?: AbortSignal): Promise<Fetched> {
      const request = fetchRequest(collection, sids);
      return readFetched(request, await send(request, signal));
    },

    /** Sends an update, once. The row is what TaskRouter answered, which may lag behind what it did. */
    async update(
      request: TaskRouterRequest,
      signal?: AbortSignal,
    ): Promise<Fetched & { status: number; requestId?: string }> {
      const answer = await send(request, signal);
      return {
        ...readFetched(request, answer),
        status: answer.status,
        ...(answer.requestId ? { requestId: answer.requestId } : {}),
      };
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly etag?: string;
  readonly requestId?: string;
}

/** An ETag is left out when it repeats a secret, or has what a header or a copied command must not. */
function redactedHeaders(
  { headers }: FetchResponse,
  redactor: Redactor,
): { etag?: string | undefined; requestId?: string | undefined } {
  const etag = headers.get('etag') ?? '';
  const requestId = headers.get('twilio-request-id') ?? undefined;
  return {
    etag: /^[\x21-\x7e]{1,256}$/.test(etag) && redactor.message(etag) === etag ? etag : undefined,
    requestId: requestId === undefined ? undefined : redactor.message(requestId),
  };
}

async function readAnswer(
  request: TaskRouterRequest,
  response: FetchResponse,
  redactor: Redactor,
  requestId: string | undefined,
): Promise<Answer> {
  const { status } = response;
  const text = await readText(request, response);
  // Following a redirect would carry the credentials along.
  if (status >= 300 && status < 400) {
    throw new ResponseShapeError(request, 'redirect', status, 'the answer points to another address');
  }
  const body = redactor.parse(text, status >= 400 ? 'messages' : 'rows');
  if (status >= 400) {
    const refusal = refusalOf(body);
    if (!refusal && status < 500 && status !== 429) {
      throw new ResponseShapeError(request, 'not-json', status, 'a refusal that TaskRouter did not write');
    }
    const retryAfter = secondsOf(response.headers.get('retry-after') ?? '');
    throw new ApiError(request, {
      status,
      ...refusal,
      ...(requestId ? { requestId } : {}),
      ...(retryAfter >= 0 ? { retryAfter } : {}),
    });
  }
  if (body === undefined) {
    throw new ResponseShapeError(request, 'not-json', status, 'the answer is not JSON');
  }
  return { status, body, ...(requestId ? { requestId } : {}) };
}

/** What an answer's headers say about time and pace. */
function paceOf({ headers }: FetchResponse): Pick<Exchange, 'date' | 'remaining' | 'retryAfter'> {
  const told = {
    date: Date.parse(headers.get('date') ?? ''),
    remaining: parseInt(headers.get('x-rate-limit-remaining') ?? '', 10),
    retryAfter: secondsOf(headers.get('retry-after') ?? ''),
  };
  return Object.fromEntries(Object.entries(told).filter(([, value]) => !Number.isNaN(value)));
}

/** The seconds that a Retry-After header asks for, in either of its two forms. */
function secondsOf(header: string): number {
  return /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
}

/** What Twilio's error body says, or the RFC 9457 one of its newer products; undefined for anything else. */
function refusalOf(body: unknown): { code?: number; detail: string; moreInfo?: string } | undefined {
  const { code, message, detail, title, more_info: moreInfo } = (body ?? {}) as Record<string, unknown>;
  if (typeof (message ?? title) !== 'string') return undefined;
  const words = [message, detail, title].find((one) => typeof one === 'string')!;
  return {
    detail: words,
    ...(typeof code === 'number' ? { code } : {}),
    ...(typeof moreInfo === 'string' ? { moreInfo } : {}),
  };
}

async function readText(request: TaskRouterRequest, response: FetchResponse): Promise<string> {
  if (!response.body) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body) {
    const chunk = typeof part === 'string' ? Buffer.from(part) : part;
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new ResponseShapeError(request, 'too-large', response.status, 'the answer is larger than 8 MiB');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes).toString();
}

/** Node's fields of an error, and the name that node-fetch gives one of them. */
interface SocketError {
  readonly code?: string;
  readonly syscall?: string;
  readonly erroredSysCall?: string;
}

function connectionError(
  request: TaskRouterRequest,
  error: unknown,
  signal: AbortSignal,
  redactor: Redactor,
): ConnectionError {
  if (error instanceof NotSentError) return new ConnectionError(request, 'NOT_SENT');
  if (signal.aborted) {
    return new ConnectionError(request, signal.reason === timedOut ? 'TIMEOUT' : 'CANCELED', {
      cause: withoutResponse(error, redactor),
    });
  }
  const { code, cause, syscall, erroredSysCall } = error as SocketError & { cause?: SocketError };
  return new ConnectionError(request, code ?? cause?.code ?? 'UNKNOWN', {
    syscall: erroredSysCall ?? syscall ?? cause?.syscall,
    cause: withoutResponse(error, redactor),
  });
}

/** Node's parser attaches the bytes of the response to its errors. */
const withoutResponse = (error: unknown, redactor: Redactor): Error =>
  new Error(redactor.message(error instanceof Error ? error.message : String(error)));

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

/** A SID names a row everywhere, as it is: in ids, titles, file names and the log. So it can be a word only. */
const isRow = (value: unknown): value is Row => {
  const { sid } = (value ?? {}) as { sid?: unknown };
  return typeof sid === 'string' && /^\w{1,64}$/.test(sid);
};

function readFetched(request: TaskRouterRequest, answer: Answer): Fetched {
  if (!isRow(answer.body)) {
    throw new ResponseShapeError(request, 'shape', answer.status, 'the answer is not a resource with a SID');
  }
  return { row: answer.body, ...(answer.etag ? { etag: answer.etag } : {}) };
}

function readPage(collection: Collection, request: TaskRouterRequest, answer: Answer, origin: string): Page {
  const body = (answer.body ?? {}) as Record<string, unknown>;
  const rows = body[collection.key];
  const meta = body['meta'] ?? {};
  const next = (meta as { next_page_url?: unknown }).next_page_url ?? '';
  if (!Array.isArray(rows) || typeof meta !== 'object' || typeof next !== 'string') {
    throw new ResponseShapeError(
      request,
      'shape',
      answer.status,
      `the answer has no list of ${collection.key}`,
    );
  }
  const readable = rows.filter(isRow);
  return {
    rows: readable,
    unreadable: rows.length - readable.length,
    ...(next ? nextPage(request, next, origin, answer.status) : {}),
  };
}

/** Only the token is taken from a URL that an answer names; the request itself is built anew. */
function nextPage(
  request: TaskRouterRequest,
  next: string,
  origin: string,
  status: number,
): Pick<Page, 'nextPageToken' | 'cutShort'> {
  const cut = (fault: 'foreign-page' | 'page-loop', problem: string) => ({
    cutShort: new ResponseShapeError(request, fault, status, problem),
  });
  const url = URL.parse(next);
  if (url === null || !belongsTo(origin, url.origin) || url.pathname !== request.path) {
    return cut('foreign-page', 'the next page is said to be at another address');
  }
  const token = url.searchParams.get('PageToken');
  if (!token) return cut('foreign-page', 'the next page is named without a token');
  if (token.includes(mask)) return cut('foreign-page', 'the next page is named with a secret');
  if (request.query.some(([name, value]) => name === 'PageToken' && value === token)) {
    return cut('page-loop', 'the next page is said to be this page again');
  }
  return { nextPageToken: token };
}

/** Notices a chain of pages that cannot be a list's: it repeats a token, brings nothing new, or does not end. */
class PageGuard {
  private readonly sids = new Set<string>();
  private readonly tokens = new Set<string>();
  private pages = 0;
  private barren = 0;

  constructor(private readonly maxPages: number) {}

  /** Different rows so far. */
  get rows(): number {
    return this.sids.size;
  }

  /** What is wrong with going on after this page. */
  problemOf({ rows, nextPageToken }: Page, wanted: number): [ShapeFault, number, string] | undefined {
    const before = this.rows;
    for (const { sid } of rows) this.sids.add(sid);
    this.pages++;
    this.barren = this.rows > before ? 0 : this.barren + 1;
    if (nextPageToken === undefined) return undefined;
    if (this.tokens.has(nextPageToken)) return ['page-loop', 200, 'the pages repeat'];
    this.tokens.add(nextPageToken);
    if (this.barren >= maxBarrenPages) return ['page-loop', 200, `${this.barren} pages had no new rows`];
    if (this.pages >= this.maxPages && this.rows < wanted)
      return ['too-many-pages', 200, `the limit is ${this.maxPages} pages`];
    return undefined;
  }
}

const withoutNext = ({ rows, unreadable }: Page, cutShort: ResponseShapeError): Page => ({
  rows,
  unreadable,
  cutShort,
});

/** A row as its type. A field that does not have its documented type is undefined. */
export const readRow = <T>(collection: Collection<T>, row: Row): T => collection.read(row);
