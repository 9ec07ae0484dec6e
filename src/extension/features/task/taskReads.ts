import type { ExplanationFacts, Part, Unread } from '../../../explanation/facts';
import { ApiError } from '../../../taskrouter/errors';
import { fetchRequest, listRequest, requestTarget } from '../../../taskrouter/requests';
import type { Collection } from '../../../taskrouter/resources';
import * as resources from '../../../taskrouter/resources';
import type { Clock } from '../../data/clock';
import type { ListRef } from '../../data/listRef';
import { listKey } from '../../data/listRef';
import type { Store } from '../../data/store';
import type { Disposable } from '../../emitter';
import type { TaskAddress } from './storedTask';
import { isPartial, StoredTask } from './storedTask';

const second = 1000;
/** How many workers' capacity is read without being asked for, and how many workers' open reservations. */
const maxUnasked = 20;
const maxConcurrent = 4;
/** For more workers than this, their list is cheaper than each. */
const maxSingleWorkers = 10;
/** A page leaves most of the request limit to the views: so many workers are read again at a time. */
const maxPerPoll = 3;
/** What the store has is read again with the details once it is older. */
const maxAge = { rows: 15 * second, workers: 30 * second, configuration: 300 * second } as const;

export interface TaskReadsOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Milliseconds by which TaskRouter's clock is ahead of this machine's. */
  readonly skew: () => number;
}

/** Parts that are one resource each. */
type RowPart = 'task' | 'workspace' | 'workflow';

interface RowRead {
  readonly part: RowPart;
  readonly collection: Collection;
  /** From the workspace down. */
  readonly sids: readonly string[];
}

/** What Events say has changed since the page was last up to date. */
export interface TaskChanges {
  readonly task: boolean;
  readonly workflow: boolean;
  readonly waitingTasks: boolean;
  /** Workers whose activity or attributes changed. */
  readonly workers: readonly string[];
  /** Workers with other reservations than before. */
  readonly busyWorkers: readonly string[];
}

const isRefused = (error: unknown): boolean => error instanceof ApiError && [401, 403].includes(error.status);

/**
 * Reads what explains one task, into the store. In a workspace of 5,000 workers twelve requests lead to the headline:
 * what the store has is not read again before it, and what only details need is read after it.
 */
export class TaskReads implements Disposable {
  readonly stored: StoredTask;
  /** Why a resource could not be read. */
  private readonly failures = new Map<RowPart, unknown>();
  /** When each resource was read, in milliseconds since 1970; 0 for one that the store had. */
  private readonly rowsReadAt = new Map<RowPart, number>();
  private readonly requested = new Map<string, string>();
  private held: Disposable | undefined;
  /** Up to when Events have told of every change, in milliseconds since 1970. */
  private confirmedAt = 0;
  /** When the waiting tasks were last read because of a change, in elapsed milliseconds. */
  private waitingReadAt = -Infinity;
  /** What changed and was not read again yet. */
  private readonly due = { waitingTasks: false, workers: new Set<string>(), busy: new Set<string>() };

  constructor(
    private readonly options: TaskReadsOptions,
    address: TaskAddress,
  ) {
    this.stored = new StoredTask(options.store, address, () => options.clock.now() + options.skew());
    this.hold();
  }

  /** All that the headline needs was read, or could not be. */
  get isReady(): boolean {
    const { task, isWaiting, lists } = this.stored;
    const rows: RowPart[] = task?.workflow_sid ? ['task', 'workspace', 'workflow'] : ['task', 'workspace'];
    if (!rows.every((part) => this.isSettled(part))) return false;
    const { reservations, events, queues, waitingTasks, members } = lists;
    const needed = [
      events,
      ...(task ? [reservations] : []),
      ...(isWaiting ? [queues, waitingTasks, ...(members ? [members] : [])] : []),
    ];
    return needed.every((list) => this.isListed(list));
  }

  /** The request lines of what was read, the first time first. */
  get requests(): readonly string[] {
    return [...this.requested.values()];
  }

  /** Why the task could not be read, unless TaskRouter does not have it. A missing permission is a fact. */
  get failure(): unknown {
    const failure = this.failures.get('task');
    return isRefused(failure) ? undefined : failure;
  }

  facts(): ExplanationFacts {
    return this.stored.facts(this.unread(), this.readAt());
  }

  /** Reads what the headline needs and the store does not have. */
  async readForHeadline(): Promise<void> {
    await Promise.all([this.needRow(this.rowOf('task')), this.needRow(this.rowOf('workspace'))]);
    const { task, isWaiting, lists } = this.stored;
    const { reservations, events, queues, waitingTasks, members } = lists;
    await Promise.all([
      ...(task?.workflow_sid ? [this.needRow(this.rowOf('workflow'))] : []),
      ...[events, ...(task ? [reservations] : [])].map((list) => this.needList(list)),
      ...(isWaiting ? [queues, waitingTasks, members] : []).map((list) => list && this.needList(list)),
    ]);
    this.hold();
  }

  /** Reads what details need, and again what the store had if it is too old. */
  async readDetails(): Promise<void> {
    const { task, isWaiting, lists } = this.stored;
    const { reservations, events, queues, waitingTasks, members, activities, taskChannels, allWorkers } =
      lists;
    await Promise.all([
      this.renewRow(this.rowOf('task'), maxAge.rows),
      this.renewList(events, maxAge.rows),
      ...(task ? [this.renewList(reservations, maxAge.rows)] : []),
      ...(isWaiting
        ? [
            this.needList(activities),
            this.needList(taskChannels),
            this.renewList(waitingTasks, maxAge.rows),
            this.renewList(queues, maxAge.configuration),
            ...(task?.workflow_sid ? [this.renewRow(this.rowOf('workflow'), maxAge.configuration)] : []),
            ...(members ? [this.renewList(members, maxAge.workers)] : []),
          ]
        : []),
    ]);
    // Why nobody is in the queue shows in the workers of the workspace.
    if (isWaiting && members && this.stored.sidsOf(members)?.length === 0) await this.needList(allWorkers);
    await this.concurrently(this.stored.workerEvents, (list) => this.needList(list));
    this.hold();
  }

  /** Reads the channels of these workers: at most the first 20, unless the user sees them. */
  readCapacities(workerSids: readonly string[], isSeen = false): Promise<void> {
    const { capacities } = this.stored;
    const most = isSeen ? Infinity : Math.max(0, maxUnasked - capacities.size);
    return this.readOfWorkers(capacities, workerSids, most, (sid) => this.stored.channelsOf(sid));
  }

  /** Reads which tasks take up the channels of these workers. */
  readHolders(workerSids: readonly string[]): Promise<void> {
    const { holders } = this.stored;
    const most = Math.max(0, maxUnasked - holders.size);
    return this.readOfWorkers(holders, workerSids, most, (sid) => this.stored.reservationsOf(sid));
  }

  /** Everything again, because the user asked for it. */
  async refresh(): Promise<void> {
    const { store } = this.options;
    const rows = ([...this.rowsReadAt.keys()] as RowPart[]).map((part) => this.rowOf(part));
    const lists = this.stored.allLists.filter((list) => store.list(list));
    await Promise.all([...rows.map((row) => this.readRow(row)), ...lists.map((list) => this.readList(list))]);
    await this.readForHeadline();
    await this.readDetails();
  }

  /** Reads again what Events up to this time, in milliseconds since 1970, say has changed; within the request limit. */
  async readChanges(changes: TaskChanges, confirmedAt: number): Promise<void> {
    const { store, clock } = this.options;
    const { lists, isWaiting, address } = this.stored;
    const { accountId, workspaceSid } = address;
    this.noteChanges(changes);
    const waitingAge = clock.elapsed() - this.waitingReadAt;
    const readsWaiting = this.due.waitingTasks && isWaiting && waitingAge > maxAge.workers;
    if (readsWaiting) {
      this.due.waitingTasks = false;
      this.waitingReadAt = clock.elapsed();
    }
    const isMany = this.due.workers.size > maxSingleWorkers;
    const workers = isMany ? [...this.due.workers] : [...this.due.workers].slice(0, maxPerPoll);
    for (const sid of workers) this.due.workers.delete(sid);
    const stale: readonly (ListRef | undefined)[] = [
      ...(changes.task ? [lists.reservations, lists.events] : []),
      ...(readsWaiting ? [lists.waitingTasks] : []),
      ...(isMany ? [lists.members] : []),
      ...this.takeBusy(),
    ];
    await Promise.all([
      ...(changes.task ? [this.readRow(this.rowOf('task'), true)] : []),
      ...(changes.workflow && this.rowsReadAt.has('workflow')
        ? [this.readRow(this.rowOf('workflow'), true)]
        : []),
      ...stale.map((list) => list && this.readList(list, true)),
      ...(isMany ? [] : workers).map((sid) =>
        // One that cannot be read is shown as it was.
        store.fetch(accountId, resources.workers, [workspaceSid, sid], true).catch(() => undefined),
      ),
    ]);
    const { waitingTasks, workers: left, busy } = this.due;
    if (!waitingTasks && left.size === 0 && busy.size === 0) this.confirmedAt = confirmedAt;
    // The task may have moved to another queue.
    await this.readForHeadline();
  }

  dispose(): void {
    this.held?.dispose();
  }

  private noteChanges({ waitingTasks, workers, busyWorkers }: TaskChanges): void {
    const { lists, capacities, holders } = this.stored;
    const known = new Set(lists.members ? this.stored.sidsOf(lists.members) : []);
    this.due.waitingTasks ||= waitingTasks;
    for (const sid of workers) if (known.has(sid)) this.due.workers.add(sid);
    for (const sid of busyWorkers) if (capacities.has(sid) || holders.has(sid)) this.due.busy.add(sid);
  }

  /** What there is to read again of some of the workers with other reservations than before. */
  private takeBusy(): readonly ListRef[] {
    const { capacities, holders } = this.stored;
    const sids = [...this.due.busy].slice(0, maxPerPoll);
    for (const sid of sids) this.due.busy.delete(sid);
    return [
      ...sids.filter((sid) => capacities.has(sid)).map((sid) => this.stored.channelsOf(sid)),
      ...sids.filter((sid) => holders.has(sid)).map((sid) => this.stored.reservationsOf(sid)),
    ];
  }

  private rowOf(part: RowPart): RowRead {
    const { workspaceSid, taskSid } = this.stored.address;
    if (part === 'workspace') return { part, collection: resources.workspaces, sids: [workspaceSid] };
    if (part === 'task') return { part, collection: resources.tasks, sids: [workspaceSid, taskSid] };
    const workflowSid = this.stored.task?.workflow_sid ?? '';
    return { part, collection: resources.workflows, sids: [workspaceSid, workflowSid] };
  }

  private isSettled(part: RowPart): boolean {
    return this.rowsReadAt.has(part) || this.failures.has(part);
  }

  private isListed(list: ListRef): boolean {
    return this.stored.wasListed(list) || this.options.store.list(list)?.error !== undefined;
  }

  private async needRow(row: RowRead): Promise<void> {
    const { part, sids } = row;
    if (this.isSettled(part)) return;
    if (!this.options.store.row(this.stored.address.accountId, sids.at(-1)!)) return this.readRow(row);
    this.noteRow(row);
    this.rowsReadAt.set(part, 0);
  }

  private async renewRow(row: RowRead, oldest: number): Promise<void> {
    const age = this.options.clock.now() - (this.rowsReadAt.get(row.part) ?? 0);
    if (age > oldest && !this.stored.isGone) await this.readRow(row);
  }

  private async readRow(row: RowRead, inBackground = false): Promise<void> {
    const { store, clock } = this.options;
    const { part, collection, sids } = row;
    this.noteRow(row);
    try {
      await store.fetch(this.stored.address.accountId, collection, sids, inBackground);
    } catch (error) {
      const isMissing = error instanceof ApiError && error.status === 404;
      if (part !== 'task' || !isMissing) return void this.failures.set(part, error);
      this.stored.isGone = true;
    }
    this.failures.delete(part);
    this.rowsReadAt.set(part, clock.now());
  }

  private async needList(list: ListRef): Promise<void> {
    this.noteList(list);
    if (!this.isListed(list)) await this.readList(list);
  }

  private async renewList(list: ListRef, oldest: number): Promise<void> {
    const readAt = this.options.store.list(list)?.readAt ?? 0;
    if (this.options.clock.now() - readAt > oldest) await this.readList(list);
  }

  private readList(list: ListRef, inBackground = false): Promise<void> {
    const { store } = this.options;
    this.noteList(list);
    return isPartial(list) ? store.refresh(list, inBackground) : store.all(list, inBackground);
  }

  private async readOfWorkers(
    known: Set<string>,
    workerSids: readonly string[],
    most: number,
    listOf: (workerSid: string) => ListRef,
  ): Promise<void> {
    const sids = workerSids.filter((sid) => !known.has(sid)).slice(0, most);
    if (sids.length === 0) return;
    for (const sid of sids) known.add(sid);
    this.hold();
    await this.concurrently(sids, (sid) => this.needList(listOf(sid)));
  }

  private async concurrently<T>(items: readonly T[], read: (item: T) => Promise<unknown>): Promise<void> {
    const queue = [...items];
    const work = async () => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) await read(item);
    };
    await Promise.all(Array.from({ length: Math.min(maxConcurrent, queue.length) }, work));
  }

  private noteRow({ part, collection, sids }: RowRead): void {
    this.requested.set(part, `GET ${requestTarget(fetchRequest(collection, sids))}`);
  }

  private noteList(list: ListRef): void {
    const { collection, parents, filters = {} } = list;
    const request = listRequest(collection, parents, filters, { pageSize: isPartial(list) ? 50 : 1000 });
    this.requested.set(listKey(list), `GET ${requestTarget(request)}`);
  }

  private unread(): readonly Unread[] {
    const { lists, capacities, holders } = this.stored;
    const { store } = this.options;
    const listed: readonly (readonly [Part, ListRef | undefined])[] = [
      ['queues', lists.queues],
      ['activities', lists.activities],
      ['taskChannels', lists.taskChannels],
      ['workers', lists.members],
      ['reservations', lists.reservations],
      ['waitingTasks', lists.waitingTasks],
      ['events', lists.events],
      ...[...capacities].map((sid) => ['workerChannels', this.stored.channelsOf(sid)] as const),
      ...[...holders].map((sid) => ['workerReservations', this.stored.reservationsOf(sid)] as const),
    ];
    const errors: readonly (readonly [Part, unknown])[] = [
      ...this.failures,
      ...listed.map(([part, list]) => [part, list && store.list(list)?.error] as const),
    ];
    const unread = errors
      .filter(([, error]) => error !== undefined)
      .map(([part, error]): Unread => ({ part, reason: isRefused(error) ? 'permission' : 'failed' }));
    return [...new Map(unread.map((one) => [one.part, one])).values()];
  }

  /** When the oldest part was read, by TaskRouter's clock. */
  private readAt(): number {
    const { store, clock, skew } = this.options;
    const lists = this.stored.allLists.flatMap((list) => store.list(list)?.readAt ?? []);
    const times = [...this.rowsReadAt.values(), ...lists].filter((time) => time > 0);
    return Math.min(clock.now(), Math.max(this.confirmedAt, Math.min(clock.now(), ...times))) + skew();
  }

  /** Keeps in the store what the page shows, also when no list has it any more. */
  private hold(): void {
    const { address, task, capacities, holders } = this.stored;
    const { accountId, taskSid, workspaceSid } = address;
    const sids = [taskSid, workspaceSid, task?.workflow_sid, ...capacities, ...holders];
    const before = this.held;
    this.held = this.options.store.hold(
      accountId,
      sids.filter((sid) => typeof sid === 'string'),
    );
    before?.dispose();
  }
}
