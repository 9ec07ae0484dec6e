import { l10n } from 'vscode';
import type { ListedTask } from '../../../query/matches';
import { parse } from '../../../query/parse';
import { nameOf } from '../../../query/syntax';
import { attributeText, isNumber, valueAt } from '../../../query/values';
import { exactAttributes } from '../../../taskrouter/attributes';
import type { CellView } from '../../../webview/table/protocol';
import { taskTitle } from '../../display/attributes';
import { span, taskStatusAppearance } from '../../display/rows';
import { firstVisible, plain } from '../../display/safeText';
import type { RowDetail } from './rowDetails';
import type { SortKey } from './taskRows';

/** What a cell is made of. `now`: milliseconds since 1970 by TaskRouter's clock. */
export interface RowFacts {
  readonly task: ListedTask;
  readonly detail: RowDetail;
  readonly now: number;
}

export interface Column {
  readonly key: string;
  readonly title: string;
  /** In pixels, before the user changes it. */
  readonly width: number;
  readonly isNumber: boolean;
  readonly cell: (facts: RowFacts) => CellView;
  /** As it is copied: whole, and with times as dates. */
  readonly exported: { readonly title: string; readonly text: (facts: RowFacts) => string };
  /** Absent where only the visible rows are known. */
  readonly sortKey?: (task: ListedTask) => SortKey;
}

/** Shown where there is none. */
const dash = '–';

const textCell = (text: string): CellView => ({ text: firstVisible([text, dash], 200) });
const spanCell = (at: number | undefined, now: number): CellView =>
  at === undefined ? { text: dash } : { text: span(now - at), title: new Date(at).toLocaleString() };

/** What only a task's Events say: a column of `values`. */
const detail = (
  column: Pick<Column, 'key' | 'title' | 'width' | 'isNumber'>,
  exportedTitle: string,
  values: {
    /** Whether the task's row already says it, so that no Events are needed. */
    readonly isKnown: (facts: RowFacts) => boolean;
    readonly cell: (facts: RowFacts) => CellView;
    readonly text: (facts: RowFacts) => string;
  },
): Column => ({
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

export const isSinceKnown = ({ detail: { events } }: RowFacts): boolean => events === 'read';
/** No worker has a pending task. */
export const isWorkerKnown = ({ task, detail: { events, worker } }: RowFacts): boolean =>
  events === 'read' || worker !== undefined || task.status === 'pending';

const text = (key: string, title: string, width: number, of: (task: ListedTask) => string): Column => ({
  ...{ key, title, width, isNumber: false },
  cell: ({ task }) => textCell(of(task)),
  exported: { title, text: ({ task }) => of(task) },
  sortKey: of,
});

/** '' for what is no date. */
export const dateOf = (at: number | undefined): string =>
  at === undefined || Number.isNaN(new Date(at).getTime()) ? '' : new Date(at).toISOString();

/** The longest time first where the order is descending. */
const since = (
  key: string,
  title: string,
  exportedTitle: string,
  of: (task: ListedTask) => number | undefined,
): Column => ({
  ...{ key, title, width: 90, isNumber: true },
  cell: ({ task, now }) => spanCell(of(task), now),
  exported: { title: exportedTitle, text: ({ task }) => dateOf(of(task)) },
  sortKey: (task) => {
    const at = of(task);
    return at === undefined ? undefined : -at;
  },
});

const about = (task: ListedTask) => taskTitle(task.attributes) ?? task.sid;

const ownColumns = (): readonly Column[] => [
  {
    ...{ key: 'about', title: l10n.t('About'), width: 180, isNumber: false },
    cell: ({ task }) => ({ text: about(task), title: task.sid }),
    exported: { title: l10n.t('About'), text: ({ task }) => about(task) },
    sortKey: about,
  },
  {
    ...{ key: 'status', title: l10n.t('Status'), width: 110, isNumber: false },
    cell({ task }) {
      const status = firstVisible([task.status, l10n.t('unknown status')], 30);
      return { text: status, icon: taskStatusAppearance(status).icon };
    },
    exported: { title: l10n.t('Status'), text: ({ task }) => task.status },
    sortKey: ({ status }) => status,
  },
  text('workspace', l10n.t('Workspace'), 140, ({ workspace }) => workspace),
  since('age', l10n.t('Age'), l10n.t('Created'), ({ created }) => created),
  detail(
    { key: 'since', title: l10n.t('In status for'), width: 125, isNumber: true },
    l10n.t('In status since'),
    {
      isKnown: isSinceKnown,
      cell: ({ detail: { since }, now }) => spanCell(since, now),
      text: ({ detail: { since } }) => dateOf(since),
    },
  ),
  text('queue', l10n.t('Queue'), 140, ({ queue }) => queue),
  text('channel', l10n.t('Channel'), 90, ({ channel }) => channel),
  {
    ...{ key: 'priority', title: l10n.t('Priority'), width: 80, isNumber: true },
    cell: ({ task }) => ({ text: task.priority?.toString() ?? dash }),
    exported: { title: l10n.t('Priority'), text: ({ task }) => task.priority?.toString() ?? '' },
    sortKey: ({ priority }) => priority,
  },
  detail({ key: 'worker', title: l10n.t('Worker'), width: 150, isNumber: false }, l10n.t('Worker'), {
    isKnown: isWorkerKnown,
    cell: ({ detail: { worker = '' } }) => textCell(worker),
    text: ({ detail: { worker = '' } }) => worker,
  }),
  text('reason', l10n.t('Reason'), 150, ({ reason }) => reason),
  text('workflow', l10n.t('Workflow'), 140, ({ workflow }) => workflow),
  since('queued', l10n.t('In queue for'), l10n.t('In queue since'), ({ enteredQueue }) => enteredQueue),
  since('updated', l10n.t('Since update'), l10n.t('Updated'), ({ updated }) => updated),
  text('sid', l10n.t('Task SID'), 280, ({ sid }) => sid),
];

/** `isOfSeveral`: with the tasks of several workspaces. */
export const defaultColumns = (isOfSeveral: boolean): readonly string[] => [
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

/** The path of `attributes.a.b`, as in a query; undefined for anything else. */
export function attributePath(key: string): readonly string[] | undefined {
  const parsed = parse(`${key}=x`);
  const [condition] = 'query' in parsed ? (parsed.query.alternatives[0] ?? []) : [];
  return condition?.field === 'attributes' && condition.comparator === '=' && !condition.negated
    ? condition.path
    : undefined;
}

function attributeColumn(path: readonly string[]): Column {
  const textOf = (task: ListedTask) => attributeText(task.attributes, path);
  return {
    key: nameOf({ field: 'attributes', path }),
    title: plain(path.join('.'), 40),
    width: 130,
    isNumber: false,
    cell: ({ task }) => textCell(textOf(task)),
    exported: { title: path.join('.'), text: ({ task }) => textOf(task) },
    sortKey(task) {
      const value = valueAt(exactAttributes(task.attributes), path);
      return isNumber(value) ? value : textOf(task);
    },
  };
}

/** Every column of a table whose user added these. `isOfSeveral`: with the tasks of several workspaces. */
export function allColumns(added: readonly string[], isOfSeveral = false): ReadonlyMap<string, Column> {
  const own = ownColumns().filter(({ key }) => key !== 'workspace' || isOfSeveral);
  const columns = new Map(own.map((column) => [column.key, column]));
  for (const key of added) {
    const path = columns.has(key) ? undefined : attributePath(key);
    if (!path) continue;
    const column = attributeColumn(path);
    columns.set(column.key, column);
  }
  return columns;
}
