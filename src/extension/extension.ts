import * as vscode from 'vscode';
import { Accounts } from './accounts/accounts';
import { Picks } from './actions/picks';
import { createActions } from './actions/actions';
import { registerCommands } from './commands';
import type { SettingId } from './contributions';
import { readSetting } from './contributions';
import { machineClock as clock } from './data/clock';
import { ClockSkew } from './data/clockSkew';
import { Poller } from './data/poller';
import { PolledWorkspaces } from './data/polledWorkspaces';
import { RequestBudget } from './data/requestBudget';
import { RequestHistory } from './data/requestHistory';
import { Store } from './data/store';
import { RowTargets } from './data/target';
import { createConfirmModal } from './display/modal';
import { explorerCommands } from './features/explorer/explorerCommands';
import { ExplorerView } from './features/explorer/explorerView';
import { liveCommands } from './features/live/liveCommands';
import { LiveWindow } from './features/live/liveWindow';
import { logCommands } from './features/log/logCommands';
import { RequestLog } from './features/log/requestLog';
import { reservationCommands } from './features/reservation/reservationCommands';
import { createReservationForms } from './features/reservation/reservationForms';
import { accountCommands, offerSignIn } from './features/signIn/accountCommands';
import { followAccounts } from './features/signIn/accountEvents';
import { taskCommands } from './features/task/taskCommands';
import { panelType, TaskPanels } from './features/task/taskPanels';

/** The whole program: each object is built from those before it, and events lead back. */
export function activate(context: vscode.ExtensionContext): void {
  const { workspaceState: workspaceMemory, secrets, extensionUri } = context;
  const parts = createParts(context);
  const { log, requests, accounts, store, budget, polled, skew, targets } = parts;

  const explorer = new ExplorerView({ ...parts, memory: workspaceMemory });
  const live = new LiveWindow(parts);
  const confirmModal = createConfirmModal(clock);
  const actions = createActions({ ...parts, workspaceMemory, confirmModal });
  const forms = createReservationForms({ ...parts, skew: skew.of, actions, workspaceMemory, extensionUri });
  const tasks = new TaskPanels({ ...parts, skew: skew.of, extensionUri });
  const poller = new Poller({
    ...parts,
    // What the user is about to act on comes first.
    lists: () => [...forms.panels.polled, ...explorer.visibleLists()],
    visible: () =>
      (explorer.visible || live.isObserved || forms.panels.polled.length > 0) && vscode.window.state.focused,
    interval: (accountId) => polled.intervalOf(accountId),
    afterCycle: () => {
      polled.settle();
      live.update();
      explorer.redraw();
    },
    source: polled,
  });
  const shown = () => explorer.shown();
  const picks = new Picks({ accounts, store, shown, signIn: () => offerSignIn(accounts) });
  const handlers = {
    ...accountCommands(accounts, confirmModal),
    ...explorerCommands({ accounts, store, poller, documents: explorer.documents }),
    ...reservationCommands({ accounts, store, panels: forms.panels, runUpdate: actions.runUpdate }),
    ...taskCommands({ accounts, panels: tasks }),
    ...liveCommands(store, polled, live.notifications),
    ...logCommands(requests, log, confirmModal),
  };

  context.subscriptions.push(
    ...[
      log,
      accounts,
      followAccounts(accounts, secrets),
      explorer,
      live,
      poller,
      polled,
      budget,
      forms,
      tasks,
    ],
    vscode.window.registerWebviewPanelSerializer(panelType, tasks),
    registerCommands(handlers, { targets, picks, log }),
    accounts.onDidChange(() =>
      [store, requests].forEach((one) => one.retain(accounts.all.map(({ id }) => id))),
    ),
    actions.onUnsettled(([accountId, { subject }]) => {
      polled.follow(accountId, subject.sids);
      poller.schedule();
    }),
    forms.panels.onDidChangeVisible(() => poller.schedule()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('taskrouter')) poller.catchUp();
    }),
    ...[
      accounts.onDidChange,
      explorer.onDidChangeVisibility,
      live.onDidChangeVisibility,
      live.notifications.onDidChange,
      polled.onDidChange,
      vscode.window.onDidChangeWindowState,
    ].map((event) => event(() => poller.catchUp())),
  );
  poller.schedule();
  void actions.showInterrupted();
  // For development: F5 and `npm start` open on the simulated account.
  if (process.env['TASKROUTER_SIMULATE'] && accounts.all.length === 0) void accounts.simulate();
}

/** The accounts, and what this window knows and may read of them. */
function createParts({ globalState: memory, globalStorageUri, secrets }: vscode.ExtensionContext) {
  const setting = (id: SettingId) => readSetting(vscode.workspace.getConfiguration(), id);
  const interval = () => setting('taskrouter.refreshInterval') * 1000;
  const limit = () => setting('taskrouter.requestsPerMinute');
  const log = vscode.window.createOutputChannel('TaskRouter', { log: true });
  const requests = new RequestLog(log, clock);
  const history = new RequestHistory(globalStorageUri, log);
  const budget = new RequestBudget({ clock, limit, history });
  const skew = new ClockSkew(clock);
  const accounts = new Accounts({
    memory,
    secrets,
    logError: (message) => log.error(message),
    // Both are loaded when they are first used: they cost more than everything else that activation does.
    fetch: async (url, init) => (await import('./data/networkFetch')).networkFetch(url, init),
    startSimulator: async () => (await import('../simulator/simulator')).createSimulator(),
    onExchange(account, exchange, request) {
      requests.add(account, exchange, request);
      budget.observe(account.id, exchange);
      skew.observe(account.id, exchange);
    },
    limitOf: (accountId) => budget.limitOf(accountId),
  });
  const store = new Store((accountId) => accounts.connect(accountId));
  const polled = new PolledWorkspaces({ accounts, store, memory, clock, skew, interval, limit });
  const targets = new RowTargets();
  return { log, requests, accounts, store, memory, clock, budget, skew, polled, interval, targets };
}
