import type { ListedTask } from '../../../query/matches';
import { compareNumbers, isNumber } from '../../../query/values';
import type { ExactNumber } from '../../../taskrouter/exactNumbers';

export type SortKey = string | number | ExactNumber | undefined;

export interface Order {
  readonly keyOf: (task: ListedTask) => SortKey;
  readonly isDescending: boolean;
}

interface Entry {
  readonly task: ListedTask;
  readonly key: SortKey;
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** The matching tasks in the order of one column, each once. Made for pages of sorted additions to many rows. */
export class TaskRows {
  private entries: Entry[] = [];
  private readonly tasks = new Map<string, ListedTask>();
  /** When each task that was read was updated, whether it matches or not. */
  private readonly updated = new Map<string, number>();

  /** Changes with the rows and their order. */
  version = 0;

  constructor(private order: Order) {}

  get length(): number {
    return this.entries.length;
  }

  has(sid: string): boolean {
    return this.tasks.has(sid);
  }

  get(sid: string): ListedTask | undefined {
    return this.tasks.get(sid);
  }

  slice(from: number, to: number): readonly ListedTask[] {
    return this.entries.slice(from, to).map(({ task }) => task);
  }

  get all(): readonly ListedTask[] {
    return this.slice(0, this.length);
  }

  /** How many of them each workspace has, by its SID. */
  get countByWorkspace(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { task } of this.entries)
      counts.set(task.workspaceSid, (counts.get(task.workspaceSid) ?? 0) + 1);
    return counts;
  }

  /** From one task to another, both included, in either direction; none when one of them is not there. */
  between(sid: string, otherSid: string): readonly ListedTask[] {
    const at = this.entries.findIndex(({ task }) => task.sid === sid);
    const other = this.entries.findIndex(({ task }) => task.sid === otherSid);
    return at < 0 || other < 0 ? [] : this.slice(Math.min(at, other), Math.max(at, other) + 1);
  }

  /** Of a task that was read twice, because it moved between lists, the newer one counts, or the one that was read later. */
  add(tasks: readonly ListedTask[], matches: (task: ListedTask) => boolean = () => true): void {
    const added = new Map<string, ListedTask>();
    const leaving = new Set<string>();
    for (const task of tasks) {
      const { sid, updated = 0 } = task;
      if ((this.updated.get(sid) ?? 0) > updated) continue;
      this.updated.set(sid, updated);
      if (this.tasks.delete(sid)) leaving.add(sid);
      if (matches(task)) added.set(sid, task);
      else added.delete(sid);
    }
    for (const [sid, task] of added) this.tasks.set(sid, task);
    this.version++;
    const staying = leaving.size ? this.entries.filter(({ task }) => !leaving.has(task.sid)) : this.entries;
    this.entries = this.merge(staying, this.sorted(added.values()));
  }

  sort(order: Order): void {
    this.order = order;
    this.version++;
    this.entries = this.sorted(this.tasks.values());
  }

  private sorted(tasks: Iterable<ListedTask>): Entry[] {
    const { keyOf } = this.order;
    return Array.from(tasks, (task) => ({ task, key: keyOf(task) })).sort((a, b) => this.compare(a, b));
  }

  private merge(one: readonly Entry[], other: readonly Entry[]): Entry[] {
    const merged: Entry[] = [];
    let at = 0;
    for (const entry of one) {
      while (at < other.length && this.compare(other[at]!, entry) < 0) merged.push(other[at++]!);
      merged.push(entry);
    }
    for (; at < other.length; at++) merged.push(other[at]!);
    return merged;
  }

  /** What has no value comes last, in either direction; SIDs decide ties, so that the order never changes by itself. */
  private compare(a: Entry, b: Entry): number {
    const bySid = a.task.sid < b.task.sid ? -1 : 1;
    if (a.key === b.key) return bySid;
    if (a.key === undefined || a.key === '') return b.key === undefined || b.key === '' ? bySid : 1;
    if (b.key === undefined || b.key === '') return -1;
    const order =
      isNumber(a.key) && isNumber(b.key)
        ? compareNumbers(a.key, b.key)
        : collator.compare(String(a.key), String(b.key));
    return order === 0 ? bySid : this.order.isDescending ? -order : order;
  }
}
