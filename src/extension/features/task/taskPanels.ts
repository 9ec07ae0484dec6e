import * as vscode from 'vscode';
import { isSid } from '../../../taskrouter/sid';
import type { Account } from '../../accounts/account';
import { ReusablePanel } from '../../display/tabs';
import { loadPage, pageOptions } from '../../display/webviewPage';
import type { OpenTaskOptions } from './openTask';
import { OpenTask } from './openTask';
import { OpenWorker } from './openWorker';

export const panelType = 'taskrouter.task';

export interface TaskPanelsOptions extends Omit<OpenTaskOptions, 'show'> {
  readonly extensionUri: vscode.Uri;
}

/** The pages that explain tasks. One tab shows the next task too, until the user pins it or moves it to another group. */
export class TaskPanels implements vscode.WebviewPanelSerializer {
  private readonly pages = new Map<vscode.WebviewPanel, OpenTask | OpenWorker>();
  private readonly reusable = new ReusablePanel(panelType);
  private readonly subscription: vscode.Disposable;

  constructor(private readonly options: TaskPanelsOptions) {
    this.subscription = vscode.window.onDidChangeWindowState(() => this.visibilityChanged());
  }

  /** Explains a task, or why a worker is not offered tasks. */
  show(account: Account, workspaceSid: string, sid: string): void {
    const known = this.pageOf(account.id, sid);
    if (known) return known.reveal();
    const reused = this.takeReusable();
    const panel = reused ?? this.createPanel();
    this.open(panel, account, workspaceSid, sid, false);
    this.reusable.set(panel);
    if (reused) reused.reveal();
  }

  /** VS Code restores a panel after a reload of the window, with what its page saved. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { parseTaskMemory } = await import('../../lazy');
    const memory = parseTaskMemory(state);
    const account = memory && this.options.accounts.get(memory.binding.accountId);
    if (!memory || !account) {
      panel.dispose();
      return;
    }
    const { workspaceSid, sid } = memory.binding;
    this.adopt(panel);
    this.open(panel, account, workspaceSid, sid, memory.pinned);
    if (!memory.pinned) this.reusable.set(panel);
  }

  dispose(): void {
    this.subscription.dispose();
    for (const panel of this.pages.keys()) panel.dispose();
  }

  private pageOf(accountId: string, sid: string): OpenTask | OpenWorker | undefined {
    return [...this.pages.values()].find((page) => page.accountId === accountId && page.sid === sid);
  }

  private takeReusable(): vscode.WebviewPanel | undefined {
    const { panel } = this.reusable;
    const page = panel && this.pages.get(panel);
    if (!panel || !page || page.isKept) return undefined;
    page.dispose();
    return panel;
  }

  private createPanel(): vscode.WebviewPanel {
    const { extensionUri } = this.options;
    const { Active } = vscode.ViewColumn;
    const panel = vscode.window.createWebviewPanel(panelType, '', Active, pageOptions(extensionUri));
    this.adopt(panel);
    return panel;
  }

  private adopt(panel: vscode.WebviewPanel): void {
    const { extensionUri } = this.options;
    panel.onDidChangeViewState(() => {
      this.reusable.changed(panel);
      this.visibilityChanged();
    });
    panel.onDidDispose(() => {
      this.reusable.closed(panel);
      this.pages.get(panel)?.dispose();
      this.pages.delete(panel);
    });
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'taskrouter.svg');
    panel.webview.options = pageOptions(extensionUri);
    loadPage(panel.webview, extensionUri, 'task', 'Task');
  }

  private open(
    panel: vscode.WebviewPanel,
    account: Account,
    workspaceSid: string,
    sid: string,
    pinned: boolean,
  ): void {
    const options = {
      ...this.options,
      show: (of: Account, workspace: string, shown: string) => this.show(of, workspace, shown),
    };
    const parents = { accountId: account.id, workspaceSid };
    const page = isSid('Worker', sid)
      ? new OpenWorker(panel, options, { account, address: { ...parents, workerSid: sid }, pinned })
      : new OpenTask(panel, options, { account, address: { ...parents, taskSid: sid }, pinned });
    this.pages.set(panel, page);
  }

  private visibilityChanged(): void {
    for (const page of this.pages.values()) page.visibilityChanged();
  }
}
