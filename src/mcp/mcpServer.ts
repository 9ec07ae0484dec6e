/**
 * The MCP server, a bundle of its own: with the protocol's library and the simulator it is several times the size of the
 * rest of the command-line tool, which starts without it.
 */
import type { Simulator } from '../simulator/simulator';
import { createSimulator } from '../simulator/simulator';
import type { ClientOptions } from '../taskrouter/client';
import { createClient } from '../taskrouter/client';
import { directFetch } from '../taskrouter/directFetch';
import { exchangeLine } from '../taskrouter/exchangeLine';
import type { Fetch } from '../taskrouter/fetch';
import { defaultOrigin, isLoopbackOrigin } from '../taskrouter/origin';
import type { ResultOptions } from '../tools/result';
import type { RequestUse, ToolAccount } from '../tools/tool';
import { callTool } from '../tools/tool';
import { tools } from '../tools/tools';
import { MinuteLimit } from './requestLimit';
import type { Served } from './protocol';
import { serve } from './protocol';

export interface ServeOptions extends ResultOptions {
  readonly source: 'simulator' | Source;
  readonly allowPreparing: boolean;
  /** Writes a line of the log. */
  readonly log: (line: string) => void;
}

/** An account at Twilio or at a TaskRouter on this machine. */
export interface Source extends Pick<ClientOptions, 'username' | 'password' | 'origin'> {
  readonly environment: string;
  readonly requestsPerMinute: number;
}

/** Serves on standard input and output until the client hangs up. */
export async function serveTools({ source, allowPreparing, quotations, log }: ServeOptions): Promise<void> {
  const simulator = source === 'simulator' ? createSimulator() : undefined;
  const { account, requests } = createReads(
    ...([source === 'simulator' ? simulated(simulator!) : source, simulator?.fetch, log] as const),
  );
  // One after another: at the same time, many calls would use up the request limit before any of them has its answer.
  let last: Promise<unknown> = Promise.resolve();
  const served: Served = {
    tools: tools.filter(({ prepares }) => allowPreparing || !prepares),
    isOpenWorld: !simulator,
    call: (one, input, signal) => {
      const call = { accounts: [account(signal)], requests, signal };
      const result = last.then(() => callTool(one, input, call, { quotations }));
      last = result.catch(() => undefined);
      return result;
    },
  };
  await serve(served, process.stdin, process.stdout);
  simulator?.stop();
}

const simulated = ({ accountSid: username, authToken: password }: Simulator): Source => ({
  ...{ username, password, origin: defaultOrigin, environment: 'development', requestsPerMinute: Infinity },
});

/** `fetch` is the simulator's. */
function createReads(
  { username, password, origin, environment, requestsPerMinute }: Source,
  fetch: Fetch | undefined,
  log: ServeOptions['log'],
) {
  const limit = new MinuteLimit({
    perMinute: requestsPerMinute,
    onWait: (milliseconds) =>
      log(
        `Waiting ${Math.ceil(milliseconds / 1000)} s for the limit of ${requestsPerMinute} requests per minute.`,
      ),
  });
  const isLocal = isLoopbackOrigin(origin);
  const kind = fetch ? 'simulated' : isLocal ? 'local' : 'twilio';
  const name = fetch ? 'Simulator' : username;
  let made = 0;
  /** By how many milliseconds TaskRouter's clock is ahead of this machine's. */
  let ahead = 0;
  const client = createClient({
    ...{ fetch: fetch ?? (isLocal ? directFetch : globalFetch), origin, username, password, limit },
    onExchange: (exchange, request) => {
      made++;
      limit.observe(exchange);
      const { date } = exchange;
      // It is told in whole seconds.
      if (date !== undefined) ahead = Math.abs(date - Date.now()) > 2000 ? date - Date.now() : 0;
      log(exchangeLine({ name, origin }, exchange, request));
    },
  });
  return {
    account: (signal: AbortSignal): ToolAccount => ({
      ...{ id: username, name, kind, environment, readOnly: false },
      withReads: (use) => use(client.background({ purpose: 'tool' }), signal),
      now: () => Date.now() + ahead,
    }),
    requests: (): RequestUse =>
      fetch ? { made } : { made, lastMinute: limit.lastMinute, perMinute: requestsPerMinute },
  };
}

const globalFetch: Fetch = (url, init) => fetch(url, init);
