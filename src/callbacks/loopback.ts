import { promises as dns } from 'node:dns';
import { ClientRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';

/** The only connections that this program makes without credentials: callbacks, to this machine. */

export interface LoopbackRequest {
  readonly url: string;
  readonly method: 'POST' | 'GET';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface LoopbackResponse {
  readonly status: number;
  /** With names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** What was read of it. */
  readonly body: string;
}

export type FailureKind =
  | 'invalid URL'
  | 'not on this machine'
  | 'unknown name'
  | 'refused'
  | 'reset'
  | 'timed out'
  | 'untrusted certificate'
  | 'not HTTP'
  | 'half a body'
  | 'too large'
  | 'too large headers'
  | 'no connection';

/** A response, a failure, or both: a body that broke off has a status and headers. */
export interface Exchange {
  readonly response?: LoopbackResponse;
  readonly failure?: FailureKind;
}

/** Milliseconds, and a timer; a test passes time that it moves itself. */
export interface CallbackClock {
  now(): number;
  setTimeout(run: () => void, ms: number): { cancel(): void };
}

export interface LoopbackOptions {
  /** In milliseconds, for connection, headers and body together. */
  readonly timeout: number;
  readonly clock?: CallbackClock;
  /** The addresses of a name; the system's when absent. */
  readonly resolve?: (name: string) => Promise<readonly { readonly address: string }[]>;
  /** Ends the request early. */
  readonly signal?: AbortSignal;
}

/** More is not read, and is a failure. In bytes. */
export const maxBody = 65_536;

/** Of the status line and the headers, in bytes: Node.js' own limit, which VS Code could change. */
const maxHeaders = 16_384;

export const machineClock: CallbackClock = {
  now: () => performance.now(),
  setTimeout(run, ms) {
    const timer = setTimeout(run, ms);
    return { cancel: () => clearTimeout(timer) };
  },
};

class Failure extends Error {
  constructor(readonly kind: FailureKind) {
    super(kind);
  }
}

/**
 * Sends one request to this machine, without a proxy, and follows no redirect. The name is resolved once, every address
 * must be a loopback address, and the connection goes to such an address: a name whose next answer is another machine is
 * never asked again. It creates Node's request itself, because VS Code replaces `http.request` with one that follows
 * proxies. A certificate that is not trusted is refused, as Twilio does.
 */
export async function sendToLoopback(request: LoopbackRequest, options: LoopbackOptions): Promise<Exchange> {
  const { clock = machineClock, timeout } = options;
  const deadline = new AbortController();
  const timer = clock.setTimeout(() => deadline.abort(), timeout);
  const end = () => deadline.abort();
  options.signal?.addEventListener('abort', end);
  const received = new Received();
  try {
    const stream = await openConnection(request.url, options, deadline.signal);
    await exchange(request, stream, received, deadline.signal);
    return received.exchange;
  } catch (error) {
    return { ...received.exchange, failure: deadline.signal.aborted ? 'timed out' : kindOf(error) };
  } finally {
    timer.cancel();
    options.signal?.removeEventListener('abort', end);
    // Closes what is still open.
    deadline.abort();
  }
}

const loopbackAddresses = new BlockList();
loopbackAddresses.addSubnet('127.0.0.0', 8, 'ipv4');
loopbackAddresses.addAddress('::1', 'ipv6');

/** True for 127.0.0.0/8 and ::1, also for an IPv4 address written as IPv6. */
export function isLoopbackAddress(address: string | undefined): boolean {
  const family = isIP(address ?? '');
  return family !== 0 && loopbackAddresses.check(address!, family === 4 ? 'ipv4' : 'ipv6');
}

export const isHttpUrl = (url: string): boolean => /^https?:$/.test(URL.parse(url)?.protocol ?? '');

/** True if a callback could go there. A name is only judged when it is resolved. */
export function mayBeLoopback(url: string): boolean {
  if (!isHttpUrl(url)) return false;
  const host = hostOf(new URL(url));
  return isIP(host) === 0 || isLoopbackAddress(host);
}

/** Milliseconds. */
const maxResolving = 5000;

/** Why nothing can be sent to this URL, found by resolving its name; undefined if its host is this machine. */
export async function hostProblem(
  url: string,
  options: Pick<LoopbackOptions, 'resolve'> = {},
): Promise<FailureKind | undefined> {
  const parsed = URL.parse(url);
  if (!parsed) return 'invalid URL';
  try {
    await addressesOf(hostOf(parsed), options, AbortSignal.timeout(maxResolving));
    return undefined;
  } catch (error) {
    return kindOf(error);
  }
}

const hostOf = ({ hostname }: URL) => hostname.replace(/^\[(.*)\]$/, '$1');

async function addressesOf(
  host: string,
  options: Pick<LoopbackOptions, 'resolve'>,
  signal: AbortSignal,
): Promise<string[]> {
  const resolve = options.resolve ?? ((name) => dns.lookup(name, { all: true }));
  const aborted = new Promise<never>((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(new Failure('timed out')), { once: true }),
  );
  aborted.catch(() => undefined);
  const addresses = isIP(host) ? [{ address: host }] : await Promise.race([resolve(host), aborted]);
  if (addresses.length === 0) throw new Failure('unknown name');
  if (!addresses.every(({ address }) => isLoopbackAddress(address))) throw new Failure('not on this machine');
  return addresses.map(({ address }) => address);
}

async function openConnection(url: string, options: LoopbackOptions, signal: AbortSignal): Promise<Duplex> {
  const parsed = URL.parse(url);
  if (!parsed || !/^https?:$/.test(parsed.protocol)) throw new Failure('invalid URL');
  const isTls = parsed.protocol === 'https:';
  const host = hostOf(parsed);
  const port = Number(parsed.port || (isTls ? 443 : 80));
  let problem: unknown;
  // `localhost` is often ::1 first, where few servers listen.
  for (const address of await addressesOf(host, options, signal)) {
    try {
      const socket = await connect(address, port, signal);
      return isTls ? await secure(socket, host) : socket;
    } catch (error) {
      problem = error;
      if (kindOf(error) !== 'refused') throw error;
    }
  }
  throw problem;
}

function connect(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = new Socket({ signal });
    socket.on('error', reject);
    socket.on('close', () => reject(new Failure('reset')));
    socket.once('connect', () => {
      if (isLoopbackAddress(socket.remoteAddress)) return resolve(socket);
      reject(new Failure('not on this machine'));
      socket.destroy();
    });
    socket.connect({ host, port });
  });
}

function secure(socket: Socket, host: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    // A server name is never an address.
    const names = isIP(host) ? { host } : { host, servername: host.replace(/\.$/, '') };
    const stream = connectTls({ socket, ...names });
    stream.on('error', reject);
    stream.on('close', () => reject(new Failure('reset')));
    stream.once('secureConnect', () => resolve(stream));
  });
}

/** What has arrived of a response. */
class Received {
  head: Omit<LoopbackResponse, 'body'> | undefined;
  readonly chunks: Buffer[] = [];

  get exchange(): Pick<Exchange, 'response'> {
    return this.head ? { response: { ...this.head, body: Buffer.concat(this.chunks).toString() } } : {};
  }
}

/** Resolves when the whole body has arrived; what has arrived until then is in `received`. */
function exchange(
  { url, method, headers, body }: LoopbackRequest,
  stream: Duplex,
  received: Received,
  signal: AbortSignal,
): Promise<void> {
  const { host, pathname, search, username, password } = new URL(url);
  return new Promise((resolve, reject) => {
    const client = new ClientRequest({
      createConnection: () => stream,
      method,
      maxHeaderSize: maxHeaders,
      path: pathname + search,
      headers: {
        Host: host,
        ...headers,
        ...(body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }),
      },
      ...(username ? { auth: `${decodeURIComponent(username)}:${decodeURIComponent(password)}` } : {}),
      signal,
    });
    client.on('error', reject);
    client.on('close', () => reject(new Failure(received.head ? 'half a body' : 'reset')));
    // Without a listener Node.js closes the socket, and neither resolves nor rejects.
    client.on('upgrade', () => reject(new Failure('not HTTP')));
    client.on('response', (response) => read(response, received, resolve, reject));
    client.end(body);
  });
}

function read(
  response: IncomingMessage,
  received: Received,
  resolve: () => void,
  reject: (error: Error) => void,
): void {
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
  );
  received.head = { status: response.statusCode!, headers };
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    const room = maxBody - size;
    size += chunk.length;
    received.chunks.push(chunk.subarray(0, room));
    if (size <= maxBody) return;
    reject(new Failure('too large'));
    response.destroy();
  });
  response.on('end', resolve);
  // It broke off, which the end of the request reports.
  response.on('error', () => undefined);
}

const kinds: readonly (readonly [RegExp, FailureKind])[] = [
  [/^ECONNREFUSED$/, 'refused'],
  [/^(ECONNRESET|EPIPE)$/, 'reset'],
  [/^(ENOTFOUND|EAI_AGAIN|ENODATA)$/, 'unknown name'],
  [/CERT|SIGNATURE|ISSUER/, 'untrusted certificate'],
  [/^HPE_HEADER_OVERFLOW$/, 'too large headers'],
  [/^HPE_|^EPROTO$|^ERR_SSL/, 'not HTTP'],
];

function kindOf(error: unknown): FailureKind {
  if (error instanceof Failure) return error.kind;
  const { code = '' } = error as { code?: string };
  return kinds.find(([pattern]) => pattern.test(code))?.[1] ?? 'no connection';
}
