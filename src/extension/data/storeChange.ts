import type { Row } from '../../taskrouter/client';
import type { SidNoun } from '../../taskrouter/sid';
import { isSid } from '../../taskrouter/sid';
import type { ListKey, ListRef, OpenRef } from './listRef';
import { listKey } from './listRef';
import type { Store } from './store';
import type { WorkspacePlace } from './target';

/** What has changed in one account. */
export class StoreChange {
  constructor(
    readonly accountId: string,
    private readonly lists: ReadonlySet<ListKey>,
    private readonly rows: ReadonlySet<string>,
  ) {}

  /** Whether the content of this row has changed. */
  hasRow(accountId: string, sid: string): boolean {
    return accountId === this.accountId && this.rows.has(sid);
  }

  /** Whether other rows are in this list than before, or its error, or whether there is more to read. */
  hasList(ref: ListRef | OpenRef): boolean {
    return ref.accountId === this.accountId && this.lists.has(listKey(ref));
  }

  /** The SIDs of the rows whose content has changed. */
  rowsOf(accountId: string): Iterable<string> {
    return accountId === this.accountId ? this.rows : [];
  }

  get hasRows(): boolean {
    return this.rows.size > 0;
  }
}

/** The rows of one kind in a workspace of which this window now knows something else, or knew nothing before. */
export function changedRows(
  noun: SidNoun,
  change: StoreChange,
  store: Pick<Store, 'row'>,
  { accountId, workspaceSid }: WorkspacePlace,
): readonly Row[] {
  return [...change.rowsOf(accountId)].flatMap((sid) => {
    const row = isSid(noun, sid) ? store.row(accountId, sid, workspaceSid) : undefined;
    return row?.['workspace_sid'] === workspaceSid ? [row] : [];
  });
}
