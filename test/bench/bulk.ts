/**
 * A bulk run beside another client, over virtual time: how long it takes, and what TaskRouter received.
 * Alone: `npx tsx test/bench/bulk.ts`.
 */
import '../vscodeInNode.cjs';
import type { BulkAction } from '../../src/bulk/action';
import { countRows, notDoneRows } from '../../src/bulk/report';
import { createSimulator, manualClock } from '../../src/simulator/simulator';
import type { Fetch } from '../../src/taskrouter/fetch';
import { JournalDisk } from '../bulk/journalDisk';
import { Session } from '../bulk/stage';
import { inVirtualTime } from '../bulk/virtualTime';
import { driverOf, quiet, waiting } from '../simulator/driver';
import type { Figure } from './figures';
import { table } from './figures';

const rows = 500;
const slots = 20;
/** Requests that another client always has in flight: 12 slots are left. */
const taken = 8;
/** Milliseconds that each request takes. */
const latency = 150;
/** What a run has in flight at most. */
const inFlight = 8;
const action: BulkAction = { kind: 'cancel', reason: 'Bench' };

export function bulk(): Promise<Figure[]> {
  const clock = manualClock();
  return inVirtualTime(clock, async () => {
    const tasks = Array.from({ length: rows + 1 }, () => waiting({}));
    const simulator = createSimulator({
      ...{ clock, latency, concurrency: slots },
      scenario: quiet({ workers: [], tasks }),
    });
    const driver = driverOf(simulator);
    const [workspace] = await driver.list('/v1/Workspaces', 'workspaces');
    const root = `/v1/Workspaces/${workspace!.sid}`;
    const sids = (await driver.list(`${root}/Tasks?PageSize=1000`, 'tasks')).map(({ sid }) => sid);
    /** The paths of all updates. */
    const posts: string[] = [];
    const fetch: Fetch = (url, init) => {
      if (init.method === 'POST') posts.push(url);
      return simulator.fetch(url, init);
    };
    let isOver = false;
    const other = async () => {
      while (!isOver) await driver.get(`${root}/Workflows`);
    };
    const others = Array.from({ length: taken }, other);
    const run = async (some: readonly string[]) => {
      const nothing = () => undefined;
      const session = new Session({
        clock,
        simulator: { ...simulator, fetch },
        disk: new JournalDisk(nothing),
        onStep: nothing,
      });
      const planned = await session.plan(
        action,
        some.map((sid) => [workspace!.sid, sid]),
      );
      const start = clock.now();
      await session.start(action, planned);
      return { took: clock.now() - start, record: session.record! };
    };

    const whole = await run(sids.slice(0, rows));
    const doubled = posts.length - new Set(posts).size;
    const { done } = countRows(whole.record.rows);
    const ideal = Math.ceil(rows / inFlight) * latency;

    simulator.faults.add({ do: 'refuse', status: 429, on: 'POST Tasks/*', times: 1 });
    const refused = await run(sids.slice(rows));
    const left = notDoneRows(refused.record).map((row) => row.sids.at(-1)!);
    const before = posts.length;
    await new Promise((resolve) => setTimeout(resolve, 600_000));
    const byItself = posts.length - before;
    const again = await run(left);
    const retried = countRows(again.record.rows).done;
    isOver = true;
    await Promise.all(others);
    return [
      {
        work: `${rows} cancellations, 12 of ${slots} slots free; of the ideal time for ${inFlight} in flight`,
        ...{ ours: `${whole.took} ms`, other: `${ideal} ms`, value: whole.took / ideal, aim: 1.3 },
      },
      { work: '  lost', ours: `${rows - done}`, value: rows - done, aim: 0 },
      { work: '  sent twice', ours: `${doubled}`, value: doubled, aim: 0 },
      {
        work: 'a row refused with 429: sent again by itself in 10 minutes',
        ...{ ours: `${byItself}`, value: byItself, aim: 0 },
        note: `${left.length} not done, ${retried} done once retried`,
      },
    ];
  });
}

if (require.main === module) void bulk().then((figures) => console.log(table('Bulk runs', figures)));
