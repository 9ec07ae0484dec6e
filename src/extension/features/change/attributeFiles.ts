import * as vscode from 'vscode';
import { formatted } from '../../../taskrouter/attributesMerge';
import { tasks, workers } from '../../../taskrouter/resources';
import { isSid } from '../../../taskrouter/sid';
import type { Memory } from '../../accounts/memory';
import type { CommandParts } from '../../actions/actions';
import type { ResourceTarget } from '../../data/target';
import { Disposables } from '../../emitter';
import { attributesScheme } from './attributeFileSystem';
import { saveAttributes } from './saveAttributes';

const memoryKey = 'attributes';

/** The attributes that the user edits, as TaskRouter had them when they began. */
export interface AttributesFile {
  readonly attributes: string;
  /** For VS Code: larger for a later content. */
  readonly mtime: number;
}

/**
 * The attributes of a task or worker as a JSON file: saving it sends them. What was read is kept while there are unsaved
 * changes, also when the window is reloaded: the changes of others are found by comparing with it.
 */
export class AttributeFiles {
  private readonly disposables = new Disposables();
  private readonly open = new Map<string, AttributesFile>();
  /** Documents that the user is saving: VS Code does not say for which reason it writes a file. */
  private readonly savedByUser = new Set<string>();

  constructor(
    private readonly parts: CommandParts,
    private readonly memory: Memory,
    /** Called when a file is no longer what an editor shows. */
    private readonly onChange: (uri: vscode.Uri) => void,
  ) {
    const { workspace } = vscode;
    const ofOurs = (run: (document: vscode.TextDocument) => void) => (document: vscode.TextDocument) => {
      if (document.uri.scheme === attributesScheme) run(document);
    };
    this.disposables.add(
      workspace.onWillSaveTextDocument(({ document, reason }) => {
        const byUser =
          document.uri.scheme === attributesScheme && reason === vscode.TextDocumentSaveReason.Manual;
        if (byUser) this.savedByUser.add(document.uri.toString());
      }),
      workspace.onDidChangeTextDocument(({ document }) => {
        const file = this.open.get(document.uri.toString());
        if (file && document.isDirty) void this.persist(document.uri, file);
      }),
      workspace.onDidSaveTextDocument(ofOurs((document) => this.afterSave(document))),
      workspace.onDidCloseTextDocument(ofOurs(({ uri }) => this.forget(uri))),
    );
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { mtime } = await this.file(uri);
    const content = await this.readFile(uri);
    const { readOnly = true } = this.parts.accounts.get(uri.query) ?? {};
    const permissions = readOnly ? { permissions: vscode.FilePermission.Readonly } : {};
    return { type: vscode.FileType.File, ctime: 0, mtime, size: content.length, ...permissions };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return Buffer.from(formatted((await this.file(uri)).attributes));
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const key = uri.toString();
    if (!this.savedByUser.delete(key))
      throw vscode.FileSystemError.Unavailable(
        vscode.l10n.t('Attributes are sent only when you save the file yourself, not by Auto Save.'),
      );
    const { attributes } = await this.file(uri);
    const saved = await saveAttributes(
      this.parts,
      targetOf(uri),
      attributes,
      Buffer.from(content).toString(),
    );
    await this.persist(uri, undefined);
    this.replace(uri, saved);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async file(uri: vscode.Uri): Promise<AttributesFile> {
    const known = this.open.get(uri.toString()) ?? this.persisted[uri.toString()];
    if (known) {
      this.open.set(uri.toString(), known);
      return known;
    }
    const { accountId, collection, sids } = targetOf(uri);
    if (!this.parts.accounts.get(accountId)) throw vscode.FileSystemError.FileNotFound(uri);
    const { attributes } = await this.parts.store.fetch(accountId, collection, sids);
    return this.replace(uri, typeof attributes === 'string' && attributes ? attributes : '{}');
  }

  private replace(uri: vscode.Uri, attributes: string): AttributesFile {
    const before = this.open.get(uri.toString())?.mtime ?? 0;
    const file = { attributes, mtime: Math.max(this.parts.clock.now(), before + 1) };
    this.open.set(uri.toString(), file);
    return file;
  }

  /** What others wrote in the meantime came with the response, and is not in the editor yet. */
  private afterSave({ uri }: vscode.TextDocument): void {
    const file = this.open.get(uri.toString());
    if (!file) return;
    this.replace(uri, file.attributes);
    this.onChange(uri);
  }

  private forget(uri: vscode.Uri): void {
    this.open.delete(uri.toString());
    this.savedByUser.delete(uri.toString());
    void this.persist(uri, undefined);
  }

  private get persisted(): Readonly<Record<string, AttributesFile>> {
    return this.memory.get(memoryKey) ?? {};
  }

  private async persist(uri: vscode.Uri, file: AttributesFile | undefined): Promise<void> {
    const { [uri.toString()]: before, ...others } = this.persisted;
    if (file === undefined && before === undefined) return;
    if (file !== undefined && before?.mtime === file.mtime) return;
    await this.memory.update(memoryKey, file ? { ...others, [uri.toString()]: file } : others);
  }
}

/** @throws when the address of a file names neither a task nor a worker */
function targetOf(uri: vscode.Uri): ResourceTarget {
  const [workspaceSid = '', sid = ''] = uri.path
    .replace(/\.attributes\.json$/, '')
    .split('/')
    .slice(1);
  const collection = isSid('Task', sid) ? tasks : isSid('Worker', sid) ? workers : undefined;
  if (!collection || !isSid('Workspace', workspaceSid)) throw vscode.FileSystemError.FileNotFound(uri);
  return { accountId: uri.query, collection, sids: [workspaceSid, sid] };
}
