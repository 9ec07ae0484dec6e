import * as vscode from 'vscode';

/**
 * Calls `search`, one call at a time, when a folder that matches the pattern appears. VS Code does not report files that were
 * written to a new folder before it began to watch it: https://github.com/parcel-bundler/watcher/issues/243
 */
export function watchNewFolders(pattern: string, search: () => unknown): vscode.Disposable {
  const created = vscode.workspace.createFileSystemWatcher(pattern, false, true, true);
  let last: Promise<unknown> = Promise.resolve();
  let isWaiting = false;
  const next = () => {
    isWaiting = false;
    return search();
  };
  created.onDidCreate(async (uri) => {
    if (isWaiting || !(await isFolder(uri))) return;
    isWaiting = true;
    last = last.then(next, next);
  });
  return created;
}

/** Calls `search` also when such a folder is deleted or moved: VS Code reports nothing of what was in it. */
export function watchFolders(pattern: string, search: () => unknown): vscode.Disposable {
  const deleted = vscode.workspace.createFileSystemWatcher(pattern, true, true, false);
  deleted.onDidDelete(search);
  return vscode.Disposable.from(watchNewFolders(pattern, search), deleted);
}

const isFolder = (uri: vscode.Uri) =>
  vscode.workspace.fs.stat(uri).then(
    ({ type }) => (type & vscode.FileType.Directory) !== 0,
    // It is gone again.
    () => false,
  );
