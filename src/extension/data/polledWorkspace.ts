import type { Client } from '../../taskrouter/client';
import { ApiError } from '../../taskrouter/errors';
import { isOpen, statusOf } from '../../taskrouter/reservation';
import * as resources from '../../taskrouter/resources';
import type { Row } from '../../taskrouter/resources';
import { isSid } from '../../taskrouter/sid';
import type { Connection } from '../accounts/connections';
import { ChangedLists } from './changedLists';
import type { Clock } from './clock';
import { deadlineOf } from './deadlines';
import type { ListRef, OpenRef } from './listRef';
import { createdRow, expectedStatus, likelyOpen, OpenIndex } from './openIndex';
import { readOpenTasks, ReservedChecks } from './openTasks';
import { ReadQueue } from './readQueue';
import type { Store, StoreRequest } from './store';
import type { CreatedReservation, WorkspaceEvent } from './workspaceEvents';
import { readCreated, WorkspaceEvents } from './workspaceEvents';

const second = 1000;
const minute = 60 * second;
/** Between reads of the open tasks themselves, in case Events left something out. */
const listedEvery = 3 * minute;
/** After longer than this the open tasks are read again: cheaper than all Events since. */
const maxGap = 10 * minute;
/** 10,000 creations; what they do not tell is read task by task. */
const maxCreatedPages = 10;
const maxReservations = 100;
/** For fewer unknown tasks than this, reading each is as cheap as reading Events. */
const worthEvents = 3;
/** The share of the request limit for checking reservations that nothing reports, without Events. */
const shareOfChecks = 0.25;

const opening = new Set(['reservation.created', 'reservation.accepted', 'reservation.wrapup']);
const isRefused = (error: unknown) => error instanceof ApiError && [400, 403, 404].includes(error.status);

export interface PolledWorkspaceOptions {
  readonly accountId: string;
  readonly workspaceSid: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly connect: (accountId: string) => Promise<Connection>;
  /** Milliseconds by which TaskRouter's clock is ahead of this machine's. */
  readonly skew: () => number;
  /** Requests per minute. */
  readonly limit: () => number;
}

type Reads = Pick<Client, 'list' | 'pages' | 'fetch'>;

/**
 * Keeps the open reservations of one workspace in the store. The open tasks and the Events of creations tell which
 * there are; then Events tell what changed, and only that is read. Where Events cannot be read, or left something out,
 * the open tasks tell.
 */
export class PolledWorkspace {
  private readonly index = new OpenIndex();
  /** Tasks that can have open reservations, by the last list of them. */
  private readonly tasks = new Set<string>();
  private readonly queue: ReadQueue;
  /** Workflows that were requested. */
  private readonly workflows = new Set<string>();
  private hasWorkflows = false;
  private readonly checks = new ReservedChecks();
  /** When each open reservation was read, in milliseconds since 1970. */
  private readonly readAt = new Map<string, number>();
  private readonly lists: ChangedLists;
  private readonly events: WorkspaceEvents;
  // In elapsed milliseconds: the last poll, the last read of the open tasks, the last gap in Events.
  private polledAt = -Infinity;
  private listedAt = -Infinity;
  private missedAt = -Infinity;
  private eventsAre: 'read' | 'refused' | 'late' = 'read';
  private succeededAt: number | undefined;
  private failure: unknown;
  private ended = false;

  constructor(private readonly options: PolledWorkspaceOptions) {
    this.events = new WorkspaceEvents(options.workspaceSid);
    this.lists = new ChangedLists(options.clock);
    this.queue = new ReadQueue(options.accountId, options.workspaceSid, () => this.publish());
  }

  get error(): unknown {
    return this.failure;
  }

  /** Less often while nothing is pending. `interval` in milliseconds. */
  isDue(interval: number): boolean {
    const isQuiet = this.queue.size === 0 && !this.hasPending();
    return this.options.clock.elapsed() - this.polledAt >= interval * (isQuiet ? 2 : 1);
  }

  /** Finds out what has changed. Resolves to what went wrong. */
  async poll(userInitiated: boolean): Promise<unknown> {
    const { accountId, clock, connect, skew } = this.options;
    const started = clock.elapsed();
    const date = clock.now();
    const gap = started - this.polledAt;
    this.polledAt = started;
    if (userInitiated && this.eventsAre === 'refused') this.eventsAre = 'read';
    try {
      const { client, signal } = await connect(accountId);
      const reads = userInitiated ? client : client.background();
      const usesEvents = gap <= maxGap && this.eventsAre === 'read';
      const events = usesEvents ? await this.nextEvents(reads, signal) : undefined;
      for (const event of events ?? []) this.note(event);
      if (!events) this.missedAt = started;
      if (!events || userInitiated || started - this.listedAt >= listedEvery) {
        if (!events) this.events.begin(date + skew());
        await this.readTasks(reads, signal, events !== undefined);
        this.listedAt = started;
      }
      this.queueExpired();
      this.failure = undefined;
      this.succeededAt = date;
    } catch (error) {
      // The same failure again is not a change.
      if ((this.failure as Error | undefined)?.message !== (error as Error).message) this.failure = error;
    }
    this.publish();
    return this.failure;
  }

  /** What is known to have changed and has not been read yet. */
  get reads(): ReadQueue {
    return this.queue;
  }

  /** Whether a list of this workspace may have changed since it was read so many milliseconds ago. */
  needs(list: ListRef, age: number, interval: number): boolean {
    if (this.eventsAre !== 'read' || this.failure !== undefined) return age >= interval;
    const readAt = this.options.clock.elapsed() - age;
    return this.missedAt > readAt || this.lists.mayHaveChanged(list, readAt);
  }

  end(): void {
    this.ended = true;
    this.queue.clear();
    this.options.store.dropOpen(this.ref);
  }

  /** Puts what is known into the store. */
  publish(): void {
    if (this.ended) return;
    for (const sid of this.index.sids) if (this.isOver(sid)) this.close(sid);
    const tasks = new Set([...this.index.taskSids(), ...this.tasks]);
    const unread = [...this.tasks].filter((sid) => this.queue.has(sid) && this.index.of(sid).length === 0);
    this.options.store.putOpen(this.ref, {
      sids: [...this.index.sids, ...tasks, ...this.workflows],
      fromEvents: this.index.unconfirmed(),
      unread: unread.length,
      ...(this.succeededAt === undefined ? {} : { readAt: this.succeededAt }),
      ...(this.failure === undefined ? {} : { error: this.failure }),
    });
  }

  private get ref(): OpenRef {
    return { accountId: this.options.accountId, openIn: this.options.workspaceSid };
  }

  private row(sid: string): Row | undefined {
    return this.options.store.row(this.options.accountId, sid);
  }

  /** The reservation as it was read, or else as Events describe it. */
  private reservation(sid: string): Row | undefined {
    return this.index.fromEvents(sid) ?? this.row(sid);
  }

  private hasPending(): boolean {
    for (const sid of this.index.sids) if (statusOf(this.reservation(sid)) === 'pending') return true;
    return false;
  }

  private isOver(sid: string): boolean {
    return !isOpen(this.reservation(sid));
  }

  private deadline(taskSid: string, reservation: Row | undefined): number {
    const { store, accountId, skew } = this.options;
    const task = store.read(resources.tasks, accountId, taskSid);
    const workflow = store.read(resources.workflows, accountId, task?.workflow_sid);
    if (reservation) return deadlineOf(reservation, workflow, skew())?.at ?? Infinity;
    // A task that is reserved was last updated when it was.
    const offered = task?.assignment_status === 'reserved' ? task.date_updated?.getTime() : undefined;
    return (offered ?? Infinity) + (workflow?.task_reservation_timeout ?? 0) * second - skew();
  }

  /** The Events since the last poll; undefined when they do not tell everything that happened. */
  private async nextEvents(
    reads: Reads,
    signal: AbortSignal,
  ): Promise<readonly WorkspaceEvent[] | undefined> {
    const { clock, skew } = this.options;
    try {
      return await this.events.next(reads, signal, clock.now() + skew());
    } catch (error) {
      if (!isRefused(error)) throw error;
      this.eventsAre = 'refused';
      return undefined;
    }
  }

  private note(event: WorkspaceEvent): void {
    this.lists.note(event);
    const { about, type, sid } = event;
    if (about === 'reservation') this.noteReservation(event);
    else if (type === 'task.updated' && this.row(sid)) this.readOne(sid, resources.tasks);
    else if (about === 'workflow') this.workflows.delete(sid);
  }

  private noteReservation({ type, sid, taskSid, ...event }: WorkspaceEvent): void {
    if (taskSid === undefined || !isSid('Reservation', sid)) {
      this.listedAt = -Infinity;
      return;
    }
    const opens = opening.has(type);
    if (opens) this.tasks.add(taskSid);
    else if (this.index.fromEvents(sid)) this.close(sid);
    const isNew = this.index.taskOf(sid) === undefined && !this.row(sid);
    if (type === 'reservation.created' && isNew)
      this.index.add(sid, { taskSid, fromEvents: createdRow({ ...event, type, sid, taskSid }) });
    if ((opens || this.row(sid)) && !this.queue.has(taskSid)) this.readReservation(sid, taskSid);
  }

  /** Reads the open tasks; what their statuses do not agree with is found in Events, or read. */
  private async readTasks(reads: Reads, signal: AbortSignal, isUpToDate: boolean): Promise<void> {
    const { store, accountId, workspaceSid } = this.options;
    const request = store.begin(accountId);
    const [{ rows, isComplete }] = await Promise.all([
      readOpenTasks(reads, workspaceSid, signal),
      this.readWorkflows(reads, signal),
    ]);
    signal.throwIfAborted();
    const surprises = rows.filter(({ sid }) => !this.tasks.has(sid)).length;
    for (const { sid } of rows) this.tasks.add(sid);
    this.put(request, rows);
    this.dropUnlisted(new Set(rows.map(({ sid }) => sid)), isComplete);
    const unknown = rows.filter((task) => !this.agrees(task));
    if (this.eventsAre !== 'refused' && unknown.length >= worthEvents)
      await this.findInEvents(reads, signal, unknown);
    for (const task of unknown) if (!this.agrees(task)) this.readReservationsOf(task.sid);
    if (this.eventsAre === 'refused') this.checkReserved(rows);
    else this.eventsAre = isUpToDate && surprises ? 'late' : 'read';
  }

  /** Rows stay in the store only where a list holds them. */
  private put(request: StoreRequest, rows: readonly Row[]): void {
    this.publish();
    this.options.store.putAll(request, rows);
  }

  /** Whether the reservations that are known of a task fit its status. */
  private agrees(task: Row): boolean {
    const expected = expectedStatus(task);
    return (
      expected === undefined ||
      this.index.of(task.sid).some((sid) => statusOf(this.reservation(sid)) === expected)
    );
  }

  private dropUnlisted(listed: ReadonlySet<string>, isComplete: boolean): void {
    for (const taskSid of new Set([...this.tasks, ...this.index.taskSids()])) {
      if (listed.has(taskSid)) continue;
      if (isComplete) this.dropTask(taskSid);
      else if (this.index.of(taskSid).length) this.readReservationsOf(taskSid);
      else this.tasks.delete(taskSid);
    }
  }

  /** All workflows in one request, the first time; later a task leads to one that is not known. */
  private async readWorkflows(reads: Reads, signal: AbortSignal): Promise<void> {
    if (this.hasWorkflows) return;
    const { store, accountId, workspaceSid } = this.options;
    const request = store.begin(accountId);
    try {
      const { rows } = await reads.list(resources.workflows, [workspaceSid], {}, { pageSize: 1000 }, signal);
      for (const { sid } of rows) this.workflows.add(sid);
      this.put(request, rows);
      this.hasWorkflows = true;
    } catch {
      // Without a workflow there is no deadline; each task leads to its own.
    }
  }

  /** Finds the open reservations of these tasks in the Events of their creation. */
  private async findInEvents(reads: Reads, signal: AbortSignal, tasks: readonly Row[]): Promise<void> {
    const { clock, skew, workspaceSid } = this.options;
    const oldest = Math.min(
      ...tasks.flatMap((row) => resources.tasks.read(row).date_created?.getTime() ?? []),
    );
    if (!Number.isFinite(oldest)) return;
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
      const now = clock.now() + skew();
      const maxPages = Math.min(maxCreatedPages, tasks.length);
      await readCreated(reads, signal, workspaceSid, { since: oldest, now, maxPages, onPage });
    } catch (error) {
      if (!isRefused(error)) throw error;
      this.eventsAre = 'refused';
    }
    for (const task of tasks) {
      const found = created.get(task.sid)!;
      for (const row of found.length ? likelyOpen(task, found) : []) {
        // What has been read itself is better known.
        if (this.index.taskOf(row.sid) !== undefined && !this.index.fromEvents(row.sid)) continue;
        this.index.add(row.sid, { taskSid: task.sid, fromEvents: row });
        this.readReservationsOf(task.sid, row);
      }
    }
  }

  /** Without Events, a reserved task may have other reservations although nothing about it has changed. */
  private checkReserved(tasks: readonly Row[]): void {
    const reserved = tasks.filter((task) => expectedStatus(task) === 'pending');
    const every = Math.max(listedEvery, (reserved.length * minute) / (this.options.limit() * shareOfChecks));
    for (const { sid } of this.checks.due(reserved, this.options.clock.elapsed(), every))
      this.readReservationsOf(sid);
  }

  private readReservation(sid: string, taskSid: string): void {
    const { store, accountId, workspaceSid, connect } = this.options;
    this.queue.add({
      key: sid,
      sid,
      deadline: this.deadline(taskSid, this.reservation(sid)),
      read: async () => {
        const { client, signal } = await connect(accountId);
        const request = store.begin(accountId);
        const sids = [workspaceSid, taskSid, sid];
        const { row } = await client.background().fetch(resources.taskReservations, sids, signal);
        signal.throwIfAborted();
        this.take([row], taskSid, request);
      },
      gone: () => this.close(sid),
    });
  }

  private readReservationsOf(taskSid: string, fromEvents?: Row): void {
    const { store, accountId, workspaceSid, connect } = this.options;
    this.queue.add({
      key: taskSid,
      sid: fromEvents?.sid ?? taskSid,
      deadline: this.deadline(taskSid, fromEvents),
      read: async () => {
        const { client, signal } = await connect(accountId);
        const request = store.begin(accountId);
        const read = (filters: { reservationStatus?: string }) =>
          client
            .background()
            .list(
              resources.taskReservations,
              [workspaceSid, taskSid],
              filters,
              { pageSize: maxReservations },
              signal,
            );
        const page = await read({});
        // A task can be offered a thousand times; the open one need not be in the first page.
        const more =
          page.nextPageToken === undefined ? [] : (await read({ reservationStatus: 'pending' })).rows;
        signal.throwIfAborted();
        const rows = [...page.rows, ...more];
        const found = new Set(rows.map(({ sid }) => sid));
        for (const sid of this.index.of(taskSid)) if (!found.has(sid)) this.close(sid);
        this.take(rows, taskSid, request);
      },
      gone: () => this.dropTask(taskSid),
    });
  }

  /** A task or a workflow. */
  private readOne(sid: string, collection: resources.Collection): void {
    const { store, accountId, workspaceSid } = this.options;
    this.queue.add({
      key: `one ${sid}`,
      sid,
      deadline: Infinity,
      read: () => store.fetch(accountId, collection, [workspaceSid, sid], true),
      gone: () => this.dropTask(sid),
    });
  }

  private take(rows: readonly Row[], taskSid: string, request: StoreRequest): void {
    const { store, clock } = this.options;
    // One that is over and shown nowhere is not worth storing.
    const relevant = rows.filter((row) => isOpen(row) || this.row(row.sid));
    store.putAll(request, relevant);
    for (const { sid } of rows) {
      if (!isOpen(this.row(sid))) {
        this.close(sid);
        continue;
      }
      this.index.add(sid, { taskSid });
      this.readAt.set(sid, clock.now());
    }
    if (this.index.of(taskSid).length === 0) return;
    this.tasks.add(taskSid);
    const task = this.row(taskSid);
    if (!task) this.readOne(taskSid, resources.tasks);
    else this.needWorkflow(task);
  }

  private needWorkflow(task: Row): void {
    const sid = resources.tasks.read(task).workflow_sid;
    if (!sid || this.workflows.has(sid) || !isSid('Workflow', sid)) return;
    this.workflows.add(sid);
    this.readOne(sid, resources.workflows);
  }

  /** Reads a pending reservation again that should have timed out by now. */
  private queueExpired(): void {
    const { clock } = this.options;
    for (const sid of this.index.sids) {
      const taskSid = this.index.taskOf(sid)!;
      const task = this.row(taskSid);
      if (task) this.needWorkflow(task);
      const deadline = this.deadline(taskSid, this.reservation(sid));
      if (deadline + 2 * second > clock.now()) continue;
      // One that has outlived its deadline is read no more often than everything else.
      if ((this.readAt.get(sid) ?? 0) < deadline) this.readReservation(sid, taskSid);
    }
  }

  private close(sid: string): void {
    this.index.delete(sid);
    this.readAt.delete(sid);
  }

  private dropTask(taskSid: string): void {
    this.tasks.delete(taskSid);
    this.checks.delete(taskSid);
    this.queue.delete(taskSid);
    for (const sid of this.index.of(taskSid)) this.close(sid);
  }
}
