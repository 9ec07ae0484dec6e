import type { TaskStatus } from '../../../query/fields';
import type { Reads, Row } from '../../../taskrouter/client';
import { ApiError } from '../../../taskrouter/errors';
import * as resources from '../../../taskrouter/resources';
import { isSid } from '../../../taskrouter/sid';
import type { WorkspaceEvent, WorkspaceEvents } from '../../data/workspaceEvents';

/** With more than these, reading the lists again is cheaper. */
const maxTasks = 50;

/** The status of a task after its Event, where that alone says so. https://www.twilio.com/docs/taskrouter/api/event/reference */
const statusAfter: Readonly<Record<string, TaskStatus>> = {
  'task.created': 'pending',
  'reservation.created': 'reserved',
  'reservation.accepted': 'assigned',
  'reservation.wrapup': 'wrapping',
  'task.wrapup': 'wrapping',
  'reservation.completed': 'completed',
  'task.completed': 'completed',
  'task.canceled': 'canceled',
};

export interface MovedTasksOptions {
  readonly workspaceSid: string;
  /** Milliseconds since 1970 by TaskRouter's clock. */
  readonly now: number;
  readonly isRead: (taskSid: string) => boolean;
  /** Those that were read. */
  readonly statuses: readonly TaskStatus[];
}

export interface MovedTasks {
  readonly rows: readonly Row[];
  readonly requests: number;
  /** There are no others. */
  readonly areAll: boolean;
}

/**
 * Tasks that no list had, because their status changed while the lists were read: from one that was yet to be read to
 * one that had been read.
 * @param events begun when the lists were
 * @throws what the client throws
 */
export async function readMovedTasks(
  reads: Reads,
  signal: AbortSignal,
  events: WorkspaceEvents,
  { workspaceSid, now, isRead, statuses }: MovedTasksOptions,
): Promise<MovedTasks> {
  const happened = await events.next(reads, signal, now);
  if (!happened) return { rows: [], requests: 1, areAll: false };
  const missed = [...lastEvents(happened)].filter(([sid, type]) => {
    const status = statusAfter[type];
    return !isRead(sid) && (status === undefined || statuses.includes(status));
  });
  const rows: Row[] = [];
  const single = missed.slice(0, maxTasks).map(async ([sid]) => {
    try {
      const { row } = await reads.fetch(resources.tasks, [workspaceSid, sid], signal);
      rows.push(row);
    } catch (error) {
      // It was deleted meanwhile.
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    }
  });
  await Promise.all(single);
  return { rows, requests: 1 + single.length, areAll: missed.length <= maxTasks };
}

/** The type of the last Event of each task. They come with the oldest first. */
function lastEvents(happened: readonly WorkspaceEvent[]): ReadonlyMap<string, string> {
  const types = new Map<string, string>();
  for (const { about, sid, taskSid, type } of happened) {
    const task = about === 'task' ? sid : taskSid;
    if (task !== undefined && isSid('Task', task)) types.set(task, type);
  }
  return types;
}
