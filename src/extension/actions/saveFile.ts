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
    defaultUri: vscode.Uri.joinPath(folder, ...path.split('/')),
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

/** What is left of a title in the name of a file. */
export const fileNameOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40);
