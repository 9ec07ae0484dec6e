import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import twilio from 'twilio';
import { recordingOf } from '../../../src/callbacks/recording';
import { assignment, json, serveApplication } from '../../callbacks/application';
import { copySources } from '../../host/sourceCopy';

const root = path.resolve(__dirname, '../../..');
const run = promisify(execFile);
const npm = (args: string[], cwd: string) =>
  run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { cwd, shell: process.platform === 'win32' });

/** Packed as `npm run package` does it, unpacked where there is no other package, and started by its `bin`. */
describe('the npm package of the command-line tool and the simulator', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'simulator-package-'));
  const unpacked = path.join(folder, 'package');
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  const tgz = path.join(folder, `taskrouter-${version}.tgz`);
  before(async function () {
    this.timeout(60_000);
    const source = path.join(folder, 'source');
    copySources(source);
    await run(process.execPath, ['esbuild.js', '--minify'], { cwd: source });
    await run(process.execPath, ['pack.js', folder], { cwd: source });
    await run('tar', ['-xzf', tgz, '-C', folder]);
  });
  after(() => rmSync(folder, { recursive: true }));

  it('contains the programs, the schemas and the documentation', () => {
    const files = readdirSync(unpacked, { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
    const names = files.map(({ parentPath, name }) => path.relative(unpacked, path.join(parentPath, name)));
    assert.deepEqual(names.map((name) => name.replaceAll('\\', '/')).sort(), [
      'LICENSE',
      'README.md',
      'SIMULATOR.md',
      'dist/ThirdPartyNotices.txt',
      'dist/cli.js',
      'dist/mcpServer.js',
      'dist/simulator-cli.js',
      'package.json',
      'schemas/simulator-faults.schema.json',
      'schemas/simulator-scenario.schema.json',
      'skills/taskrouter/SKILL.md',
    ]);
    assert.ok(statSync(tgz).size < 650_000);
    const notices = readFileSync(path.join(unpacked, 'dist/ThirdPartyNotices.txt'), 'utf8');
    for (const name of ['@modelcontextprotocol/sdk', 'jsonc-parser', 'zod'])
      assert.match(notices, new RegExp(`^${name} [\\d.]+\n[^-]+Copyright`, 'm'));
  });

  it('needs no other package, and may be published', () => {
    const manifest = JSON.parse(readFileSync(path.join(unpacked, 'package.json'), 'utf8')) as object;
    assert.ok(!('dependencies' in manifest));
    assert.ok(!('private' in manifest));
  });

  for (const document of ['README.md', 'SIMULATOR.md'])
    it(`has the files that its ${document} links to`, () => {
      const links = [
        ...readFileSync(path.join(unpacked, document), 'utf8').matchAll(/\]\((?!https:|#)(.*?)\)/g),
      ];
      assert.ok(links.length > 0);
      for (const [, file] of links) assert.ok(existsSync(path.join(unpacked, file!)), file);
    });

  it('shows in its README what it prints', async () => {
    const readme = readFileSync(path.join(unpacked, 'README.md'), 'utf8');
    const [, routes] = /```json\n([^]*?)```/.exec(readme)!;
    const [, command, output] = /```console\n\$ npx taskrouter (.*)\n([^]*?)```/.exec(readme)!;
    writeFileSync(path.join(folder, 'billing.routes.json'), routes!);
    const program = path.join(unpacked, 'dist/cli.js');
    const { stdout } = await run(process.execPath, [program, ...command!.split(' ')], { cwd: folder }).catch(
      // As something differs.
      (error: { code: number; stdout: string }) => error,
    );
    const withoutTimes = (text: string) => text.replace(/\(\d+ ms\)/g, '');
    assert.equal(withoutTimes(stdout), withoutTimes(output!));
  });

  it('serves the tools for language models', async () => {
    const args = [path.join(unpacked, 'dist/cli.js'), 'mcp', '--simulator'];
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(
      new StdioClientTransport({ command: process.execPath, args, cwd: folder, stderr: 'ignore' }),
    );
    try {
      const input = { query: 'Rosa Hazel' };
      const found = await client.callTool({ name: 'taskrouter_find_tasks', arguments: input });
      assert.match(JSON.stringify(found), /⟪Rosa Hazel⟫/);
    } finally {
      await client.close();
    }
  });

  it('runs the command-line tool with npm exec, offline', async () => {
    const { url, close } = await serveApplication(json({ instruction: 'accept' }));
    try {
      const answer = { consequence: 'applies', instruction: 'accept', args: {}, problems: [] } as const;
      const recording = recordingOf(assignment, answer, { url, replaceCustomerValues: true });
      writeFileSync(path.join(folder, 'accept.json'), JSON.stringify(recording));
      const exec = ['exec', '--offline', '--yes', '--package', tgz, '--', 'taskrouter'];
      const { stdout } = await npm([...exec, 'check', 'accept.json'], folder);
      assert.match(stdout, /^ok +accept\.json \(\d+ ms\)\n1 checked, 0 failed\n$/);
    } finally {
      await close();
    }
  }).timeout(20_000);

  it('starts by its bin, and answers curl and the official helper', async () => {
    const { bin } = JSON.parse(readFileSync(path.join(unpacked, 'package.json'), 'utf8')) as {
      bin: Record<string, string>;
    };
    const program = path.join(unpacked, bin['taskrouter-simulator']!);
    const child = spawn(process.execPath, [program, '--scenario', 'stuck'], { cwd: folder });
    try {
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const { value } = (await lines.next()) as { value: string };
      const { url, accountSid, authToken } = JSON.parse(value) as Record<string, string>;
      const { stdout } = await run('curl', [
        '-s',
        '-u',
        `${accountSid}:${authToken}`,
        `${url}/v1/Workspaces`,
      ]);
      assert.ok(stdout.includes('"friendly_name":"Night Desk"'));

      const client = new twilio.RequestClient();
      const request = client.request.bind(client);
      client.request = (options) =>
        request({ ...options, uri: options.uri.replace('https://taskrouter.twilio.com', url!) });
      const { workspaces } = twilio(accountSid, authToken, { httpClient: client }).taskrouter.v1;
      const [{ sid } = { sid: '' }] = await workspaces.list();
      const [task] = await workspaces(sid).tasks.list();
      assert.equal(task!.assignmentStatus, 'pending');
    } finally {
      child.kill();
    }
  }).timeout(20_000);
});
