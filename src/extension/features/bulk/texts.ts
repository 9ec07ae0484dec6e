import { l10n } from 'vscode';
import type { BulkAction } from '../../../bulk/action';
import type { Misfit } from '../../../bulk/journal';
import type { RowWarning } from '../../../bulk/plan';
import type { Counts } from '../../../bulk/report';
import type { BulkTexts } from '../../../webview/bulk/protocol';
import { sharedTexts } from '../../display/pageTexts';

/** The texts of the page that do not depend on its rows. */
export const bulkTexts = (): BulkTexts => ({
  ...sharedTexts(),
  exportCsv: l10n.t('Export as CSV'),
  exportJson: l10n.t('Export as JSON'),
  lookUp: l10n.t('Look Up Again'),
  replan: l10n.t('Read Rows Again'),
  retry: l10n.t('Retry Those Not Done'),
  rows: l10n.t('Rows'),
  sets: l10n.t('Each request sets'),
  loadingRow: l10n.t('Loading…'),
  request: l10n.t('Request {id}'),
});

const number = (count: number) => count.toLocaleString('en');

/** `Cancel 12 Tasks`: the heading of a plan, and its button. */
export function titleOf(action: BulkAction, count: number): string {
  const args = { count: number(count) };
  switch (action.kind) {
    case 'cancel':
      return count === 1 ? l10n.t('Cancel 1 Task') : l10n.t('Cancel {count} Tasks', args);
    case 'complete':
      return count === 1 ? l10n.t('Complete 1 Task') : l10n.t('Complete {count} Tasks', args);
    case 'priority':
      return count === 1
        ? l10n.t('Set the Priority of 1 Task to {priority}', { priority: action.priority })
        : l10n.t('Set the Priority of {count} Tasks to {priority}', { ...args, priority: action.priority });
    case 'activity': {
      const { activityName: activity } = action;
      return count === 1
        ? l10n.t('Set the Activity of 1 Worker to {activity}', { activity })
        : l10n.t('Set the Activity of {count} Workers to {activity}', { ...args, activity });
    }
  }
}

/** How far a run is, or how it ended; without what is zero. */
export function progressText(counts: Counts): string {
  const part = (count: number, text: (args: { count: string }) => string) =>
    count > 0 ? [text({ count: number(count) })] : [];
  return [
    ...part(counts.done, (args) => l10n.t('{count} done', args)),
    ...part(counts.unchanged, (args) => l10n.t('{count} unchanged', args)),
    ...part(counts['no longer fits'], (args) => l10n.t('{count} no longer fit', args)),
    ...part(counts['not done'], (args) => l10n.t('{count} not done', args)),
    ...part(counts.changed, (args) => l10n.t('{count} changed by somebody else', args)),
    ...part(counts.stopped, (args) => l10n.t('{count} stopped by you', args)),
    ...part(counts.unknown, (args) => l10n.t('{count} unknown', args)),
    ...part(counts.sending, (args) => l10n.t('{count} sending', args)),
    ...part(counts['looking up'], (args) => l10n.t('{count} looking up', args)),
    ...part(counts.waiting, (args) => l10n.t('{count} waiting', args)),
  ].join(', ');
}

/** How a run ended; it says also that none was done. */
export const resultText = (counts: Counts): string =>
  counts.done > 0 ? progressText(counts) : [l10n.t('0 done'), progressText(counts)].join(', ');

/** What a plan found, as sentences. */
export function planText(
  fits: number,
  misfits: Readonly<Record<Misfit['kind'], number>>,
  warnings: Readonly<Record<RowWarning['of'], number>>,
): string {
  const { unchanged, 'no longer fits': left, 'not done': unread } = misfits;
  const sentences = [
    fits === 1 ? l10n.t('1 row will change.') : l10n.t('{count} rows will change.', { count: number(fits) }),
    ...(unchanged === 0
      ? []
      : unchanged === 1
        ? [l10n.t('1 needs no change.')]
        : [l10n.t('{count} need no change.', { count: number(unchanged) })]),
    ...(left === 0
      ? []
      : left === 1
        ? [l10n.t('1 no longer fits and is left out.')]
        : [l10n.t('{count} no longer fit and are left out.', { count: number(left) })]),
    ...(unread === 0 ? [] : [l10n.t('{count} could not be read.', { count: number(unread) })]),
    ...warningTexts(warnings),
  ];
  return sentences.join(' ');
}

function warningTexts({ call, reservations, unread }: Readonly<Record<RowWarning['of'], number>>): string[] {
  return [
    ...(call === 0
      ? []
      : call === 1
        ? [l10n.t('1 call is still in progress.')]
        : [l10n.t('{count} calls are still in progress.', { count: number(call) })]),
    ...(reservations === 0
      ? []
      : reservations === 1
        ? [l10n.t('1 worker has pending reservations.')]
        : [l10n.t('{count} workers have pending reservations.', { count: number(reservations) })]),
    ...(unread === 0
      ? []
      : unread === 1
        ? [l10n.t('1 could not be checked.')]
        : [l10n.t('{count} could not be checked.', { count: number(unread) })]),
  ];
}

export const lookingUpText = (read: number, total: number): string =>
  l10n.t('Looking up rows: {read} of {total}', { read: number(read), total: number(total) });

export const readingText = (read: number, total: number): string =>
  l10n.t('Reading rows: {read} of {total}', { read: number(read), total: number(total) });
