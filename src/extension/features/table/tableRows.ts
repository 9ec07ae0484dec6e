import type { ListedRow } from '../../../query/rows';
import { compareNumbers, isNumber } from '../../../query/values';
import type { ExactNumber } from '../../../taskrouter/exactNumbers';

export type SortKey = string | number | ExactNumber | undefined;

export interface Order<R extends ListedRow> {
  readonly keyOf: (row: R) => SortKey;
  readonly isDescending: boolean;
}

interface Entry<R extends ListedRow> {
  readonly row: R;
  readonly key: SortKey;
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** The matching rows in the order of one column, each once. Made for pages of sorted additions to many rows. */
export class TableRows<R extends ListedRow> {
  private entries: Entry<R>[] = [];
  private readonly rows = new Map<string, R>();
  /** When each row that was read was updated, whether it matches or not. */
  private readonly updated = new Map<string, number>();

  /** Changes with the rows and their order. */
  version = 0;

  constructor(private order: Order<R>) {}

  get length(): number {
    return this.entries.length;
  }

  has(sid: string): boolean {
    return this.rows.has(sid);
  }

  get(sid: string): R | undefined {
    return this.rows.get(sid);
  }

  slice(from: number, to: number): readonly R[] {
    return this.entries.slice(from, to).map(({ row }) => row);
  }

  get all(): readonly R[] {
    return this.slice(0, this.length);
  }

  /** How many of them each workspace has, by its SID. */
  get countByWorkspace(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { row } of this.entries) counts.set(row.workspaceSid, (counts.get(row.workspaceSid) ?? 0) + 1);
    return counts;
  }

  /** -1 when it does not match. */
  indexOf(sid: string): number {
    return this.rows.has(sid) ? this.entries.findIndex(({ row }) => row.sid === sid) : -1;
  }

  /** From one row to another, both included, in either direction; none when one of them is not there. */
  between(sid: string, otherSid: string): readonly R[] {
    const [at, other] = [this.indexOf(sid), this.indexOf(otherSid)];
    return at < 0 || other < 0 ? [] : this.slice(Math.min(at, other), Math.max(at, other) + 1);
  }

  /** Of a row that was read twice, because it moved between lists, the newer one counts, or the one that was read later. */
  add(rows: readonly R[], matches: (row: R) => boolean = () => true): void {
    const added = new Map<string, R>();
    const leaving = new Set<string>();
    for (const row of rows) {
      const { sid, updated = 0 } = row;
      if ((this.updated.get(sid) ?? 0) > updated) continue;
      this.updated.set(sid, updated);
      if (this.rows.delete(sid)) leaving.add(sid);
      if (matches(row)) added.set(sid, row);
      else added.delete(sid);
    }
    for (const [sid, row] of added) this.rows.set(sid, row);
    this.version++;
    const staying = leaving.size ? this.entries.filter(({ row }) => !leaving.has(row.sid)) : this.entries;
    this.entries = this.merge(staying, this.sorted(added.values()));
  }

  sort(order: Order<R>): void {
    this.order = order;
    this.version++;
    this.entries = this.sorted(this.rows.values());
  }

  private sorted(rows: Iterable<R>): Entry<R>[] {
    const { keyOf } = this.order;
    return Array.from(rows, (row) => ({ row, key: keyOf(row) })).sort((a, b) => this.compare(a, b));
  }

  private merge(one: readonly Entry<R>[], other: readonly Entry<R>[]): Entry<R>[] {
    const merged: Entry<R>[] = [];
    let at = 0;
    for (const entry of one) {
      while (at < other.length && this.compare(other[at]!, entry) < 0) merged.push(other[at++]!);
      merged.push(entry);
    }
    for (; at < other.length; at++) merged.push(other[at]!);
    return merged;
  }

  /** What has no value comes last, in either direction. */
  private compare(a: Entry<R>, b: Entry<R>): number {
    if (a.key === b.key) return tie(a.row, b.row);
    if (a.key === undefined || a.key === '')
      return b.key === undefined || b.key === '' ? tie(a.row, b.row) : 1;
    if (b.key === undefined || b.key === '') return -1;
    const order =
      isNumber(a.key) && isNumber(b.key)
        ? compareNumbers(a.key, b.key)
        : collator.compare(String(a.key), String(b.key));
    return order === 0 ? tie(a.row, b.row) : this.order.isDescending ? -order : order;
  }
}

/** The order of rows with the same value never changes by itself: the oldest first, then by the names of workspaces, then by SIDs. */
const tie = (a: ListedRow, b: ListedRow): number =>
  (a.created === b.created ? 0 : (a.created ?? Infinity) - (b.created ?? Infinity)) ||
  (a.workspaceSid === b.workspaceSid ? 0 : collator.compare(a.workspace, b.workspace)) ||
  (a.sid < b.sid ? -1 : 1);
