import { gzipSync } from 'node:zlib';
import type { ApiResponse, ApiRequest } from '../protocol/messages';
import type { Clock } from '../state/clock';
import type { FaultOf, FaultPlan } from './faultPlan';
import { valueOf } from '../protocol/messages';
import { seededRandom } from '../state/random';
import type { Random } from '../state/random';
import { HttpError } from '../protocol/httpError';

/** What is sent over the connection, and how the connection ends. */
export interface Delivery {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** How much of the response is sent. */
  readonly part: 'all' | 'half' | 'none';
  readonly then: 'end' | 'close' | 'silence';
}

export const complete = (answer: ApiResponse): Delivery => ({ ...answer, part: 'all', then: 'end' });

interface ArmedFault {
  readonly plan: FaultPlan;
  readonly matches: (request: ApiRequest) => boolean;
  readonly random: Random;
  /** The first response to each read, for `stale`. */
  readonly firstResponses: Map<string, ApiResponse>;
  seen: number;
  applied: number;
}

const maxFirstResponses = 1000;

/** Injects faults into requests. Each has its own random values, so that adding one does not change the others. */
export class Faults {
  readonly #armed: ArmedFault[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #started: number;
  #added = 0;

  /** Delays use the `network` clock; `between` uses `clock`. */
  constructor(
    private readonly seed: number,
    private readonly clock: Clock,
    private readonly network: Clock,
  ) {
    this.#started = clock.now();
  }

  /** Adds faults. Call the returned function to remove them. */
  add(...plans: readonly FaultPlan[]): () => void {
    const added = plans.map((plan) => ({
      plan,
      matches: matcher(plan.on),
      random: seededRandom(this.seed + 7919 * ++this.#added),
      firstResponses: new Map<string, ApiResponse>(),
      seen: 0,
      applied: 0,
    }));
    this.#armed.push(...added);
    return () => {
      for (const one of added) {
        const at = this.#armed.indexOf(one);
        if (at >= 0) this.#armed.splice(at, 1);
      }
    };
  }

  clear(): void {
    this.#armed.length = 0;
  }

  /** How often each fault has been applied, in the order of adding. */
  get applied(): readonly { readonly fault: FaultPlan; readonly times: number }[] {
    return this.#armed.map(({ plan, applied }) => ({ fault: plan, times: applied }));
  }

  /** Ends every pending delay. */
  release(): void {
    for (const go of [...this.#waiting]) go();
  }

  /**
   * The delivery of a request's response. Without a fault it is returned synchronously.
   * @param carryOut carries out the request and returns its response; called once at most
   * @param refuse returns the response to a request that is not carried out
   */
  around(
    request: ApiRequest,
    carryOut: () => ApiResponse,
    refuse: (error: HttpError, headers: Readonly<Record<string, string>>) => ApiResponse,
  ): Delivery | Promise<Delivery> {
    if (this.#armed.length === 0) return complete(carryOut());
    const striking = this.#armed.filter((one) => this.#applies(one, request));
    const first = striking.find(({ plan }) => plan.do !== 'wait');
    const waits = striking.flatMap(({ plan, random }) =>
      plan.do === 'wait' ? [{ plan, ms: pickMs(plan.ms, random) }] : [],
    );
    let answer: ApiResponse | undefined;
    const response = () => (answer ??= carryOut());
    const deliver = () => (first ? inject(first, request, response, refuse) : complete(response()));
    const ms = waits.reduce((sum, wait) => sum + wait.ms, 0);
    if (ms === 0) return deliver();
    if (waits.some(({ plan }) => plan.carriedOut) && hasEffect(first?.plan)) response();
    return this.wait(ms).then(deliver);
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        timer.cancel();
        this.#waiting.delete(go);
        resolve();
      };
      const timer = this.network.setTimeout(go, ms);
      this.#waiting.add(go);
    });
  }

  #applies(armed: ArmedFault, request: ApiRequest): boolean {
    const { plan, matches: fits, random } = armed;
    if (!fits(request)) return false;
    if (plan.between) {
      const seconds = (this.clock.now() - this.#started) / 1000;
      if (seconds < plan.between[0] || seconds >= plan.between[1]) return false;
    }
    const turn = ++armed.seen - (plan.skip ?? 0);
    if (turn <= 0 || turn % (plan.every ?? 1) !== 0) return false;
    if (plan.chance !== undefined && !random.chance(plan.chance)) return false;
    if (armed.applied >= (plan.times ?? Infinity)) return false;
    armed.applied++;
    return true;
  }
}

const pickMs = (ms: number | readonly [number, number], random: Random): number =>
  typeof ms === 'number' ? ms : random.integer(...ms);

/** Compiles a pattern such as `POST Tasks/*`. */
function matcher(on = ''): ArmedFault['matches'] {
  const [, methods, path] = /^([A-Z|]+(?= |$))? ?(.*)$/.exec(on)!;
  const allowed = methods?.split('|');
  const pattern = path && new RegExp(`${path.startsWith('/') ? '^' : '(^|/)'}${pathPattern(path)}$`);
  return (request) =>
    (!allowed || allowed.includes(request.method)) && (!pattern || pattern.test(request.path));
}

const pathPattern = (path: string) =>
  path
    .split('/')
    .map((segment) =>
      segment === '**'
        ? '.*'
        : segment
            .split('*')
            .map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
            .join('[^/]*'),
    )
    .join('/');

/** Whether a request takes effect in spite of a fault. */
const hasEffect = (plan: FaultPlan | undefined): boolean => {
  if (!plan) return true;
  if ('carriedOut' in plan && plan.carriedOut) return true;
  return !['refuse', 'reset', 'stall', 'portal', 'bomb', 'redirect'].includes(plan.do);
};

function inject(
  { plan, firstResponses }: ArmedFault,
  request: ApiRequest,
  answered: () => ApiResponse,
  refuse: (error: HttpError, headers: Readonly<Record<string, string>>) => ApiResponse,
): Delivery {
  const nothing = { status: 0, headers: {}, body: '', part: 'none' } as const;
  switch (plan.do) {
    case 'wait':
      return complete(answered());
    case 'refuse':
      if (plan.carriedOut) answered();
      return complete(refusalOf(plan, refuse));
    case 'reset':
      if (plan.carriedOut) answered();
      return { ...nothing, then: 'close' };
    case 'stall':
      if (plan.after === 'half') return { ...answered(), part: 'half', then: 'silence' };
      if (plan.carriedOut) answered();
      return { ...nothing, then: 'silence' };
    case 'truncate':
      return { ...answered(), part: 'half', then: 'close' };
    case 'malform': {
      const { body, status, headers } = answered();
      return complete({ status, headers, body: body.slice(0, Math.ceil(body.length / 2)) });
    }
    case 'portal':
      return complete(page(200, 'Sign in to the network', plan.type));
    case 'bomb':
      return bomb(plan.megabytes ?? 200);
    case 'redirect': {
      const to = plan.to ?? `https://elsewhere.example${request.path}`;
      return complete({ status: plan.status ?? 302, headers: { location: to }, body: '' });
    }
    case 'nextPage':
      return complete(withBody(answered(), (body) => misleadingPage(body, plan.as, request)));
    case 'stale':
      return complete(request.method === 'GET' ? firstAnswer(firstResponses, request, answered) : answered());
    case 'drift':
      return complete(withBody(answered(), (body) => drifted(body, plan)));
  }
}

function refusalOf(
  { status, code, message, retryAfter, body }: FaultOf<'refuse'>,
  refuse: (error: HttpError, headers: Readonly<Record<string, string>>) => ApiResponse,
): ApiResponse {
  const headers = retryHeader(retryAfter);
  const words = message ?? sentences[status] ?? 'The request could not be carried out.';
  if (body === 'html')
    return { ...page(status, words), headers: { ...page(status, words).headers, ...headers } };
  if (body === 'empty') return { status, headers, body: '' };
  return refuse(new HttpError(status, code ?? 20_000 + status, words), headers);
}

export const retryHeader = (after: number | string | undefined): Record<string, string> =>
  after === undefined ? {} : { 'retry-after': String(after) };

const sentences: Readonly<Record<number, string>> = {
  401: 'Authenticate',
  403: 'Forbidden',
  429: 'Too Many Requests',
  500: 'An internal server error has occurred.',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** Written by a gateway in front of Twilio, so without Twilio's headers. */
const page = (status: number, title: string, type = 'text/html; charset=utf-8'): ApiResponse => ({
  status,
  headers: { 'content-type': type },
  body: `<!doctype html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`,
});

/** gzip members can be concatenated, so the inflated text never has to be held in memory. */
function bomb(megabytes: number): Delivery {
  const spaces = gzipSync(' '.repeat(1_000_000));
  const body = Buffer.concat([gzipSync('{"meta":'), ...Array<Buffer>(megabytes).fill(spaces)]);
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  return { status: 200, headers, body, part: 'all', then: 'end' };
}

type Json = Record<string, unknown>;

/** The response with another body; only of a 200. */
function withBody(answer: ApiResponse, change: (body: Json) => Json): ApiResponse {
  if (answer.status !== 200) return answer;
  const { status, headers, body } = answer;
  return { status, headers, body: JSON.stringify(change(JSON.parse(String(body)) as Json)) };
}

function misleadingPage(body: Json, as: FaultOf<'nextPage'>['as'], request: ApiRequest): Json {
  const meta = body['meta'] as Json | undefined;
  if (!meta) return body;
  const here = valueOf(request.query, 'PageToken');
  const next = new URL((meta['next_page_url'] ?? meta['url']) as string);
  const token = next.searchParams.get('PageToken') ?? `PA${lastSid(body[meta['key'] as string])}`;
  next.searchParams.set('PageToken', as === 'loop' && here !== undefined ? here : token);
  if (as === 'foreign') [next.protocol, next.host, next.port] = ['https:', 'elsewhere.example', ''];
  if (as === 'otherPath') next.pathname = '/v1/Workspaces';
  if (as === 'noToken') next.searchParams.delete('PageToken');
  return { ...body, meta: { ...meta, next_page_url: as === 'malformed' ? 'page two' : next.href } };
}

const lastSid = (rows: unknown) => (rows as { sid: string }[]).at(-1)?.sid ?? '';

function firstAnswer(
  firstResponses: ArmedFault['firstResponses'],
  request: ApiRequest,
  answered: () => ApiResponse,
): ApiResponse {
  const key = `${request.path}?${JSON.stringify(request.query)}`;
  let answer = firstResponses.get(key);
  if (!answer) {
    answer = answered();
    if (firstResponses.size < maxFirstResponses) firstResponses.set(key, answer);
  }
  return answer;
}

function drifted(body: Json, { set, remove, row }: FaultOf<'drift'>): Json {
  const drift = (one: Json): Json =>
    Object.fromEntries(Object.entries({ ...one, ...set }).filter(([name]) => !remove?.includes(name)));
  const key = (body['meta'] as { key?: string } | undefined)?.key;
  if (key === undefined) return drift(body);
  const rows = body[key] as Json[];
  return { ...body, [key]: rows.map((one, i) => (row === undefined || row === i ? drift(one) : one)) };
}
