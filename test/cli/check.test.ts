import { strict as assert } from 'node:assert';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import twilio from 'twilio';
import { assignmentParameters } from '../../src/callbacks/assignment';
import { runCli } from '../../src/cli/cli';
import { junitReport } from '../../src/cli/junit';
import { assignment, bodyOf, json, serveApplication } from '../callbacks/application';

describe('taskrouter check', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'check-'));
  after(() => rmSync(folder, { recursive: true }));

  let application: Awaited<ReturnType<typeof serveApplication>>;
  const token = 'never-show-me-token';
  const signedUrl = 'https://example.com/assignment';
  const signatures: boolean[] = [];
  before(async () => {
    application = await serveApplication((request, response) => {
      if (request.url === '/slow') return void request.socket.destroy();
      void bodyOf(request).then((body) => {
        const parameters = Object.fromEntries(new URLSearchParams(body));
        const signature = String(request.headers['x-twilio-signature']);
        signatures.push(twilio.validateRequest(token, signature, signedUrl, parameters));
        if (request.url === '/html') return response.end('<p>');
        const { answer } = JSON.parse(parameters['TaskAttributes']!) as { answer: unknown };
        json(answer ?? {})(request, response);
      });
    });
  });
  after(() => application.close());

  let count = 0;
  const file = (content: string) => {
    const name = path.join(folder, `${++count}.json`);
    writeFileSync(name, content);
    return name;
  };
  /** A file in which the application is expected to give one answer, and gives another. */
  const recording = (expected: object, actual: unknown, url?: string) =>
    file(
      JSON.stringify({
        ...(url !== undefined && { url }),
        parameters: Object.fromEntries(
          assignmentParameters({ ...assignment, taskAttributes: JSON.stringify({ answer: actual }) }),
        ),
        answer: expected,
      }),
    );

  async function run(...args: readonly string[]) {
    const [lines, errors]: [string[], string[]] = [[], []];
    const code = await runCli(args, {
      environment: { TOKEN: token },
      print: (line) => lines.push(line),
      printError: (line) => errors.push(line),
    });
    const [printed, error] = [lines.join('\n'), errors.join('\n')];
    assert.ok(!(printed + error).includes(token));
    return { code, printed, error };
  }
  const accept = { instruction: 'accept' };

  it('exits with 0 when every answer is the expected one', async () => {
    const own = recording(accept, accept, `${application.url}/assignment`);
    const { code, printed } = await run('check', own, recording({}, undefined, application.url));
    assert.match(printed, /^ok +\S+1\.json \(\d+ ms\)\nok +\S+2\.json \(\d+ ms\)\n2 checked, 0 failed$/);
    assert.equal(code, 0);
  });

  it('exits with 1 when one differs, and says where', async () => {
    const differs = recording(accept, { instruction: 'dequeu' });
    const { code, printed } = await run('check', differs, recording({}, {}), '--url', application.url);
    assert.match(printed, /^differs +\S+ \(\d+ ms\)\n +\$\.instruction: dequeu is unknown\..+\nok /);
    assert.match(printed, /\n2 checked, 1 failed$/);
    assert.equal(code, 1);
  });

  for (const [name, url, says] of [
    [
      'closes the connection',
      '/slow',
      /no answer +\S+ \(\d+ ms\)\n +http:\/\/127\.0\.0\.1:\d+\/slow: The application closed/,
    ],
    ['answers with HTML', '/html', /no answer +\S+ \(\d+ ms\)\n +http:\S+\/html: Content-Type is missing/],
  ] as const)
    it(`exits with 1 when the application ${name}`, async () => {
      const { code, printed } = await run('check', recording(accept, accept), '--url', application.url + url);
      assert.match(printed, says);
      assert.equal(code, 1);
    });

  it('signs with the token that the environment has, for the public URL', async () => {
    signatures.length = 0;
    const [one, url] = [recording({}, {}), application.url];
    await run('check', one, '--url', url);
    await run('check', one, '--url', url, '--token-env', 'TOKEN', '--signed-url', signedUrl);
    assert.deepEqual(signatures, [false, true]);
  });

  it('exits with 2 when the command line or a file is wrong', async () => {
    const good = recording(accept, accept, application.url);
    const nested = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const nestedRecording = file(`{"parameters":{},"answer":{"instruction":"accept","x":${nested}}}`);
    for (const [says, ...args] of [
      [/^Tests what is built/],
      [/^chek is not a command\. Did you mean check\?\n/, 'chek'],
      [/^constructor is not a command\.\n/, 'constructor'],
      [/^Name the files to check\.\nSee taskrouter check --help\.$/, 'check'],
      [/Unknown option '--nothing'/, 'check', good, '--nothing'],
      [/cannot be read \(ENOENT\)/, 'check', good, path.join(folder, 'missing.json')],
      [/cannot be read: it is not a regular file\.$/, 'check', folder],
      [/cannot be read: it is larger than 1 MB\.$/, 'check', good, file(' '.repeat(1024 * 1024 + 1))],
      [/:1:1 is not JSON/, 'check', good, file('nonsense')],
      [/answer/, 'check', file('{"parameters":{}}')],
      [/unknown|unrecognized/i, 'check', file('{"authToken":"x"}')],
      [/answer\.instruction: acept is unknown/, 'check', good, recording({ instruction: 'acept' }, accept)],
      [/json is nested more than 100 levels deep\.$/, 'check', good, nestedRecording],
      [
        /parameters\.\ufffd\[31m\ufffdok: this key is unknown$/m,
        'check',
        file('{"parameters":{"\\u001b[31m\\nok":1}}'),
      ],
      [/cannot be sent to \ufffd\[31m, /, 'check', good, '--url', '\u001b[31m'],
      [/^\ufffd\[31m is not a command/, '\u001b[31m'],
      [/has no URL/, 'check', good, recording(accept, accept)],
      [/not an http or https URL on this machine/, 'check', recording(accept, accept, 'http://192.0.2.1/')],
      [/not an http or https URL on this machine/, 'check', good, '--url', 'file:///etc/passwd'],
      [/on this machine\. A port is at most 65535/, 'check', good, '--url', 'http://localhost:99999/'],
      [/The environment variable NONE is not set/, 'check', good, '--token-env', 'NONE'],
      [/--signed-url needs --token-env/, 'check', good, '--signed-url', signedUrl],
      ...['/', 'mailto:a@example.com'].map(
        (url) =>
          [
            /--signed-url must be an http or https URL/,
            ...['check', good, '--token-env', 'TOKEN', '--signed-url', url],
          ] as const,
      ),
    ] as const) {
      signatures.length = 0;
      const { code, error, printed } = await run(...args);
      assert.match(error, says);
      assert.equal(code, 2, args.join(' '));
      // Only a file that is wrong leaves others to check.
      assert.ok(signatures.length === 0 || /^ok .+\n1 checked, 0 failed, 1 not checked$/.test(printed));
    }
  });

  it('checks the other files when some are wrong, and counts these apart', async () => {
    const report = path.join(folder, 'some.xml');
    const [broken, away] = [file('{'), recording(accept, accept, 'http://192.0.2.1/')];
    const routes = path.join(folder, 'missing.routes.json');
    const others = [recording(accept, accept, application.url), recording(accept, {}, application.url)];
    const args = [broken, others[0]!, away, routes, others[1]!, '--junit', report];
    const { code, printed, error } = await run('check', ...args);
    assert.equal(code, 2);
    assert.match(printed, /^ok .+\ndiffers .+\n.+\n2 checked, 1 failed, 3 not checked$/);
    assert.match(
      error,
      /^\S+:1:2 is not JSON: .+\n\S+ cannot be sent to http:\/\/192\.0\.2\.1\/, .+\n\S+ cannot be read/,
    );
    const xml = readFileSync(report, 'utf8');
    assert.match(xml, /<testsuites name="taskrouter check" tests="5" failures="1" errors="3" /);
    assert.equal(xml.match(/<error message=/g)?.length, 3);
    assertWellFormed(xml);
  });

  it('exits with 2 after an error of its own, in one line', async () => {
    const lines: string[] = [];
    const code = await runCli(['check', '--help'], {
      environment: {},
      print: () => {
        throw new RangeError('too\ndeep');
      },
      printError: (line) => lines.push(line),
    });
    assert.deepEqual([code, lines], [2, ['Unexpected error: RangeError: too\ufffddeep']]);
  });

  it('exits with 2 after an error that nobody waits for', () => {
    const main = path.join(__dirname, '../../src/cli/main.ts');
    const failing = 'process.stdout.write=()=>setImmediate(()=>{throw new Error("late")})';
    const args = ['--import', 'tsx', '--import', `data:text/javascript,${failing}`, main, '--help'];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    assert.deepEqual([status, stderr], [2, 'Unexpected error: Error: late\n']);
  });

  it('exits with 2 when its output cannot be written', function () {
    if (process.platform !== 'linux') return this.skip();
    const main = path.join(__dirname, '../../src/cli/main.ts');
    const full = openSync('/dev/full', 'w');
    const stdio = ['ignore', full, 'pipe'] as const;
    const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', main, '--help'], {
      ...{ encoding: 'utf8', stdio: [...stdio] },
    });
    closeSync(full);
    assert.match(stderr, /ENOSPC/);
    assert.equal(status, 2);
  });

  it('reads neither a FIFO nor a device, which may never end', async function () {
    if (process.platform === 'win32') return this.skip();
    const [fifo, link] = [path.join(folder, 'fifo'), path.join(folder, 'link')];
    execFileSync('mkfifo', [fifo]);
    symlinkSync('/dev/null', link);
    // Whoever opens it without O_NONBLOCK would otherwise wait for a writer, and the tests with it.
    const writer = spawn('sh', ['-c', ': > "$0"', fifo]);
    try {
      for (const one of [fifo, link]) {
        const { code, error } = await run('check', one);
        assert.equal(error, `${one} cannot be read: it is not a regular file.`);
        assert.equal(code, 2);
      }
    } finally {
      writer.kill();
    }
  });

  it('writes a JUnit report', async () => {
    const report = path.join(folder, 'report.xml');
    const differs = recording(accept, { instruction: '<&">\u0007' }, application.url);
    await run('check', recording({}, {}, application.url), differs, '--junit', report);
    const xml = readFileSync(report, 'utf8');
    assert.match(xml, /<testsuites name="taskrouter check" tests="2" failures="1" errors="0" time="[\d.]+">/);
    assert.match(xml, /<testcase classname="taskrouter check" name="\S+\.json" time="[\d.]+" \/>/);
    assert.match(xml, /<failure message="\$\.instruction: &lt;&amp;&quot;&gt;\ufffd is not an instruction/);
    assertWellFormed(xml);
  });

  it('leaves no earlier report after a run that exits with 2', async () => {
    const report = path.join(folder, 'earlier.xml');
    const good = recording({}, {}, application.url);
    for (const [says, ...args] of [
      [/Name the files to check\./],
      [/Unknown option/, good, '--nothing'],
      [/nonsense\.json cannot be read/, good, path.join(folder, 'nonsense.json')],
      [/is not JSON/, file('\u001b')],
    ] as const) {
      writeFileSync(report, '<testsuites failures="0" />');
      const { code } = await run('check', ...args, '--junit', report);
      assert.equal(code, 2);
      const xml = readFileSync(report, 'utf8');
      assert.match(
        xml,
        /<testsuites name="taskrouter check" tests="[12]" failures="0" errors="1" time="0\.\d{3}">/,
      );
      assert.match(/<error message="([^"]+)"/.exec(xml)![1]!, says);
      assertWellFormed(xml);
    }
  });

  it('sends nothing when the report cannot be written, and writes it over no other file', async () => {
    signatures.length = 0;
    const good = recording({}, {}, application.url);
    const content = readFileSync(good, 'utf8');
    const workflow = path.join(folder, 'workflow.json');
    writeFileSync(workflow, '{"task_routing":{}}');
    const overwritten = /--junit: \S+ is not an XML file and would be overwritten\. Name another file\./;
    for (const [report, says] of [
      [path.join(folder, 'missing', 'report.xml'), /--junit: \S+ cannot be written \(ENOENT\)/],
      [folder, /--junit: \S+ cannot be written \(EISDIR\)/],
      [path.relative('.', good), overwritten],
      [workflow, overwritten],
    ] as const) {
      const { code, error } = await run('check', good, '--junit', report);
      assert.match(error, says);
      assert.equal(code, 2);
    }
    assert.deepEqual(signatures, []);
    assert.equal(readFileSync(good, 'utf8'), content);
    assert.equal(readFileSync(workflow, 'utf8'), '{"task_routing":{}}');
  });

  it('writes well-formed XML whatever the names and the differences are', () => {
    const hostile = ['a\u0000b', '\ud800', ']]>', '\n\t"', '</failure>', "'", '\uffff\ufffe', '&amp;'];
    assertWellFormed(
      junitReport(
        'hostile',
        hostile.map((text) => ({ name: text, seconds: 0, failures: [text, text] })),
        hostile.join(''),
      ),
    );
  });

  it('prints help, and a command’s own', async () => {
    const all = await run('--help');
    assert.match(all.printed, /^Usage: taskrouter COMMAND …$/m);
    assert.match(all.printed, /^ {2}check {2}Sends/m);
    const { code, printed } = await run('check', '--help');
    for (const option of ['--url URL', '--token-env NAME', '--signed-url URL', '--junit FILE', '--help'])
      assert.ok(printed.includes(`\n  ${option}  `), option);
    assert.deepEqual([all.code, code], [0, 0]);
    assert.ok(!existsSync(path.join(folder, 'undefined')));
  });
});

/** Every tag is closed in order, and text has only characters and references that XML has. */
function assertWellFormed(xml: string): void {
  const open: string[] = [];
  const rest = xml
    .replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '')
    .replace(
      /<(\/?)([a-z]+)((?: [a-z]+="[^"<>]*")*)( \/)?>/g,
      (_tag, close, name: string, _attributes, empty) => {
        if (close) assert.equal(open.pop(), name);
        else if (!empty) open.push(name);
        return '';
      },
    );
  assert.deepEqual(open, []);
  assert.doesNotMatch(rest, /[<>]/);
  assert.doesNotMatch(xml, /&(?!(amp|lt|gt|quot|#10);)/);
  assert.doesNotMatch(xml, /[\u0000-\u0009\u000b-\u001f\ufffe\uffff]|\p{Cs}/u);
}
