import * as vscode from 'vscode';
import { Disposables } from '../../emitter';
import type { Store } from '../../data/store';

const scheme = 'taskrouter-json';

/** Resources as read-only JSON documents, as TaskRouter sent them, following the store. */
export class JsonDocuments implements vscode.TextDocumentContentProvider {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly disposables = new Disposables();

  constructor(private readonly store: Store) {
    this.disposables.add(
      this.changed,
      vscode.workspace.registerTextDocumentContentProvider(scheme, this),
      store.onDidChange((change) => {
        for (const { uri } of vscode.workspace.textDocuments) {
          if (uri.scheme === scheme && change.hasRow(uri.query, sidOf(uri))) this.changed.fire(uri);
        }
      }),
    );
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
    this.disposables.dispose();
  }
}

const sidOf = (uri: vscode.Uri) => uri.path.slice(1).replace(/\.json$/, '');
