import { randomBytes } from 'node:crypto';
import type { Fetch } from '../taskrouter/fetch';
import { Api } from './api';
import type { Incoming } from './api';
import type { Call, Callback, Conference } from './calls';
import { systemClock } from './clock';
import type { Clock } from './clock';
import { live } from './lively';
import type { Query } from './pages';
import { populate } from './populate';
import type { Scenario } from './scenario';
import { lively } from './scenarios/lively';
import { serve } from './server';
import type { Listening } from './server';
import { Sids } from './sids';

export { manualClock, systemClock } from './clock';
export type { Clock, ManualClock, Timer } from './clock';
export type { Scenario } from './scenario';
export { large } from './scenarios/large';
export { lively } from './scenarios/lively';

export interface SimulatorOptions {
  readonly clock?: Clock;
  /** The same seed, scenario and times give the same run. 1 when absent. */
  readonly seed?: number;
  /** The lively contact centre when absent. */
  readonly scenario?: Scenario;
  /** For tests that compare runs; random when absent. */
  readonly authToken?: string;
}

/** A request that came in, and the status it was answered with. No header, so no credentials. */
export interface Recorded {
  /** Milliseconds since 1970, by the simulator's clock. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: Query;
  readonly body: Query;
  readonly ifMatch?: string;
  readonly status: number;
}

export interface Simulator {
  readonly accountSid: string;
  readonly authToken: string;
  readonly apiKeySid: string;
  readonly apiKeySecret: string;
  /** Answers https://taskrouter.twilio.com (also with an edge and a region) without any network. */
  readonly fetch: Fetch;
  /** Serves the same centre on 127.0.0.1; port 0 takes a free one. */
  listen(port?: number, onRequest?: (line: string) => void): Promise<Listening>;
  /** The last 1,000 requests, the newest last. */
  readonly requests: readonly Recorded[];
  readonly calls: readonly Call[];
  readonly conferences: readonly Conference[];
  readonly callbacks: readonly Callback[];
  /** Ends all life: no timer is left, and no server. Requests are still answered through `fetch`. */
  stop(): void;
}

const recordedRequests = 1000;
const twilioHost = /^https:\/\/taskrouter(\.[a-z0-9-]+){0,2}\.twilio\.com$/;

/** A TaskRouter account that lives in this process. https://www.twilio.com/docs/taskrouter */
export function createSimulator(options: SimulatorOptions = {}): Simulator {
  const { clock = systemClock(), seed = 1, scenario = lively } = options;
  const centre = populate(scenario, clock, seed);
  const credentials = {
    accountSid: centre.accountSid,
    authToken: options.authToken ?? randomBytes(16).toString('hex'),
    apiKeySid: new Sids(seed).next('ApiKey'),
    apiKeySecret: randomBytes(16).toString('hex'),
  };
  const api = new Api(centre, credentials);
  const requests: Recorded[] = [];
  const servers = new Set<Listening>();
  const origins = new Set<string>();
  live(centre, scenario);

  const answer = (request: Incoming) => {
    const answered = api.answer(request);
    const { method, path, query, body } = request;
    const ifMatch = request.header('if-match');
    const { status } = answered;
    requests.push({
      at: clock.now(),
      method,
      path,
      query,
      body,
      status,
      ...(ifMatch === undefined ? {} : { ifMatch }),
    });
    if (requests.length > recordedRequests) requests.shift();
    return answered;
  };

  return {
    ...credentials,
    requests,
    calls: api.telephones.calls,
    conferences: api.telephones.conferences,
    callbacks: api.telephones.callbacks,

    // eslint-disable-next-line @typescript-eslint/require-await -- a fetch answers later, also when it throws
    async fetch(url, { method, headers, body = '', signal }) {
      signal?.throwIfAborted();
      const { origin, pathname, searchParams } = new URL(url);
      if (!twilioHost.test(origin) && !origins.has(origin)) {
        throw new TypeError(`The simulator is not at ${origin}.`, { cause: { code: 'ENOTFOUND' } });
      }
      const sent = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
      const answered = answer({
        method,
        origin,
        path: pathname,
        query: [...searchParams],
        body: [...new URLSearchParams(body)],
        header: (name) => sent.get(name),
      });
      return {
        status: answered.status,
        headers: { get: (name) => answered.headers[name.toLowerCase()] ?? null },
        body: chunks(answered.body),
      };
    },

    async listen(port = 0, onRequest) {
      const listening = await serve(port, answer, onRequest);
      origins.add(listening.url);
      const known: Listening = {
        url: listening.url,
        close: () => {
          servers.delete(known);
          origins.delete(known.url);
          return listening.close();
        },
      };
      servers.add(known);
      return known;
    },

    stop() {
      centre.stop();
      for (const server of servers) void server.close();
    },
  };
}

// eslint-disable-next-line @typescript-eslint/require-await -- a body is read piece by piece
async function* chunks(text: string): AsyncIterable<string> {
  yield text;
}
