import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Figure } from '../figures';
import { median, ms } from '../figures';

/** What form.bench.ts writes: milliseconds from when the page began to load until its fields were painted. */
export interface FormFigures {
  /** The first form in a new window. */
  readonly cold: number;
  readonly warm: readonly number[];
}

const root = path.resolve(__dirname, '../../..');

/** How soon the form stands in its webview, in a real VS Code with a simulated account. */
export function formInVsCode(): Figure[] {
  execFileSync(process.execPath, ['esbuild.js', '--minify'], { cwd: root });
  const folder = mkdtempSync(path.join(tmpdir(), 'form-bench-'));
  const file = path.join(folder, 'figures.json');
  const mocha = path.join(path.dirname(require.resolve('mocha/package.json')), 'bin/mocha.js');
  const bench = path.join(__dirname, 'form.bench.ts');
  spawnSync(process.execPath, ['--import', 'tsx', mocha, '--timeout', '180000', '--reporter', 'min', bench], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, BENCH_FIGURES: file },
  });
  if (!existsSync(file)) throw new Error('The form could not be opened in VS Code.');
  const { cold, warm } = JSON.parse(readFileSync(file, 'utf8')) as FormFigures;
  rmSync(folder, { recursive: true });
  const fields = median(warm);
  return [
    { work: 'fields painted after the page began to load, warm', ours: ms(fields), value: fields, aim: 300 },
    { work: 'the slowest of them', ours: ms(Math.max(...warm)), value: Math.max(...warm) },
    { work: 'the first in a new window', ours: ms(cold), value: cold },
  ];
}
