import * as resources from '../../taskrouter/resources';
import type { Row } from '../../taskrouter/resources';
import { likelyOpen } from './openIndex';
import type { OpenWorkspace, OpenWorkspaceOptions } from './openWorkspace';
import type { SingleReads } from './singleReads';
import type { CreatedReservation, EventReads } from './workspaceEvents';
import { readCreated } from './workspaceEvents';

const maxPages = 10; // 10,000 creations; what they do not tell is read task by task

export interface Finder {
  readonly open: OpenWorkspace;
  readonly read: SingleReads;
  readonly options: Pick<OpenWorkspaceOptions, 'clock' | 'skew' | 'workspaceSid'>;
  /** Throws what keeps the tasks from being read, too. */
  readonly failed: (error: unknown) => void;
}

/**
 * Finds the open reservations of these tasks in the Events of their creation. Resolves to the tasks whose latest
 * reservation is known by then.
 */
export async function findCreated(
  finder: Finder,
  reads: EventReads,
  signal: AbortSignal,
  tasks: readonly Row[],
): Promise<ReadonlySet<string>> {
  const { clock, skew, workspaceSid } = finder.options;
  const oldest = Math.min(...tasks.flatMap((row) => resources.tasks.read(row).date_created?.getTime() ?? []));
  if (!Number.isFinite(oldest)) return new Set();
  const created = new Map<string, CreatedReservation[]>(tasks.map(({ sid }) => [sid, []]));
  const missing = new Set(created.keys());
  const onPage = (page: readonly CreatedReservation[]) => {
    for (const event of page) {
      created.get(event.taskSid)?.push(event);
      missing.delete(event.taskSid);
    }
    return missing.size > 0;
  };
  try {
    const period = { since: oldest, now: clock.now() + skew() };
    const options = { ...period, maxPages: Math.min(maxPages, tasks.length), onPage };
    await readCreated(reads, signal, workspaceSid, options);
  } catch (error) {
    finder.failed(error);
  }
  for (const task of tasks) takeCreated(finder, task, created.get(task.sid)!);
  return new Set([...created.keys()].filter((sid) => !missing.has(sid)));
}

/** Takes what is likely to be open of the reservations that were created for a task. */
function takeCreated({ open, read }: Finder, task: Row, created: readonly CreatedReservation[]): void {
  const { index } = open;
  const { rows, earlier, areCertain } = likelyOpen(task, created);
  const over = index.of(task.sid).filter((sid) => earlier.has(sid));
  for (const sid of over) open.close(sid);
  if (!areCertain && rows.length === 0) open.lose(task.sid);
  for (const row of rows) {
    // What has been read itself is better known.
    if (index.taskOf(row.sid) !== undefined && !index.fromEvents(row.sid)) continue;
    index.add(row.sid, { taskSid: task.sid, fromEvents: row });
    // Another one that was read before may be open all the same: only the list of the task tells.
    if (areCertain && over.length === 0 && index.of(task.sid).length === 1) read.confirm(task.sid, row);
    else read.reservationsOf(task.sid, row, !areCertain);
  }
}
