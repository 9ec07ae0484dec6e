import * as vscode from 'vscode';
import type { Account } from '../../accounts/account';
import { ReusablePanel } from '../../display/tabs';
import { loadPage, pageOptions } from '../../display/webviewPage';
import type { OpenTaskOptions } from './openTask';
import { OpenTask } from './openTask';
import type { TaskAddress } from './storedTask';

export const panelType = 'taskrouter.task';

export interface TaskPanelsOptions extends Omit<OpenTaskOptions, 'show'> {
  readonly extensionUri: vscode.Uri;
}

/** The pages that explain tasks. One tab shows the next task too, until the user pins it or moves it to another group. */
export class TaskPanels implements vscode.WebviewPanelSerializer {
  private readonly pages = new Map<vscode.WebviewPanel, OpenTask>();
  private readonly reusable = new ReusablePanel(panelType);
  private readonly subscription: vscode.Disposable;

  constructor(private readonly options: TaskPanelsOptions) {
    this.subscription = vscode.window.onDidChangeWindowState(() => this.visibilityChanged());
  }

  show(account: Account, workspaceSid: string, taskSid: string): void {
    const address = { accountId: account.id, workspaceSid, taskSid };
    const known = this.pageOf(address);
    if (known) return known.reveal();
    const reused = this.takeReusable();
    const panel = reused ?? this.createPanel();
    this.open(panel, account, address, false);
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
    const { accountId, workspaceSid, sid: taskSid } = memory.binding;
    this.adopt(panel);
    this.open(panel, account, { accountId, workspaceSid, taskSid }, memory.pinned);
    if (!memory.pinned) this.reusable.set(panel);
  }

  dispose(): void {
    this.subscription.dispose();
    for (const panel of this.pages.keys()) panel.dispose();
  }

  private pageOf({ accountId, taskSid }: TaskAddress): OpenTask | undefined {
    return [...this.pages.values()].find(
      ({ address }) => address.accountId === accountId && address.taskSid === taskSid,
    );
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

  private open(panel: vscode.WebviewPanel, account: Account, address: TaskAddress, pinned: boolean): void {
    const options = {
      ...this.options,
      show: (of: Account, workspaceSid: string, sid: string) => this.show(of, workspaceSid, sid),
    };
    this.pages.set(panel, new OpenTask(panel, options, { account, address, pinned }));
  }

  private visibilityChanged(): void {
    for (const page of this.pages.values()) page.visibilityChanged();
  }
}
