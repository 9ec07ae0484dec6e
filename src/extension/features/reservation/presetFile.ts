import * as vscode from 'vscode';
import { message } from '../../../taskrouter/message';
import type { PresetFile } from './presets';
import { maxFileBytes, PresetFileError } from './presets';

export const presetFilePath = '.vscode/taskrouter-presets.json';

export const presetFileIn = (folder: vscode.Uri): vscode.Uri => vscode.Uri.joinPath(folder, presetFilePath);

/** The preset file of a workspace folder. */
export function openPresetFile(folder: vscode.Uri): PresetFile {
  const uri = presetFileIn(folder);
  return {
    async read() {
      try {
        // A link to a device or a pipe would never end.
        const { type, size } = await vscode.workspace.fs.stat(uri);
        if (!(type & vscode.FileType.File)) throw new PresetFileError(message('it is not a regular file'));
        if (size > maxFileBytes) throw new PresetFileError(message('it is larger than 256 kB'));
        return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
      } catch (error) {
        if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return undefined;
        throw error;
      }
    },
    async write(text) {
      await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    },
  };
}
