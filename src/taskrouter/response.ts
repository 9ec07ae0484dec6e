import { hasMoreValuesThan, maxValues } from './complexity';
import { isDeeperThan, maxDepth } from './depth';
import { ApiError, ConnectionError, ResponseShapeError } from './errors';
import type { FetchResponse } from './fetch';
import { NotSentError } from './fetch';
import type { Redactor } from './redaction';
import { message } from './message';
import type { Purpose } from './requestLimit';
import type { TaskRouterRequest } from './requests';
import type { Row } from './resources';
import { sidPrefixes } from './sid';
import type { SidNoun } from './sid';

const maxBytes = 8 * 1024 * 1024;
export const timedOut = new Error('The deadline has passed.');

/** A successful response. */
export interface ApiResponse {
  readonly status: number;
  readonly body: unknown;
  readonly etag?: string;
  readonly requestId?: string;
}

export interface Fetched {
  readonly row: Row;
  readonly etag?: string;
}

/** How one request went, for the log. Contains no query, no body, no secret. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly status?: number;
  readonly failure?: string;
  readonly milliseconds: number;
  readonly requestId?: string;
  readonly attempt: number;
  /** What a background request was for. */
  readonly purpose?: Purpose;
  /** The response's Date header, in milliseconds since 1970: Twilio's clock, in whole seconds. */
  readonly date?: number;
  /** X-Rate-Limit-Remaining. */
  readonly remaining?: number;
  /** Seconds that the response asked to wait. */
  readonly retryAfter?: number;
}

/** The ETag is omitted when it repeats a secret, or has characters that a header or a copied command must not have. */
export function redactedHeaders(
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

export async function readResponse(
  request: TaskRouterRequest,
  response: FetchResponse,
  redactor: Redactor,
  requestId: string | undefined,
): Promise<ApiResponse> {
  const { status } = response;
  const text = await readText(request, response);
  // Following a redirect would send the credentials elsewhere.
  if (status >= 300 && status < 400) {
    throw new ResponseShapeError(
      request,
      'redirect',
      status,
      message('the response redirects to another address'),
    );
  }
  if (hasMoreValuesThan(text, maxValues)) {
    throw new ResponseShapeError(
      request,
      'too-large',
      status,
      message('the response holds more than {count} values', { count: maxValues.toLocaleString('en') }),
    );
  }
  const body = redactor.parse(text);
  if (status >= 400) {
    const refusal = refusalOf(body, redactor);
    if (!refusal && status < 500 && status !== 429) {
      throw new ResponseShapeError(
        request,
        'not-json',
        status,
        message('the error did not come from TaskRouter'),
      );
    }
    const retryAfter = secondsOf(response.headers.get('retry-after') ?? '');
    throw new ApiError(request, {
      status,
      ...refusal,
      ...(requestId ? { requestId } : {}),
      ...(retryAfter >= 0 ? { retryAfter } : {}),
    });
  }
  // 204 has no body.
  if (body === undefined && status !== 204) {
    throw new ResponseShapeError(request, 'not-json', status, message('the response is not JSON'));
  }
  return { status, body, ...(requestId ? { requestId } : {}) };
}

/** The end of the year 9999, the last that a Date header can hold, in milliseconds since 1970. */
const maxDate = Date.UTC(10_000, 0);

/** What the response's headers say about time and request rate. */
export function paceOf({ headers }: FetchResponse): Pick<Exchange, 'date' | 'remaining' | 'retryAfter'> {
  const date = Date.parse(headers.get('date') ?? '');
  const values = {
    date: Math.abs(date) < maxDate ? date : NaN,
    remaining: parseInt(headers.get('x-rate-limit-remaining') ?? '', 10),
    retryAfter: secondsOf(headers.get('retry-after') ?? ''),
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => !Number.isNaN(value)));
}

/** The seconds that a Retry-After header asks for, in either of its two forms. */
function secondsOf(header: string): number {
  return /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
}

/** What Twilio's error body says, or the RFC 9457 one of its newer products; undefined for anything else. */
function refusalOf(body: unknown, redactor: Redactor): { code?: number; detail: string } | undefined {
  const { code, message, detail, title } = (body ?? {}) as Record<string, unknown>;
  if (typeof (message ?? title) !== 'string') return undefined;
  const words = [message, detail, title].find((one) => typeof one === 'string')!;
  return {
    detail: redactor.message(words),
    ...(isTwilioCode(code) ? { code } : {}),
  };
}

/** Twilio's have five digits. Gateways write the HTTP status, or numbers of their own. */
const isTwilioCode = (code: unknown): code is number =>
  Number.isInteger(code) && Number(code) >= 10_000 && Number(code) <= 99_999;

async function readText(request: TaskRouterRequest, response: FetchResponse): Promise<string> {
  if (!response.body) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body) {
    const chunk = typeof part === 'string' ? Buffer.from(part) : part;
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new ResponseShapeError(
        request,
        'too-large',
        response.status,
        message('the response is larger than 8 MiB'),
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes).toString();
}

/** Node's fields of an error, and node-fetch's name for one of them. */
interface SocketError {
  readonly code?: string;
  readonly syscall?: string;
  readonly erroredSysCall?: string;
}

export function connectionError(
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

/** A SID names a row everywhere, as it is: in ids, titles, file names and the log. So it can be a word only. */
const isRow = (value: unknown): value is Row => {
  const { sid } = (value ?? {}) as { sid?: unknown };
  return typeof sid === 'string' && /^\w{1,64}$/.test(sid);
};

/** What can be read as rows of these values. A field that is nested too deeply is replaced. */
export function readRows(values: readonly unknown[], noun?: SidNoun): Row[] {
  return values
    .filter((value): value is Row => isRow(value) && isOfNoun(value.sid, noun))
    .map(withBoundedDepth);
}

/** A SID in Twilio's form says what it names; in a list of something else the row would replace another one. */
function isOfNoun(sid: string, noun: SidNoun | undefined): boolean {
  return noun === undefined || sid.startsWith(sidPrefixes[noun]) || !/^[A-Z]{2}[0-9a-fA-F]{32}$/.test(sid);
}

function withBoundedDepth(row: Row): Row {
  const deep = Object.keys(row).filter((name) => isDeeperThan(row[name], maxDepth));
  if (deep.length === 0) return row;
  const replacement = { nested: `more than ${maxDepth} levels` };
  return { ...row, ...Object.fromEntries(deep.map((name) => [name, replacement])) };
}

export function readFetched(request: TaskRouterRequest, answer: ApiResponse): Fetched {
  const [row] = readRows([answer.body]);
  if (!row) {
    throw new ResponseShapeError(
      request,
      'shape',
      answer.status,
      message('the response is not a resource with a SID'),
    );
  }
  return { row, ...(answer.etag ? { etag: answer.etag } : {}) };
}
