import type { Readable, Writable } from 'node:stream';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { version } from '../../package.json';
import { inputSchema } from '../tools/schema';
import type { Tool, ToolResult } from '../tools/tool';

export interface Served {
  readonly tools: readonly Tool[];
  /** Whether answers come from a network. */
  readonly isOpenWorld: boolean;
  readonly call: (tool: Tool, input: unknown, signal: AbortSignal) => Promise<ToolResult>;
}

/** Speaks the Model Context Protocol until the client hangs up. */
export async function serve(
  { tools, isOpenWorld, call }: Served,
  input: Readable,
  output: Writable,
): Promise<void> {
  const server = new Server(
    { name: 'taskrouter', version },
    { capabilities: { tools: {} }, instructions: 'Twilio TaskRouter: why tasks wait, and who gets them.' },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: tools.map((one) => ({
      ...{ name: one.name, title: one.title, description: one.description },
      inputSchema: inputSchema(one) as { type: 'object' },
      annotations: { readOnlyHint: true, destructiveHint: false, openWorldHint: isOpenWorld },
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }) => {
    const one = tools.find(({ name }) => name === params.name);
    if (!one) return { content: [{ type: 'text', text: 'There is no such tool.' }], isError: true };
    const { text, isError } = await call(one, params.arguments, signal);
    return { content: [{ type: 'text', text }], isError };
  });
  const closed = new Promise<void>((resolve) => {
    server.onclose = resolve;
    // The transport notices neither that its client has hung up, nor that nobody reads any more.
    const close = () => void server.close();
    input.once('end', close).once('close', close);
    output.on('error', close);
  });
  await server.connect(new StdioServerTransport(input, output));
  input.resume();
  await closed;
}
