import * as vscode from 'vscode';
import { createActions } from './actions/actions';
import { testFiles } from './actions/testFiles';
import { registerCommands } from './commandWrapper';
import { commands } from './contributions';
import { machineClock as clock } from './data/clock';
import { Poller } from './data/poller';
import type { WindowData } from './data/windowData';
import { createWindowData } from './data/windowData';
import { followPages } from './display/activePage';
import { followWalkthrough } from './display/contextKey';
import { createConfirmModal } from './display/modal';
import { changeCommands } from './features/change/changeCommands';
import { explorerCommands } from './features/explorer/explorerCommands';
import { bulkCommands, panelType as bulkPanelType } from './features/bulk/bulkCommands';
import { callbackCommands, panelType as callbacksPanelType } from './features/callbacks/callbackCommands';
import { ExplorerView } from './features/explorer/explorerView';
import { languageModelTools } from './features/languageModel/languageModelTools';
import { liveCommands } from './features/live/liveCommands';
import { LiveWindow } from './features/live/liveWindow';
import { goToCommands } from './features/goTo/goToCommands';
import { logCommands } from './features/log/logCommands';
import { RequestLog } from './features/log/requestLog';
import { offerReleaseNotes } from './features/releaseNotes/releaseNotes';
import type { ReservationPanels } from './features/reservation/panel';
import { reservationCommands } from './features/reservation/reservationCommands';
import { createReservationForms } from './features/reservation/reservationForms';
import { accountCommands, offerSignIn } from './features/signIn/accountCommands';
import { followAccounts } from './features/signIn/accountEvents';
import { tableCommands } from './features/table/tableCommands';
import { panelType as tablePanelType, TablePanels } from './features/table/tablePanels';
import { taskCommands } from './features/task/taskCommands';
import { panelType as taskPanelType, TaskPanels } from './features/task/taskPanels';
import { workflowFiles } from './features/workflowFiles/workflowFiles';
import { eventsToPollOn } from './pollEvents';

/** The whole program: each object is built from those before it, and events lead back. */
export function activate(context: vscode.ExtensionContext): void {
  const { workspaceState: workspaceMemory, secrets, extensionUri, globalStorageUri, extension } = context;
  const log = vscode.window.createOutputChannel('TaskRouter', { log: true });
  const requests = new RequestLog(log, clock);
  const parts = createWindowData(context, { log, onExchange: requests.add.bind(requests) });
  const { accounts, store, budget, polled, recent, skew, targets } = parts;

  const tasks = new TaskPanels({ ...parts, skew: skew.of, extensionUri });
  const showRow = (...row: Parameters<TaskPanels['show']>) => void tasks.show(...row);
  const confirmModal = createConfirmModal(clock);
  const actions = createActions({ ...parts, workspaceMemory, confirmModal });
  const commandParts = { ...parts, actions, confirmModal };
  const bulk = bulkCommands({ ...commandParts, extensionUri, globalStorageUri });
  const tables = new TablePanels({ ...parts, skew: skew.of, extensionUri, showRow, act: bulk.onRows });
  const explorer = new ExplorerView({ ...parts, memory: workspaceMemory, queries: tables });
  const live = new LiveWindow(parts);
  const [shown, place, signIn] = [() => explorer.shown(), () => targets.place, () => offerSignIn(accounts)];
  const pickOptions = { accounts, store, shown, known: live.open, clock, skew: skew.of, place, signIn };
  const picks = async () => new (await import('./lazy')).Picks(pickOptions);
  const forms = createReservationForms({
    ...{ ...parts, skew: skew.of, actions, workspaceMemory, extensionUri },
    chooseReservation: async (account) =>
      (await picks()).reservationOf([account], commands['taskrouter.reservation.open']),
  });
  const callbacks = callbackCommands({ ...parts, extensionUri, workspaceMemory, forms: forms.panels });
  const poller = createPoller(parts, explorer, live, forms.panels);
  const pages = {
    ...reservationCommands({ ...commandParts, panels: forms.panels }),
    ...taskCommands({ ...commandParts, panels: tasks }),
  };
  const modelTools = languageModelTools({ ...commandParts, requests, extension, forms: forms.panels });
  const goTo = goToCommands({ ...commandParts, workspaceMemory, explorer, pages, shown, place, extension });
  const handlers = {
    ...{ ...pages, ...goTo.handlers, ...bulk.handlers, ...callbacks.handlers },
    ...{ ...accountCommands(commandParts), ...liveCommands({ ...commandParts, live }) },
    ...{ ...tableCommands({ ...commandParts, tables }), ...logCommands({ ...commandParts, requests }) },
    ...explorerCommands({ ...commandParts, poller, explorer }),
    ...changeCommands({ ...commandParts, workspaceMemory, context }),
  };

  context.subscriptions.push(
    ...[log, accounts, followAccounts(accounts, parts.memory, secrets), explorer, live, goTo.uris],
    ...[poller, polled, recent, budget, actions, forms, tasks, tables, bulk, callbacks],
    ...[forms.panels, tasks, tables].map((one) => followPages(one, parts)),
    ...[workflowFiles(parts), testFiles(parts, workspaceMemory), modelTools, followWalkthrough()],
    ...restoring([taskPanelType, tasks], [tablePanelType, tables]),
    ...restoring([bulkPanelType, bulk], [callbacksPanelType, callbacks]),
    registerCommands(handlers, { ...parts, picks, planBulk: bulk.plan, alwaysAsks: actions.alwaysAsks }),
    accounts.onDidChange(() =>
      [store, requests].forEach((one) => one.retain(accounts.all.map(({ id }) => id))),
    ),
    actions.onUnsettled(([accountId, { subject }]) => {
      polled.follow(accountId, subject.sids);
      poller.schedule();
    }),
    forms.panels.onDidChangeVisible(() => poller.schedule()),
    ...eventsToPollOn(parts, explorer, live).map((event) => event(() => poller.catchUp())),
  );
  poller.schedule();
  begin(parts, actions, extension);
}

function begin(
  { accounts, memory }: WindowData,
  actions: ReturnType<typeof createActions>,
  extension: vscode.Extension<unknown>,
): void {
  void actions.showInterrupted();
  void offerReleaseNotes(memory, extension);
  // For development: F5 and `npm start` open on the simulated account.
  if (process.env['TASKROUTER_SIMULATE'] && accounts.all.length === 0) void accounts.simulate();
}

/** VS Code restores their panels after a reload of the window. */
const restoring = (...pages: readonly (readonly [string, vscode.WebviewPanelSerializer])[]) =>
  pages.map(([type, one]) => vscode.window.registerWebviewPanelSerializer(type, one));

function createPoller(parts: WindowData, explorer: ExplorerView, live: LiveWindow, forms: ReservationPanels) {
  const { polled } = parts;
  return new Poller({
    ...parts,
    // What the user is about to act on comes first.
    lists: () => [...forms.polled, ...explorer.visibleLists()],
    visible: () =>
      (explorer.visible || live.isObserved || forms.polled.length > 0) && vscode.window.state.focused,
    interval: (accountId) => polled.intervalOf(accountId),
    afterCycle: () => {
      polled.settle();
      live.update();
      explorer.redraw();
    },
    source: polled,
  });
}
