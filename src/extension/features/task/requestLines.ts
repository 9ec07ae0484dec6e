import type { Unread } from '../../../explanation/facts';
import { ApiError } from '../../../taskrouter/errors';
import type { TaskRouterRequest } from '../../../taskrouter/requests';
import { fetchRequest, listRequest, requestTarget } from '../../../taskrouter/requests';
import { MalformedSidError } from '../../../taskrouter/sid';
import type { ListRef } from '../../data/listRef';
import { listKey } from '../../data/listRef';
import { isPartial } from './incompleteLists';
import type { RowRead } from './storedTask';

/** The lines of the requests that a page depends on, each once. */
export class RequestLines {
  private readonly lines = new Map<string, string>();

  /** The first first. */
  get all(): readonly string[] {
    return [...this.lines.values()];
  }

  noteRow({ part, collection, sids }: RowRead): void {
    this.note(part, () => fetchRequest(collection, sids));
  }

  noteList(list: ListRef): void {
    const { collection, parents, filters = {} } = list;
    const pageSize = isPartial(list) ? 50 : 1000;
    this.note(listKey(list), () => listRequest(collection, parents, filters, { pageSize }));
  }

  private note(key: string, request: () => TaskRouterRequest): void {
    try {
      this.lines.set(key, `GET ${requestTarget(request())}`);
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
