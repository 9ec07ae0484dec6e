import { readFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import nodeFetch from 'node-fetch';
import type { FaultPlan } from '../../src/simulator/simulator';
import type { Fetch } from '../../src/taskrouter/fetch';

export interface Fault {
  readonly name: string;
  /** What the TaskRouter on this machine does wrong over its sockets. */
  readonly plan?: FaultPlan;
  /** Or what is wrong before it is reached. */
  readonly fetch?: Fetch;
  /** Nothing more comes; the deadline ends it. */
  readonly stuck?: true;
  /** Whether a read of one resource, or of a list, ends well. */
  readonly reads: boolean;
  readonly update: 'done' | 'not done' | 'unknown';
  /** TaskRouter carried the update out. */
  readonly effect?: true;
}

const refused = (status: number): Fault => ({
  name: `${status}`,
  plan: { do: 'refuse', status },
  reads: false,
  update: 'not done',
});
const proxys = (status: number): Fault => ({
  name: `${status} of a proxy, in HTML`,
  plan: { do: 'refuse', status, body: 'html' },
  reads: false,
  update: 'unknown',
});
const troubled = (status: number): Fault[] => [
  {
    name: `${status} without effect`,
    plan: { do: 'refuse', status },
    reads: false,
    update: 'unknown',
  },
  {
    name: `${status} after the effect`,
    plan: { do: 'refuse', status, carriedOut: true },
    reads: false,
    update: 'unknown',
    effect: true,
  },
];
const redirected = (status: 301 | 302 | 303 | 307 | 308): Fault => ({
  name: `a redirect, ${status}`,
  plan: { do: 'redirect', status, to: 'http://127.0.0.1:9/elsewhere' },
  reads: false,
  update: 'unknown',
});
const misled = (as: 'foreign' | 'otherPath' | 'loop' | 'noToken' | 'malformed'): Fault => ({
  name: `a next page that is ${as}`,
  plan: { do: 'nextPage', as },
  reads: true,
  update: 'done',
  effect: true,
});
const drifted = (name: string, plan: Omit<Extract<FaultPlan, { do: 'drift' }>, 'do'>): Fault => ({
  name: `drift: ${name}`,
  plan: { do: 'drift', ...plan },
  reads: true,
  update: 'done',
  effect: true,
});

/** node-fetch through an agent whose look-up ends like this, or never. */
const lookingUp = (code?: string): Fetch => {
  const agent = new http.Agent({
    lookup: (_host, _options, done) => {
      if (code) done(Object.assign(new Error(code), { code }), '');
    },
  });
  return (_url, init) => nodeFetch('http://localhost:9/', { ...init, agent });
};

const instead =
  (url: () => string): Fetch =>
  (_url, init) =>
    nodeFetch(url(), init);

const servers: net.Server[] = [];

async function listen(server: net.Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

let ports: Readonly<Record<'closed' | 'plain' | 'selfSigned', number>>;

/** Servers that no simulator can be. */
export async function openPlaces(): Promise<void> {
  const pem = readFileSync(path.join(__dirname, 'selfSigned.pem'));
  const secure = tls.createServer({ key: pem, cert: pem });
  secure.on('tlsClientError', () => undefined);
  const gone = net.createServer();
  const closed = await listen(gone);
  gone.close();
  ports = {
    closed,
    plain: await listen(net.createServer((socket) => socket.on('error', () => undefined).end('no\r\n'))),
    selfSigned: await listen(secure),
  };
}

export function closePlaces(): void {
  for (const server of servers) server.close();
}

export const faults: readonly Fault[] = [
  { name: 'no such name', fetch: lookingUp('ENOTFOUND'), reads: false, update: 'not done' },
  { name: 'no name server', fetch: lookingUp('EAI_AGAIN'), reads: false, update: 'not done' },
  { name: 'no way to the host', fetch: lookingUp('EHOSTUNREACH'), reads: false, update: 'not done' },
  {
    name: 'nobody listens',
    fetch: instead(() => `http://127.0.0.1:${ports.closed}/`),
    reads: false,
    update: 'not done',
  },
  { name: 'a black hole', fetch: lookingUp(), stuck: true, reads: false, update: 'unknown' },
  {
    name: 'a certificate nobody signed',
    fetch: instead(() => `https://127.0.0.1:${ports.selfSigned}/`),
    reads: false,
    update: 'not done',
  },
  {
    name: 'no TLS where TLS should be',
    fetch: instead(() => `https://127.0.0.1:${ports.plain}/`),
    reads: false,
    update: 'unknown',
  },
  {
    name: 'no HTTP where HTTP should be',
    fetch: instead(() => `http://127.0.0.1:${ports.plain}/`),
    reads: false,
    update: 'unknown',
  },
  { name: 'a reset before the effect', plan: { do: 'reset' }, reads: false, update: 'unknown' },
  {
    name: 'a reset after the effect',
    plan: { do: 'reset', carriedOut: true },
    reads: false,
    update: 'unknown',
    effect: true,
  },
  { name: 'silence', plan: { do: 'stall' }, stuck: true, reads: false, update: 'unknown' },
  {
    name: 'silence after the effect',
    plan: { do: 'stall', carriedOut: true },
    stuck: true,
    reads: false,
    update: 'unknown',
    effect: true,
  },
  {
    name: 'half an answer, then silence',
    plan: { do: 'stall', after: 'half' },
    stuck: true,
    reads: false,
    update: 'unknown',
    effect: true,
  },
  {
    name: 'half an answer, then the end',
    plan: { do: 'truncate' },
    reads: false,
    update: 'unknown',
    effect: true,
  },
  { name: 'JSON cut short', plan: { do: 'malform' }, reads: false, update: 'unknown', effect: true },
  { name: 'a gzip bomb', plan: { do: 'bomb', megabytes: 20 }, reads: false, update: 'unknown' },
  { name: 'a portal’s page', plan: { do: 'portal' }, reads: false, update: 'unknown' },
  {
    name: 'a portal’s page that says it is JSON',
    plan: { do: 'portal', type: 'application/json' },
    reads: false,
    update: 'unknown',
  },
  ...([301, 302, 303, 307, 308] as const).map(redirected),
  ...[400, 401, 403, 404, 409, 412, 422, 429].map(refused),
  {
    name: '429 with a long pause',
    plan: { do: 'refuse', status: 429, retryAfter: 120 },
    reads: false,
    update: 'not done',
  },
  {
    name: '503 with a pause that is no number',
    plan: { do: 'refuse', status: 503, retryAfter: 'soon' },
    reads: false,
    update: 'unknown',
  },
  ...[401, 403, 404, 407, 429, 502].map(proxys),
  {
    name: '404 with nothing in it',
    plan: { do: 'refuse', status: 404, body: 'empty' },
    reads: false,
    update: 'unknown',
  },
  {
    name: 'a refusal in hostile words',
    plan: {
      do: 'refuse',
      status: 400,
      code: 20001,
      message: '[undo](command:workbench.action.quit) $(trash) \u202e<img src=x onerror=alert(1)>',
    },
    reads: false,
    update: 'not done',
  },
  ...[500, 502, 503, 504].flatMap(troubled),
  ...(['foreign', 'otherPath', 'loop', 'noToken', 'malformed'] as const).map(misled),
  { name: 'old answers', plan: { do: 'stale' }, reads: true, update: 'done', effect: true },
  {
    name: 'a slow answer',
    plan: { do: 'wait', ms: 20, carriedOut: true },
    reads: true,
    update: 'done',
    effect: true,
  },
  drifted('a status nobody knows', { set: { reservation_status: 'levitating', assignment_status: 'x' } }),
  drifted('other types', { set: { date_created: 5, priority: 'high', friendly_name: [1] } }),
  drifted('new fields', { set: { attention: { level: 9 }, constructor: 'x' } }),
  drifted('fields gone', { remove: ['date_updated', 'attributes', 'worker_name', 'friendly_name'] }),
];
