import type { ListedRow } from '../../../query/rows';
import type { GridLines } from './groups';
import { groupedLines } from './groups';
import type { RowDetail } from './rowDetails';
import type { Grouping } from './tableKind';
import type { TableRows } from './tableRows';

/** The rows of the grid, made again only when something of them has changed. */
export class GridRows<R extends ListedRow> {
  private readonly collapsed = new Set<string>();
  private made: { readonly of: readonly unknown[]; readonly lines: GridLines<R> } | undefined;
  private toggles = 0;

  /** Expands or collapses a group. */
  toggle(key: string): void {
    if (!this.collapsed.delete(key)) this.collapsed.add(key);
    this.toggles++;
  }

  /** @param detailsVersion changes with what `detailOf` returns */
  of(
    rows: TableRows<R>,
    grouping: Grouping<R> | undefined,
    detailOf: (row: R) => RowDetail,
    detailsVersion: number,
  ): GridLines<R> {
    const of = [rows, rows.version, grouping, this.toggles, grouping?.needsDetails ? detailsVersion : 0];
    if (!this.made?.of.every((one, i) => one === of[i])) {
      const isExpanded = (key: string) => !this.collapsed.has(key);
      const lines = grouping
        ? groupedLines(rows.all, (row) => grouping.keyOf(row, detailOf), isExpanded)
        : ungrouped(rows);
      this.made = { of, lines };
    }
    return this.made.lines;
  }
}

const ungrouped = <R extends ListedRow>(rows: TableRows<R>): GridLines<R> => ({
  length: rows.length,
  get all() {
    return rows.all;
  },
  slice: (from, to) => rows.slice(from, to).map((row) => ({ row })),
  indexOf: (sid) => rows.indexOf(sid),
  between: (sid, otherSid) => rows.between(sid, otherSid),
});

/** More rows than these are not on one screen. */
export const maxShown = 300;

/** The page may ask for any rows: `to` is excluded. */
export function clampRows({ from, to }: { from: number; to: number }, total: number) {
  const first = Math.min(from, Math.max(0, total - 1));
  return { from: first, to: Math.min(Math.max(to, first), first + maxShown) };
}
