import { concurrently } from '../concurrently';
import type { Reads } from '../taskrouter/client';
import type { QueueStatistics } from '../taskrouter/queueStatistics';
import * as resources from '../taskrouter/resources';
import { isSid } from '../taskrouter/sid';
import { textTest } from './conditions';
import type { Lookups } from './matches';
import { lookupsOf } from './matches';
import type { Named } from './plan';
import type { Query } from './syntax';
import { textOf } from './values';

/** Reads for as long as what they belong to lasts. Rejects as they do. */
export type WithReads = <T>(use: (reads: Reads, signal: AbortSignal) => Promise<T>) => Promise<T>;

/** Why rows may be missing although nothing failed. `count`: how many were read, or are not shown. */
export type Gap =
  | { readonly of: 'workspaces' | 'queues' | 'workflows' | 'workers' | 'unreadable'; readonly count: number }
  | { readonly of: 'reservations' | 'moved' };

/** Of one list: 20,000 rows. */
const maxPages = 20;
/** A query about more workers than these costs too many requests. */
const maxWorkers = 25;
/** Queues whose workers are counted, by one request for each. */
const maxQueues = 500;
const maxAtOnce = 8;
const openReservations = ['pending', 'accepted', 'wrapping'] as const;

/** A query fits too many workers to read what each of them has. */
export class TooManyWorkersError extends Error {
  constructor(readonly count: number) {
    super(`${count} workers match.`);
  }
}

interface List {
  readonly rows: readonly resources.Row[];
  /** It has no more rows, and all could be read. */
  readonly isWhole: boolean;
}

/** What a workspace has besides tasks, as far as queries need it. Each list is read once. */
export class WorkspaceFacts {
  private readonly lists = new Map<resources.Collection, Promise<List>>();
  private readonly known = new Map<resources.Collection, List>();
  private readonly found = new Map<Gap['of'], Gap>();
  requests = 0;

  constructor(
    private readonly withReads: WithReads,
    private readonly workspaceSid: string,
  ) {}

  /** What the lookups lack. */
  get gaps(): readonly Gap[] {
    return [...this.found.values()];
  }

  /** The rows of a list that was read; there may be more. */
  namesOf(collection: resources.Collection): readonly Named[] | undefined {
    return this.known
      .get(collection)
      ?.rows.map(({ sid, friendly_name: name }) => ({ sid, name: textOf(name) }));
  }

  /** Undefined unless all of them are known: only then a name that one of them has is that one's alone. */
  allNamesOf(collection: resources.Collection): readonly Named[] | undefined {
    return this.known.get(collection)?.isWhole ? this.namesOf(collection) : undefined;
  }

  /** @throws what the client throws */
  read(collection: resources.Collection): Promise<List> {
    const running = this.lists.get(collection) ?? this.list(collection);
    this.lists.set(collection, running);
    // What could not be read is read again the next time.
    running.catch(() => this.lists.delete(collection));
    return running;
  }

  /** How many tasks have each status; undefined when it does not say. @throws what the client throws */
  taskCounts(): Promise<Readonly<Record<string, number>> | undefined> {
    return this.withReads((reads, signal) => {
      this.requests++;
      return reads.taskCounts(this.workspaceSid, signal);
    });
  }

  /** How many workers there are; undefined when it does not say. @throws what the client throws */
  workerCount(): Promise<number | undefined> {
    return this.withReads((reads, signal) => {
      this.requests++;
      return reads.workerCount(this.workspaceSid, signal);
    });
  }

  /**
   * Reads what tasks do not say of themselves.
   * @throws TooManyWorkersError, and what the client throws
   */
  async lookups(query: Query): Promise<Lookups> {
    const needed = lookupsOf(query);
    const [workers, queues, timeouts] = await Promise.all([
      needed.has('workers') ? this.workersByTask(query) : undefined,
      needed.has('queues') ? this.queueWorkers() : undefined,
      needed.has('workflows') ? this.rowsOf(resources.workflows, 'workflows') : undefined,
    ]);
    const timeoutBySid = new Map(
      (timeouts ?? []).map((row) => [row.sid, resources.workflows.read(row).task_reservation_timeout]),
    );
    return {
      workersOf: (sid) => workers?.get(sid) ?? [],
      workersIn: (sid) => queues?.get(sid),
      timeoutOf(sid) {
        const seconds = timeoutBySid.get(sid);
        return typeof seconds === 'number' ? seconds * 1000 : undefined;
      },
    };
  }

  private list(collection: resources.Collection): Promise<List> {
    return this.withReads(async (reads, signal) => {
      const rows: resources.Row[] = [];
      let isWhole = true;
      for await (const page of reads.pages(collection, [this.workspaceSid], {}, { maxPages }, signal)) {
        this.requests++;
        for (const row of page.rows) rows.push(row);
        if (page.cutShort || page.unreadable) isWhole = false;
      }
      const list = { rows, isWhole };
      this.known.set(collection, list);
      return list;
    });
  }

  /** The rows that decide which tasks match. */
  private async rowsOf(
    collection: resources.Collection,
    of: 'queues' | 'workflows' | 'workers',
  ): Promise<readonly resources.Row[]> {
    const { rows, isWhole } = await this.read(collection);
    if (!isWhole) this.found.set(of, { of, count: rows.length });
    return rows;
  }

  private async workersByTask(query: Query): Promise<ReadonlyMap<string, readonly string[]>> {
    const tests = query.alternatives
      .flat()
      .filter(({ field }) => field === 'worker')
      .map(textTest);
    const all = (await this.rowsOf(resources.workers, 'workers')).map((row) => ({
      sid: row.sid,
      name: resources.workers.read(row).friendly_name ?? '',
    }));
    const fitting = all.filter(({ name }) => tests.some((test) => test(name)));
    if (fitting.length > maxWorkers) throw new TooManyWorkersError(fitting.length);
    const reads = fitting.flatMap((worker) => openReservations.map((status) => ({ worker, status })));
    const byTask = new Map<string, string[]>();
    const read = async ({ worker, status }: (typeof reads)[number]) => {
      for (const sid of await this.tasksOf(worker.sid, status))
        byTask.set(sid, [...new Set([...(byTask.get(sid) ?? []), worker.name])]);
    };
    await concurrently(reads, read, maxAtOnce);
    return byTask;
  }

  /** The SIDs of the tasks of a worker's reservations. */
  private tasksOf(
    workerSid: string,
    reservationStatus: (typeof openReservations)[number],
  ): Promise<readonly string[]> {
    return this.withReads(async (reads, signal) => {
      const parents = [this.workspaceSid, workerSid];
      const sids: string[] = [];
      const options = { maxPages };
      const filters = { reservationStatus };
      for await (const page of reads.pages(resources.workerReservations, parents, filters, options, signal)) {
        this.requests++;
        if (page.cutShort || page.unreadable) this.found.set('reservations', { of: 'reservations' });
        for (const row of page.rows) {
          const { task_sid: sid } = resources.workerReservations.read(row);
          if (sid) sids.push(sid);
        }
      }
      return sids;
    });
  }

  private async queueWorkers(): Promise<ReadonlyMap<string, QueueStatistics>> {
    const all = await this.rowsOf(resources.taskQueues, 'queues');
    const queues = all.filter(({ sid }) => isSid('TaskQueue', sid)).slice(0, maxQueues);
    if (queues.length < all.length) this.found.set('queues', { of: 'queues', count: queues.length });
    const counts = new Map<string, QueueStatistics>();
    const read = ({ sid }: resources.Row) =>
      this.withReads(async (reads, signal) => {
        this.requests++;
        counts.set(sid, await reads.queueStatistics(this.workspaceSid, sid, signal));
      });
    await concurrently(queues, read, maxAtOnce);
    return counts;
  }
}
