import type { Client } from '../../taskrouter/client';
import { isSid } from '../../taskrouter/sid';
import * as resources from '../../taskrouter/resources';
import type { Row } from '../../taskrouter/resources';
import type { OpenWorkspace } from './openWorkspace';

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
  for await (const page of reads.pages(resources.tasks, [workspaceSid], filters, { maxPages }, signal)) {
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

/** When the reservations of each reserved task are due to be checked, where no Events report what happens to them. */
export class ReservedChecks {
  private readonly checked = new Map<string, { readonly version: unknown; readonly at: number }>();

  /** The tasks that changed, or were not checked for `every` milliseconds; `now` in elapsed milliseconds. */
  due(
    reserved: readonly Row[],
    now: number,
    every: number,
    open: Pick<OpenWorkspace, 'hasLatest'>,
  ): readonly Row[] {
    return reserved.filter((task) => {
      const version = task['date_updated'];
      const before = this.checked.get(task.sid);
      if (before && before.version === version && now - before.at < every) return false;
      this.checked.set(task.sid, { version, at: now });
      return before !== undefined || !open.hasLatest(task);
    });
  }

  delete(taskSid: string): void {
    this.checked.delete(taskSid);
  }
}
