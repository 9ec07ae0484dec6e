import { csvRecord } from '../../../csv';
import type { ListedRow } from '../../../query/rows';
import { parseAttributes } from '../../../taskrouter/attributes';
import { formatted } from '../../../taskrouter/attributesMerge';
import type { Column, RowFacts } from './columns';
import type { TableKind } from './tableKind';

export type ExportFormat = 'csv' | 'json';

export interface Exported<R extends ListedRow> {
  readonly kind: Pick<TableKind<R>, 'exported' | 'unread' | 'texts'>;
  readonly format: ExportFormat;
  readonly rows: readonly R[];
  /** Of CSV; JSON has everything. */
  readonly columns: readonly Column<R>[];
  readonly factsOf: (row: R) => RowFacts<R>;
}

/** How many of the rows lack a value that has not been read. */
export function unreadRows<R extends ListedRow>({ kind, format, rows, columns, factsOf }: Exported<R>) {
  const needs = (key: string) => format === 'json' || columns.some((column) => column.key === key);
  return rows.filter((row) => kind.unread(factsOf(row)).some(needs)).length;
}

/** Rows between which the extension does something else. */
const atOnce = 500;

/** These rows as text. @throws the signal's reason when it is aborted */
export async function exportedText<R extends ListedRow>(
  exported: Exported<R>,
  signal?: AbortSignal,
): Promise<string> {
  const parts: string[] = [];
  const { kind, rows, format } = exported;
  for (let at = 0; at < rows.length; at += atOnce) {
    const some = rows.slice(at, at + atOnce);
    parts.push(
      format === 'csv' ? csvOf(some, exported) : some.map((row) => jsonOf(row, exported)).join(',\n'),
    );
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
  }
  if (format === 'json') return `[\n${parts.join(',\n')}\n]\n`;
  const titles = [kind.texts.sid, ...withoutSid(exported.columns).map(({ exported: { title } }) => title)];
  return csvRecord(titles) + parts.join('');
}

const withoutSid = <R extends ListedRow>(columns: readonly Column<R>[]) =>
  columns.filter(({ key }) => key !== 'sid');

const csvOf = <R extends ListedRow>(rows: readonly R[], { columns, factsOf }: Exported<R>): string =>
  rows
    .map((row) => {
      const facts = factsOf(row);
      return csvRecord([row.sid, ...withoutSid(columns).map(({ exported: { text } }) => text(facts))]);
    })
    .join('');

/** Attributes stay as they were written: parsed, long numbers would be rounded and equal keys lost. */
function jsonOf<R extends ListedRow>(row: R, { kind, factsOf }: Exported<R>): string {
  const { attributes } = row;
  const written = parseAttributes(attributes) ? attributes : JSON.stringify(attributes);
  const rest = JSON.stringify(kind.exported(factsOf(row))).slice(0, -1);
  const json = formatted(`${rest},"attributes":${written}}`);
  return `  ${json.trimEnd().replaceAll('\n', '\n  ')}`;
}
