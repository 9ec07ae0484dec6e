import * as vscode from 'vscode';
import type { Event } from '../../emitter';
import { Disposables } from '../../emitter';
import { rankOf, statusOf } from '../../../taskrouter/reservation';
import * as resources from '../../../taskrouter/resources';
import type { Account } from '../../accounts/account';
import type { Accounts } from '../../accounts/accounts';
import type { Appearance } from '../../display/rows';
import { isDoneWithin } from '../../data/clock';
import type { ListRef } from '../../data/listRef';
import type { RecentActions } from '../../data/recentActions';
import type { Store } from '../../data/store';
import type { StoreChange } from '../../data/storeChange';
import type { ResourceTarget, RowTargets } from '../../data/target';
import { movedRows } from '../../data/target';
import type { Memory } from '../../accounts/memory';
import { Expansion } from './expansion';
import { finishedGroup, groupsOf } from './groupNodes';
import type { RowAppearancesOptions } from './rowAppearances';
import { RowAppearances } from './rowAppearances';
import type { RowPlace, ListNode, NoticeNode, QueryNode, TreeNode } from './treeNodes';
import { isNotice, mayHaveRows, targetOf } from './treeNodes';

/** Of a list that is opened while its account changes. */
const maxReads = 3;
/**
 * Milliseconds for the list under a row that the user has not just expanded, before the row is drawn without it. After 300 VS
 * Code shows a spinner where the view container has its badge.
 */
const maxWait = 250;

export interface WorkspacesTreeOptions extends RowAppearancesOptions {
  readonly memory: Memory;
  readonly targets: RowTargets;
  readonly recent: Pick<RecentActions, 'before'>;
  readonly polled: RowAppearancesOptions['polled'] & { readonly onDidChange: Event<void> };
}

/** The view "Workspaces": draws what the store holds. A list is read when it is first opened. */
export class WorkspacesTree implements vscode.TreeDataProvider<TreeNode> {
  private readonly changed = new vscode.EventEmitter<TreeNode[] | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  /** One object for each id for as long as the tree shows it: VS Code tells rows apart by identity. */
  private readonly nodes = new Map<string, TreeNode>();
  private readonly drawn = new Map<string, string>();
  private readonly children = new Map<string, readonly TreeNode[]>();
  /** Rows whose list has been read for them, by id. */
  private readonly opened = new Map<string, ListNode>();
  /** The accounts whose rows VS Code restores: the user signed in to all others in this session. */
  private readonly restoredAccounts: ReadonlySet<string>;
  private selected: readonly TreeNode[] = [];
  private readonly expansion: Expansion;
  private readonly disposables = new Disposables();
  private readonly closing = new AbortController();

  private readonly appearances: RowAppearances;
  private readonly accounts: Accounts;
  private readonly store: Store;
  constructor(private readonly options: WorkspacesTreeOptions) {
    const { accounts, store, memory, polled } = options;
    this.accounts = accounts;
    this.store = store;
    this.restoredAccounts = new Set(accounts.all.map(({ id }) => id));
    this.expansion = new Expansion(memory);
    this.appearances = new RowAppearances(options, (mayHave) => this.redraw(mayHave));
    this.disposables.add(
      this.changed,
      accounts.onDidChange(() => this.changed.fire(undefined)),
      options.queries.onDidChangeQueries(() => {
        this.fire([...this.nodes.values()].filter(({ kind }) => kind === 'queries'));
      }),
      ...[polled, options.totals].map(({ onDidChange }) => onDidChange(() => this.redraw())),
      store.onDidChange((change) => {
        const redrawn = new Set<TreeNode>();
        for (const node of this.opened.values()) if (change.hasList(node.list)) redrawn.add(node);
        this.fire([...redrawn]);
        if (change.hasRows) this.appearances.storeChanged(change);
        if (change.hasRows) this.redraw((node) => !redrawn.has(node) && this.shows(node, change));
      }),
    );
  }

  dispose(): void {
    this.closing.abort();
    this.disposables.dispose();
  }

  /** The lists on screen: opened, and neither they nor a parent collapsed again. */
  visibleLists(): ListRef[] {
    return [...this.opened.values()].filter((node) => this.isOnScreen(node)).map((node) => node.list);
  }

  /** Whether the rows under this one are: neither it nor a parent is collapsed again. */
  private isOnScreen(node: TreeNode | undefined): boolean {
    return node === undefined || (!this.expansion.isCollapsed(node.id) && this.isOnScreen(node.parent));
  }

  /** The resources that have a row, and how they look. */
  shown(): { readonly target: ResourceTarget; readonly appearance: Appearance }[] {
    return [...this.nodes.values()].flatMap((node) =>
      node.kind === 'resource' ? [{ target: node, appearance: this.appearance(node) }] : [],
    );
  }

  collapse(node: TreeNode): void {
    this.expansion.collapse(node.id);
  }

  /** To be called when the user has expanded a row. */
  expand(node: TreeNode): void {
    this.expansion.expand(node.id);
    // VS Code has its children already, and does not ask for them again, when a read in the background has begun.
    const { list } = this.opened.get(node.id) ?? {};
    if (list) void this.read(list, undefined);
  }

  /** Whether a reload of the window expanded this row, and the user has not since. */
  private isRestored(node: TreeNode): boolean {
    const isExpanded = this.collapsible(node) === vscode.TreeItemCollapsibleState.Expanded;
    const isOfUser = node.kind === 'account' && !this.restoredAccounts.has(node.id);
    return isExpanded && !isOfUser && !this.expansion.isByUser(node.id);
  }

  /** Reads the numbers of the rows on screen again that are too old. */
  refreshNumbers(): void {
    for (const list of this.visibleLists()) void this.appearances.prepare(list);
    const rows = [...this.children.values()].flat();
    const queries = rows.filter((node) => node.kind === 'query' && this.isOnScreen(node.parent));
    this.appearances.count(queries as QueryNode[], 'visible');
  }

  /** Redraws only the rows whose appearance has changed. */
  redraw(mayHave: (node: TreeNode) => boolean = () => true): void {
    const changed: TreeNode[] = [];
    for (const [id, before] of this.drawn) {
      const node = this.nodes.get(id);
      if (node && mayHave(node) && JSON.stringify(this.appearance(node)) !== before) changed.push(node);
    }
    this.fire(changed);
  }

  /** To be called when the user has selected other rows. */
  select(rows: readonly TreeNode[]): void {
    this.selected = rows;
  }

  /**
   * Where VS Code draws a selected row again, the marks of all selected rows below it disappear, although they stay
   * selected. Drawn again too, from top to bottom, they have them again.
   */
  private fire(rows: readonly TreeNode[]): void {
    if (rows.length === 0) return;
    const isMarked = this.selected.length > 1 && rows.some((row) => this.selected.includes(row));
    const marked = isMarked ? this.selected.map((row) => ({ row, path: this.pathOf(row) })) : [];
    marked.sort((one, other) => compareInOrder(one.path, other.path));
    this.changed.fire([...new Set([...marked.map(({ row }) => row), ...rows])]);
  }

  /** The place of a row among its siblings, below those of its parents. */
  private pathOf(row: TreeNode): number[] {
    const siblings = this.children.get(row.parent?.id ?? '') ?? [];
    return [...(row.parent ? this.pathOf(row.parent) : []), siblings.indexOf(row)];
  }

  /** Whether one of these resources is the row's own, or the task of its reservation. */
  private shows(node: TreeNode, change: StoreChange): boolean {
    if (node.kind !== 'resource') return false;
    const sid = node.sids.at(-1)!;
    const task = this.store.read(resources.taskReservations, node.accountId, sid)?.task_sid;
    return [sid, task].some((one) => one && change.hasRow(node.accountId, one));
  }

  /** The row of an account that is signed in. */
  accountNode(accountId: string): TreeNode | undefined {
    const account = this.accounts.get(accountId);
    return account && this.rowOf(account);
  }

  /** The row of a workspace, once the list of its account has been read. */
  async workspaceNode(accountId: string, workspaceSid: string): Promise<TreeNode | undefined> {
    const account = this.accountNode(accountId);
    if (account?.kind !== 'account') return undefined;
    await this.read(account.list, undefined);
    const sids = this.store.list(account.list)?.sids;
    return sids?.includes(workspaceSid) ? this.resource(account, account.list, workspaceSid) : undefined;
  }

  private rowOf(account: Account): TreeNode {
    const list = { accountId: account.id, collection: resources.workspaces, parents: [] };
    return this.node({ kind: 'account', id: account.id, account, list });
  }

  placeOf(node: TreeNode): RowPlace | undefined {
    const { parent } = node;
    const index = (parent && this.children.get(parent.id)?.indexOf(node)) ?? -1;
    return parent && index >= 0 ? { node, parent, index } : undefined;
  }

  /** The row that is now at the place of another one; undefined while that is still there. */
  replacementAt({ node, parent, index }: RowPlace): TreeNode | undefined {
    if (!('list' in parent) || !parent.list || !this.opened.has(parent.id)) return undefined;
    const rows = this.rows(parent, parent.list);
    return rows.includes(node) ? undefined : rows[Math.min(index, rows.length - 1)];
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return node.parent;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const appearance = this.appearance(node);
    this.drawn.set(node.id, JSON.stringify(appearance));
    const item = new vscode.TreeItem(appearance.label, this.collapsible(node));
    item.id = node.id;
    item.description = appearance.description;
    item.iconPath = new vscode.ThemeIcon(
      appearance.icon,
      appearance.color ? new vscode.ThemeColor(appearance.color) : undefined,
    );
    item.tooltip = appearance.tooltip;
    item.accessibilityInformation = { label: appearance.spoken };
    item.contextValue = appearance.context;
    this.options.targets.setContext(node, appearance.context);
    const command = this.appearances.command(node);
    if (command) item.command = command;
    return item;
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    // VS Code reads the children of expanded rows only, and loses the event of a row that was just being redrawn.
    const isRestored = node !== undefined && this.isRestored(node);
    if (node && !isRestored) this.expand(node);
    const children = await this.childrenOf(node, isRestored);
    const kept = new Set(children);
    const before = this.children.get(node?.id ?? '') ?? [];
    this.options.targets.setMoved(movedRows(before, children).flatMap((row) => this.withDescendants(row)));
    for (const child of before) if (!kept.has(child)) this.drop(child);
    this.children.set(node?.id ?? '', children);
    return children;
  }

  /** A row, and what is shown below it. */
  private withDescendants(row: TreeNode): TreeNode[] {
    return [row, ...(this.children.get(row.id) ?? []).flatMap((child) => this.withDescendants(child))];
  }

  private async childrenOf(node: TreeNode | undefined, isRestored = false): Promise<TreeNode[]> {
    if (!node) return this.accounts.all.map((account) => this.rowOf(account));
    if (node.kind === 'resource' && node.collection.noun === 'Workspace')
      return groupsOf(node, this.accounts.get(node.accountId)?.kind === 'twilio').map((group) =>
        this.node(group),
      );
    if (node.kind === 'queries') {
      const queries = await this.appearances.queriesOf(node, (fresh) => this.node(fresh));
      this.appearances.count(queries, 'opened');
      return queries;
    }
    if (isNotice(node) || !('list' in node) || !node.list) return [];
    const list = node.list;
    this.opened.set(node.id, node as ListNode);
    // The user did not expand it in this session: the request limit applies to what a reload reads.
    const reading = this.read(list, isRestored ? 'poll' : undefined);
    await this.appearances.prepare(list);
    // VS Code draws no row of a view before it has the children of all expanded ones.
    if (!isRestored) await reading;
    else if (!(await isDoneWithin(reading, maxWait, this.closing.signal))) {
      void reading.then(() => this.store.list(list) ?? this.fire([node]));
      return [this.notice('loading', node, list)];
    }
    return this.rows(node, list);
  }

  /** Reads again if the account changed in the meantime, which ended the first read with its connection. */
  private async read(list: ListRef, purpose: 'poll' | undefined): Promise<void> {
    for (let attempt = 0; attempt < maxReads && !this.store.list(list); attempt++) {
      if (this.closing.signal.aborted || !this.accounts.get(list.accountId)) return;
      await this.store.refresh(list, purpose);
    }
  }

  private rows(parent: TreeNode, list: ListRef): TreeNode[] {
    const state = this.store.list(list);
    if (!state) return [];
    const notice = (kind: NoticeNode['kind']) => this.notice(kind, parent, list);
    const sids = list.collection.noun === 'Reservation' ? this.openOnesFirst(list, state.sids) : state.sids;
    const rows = sids.map((sid) => this.resource(parent, list, sid));
    if (state.error) rows.unshift(notice('failure'));
    if (state.unreadable) rows.push(notice('unreadable'));
    if (state.cutShort) rows.push(notice('cut-short'));
    const hasMore = state.nextPageToken !== undefined;
    if (hasMore) rows.push(notice('more'));
    if (hasMore && list.collection === resources.tasks) rows.push(notice('search'));
    if (rows.length === 0) rows.push(notice('empty'));
    if (parent.kind === 'group' && parent.label === 'Tasks') rows.push(this.node(finishedGroup(parent)));
    return rows;
  }

  private notice(kind: NoticeNode['kind'], parent: TreeNode, list: ListRef): TreeNode {
    // The kind alone is not unique: a SID could be the same word.
    return this.node({ kind, id: `${parent.id}/:${kind}`, parent, list });
  }

  /**
   * A change of status alone moves no row, so that none jumps under the pointer: only a new list is sorted, and in it a
   * row that the user has just acted on stays in its place.
   */
  private openOnesFirst({ accountId }: ListRef, sids: readonly string[]): string[] {
    const { recent } = this.options;
    const rank = (sid: string) =>
      rankOf(statusOf(recent.before(accountId, sid) ?? this.store.row(accountId, sid)));
    return [...sids].sort((one, other) => rank(one) - rank(other));
  }

  private resource(parent: TreeNode, list: ListRef, sid: string): TreeNode {
    const { accountId, collection, parents } = list;
    const sids = [...parents, sid];
    const reservations =
      collection.noun === 'Task'
        ? resources.taskReservations
        : collection.noun === 'Worker'
          ? resources.workerReservations
          : undefined;
    return this.node({
      kind: 'resource',
      id: `${parent.id}/${sid}`,
      parent,
      accountId,
      collection,
      sids,
      ...(reservations ? { list: { accountId, collection: reservations, parents: sids } } : {}),
    });
  }

  appearance(node: TreeNode): Appearance {
    return this.appearances.appearance(node);
  }

  private node<Node extends TreeNode>(fresh: Node): Node {
    const known = this.nodes.get(fresh.id);
    if (known) return known as Node;
    this.nodes.set(fresh.id, fresh);
    this.options.targets.set(fresh, targetOf(fresh));
    return fresh;
  }

  private drop(node: TreeNode): void {
    for (const child of this.children.get(node.id) ?? []) this.drop(child);
    this.options.targets.delete(node);
    this.appearances.forget(node);
    for (const known of [this.nodes, this.drawn, this.children, this.opened, this.expansion])
      known.delete(node.id);
  }

  private collapsible(node: TreeNode): vscode.TreeItemCollapsibleState {
    const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    if (isNotice(node) || node.kind === 'query' || node.kind === 'callbacks') return None;
    if (node.kind === 'resource' && !mayHaveRows(node)) return None;
    return (this.expansion.isExpanded(node.id) ?? node.kind === 'account') ? Expanded : Collapsed;
  }
}

function compareInOrder(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((index, depth) => index !== other[depth]);
  return at < 0 ? one.length - other.length : one[at]! - (other[at] ?? -1);
}
