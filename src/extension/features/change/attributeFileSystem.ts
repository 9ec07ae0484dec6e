import * as vscode from 'vscode';
import type { Memory } from '../../accounts/memory';
import type { CommandParts } from '../../actions/actions';
import type { ResourceTarget } from '../../data/target';
import { Disposables } from '../../emitter';
import type { AttributeFiles } from './attributeFiles';

export const attributesScheme = 'taskrouter-attributes';
/** Where the attributes are stored that unsaved changes were made from. */
export const memoryKey = 'attributes';

/** Attributes as files. VS Code asks for the first one when it restores an editor: what answers is loaded then. */
export class AttributeFileSystem {
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  private readonly disposables = new Disposables();
  private loaded: Promise<AttributeFiles> | undefined;
  /**
   * Documents that Auto Save is writing. VS Code says for which reason it saves a document, except for Save without
   * Formatting, which only the user chooses.
   */
  private readonly autoSaved = new Set<string>();

  constructor(
    private readonly parts: CommandParts,
    private readonly memory: Memory,
  ) {
    const refuse = (uri: vscode.Uri) => {
      throw vscode.FileSystemError.NoPermissions(uri);
    };
    const provider: vscode.FileSystemProvider = {
      onDidChangeFile: this.changed.event,
      watch: () => ({ dispose: () => undefined }),
      stat: async (uri) => (await this.files()).stat(uri),
      readFile: async (uri) => (await this.files()).readFile(uri),
      writeFile: async (uri, content) => {
        const isAutoSave = this.autoSaved.delete(uri.toString());
        return (await this.files()).writeFile(uri, content, isAutoSave);
      },
      readDirectory: () => [],
      ...{ createDirectory: refuse, delete: refuse, rename: refuse },
    };
    this.disposables.add(
      this.changed,
      vscode.workspace.registerFileSystemProvider(attributesScheme, provider, { isCaseSensitive: true }),
      vscode.workspace.onWillSaveTextDocument(({ document, reason }) => {
        const key = document.uri.toString();
        if (reason === vscode.TextDocumentSaveReason.Manual) this.autoSaved.delete(key);
        else if (document.uri.scheme === attributesScheme) this.autoSaved.add(key);
      }),
      parts.accounts.onDidChange(() => this.forgetSignedOut()),
    );
    this.forgetSignedOut();
  }

  /** Opens the attributes of a task or worker in an editor. */
  async show({ accountId, sids }: ResourceTarget): Promise<void> {
    const path = `/${sids.join('/')}.attributes.json`;
    const uri = vscode.Uri.from({ scheme: attributesScheme, path, query: accountId });
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
  }

  dispose(): void {
    this.disposables.dispose();
  }

  /** What is loaded then forgets what is stored of accounts that are signed out. */
  private forgetSignedOut(): void {
    const drafts = this.memory.get<object>(memoryKey) ?? {};
    const isGone = (key: string) => !this.parts.accounts.get(vscode.Uri.parse(key).query);
    if (Object.keys(drafts).some(isGone)) void this.files();
  }

  private files(): Promise<AttributeFiles> {
    const load = async () => {
      const { AttributeFiles } = await import('../../lazy');
      const files = new AttributeFiles(this.parts, this.memory, (uri) =>
        this.changed.fire([{ type: vscode.FileChangeType.Changed, uri }]),
      );
      this.disposables.add(files);
      return files;
    };
    return (this.loaded ??= load());
  }
}
