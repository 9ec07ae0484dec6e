import { statusAfter } from '../../../src/extension/data/workspaceEvents';
import { isOpenStatus } from '../../../src/taskrouter/reservation';
import * as resources from '../../../src/taskrouter/resources';
import { clientOf } from '../window';
import type { stage } from './loadingStage';
import { second } from './loadingStage';

type Stage = Awaited<ReturnType<typeof stage>>;

interface TrueReservation {
  status: string;
  readonly createdAt: number;
  /** When it times out, unless something else happens to it before. */
  readonly deadline: number;
  /** When it stopped being pending. */
  endedAt: number;
}

/** Follows what TaskRouter has, past the window, by the Events that happened, all of them. */
export async function followTruth(on: Stage) {
  const client = clientOf(on.simulator);
  const all = new Map<string, TrueReservation>();
  const seen = new Set<string>();
  const workspaces = (await client.list(resources.workspaces, [])).rows.map(({ sid }) => sid);
  const timeouts = new Map<string, number>();
  for (const workspaceSid of workspaces) {
    for (const row of (await client.list(resources.workflows, [workspaceSid])).rows)
      timeouts.set(row.sid, Number(row['task_reservation_timeout']) * second);
    for (const task of (await client.list(resources.tasks, [workspaceSid])).rows)
      for (const row of (await client.list(resources.taskReservations, [workspaceSid, task.sid])).rows) {
        const status = String(row['reservation_status']);
        const createdAt = Date.parse(String(row['date_created']));
        const deadline = createdAt + (timeouts.get(String(task['workflow_sid'])) ?? Infinity);
        all.set(row.sid, { status, createdAt, deadline, endedAt: status === 'pending' ? Infinity : 0 });
      }
  }
  let from = on.clock.now();
  const update = async () => {
    const startDate = new Date(from - second);
    from = on.clock.now();
    for (const workspaceSid of workspaces) {
      const filters = { startDate };
      const { rows } = await client.list(resources.events, [workspaceSid], filters, { pageSize: 1000 });
      for (const row of [...rows].reverse()) {
        const status = statusAfter(String(row['event_type']));
        if (seen.has(row.sid) || !status) continue;
        seen.add(row.sid);
        const at = Number(row['event_date_ms']);
        const data = row['event_data'] as Readonly<Record<string, string>>;
        const sid = String(row['resource_sid']);
        const known = all.get(sid);
        if (!known && status === 'pending') {
          const deadline = at + timeouts.get(data['workflow_sid']!)!;
          all.set(sid, { status, createdAt: at, deadline, endedAt: Infinity });
        } else if (known && known.status !== status && status !== 'pending') {
          if (known.status === 'pending') known.endedAt = at;
          known.status = status;
        }
      }
    }
  };
  /**
   * For how many seconds at most each of these has been wrong: rows that are shown as pending and have ended, open
   * reservations without a row that were created after `since`, and the one that is presented as the next.
   */
  const faults = (since = -Infinity) => {
    const now = on.clock.now();
    const { next } = on.open;
    const pending = [...all].filter(([, one]) => one.status === 'pending');
    const rows = new Map(on.open.all.map((one) => [one.sids[2], one]));
    const ended = on.open.unexpired
      .filter(({ isConfirmed }) => isConfirmed)
      .map(({ sids }) => now - (all.get(sids[2])?.endedAt ?? now));
    const missing = [...all].filter(
      ([sid, one]) => isOpenStatus(one.status) && !rows.has(sid) && one.createdAt > since,
    );
    const wrongNext: number[] = [];
    if (typeof next === 'object') {
      const shown = all.get(next.sids[2]);
      if (shown) wrongNext.push(now - shown.endedAt);
      for (const [, one] of pending)
        if (one.deadline > now + second && one.deadline < next.deadline!.at - second)
          wrongNext.push(now - one.createdAt);
    }
    const max = (times: readonly number[]) => Math.max(0, ...times) / second;
    return {
      ended: max(ended),
      missing: max(missing.map(([, one]) => now - one.createdAt)),
      next: max(wrongNext),
    };
  };
  return { update, faults };
}
