import * as vscode from 'vscode';
import type { Exchange } from '../taskrouter/client';
import type { TaskRouterRequest } from '../taskrouter/requests';
import type { Account } from './accounts/account';
import { Accounts } from './accounts/accounts';
import { createModalConfirmation } from './actions/confirm';
import { Picks } from './actions/picks';
import { createRunUpdate } from './actions/runUpdate';
import { createSend } from './actions/send';
import { registerCommands } from './commands';
import type { ContextKey, ContextKeys, SettingId } from './contributions';
import { readSetting } from './contributions';
import { machineClock as clock, wait } from './data/clock';
import { Emitter } from './data/emitter';
import { Poller } from './data/poller';
import { PolledWorkspaces } from './data/polledWorkspaces';
import { RequestBudget } from './data/requestBudget';
import { Store } from './data/store';
import { RowTargets } from './data/target';
import { explorerCommands } from './features/explorer/explorerCommands';
import { JsonDocuments } from './features/explorer/jsonDocuments';
import { ExplorerView } from './features/explorer/explorerView';
import { liveCommands } from './features/live/liveCommands';
import { LiveWindow } from './features/live/liveWindow';
import { logCommands } from './features/log/logCommands';
import { RequestLog } from './features/log/requestLog';
import { CallerIds } from './features/reservation/callerIds';
import { Drafts } from './features/reservation/drafts';
import { panelType, ReservationPanels } from './features/reservation/panel';
import { reservationCommands } from './features/reservation/reservationCommands';
import { WorkerPicks } from './features/reservation/workerPick';
import { accountCommands, offerSignIn } from './features/signIn/accountCommands';
import { reportSignedOutElsewhere } from './features/signIn/accountNotices';

/** The whole program: each object is built from those before it, and events lead back. */
export function activate(context: vscode.ExtensionContext): void {
  const { globalState: memory, workspaceState, secrets, subscriptions, extensionUri } = context;
  const log = vscode.window.createOutputChannel('TaskRouter', { log: true });
  const setting = (id: SettingId) => readSetting(vscode.workspace.getConfiguration(), id);
  const interval = () => setting('taskrouter.refreshInterval') * 1000;
  const ceiling = () => setting('taskrouter.requestsPerMinute');

  const exchanged = new Emitter<[account: Account, exchange: Exchange, request: TaskRouterRequest]>();
  const accounts = new Accounts({
    memory,
    secrets,
    logError: (message) => log.error(message),
    // Both are loaded when they are first used: they cost more than everything else that activation does.
    fetch: async (url, init) => (await import('./data/networkFetch')).networkFetch(url, init),
    startSimulator: async () => (await import('../simulator/simulator')).createSimulator(),
    onExchange: (...exchange) => exchanged.fire(exchange),
  });
  const store = new Store((accountId) => accounts.connect(accountId));
  const requests = new RequestLog(log);
  const budget = new RequestBudget({ clock, ceiling });
  const watch = new PolledWorkspaces({ accounts, store, memory, clock, interval, ceiling });
  const targets = new RowTargets();

  const explorer = new ExplorerView({
    accounts,
    store,
    memory: workspaceState,
    targets,
    isWatched: (...where) => watch.isWatched(...where),
  });
  const live = new LiveWindow({ accounts, store, watch, budget, memory, clock, targets, interval });
  const unsettled = new Emitter<void>();
  const send = createSend({
    store,
    confirmation: createModalConfirmation(clock),
    wait,
    onUnsettled: (accountId, { subject }) => {
      watch.follow(accountId, subject.sids);
      unsettled.fire();
    },
  });
  const runUpdate = createRunUpdate({ accounts, store, send, log });
  const callerIds = new CallerIds(memory);
  const panels = new ReservationPanels({
    accounts,
    clock,
    skew: (accountId) => watch.skew(accountId),
    store,
    send,
    callerIds,
    presets: {
      pick: async (...given) => new (await import('./lazy')).PresetPicks(memory).pick(...given),
    },
    workers: new WorkerPicks(accounts),
    drafts: new Drafts(workspaceState),
    extensionUri,
  });
  const poller = new Poller({
    store,
    // What somebody is about to act on comes first.
    lists: () => [...panels.watched, ...explorer.visibleLists()],
    watched: () =>
      (explorer.visible || live.isWatched || panels.watched.length > 0) &&
      vscode.window.state.focused &&
      accounts.all.length > 0,
    interval: () => watch.pace(interval()),
    afterwards: () => {
      watch.settle();
      live.update();
      explorer.redraw();
    },
    watching: watch,
    budget,
  });
  const documents = new JsonDocuments(store);
  const picks = new Picks({
    accounts,
    store,
    shown: () => explorer.shown(),
    signIn: () => offerSignIn(accounts),
  });
  const handlers = {
    ...accountCommands(accounts),
    ...explorerCommands({ accounts, store, poller, documents }),
    ...reservationCommands({ accounts, store, panels, runUpdate }),
    ...liveCommands(store, watch, live.teller),
    ...logCommands(requests, log),
  };

  const forgetSignedOut = () => {
    const ids = accounts.all.map(({ id }) => id);
    store.retain(ids);
    void callerIds.keepOnly(ids);
    void live.teller.keepOnly(ids);
  };
  const showSignedIn = () => setContext('taskrouter.signedIn', accounts.all.length > 0);
  subscriptions.push(
    log,
    accounts,
    explorer,
    live,
    poller,
    watch,
    panels,
    documents,
    registerCommands(handlers, { targets, picks, log }),
    vscode.window.registerWebviewPanelSerializer(panelType, panels),
    exchanged.event(([account, exchange, request]) => {
      requests.add(account, exchange, request);
      budget.heard(account.id, exchange);
      watch.heard(account.id, exchange);
    }),
    secrets.onDidChange(({ key }) => void accounts.secretChanged(key)),
    accounts.onDidSignOutElsewhere(reportSignedOutElsewhere),
    accounts.onDidChange(forgetSignedOut),
    accounts.onDidChange(showSignedIn),
    accounts.onDidChange(() => live.update()),
    accounts.onDidChange(() => (poller.isWanted ? void poller.now() : poller.later())),
    unsettled.event(() => poller.later()),
    explorer.onDidChangeVisibility(() => poller.catchUp()),
    live.onDidChangeVisibility(() => poller.catchUp()),
    watch.onDidChange(() => explorer.redraw()),
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
  showSignedIn();
  poller.later();
  // For development: F5 and `npm start` open on the simulated account.
  if (process.env['TASKROUTER_SIMULATE'] && accounts.all.length === 0) void accounts.simulate();
}

const setContext = <Key extends ContextKey>(key: Key, value: ContextKeys[Key]) =>
  void vscode.commands.executeCommand('setContext', key, value);
