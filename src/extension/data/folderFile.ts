import * as vscode from 'vscode';
import { assertInside, readSmallFile, tooLarge } from './smallFile';

/** A file of a workspace folder, to be shared. */
export interface TextFile {
  /** Its text, or undefined when there is none. @throws UnusableFileError */
  read(): Promise<string | undefined>;
  write(text: string): Promise<void>;
}

/** A file of a workspace folder, which may be a link to anything. */
export function openFolderFile(folder: vscode.Uri, path: string, maxKilobytes: number): TextFile {
  const uri = vscode.Uri.joinPath(folder, path);
  const isOnDisk = uri.scheme === 'file';
  return {
    read: () => (isOnDisk ? readSmallFile(uri.fsPath, maxKilobytes) : readVirtual(uri, maxKilobytes)),
    async write(text) {
      if (isOnDisk) await assertInside(folder.fsPath, uri.fsPath);
      await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    },
  };
}

/** A file of a virtual workspace, such as a repository on GitHub: it has no links and no devices. */
async function readVirtual(uri: vscode.Uri, maxKilobytes: number): Promise<string | undefined> {
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > maxKilobytes * 1024) throw tooLarge(maxKilobytes);
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return undefined;
    throw error;
  }
}
