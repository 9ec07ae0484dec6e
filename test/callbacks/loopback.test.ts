import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { isLoopbackAddress, mayBeLoopback, sendToLoopback, hostProblem } from '../../src/callbacks/loopback';
import type { LoopbackOptions } from '../../src/callbacks/loopback';
import { json, serveApplication } from './application';

const elsewhere = '203.0.113.7';
const names: Readonly<Record<string, readonly string[]>> = {
  'here.test': ['127.0.0.1'],
  'here.test.': ['127.0.0.1'],
  'elsewhere.test': [elsewhere],
  'elsewhere.test.': [elsewhere],
  'both.test': ['127.0.0.1', elsewhere],
  'both6.test': ['::1', '2001:db8::1'],
  'mapped.test': ['::ffff:203.0.113.7'],
  'metadata.test': ['169.254.169.254'],
  'any.test': ['0.0.0.0'],
  'localhost.evil.test': [elsewhere],
  '127.0.0.1.evil.test': [elsewhere],
  localhost: [elsewhere],
  'nothing.test': [],
};

const send = (url: string, more: Partial<LoopbackOptions> = {}) =>
  sendToLoopback(
    { url, method: 'POST', headers: {}, body: 'a=b' },
    {
      timeout: 5000,
      resolve: (name) =>
        names[name]
          ? Promise.resolve(names[name].map((address) => ({ address })))
          : Promise.reject(Object.assign(new Error(name), { code: 'ENOTFOUND' })),
      ...more,
    },
  );

describe('a callback to another machine', () => {
  const connected: string[] = [];
  // eslint-disable-next-line @typescript-eslint/unbound-method
  const { connect } = Socket.prototype;
  before(() => {
    Socket.prototype.connect = function (this: Socket, ...args: Parameters<Socket['connect']>) {
      connected.push(JSON.stringify(args[0]));
      return connect.apply(this, args);
    } as Socket['connect'];
  });
  after(() => {
    Socket.prototype.connect = connect;
  });
  beforeEach(() => connected.splice(0));

  const hostile = [
    ...Object.keys(names)
      .filter((name) => !name.startsWith('here'))
      .map((name) => `http://${name}/`),
    `http://${elsewhere}/`,
    'https://192.0.2.1:8443/',
    'http://[2001:db8::1]/',
    'http://[::ffff:203.0.113.7]/',
    'http://[::]/',
    'http://0.0.0.0:3000/',
    'http://0/',
    'http://3405803783/',
    'http://0xcb007107/',
    'http://0313.0.0161.07/',
    'http://127.0.0.1@elsewhere.test/',
    'http://127.0.0.1:80@elsewhere.test:80/',
    'http://elsewhere.test\\@127.0.0.1/',
    'http://elsewhere。test/',
    'http://unknown.test/',
    'http://169.254.169.254/latest/meta-data',
    'ftp://127.0.0.1/',
    'file:///etc/passwd',
    '//127.0.0.1/',
    'unix:/var/run/docker.sock',
    '',
  ];
  for (const url of hostile) {
    it(`is never connected: ${url}`, async () => {
      const { failure, response } = await send(url);
      assert.ok(['not on this machine', 'unknown name', 'invalid URL'].includes(failure!), failure);
      assert.equal(response, undefined);
      assert.deepEqual(connected, []);
    });
  }

  it('is never connected when the name’s second answer is that machine: it is asked once', async () => {
    const { url, close, port } = await serveApplication(json({}));
    let asked = 0;
    const { response } = await send(url.replace('127.0.0.1', 'here.test'), {
      resolve: () => Promise.resolve([{ address: asked++ ? elsewhere : '127.0.0.1' }]),
    });
    assert.equal(response!.status, 200);
    assert.equal(asked, 1);
    assert.deepEqual(connected, [JSON.stringify({ host: '127.0.0.1', port })]);
    await close();
  });

  it('is never connected when a redirect leads there', async () => {
    const { url, close } = await serveApplication(
      (_request, response) => void response.writeHead(302, { Location: `http://${elsewhere}/` }).end(),
    );
    assert.equal((await send(url)).response!.status, 302);
    assert.equal(connected.length, 1);
    await close();
  });

  it('is never connected through a proxy of the environment', async () => {
    const { url, close } = await serveApplication(json({}));
    const before = { ...process.env };
    Object.assign(process.env, { HTTP_PROXY: `http://${elsewhere}:3128`, NODE_USE_ENV_PROXY: '1' });
    try {
      assert.equal((await send(url)).response!.status, 200);
    } finally {
      process.env = before;
    }
    assert.equal(connected.length, 1);
    await close();
  });

  it('does not wait for a name that is never resolved', async () => {
    let expire = () => undefined as void;
    const clock = {
      now: () => 0,
      setTimeout: (run: () => void) => ((expire = run), { cancel: () => undefined }),
    };
    const sent = send('http://here.test/', { clock, resolve: () => new Promise(() => undefined) });
    expire();
    assert.deepEqual(await sent, { failure: 'timed out' });
  });
});

describe('a callback to this machine', () => {
  it('is judged by the address, however it is written', async () => {
    const { port, close } = await serveApplication(json({ instruction: 'accept' }));
    for (const host of [
      '127.0.0.1',
      'here.test',
      'here.test.',
      '2130706433',
      '0x7f.1',
      '017700000001',
      '127.1',
      'user:secret@127.0.0.1',
    ]) {
      const { response, failure } = await send(`http://${host}:${port}/`);
      assert.equal(response?.status, 200, `${host}: ${failure}`);
    }
    await close();
  });

  it('tries each address of a name', async () => {
    const { port, close } = await serveApplication(json({}));
    const both = () => Promise.resolve([{ address: '::1' }, { address: '127.0.0.1' }]);
    assert.equal((await send(`http://localhost:${port}/`, { resolve: both })).response?.status, 200);
    await close();
  });

  it('reads an answer of many small parts within the time', async () => {
    const { url, close } = await serveApplication((_request, response) => {
      response.socket!.setNoDelay(true);
      const write = (rest: number): void => {
        for (let some = 0; some < 100; some++) response.write(' ');
        if (rest > 0) setImmediate(write, rest - 100);
        else response.end('{}');
      };
      write(60_000);
    });
    const { response, failure } = await send(url);
    assert.equal(failure, undefined);
    assert.equal(response!.body.trim(), '{}');
    await close();
  });

  it('can be told from one to another machine before it is sent', async () => {
    const resolve = (name: string) =>
      Promise.resolve([{ address: name === 'here.test' ? '127.0.0.1' : elsewhere }]);
    assert.equal(await hostProblem('http://here.test/', { resolve }), undefined);
    assert.equal(await hostProblem('http://127.0.0.1:1/', { resolve }), undefined);
    assert.equal(await hostProblem('http://there.test/', { resolve }), 'not on this machine');
  });

  it('carries the name and password of its URL', async () => {
    let seen: string | undefined;
    const { port, close } = await serveApplication((request, response) => {
      seen = request.headers.authorization;
      response.end();
    });
    await send(`http://user:secret@127.0.0.1:${port}/`);
    assert.equal(seen, `Basic ${Buffer.from('user:secret').toString('base64')}`);
    await close();
  });

  it('knows loopback addresses', () => {
    for (const address of ['127.0.0.1', '127.255.255.254', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1'])
      assert.ok(isLoopbackAddress(address), address);
    for (const address of [
      '128.0.0.1',
      '0.0.0.0',
      '::',
      '::2',
      '::ffff:10.0.0.1',
      '',
      'localhost',
      undefined,
    ])
      assert.ok(!isLoopbackAddress(address), address);
    assert.ok(mayBeLoopback('https://localhost/'));
    assert.ok(!mayBeLoopback('https://10.0.0.1/') && !mayBeLoopback('nothing'));
  });

  it('by https: only to a certificate that is trusted', async () => {
    const pem = readFileSync(path.join(__dirname, '../safety/selfSigned.pem'), 'utf8');
    const server = createServer({ key: pem, cert: pem }, (_request, response) => response.end('{}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    try {
      assert.equal((await send(url)).failure, 'untrusted certificate');
      assert.equal((await send(url.replace('https', 'http'))).failure, 'reset');
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
});
