import * as vscode from 'vscode';

/** Watchers of files that report what the test says, to those who watch all files. */
export function fakeWatchers() {
  const created = new vscode.EventEmitter<vscode.Uri>();
  const deleted = new vscode.EventEmitter<vscode.Uri>();
  const { event: never } = new vscode.EventEmitter<vscode.Uri>();
  const create: typeof vscode.workspace.createFileSystemWatcher = (
    pattern,
    ignoreCreateEvents = false,
    ignoreChangeEvents = false,
    ignoreDeleteEvents = false,
  ) => ({
    ...{ ignoreCreateEvents, ignoreChangeEvents, ignoreDeleteEvents },
    onDidCreate: pattern === '**' && !ignoreCreateEvents ? created.event : never,
    onDidChange: never,
    onDidDelete: pattern === '**' && !ignoreDeleteEvents ? deleted.event : never,
    dispose: () => undefined,
  });
  return {
    create,
    created: (uri: vscode.Uri) => created.fire(uri),
    deleted: (uri: vscode.Uri) => deleted.fire(uri),
  };
}
