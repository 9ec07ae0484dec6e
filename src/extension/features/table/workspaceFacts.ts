import type { Lookups } from '../../../query/matches';
import { lookupsOf, textOf, textTest } from '../../../query/matches';
import type { Named } from '../../../query/plan';
import type { Query } from '../../../query/syntax';
import { taskStatuses } from '../../../taskrouter/resources';
import * as resources from '../../../taskrouter/resources';
import { fetchRequest } from '../../../taskrouter/requests';
import { isSid } from '../../../taskrouter/sid';
import type { Connection } from '../../accounts/connections';

/** Of one list. A workspace with more than these has names that a query line cannot complete. */
const maxPages = 5;
/** A query about more workers than these costs too many requests. */
const maxWorkers = 25;
const maxAtOnce = 8;
const openReservations = ['pending', 'accepted', 'wrapping'] as const;

/** A query fits too many workers to read what each of them has. */
export class TooManyWorkersError extends Error {
  constructor(readonly count: number) {
    super(`${count} workers match.`);
  }
}

/** What a workspace has besides tasks, as far as queries need it. Each list is read once. */
export class WorkspaceFacts {
  private readonly lists = new Map<resources.Collection, Promise<readonly resources.Row[]>>();
  private readonly known = new Map<resources.Collection, readonly resources.Row[]>();
  requests = 0;

  constructor(
    private readonly connect: () => Promise<Connection>,
    private readonly workspaceSid: string,
  ) {}

  /** The rows of a list that was read. */
  of(collection: resources.Collection): readonly resources.Row[] | undefined {
    return this.known.get(collection);
  }

  named(collection: resources.Collection): readonly Named[] | undefined {
    return this.of(collection)?.map(({ sid, friendly_name: name }) => ({ sid, name: textOf(name) }));
  }

  /** @throws what the client throws */
  read(collection: resources.Collection): Promise<readonly resources.Row[]> {
    const running = this.lists.get(collection) ?? this.list(collection);
    this.lists.set(collection, running);
    // What could not be read is read again the next time.
    running.catch(() => this.lists.delete(collection));
    return running;
  }

  /** How many tasks have each status; undefined when it does not say. @throws what the client throws */
  async taskCounts(): Promise<Readonly<Record<string, number>> | undefined> {
    const { client, signal } = await this.connect();
    const workspace = fetchRequest(resources.workspaces, [this.workspaceSid]);
    const request = { ...workspace, path: `${workspace.path}/RealTimeStatistics` };
    this.requests++;
    const { body } = await client.send(request, signal);
    const counts = (body as { tasks_by_status?: unknown } | undefined)?.tasks_by_status;
    if (typeof counts !== 'object' || counts === null) return undefined;
    const numbers = taskStatuses.map((status) => [status, (counts as Record<string, unknown>)[status] ?? 0]);
    return numbers.every(([, count]) => Number.isSafeInteger(count))
      ? (Object.fromEntries(numbers) as Record<string, number>)
      : undefined;
  }

  /**
   * Reads what tasks do not say of themselves.
   * @throws TooManyWorkersError, and what the client throws
   */
  async lookups(query: Query): Promise<Lookups> {
    const needed = lookupsOf(query);
    const [workers, eligible, timeouts] = await Promise.all([
      needed.has('workers') ? this.workersByTask(query) : undefined,
      needed.has('queues') ? this.eligibleWorkers() : undefined,
      needed.has('workflows') ? this.read(resources.workflows) : undefined,
    ]);
    const timeoutBySid = new Map(
      (timeouts ?? []).map((row) => [row.sid, resources.workflows.read(row).task_reservation_timeout]),
    );
    return {
      workersOf: (sid) => workers?.get(sid) ?? [],
      eligibleIn: (sid) => eligible?.get(sid),
      timeoutOf(sid) {
        const seconds = timeoutBySid.get(sid);
        return typeof seconds === 'number' ? seconds * 1000 : undefined;
      },
    };
  }

  private async list(collection: resources.Collection): Promise<readonly resources.Row[]> {
    const { client, signal } = await this.connect();
    const rows: resources.Row[] = [];
    for await (const page of client.pages(collection, [this.workspaceSid], {}, { maxPages }, signal)) {
      this.requests++;
      for (const row of page.rows) rows.push(row);
    }
    this.known.set(collection, rows);
    return rows;
  }

  private async workersByTask(query: Query): Promise<ReadonlyMap<string, readonly string[]>> {
    const tests = query.alternatives
      .flat()
      .filter(({ field }) => field === 'worker')
      .map(textTest);
    const all = (await this.read(resources.workers)).map((row) => ({
      sid: row.sid,
      name: resources.workers.read(row).friendly_name ?? '',
    }));
    const fitting = all.filter(({ name }) => tests.some((test) => test(name)));
    if (fitting.length > maxWorkers) throw new TooManyWorkersError(fitting.length);
    const { client, signal } = await this.connect();
    const byTask = new Map<string, string[]>();
    const reads = fitting.flatMap((worker) => openReservations.map((status) => ({ worker, status })));
    await concurrently(reads, async ({ worker, status: reservationStatus }) => {
      const parents = [this.workspaceSid, worker.sid];
      const filters = { reservationStatus };
      for await (const page of client.pages(resources.workerReservations, parents, filters, {}, signal)) {
        this.requests++;
        for (const row of page.rows) {
          const { task_sid: sid } = resources.workerReservations.read(row);
          if (sid) byTask.set(sid, [...(byTask.get(sid) ?? []), worker.name]);
        }
      }
    });
    return byTask;
  }

  private async eligibleWorkers(): Promise<ReadonlyMap<string, number>> {
    const queues = await this.read(resources.taskQueues);
    const { client, signal } = await this.connect();
    const counts = new Map<string, number>();
    await concurrently(
      queues.filter(({ sid }) => isSid('TaskQueue', sid)),
      async ({ sid }) => {
        this.requests++;
        counts.set(sid, (await client.queueStatistics(this.workspaceSid, sid, signal)).eligible);
      },
    );
    return counts;
  }
}

async function concurrently<T>(items: readonly T[], read: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const work = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await read(item);
  };
  await Promise.all(Array.from({ length: Math.min(maxAtOnce, queue.length) }, work));
}
