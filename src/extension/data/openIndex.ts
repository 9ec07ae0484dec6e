import type { Row } from '../../taskrouter/resources';
import { tasks } from '../../taskrouter/resources';
import type { CreatedReservation } from './workspaceEvents';

const second = 1000;
/** Reservations of one task that were created within this many milliseconds were offered at the same time. */
const sameOffer = 2 * second;

/** The status of a task's open reservation while the task has this status. */
const statusByTask: Readonly<Record<string, 'pending' | 'accepted' | 'wrapping'>> = {
  reserved: 'pending',
  assigned: 'accepted',
  wrapping: 'wrapping',
};

/** The status of this task's open reservation; undefined when it cannot have one. */
export const expectedStatus = (task: Row) => statusByTask[tasks.read(task).assignment_status ?? ''];

interface OpenEntry {
  readonly taskSid: string;
  /** As Events describe it, until the reservation itself has been read. */
  readonly fromEvents?: Row;
}

/** Which reservations of a workspace are open, and which tasks can have one. */
export class OpenIndex {
  private readonly open = new Map<string, OpenEntry>();
  private readonly byTask = new Map<string, Set<string>>();

  get sids(): Iterable<string> {
    return this.open.keys();
  }

  /** Each with its task. */
  *entries(): Iterable<readonly [sid: string, taskSid: string]> {
    for (const [sid, { taskSid }] of this.open) yield [sid, taskSid];
  }

  taskSids(): Iterable<string> {
    return this.byTask.keys();
  }

  taskOf(sid: string): string | undefined {
    return this.open.get(sid)?.taskSid;
  }

  of(taskSid: string): readonly string[] {
    return [...(this.byTask.get(taskSid) ?? [])];
  }

  fromEvents(sid: string): Row | undefined {
    return this.open.get(sid)?.fromEvents;
  }

  add(sid: string, entry: OpenEntry): void {
    this.delete(sid);
    this.open.set(sid, entry);
    const ofTask = this.byTask.get(entry.taskSid) ?? new Set();
    this.byTask.set(entry.taskSid, ofTask.add(sid));
  }

  delete(sid: string): void {
    const taskSid = this.taskOf(sid);
    if (taskSid === undefined) return;
    this.open.delete(sid);
    const ofTask = this.byTask.get(taskSid)!;
    ofTask.delete(sid);
    if (ofTask.size === 0) this.byTask.delete(taskSid);
  }

  /** Reservations that are known from Events only. */
  unconfirmed(): Map<string, Row> {
    return new Map(
      [...this.open].flatMap(([sid, { fromEvents }]) => (fromEvents ? [[sid, fromEvents]] : [])),
    );
  }
}

/**
 * The open reservations of a task, from the creation Events of its reservations: the latest, and those that were
 * offered at the same time. Creation Events do not say which of these was accepted or rejected.
 */
export function likelyOpen(task: Row, created: readonly CreatedReservation[]): readonly Row[] {
  const status = expectedStatus(task);
  const latest = Math.max(...created.map(({ at }) => at));
  if (status === undefined) return [];
  const offered = created.filter(({ at }) => at >= latest - (status === 'pending' ? sameOffer : 0));
  const updated = status === 'pending' ? {} : { date_updated: task['date_updated'] };
  return offered.map((event) => ({
    ...createdRow(event),
    workspace_sid: task['workspace_sid'],
    reservation_status: status,
    ...updated,
  }));
}

/** The reservation as it was when it was created. */
export function createdRow({ sid, at, taskSid, workerSid, workerName }: CreatedReservation): Row {
  const date = new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    sid,
    task_sid: taskSid,
    worker_sid: workerSid ?? null,
    worker_name: workerName ?? null,
    reservation_status: 'pending',
    date_created: date,
    date_updated: date,
  };
}
