import type { TextRange } from '../routing/expressions/syntax';
import type { JsonProperty, JsonValue } from './json';
import { readJson } from './json';
import { maskTemplates } from './templates';

/**
 * Finds the workflows and task queues in Terraform's language: in objects, such as those that `jsonencode` gets, and in
 * heredocs with JSON. What only Terraform can compute is a template, of which nothing is known. Pauses often. See
 * https://developer.hashicorp.com/terraform/language/syntax/configuration.
 */
export function* readTerraform(
  text: string,
): Generator<undefined, { readonly value: JsonValue; readonly templates: readonly TextRange[] }, undefined> {
  const reader = new Reader(text);
  return { value: yield* reader.file(), templates: reader.templates };
}

/** A text in which Terraform computes nothing: values that are proposed to be inserted can come from customers. */
export const withoutTemplates = (text: string): string => text.replace(/([$%])(?=\{)/g, '$1$1');

/** The attributes that are read, wherever they are. */
const wanted = new Set(['task_routing', 'target_workers']);
/** What is nested deeper is not read. */
const maxDepth = 100;
/** Work between two pauses: a few milliseconds. */
const tokensPerSlice = 2000;

const name = /[\p{L}_][\p{L}\p{N}_-]*/uy;
const number = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// A comment without an end goes on to the end of the file.
const spaces = /(?:[ \t\r]+|\/\*(?:[^]*?\*\/|[^]*))+/y;
const spacesAndLines = /(?:\s+|(?:#|\/\/).*|\/\*(?:[^]*?\*\/|[^]*))+/y;
const separator = /=(?!=)|:/y;
const openHeredoc = /<<-?[\p{L}_][\p{L}\p{N}_-]*[ \t]*\r?\n/uy;
const openTemplate = /[$%]\{/y;
const escapedTemplate = /\$\$\{|%%\{/y;
const endOfValue = /[\n,\])}#]|\/\//y;

class Reader {
  /** From first to last. */
  readonly templates: TextRange[] = [];
  #at = 0;
  #tokens = 0;
  #nested = 0;

  constructor(private readonly text: string) {}

  *file(): Generator<undefined, JsonValue, undefined> {
    const found: JsonValue[] = [];
    while (this.#at < this.text.length) {
      if (++this.#tokens % tokensPerSlice === 0) yield;
      this.#take(spacesAndLines);
      const start = this.#at;
      const body = this.#heredoc();
      if (body) {
        const value = yield* this.#json(body);
        if (value) found.push(value);
        continue;
      }
      const key = this.#key();
      if (key === undefined) this.#at = Math.max(this.#at, start + 1);
      else if (wanted.has(key)) {
        const nameRange = { start, end: this.#at };
        this.#take(spaces);
        if (this.#take(separator) === undefined) continue;
        const value = yield* this.#value(0);
        found.push({ type: 'object', properties: [{ name: key, nameRange, value }], range: nameRange });
      }
    }
    return { type: 'array', items: found, range: { start: 0, end: this.text.length } };
  }

  /** Directives put a text together that is JSON only afterwards: of such a heredoc nothing is known. */
  *#json({ start, end }: TextRange): Generator<undefined, JsonValue | undefined, undefined> {
    const [first, after, written] = [this.templates.length, this.#at, this.text.slice(start, end)];
    if (!written.includes('"task_routing"') || /(?<!%)%\{/.test(written)) return undefined;
    for (this.#at = start; this.#at < end;) if (!this.#template()) this.#at++;
    this.#at = after;
    return yield* readJson(this.#masked(start, end, first), start);
  }

  *#value(depth: number): Generator<undefined, JsonValue, undefined> {
    if (++this.#tokens % tokensPerSlice === 0) yield;
    this.#take(spacesAndLines);
    const [start, first] = [this.#at, this.templates.length];
    const literal = depth < maxDepth ? yield* this.#literal(depth) : undefined;
    this.#take(spaces);
    if (literal && this.#isAtEnd()) return literal;
    // A reference, a call, a condition, or what has no end.
    if (this.#at < this.text.length) {
      this.#at = start;
      this.#skipValue();
    }
    this.templates.length = first;
    const range = { start, end: Math.min(this.#at, this.text.length) };
    if (range.end === start) return { type: 'null', range };
    this.templates.push(range);
    return { type: 'string', value: `$${'_'.repeat(range.end - start)}`, range };
  }

  *#literal(depth: number): Generator<undefined, JsonValue | undefined, undefined> {
    const start = this.#at;
    if (this.text[start] === '{') return yield* this.#object(depth);
    if (this.text[start] === '[') return yield* this.#array(depth);
    if (this.text[start] === '"') {
      const value = this.#string();
      return value === undefined ? undefined : { type: 'string', value, range: { start, end: this.#at } };
    }
    const written = this.#take(number) ?? this.#take(name);
    const range = { start, end: this.#at };
    if (written === 'null') return { type: 'null', range };
    if (written === 'true' || written === 'false')
      return { type: 'boolean', value: written === 'true', range };
    return written === undefined || Number.isNaN(Number(written))
      ? undefined
      : { type: 'number', value: Number(written), range };
  }

  *#object(depth: number): Generator<undefined, JsonValue | undefined, undefined> {
    const start = this.#at++;
    const properties: JsonProperty[] = [];
    for (;;) {
      this.#take(spacesAndLines);
      if (this.#takes('}')) return { type: 'object', properties, range: { start, end: this.#at } };
      const [keyStart, first] = [this.#at, this.templates.length];
      const key = this.#key();
      const nameRange = { start: keyStart, end: this.#at };
      this.#take(spaces);
      // Also undefined for a key that Terraform computes.
      if (key === undefined || this.templates.length > first || this.#take(separator) === undefined)
        return undefined;
      properties.push({ name: key, nameRange, value: yield* this.#value(depth + 1) });
      this.#take(spaces);
      this.#takes(',');
    }
  }

  *#array(depth: number): Generator<undefined, JsonValue | undefined, undefined> {
    const start = this.#at++;
    const items: JsonValue[] = [];
    for (;;) {
      this.#take(spacesAndLines);
      if (this.#takes(']')) return { type: 'array', items, range: { start, end: this.#at } };
      items.push(yield* this.#value(depth + 1));
      this.#take(spacesAndLines);
      if (!this.#takes(',') && this.text[this.#at] !== ']') return undefined;
    }
  }

  #key(): string | undefined {
    return this.text[this.#at] === '"' ? this.#string() : this.#take(name);
  }

  /** Undefined for one that does not end on its line, or that JSON would not read so. */
  #string(): string | undefined {
    const [start, first] = [this.#at++, this.templates.length];
    while (this.text[this.#at] !== '"') {
      if (this.#at >= this.text.length || this.text[this.#at] === '\n') return undefined;
      if (!this.#template()) this.#at += this.text[this.#at] === '\\' ? 2 : 1;
    }
    try {
      return JSON.parse(this.#masked(start, ++this.#at, first)) as string;
    } catch {
      return undefined;
    }
  }

  /** A part of the text, in which the templates from the given one on are masked. */
  #masked(start: number, end: number, first: number): string {
    const templates = this.templates
      .slice(first)
      .map((one) => ({ start: one.start - start, end: one.end - start }));
    return maskTemplates(this.text.slice(start, end), templates);
  }

  /** Passes over a template that begins here, or over an escaped one, which stands for another text. */
  #template(): boolean {
    const [start, first] = [this.#at, this.templates.length];
    if (this.#take(escapedTemplate) === undefined) {
      if (!this.#is(openTemplate)) return false;
      this.#at++;
      this.#skipBrackets();
    }
    this.templates.length = first;
    this.templates.push({ start, end: this.#at });
    return true;
  }

  /** Passes over a template or a value in brackets, whatever is in it. */
  #skipBrackets(): void {
    if (++this.#nested > maxDepth) this.#at = this.text.length;
    let depth = 0;
    do {
      this.#take(spacesAndLines);
      const next = this.text[this.#at] ?? '';
      if (/[([{]/.test(next)) depth++;
      if (/[)\]}]/.test(next)) depth--;
      this.#skipToken();
    } while (depth > 0 && this.#at < this.text.length);
    this.#nested--;
  }

  #skipValue(): void {
    for (this.#take(spaces); !this.#isAtEnd(); this.#take(spaces)) {
      if (/[([{]/.test(this.text[this.#at]!)) this.#skipBrackets();
      else this.#skipToken();
    }
  }

  #isAtEnd(): boolean {
    return this.#at >= this.text.length || this.#is(endOfValue);
  }

  #skipToken(): void {
    if (this.text[this.#at] === '"') this.#string();
    else if (!this.#heredoc()) this.#at++;
  }

  /** Passes over a heredoc that begins here. Its lines, or all that is left where it has no end. */
  #heredoc(): TextRange | undefined {
    const opening = this.#take(openHeredoc);
    if (opening === undefined) return undefined;
    const start = this.#at;
    const close = new RegExp(`^[ \\t]*${opening.replace(/^<<-?/, '').trim()}[ \\t\\r]*$`, 'gmu');
    close.lastIndex = start;
    const end = close.exec(this.text);
    this.#at = end ? close.lastIndex : this.text.length;
    return { start, end: end?.index ?? this.text.length };
  }

  #takes(text: string): boolean {
    if (!this.text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #is(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    return pattern.test(this.text);
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}
