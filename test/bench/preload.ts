import { createRequire } from 'node:module';

const used = ['assert', 'buffer', 'crypto', 'events', 'fs', 'fs/promises', 'http', 'https', 'net', 'os'];
const alsoUsed = [
  'path',
  'perf_hooks',
  'stream',
  'stream/web',
  'tls',
  'tty',
  'url',
  'util',
  'worker_threads',
];

/** Loads what VS Code's extension host has loaded of Node long before any extension. */
export function preload(): void {
  const load = createRequire(__filename);
  for (const name of [...used, ...alsoUsed, 'zlib']) load(`node:${name}`);
}
