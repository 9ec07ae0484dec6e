import * as vscode from 'vscode';
import { Accounts } from './accounts/accounts';
import { RequestBudget } from './data/requestBudget';
import { CallerIds } from './features/reservation/callerIds';
import { registerCommands, viewId } from './commands';
import { machineClock as clock, wait } from './data/clock';
import { modalConfirmation as confirmation } from './actions/confirm';
import { createRunUpdate } from './actions/runUpdate';
import { createSend } from './actions/send';
import { Drafts } from './features/reservation/drafts';
import { JsonDocuments } from './features/explorer/jsonDocuments';
import { registerLiveCommands } from './features/live/liveCommands';
import { LiveWindow } from './features/live/liveWindow';
import { panelType, ReservationPanels } from './features/reservation/panel';
import { Picks } from './actions/picks';
import type { PresetPicks } from './features/reservation/presetPicks';
import { Poller } from './data/poller';
import { RequestLog } from './features/log/requestLog';
import { viewDescription } from './display/rows';
import { tellLeftElsewhere } from './features/signIn/signIn';
import { Store } from './data/store';
import type { TreeNode } from './features/explorer/tree';
import { WorkspacesTree } from './features/explorer/tree';
import { PolledWorkspaces } from './data/polledWorkspaces';
import { WorkerPicks } from './features/reservation/workerPick';

/** The whole program: each object is built from those before it, and told to nobody else. */
export function activate(context: vscode.ExtensionContext): void {
  const { globalState, workspaceState, secrets, subscriptions, extensionUri } = context;
  const log = vscode.window.createOutputChannel('TaskRouter', { log: true });

  const requests = new RequestLog(log);
  const accounts = new Accounts({
    memory: globalState,
    secrets,
    logError: (message) => log.error(message),
    // Both are loaded when they are first used: they cost more than everything else that activation does.
    fetch: async (url, init) => (await import('./data/networkFetch')).networkFetch(url, init),
    startSimulator: async () => (await import('../simulator/simulator')).createSimulator(),
    onExchange: (account, exchange, request) => {
      requests.add(account, exchange, request);
      budget.heard(account.id, exchange);
      watch.heard(account.id, exchange);
    },
  });
  const store = new Store((accountId) => accounts.connect(accountId));
  const tree = new WorkspacesTree(accounts, store, workspaceState, (...where) => watch.isWatched(...where));
  const view = vscode.window.createTreeView(viewId, { treeDataProvider: tree, showCollapseAll: true });
  const setting = (name: string, byDefault: number) =>
    vscode.workspace.getConfiguration('taskrouter').get(name, byDefault);
  const interval = () => setting('refreshInterval', 10) * 1000;
  const ceiling = () => setting('requestsPerMinute', 60);
  const budget = new RequestBudget({ clock, ceiling });
  const watch = new PolledWorkspaces({ accounts, store, memory: globalState, clock, interval, ceiling });
  const live = new LiveWindow({ accounts, store, watch, budget, memory: globalState, clock, interval });
  const poller = new Poller({
    store,
    // What somebody is about to act on comes first.
    lists: () => [...panels.watched, ...(view.visible ? tree.visibleLists() : [])],
    watched: () =>
      (view.visible || live.isWatched || panels.watched.length > 0) &&
      vscode.window.state.focused &&
      accounts.all.length > 0,
    interval: () => watch.pace(interval()),
    afterwards: () => {
      watch.settle();
      live.update();
      tree.redraw();
    },
    watching: watch,
    budget,
  });
  const send = createSend({
    store,
    confirmation,
    wait,
    onUnsettled: (accountId, { subject }) => {
      watch.follow(accountId, subject.sids);
      poller.later();
    },
  });
  const runUpdate = createRunUpdate({ accounts, store, send, log, viewId });
  const callerIds = new CallerIds(globalState);
  const presets: Pick<PresetPicks, 'pick'> = {
    pick: async (...given) => new (await import('./lazy')).PresetPicks(globalState).pick(...given),
  };
  const workers = new WorkerPicks(accounts);
  const drafts = new Drafts(workspaceState);
  const panels = new ReservationPanels({
    accounts,
    clock,
    skew: (accountId) => watch.skew(accountId),
    store,
    send,
    callerIds,
    presets,
    workers,
    drafts,
    extensionUri,
  });
  const picks = new Picks(accounts, store, tree);
  const documents = new JsonDocuments(store);

  const showAccounts = () => {
    view.description = viewDescription(accounts.all);
    live.update();
    poller.later();
  };
  const forgetSignedOut = () => {
    const ids = accounts.all.map(({ id }) => id);
    store.retain(ids);
    void callerIds.keepOnly(ids);
    void live.teller.keepOnly(ids);
  };
  const owns = (value: unknown): value is TreeNode => tree.owns(value) || live.owns(value);

  subscriptions.push(
    log,
    accounts,
    tree,
    view,
    live,
    poller,
    watch,
    panels,
    documents,
    registerLiveCommands({
      store,
      watch,
      teller: live.teller,
      owns,
      pick: (...what) => picks.resource(...what),
    }),
    registerCommands({
      accounts,
      store,
      owns,
      poller,
      picks,
      panels,
      documents,
      runUpdate,
      requests,
      log,
    }),
    vscode.window.registerWebviewPanelSerializer(panelType, panels),
    secrets.onDidChange(({ key }) => void accounts.secretChanged(key)),
    accounts.onDidSignOutElsewhere(tellLeftElsewhere),
    accounts.onDidChange(forgetSignedOut),
    accounts.onDidChange(showAccounts),
    accounts.onDidChange(() => poller.isWanted && void poller.now()),
    view.onDidExpandElement(({ element }) => tree.unfold(element)),
    view.onDidCollapseElement(({ element }) => tree.fold(element)),
    view.onDidChangeVisibility(() => poller.catchUp()),
    live.onDidChangeVisibility(() => poller.catchUp()),
    watch.onDidChange(() => tree.redraw()),
    watch.onDidChange(() => poller.catchUp()),
    live.teller.onDidChange(() => poller.catchUp()),
    panels.onDidChangeVisible(() => poller.later()),
    vscode.window.onDidChangeWindowState(() => {
      accounts.sync();
      poller.catchUp();
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('taskrouter')) poller.catchUp();
    }),
  );
  showAccounts();
  // For development: F5 and `npm start` open on the simulated account.
  if (process.env['TASKROUTER_SIMULATE'] && accounts.all.length === 0) void accounts.simulate();
}
