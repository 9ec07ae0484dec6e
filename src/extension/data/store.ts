import { isDeepStrictEqual } from 'node:util';
import type { Row } from '../../taskrouter/client';
import { ResponseShapeError } from '../../taskrouter/errors';
import type { Filters } from '../../taskrouter/requests';
import { listRequest } from '../../taskrouter/requests';
import type { Collection } from '../../taskrouter/resources';
import type { Connection } from '../accounts/accounts';
import { Emitter } from './emitter';

/** One list of one account: a collection under its parents. */
export interface ListRef {
  readonly accountId: string;
  readonly collection: Collection;
  readonly parents: readonly string[];
  readonly filters?: Filters<Collection>;
}

export function listKey({ accountId, collection, parents }: ListRef): string {
  return [accountId, ...collection.path.flatMap((segment, i) => [segment, parents[i] ?? ''])].join('/');
}

export interface ListState {
  readonly sids: readonly string[];
  /** Rows that came without a SID. */
  readonly unreadable: number;
  readonly nextPageToken?: string;
  readonly cutShort?: ResponseShapeError;
  /** Why the last attempt to read it failed; the rows are then those of an earlier one. */
  readonly error?: unknown;
  /** When the rows were read, in milliseconds since 1970; absent before the first success. */
  readonly readAt?: number;
}

export interface StoreChange {
  readonly lists: ReadonlySet<string>;
  /** `accountId/sid` of each row whose content changed. */
  readonly rows: ReadonlySet<string>;
}

const pageSize = 50;
const rowKey = (accountId: string, sid: string) => `${accountId}/${sid}`;

/** What this window knows of TaskRouter. It reads when asked to, tells what changed, and shows nothing. */
export class Store {
  private readonly changed = new Emitter<StoreChange>();
  readonly onDidChange = this.changed.event;
  private readonly lists = new Map<string, ListState>();
  private readonly rows = new Map<string, { row: Row; asked: number }>();
  private readonly underWay = new Map<string, { readonly wanted: number; readonly done: Promise<void> }>();
  /** How often each account has been forgotten: an answer to a question from before that is dropped. */
  private readonly epochs = new Map<string, number>();
  private asked = 0;

  constructor(private readonly connect: (accountId: string) => Promise<Connection>) {}

  list(ref: ListRef): ListState | undefined {
    return this.lists.get(listKey(ref));
  }

  row(accountId: string, sid: string): Row | undefined {
    return this.rows.get(rowKey(accountId, sid))?.row;
  }

  /** Reads a list again, as far as it had been read. Never rejects: a failure becomes part of the list's state. */
  refresh(ref: ListRef): Promise<void> {
    return this.once(ref, (before) => Math.max(pageSize, before?.sids.length ?? 0));
  }

  /** Reads the next page of a list. */
  more(ref: ListRef): Promise<void> {
    return this.once(ref, (before) => (before?.sids.length ?? 0) + pageSize);
  }

  /** Reads a list to its end. */
  all(ref: ListRef): Promise<void> {
    return this.once(ref, () => Infinity);
  }

  /** Reads one resource. @throws what the client throws */
  async fetch(accountId: string, collection: Collection, sids: readonly string[]): Promise<Row> {
    const { client, signal } = await this.connect(accountId);
    const asked = ++this.asked;
    const { row } = await client.fetch(collection, sids, signal);
    signal.throwIfAborted();
    this.put(accountId, row, asked);
    return row;
  }

  /** Takes in a row that was read elsewhere, unless a later question has been answered already. */
  put(accountId: string, row: Row, asked?: number): void {
    this.putAll(accountId, [row], asked);
  }

  putAll(accountId: string, rows: readonly Row[], asked = ++this.asked): void {
    const changed = new Set<string>();
    for (const row of rows) this.take(accountId, row, asked, changed);
    if (changed.size) this.changed.fire({ lists: new Set(), rows: changed });
  }

  /**
   * Keeps rows that were put in under a key that is no list of TaskRouter's: `accountId/` and whatever follows.
   * What leaves it, and stands in no list either, is let go of.
   */
  keep(accountId: string, key: string, after: ListState): void {
    const before = this.lists.get(key);
    this.lists.set(key, after);
    this.prune(accountId, before, after);
    if (!sameShown(before, after)) this.changed.fire({ lists: new Set([key]), rows: new Set() });
  }

  kept(key: string): ListState | undefined {
    return this.lists.get(key);
  }

  /** Lets go of what is kept under a key. */
  release(accountId: string, key: string): void {
    const before = this.lists.get(key);
    if (!this.lists.delete(key)) return;
    this.prune(accountId, before, { sids: [], unreadable: 0 });
    this.changed.fire({ lists: new Set([key]), rows: new Set() });
  }

  /** A number to give to `put`, taken before the question is asked. */
  question(): number {
    return ++this.asked;
  }

  /** Forgets accounts that are gone. */
  keepOnly(accountIds: readonly string[]): void {
    const keys = [...this.lists.keys(), ...this.rows.keys(), ...this.underWay.keys()];
    for (const id of new Set(keys.map((key) => key.slice(0, key.indexOf('/')))))
      if (!accountIds.includes(id)) this.forget(id);
  }

  /** Lets go of all that is known of an account: an answer to a question from before this is dropped. */
  forget(accountId: string): void {
    const ofIt = (keys: Iterable<string>) =>
      new Set([...keys].filter((key) => key.startsWith(`${accountId}/`)));
    const change = { lists: ofIt(this.lists.keys()), rows: ofIt(this.rows.keys()) };
    for (const key of change.lists) this.lists.delete(key);
    for (const key of change.rows) this.rows.delete(key);
    for (const key of this.underWay.keys()) if (key.startsWith(`${accountId}/`)) this.underWay.delete(key);
    this.epochs.set(accountId, this.epochOf(accountId) + 1);
    if (change.lists.size || change.rows.size) this.changed.fire(change);
  }

  private epochOf(accountId: string): number {
    return this.epochs.get(accountId) ?? 0;
  }

  /** Whoever asks for no more than is being read waits for that; who asks for more has it read next. */
  private once(ref: ListRef, wantedAfter: (before: ListState | undefined) => number): Promise<void> {
    const key = listKey(ref);
    const wanted = wantedAfter(this.lists.get(key));
    const running = this.underWay.get(key);
    if (running && running.wanted >= wanted) return running.done;
    const epoch = this.epochOf(ref.accountId);
    const read = () => this.read(ref, key, wanted, epoch);
    const reading: { wanted: number; done: Promise<void> } = {
      wanted,
      done: (running ? running.done.then(read) : read()).finally(() => {
        if (this.underWay.get(key) === reading) this.underWay.delete(key);
      }),
    };
    this.underWay.set(key, reading);
    return reading.done;
  }

  private async read(ref: ListRef, key: string, wanted: number, epoch: number): Promise<void> {
    if (epoch !== this.epochOf(ref.accountId)) return;
    const before = this.lists.get(key);
    const asked = ++this.asked;
    const rows: Row[] = [];
    let after: ListState;
    let signal: AbortSignal | undefined;
    try {
      const connection = await this.connect(ref.accountId);
      signal = connection.signal;
      let unreadable = 0;
      let token: string | undefined;
      let cutShort: ResponseShapeError | undefined;
      const followed = new Set<string>();
      do {
        const page = await connection.client.list(
          ref.collection,
          ref.parents,
          ref.filters,
          {
            pageSize: Math.min(1000, wanted - rows.length),
            ...(token === undefined ? {} : { pageToken: token }),
          },
          signal,
        );
        rows.push(...page.rows);
        unreadable += page.unreadable;
        token = page.nextPageToken;
        cutShort = page.cutShort;
        if (token !== undefined && followed.has(token)) {
          const { method, path } = listRequest(ref.collection, ref.parents);
          cutShort = new ResponseShapeError({ method, path }, 'page-loop', 200, 'its pages lead in a circle');
          token = undefined;
        }
        if (token !== undefined) followed.add(token);
      } while (token !== undefined && rows.length < wanted);
      const read = rows.map((row) => row.sid);
      after = {
        // Rows that could not be told apart may be those that were known before.
        sids: [...new Set(unreadable ? [...read, ...(before?.sids ?? [])] : read)],
        unreadable,
        readAt: Date.now(),
        ...(token === undefined ? {} : { nextPageToken: token }),
        ...(cutShort ? { cutShort } : {}),
      };
    } catch (error) {
      // A half-read list adds and updates, and removes nothing.
      const sids = [...new Set([...(before?.sids ?? []), ...rows.map((row) => row.sid)])];
      after = { unreadable: 0, ...before, sids, error };
    }
    if (signal?.aborted || epoch !== this.epochOf(ref.accountId)) return;
    const changed = new Set<string>();
    for (const row of rows) this.take(ref.accountId, row, asked, changed);
    this.lists.set(key, after);
    if (!after.error) this.prune(ref.accountId, before, after);
    const lists = new Set(sameShown(before, after) ? [] : [key]);
    if (lists.size || changed.size) this.changed.fire({ lists, rows: changed });
  }

  private take(accountId: string, row: Row, asked: number, changed: Set<string>): void {
    const key = rowKey(accountId, row.sid);
    const before = this.rows.get(key);
    if (before && before.asked > asked) return;
    this.rows.set(key, { row, asked });
    if (!before || !sameRow(before.row, row)) changed.add(key);
  }

  /** Lets go of what has left a list and stands in no other, with all that stands under it. */
  private prune(accountId: string, before: ListState | undefined, after: ListState): void {
    const kept = new Set(after.sids);
    const gone = (before?.sids ?? []).filter((sid) => !kept.has(sid));
    if (gone.length === 0) return;
    const own = new Map([...this.lists].filter(([key]) => key.startsWith(`${accountId}/`)));
    const standing = new Map<string, number>();
    for (const { sids } of own.values())
      for (const sid of sids) standing.set(sid, (standing.get(sid) ?? 0) + 1);
    for (let sid = gone.pop(); sid !== undefined; sid = gone.pop()) {
      if (standing.get(sid)) continue;
      this.rows.delete(rowKey(accountId, sid));
      for (const [key, under] of own) {
        if (!key.includes(`/${sid}/`)) continue;
        own.delete(key);
        this.lists.delete(key);
        for (const one of under.sids) {
          standing.set(one, standing.get(one)! - 1);
          gone.push(one);
        }
      }
    }
  }
}

/** A task's age grows every second; nothing has changed by that. */
function sameRow(one: Row, other: Row): boolean {
  return isDeepStrictEqual({ ...one, age: undefined }, { ...other, age: undefined });
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
