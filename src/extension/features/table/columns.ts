import { parse } from '../../../query/parse';
import type { ListedRow } from '../../../query/rows';
import { nameOf } from '../../../query/syntax';
import { attributeText, isNumber, valueAt } from '../../../query/values';
import { exactAttributes } from '../../../taskrouter/attributes';
import type { CellView } from '../../../webview/table/protocol';
import { span } from '../../display/rows';
import { firstVisible, plain } from '../../display/safeText';
import type { RowDetail } from './rowDetails';
import type { SortKey } from './tableRows';

/** What a cell is made of. `now`: milliseconds since 1970 by TaskRouter's clock. */
export interface RowFacts<R extends ListedRow> {
  readonly row: R;
  readonly detail: RowDetail;
  readonly now: number;
}

export interface Column<R extends ListedRow> {
  readonly key: string;
  readonly title: string;
  /** In pixels, before the user changes it. */
  readonly width: number;
  readonly isNumber: boolean;
  readonly cell: (facts: RowFacts<R>) => CellView;
  /** As it is copied: whole, and with times as dates. */
  readonly exported: { readonly title: string; readonly text: (facts: RowFacts<R>) => string };
  /** Absent where only the visible rows are known. */
  readonly sortKey?: (row: R) => SortKey;
}

/** Shown where there is none. */
export const dash = '–';

export const textCell = (text: string): CellView => ({ text: firstVisible([text, dash], 200) });
export const spanCell = (at: number | undefined, now: number): CellView =>
  at === undefined ? { text: dash } : { text: span(now - at), title: new Date(at).toLocaleString() };

export const text = <R extends ListedRow>(
  key: string,
  title: string,
  width: number,
  of: (row: R) => string,
): Column<R> => ({
  ...{ key, title, width, isNumber: false },
  cell: ({ row }) => textCell(of(row)),
  exported: { title, text: ({ row }) => of(row) },
  sortKey: of,
});

/** '' for what is no date. */
export const dateOf = (at: number | undefined): string =>
  at === undefined || Number.isNaN(new Date(at).getTime()) ? '' : new Date(at).toISOString();

/** The longest time first where the order is descending. */
export const since = <R extends ListedRow>(
  key: string,
  title: string,
  exportedTitle: string,
  of: (row: R) => number | undefined,
): Column<R> => ({
  ...{ key, title, width: 90, isNumber: true },
  cell: ({ row, now }) => spanCell(of(row), now),
  exported: { title: exportedTitle, text: ({ row }) => dateOf(of(row)) },
  sortKey: (row) => {
    const at = of(row);
    return at === undefined ? undefined : -at;
  },
});

/** The path of `attributes.a.b`, as in a query; undefined for anything else. */
export function attributePath(key: string): readonly string[] | undefined {
  const parsed = parse(`${key}=x`);
  const [condition] = 'query' in parsed ? (parsed.query.alternatives[0] ?? []) : [];
  return condition?.field === 'attributes' && condition.comparator === '=' && !condition.negated
    ? condition.path
    : undefined;
}

function attributeColumn<R extends ListedRow>(path: readonly string[]): Column<R> {
  const textOf = (row: ListedRow) => attributeText(row.attributes, path);
  return {
    key: nameOf({ field: 'attributes', path }),
    title: plain(path.join('.'), 40),
    width: 130,
    isNumber: false,
    cell: ({ row }) => textCell(textOf(row)),
    exported: { title: path.join('.'), text: ({ row }) => textOf(row) },
    sortKey(row) {
      const value = valueAt(exactAttributes(row.attributes), path);
      return isNumber(value) ? value : textOf(row);
    },
  };
}

/** Every column of a table whose user added some to its own. */
export function allColumns<R extends ListedRow>(
  own: readonly Column<R>[],
  added: readonly string[],
): ReadonlyMap<string, Column<R>> {
  const columns = new Map(own.map((column) => [column.key, column]));
  for (const key of added) {
    const path = columns.has(key) ? undefined : attributePath(key);
    if (!path) continue;
    const column = attributeColumn<R>(path);
    columns.set(column.key, column);
  }
  return columns;
}
