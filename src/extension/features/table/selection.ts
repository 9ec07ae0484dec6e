import type { ListedRow } from '../../../query/rows';

type Selected = Pick<ListedRow, 'sid' | 'workspaceSid'>;

/** The rows that the user has selected, by their SIDs: they stay selected while rows are sorted or read again. */
export class Selection {
  private readonly workspaces = new Map<string, string>();
  /** The last range, from the row where it began, and what it has added: another one from there replaces it. */
  private range:
    { readonly fromSid: string; readonly rows: readonly Selected[]; readonly added: Set<string> } | undefined;

  /** Another one after each change that the user made. */
  version = 0;

  get size(): number {
    return this.workspaces.size;
  }

  /** In the order in which they were selected. */
  get all(): readonly Selected[] {
    return [...this.workspaces].map(([sid, workspaceSid]) => ({ sid, workspaceSid }));
  }

  has(sid: string): boolean {
    return this.workspaces.has(sid);
  }

  toggle({ sid, workspaceSid }: Selected): void {
    this.changed();
    if (!this.workspaces.delete(sid)) this.workspaces.set(sid, workspaceSid);
  }

  add(rows: readonly Selected[]): void {
    this.changed();
    for (const { sid, workspaceSid } of rows) this.workspaces.set(sid, workspaceSid);
  }

  /** Selects these, from one row on, instead of those that the range before from that row has added. */
  extend(fromSid: string, rows: readonly Selected[]): void {
    const range = this.range?.fromSid === fromSid ? this.range : { rows: [], added: new Set<string>() };
    const next = rows[0]?.sid === fromSid ? rows : rows.toReversed();
    // A held key makes ranges that differ in their last row.
    const differs = next.findIndex(({ sid }, i) => sid !== range.rows[i]?.sid);
    const common = differs < 0 ? next.length : differs;
    for (const { sid } of range.rows.slice(common)) if (range.added.delete(sid)) this.workspaces.delete(sid);
    const fresh = next.slice(common).filter(({ sid }) => !this.workspaces.has(sid));
    for (const { sid } of fresh) range.added.add(sid);
    this.add(fresh);
    this.range = { fromSid, rows: next, added: range.added };
  }

  clear(): void {
    this.changed();
    this.workspaces.clear();
  }

  remove(sids: readonly string[]): void {
    for (const sid of sids) this.workspaces.delete(sid);
  }

  /** The others are no longer selected. */
  retain(rows: readonly Selected[]): void {
    const remaining = new Set(rows.map(({ sid }) => sid));
    for (const sid of this.workspaces.keys()) if (!remaining.has(sid)) this.workspaces.delete(sid);
  }
  private changed(): void {
    this.range = undefined;
    this.version++;
  }
}
