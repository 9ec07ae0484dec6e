import type { ExplanationFacts, Part } from '../../../explanation/facts';
import { lastOffersIn } from '../../../explanation/events';
import { isOpen } from '../../../taskrouter/reservation';
import type { Collection } from '../../../taskrouter/resources';
import * as resources from '../../../taskrouter/resources';
import { isSid } from '../../../taskrouter/sid';
import type { ListRef } from '../../data/listRef';
import type { Store } from '../../data/store';
import type { StoreChange } from '../../data/storeChange';
import { isWhole } from '../../data/store';
import { incompleteLists, isReadInPart, waitingFilters } from './incompleteLists';

const day = 24 * 60 * 60_000;
/** TaskRouter keeps Events for 30 days. */
const eventsKept = 30 * day;
/** The Events of so many workers who were offered the task are part of its timeline. */
const maxWorkerEvents = 5;
const waitingStatuses = new Set(['pending', 'reserved']);

export interface TaskAddress {
  readonly accountId: string;
  readonly workspaceSid: string;
  readonly taskSid: string;
}

/** Parts that are one resource each; of the workers, the one whom the task is for. */
export const rowParts = ['task', 'workspace', 'workflow', 'workers'] as const;
export type RowPart = (typeof rowParts)[number];
export const isRowPart = (part: Part): part is RowPart => (rowParts as readonly Part[]).includes(part);

export interface RowRead {
  readonly part: RowPart;
  readonly collection: Collection;
  /** From the workspace down. */
  readonly sids: readonly string[];
}

const optional = <Name extends string, T>(name: Name, value: T | undefined): { [K in Name]?: T } =>
  (value === undefined ? {} : { [name]: value }) as { [K in Name]?: T };

/** What the store has of one task and of what its explanation depends on. */
export class StoredTask {
  /** Workers whose channels were read or are being read. */
  readonly capacities = new Set<string>();
  /** Workers whose open reservations were read or are being read. */
  readonly holders = new Set<string>();
  /** When Events last showed that workers were offered a task, by SID, in milliseconds since 1970. */
  readonly offeredAt = new Map<string, number>();
  /** Workers who were offered a task after their channels were read: these may be full. */
  readonly spent = new Set<string>();
  /** Who was offered a task last decides who is next. */
  needsOffers = false;
  /** TaskRouter answered that there is no such task. */
  isGone = false;
  /** As TaskRouter had it last. The store drops what is gone. */
  private lastRead: ExplanationFacts['lastRead'];
  /** TaskRouter answered that there is no such worker as the one whom the task is for. */
  isTargetMissing = false;
  private readonly offersStart: Date;

  constructor(
    private readonly store: Store,
    readonly address: TaskAddress,
    /** TaskRouter's time, in milliseconds since 1970. */
    private readonly now: () => number,
  ) {
    this.offersStart = new Date(Math.floor(now() / day - 1) * day);
  }

  get task(): resources.Task | undefined {
    return this.isGone ? undefined : this.read(resources.tasks, this.address.taskSid);
  }

  /** To be called when the task has been read, in milliseconds since 1970. */
  noteRead(at: number): void {
    const { task } = this;
    if (task) this.lastRead = { task, at };
  }

  /** Another one after each change of the task. */
  get version(): string {
    const { assignment_status: status, date_updated: updated } = this.task ?? {};
    return `${status} ${updated?.getTime()}`;
  }

  /** The task, or as it was before it was deleted. */
  get lastTask(): resources.Task | undefined {
    return this.task ?? this.lastRead?.task;
  }

  /** Undefined when they were never read. */
  get reservations(): readonly resources.Reservation[] | undefined {
    return this.rows(resources.taskReservations, this.lists.reservations);
  }

  /** Whether it can still be offered to a worker. */
  get isWaiting(): boolean {
    return waitingStatuses.has(this.task?.assignment_status ?? '');
  }

  /** Where a worker has one task at a time: which one, no list but that of their reservations shows. */
  get isSingleTasking(): boolean {
    const workspace = this.read(resources.workspaces, this.address.workspaceSid);
    return workspace?.multi_task_enabled === false;
  }

  /** The worker whom the task is for, past its workflow. */
  get targetWorker(): string | undefined {
    const target = this.task?.routing_target;
    return target && isSid('Worker', target) ? target : undefined;
  }

  get lists() {
    const { taskSid } = this.address;
    const queueSid = this.task?.task_queue_sid;
    return {
      queues: this.list(resources.taskQueues),
      activities: this.list(resources.activities),
      taskChannels: this.list(resources.taskChannels),
      waitingTasks: this.list(resources.tasks, waitingFilters),
      reservations: this.list(resources.taskReservations, undefined, taskSid),
      events: this.list(resources.events, { taskSid, startDate: this.eventsStart }),
      offers: this.list(resources.events, { eventType: 'reservation.created', startDate: this.offersStart }),
      members: queueSid ? this.list(resources.workers, { taskQueueSid: queueSid }) : undefined,
      allWorkers: this.list(resources.workers),
    };
  }

  /** The lists that the headline depends on. */
  get headlineLists(): readonly ListRef[] {
    const { reservations, events, queues, waitingTasks, members } = this.lists;
    return [
      events,
      ...(this.task ? [reservations] : []),
      ...(this.isWaiting ? [queues, waitingTasks, ...(members ? [members] : [])] : []),
    ];
  }

  /** The lists that the explanation depends on, with the part that each belongs to. */
  get listed(): readonly (readonly [Part, ListRef])[] {
    const { lists, capacities, holders, isWaiting, workerEvents } = this;
    const { members, allWorkers } = lists;
    return [
      ['reservations', lists.reservations],
      ['events', lists.events],
      ...workerEvents.map((list) => ['events', list] as const),
      ...(this.task ? ([['queues', lists.queues]] as const) : []),
      ...(isWaiting
        ? ([
            ['activities', lists.activities],
            ['taskChannels', lists.taskChannels],
            ...(members ? [['workers', members] as const] : []),
            ...(this.wasListed(allWorkers) ? [['workers', allWorkers] as const] : []),
            ['waitingTasks', lists.waitingTasks],
            ...(this.needsOffers ? [['offers', lists.offers] as const] : []),
            ...[...capacities].map((sid) => ['workerChannels', this.channelsOf(sid)] as const),
            ...[...holders].map((sid) => ['workerReservations', this.reservationsOf(sid)] as const),
          ] as const)
        : []),
    ];
  }

  /** Undefined where the task names none, or something else than a SID. */
  rowOf(part: RowPart): RowRead | undefined {
    const { workspaceSid, taskSid } = this.address;
    if (part === 'workspace') return { part, collection: resources.workspaces, sids: [workspaceSid] };
    if (part === 'task') return { part, collection: resources.tasks, sids: [workspaceSid, taskSid] };
    const [collection, sid] =
      part === 'workers'
        ? [resources.workers, this.targetWorker]
        : [resources.workflows, this.lastTask?.workflow_sid];
    return sid && isSid(collection.noun, sid) ? { part, collection, sids: [workspaceSid, sid] } : undefined;
  }

  channelsOf(workerSid: string): ListRef {
    return this.list(resources.workerChannels, undefined, workerSid);
  }

  reservationsOf(workerSid: string): ListRef {
    return this.list(resources.workerReservations, undefined, workerSid);
  }

  /** What those who were offered the task did, beside the offers. */
  get workerEvents(): readonly ListRef[] {
    const { reservations = [] } = this;
    const sids = new Set(reservations.flatMap(({ worker_sid: sid }) => sid ?? []));
    return [...sids].slice(0, maxWorkerEvents).map((workerSid) =>
      this.list(resources.events, {
        workerSid,
        eventType: 'worker.activity.update',
        startDate: this.eventsStart,
      }),
    );
  }

  /** Whether the explanation may be another one after this change. */
  concerns(change: StoreChange): boolean {
    const { accountId, taskSid, workspaceSid } = this.address;
    const sids = [taskSid, workspaceSid, this.lastTask?.workflow_sid];
    if (sids.some((sid) => typeof sid === 'string' && change.hasRow(accountId, sid))) return true;
    const lists = this.listed.map(([, list]) => list);
    if (lists.some((list) => change.hasList(list))) return true;
    if (!change.hasRows) return false;
    const rows = lists.flatMap((list) => this.store.list(list)?.sids ?? []);
    return rows.some((sid) => change.hasRow(accountId, sid));
  }

  /** Whether a list was read as far as it is needed: most to their end. */
  wasListed(list: ListRef): boolean {
    const state = this.store.list(list);
    return state?.readAt !== undefined && (isReadInPart(list) || state.nextPageToken === undefined);
  }

  sidsOf(list: ListRef): readonly string[] | undefined {
    return this.wasListed(list) ? this.store.list(list)!.sids : undefined;
  }

  /** The rows of a list; undefined when it was never read. */
  rows<T>(collection: Collection<T>, list: ListRef): readonly T[] | undefined {
    return this.sidsOf(list)?.flatMap((sid) => this.read(collection, sid) ?? []);
  }

  facts(
    read: Pick<ExplanationFacts, 'readAt' | 'unread'> & { readonly outdated: readonly Part[] },
    isDue: (list: ListRef) => boolean,
  ): ExplanationFacts {
    const { task, lists, targetWorker } = this;
    const { taskSid, workspaceSid } = this.address;
    const members = lists.members && this.sidsOf(lists.members);
    const all = this.sidsOf(lists.allWorkers);
    const target = targetWorker === undefined ? [] : [targetWorker];
    const held = this.openReservations();
    const workerSids = [...new Set([...(members ?? []), ...(all ?? []), ...target])];
    return {
      now: this.now(),
      taskSid,
      ...optional('task', task),
      ...(task ? {} : optional('lastRead', this.lastRead)),
      ...optional('workspace', this.read(resources.workspaces, workspaceSid)),
      ...optional('workflow', this.read(resources.workflows, this.lastTask?.workflow_sid)),
      queues: this.rows(resources.taskQueues, lists.queues) ?? [],
      activities: this.rows(resources.activities, lists.activities) ?? [],
      ...optional('taskChannels', this.rows(resources.taskChannels, lists.taskChannels)),
      workers: workerSids.flatMap((sid) => this.read(resources.workers, sid) ?? []),
      members: new Map(members && task?.task_queue_sid ? [[task.task_queue_sid, members]] : []),
      ...(this.isTargetMissing ? { missingWorkers: target } : {}),
      hasAllWorkers: all !== undefined && isWhole(this.store.list(lists.allWorkers)!),
      workerChannels: this.ofWorkers(this.withChannels(isDue), resources.workerChannels, (sid) =>
        this.channelsOf(sid),
      ),
      offeredAt: (read.outdated.includes('offers') ? undefined : this.listedOffers()) ?? this.offeredAt,
      ...optional('reservations', this.reservations),
      workerReservations: held,
      heldTasks: [...held.values()]
        .flat()
        .flatMap(({ task_sid: sid }) => this.read(resources.tasks, sid) ?? []),
      ...optional('waitingTasks', this.rows(resources.tasks, lists.waitingTasks)),
      ...optional('events', this.events()),
      incomplete: incompleteLists(this.store, this.listed),
      ...read,
    };
  }

  private listedOffers(): ReadonlyMap<string, number> | undefined {
    const offers = this.needsOffers ? this.rows(resources.events, this.lists.offers) : undefined;
    return offers && lastOffersIn(offers, this.offeredAt);
  }

  private list(collection: Collection, filters?: ListRef['filters'], ...parents: readonly string[]): ListRef {
    const { accountId, workspaceSid } = this.address;
    return {
      accountId,
      collection,
      parents: [workspaceSid, ...parents],
      ...(filters ? { filters } : {}),
    };
  }

  private read<T>(collection: Collection<T>, sid: string | null | undefined): T | undefined {
    return this.store.read(collection, this.address.accountId, sid);
  }

  /** The day on which the task was created: a task's Events are one list, whenever it is read. */
  private get eventsStart(): Date {
    const created = this.lastTask?.date_created?.getTime();
    const oldest = this.now() - eventsKept;
    return new Date(Math.floor(Math.max(created ?? oldest, oldest) / day) * day);
  }

  /** Of the task, and of the workers who were offered it; the newest first, as TaskRouter lists them. */
  private events(): readonly resources.Event[] | undefined {
    const events = this.rows(resources.events, this.lists.events);
    const others = this.workerEvents.flatMap((list) => this.rows(resources.events, list) ?? []);
    if (!events || others.length === 0) return events;
    const at = (event: resources.Event) => event.event_date_ms ?? event.event_date?.getTime() ?? 0;
    const all = new Map([...events, ...others].map((event) => [event.sid, event]));
    return [...all.values()].sort((one, other) => at(other) - at(one));
  }

  /** The workers whose channels are known. */
  private withChannels(isDue: (list: ListRef) => boolean): ReadonlySet<string> {
    const isSpent = (sid: string) => this.spent.has(sid) && isDue(this.channelsOf(sid));
    return new Set([...this.capacities].filter((sid) => !isSpent(sid)));
  }

  private openReservations(): ExplanationFacts['workerReservations'] {
    const all = this.ofWorkers(this.holders, resources.workerReservations, (sid) => this.reservationsOf(sid));
    const open = (sid: string) => isOpen(this.store.row(this.address.accountId, sid));
    return new Map([...all].map(([workerSid, rows]) => [workerSid, rows.filter(({ sid }) => open(sid))]));
  }

  private ofWorkers<T>(
    workerSids: ReadonlySet<string>,
    collection: Collection<T>,
    listOf: (workerSid: string) => ListRef,
  ): ReadonlyMap<string, readonly T[]> {
    return new Map(
      [...workerSids].flatMap((sid) => {
        const rows = this.rows(collection, listOf(sid));
        return rows ? [[sid, rows] as const] : [];
      }),
    );
  }
}
