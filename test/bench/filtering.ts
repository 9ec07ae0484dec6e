import { Bench, figure } from './bench';
import type { Ways } from './bundles';
import { mb, ms, table } from './figures';
import { startServer } from './startServer';

/** Finding the tasks that have an attribute among 100,000, as the table does it, and in what npm twilio lists. */
export async function filtering(ways: Ways, tell: (text: string) => void): Promise<void> {
  const server = await startServer(100_000, 150);
  try {
    const bench = new Bench(ways.launch, server.account, tell, 3);
    await bench.prepare([ways.filter, ways.helper], 'filter');
    const pairs = await bench.compare('all tasks, filtered', ways.filter, ways.helper, { task: 'filter' });
    tell(
      table(
        '100,000 tasks filtered by an attribute, at 150 ms a response (value: ours ÷ list() of the helper)',
        [
          figure('wall clock', pairs, 'wall', ms, 0.3),
          figure('retained', pairs, 'retained', mb, 0.1),
          figure('peak RSS above start', pairs, 'peak', mb),
          figure('CPU', pairs, 'cpu', ms),
        ],
      ),
    );
  } finally {
    server.stop();
  }
}
