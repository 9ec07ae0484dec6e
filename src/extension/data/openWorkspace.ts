import { isOpen, rankOf, statusOf } from '../../taskrouter/reservation';
import * as resources from '../../taskrouter/resources';
import type { ReservationStatus, Row } from '../../taskrouter/resources';
import { isSid } from '../../taskrouter/sid';
import type { Clock } from './clock';
import { deadlineOf } from './deadlines';
import type { OpenRef } from './listRef';
import { OfferTimes } from './offerTimes';
import { expectedStatus, OpenIndex, timestampOf } from './openIndex';
import type { Store, StoreRequest } from './store';
import type { WorkspaceEvent } from './workspaceEvents';

export interface OpenWorkspaceOptions {
  readonly accountId: string;
  readonly workspaceSid: string;
  readonly store: Store;
  readonly clock: Clock;
  /** Milliseconds by which TaskRouter's clock is ahead of this machine's. */
  readonly skew: () => number;
}

export interface NextReservation {
  readonly sid: string;
  readonly taskSid: string;
  /** Milliseconds since 1970. */
  readonly deadline: number;
}

/**
 * What is known of the open reservations of one workspace: the rows are in the store, and the index knows which of them
 * are open.
 */
export class OpenWorkspace {
  readonly index = new OpenIndex();
  /** Tasks that can have open reservations, by the last list of them. */
  readonly tasks = new Set<string>();
  /** Whether Events cannot be relied on: TaskRouter refuses to list them, or its response is malformed or incomplete. */
  areEventsUnreadable = false;
  /** What could not be read to its end: the list of open tasks by the workspace's SID, reservations by their task's. */
  readonly partial = new Set<string>();
  /** Of tasks with open reservations, as Events name them: the tasks themselves may not be read yet. */
  private readonly workflowByTask = new Map<string, string>();
  /** Workflows that were requested. */
  readonly workflows = new Set<string>();
  /** Tasks whose open reservations are about to be read. */
  private readonly unread = new Set<string>();
  /** Those of them whose known reservations need not be the open ones: they may have been offered again since. */
  private readonly lost = new Set<string>();
  private readonly offerTimes = new OfferTimes();
  /** Those of them that were open when polling began, or began again. Others come and go all the time. */
  private loading: ReadonlySet<string> = new Set();
  /** When each open reservation was read, in milliseconds since 1970, and the version of its task by then. */
  private readonly reads = new Map<string, { readonly at: number; readonly version: unknown }>();
  /** When the last successful poll began, in milliseconds since 1970. */
  private succeededAt: number | undefined;
  private failure: unknown;
  private ended = false;

  constructor(
    private readonly options: OpenWorkspaceOptions & {
      /** Called with each reservation that is read, and the status that it was believed to have. */
      readonly onRead?: (row: Row, before: string | undefined) => void;
    },
  ) {}

  /** Why the last poll failed. */
  get error(): unknown {
    return this.failure;
  }

  /** Whether no poll has succeeded yet. */
  get isNew(): boolean {
    return this.succeededAt === undefined;
  }

  row(sid: string): Row | undefined {
    const { store, accountId, workspaceSid } = this.options;
    return store.row(accountId, sid, workspaceSid);
  }

  /** The reservation as it was read, or else as Events describe it. */
  reservation(sid: string): Row | undefined {
    return this.index.fromEvents(sid) ?? this.row(sid);
  }

  /** One of the reservations that are known of a task. */
  firstOf(taskSid: string): Row | undefined {
    return this.reservation(this.index.of(taskSid)[0] ?? '');
  }

  get isLoading(): boolean {
    return this.loading.size > 0;
  }

  /** Whether a task was open already at this time, in milliseconds since 1970. */
  isOlder(at: number): boolean {
    for (const sid of this.tasks) {
      const { task } = this.taskOf(sid);
      if (task && (task.date_created?.getTime() ?? Infinity) < at) return true;
    }
    return false;
  }

  hasPending(): boolean {
    for (const sid of this.index.sids) if (statusOf(this.reservation(sid)) === 'pending') return true;
    return false;
  }

  /** When a reservation of this task times out, in milliseconds since 1970; Infinity while that is not known. */
  deadline(taskSid: string, reservation: Row): number {
    const { workflow } = this.taskOf(taskSid);
    return deadlineOf(reservation, workflow, this.options.skew())?.at ?? Infinity;
  }

  /**
   * Between which times the reservation of a task, which has not been read, times out; in milliseconds since 1970. It was
   * created after the task, and no later than the task's last update: that may have been one of its attributes.
   */
  unreadDeadline(taskSid: string): { readonly earliest: number; readonly latest: number } {
    const { task, workflow } = this.taskOf(taskSid);
    if (task && task.assignment_status !== 'reserved') return { earliest: Infinity, latest: Infinity };
    const timeout = workflow?.task_reservation_timeout;
    if (!task || typeof timeout !== 'number') return { earliest: -Infinity, latest: Infinity };
    const from = Math.max(task.date_created?.getTime() ?? -Infinity, this.offerTimes.after(taskSid));
    const rest = timeout * 1000 - this.options.skew();
    return { earliest: from + rest, latest: (task.date_updated?.getTime() ?? Infinity) + rest };
  }

  /** The pending reservation, of those that are read, that times out first after `now`; in milliseconds since 1970. */
  nextConfirmed(now: number): NextReservation | undefined {
    let next: NextReservation | undefined;
    for (const [sid, taskSid] of this.index.entries()) {
      const row = this.index.fromEvents(sid) ? undefined : this.row(sid);
      const deadline = row && statusOf(row) === 'pending' ? this.deadline(taskSid, row) : Infinity;
      if (deadline > now && deadline < (next?.deadline ?? Infinity)) next = { sid, taskSid, deadline };
    }
    return next;
  }

  /**
   * The earliest time at which a reservation can time out that is not known, of those that cannot have yet; in
   * milliseconds since 1970, Infinity if there is none.
   */
  get nextUnread(): number {
    const now = this.options.clock.now();
    const open = this.unknown.map((sid) => this.unreadDeadline(sid)).filter(({ latest }) => latest > now);
    return open.reduce((first, { earliest }) => Math.min(first, earliest), Infinity);
  }

  /** When this open reservation was last read, in milliseconds since 1970. */
  readAt(sid: string): number {
    return this.reads.get(sid)?.at ?? -Infinity;
  }

  /**
   * Of the tasks with several pending reservations, the one that has not been read for the longest. When one of these
   * ends, the task stays as it is.
   */
  get offeredTwice(): { readonly taskSid: string; readonly readAt: number } | undefined {
    let first: { taskSid: string; readAt: number } | undefined;
    for (const taskSid of this.index.taskSids()) {
      const pending = this.index.of(taskSid).filter((sid) => statusOf(this.reservation(sid)) === 'pending');
      const readAt = Math.min(...pending.map((sid) => this.readAt(sid)));
      if (pending.length > 1 && readAt < (first?.readAt ?? Infinity)) first = { taskSid, readAt };
    }
    return first;
  }

  /** Takes a list of the open tasks; `previous`: when the one before began, by TaskRouter's clock. */
  noteListed(rows: readonly Row[], previous: number): void {
    for (const task of rows) {
      const before = this.tasks.has(task.sid) ? this.row(task.sid) : undefined;
      this.offerTimes.note(task, before, !this.unread.has(task.sid), previous);
    }
  }

  /** Whether the reservations that are known of a task fit its status. */
  agrees(task: Row): boolean {
    const expected = expectedStatus(task);
    return (
      expected === undefined ||
      this.index.of(task.sid).some((sid) => statusOf(this.reservation(sid)) === expected)
    );
  }

  /** Whether a task that is reserved has changed since its reservations were read: it may have been offered again. */
  isChanged(task: Row): boolean {
    const updatedAt = resources.tasks.read(task).date_updated?.getTime() ?? Infinity;
    const isLatest = (sid: string) => {
      const row = this.reservation(sid);
      const createdAt = row && resources.taskReservations.read(row).date_created?.getTime();
      return createdAt !== undefined && createdAt >= updatedAt - 1000;
    };
    const known = this.index.of(task.sid);
    const version = task['date_updated'];
    return !known.some(isLatest) && known.some((sid) => this.reads.get(sid)?.version !== version);
  }

  /** It is not known which reservations of this task are open, until they have been read. */
  lose(taskSid: string): void {
    this.lost.add(taskSid);
  }

  isLost(taskSid: string): boolean {
    return this.lost.has(taskSid);
  }

  /**
   * What is known of this task's reservations is not confirmed any more. Returns one of them.
   * `isLatest`: the task has not been offered again since.
   */
  doubt(task: Row, isLatest: boolean): Row | undefined {
    const known = this.index.of(task.sid);
    const status = expectedStatus(task);
    const updatedAt = resources.tasks.read(task).date_updated?.getTime() ?? -Infinity;
    for (const sid of known) {
      const row = this.row(sid);
      if (!row || this.index.fromEvents(sid)) continue;
      const isOver = this.deadline(task.sid, row) + this.options.skew() < updatedAt - 1000;
      // Of several, or after its deadline, which one was accepted is not known.
      const isIt = known.length === 1 && !this.lost.has(task.sid) && (isLatest || !isOver);
      const change = isIt && status ? { reservation_status: status } : {};
      const fromEvents = { ...row, ...change, date_updated: task['date_updated'] };
      this.index.add(sid, { taskSid: task.sid, fromEvents });
    }
    return this.index.fromEvents(known[0] ?? '');
  }

  /** The reservations that have timed out by `now`, in milliseconds since 1970, and have not been read since. */
  *expired(now: number): Iterable<readonly [sid: string, taskSid: string]> {
    for (const [sid, taskSid] of this.index.entries()) {
      const reservation = this.reservation(sid);
      const deadline = reservation ? this.deadline(taskSid, reservation) : Infinity;
      // One that has outlived its deadline is read no more often than everything else.
      if (deadline <= now && (this.reads.get(sid)?.at ?? 0) < deadline) yield [sid, taskSid];
    }
  }

  /**
   * Takes the status that an Event reports, unless the reservation is known to be further: no status comes back.
   * `at` in milliseconds since 1970; `request` is the one that has read the Event.
   */
  report(sid: string, status: ReservationStatus, at: number, request: StoreRequest): void {
    const change = { reservation_status: status, date_updated: timestampOf(at) };
    const isFurther = (row: Row | undefined): row is Row =>
      row !== undefined && rankOf(statusOf(row)) < rankOf(status);
    const row = this.row(sid);
    if (isFurther(row)) this.options.store.put(request, { ...row, ...change });
    const reported = this.index.fromEvents(sid);
    if (isFurther(reported))
      this.index.add(sid, { taskSid: this.index.taskOf(sid)!, fromEvents: { ...reported, ...change } });
    if (this.index.taskOf(sid) !== undefined && !isOpen(this.reservation(sid))) this.close(sid);
  }

  /** Takes reservations as they were read; `taskOf` names the task of each. */
  take(rows: readonly Row[], taskOf: (sid: string) => string, request: StoreRequest): void {
    const { store, clock } = this.options;
    // One that is over and shown nowhere is not worth storing.
    const relevant = rows.filter((row) => isOpen(row) || this.row(row.sid));
    for (const row of rows) this.options.onRead?.(row, statusOf(this.reservation(row.sid)));
    store.putAll(request, relevant);
    for (const row of rows) {
      const { sid } = row;
      // The store takes no row that names another workspace.
      if (!isReadable(row) || (isOpen(row) && !this.row(sid))) this.partial.add(taskOf(sid));
      else if (isOpen(this.row(sid))) {
        this.index.add(sid, { taskSid: taskOf(sid) });
        this.tasks.add(taskOf(sid));
        this.reads.set(sid, { at: clock.now(), version: this.row(taskOf(sid))?.['date_updated'] });
      } else this.close(sid);
    }
  }

  /** Closes those of these reservations that a list, read to its end, did not have, unless they were read since. */
  takeAbsent(sids: readonly string[], rows: readonly Row[], request: StoreRequest): void {
    const found = new Set(rows.map(({ sid }) => sid));
    for (const sid of sids) if (!found.has(sid) && !this.options.store.isNewer(request, sid)) this.close(sid);
  }

  /** The open reservations of this task are about to be read. */
  expect(taskSid: string): void {
    this.unread.add(taskSid);
  }

  /** They have been read. */
  settle(taskSid: string): void {
    this.unread.delete(taskSid);
    this.lost.delete(taskSid);
  }

  /** Until what is expected now has been read, the open reservations count as being loaded. */
  beginLoading(): void {
    this.loading = new Set(this.unread);
  }

  /** Takes over the workflow that an Event of this task names. */
  noteWorkflow({ taskSid, workflowSid }: WorkspaceEvent): void {
    if (taskSid !== undefined && workflowSid !== undefined) this.workflowByTask.set(taskSid, workflowSid);
  }

  close(sid: string): void {
    this.index.delete(sid);
    this.reads.delete(sid);
  }

  dropTask(taskSid: string): void {
    this.tasks.delete(taskSid);
    this.settle(taskSid);
    this.offerTimes.delete(taskSid);
    this.workflowByTask.delete(taskSid);
    this.partial.delete(taskSid);
    for (const sid of this.index.of(taskSid)) this.close(sid);
  }

  /** A poll that began at this time, in milliseconds since 1970, has succeeded. */
  succeeded(at: number): void {
    this.failure = undefined;
    this.succeededAt = at;
  }

  failed(error: unknown): void {
    // The same failure again is not a change.
    if ((this.failure as Error | undefined)?.message !== (error as Error).message) this.failure = error;
  }

  /** Puts tasks or workflows into the store. Rows stay there only where a list holds them. */
  put(request: StoreRequest, rows: readonly Row[]): void {
    this.publish();
    this.options.store.putAll(request, rows);
  }

  /** Puts what is known into the store. */
  publish(): void {
    if (this.ended) return;
    for (const [sid, taskSid] of this.index.entries()) {
      if (this.isReadSinceReported(sid)) this.index.add(sid, { taskSid });
      if (!isOpen(this.reservation(sid))) this.close(sid);
    }
    const tasks = new Set([...this.index.taskSids(), ...this.tasks]);
    const unread = this.unknown;
    this.loading = new Set(unread.filter((sid) => this.loading.has(sid)));
    for (const sid of this.partial)
      if (sid !== this.options.workspaceSid && !tasks.has(sid)) this.partial.delete(sid);
    for (const sid of this.workflowByTask.keys()) if (!tasks.has(sid)) this.workflowByTask.delete(sid);
    this.options.store.putOpen(this.ref, {
      sids: [...this.index.sids, ...tasks, ...this.workflows],
      fromEvents: this.index.unconfirmed(),
      workflowByTask: new Map(this.workflowByTask),
      loading: this.loading.size,
      nextUnread: this.nextUnread,
      areEventsUnreadable: this.areEventsUnreadable,
      partialLists: this.partial.size,
      ...(this.succeededAt === undefined ? {} : { readAt: this.succeededAt }),
      ...(this.failure === undefined ? {} : { error: this.failure }),
    });
  }

  end(): void {
    this.ended = true;
    this.options.store.dropOpen(this.ref);
  }

  /** To be called when rows of the store have changed. */
  rowsChanged(hasRow: (sid: string) => boolean): void {
    for (const sid of this.index.unconfirmed().keys()) if (hasRow(sid)) return this.publish();
  }

  /** A form, the tree or a confirmation may have read what only Events had reported. */
  private isReadSinceReported(sid: string): boolean {
    const reported = this.index.fromEvents(sid);
    const row = reported && this.row(sid);
    return row !== undefined && (!isOpen(row) || updatedAt(row) >= updatedAt(reported));
  }

  /** Open tasks of which it is not known which reservations are open. */
  private get unknown(): readonly string[] {
    const isKnown = (sid: string) => this.index.of(sid).length > 0 && !this.lost.has(sid);
    return [...this.unread].filter((sid) => this.tasks.has(sid) && !isKnown(sid));
  }

  private taskOf(taskSid: string) {
    const row = this.row(taskSid);
    const task = row && resources.tasks.read(row);
    const workflowSid = task?.workflow_sid ?? this.workflowByTask.get(taskSid);
    const workflowRow = workflowSid === undefined ? undefined : this.row(workflowSid);
    return { task, workflow: workflowRow && resources.workflows.read(workflowRow) };
  }

  private get ref(): OpenRef {
    return { accountId: this.options.accountId, openIn: this.options.workspaceSid };
  }
}

/** Without a status or a task, nobody can say whether it is open, and no form can address it. */
const isReadable = (row: Row) =>
  isSid('Reservation', row.sid) && statusOf(row) !== undefined && typeof row['task_sid'] === 'string';

const updatedAt = (row: Row | undefined) =>
  (row && resources.taskReservations.read(row).date_updated?.getTime()) ?? NaN;
