import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const guard = path.join(__dirname, 'egress.cjs');

/** Ways out, each as the body of a function of `done`, which takes the error that it ends in. */
const ways: Readonly<Record<string, string>> = {
  'a socket to an address': `require('net').connect(80, '192.0.2.1').on('error', done)`,
  'a socket to a name': `require('net').connect({ port: 80, host: 'example.invalid' }).on('error', done)`,
  'a socket made by hand': `new (require('net').Socket)().connect(80, '192.0.2.1').on('error', done)`,
  'a socket over IPv6': `require('net').connect(80, '2001:db8::1').on('error', done)`,
  'a socket to the local network': `require('net').connect(80, '192.168.0.1').on('error', done)`,
  'a socket to cloud metadata': `require('net').connect(80, '169.254.169.254').on('error', done)`,
  'a name that begins like this machine’s': `require('net').connect(80, 'localhost.example.invalid').on('error', done)`,
  'a name that begins like its address': `require('net').connect(80, '127.0.0.1.example.invalid').on('error', done)`,
  tls: `require('tls').connect(443, '192.0.2.1').on('error', done)`,
  http: `require('http').get('http://example.invalid/').on('error', done)`,
  https: `require('https').get('https://example.invalid/').on('error', done)`,
  http2: `require('http2').connect('https://example.invalid/').on('error', done)`,
  'the global fetch': `fetch('https://example.invalid/').catch((error) => done(error.cause))`,
  'node-fetch': `import('node-fetch').then(({ default: f }) => f('https://example.invalid/')).catch(done)`,
  'dns.lookup': `require('dns').lookup('example.invalid', done)`,
  'dns.lookup of an ES module': `import('node:dns').then(({ lookup }) => lookup('example.invalid', done))`,
  'dns.resolve4': `require('dns').resolve4('example.invalid', done)`,
  'dns.resolveTxt': `require('dns').resolveTxt('example.invalid', done)`,
  'dns.reverse': `require('dns').reverse('192.0.2.1', done)`,
  'dns/promises': `require('dns/promises').lookup('example.invalid').catch(done)`,
  'a resolver': `new (require('dns').Resolver)().resolve4('example.invalid', done)`,
  'a resolver of promises': `new (require('dns').promises.Resolver)().resolve4('example.invalid').catch(done)`,
  'a datagram': `{ const one = require('dgram').createSocket('udp4'); one.send('x', 53, '192.0.2.1', (error) => { one.close(); done(error); }); }`,
};

const insides: Readonly<Record<string, string>> = {
  'a socket to 127.0.0.1': `inside((port) => require('net').connect(port, '127.0.0.1', done).on('error', done))`,
  'http to localhost': `inside((port) => require('http').get('http://localhost:' + port, () => done()).on('error', done))`,
  'the global fetch': `inside((port) => fetch('http://127.0.0.1:' + port).then(() => done(), done))`,
  'a look-up of localhost': `require('dns').lookup('localhost', (error) => done(error ?? undefined))`,
  'a socket file': `require('net').connect('/nowhere/at/all').on('error', (error) => done(error.code === 'ENOENT' ? undefined : error))`,
};

describe('the egress guard', () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'egress-'));
  after(() => rmSync(scratch, { recursive: true }));

  /** What each way ends in, `undefined` for no error, and what was written down meanwhile; all in one process. */
  function run(name: string, all: Readonly<Record<string, string>>) {
    const log = path.join(scratch, name);
    const script = `
      const inside = (use) => {
        const server = require('http').createServer((_request, response) => response.end());
        server.listen(0, '127.0.0.1', () => use(server.address().port));
      };
      const ways = [${Object.values(all)
        .map((way) => `(done) => { ${way} }`)
        .join(', ')}];
      Promise.all(ways.map((way) => new Promise((resolve) => way((error) => resolve(error?.code ?? String(error))))))
        .then((ends) => process.stdout.write(JSON.stringify(ends), () => process.exit()));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--require', guard, '-e', script], {
      encoding: 'utf8',
      cwd: __dirname,
      env: { ...process.env, EGRESS_LOG: log },
      timeout: 8000,
    });
    assert.ok(stdout, stderr);
    const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
    return { ends: JSON.parse(stdout) as string[], lines };
  }

  it('refuses and records every outgoing connection', () => {
    const { ends, lines } = run('out', ways);
    const through = Object.keys(ways).filter((_way, i) => ends[i] !== 'EGRESS');
    assert.deepEqual(through, []);
    assert.equal(lines.length, ends.length);
    for (const line of lines) assert.match(line, /example\.invalid|192\.|2001:|169\.254/);
  });

  it('allows every connection to this machine', () => {
    const { ends, lines } = run('inside', insides);
    assert.deepEqual(
      ends,
      Object.keys(insides).map(() => 'undefined'),
    );
    assert.deepEqual(lines, []);
  });

  it('is active in this process when npm test runs it', function () {
    if (!process.env.EGRESS_LOG) this.skip();
    assert.ok(Symbol.for('taskrouter.egress') in globalThis);
  });
});
