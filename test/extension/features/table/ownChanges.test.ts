import { strict as assert } from 'node:assert';
import type { StoreChange } from '../../../../src/extension/data/storeChange';
import { changedRows } from '../../../../src/extension/data/storeChange';
import { SavedQueryRows } from '../../../../src/extension/features/explorer/savedQueryRows';
import type { QueryNode } from '../../../../src/extension/features/explorer/treeNodes';
import { countTasks } from '../../../../src/extension/features/table/countTasks';
import { QueryRun } from '../../../../src/extension/features/table/queryRun';
import { taskKind } from '../../../../src/extension/features/table/taskKind';
import { parse } from '../../../../src/query/parse';
import { clientOf, openWindow, settle, workspaceOf } from '../../window';

describe('what this window changes of tasks', () => {
  async function stage() {
    const on = openWindow();
    const { id: accountId } = await on.signIn();
    const workspaceSid = await workspaceOf(on.simulator);
    const place = { accountId, workspaceSid };
    const parts = {
      kind: taskKind,
      connect: () => on.accounts.connect(accountId),
      workspaceSid,
      now: () => on.clock.now(),
    };
    const changes: StoreChange[] = [];
    on.store.onDidChange((change) => changes.push(change));
    /** As a window updates a task: its response is put into the store. */
    const update = async (sid: string, ...body: [string, string][]) => {
      const path = `/v1/Workspaces/${workspaceSid}/Tasks/${sid}`;
      const request = on.store.begin(accountId, workspaceSid);
      const { row } = await clientOf(on.simulator).update({ method: 'POST', path, query: [], body });
      changes.length = 0;
      on.store.put(request, row);
      return changes.at(-1)!;
    };
    return { ...place, on, place, parts, update };
  }

  it('is shown in the table at once: other values, and what no longer matches leaves', async () => {
    const { on, place, parts, update } = await stage();
    const parsed = parse('is:open');
    assert.ok('query' in parsed);
    const order = { keyOf: ({ sid }: { sid: string }) => sid, isDescending: false };
    const run = new QueryRun({ ...parts, query: parsed.query, order, onChange: () => undefined });
    await run.read();
    const shows = (change: StoreChange) =>
      run.update(run.listed(changedRows('Task', change, on.store, place)));
    const before = run.rows.length;
    const { sid } = run.rows.all.find(({ status }) => status === 'wrapping')!;
    assert.deepEqual(shows(await update(sid, ['Priority', '77'])), []);
    assert.equal(run.rows.all.find((task) => task.sid === sid)?.priority, 77);
    assert.deepEqual(shows(await update(sid, ['AssignmentStatus', 'completed'], ['Reason', 'done'])), [sid]);
    assert.equal(run.rows.length, before - 1);
  });

  it('changes the counts of saved queries without a request, and redraws no other row', async () => {
    const { on, accountId, workspaceSid, parts, update } = await stage();
    const redrawn: string[][] = [];
    const rows = new SavedQueryRows({
      queries: { countTasks: (_place, text) => countTasks(text, parts) },
      ...{ clock: on.clock, store: on.store },
      onChange: (mayHave) =>
        redrawn.push(['status:wrapping', 'is:finished', 'another'].filter((id) => mayHave({ id }))),
    });
    const parent = { kind: 'queries', id: 'queries' } as QueryNode['parent'];
    const nodes = ['status:wrapping', 'is:finished'].map((text): QueryNode => {
      return { kind: 'query', id: text, name: text, text, accountId, workspaceSid, parent };
    });
    await rows.refresh(nodes, 'opened');
    const shown = () => nodes.map((node) => rows.appearance(node).label);
    assert.deepEqual(shown(), ['1 · status:wrapping', '2 · is:finished']);
    assert.deepEqual(redrawn.splice(0), [['status:wrapping'], ['is:finished']]);
    const parsed = parse('status:wrapping');
    assert.ok('query' in parsed);
    const order = { keyOf: () => undefined, isDescending: false };
    const run = new QueryRun({ ...parts, query: parsed.query, order, onChange: () => undefined });
    await run.read();
    const change = await update(run.rows.all[0]!.sid, ['AssignmentStatus', 'completed'], ['Reason', 'done']);
    await settle();
    const sent = on.sent.length;
    rows.storeChanged(change);
    assert.deepEqual(shown(), ['0 · status:wrapping', '3 · is:finished']);
    assert.deepEqual(redrawn, [['status:wrapping', 'is:finished']]);
    assert.equal(on.sent.length, sent);
  });
});
