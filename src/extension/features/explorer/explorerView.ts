import * as vscode from 'vscode';
import type { ViewId } from '../../contributions';
import { Disposables } from '../../emitter';
import type { ListRef } from '../../data/listRef';
import { isQuickInputOpen } from '../../display/quickInput';
import { refreshIsOff } from '../../display/times';
import { JsonDocuments } from './jsonDocuments';
import { TaskTotals } from './taskTotals';
import type { WorkspacesTreeOptions } from './tree';
import { WorkspacesTree } from './tree';
import type { TreeNode } from './treeNodes';

const viewId: ViewId = 'taskrouter.workspaces';

export interface ExplorerViewOptions extends Omit<WorkspacesTreeOptions, 'totals'> {
  /** Milliseconds between polls; 0 while polling is off. */
  readonly interval: () => number;
}

/** The view "Workspaces": accounts, workspaces, tasks, workers and their reservations. */
export class ExplorerView {
  readonly documents: JsonDocuments;
  private readonly tree: WorkspacesTree;
  private readonly view: vscode.TreeView<TreeNode>;
  readonly onDidChangeVisibility: vscode.Event<unknown>;
  private readonly disposables = new Disposables();

  constructor(private readonly options: ExplorerViewOptions) {
    const totals = new TaskTotals(options.accounts, options.clock);
    const tree = new WorkspacesTree({ ...options, totals });
    const view = vscode.window.createTreeView(viewId, {
      treeDataProvider: tree,
      showCollapseAll: true,
      canSelectMany: true,
    });
    this.tree = tree;
    this.view = view;
    this.documents = new JsonDocuments(options.store, options.accounts);
    this.onDidChangeVisibility = view.onDidChangeVisibility;
    this.disposables.add(
      tree,
      view,
      this.documents,
      options.store.onDidChange(() => this.showAge()),
      vscode.workspace.onDidChangeConfiguration(() => this.showAge()),
      options.accounts.onDidSignIn(({ id }) => this.revealAccount(id)),
      view.onDidChangeSelection(({ selection }) => {
        options.targets.setSelectedIn(view);
        tree.select(selection);
      }),
      view.onDidExpandElement(({ element }) => tree.expand(element)),
      view.onDidCollapseElement(({ element }) => tree.collapse(element)),
    );
  }

  get visible(): boolean {
    return this.view.visible;
  }

  /** The lists on screen; none while the view is hidden. */
  visibleLists(): ListRef[] {
    return this.visible ? this.tree.visibleLists() : [];
  }

  /** The resources that have a row, and how they look. */
  shown(): ReturnType<WorkspacesTree['shown']> {
    return this.tree.shown();
  }

  /** Redraws rows that depend on the time or on what is watched. */
  redraw(): void {
    if (this.visible) this.tree.refreshNumbers();
    this.tree.redraw();
  }

  /** Rows that are not refreshed look like those that are. */
  private showAge(): void {
    const { interval, store, clock } = this.options;
    const read = this.tree.visibleLists().flatMap((list) => store.list(list)?.readAt ?? []);
    const message = interval() === 0 && read.length ? refreshIsOff(read, clock.now()) : undefined;
    if (this.view.message !== message) this.view.message = message;
  }

  /** Does what the selected row offers. If the row is gone afterwards, the focus moves to what is in its place. */
  async keepFocus(work: () => PromiseLike<void>): Promise<void> {
    const [selected] = this.view.selection;
    const place = selected && this.tree.placeOf(selected);
    await work();
    const row = place && this.tree.replacementAt(place);
    if (row) void this.focus(row);
  }

  /** Focuses and expands the row of a workspace. */
  async revealWorkspace(accountId: string, workspaceSid: string): Promise<void> {
    const node = await this.tree.workspaceNode(accountId, workspaceSid);
    if (node) await this.focus(node, true);
  }

  /** Focuses and expands the row of an account. */
  revealAccount(accountId: string): void {
    const node = this.tree.accountNode(accountId);
    if (node) void this.focus(node, true);
  }

  private async focus(node: TreeNode, expand = false): Promise<void> {
    try {
      await this.view.reveal(node, { select: true, focus: false, expand });
      // Reading its rows takes a while, in which the user may have opened something else.
      if (!isQuickInputOpen()) await this.view.reveal(node, { select: true, focus: true });
    } catch {
      // The row was removed in the meantime.
    }
  }

  dispose(): void {
    this.disposables.dispose();
  }
}
