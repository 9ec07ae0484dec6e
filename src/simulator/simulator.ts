import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { RequestListener } from 'node:http';
import type { AssignmentTarget } from '../callbacks/deliver';
import type { Fetch } from '../taskrouter/fetch';
import { Api } from './api/api';
import { Callbacks } from './delivery/callbacks';
import { simulateAssignments } from './environment/assignment';
import type { Call, Callback, Conference } from './environment/phoneNetwork';
import { systemClock } from './state/clock';
import type { Clock } from './state/clock';
import type { FaultPlan } from './faults/faultPlan';
import { Faults } from './faults/faults';
import { failure, requestFrom, orAborted, respond } from './server/inProcess';
import { ResponseCache } from './server/responseCache';
import { simulateLife } from './environment/life';
import { populate } from './scenarios/populate';
import type { Scenario } from './scenarios/scenario';
import { lively } from './scenarios/builtIn/lively';
import { requestListener } from './server/requestListener';
import { serve } from './server/server';
import type { Listening } from './server/server';
import { Sids } from './state/sids';
import { RequestPipeline } from './server/requestPipeline';
import type { Recorded } from './server/requestPipeline';

export { manualClock, pacedClock, systemClock } from './state/clock';
export type { Clock, ManualClock, PacedClock, Timer } from './state/clock';
export type { FaultPlan } from './faults/faultPlan';
export type { Scenario } from './scenarios/scenario';
export type { SentCallback } from './delivery/callbacks';
export type { Recorded } from './server/requestPipeline';
export { large } from './scenarios/builtIn/large';
export { lively } from './scenarios/builtIn/lively';

export interface SimulatorOptions {
  readonly clock?: Clock;
  /** The same seed, scenario and times give the same run. Default: 1. */
  readonly seed?: number;
  /** Default: lively. */
  readonly scenario?: Scenario;
  /** Milliseconds that every response takes, or their minimum and maximum. Default: the scenario's. */
  readonly latency?: number | readonly [min: number, max: number];
  /** The clock for latency and delays. Default: `clock`. */
  readonly network?: Clock;
  /** How many requests may be in flight; more get a 429. Default: the scenario's, or 100. */
  readonly concurrency?: number;
  /** In addition to the scenario's. */
  readonly faults?: readonly FaultPlan[];
  /** Default: the scenario's, or a random one. */
  readonly authToken?: string;
  /** Where the callbacks of assignments are sent, on this machine. Default: nowhere; nothing leaves this process. */
  readonly callbacks?: AssignmentTarget;
  /** Receives an error that handling a request threw; the client gets a 500. */
  readonly onError?: (error: unknown) => void;
}

export interface Simulator {
  readonly accountSid: string;
  readonly authToken: string;
  readonly apiKeySid: string;
  readonly apiKeySecret: string;
  /**
   * Answers https://taskrouter.twilio.com without any network, and the hosts `api` and `monitor` for a task's call and
   * for alerts; each also with an edge and a region.
   */
  readonly fetch: Fetch;
  /** Serves the same account on loopback; port 0 takes a free one. */
  listen(port?: number, onRequest?: (line: string) => void): Promise<Listening>;
  /** Answers the requests of another server, whose clients reach it under `origin`. */
  listener(origin: string, onRequest?: (line: string) => void): RequestListener;
  /** The faults to inject; may be changed at any time. */
  readonly faults: Faults;
  /** The last 1,000 requests, the newest last. */
  readonly requests: readonly Recorded[];
  readonly calls: readonly Call[];
  readonly conferences: readonly Conference[];
  /** The callbacks that Twilio would send: the last 1,000. */
  readonly callbacks: readonly Callback[];
  /** Those that were sent to this machine; its `target` may be changed at any time. */
  readonly delivery: Callbacks;
  /** Cancels every timer and closes every server. `fetch` still answers requests. */
  stop(): void;
}

const twilioHost = /^https:\/\/(?:taskrouter|api|monitor)(\.[a-z0-9-]+){0,2}\.twilio\.com$/;

/** A TaskRouter account in this process. https://www.twilio.com/docs/taskrouter */
export function createSimulator(options: SimulatorOptions = {}): Simulator {
  const { clock = systemClock(), seed = 1, scenario = lively } = options;
  const cache = new ResponseCache(() => clock.now());
  const account = populate(scenario, cache.observed(clock), seed);
  const credentials = credentialsOf(account.accountSid, options, seed);
  const api = new Api(account, credentials);
  const network = options.network ?? clock;
  const faults = new Faults(seed, clock, network);
  faults.add(...(scenario.faults ?? []), ...(options.faults ?? []));
  const latency = options.latency ?? scenario.latency;
  const pipeline = new RequestPipeline({
    concurrency: options.concurrency ?? scenario.concurrency ?? 100,
    ...(scenario.retryAfter === undefined ? {} : { retryAfter: scenario.retryAfter }),
    ...(latency === undefined ? {} : { latency }),
    seed,
    now: () => clock.now(),
    requestSid: () => account.sids.next('Request'),
    respond: (request) => cache.respond(request, (one) => api.respond(one)),
    faults,
    ...(options.onError && { onError: options.onError }),
  });
  const delivery = new Callbacks(account, api.phones, credentials.authToken, network);
  delivery.target = options.callbacks;
  simulateAssignments(account, api.phones, scenario, (sid) => delivery.targetOf(sid) !== undefined);
  simulateLife(account, scenario);
  const { calls, conferences, callbacks } = api.phones;
  const { accountSid, authToken, apiKeys } = credentials;
  const [{ sid: apiKeySid, secret: apiKeySecret }] = apiKeys;
  const connections = connect(pipeline);
  return {
    ...{ accountSid, authToken, apiKeySid, apiKeySecret },
    ...{ faults, requests: pipeline.requests, calls, conferences, callbacks, delivery },
    fetch: connections.fetch,
    listen: connections.listen,
    listener: connections.listener,
    stop() {
      account.stop();
      delivery.stop();
      faults.release();
      connections.stop();
    },
  };
}

/** The scenario's credentials, and random ones where it sets none. */
function credentialsOf(accountSid: string, { authToken, scenario }: SimulatorOptions, seed: number) {
  const random = () => randomBytes(16).toString('hex');
  const [first, ...others] = scenario?.account?.apiKeys ?? [];
  return {
    accountSid,
    authToken: authToken ?? scenario?.account?.authToken ?? random(),
    apiKeys: [first ?? { sid: new Sids(seed).next('ApiKey'), secret: random() }, ...others] as const,
  };
}

/** Connects a pipeline: a fetch in this process, and servers. */
function connect(
  pipeline: RequestPipeline,
): Pick<Simulator, 'fetch' | 'listen' | 'listener'> & { stop(): void } {
  const servers = new Set<Listening>();
  const origins = new Set<string>();
  const stopped = new AbortController();
  // Every response that never arrives listens to it.
  setMaxListeners(0, stopped.signal);
  return {
    async fetch(url, init) {
      const { signal } = init;
      signal?.throwIfAborted();
      const target = new URL(url);
      if (!twilioHost.test(target.origin) && !origins.has(target.origin)) {
        throw failure(`The simulator is not at ${target.origin}.`, 'ENOTFOUND');
      }
      const { delivery, release } = pipeline.handle(requestFrom(target, init));
      try {
        const delivered = delivery instanceof Promise ? await orAborted(delivery, signal) : delivery;
        return await respond(delivered, signal, stopped.signal);
      } finally {
        release();
      }
    },

    async listen(port = 0, onRequest) {
      const listening = await serve(port, { pipeline, ...(onRequest && { onRequest }) });
      for (const origin of listening.origins) origins.add(origin);
      const known: Listening = {
        ...listening,
        close: () => {
          servers.delete(known);
          for (const origin of listening.origins) origins.delete(origin);
          return listening.close();
        },
      };
      servers.add(known);
      return known;
    },

    listener(origin, onRequest) {
      const { host, port, protocol } = new URL(origin);
      const names = port === '' ? [host, `${host}:${protocol === 'https:' ? 443 : 80}`] : [host];
      return requestListener({
        pipeline,
        originOf: ({ headers }) => (names.includes(headers.host?.toLowerCase() ?? '') ? origin : undefined),
        ...(onRequest && { onRequest }),
      });
    },

    stop() {
      stopped.abort();
      for (const server of servers) void server.close();
    },
  };
}
