import type { ListedTask } from '../../../query/matches';
import { listedTask } from '../../../query/matches';
import { ApiError } from '../../../taskrouter/errors';
import * as resources from '../../../taskrouter/resources';
import { isSid } from '../../../taskrouter/sid';
import type { Connection } from '../../accounts/connections';
import type { WorkspaceEvents } from '../../data/workspaceEvents';

/** With more than these, reading the lists again is cheaper. */
const maxTasks = 50;

/**
 * Tasks that no list had, because their status changed while the lists were read: from one that was yet to be read to
 * one that had been read.
 * @param events begun when the lists were
 * @param now milliseconds since 1970 by TaskRouter's clock
 * @throws what the client throws
 */
export async function readMovedTasks(
  { client, signal }: Connection,
  events: WorkspaceEvents,
  { workspaceSid, now, isRead }: { workspaceSid: string; now: number; isRead: (taskSid: string) => boolean },
): Promise<{ readonly tasks: readonly ListedTask[]; readonly requests: number }> {
  const happened = (await events.next(client, signal, now)) ?? [];
  const sids = happened.map(({ about, sid, taskSid }) => (about === 'task' ? sid : taskSid));
  const missed = [...new Set(sids)].filter((sid) => sid !== undefined && isSid('Task', sid) && !isRead(sid));
  const tasks: ListedTask[] = [];
  const reads = missed.slice(0, maxTasks).map(async (sid) => {
    try {
      const { row } = await client.fetch(resources.tasks, [workspaceSid, sid!], signal);
      tasks.push(listedTask(resources.tasks.read(row)));
    } catch (error) {
      // It was deleted meanwhile.
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    }
  });
  await Promise.all(reads);
  return { tasks, requests: 1 + reads.length };
}
