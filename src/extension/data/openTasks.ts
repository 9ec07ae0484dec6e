import type { Client } from '../../taskrouter/client';
import { isSid } from '../../taskrouter/sid';
import * as resources from '../../taskrouter/resources';
import type { Row } from '../../taskrouter/resources';
import type { EventTrust } from './eventTrust';
import type { OpenWorkspace } from './openWorkspace';

const pageSize = 1000;
/** 10,000 open tasks. */
const maxPages = 10;

/** Reads the tasks that can have open reservations. @throws what the client throws */
export async function readOpenTasks(
  reads: Pick<Client, 'pages'>,
  workspaceSid: string,
  signal: AbortSignal,
): Promise<{ readonly rows: readonly Row[]; readonly isComplete: boolean }> {
  const filters = { assignmentStatus: ['reserved', 'assigned', 'wrapping'] };
  const rows: Row[] = [];
  let isComplete = true;
  for await (const page of reads.pages(
    resources.tasks,
    [workspaceSid],
    filters,
    { pageSize, maxPages },
    signal,
  )) {
    const addressable = page.rows.filter(({ sid }) => isSid('Task', sid));
    for (const row of addressable) rows.push(row);
    isComplete &&=
      page.cutShort === undefined &&
      page.unreadable === 0 &&
      addressable.length === page.rows.length &&
      addressable.every((row) => typeof row['assignment_status'] === 'string');
  }
  return { rows, isComplete };
}

/**
 * Expects Events of the tasks that are in another list of open tasks than before, or have another status than their
 * reservations: of those that Events tell, all is known already.
 */
export function expectChanges(
  trust: EventTrust,
  open: OpenWorkspace,
  rows: readonly Row[],
  isComplete: boolean,
): void {
  const { tasks, index } = open;
  const statusIn = (task: Row | undefined) => task?.['assignment_status'];
  const isChanged = (task: Row) => statusIn(open.row(task.sid)) !== statusIn(task) && !open.agrees(task);
  // Several pages can miss a task, or bring one late, while others come and go.
  const isOnePage = isComplete && rows.length < pageSize;
  const listed = new Set(rows.map(({ sid }) => sid));
  for (const task of rows) if (tasks.has(task.sid) ? isChanged(task) : isOnePage) trust.expectTask(task);
  const ended = isOnePage ? [...index.entries()].filter(([, taskSid]) => !listed.has(taskSid)) : [];
  for (const [sid, taskSid] of ended) trust.expectEnd(sid, taskSid);
}

/** When the reservations of each reserved task are due to be checked, where no Events report what happens to them. */
export class ReservedChecks {
  /** In elapsed milliseconds. */
  private readonly checkedAt = new Map<string, number>();

  /** The tasks that were not checked for `every` milliseconds; `now` in elapsed milliseconds. */
  due(reserved: readonly Row[], now: number, every: number): readonly Row[] {
    return reserved.filter(({ sid }) => {
      const before = this.checkedAt.get(sid);
      if (before !== undefined && now - before < every) return false;
      this.checkedAt.set(sid, now);
      return before !== undefined;
    });
  }

  delete(taskSid: string): void {
    this.checkedAt.delete(taskSid);
  }
}
