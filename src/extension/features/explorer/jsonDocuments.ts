import * as vscode from 'vscode';
import type { Store } from '../../data/store';

const scheme = 'taskrouter-json';

/** Resources as read-only JSON documents, as TaskRouter sent them, following the store. */
export class JsonDocuments implements vscode.TextDocumentContentProvider {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly subscriptions: { dispose(): void }[];

  constructor(private readonly store: Store) {
    this.subscriptions = [
      this.changed,
      vscode.workspace.registerTextDocumentContentProvider(scheme, this),
      store.changes.listen(({ rows }) => {
        for (const { uri } of vscode.workspace.textDocuments) {
          if (uri.scheme === scheme && rows.has(`${uri.query}/${sidOf(uri)}`)) this.changed.fire(uri);
        }
      }),
    ];
  }

  async show(accountId: string, sid: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme, path: `/${sid}.json`, query: accountId });
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const row = this.store.row(uri.query, sidOf(uri));
    return row
      ? JSON.stringify(row, null, 2)
      : `// ${sidOf(uri)} is not in the view any more. Find it there and open it again.\n`;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}

const sidOf = (uri: vscode.Uri) => uri.path.slice(1).replace(/\.json$/, '');
