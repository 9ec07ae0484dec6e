import type { ListedTask } from '../../../query/matches';
import type { GroupBy } from '../../../webview/table/protocol';
import type { GridLines } from './groups';
import { groupedLines } from './groups';
import type { TaskRows } from './taskRows';

/** The rows of the grid, made again only when something of them has changed. */
export class GridRows {
  private readonly collapsed = new Set<string>();
  private made: { readonly of: readonly unknown[]; readonly lines: GridLines } | undefined;
  private toggles = 0;

  /** Expands or collapses a group. */
  toggle(key: string): void {
    if (!this.collapsed.delete(key)) this.collapsed.add(key);
    this.toggles++;
  }

  /** @param detailsVersion changes with what `workerOf` returns */
  of(
    rows: TaskRows,
    by: GroupBy | undefined,
    workerOf: (task: ListedTask) => string,
    detailsVersion: number,
  ): GridLines {
    const of = [rows, rows.version, by, this.toggles, by === 'worker' ? detailsVersion : 0];
    if (!this.made?.of.every((one, i) => one === of[i]))
      this.made = { of, lines: by ? this.grouped(rows, by, workerOf) : ungrouped(rows) };
    return this.made.lines;
  }

  private grouped(rows: TaskRows, by: GroupBy, workerOf: (task: ListedTask) => string): GridLines {
    const keyOf = by === 'worker' ? workerOf : (task: ListedTask) => task[by];
    return groupedLines(rows.all, keyOf, (key) => !this.collapsed.has(key));
  }
}

const ungrouped = (rows: TaskRows): GridLines => ({
  length: rows.length,
  slice: (from, to) => rows.slice(from, to).map((task) => ({ task })),
  between: (sid, otherSid) => rows.between(sid, otherSid),
});

/** More rows than these are not on one screen. */
export const maxShown = 300;

/** The page may ask for any rows: `to` is excluded. */
export function clampRows({ from, to }: { from: number; to: number }, total: number) {
  const first = Math.min(from, Math.max(0, total - 1));
  return { from: first, to: Math.min(Math.max(to, first), first + maxShown) };
}
