import type { Row } from '../../taskrouter/resources';
import { taskReservations, tasks } from '../../taskrouter/resources';
import type { CreatedReservation } from './workspaceEvents';

const second = 1000;
/** Reservations of one task that were created within this many milliseconds were offered at the same time. */
const sameOffer = 2 * second;

/** The status of a task's open reservation while the task has this status. */
const statusByTask: ReadonlyMap<string, 'pending' | 'accepted' | 'wrapping'> = new Map([
  ['reserved', 'pending'],
  ['assigned', 'accepted'],
  ['wrapping', 'wrapping'],
]);

/** The status of this task's open reservation; undefined when it cannot have one. */
export const expectedStatus = (task: Row) => statusByTask.get(tasks.read(task).assignment_status ?? '');

interface OpenEntry {
  readonly taskSid: string;
  /** As Events describe it, or the status of its task has it, until the reservation itself has been read (again). */
  readonly fromEvents?: Row;
}

/** Reservations of one worker that are known from Events only. */
export interface ReportedReservations {
  readonly workerSid: string;
  /** That of all of them, if they were chosen by it. */
  readonly status?: string;
  readonly sids: readonly string[];
}

function reportOf(row: Row | undefined) {
  const { worker_sid: workerSid, reservation_status: status } = row ? taskReservations.read(row) : {};
  return { workerSid: workerSid ?? undefined, status: status ?? undefined };
}

/** Which reservations of a workspace are open, and which tasks can have one. */
export class OpenIndex {
  private readonly open = new Map<string, OpenEntry>();
  private readonly byTask = new Map<string, Set<string>>();

  get size(): number {
    return this.open.size;
  }

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

  /** The reservations of this one's worker that are known from Events only: all, and those with the same status. */
  reportedWith(sid: string): readonly ReportedReservations[] {
    const { workerSid, status } = reportOf(this.fromEvents(sid));
    if (workerSid === undefined || status === undefined) return [];
    const ofWorker = [...this.open]
      .map(([other, { fromEvents }]) => ({ sid: other, ...reportOf(fromEvents) }))
      .filter((one) => one.workerSid === workerSid);
    const alike = ofWorker.filter((one) => one.status === status);
    const sidsOf = (reports: typeof ofWorker) => reports.map((one) => one.sid);
    return [
      { workerSid, sids: sidsOf(ofWorker) },
      { workerSid, status, sids: sidsOf(alike) },
    ];
  }

  /** Reservations that are known from Events only. */
  unconfirmed(): Map<string, Row> {
    return new Map(
      [...this.open].flatMap(([sid, { fromEvents }]) => (fromEvents ? [[sid, fromEvents]] : [])),
    );
  }
}

interface LikelyOpen {
  /** Empty when it is not known which one is open. */
  readonly rows: readonly Row[];
  /** Those that were offered before these: a task is offered again only after that. */
  readonly earlier: ReadonlySet<string>;
  readonly areCertain: boolean;
}

/**
 * The open reservations of a task, from the creation Events of its reservations: the latest, and those that were
 * offered at the same time. Creation Events do not say which of these was accepted or rejected.
 */
export function likelyOpen(task: Row, created: readonly CreatedReservation[]): LikelyOpen {
  const status = expectedStatus(task);
  const latest = created.reduce((last, { at }) => Math.max(last, at), -Infinity);
  const together = created.filter(({ at }) => at >= latest - sameOffer);
  const earlier = new Set(created.filter((one) => !together.includes(one)).map(({ sid }) => sid));
  if (status === undefined) return { rows: [], earlier, areCertain: true };
  const last = together.filter(({ at }) => at === latest);
  // Only one of them was accepted: which one is not known.
  const offered = status === 'pending' ? together : last.length === 1 ? last : [];
  const updated = status === 'pending' ? {} : { date_updated: task['date_updated'] };
  const rows = offered.map((event) => ({
    ...createdRow(event),
    workspace_sid: task['workspace_sid'],
    reservation_status: status,
    ...updated,
  }));
  return { rows, earlier, areCertain: together.length === 1 };
}

/** A time as TaskRouter writes it, in whole seconds. `at` in milliseconds since 1970. */
export const timestampOf = (at: number) => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

/** The reservation as it was when it was created. */
export function createdRow({ sid, at, taskSid, workerSid, workerName }: CreatedReservation): Row {
  const date = timestampOf(at);
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
