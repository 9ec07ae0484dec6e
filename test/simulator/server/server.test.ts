import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import http from 'node:http';
import { networkInterfaces } from 'node:os';
import { createInterface } from 'node:readline';
import { createSimulator, large, manualClock } from '../../../src/simulator/simulator';
import type { Simulator } from '../../../src/simulator/simulator';
import { quiet, waiting, worker } from '../driver';
import { helperFor } from '../clients/twilioNode';

/** A request with exactly these headers; the status and the body. */
function ask(url: string, headers: Record<string, string>, method = 'GET') {
  return new Promise<{ status: number | undefined; text: string; headers: http.IncomingHttpHeaders }>(
    (resolve, reject) => {
      const request = http.request(url, { method, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
        response.on('end', () => resolve({ status: response.statusCode, text, headers: response.headers }));
      });
      request.on('error', reject).end();
    },
  );
}

const basic = ({ accountSid, authToken }: { accountSid: string; authToken: string }) => ({
  authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
});

describe('the simulator on loopback', () => {
  let simulator: Simulator;
  let url: string;
  const lines: string[] = [];
  before(async () => {
    simulator = createSimulator({ clock: manualClock() });
    ({ url } = await simulator.listen(0, (line) => lines.push(line)));
  });
  after(() => simulator.stop());

  it('responds under its own origin, and uses it in every URL', async () => {
    const { status, text } = await ask(`${url}/v1/Workspaces?PageSize=1`, basic(simulator));
    assert.equal(status, 200);
    assert.ok(text.includes(`"next_page_url":"${url}/v1/Workspaces?`));
    assert.ok(!text.includes('twilio.com'));
    assert.match(lines.at(-1)!, /^GET \/v1\/Workspaces 200 [\d.]+ ms$/);
    assert.equal((await ask(`${url}/v1/Workspaces`, {})).status, 401);
  });

  const port = () => new URL(url).port;
  for (const name of ['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]']) {
    it(`accepts the host name ${name}, and uses it in every URL`, async () => {
      const host = `${name}:${port()}`;
      const { status, text } = await ask(`${url}/v1/Workspaces`, { ...basic(simulator), host });
      assert.equal(status, 200);
      assert.ok(text.includes(`"url":"http://${host.toLowerCase()}/v1/Workspaces/WS`));
    });
  }

  it('also listens on ::1 if the machine has it', async function () {
    const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    if (!addresses.some(({ address }) => address === '::1')) this.skip();
    assert.equal((await ask(`http://[::1]:${port()}/v1/Workspaces`, {})).status, 401);
  });

  it('listens on no other address', async function () {
    // Only Linux has all of 127.0.0.0/8: what listens on every interface answers there.
    if (process.platform !== 'linux') this.skip();
    await assert.rejects(ask(`http://127.0.0.2:${port()}/v1/Workspaces`, {}), { code: 'ECONNREFUSED' });
  });

  it('fails if its port is in use on either address', async () => {
    await assert.rejects(simulator.listen(Number(port())), { code: 'EADDRINUSE' });
  });

  for (const [title, headers] of [
    ['a foreign host name', () => ({ host: 'rebound.example.com' })],
    ['a foreign host name with its port', () => ({ host: `rebound.example.com:${port()}` })],
    ['a foreign name that begins like its own', () => ({ host: `127.0.0.1.example.com:${port()}` })],
    ['a foreign name under localhost', () => ({ host: `www.localhost:${port()}` })],
    ['another loopback address', () => ({ host: `127.0.0.2:${port()}` })],
    ['the address of every interface', () => ({ host: `0.0.0.0:${port()}` })],
    ['a host without its port', () => ({ host: '127.0.0.1' })],
    ['localhost without its port', () => ({ host: 'localhost' })],
    ['another port', () => ({ host: 'localhost:1' })],
    ['an Origin', () => ({ origin: 'https://example.com' })],
    ['its own Origin', () => ({ origin: url })],
    ['an empty Origin', () => ({ origin: 'null' })],
    ['Sec-Fetch-Site', () => ({ 'sec-fetch-site': 'same-origin' })],
    ['a Referer', () => ({ referer: `${url}/` })],
  ] as const) {
    it(`refuses a request with ${title}, even with correct credentials`, async () => {
      const before = simulator.requests.length;
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const answer = await ask(`${url}/v1/Workspaces`, { ...basic(simulator), ...headers() }, method);
        assert.equal(answer.status, 403, method);
        assert.equal(answer.headers['access-control-allow-origin'], undefined);
      }
      assert.equal(simulator.requests.length, before);
    });
  }

  it('closes', async () => {
    const second = await simulator.listen();
    await second.close();
    await assert.rejects(ask(`${second.url}/v1/Workspaces`, {}), { code: 'ECONNREFUSED' });
  });

  it('also serves the in-process fetch', async () => {
    const options = { method: 'GET', headers: basic(simulator), redirect: 'manual' } as const;
    assert.equal((await simulator.fetch(`${url}/v1/Workspaces`, options)).status, 200);
  });

  it('has the same headers in-process as over a socket, with its own time', async () => {
    const options = { method: 'GET', headers: basic(simulator), redirect: 'manual' } as const;
    const inProcess = await simulator.fetch(`${url}/v1/Workspaces`, options);
    const { headers } = await ask(`${url}/v1/Workspaces`, basic(simulator));
    assert.equal(headers.date, 'Mon, 05 Jan 2026 09:00:00 GMT');
    const differs = ['twilio-request-id', 'twilio-request-duration'];
    const ofTheSocket = ['connection', 'keep-alive', 'content-length'];
    for (const [name, value] of Object.entries(headers)) {
      const other = inProcess.headers.get(name);
      if (differs.includes(name)) assert.ok(other, name);
      else assert.equal(other, ofTheSocket.includes(name) ? null : value, name);
    }
  });
});

describe('the official helper against the simulator', () => {
  const tasks = Array.from({ length: 3 }, (_, i) => waiting({ age: 30 - i }));
  const start = async (
    scenario = quiet({ tasks, workers: [worker('alice'), worker('bob'), worker('cleo')] }),
  ) => {
    const clock = manualClock();
    const simulator = createSimulator({ clock, scenario });
    const { url } = await simulator.listen();
    const helper = helperFor(simulator, url);
    const [workspace] = await helper.workspaces.list();
    return { clock, simulator, workspace: helper.workspaces(workspace!.sid), helper };
  };
  let running: Simulator | undefined;
  afterEach(() => running?.stop());

  it('lists, fetches, accepts, rejects and instructs', async () => {
    const { clock, simulator, workspace } = await start();
    running = simulator;
    const [first, second, third] = await workspace.tasks.list({ assignmentStatus: ['reserved'] });
    // The helper forgets the SIDs of rows that came out of a list, so each is asked for by its SID.
    const only = async (taskSid: string) => {
      const { reservations } = workspace.tasks(taskSid);
      const [{ sid } = { sid: '' }] = await reservations.list();
      return workspace.tasks(taskSid).reservations(sid).fetch();
    };

    const accepted = await (await only(first!.sid)).update({ reservationStatus: 'accepted' });
    assert.equal(accepted.reservationStatus, 'accepted');
    const again = (await only(first!.sid)).update({ reservationStatus: 'accepted' });
    await assert.rejects(again, { status: 400, code: 20001 });

    const offered = await only(second!.sid);
    const rejected = await workspace
      .workers(offered.workerSid)
      .reservations(offered.sid)
      .update({ reservationStatus: 'rejected' });
    assert.equal(rejected.reservationStatus, 'rejected');

    const called = await (
      await only(third!.sid)
    ).update({
      instruction: 'conference',
      from: '+18885550100',
      conferenceStatusCallbackEvent: ['start', 'end'],
    });
    assert.equal(called.reservationStatus, 'pending');
    assert.deepEqual(simulator.requests.at(-1)!.body, [
      ['Instruction', 'conference'],
      ['From', '+18885550100'],
      ['ConferenceStatusCallbackEvent', 'start'],
      ['ConferenceStatusCallbackEvent', 'end'],
    ]);
    clock.advance(10_000);
    assert.equal((await called.fetch()).reservationStatus, 'accepted');
    assert.equal((await workspace.fetch()).friendlyName, 'Quiet');
    assert.ok((await workspace.tasks(first!.sid).fetch()).dateCreated instanceof Date);
    await assert.rejects(workspace.tasks(`WT${'0'.repeat(32)}`).fetch(), { status: 404, code: 20404 });
  });

  it('pages through 2,500 tasks', async () => {
    const { simulator, workspace } = await start(large({ tasks: 2500, workers: 20, workspaces: 1 }));
    running = simulator;
    const all = await workspace.tasks.list({ pageSize: 1000 });
    assert.equal(new Set(all.map(({ sid }) => sid)).size, 2500);
    assert.equal(simulator.requests.length, 4);
  }).timeout(20_000);
});

describe('npm run simulator', () => {
  const run = (...flags: string[]) =>
    spawn(process.execPath, ['--import', 'tsx', 'src/simulator/cli.ts', ...flags], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  it('prints one line of JSON, then a line for each request, and ends on SIGINT', async () => {
    const child = run('--port', '0', '--seed', '7');
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async () => ((await lines.next()) as { value: string }).value;
    const { url, ...credentials } = JSON.parse(await next()) as {
      url: string;
      accountSid: string;
      authToken: string;
    };
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal((await ask(`${url}/v1/Workspaces`, basic(credentials))).status, 200);
    assert.match(await next(), /^GET \/v1\/Workspaces 200 /);
    child.kill('SIGINT');
    assert.equal(await ended, 0);
  }).timeout(30_000);

  for (const [flags, sentence] of [
    [['--port', 'x'], /--port must be a whole number from 0 to 65535, not "x"/],
    [['--seed', '-1'], /--seed/],
    [['--colour'], /Unknown option '--colour'/],
  ] as const) {
    it(`says what is wrong with ${flags.join(' ')}`, async () => {
      const child = run(...flags);
      let text = '';
      child.stderr.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      assert.equal(await new Promise((resolve) => child.once('close', resolve)), 1);
      assert.match(text, sentence);
    }).timeout(30_000);
  }
});
