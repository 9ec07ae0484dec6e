import { createScanner } from 'jsonc-parser';
import type { JSONScanner } from 'jsonc-parser';
import type { TextRange } from '../routing/expressions/syntax';

/** A value of a JSON document, with its place: `end` excluded, strings with their quotation marks. */
export type JsonValue = { readonly range: TextRange } & (
  | { readonly type: 'object'; readonly properties: readonly JsonProperty[] }
  | { readonly type: 'array'; readonly items: readonly JsonValue[] }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'null' }
);

export interface JsonProperty {
  readonly name: string;
  readonly nameRange: TextRange;
  /** Absent while it is being typed. */
  readonly value?: JsonValue;
}

export type JsonObject = Extract<JsonValue, { type: 'object' }>;
export type JsonString = Extract<JsonValue, { type: 'string' }>;

/** Of several with one name the last, as JSON's readers take it. */
export const propertyOf = (object: JsonObject, name: string): JsonValue | undefined =>
  object.properties.findLast((property) => property.name === name)?.value;

/** The library's enum, which has no value at run time for a file that is compiled by itself. */
const kinds = {
  openBrace: 1,
  closeBrace: 2,
  openBracket: 3,
  closeBracket: 4,
  colon: 6,
  null: 7,
  true: 8,
  false: 9,
  string: 10,
  number: 11,
  unknown: 16,
  end: 17,
} as const;

/** Work between two pauses: a few milliseconds. */
const tokensPerSlice = 2000;
/** What is nested deeper is not read. */
const maxDepth = 100;

/**
 * Reads JSON with comments, and as much as it can of a text that is incomplete. Pauses often: a workflow can have a
 * megabyte. `offset` is where the text begins in its document.
 */
export function* readJson(text: string, offset = 0): Generator<undefined, JsonValue | undefined, undefined> {
  return yield* new Reader(createScanner(text, true), offset).document();
}

class Reader {
  #tokens = 0;
  #kind: number = kinds.unknown;

  constructor(
    private readonly scanner: JSONScanner,
    private readonly offset: number,
  ) {}

  *document(): Generator<undefined, JsonValue | undefined, undefined> {
    this.#next();
    return yield* this.#value(0);
  }

  #next(): void {
    this.#tokens++;
    this.#kind = this.scanner.scan();
    // What cannot be a token is passed over.
    while (this.#kind === kinds.unknown) this.#kind = this.scanner.scan();
  }

  get #range(): TextRange {
    const start = this.offset + this.scanner.getTokenOffset();
    return { start, end: start + this.scanner.getTokenLength() };
  }

  *#value(depth: number): Generator<undefined, JsonValue | undefined, undefined> {
    if (this.#tokens >= tokensPerSlice) {
      this.#tokens = 0;
      yield;
    }
    const range = this.#range;
    const written = this.scanner.getTokenValue();
    switch (this.#kind) {
      case kinds.openBrace:
        return depth < maxDepth ? yield* this.#object(depth) : undefined;
      case kinds.openBracket:
        return depth < maxDepth ? yield* this.#array(depth) : undefined;
      case kinds.string:
        this.#next();
        return { type: 'string', value: written, range };
      case kinds.number:
        this.#next();
        return { type: 'number', value: Number(written), range };
      case kinds.true:
      case kinds.false:
        this.#next();
        return { type: 'boolean', value: written === 'true', range };
      case kinds.null:
        this.#next();
        return { type: 'null', range };
      default:
        return undefined;
    }
  }

  *#object(depth: number): Generator<undefined, JsonValue, undefined> {
    const { start } = this.#range;
    const properties: JsonProperty[] = [];
    this.#next();
    while (!this.#is(kinds.closeBrace, kinds.end)) {
      if (!this.#is(kinds.string)) {
        if (this.#is(kinds.closeBracket)) break;
        this.#next();
        continue;
      }
      const name = this.scanner.getTokenValue();
      const nameRange = this.#range;
      this.#next();
      let value: JsonValue | undefined;
      if (this.#is(kinds.colon)) {
        this.#next();
        value = yield* this.#value(depth + 1);
      }
      properties.push({ name, nameRange, ...(value ? { value } : {}) });
    }
    return { type: 'object', properties, range: { start, end: this.#close(kinds.closeBrace) } };
  }

  *#array(depth: number): Generator<undefined, JsonValue, undefined> {
    const { start } = this.#range;
    const items: JsonValue[] = [];
    this.#next();
    while (!this.#is(kinds.closeBracket, kinds.closeBrace, kinds.end)) {
      const item = yield* this.#value(depth + 1);
      if (item) items.push(item);
      else this.#next();
    }
    return { type: 'array', items, range: { start, end: this.#close(kinds.closeBracket) } };
  }

  #is(...wanted: readonly number[]): boolean {
    return wanted.includes(this.#kind);
  }

  /** Where the value ends; a bracket of another kind is left to what is around it. */
  #close(kind: number): number {
    const { start, end } = this.#range;
    if (this.#kind !== kind) return start;
    this.#next();
    return end;
  }
}
