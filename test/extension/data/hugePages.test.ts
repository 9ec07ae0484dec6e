import { strict as assert } from 'node:assert';
import { readOpenTasks } from '../../../src/extension/data/openTasks';
import { WorkspaceEvents } from '../../../src/extension/data/workspaceEvents';
import { rowsOf } from '../../../src/taskrouter/pages';
import * as resources from '../../../src/taskrouter/resources';
import { answer, openWindow, workspaceOf } from '../window';

const count = 150_000;

describe('a page of 150,000 rows, from a server that ignores PageSize', () => {
  const open = async (prefix: string) => {
    const window = openWindow();
    const account = await window.signIn();
    const workspaceSid = await workspaceOf(window.simulator);
    window.wire = ({ url }, pass) => {
      const key = url.pathname.split('/').pop()!.toLowerCase();
      if (!['tasks', 'events', 'workers'].includes(key)) return pass();
      const rows = Array.from({ length: count }, (_, i) => `{"sid":"${prefix}${i}"}`).join(',');
      return Promise.resolve(answer(200, `{"meta":{},"${key}":[${rows}]}`));
    };
    const { client, signal } = await window.accounts.connect(account.id);
    return { ...window, account, workspaceSid, client, signal };
  };

  for (const collection of [resources.tasks, resources.events, resources.workers])
    it(`is stored, of ${collection.key}`, async () => {
      const on = await open('A');
      const list = { accountId: on.account.id, collection, parents: [on.workspaceSid] };
      await on.store.refresh(list);
      const { sids, error } = on.store.list(list)!;
      assert.deepEqual([sids.length, error], [count, undefined]);
    });

  it('is read as a whole, as the open tasks, and as Events', async () => {
    const on = await open('A');
    const rows = await rowsOf(on.client.pages(resources.tasks, [on.workspaceSid], {}, {}, on.signal));
    assert.equal(rows.length, count);
    const { isComplete } = await readOpenTasks(on.client, on.workspaceSid, on.signal);
    assert.equal(isComplete, false, 'none has a SID that a request can name');
    const events = new WorkspaceEvents(on.workspaceSid);
    events.begin(on.clock.now());
    assert.equal((await events.next(on.client, on.signal, on.clock.now()))?.length, count);
  });
});
