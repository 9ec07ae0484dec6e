import * as vscode from 'vscode';
import { formatted } from '../../../taskrouter/attributesMerge';
import { tasks, workers } from '../../../taskrouter/resources';
import { isSid } from '../../../taskrouter/sid';
import type { Memory } from '../../accounts/memory';
import type { CommandParts } from '../../actions/actions';
import type { ResourceTarget } from '../../data/target';
import { Disposables } from '../../emitter';
import { attributesScheme, memoryKey } from './attributeFileSystem';
import { attributesOf, saveAttributes } from './saveAttributes';

/** What a later session needs of unsaved changes: the attributes that they were made from. */
interface Draft {
  readonly attributes: string;
  readonly mtime: number;
}

interface OpenFile {
  /** The attributes from which the text in the editor was made: what differs from them is what the user changed. */
  base: string;
  /** The attributes as VS Code reads them. */
  current: string;
  /** Whether VS Code has read them. */
  wasRead: boolean;
  /** For VS Code, which reads the file again when it is larger. */
  mtime: number;
}

/**
 * The attributes of a task or worker as a JSON file: saving it sends them. The changes of others are found by comparing
 * with the base, which is kept while there are unsaved changes, also when the window is reloaded. VS Code does not say
 * what an editor has of what was read, so the base is the current attributes only once a document has their text.
 */
export class AttributeFiles {
  private readonly disposables = new Disposables();
  private readonly open = new Map<string, OpenFile>();

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
      workspace.onDidOpenTextDocument(ofOurs((document) => this.compare(document))),
      workspace.onDidChangeTextDocument(({ document }) => ofOurs((one) => this.compare(one))(document)),
      workspace.onDidSaveTextDocument(ofOurs((document) => this.afterSave(document))),
      workspace.onDidCloseTextDocument(ofOurs((document) => void this.afterClose(document))),
      parts.accounts.onDidChange(() => this.forgetSignedOut()),
    );
    this.forgetSignedOut();
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { mtime, current } = await this.file(uri);
    const { readOnly = true } = this.parts.accounts.get(uri.query) ?? {};
    const permissions = readOnly ? { permissions: vscode.FilePermission.Readonly } : {};
    const size = Buffer.byteLength(formatted(current));
    return { type: vscode.FileType.File, ctime: 0, mtime, size, ...permissions };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const file = await this.file(uri);
    if (file.wasRead) file.current = await this.fetch(uri);
    file.wasRead = true;
    return Buffer.from(formatted(file.current));
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array, isAutoSave: boolean): Promise<void> {
    if (isAutoSave)
      throw vscode.FileSystemError.Unavailable(
        vscode.l10n.t('Attributes are sent only when you save the file yourself, not by Auto Save.'),
      );
    const file = await this.file(uri);
    const mine = Buffer.from(content).toString();
    const current = await saveAttributes(this.parts, targetOf(uri), file.base, mine);
    // The editor does not have what others wrote yet, and may never: the user may have typed on.
    Object.assign(file, { base: mine, current, wasRead: false, mtime: this.mtimeAfter(file.mtime) });
    await this.persist(uri, file);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async file(uri: vscode.Uri): Promise<OpenFile> {
    const key = uri.toString();
    const current = this.open.has(key) ? '' : await this.fetch(uri);
    const known = this.open.get(key);
    if (known) return known;
    const draft = this.drafts[key];
    const base = draft?.attributes ?? unknownBaseOf(documentOf(uri)) ?? current;
    const file = { base, current, wasRead: false, mtime: draft?.mtime ?? this.mtimeAfter(0) };
    this.open.set(key, file);
    return file;
  }

  private async fetch(uri: vscode.Uri): Promise<string> {
    const { accountId, collection, sids } = targetOf(uri);
    const isSignedIn = () => this.parts.accounts.get(accountId) !== undefined;
    if (!isSignedIn()) throw vscode.FileSystemError.FileNotFound(uri);
    const row = await this.parts.store.fetch(accountId, collection, sids);
    if (!isSignedIn()) throw vscode.FileSystemError.FileNotFound(uri);
    return attributesOf(row);
  }

  private mtimeAfter(before: number): number {
    return Math.max(this.parts.clock.now(), before + 1);
  }

  /** Finds out whether the document has what TaskRouter has, and keeps the base of what was typed since. */
  private compare(document: vscode.TextDocument): void {
    const file = this.open.get(document.uri.toString());
    if (!file) return;
    if (file.base !== file.current && document.getText() === formatted(file.current))
      file.base = file.current;
    if (document.isDirty) void this.persist(document.uri, file);
    else if (file.base === file.current) void this.persist(document.uri, undefined);
  }

  /** What others wrote in the meantime came with the response, and is not in the editor yet. */
  private afterSave(document: vscode.TextDocument): void {
    const { uri, isDirty } = document;
    const file = this.open.get(uri.toString());
    if (!file) return;
    if (!isDirty) void this.persist(uri, undefined);
    file.mtime = this.mtimeAfter(file.mtime);
    this.onChange(uri);
  }

  /** VS Code also reports one as closed whose language changes. */
  private async afterClose({ uri, isDirty }: vscode.TextDocument): Promise<void> {
    await Promise.resolve();
    if (isDirty || documentOf(uri)) return;
    await this.forget(uri.toString());
  }

  private forgetSignedOut(): void {
    const isGone = (key: string) => !this.parts.accounts.get(vscode.Uri.parse(key).query);
    const keys = new Set([...this.open.keys(), ...Object.keys(this.drafts)]);
    for (const key of [...keys].filter(isGone)) void this.forget(key);
  }

  private async forget(key: string): Promise<void> {
    this.open.delete(key);
    await this.persistAs(key, undefined);
  }

  private get drafts(): Readonly<Record<string, Draft>> {
    return this.memory.get(memoryKey) ?? {};
  }

  private persist(uri: vscode.Uri, file: OpenFile | undefined): Promise<void> {
    return this.persistAs(uri.toString(), file && { attributes: file.base, mtime: file.mtime });
  }

  private async persistAs(key: string, draft: Draft | undefined): Promise<void> {
    const { [key]: before, ...others } = this.drafts;
    if (before?.attributes === draft?.attributes && before?.mtime === draft?.mtime) return;
    const drafts = draft ? { ...others, [key]: draft } : others;
    await this.memory.update(memoryKey, Object.keys(drafts).length ? drafts : undefined);
  }
}

const documentOf = (uri: vscode.Uri) =>
  vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());

/**
 * What to compare an editor with that was open before the extension was started: nobody knows what unsaved changes were
 * made from, so every other value is a conflict.
 */
const unknownBaseOf = (document: vscode.TextDocument | undefined) =>
  document && (document.isDirty ? '{}' : document.getText());

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
