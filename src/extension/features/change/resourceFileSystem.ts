import * as vscode from 'vscode';
import type { Memory } from '../../accounts/memory';
import type { CommandParts } from '../../actions/actions';
import type { Store } from '../../data/store';
import type { ResourceTarget } from '../../data/target';
import { nameOf } from '../../display/names';
import { Disposables } from '../../emitter';
import type { FileKind, ResourceFiles } from './resourceFiles';

/** What part of a resource is a file. */
export interface FileAddress {
  readonly scheme: string;
  /** The end of the file's name, after which VS Code chooses its language. */
  readonly suffix: string;
  /** Where it is stored what unsaved changes were made from. */
  readonly memoryKey: string;
}

export const attributesAddress: FileAddress = {
  scheme: 'taskrouter-attributes',
  suffix: '.attributes.json',
  memoryKey: 'attributes',
};

export const workflowAddress: FileAddress = {
  scheme: 'taskrouter-workflow',
  suffix: '.workflow.json',
  memoryKey: 'workflows',
};

/** The address of a resource's file, which ends with what people call the resource: a tab shows that. */
export function uriOf(
  { scheme, suffix }: FileAddress,
  { accountId, sids }: ResourceTarget,
  store: Pick<Store, 'read'>,
): vscode.Uri {
  const sid = sids.at(-1)!;
  const name = (nameOf(store, accountId, sid) ?? sid).replace(/[^\p{L}\p{M}\p{N} ._+-]+/gu, '-');
  return vscode.Uri.from({
    scheme,
    path: `/${sids.join('/')}/${[...name].slice(0, 60).join('')}${suffix}`,
    query: accountId,
  });
}

/** Parts of resources as files. VS Code asks for the first one when it restores an editor: what answers is loaded then. */
export class ResourceFileSystem {
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  private readonly disposables = new Disposables();
  private loaded: Promise<ResourceFiles> | undefined;
  /**
   * Documents that Auto Save is writing. VS Code says for which reason it saves a document, except for Save without
   * Formatting, which only the user chooses.
   */
  private readonly autoSaved = new Set<string>();

  constructor(
    private readonly parts: CommandParts,
    private readonly memory: Memory,
    private readonly address: FileAddress,
    private readonly loadKind: () => Promise<FileKind>,
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
      vscode.workspace.registerFileSystemProvider(address.scheme, provider, { isCaseSensitive: true }),
      vscode.workspace.onWillSaveTextDocument(({ document, reason }) => {
        const key = document.uri.toString();
        if (reason === vscode.TextDocumentSaveReason.Manual) this.autoSaved.delete(key);
        else if (document.uri.scheme === address.scheme) this.autoSaved.add(key);
      }),
      parts.accounts.onDidChange(() => this.forgetSignedOut()),
    );
    this.forgetSignedOut();
  }

  /** Opens the file of a resource in an editor, which a click on a row does not move the focus to. */
  async show(target: ResourceTarget, preserveFocus = false): Promise<void> {
    const uri = uriOf(this.address, target, this.parts.store);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: preserveFocus, preserveFocus });
  }

  /** Saves the file in the active editor, also from its comparison. */
  async saveActive(): Promise<void> {
    await (await this.files()).saveActive();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  /** What is loaded then forgets what is stored of accounts that are signed out. */
  private forgetSignedOut(): void {
    const drafts = this.memory.get<object>(this.address.memoryKey) ?? {};
    const isGone = (key: string) => !this.parts.accounts.get(vscode.Uri.parse(key).query);
    if (Object.keys(drafts).some(isGone)) void this.files();
  }

  private files(): Promise<ResourceFiles> {
    const load = async () => {
      const [{ ResourceFiles }, kind] = await Promise.all([import('../../lazy'), this.loadKind()]);
      const files = new ResourceFiles(this.parts, this.memory, this.address, kind, (uri) =>
        this.changed.fire([{ type: vscode.FileChangeType.Changed, uri }]),
      );
      this.disposables.add(files);
      return files;
    };
    return (this.loaded ??= load());
  }
}
