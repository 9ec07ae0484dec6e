import { l10n } from 'vscode';
import type { Completions } from '../../../query/complete';
import type { Problem } from '../../../query/parse';
import type { ListedRow } from '../../../query/rows';
import type {
  LineView,
  ProgressView,
  ExtentView,
  QueryView,
  GroupingView,
  GroupView,
  RowView,
  SelectionView,
  TableState,
  TableAction,
} from '../../../webview/table/protocol';
import type { Account } from '../../accounts/account';
import { localize } from '../../display/localize';
import { pageAccount } from '../../display/pageAccount';
import { forAccount } from '../../display/rows';
import { firstVisible, plain } from '../../display/safeText';
import { asOf } from '../../display/times';
import type { Column } from './columns';
import type { GridLine } from './groups';
import type { Layout } from './layout';
import type { RowDetail } from './rowDetails';
import type { Extent } from './queryRun';
import type { SavedQuery } from './savedQueries';
import type { Selection } from './selection';
import type { KindTexts, TableKind } from './tableKind';
import { tableTexts } from './tableTexts';
import type { ShownPlan } from './workspaceRun';

/** The text in the query line. */
export interface Line {
  readonly text: string;
  readonly cursor: number;
  readonly problem: Problem | undefined;
  readonly completions: Completions | undefined;
}

export interface Progress {
  readonly isReading: boolean;
  readonly isDone: boolean;
  /** Rows that were read, whether they match or not. */
  readonly read: number;
  /** Rows to read; undefined when TaskRouter has not said. */
  readonly of: number | undefined;
  readonly requests: number;
}

/** What the page is made of. */
export interface TableModel<R extends ListedRow> {
  readonly kind: TableKind<R>;
  readonly account: Account;
  readonly workspace: string;
  readonly query: string;
  readonly queries: readonly SavedQuery[];
  readonly line: Line;
  readonly plan: ShownPlan | undefined;
  readonly progress: Progress;
  /** Up to when what was read is known, in milliseconds since 1970 by TaskRouter's clock. */
  readonly readAt?: number | undefined;
  /** Of a table with several workspaces. */
  readonly extent?: Extent;
  /** Why rows may be missing although nothing failed: sentences. */
  readonly notices: readonly string[];
  /** A sentence. */
  readonly failure: string | undefined;
  readonly layout: Layout<R>;
  /** Rows that match. */
  readonly total: number;
  /** Rows of the grid. */
  readonly lineCount: number;
  readonly from: number;
  readonly lines: readonly GridLine<R>[];
  readonly selection: Pick<Selection, 'size' | 'has'>;
  /** Rows that are being read will be selected, too. */
  readonly isSelectingAll: boolean;
  readonly actions: readonly TableAction[];
  readonly detailOf: (row: R) => RowDetail;
  /** Milliseconds since 1970 by TaskRouter's clock. */
  readonly now: number;
}

export function tableState<R extends ListedRow>(model: TableModel<R>): TableState {
  const { kind, account, workspace, query, layout, total, from, progress, failure } = model;
  const columns = layout.shown;
  const shown = new Set(columns);
  const empty = emptyText(model);
  return {
    texts: tableTexts(kind.texts),
    account: pageAccount(account),
    workspace: plain(workspace),
    query,
    line: lineView(model.line),
    queries: [...kind.queries.slice(0, -1), ...model.queries.map(queryView), ...kind.queries.slice(-1)],
    savesQueries: kind.savesQueries,
    progress: progressView(progress, total, kind.texts),
    asOf: asOf(model.readAt === undefined ? [] : [model.readAt], model.now),
    plan: inForceText(model) ?? planText(model.plan),
    ...(model.extent ? { extent: extentView(model.extent, kind.texts) } : {}),
    notices: model.notices,
    ...(failure === undefined ? {} : { failure }),
    columns: columns.map((column) => ({
      key: column.key,
      title: column.title,
      width: layout.widthOf(column),
      isNumber: column.isNumber,
      isSortable: column.sortKey !== undefined,
    })),
    choices: layout.all.map((column) => ({
      key: column.key,
      title: column.title,
      isShown: shown.has(column),
    })),
    sort: layout.sort,
    groupings: groupingViews(layout),
    total: model.lineCount,
    from,
    rows: model.lines.map((line) => lineRow(line, columns, model)),
    selection: selectionView(model),
    ...(empty === undefined ? {} : { empty }),
  };
}

const queryView = ({ name, text, folder }: SavedQuery): QueryView => ({
  name: folder === undefined ? name : l10n.t('{query} ({folder})', { query: name, folder }),
  text,
});

function rowView<R extends ListedRow>(
  row: R,
  columns: readonly Column<R>[],
  { kind, account, detailOf, now, selection, isSelectingAll, line }: TableModel<R>,
): RowView {
  const isSelected = selection.has(row.sid);
  const isOfSeveral = isSelected && selection.size > 1 && !isSelectingAll && !line.problem;
  const facts = { row, detail: detailOf(row), now };
  return {
    sid: row.sid,
    menu: forAccount(account, isOfSeveral ? kind.contextOfSeveral : kind.contextOf(row)),
    isSelected,
    cells: columns.map(({ cell }) => cell(facts)),
  };
}

const groupingViews = <R extends ListedRow>({ grouping, groupings }: Layout<R>): readonly GroupingView[] => [
  { name: l10n.t('No grouping'), isChosen: grouping === undefined },
  ...groupings.map(({ by, name }) => ({ by, name, isChosen: grouping?.by === by })),
];

function lineRow<R extends ListedRow>(
  line: GridLine<R>,
  columns: readonly Column<R>[],
  model: TableModel<R>,
): RowView | GroupView {
  if ('row' in line) return rowView(line.row, columns, model);
  const { key, count, isExpanded } = line.group;
  const none = model.layout.grouping?.none ?? '';
  return { group: key, text: firstVisible([key, none], 200), count: number(count), isExpanded };
}

function selectionView<R extends ListedRow>({
  kind,
  selection: { size },
  isSelectingAll,
  total,
  progress,
  line,
  ...model
}: TableModel<R>): SelectionView {
  // Nobody acts on rows of another filter than the one that the line is believed to have, or on a part of what they chose.
  const actions = line.problem || isSelectingAll ? [] : model.actions;
  const readsRest = !progress.isReading && !progress.isDone;
  const selectAll = readsRest
    ? l10n.t('Read the Rest and Select All')
    : size < total
      ? l10n.t('Select All {count}', { count: number(total) })
      : undefined;
  return {
    ...{ count: size, of: total, readsRest, actions },
    text: size === 0 ? '' : isSelectingAll ? widening(kind.texts.selected(size)) : kind.texts.selected(size),
    ...(size > 0 && selectAll !== undefined && !line.problem && !isSelectingAll ? { selectAll } : {}),
  };
}

function lineView({ text, cursor, problem, completions }: Line): LineView {
  return {
    text,
    cursor,
    ...(problem
      ? {
          problem: {
            text: localize(problem.message, (data) => plain(data, 60)),
            ...problem.range,
            ...(problem.suggestion === undefined ? {} : { suggestion: problem.suggestion }),
          },
        }
      : {}),
    range: completions?.range ?? { start: cursor, end: cursor },
    // Texts that would not be the same when they are shown cannot be offered.
    items: (completions?.items ?? [])
      .filter((item) => plain(item.text, 200) === item.text)
      .map((item) => ({ text: item.text, help: item.help ? localize(item.help) : '' })),
  };
}

const widening = (selected: string) =>
  l10n.t('{selected}. All others will be selected, too, once they are read.', { selected });

const number = (count: number) => count.toLocaleString();

/** `312 tasks · read 350 of 2,000, 7 requests`. */
export function progressView(
  { isReading, isDone, read, of, requests }: Progress,
  total: number,
  { counted }: Pick<KindTexts, 'counted'>,
): ProgressView {
  // Those that this window has read or changed elsewhere are known, too.
  const known = Math.max(read, total);
  const args = { read: number(known), of: of === undefined ? '' : number(Math.max(of, known)), requests };
  const found = counted(total);
  const cost = requests === 1 ? l10n.t('1 request') : l10n.t('{requests} requests', args);
  const extent =
    of === undefined || isDone ? l10n.t('read {read}', args) : l10n.t('read {read} of {of}', args);
  return { text: `${found} · ${extent}, ${cost}`, isReading, canContinue: !isReading && !isDone };
}

/** `2 of 5 workspaces, at least 13 requests`, and how far each of them is. */
function extentView({ workspaces, minRequests, parts }: Extent, texts: KindTexts): ExtentView {
  const args = {
    count: number(parts.length),
    of: number(workspaces ?? 0),
    requests: number(minRequests ?? 0),
  };
  const text =
    workspaces === undefined
      ? l10n.t('Workspaces')
      : minRequests === undefined
        ? l10n.t('{count} of {of} workspaces', args)
        : l10n.t('{count} of {of} workspaces, at least {requests} requests', args);
  return {
    text,
    workspaces: parts.map(({ name, found, hasFailed, progress }) => ({
      name: plain(name, 80),
      icon: progress.isReading
        ? 'loading codicon-modifier-spin'
        : progress.isDone
          ? 'pass'
          : hasFailed
            ? 'error'
            : 'circle-outline',
      text:
        progress.requests === 0 && !progress.isDone
          ? l10n.t('not read yet')
          : progressView(progress, found, texts).text,
    })),
  };
}

/** Which filter the rows are of, while the line has another one. */
function inForceText<R extends ListedRow>({ kind, query, line }: TableModel<R>): string | undefined {
  if (line.text.trim() === query.trim()) return undefined;
  const filter = firstVisible([query, kind.queries.at(-1)!.name], 160);
  return line.problem ? kind.texts.ofOtherFilter(filter) : kind.texts.ofLastFilter(filter);
}

function planText(plan: ShownPlan | undefined): string {
  if (!plan) return '';
  const { pushed, local, canMatch } = plan;
  const names = (some: readonly string[]) => ({ fields: firstVisible([some.join(', ')], 160) });
  if (!canMatch) return l10n.t('A task cannot have all of these statuses.');
  if (pushed.length && local.length)
    return l10n.t('Filtered by TaskRouter: {pushed}. Filtered while reading: {local}.', {
      pushed: names(pushed).fields,
      local: names(local).fields,
    });
  if (pushed.length) return l10n.t('Filtered by TaskRouter: {fields}.', names(pushed));
  return local.length ? l10n.t('Filtered while reading: {fields}.', names(local)) : '';
}

function emptyText<R extends ListedRow>({
  kind: { texts },
  total,
  progress,
  failure,
  query,
  extent,
}: TableModel<R>): string | undefined {
  if (total > 0 || failure !== undefined) return undefined;
  if (progress.isReading) return texts.reading;
  if (!progress.isDone) return texts.noneSoFar;
  if (extent?.workspaces === 0) return l10n.t('This account has no workspaces.');
  if (extent?.parts.length === 0)
    return l10n.t('No workspace matches this filter. Name several with commas: workspace:A,B.');
  return query.trim() ? texts.noMatch : texts.none(extent !== undefined);
}
