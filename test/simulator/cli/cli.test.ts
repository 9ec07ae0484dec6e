import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { manualClock, pacedClock, createSimulator } from '../../../src/simulator/simulator';
import { runCommand } from '../../../src/simulator/cli/control';
import { builtIn } from '../../../src/simulator/scenarios/builtIn/all';
import { quiet } from '../driver';

const run = promisify(execFile);

describe('the simulator’s program', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'simulator-cli-'));
  const program = path.join(folder, 'cli.js');
  const running = new Set<ChildProcessWithoutNullStreams>();
  before(() =>
    build({
      entryPoints: ['src/simulator/cli.ts'],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
      logLevel: 'error',
    }),
  );
  after(() => {
    for (const child of running) child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  const file = (name: string, content: unknown) => {
    const whole = path.join(folder, name);
    writeFileSync(whole, typeof content === 'string' ? content : JSON.stringify(content));
    return whole;
  };

  /** Starts it, and waits for its first line. */
  async function start(...flags: string[]) {
    const child = spawn(process.execPath, [program, ...flags]);
    running.add(child);
    const ended = new Promise<number | null>((resolve) =>
      child.once('exit', (code) => {
        running.delete(child);
        resolve(code);
      }),
    );
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const line = async () => ((await lines.next()) as { value: string }).value;
    const started = JSON.parse(await line()) as Record<
      'url' | 'accountSid' | 'authToken' | 'apiKeySid' | 'apiKeySecret',
      string
    > & { proxy?: string };
    const authorization = `Basic ${Buffer.from(`${started.accountSid}:${started.authToken}`).toString('base64')}`;
    return {
      ...started,
      line,
      ended,
      child,
      /** The answer to a command; the lines of requests before it are passed over. */
      tell: async (command: string) => {
        child.stdin.write(`${command}\n`);
        for (;;) {
          const answer = await line();
          if (answer.startsWith('{')) return JSON.parse(answer) as Record<string, unknown>;
        }
      },
      get: async (target: string) => {
        const response = await fetch(started.url + target, { headers: { authorization } });
        return { status: response.status, body: (await response.json()) as Record<string, never[]> };
      },
    };
  }

  const refused = async (...flags: string[]) => {
    const failed = await run(process.execPath, [program, ...flags], { timeout: 8000 }).then(
      () => assert.fail('it started'),
      (error: { code: number; stderr: string }) => error,
    );
    assert.equal(failed.code, 1);
    return failed.stderr;
  };

  it('lists the built-in scenarios with a description', async () => {
    const { stdout } = await run(process.execPath, [program, '--list']);
    const lines = stdout.trim().split('\n');
    assert.deepEqual(
      lines.map((line) => line.split(/ {2,}/)),
      builtIn.map(({ name, description }) => [name, description]),
    );
  });

  it('serves a scenario and faults from files', async () => {
    const scenario = file('own.json', { ...quiet(), concurrency: 5 });
    const faults = file('faults.json', { faults: [{ do: 'refuse', status: 503, on: 'GET Workers' }] });
    const { get, child, ended } = await start('--scenario', scenario, '--faults', faults);
    const { body } = await get('/v1/Workspaces');
    const [{ sid, friendly_name }] = body['workspaces'] as unknown as [Record<string, string>];
    assert.equal(friendly_name, 'Quiet');
    assert.equal((await get(`/v1/Workspaces/${sid}/Workers`)).status, 503);
    child.kill('SIGTERM');
    assert.equal(await ended, 0);
  });

  it('reads commands from stdin that change time and stop it', async () => {
    const flags = ['--start', '2026-01-05T09:00:00Z', '--paused', '--control', '--scenario', 'timeouts'];
    const { tell, get, ended } = await start(...flags);
    const at = async () => (await tell('status'))['now'];
    assert.equal(await at(), '2026-01-05T09:00:00.000Z');
    const [{ sid }] = (await get('/v1/Workspaces')).body['workspaces'] as unknown as [{ sid: string }];
    const offline = async () => {
      const { body } = await get(`/v1/Workspaces/${sid}/Workers?ActivityName=Offline`);
      return body['workers']!.length;
    };
    assert.equal(await offline(), 0);
    assert.deepEqual(await tell('step 15'), { now: '2026-01-05T09:00:15.000Z', paused: true, speed: 1 });
    assert.equal(await offline(), 3);
    assert.match(String((await tell('jump'))['error']), /"jump" is none of: pause, /);
    assert.deepEqual(await tell('stop'), { stopped: true });
    assert.equal(await ended, 0);
  });

  describe('with --proxy', () => {
    const certificate = path.join(folder, 'ca.pem');

    it('serves a proxy, and writes only the certificate that its clients must trust', async () => {
      const before = readdirSync(folder);
      const { proxy, accountSid, authToken, child, ended } = await start('--proxy', certificate);
      const { stdout } = await run('curl', [
        ...['-q', '-sS', '--proxy', proxy!, '--cacert', certificate, '-u', `${accountSid}:${authToken}`],
        'https://taskrouter.twilio.com/v1/Workspaces?PageSize=1',
      ]);
      assert.match(stdout, /"url":"https:\/\/taskrouter\.twilio\.com\/v1\/Workspaces\//);
      assert.deepEqual(readdirSync(folder).sort(), [...before, 'ca.pem'].sort());
      const content = readFileSync(certificate, 'utf8');
      assert.deepEqual(content.match(/-----BEGIN [^-]+-----/g), ['-----BEGIN CERTIFICATE-----']);
      child.kill('SIGTERM');
      assert.equal(await ended, 0);
    });

    it('replaces the certificate of an earlier start, and no other file', async () => {
      const old = readFileSync(certificate, 'utf8');
      const { child, ended } = await start('--proxy', certificate);
      child.kill('SIGTERM');
      await ended;
      assert.notEqual(readFileSync(certificate, 'utf8'), old);
      const key = file('id_rsa', '-----BEGIN PRIVATE KEY-----\n');
      assert.match(await refused('--proxy', key), /--proxy: .*id_rsa exists and is not a certificate/);
      assert.equal(readFileSync(key, 'utf8'), '-----BEGIN PRIVATE KEY-----\n');
      assert.match(
        await refused('--proxy', path.join(folder, 'no', 'ca.pem')),
        /cannot be written \(ENOENT\)/,
      );
      assert.match(await refused('--proxy-port', '1'), /--proxy-port needs --proxy/);
      const { url, ...second } = await start();
      const port = new URL(url).port;
      assert.match(await refused('--proxy', certificate, '--proxy-port', port), /That port is in use/);
      assert.match(await refused('--port', port), /That port is in use/);
      second.child.kill('SIGTERM');
      await second.ended;
    }).timeout(20_000);

    it('needs no library that the extension loads', async () => {
      const { metafile } = await build({
        ...{ entryPoints: ['src/simulator/simulator.ts'], bundle: true, platform: 'node', write: false },
        ...{ metafile: true, logLevel: 'error' },
      });
      const inputs = Object.keys(metafile.inputs);
      assert.ok(inputs.includes('src/simulator/simulator.ts'));
      assert.deepEqual(
        inputs.filter((name) => /peculiar|asn1|simulator\/cli/.test(name)),
        [],
      );
    });
  });

  it('uses the credentials of a scenario', async () => {
    const account = {
      sid: `AC${'0'.repeat(31)}1`,
      authToken: 'token',
      apiKeys: [1, 2].map((i) => ({
        sid: `SK${'0'.repeat(31)}${i}`,
        secret: `secret ${i}`.replace(' ', '-'),
      })),
    };
    const { url, accountSid, authToken, apiKeySid, apiKeySecret, child, ended } = await start(
      '--scenario',
      file('account.json', { ...quiet(), account }),
    );
    assert.deepEqual(
      [accountSid, authToken, apiKeySid, apiKeySecret],
      [account.sid, 'token', account.apiKeys[0]!.sid, 'secret-1'],
    );
    const status = async (user: string, password: string) => {
      const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
      return (await fetch(`${url}/v1/Workspaces`, { headers: { authorization } })).status;
    };
    assert.equal(await status(account.sid, 'token'), 200);
    for (const { sid, secret } of account.apiKeys) assert.equal(await status(sid, secret), 200);
    assert.equal(await status(account.apiKeys[0]!.sid, 'secret-2'), 401);
    assert.equal(await status(account.sid, 'secret-1'), 401);
    child.kill('SIGTERM');
    await ended;
  });

  it('gives the same responses in two runs with the same start and steps', async () => {
    const bodies: string[] = [];
    while (bodies.length < 2) {
      const { tell, get, url, child, ended } = await start(
        ...['--seed', '9', '--paused', '--control', '--start', '2026-01-05T09:00:00Z'],
      );
      await tell('step 3600');
      const [{ sid }] = (await get('/v1/Workspaces')).body['workspaces'] as unknown as [{ sid: string }];
      const { body } = await get(`/v1/Workspaces/${sid}/Tasks?PageSize=1000`);
      bodies.push(JSON.stringify(body).replaceAll(url, ''));
      child.kill('SIGINT');
      await ended;
    }
    assert.ok(bodies[0]!.length > 10_000);
    assert.equal(bodies[0], bodies[1]);
  });

  it('says what is wrong with a flag or a file', async () => {
    const all: [string[], RegExp][] = [
      [['--speed', '0'], /--speed must be a number above 0 and up to 10000, not "0"/],
      [['--latency', '160-40'], /--latency must be milliseconds like 80, or 40-160, not "160-40"/],
      [['--concurrency', '0'], /--concurrency must be a whole number from 1 /],
      [['--start', 'tomorrow'], /--start must be a date like/],
      [['--scenario', 'none'], /--scenario: none cannot be read \(ENOENT\)\. Built in are lively, stuck, /],
      [['--scenario', __dirname], /--scenario: \S+ cannot be read: it is not a regular file\. Built in are/],
      [
        ['--callbacks', 'http://127.0.0.1:9', '--callbacks-signed-url', 'mailto:a@example.com'],
        /--callbacks-signed-url must be an http or https URL, not "mailto:a@example.com"/,
      ],
      [
        ['--callbacks', 'localhost:3000/assignment'],
        /--callbacks must be an .+ not "localhost:3000\/assignment"\. Did you mean http:\/\/localhost:3000\/assignment\?/,
      ],
      [
        ['--callbacks', 'http://127.0.0.1:9', '--callbacks-fallback', 'http://elsewhere.invalid/'],
        /--callbacks-fallback http:\/\/elsewhere\.invalid\/: Not sent: the host name could not be resolved/,
      ],
      [['--faults', file('list.json', [])], /list\.json:1:1 the file: /],
      [['--scenario', file('bad.json', '{"name": "x",}')], /bad\.json:1:14 is not JSON/],
    ];
    for (const [flags, message] of all) assert.match(await refused(...flags), message);
  }).timeout(20_000);
});

describe('a command', () => {
  function commanded() {
    const machine = manualClock();
    const clock = pacedClock({}, machine);
    const simulator = createSimulator({ clock, scenario: quiet() });
    const controlled = { clock, faults: simulator.faults, stop: () => simulator.stop() };
    return { machine, tell: (line: string) => runCommand(line, controlled) };
  }

  it('changes the pace of time', () => {
    const { machine, tell } = commanded();
    tell('speed 60');
    machine.advance(1000);
    assert.deepEqual(tell('pause'), { now: '2026-01-05T09:01:00.000Z', paused: true, speed: 60 });
    machine.advance(1000);
    tell('  step   0.5 ');
    assert.deepEqual(tell('resume'), { now: '2026-01-05T09:01:00.500Z', paused: false, speed: 60 });
  });

  it('adds faults, lists how often they were applied, and removes them', () => {
    const { tell } = commanded();
    const fault = { do: 'reset', times: 1 };
    assert.deepEqual(tell(`fault ${JSON.stringify(fault)}`), { faults: [{ fault, times: 0 }] });
    assert.deepEqual(tell('faults'), { faults: [{ fault, times: 0 }] });
    assert.deepEqual(tell('clear'), { faults: [] });
    assert.deepEqual(tell('faults'), { faults: [] });
  });

  for (const [line, error] of [
    ['', /"" is none of/],
    ['step', /step needs a number from 0 to 31536000, not ""/],
    ['step -1', /not "-1"/],
    ['step soon', /not "soon"/],
    ['speed 0', /above 0/],
    ['fault', /^fault needs one fault/],
    ['fault {"do":"reset"},{"do":"reset"}', /^fault needs one fault/],
    ['fault {"do":"explode"}', /must be one of wait/],
    ['fault {', /is not JSON/],
  ] as const) {
    it(`says what is wrong with "${line}"`, () => {
      assert.match(String(commanded().tell(line)['error']), error);
    });
  }
});
