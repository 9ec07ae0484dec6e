import * as vscode from 'vscode';
import { formatted } from '../../../taskrouter/attributesMerge';
import type { Collection, Row } from '../../../taskrouter/resources';
import { isSid } from '../../../taskrouter/sid';
import type { Memory } from '../../accounts/memory';
import type { CommandParts } from '../../actions/actions';
import type { ResourceTarget } from '../../data/target';
import { showError } from '../../display/notification';
import { Disposables } from '../../emitter';
import type { FileAddress } from './resourceFileSystem';
import { isDeclined } from './saving';

/** What is in a file, and how it is saved. */
export interface FileKind {
  /** The resources that have such a file. */
  readonly collections: readonly Collection[];
  /** What TaskRouter has, as JSON. */
  readonly contentOf: (row: Row) => string;
  /** Called when a file is opened, also by VS Code after a reload. Never rejects. */
  readonly onOpen?: (parts: CommandParts, target: ResourceTarget) => Promise<void>;
  /** What Auto Save is refused with. */
  readonly onlyByHand: () => string;
  /** Sends what the user made of the base: one request at most. @throws FileSystemError, which says why nothing was saved */
  readonly save: (parts: CommandParts, edited: Edited) => Promise<Saved>;
}

export interface Edited {
  readonly uri: vscode.Uri;
  readonly target: ResourceTarget;
  readonly base: string;
  readonly mine: string;
}

export interface Saved {
  /** What TaskRouter has now. */
  readonly current: string;
  /** Why it was not saved, although the user has seen what TaskRouter has now: saving again replaces that. */
  readonly refusal?: vscode.FileSystemError;
}

/** What a later session needs of unsaved changes: the content that they were made from. */
interface Draft {
  readonly base: string;
  readonly mtime: number;
}

interface OpenFile {
  /** The content from which the text in the editor was made: what differs from it is what the user changed. */
  base: string;
  /** The content as VS Code reads it. */
  current: string;
  /** What is being saved, or was last. */
  mine?: string;
  /** What TaskRouter has already when VS Code writes it. */
  sent?: string;
  /** Whether VS Code has read it. */
  wasRead: boolean;
  /** For VS Code, which reads the file again when it is larger. */
  mtime: number;
  /** The same for what is compared. */
  comparedAt: number;
}

/** In the address of what is compared: what TaskRouter has, and what is being saved. Neither can be changed. */
export const compared = { current: 'current', mine: 'mine' } as const;

/**
 * A part of a resource as a JSON file: saving it sends it. The changes of others are found by comparing with the base,
 * which is kept while there are unsaved changes, also when the window is reloaded. VS Code does not say what an editor has
 * of what was read, so the base is the current content only once a document has its text.
 */
export class ResourceFiles {
  private readonly disposables = new Disposables();
  private readonly open = new Map<string, OpenFile>();

  constructor(
    private readonly parts: CommandParts,
    private readonly memory: Memory,
    private readonly address: FileAddress,
    private readonly kind: FileKind,
    /** Called when a file is no longer what an editor shows. */
    private readonly onChange: (uri: vscode.Uri) => void,
  ) {
    const { workspace } = vscode;
    const ofOurs = (run: (document: vscode.TextDocument) => void) => (document: vscode.TextDocument) => {
      const { scheme, fragment } = document.uri;
      if (scheme === address.scheme && !fragment) run(document);
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
    const file = await this.file(uri);
    const { readOnly = true } = this.parts.accounts.get(uri.query) ?? {};
    const isReadOnly = readOnly || uri.fragment !== '';
    const permissions = isReadOnly ? { permissions: vscode.FilePermission.Readonly } : {};
    const size = Buffer.byteLength(textOf(file, uri));
    const mtime = uri.fragment ? file.comparedAt : file.mtime;
    return { type: vscode.FileType.File, ctime: 0, mtime, size, ...permissions };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const file = await this.file(uri);
    if (uri.fragment) return Buffer.from(textOf(file, uri));
    if (file.wasRead) file.current = await this.fetch(uri);
    file.wasRead = true;
    return Buffer.from(formatted(file.current));
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array, isAutoSave: boolean): Promise<void> {
    if (isAutoSave) throw vscode.FileSystemError.Unavailable(this.kind.onlyByHand());
    const file = await this.file(uri);
    const mine = decoded(content);
    if (mine !== file.sent) await this.send(uri, file, mine);
    delete file.sent;
    file.mtime = this.mtimeAfter(file.mtime);
    await this.persist(uri, file);
  }

  /** Saves the file in the active editor, also from its comparison. */
  async saveActive(): Promise<void> {
    const active = vscode.window.activeTextEditor?.document.uri;
    const document = active?.scheme === this.address.scheme ? documentOf(active) : undefined;
    if (document) await this.save(document);
  }

  /**
   * Saves without VS Code, which makes a long error of each refusal. VS Code is told once TaskRouter has it: it then writes
   * what was sent, which sends nothing.
   */
  async save(document: vscode.TextDocument): Promise<void> {
    const { uri } = document;
    const mine = document.getText();
    try {
      if (document.encoding !== 'utf8') throw otherEncoding();
      const file = await this.file(uri);
      await this.send(uri, file, mine);
      file.sent = mine;
    } catch (error) {
      if (!(error instanceof vscode.FileSystemError)) throw error;
      if (!isDeclined(error)) void showError(error.message);
      return;
    }
    if (document.getText() === mine) await document.save();
  }

  /** @throws FileSystemError, which says why it was not sent */
  private async send(uri: vscode.Uri, file: OpenFile, mine: string): Promise<void> {
    this.putCompared(uri, file, { mine });
    const edited = { uri, target: this.targetOf(uri), base: file.base, mine };
    const { current, refusal } = await this.kind.save(this.parts, edited);
    this.putCompared(uri, file, { current });
    if (refusal) {
      // To VS Code nothing has changed: a later save is not a conflict of its own.
      file.base = current;
      await this.persist(uri, file);
      throw refusal;
    }
    // The editor does not have what others wrote yet, and may never: the user may have typed on.
    Object.assign(file, { base: mine, current, wasRead: false });
    await this.persist(uri, file);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async file(uri: vscode.Uri): Promise<OpenFile> {
    const key = keyOf(uri);
    const current = this.open.has(key) ? '' : await this.fetch(uri);
    const known = this.open.get(key);
    if (known) return known;
    const draft = this.drafts[key];
    const base = draft?.base ?? unknownBaseOf(documentOf(uri)) ?? current;
    const mtime = draft?.mtime ?? this.mtimeAfter(0);
    const file = { base, current, wasRead: false, mtime, comparedAt: this.mtimeAfter(0) };
    this.open.set(key, file);
    void this.kind.onOpen?.(this.parts, this.targetOf(uri));
    return file;
  }

  private async fetch(uri: vscode.Uri): Promise<string> {
    const { accountId, collection, sids } = this.targetOf(uri);
    const isSignedIn = () => this.parts.accounts.get(accountId) !== undefined;
    if (!isSignedIn()) throw vscode.FileSystemError.FileNotFound(uri);
    const row = await this.parts.store.fetch(accountId, collection, sids);
    if (!isSignedIn()) throw vscode.FileSystemError.FileNotFound(uri);
    return this.kind.contentOf(row);
  }

  private mtimeAfter(before: number): number {
    return Math.max(this.parts.clock.now(), before + 1);
  }

  /** Changes what is compared. */
  private putCompared(
    uri: vscode.Uri,
    file: OpenFile,
    sides: Partial<Pick<OpenFile, 'current' | 'mine'>>,
  ): void {
    Object.assign(file, { ...sides, comparedAt: this.mtimeAfter(file.comparedAt) });
    for (const fragment of Object.values(compared)) this.onChange(uri.with({ fragment }));
  }

  /** Finds out whether the document has what TaskRouter has, and keeps the base of what was typed since. */
  private compare(document: vscode.TextDocument): void {
    const file = this.open.get(keyOf(document.uri));
    if (!file) return;
    if (file.base !== file.current && document.getText() === formatted(file.current))
      file.base = file.current;
    if (document.isDirty) void this.persist(document.uri, file);
    else if (file.base === file.current) void this.persist(document.uri, undefined);
  }

  /** What others wrote in the meantime came with the response, and is not in the editor yet. */
  private afterSave(document: vscode.TextDocument): void {
    const { uri, isDirty } = document;
    const file = this.open.get(keyOf(uri));
    if (!file) return;
    if (!isDirty) void this.persist(uri, undefined);
    file.mtime = this.mtimeAfter(file.mtime);
    this.onChange(uri);
  }

  /** VS Code also reports one as closed whose language changes. */
  private async afterClose({ uri, isDirty }: vscode.TextDocument): Promise<void> {
    await Promise.resolve();
    if (isDirty || documentOf(uri)) return;
    await this.forget(keyOf(uri));
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
    return this.memory.get(this.address.memoryKey) ?? {};
  }

  private persist(uri: vscode.Uri, file: OpenFile | undefined): Promise<void> {
    return this.persistAs(keyOf(uri), file && { base: file.base, mtime: file.mtime });
  }

  private async persistAs(key: string, draft: Draft | undefined): Promise<void> {
    const { [key]: before, ...others } = this.drafts;
    if (before?.base === draft?.base && before?.mtime === draft?.mtime) return;
    const drafts = draft ? { ...others, [key]: draft } : others;
    await this.memory.update(this.address.memoryKey, Object.keys(drafts).length ? drafts : undefined);
  }

  /** @throws when the address of a file names no resource that has one */
  private targetOf(uri: vscode.Uri): ResourceTarget {
    const [, workspaceSid = '', sid = ''] = uri.path.split('/');
    const collection = this.kind.collections.find(({ noun }) => isSid(noun, sid));
    if (!collection || !isSid('Workspace', workspaceSid)) throw vscode.FileSystemError.FileNotFound(uri);
    return { accountId: uri.query, collection, sids: [workspaceSid, sid] };
  }
}

/** What is in the file, or in a side of its comparison. @throws FileSystemError where nothing is being compared */
function textOf({ current, mine }: OpenFile, uri: vscode.Uri): string {
  if (uri.fragment !== compared.mine) return formatted(current);
  if (mine === undefined) throw vscode.FileSystemError.FileNotFound(uri);
  return mine;
}

/** @throws FileSystemError for what is not UTF-8, which JSON at TaskRouter is */
function decoded(content: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    throw otherEncoding();
  }
}

const otherEncoding = () =>
  vscode.FileSystemError.Unavailable(
    vscode.l10n.t('Only UTF-8 can be sent. Run Change File Encoding and save with UTF-8.'),
  );

const keyOf = (uri: vscode.Uri) => uri.with({ fragment: '' }).toString();

const documentOf = (uri: vscode.Uri) =>
  vscode.workspace.textDocuments.find((one) => one.uri.toString() === keyOf(uri));

/**
 * What to compare an editor with that was open before the extension was started: nobody knows what unsaved changes were
 * made from, so every other value is a conflict.
 */
const unknownBaseOf = (document: vscode.TextDocument | undefined) =>
  document && (document.isDirty ? '{}' : document.getText());
