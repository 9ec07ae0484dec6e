import * as vscode from 'vscode';
import { Disposables } from '../../emitter';
import * as resources from '../../../taskrouter/resources';
import type { Clock } from '../../data/clock';
import { timeLeft } from '../../data/deadlines';
import type { OpenReservation, OpenReservations, WatchedState } from './openReservations';
import { troubleWords } from './liveMessage';
import type { Account } from '../../accounts/account';
import { asCommand } from '../../contributions';
import type { RowTargets } from '../../data/target';
import { resourceTarget } from '../../data/target';
import { forAccount, reservationContext, reservationStatusLook } from '../../display/rows';

export const liveViewId = 'taskrouter.live';
export const reservationScheme = 'taskrouter-reservation';

/** The address by which a row's decoration is found. */
export const uriOf = ({ accountId, sids }: OpenReservation): vscode.Uri =>
  vscode.Uri.from({ scheme: reservationScheme, path: `/${accountId}/${sids[2]}` });

interface TroubleNode {
  readonly kind: 'trouble';
  readonly id: string;
  readonly state: WatchedState;
}
export interface ReservationNode {
  readonly kind: 'reservation';
  /** The reservation's SID. */
  readonly id: string;
  readonly accountId: string;
}
export type LiveNode = ReservationNode | TroubleNode;

export interface LiveViewOptions {
  readonly open: OpenReservations;
  readonly clock: Clock;
  readonly targets: RowTargets;
  readonly account: (accountId: string) => Account | undefined;
  /** What tells an account from the others; empty while there is one. */
  readonly accountWord: (accountId: string) => string;
}

/** Without seconds: those that are left are told by the decoration. */
const clockTime = (at: number | Date) => new Date(at).toLocaleTimeString([], { timeStyle: 'short' });

/** The view "Live Reservations". Its rows say until when; how long that is yet is told by their decorations. */
export class LiveView implements vscode.TreeDataProvider<LiveNode> {
  private readonly changed = new vscode.EventEmitter<LiveNode | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly nodes = new Map<string, ReservationNode>();
  private readonly disposables = new Disposables();

  private readonly open: OpenReservations;

  constructor(private readonly options: LiveViewOptions) {
    this.open = options.open;
    this.disposables.add(
      this.changed,
      this.open.onDidChange(({ listed, rows }) => {
        if (listed) return this.changed.fire(undefined);
        for (const sid of rows) {
          const node = this.nodes.get(sid);
          if (node) this.changed.fire(node);
        }
      }),
    );
  }

  dispose(): void {
    this.disposables.dispose();
  }

  /** To be called when accounts have come, gone, or got another name. */
  redraw(): void {
    this.changed.fire(undefined);
  }

  /** The row of an open reservation, whether or not anybody has looked at the view. */
  node(sid: string): ReservationNode | undefined {
    const entry = this.open.get(sid);
    if (!entry) return undefined;
    const known = this.nodes.get(sid);
    if (known?.accountId === entry.accountId) return known;
    const node: ReservationNode = { kind: 'reservation', id: sid, accountId: entry.accountId };
    if (known) this.options.targets.delete(known);
    this.options.targets.set(node, resourceTarget(entry.accountId, resources.taskReservations, entry.sids));
    this.nodes.set(sid, node);
    return node;
  }

  getParent(): undefined {
    return undefined;
  }

  getChildren(node?: LiveNode): LiveNode[] {
    if (node) return [];
    for (const [sid, gone] of this.nodes) {
      if (this.open.get(sid)) continue;
      this.nodes.delete(sid);
      this.options.targets.delete(gone);
    }
    const troubles = this.open.workspaces
      .filter(({ error }) => error !== undefined)
      .map((state): TroubleNode => ({
        kind: 'trouble',
        id: `${state.accountId}/${state.workspaceSid}`,
        state,
      }));
    return [...troubles, ...this.open.all.flatMap(({ sids }) => this.node(sids[2]) ?? [])];
  }

  getTreeItem(node: LiveNode): vscode.TreeItem {
    return node.kind === 'trouble' ? this.trouble(node) : this.reservation(node);
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
    const { status, about, queue, channel, deadline, since } = entry;
    const stale = this.open.staleSince(entry);
    const several = this.open.workspaces.length > 1;
    const workspace = several ? this.workspaceOf(entry) : '';
    const { icon, color, word } = reservationStatusLook(status);
    const when = deadline
      ? `until ${clockTime(deadline.at)}`
      : status === 'pending'
        ? 'pending'
        : `${status}${since ? ` since ${clockTime(since)}` : ''}`;
    const age = stale === undefined ? '' : `as of ${clockTime(stale)}`;
    const account = this.options.accountWord(entry.accountId);
    // A narrow view shows the first of it; how long is left stands at the end of the row anyhow.
    item.description = [account, about, when, queue, channel, workspace, age].filter(Boolean).join(' · ');
    item.iconPath = new vscode.ThemeIcon(
      stale === undefined ? icon : 'history',
      new vscode.ThemeColor(stale === undefined ? color : 'disabledForeground'),
    );
    item.resourceUri = uriOf(entry);
    item.contextValue = forAccount(this.options.account(entry.accountId), reservationContext(word));
    item.command = asCommand('taskrouter.reservation.open', node);
    const spoken = [
      'Live reservation',
      when.startsWith(status) ? '' : status,
      when,
      `worker ${entry.worker}`,
    ];
    spoken.push(
      `task ${about}`,
      queue && `queue ${queue}`,
      channel,
      workspace,
      account,
      age && `stale, ${age}`,
    );
    item.accessibilityInformation = { label: spoken.filter(Boolean).join(', ') };
    return item;
  }

  private workspaceOf({ accountId, sids }: OpenReservation): string {
    const { workspaces } = this.open;
    return workspaces.find((one) => one.accountId === accountId && one.workspaceSid === sids[0])?.name ?? '';
  }

  private tooltip(entry: OpenReservation): string {
    const { sids, status, worker, about, queue, channel, deadline } = entry;
    const left = deadline && timeLeft(deadline, this.options.clock.now());
    const account = this.options.accountWord(entry.accountId);
    return [
      `Reservation: ${sids[2]}`,
      `Status: ${status}`,
      ...(left ? [left.includes(':') ? `Time left: ${left}` : `Deadline: ${left}`] : []),
      `Worker: ${worker}`,
      `Task: ${about}${about === sids[1] ? '' : `, ${sids[1]}`}`,
      ...(queue ? [`Queue: ${queue}`] : []),
      ...(channel ? [`Channel: ${channel}`] : []),
      `Workspace: ${this.workspaceOf(entry)}`,
      ...(account ? [`Account: ${account}`] : []),
    ].join('\n');
  }

  private trouble({ id, state }: TroubleNode): vscode.TreeItem {
    const text = troubleWords(state);
    const item = new vscode.TreeItem(text);
    item.id = id;
    item.iconPath = new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
    item.description = 'Retry';
    item.tooltip = text;
    item.accessibilityInformation = { label: `Error. ${text} Press Enter to retry.` };
    item.contextValue = 'trouble';
    item.command = asCommand('taskrouter.view.refresh');
    return item;
  }
}
