import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer, Incoming } from './api';
import { Refusal } from './refusal';

export interface Listening {
  /** `http://127.0.0.1:` and the port. */
  readonly url: string;
  close(): Promise<void>;
}

const longestBody = 1_000_000;

/**
 * Serves on 127.0.0.1 only. A web page can send requests to a loopback port without asking first, and can
 * name it as a host of its own; both show in headers that no API client sends, and are refused.
 */
export async function serve(
  port: number,
  answer: (request: Incoming) => Answer,
  onRequest?: (line: string) => void,
): Promise<Listening> {
  let host = '';
  const respond = async (request: IncomingMessage): Promise<Answer> => {
    if (isForeign(request, host))
      return refused('This simulator answers API clients on this machine only.', 403, 20403);
    const body = await bodyOf(request);
    if (body === undefined) return refused('The request body is too large.', 413, 20413);
    const { pathname, searchParams } = new URL(request.url ?? '/', `http://${host}`);
    return answer({
      method: request.method ?? 'GET',
      origin: `http://${host}`,
      path: pathname,
      query: [...searchParams],
      body: [...new URLSearchParams(body)],
      header: (name) => {
        const value = request.headers[name];
        return Array.isArray(value) ? value.join(', ') : value;
      },
    });
  };
  const server = createServer((request, response) => {
    const started = performance.now();
    respond(request).then(
      ({ status, headers, body }) => {
        response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
        // Path only: a query or a body may hold what does not belong into a log.
        const path = (request.url ?? '').split('?')[0];
        onRequest?.(`${request.method} ${path} ${status} ${(performance.now() - started).toFixed(1)} ms`);
      },
      () => {
        const { status, headers, body } = refused('An internal server error has occurred.', 500, 20500);
        response.writeHead(status, headers).end(body);
      },
    );
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

const isForeign = ({ headers }: IncomingMessage, host: string) =>
  headers.host !== host ||
  headers.origin !== undefined ||
  headers.referer !== undefined ||
  headers['sec-fetch-site'] !== undefined;

function refused(message: string, status: number, code: number): Answer {
  const refusal = new Refusal(status, code, message);
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(refusal.body) };
}

/** Undefined when it is too long. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > longestBody) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}
