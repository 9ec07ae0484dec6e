import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { createSimulator } from '../../src/simulator/simulator';
import type { Recorded } from '../../src/simulator/simulator';
import type { InstructionName } from '../../src/taskrouter/instructions';
import { unseenCharacter } from '../../src/taskrouter/characters';
import { instructionNamed, instructions } from '../../src/taskrouter/instructions';
import { inEnglish } from '../../src/taskrouter/message';
import { defaultOrigin } from '../../src/taskrouter/origin';
import type { TaskRouterRequest } from '../../src/taskrouter/requests';
import { wireName } from '../../src/taskrouter/requests';
import type { Destination } from '../../src/taskrouter/curl';
import { snippets } from '../../src/taskrouter/snippets';
import type { Arguments } from '../../src/taskrouter/update';
import { updateReservationRequest } from '../../src/taskrouter/update';
import { sequences } from '../sequences';
import { closeServers, json, serve, sidOf, wk, wr, ws, wt } from './loopback';

const run = promisify(execFile);
const root = path.resolve(__dirname, '../..');

/** Stands for what nobody may see. The simulator gets it, no snippet does. */
const secret = `horse "staple" & 'battery' $HOME`;
const awkward = `client:"a"&b=c'd\`id\`$HOME\\%41+ü😀`;
const url = (name: string) => `https://example.com/${name}?q='a'&b="%20"+ü#$(id)`;

/** Every parameter of every instruction, and values that a shell or a language could take for its own. */
const filled: Readonly<Record<InstructionName, Arguments>> = {
  accept: {},
  reject: { workerActivitySid: sidOf('WA', '1') },
  wrapUp: {},
  complete: {},
  conference: {
    to: awkward,
    from: '+15550100123',
    statusCallback: url('status'),
    statusCallbackMethod: 'GET',
    statusCallbackEvent: ['initiated', 'answered'],
    timeout: '030',
    record: 'true',
    muted: 'false',
    beep: 'true',
    startConferenceOnEnter: 'false',
    endConferenceOnExit: 'true',
    waitUrl: url('wait'),
    waitMethod: 'GET',
    earlyMedia: 'false',
    maxParticipants: '9',
    conferenceStatusCallback: url('conference'),
    conferenceStatusCallbackMethod: 'POST',
    conferenceStatusCallbackEvent: ['start'],
    conferenceRecord: 'record-from-start',
    conferenceTrim: 'do-not-trim',
    recordingChannels: 'dual',
    recordingStatusCallback: url('recording'),
    recordingStatusCallbackMethod: 'POST',
    conferenceRecordingStatusCallback: url('both'),
    conferenceRecordingStatusCallbackMethod: 'GET',
    region: 'ie1',
    sipAuthUsername: `@/etc/passwd 'a' "b"\\ %41=+&`,
    sipAuthPassword: secret,
    postWorkActivitySid: sidOf('WA', '2'),
    endConferenceOnCustomerExit: 'false',
    beepOnCustomerEntrance: 'true',
    jitterBufferSize: 'off',
  },
  dequeue: {
    dequeuePostWorkActivitySid: sidOf('WA', '3'),
    dequeueFrom: awkward,
    dequeueRecord: 'record-from-answer',
    dequeueTimeout: '12',
    dequeueTo: `sip:o'neil@example.com`,
    dequeueStatusCallbackUrl: url('dequeue'),
    dequeueStatusCallbackEvent: ['ringing', 'completed'],
  },
  call: {
    callFrom: '+15550100123',
    callRecord: 'do-not-record',
    callTimeout: '40',
    callTo: awkward,
    callUrl: url('call'),
    callStatusCallbackUrl: url('ended'),
    callAccept: 'true',
  },
  redirect: { redirectCallSid: sidOf('CA', '4'), redirectAccept: 'false', redirectUrl: url('redirect') },
  supervise: { supervisorMode: 'whisper', supervisor: sidOf('WK', '5') },
};
const names = instructions.map(({ name }) => name);
const etag = `"1'2"`;
const requestFor = (name: InstructionName, parentSid = wt): TaskRouterRequest =>
  updateReservationRequest(
    { workspaceSid: ws, parentSid, sid: wr },
    instructionNamed(name),
    filled[name],
    etag,
  );
const text = (snippet: string, request: TaskRouterRequest, to: Destination = { origin: defaultOrigin }) =>
  snippets.find(({ name }) => name === snippet)!.write(request, to).text;

/** A request whose value no field would take. */
const withValue =
  (parameter: string) =>
  (value: string): TaskRouterRequest => {
    const request = requestFor('conference');
    const body = request
      .body!.filter(([name]) => name !== 'SipAuthPassword')
      .map(([name, other]) => [name, name === parameter ? value : other] as const);
    return { ...request, body };
  };
const withUserName = withValue('SipAuthUsername');
const withTo = withValue('To');

describe('snippets', function () {
  this.timeout(60_000);

  const simulator = createSimulator({ scenario: { name: 'empty', workspaces: [] } });
  let origin: string;
  let env: NodeJS.ProcessEnv;
  before(async function () {
    // What runs them here is a POSIX shell; they are the same text everywhere.
    if (process.platform === 'win32') this.skip();
    origin = (await simulator.listen(0)).url;
    env = {
      ...process.env,
      TWILIO_ACCOUNT_SID: simulator.accountSid,
      TWILIO_AUTH_TOKEN: simulator.authToken,
      TWILIO_API_KEY: simulator.apiKeySid,
      TWILIO_API_SECRET: simulator.apiKeySecret,
      SIP_AUTH_PASSWORD: secret,
    };
  });
  after(() => {
    simulator.stop();
    closeServers();
  });

  /** What has just arrived is this request, with credentials that are the account's. */
  function assertArrived(request: TaskRouterRequest): void {
    const { method, path: target, body, ifMatch, status } = simulator.requests.at(-1) as Recorded;
    assert.deepEqual(
      { method, path: target, body, ifMatch },
      {
        method: request.method,
        path: request.path,
        body: request.body!.map(([name, value]) => [name, value]),
        ifMatch: request.ifMatch,
      },
    );
    assert.equal(status, 404, 'it came past the credentials, and the reservation is not there');
  }

  it('contain no secret, in any form', () => {
    for (const { name, write } of snippets) {
      const written = JSON.stringify(write(requestFor('conference'), { origin: defaultOrigin }));
      assert.ok(!written.includes('horse') && !written.includes('staple'), name);
    }
  });

  it('repeat each request, with its constant parts', () => {
    const told = text('HTTP', requestFor('redirect'), { origin });
    assert.equal(
      told,
      [
        `POST /v1/Workspaces/${ws}/Tasks/${wt}/Reservations/${wr} HTTP/1.1`,
        `Host: ${new URL(origin).host}`,
        'Authorization: Basic <credentials>',
        `If-Match: ${etag}`,
        'Content-Type: application/x-www-form-urlencoded',
        '',
        'Instruction=redirect',
        `&RedirectCallSid=${sidOf('CA', '4')}`,
        '&RedirectAccept=false',
        '&RedirectUrl=https%3A%2F%2Fexample.com%2Fredirect%3Fq%3D%27a%27%26b%3D%22%2520%22%2B%C3%BC%23%24%28id%29',
      ].join('\n'),
    );
  });

  for (const name of names) {
    it(`send just what the form sends, run by a shell: ${name}`, async () => {
      for (const parent of name === 'supervise' ? [wt] : [wt, wk]) {
        const request = requestFor(name, parent);
        await run('sh', ['-c', `${text('curl', request, { origin })} -s`], { env });
        assertArrived(request);
        const key = { origin, apiKey: true };
        await run('bash', ['-c', `${text('curl', request, key)} -s`], { env });
        assertArrived(request);
      }
    });

    it(`send just what the form sends, as PowerShell reads them: ${name}`, async () => {
      const request = requestFor(name);
      const { words, input } = powerShellWords(text('PowerShell', request, { origin })!, env);
      const [program, ...rest] = words;
      assert.equal(program, 'curl.exe');
      for (const word of rest) {
        // An older PowerShell would lose it on the way to the program.
        assert.ok(!word.includes('"') || word.startsWith('SipAuthPassword='), word);
      }
      const curl = run('curl', [...rest, '-s'], { env });
      curl.child.stdin!.end(`${input}\r\n`);
      await curl;
      assertArrived(request);
    });
  }

  it('send just what the form sends, whatever is typed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), async (typed) => {
        fc.pre(!typed.includes('\0'));
        const request = withUserName(typed);
        await run('sh', ['-c', `${text('curl', request, { origin })} -s`], { env });
        assertArrived(request);
      }),
      { ...sequences(15), examples: [['@file'], ["'"], ['\n'], ['\\'], ['-'], ['=']] },
    );
  });

  it('contain no invisible character, and mean the same', async () => {
    const controls = Array.from({ length: 0xa0 }, (_one, code) => String.fromCharCode(code)).slice(1);
    const others = ['\u200b\u202e\u2028\ufeff\u3164', '\u{e0041}\u{e0100}x', '\u001b[201~\u0003\ntouch it\n'];
    for (const typed of [controls.slice(0, 79).join(''), controls.slice(79).join(''), ...others]) {
      const request = withUserName(typed);
      for (const { name, write } of snippets) {
        const { text: copied, note } = write(request, { origin });
        assert.ok(copied ?? note, name);
        assert.doesNotMatch((copied ?? '').replaceAll('\n', ''), unseenCharacter, name);
      }
      await run('sh', ['-c', `${text('curl', request, { origin })} -s`], { env });
      assertArrived(request);
      const code = `process.on('unhandledRejection', ({ status }) => process.exit(status === 404 ? 0 : 1));
        ${text('Node', request, { origin })}`;
      await run(process.execPath, ['-e', code], { env, cwd: root });
      assertArrived(request);
      const [read] = await pythonKeywords([text('Python', request)!]);
      assert.equal(read!['sip_auth_username'], typed);
      assert.equal((JSON.parse(text('Callback response', withTo(typed))!) as { to: string }).to, typed);
      assert.match(
        inEnglish(
          snippets.find(({ name }) => name === 'Twilio CLI')!.write(request, { origin: defaultOrigin }).note!,
        ),
        /^SipAuthUsername contains an invisible character/,
      );
    }
  });

  for (const [name, parent, apiKey] of [
    ['conference', wt, false],
    ['call', wk, true],
  ] as const) {
    it(`send just what the form sends, run by Node with Twilio’s helper: ${name}`, async () => {
      const request = requestFor(name, parent);
      const code = `{ const { RequestClient } = require('twilio');
        const send = RequestClient.prototype.request;
        RequestClient.prototype.request = function (options) {
          const uri = options.uri.replace('https://taskrouter.twilio.com', ${JSON.stringify(origin)});
          return send.call(this, { ...options, uri });
        }; }
        process.on('unhandledRejection', ({ status }) => process.exit(status === 404 ? 0 : 1));
        ${text('Node', request, { origin: defaultOrigin, apiKey })}`;
      await run(process.execPath, ['-e', code], { env, cwd: root });
      assertArrived(request);
    });
  }

  it('name region and edge where Twilio’s helpers need them', () => {
    const to = { origin: 'https://taskrouter.dublin.ie1.twilio.com' };
    assert.match(text('Node', requestFor('accept'), to)!, /\{ edge: 'dublin', region: 'ie1' \}\)/);
    assert.match(text('Python', requestFor('accept'), to)!, /edge='dublin', region='ie1'\)/);
    assert.match(
      text('Twilio CLI', requestFor('accept'), to)!,
      /^TWILIO_REGION=ie1 TWILIO_EDGE=dublin twilio /,
    );
  });

  it('send just what the form sends to a TaskRouter on this machine, run by Node with Twilio’s helper', async () => {
    const request = requestFor('conference');
    const code = `process.on('unhandledRejection', ({ status }) => process.exit(status === 404 ? 0 : 1));
      ${text('Node', request, { origin })}`;
    await run(process.execPath, ['-e', code], { env, cwd: root });
    assertArrived(request);
  });

  it('reach a TaskRouter on this machine even if the environment names an edge and region of Twilio', async () => {
    const { origin: local, received } = await serve(json({ reservation_status: 'accepted' }));
    const { port } = new URL(local);
    const elsewhere = { ...env, TWILIO_EDGE: 'dublin', TWILIO_REGION: 'ie1' };
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`]) {
      const code = text('Node', requestFor('accept'), { origin: `http://${host}` })!;
      await run(process.execPath, ['-e', code], { env: elsewhere, cwd: root });
      assert.equal(received.at(-1)?.headers.host, host);
    }
  });

  it('reach a TaskRouter on this machine from Python, and say that the CLI cannot', async () => {
    const program = text('Python', requestFor('conference'), { origin })!;
    assert.match(
      program,
      /^client\.taskrouter\.base_url = 'http:\/\/127\.0\.0\.1:\d+'\nclient\.edge = client\.region = None$/m,
    );
    const compiled = run('python3', ['-c', 'import sys; compile(sys.stdin.read(), "snippet", "exec")']);
    compiled.child.stdin!.end(program);
    await compiled;
    const cli = snippets.find(({ name }) => name === 'Twilio CLI')!;
    assert.deepEqual(cli.write(requestFor('accept'), { origin }), {
      note: { text: 'The Twilio CLI sends requests to Twilio only.' },
    });
  });

  it('are read by Python as the form’s values', async () => {
    const sources = names.map((name) => text('Python', requestFor(name)));
    const read = await pythonKeywords(sources as string[]);
    for (const [i, name] of names.entries()) {
      const { ifMatch, body } = requestFor(name);
      const expected: Record<string, unknown> = { if_match: ifMatch };
      for (const [wire, value] of body!) {
        const key = wire === 'From' ? 'from_' : wire.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase();
        const { control } = fieldOf(name, wire) ?? {};
        if (control === 'password') expected[key] = `os.environ['SIP_AUTH_PASSWORD']`;
        else if (control === 'choices') expected[key] = [...((expected[key] as string[]) ?? []), value];
        else if (control === 'boolean') expected[key] = value === 'true';
        else if (control === 'integer' && value !== '030') expected[key] = Number(value);
        else expected[key] = value;
      }
      assert.deepEqual(read[i], expected);
    }
  });

  for (const name of names) {
    it(`are read by the CLI as the form’s values: ${name}`, async () => {
      for (const parent of name === 'supervise' ? [wt] : [wt, wk]) {
        const request = requestFor(name, parent);
        const script = `twilio() { printf '%s\\0' "$@"; }\n${text('Twilio CLI', request)}`;
        const [command, ...flags] = (await run('sh', ['-c', script], { env })).stdout
          .split('\0')
          .slice(0, -1);
        const side = parent === wt ? 'tasks' : 'workers';
        assert.equal(command, `api:taskrouter:v1:workspaces:${side}:reservations:update`);
        const place = { WorkspaceSid: ws, [parent === wt ? 'TaskSid' : 'WorkerSid']: parent, Sid: wr };
        assert.deepEqual(flagsOf(name, flags), [
          ...Object.entries(place),
          ['IfMatch', etag],
          ...request.body!,
        ]);
      }
    });
  }

  it('respond to an assignment callback, if that has the same effect', () => {
    const written = (name: InstructionName, args: Arguments = filled[name]) => {
      const address = { workspaceSid: ws, parentSid: wt, sid: wr };
      const request = updateReservationRequest(address, instructionNamed(name), args);
      const callback = snippets.find((one) => one.name === 'Callback response')!;
      return callback.write(request, { origin: defaultOrigin });
    };
    const answer = (name: InstructionName, args?: Arguments) => {
      const { text: json, note } = written(name, args);
      assert.equal(note, undefined);
      return JSON.parse(json!) as unknown;
    };
    assert.deepEqual(answer('accept'), { instruction: 'accept' });
    assert.deepEqual(answer('reject'), { instruction: 'reject', activity_sid: sidOf('WA', '1') });
    assert.deepEqual(answer('dequeue'), {
      instruction: 'dequeue',
      post_work_activity_sid: sidOf('WA', '3'),
      from: awkward,
      record: 'record-from-answer',
      timeout: 12,
      to: `sip:o'neil@example.com`,
      status_callback_url: url('dequeue'),
      status_callback_events: 'ringing,completed',
    });
    assert.deepEqual(answer('call'), {
      instruction: 'call',
      from: '+15550100123',
      record: 'do-not-record',
      timeout: 40,
      to: awkward,
      url: url('call'),
      status_callback_url: url('ended'),
      accept: true,
    });
    assert.deepEqual(answer('redirect'), {
      instruction: 'redirect',
      call_sid: sidOf('CA', '4'),
      accept: false,
      url: url('redirect'),
    });
    assert.deepEqual(answer('conference', { to: 'client:ada', endConferenceOnExit: 'true', timeout: '20' }), {
      instruction: 'conference',
      to: 'client:ada',
      timeout: 20,
      end_conference_on_exit: true,
    });
    const partly = written('conference', { to: 'client:ada', muted: 'true', jitterBufferSize: 'off' });
    assert.deepEqual(JSON.parse(partly.text!), { instruction: 'conference', to: 'client:ada' });
    assert.equal(
      inEnglish(partly.note!),
      'Left out, because a callback response does not support them: Muted, JitterBufferSize.',
    );
    assert.match(inEnglish(written('conference').note!), /SipAuthUsername, SipAuthPassword/);
    for (const name of ['wrapUp', 'complete', 'supervise'] as const)
      assert.deepEqual(written(name), {
        note: {
          text: 'Not available: an assignment callback can only be answered for a pending reservation.',
        },
      });
  });
});

const fieldOf = (name: InstructionName, wire: string) =>
  instructionNamed(name).fields.find(({ key }) => wireName(key) === wire);

/** The flags back under the names that the CLI makes them of: https://github.com/twilio/twilio-cli get-flag-config.js */
function flagsOf(name: InstructionName, flags: string[]): [string, string][] {
  const found: [string, string][] = [];
  while (flags.length) {
    const flag = /^--(no-)?([a-z-]+)$/.exec(flags.shift()!)!;
    const wire = flag[2]!.replace(/(^|-)([a-z])/g, (_all, _dash, letter: string) => letter.toUpperCase());
    const isBoolean = fieldOf(name, wire)?.control === 'boolean';
    found.push([wire, isBoolean ? String(flag[1] === undefined) : flags.shift()!]);
  }
  return found;
}

/** What Python makes of the `update(…)` in each source. */
async function pythonKeywords(sources: string[]): Promise<Record<string, unknown>[]> {
  const program = `
import ast, json, sys
def value(node):
    try: return ast.literal_eval(node)
    except ValueError: return ast.unparse(node)
def keywords(source):
    calls = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Call)]
    update = [c for c in calls if getattr(c.func, 'attr', '') == 'update'][0]
    return {k.arg: value(k.value) for k in update.keywords}
print(json.dumps([keywords(s) for s in json.load(sys.stdin)]))`;
  const python = run('python3', ['-c', program], { env: { ...process.env, PYTHONIOENCODING: 'utf-8' } });
  python.child.stdin!.end(JSON.stringify(sources));
  return JSON.parse((await python).stdout) as Record<string, unknown>[];
}

/**
 * A command as PowerShell reads it: quotes in quotes are doubled, a variable stands in braces, a backtick ends
 * a line that goes on. https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_quoting_rules
 */
function powerShellWords(command: string, env: NodeJS.ProcessEnv): { words: string[]; input: string } {
  const tokens = /'((?:[^']|'')*)'|"([^"]*)"|`\n|\||[^\s'"`|]+/g;
  const read: string[] = [];
  for (const [whole, single, double] of command.matchAll(tokens)) {
    if (whole === '`\n') continue;
    if (single !== undefined) read.push(single.replaceAll("''", "'"));
    else if (double !== undefined)
      read.push(double.replace(/\$\{env:(\w+)\}/g, (_all, name: string) => env[name]!));
    else read.push(whole);
  }
  assert.equal(read[1], '|');
  return { words: read.slice(2), input: read[0]! };
}
