import type { Part, Unread } from '../../../explanation/facts';
import type { WorkerFacts } from '../../../explanation/worker';
import { isOpen } from '../../../taskrouter/reservation';
import type { Collection } from '../../../taskrouter/resources';
import * as resources from '../../../taskrouter/resources';
import { isSid } from '../../../taskrouter/sid';
import type { Clock } from '../../data/clock';
import { sharedController } from '../../data/either';
import type { ListRef } from '../../data/listRef';
import { listKey } from '../../data/listRef';
import type { Store } from '../../data/store';
import type { Disposable } from '../../emitter';
import type { Due, Subject } from './dueReads';
import { DueReads, maxSingleWorkers, maxUncovered } from './dueReads';
import { incompleteLists, isPartial, readForPage, waitingFilters } from './incompleteLists';
import type { Covered, PageChanges } from './pageChanges';
import { isMissing, isRefused, RequestLines, unreadReason } from './requestLines';

export interface WorkerAddress {
  readonly accountId: string;
  readonly workspaceSid: string;
  readonly workerSid: string;
}

/** The workers of so many of the worker's queues are read: who comes before them is among these. */
const maxQueues = 5;
/** Of so many of the worker's own tasks the names are read. */
const maxHeld = 5;
/** Each waiting task is compared with every worker. */
const maxComparisons = 200_000;

/** Reads what explains why a worker is not offered tasks, into the store. */
export class WorkerReads {
  private readonly requested = new RequestLines();
  private readonly closing = sharedController();
  /** When Events last showed that workers were offered a task, by SID, in milliseconds since 1970. */
  private readonly offeredAt = new Map<string, number>();
  /** The worker was offered a task after their channels were read: these may be full. */
  private isSpent = false;
  private held: Disposable;
  private readonly due: DueReads;
  private covered: Covered | undefined;
  /** Changes since the last ones could not be read; without an error, they are still being read. */
  private behind: { readonly error: unknown } | undefined;
  /** Why the worker could not be read. */
  private workerFailure: unknown;
  /** When the worker's own row was read, in milliseconds since 1970. */
  private workerReadAt = 0;

  constructor(
    private readonly store: Store,
    readonly address: WorkerAddress,
    private readonly clock: Pick<Clock, 'now' | 'elapsed'>,
    /** Milliseconds by which TaskRouter's clock is ahead of this machine's. */
    private readonly skew: () => number,
  ) {
    const { accountId, workspaceSid, workerSid } = address;
    this.due = new DueReads(store, clock, accountId);
    // Also when no list has it any more.
    this.held = store.hold(accountId, [workspaceSid, workerSid]);
  }

  get requests(): readonly string[] {
    return this.requested.all;
  }

  /** Why the worker, or what changed, could not be read. */
  get failure(): unknown {
    return this.workerFailure ?? this.behind?.error;
  }

  /** Whether there is a worker to explain: one who could not be read again is shown as they were. */
  get isKnown(): boolean {
    const { workerFailure, workerReadAt } = this;
    return workerFailure === undefined || (workerReadAt > 0 && !isMissing(workerFailure));
  }

  /** TaskRouter's time, in milliseconds since 1970. */
  private now(): number {
    return this.clock.now() + this.skew();
  }

  async read(inBackground = false): Promise<void> {
    await Promise.all([
      this.readWorker(inBackground),
      this.readWorkspace(inBackground),
      ...this.ownLists.map(({ list }) => this.readList(list, inBackground)),
    ]);
    await Promise.all([
      ...this.members.map(({ list }) => this.readList(list, inBackground)),
      this.readHeldTasks(inBackground),
    ]);
    this.behind = undefined;
  }

  /**
   * Reads again the worker and their offers, what Events say has changed, and what they do not cover, within the request limit. `covered` is absent
   * where Events cannot be read.
   */
  async readChanges(changes: PageChanges, covered: Covered | undefined): Promise<void> {
    this.noteOwn();
    this.noteChanges(changes);
    this.noteOlderThan(covered?.from ?? this.clock.now() - maxUncovered);
    await Promise.all(this.due.take(this.dueNow()).map((due) => this.readDue(due)));
    this.covered = covered;
    this.behind = undefined;
    this.isSpent &&= this.due.has(this.of(resources.workerChannels, this.address.workerSid));
    // The worker may have joined other queues.
    const unknown = this.members.filter(({ list }) => this.store.list(list) === undefined);
    await Promise.all([...unknown.map(({ list }) => this.readList(list, true)), this.readHeldTasks(true)]);
  }

  /** To be called when changes could not be read: until they are, what is known may be otherwise by now. */
  missChanges(error?: unknown): void {
    this.behind = { error };
  }

  /** Cancels what is being read. */
  dispose(): void {
    this.closing.abort();
    this.held.dispose();
  }

  /** How many of the waiting tasks are left out, because there are too many to compare. */
  get leftOut(): number {
    return this.waiting.length - this.compared.length;
  }

  facts(): WorkerFacts {
    const { workspaceSid, workerSid } = this.address;
    const rows = <T>(collection: Collection<T>, list: ListRef) => this.rows(collection, list);
    const worker = this.row(resources.workers, workerSid);
    const members = new Map(
      this.members.flatMap(({ list, queueSid }) => {
        const { sids, readAt } = this.store.list(list) ?? {};
        return sids && readAt !== undefined ? [[queueSid, sids] as const] : [];
      }),
    );
    const others = this.members.flatMap(({ list }) => rows(resources.workers, list) ?? []);
    const workers = new Map([...others, ...(worker ? [worker] : [])].map((one) => [one.sid, one]));
    const ofWorker = this.of(resources.workerChannels, workerSid);
    const isSpent = this.isSpent && this.due.has(ofWorker);
    const channels = isSpent ? undefined : rows(resources.workerChannels, ofWorker);
    const reservations = rows(resources.workerReservations, this.of(resources.workerReservations, workerSid));
    const workspace = this.row(resources.workspaces, workspaceSid);
    const taskChannels = rows(resources.taskChannels, this.of(resources.taskChannels));
    return {
      now: this.now(),
      workerSid,
      ...(workspace ? { workspace } : {}),
      ...(this.store.list(this.queuesOfWorker)?.readAt === undefined ? {} : { workerQueues: this.queueSids }),
      workflows: rows(resources.workflows, this.of(resources.workflows)) ?? [],
      queues: rows(resources.taskQueues, this.of(resources.taskQueues)) ?? [],
      activities: rows(resources.activities, this.of(resources.activities)) ?? [],
      ...(taskChannels ? { taskChannels } : {}),
      workers: [...workers.values()],
      members,
      hasAllWorkers: false,
      workerChannels: new Map(channels ? [[workerSid, channels]] : []),
      workerReservations: new Map(reservations ? [[workerSid, this.openReservations]] : []),
      heldTasks: this.heldSids.flatMap((sid) => this.row(resources.tasks, sid) ?? []),
      ...(this.store.list(this.pending)?.readAt === undefined ? {} : { waitingTasks: this.compared }),
      offeredAt: this.offeredAt,
      unread: this.unread(),
      outdated: this.outdated(),
      incomplete: incompleteLists(
        this.store,
        this.lists.map(({ part, list }) => [part, list] as const),
      ),
      readAt: this.readAt(),
    };
  }

  /** The waiting tasks of the worker's queues, the most urgent first. */
  private get waiting(): readonly resources.Task[] {
    const queues = new Set(this.queueSids);
    return (this.rows(resources.tasks, this.pending) ?? []).filter(({ task_queue_sid: sid }) =>
      queues.has(sid ?? ''),
    );
  }

  private get compared(): readonly resources.Task[] {
    const workers = this.members.reduce(
      (sum, { list }) => sum + (this.store.list(list)?.sids.length ?? 0),
      1,
    );
    return this.waiting.slice(0, Math.max(10, Math.floor(maxComparisons / workers)));
  }

  private get pending(): ListRef {
    return { ...this.of(resources.tasks), filters: waitingFilters };
  }

  private get queuesOfWorker(): ListRef {
    return { ...this.of(resources.taskQueues), filters: { workerSid: this.address.workerSid } };
  }

  private get queueSids(): readonly string[] {
    return this.store.list(this.queuesOfWorker)?.sids ?? [];
  }

  private get ownLists(): readonly { readonly part: Part; readonly list: ListRef }[] {
    const { workerSid } = this.address;
    return [
      { part: 'waitingTasks', list: this.pending },
      { part: 'queues', list: this.queuesOfWorker },
      { part: 'queues', list: this.of(resources.taskQueues) },
      { part: 'workflow', list: this.of(resources.workflows) },
      { part: 'activities', list: this.of(resources.activities) },
      { part: 'taskChannels', list: this.of(resources.taskChannels) },
      { part: 'workerChannels', list: this.of(resources.workerChannels, workerSid) },
      { part: 'workerReservations', list: this.of(resources.workerReservations, workerSid) },
    ];
  }

  private get members(): readonly { readonly queueSid: string; readonly list: ListRef }[] {
    return this.queueSids.slice(0, maxQueues).map((queueSid) => ({
      queueSid,
      list: { ...this.of(resources.workers), filters: { taskQueueSid: queueSid } },
    }));
  }

  private get lists(): readonly { readonly part: Part; readonly list: ListRef }[] {
    return [...this.ownLists, ...this.members.map(({ list }) => ({ part: 'workers' as const, list }))];
  }

  private get openReservations(): readonly resources.Reservation[] {
    const { accountId, workerSid } = this.address;
    const all = this.rows(resources.workerReservations, this.of(resources.workerReservations, workerSid));
    return (all ?? []).filter(({ sid }) => isOpen(this.store.row(accountId, sid)));
  }

  /** The tasks that the worker is offered or works on. */
  private get heldSids(): readonly string[] {
    return [
      ...new Set(
        this.openReservations.flatMap(({ task_sid: sid }) => (sid && isSid('Task', sid) ? [sid] : [])),
      ),
    ];
  }

  /** Their names, channels and workflows, of which the list of the worker's reservations has nothing. */
  private async readHeldTasks(inBackground: boolean): Promise<void> {
    const { accountId, workspaceSid, workerSid } = this.address;
    const { heldSids, held } = this;
    if (this.closing.signal.aborted) return;
    this.held = this.store.hold(accountId, [workspaceSid, workerSid, ...heldSids]);
    held.dispose();
    const unknown = heldSids.filter((sid) => !this.store.row(accountId, sid)).slice(0, maxHeld);
    // The page shows the SID of a task that could not be read.
    const read = (sid: string) => this.fetch(resources.tasks, sid, inBackground).catch(() => undefined);
    await Promise.all(unknown.map(read));
  }

  private of(collection: Collection, ...parents: readonly string[]): ListRef {
    const { accountId, workspaceSid } = this.address;
    return { accountId, collection, parents: [workspaceSid, ...parents] };
  }

  private row<T>(collection: Collection<T>, sid: string): T | undefined {
    return this.store.read(collection, this.address.accountId, sid);
  }

  private rows<T>(collection: Collection<T>, list: ListRef): readonly T[] | undefined {
    const state = this.store.list(list);
    return state?.readAt === undefined
      ? undefined
      : state.sids.flatMap((sid) => this.row(collection, sid) ?? []);
  }

  /** Events can be late or incomplete: what the page says of the worker, and of their offers, does not depend on them. */
  private noteOwn(): void {
    const { workerSid } = this.address;
    this.due.note('workers', workerSid);
    this.due.note('workerReservations', this.of(resources.workerReservations, workerSid));
  }

  private noteChanges({ parts, workers, busyWorkers, offeredAt }: PageChanges): void {
    const { workspaceSid, workerSid } = this.address;
    if (parts.has('workspace')) this.due.note('workspace', workspaceSid);
    for (const { part, list } of this.lists) if (parts.has(part)) this.due.note(part, list);
    const known = new Set(this.members.flatMap(({ list }) => this.store.list(list)?.sids ?? []));
    known.add(workerSid);
    const single = [...workers].filter((sid) => known.has(sid));
    for (const [sid, at] of offeredAt) if (known.has(sid)) this.offeredAt.set(sid, at);
    this.isSpent ||= offeredAt.has(workerSid);
    for (const sid of single) this.due.note('workers', sid);
    const queues = this.queueSids.map((sid) => this.row(resources.taskQueues, sid));
    // Twilio does not document whether an activity can let a worker into a queue.
    const isByActivity =
      workers.size > 0 && queues.some((queue) => queue?.target_workers?.includes('activity'));
    if (parts.has('workers') || isByActivity) this.due.note('queues', this.queuesOfWorker);
    if (isByActivity || single.length > maxSingleWorkers) this.noteMembers();
    if (!busyWorkers.has(workerSid)) return;
    for (const { part, list } of this.ownLists) if (isPartial(list)) this.due.note(part, list);
  }

  private noteMembers(): void {
    for (const { list } of this.members) this.due.note('workers', list);
  }

  /** What was read last at an earlier time, in milliseconds since 1970, and what could not be read. */
  private noteOlderThan(time: number): void {
    if (this.workerReadAt < time) this.noteNew('workers', this.address.workerSid);
    for (const { part, list } of this.lists)
      if ((this.store.list(list)?.readAt ?? 0) < time) this.noteNew(part, list);
  }

  private noteNew(part: Part, subject: Subject): void {
    if (!this.due.has(subject)) this.due.note(part, subject);
  }

  /** What is left to be read again, of what the explanation still depends on and the credentials allow. */
  private dueNow(): readonly Due[] {
    const lists = new Set(this.lists.map(({ list }) => listKey(list)));
    return this.due.left(
      ({ subject }) =>
        typeof subject === 'string' ||
        (lists.has(listKey(subject)) && !isRefused(this.store.list(subject)?.error)),
    );
  }

  private async readDue({ part, subject }: Due): Promise<void> {
    if (typeof subject !== 'string') return this.readList(subject, true);
    if (part === 'workspace') return this.readWorkspace(true);
    if (subject === this.address.workerSid) return this.readWorker(true);
    try {
      await this.fetch(resources.workers, subject, true);
    } catch (error) {
      if (!isMissing(error)) return;
      this.due.drop(subject);
      this.noteMembers();
    }
  }

  private async readWorker(inBackground: boolean): Promise<void> {
    const begun = this.clock.now();
    try {
      await this.fetch(resources.workers, this.address.workerSid, inBackground);
      this.workerFailure = undefined;
      this.workerReadAt = begun;
    } catch (error) {
      this.workerFailure = error;
    }
  }

  private async readWorkspace(inBackground: boolean): Promise<void> {
    // Its name is no reason to fail.
    await this.fetch(resources.workspaces, undefined, inBackground).catch(() => undefined);
  }

  /** Reads a resource of the workspace, or the workspace itself. */
  private fetch(collection: Collection, sid: string | undefined, inBackground: boolean): Promise<unknown> {
    const { accountId, workspaceSid } = this.address;
    const sids = sid === undefined ? [workspaceSid] : [workspaceSid, sid];
    const purpose = inBackground ? 'page' : undefined;
    return this.store.fetch(accountId, collection, sids, purpose, this.closing.signal);
  }

  private readList(list: ListRef, inBackground: boolean): Promise<void> {
    this.requested.noteList(list);
    return readForPage(this.store, list, inBackground ? 'page' : undefined, this.closing.signal);
  }

  /** Parts of which the store has rows that may be otherwise by now. */
  private outdated(): readonly Part[] {
    const failed = this.lists.filter(({ list }) => {
      const { error, readAt } = this.store.list(list) ?? {};
      return error !== undefined && readAt !== undefined;
    });
    const behind: readonly Part[] = this.behind ? ['workers'] : [];
    return [...new Set([...behind, ...[...this.dueNow(), ...failed].map(({ part }) => part)])];
  }

  /** Up to when the list that was read first is known to be as it was read, by TaskRouter's clock. */
  private readAt(): number {
    const { from, to } = this.covered ?? { from: Infinity, to: 0 };
    const times = this.lists.flatMap(({ list }) => {
      const { readAt } = this.store.list(list) ?? {};
      if (readAt === undefined) return [];
      return [readAt >= from && !this.due.has(list) ? Math.max(readAt, to) : readAt];
    });
    return times.reduce((oldest, time) => Math.min(oldest, time), this.clock.now()) + this.skew();
  }

  private unread(): readonly Unread[] {
    const failed = this.lists.flatMap(({ part, list }): Unread[] => {
      const error = this.store.list(list)?.error;
      if (error === undefined) return [];
      return [{ part, reason: unreadReason(error) }];
    });
    return [...new Map(failed.map((one) => [one.part, one])).values()];
  }
}
