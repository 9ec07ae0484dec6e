import * as vscode from 'vscode';
import { assertInside, readSmallFile, tooLarge } from '../../data/smallFile';
import type { PresetFile } from './presets';
import { maxFileSize } from './presets';

export const presetFilePath = '.vscode/taskrouter-presets.json';

export const presetFileIn = (folder: vscode.Uri): vscode.Uri => vscode.Uri.joinPath(folder, presetFilePath);

/** The preset file of a workspace folder, which may be a link to anything. */
export function openPresetFile(folder: vscode.Uri): PresetFile {
  const uri = presetFileIn(folder);
  const isOnDisk = uri.scheme === 'file';
  return {
    read: () => (isOnDisk ? readSmallFile(uri.fsPath, maxFileSize) : readVirtual(uri)),
    async write(text) {
      if (isOnDisk) await assertInside(folder.fsPath, uri.fsPath);
      await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    },
  };
}

/** A file of a virtual workspace, such as a repository on GitHub: it has no links and no devices. */
async function readVirtual(uri: vscode.Uri): Promise<string | undefined> {
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > maxFileSize * 1024) throw tooLarge(maxFileSize);
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return undefined;
    throw error;
  }
}
