import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Figure } from './figures';
import { ms } from './figures';
import type { TableTimes } from './tableTimes';

const run = promisify(execFile);
const root = path.resolve(__dirname, '../..');

/** What the table of 100,000 tasks costs, in a process where `vscode` has a stand-in, and its page in a browser. */
export async function tablePage(): Promise<Figure[]> {
  const child = path.join(__dirname, 'tableTimes.ts');
  const args = ['--require', path.join(root, 'test/vscodeInNode.cjs'), '--import', 'tsx', child];
  const { stdout } = await run(process.execPath, args, { cwd: root });
  const times = JSON.parse(stdout) as TableTimes;
  return [
    {
      work: 'requests that have come when the first match is shown',
      ours: ms(times.firstMatch),
      value: times.requestsBeforeFirstMatch,
      aim: 2,
    },
    {
      work: 'first rows, from their message, ms',
      ours: ms(times.firstRows),
      value: times.firstRows,
      aim: 300,
    },
    {
      work: 'the page’s main thread, for each frame of scrolling, ms',
      ours: ms(times.scrolling),
      value: times.scrolling,
      aim: 8,
    },
    {
      work: 'long tasks of the page meanwhile',
      ours: String(times.longTasks),
      value: times.longTasks,
      aim: 0,
    },
  ];
}
