import assert from 'node:assert/strict';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { runCli } from '../../src/cli/cli';
import type { Simulator } from '../../src/simulator/simulator';
import { createSimulator } from '../../src/simulator/simulator';
import { inputSchema } from '../../src/tools/schema';
import { tools } from '../../src/tools/tools';
import { closeServers, serve as serveHttp } from '../taskrouter/loopback';

const root = path.resolve(__dirname, '../..');

interface Serving {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The command-line tool in a process of its own, and the protocol's own client. */
async function serve({ args, env = {} }: Serving) {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [
      ...['--require', './test/safety/egress.cjs', '--require', './test/mcp/redirected.cjs'],
      ...['--import', 'tsx', 'src/cli/main.ts', 'mcp', ...args],
    ],
    env: { ...(process.env as Record<string, string>), ...env },
    ...{ cwd: root, stderr: 'pipe' },
  });
  let log = '';
  transport.stderr!.on('data', (chunk: Buffer) => (log += String(chunk)));
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  const call = async (name: string, input: Record<string, unknown> = {}, signal?: AbortSignal) => {
    const params = { name: `taskrouter_${name}`, arguments: input };
    const result = await client.callTool(params, undefined, signal ? { signal } : {});
    const [{ text } = { text: '' }] = result.content as { text: string }[];
    return { text, isError: result.isError };
  };
  const rows = async (name: string, input: Record<string, unknown>) =>
    (JSON.parse((await call(name, input)).text) as { rows: Record<string, string>[] }).rows;
  return { client, transport, call, rows, log: () => log };
}

const credentialsOf = ({ apiKeySid, apiKeySecret }: Simulator) => ({
  ...{ TWILIO_API_KEY: apiKeySid, TWILIO_API_SECRET: apiKeySecret },
});

describe('the MCP server', function () {
  this.timeout(60_000);
  after(closeServers);

  it('serves the tools that read, over standard input and output, to the protocol’s own client', async () => {
    const { client, transport, call, rows, log } = await serve({ args: ['--simulator'] });
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
    const lines = log().trim().split('\n');
    assert.ok(lines.length > 10);
    for (const line of lines)
      assert.match(line, /^\d{4}-\S+Z Simulator GET \/v1\/\S+ 200 \d+ ms \S+ \(language model tool\)$/);
  });

  it('prepares where it was told to, and leaves out quotations', async () => {
    const { client, call, rows } = await serve({
      args: ['--simulator', '--allow-preparing', '--omit-quotations'],
    });
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

  it('reads a TaskRouter on this machine, or Twilio, with an API key that is in no answer and no log line', async () => {
    const simulator = createSimulator();
    const server = await simulator.listen(0);
    const { url } = server;
    const ways: readonly Serving[] = [
      { args: ['--local', url, '--environment', 'staging'] },
      { args: [], env: { TEST_TWILIO: url } },
    ];
    for (const [i, { args, env }] of ways.entries()) {
      const serving = await serve({ args, env: { ...env, ...credentialsOf(simulator) } });
      const { client, call, rows, log } = serving;
      const texts: string[] = [];
      try {
        const [task] = await rows('find_tasks', { query: 'Rosa Hazel' });
        const asked = [
          await call('explain_task', { task: task!['task'] }),
          await call('list_workspaces'),
          await call('requests'),
        ];
        texts.push(...asked.map(({ text }) => text));
      } finally {
        await client.close();
      }
      const [explained, listed, requests] = texts;
      assert.match(explained!, /"headline":\{"says":"Offered to ⟪Yuki Tanabe⟫/);
      const place = [/"kind":"local","environment":"staging"/, /"kind":"twilio","environment":"production"/];
      assert.match(listed!, place[i]!);
      const { madeByTools, lastMinute, limitPerMinute } = JSON.parse(requests!) as Record<string, number>;
      assert.deepEqual([lastMinute, limitPerMinute], [madeByTools, 60]);
      const lines = log().trim().split('\n');
      assert.equal(lines.length, madeByTools);
      for (const line of lines) assert.match(line, /SK\w{32} GET \/v1\/.* \(language model tool\)$/);
      const { apiKeySecret, authToken } = simulator;
      for (const secret of [apiKeySecret, authToken, Buffer.from(apiKeySecret).toString('base64')])
        assert.ok(!texts.join('').includes(secret) && !log().includes(secret));
    }
    assert.ok(simulator.requests.every(({ method }) => method === 'GET'));
    await server.close();
    simulator.stop();
  });

  it('says at once when the limit is reached, and answers calls one after another', async () => {
    const simulator = createSimulator();
    const server = await simulator.listen(0);
    const args = ['--local', server.url, '--requests-per-minute', '30'];
    const { client, transport, call } = await serve({ args, env: credentialsOf(simulator) });
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => call('find_tasks', { query: 'Rosa Hazel', max: 1 })),
    );
    const answered = answers.filter(({ isError }) => !isError).length;
    assert.ok(answered > 0 && answered < 6, `${answered} of 6 were answered`);
    for (const { text, isError } of answers.slice(answered)) {
      assert.equal(isError, true);
      assert.match(text, /The limit of 30 requests per minute is reached\. Call this tool again in \d+ s\./);
    }
    assert.equal(simulator.requests.length, 30);
    assert.match((await call('requests')).text, /"lastMinute":30,"limitPerMinute":30,"leftThisMinute":0/);
    const closing = performance.now();
    await client.close();
    assert.equal(transport.pid, null, 'the process has ended');
    assert.ok(performance.now() - closing < 1900, 'before the client kills it');
    await server.close();
    simulator.stop();
  });

  it('sends credentials nowhere else: not where a redirect leads, nor to where a page names', async () => {
    const elsewhere = await serveHttp((_, response) => response.end('{}'));
    const answers = await serveHttp(({ target }, response) => {
      if (target.includes('PageSize'))
        response.writeHead(307, { location: `${elsewhere.origin}/v1/Workspaces` });
      response.end(JSON.stringify({ workspaces: [], meta: { next_page_url: `${elsewhere.origin}/v1` } }));
    });
    const env = { TWILIO_API_KEY: `SK${'1'.repeat(32)}`, TWILIO_API_SECRET: 'never-shown' };
    for (const one of [
      { args: [], env: { ...env, TEST_TWILIO: answers.origin } },
      { args: ['--local', answers.origin], env },
    ]) {
      const { client, call, log } = await serve(one);
      const { text, isError } = await call('find_tasks', { query: 'is:open' });
      await client.close();
      assert.ok(isError, text);
      assert.match(log(), / 307 /);
    }
    assert.ok(answers.received.length >= 2);
    assert.ok(answers.received.every(({ headers }) => headers.authorization?.startsWith('Basic ')));
    assert.deepEqual(elsewhere.received, []);
  });

  it('says which credentials and options it needs', async () => {
    const errors: string[] = [];
    const run = (environment: Record<string, string>, ...args: readonly string[]) =>
      runCli(['mcp', ...args], {
        environment,
        print: () => undefined,
        printError: (line) => void errors.push(line),
      });
    const TWILIO_API_KEY = `SK${'1'.repeat(32)}`;
    const key = { TWILIO_API_KEY, TWILIO_API_SECRET: 'x' };
    assert.equal(await run({}), 2);
    assert.equal(await run({ TWILIO_API_KEY: `AC${'1'.repeat(32)}`, TWILIO_API_SECRET: 'x' }), 2);
    assert.equal(await run({ ...key, TWILIO_REGION: 'evil.example' }), 2);
    assert.equal(await run({}, 'file'), 2);
    for (const address of [
      'https://taskrouter.twilio.com',
      'http://evil.example',
      '127.0.0.1.evil.example:80',
    ])
      assert.equal(await run(key, '--local', address), 2);
    for (const number of ['0', '601', '1.5', 'many', ''])
      assert.equal(await run(key, '--requests-per-minute', number), 2);
    assert.equal(await run(key, '--environment', 'prod'), 2);
    assert.equal(await run(key, '--simulator', '--local', 'localhost:1'), 2);
    assert.match(errors[0]!, /^Set TWILIO_API_KEY/);
    assert.ok(errors.every((line) => !line.includes('evil')));
  });
});
