import { l10n } from 'vscode';
import type { TableTexts } from '../../../webview/table/protocol';
import { sharedTexts } from '../../display/pageTexts';

/** The texts of the page that do not depend on its tasks. */
export const tableTexts = (): TableTexts => ({
  ...sharedTexts(),
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
  heading: l10n.t('Tasks'),
  placeholder: l10n.t('status:wrapping age>2h queue:Billing from:+1555 attributes.vip=true'),
  query: l10n.t('Filter tasks'),
  resize: l10n.t('Resize {column}'),
  run: l10n.t('Apply Filter'),
  savedQueries: l10n.t('Saved queries'),
  saveOrManage: l10n.t('Save or Manage…'),
  select: l10n.t('Select'),
  selectAll: l10n.t('Select all'),
  selectionActions: l10n.t('Selected tasks'),
  selectionCleared: l10n.t('No tasks selected'),
  setPriority: l10n.t('Set Priority…'),
  table: l10n.t('Tasks'),
  useSuggestion: l10n.t('Use “{text}”'),
});
