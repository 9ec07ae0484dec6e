import assert from 'node:assert/strict';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { runCli } from '../../src/cli/cli';
import { inputSchema } from '../../src/tools/schema';
import { tools } from '../../src/tools/tools';

const root = path.resolve(__dirname, '../..');

/** The command-line tool in a process of its own, and the protocol's own client. */
async function serve(...flags: readonly string[]) {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [
      ...['--require', './test/safety/egress.cjs', '--import', 'tsx', 'src/cli/main.ts'],
      ...['mcp', '--simulator', ...flags],
    ],
    cwd: root,
  });
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  const call = async (name: string, input: Record<string, unknown> = {}) => {
    const result = await client.callTool({ name: `taskrouter_${name}`, arguments: input });
    const [{ text } = { text: '' }] = result.content as { text: string }[];
    return { text, isError: result.isError };
  };
  const rows = async (name: string, input: Record<string, unknown>) =>
    (JSON.parse((await call(name, input)).text) as { rows: Record<string, string>[] }).rows;
  return { client, transport, call, rows };
}

describe('the MCP server', function () {
  this.timeout(60_000);

  it('serves the tools that read, over standard input and output, to the protocol’s own client', async () => {
    const { client, transport, call, rows } = await serve();
    try {
      const { tools: listed } = await client.listTools();
      const reading = tools.filter(({ prepares }) => !prepares);
      assert.deepEqual(
        listed.map(({ name, description, inputSchema: schema }) => ({ name, description, schema })),
        reading.map((one) => ({ name: one.name, description: one.description, schema: inputSchema(one) })),
      );
      const [task] = await rows('find_tasks', { query: 'Rosa Hazel' });
      const { text } = await call('explain_task', { task: task!['task'] });
      assert.match(text, /"headline":\{"says":"/);
      assert.ok((await call('explain_task', { task: 'x' })).isError);
      assert.match((await call('prepare_task', { task: task!['task'] })).text, /no such tool/);
      assert.match((await call('requests')).text, /"madeByTools":\d\d/);
    } finally {
      await client.close();
    }
    assert.equal(transport.pid, null, 'the process has ended');
  });

  it('prepares where it was told to, and leaves out quotations', async () => {
    const { client, call, rows } = await serve('--allow-preparing', '--omit-quotations');
    try {
      assert.equal((await client.listTools()).tools.length, tools.length);
      const [task] = await rows('find_tasks', { query: 'status:pending', workspace: 'Acme' });
      assert.equal(task!['title'], '⟪…⟫');
      const input = { task: task!['task'], change: 'cancel', reason: 'Hung up' };
      assert.match((await call('prepare_task', input)).text, /"sent":false.*nothing can be sent from here/);
    } finally {
      await client.close();
    }
  });

  it('says which credentials it needs', async () => {
    const errors: string[] = [];
    const run = (environment: Record<string, string>, ...args: readonly string[]) =>
      runCli(['mcp', ...args], {
        environment,
        print: () => undefined,
        printError: (line) => void errors.push(line),
      });
    const TWILIO_API_KEY = `SK${'1'.repeat(32)}`;
    assert.equal(await run({}), 2);
    assert.equal(await run({ TWILIO_API_KEY: `AC${'1'.repeat(32)}`, TWILIO_API_SECRET: 'x' }), 2);
    assert.equal(await run({ TWILIO_API_KEY, TWILIO_API_SECRET: 'x', TWILIO_REGION: 'evil.example' }), 2);
    assert.equal(await run({}, 'file'), 2);
    assert.match(errors[0]!, /^Set TWILIO_API_KEY/);
    assert.ok(errors.every((line) => !line.includes('evil')));
  });
});
