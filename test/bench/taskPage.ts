import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Figure } from './figures';
import { median, ms } from './figures';
import type { TaskPageTimes } from './taskPageTimes';

const run = promisify(execFile);
const root = path.resolve(__dirname, '../..');

/** The limit from opening a task's page, with all that it needs in the store, to its headline. Milliseconds. */
const headlineLimit = 300;

/** What explaining a task costs among 5,000 workers, in a process where `vscode` has a stand-in. */
export async function taskPage(): Promise<Figure[]> {
  const child = path.join(__dirname, 'taskPageTimes.ts');
  const args = ['--require', path.join(root, 'test/vscodeInNode.cjs'), '--import', 'tsx', child];
  const { stdout } = await run(process.execPath, args, { cwd: root });
  const { explained, evaluated, longest, headlines } = JSON.parse(stdout) as TaskPageTimes;
  return [
    {
      work: 'headline from a warm store, of the limit of 300 ms',
      ours: ms(median(headlines)),
      value: median(headlines) / headlineLimit,
      aim: 1,
    },
    {
      work: 'an expression of 200 comparisons, explained ÷ evaluated once for each worker',
      ours: ms(median(explained)),
      other: ms(median(evaluated)),
      value: median(explained.map((time, i) => time / evaluated[i]!)),
      aim: 10,
    },
    {
      work: 'longest stretch without a pause meanwhile, ms',
      // Of the round that other programs disturbed least.
      ours: ms(Math.min(...longest)),
      value: Math.min(...longest),
      aim: 50,
    },
  ];
}
