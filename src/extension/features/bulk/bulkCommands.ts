import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type * as vscode from 'vscode';
import type { Account } from '../../accounts/account';
import type { BulkKind, CommandHandlers } from '../../contributions';
import type { RowTarget } from '../../data/target';
import type { Disposable } from '../../emitter';
import type { Bulk, BulkOptions } from './bulk';

export const panelType = 'taskrouter.bulk';
/** The folder of the runs in the global storage. */
export const runsFolder = 'bulk';
/** In the names of files that say which window is at a run. */
export const ownerMark = '.owner.';

/** Bulk actions. They are loaded on the first call, or when an earlier window left a run unfinished. */
export function bulkCommands(options: Omit<BulkOptions, 'once'>) {
  let loading: Promise<Bulk> | undefined;
  const load = async () => {
    const [{ Bulk }, once] = await Promise.all([import('../../lazy'), options.actions.once()]);
    return new Bulk({ ...options, once });
  };
  const bulk = () => (loading ??= load());
  const resume = async () => {
    const files = await readdir(path.join(options.globalStorageUri.fsPath, runsFolder));
    if (files.some((name) => name.includes(ownerMark))) await (await bulk()).resume();
  };
  // Before the first run there is no folder.
  resume().catch(() => undefined);
  return {
    handlers: {
      'taskrouter.bulk.reports': async () => (await bulk()).showReports(),
    } satisfies Partial<CommandHandlers>,
    plan: async (kind: BulkKind, rows: readonly RowTarget[]) => (await bulk()).planRows(kind, rows),
    /** For the rows that are selected in a table: their workspaces’ SIDs and their own. */
    onRows: (kind: BulkKind, { id: accountId }: Account, rows: readonly (readonly string[])[]) =>
      void bulk().then((loaded) => loaded.plan(kind, { accountId, rows })),
    deserializeWebviewPanel: async (panel, state) => (await bulk()).restore(panel, state),
    dispose: () => void loading?.then((loaded) => loaded.dispose()),
  } satisfies Disposable & vscode.WebviewPanelSerializer & Record<string, unknown>;
}
