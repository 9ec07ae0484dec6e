import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { describeError, sentence } from '../../display/errorMessage';
import { sentences } from '../../display/sentences';
import { showError, showInformation, showStatus, withCancellableProgress } from '../../display/notification';
import type { Event } from '../../emitter';
import type { ListedRow } from '../../../query/rows';
import type { Exported, ExportFormat } from './exportedRows';
import { exportedText, unreadRows } from './exportedRows';
import type { KindTexts } from './tableKind';

export interface ExportOptions<R extends ListedRow> {
  readonly texts: KindTexts;
  /** Reads the rows that have not been read. False when not all could be. */
  readonly readAll: (signal: AbortSignal) => Promise<boolean>;
  /** `1,100 of 2,000 tasks read`. */
  readonly progress: () => string;
  readonly exported: (format: ExportFormat) => Exported<R>;
  /** Calls back with each change of the progress, until it is disposed. */
  readonly onProgress: Event<void>;
}

export async function copyRows<R extends ListedRow>(exported: Exported<R>): Promise<void> {
  await vscode.env.clipboard.writeText(await exportedText(exported));
  showStatus('copy', exported.kind.texts.copied(exported.rows.length));
}

/** Asks for a file, reads what has not been read, and writes all rows that match. */
export async function exportRows<R extends ListedRow>(options: ExportOptions<R>): Promise<void> {
  const { texts } = options;
  const uri = await vscode.window.showSaveDialog({
    // Never the folder that is open: customer data would get into a repository.
    defaultUri: vscode.Uri.file(path.join(homedir(), texts.fileName)),
    filters: { CSV: ['csv'], JSON: ['json'] },
    saveLabel: vscode.l10n.t('Export'),
  });
  if (!uri) return;
  const format = uri.path.toLowerCase().endsWith('.json') ? 'json' : 'csv';
  try {
    const written = await withCancellableProgress(texts.exporting, (signal, report) =>
      write(uri, format, options, { signal, report }).catch((error: unknown) => {
        if (!signal.aborted) throw error;
        return undefined;
      }),
    );
    if (written) void say(written, uri, texts);
  } catch (error) {
    const reason = error instanceof vscode.FileSystemError ? error.message : sentence(describeError(error));
    void showError(texts.exportFailed(reason));
  }
}

interface Written {
  readonly count: number;
  /** Rows of which a value has not been read. */
  readonly unread: number;
}

async function say({ count, unread }: Written, uri: vscode.Uri, texts: KindTexts): Promise<void> {
  const done = texts.exported(count);
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

/** @returns what was written; undefined when it was canceled or the page shows why rows are missing */
async function write<R extends ListedRow>(
  uri: vscode.Uri,
  format: ExportFormat,
  { texts, readAll, progress, onProgress, exported }: ExportOptions<R>,
  { signal, report }: { signal: AbortSignal; report: (text: string) => void },
): Promise<Written | undefined> {
  const subscription = onProgress(() => report(progress()));
  report(progress());
  const isWhole = await readAll(signal).finally(() => subscription.dispose());
  if (signal.aborted) return undefined;
  if (!isWhole) {
    void showError(texts.exportIncomplete);
    return undefined;
  }
  const content = exported(format);
  const text = await exportedText(content, signal);
  // Without the mark at the beginning, spreadsheets do not read it as UTF-8.
  await vscode.workspace.fs.writeFile(
    uri,
    new TextEncoder().encode(format === 'csv' ? `\ufeff${text}` : text),
  );
  return { count: content.rows.length, unread: unreadRows(content) };
}
