import type { ListedRow } from '../../../query/rows';

export interface Group {
  /** What its rows have in common; '' where they have nothing. */
  readonly key: string;
  readonly count: number;
  readonly isExpanded: boolean;
}

/** What one row of the grid shows. */
export type GridLine<R extends ListedRow> = { readonly row: R } | { readonly group: Group };

/** The rows of the grid: those that match, in groups or not. */
export interface GridLines<R extends ListedRow> {
  readonly length: number;
  /** Also those of collapsed groups, in their order. */
  readonly all: readonly R[];
  slice(from: number, to: number): readonly GridLine<R>[];
  /** Of a row by its SID, or of a group by its key; -1 when it is not shown. */
  indexOf(key: string): number;
  /** From one row to another, both included, in either direction; none when one of them is not shown. */
  between(sid: string, otherSid: string): readonly R[];
}

/** Rows below the group they belong to, in their order. Groups come in the order of their names, the one without last. */
export function groupedLines<R extends ListedRow>(
  rows: readonly R[],
  keyOf: (row: R) => string,
  isExpanded: (key: string) => boolean,
): GridLines<R> {
  const byKey = new Map<string, R[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const known = byKey.get(key);
    if (known) known.push(row);
    else byKey.set(key, [row]);
  }
  const collator = new Intl.Collator(undefined, { numeric: true });
  const keys = [...byKey.keys()].sort(
    (a, b) => Number(a === '') - Number(b === '') || collator.compare(a, b),
  );
  const lines = keys.flatMap((key): GridLine<R>[] => {
    const members = byKey.get(key)!;
    const group = { key, count: members.length, isExpanded: isExpanded(key) };
    return [{ group }, ...(group.isExpanded ? members.map((row) => ({ row })) : [])];
  });
  const indexOf = (sid: string) => lines.findIndex((line) => 'row' in line && line.row.sid === sid);
  return {
    length: lines.length,
    all: keys.flatMap((key) => byKey.get(key)!),
    slice: (from, to) => lines.slice(from, to),
    indexOf: (key) => lines.findIndex((line) => ('row' in line ? line.row.sid : line.group.key) === key),
    between(sid, otherSid) {
      const [at, other] = [indexOf(sid), indexOf(otherSid)];
      if (at < 0 || other < 0) return [];
      const some = lines.slice(Math.min(at, other), Math.max(at, other) + 1);
      return some.flatMap((line) => ('row' in line ? [line.row] : []));
    },
  };
}
