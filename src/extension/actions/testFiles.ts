import * as vscode from 'vscode';
import type { Memory } from '../accounts/memory';
import { watchNewFolders } from '../data/newFolders';
import type { WindowData } from '../data/windowData';
import { Disposables } from '../emitter';

/** The files that are tests; each kind has its own feature. */
export const testPatterns = { recordings: '**/callbacks/*.json', routes: '**/*.routes.json' };
export const notSearched = '**/node_modules/**';

/** Waits for a test file in a trusted workspace. VS Code's Testing view appears, and all that runs tests is loaded, then. */
export function testFiles({ accounts }: WindowData, workspaceMemory: Memory): Disposables {
  const { workspace } = vscode;
  const disposables = new Disposables();
  let isLoaded = false;
  const pattern = `{${Object.values(testPatterns).join()}}`;
  const search = async () => {
    if (isLoaded || !workspace.isTrusted) return;
    if ((await workspace.findFiles(pattern, notSearched, 1)).length === 0 || isLoaded) return;
    isLoaded = true;
    const { recordingTests, routeTests, TestFiles } = await import('../lazy');
    disposables.add(new TestFiles([recordingTests({ accounts, workspaceMemory }), routeTests]));
  };
  const created = workspace.createFileSystemWatcher(pattern, false, true, true);
  created.onDidCreate(search);
  disposables.add(
    created,
    watchNewFolders('**', search),
    workspace.onDidGrantWorkspaceTrust(search),
    workspace.onDidChangeWorkspaceFolders(search),
  );
  void search();
  return disposables;
}
