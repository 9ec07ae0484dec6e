import type { SimulatedNoun, Sids } from './sids';

/** Rows by SID, in the order of creation. */
export interface Table<T> {
  readonly size: number;
  get(sid: string | undefined): T | undefined;
  /** The rows whose index in the order of creation is at least `from`. */
  rows(from?: number): Iterable<T>;
  /** The rows whose index is less than `before`, the last one first. */
  backward(before?: number): Iterable<T>;
  add(row: T): T;
  remove(sid: string): void;
}

export class MapTable<T extends { readonly sid: string }> implements Table<T> {
  readonly #rows = new Map<string, T>();
  constructor(private readonly sids: Sids) {}

  get size(): number {
    return this.#rows.size;
  }

  get(sid: string | undefined): T | undefined {
    return sid === undefined ? undefined : this.#rows.get(sid);
  }

  *rows(from = 0): Iterable<T> {
    for (const row of this.#rows.values()) {
      if (from === 0 || this.sids.indexOf(row.sid) >= from) yield row;
    }
  }

  *backward(before = Infinity): Iterable<T> {
    for (const row of [...this.#rows.values()].reverse()) {
      if (this.sids.indexOf(row.sid) < before) yield row;
    }
  }

  add(row: T): T {
    this.#rows.set(row.sid, row);
    return row;
  }

  remove(sid: string): void {
    this.#rows.delete(sid);
  }
}

/**
 * A table whose first `count` rows are generated from their index on demand. A row that is fetched by its SID
 * is retained, since it may be changed; a row that is only listed is not. Rows added later come after them.
 */
export class BulkTable<T extends { readonly sid: string }> implements Table<T> {
  readonly #added: MapTable<T>;
  readonly #fetched = new Map<number, T>();
  readonly #removed = new Set<number>();
  readonly #first: number;

  constructor(
    private readonly sids: Sids,
    private readonly noun: SimulatedNoun,
    private readonly count: number,
    private readonly make: (index: number, sid: string) => T,
  ) {
    this.#first = sids.reserve(noun, count);
    this.#added = new MapTable(sids);
  }

  get size(): number {
    return this.count - this.#removed.size + this.#added.size;
  }

  sidAt(index: number): string {
    return this.sids.at(this.noun, this.#first + index);
  }

  get(sid: string | undefined): T | undefined {
    if (sid === undefined) return undefined;
    const index = this.#indexOf(sid);
    if (index === undefined) return this.#added.get(sid);
    if (this.#removed.has(index)) return undefined;
    let row = this.#fetched.get(index);
    if (!row) this.#fetched.set(index, (row = this.make(index, sid)));
    return row;
  }

  *rows(from = 0): Iterable<T> {
    for (let index = Math.max(0, from - this.#first); index < this.count; index++) {
      if (!this.#removed.has(index)) yield this.#at(index);
    }
    yield* this.#added.rows(from);
  }

  *backward(before = Infinity): Iterable<T> {
    yield* this.#added.backward(before);
    for (let index = Math.min(this.count, before - this.#first) - 1; index >= 0; index--) {
      if (!this.#removed.has(index)) yield this.#at(index);
    }
  }

  #at(index: number): T {
    return this.#fetched.get(index) ?? this.make(index, this.sidAt(index));
  }

  add(row: T): T {
    return this.#added.add(row);
  }

  remove(sid: string): void {
    const index = this.#indexOf(sid);
    if (index === undefined) return this.#added.remove(sid);
    this.#fetched.delete(index);
    this.#removed.add(index);
  }

  #indexOf(sid: string): number | undefined {
    const index = this.sids.indexOf(sid) - this.#first;
    return index >= 0 && index < this.count && this.sidAt(index) === sid ? index : undefined;
  }
}
