import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { showError, showInformation } from '../display/notification';

export interface NewFile {
  readonly title: string;
  /** From the folder that is open, with `/`. */
  readonly path: string;
  readonly filters: Readonly<Record<string, string[]>>;
  readonly text: string;
  readonly saved: (path: string) => string;
  readonly notSaved: (reason: string) => string;
}

/** Asks where to save a file, writes it, and offers to open it. */
export async function saveFile({ title, path, filters, text, saved, notSaved }: NewFile): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
  const uri = await vscode.window.showSaveDialog({
    ...{ title, filters },
    defaultUri: await freeUri(folder, path),
  });
  if (!uri) return;
  try {
    await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
  } catch (error) {
    return void showError(notSaved(error instanceof Error ? error.message : String(error)));
  }
  const open = vscode.l10n.t('Open');
  const chosen = await showInformation(saved(uri.fsPath), open);
  if (chosen === open) await vscode.commands.executeCommand('vscode.open', uri);
}

/** With a number where there is such a file: nobody wants to replace it. */
export async function freeUri(folder: vscode.Uri, path: string): Promise<vscode.Uri> {
  for (let i = 1; ; i++) {
    const numbered = i === 1 ? path : path.replace(/(\.\w+)+$/, (ending) => `-${i}${ending}`);
    const uri = vscode.Uri.joinPath(folder, ...numbered.split('/'));
    const isThere = await vscode.workspace.fs.stat(uri).then(
      () => true,
      () => false,
    );
    if (!isThere) return uri;
  }
}

/** What is left of a title in the name of a file. */
export const fileNameOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40);
