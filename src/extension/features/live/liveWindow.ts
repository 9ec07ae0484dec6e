import * as vscode from 'vscode';
import { Disposables } from '../../emitter';
import type { Accounts } from '../../accounts/accounts';
import type { RequestBudget } from '../../data/requestBudget';
import type { Clock } from '../../data/clock';
import { Countdown } from './countdown';
import { OpenReservations } from './openReservations';
import { LiveView, liveViewId } from './liveView';
import { messageFor } from './liveMessage';
import { Teller } from './notifications';
import { SoonestItem } from './statusBar';
import { viewDescription } from '../../display/rows';
import type { Memory } from '../../accounts/memory';
import { plain } from '../../display/safeText';
import type { Store } from '../../data/store';
import type { CommandId } from '../../contributions';
import type { RowTargets } from '../../data/target';
import { showInformation } from '../../display/notification';
import type { PolledWorkspaces } from '../../data/polledWorkspaces';

export interface LiveWindowOptions {
  readonly accounts: Accounts;
  readonly store: Store;
  readonly watch: PolledWorkspaces;
  readonly budget: RequestBudget;
  readonly memory: Memory;
  readonly clock: Clock;
  readonly targets: RowTargets;
  /** Milliseconds between looks; 0 when watching is off. */
  readonly interval: () => number;
}

const leastStale = 60_000;

const commandOf = {
  Open: 'taskrouter.reservation.open',
  Accept: 'taskrouter.reservation.accept',
  Reject: 'taskrouter.reservation.reject',
} as const satisfies Record<string, CommandId>;

/** All that a window shows of open reservations: the view with its countdown and badge, the status bar, messages. */
export class LiveWindow {
  readonly teller: Teller;
  readonly onDidChangeVisibility: vscode.Event<unknown>;
  private readonly open: OpenReservations;
  private readonly rows: LiveView;
  private readonly view: vscode.TreeView<unknown>;
  private readonly countdown: Countdown;
  private readonly disposables = new Disposables();

  constructor(private readonly options: LiveWindowOptions) {
    const { accounts, store, clock, memory, watch, interval, targets } = options;
    const open = new OpenReservations({
      store,
      clock,
      watch,
      // A look at a quiet workspace comes every other interval; three may fail.
      staleAfter: () => Math.max(leastStale, 6 * interval()),
    });
    this.open = open;
    this.rows = new LiveView({
      open,
      clock,
      targets,
      account: (id) => accounts.get(id),
      accountWord: (id) => {
        const account = accounts.all.length > 1 ? accounts.get(id) : undefined;
        return account?.kind === 'simulated' ? 'SIMULATOR' : plain(account?.name ?? '', 40);
      },
    });
    this.view = vscode.window.createTreeView(liveViewId, { treeDataProvider: this.rows });
    this.onDidChangeVisibility = this.view.onDidChangeVisibility;
    this.countdown = new Countdown(open, clock, () => this.view.visible);
    this.teller = new Teller({
      open,
      memory,
      show: showInformation,
      answer: (answer, sid) => {
        const node = this.rows.node(sid);
        if (node) void vscode.commands.executeCommand(commandOf[answer], node);
      },
    });
    const item = vscode.window.createStatusBarItem('taskrouter.soonest', vscode.StatusBarAlignment.Left, 10);
    this.disposables.add(
      open,
      this.rows,
      this.view,
      this.countdown,
      this.teller,
      new SoonestItem(item, open, this.rows, clock),
      vscode.window.registerFileDecorationProvider(this.countdown),
      open.onDidChange(() => this.draw()),
      accounts.onDidChange(() => {
        void this.teller.keepOnly(accounts.all.map(({ id }) => id));
        this.rows.redraw();
        this.update();
      }),
      watch.onDidChange(() => open.update()),
      this.view.onDidChangeVisibility(() => this.countdown.look()),
      vscode.window.onDidChangeWindowState(() => this.draw()),
    );
    this.update();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  /** Somebody sees it, or has asked to be told. */
  get isWatched(): boolean {
    return this.view.visible || this.teller.wanted.length > 0;
  }

  /** To be called after each round, and when accounts change. */
  update(): void {
    this.open.update();
    this.draw();
  }

  /** Message and badge; each is set only when it says something else. */
  private draw(): void {
    const { open } = this;
    const { accounts, watch, budget, interval } = this.options;
    const { all } = accounts;
    const pending = open.pending.length;
    const limits = all.flatMap(({ id }) => budget.limitedUntil(id) ?? []);
    const message = messageFor({
      signedIn: all.length > 0,
      interval: interval(),
      focused: vscode.window.state.focused,
      workspaces: open.workspaces,
      pending,
      inProgress: open.all.length - pending,
      used: budget.used,
      ceiling: budget.ceiling,
      waiting: watch.waiting,
      ...(limits.length ? { limitedUntil: Math.max(...limits) } : {}),
    });
    if (this.view.message !== message) this.view.message = message;
    const description = viewDescription(all);
    if (this.view.description !== description) this.view.description = description;
    if ((this.view.badge?.value ?? 0) !== pending) {
      this.view.badge = pending
        ? { value: pending, tooltip: `${pending} pending reservation${pending === 1 ? '' : 's'}` }
        : undefined;
    }
  }
}
