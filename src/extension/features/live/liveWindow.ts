import * as vscode from 'vscode';
import { Disposables } from '../../emitter';
import { sidScope } from '../../accounts/account';
import type { Account } from '../../accounts/account';
import type { Accounts } from '../../accounts/accounts';
import type { RecentActions } from '../../data/recentActions';
import type { RequestBudget } from '../../data/requestBudget';
import type { Clock } from '../../data/clock';
import { everySecond } from '../../data/clock';
import type { ClockSkew } from '../../data/clockSkew';
import { accountTags } from './accountTags';
import { Countdown } from './countdown';
import { OpenReservations } from './openReservations';
import { isOpenStatus } from '../../../taskrouter/reservation';
import type { LiveNode } from './liveView';
import type { LiveFilter } from './liveFilter';
import { passes, storedFilter, storeFilter } from './liveFilter';
import { LiveView, liveViewId } from './liveView';
import type { Pause } from './liveMessage';
import { failuresText, loadedText, messageFor, progressText } from './liveMessage';
import type { FailureNames } from './nextReservationItem';
import { NextReservationItem } from './nextReservationItem';
import { OfferNotifications } from './offerNotifications';
import type { FailurePlace } from './workspaceState';
import type { Memory } from '../../accounts/memory';
import { plain } from '../../display/safeText';
import { sentences } from '../../display/sentences';
import type { Store } from '../../data/store';
import type { CommandId } from '../../contributions';
import type { RowTargets } from '../../data/target';
import { showInformation } from '../../display/notification';
import type { PolledWorkspaces } from '../../data/polledWorkspaces';

export interface LiveWindowOptions {
  readonly accounts: Accounts;
  readonly store: Store;
  readonly polled: PolledWorkspaces;
  readonly skew: ClockSkew;
  readonly recent: RecentActions;
  readonly budget: RequestBudget;
  readonly memory: Memory;
  readonly clock: Clock;
  readonly targets: RowTargets;
  /** Milliseconds between polls; 0 while polling is off. */
  readonly interval: () => number;
}

const minStale = 60_000;

const commandOf = {
  Open: 'taskrouter.reservation.open',
  Accept: 'taskrouter.reservation.accept',
  Reject: 'taskrouter.reservation.reject',
} as const satisfies Record<string, CommandId>;

/** Everything that a window shows about open reservations: view, countdown, badge, status bar, notifications. */
export class LiveWindow {
  readonly notifications: OfferNotifications;
  readonly onDidChangeVisibility: vscode.Event<unknown>;
  readonly open: OpenReservations;
  private readonly rows: LiveView;
  private readonly view: vscode.TreeView<LiveNode>;
  private readonly countdown: Countdown;
  private shownPending = 0;
  private chosenFilter: LiveFilter | undefined;
  private readonly names;
  private readonly disposables = new Disposables();

  constructor(private readonly options: LiveWindowOptions) {
    const { accounts, clock, memory, polled, targets } = options;
    const open = createOpenReservations(options);
    this.names = namesOf(accounts);
    const { names } = this;
    this.open = open;
    this.chosenFilter = storedFilter(memory);
    this.rows = new LiveView({
      open,
      clock,
      targets,
      account: (id) => accounts.get(id),
      accountName: names.account,
      accountTag: names.tag,
      placeOf: names.full,
      isShown: (entry) => passes(this.shownFilter, entry),
    });
    this.view = vscode.window.createTreeView(liveViewId, { treeDataProvider: this.rows });
    this.onDidChangeVisibility = this.view.onDidChangeVisibility;
    this.countdown = new Countdown({
      open,
      clock,
      isVisible: () => this.view.visible,
      onLabels: (entries) => this.rows.redrawRows(entries),
    });
    polled.prioritize((sid) => this.view.visible && this.countdown.hasDrawn(sid));
    this.notifications = new OfferNotifications({
      open,
      clock,
      memory,
      show: showInformation,
      onAction: (action, id) => {
        const node = this.rows.node(id);
        if (node) void vscode.commands.executeCommand(commandOf[action], node);
      },
    });
    const item = vscode.window.createStatusBarItem('taskrouter.next', vscode.StatusBarAlignment.Left, 10);
    this.disposables.add(
      open,
      this.rows,
      this.view,
      this.countdown,
      this.notifications,
      new NextReservationItem({ item, open, view: this.rows, clock, names }),
      vscode.window.registerFileDecorationProvider(this.countdown),
    );
    this.listen();
    this.update();
  }

  private listen(): void {
    const { open } = this;
    const { accounts, clock, polled, targets } = this.options;
    const expiring = everySecond(
      clock,
      () => this.shownPending > 0 || open.canBecomeStale,
      () => {
        open.checkStale();
        if (this.shownPending !== open.unexpired.length) this.draw();
      },
    );
    this.disposables.add(
      expiring,
      open.onDidChange(() => {
        this.draw();
        expiring.check();
      }),
      accounts.onDidChange(() => {
        void this.notifications.retain(accounts.all.map(({ id }) => id));
        this.rows.redraw();
        this.update();
      }),
      polled.onDidChange(() => open.update()),
      this.view.onDidChangeSelection(() => targets.setSelectedIn(this.view)),
      this.view.onDidChangeVisibility(() => this.countdown.resume()),
      vscode.window.onDidChangeWindowState(() => this.update()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('taskrouter')) this.update();
      }),
    );
  }

  dispose(): void {
    this.disposables.dispose();
  }

  /** Whether the user sees open reservations, or wants to be notified about them. */
  get isObserved(): boolean {
    return this.view.visible || this.notifications.subscriptions.length > 0;
  }

  /** To be called after each poll, and when accounts change. */
  update(): void {
    this.open.update();
    this.draw();
  }

  /** Narrows the view, also in later sessions. Badge and status bar count everything all the same. */
  async filter(filter: LiveFilter | undefined): Promise<void> {
    this.chosenFilter = filter;
    this.rows.redraw();
    this.draw();
    await storeFilter(this.options.memory, filter);
  }

  /** Undefined while what was chosen is not there: a view without rows would look as if nothing was open. */
  private get shownFilter(): LiveFilter | undefined {
    const { accountId, workspaceSid } = this.chosenFilter ?? {};
    const isThere = this.open.workspaces.some(
      (one) =>
        one.accountId === accountId && (workspaceSid === undefined || one.workspaceSid === workspaceSid),
    );
    return isThere ? this.chosenFilter : undefined;
  }

  /** The account or the workspace by the name that the user knows it by. */
  nameOf({ accountId, workspaceSid }: LiveFilter): string {
    const workspace = this.open.workspaces.find(
      (one) => one.accountId === accountId && one.workspaceSid === workspaceSid,
    )?.name;
    return this.names.full({ accountId, ...(workspace === undefined ? {} : { workspace }) });
  }

  /** What the view is narrowed to, and how much of all that is. */
  private get description(): string | undefined {
    const { shownFilter: filter, open } = this;
    if (!filter) return undefined;
    const count = open.all.filter((entry) => passes(filter, entry)).length;
    const name = this.nameOf(filter);
    return vscode.l10n.t('{name}: {count} of {total}', { name, count, total: open.all.length });
  }

  /** Sets description, message and badge, each only when it changes. */
  private draw(): void {
    const { open } = this;
    const { accounts, budget, clock, interval } = this.options;
    const { all } = accounts;
    const pending = open.unexpired.length;
    this.shownPending = pending;
    const message = messageFor({
      isSignedIn: all.length > 0,
      interval: interval(),
      isFocused: vscode.window.state.focused,
      workspaces: open.workspaces,
      isListing: open.isListing,
      hasFailed: open.failures.length > 0,
      progress: open.progress,
      pending,
      expired: open.pending.length - pending,
      inProgress: open.all.filter(({ status }) => isOpenStatus(status)).length - open.pending.length,
      unconfirmed: open.all.filter((one) => open.isUnconfirmed(one)).length,
      used: budget.used,
      limit: all.some(({ kind }) => kind !== 'simulated') ? budget.limit : undefined,
      now: clock.now(),
      ...pauseOf(all, (id) => budget.pausedUntil(id)),
    });
    const { description } = this;
    if (this.view.description !== description) this.view.description = description;
    if (this.view.message !== message) this.view.message = message;
    const badge = badgeFor(pending, open, this.names);
    if (this.view.badge?.value !== badge?.value || this.view.badge?.tooltip !== badge?.tooltip)
      this.view.badge = badge;
  }
}

function createOpenReservations(options: LiveWindowOptions): OpenReservations {
  const { accounts, interval, polled } = options;
  return new OpenReservations({
    ...options,
    sidScope: (id) => {
      const account = accounts.get(id);
      return account ? sidScope(account) : '';
    },
    // A quiet workspace is polled every other interval; three polls may fail. The request limit allows fewer.
    staleAfter: () => Math.max(minStale, 6 * interval(), 3 * polled.pollInterval),
    isPolling: () => interval() !== 0 && vscode.window.state.focused,
  });
}

/** How the accounts are named where several are. */
function namesOf(accounts: Accounts) {
  const nameOf = (id: string) => {
    const account = accounts.get(id);
    if (account?.kind === 'simulated') return vscode.l10n.t('SIMULATOR');
    const name = plain(account?.name ?? '', 40);
    const isUnique = accounts.all.filter((one) => one.name === account?.name).length < 2;
    if (!account || isUnique) return name;
    const { kind, origin, username } = account;
    return `${name} (${kind === 'local' ? new URL(origin).host : plain(username, 34)})`;
  };
  const account = (id: string) => (accounts.all.length > 1 ? nameOf(id) : '');
  const tag = (id: string) => {
    // Of the simulated account the whole word, so that nobody takes it for another one.
    const others = accounts.all.filter(({ kind }) => kind !== 'simulated').map((one) => one.id);
    return accountTags(others.map(nameOf))[others.indexOf(id)] ?? nameOf(id);
  };
  const join = (...texts: readonly (string | undefined)[]) => texts.filter(Boolean).join(', ');
  return {
    account,
    tag,
    full: ({ accountId, workspace }: FailurePlace) =>
      join(account(accountId), workspace) || nameOf(accountId),
  };
}

/** The pause of all accounts, or of those that pause while others do not. */
function pauseOf(
  accounts: readonly Account[],
  pausedUntil: (id: string) => number | undefined,
): { readonly pause?: Pause } {
  const paused = accounts.map(({ id, name }) => ({ name, until: pausedUntil(id) ?? 0 }));
  const names = paused.filter(({ until }) => until > 0).map(({ name }) => plain(name, 40));
  if (names.length === 0) return {};
  const until = Math.max(...paused.map((one) => one.until));
  return { pause: { until, ...(names.length < accounts.length ? { of: names } : {}) } };
}

/** How many are pending, and how many are loaded while that is not all. */
function badgeFor(
  pending: number,
  open: OpenReservations,
  names: FailureNames,
): vscode.ViewBadge | undefined {
  const { progress, isComplete, failures } = open;
  if (pending === 0 && (isComplete || progress.loaded === 0)) return undefined;
  const count =
    pending === 1
      ? vscode.l10n.t('1 pending reservation')
      : vscode.l10n.t('{count} pending reservations', { count: pending });
  const missing = failures.length ? failuresText(failures, names.full) : '';
  const progressed = open.isPolling ? progressText(progress) : loadedText(progress);
  const unconfirmed = open.unexpired.filter((one) => open.isUnconfirmed(one)).length;
  const doubt = unconfirmed ? vscode.l10n.t('{count} not confirmed yet', { count: unconfirmed }) : '';
  const doubts = [doubt, isComplete ? '' : progressed, missing].filter(Boolean);
  const tooltip = doubts.length ? sentences(count, ...doubts) : count;
  return { value: pending, tooltip };
}
