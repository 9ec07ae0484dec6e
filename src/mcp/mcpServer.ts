/**
 * The MCP server, a bundle of its own: with the protocol's library and the simulator it is several times the size of the
 * rest of the command-line tool, which starts without it.
 */
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { version } from '../../package.json';
import { createSimulator } from '../simulator/simulator';
import type { ClientOptions } from '../taskrouter/client';
import { createClient } from '../taskrouter/client';
import type { Fetch } from '../taskrouter/fetch';
import { defaultOrigin } from '../taskrouter/origin';
import type { ResultOptions } from '../tools/result';
import { inputSchema } from '../tools/schema';
import type { ToolAccount, ToolCall } from '../tools/tool';
import { callTool } from '../tools/tool';
import { tools } from '../tools/tools';

export interface ServeOptions extends ResultOptions {
  readonly source: 'simulator' | Pick<ClientOptions, 'username' | 'password' | 'origin'>;
  readonly allowPreparing: boolean;
}

/** Serves until the client hangs up. */
export async function serveTools({ source, allowPreparing, quotations }: ServeOptions): Promise<void> {
  const { account, requests, stop } = open(source);
  const offered = tools.filter(({ prepares }) => allowPreparing || !prepares);
  const server = new Server(
    { name: 'taskrouter', version },
    { capabilities: { tools: {} }, instructions: 'Twilio TaskRouter: why tasks wait, and who gets them.' },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: offered.map((one) => ({
      ...{ name: one.name, title: one.title, description: one.description },
      inputSchema: inputSchema(one) as { type: 'object' },
      annotations: { readOnlyHint: true, destructiveHint: false, openWorldHint: source !== 'simulator' },
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }) => {
    const one = offered.find(({ name }) => name === params.name);
    if (!one) return { content: [{ type: 'text', text: 'There is no such tool.' }], isError: true };
    const call: ToolCall = { accounts: [account(signal)], requests, signal };
    const { text, isError } = await callTool(one, params.arguments, call, { quotations });
    return { content: [{ type: 'text', text }], isError };
  });
  const closed = new Promise<void>((resolve) => {
    server.onclose = resolve;
    // The transport does not notice that its client has hung up.
    process.stdin.once('end', () => void server.close());
  });
  await server.connect(new StdioServerTransport());
  await closed;
  stop();
}

function open(source: ServeOptions['source']) {
  const simulator = source === 'simulator' ? createSimulator() : undefined;
  const { username, password, origin, fetch } =
    source === 'simulator'
      ? { ...credentialsOf(simulator!), origin: defaultOrigin, fetch: simulator!.fetch }
      : { ...source, fetch: globalFetch };
  let made = 0;
  const client = createClient({ fetch, origin, username, password, onExchange: () => made++ });
  return {
    account: (signal: AbortSignal): ToolAccount => ({
      id: username,
      name: simulator ? 'Simulator' : username,
      ...{ kind: simulator ? 'simulated' : 'twilio', environment: 'unknown', readOnly: false },
      withReads: (use) => use(client, signal),
      now: () => Date.now(),
    }),
    requests: () => ({ made }),
    stop: () => simulator?.stop(),
  };
}

const credentialsOf = ({
  accountSid: username,
  authToken: password,
}: ReturnType<typeof createSimulator>) => ({
  username,
  password,
});

const globalFetch: Fetch = (url, init) => fetch(url, init);
