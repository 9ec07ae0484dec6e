import { setMaxListeners } from 'node:events';
import { ApiError } from '../../../taskrouter/errors';
import type { Page } from '../../../taskrouter/pages';
import { PageGuard } from '../../../taskrouter/pages';
import type { Filters } from '../../../taskrouter/requests';
import { listRequest } from '../../../taskrouter/requests';
import type { Collection, Row } from '../../../taskrouter/resources';
import * as resources from '../../../taskrouter/resources';
import { isSid } from '../../../taskrouter/sid';
import type { Accounts } from '../../accounts/accounts';
import { ConnectionEndedError, isAboutCredentials, SignedOutError } from '../../accounts/connections';
import { either } from '../../data/either';
import type { Store } from '../../data/store';
import type { WorkspacePlace } from '../../data/target';
import type { TextQuery } from './query';
import { filtersOf, foundIn, isName } from './query';

export interface SearchOptions {
  readonly accounts: Pick<Accounts, 'connect'>;
  readonly store: Store;
}

export interface Match extends WorkspacePlace {
  readonly collection: Collection;
  readonly row: Row;
}

export interface SearchFailure {
  readonly place: WorkspacePlace;
  readonly error: unknown;
}

/** What has been read so far. */
export interface SearchProgress {
  readonly tasks: number;
  /** Of the workspaces that are read page by page, at least; undefined while that is not known. */
  readonly totalTasks: number | undefined;
  readonly workers: number;
}

/** Requests at once: half of what a client sends at once, so that others of the account are sent too. */
const maxInFlight = 4;
/** Rows that one run reads page by page before it asks. */
export const maxRows = 5000;
/** Workspaces that one run searches before it asks. */
export const maxWorkspaces = 50;
/** Requests that one run sends before it asks: those of as many workspaces, with pages of the usual size. */
export const maxRequests = 500;
const pageSize = 500;

/** Why a run ended before all was read: the user canceled it, or one of its limits. */
export type Stop = 'canceled' | 'requests' | 'rows' | 'workspaces';

/** One list that is read: with a filter of the API, or page by page. */
interface Lane {
  readonly place: WorkspacePlace;
  readonly collection: Collection;
  readonly filters: Filters<Collection>;
  readonly isFiltered: boolean;
  /** Where to continue. */
  pageToken?: string;
  readonly guard: PageGuard;
  read: number;
  isDone: boolean;
  error?: unknown;
}

/**
 * Searches the tasks and workers of workspaces for a text or a phone number, and their queues, workflows and activities for a
 * name: by the API's own filters first, and if these find nothing, page by page, all workspaces in turn. Matches are only ever appended. Each run reads at most `maxRows` of at
 * most `maxWorkspaces` by `maxRequests`, and the next one continues where it ended.
 */
export class Search {
  readonly matches: Match[] = [];
  private readonly known = new Set<string>();
  private readonly filtered: Lane[];
  /** Of queues, workflows and activities, which are few. */
  private readonly named: Lane[];
  private readonly paged: Lane[];
  private readonly totals = new Map<string, number | undefined>();
  /** Accounts that refuse for now: their credentials, or too many requests. */
  private readonly refused = new Set<string>();
  /** Of the latest run. */
  private requests = 0;
  private limit: Stop | undefined;
  private canceled: AbortSignal | undefined;

  constructor(
    private readonly options: SearchOptions,
    readonly query: TextQuery,
    private readonly places: readonly WorkspacePlace[],
    /** Called when there are more matches, or more was read. */
    private readonly onChange: () => void,
  ) {
    const { tasks, workers } = filtersOf(query);
    const lane = (place: WorkspacePlace, collection: Collection, filters?: Filters<Collection>): Lane => ({
      ...{ place, collection, filters: filters ?? {}, isFiltered: filters !== undefined },
      ...{ guard: new PageGuard(Infinity), read: 0, isDone: false },
    });
    this.filtered = places.flatMap((place) => [
      ...tasks.map((filters) => lane(place, resources.tasks, filters)),
      ...workers.map((filters) => lane(place, resources.workers, filters)),
    ]);
    this.named = isName(query)
      ? [resources.taskQueues, resources.workflows, resources.activities].flatMap((collection) =>
          places.map((place) => lane(place, collection)),
        )
      : [];
    this.paged = places.flatMap((place) => [lane(place, resources.tasks), lane(place, resources.workers)]);
  }

  /** Whether another run would read more. */
  get hasMore(): boolean {
    return [...this.named, ...this.paged].some(({ isDone }) => !isDone);
  }

  /** Why the latest run ended before all was read; undefined where a failure or its matches are the reason. */
  get stop(): Stop | undefined {
    return this.canceled?.aborted ? 'canceled' : this.limit;
  }

  get failures(): readonly SearchFailure[] {
    const failed = new Map<string, SearchFailure>();
    for (const { place, error } of [...this.filtered, ...this.named, ...this.paged])
      if (error !== undefined) failed.set(keyOf(place), { place, error });
    return [...failed.values()];
  }

  get progress(): SearchProgress {
    const countOf = (collection: Collection) =>
      this.paged.reduce((sum, lane) => sum + (lane.collection === collection ? lane.read : 0), 0);
    const tasks = countOf(resources.tasks);
    const totals = [...this.totals.values()];
    const isKnown = totals.length === this.places.length && totals.every((one) => one !== undefined);
    const isRead = this.paged.every(({ collection, isDone }) => isDone || collection !== resources.tasks);
    const total = isRead ? tasks : totals.reduce<number>((sum, one) => sum + (one ?? 0), 0);
    return {
      tasks,
      // Statistics are of another moment, and may leave out finished tasks, which the list has.
      totalTasks: isKnown && total >= tasks ? total : undefined,
      workers: countOf(resources.workers),
    };
  }

  /** The rows that are loaded: they need no request, and come first. */
  addLoaded(loaded: readonly Match[]): void {
    for (const one of loaded) if (foundIn(this.query, one.collection, one.row)) this.add(one);
  }

  /** Never rejects: what could not be read is among the failures. */
  async run(canceled: AbortSignal): Promise<void> {
    this.refused.clear();
    this.requests = 0;
    this.limit = undefined;
    this.canceled = canceled;
    const isWaiting = (lane: Lane) => !lane.isDone;
    const first = this.firstOf([...this.filtered, ...this.named].filter(isWaiting));
    const before = this.matches.length;
    await this.inTurn(first, canceled, () => true);
    const isFound = first.length > 0 && this.matches.length > before;
    let left = maxRows;
    const paged = isFound ? [] : this.firstOf(this.paged.filter(isWaiting));
    await this.inTurn(paged, canceled, (rows) => (left -= rows) > 0);
    if (!isFound && this.hasMore) this.limit = this.limitOf(left, paged);
  }

  /** The limit at which a run has ended. */
  private limitOf(left: number, paged: readonly Lane[]): Stop | undefined {
    if (this.requests >= maxRequests) return 'requests';
    if (left <= 0) return 'rows';
    const isAllRead = paged.every(({ isDone }) => isDone);
    return isAllRead && this.paged.some(({ isDone }) => !isDone) ? 'workspaces' : undefined;
  }

  /** Those of the first workspaces, as many as one run searches. */
  private firstOf(lanes: readonly Lane[]): Lane[] {
    const places = [...new Set(lanes.map(({ place }) => keyOf(place)))].slice(0, maxWorkspaces);
    return lanes.filter(({ place }) => places.includes(keyOf(place)));
  }

  /** Reads one page of each lane in turn, until all are done or `goesOn` says no. */
  private async inTurn(
    lanes: readonly Lane[],
    canceled: AbortSignal,
    goesOn: (rows: number) => boolean,
  ): Promise<void> {
    const queue = [...lanes];
    let isOver = false;
    const work = async () => {
      for (;;) {
        const isStopped = isOver || canceled.aborted || this.requests >= maxRequests;
        const lane = isStopped ? undefined : queue.shift();
        if (!lane) return;
        const rows = await this.readPage(lane, canceled);
        if (!goesOn(rows)) isOver = true;
        const isRefused = this.refused.has(lane.place.accountId);
        if (!lane.isDone && lane.error === undefined && !isRefused) queue.push(lane);
      }
    };
    await Promise.all(Array.from({ length: maxInFlight }, work));
  }

  /** @returns how many rows it has read */
  private async readPage(lane: Lane, canceled: AbortSignal): Promise<number> {
    const { place, collection, filters, pageToken } = lane;
    if (this.refused.has(place.accountId)) return 0;
    lane.error = undefined;
    this.requests++;
    try {
      const begun = this.options.store.begin(place.accountId, place.workspaceSid);
      const options = { pageSize, ...(pageToken === undefined ? {} : { pageToken }) };
      const parents = [place.workspaceSid];
      const read = await this.connected(place, canceled, (client, signal) =>
        client.list(collection, parents, filters, options, signal),
      );
      const page = lane.guard.checked(read, listRequest(collection, parents, filters, options));
      const own = page.rows.filter((row) => isSid(collection.noun, row.sid));
      // A filter that is not known is ignored: what it returns is not what was searched for.
      const found = own.filter((row) => foundIn(this.query, collection, row));
      this.options.store.putAll(begun, found);
      for (const row of found) this.add({ ...place, collection, row });
      lane.read += page.rows.length;
      this.follow(lane, page);
      this.onChange();
      if (!lane.isFiltered) await this.count(lane, canceled);
      return page.rows.length;
    } catch (error) {
      if (canceled.aborted) return 0;
      // An expression that TaskRouter does not accept: the rows are read without it.
      if (lane.isFiltered && error instanceof ApiError && error.status === 400) lane.isDone = true;
      else {
        lane.error = error;
        if (isOfAccount(error)) this.refused.add(place.accountId);
      }
      this.onChange();
      return 0;
    }
  }

  /** A filtered list is a shortcut: it needs neither a second page nor an end. */
  private follow(lane: Lane, { nextPageToken, cutShort }: Page): void {
    if (cutShort && !lane.isFiltered) lane.error = cutShort;
    if (nextPageToken === undefined || lane.isFiltered) lane.isDone = true;
    else lane.pageToken = nextPageToken;
  }

  /** How many tasks there are to read. Without statistics nothing is missing but that number. */
  private async count({ place, collection, read, isDone }: Lane, canceled: AbortSignal): Promise<void> {
    const key = keyOf(place);
    if (collection !== resources.tasks || this.totals.has(key)) return;
    this.totals.set(key, isDone ? read : undefined);
    if (isDone) return;
    this.requests++;
    try {
      const total = await this.connected(place, canceled, (client, signal) =>
        client.taskCount(place.workspaceSid, signal),
      );
      this.totals.set(key, total);
      this.onChange();
    } catch {
      // A workspace with more than a hundred workers may have no statistics.
    }
  }

  private async connected<T>(
    { accountId }: WorkspacePlace,
    canceled: AbortSignal,
    read: (client: Awaited<ReturnType<Accounts['connect']>>['client'], signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const connection = await this.options.accounts.connect(accountId);
    const { signal, end } = either(connection.signal, canceled);
    setMaxListeners(0, signal);
    try {
      const result = await read(connection.client, signal);
      signal.throwIfAborted();
      return result;
    } catch (error) {
      // Why the connection has ended says more than that its request was canceled.
      connection.signal.throwIfAborted();
      throw error;
    } finally {
      end();
    }
  }

  private add(match: Match): void {
    const key = `${match.accountId}/${match.row.sid}`;
    if (this.known.has(key)) return;
    this.known.add(key);
    this.matches.push(match);
  }
}

/** Whether the account refuses other requests too. */
const isOfAccount = (error: unknown): boolean =>
  isAboutCredentials(error) ||
  error instanceof SignedOutError ||
  error instanceof ConnectionEndedError ||
  (error instanceof ApiError && error.status === 429);

const keyOf = ({ accountId, workspaceSid }: WorkspacePlace) => `${accountId}/${workspaceSid}`;
