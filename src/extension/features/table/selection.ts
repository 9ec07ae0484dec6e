import type { ListedTask } from '../../../query/matches';

/** The tasks that the user has selected, by their SIDs: they stay selected while rows are sorted or read again. */
export class Selection {
  private readonly sids = new Set<string>();

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
    if (!this.sids.delete(sid)) this.sids.add(sid);
  }

  add(tasks: readonly ListedTask[]): void {
    for (const { sid } of tasks) this.sids.add(sid);
  }

  clear(): void {
    this.sids.clear();
  }

  /** The others are no longer selected. */
  retain(tasks: readonly ListedTask[]): void {
    const remaining = new Set(tasks.map(({ sid }) => sid));
    for (const sid of this.sids) if (!remaining.has(sid)) this.sids.delete(sid);
  }
}
