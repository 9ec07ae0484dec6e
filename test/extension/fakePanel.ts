import * as vscode from 'vscode';
import type { StateMessage } from '../../src/webview/shared/protocol';

/** A panel without a page: what it is given is seen, and what the page would say is said here. */
export class FakePanel<State> {
  readonly said = new vscode.EventEmitter<unknown>();
  readonly gone = new vscode.EventEmitter<void>();
  readonly posted: StateMessage<State>[] = [];
  readonly onDidDispose = this.gone.event;
  private readonly moved = new vscode.EventEmitter<never>();
  readonly onDidChangeViewState = this.moved.event;
  title = '';
  /** As VS Code does: the requested column until the panel is shown. */
  private column = vscode.ViewColumn.Active;
  private isVisible = true;
  active = true;
  iconPath: unknown;
  disposed = false;
  private readonly page = {
    options: {} as vscode.WebviewOptions,
    html: '',
    cspSource: 'https://page.example',
    asWebviewUri: (uri: vscode.Uri) => uri,
    onDidReceiveMessage: this.said.event,
    postMessage: (message: StateMessage<State>) => {
      // As VS Code does: what is posted must survive as JSON.
      this.posted.push(JSON.parse(JSON.stringify(message)) as StateMessage<State>);
      return Promise.resolve(true);
    },
  };
  get webview() {
    if (this.disposed) throw new Error('Webview is disposed');
    return this.page;
  }
  get viewColumn() {
    if (this.disposed) throw new Error('Webview is disposed');
    return this.column;
  }
  get visible() {
    if (this.disposed) throw new Error('Webview is disposed');
    return this.isVisible;
  }
  set visible(isVisible: boolean) {
    this.isVisible = isVisible;
  }
  moveTo(column: vscode.ViewColumn): void {
    this.column = column;
    this.moved.fire(undefined as never);
  }
  show(isVisible: boolean): void {
    this.visible = isVisible;
    this.moved.fire(undefined as never);
  }
  reveal(): void {}
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.gone.fire();
  }
}
