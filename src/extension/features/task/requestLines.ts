import type { Unread } from '../../../explanation/facts';
import { ApiError } from '../../../taskrouter/errors';
import type { TaskRouterRequest } from '../../../taskrouter/requests';
import { fetchRequest, listRequest, requestTarget } from '../../../taskrouter/requests';
import { MalformedSidError } from '../../../taskrouter/sid';
import type { ListRef } from '../../data/listRef';
import { listKey } from '../../data/listRef';
import { isPartial } from './incompleteLists';
import type { RowRead } from './storedTask';

/** A page that is open for days reads the lists of ever other workers. */
const maxDetails = 200;

/** The lines of the requests that a page depends on, each once. */
export class RequestLines {
  private readonly lines = new Map<string, string>();
  /** Those for lists of single workers and tasks, the one that was last read last. */
  private readonly details = new Map<string, string>();

  /** Those for single workers and tasks last. */
  get all(): readonly string[] {
    return [...this.lines.values(), ...this.details.values()];
  }

  noteRow({ part, collection, sids }: RowRead): void {
    this.note(this.lines, part, () => fetchRequest(collection, sids));
  }

  noteList(list: ListRef): void {
    const { collection, parents, filters = {} } = list;
    const pageSize = isPartial(list) ? 50 : 1000;
    const isDetail = parents.length > 1;
    const key = listKey(list);
    if (isDetail) this.details.delete(key);
    const request = () => listRequest(collection, parents, filters, { pageSize });
    this.note(isDetail ? this.details : this.lines, key, request);
    if (this.details.size > maxDetails) this.details.delete(this.details.keys().next().value!);
  }

  private note(lines: Map<string, string>, key: string, request: () => TaskRouterRequest): void {
    try {
      lines.set(key, `GET ${requestTarget(request())}`);
    } catch (error) {
      // No request leaves for it: the store, or whoever reads the row, has the same error.
      if (!(error instanceof MalformedSidError)) throw error;
    }
  }
}

export const isRefused = (error: unknown): boolean =>
  error instanceof ApiError && [401, 403].includes(error.status);

export function unreadReason(error: unknown): Unread['reason'] {
  if (error instanceof MalformedSidError) return 'malformed SID';
  return isRefused(error) ? 'permission' : 'failed';
}

/** TaskRouter answered that there is no such resource. */
export const isMissing = (error: unknown): boolean => error instanceof ApiError && error.status === 404;
