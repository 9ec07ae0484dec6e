import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApiRequest } from '../protocol/messages';
import { complete } from '../faults/faults';
import type { Delivery } from '../faults/faults';
import { HttpError } from '../protocol/httpError';
import type { Traffic } from './traffic';

export interface Listening {
  /** `http://127.0.0.1:` and the port. */
  readonly url: string;
  close(): Promise<void>;
}

const maxBodyLength = 1_000_000;

/**
 * Serves on 127.0.0.1 only. A web page can send requests to a loopback port without asking first, and can
 * name it as a host of its own; both show in headers that no API client sends, and are refused.
 */
export async function serve(
  port: number,
  traffic: Traffic,
  onRequest?: (line: string) => void,
): Promise<Listening> {
  let host = '';
  const respond = (request: IncomingMessage, response: ServerResponse, body: string | undefined) => {
    if (body === undefined) return send(response, refused('The request body is too large.', 413, 20413));
    const { delivery, leave } = traffic.enter(requestFrom(request, host, body));
    response.once('close', leave);
    if (delivery instanceof Promise) void delivery.then((one) => send(response, one), fail);
    else send(response, delivery);
    function fail() {
      send(response, refused('An internal server error has occurred.', 500, 20500));
    }
  };
  const server = createServer((request, response) => {
    if (onRequest) logWhenClosed(request, response, onRequest);
    const attempt = (body: string | undefined) => {
      try {
        respond(request, response, body);
      } catch {
        send(response, refused('An internal server error has occurred.', 500, 20500));
      }
    };
    if (isForeign(request, host)) {
      send(response, refused('This simulator answers API clients on this machine only.', 403, 20403));
    } else if (request.method === 'GET') {
      attempt('');
    } else {
      // Who leaves in the middle of a request has not made one.
      bodyOf(request).then(attempt, () => undefined);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function requestFrom(request: IncomingMessage, host: string, body: string): ApiRequest {
  const target = request.url ?? '/';
  const cut = target.indexOf('?');
  return {
    method: request.method ?? 'GET',
    origin: `http://${host}`,
    path: cut < 0 ? target : target.slice(0, cut),
    query: cut < 0 ? [] : [...new URLSearchParams(target.slice(cut + 1))],
    body: body === '' ? [] : [...new URLSearchParams(body)],
    header: (name) => {
      const value = request.headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
  };
}

/** Puts a delivery on the wire, and ends it as it says. */
function send(response: ServerResponse, { status, headers, body, part, then }: Delivery): void {
  if (part === 'none') {
    // A reset, not an orderly end: so the client sees ECONNRESET.
    if (then === 'close') response.socket?.resetAndDestroy();
    return;
  }
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  if (part === 'all') return void response.end(body);
  response.write(body.slice(0, body.length >> 1), () => {
    if (then === 'close') response.destroy();
  });
}

/** A line for the log. Path only: a query or a body may hold what does not belong there. */
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

const isForeign = ({ headers }: IncomingMessage, host: string) =>
  headers.host !== host ||
  headers.origin !== undefined ||
  headers.referer !== undefined ||
  headers['sec-fetch-site'] !== undefined;

function refused(message: string, status: number, code: number): Delivery {
  const error = new HttpError(status, code, message);
  const headers = { 'content-type': 'application/json' };
  return complete({ status, headers, body: JSON.stringify(error.body) });
}

/** Undefined when it is too long. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > maxBodyLength) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}
