import { l10n } from 'vscode';
import type { ListedTask } from '../../../query/matches';
import type { CellView } from '../../../webview/table/protocol';
import { taskTitle } from '../../display/attributes';
import { taskStatusAppearance } from '../../display/rows';
import { firstVisible } from '../../display/safeText';
import type { Column, RowFacts } from './columns';
import { dash, dateOf, since, spanCell, text, textCell } from './columns';
import type { RowDetail } from './rowDetails';

/** What only a task's Events say: a column of `values`. */
const detail = (
  column: Pick<Column<ListedTask>, 'key' | 'title' | 'width' | 'isNumber'>,
  exportedTitle: string,
  values: {
    /** Whether the task's row already says it, so that no Events are needed. */
    readonly isKnown: (facts: RowFacts<ListedTask>) => boolean;
    readonly cell: (facts: RowFacts<ListedTask>) => CellView;
    readonly text: (facts: RowFacts<ListedTask>) => string;
  },
): Column<ListedTask> => ({
  ...column,
  cell: (facts) => (values.isKnown(facts) ? values.cell(facts) : unreadCell(facts.detail)),
  exported: {
    title: exportedTitle,
    text: (facts) => (values.isKnown(facts) ? values.text(facts) : l10n.t('(not read)')),
  },
});

const unreadCell = ({ events }: RowDetail): CellView => ({
  text: '…',
  title:
    events === 'refused' ? l10n.t('Unknown: these credentials cannot read Events.') : l10n.t('Not read yet'),
  isUnread: true,
});

const isSinceKnown = ({ detail: { events } }: RowFacts<ListedTask>): boolean => events === 'read';
/** No worker has a pending task. */
const isWorkerKnown = ({ row, detail: { events, worker } }: RowFacts<ListedTask>): boolean =>
  events === 'read' || worker !== undefined || row.status === 'pending';

const about = (task: ListedTask) => taskTitle(task.attributes) ?? task.sid;

/** `isOfSeveral`: with the tasks of several workspaces. */
export const taskColumns = (isOfSeveral: boolean): readonly Column<ListedTask>[] => [
  {
    ...{ key: 'about', title: l10n.t('About'), width: 180, isNumber: false },
    cell: ({ row: task }) => ({ text: about(task), title: task.sid }),
    exported: { title: l10n.t('About'), text: ({ row: task }) => about(task) },
    sortKey: about,
  },
  {
    ...{ key: 'status', title: l10n.t('Status'), width: 110, isNumber: false },
    cell({ row: task }) {
      const status = firstVisible([task.status, l10n.t('unknown status')], 30);
      return { text: status, icon: taskStatusAppearance(status).icon };
    },
    exported: { title: l10n.t('Status'), text: ({ row: task }) => task.status },
    sortKey: ({ status }) => status,
  },
  ...(isOfSeveral
    ? [text<ListedTask>('workspace', l10n.t('Workspace'), 140, ({ workspace }) => workspace)]
    : []),
  since<ListedTask>('age', l10n.t('Age'), l10n.t('Created'), ({ created }) => created),
  detail(
    { key: 'since', title: l10n.t('In status for'), width: 125, isNumber: true },
    l10n.t('In status since'),
    {
      isKnown: isSinceKnown,
      cell: ({ detail: { since }, now }) => spanCell(since, now),
      text: ({ detail: { since } }) => dateOf(since),
    },
  ),
  text<ListedTask>('queue', l10n.t('Queue'), 140, ({ queue }) => queue),
  text<ListedTask>('channel', l10n.t('Channel'), 90, ({ channel }) => channel),
  {
    ...{ key: 'priority', title: l10n.t('Priority'), width: 80, isNumber: true },
    cell: ({ row: task }) => ({ text: task.priority?.toString() ?? dash }),
    exported: { title: l10n.t('Priority'), text: ({ row: task }) => task.priority?.toString() ?? '' },
    sortKey: ({ priority }) => priority,
  },
  detail({ key: 'worker', title: l10n.t('Worker'), width: 150, isNumber: false }, l10n.t('Worker'), {
    isKnown: isWorkerKnown,
    cell: ({ detail: { worker = '' } }) => textCell(worker),
    text: ({ detail: { worker = '' } }) => worker,
  }),
  text<ListedTask>('reason', l10n.t('Reason'), 150, ({ reason }) => reason),
  text<ListedTask>('workflow', l10n.t('Workflow'), 140, ({ workflow }) => workflow),
  since<ListedTask>(
    'queued',
    l10n.t('In queue for'),
    l10n.t('In queue since'),
    ({ enteredQueue }) => enteredQueue,
  ),
  since<ListedTask>('updated', l10n.t('Since update'), l10n.t('Updated'), ({ updated }) => updated),
  text<ListedTask>('sid', l10n.t('Task SID'), 310, ({ sid }) => sid),
];

/** `isOfSeveral`: with the tasks of several workspaces. */
export const defaultTaskColumns = (isOfSeveral: boolean): readonly string[] => [
  'about',
  ...(isOfSeveral ? ['workspace'] : []),
  'status',
  'age',
  'since',
  'queue',
  'channel',
  'priority',
  'worker',
  'reason',
];

/** The keys of the columns whose values have not been read. */
export const unreadOfTask = (facts: RowFacts<ListedTask>): readonly string[] => [
  ...(isSinceKnown(facts) ? [] : ['since']),
  ...(isWorkerKnown(facts) ? [] : ['worker']),
];

/** As it is exported, without its attributes. */
export function exportedTask(facts: RowFacts<ListedTask>): object {
  const { since, worker } = facts.detail;
  const notRead = unreadOfTask(facts).map((key) => (key === 'since' ? 'inStatusSince' : key));
  const { created, enteredQueue, updated, ...rest } = facts.row;
  return {
    ...rest,
    // They are exported as they were written.
    attributes: undefined,
    created: dateOf(created),
    enteredQueue: dateOf(enteredQueue),
    updated: dateOf(updated),
    inStatusSince: dateOf(since),
    worker,
    ...(notRead.length ? { notRead } : {}),
  };
}
