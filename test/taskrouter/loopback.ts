import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkFetch } from '../../src/extension/data/networkFetch';
import { createClient } from '../../src/taskrouter/client';
import type { ClientOptions } from '../../src/taskrouter/client';

/** One request as it came out of the socket. */
export interface Received {
  readonly method: string;
  /** Path and query, byte for byte. */
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Answering = (received: Received, response: ServerResponse, request: IncomingMessage) => void;

const open = new Set<Server>();

/** A server on this machine that keeps what it was sent. `closeServers` ends it. */
export async function serve(answer: Answering): Promise<{ origin: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = {
        method: request.method!,
        target: request.url!,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      received.push(one);
      answer(one, response, request);
    });
  });
  open.add(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { origin: originOf(server), received };
}

export const originOf = (server: Server | { address(): unknown }) =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

export function closeServers(): void {
  for (const server of open) {
    server.closeAllConnections();
    server.close();
  }
  open.clear();
}

export const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Answering =>
  (_received, response) => {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

/** The network as the extension reaches it. */
export const overSockets = networkFetch;

export const username = 'AC' + '0'.repeat(31) + '1';
/** A password that is easy to find wherever it should not be. */
export const canary = 'canary-7f3a-never-show-me';

export const clientOf = (origin: string, options: Partial<ClientOptions> = {}) =>
  createClient({ fetch: overSockets, origin, username, password: canary, ...options });

/** A SID of this kind whose digits all are `digit`. */
export const sidOf = (prefix: string, digit = 'a') => prefix + digit.repeat(32);

export const ws = sidOf('WS');
export const wt = sidOf('WT', 'b');
export const wk = sidOf('WK', 'c');
export const wr = sidOf('WR', 'd');
