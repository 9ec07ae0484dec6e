import type { Ways } from './bundles';
import { Bench, figure } from './bench';
import { mb, median, ms, table } from './figures';
import { startServer } from './startServer';

type Tell = (text: string) => void;

/** Reading 10,000 tasks as the extension does it, as npm twilio does, and with nothing checked. */
export async function reading(ways: Ways, tell: Tell): Promise<void> {
  const server = await startServer(10_000);
  try {
    const bench = new Bench(ways.launch, server.account, tell);
    await bench.prepare([ways.bare], 'first', 'all');
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
