import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { fetchRequest } from '../../../../src/taskrouter/requests';
import * as resources from '../../../../src/taskrouter/resources';
import { Store } from '../../../../src/extension/data/store';
import type { TableState } from '../../../../src/webview/table/protocol';
import { FakePanel } from '../../fakePanel';
import type { Wire } from '../../window';
import {
  answer,
  assertClean,
  canary,
  clientOf,
  findReservation,
  gate,
  refusal,
  settle,
  withoutJitter,
} from '../../window';
import {
  cells,
  eventually,
  large,
  last,
  lists,
  say,
  texts,
  useTables,
  whenRead,
  taskRows,
} from './tableStage';

describe('the table of a workspace’s tasks', function () {
  this.timeout(20_000);
  const { made, begin, open } = useTables();

  it('shows open tasks, the oldest first, read by one list for each status', async () => {
    const on = await begin();
    const panel = await open(on);
    assert.deepEqual(texts(panel, 'about'), ['Dana Alder', 'Milo Birch', 'Rosa Hazel', 'Omar Cedar']);
    assert.deepEqual(lists(on).sort(), ['assigned', 'pending', 'reserved', 'wrapping']);
    assert.match(last(panel).progress.text, /^4 tasks · read 4, 6 requests$/);
    assert.equal(last(panel).plan, 'Filtered by TaskRouter: status.');
    assert.equal(panel.title, `Tasks of ${on.workspaceSid.slice(0, 20)}… · Test account (production)`);
    assertClean(panel.posted, [canary]);
  });

  it('shows filters that were saved, in every table, and what the user chooses of them', async () => {
    const saved = [{ name: 'Mine', text: 'status:wrapping' }];
    const on = await begin();
    await on.memory.update('queries', []);
    const panel = await open(on);
    const names = () => last(panel).queries.map(({ name }) => name);
    assert.ok(!names().includes('Mine'));
    assert.ok(names().includes('Stuck in wrap-up'));
    let changes = 0;
    on.panels.onDidChangeQueries(() => changes++);
    const { createQuickPick } = vscode.window;
    try {
      vscode.window.createQuickPick = () => {
        void on.memory.update(
          'queries',
          saved.map(({ name, text }) => ({ name, query: text })),
        );
        throw new Error('closed');
      };
      await say(on, panel, { type: 'queries' });
    } finally {
      vscode.window.createQuickPick = createQuickPick;
    }
    await eventually(on, () => names().includes('Mine'), 'the table shows it');
    assert.equal(changes, 1);
    assert.ok((await on.panels.savedQueries()).some(({ name }) => name === 'Mine'));
  });

  it('shows what matches a query, and where no query is', async () => {
    const on = await begin();
    const panel = await open(on);
    await say(on, panel, { type: 'run', text: 'status:completed,canceled' });
    assert.deepEqual(texts(panel, 'about').sort(), ['June Maple', 'Tess Rowan']);
    await say(on, panel, { type: 'run', text: 'stats:completed' });
    const { problem } = last(panel).line;
    assert.deepEqual([problem?.start, problem?.end, problem?.suggestion], [0, 5, 'status']);
    assert.equal(last(panel).query, 'status:completed,canceled');
    assert.equal(last(panel).total, 2);
    await say(on, panel, { type: 'run', text: 'nobody' });
    assert.equal(last(panel).empty, 'No task matches this filter.');
  });

  it('finds tasks by worker, by overdue reservations and by queues without eligible workers', async () => {
    const on = await begin();
    const panel = await open(on);
    await say(on, panel, { type: 'run', text: 'worker:ada' });
    assert.deepEqual(texts(panel, 'about').sort(), ['Dana Alder', 'Rosa Hazel']);
    await say(on, panel, { type: 'run', text: 'is:overdue' });
    assert.deepEqual(texts(panel, 'about'), []);
    on.clock.advance(300_000);
    await say(on, panel, { type: 'run', text: 'is:overdue' });
    // The simulator's own timeout has ended the reservations of this time.
    assert.deepEqual(last(panel).failure, undefined);
    for (const text of ['is:unstaffed', 'is:unserved']) {
      await say(on, panel, { type: 'run', text });
      assert.equal(last(panel).failure, undefined);
    }
  });

  it('sorts by a column, in either direction, and remembers that with the columns for the workspace', async () => {
    const on = await begin();
    const panel = await open(on);
    await say(on, panel, { type: 'sort', column: 'about' });
    assert.deepEqual(texts(panel, 'about'), ['Dana Alder', 'Milo Birch', 'Omar Cedar', 'Rosa Hazel']);
    await say(on, panel, { type: 'sort', column: 'about' });
    assert.deepEqual(texts(panel, 'about'), ['Rosa Hazel', 'Omar Cedar', 'Milo Birch', 'Dana Alder']);
    await say(on, panel, { type: 'sort', column: 'priority' });
    assert.deepEqual(last(panel).sort, { column: 'priority', isDescending: true });
    const priorities = texts(panel, 'priority').map(Number);
    assert.deepEqual(
      priorities,
      priorities.toSorted((a, b) => b - a),
    );
    await say(on, panel, { type: 'sort', column: 'about' });
    await say(on, panel, { type: 'sort', column: 'about' });
    await say(on, panel, { type: 'sort', column: 'worker' });
    await say(on, panel, { type: 'column', key: 'call_sid', isShown: true });
    await say(on, panel, { type: 'column', key: 'channel', isShown: false });
    await say(on, panel, { type: 'column', key: 'not a path"', isShown: true });
    await say(on, panel, { type: 'resize', key: 'about', width: 333 });
    assert.match(texts(panel, 'attributes.call_sid')[0]!, /^CA\d{32}$/);
    panel.dispose();
    const again = await open(on);
    const { columns, sort } = last(again);
    assert.deepEqual(sort, { column: 'about', isDescending: true });
    assert.equal(columns[0]!.width, 333);
    assert.deepEqual(
      columns.map(({ key }) => key),
      ['about', 'status', 'age', 'since', 'queue', 'priority', 'worker', 'reason', 'attributes.call_sid'],
    );
  });

  it('reads the worker and the time in a status of visible rows from their Events', async () => {
    const on = await begin();
    const panel = await open(on);
    const [unread] = cells(panel, 'worker');
    assert.deepEqual(unread, { text: '…', title: 'Not read yet', isUnread: true });
    await eventually(on, () => texts(panel, 'worker').every((text) => text !== '…'), 'no workers');
    assert.deepEqual(texts(panel, 'worker'), ['Ada Wren', 'Cleo Swift', 'Ada Wren', 'Ben Finch']);
    assert.ok(texts(panel, 'since').every((text) => /min|now/.test(text)));
  });

  it('says so where Events are not allowed, and asks no more', async () => {
    const on = await begin();
    on.wire = ({ url }, pass) =>
      url.pathname.endsWith('/Events') ? Promise.resolve(refusal(403, 20003, 'No')) : pass();
    const asked = () => on.sent.filter(({ path }) => /\/Events\?TaskSid/.test(path)).length;
    const panel = await open(on);
    await eventually(on, () => asked() > 0, 'nothing was asked');
    await settle();
    const before = asked();
    await say(on, panel, { type: 'rows', from: 0, to: 4 });
    on.clock.advance(1000);
    await settle();
    assert.equal(asked(), before);
    assert.deepEqual(new Set(texts(panel, 'worker')), new Set(['…']));
    const title = 'Unknown: these credentials cannot read Events.';
    assert.deepEqual(new Set(cells(panel, 'since').map((cell) => cell.title)), new Set([title]));
  });

  it('keeps what was read when one list fails, says why, and reads only the rest again', () =>
    withoutJitter(async () => {
      const on = await begin();
      const fails: Wire = ({ url }, pass) =>
        url.searchParams.get('AssignmentStatus') === 'reserved'
          ? Promise.resolve(refusal(400, 20001, 'Broken'))
          : pass();
      on.wire = fails;
      const panel = await open(on);
      assert.match(last(panel).failure!, /20001/);
      assert.deepEqual(texts(panel, 'about'), ['Rosa Hazel', 'Omar Cedar']);
      assert.ok(last(panel).progress.canContinue);
      on.wire = (_request, pass) => pass();
      const before = lists(on).length;
      await say(on, panel, { type: 'continue' });
      assert.deepEqual(lists(on).slice(before), ['reserved']);
      assert.equal(last(panel).failure, undefined);
      assert.equal(last(panel).total, 4);
    }));

  it('shows rows while others are read, stops when canceled, and continues where it stopped', async () => {
    const on = await begin({ scenario: large(5000) });
    const held = gate();
    let pages = 0;
    on.wire = async ({ url }, pass) => {
      if (url.searchParams.get('PageSize') === '1000' && url.pathname.endsWith('/Tasks') && ++pages > 2)
        await held.opened;
      return pass();
    };
    await on.panels.show(on.account, on.workspaceSid);
    const panel = made.at(-1)!;
    await eventually(on, () => (panel.posted.at(-1)?.state.total ?? 0) > 2000, 'no rows');
    assert.ok(last(panel).progress.isReading);
    assert.match(last(panel).progress.text, /read [\d,]+ of 5,000/);
    await say(on, panel, { type: 'cancel' });
    const before = last(panel).total;
    assert.ok(last(panel).progress.canContinue);
    await say(on, panel, { type: 'rows', from: before - 40, to: before });
    const { sid } = taskRows(panel).at(-1)!;
    await say(on, panel, { type: 'hold', held: { key: sid, index: before - 1 } });
    held.open();
    await settle();
    await say(on, panel, { type: 'continue' });
    assert.ok(before < 5000);
    const { from, rows } = last(panel);
    const index = from + rows.findIndex((row) => 'sid' in row && row.sid === sid);
    assert.ok(index >= from && index > before + 200, `the rows around the held one: ${index} of ${before}`);
    assert.equal(last(panel).total, 5000);
    assert.equal(last(panel).progress.canContinue, false);
    const begun = on.sent.filter(({ path }) => /\/Tasks\?.*PageSize=100$/.test(path));
    assert.equal(begun.length, 4, 'no list began again');
    // The two long ones were read from both ends; what was canceled is asked for again.
    const newest = on.sent.filter(({ path }) => path.includes('desc') && !path.includes('PageToken'));
    assert.equal(new Set(newest.map(({ path }) => path)).size, 2);
  });

  it('finds a task that moves from a list that is yet to be read to one that was read', async () => {
    const on = await begin();
    const { taskSid, sid } = await findReservation(on.simulator, 'pending');
    const { path } = fetchRequest(resources.taskReservations, [on.workspaceSid, taskSid, sid]);
    const body = [['ReservationStatus', 'accepted']] as const;
    let others = 0;
    const rest = gate();
    on.wire = async ({ url }, pass) => {
      const status = url.searchParams.get('AssignmentStatus');
      if (status === null) return pass();
      if (status === 'reserved') {
        await rest.opened;
        await clientOf(on.simulator).update({ method: 'POST', path, query: [], body });
        return pass();
      }
      const response = await pass();
      if (++others === 3) rest.open();
      return response;
    };
    const panel = await open(on);
    assert.equal(last(panel).total, 4);
    assert.equal(new Set(taskRows(panel).map((row) => row.sid)).size, 4);
    assert.equal(texts(panel, 'status').filter((status) => status === 'assigned').length, 2);
  });

  it('posts the rows that the page shows, of however many', async () => {
    const on = await begin({ scenario: large(3000) });
    const panel = await open(on);
    await say(on, panel, { type: 'rows', from: 1000, to: 1030 });
    const { from, rows, total } = last(panel);
    assert.equal(total, 3000);
    assert.ok(from <= 1000 && from + rows.length >= 1030 && rows.length < 300, `${from} + ${rows.length}`);
    await say(on, panel, { type: 'rows', from: 2900, to: 100_000 });
    assert.ok(last(panel).rows.length <= 500);
  });

  it('completes names of the workspace and attributes of its tasks', async () => {
    const on = await begin();
    const panel = await open(on);
    const items = async (text: string) => {
      await say(on, panel, { type: 'edit', text, cursor: text.length });
      return last(panel).line.items.map((item) => item.text);
    };
    assert.deepEqual(await items('queue:e'), ['Everyone']);
    assert.deepEqual(await items('call'), ['attributes.call_sid=']);
    await items('worker:');
    await eventually(on, () => last(panel).line.items.length === 3, 'no workers');
  });

  it('opens the page of a task', async () => {
    const on = await begin();
    const panel = await open(on);
    const taskSid = taskRows(panel)[0]!.sid;
    await say(on, panel, { type: 'open', sid: taskSid });
    await say(on, panel, { type: 'open', sid: 'WT1' });
    assert.deepEqual(on.shownTasks, [taskSid]);
  });

  it('is one for each workspace, and comes back after a reload with its query', async () => {
    const on = await begin();
    const panel = await open(on);
    await on.panels.show(on.account, on.workspaceSid);
    assert.equal(made.length, 1);
    const { binding } = panel.posted.at(-1)!;
    panel.dispose();
    const restored = new FakePanel<TableState>();
    const state = { binding, query: 'status:completed' };
    await on.panels.deserializeWebviewPanel(restored as unknown as vscode.WebviewPanel, state);
    await whenRead(on, restored);
    assert.deepEqual(texts(restored, 'about'), ['Tess Rowan']);
    const damaged = new FakePanel<TableState>();
    await on.panels.deserializeWebviewPanel(damaged as unknown as vscode.WebviewPanel, { query: 5 });
    assert.ok(damaged.disposed);
  });

  it('has the name of its workspace in its title as soon as that is known', async () => {
    let name = '';
    const none = new Store(() => Promise.reject(new Error('nothing is read')));
    const store = Object.assign(none, { read: () => ({ friendly_name: name }) as never });
    const on = await begin({ table: { store } });
    const panel = await open(on);
    assert.ok(panel.title.startsWith(`Tasks of ${on.workspaceSid.slice(0, 5)}`), panel.title);
    name = 'Support';
    await say(on, panel, { type: 'run', text: 'is:open' });
    assert.equal(panel.title, 'Tasks of Support · Test account (production)');
  });

  it('closes when its account is signed out, and reads no more', async () => {
    const on = await begin({ scenario: large(5000) });
    const held = gate();
    on.wire = async ({ url }, pass) => {
      if (url.searchParams.get('PageSize') === '1000') await held.opened;
      return pass();
    };
    await on.panels.show(on.account, on.workspaceSid);
    const panel = made.at(-1)!;
    await eventually(on, () => (panel.posted.at(-1)?.state.total ?? 0) > 0, 'no rows');
    await on.accounts.signOut(on.account.id);
    assert.ok(panel.disposed);
    held.open();
    await settle();
    assert.ok(on.sent.filter(({ path }) => path.includes('PageSize=1000')).length <= 4);
  });

  it('shows rows that are not as documented', async () => {
    const on = await begin();
    on.wire = ({ url }, pass) =>
      url.pathname.endsWith('/Tasks')
        ? Promise.resolve(
            answer(200, {
              tasks: [
                { sid: `WT${'f'.repeat(32)}`, assignment_status: 'paused', attributes: '[', priority: 'x' },
              ],
              meta: { next_page_url: null },
            }),
          )
        : pass();
    const panel = await open(on);
    await say(on, panel, { type: 'run', text: '' });
    assert.deepEqual(last(panel).rows.length, 1);
    assert.deepEqual(texts(panel, 'status'), ['paused']);
  });
});
