import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { median } from './figures';
import type { Figure } from './figures';
import type { Account, Job, Measured } from './way';

const run = promisify(execFile);
const vscodeInNode = path.resolve(__dirname, '../vscodeInNode.cjs');

type Tell = (text: string) => void;

type Pair = readonly [ours: Measured, other: Measured];

/** Runs ways of reading an account, each in a process of its own. */
export class Bench {
  constructor(
    private readonly launch: string,
    private readonly account: Account,
    private readonly tell: Tell,
    private readonly rounds = 7,
  ) {}

  /** Has the server make every answer once. */
  async prepare(files: readonly string[], ...tasks: readonly Job['task'][]): Promise<void> {
    for (const file of files) for (const task of tasks) await this.start([file], { task });
  }

  async compare(what: string, ours: string, other: string, job: Partial<Job>): Promise<Pair[]> {
    this.tell(`  ${what} …`);
    const pairs: Pair[] = [];
    for (let i = 0; i < this.rounds; i++) {
      const order = i % 2 ? [other, ours] : [ours, other];
      const found = new Map<string, Measured>();
      for (const file of order) found.set(file, (await this.start([file], job)) as Measured);
      pairs.push([found.get(ours)!, found.get(other)!]);
    }
    return pairs;
  }

  pairs(ours: string, other: string): Promise<[number, number][]> {
    this.tell('  first page, warm, in turns …');
    return this.start([ours, other], { task: 'pairs' }) as Promise<[number, number][]>;
  }

  private async start(files: readonly string[], job: Partial<Job>): Promise<unknown> {
    const argument = JSON.stringify({ ...job, files, account: this.account });
    const options = ['--require', vscodeInNode, '--expose-gc'];
    const { stdout } = await run(process.execPath, [...options, this.launch, argument], {
      maxBuffer: 16 * 1024 * 1024,
    });
    return JSON.parse(stdout);
  }
}

/** What the pairs took, and the median of their ratios. */
export function figure(
  work: string,
  pairs: readonly Pair[],
  what: keyof Measured,
  unit: (value: number) => string,
  aim?: number,
  note?: string,
): Figure {
  return {
    work,
    ours: unit(median(pairs.map(([ours]) => ours[what]))),
    other: unit(median(pairs.map(([, other]) => other[what]))),
    value: median(pairs.map(([ours, other]) => ours[what] / other[what])),
    ...(aim === undefined ? {} : { aim }),
    ...(note === undefined ? {} : { note }),
  };
}
