import * as vscode from 'vscode';
import type { Accounts } from '../accounts/accounts';
import type { AccountTarget, ResourceTarget } from '../data/target';
import type { Disposable } from '../emitter';
import { Emitter } from '../emitter';
import { ReusablePanel } from './tabs';
import { loadPage, pageOptions } from './webviewPage';

export interface PagePanelsOptions {
  readonly accounts: Pick<Accounts, 'onWillSignOut'>;
  readonly viewType: string;
  readonly extensionUri: vscode.Uri;
  /** A folder of `src/webview`. */
  readonly page: string;
  readonly title: string;
  /** `media` has its variants for light and dark themes: `icon-light.svg` and `icon-dark.svg`. */
  readonly icon: string;
  /** That of the active editor when absent. */
  readonly column?: vscode.ViewColumn;
}

/** What a panel shows. The panel may outlive it, and then shows the next one. */
export interface PanelContent extends Disposable {
  /** Whether the panel must not be reused. */
  readonly ownsPanel: boolean;
  /** What it is about. */
  readonly subject: ResourceTarget | AccountTarget;
}

/**
 * The panels of one page, at most one for each key. The last panel is reused for the next content, until that content
 * owns it, or the user pins the tab or moves it to another group.
 */
export class PagePanels<Content extends PanelContent> implements Disposable {
  private readonly visibleChanged = new Emitter<void>();
  /** Fires when other content becomes visible, or none. */
  readonly onDidChangeVisible = this.visibleChanged.event;
  private readonly used = new Emitter<void>();
  /** Fires when the user does something on a page, or makes it the active editor. */
  readonly onDidUse = this.used.event;
  private readonly ended = new Emitter<string>();
  /** Fires with the key of content whose tab was closed or reused. When the window closes, its tabs stay. */
  readonly onDidEnd = this.ended.event;
  private readonly shown = new Map<
    vscode.WebviewPanel,
    { readonly key: string; readonly content: Content }
  >();
  private readonly reusable: ReusablePanel;
  private readonly signOuts: Disposable;
  private disposed = false;

  constructor(private readonly options: PagePanelsOptions) {
    this.reusable = new ReusablePanel(options.viewType);
    // Its secret may take seconds to delete, and a page that can do nothing would stay for as long.
    this.signOuts = options.accounts.onWillSignOut(({ id }) => this.close(id));
  }

  get panels(): readonly vscode.WebviewPanel[] {
    return [...this.shown.keys()];
  }

  get contents(): readonly Content[] {
    return [...this.shown.values()].map(({ content }) => content);
  }

  /** What the page in the active editor shows. */
  get activeContent(): Content | undefined {
    return [...this.shown].find(([panel]) => panel.active)?.[1].content;
  }

  /** The resource that the page in the active editor is about. */
  get active(): ResourceTarget | undefined {
    const subject = this.activeContent?.subject;
    return subject && 'collection' in subject ? subject : undefined;
  }

  find(key: string): Content | undefined {
    const panel = this.panelOf(key);
    return panel && this.shown.get(panel)!.content;
  }

  /** Shows content in the reusable panel, or in a new one. */
  open(key: string, create: (panel: vscode.WebviewPanel) => Content, preserveFocus = false): void {
    const reused = this.takeReusable();
    const panel = reused ?? this.createPanel(preserveFocus);
    this.show(panel, key, create);
    this.reusable.set(panel);
    if (reused) reused.reveal(undefined, preserveFocus);
  }

  /** Shows content in a panel that VS Code restored. */
  restore(
    panel: vscode.WebviewPanel,
    key: string,
    create: (panel: vscode.WebviewPanel) => Content,
    reusable: boolean,
  ): void {
    this.panelOf(key)?.dispose();
    this.adopt(panel);
    this.show(panel, key, create);
    if (reusable) this.reusable.set(panel);
  }

  dispose(): void {
    this.disposed = true;
    this.signOuts.dispose();
    for (const panel of this.shown.keys()) panel.dispose();
  }

  private close(accountId: string): void {
    for (const [panel, { content }] of this.shown)
      if (content.subject.accountId === accountId) panel.dispose();
  }

  private panelOf(key: string): vscode.WebviewPanel | undefined {
    return [...this.shown].find(([, shown]) => shown.key === key)?.[0];
  }

  private show(
    panel: vscode.WebviewPanel,
    key: string,
    create: (panel: vscode.WebviewPanel) => Content,
  ): void {
    this.shown.set(panel, { key, content: create(panel) });
    this.visibleChanged.fire();
  }

  private takeReusable(): vscode.WebviewPanel | undefined {
    const { panel } = this.reusable;
    const shown = panel && this.shown.get(panel);
    if (!panel || !shown || shown.content.ownsPanel) return undefined;
    shown.content.dispose();
    this.ended.fire(shown.key);
    return panel;
  }

  private createPanel(preserveFocus: boolean): vscode.WebviewPanel {
    const { viewType, extensionUri, column = vscode.ViewColumn.Active } = this.options;
    const where = { viewColumn: column, preserveFocus };
    const panel = vscode.window.createWebviewPanel(viewType, '', where, pageOptions(extensionUri));
    this.adopt(panel);
    return panel;
  }

  private adopt(panel: vscode.WebviewPanel): void {
    const { extensionUri, page, title, icon } = this.options;
    panel.onDidChangeViewState(() => {
      this.reusable.changed(panel);
      this.visibleChanged.fire();
      if (panel.active) this.used.fire();
    });
    panel.webview.onDidReceiveMessage(() => this.used.fire());
    panel.onDidDispose(() => {
      this.reusable.closed(panel);
      const { key, content } = this.shown.get(panel) ?? {};
      content?.dispose();
      this.shown.delete(panel);
      if (key !== undefined && !this.disposed) this.ended.fire(key);
      this.visibleChanged.fire();
    });
    const variant = (theme: string) => vscode.Uri.joinPath(extensionUri, 'media', `${icon}-${theme}.svg`);
    panel.iconPath = { light: variant('light'), dark: variant('dark') };
    panel.webview.options = pageOptions(extensionUri);
    loadPage(panel.webview, extensionUri, page, title);
  }
}
