import * as vscode from 'vscode';
import type { WindowData } from './data/windowData';
import type { ExplorerView } from './features/explorer/explorerView';
import type { LiveWindow } from './features/live/liveWindow';

/** The events after which something may be due for a poll. */
export function eventsToPollOn(
  { accounts, polled }: WindowData,
  explorer: ExplorerView,
  live: LiveWindow,
): vscode.Event<unknown>[] {
  return [
    accounts.onDidChange,
    explorer.onDidChangeVisibility,
    live.onDidChangeVisibility,
    live.notifications.onDidChange,
    polled.onDidChange,
    vscode.window.onDidChangeWindowState,
    (listener) =>
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('taskrouter')) listener(event);
      }),
  ];
}
