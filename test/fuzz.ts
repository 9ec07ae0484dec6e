/**
 * `npm run fuzz`: every property test in full, 10,000 random cases each where `npm test` tries 300.
 * `--runs`, `--seed` and `--grep` change how many, which, and of which tests; `--path` repeats one case that failed.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    grep: { type: 'string' },
    path: { type: 'string' },
  },
});
if (!/^[1-9]\d*$/.test(flags.runs) || !/^-?\d+$/.test(flags.seed))
  throw new Error('--runs and --seed must be whole numbers.');

if (flags.path !== undefined && !/^[\d:]+$/.test(flags.path))
  throw new Error('--path is what a failure printed.');

const files = readdirSync(__dirname, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => path.join(__dirname, name))
  .filter((file) => readFileSync(file, 'utf8').includes('sequences('));

const mocha = path.join(path.dirname(require.resolve('mocha/package.json')), 'bin/mocha.js');
const { status, signal } = spawnSync(
  process.execPath,
  [
    ...['--require', path.join(__dirname, 'safety/egress.cjs')],
    ...['--require', path.join(__dirname, 'vscodeInNode.cjs'), '--import', 'tsx', mocha],
    ...['--require', path.join(__dirname, 'noTimeouts.cjs'), '--timeout', '0'],
    ...(flags.grep === undefined ? [] : ['--grep', flags.grep]),
    ...files,
  ],
  {
    cwd: path.resolve(__dirname, '..'),
    stdio: 'inherit',
    env: { ...process.env, FUZZ: [flags.runs, flags.seed, ...(flags.path ? [flags.path] : [])].join(':') },
  },
);
if (signal) console.error(`The process of the tests was ended by ${signal}.`);
process.exitCode = status ?? 1;
