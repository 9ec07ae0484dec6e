import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { clientOf, settle } from '../../window';
import type { Stage, StageOptions } from './tableStage';
import { eventually, large, last, post, say, taskRows, texts, useTables } from './tableStage';

describe('the selection in the table of tasks', function () {
  this.timeout(20_000);
  const { begin, open } = useTables();

  const beginWithActions = async (options: StageOptions = {}) => {
    const acts: unknown[][] = [];
    const act = (...args: unknown[]) => void acts.push(args);
    const on = await begin({ ...options, table: { act } });
    return { on, acts, panel: await open(on) };
  };
  const selected = (panel: Parameters<typeof last>[0]) =>
    taskRows(panel)
      .filter(({ isSelected }) => isSelected)
      .map(({ sid }) => sid);

  it('is kept while rows are sorted or read again, and given to the actions', async () => {
    const { on, acts, panel } = await beginWithActions();
    assert.deepEqual(last(panel).selection, {
      count: 0,
      of: 4,
      readsRest: false,
      actions: ['cancel', 'complete', 'priority'],
      text: '',
    });
    const [first, second, third] = taskRows(panel).map(({ sid }) => sid);
    await say(on, panel, { type: 'select', sid: third });
    await say(on, panel, { type: 'select', sid: first, fromSid: third });
    assert.deepEqual(selected(panel), [first, second, third]);
    await say(on, panel, { type: 'select', sid: second });
    await say(on, panel, { type: 'sort', column: 'about' });
    await say(on, panel, { type: 'refresh' });
    assert.deepEqual(new Set(selected(panel)), new Set([first, third]));
    assert.equal(last(panel).selection.text, '2 tasks selected');
    await say(on, panel, { type: 'act', action: 'priority' });
    const inOrder = selected(panel).map((sid) => [on.workspaceSid, sid]);
    assert.deepEqual(acts, [['priority', on.account, inOrder]], 'in the order of the table');
  });

  it('is canceled or completed by Delete: the statuses decide, or the user', async () => {
    const { showQuickPick, showWarningMessage } = vscode.window;
    const warnings: string[] = [];
    Object.assign(vscode.window, {
      showQuickPick: ([, complete]: readonly vscode.QuickPickItem[]) => Promise.resolve(complete),
      showWarningMessage: (text: string) => Promise.resolve(void warnings.push(text)),
    });
    after(() => Object.assign(vscode.window, { showQuickPick, showWarningMessage }));
    const { on, acts, panel } = await beginWithActions();
    const statuses = texts(panel, 'status');
    const sidOf = (status: string) => taskRows(panel)[statuses.indexOf(status)]!.sid;
    const [reserved, wrapping] = [sidOf('reserved'), sidOf('wrapping')];
    await say(on, panel, { type: 'end', sid: reserved });
    await say(on, panel, { type: 'end', sid: wrapping });
    const places = [reserved, wrapping].map((sid) => [on.workspaceSid, sid]);
    assert.deepEqual(acts.splice(0), [
      ['cancel', on.account, [places[0]]],
      ['complete', on.account, [places[1]]],
    ]);
    await say(on, panel, { type: 'select', sid: reserved });
    await say(on, panel, { type: 'end', sid: wrapping });
    assert.deepEqual(acts.splice(0), [['cancel', on.account, [places[0]]]], 'what is selected comes first');
    await say(on, panel, { type: 'select', sid: wrapping });
    await say(on, panel, { type: 'end' });
    assert.deepEqual(
      acts.splice(0).map(([action, , rows]) => [action, new Set(rows as string[][])]),
      [['complete', new Set(places)]],
    );
    await say(on, panel, { type: 'run', text: 'status:completed' });
    await say(on, panel, { type: 'end', sid: taskRows(panel)[0]!.sid });
    assert.deepEqual([acts, warnings], [[], ['This task has ended.']]);
  });

  it('of a range is replaced by another one from the same task, and keeps what was selected before', async () => {
    const { on, panel } = await beginWithActions();
    const [first, second, third, fourth] = taskRows(panel).map(({ sid }) => sid);
    await say(on, panel, { type: 'select', sid: first });
    await say(on, panel, { type: 'select', sid: third });
    await say(on, panel, { type: 'select', sid: fourth, fromSid: third });
    await say(on, panel, { type: 'select', sid: second, fromSid: third });
    assert.deepEqual(selected(panel), [first, second, third]);
    await say(on, panel, { type: 'select', sid: fourth, fromSid: second });
    assert.deepEqual(selected(panel), [first, second, third, fourth]);
  });

  it('ends with another filter, and for tasks that no longer match', async () => {
    const { on, panel } = await beginWithActions();
    await say(on, panel, { type: 'selectAll', readsRest: false });
    assert.equal(last(panel).selection.count, 4);
    const [gone] = taskRows(panel);
    on.wire = async ({ url }, pass) => {
      const response = await pass();
      if (!url.pathname.endsWith('/Tasks')) return response;
      const parts: string[] = [];
      for await (const part of response.body!) parts.push(String(part));
      const text = parts.join('').replace(gone!.sid, `WT${'e'.repeat(32)}`);
      return { ...response, body: [text] as unknown as AsyncIterable<string> };
    };
    await say(on, panel, { type: 'refresh' });
    await eventually(on, () => last(panel).selection.count === 3, 'a task that is gone stays selected');
    await say(on, panel, { type: 'run', text: 'status:reserved' });
    assert.equal(last(panel).selection.count, 0);
  });

  it('leaves a task that this window has changed so that it does not match', async () => {
    const { on, panel } = await beginWithActions();
    await say(on, panel, { type: 'run', text: 'status:wrapping' });
    const { sid } = taskRows(panel)[0]!;
    await say(on, panel, { type: 'selectAll', readsRest: false });
    assert.match(last(panel).asOf, /^As of /);
    const path = `/v1/Workspaces/${on.workspaceSid}/Tasks/${sid}`;
    const body = [
      ['AssignmentStatus', 'completed'],
      ['Reason', 'done'],
    ] as const;
    const request = on.store.begin(on.account.id, on.workspaceSid);
    const { row } = await clientOf(on.simulator).update({ method: 'POST', path, query: [], body });
    on.store.put(request, row);
    await eventually(on, () => last(panel).total === 0, 'it is still shown');
    assert.equal(last(panel).selection.count, 0);
  });

  it('cannot be acted on or widened while the line has a filter that is wrong', async () => {
    const { on, acts, panel } = await beginWithActions();
    await say(on, panel, { type: 'select', sid: taskRows(panel)[0]!.sid });
    await say(on, panel, { type: 'run', text: 'priority>=oops' });
    assert.equal(last(panel).plan, 'These are still the tasks of another filter: is:open');
    assert.deepEqual([last(panel).selection.actions, last(panel).selection.selectAll], [[], undefined]);
    await say(on, panel, { type: 'selectAll', readsRest: false });
    await say(on, panel, { type: 'act', action: 'cancel' });
    assert.deepEqual([acts, last(panel).selection.count], [[], 1]);
    await say(on, panel, { type: 'run', text: 'is:open' });
    await say(on, panel, { type: 'act', action: 'cancel' });
    assert.equal(acts.length, 1);
  });

  it('is what the menu of one of its rows acts on; the menu of another row, on that one', async () => {
    const { on, panel } = await beginWithActions();
    const [first, second, third] = taskRows(panel).map(({ sid }) => sid);
    for (const sid of [second, first]) await say(on, panel, { type: 'select', sid });
    const of = (taskrouterSid: unknown) =>
      on.panels.ofMenu({ taskrouterSid })?.map(({ resource }) => resource?.sids);
    assert.deepEqual(
      of(second),
      [first, second].map((sid) => [on.workspaceSid, sid]),
    );
    assert.deepEqual(of(third), [[on.workspaceSid, third]]);
    assert.deepEqual([of('WTgone'), of(7), on.panels.ofMenu('x')], [[], undefined, undefined]);
    const menus = taskRows(panel).map(({ menu }) => menu);
    assert.deepEqual(menus.slice(0, 2), ['tasks writable', 'tasks writable']);
    assert.match(menus[2]!, /^task resource \w+ writable$/);
    await say(on, panel, { type: 'run', text: 'status:' });
    assert.deepEqual(of(second), [[on.workspaceSid, second]], 'of a filter that is wrong');
    assert.match(taskRows(panel)[1]!.menu, /^task /);
  });

  it('can include what is yet to be read', async () => {
    const { on, panel } = await beginWithActions({ scenario: large(28_000) });
    assert.ok(last(panel).progress.canContinue);
    await say(on, panel, { type: 'select', sid: taskRows(panel)[0]!.sid });
    assert.equal(last(panel).selection.selectAll, 'Read the Rest and Select All');
    post(panel, { type: 'selectAll', readsRest: true });
    const isWidening = () => last(panel).selection.text.includes('All others will be selected');
    await eventually(on, isWidening, 'it does not say what will be selected');
    assert.deepEqual([last(panel).selection.actions, last(panel).selection.selectAll], [[], undefined]);
    await eventually(on, () => last(panel).selection.count === 28_000, 'the rest is not selected');
    await eventually(on, () => !isWidening(), 'it does not end');
    assert.equal(last(panel).selection.selectAll, undefined);
    assert.notEqual(last(panel).selection.actions.length, 0);
  });

  it('does not include it after the selection was changed while it was read', async () => {
    const { on, panel } = await beginWithActions({ scenario: large(28_000) });
    const { sid } = taskRows(panel)[0]!;
    post(panel, { type: 'selectAll', readsRest: true });
    post(panel, { type: 'selectNone' });
    post(panel, { type: 'select', sid });
    const isRead = () => !last(panel).progress.isReading && !last(panel).progress.canContinue;
    await eventually(on, isRead, 'the rest is not read');
    assert.equal(last(panel).selection.count, 1);
    assert.notEqual(last(panel).selection.actions.length, 0);
  });

  it('offers no actions on read-only accounts, and does nothing there', async () => {
    const { on, acts, panel } = await beginWithActions();
    await on.accounts.change(on.account.id, { ...on.account, readOnly: true });
    await settle();
    await say(on, panel, { type: 'selectAll', readsRest: false });
    assert.deepEqual(last(panel).selection.actions, []);
    await say(on, panel, { type: 'act', action: 'cancel' });
    assert.deepEqual(acts, []);
  });

  it('is of tasks, in groups too: the groups are remembered, and can be collapsed', async () => {
    const { on, panel } = await beginWithActions();
    await say(on, panel, { type: 'group', by: 'status' });
    const groups = () => last(panel).rows.map((row) => ('group' in row ? `${row.text} ${row.count}` : ''));
    assert.deepEqual(groups(), ['assigned 1', '', 'reserved 2', '', '', 'wrapping 1', '']);
    const sids = taskRows(panel).map(({ sid }) => sid);
    await say(on, panel, { type: 'select', sid: sids[2], fromSid: sids[0] });
    assert.deepEqual(selected(panel), sids.slice(0, 3));
    await say(on, panel, { type: 'toggleGroup', key: 'reserved' });
    assert.deepEqual(groups(), ['assigned 1', '', 'reserved 2', 'wrapping 1', '']);
    assert.equal(last(panel).selection.count, 3);
    panel.dispose();
    const again = await open(on);
    assert.equal(last(again).groupings.find(({ isChosen }) => isChosen)?.by, 'status');
    await say(on, again, { type: 'group', by: 'worker' });
    await eventually(on, () => last(again).rows.length === 7, 'the workers are not read');
    await say(on, again, { type: 'group' });
    assert.equal(last(again).total, 4);
  });

  it('offers no actions where there are none', async () => {
    const on: Stage = await begin();
    const panel = await open(on);
    assert.deepEqual(last(panel).selection.actions, []);
  });
});
