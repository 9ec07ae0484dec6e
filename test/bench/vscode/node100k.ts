import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Figure } from '../figures';
import { mb, median, ms } from '../figures';

/** What node100k.bench.ts writes. */
export interface NodeFigures {
  /** Milliseconds from the click to the first row on screen. */
  readonly firstRows: number;
  /** The longest block of the extension host meanwhile, in milliseconds; VS Code's own work included. */
  readonly longestBlock: number;
  /** Megabytes of the extension host beyond what it had before. */
  readonly memory: number;
}

const root = path.resolve(__dirname, '../../..');
const runs = 3;

/** Opens a node of 100,000 tasks in a new VS Code, a few times; medians. */
export async function nodeInVsCode(): Promise<Figure[]> {
  execFileSync(process.execPath, ['esbuild.js', '--minify'], { cwd: root });
  const all: NodeFigures[] = [];
  for (let i = 0; i < runs; i++) all.push(await once100k());
  const of = (name: keyof NodeFigures) => median(all.map((figures) => figures[name]));
  const figure = (work: string, value: number, unit: (value: number) => string, aim: number): Figure => ({
    work,
    ours: unit(value),
    value,
    aim,
  });
  return [
    figure('from the click to the first row, ms', of('firstRows'), ms, 400),
    figure('longest block of the extension host, ms', of('longestBlock'), ms, 50),
    figure('memory of the extension host beyond idle, MB', of('memory'), mb, 150),
  ];
}

async function once100k(): Promise<NodeFigures> {
  const folder = mkdtempSync(path.join(tmpdir(), 'node-100k-'));
  const file = path.join(folder, 'figures.json');
  const mocha = path.join(path.dirname(require.resolve('mocha/package.json')), 'bin/mocha.js');
  const bench = path.join(__dirname, 'node100k.bench.ts');
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', mocha, '--timeout', '120000', '--reporter', 'min', bench],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, BENCH_FIGURES: file },
    },
  );
  await once(child, 'exit');
  if (!existsSync(file)) throw new Error('The node of 100,000 tasks could not be opened in VS Code.');
  const figures = JSON.parse(readFileSync(file, 'utf8')) as NodeFigures;
  rmSync(folder, { recursive: true });
  return figures;
}
