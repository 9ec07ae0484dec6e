import type { ExplanationFacts, Part, Unread } from '../../../explanation/facts';
import * as resources from '../../../taskrouter/resources';
import type { Clock } from '../../data/clock';
import { sharedController } from '../../data/either';
import type { ListRef } from '../../data/listRef';
import { listKey } from '../../data/listRef';
import type { Store } from '../../data/store';
import type { Disposable } from '../../emitter';
import { CandidateReads } from './candidateReads';
import { concurrently } from './concurrently';
import type { Due, Subject } from './dueReads';
import { DueReads, maxSingleWorkers, maxUncovered } from './dueReads';
import type { RowPart, RowRead, TaskAddress } from './storedTask';
import { isRowPart, rowParts, StoredTask } from './storedTask';
import { readForPage } from './incompleteLists';
import { isMissing, isRefused, RequestLines, unreadReason } from './requestLines';
import type { Covered, PageChanges } from './pageChanges';

const second = 1000;
const openStatuses = new Set(['pending', 'reserved', 'assigned', 'wrapping']);
/** What the store has is read again when a page opens, unless it is as new as this, in milliseconds. */
export const maxAge = 5 * second;

export interface TaskReadsOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Milliseconds by which TaskRouter's clock is ahead of this machine's. */
  readonly skew: () => number;
}

/**
 * Reads what explains one task, into the store. In a workspace of 5,000 workers twelve requests lead to the headline:
 * what the store has is not read again before it, and what only details need is read after it.
 */
export class TaskReads implements Disposable {
  readonly stored: StoredTask;
  readonly candidates: CandidateReads;
  /** Why a resource could not be read. */
  private readonly failures = new Map<RowPart, unknown>();
  /** When each resource was read, in milliseconds since 1970; 0 for one that the store had. */
  private readonly rowsReadAt = new Map<RowPart, number>();
  private readonly requested = new RequestLines();
  private held: Disposable | undefined;
  private readonly closing = sharedController();
  private covered: Covered | undefined;
  /** Changes since the last ones could not be read; without an error, they are still being read. */
  private behind: { readonly error: unknown } | undefined;
  private readonly due: DueReads;

  constructor(
    private readonly options: TaskReadsOptions,
    address: TaskAddress,
  ) {
    const { store, clock, skew } = options;
    this.stored = new StoredTask(store, address, () => clock.now() + skew());
    this.due = new DueReads(store, clock, address.accountId);
    this.candidates = new CandidateReads(
      this.stored,
      (list, inBackground) => this.renewList(list, inBackground),
      () => this.hold(),
    );
    this.hold();
  }

  /** All that the headline needs was read, or could not be. */
  get isReady(): boolean {
    const { isWaiting, targetWorker, headlineLists } = this.stored;
    const rows: readonly RowPart[] = [
      'task',
      'workspace',
      ...(this.stored.rowOf('workflow') ? (['workflow'] as const) : []),
      ...(isWaiting && targetWorker ? (['workers'] as const) : []),
    ];
    if (!rows.every((part) => this.isSettled(part))) return false;
    return headlineLists.every((list) => this.isListed(list));
  }

  /** The request lines of what was read, the first time first. */
  get requests(): readonly string[] {
    return this.requested.all;
  }

  /** Why the task could not be read, unless TaskRouter does not have it or the credentials do not allow it. */
  get failure(): unknown {
    const failure = this.failures.get('task') ?? this.behind?.error;
    return isRefused(failure) ? undefined : failure;
  }

  facts(): ExplanationFacts {
    const read = { unread: this.unread(), outdated: this.outdated(), readAt: this.readAt() };
    return this.stored.facts(read, (list) => this.due.has(list));
  }

  /** Reads what the headline needs and the store does not have. */
  async readForHeadline(inBackground = false): Promise<void> {
    const needRow = async (part: RowPart) => {
      const row = this.stored.rowOf(part);
      if (row) await this.needRow(row, inBackground);
    };
    await Promise.all([needRow('task'), needRow('workspace')]);
    const { task, isWaiting, targetWorker, headlineLists } = this.stored;
    await Promise.all([
      ...(task ? [needRow('workflow')] : []),
      ...(isWaiting && targetWorker ? [needRow('workers')] : []),
      ...headlineLists.map((list) => this.needList(list, inBackground)),
    ]);
    this.hold();
  }

  /** Reads what details need, and again what the store had if it is too old. */
  async readDetails(inBackground = false): Promise<void> {
    const renewList = (list: ListRef) => this.renewList(list, inBackground);
    const { task, isWaiting, lists } = this.stored;
    const { queues, waitingTasks, members, activities, taskChannels, allWorkers } = lists;
    const needed = [
      lists.events,
      ...(task ? [lists.reservations] : []),
      // A workflow has the SIDs of its queues only.
      ...(task ? [queues] : []),
      ...(isWaiting ? [activities, taskChannels, waitingTasks, ...(members ? [members] : [])] : []),
    ];
    await Promise.all([
      ...this.settledRows.map((row) => this.renewRow(row, inBackground)),
      ...needed.map(renewList),
    ]);
    // Why nobody is in the queue shows in the workers of the workspace.
    if (isWaiting && members && this.stored.sidsOf(members)?.length === 0) await renewList(allWorkers);
    await concurrently(this.stored.workerEvents, renewList);
    this.hold();
  }

  /** Reads who was offered a task lately: of equal workers, the longest idle comes first. */
  async readOffers(inBackground = false): Promise<void> {
    const { stored } = this;
    if (stored.needsOffers) return;
    stored.needsOffers = true;
    await this.renewList(stored.lists.offers, inBackground);
  }

  /** Reads the task and what happened to it again. */
  async readTask(): Promise<void> {
    const { reservations, events } = this.stored.lists;
    const task = this.readRow(this.stored.rowOf('task')!);
    await Promise.all([task, this.readList(reservations), this.readList(events)]);
    await this.readForHeadline();
  }

  /** Everything again, because the user asked for it. */
  async refresh(): Promise<void> {
    const { store } = this.options;
    const lists = this.stored.listed.map(([, list]) => list).filter((list) => store.list(list));
    await Promise.all([
      ...this.settledRows.map((row) => this.readRow(row)),
      ...lists.map((list) => this.readList(list)),
    ]);
    await this.readForHeadline();
    await this.readDetails();
    this.behind = undefined;
  }

  /**
   * Reads again the task itself, what Events say has changed, and what they do not cover, within the request limit. `covered` is absent
   * where Events cannot be read.
   */
  async readChanges(changes: PageChanges, covered: Covered | undefined): Promise<void> {
    // Who was offered a task in between is not known.
    if (covered?.from !== this.covered?.from) this.stored.offeredAt.clear();
    this.noteOwn();
    this.noteChanges(changes);
    this.noteOlderThan(covered?.from ?? this.options.clock.now() - maxUncovered);
    const { version, lists } = this.stored;
    await Promise.all(this.due.take(this.dueNow()).map((due) => this.readDue(due)));
    // No Event told about it.
    if (this.stored.version !== version && !changes.parts.has('task'))
      await Promise.all([lists.reservations, lists.events].map((list) => this.readList(list, true)));
    this.covered = covered;
    this.behind = undefined;
    const { spent } = this.stored;
    for (const sid of spent) if (!this.due.has(this.stored.channelsOf(sid))) spent.delete(sid);
    // The task may have moved to another queue.
    await this.readForHeadline(true);
  }

  /** To be called when changes could not be read: until they are, what is known may be otherwise by now. */
  missChanges(error?: unknown): void {
    this.behind = { error };
  }

  /** Cancels what is being read. */
  dispose(): void {
    this.closing.abort();
    this.held?.dispose();
  }

  /** Events can be late or incomplete: what the page says of the task itself, and of its offers, does not depend on them. */
  private noteOwn(): void {
    const { task, address, lists } = this.stored;
    const status = task?.assignment_status ?? '';
    if (openStatuses.has(status)) this.due.note('task', address.taskSid);
    if (status === 'reserved') this.due.note('reservations', lists.reservations);
  }

  private noteChanges({ parts, workers, busyWorkers, offeredAt }: PageChanges): void {
    const { lists, capacities, holders, targetWorker, address } = this.stored;
    const { store } = this.options;
    for (const { part, subject } of this.readSubjects()) if (parts.has(part)) this.due.note(part, subject);
    const members = lists.members && this.stored.sidsOf(lists.members);
    const known = new Set([...(members ?? []), targetWorker]);
    const single = [...workers].filter((sid) => known.has(sid));
    for (const [sid, at] of offeredAt) this.stored.offeredAt.set(sid, at);
    for (const sid of offeredAt.keys()) if (capacities.has(sid)) this.stored.spent.add(sid);
    for (const sid of single) this.due.note('workers', sid);
    const queue = store.read(resources.taskQueues, address.accountId, this.stored.task?.task_queue_sid);
    // Twilio does not document whether an activity can let a worker into a queue.
    const isByActivity = single.length < workers.size && queue?.target_workers?.includes('activity');
    if (lists.members && (isByActivity || single.length > maxSingleWorkers))
      this.due.note('workers', lists.members);
    for (const sid of busyWorkers) {
      if (capacities.has(sid)) this.due.note('workerChannels', this.stored.channelsOf(sid));
      if (holders.has(sid)) this.due.note('workerReservations', this.stored.reservationsOf(sid));
    }
  }

  /** What was read last at an earlier time, in milliseconds since 1970, and what could not be read. */
  private noteOlderThan(time: number): void {
    for (const { part, subject, readAt } of this.readSubjects())
      if (readAt < time && !this.due.has(subject)) this.due.note(part, subject);
  }

  /** All rows and lists that were read, and when; 0 for those of which that is not known. */
  private readSubjects(): readonly {
    readonly part: Part;
    readonly subject: Subject;
    readonly readAt: number;
  }[] {
    const rows = [...this.rowsReadAt].flatMap(([part, readAt]) => {
      const subject = this.stored.rowOf(part)?.sids.at(-1);
      return subject === undefined ? [] : [{ part, subject, readAt }];
    });
    const lists = this.stored.listed.flatMap(([part, subject]) => {
      const state = this.options.store.list(subject);
      return state ? [{ part, subject, readAt: state.readAt ?? 0 }] : [];
    });
    return [...rows, ...lists];
  }

  /** What is left to be read again, of what the explanation still depends on and the credentials allow. */
  private dueNow(): readonly Due[] {
    const { isWaiting, isGone, isTargetMissing, listed } = this.stored;
    const lists = new Set(listed.map(([, list]) => listKey(list)));
    return this.due.left(({ part, subject }) => {
      if (typeof subject !== 'string')
        return lists.has(listKey(subject)) && !isRefused(this.options.store.list(subject)?.error);
      if (part === 'task') return !isGone;
      if (part === 'workers') return isWaiting && !(isTargetMissing && subject === this.stored.targetWorker);
      return true;
    });
  }

  private async readDue({ part, subject }: Due): Promise<void> {
    if (typeof subject !== 'string') return this.readList(subject, true);
    const row = isRowPart(part) ? this.stored.rowOf(part) : undefined;
    if (row && row.sids.at(-1) === subject) return this.readRow(row, true);
    if (part !== 'workers') return;
    const { accountId, workspaceSid } = this.stored.address;
    try {
      const sids = [workspaceSid, subject];
      await this.options.store.fetch(accountId, resources.workers, sids, 'page', this.closing.signal);
    } catch (error) {
      if (!isMissing(error)) return;
      this.due.drop(subject);
      const { members } = this.stored.lists;
      if (members) this.due.note('workers', members);
    }
  }

  private get settledRows(): readonly RowRead[] {
    return rowParts.flatMap((part) => (this.isSettled(part) ? (this.stored.rowOf(part) ?? []) : []));
  }

  private isSettled(part: RowPart): boolean {
    return this.rowsReadAt.has(part) || this.failures.has(part);
  }

  private isListed(list: ListRef): boolean {
    return this.stored.wasListed(list) || this.options.store.list(list)?.error !== undefined;
  }

  private async needRow(row: RowRead, inBackground: boolean): Promise<void> {
    const { part, sids } = row;
    if (this.isSettled(part)) return;
    if (!this.options.store.row(this.stored.address.accountId, sids.at(-1)!))
      return this.readRow(row, inBackground);
    this.requested.noteRow(row);
    if (part === 'task') this.stored.noteRead(this.options.clock.now() + this.options.skew());
    this.rowsReadAt.set(part, 0);
  }

  private async renewRow(row: RowRead, inBackground: boolean): Promise<void> {
    const age = this.options.clock.now() - (this.rowsReadAt.get(row.part) ?? 0);
    const isGone = row.part === 'task' && this.stored.isGone;
    if (age > maxAge && !isGone) await this.readRow(row, inBackground);
  }

  private async readRow(row: RowRead, inBackground = false): Promise<void> {
    const { store, clock } = this.options;
    const { accountId } = this.stored.address;
    const { part, collection, sids } = row;
    if (this.closing.signal.aborted) return;
    this.requested.noteRow(row);
    const begun = clock.now();
    try {
      await store.fetch(accountId, collection, sids, inBackground ? 'page' : undefined, this.closing.signal);
    } catch (error) {
      if (this.closing.signal.aborted) return;
      if (!['task', 'workers'].includes(part) || !isMissing(error))
        return void this.failures.set(part, error);
      if (part === 'task') this.stored.isGone = true;
      else this.stored.isTargetMissing = true;
    }
    if (part === 'task') this.stored.noteRead(begun + this.options.skew());
    this.failures.delete(part);
    this.rowsReadAt.set(part, begun);
  }

  private async needList(list: ListRef, inBackground: boolean): Promise<void> {
    this.requested.noteList(list);
    if (!this.isListed(list)) await this.readList(list, inBackground);
  }

  private async renewList(list: ListRef, inBackground: boolean): Promise<void> {
    this.requested.noteList(list);
    const { error, readAt = 0 } = this.options.store.list(list) ?? {};
    const age = this.options.clock.now() - readAt;
    if (!this.isListed(list) || error !== undefined || age > maxAge) await this.readList(list, inBackground);
  }

  private readList(list: ListRef, inBackground = false): Promise<void> {
    this.requested.noteList(list);
    return readForPage(this.options.store, list, inBackground ? 'page' : undefined, this.closing.signal);
  }

  private unread(): readonly Unread[] {
    const errors: readonly (readonly [Part, unknown])[] = [
      ...this.failures,
      ...this.stored.listed.map(([part, list]) => [part, this.options.store.list(list)?.error] as const),
    ];
    const unread = errors
      .filter(([, error]) => error !== undefined)
      .map(([part, error]): Unread => ({ part, reason: unreadReason(error) }));
    return [...new Map(unread.map((one) => [one.part, one])).values()];
  }

  /** Parts of which the store has rows that may be otherwise by now. */
  private outdated(): readonly Part[] {
    const { store } = this.options;
    const failed = this.stored.listed.filter(([, list]) => {
      const { error, readAt } = store.list(list) ?? {};
      return error !== undefined && readAt !== undefined;
    });
    const rows = rowParts.filter(
      (part) => this.rowsReadAt.get(part) === 0 || (this.rowsReadAt.has(part) && this.failures.has(part)),
    );
    const behind: readonly Part[] = this.behind ? ['task'] : [];
    return [
      ...new Set([
        ...behind,
        ...this.dueNow().map(({ part }) => part),
        ...failed.map(([part]) => part),
        ...rows,
      ]),
    ];
  }

  /** Up to when the part that was read first is known to be as it was read, by TaskRouter's clock. */
  private readAt(): number {
    const { clock, skew } = this.options;
    const { from, to } = this.covered ?? { from: Infinity, to: 0 };
    const times = this.readSubjects()
      .filter(({ readAt }) => readAt > 0)
      .map(({ subject, readAt }) =>
        readAt >= from && !this.due.has(subject) ? Math.max(readAt, to) : readAt,
      );
    return times.reduce((oldest, time) => Math.min(oldest, time), clock.now()) + skew();
  }

  /** Keeps in the store what the page shows, also when no list has it any more. */
  private hold(): void {
    if (this.closing.signal.aborted) return;
    const { address, lastTask, targetWorker, capacities, holders } = this.stored;
    const { accountId, taskSid, workspaceSid } = address;
    const sids = [taskSid, workspaceSid, lastTask?.workflow_sid, targetWorker, ...capacities, ...holders];
    const before = this.held;
    this.held = this.options.store.hold(
      accountId,
      sids.filter((sid) => typeof sid === 'string'),
    );
    before?.dispose();
  }
}
