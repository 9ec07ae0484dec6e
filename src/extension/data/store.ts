import { isDeepStrictEqual } from 'node:util';
import type { Fetched, Row } from '../../taskrouter/client';
import type { ResponseShapeError } from '../../taskrouter/errors';
import type { Collection } from '../../taskrouter/resources';
import type { Connection } from '../accounts/connections';
import { AccountCache } from './accountCache';
import { Emitter } from '../emitter';
import type { ListKey, ListRef, OpenRef } from './listRef';
import { listKey } from './listRef';

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

/** Stands for one request: what it brings is dropped where a later request has brought something newer. */
export interface StoreRequest {
  readonly accountId: string;
  readonly sequence: number;
  readonly cache: AccountCache<ListState>;
}

/** What has changed in one account. */
export class StoreChange {
  constructor(
    readonly accountId: string,
    private readonly lists: ReadonlySet<ListKey>,
    private readonly rows: ReadonlySet<string>,
  ) {}

  /** Whether the content of this row has changed. */
  hasRow(accountId: string, sid: string): boolean {
    return accountId === this.accountId && this.rows.has(sid);
  }

  /** Whether other rows are in this list than before, or its error, or whether there is more to read. */
  hasList(ref: ListRef | OpenRef): boolean {
    return ref.accountId === this.accountId && this.lists.has(listKey(ref));
  }

  get hasRows(): boolean {
    return this.rows.size > 0;
  }
}

const pageSize = 50;

/** Everything that this window knows of TaskRouter. It reads on request, fires what changed, and shows nothing. */
export class Store {
  private readonly changed = new Emitter<StoreChange>();
  readonly onDidChange = this.changed.event;
  private readonly caches = new Map<string, AccountCache<ListState>>();
  private readonly reads = new WeakMap<AccountCache<ListState>, Map<ListKey, Reading>>();
  private sequence = 0;

  constructor(private readonly connect: (accountId: string) => Promise<Connection>) {}

  list(ref: ListRef | OpenRef): ListState | undefined {
    return this.caches.get(ref.accountId)?.list(listKey(ref));
  }

  row(accountId: string, sid: string): Row | undefined {
    return this.version(accountId, sid)?.row;
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

  /** Reads a list again, as far as it had been read. Never rejects: a failure becomes part of the list's state. */
  refresh(ref: ListRef): Promise<void> {
    return this.coalesce(ref, (before) => Math.max(pageSize, before?.sids.length ?? 0));
  }

  /** Reads the next page of a list. */
  more(ref: ListRef): Promise<void> {
    return this.coalesce(ref, (before) => (before?.sids.length ?? 0) + pageSize);
  }

  /** Reads a list to its end. */
  all(ref: ListRef): Promise<void> {
    return this.coalesce(ref, () => Infinity);
  }

  /** Reads one resource. @throws what the client throws */
  async fetch(accountId: string, collection: Collection, sids: readonly string[]): Promise<Row> {
    const { client, signal } = await this.connect(accountId);
    const request = this.begin(accountId);
    const { row, etag } = await client.fetch(collection, sids, signal);
    signal.throwIfAborted();
    this.put(request, row, etag);
    return row;
  }

  /** To be called before a request is sent whose rows are to be put. */
  begin(accountId: string): StoreRequest {
    return { accountId, sequence: ++this.sequence, cache: this.cacheOf(accountId) };
  }

  put(request: StoreRequest, row: Row, etag?: string): void {
    const { sequence } = request;
    if (this.isCurrent(request) && request.cache.put({ row, sequence, ...(etag ? { etag } : {}) }))
      this.changed.fire(new StoreChange(request.accountId, new Set(), new Set([row.sid])));
  }

  putAll(request: StoreRequest, rows: readonly Row[]): void {
    if (!this.isCurrent(request)) return;
    const changed = this.putRows(request, rows);
    if (changed.size) this.changed.fire(new StoreChange(request.accountId, new Set(), changed));
  }

  /** Replaces the open reservations of a workspace; rows that leave them and stand in no list are dropped. */
  putOpen(ref: OpenRef, after: ListState): void {
    const request = this.begin(ref.accountId);
    const before = this.list(ref);
    request.cache.putList(ref, after, request.sequence);
    if (!sameShown(before, after)) this.fireList(ref);
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

  private cacheOf(accountId: string): AccountCache<ListState> {
    const known = this.caches.get(accountId) ?? new AccountCache<ListState>();
    this.caches.set(accountId, known);
    return known;
  }

  private isCurrent({ accountId, cache }: StoreRequest): boolean {
    return this.caches.get(accountId) === cache;
  }

  private putRows({ cache, sequence }: StoreRequest, rows: readonly Row[]): Set<string> {
    return new Set(rows.filter((row) => cache.put({ row, sequence })).map(({ sid }) => sid));
  }

  private fireList(ref: ListRef | OpenRef): void {
    this.changed.fire(new StoreChange(ref.accountId, new Set([listKey(ref)]), new Set()));
  }

  /** Coalesces concurrent reads of a list; a wider read is queued behind. */
  private coalesce(ref: ListRef, wantedAfter: (before: ListState | undefined) => number): Promise<void> {
    const cache = this.cacheOf(ref.accountId);
    const reads = this.reads.get(cache) ?? new Map<ListKey, Reading>();
    this.reads.set(cache, reads);
    const key = listKey(ref);
    const wanted = wantedAfter(cache.list(key));
    const running = reads.get(key);
    if (running && running.wanted >= wanted) return running.done;
    const read = () => this.readList(ref, cache, wanted);
    const reading: Reading = {
      wanted,
      done: (running ? running.done.then(read) : read()).finally(() => {
        if (reads.get(key) === reading) reads.delete(key);
      }),
    };
    reads.set(key, reading);
    return reading.done;
  }

  private async readList(ref: ListRef, cache: AccountCache<ListState>, wanted: number): Promise<void> {
    const request = { accountId: ref.accountId, sequence: ++this.sequence, cache };
    if (!this.isCurrent(request)) return;
    const before = this.list(ref);
    const rows: Row[] = [];
    let after: ListState;
    let signal: AbortSignal | undefined;
    try {
      const connection = await this.connect(ref.accountId);
      signal = connection.signal;
      const { collection, parents, filters } = ref;
      let unreadable = 0;
      let end: Pick<ListState, 'nextPageToken' | 'cutShort'> = {};
      for await (const page of connection.client.pages(collection, parents, filters, { wanted }, signal)) {
        const { rows: read, unreadable: more, ...rest } = page;
        rows.push(...read);
        unreadable += more;
        end = rest;
      }
      const sids = rows.map((row) => row.sid);
      // Rows without a SID may be those that were known before.
      const all = unreadable ? [...sids, ...(before?.sids ?? [])] : sids;
      after = { sids: [...new Set(all)], unreadable, readAt: Date.now(), ...end };
    } catch (error) {
      // A half-read list adds and updates, and removes nothing.
      const sids = [...new Set([...(before?.sids ?? []), ...rows.map((row) => row.sid)])];
      after = { unreadable: 0, ...before, sids, error };
    }
    if (signal?.aborted || !this.isCurrent(request)) return;
    const changed = this.putRows(request, rows);
    const isNew = cache.putList(ref, after, request.sequence);
    const lists = new Set(isNew && !sameShown(before, after) ? [listKey(ref)] : []);
    if (lists.size || changed.size) this.changed.fire(new StoreChange(ref.accountId, lists, changed));
  }
}

interface Reading {
  readonly wanted: number;
  readonly done: Promise<void>;
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
