import type { Part, Unread } from '../../../explanation/facts';
import type { WorkerFacts } from '../../../explanation/worker';
import { isOpen } from '../../../taskrouter/reservation';
import type { Collection } from '../../../taskrouter/resources';
import * as resources from '../../../taskrouter/resources';
import type { Clock } from '../../data/clock';
import type { ListRef } from '../../data/listRef';
import type { Store } from '../../data/store';
import { incompleteLists, isPartial } from './incompleteLists';
import { RequestLines, unreadReason } from './requestLines';

export interface WorkerAddress {
  readonly accountId: string;
  readonly workspaceSid: string;
  readonly workerSid: string;
}

/** The workers of so many of the worker's queues are read: who comes before them is among these. */
const maxQueues = 5;
/** Each waiting task is compared with every worker. */
const maxComparisons = 200_000;

/** Reads what explains why a worker is not offered tasks, into the store. */
export class WorkerReads {
  private readonly requested = new RequestLines();
  private readonly closing = new AbortController();

  constructor(
    private readonly store: Store,
    readonly address: WorkerAddress,
    private readonly clock: Pick<Clock, 'now'>,
    /** Milliseconds by which TaskRouter's clock is ahead of this machine's. */
    private readonly skew: () => number,
  ) {}

  get requests(): readonly string[] {
    return this.requested.all;
  }

  /** Why the worker could not be read. */
  failure: unknown;

  /** TaskRouter's time, in milliseconds since 1970. */
  private now(): number {
    return this.clock.now() + this.skew();
  }

  async read(inBackground = false): Promise<void> {
    const { accountId, workspaceSid, workerSid } = this.address;
    const fetch = (collection: Collection, sids: readonly string[]) =>
      this.store.fetch(accountId, collection, sids, inBackground ? 'page' : undefined, this.closing.signal);
    const worker = fetch(resources.workers, [workspaceSid, workerSid]).then(
      () => (this.failure = undefined),
      (error: unknown) => (this.failure = error),
    );
    await Promise.all([
      worker,
      // The name of the workspace is no reason to fail.
      fetch(resources.workspaces, [workspaceSid]).catch(() => undefined),
      ...this.ownLists.map(({ list }) => this.readList(list, inBackground)),
    ]);
    await Promise.all(this.members.map(({ list }) => this.readList(list, inBackground)));
  }

  /** Cancels what is being read. */
  dispose(): void {
    this.closing.abort();
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
    const channels = rows(resources.workerChannels, this.of(resources.workerChannels, workerSid));
    const reservations = rows(resources.workerReservations, this.of(resources.workerReservations, workerSid));
    const workspace = this.row(resources.workspaces, workspaceSid);
    const taskChannels = rows(resources.taskChannels, this.of(resources.taskChannels));
    const open = (sid: string) => isOpen(this.store.row(this.address.accountId, sid));
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
      workerReservations: new Map(
        reservations ? [[workerSid, reservations.filter(({ sid }) => open(sid))]] : [],
      ),
      ...(this.store.list(this.pending)?.readAt === undefined ? {} : { waitingTasks: this.compared }),
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
    return {
      ...this.of(resources.tasks),
      filters: { assignmentStatus: ['pending'], ordering: 'Priority:desc,DateCreated:asc' },
    };
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

  private readList(list: ListRef, inBackground: boolean): Promise<void> {
    this.requested.noteList(list);
    const purpose = inBackground ? 'page' : undefined;
    const { signal } = this.closing;
    return isPartial(list)
      ? this.store.refresh(list, purpose, signal)
      : this.store.all(list, purpose, signal);
  }

  /** Parts of which the store has rows that could not be read again. */
  private outdated(): readonly Part[] {
    const failed = this.lists.filter(({ list }) => {
      const { error, readAt } = this.store.list(list) ?? {};
      return error !== undefined && readAt !== undefined;
    });
    return [...new Set(failed.map(({ part }) => part))];
  }

  /** When the list that was read first was read, by TaskRouter's clock. */
  private readAt(): number {
    const times = this.lists.flatMap(({ list }) => this.store.list(list)?.readAt ?? []);
    return times.reduce((oldest, time) => Math.min(oldest, time + this.skew()), this.now());
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
