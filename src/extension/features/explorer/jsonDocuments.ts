import * as vscode from 'vscode';
import { Disposables } from '../../emitter';
import type { Accounts } from '../../accounts/accounts';
import type { Store } from '../../data/store';

const scheme = 'taskrouter-json';

/** Resources as read-only JSON documents, as TaskRouter sent them, following the store. */
export class JsonDocuments implements vscode.TextDocumentContentProvider {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly disposables = new Disposables();
  /** What the open documents show, by URI: TaskRouter deletes finished tasks. */
  private readonly shown = new Map<string, string>();

  constructor(
    private readonly store: Store,
    private readonly accounts: Pick<Accounts, 'get'>,
  ) {
    this.disposables.add(
      this.changed,
      vscode.workspace.registerTextDocumentContentProvider(scheme, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.shown.delete(uri.toString())),
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

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const { jsonText } = await import('../../lazy');
    const sid = sidOf(uri);
    const row = this.store.row(uri.query, sid);
    if (row) {
      const json = jsonText(row);
      this.shown.set(uri.toString(), json);
      return json;
    }
    // After a sign-out, nothing of the account stays.
    if (!this.accounts.get(uri.query)) this.shown.delete(uri.toString());
    const last = this.shown.get(uri.toString());
    return last === undefined
      ? `// ${vscode.l10n.t('{sid} is no longer loaded. Find it in the view and open it again.', { sid })}\n`
      : `// ${vscode.l10n.t('{sid} is no longer loaded. This is how it was last read.', { sid })}\n${last}`;
  }

  dispose(): void {
    this.disposables.dispose();
  }
}

const sidOf = (uri: vscode.Uri) => uri.path.slice(1).replace(/\.json$/, '');
