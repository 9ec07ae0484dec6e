/**
 * Loads an extension's bundle and activates it in plain Node. `vscode` is an object whose every member can be
 * called, built, read and listened to, so what is measured is the extension's own work. Prints an Activated.
 */
import Module from 'node:module';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { preload } from './preload';

export interface Activated {
  /** Milliseconds. */
  readonly load: number;
  readonly loadCpu: number;
  readonly activate: number;
  readonly activateCpu: number;
  /** What was required, in order. */
  readonly modules: readonly string[];
  /** Kinds of timers and handles that activation left. */
  readonly handles: readonly string[];
  /** Size of the files that were loaded. */
  readonly bytes: number;
}

/** Anything at all: every member of it is another one. Reading a number, a text or a list of it gives nothing. */
function anything(): unknown {
  const members = new Map<string | symbol, unknown>();
  return new Proxy(class {}, {
    get(target, key) {
      if (key === 'then' || key === Symbol.iterator) return undefined;
      if (key === 'prototype') return target.prototype;
      if (key === Symbol.toPrimitive) return () => '';
      if (key === 'get') return (_key: string, fallback?: unknown) => fallback;
      if (!members.has(key)) members.set(key, anything());
      return members.get(key);
    },
    apply: () => anything(),
    construct: () => anything() as object,
  });
}

/** A bundle copies the members of `vscode` one by one, so they are named; their declaration knows the names. */
function editor(): object {
  const file = path.join(path.dirname(require.resolve('@types/vscode/package.json')), 'index.d.ts');
  const names = readFileSync(file, 'utf8').matchAll(/^\texport (?:namespace|class|enum) (\w+)/gm);
  return Object.fromEntries([...names].map(([, name]) => [name!, anything()]));
}

const vscode = editor();
const modules: string[] = [];
let bytes = 0;

interface Loader {
  _load(request: string, parent: unknown, isMain: boolean): unknown;
  _resolveFilename(request: string, parent: unknown): string;
}
const loader = Module as unknown as Loader;
const load = loader._load.bind(Module);
loader._load = (request, parent, isMain) => {
  modules.push(
    request
      .replace(/^node:/, '')
      .split('/')
      .slice(-2)
      .join('/'),
  );
  if (request === 'vscode') return vscode;
  const file = loader._resolveFilename(request, parent);
  if (file.startsWith('/') || /^[A-Z]:\\/.test(file)) bytes += statSync(file).size;
  return load(request, parent, isMain);
};

function timed<T>(work: () => T): { result: T; wall: number; cpu: number } {
  const cpu = process.cpuUsage();
  const started = performance.now();
  const result = work();
  const wall = performance.now() - started;
  const used = process.cpuUsage(cpu);
  return { result, wall, cpu: (used.user + used.system) / 1000 };
}

preload();
modules.length = 0;

const handlesBefore = process.getActiveResourcesInfo().length;
const loaded = timed(
  () => load(process.argv[2]!, undefined, false) as { activate(context: unknown): unknown },
);
const memory = {
  get: (_key: string, fallback?: unknown) => fallback,
  update: () => Promise.resolve(),
  keys: () => [],
};
const context = {
  subscriptions: [],
  globalState: { ...memory, setKeysForSync: () => {} },
  workspaceState: memory,
  secrets: {
    get: () => Promise.resolve(undefined),
    store: () => Promise.resolve(),
    onDidChange: () => ({ dispose() {} }),
  },
  extensionUri: anything(),
  extension: { packageJSON: {} },
};
const ran = timed(() => loaded.result.activate(context));
const activated: Activated = {
  load: loaded.wall,
  loadCpu: loaded.cpu,
  activate: ran.wall,
  activateCpu: ran.cpu,
  modules,
  handles: process.getActiveResourcesInfo().slice(handlesBefore),
  bytes: bytes + statSync(process.argv[2]!).size,
};
process.stdout.write(JSON.stringify(activated), () => process.exit(0));
