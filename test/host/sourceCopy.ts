import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');

/** Copies what a package is built from, so that building it leaves the files alone that other tests run meanwhile. */
export function copySources(to: string): void {
  mkdirSync(to);
  for (const part of [
    'package.json',
    '.vscodeignore',
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
    'tsconfig.json',
    'esbuild.js',
    'pack.js',
    'src',
    'media',
  ])
    cpSync(path.join(root, part), path.join(to, part), { recursive: true });
  symlinkSync(path.join(root, 'node_modules'), path.join(to, 'node_modules'), 'junction');
}
