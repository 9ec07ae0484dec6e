import { build } from 'esbuild';
import * as crypto from 'node:crypto';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { compileFunction } from 'node:vm';
import type { ManualClock } from '../../../src/simulator/simulator';
import type { Fetch } from '../../../src/taskrouter/fetch';

/** What the program reaches outside of itself. */
export interface Outside {
  readonly clock: ManualClock;
  /** The module `vscode`. */
  readonly vscode: object;
  readonly network: Fetch;
  /** The extension's folder of files. */
  readonly files: Map<string, string>;
  readonly startSimulator: () => { accountSid: string; authToken: string; fetch: Fetch; stop(): void };
  /** False once the extension host is gone: its timers no longer run. */
  readonly isAlive: () => boolean;
  /** Reports a Map or Set that the program has made. */
  readonly onCollection?: (collection: Map<unknown, unknown> | Set<unknown>) => void;
}

export interface Program {
  activate(context: object): void;
  /** The timers that wait, as what they run. */
  readonly timers: () => readonly string[];
}

const root = path.resolve(__dirname, '../../..');
const outside = ['networkFetch', 'simulator'];
/** What the program takes from its environment, and gets from us. */
const globals = 'require module process Date setTimeout clearTimeout performance Math Map Set'.split(' ');

/** Bundles the extension as esbuild.js does, but for network and simulator, which are not part of what is tested. */
export async function bundleProgram(): Promise<(outside: Outside) => Program> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/extension/extension.ts'],
    ...{ bundle: true, write: false, format: 'cjs', platform: 'node', target: 'node20', charset: 'utf8' },
    supported: { 'dynamic-import': false },
    define: { navigator: 'undefined' },
    alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
    external: ['vscode'],
    plugins: [
      {
        name: 'outside',
        setup: (plugin) =>
          plugin.onResolve({ filter: new RegExp(`/(${outside.join('|')})$`) }, ({ path: file, kind }) =>
            kind === 'dynamic-import'
              ? { path: `outside:${path.basename(file)}`, external: true }
              : undefined,
          ),
      },
    ],
  });
  const run = compileFunction(outputFiles[0]!.text, globals, {
    filename: 'extension.js',
  }) as (...args: unknown[]) => void;
  return (given) => start(run, given);
}

function start(run: (...args: unknown[]) => void, given: Outside): Program {
  const { clock } = given;
  const module = { exports: {} as { activate(context: object): void } };
  const timers = virtualTimers(given);
  const realRequire = createRequire(__filename);
  const stands: Readonly<Record<string, object>> = {
    vscode: given.vscode,
    'outside:networkFetch': { networkFetch: given.network },
    'outside:simulator': { createSimulator: given.startSimulator },
    'node:timers/promises': { setTimeout: timers.delay },
    'node:fs': { ...fs, ...filesIn(given.files) },
    'node:fs/promises': { open: () => Promise.reject(Object.assign(new Error('None.'), { code: 'ENOENT' })) },
    'node:crypto': { ...crypto, randomUUID: countingUuids() },
  };
  const require = (name: string): unknown => stands[name] ?? realRequire(name);
  const date = class extends Date {
    constructor(...args: readonly []) {
      if (args.length) super(...args);
      else super(clock.now());
    }
    static override now = () => clock.now();
  };
  const math = Object.assign(Object.create(Math) as Math, { random: seededRandom() });
  const { map, set } = observed(given.onCollection);
  run(
    require,
    module,
    { env: {}, platform: 'linux' },
    date,
    timers.setTimeout,
    timers.clearTimeout,
    { now: () => clock.now() },
    math,
    map,
    set,
  );
  return {
    activate: (context) => module.exports.activate(context),
    timers: () => [...timers.waiting.values()].map(String),
  };
}

function filesIn(files: Map<string, string>) {
  return {
    mkdirSync: () => undefined,
    readdirSync: () => [...files.keys()].map((file) => path.basename(file)),
    rmSync: (file: string) => void files.delete(file),
    appendFileSync: (file: string, text: string) => void files.set(file, (files.get(file) ?? '') + text),
    readFileSync: (file: string) => {
      const text = files.get(file);
      if (text === undefined) throw Object.assign(new Error('None.'), { code: 'ENOENT' });
      return text;
    },
  };
}

function virtualTimers({ clock, isAlive }: Outside) {
  const waiting = new Map<object, () => void>();
  const setTimeout = (run: () => void, milliseconds = 0) => {
    const timer = { unref: () => timer, cancel: () => undefined as void };
    const waits = clock.setTimeout(() => {
      waiting.delete(timer);
      if (isAlive()) run();
    }, milliseconds);
    waiting.set(timer, run);
    timer.cancel = () => {
      waiting.delete(timer);
      waits.cancel();
    };
    return timer;
  };
  const delay = (milliseconds: number, _value: unknown, { signal }: { signal: AbortSignal }) =>
    new Promise<void>((resolve, reject) => {
      const end = () => {
        timer.cancel();
        signal.removeEventListener('abort', end);
        if (signal.aborted) reject(new Error('aborted'));
        else resolve();
      };
      const timer = setTimeout(end, milliseconds);
      signal.addEventListener('abort', end);
      if (signal.aborted) end();
    });
  return { waiting, setTimeout, delay, clearTimeout: (timer?: { cancel(): void }) => timer?.cancel() };
}

/** The same in each run, so that a sequence can be replayed. */
function countingUuids(): () => string {
  let count = 0;
  return () => `00000000-0000-4000-8000-${(++count).toString(16).padStart(12, '0')}`;
}

function seededRandom(): () => number {
  let state = 1;
  return () => (state = (state * 16807) % 2147483647) / 2147483647;
}

function observed(onCollection: Outside['onCollection']) {
  if (!onCollection) return { map: Map, set: Set };
  const report = onCollection;
  return {
    map: class<K, V> extends Map<K, V> {
      constructor(entries?: Iterable<readonly [K, V]> | null) {
        super(entries);
        report(this);
      }
    },
    set: class<T> extends Set<T> {
      constructor(values?: Iterable<T> | null) {
        super(values);
        report(this);
      }
    },
  };
}
