import { strict as assert } from 'node:assert';
import { readOpenTasks } from '../../../src/extension/data/openTasks';
import { WorkspaceEvents } from '../../../src/extension/data/workspaceEvents';
import { rowsOf } from '../../../src/taskrouter/pages';
import * as resources from '../../../src/taskrouter/resources';
import { answer, openWindow, workspaceOf } from '../window';

const count = 150_000;
/** With a type, which an Event must have: a response holds at most 400,000 values. */
const typedCount = 100_000;

describe('a page of 150,000 rows, from a server that ignores PageSize', () => {
  const open = async (prefix: string) => {
    const window = openWindow();
    const account = await window.signIn();
    const workspaceSid = await workspaceOf(window.simulator);
    window.wire = ({ url }, pass) => {
      const key = url.pathname.split('/').pop()!.toLowerCase();
      if (!['tasks', 'events', 'workers'].includes(key)) return pass();
      const isTyped = url.searchParams.has('StartDate');
      const rest = isTyped ? ',"event_type":"worker.created"' : '';
      const rows = Array.from(
        { length: isTyped ? typedCount : count },
        (_, i) => `{"sid":"${prefix}${i}"${rest}}`,
      );
      return Promise.resolve(answer(200, `{"meta":{},"${key}":[${rows.join()}]}`));
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
    assert.equal((await events.next(on.client, on.signal, on.clock.now()))?.length, typedCount);
  });
});
