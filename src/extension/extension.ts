import * as vscode from 'vscode';
import type { Fetch } from '../taskrouter/fetch';
import { Accounts } from './accounts';
import { createAct } from './act';
import { CallerIds } from './callerIds';
import { registerCommands, viewId } from './commands';
import { confirm } from './confirm';
import { JsonDocuments } from './jsonDocuments';
import { panelType, ReservationPanels } from './panel';
import { Picks } from './pick';
import { PresetPicks } from './presetPicks';
import { Refresher } from './refresh';
import { RequestLog } from './requestLog';
import { Store } from './store';
import { WorkspacesTree } from './tree';

/** The whole program: each object is built from those before it, and told to nobody else. */
export function activate(context: vscode.ExtensionContext): void {
  const { globalState, secrets, subscriptions, extensionUri } = context;
  const log = vscode.window.createOutputChannel('TaskRouter', { log: true });

  const requests = new RequestLog(log);
  const accounts = new Accounts({
    memory: globalState,
    secrets,
    fetch: networkFetch,
    startSimulator: async () => (await import('../simulator/simulator')).createSimulator(),
    onExchange: (account, exchange, request) => requests.add(account, exchange, request),
  });
  const store = new Store((accountId) => accounts.connect(accountId));
  const tree = new WorkspacesTree(accounts, store);
  const view = vscode.window.createTreeView(viewId, { treeDataProvider: tree, showCollapseAll: true });
  const refresher = new Refresher({
    store,
    lists: () => [...(view.visible ? tree.visibleLists() : []), ...panels.watched],
    watched: () =>
      (view.visible || panels.watched.length > 0) && vscode.window.state.focused && accounts.all.length > 0,
    interval: () => vscode.workspace.getConfiguration('taskrouter').get('refreshInterval', 10) * 1000,
    afterwards: () => tree.redraw(),
  });
  const act = createAct({ store, confirm, wait: (ms) => new Promise((done) => setTimeout(done, ms)) });
  const callerIds = new CallerIds(globalState);
  const presets = new PresetPicks(globalState);
  const panels = new ReservationPanels({ accounts, store, act, callerIds, presets, extensionUri });
  const picks = new Picks(accounts, store, tree);
  const documents = new JsonDocuments(store);

  const showAccounts = () => {
    const { all } = accounts;
    view.description = all.length && all.every(({ kind }) => kind === 'simulated') ? 'SIMULATOR' : '';
    refresher.later();
  };
  const known = new Set(accounts.all.map(({ id }) => id));
  const forgetSignedOut = () => {
    for (const id of known) if (!accounts.get(id)) store.forget(id);
    known.clear();
    for (const { id } of accounts.all) known.add(id);
    void callerIds.keepOnly([...known]);
  };
  const seeAgain = () =>
    view.visible && vscode.window.state.focused ? void refresher.now() : refresher.later();

  subscriptions.push(
    log,
    accounts,
    tree,
    view,
    refresher,
    panels,
    documents,
    registerCommands({ accounts, store, tree, refresher, picks, panels, documents, act, requests, log }),
    vscode.window.registerWebviewPanelSerializer(panelType, panels),
    secrets.onDidChange(({ key }) => accounts.secretChanged(key)),
    accounts.changes.listen(forgetSignedOut),
    accounts.changes.listen(showAccounts),
    view.onDidExpandElement(({ element }) => tree.unfold(element)),
    view.onDidCollapseElement(({ element }) => tree.fold(element)),
    view.onDidChangeVisibility(seeAgain),
    panels.seen.listen(() => refresher.later()),
    vscode.window.onDidChangeWindowState(seeAgain),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('taskrouter.refreshInterval')) refresher.later();
    }),
  );
  showAccounts();
  // For development: F5 and `npm start` open on the simulated account.
  if (process.env['TASKROUTER_SIMULATE'] && accounts.all.length === 0) void accounts.simulate();
}

/** Loaded at the first request: it costs more than everything else that activation does. */
const networkFetch: Fetch = async (url, init) => {
  const { default: fetch } = await import('node-fetch');
  return fetch(url, init);
};
