import { strict as assert } from 'node:assert';
import type { TableState } from '../../../../src/webview/table/protocol';
import { FakePanel } from '../../fakePanel';
import { refusal } from '../../window';
import { still } from '../../centre';
import type { Scenario } from '../../../../src/simulator/simulator';
import type { Stage } from './tableStage';
import { eventually, last, lists, post, say, taskRows, texts, useTables } from './tableStage';

const [desk] = still.workspaces;
const named = (...names: readonly string[]): Scenario => ({
  ...still,
  workspaces: names.map((name) => ({ ...desk!, name })),
});

describe('the table of the tasks of all workspaces', function () {
  this.timeout(20_000);
  const { made, begin, open } = useTables();
  const beginWith = async (...names: readonly string[]) => begin({ scenario: named(...names) });
  const extent = (panel: Parameters<typeof last>[0]) => last(panel).extent!;
  const workspacesRead = (on: Stage) =>
    new Set(on.sent.flatMap(({ path }) => /Workspaces\/(\w+)\/Tasks\?/.exec(path)?.[1] ?? []));

  it('has a column for the workspace, and says how far each is', async () => {
    const on = await beginWith('Desk', 'Annex');
    const panel = await open(on, true);
    assert.deepEqual(
      texts(panel, 'workspace').sort(),
      ['Annex', 'Desk'].flatMap((name) => [name, name, name, name]),
    );
    assert.equal(last(panel).progress.text, '8 tasks · read 8, 13 requests');
    assert.deepEqual(extent(panel), {
      text: '2 of 2 workspaces',
      workspaces: ['Desk', 'Annex'].map((name) => {
        return { name, icon: 'pass', text: '4 tasks · read 4, 6 requests' };
      }),
    });
    assert.match(panel.title, /^Tasks of all workspaces/);
  });

  it('says what reading costs at least while it reads', async () => {
    const on = await beginWith('Desk', 'Annex');
    on.wire = ({ url }, pass) => (url.pathname.endsWith('/Tasks') ? new Promise(() => undefined) : pass());
    await on.panels.show(on.account, undefined);
    const panel = made.at(-1)!;
    await eventually(on, () => panel.posted.length > 0 && extent(panel).workspaces.length === 2, 'no extent');
    assert.equal(extent(panel).text, '2 of 2 workspaces, at least 13 requests');
    post(panel, { type: 'cancel' });
    await eventually(on, () => !last(panel).progress.isReading, 'it is still reading');
    assert.equal(last(panel).progress.canContinue, true);
  });

  it('reads only the workspaces that a filter names', async () => {
    const on = await beginWith('Desk', 'Annex', 'Desk EMEA');
    const panel = await open(on, true);
    on.sent.length = 0;
    await say(on, panel, { type: 'run', text: 'is:open workspace:desk' });
    assert.equal(workspacesRead(on).size, 2);
    assert.equal(extent(panel).text, '2 of 3 workspaces');
    assert.deepEqual(new Set(texts(panel, 'workspace')), new Set(['Desk', 'Desk EMEA']));
    on.sent.length = 0;
    await say(on, panel, { type: 'run', text: 'workspace:nowhere' });
    assert.deepEqual(
      [lists(on), last(panel).empty],
      [[], 'No workspace matches this filter. Name several with commas: workspace:A,B.'],
    );
  });

  it('completes the names of workspaces', async () => {
    const on = await beginWith('Desk', 'Annex');
    const panel = await open(on, true);
    await say(on, panel, { type: 'edit', text: 'workspace:an', cursor: 12 });
    assert.deepEqual(
      last(panel).line.items.map(({ text }) => text),
      ['Annex'],
    );
  });

  it('shows the tasks of the others when one workspace fails, names it, and reads it again on Continue', async () => {
    const on = await beginWith('Desk', 'Annex');
    on.wire = ({ url }, pass) =>
      url.pathname.includes(on.workspaceSid) ? Promise.resolve(refusal(403, 20003, 'No')) : pass();
    const panel = await open(on, true);
    assert.deepEqual(new Set(texts(panel, 'workspace')), new Set(['Annex']));
    assert.match(last(panel).failure!, /^Desk: /);
    assert.deepEqual(
      extent(panel).workspaces.map(({ icon }) => icon),
      ['error', 'pass'],
    );
    on.wire = (_request, pass) => pass();
    await say(on, panel, { type: 'continue' });
    assert.deepEqual([last(panel).failure, last(panel).total], [undefined, 8]);
  });

  it('asks before it reads more than twenty workspaces', async () => {
    const on = await beginWith(...Array.from({ length: 22 }, (_, i) => `Desk ${i}`));
    const panel = await open(on, true);
    assert.equal(workspacesRead(on).size, 20);
    assert.equal(last(panel).progress.canContinue, true);
    assert.equal(extent(panel).workspaces.at(-1)!.text, 'not read yet');
    await say(on, panel, { type: 'continue' });
    assert.deepEqual([workspacesRead(on).size, last(panel).total], [22, 88]);
  });

  it('groups by workspace, opens a task in its workspace, and names the workspace of each task it acts on', async () => {
    const acts: unknown[] = [];
    const on = await begin({
      scenario: named('Desk', 'Annex'),
      table: {
        act: (...args) => acts.push(args),
        showRow: (_account, workspaceSid, taskSid) => acts.push([workspaceSid, taskSid]),
      },
    });
    const panel = await open(on, true);
    await say(on, panel, { type: 'group', by: 'workspace' });
    assert.deepEqual(
      last(panel).rows.flatMap((row) => ('group' in row ? `${row.text} ${row.count}` : [])),
      ['Annex 4', 'Desk 4'],
    );
    const inDesk = taskRows(panel).at(-1)!.sid;
    const inAnnex = taskRows(panel)[0]!.sid;
    await say(on, panel, { type: 'open', sid: inDesk });
    assert.deepEqual(acts.pop(), [on.workspaceSid, inDesk]);
    await say(on, panel, { type: 'select', sid: inDesk });
    await say(on, panel, { type: 'select', sid: inAnnex });
    await say(on, panel, { type: 'act', action: 'priority' });
    const [annexSid] = [...workspacesRead(on)].filter((sid) => sid !== on.workspaceSid);
    assert.deepEqual(acts, [
      [
        'priority',
        on.account,
        [
          // In the order shown, not in that of the clicks.
          [annexSid, inAnnex],
          [on.workspaceSid, inDesk],
        ],
      ],
    ]);
  });

  it('comes back after a reload of the window, beside the table of one of its workspaces', async () => {
    const on = await beginWith('Desk', 'Annex');
    const ofAccount = await open(on, true);
    const ofDesk = await open(on);
    assert.notEqual(ofDesk, ofAccount);
    assert.deepEqual(ofAccount.posted.at(-1)!.binding, { accountId: on.account.id });
    ofAccount.dispose();
    const panel = new FakePanel<TableState>();
    const saved = { binding: { accountId: on.account.id }, query: 'workspace:annex', scroll: 0 };
    await on.panels.deserializeWebviewPanel(panel as never, saved);
    await eventually(
      on,
      () => panel.posted.length > 0 && last(panel).total === 6,
      'its tasks do not come back',
    );
    assert.deepEqual(new Set(texts(panel, 'workspace')), new Set(['Annex']));
  });
});
