import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Ways } from './bundles';
import { mb, median, ms, table } from './figures';
import type { Figure } from './figures';
import { startServer } from './startServer';
import type { Account, Job, Measured } from './way';

const rounds = 7;

type Tell = (text: string) => void;

/** Reading 10,000 tasks as the extension does it, as npm twilio does, and with nothing checked. */
export async function reading(ways: Ways, tell: Tell): Promise<void> {
  const server = await startServer(10_000);
  try {
    const bench = new Bench(ways.launch, server.account, tell);
    await bench.prepare(ways.bare);
    await firstRows(bench, ways, tell);
    await allRows(bench, ways, tell);
    await refreshed(bench, ways, tell);
  } finally {
    server.stop();
  }
}

async function firstRows(bench: Bench, ways: Ways, tell: Tell): Promise<void> {
  const first = (preload: boolean) => ({ task: 'first', preload }) as const;
  const cold = await bench.compare('first page, fresh process', ways.ours, ways.helper, first(false));
  const hosted = await bench.compare(
    'first page, Node’s modules loaded',
    ways.ours,
    ways.helper,
    first(true),
  );
  const coldBare = await bench.compare('first page, against a bare fetch', ways.ours, ways.bare, first(true));
  const pairs = await bench.pairs(ways.ours, ways.bare);
  tell(
    table('First 50 rows of a workspace of 10,000 tasks (wall; value: ours ÷ other)', [
      figure('fresh process, load included ÷ helper', cold, 'wall', ms, 0.4),
      figure('same, what VS Code’s host has loaded of Node loaded before ÷ helper', hosted, 'wall', ms, 0.25),
      figure('same, CPU ÷ helper', hosted, 'cpu', ms),
      figure('same ÷ bare node-fetch + JSON.parse', coldBare, 'wall', ms),
      {
        work: 'loaded and warm ÷ bare node-fetch + JSON.parse',
        ours: ms(median(pairs.map(([ours]) => ours))),
        other: ms(median(pairs.map(([, bare]) => bare))),
        value: median(pairs.map(([ours, bare]) => ours / bare)),
        aim: 1.3,
      },
    ]),
  );
}

async function allRows(bench: Bench, ways: Ways, tell: Tell): Promise<void> {
  const all = await bench.compare('all tasks, fresh', ways.ours, ways.helper, { task: 'all' });
  const warm = await bench.compare('all tasks, warm', ways.ours, ways.helper, { task: 'all', warmUps: 2 });
  const allBare = await bench.compare('all tasks, bare fetch', ways.ours, ways.bare, { task: 'all' });
  tell(
    table('All 10,000 tasks, checked when shown (value: ours ÷ other)', [
      figure('CPU, fresh process ÷ helper', all, 'cpu', ms, 0.4),
      figure('CPU, warm ÷ helper', warm, 'cpu', ms, 0.4),
      figure('peak RSS above start ÷ helper', all, 'peak', mb, 0.2),
      figure('retained ÷ helper', all, 'retained', mb, 0.12),
      figure('CPU, fresh process ÷ bare fetch', allBare, 'cpu', ms),
      figure('peak RSS above start ÷ bare fetch', allBare, 'peak', mb),
    ]),
  );
}

async function refreshed(bench: Bench, ways: Ways, tell: Tell): Promise<void> {
  // Several in a row: a window refreshes again and again.
  const refresh = (rows: number) => ({ task: 'refresh', rows, warmUps: 5, times: 9 }) as const;
  const fifty = await bench.compare('refresh, 50 rows', ways.ours, ways.helper, refresh(50));
  const thousand = await bench.compare('refresh, 1,000 rows', ways.ours, ways.helper, refresh(1000));
  tell(
    table('Refresh of 10,000 tasks, 1 % changed (CPU; value: ours ÷ the helper’s list() again)', [
      figure('as the view does it, 50 rows shown', fifty, 'cpu', ms, 0.02),
      figure(
        'as the view does it, 1,000 rows shown',
        thousand,
        'cpu',
        ms,
        undefined,
        'aim 0.02 is for what changed',
      ),
    ]),
  );
}

const run = promisify(execFile);

type Pair = readonly [ours: Measured, other: Measured];

class Bench {
  constructor(
    private readonly launch: string,
    private readonly account: Account,
    private readonly tell: Tell,
  ) {}

  /** Has the server make every answer once. */
  async prepare(bare: string): Promise<void> {
    await this.start([bare], { task: 'first' });
    await this.start([bare], { task: 'all' });
  }

  async compare(what: string, ours: string, other: string, job: Partial<Job>): Promise<Pair[]> {
    this.tell(`  ${what} …`);
    const pairs: Pair[] = [];
    for (let i = 0; i < rounds; i++) {
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
    const { stdout } = await run(process.execPath, ['--expose-gc', this.launch, argument], {
      maxBuffer: 16 * 1024 * 1024,
    });
    return JSON.parse(stdout);
  }
}

function figure(
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
