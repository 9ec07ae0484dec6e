import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { FetchInit, FetchResponse } from '../../taskrouter/fetch';
import type { ApiRequest } from '../protocol/messages';
import type { Delivery } from '../faults/faults';

/** The request that a server would receive from this fetch. */
export function requestFrom(url: URL, { method, headers, body = '' }: FetchInit): ApiRequest {
  const sent = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    method,
    origin: url.origin,
    path: url.pathname,
    query: [...url.searchParams],
    body: [...new URLSearchParams(body)],
    header: (name) => sent.get(name),
  };
}

/**
 * A delivery as a fetch response. One that never arrives stays pending until the caller aborts or the simulator stops.
 * @throws the signal's reason, or an error with the code that node-fetch's has
 */
export async function respond(
  { status, headers, body, part, then }: Delivery,
  signal: AbortSignal | undefined,
  stopped: AbortSignal,
): Promise<FetchResponse> {
  if (part === 'none') {
    if (then === 'silence') await silence(signal, stopped);
    throw failure('The connection was reset.', 'ECONNRESET');
  }
  async function* pieces(): AsyncIterable<string | Uint8Array> {
    if (part === 'all') {
      yield body;
      return;
    }
    yield body.slice(0, body.length >> 1);
    if (then === 'silence') await silence(signal, stopped);
    throw failure('The connection was closed too early.', 'ECONNRESET');
  }
  return {
    status,
    headers: { get: (name) => headers[name.toLowerCase()] ?? null },
    body: headers['content-encoding'] === 'gzip' ? Readable.from(pieces()).pipe(createGunzip()) : pieces(),
  };
}

export const failure = (message: string, code: string): Error =>
  Object.assign(new TypeError(message, { cause: { code } }), { code });

/** Rejects when the caller aborts, and resolves when the simulator stops. */
function silence(signal: AbortSignal | undefined, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as a fetch rejects
    const giveUp = () => reject(signal!.reason);
    if (signal?.aborted) return giveUp();
    if (stopped.aborted) return resolve();
    signal?.addEventListener('abort', giveUp, { once: true });
    stopped.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** The promise, rejected early when the caller aborts. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as a fetch rejects
    const giveUp = () => reject(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
