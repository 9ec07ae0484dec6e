import * as vscode from 'vscode';
import { Disposables } from '../../emitter';
import * as resources from '../../../taskrouter/resources';
import type { Clock } from '../../data/clock';
import { roughTimeLeft, timeLeft } from '../../data/deadlines';
import { failureText } from './liveMessage';
import type { OpenReservation } from '../../display/openReservation';
import type { Failure, FailurePlace } from './workspaceState';
import type { OpenReservations } from './openReservations';
import { timeOfDay } from '../../display/times';
import type { Account } from '../../accounts/account';
import { asCommand, asRowCommand } from '../../contributions';
import type { RowTargets } from '../../data/target';
import { movedRows, resourceTarget } from '../../data/target';
import {
  forAccount,
  malformedMark,
  reservationContext,
  reservationStatusAppearance,
} from '../../display/rows';

export const liveViewId = 'taskrouter.live';
export const reservationScheme = 'taskrouter-reservation';

/** The address by which a row's decoration is found. */
export const uriOf = ({ id }: OpenReservation): vscode.Uri =>
  vscode.Uri.from({ scheme: reservationScheme, path: `/${id}` });

interface FailureNode {
  readonly kind: 'failure';
  readonly id: string;
  readonly failure: Failure;
}
export interface ReservationNode {
  readonly kind: 'reservation';
  /** The open reservation's. */
  readonly id: string;
  readonly accountId: string;
}
export type LiveNode = ReservationNode | FailureNode;

export interface LiveViewOptions {
  readonly open: OpenReservations;
  readonly clock: Clock;
  readonly targets: RowTargets;
  readonly account: (accountId: string) => Account | undefined;
  /** What distinguishes an account from the others; empty while there is one. */
  readonly accountName: (accountId: string) => string;
  /** The same in a few characters. */
  readonly accountTag: (accountId: string) => string;
  /** The account or workspace by the name that the user knows it by. */
  readonly placeOf: (of: FailurePlace) => string;
  /** Whether the view shows it. */
  readonly isShown?: (entry: OpenReservation) => boolean;
}

/** The view "Live Reservations". Its rows begin with the time left; their decorations count the seconds. */
export class LiveView implements vscode.TreeDataProvider<LiveNode> {
  private readonly changed = new vscode.EventEmitter<LiveNode | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly nodes = new Map<string, ReservationNode>();
  private shown: readonly LiveNode[] = [];
  private readonly disposables = new Disposables();

  private readonly open: OpenReservations;

  constructor(private readonly options: LiveViewOptions) {
    this.open = options.open;
    this.disposables.add(
      this.changed,
      this.open.onDidChange(({ listed, rows }) => {
        if (listed) return this.changed.fire(undefined);
        for (const id of rows) {
          const node = this.nodes.get(id);
          if (node) this.changed.fire(node);
        }
      }),
    );
  }

  dispose(): void {
    this.disposables.dispose();
  }

  /** To be called when accounts have come, gone, or got another name, and when others are shown. */
  redraw(): void {
    this.changed.fire(undefined);
  }

  /** Draws the rows of these reservations again: their labels name the time left. */
  redrawRows(entries: readonly OpenReservation[]): void {
    for (const { id } of entries) {
      const node = this.nodes.get(id);
      if (node) this.changed.fire(node);
    }
  }

  /** The row of an open reservation, also while the view has not been visible yet. */
  node(id: string): ReservationNode | undefined {
    const entry = this.open.get(id);
    if (!entry) return undefined;
    if (this.nodes.size > 2 * this.open.all.length + 10) this.dropOld();
    const known = this.nodes.get(id);
    if (known?.accountId === entry.accountId) return known;
    const node: ReservationNode = { kind: 'reservation', id, accountId: entry.accountId };
    if (known) this.options.targets.delete(known);
    this.options.targets.set(node, resourceTarget(entry.accountId, resources.taskReservations, entry.sids));
    this.nodes.set(id, node);
    return node;
  }

  getParent(): undefined {
    return undefined;
  }

  getChildren(node?: LiveNode): LiveNode[] {
    if (node) return [];
    this.dropOld();
    const failures = this.open.failures.map((failure): FailureNode => ({
      kind: 'failure',
      id: failure.id,
      failure,
    }));
    const { isShown = () => true } = this.options;
    const shown = this.open.all.filter(isShown);
    const rows = [...failures, ...shown.flatMap(({ id }) => this.node(id) ?? [])];
    this.options.targets.setMoved(movedRows(this.shown, rows));
    this.shown = rows;
    return rows;
  }

  getTreeItem(node: LiveNode): vscode.TreeItem {
    return node.kind === 'failure' ? this.failure(node) : this.reservation(node);
  }

  /** The tooltip is made when the pointer rests on the row: only then is the time in it true. */
  resolveTreeItem(item: vscode.TreeItem, node: LiveNode): vscode.TreeItem {
    const entry = node.kind === 'reservation' ? this.open.get(node.id) : undefined;
    if (entry) item.tooltip = this.tooltip(entry);
    return item;
  }

  private reservation(node: ReservationNode): vscode.TreeItem {
    const entry = this.open.get(node.id);
    const item = new vscode.TreeItem(entry?.worker ?? node.id);
    item.id = node.id;
    if (!entry) return item;
    const { status, about, queue, channel, deadline } = entry;
    const now = this.options.clock.now();
    const stale = this.open.staleSince(entry);
    const workspace = this.open.workspaces.length > 1 ? this.workspaceOf(entry) : '';
    const account = this.options.accountName(entry.accountId);
    const { icon, color, word } = reservationStatusAppearance(status);
    const when = this.when(entry);
    const doubt = stale === undefined ? '' : vscode.l10n.t('as of {time}', { time: timeOfDay(stale, now) });
    const isUnconfirmed = this.open.isUnconfirmed(entry);
    const unconfirmed = isUnconfirmed ? vscode.l10n.t('not confirmed yet') : '';
    // A narrow view shows the beginning only, and less of it beside the buttons: whom it is about comes first.
    const left = deadline && roughTimeLeft(deadline, now);
    const isProduction = account && this.options.account(entry.accountId)?.environment === 'production';
    const tag = account && this.options.accountTag(entry.accountId);
    const mark = [tag, isProduction && vscode.l10n.t('PROD')].filter(Boolean).join(' ');
    item.label = [left, entry.worker].filter(Boolean).join(' · ');
    const malformed = malformedMark(entry.malformed)?.description ?? '';
    const details = [
      about,
      mark,
      deadline ? '' : when,
      unconfirmed,
      queue,
      channel,
      workspace,
      doubt,
      malformed,
    ];
    item.description = details.filter(Boolean).join(' · ');
    item.iconPath = new vscode.ThemeIcon(
      stale !== undefined ? 'history' : isUnconfirmed ? 'loading' : icon,
      new vscode.ThemeColor(stale === undefined && !isUnconfirmed ? color : 'disabledForeground'),
    );
    item.resourceUri = uriOf(entry);
    item.contextValue = forAccount(this.options.account(entry.accountId), reservationContext(word));
    this.options.targets.setContext(node, item.contextValue);
    item.command = asRowCommand('taskrouter.reservation.open', node);
    const spoken = [
      vscode.l10n.t('Live reservation'),
      when.startsWith(status) || (deadline && deadline.at <= now) ? '' : status,
      unconfirmed,
      when,
      vscode.l10n.t('worker {worker}', { worker: entry.worker }),
      vscode.l10n.t('task {task}', { task: about }),
      queue && vscode.l10n.t('queue {queue}', { queue }),
      channel,
      workspace,
      account,
      isProduction && vscode.l10n.t('production'),
      this.options.account(entry.accountId)?.readOnly && vscode.l10n.t('read-only account'),
      doubt && vscode.l10n.t('stale, {age}', { age: doubt }),
      malformed,
    ];
    item.accessibilityInformation = { label: spoken.filter(Boolean).join(', ') };
    return item;
  }

  private when({ status, deadline, since }: OpenReservation): string {
    const now = this.options.clock.now();
    const time = deadline && timeOfDay(deadline.at, now);
    if (deadline && deadline.at <= now) return vscode.l10n.t('probably expired at {time}', { time });
    if (deadline) return vscode.l10n.t('until {time}', { time });
    return since && status !== 'pending'
      ? vscode.l10n.t('{status} since {time}', { status, time: timeOfDay(since.getTime(), now) })
      : status;
  }

  /** The status bar may have made some that the view never showed. */
  private dropOld(): void {
    for (const [id, gone] of this.nodes) {
      if (this.open.get(id)) continue;
      this.nodes.delete(id);
      this.options.targets.delete(gone);
    }
  }

  private workspaceOf({ accountId, sids }: OpenReservation): string {
    const { workspaces } = this.open;
    return workspaces.find((one) => one.accountId === accountId && one.workspaceSid === sids[0])?.name ?? '';
  }

  private tooltip(entry: OpenReservation): string {
    const { sids, status, worker, about, queue, channel, deadline } = entry;
    const now = this.options.clock.now();
    const left = deadline && deadline.at > now ? `${timeLeft(deadline, now)} · ` : '';
    const account = this.options.accountName(entry.accountId);
    const facts = (
      [
        [vscode.l10n.t('Reservation'), sids[2]],
        [vscode.l10n.t('Status'), status],
        [vscode.l10n.t('Time left'), deadline && `${left}${this.when(entry)}`],
        [vscode.l10n.t('Worker'), worker],
        [vscode.l10n.t('Task'), about === sids[1] ? about : `${about}, ${sids[1]}`],
        [vscode.l10n.t('Queue'), queue],
        [vscode.l10n.t('Channel'), channel],
        [vscode.l10n.t('Workspace'), this.workspaceOf(entry)],
        [vscode.l10n.t('Account'), account],
      ] as const
    )
      .filter(([, value]) => value)
      .map(([label, value]) => `${label}: ${value}`);
    const mark = malformedMark(entry.malformed);
    return [
      ...facts,
      ...(this.open.isUnconfirmed(entry) ? [this.unconfirmedText(entry)] : []),
      ...(mark ? [mark.tooltip] : []),
    ].join('\n');
  }

  private unconfirmedText(entry: OpenReservation): string {
    const now = this.options.clock.now();
    const time = timeOfDay(this.open.readAtOf(entry) ?? now, now);
    return entry.isConfirmed
      ? vscode.l10n.t('Not confirmed yet: last read at {time}.', { time })
      : vscode.l10n.t(
          'Not confirmed yet: it may have been accepted or canceled since. It is read as soon as the request limit allows.',
        );
  }

  private failure({ id, failure }: FailureNode): vscode.TreeItem {
    const text = failureText(this.options.placeOf(failure), failure, this.options.clock.now());
    const item = new vscode.TreeItem(text);
    item.id = id;
    item.iconPath = new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
    item.description = vscode.l10n.t('Try again');
    item.tooltip = text;
    item.accessibilityInformation = {
      label: vscode.l10n.t('Error. {text} Press Enter to try again.', { text }),
    };
    item.contextValue = 'failure';
    item.command = asCommand('taskrouter.view.refresh');
    return item;
  }
}
