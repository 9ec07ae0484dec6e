import { isDeepStrictEqual } from 'node:util';
import type { Fetched, Row } from '../../taskrouter/client';
import { ResponseShapeError } from '../../taskrouter/errors';
import { message } from '../../taskrouter/message';
import { fetchRequest } from '../../taskrouter/requests';
import type { Collection } from '../../taskrouter/resources';
import { isSid } from '../../taskrouter/sid';
import type { Background, Purpose } from '../../taskrouter/requestLimit';
import type { Connection } from '../accounts/connections';
import { machineClock } from './clock';
import { AccountCache } from './accountCache';
import { either } from './either';
import type { Disposable } from '../emitter';
import { Emitter } from '../emitter';
import type { ListKey, ListRef, OpenRef } from './listRef';
import { listKey } from './listRef';
import { StoreChange } from './storeChange';

export interface ListState {
  readonly sids: readonly string[];
  /** Rows without a SID. */
  readonly unreadable: number;
  readonly nextPageToken?: string;
  readonly cutShort?: ResponseShapeError;
  /** Why the last read failed; the rows are then those of an earlier one. */
  readonly error?: unknown;
  /** When the rows were read, in milliseconds since 1970; absent before the first success. */
  readonly readAt?: number;
}

/** Whether a list has all rows that TaskRouter has: only then does a row that is not in it not exist. */
export const isWhole = (list: {
  readonly [Name in 'unreadable' | 'nextPageToken' | 'cutShort']?: ListState[Name] | undefined;
}): boolean => !list.unreadable && list.nextPageToken === undefined && list.cutShort === undefined;

/** The open reservations of a workspace, as far as they are known. */
export interface OpenState {
  /** The reservations, their tasks and workflows. */
  readonly sids: readonly string[];
  /** Reservations that are not confirmed, as Events describe them or the status of their task has it. */
  readonly fromEvents: ReadonlyMap<string, Row>;
  /** Workflows of tasks that may not be read yet, as Events name them. */
  readonly workflowByTask?: ReadonlyMap<string, string>;
  /** Tasks whose open reservation has been unknown since polling began. */
  readonly loading: number;
  /** The earliest time at which one that is not known can time out, in milliseconds since 1970; Infinity if none can. */
  readonly nextUnread: number;
  /** Events cannot be read: changes are found late. */
  readonly areEventsUnreadable?: boolean;
  /** Lists of tasks or reservations that have unreadable rows, or pages that must not be read: more can be open. */
  readonly partialLists: number;
  readonly error?: unknown;
  /** When it was last read, in milliseconds since 1970; absent before the first success. */
  readonly readAt?: number;
}

/** Stands for one request: what it brings is dropped where a later request has brought something newer. */
export interface StoreRequest {
  readonly accountId: string;
  /** The workspace that it reads, '' for the list of workspaces. It brings nothing about rows of another one. */
  readonly workspaceSid?: string | undefined;
  readonly sequence: number;
  readonly cache: Cache;
}

const pageSize = 50;

type Cache = AccountCache<ListState | OpenState>;

/** Everything that this window knows of TaskRouter. It reads on request, fires what changed, and shows nothing. */
export class Store {
  private readonly changed = new Emitter<StoreChange>();
  readonly onDidChange = this.changed.event;
  private readonly caches = new Map<string, Cache>();
  private readonly reads = new WeakMap<Cache, Map<ListKey, Reading>>();
  private sequence = 0;

  constructor(
    private readonly connect: (accountId: string) => Promise<Connection>,
    /** Milliseconds since 1970. */
    private readonly now = () => machineClock.now(),
  ) {}

  list(ref: ListRef): ListState | undefined {
    return this.caches.get(ref.accountId)?.list(listKey(ref)) as ListState | undefined;
  }

  open(ref: OpenRef): OpenState | undefined {
    return this.caches.get(ref.accountId)?.list(listKey(ref)) as OpenState | undefined;
  }

  /** With a workspace only a row of that one. */
  row(accountId: string, sid: string, workspaceSid?: string): Row | undefined {
    const cache = this.caches.get(accountId);
    return cache?.isElsewhere(sid, workspaceSid) ? undefined : cache?.row(sid)?.row;
  }

  /** The row with its ETag, which only a response about this row alone has. */
  version(accountId: string, sid: string): Fetched | undefined {
    return this.caches.get(accountId)?.row(sid);
  }

  /** The row as its type; a field that does not fit is undefined in it. */
  read<T>(collection: Collection<T>, accountId: string, sid: string | null | undefined): T | undefined {
    const row = sid ? this.row(accountId, sid) : undefined;
    return row && collection.read(row);
  }

  /**
   * Reads a list again, as far as it had been read. Never rejects: a failure becomes part of the list's state. With a
   * purpose it is read in the background, and waits for the request limit. Aborting the signals of all callers of a read
   * cancels it and leaves the list as it was.
   */
  refresh(ref: ListRef, purpose?: Purpose, signal?: AbortSignal): Promise<void> {
    return this.coalesce(ref, (before) => Math.max(pageSize, before?.sids.length ?? 0), purpose, signal);
  }

  /** Reads the next page of a list. */
  more(ref: ListRef): Promise<void> {
    return this.coalesce(ref, (before) => (before?.sids.length ?? 0) + pageSize);
  }

  /** Reads so many rows of a list at least, from its beginning; with a purpose in the background. Canceled as `refresh` is. */
  first(ref: ListRef, rows: number, purpose?: Purpose, signal?: AbortSignal): Promise<void> {
    return this.coalesce(ref, () => rows, purpose, signal);
  }

  /** Reads a list to its end; with a purpose in the background. Canceled as `refresh` is. */
  all(ref: ListRef, purpose?: Purpose, signal?: AbortSignal): Promise<void> {
    return this.coalesce(ref, () => Infinity, purpose, signal);
  }

  /** Reads one resource; with a purpose in the background. @throws what the client throws */
  async fetch(
    accountId: string,
    collection: Collection,
    sids: readonly string[],
    purpose?: Purpose,
    canceled?: AbortSignal,
  ): Promise<Row> {
    const connection = await this.connect(accountId);
    const { client } = connection;
    const { signal, end } = either(connection.signal, canceled);
    const request = this.begin(accountId, workspaceOf(sids.slice(0, -1)));
    const reads = purpose ? client.background({ purpose }) : client;
    const { row, etag } = await reads.fetch(collection, sids, signal).finally(end);
    signal.throwIfAborted();
    // A cache that mixes up its responses must not put one resource in the place of another.
    if (row.sid !== sids.at(-1) || isForeign(request, row)) {
      const read = fetchRequest(collection, sids);
      throw new ResponseShapeError(read, 'shape', 200, message('it describes another resource'));
    }
    this.put(request, row, etag);
    return row;
  }

  /** To be called before a request is sent whose rows are to be put: those of this workspace. */
  begin(accountId: string, workspaceSid?: string): StoreRequest {
    return { accountId, workspaceSid, sequence: ++this.sequence, cache: this.cacheOf(accountId) };
  }

  /** Whether a row, or all of a list, comes from a request that began after this one. */
  isNewer({ accountId, sequence }: StoreRequest, subject: ListRef | string): boolean {
    const cache = this.caches.get(accountId);
    if (typeof subject === 'string') return (cache?.row(subject)?.sequence ?? 0) > sequence;
    const readBy = cache?.sequenceOf(listKey(subject)) ?? 0;
    return readBy > sequence && this.list(subject)?.error === undefined;
  }

  put(request: StoreRequest, row: Row, etag?: string): void {
    const { sequence, workspaceSid } = request;
    if (!this.isCurrent(request) || isForeign(request, row)) return;
    if (request.cache.put({ row, workspaceSid, sequence, ...(etag ? { etag } : {}) }))
      this.changed.fire(new StoreChange(request.accountId, new Set(), new Set([row.sid])));
  }

  putAll(request: StoreRequest, rows: readonly Row[]): void {
    if (!this.isCurrent(request)) return;
    const changed = this.putRows(request, rows);
    if (changed.size) this.changed.fire(new StoreChange(request.accountId, new Set(), changed));
  }

  /** Rows that are shown outside of lists stay until what this returns is disposed. */
  hold(accountId: string, sids: readonly string[]): Disposable {
    const cache = this.cacheOf(accountId);
    for (const sid of sids) cache.hold(sid);
    return { dispose: () => sids.forEach((sid) => cache.release(sid)) };
  }

  /** Replaces the open reservations of a workspace; rows that leave them and stand in no list are dropped. */
  putOpen(ref: OpenRef, after: OpenState): void {
    const request = this.begin(ref.accountId);
    const before = this.open(ref);
    request.cache.putList(ref, after, request.sequence);
    if (!sameOpen(before, after)) this.fireList(ref);
  }

  /** Drops the open reservations of a workspace. */
  dropOpen(ref: OpenRef): void {
    if (this.caches.get(ref.accountId)?.dropList(listKey(ref))) this.fireList(ref);
  }

  /** Drops the accounts that are not among these. */
  retain(accountIds: readonly string[]): void {
    for (const id of this.caches.keys()) if (!accountIds.includes(id)) this.forget(id);
  }

  /** Drops an account: nothing that a request from before this brings is put any more. */
  forget(accountId: string): void {
    const cache = this.caches.get(accountId);
    if (!cache) return;
    this.caches.delete(accountId);
    const change = [new Set(cache.keys), new Set(cache.sids)] as const;
    if (change[0].size || change[1].size) this.changed.fire(new StoreChange(accountId, ...change));
  }

  private cacheOf(accountId: string): Cache {
    const known = this.caches.get(accountId) ?? new AccountCache<ListState | OpenState>();
    this.caches.set(accountId, known);
    return known;
  }

  private isCurrent({ accountId, cache }: StoreRequest): boolean {
    return this.caches.get(accountId) === cache;
  }

  private putRows(request: StoreRequest, rows: readonly Row[]): Set<string> {
    const { cache, sequence, workspaceSid } = request;
    const changed = rows.filter(
      (row) => !isForeign(request, row) && cache.put({ row, workspaceSid, sequence }),
    );
    return new Set(changed.map(({ sid }) => sid));
  }

  private fireList(ref: ListRef | OpenRef): void {
    this.changed.fire(new StoreChange(ref.accountId, new Set([listKey(ref)]), new Set()));
  }

  /** Coalesces concurrent reads of a list; a wider read is queued behind. A user who waits hurries the others. */
  private coalesce(
    ref: ListRef,
    wantedAfter: (before: ListState | undefined) => number,
    purpose?: Purpose,
    signal?: AbortSignal,
  ): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    const cache = this.cacheOf(ref.accountId);
    const reads = this.reads.get(cache) ?? new Map<ListKey, Reading>();
    this.reads.set(cache, reads);
    const key = listKey(ref);
    const wanted = wantedAfter(this.list(ref));
    const running = reads.get(key);
    if (!purpose) running?.hurry.abort();
    if (running && running.wanted >= wanted && !running.canceled.signal.aborted)
      return joined(running, signal);
    const hurry = new AbortController();
    const canceled = new AbortController();
    if (!purpose) hurry.abort();
    const wait: Background = { purpose: purpose ?? 'poll', hurry: hurry.signal };
    const read = () => this.readList(ref, { cache, wanted, wait, canceled: canceled.signal });
    const reading: Reading = {
      wanted,
      hurry,
      canceled,
      waiting: 0,
      done: (running ? running.done.then(read) : read()).finally(() => {
        if (reads.get(key) === reading) reads.delete(key);
      }),
    };
    reads.set(key, reading);
    return joined(reading, signal);
  }

  private async readList(ref: ListRef, { cache, wanted, wait, canceled }: ListRead): Promise<void> {
    const request = { ...this.begin(ref.accountId, workspaceOf(ref.parents)), cache };
    if (canceled.aborted || !this.isCurrent(request)) return;
    const before = this.list(ref);
    const rows: Row[] = [];
    let after: ListState;
    let signal = canceled;
    let unlink: (() => void) | undefined;
    try {
      const connection = await this.connect(ref.accountId);
      ({ signal, end: unlink } = either(connection.signal, canceled));
      const { collection, parents, filters } = ref;
      let unreadable = 0;
      let end: Pick<ListState, 'nextPageToken' | 'cutShort'> = {};
      const reads = connection.client.background(wait);
      for await (const page of reads.pages(collection, parents, filters, { wanted }, signal)) {
        const { rows: read, unreadable: more, ...rest } = page;
        const own = read.filter((row) => !isForeign(request, row));
        for (const row of own) rows.push(row);
        unreadable += more + read.length - own.length;
        end = rest;
      }
      const sids = rows.map((row) => row.sid);
      // Rows without a SID may be those that were known before.
      const all = unreadable ? [...sids, ...(before?.sids ?? [])] : sids;
      after = { sids: [...new Set(all)], unreadable, readAt: this.now(), ...end };
    } catch (error) {
      // A half-read list adds and updates, and removes nothing.
      const sids = [...new Set([...(before?.sids ?? []), ...rows.map((row) => row.sid)])];
      after = { unreadable: 0, ...before, sids, error };
    } finally {
      unlink?.();
    }
    if (signal.aborted || !this.isCurrent(request)) return;
    // First the list, which holds its rows: only some that no list holds stay.
    const isNew = cache.putList(ref, after, request.sequence);
    const changed = this.putRows(request, rows);
    const lists = new Set(isNew && !sameShown(before, after) ? [listKey(ref)] : []);
    if (lists.size || changed.size) this.changed.fire(new StoreChange(ref.accountId, lists, changed));
  }
}

interface ListRead {
  readonly cache: Cache;
  readonly wanted: number;
  readonly wait: Background;
  readonly canceled: AbortSignal;
}

interface Reading {
  readonly wanted: number;
  /** Aborted when the user waits for it. */
  readonly hurry: AbortController;
  /** Aborted when nobody waits for it any more. */
  readonly canceled: AbortController;
  waiting: number;
  readonly done: Promise<void>;
}

/** Waits for a read until the signal aborts. Without one, waits until the read ends. */
async function joined(reading: Reading, signal: AbortSignal | undefined): Promise<void> {
  reading.waiting++;
  const leave = () => {
    if (--reading.waiting === 0) reading.canceled.abort();
  };
  signal?.addEventListener('abort', leave, { once: true });
  await reading.done;
  signal?.removeEventListener('abort', leave);
}

const workspaceOf = (parents: readonly string[]) => parents[0] ?? '';

/** Whether a row is of another workspace than the one that was read, as far as can be known. */
function isForeign({ workspaceSid, cache }: StoreRequest, row: Row): boolean {
  const named = row['workspace_sid'];
  const isNamed = workspaceSid !== undefined && typeof named === 'string' && isSid('Workspace', named);
  return (isNamed && named !== workspaceSid) || cache.isElsewhere(row.sid, workspaceSid);
}

function sameShown(one: ListState | undefined, other: ListState): boolean {
  return (
    one !== undefined &&
    isDeepStrictEqual(one.sids, other.sids) &&
    one.unreadable === other.unreadable &&
    one.error === other.error &&
    (one.nextPageToken === undefined) === (other.nextPageToken === undefined) &&
    (one.cutShort === undefined) === (other.cutShort === undefined)
  );
}

function sameOpen(one: OpenState | undefined, other: OpenState): boolean {
  return (
    one !== undefined &&
    isDeepStrictEqual(one.sids, other.sids) &&
    isDeepStrictEqual([...one.fromEvents.keys()], [...other.fromEvents.keys()]) &&
    one.loading === other.loading &&
    one.nextUnread === other.nextUnread &&
    (one.areEventsUnreadable ?? false) === (other.areEventsUnreadable ?? false) &&
    one.partialLists === other.partialLists &&
    (one.readAt === undefined) === (other.readAt === undefined) &&
    one.error === other.error
  );
}
