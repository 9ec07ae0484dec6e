import { strict as assert } from 'node:assert';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { SendOnce } from '../../../../src/extension/actions/sendOnce';
import { Bulk } from '../../../../src/extension/features/bulk/bulk';
import { byWorkspace } from '../../../../src/extension/features/bulk/bulkPlan';
import { bulkCommands, ownerMark } from '../../../../src/extension/features/bulk/bulkCommands';
import { resourceTarget } from '../../../../src/extension/data/target';
import * as resources from '../../../../src/taskrouter/resources';
import type { BulkState } from '../../../../src/webview/bulk/protocol';
import { quiet, waiting } from '../../../simulator/driver';
import { openActions } from '../../actions/openActions';
import { FakePanel } from '../../fakePanel';
import type { TestWindow } from '../../window';
import { clientOf, openWindow, refusal, settle, workspaceOf } from '../../window';

const names = ['Rosa Hazel', 'Omar Cedar', 'Tess Rowan', 'Milo Birch', 'Dana Alder', 'Ivo Larch'];

describe('the rows of a bulk action', () => {
  it('come workspace by workspace, in their order', () => {
    const rows = [
      ['A', '1'],
      ['B', '2'],
      ['A', '3'],
    ];
    assert.deepEqual(byWorkspace(rows), [rows[0], rows[2], rows[1]]);
  });
});

describe('how a bulk run ended', () => {
  const { showInformationMessage, showWarningMessage, showInputBox, createWebviewPanel } = vscode.window;
  const real = { showInformationMessage, showWarningMessage, showInputBox, createWebviewPanel };
  let storage: string;
  let panels: FakePanel<BulkState>[];
  let shown: { readonly kind: 'information' | 'warning'; readonly text: string }[];
  /** The button that the user clicks on a notification. */
  let click: string | undefined;
  let onNotification: () => void;
  let bulks: Bulk[];
  beforeEach(() => {
    storage = mkdtempSync(path.join(tmpdir(), 'bulk-'));
    [panels, shown, bulks, click] = [[], [], [], undefined];
    onNotification = () => undefined;
    const notify = (kind: 'information' | 'warning') => (text: string, button: string) => {
      shown.push({ kind, text });
      onNotification();
      return Promise.resolve(click === button ? button : undefined);
    };
    Object.assign(vscode.window, {
      showInformationMessage: notify('information'),
      showWarningMessage: notify('warning'),
      showInputBox: ({ title }: vscode.InputBoxOptions) =>
        Promise.resolve(title!.includes('production') ? String(names.length) : 'Storm'),
      createWebviewPanel: () => {
        const panel = new FakePanel<BulkState>();
        panels.push(panel);
        return panel as unknown as vscode.WebviewPanel;
      },
    });
  });
  afterEach(() => {
    for (const bulk of bulks) bulk.dispose();
    Object.assign(vscode.window, real);
    rmSync(storage, { recursive: true });
  });

  /** The files that say which window is at a run. */
  const owners = () => readdirSync(path.join(storage, 'bulk')).filter((name) => name.includes(ownerMark));

  const openBulk = (window: TestWindow) => {
    const { actions: real, dialogs } = openActions(window);
    const once = new SendOnce({ store: window.store, wait: () => Promise.resolve() });
    const actions = { ...real, once: () => Promise.resolve(once) };
    const log = { info: () => undefined } as unknown as vscode.LogOutputChannel;
    const place = { extensionUri: vscode.Uri.file('/'), globalStorageUri: vscode.Uri.file(storage) };
    const confirmModal = () => Promise.resolve(dialogs.confirms);
    const options = { ...window, ...place, actions, log, confirmModal };
    const bulk = new Bulk({ ...options, once });
    bulks.push(bulk);
    return { bulk, options };
  };

  it('needs rows of one account, and for activities of one workspace', async () => {
    const { bulk } = openBulk(openWindow());
    const row = (accountId: string, workspace: string, collection: resources.Collection) =>
      resourceTarget(accountId, collection, [workspace, `${workspace} row`]);
    const { tasks, workers } = resources;
    assert.ok(await bulk.planRows('priority', [row('one', 'WS1', tasks), row('two', 'WS2', tasks)]));
    assert.ok(await bulk.planRows('activity', [row('one', 'WS1', workers), row('one', 'WS2', workers)]));
    assert.deepEqual(
      shown.map(({ text }) => text),
      [
        'Select rows of one account only.',
        'Select workers of one workspace only. Each workspace has its own activities.',
      ],
    );
    assert.deepEqual(panels, []);
  });

  /** A run of six tasks, whose page the user leaves as soon as the first request was sent; after that the wire answers. */
  async function runAndLeave(
    leave: (panel: FakePanel<BulkState>) => void,
    refuses: (post: number) => Promise<never> | { readonly status: number } | undefined,
  ) {
    const window = openWindow({
      scenario: quiet({ workers: [], tasks: names.map((name) => waiting({ attributes: { name } })) }),
    });
    const { id: accountId } = await window.signIn();
    const { bulk, options } = openBulk(window);
    const workspaceSid = await workspaceOf(window.simulator);
    const { rows } = await clientOf(window.simulator).list(resources.tasks, [workspaceSid]);
    let posts = 0;
    window.wire = ({ method }, pass) => {
      if (method !== 'POST') return pass();
      leave(panels[0]!);
      const refused = refuses(posts++);
      if (refused instanceof Promise) return refused;
      return refused ? Promise.resolve(refusal(refused.status, 20000 + refused.status, 'No')) : pass();
    };
    const ended = new Promise<void>((resolve) => (onNotification = resolve));
    await bulk.plan('cancel', { accountId, rows: rows.map(({ sid }) => [workspaceSid, sid]) });
    const panel = panels[0]!;
    while (panel.posted.at(-1)?.state.start === undefined) {
      await settle();
      window.clock.advance(200);
      panel.said.fire({ type: 'ready' });
    }
    const { state, instance } = panel.posted.at(-1)!;
    panel.said.fire({ type: 'start', plan: state.plan, instance });
    return { window, ended, options };
  }

  it('is a notification with its report where the page was closed', async () => {
    click = 'Show Report';
    const { ended } = await runAndLeave(
      (panel) => panel.dispose(),
      () => undefined,
    );
    await ended;
    await settle();
    assert.deepEqual(shown, [{ kind: 'information', text: 'Cancel 6 Tasks: 6 done' }]);
    assert.equal(panels.length, 2);
    panels[1]!.said.fire({ type: 'ready' });
    assert.equal(panels[1]!.posted.at(-1)!.state.summary, '6 done');
  });

  it('is a warning where another page is in front, and the run stopped after five failures', async () => {
    const { ended } = await runAndLeave(
      (panel) => panel.show(false),
      () => ({ status: 403 }),
    );
    await ended;
    assert.deepEqual(shown, [{ kind: 'warning', text: 'Cancel 6 Tasks: 0 done, 6 not done' }]);
    assert.equal(panels.length, 1);
  });

  it('is not announced a second time where its page is in view', async () => {
    const { window } = await runAndLeave(
      () => undefined,
      () => undefined,
    );
    const isShown = () => panels[0]!.posted.at(-1)!.state.summary === '6 done';
    while (!isShown() || owners().length > 0) {
      await settle();
      window.clock.advance(200);
      panels[0]!.said.fire({ type: 'ready' });
    }
    await settle();
    assert.deepEqual(shown, []);
  });

  it('is a warning after a reload of the window, and is said once', async () => {
    const never = new Promise<never>(() => undefined);
    const { window, options } = await runAndLeave(
      (panel) => panel.dispose(),
      () => never,
    );
    while (window.sent.filter(({ method }) => method === 'POST').length < names.length) await settle();
    assert.deepEqual(shown, []);
    // The owner of the run was an earlier session of this process.
    writeFileSync(
      path.join(storage, 'bulk', owners()[0]!),
      JSON.stringify({ pid: process.pid, session: 'earlier' }),
    );
    window.wire = (_request, pass) => pass();
    const ended = new Promise<void>((resolve) => (onNotification = resolve));
    const next = bulkCommands(options);
    let isOver = false;
    void ended.then(() => (isOver = true));
    while (!isOver) {
      await settle();
      window.clock.advance(1000);
    }
    assert.deepEqual(shown, [{ kind: 'warning', text: 'Cancel 6 Tasks: 0 done, 6 unknown' }]);
    assert.deepEqual(owners(), []);
    next.dispose();
  });
});
