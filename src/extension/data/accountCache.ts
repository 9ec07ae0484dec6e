import { isDeepStrictEqual } from 'node:util';
import type { Row } from '../../taskrouter/client';
import type { ListKey, ListRef, OpenRef } from './listRef';
import { listKey } from './listRef';

/** A row, the request that it came with, and its ETag where the response had one. */
export interface CachedRow {
  readonly row: Row;
  /** The workspace that it was read from; '' for a workspace itself. Undefined where that does not matter. */
  readonly workspaceSid?: string | undefined;
  readonly sequence: number;
  readonly etag?: string;
}

interface CachedList<S> {
  readonly parents: readonly string[];
  readonly state: S;
  readonly sequence: number;
}

/** The part of a list's state that the cache uses. */
export interface Listing {
  readonly sids: readonly string[];
}

/** Rows that no list holds: mostly those of open forms. */
const maxLooseRows = 1000;
const maxLists = 1000;

/**
 * The rows and lists of one account. A row stays while a list holds it; the last `maxLooseRows` that no list holds stay
 * as well. The response to an older request never replaces that to a newer one, and what one workspace says changes no
 * row of another.
 */
export class AccountCache<S extends Listing> {
  private readonly rows = new Map<string, CachedRow>();
  private readonly lists = new Map<ListKey, CachedList<S>>();
  /** How many lists hold each SID. */
  private readonly holders = new Map<string, number>();
  /** SIDs of rows that no list holds, the least recent first. */
  private readonly loose = new Set<string>();

  row(sid: string): CachedRow | undefined {
    return this.rows.get(sid);
  }

  list(key: ListKey): S | undefined {
    return this.lists.get(key)?.state;
  }

  /** Of the request that a list comes from. */
  sequenceOf(key: ListKey): number | undefined {
    return this.lists.get(key)?.sequence;
  }

  get sids(): Iterable<string> {
    return this.rows.keys();
  }

  get keys(): Iterable<ListKey> {
    return this.lists.keys();
  }

  get size(): { readonly rows: number; readonly lists: number; readonly holders: number } {
    return { rows: this.rows.size, lists: this.lists.size, holders: this.holders.size };
  }

  /** Whether the cache has a row with this SID from another workspace. */
  isElsewhere(sid: string, workspaceSid: string | undefined): boolean {
    const known = this.rows.get(sid)?.workspaceSid;
    return known !== undefined && workspaceSid !== undefined && known !== workspaceSid;
  }

  /** True when the row has changed. */
  put(fresh: CachedRow): boolean {
    const { sid } = fresh.row;
    const before = this.rows.get(sid);
    if (before && before.sequence > fresh.sequence) return false;
    if (this.isElsewhere(sid, fresh.workspaceSid)) return false;
    this.rows.set(sid, { ...fresh, workspaceSid: fresh.workspaceSid ?? before?.workspaceSid });
    if (!this.holders.has(sid)) this.markLoose(sid);
    return !before || !sameRow(before.row, fresh.row);
  }

  /** False when a newer request has already put this list. Rows that no list holds any more are dropped. */
  putList(ref: ListRef | OpenRef, state: S, sequence: number): boolean {
    const key = listKey(ref);
    const before = this.lists.get(key);
    if (before && before.sequence > sequence) return false;
    const parents = 'openIn' in ref ? [ref.openIn] : ref.parents;
    this.lists.delete(key);
    this.lists.set(key, { parents, state, sequence });
    for (const sid of new Set(state.sids)) this.hold(sid);
    if (before) this.releaseAll(before);
    const [oldest] = this.lists.keys();
    if (this.lists.size > maxLists && oldest !== undefined) this.dropList(oldest);
    return true;
  }

  dropList(key: ListKey): boolean {
    const list = this.lists.get(key);
    if (!list) return false;
    this.lists.delete(key);
    this.releaseAll(list);
    return true;
  }

  /** Retains the row, even if no list holds it, until it is released as often. */
  hold(sid: string): void {
    this.holders.set(sid, (this.holders.get(sid) ?? 0) + 1);
    this.loose.delete(sid);
  }

  /** `workspaceSid`: that of the list that held it. */
  release(sid: string, workspaceSid = this.rows.get(sid)?.workspaceSid): void {
    const left = (this.holders.get(sid) ?? 1) - 1;
    if (left > 0) return void this.holders.set(sid, left);
    this.holders.delete(sid);
    if (this.isElsewhere(sid, workspaceSid)) this.markLoose(sid);
    else this.drop(sid, workspaceSid);
  }

  private releaseAll({ state, parents }: CachedList<S>): void {
    for (const sid of new Set(state.sids)) this.release(sid, parents[0] ?? '');
  }

  private markLoose(sid: string): void {
    this.loose.delete(sid);
    this.loose.add(sid);
    const [oldest] = this.loose;
    if (this.loose.size > maxLooseRows && oldest !== undefined)
      this.drop(oldest, this.rows.get(oldest)?.workspaceSid);
  }

  /** Drops a row of this workspace with all lists under it. */
  private drop(sid: string, workspaceSid: string | undefined): void {
    this.rows.delete(sid);
    this.loose.delete(sid);
    for (const [key, { parents }] of this.lists) {
      const isInIt = workspaceSid === undefined || parents[0] === (workspaceSid || sid);
      if (isInIt && parents.includes(sid)) this.dropList(key);
    }
  }
}

/** A task's age grows every second; that is not a change. */
function sameRow(one: Row, other: Row): boolean {
  return isDeepStrictEqual({ ...one, age: undefined }, { ...other, age: undefined });
}
