import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { compileFunction } from 'node:vm';
import * as vscode from 'vscode';

const extension = vscode.extensions.getExtension('taskrouter-tools.taskrouter-reservations')!;
const file = path.join(extension.extensionPath, 'dist/extension.js');
const source = readFileSync(file, 'utf8');
/** Chunks with what other bundles import too. */
const isShared = (name: string) => /^\.\/shared-\w+\.js$/.test(name);

/** Whatever is asked of it, called, or made of it: it answers with itself. */
const anything: object = new Proxy(function () {}, {
  get(_target, key) {
    if (key === 'then') return undefined;
    if (key === Symbol.toPrimitive) return () => 0;
    if (key === Symbol.iterator) return () => [].values();
    return anything;
  },
  set: () => true,
  apply: () => anything,
  construct: () => anything,
});
const anythingBut = (some: object): object =>
  new Proxy(some, { get: (target, key) => (key in target ? (target as never)[key] : anything) });

/** As many namespaces and classes as the real one has. */
const anyVscode = Object.fromEntries(Object.keys(vscode).map((name) => [name, anything]));

/** What can reach the network, or another process. */
const reaching = /^(node:)?(https?|http2|net|tls|dns|dgram|child_process|worker_threads|cluster)(\/|$)/;

/** Runs the bundle as VS Code does, beside the one that VS Code runs, and watches what it asks for. */
function run(accounts: readonly object[]) {
  const required: string[] = [];
  let secretsRead = 0;
  let fetched = 0;
  const load = createRequire(file);
  const chunks = new Map<string, unknown>();
  const own = (name: string): unknown => {
    required.push(name);
    if (name === 'vscode') return anyVscode;
    if (!isShared(name)) return load(name);
    if (!chunks.has(name)) chunks.set(name, runFile(load.resolve(name)));
    return chunks.get(name);
  };
  const runFile = (of: string): unknown => {
    const module = { exports: {} };
    const body = compileFunction(readFileSync(of, 'utf8'), ['module', 'exports', 'require'], {
      filename: of,
    });
    (body as (...given: unknown[]) => void)(module, module.exports, own);
    return module.exports;
  };
  const globalFetch = globalThis.fetch;
  globalThis.fetch = () => Promise.reject(new Error(`fetched ${++fetched} times`));
  try {
    const { activate } = runFile(file) as { activate: (context: object) => unknown };
    const subscriptions: { dispose?: () => void }[] = [];
    const answer = activate(
      anythingBut({
        subscriptions,
        globalState: anythingBut({ get: (key: string) => (key === 'accounts' ? accounts : undefined) }),
        secrets: anythingBut({ get: () => Promise.resolve((secretsRead++, 'secret')) }),
      }),
    );
    for (const one of subscriptions) one.dispose?.();
    return { required, secretsRead: () => secretsRead, fetched: () => fetched, answer };
  } finally {
    globalThis.fetch = globalFetch;
  }
}

const some = [
  {
    id: 'one',
    kind: 'twilio',
    name: 'One',
    origin: 'https://taskrouter.twilio.com',
    username: `AC${'1'.repeat(32)}`,
    environment: 'production',
    readOnly: false,
  },
  {
    id: 'simulated',
    kind: 'simulated',
    name: 'Simulated account',
    origin: 'https://taskrouter.twilio.com',
    username: '',
    environment: 'development',
    readOnly: false,
  },
];

describe('activation', () => {
  for (const [accounts, name] of [
    [[], 'no account'],
    [some, 'two accounts'],
  ] as const) {
    it(`with ${name} loads no network, no simulator, and reads no secret`, () => {
      const { required, secretsRead, fetched, answer } = run(accounts);
      assert.ok(required.includes('vscode'));
      assert.deepEqual(
        required.filter((one) => reaching.test(one) || (one.startsWith('.') && !isShared(one))),
        [],
      );
      assert.equal(secretsRead(), 0);
      assert.equal(fetched(), 0);
      assert.equal(answer, undefined);
    });
  }

  it('can load what it does not load: the test above is not blind', () => {
    assert.match(source, /["']\.\/networkFetch\.js["']/, 'node-fetch is a bundle of its own');
    assert.match(source, /["']\.\/simulator\.js["']/, 'the simulator is a bundle of its own');
    assert.match(source, /["']\.\/lazy\.js["']/, 'zod is in a bundle of its own');
  });

  it('does not load zod, which costs as much as all the rest', () => {
    const shared = [...source.matchAll(/require\(["'](.+?)["']\)/g)]
      .map(([, name]) => name!)
      .filter(isShared);
    assert.ok(shared.length);
    for (const one of [
      source,
      ...shared.map((name) => readFileSync(path.join(path.dirname(file), name), 'utf8')),
    ])
      assert.doesNotMatch(one, /ZodType|zod_global/);
    assert.match(readFileSync(path.join(path.dirname(file), 'lazy.js'), 'utf8'), /ZodType/);
  });

  it('loads the simulator only when it is used', async () => {
    await extension.activate();
    const loaded = Object.keys(createRequire(file).cache);
    assert.ok(loaded.includes(file));
    assert.ok(!loaded.some((one) => one.endsWith(`${path.sep}simulator.js`)));
  });

  it('is fast', () => {
    run(some);
    const started = performance.now();
    for (let time = 0; time < 10; time++) run(some);
    const each = (performance.now() - started) / 10;
    assert.ok(each < 150, `${Math.round(each)} ms`);
  });
});
