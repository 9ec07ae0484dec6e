import * as vscode from 'vscode';
import { Disposables } from '../../emitter';
import { parseAttributes } from '../../../taskrouter/attributes';
import type { Row } from '../../../taskrouter/resources';
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

  provideTextDocumentContent(uri: vscode.Uri): string {
    const sid = sidOf(uri);
    const row = this.store.row(uri.query, sid);
    if (row) {
      const json = withoutLinks(JSON.stringify(readable(row), null, 2));
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

/**
 * VS Code makes a link of every address in a document, and customers write attributes. An escaped slash is the same
 * JSON, and no link.
 */
const withoutLinks = (json: string) => json.replaceAll('://', String.raw`:\/\/`);

/** The API's addresses need credentials that a browser does not have; VS Code fetches the schema that a file names. */
const addresses = new Set(['url', 'links', 'resource_url', 'actor_url', '$schema']);

/** A resource without its addresses at the API, and with the JSON of its strings as JSON. */
function readable(row: Row): object {
  const attributes = parseAttributes(typeof row['attributes'] === 'string' ? row['attributes'] : undefined);
  const configuration = parseConfiguration(row['configuration']);
  const shown = Object.entries(row).filter(([name]) => !addresses.has(name));
  return {
    ...Object.fromEntries(shown),
    ...(attributes ? { attributes } : {}),
    ...(configuration ? { configuration } : {}),
  };
}

/** A workflow's rules, which TaskRouter stores as text of up to a megabyte. */
function parseConfiguration(text: unknown): object | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    // What is nested too deeply to be written again stays a string.
    return typeof parsed === 'object' && parsed !== null && JSON.stringify(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

const sidOf = (uri: vscode.Uri) => uri.path.slice(1).replace(/\.json$/, '');
