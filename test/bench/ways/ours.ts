import { networkFetch } from '../../../src/extension/data/networkFetch';
import { createClient, readRow } from '../../../src/taskrouter/client';
import type { Row } from '../../../src/taskrouter/client';
import { tasks } from '../../../src/taskrouter/resources';
import { Store } from '../../../src/extension/data/store';
import type { ListRef } from '../../../src/extension/data/listRef';
import type { Account, Way } from '../way';

const shown = 50;

export function connect(account: Account): Way {
  const client = createClient({
    fetch: networkFetch,
    origin: account.url,
    username: account.accountSid,
    password: account.authToken,
  });
  const parents = [account.workspaceSid];
  const signal = new AbortController().signal;
  const store = new Store(() => Promise.resolve({ client, signal } as never));
  const list: ListRef = { accountId: 'a', collection: tasks, parents };

  return {
    async first() {
      const { rows } = await client.list(tasks, parents, {}, { pageSize: shown });
      return rows.map((row) => readRow(tasks, row));
    },

    async all() {
      const held: Row[] = [];
      let pageToken: string | undefined;
      do {
        const page = await client.list(
          tasks,
          parents,
          {},
          { pageSize: 1000, ...(pageToken === undefined ? {} : { pageToken }) },
        );
        for (const row of page.rows) held.push(row);
        pageToken = page.nextPageToken;
      } while (pageToken !== undefined);
      for (const row of held.slice(0, shown)) readRow(tasks, row);
      return held;
    },

    async refresh(rows) {
      await store.refresh(list);
      while ((store.list(list)?.sids.length ?? 0) < rows) {
        const state = store.list(list);
        if (!state || state.error !== undefined)
          throw new Error('the list could not be read', { cause: state?.error });
        await store.more(list);
      }
      return store.list(list)!.sids;
    },
  };
}
