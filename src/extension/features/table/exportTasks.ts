import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { describeError, sentence } from '../../display/errorMessage';
import { sentences } from '../../display/sentences';
import { showError, showInformation, showStatus, withCancellableProgress } from '../../display/notification';
import type { Event } from '../../emitter';
import type { Exported, ExportFormat } from './exportedTasks';
import { exportedText, unreadTasks } from './exportedTasks';

export interface ExportOptions {
  /** Reads the tasks that have not been read. False when not all could be. */
  readonly readAll: (signal: AbortSignal) => Promise<boolean>;
  /** `1,100 of 2,000 tasks read`. */
  readonly progress: () => string;
  readonly exported: (format: ExportFormat) => Exported;
  /** Calls back with each change of the progress, until it is disposed. */
  readonly onProgress: Event<void>;
}

export async function copyTasks(exported: Exported): Promise<void> {
  await vscode.env.clipboard.writeText(await exportedText(exported));
  const count = exported.tasks.length;
  showStatus(
    'copy',
    count === 1
      ? vscode.l10n.t('Copied 1 task.')
      : vscode.l10n.t('Copied {count} tasks.', { count: count.toLocaleString() }),
  );
}

/** Asks for a file, reads what has not been read, and writes all tasks that match. */
export async function exportTasks(options: ExportOptions): Promise<void> {
  const uri = await vscode.window.showSaveDialog({
    // Never the folder that is open: customer data would get into a repository.
    defaultUri: vscode.Uri.file(path.join(homedir(), 'tasks.csv')),
    filters: { CSV: ['csv'], JSON: ['json'] },
    saveLabel: vscode.l10n.t('Export'),
  });
  if (!uri) return;
  const format = uri.path.toLowerCase().endsWith('.json') ? 'json' : 'csv';
  try {
    const written = await withCancellableProgress(vscode.l10n.t('Exporting tasks'), (signal, report) =>
      write(uri, format, options, { signal, report }).catch((error: unknown) => {
        if (!signal.aborted) throw error;
        return undefined;
      }),
    );
    if (written) void say(written, uri);
  } catch (error) {
    const reason = error instanceof vscode.FileSystemError ? error.message : sentence(describeError(error));
    void showError(vscode.l10n.t('The tasks were not exported. {reason}', { reason }));
  }
}

interface Written {
  readonly count: number;
  /** Tasks of which a value has not been read. */
  readonly unread: number;
}

async function say({ count, unread }: Written, uri: vscode.Uri): Promise<void> {
  const done =
    count === 1
      ? vscode.l10n.t('1 task was exported.')
      : vscode.l10n.t('{count} tasks were exported.', { count: count.toLocaleString() });
  const missing =
    unread === 0
      ? ''
      : vscode.l10n.t('Worker or time in status is “(not read)” for {count} of them.', {
          count: unread.toLocaleString(),
        });
  const open = vscode.l10n.t('Open');
  if ((await showInformation(sentences(done, missing), open)) === open)
    await vscode.commands.executeCommand('vscode.open', uri);
}

/** @returns what was written; undefined when it was canceled or the page shows why tasks are missing */
async function write(
  uri: vscode.Uri,
  format: ExportFormat,
  { readAll, progress, onProgress, exported }: ExportOptions,
  { signal, report }: { signal: AbortSignal; report: (text: string) => void },
): Promise<Written | undefined> {
  const subscription = onProgress(() => report(progress()));
  report(progress());
  const isWhole = await readAll(signal).finally(() => subscription.dispose());
  if (signal.aborted) return undefined;
  if (!isWhole) {
    void showError(
      vscode.l10n.t('The tasks were not exported: not all of them could be read. The table says why.'),
    );
    return undefined;
  }
  const content = exported(format);
  const text = await exportedText(content, signal);
  // Without the mark at the beginning, spreadsheets do not read it as UTF-8.
  await vscode.workspace.fs.writeFile(
    uri,
    new TextEncoder().encode(format === 'csv' ? `\ufeff${text}` : text),
  );
  return { count: content.tasks.length, unread: unreadTasks(content) };
}
