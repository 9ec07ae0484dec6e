import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Delivery } from '../faults/faults';
import { complete } from '../faults/faults';
import { HttpError } from '../protocol/httpError';
import type { ApiRequest } from '../protocol/messages';
import type { RequestPipeline } from './requestPipeline';
import { internalError } from './requestPipeline';

/** Enough for the largest workflow configuration, of which a form may escape every character. */
const maxBodyLength = 4_000_000;

export interface ListenerOptions {
  readonly pipeline: RequestPipeline;
  /** Scheme and host of a request to this server; undefined for every other request. */
  readonly originOf: (request: IncomingMessage) => string | undefined;
  /** Receives a line for each request once its connection is done with the response. */
  readonly onRequest?: (line: string) => void;
}

/**
 * Answers HTTP requests from the pipeline. A web page can send requests to a loopback port without a preflight,
 * and can make its own host name resolve to loopback; both show in headers that no API client sends, and get a
 * 403. An error anywhere in the handling ends in a 500 and frees the request's slot.
 */
export function requestListener({ pipeline, originOf, onRequest }: ListenerOptions): RequestListener {
  const respond = (request: IncomingMessage, response: ServerResponse, origin: string, body: string) => {
    const { delivery, release } = pipeline.handle(requestFrom(request, origin, body));
    // The client may have disconnected while its body was read; then there is no further `close` event.
    if (response.closed) release();
    else response.once('close', release);
    if (delivery instanceof Promise) void delivery.then((one) => send(response, one));
    else send(response, delivery);
  };
  return (request, response) => {
    if (onRequest) logWhenClosed(request, response, onRequest);
    const origin = originOf(request);
    if (origin === undefined || isFromBrowser(request)) {
      send(response, refused(403, 20403, 'This simulator only accepts API clients on this machine.'));
    } else if (request.method === 'GET') {
      respond(request, response, origin, '');
    } else {
      readBody(request).then(
        (body) =>
          body === undefined
            ? send(response, refused(413, 20413, 'The request body is too large.'))
            : respond(request, response, origin, body),
        // A client that disconnects during a request has not made one.
        () => undefined,
      );
    }
  };
}

const isFromBrowser = ({ headers }: IncomingMessage) =>
  headers.origin !== undefined || headers.referer !== undefined || headers['sec-fetch-site'] !== undefined;

function requestFrom(request: IncomingMessage, origin: string, body: string): ApiRequest {
  const target = request.url ?? '/';
  const cut = target.indexOf('?');
  return {
    method: request.method ?? 'GET',
    origin,
    path: cut < 0 ? target : target.slice(0, cut),
    query: cut < 0 ? [] : [...new URLSearchParams(target.slice(cut + 1))],
    body: body === '' ? [] : [...new URLSearchParams(body)],
    header: (name) => {
      const value = request.headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
  };
}

/** Writes a delivery to the connection, and ends it as the delivery says. */
function send(response: ServerResponse, delivery: Delivery): void {
  const { status, headers, body, part, then } = delivery;
  if (part === 'none') {
    // A reset, so that the client sees ECONNRESET rather than an orderly end.
    if (then === 'close') response.socket?.resetAndDestroy();
    return;
  }
  try {
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  } catch {
    // A fault may name a header value that HTTP does not allow.
    return send(response, refusedBecause(internalError()));
  }
  if (part === 'all') return void response.end(body);
  response.write(body.slice(0, body.length >> 1), () => {
    if (then === 'close') response.destroy();
  });
}

/** Path only: a query or a body may contain personal data or secrets. */
function logWhenClosed(
  request: IncomingMessage,
  response: ServerResponse,
  onRequest: (line: string) => void,
): void {
  const started = performance.now();
  response.once('close', () => {
    const path = (request.url ?? '').split('?')[0];
    const status = response.headersSent ? response.statusCode : 'reset';
    onRequest(`${request.method} ${path} ${status} ${(performance.now() - started).toFixed(1)} ms`);
  });
}

const refused = (status: number, code: number, message: string): Delivery =>
  refusedBecause(new HttpError(status, code, message));

const refusedBecause = (error: HttpError): Delivery =>
  complete({
    status: error.status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(error.body),
  });

/** Undefined when it is too long. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > maxBodyLength) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}
