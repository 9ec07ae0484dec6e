import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { McpConnections } from '../../../../src/extension/features/languageModel/mcpConnections';
import { pipeVariable, tokenVariable } from '../../../../src/mcp/bridgeVariables';
import { manualClock } from '../../../../src/simulator/simulator';
import type { ToolResult } from '../../../../src/tools/tool';
import { tools } from '../../../../src/tools/tools';

const root = path.resolve(__dirname, '../../../..');
const bridge = ['--require', './test/safety/egress.cjs', '--import', 'tsx', 'src/mcp/bridge.ts'];

describe('the MCP server of the extension', function () {
  this.timeout(20_000);

  function stage(answer?: (signal: AbortSignal) => Promise<ToolResult>) {
    const clock = manualClock();
    const calls: unknown[] = [];
    const connections = new McpConnections(
      {
        ...{ tools, isOpenWorld: true },
        call: (one, input, signal) => {
          calls.push([one.name, input]);
          return answer?.(signal) ?? Promise.resolve({ text: 'answered', isError: false });
        },
      },
      clock,
    );
    return { clock, connections, calls };
  }
  type Env = Readonly<Record<string, string>>;
  const start = async (env: Env) => {
    const transport = new StdioClientTransport({
      ...{ command: process.execPath, args: bridge, cwd: root, stderr: 'pipe' },
      env: { ...(process.env as Env), ...env },
    });
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(transport);
    return { client, transport };
  };
  /** What a program gets that connects by itself and sends this. */
  const knock = async (pipe: string, ...sent: readonly string[]) => {
    const socket = connect(pipe);
    let answer = '';
    socket.on('data', (chunk) => (answer += String(chunk))).on('error', () => undefined);
    for (const text of sent) socket.write(text);
    await new Promise((resolve) => socket.once('close', resolve));
    return answer;
  };

  it('answers the program that it invited, and gives it a pipe and a token only', async () => {
    const { connections, calls } = stage();
    const env = await connections.invite();
    assert.deepEqual(Object.keys(env), [pipeVariable, tokenVariable]);
    const { client } = await start(env);
    const { tools: listed } = await client.listTools();
    assert.equal(listed.length, tools.length);
    const input = { query: 'Жanna ⟪x⟫' };
    const { content } = await client.callTool({ name: 'taskrouter_find_tasks', arguments: input });
    assert.deepEqual(content, [{ type: 'text', text: 'answered' }]);
    assert.deepEqual(calls, [['taskrouter_find_tasks', input]]);
    await client.close();
    connections.dispose();
  });

  it('lets each token in once, and nobody without one', async () => {
    const { connections } = stage();
    const env = await connections.invite();
    const [pipe, token] = [env[pipeVariable]!, env[tokenVariable]!];
    const ping = `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })}\n`;
    assert.equal(await knock(pipe, `${'0'.repeat(64)}\n`, ping), '');
    assert.equal(await knock(pipe, `${token.slice(0, -1)}\n`, ping), '');
    assert.equal(await knock(pipe, '\n', ping), '');
    assert.equal(await knock(pipe, 'x'.repeat(1_000_000)), '');
    const { client } = await start(env);
    assert.ok(!existsSync(pipe));
    assert.equal(await knock(pipe, `${token}\n`, ping), '');
    const second = spawn(process.execPath, bridge, { cwd: root, env: { ...process.env, ...env } });
    let errors = '';
    second.stderr.on('data', (chunk: Buffer) => (errors += String(chunk)));
    const [code] = (await once(second, 'close')) as [number];
    assert.equal(code, 1);
    assert.match(errors, /^The TaskRouter extension cannot be reached: /);
    await client.ping();
    await client.close();
    connections.dispose();
  });

  it('takes the token in pieces, and what follows it at once', async () => {
    const { connections } = stage();
    const env = await connections.invite();
    const socket = connect(env[pipeVariable]!);
    const token = env[tokenVariable]!;
    socket.write(token.slice(0, 10));
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write(`${token.slice(10)}\n{"jsonrpc":"2.0","id":7,"method":"ping"}\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    assert.deepEqual(JSON.parse(String(answer)), { jsonrpc: '2.0', id: 7, result: {} });
    socket.destroy();
    connections.dispose();
  });

  it('ends the call of a program that was killed, and outlives what is no protocol', async () => {
    let ended: (() => void) | undefined;
    const aborted = new Promise<void>((resolve) => (ended = resolve));
    const { connections, calls } = stage(
      (signal) =>
        new Promise((_, reject) =>
          signal.addEventListener('abort', () => {
            ended!();
            reject(new Error('aborted'));
          }),
        ),
    );
    const { client, transport } = await start(await connections.invite());
    const call = client.callTool({ name: 'taskrouter_requests', arguments: {} });
    const failed = assert.rejects(call);
    while (calls.length === 0) await client.ping();
    process.kill(transport.pid!, 'SIGKILL');
    await Promise.all([aborted, failed]);
    const env = await connections.invite();
    const socket = connect(env[pipeVariable]!);
    socket.write(
      `${env[tokenVariable]}\nno JSON\n{"jsonrpc":"1"}\n[]\n{"jsonrpc":"2.0","id":1,"method":"ping"}\n`,
    );
    const [answer] = (await once(socket, 'data')) as [Buffer];
    assert.match(String(answer), /"id":1,"result":\{\}|"result":\{\},.*"id":1/);
    socket.destroy();
    connections.dispose();
  });

  it('waits for a minute, and leaves nothing open when it is disposed of', async () => {
    const { connections, clock } = stage();
    const late = await connections.invite();
    assert.ok(existsSync(late[pipeVariable]!));
    clock.advance(60_000);
    assert.ok(!existsSync(path.dirname(late[pipeVariable]!)));
    const unused = await connections.invite();
    const { client, transport } = await start(await connections.invite());
    const closed = new Promise<void>((resolve) => (client.onclose = resolve));
    connections.dispose();
    await closed;
    assert.equal(transport.pid, null);
    assert.ok(!existsSync(path.dirname(unused[pipeVariable]!)));
  });
});
