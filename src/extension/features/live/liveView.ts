import * as vscode from 'vscode';
import { Disposables } from '../../data/emitter';
import * as resources from '../../../taskrouter/resources';
import type { Clock } from '../../data/clock';
import { timeLeft } from '../../data/deadlines';
import type { OpenReservation, OpenReservations, WatchedState } from './openReservations';
import { troubleWords } from './liveMessage';
import { reservationStatusLook } from '../../display/rows';
import type { ResourceNode } from '../explorer/tree';

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
export type LiveNode = ResourceNode | TroubleNode;

/** Without seconds: those that are left are told by the decoration. */
const clockTime = (at: number | Date) => new Date(at).toLocaleTimeString([], { timeStyle: 'short' });

/** The view "Live Reservations". Its rows say until when; how long that is yet is told by their decorations. */
export class LiveView implements vscode.TreeDataProvider<LiveNode> {
  private readonly changed = new vscode.EventEmitter<LiveNode | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly nodes = new Map<string, ResourceNode>();
  private readonly disposables = new Disposables();

  constructor(
    private readonly open: OpenReservations,
    private readonly clock: Clock,
    /** What tells an account from the others; empty while there is one. */
    private readonly accountWord: (accountId: string) => string,
  ) {
    this.disposables.add(
      this.changed,
      open.onDidChange(({ listed, rows }) => {
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

  /** True for a row that this view made: what anybody else passes to a command is not believed. */
  owns(value: unknown): value is ResourceNode {
    return (
      typeof value === 'object' && value !== null && this.nodes.get((value as ResourceNode).id) === value
    );
  }

  /** The row of an open reservation, whether or not anybody has looked at the view. */
  node(sid: string): ResourceNode | undefined {
    const entry = this.open.get(sid);
    if (!entry) return undefined;
    const known = this.nodes.get(sid);
    if (known?.accountId === entry.accountId) return known;
    const node: ResourceNode = {
      kind: 'resource',
      id: sid,
      accountId: entry.accountId,
      collection: resources.taskReservations,
      sids: entry.sids,
    };
    this.nodes.set(sid, node);
    return node;
  }

  getParent(): undefined {
    return undefined;
  }

  getChildren(node?: LiveNode): LiveNode[] {
    if (node) return [];
    for (const sid of this.nodes.keys()) if (!this.open.get(sid)) this.nodes.delete(sid);
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
    const entry = node.kind === 'resource' ? this.open.get(node.id) : undefined;
    if (entry) item.tooltip = this.tooltip(entry);
    return item;
  }

  private reservation(node: ResourceNode): vscode.TreeItem {
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
    const account = this.accountWord(entry.accountId);
    // A narrow view shows the first of it; how long is left stands at the end of the row anyhow.
    item.description = [account, about, when, queue, channel, workspace, age].filter(Boolean).join(' · ');
    item.iconPath = new vscode.ThemeIcon(
      stale === undefined ? icon : 'history',
      new vscode.ThemeColor(stale === undefined ? color : 'disabledForeground'),
    );
    item.resourceUri = uriOf(entry);
    item.contextValue = `reservation resource ${word}`;
    item.command = { command: 'taskrouter.reservation.open', title: 'Open Reservation', arguments: [node] };
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
    const left = deadline && timeLeft(deadline, this.clock.now());
    const account = this.accountWord(entry.accountId);
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
    item.command = { command: 'taskrouter.view.refresh', title: 'Retry' };
    return item;
  }
}
