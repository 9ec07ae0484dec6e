import type { ListedTask } from '../../../query/matches';

/** The tasks that the user has selected, by their SIDs: they stay selected while rows are sorted or read again. */
export class Selection {
  private readonly sids = new Set<string>();
  /** What the last range has added, and where it began: another one from there replaces it. */
  private range: { readonly fromSid: string; readonly added: readonly string[] } | undefined;

  get size(): number {
    return this.sids.size;
  }

  /** In the order in which they were selected. */
  get all(): readonly string[] {
    return [...this.sids];
  }

  has(sid: string): boolean {
    return this.sids.has(sid);
  }

  toggle(sid: string): void {
    this.range = undefined;
    if (!this.sids.delete(sid)) this.sids.add(sid);
  }

  add(tasks: readonly ListedTask[]): void {
    this.range = undefined;
    for (const { sid } of tasks) this.sids.add(sid);
  }

  /** Selects these, from one task on, instead of those that the range before from that task has added. */
  extend(fromSid: string, tasks: readonly ListedTask[]): void {
    if (this.range?.fromSid === fromSid) for (const sid of this.range.added) this.sids.delete(sid);
    const added = tasks.map(({ sid }) => sid).filter((sid) => !this.sids.has(sid));
    for (const sid of added) this.sids.add(sid);
    this.range = { fromSid, added };
  }

  clear(): void {
    this.range = undefined;
    this.sids.clear();
  }

  remove(sids: readonly string[]): void {
    for (const sid of sids) this.sids.delete(sid);
  }

  /** The others are no longer selected. */
  retain(tasks: readonly ListedTask[]): void {
    const remaining = new Set(tasks.map(({ sid }) => sid));
    for (const sid of this.sids) if (!remaining.has(sid)) this.sids.delete(sid);
  }
}
