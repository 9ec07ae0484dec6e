import type { ManualClock, Simulator } from '../../../src/simulator/simulator';
import type { Fetch, FetchInit, FetchResponse } from '../../../src/taskrouter/fetch';
import { answer, refusal, socketError } from '../../extension/window';
import { messageNotations, notation, notations } from './notations';

type Json = Readonly<Record<string, unknown>>;

/** What can be done to the rows of a response. */
export const rowFaults = [
  'one field of another type',
  'every field of another type',
  'swapped SIDs',
  'SIDs of another kind',
  'missing SIDs',
  'words as SIDs',
  'nested fields',
  'extreme dates',
  'unknown status',
  'missing status',
  'another status',
  'hostile text',
  'secrets in the text',
] as const;
export const listFaults = [
  'endless new pages',
  'endless pages without rows',
  'endless pages of the same rows',
  'the same page again',
  'a page elsewhere',
  'duplicate rows',
  'no rows',
  'no list',
  'rows that are not objects',
] as const;
export const responseFaults = [
  'not JSON',
  'JSON null',
  'a cut body',
  'silence',
  'reset before',
  'reset after',
  'ETag of another version',
  'no ETag',
  '302',
  '401',
  '403',
  '404',
  '408',
  '412',
  '429',
  '429 for a year',
  '460 of a gateway',
  'a refusal that repeats the request',
  '500',
  '503',
] as const;
export const faultKinds = ['none', ...rowFaults, ...listFaults, ...responseFaults] as const;
export type FaultKind = (typeof faultKinds)[number];
export const delays = [0, 0, 0, 40, 900, 14_900, 20_000] as const;

/** What is done to one response. */
export interface Fault {
  readonly kind: FaultKind;
  readonly on: 'everything' | 'lists' | 'rows' | 'writes' | 'Reservations' | 'Tasks' | 'Events';
  /** Milliseconds until the response. */
  readonly delay: number;
  /** Which field, text, SID … */
  readonly pick: number;
}

export interface Request {
  readonly method: string;
  readonly origin: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: readonly (readonly [string, string])[];
  readonly username: string;
  readonly password: string;
  readonly ifMatch: string | undefined;
  readonly at: number;
}

/** A row as the client received it. */
export interface Served {
  readonly row: Json;
  readonly at: number;
  readonly path: string;
  /** Of a response about this row alone. */
  readonly etag?: string;
}

export interface ServedList {
  responses: number;
  /** Responses without rows. */
  empty: number;
  /** Responses that named a next page. */
  continued: number;
}

/** The same for each page of a list. */
export function listName(path: string, query: Iterable<readonly [string, string]>): string {
  const filters = [...query].filter(([name]) => !name.startsWith('Page'));
  return [path, ...filters.map((one) => one.join('='))].join(' ');
}

const texts = [
  '[Open](command:workbench.action.quit) $(trash)',
  '$(trash~spin) [Open](https://example.com/x)',
  'a\u202eb [Open](file:///etc/passwd) $(trash)',
  '[\u200bOpen]\u200b(vscode://a/b) <img src=x onerror=alert(1)>',
  'https://example.com/?a=b [a](command:b)',
  '__proto__',
  '',
  '\ud800',
  'x'.repeat(3000),
];
const words = ['failure', 'Tasks', 'empty', ':empty', 'more', '__proto__', 'constructor', '../Workers', ''];
const dates = ['+275760-09-13T00:00:00Z', '', '0000-01-01T00:00:00Z', 'never', '9999-12-31T23:59:59Z', null];
const values: readonly unknown[] = [7, true, null, [], {}, ['x'], '', 1e300, { nested: { more: [1] } }, -1];
const statuses = ['pending', 'accepted', 'rejected', 'timeout', 'wrapping', 'completed', 'canceled'];

const at = <T>(list: readonly T[], pick: number): T => list[pick % list.length]!;
const otherPrefix = (sid: unknown) => (typeof sid === 'string' ? sid.replace(/^../, 'WR') : sid);

/** Stands for so many levels of nesting until the text is written, which `JSON.stringify` cannot do. */
const deep = (levels: number) => `nested ${levels}`;
const written = (body: unknown) =>
  JSON.stringify(body).replace(/"nested (\d+)"/g, (_, levels: string) =>
    ['[', ']'].map((one) => one.repeat(Number(levels))).join('"deep"'),
  );

/** A TaskRouter whose responses follow a plan of faults. What it carried out is as in a simulator. */
export class HostileTaskRouter {
  /** While it is calm, it responds as it should. */
  isCalm = false;
  /** Every request that left. */
  readonly requests: Request[] = [];
  /** The rows that it sent, by SID. */
  readonly served = new Map<string, Served[]>();
  /** The statuses that its Events report, by the reservation's SID. */
  readonly reported = new Map<string, Set<string>>();
  /** What it said of each list, by path and filters. */
  readonly lists = new Map<string, ServedList>();
  private values: string[] = [];
  private count = 0;
  private serial = 0;

  constructor(
    private readonly simulator: Pick<Simulator, 'fetch'>,
    private readonly clock: ManualClock,
    private readonly plan: readonly Fault[],
    private readonly rules: { request(request: Request): void; ended(request: Request): void },
  ) {}

  readonly fetch: Fetch = async (url, init) => {
    const request = requestOf(url, init, this.clock.now());
    this.requests.push(request);
    this.rules.request(request);
    this.values.push(...request.body.map(([, value]) => value));
    const fault = this.faultFor(request);
    try {
      return await this.respond(request, fault, init, url);
    } finally {
      this.rules.ended(request);
    }
  };

  /** To be called when the window is reloaded: its next session cannot know what was sent before, as no secret is stored. */
  forgetValues(): void {
    this.values = [];
  }

  /** This request and all values before it. */
  private echo({ path, query, username, password }: Request, { pick }: Fault): string {
    const parts = [path, query.toString(), ...echoesOf(username, password), ...this.values.slice(-20)];
    return parts.map(notation(messageNotations, pick)).join(' ');
  }

  private faultFor(request: Request): Fault {
    const none: Fault = { kind: 'none', on: 'everything', delay: 0, pick: 0 };
    if (this.isCalm || this.plan.length === 0) return none;
    const fault = at(this.plan, this.count++);
    const segments = request.path.split('/').slice(2);
    const isList = segments.length % 2 === 1;
    const applies = {
      everything: true,
      lists: isList,
      rows: !isList && request.method === 'GET',
      writes: request.method === 'POST',
      Reservations: segments.includes('Reservations'),
      Tasks: segments.at(isList ? -1 : -2) === 'Tasks',
      Events: segments.includes('Events'),
    };
    return applies[fault.on] ? fault : none;
  }

  private async respond(
    request: Request,
    fault: Fault,
    init: FetchInit,
    url: string,
  ): Promise<FetchResponse> {
    const { kind, delay } = fault;
    // As a host that resolves any of its addresses.
    const target = new URL(request.path + new URL(url).search, 'https://taskrouter.twilio.com').href;
    // It has arrived, whatever becomes of the caller.
    const arrived = Object.fromEntries(Object.entries(init).filter(([name]) => name !== 'signal'));
    const response =
      kind === 'reset before'
        ? undefined
        : await this.simulator.fetch(target, arrived as unknown as FetchInit);
    const text = (response ? await textOf(response) : '').replaceAll(new URL(target).origin, request.origin);
    await this.wait(kind === 'silence' ? Infinity : delay, init.signal);
    if (kind === 'reset before' || kind === 'reset after') throw socketError('ECONNRESET');
    const failure = failures[kind];
    if (failure) return failure();
    if (kind === 'a refusal that repeats the request') return refusal(400, 20001, this.echo(request, fault));
    const headers = { ...etagsOf(kind, response!), date: new Date(this.clock.now()).toUTCString() };
    const body = response!.status < 300 ? this.changed(request, fault, text) : text;
    if (kind === 'a cut body') return cut(body, response!.status);
    if (response!.status < 300) this.note(request, body, headers.etag);
    return answer(response!.status, body, headers);
  }

  private wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
    if (!milliseconds && !signal?.aborted) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = Number.isFinite(milliseconds)
        ? this.clock.setTimeout(() => end(resolve), milliseconds)
        : undefined;
      const abort = () => end(() => reject(new Error('aborted')));
      const end = (settle: () => void) => {
        timer?.cancel();
        signal?.removeEventListener('abort', abort);
        settle();
      };
      if (signal?.aborted) abort();
      else signal?.addEventListener('abort', abort);
    });
  }

  private note({ path, query }: Request, text: string, etag: string | undefined): void {
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      return;
    }
    if (typeof body !== 'object' || body === null) return;
    const list = Object.values(body).find((value) => Array.isArray(value)) as unknown[] | undefined;
    const isList = path.split('/').slice(2).length % 2 === 1;
    if (isList) {
      const name = listName(path, query);
      const known = this.lists.get(name) ?? { responses: 0, empty: 0, continued: 0 };
      const { next_page_url } = ((body as Json)['meta'] ?? {}) as { next_page_url?: unknown };
      this.lists.set(name, known);
      known.responses++;
      if (!list?.length) known.empty++;
      if (next_page_url) known.continued++;
    }
    for (const row of isList ? (list ?? []) : [body]) {
      const { sid, resource_sid, event_type } = (row ?? {}) as Record<string, unknown>;
      const [, name = ''] = /^reservation\.(\w+)$/.exec(String(event_type)) ?? [];
      if (name) {
        const reported = this.reported.get(String(resource_sid)) ?? new Set();
        this.reported.set(String(resource_sid), reported.add(name === 'wrapup' ? 'wrapping' : name));
      }
      if (typeof sid !== 'string') continue;
      const known = this.served.get(sid) ?? [];
      this.served.set(sid, known);
      known.push({ row: row as Json, at: this.clock.now(), path, ...(etag && !isList ? { etag } : {}) });
    }
  }

  private changed(request: Request, fault: Fault, text: string): string {
    const { kind } = fault;
    if (kind === 'none') return text;
    if (kind === 'not JSON') return '<!doctype html><title>Welcome</title>';
    if (kind === 'JSON null') return 'null';
    const body = JSON.parse(text) as Json;
    const [key, rows] =
      Object.entries(body).find((entry): entry is [string, Json[]] => Array.isArray(entry[1])) ?? [];
    if (key === undefined || rows === undefined) return written(this.changedRows([body], fault, request)[0]);
    const listed = this.changedList(request, key, rows, body['meta'] as Json, fault);
    return written({ ...body, ...listed });
  }

  private changedList(request: Request, key: string, rows: readonly Json[], meta: Json, fault: Fault) {
    const { origin, path } = request;
    const next = (token: string, where = origin) => ({
      ...meta,
      next_page_url: `${where}${path}?PageSize=50&PageToken=${token}`,
    });
    const fresh = `PT${this.serial++}`;
    switch (fault.kind) {
      case 'endless new pages': {
        const { sid = 'WT' } = rows[0] ?? {};
        const other = String(sid).slice(0, 2) + (0x5000 + this.serial).toString(16).padStart(32, '0');
        return { [key]: [{ ...rows[0], sid: other }], meta: next(fresh) };
      }
      case 'endless pages without rows':
        return { [key]: [], meta: next(fresh) };
      case 'endless pages of the same rows':
        return { [key]: rows, meta: next(fresh) };
      case 'the same page again':
        return { [key]: rows, meta: next('PT') };
      case 'a page elsewhere':
        return { [key]: rows, meta: next(fresh, 'https://example.com') };
      case 'duplicate rows':
        return { [key]: [...rows, ...rows] };
      case 'no rows':
        return { [key]: [] };
      case 'no list':
        return { [key]: at([null, {}, 'rows', 7], fault.pick) };
      case 'rows that are not objects':
        return { [key]: [null, 7, 'row', [], ...rows] };
      default:
        return { [key]: this.changedRows(rows, fault, request) };
    }
  }

  private changedRows(
    rows: readonly Json[],
    { kind, pick }: Fault,
    { username, password }: Request,
  ): readonly Json[] {
    const text =
      kind === 'secrets in the text'
        ? at([...echoesOf(username, password), ...this.values.map(notation(notations, pick))], pick)
        : at(texts, pick);
    const inText = ([name, value]: [string, unknown]): [string, unknown] => [
      name,
      typeof value !== 'string' || /sid$|status$|date/.test(name)
        ? value
        : name === 'attributes'
          ? JSON.stringify({ name: text, from: text, contact_uri: text })
          : text,
    ];
    return rows.map((row, i): Json => {
      const names = Object.keys(row).filter((name) => name !== 'sid');
      switch (kind) {
        case 'one field of another type':
          return { ...row, [at(names, pick)]: at(values, pick) };
        case 'every field of another type':
          return {
            ...Object.fromEntries(names.map((name, j) => [name, at(values, pick + j)])),
            sid: row['sid'],
          };
        case 'swapped SIDs':
          return { ...row, sid: rows[(i + 1) % rows.length]!['sid'], ...(rows.length === 1 && swapped(row)) };
        case 'SIDs of another kind':
          return { ...row, sid: otherPrefix(row['sid']) };
        case 'missing SIDs':
          return { ...row, sid: i % 2 ? undefined : null };
        case 'words as SIDs':
          return { ...row, sid: at(words, pick + i) };
        case 'nested fields':
          return { ...row, [at(names, pick)]: deep(at([2, 49, 51, 20_000], pick)) };
        case 'extreme dates': {
          const dated = names.filter((name) => name.includes('date'));
          const ms = 'event_date_ms' in row ? { event_date_ms: at([1.7e18, -5, 8.64e15], pick) } : {};
          return {
            ...row,
            ...Object.fromEntries(dated.map((name, j) => [name, at(dates, pick + j)])),
            ...ms,
          };
        }
        case 'unknown status':
          return withStatus(row, at(['levitating', '', '$(trash)', 'toString'], pick));
        case 'missing status':
          return withStatus(row, at([undefined, null, 7, {}], pick));
        case 'another status':
          return withStatus(row, at(statuses, pick));
        case 'hostile text':
        case 'secrets in the text':
          return Object.fromEntries(Object.entries(row).map(inText));
        default:
          return row;
      }
    });
  }
}

/** What a mock or a gateway may repeat of the credentials. */
const echoesOf = (username: string, password: string) => [
  `x ${password} y`,
  Buffer.from(`${username}:${password}`).toString('base64'),
  `{"password":"${password}"}`,
];

/** A resource that describes another one. */
const swapped = ({ sid }: Json) => ({ sid: String(sid).replace(/.$/, (last) => (last === '0' ? '1' : '0')) });

function withStatus(row: Json, status: unknown): Json {
  const names = ['reservation_status', 'assignment_status'].filter((name) => name in row);
  return { ...row, ...Object.fromEntries(names.map((name) => [name, status])) };
}

const limited = (after: string) =>
  answer(429, { code: 20429, message: 'Slow down.' }, { 'retry-after': after });

const failures: Readonly<Partial<Record<FaultKind, () => FetchResponse>>> = {
  '302': () => answer(302, '', { location: 'https://example.com/' }),
  '401': () => refusal(401, 20003, 'Authenticate [here](https://example.com) $(key)'),
  '403': () => refusal(403, 20403, 'Forbidden'),
  '404': () => refusal(404, 20404, 'Not found'),
  '408': () => answer(408, 'Request Timeout'),
  '412': () => refusal(412, 20412, 'Precondition failed'),
  '429': () => limited('2'),
  '429 for a year': () => limited('31536000'),
  '460 of a gateway': () => answer(460, '<html>closed</html>'),
  '500': () => refusal(500, 20500, 'Internal'),
  '503': () => answer(503, 'unavailable', { 'retry-after': '0' }),
};

function etagsOf(kind: FaultKind, response: FetchResponse): { etag?: string } {
  const etag = response.headers.get('etag');
  if (etag === null || kind === 'no ETag') return {};
  return { etag: kind === 'ETag of another version' ? '"of another version"' : etag };
}

function requestOf(url: string, { method, headers, body = '' }: FetchInit, now: number): Request {
  const { origin, pathname, searchParams } = new URL(url);
  const basic = (headers['Authorization'] ?? '').replace('Basic ', '');
  const [username = '', password = ''] = Buffer.from(basic, 'base64').toString().split(':');
  return {
    ...{ method, origin, path: pathname, query: searchParams, at: now },
    body: [...new URLSearchParams(body)],
    ...{ username, password },
    ifMatch: headers['If-Match'],
  };
}

async function textOf({ body }: FetchResponse): Promise<string> {
  let text = '';
  for await (const piece of body ?? []) text += String(piece);
  return text;
}

function cut(text: string, status: number): FetchResponse {
  const stream = (function* () {
    yield text.slice(0, text.length / 2);
    throw socketError('ECONNRESET');
  })();
  return { status, headers: { get: () => null }, body: stream as unknown as AsyncIterable<string> };
}
