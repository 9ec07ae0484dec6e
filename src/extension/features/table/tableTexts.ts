import { l10n } from 'vscode';
import type { TableTexts } from '../../../webview/table/protocol';
import { sharedTexts } from '../../display/pageTexts';
import type { KindTexts } from './tableKind';

/** The texts of the page that do not depend on its rows. */
export const tableTexts = ({ page }: KindTexts): TableTexts => ({
  ...sharedTexts(),
  ...page,
  addColumn: l10n.t('Add Column'),
  asOfHelp: l10n.t('Changes that this window makes or reads are shown at once. Refresh to read all others.'),
  attributePath: l10n.t('Attribute, such as order.id'),
  cancel: l10n.t('Cancel'),
  cancelTasks: l10n.t('Cancel Tasks…'),
  clearSelection: l10n.t('Clear Selection'),
  columns: l10n.t('Columns'),
  completeTasks: l10n.t('Complete Tasks…'),
  completions: l10n.t('Completions'),
  copyAndExport: l10n.t('Copy and Export'),
  copyCsv: l10n.t('Copy as CSV'),
  copyJson: l10n.t('Copy as JSON'),
  exportAll: l10n.t('Export All…'),
  continueReading: l10n.t('Continue'),
  loadingRow: l10n.t('Loading…'),
  groupBy: l10n.t('Group by'),
  resize: l10n.t('Resize {column}'),
  notSortable: l10n.t('{column}: cannot be sorted, as Events say it and are read for the rows in view only'),
  run: l10n.t('Apply Filter'),
  savedQueries: l10n.t('Saved queries'),
  saveOrManage: l10n.t('Save or Manage…'),
  select: l10n.t('Select'),
  selectAll: l10n.t('Select all'),
  setActivity: l10n.t('Set Activity…'),
  setPriority: l10n.t('Set Priority…'),
  insertSpace: l10n.t('Insert a space before “{text}” ({shortcut})'),
  useSuggestion: l10n.t('Replace “{wrong}” with “{text}” ({shortcut})'),
});
