import { l10n } from 'vscode';
import { taskFields } from '../../../query/fields';
import type { ListedTask } from '../../../query/matches';
import * as resources from '../../../taskrouter/resources';
import { taskContext, taskStatusAppearance } from '../../display/rows';
import { endOfTasks } from './endOfTasks';
import { RowDetails } from './rowDetails';
import type { KindTexts, TableKind } from './tableKind';
import { defaultTaskColumns, exportedTask, taskColumns, unreadOfTask } from './taskColumns';
import { TaskRun } from './taskRun';
import { taskVocabulary } from './vocabulary';

const number = (count: number) => count.toLocaleString();

const taskTexts: KindTexts = {
  page: {
    heading: l10n.t('Tasks'),
    placeholder: l10n.t('status:wrapping age>2h queue:Billing from:+1555 attributes.vip=true'),
    query: l10n.t('Filter tasks'),
    selectionActions: l10n.t('Selected tasks'),
    selectionCleared: l10n.t('No tasks selected'),
    table: l10n.t('Tasks'),
  },
  title: (workspace) =>
    workspace === undefined
      ? l10n.t('Tasks of all workspaces')
      : l10n.t('Tasks of {workspace}', { workspace }),
  sid: l10n.t('Task SID'),
  counted: (count) => (count === 1 ? l10n.t('1 task') : l10n.t('{count} tasks', { count: number(count) })),
  selected: (count) =>
    count === 1 ? l10n.t('1 task selected') : l10n.t('{count} tasks selected', { count: number(count) }),
  copied: (count) =>
    count === 1 ? l10n.t('Copied 1 task.') : l10n.t('Copied {count} tasks.', { count: number(count) }),
  exported: (count) =>
    count === 1
      ? l10n.t('1 task was exported.')
      : l10n.t('{count} tasks were exported.', { count: number(count) }),
  exporting: l10n.t('Exporting tasks'),
  exportFailed: (reason) => l10n.t('The tasks were not exported. {reason}', { reason }),
  exportIncomplete: l10n.t(
    'The tasks were not exported, because some of them could not be read. The table says why.',
  ),
  fileName: 'tasks.csv',
  reading: l10n.t('Reading tasks…'),
  noneSoFar: l10n.t('None of the tasks read so far matches. Continue to read the rest.'),
  noMatch: l10n.t('No task matches this filter.'),
  none: (isOfSeveral) =>
    isOfSeveral ? l10n.t('These workspaces have no tasks.') : l10n.t('This workspace has no tasks.'),
  ofOtherFilter: (filter) => l10n.t('These are still the tasks of another filter: {filter}', { filter }),
  ofLastFilter: (filter) => l10n.t('Tasks of the last applied filter: {filter}', { filter }),
  unreadable: (count) =>
    count === 1
      ? l10n.t('1 task without a SID is not shown.')
      : l10n.t('{count} tasks without a SID are not shown.', { count: number(count) }),
};

/** A table of tasks, of one workspace or of all. */
export const taskKind: TableKind<ListedTask> = {
  noun: 'Task',
  collection: resources.tasks,
  contextOf: ({ status }) => taskContext(taskStatusAppearance(status).word),
  contextOfSeveral: 'tasks',
  fields: taskFields,
  vocabulary: taskVocabulary,
  named: { queue: resources.taskQueues, workflow: resources.workflows, worker: resources.workers },
  columns: taskColumns,
  defaultColumns: defaultTaskColumns,
  sort: { column: 'age', isDescending: true },
  groupings: [
    {
      by: 'workspace',
      name: l10n.t('Grouped by workspace'),
      none: '',
      keyOf: ({ workspace }) => workspace,
    },
    { by: 'queue', name: l10n.t('Grouped by queue'), none: l10n.t('No queue'), keyOf: ({ queue }) => queue },
    {
      by: 'status',
      name: l10n.t('Grouped by status'),
      none: l10n.t('Unknown status'),
      keyOf: ({ status }) => status,
    },
    {
      by: 'worker',
      name: l10n.t('Grouped by worker'),
      none: l10n.t('No worker known'),
      needsDetails: true,
      keyOf: (task, detailOf) => detailOf(task).worker ?? '',
    },
  ],
  actions: ['cancel', 'complete', 'priority'],
  endOf: endOfTasks,
  firstQuery: 'is:open',
  queries: [
    { name: l10n.t('Open tasks'), text: 'is:open' },
    { name: l10n.t('All tasks'), text: '' },
  ],
  savesQueries: true,
  newRun: (options) => new TaskRun(options),
  newDetails: (options) => new RowDetails(options),
  exported: exportedTask,
  unread: unreadOfTask,
  texts: taskTexts,
};
