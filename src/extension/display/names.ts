import * as resources from '../../taskrouter/resources';
import { isSid } from '../../taskrouter/sid';
import type { Store } from '../data/store';
import { taskTitle } from './attributes';

/** What people call a workspace, task or worker that this window has read. Untrusted text; undefined when unknown. */
export function nameOf(store: Pick<Store, 'read'>, accountId: string, sid: string): string | undefined {
  if (isSid('Task', sid)) return taskTitle(store.read(resources.tasks, accountId, sid)?.attributes);
  const collection = isSid('Worker', sid) ? resources.workers : resources.workspaces;
  return store.read(collection, accountId, sid)?.friendly_name || undefined;
}
