import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import type { TableState } from '../../../../src/webview/table/protocol';
import { FakePanel } from '../../fakePanel';
import { clientOf } from '../../window';
import { eventually, last, say, taskRows as rowsOf, texts, useTables, whenRead } from './tableStage';

describe('the table of a workspace’s workers', function () {
  this.timeout(20_000);
  const { made, begin, open } = useTables();

  async function stage() {
    const acts: unknown[] = [];
    const on = await begin({ table: { act: (action, _account, rows) => acts.push([action, rows]) } });
    await on.panels.show(on.account, on.workspaceSid, { noun: 'Worker' });
    const panel = made.at(-1)!;
    await whenRead(on, panel);
    return { on, panel, acts };
  }
  type Staged = Awaited<ReturnType<typeof stage>>;
  const sidOf = ({ panel }: Staged, name: string) =>
    rowsOf(panel).find(({ cells: [cell] }) => cell!.text === name)!.sid;

  it('shows them by name, and says how many were read and what that cost', async () => {
    const { on, panel } = await stage();
    await eventually(on, () => /2 requests$/.test(last(panel).progress.text), last(panel).progress.text);
    assert.deepEqual(texts(panel, 'name'), ['Ada Wren', 'Ben Finch', 'Cleo Swift']);
    assert.deepEqual(texts(panel, 'activity'), ['Offline', 'Offline', 'Break']);
    assert.deepEqual(texts(panel, 'available'), ['no', 'no', 'no']);
    assert.equal(last(panel).progress.text, '3 workers · read 3, 2 requests');
    assert.ok(panel.title.startsWith('Workers of '), panel.title);
    assert.equal(last(panel).savesQueries, false);
  });

  it('filters by TaskRouter what it can, and the rest while reading', async () => {
    const { on, panel } = await stage();
    on.sent.length = 0;
    await say(on, panel, { type: 'run', text: 'activity:off attributes.contact_uri:client' });
    assert.deepEqual(texts(panel, 'name'), ['Ada Wren']);
    assert.equal(
      last(panel).plan,
      'Filtered by TaskRouter: activity. Filtered while reading: attributes.contact_uri.',
    );
    assert.match(last(panel).progress.text, /^1 worker · read 2, \d requests$/);
    assert.ok(on.sent.some(({ path }) => /\/Workers\?.*ActivitySid=WA/.test(path)));
    await say(on, panel, { type: 'run', text: 'queue:x' });
    assert.match(last(panel).line.problem!.text, /There is no field “queue”/);
    assert.match(last(panel).plan, /^These are still the workers of another filter: /);
  });

  it('sorts, groups by activity, and remembers columns apart from those of tasks', async () => {
    const { on, panel } = await stage();
    await say(on, panel, { type: 'sort', column: 'name' });
    assert.deepEqual(texts(panel, 'name'), ['Cleo Swift', 'Ben Finch', 'Ada Wren']);
    await say(on, panel, { type: 'group', by: 'activity' });
    assert.deepEqual(
      last(panel).rows.map((row) => ('group' in row ? `${row.text} ${row.count}` : row.cells[0]!.text)),
      ['Break 1', 'Cleo Swift', 'Offline 2', 'Ben Finch', 'Ada Wren'],
    );
    await say(on, panel, { type: 'column', key: 'attributes.contact_uri', isShown: true });
    assert.deepEqual(texts(panel, 'attributes.contact_uri'), ['–', '+15550100101', 'client:ada']);
    const tasks = await open(on);
    assert.deepEqual(
      last(tasks)
        .columns.map(({ key }) => key)
        .slice(0, 2),
      ['about', 'status'],
    );
    await on.panels.show(on.account, on.workspaceSid, { noun: 'Worker' });
    assert.equal(made.length, 2);
  });

  it('opens a worker’s page, and sets the activity of those that are selected', async () => {
    const staged = await stage();
    const { on, panel, acts } = staged;
    const [ada, cleo] = [sidOf(staged, 'Ada Wren'), sidOf(staged, 'Cleo Swift')];
    await say(on, panel, { type: 'open', sid: ada });
    assert.deepEqual(on.shownTasks, [ada]);
    await say(on, panel, { type: 'select', sid: ada });
    await say(on, panel, { type: 'select', sid: cleo });
    assert.deepEqual(last(panel).selection.actions, ['activity']);
    assert.equal(last(panel).selection.text, '2 workers selected');
    await say(on, panel, { type: 'act', action: 'activity' });
    assert.deepEqual(acts, [
      [
        'activity',
        [
          [on.workspaceSid, ada],
          [on.workspaceSid, cleo],
        ],
      ],
    ]);
  });

  it('copies workers as CSV and JSON', async () => {
    const { on, panel } = await stage();
    const copied = async (format: string) => {
      await vscode.env.clipboard.writeText('');
      await say(on, panel, { type: 'copy', format });
      for (;;) {
        const text = await vscode.env.clipboard.readText();
        if (text) return text;
      }
    };
    const csv = (await copied('csv')).replaceAll('"', '');
    assert.match(
      csv,
      /^Worker SID,Name,Activity,Available,In activity since\r\nWK\w{32},Ada Wren,Offline,no,20/,
    );
    const [row] = JSON.parse(await copied('json')) as Record<string, unknown>[];
    assert.equal(row!['name'], 'Ada Wren');
    assert.deepEqual(row!['attributes'], { contact_uri: 'client:ada' });
    assert.match(String(row!['inActivitySince']), /^20/);
  });

  it('shows at once what this window changes', async () => {
    const staged = await stage();
    const { on, panel } = staged;
    await say(on, panel, { type: 'run', text: 'activity:offline' });
    const path = `/v1/Workspaces/${on.workspaceSid}/Workers/${sidOf(staged, 'Ada Wren')}`;
    const request = on.store.begin(on.account.id, on.workspaceSid);
    const body = [['FriendlyName', 'Ada Lark']] as const;
    const { row } = await clientOf(on.simulator).update({
      method: 'POST',
      path,
      query: [],
      body: [...body] as never,
    });
    on.store.put(request, row);
    await eventually(on, () => texts(panel, 'name').includes('Ada Lark'), 'it shows the old name');
  });

  it('comes back after a reload with its query', async () => {
    const { on, panel } = await stage();
    const { binding } = panel.posted.at(-1)!;
    panel.dispose();
    const restored = new FakePanel<TableState>();
    const state = { binding, query: 'name:finch' };
    await on.panels.deserializeWebviewPanel(restored as unknown as vscode.WebviewPanel, state);
    await whenRead(on, restored);
    assert.deepEqual(texts(restored, 'name'), ['Ben Finch']);
  });
});
