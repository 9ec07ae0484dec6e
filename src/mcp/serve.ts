import type { Readable, Writable } from 'node:stream';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { version } from '../../package.json';
import type { ToolResult } from '../tools/tool';

export interface Served {
  readonly tools: readonly ServedTool[];
  /** Whether answers come from a network. */
  readonly isOpenWorld: boolean;
  /** Undefined when there is no such tool. */
  readonly call: (name: string, input: unknown, signal: AbortSignal) => Promise<ToolResult> | undefined;
}

export interface ServedTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: object;
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
      ...one,
      inputSchema: one.inputSchema as { type: 'object' },
      annotations: { readOnlyHint: true, destructiveHint: false, openWorldHint: isOpenWorld },
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }) => {
    const { text, isError } = (await call(params.name, params.arguments, signal)) ?? {
      ...{ text: 'There is no such tool.', isError: true },
    };
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
  await closed;
}
