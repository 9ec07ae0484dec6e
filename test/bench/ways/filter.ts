import { networkFetch } from '../../../src/extension/data/networkFetch';
import type { Connection } from '../../../src/extension/accounts/connections';
import { QueryRun } from '../../../src/extension/features/table/queryRun';
import { taskKind } from '../../../src/extension/features/table/taskKind';
import type { ListedTask } from '../../../src/query/matches';
import { parse } from '../../../src/query/parse';
import { createClient } from '../../../src/taskrouter/client';
import type { Account, Way } from '../way';

/** What the page of a table keeps. */
export const kept: unknown[] = [];

/** What the table of tasks does; apart from ours.ts, since it needs something of `vscode`. */
export function connect(account: Account): Pick<Way, 'filter'> {
  const client = createClient({
    fetch: networkFetch,
    origin: account.url,
    username: account.accountSid,
    password: account.authToken,
  });
  const { signal } = new AbortController();
  return {
    async filter() {
      const parsed = parse(`attributes.order:${account.sought}`);
      if (!('query' in parsed)) throw new Error('The query has a problem.');
      const run = new QueryRun<ListedTask>({
        ...{ kind: taskKind, query: parsed.query, workspaceSid: account.workspaceSid },
        connect: () => Promise.resolve({ client, signal } as unknown as Connection),
        order: { keyOf: ({ created }) => created, isDescending: true },
        now: () => Date.now(),
        onChange: () => undefined,
      });
      kept.push(run);
      await run.readAll();
      if (run.progress.read !== account.tasks) throw new Error(`It read ${run.progress.read} tasks.`);
      return run.rows.all;
    },
  };
}
