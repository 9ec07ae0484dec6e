import type { RoutingOptions } from '../options';
import { ExpressionError } from './errors';
import type { Key, Operator, TextRange } from './syntax';

export type Token = { readonly range: TextRange } & (
  | { readonly type: 'operator'; readonly operator: Operator }
  | { readonly type: 'literal'; readonly value: string | number | boolean | null }
  | { readonly type: 'key'; readonly path: Key['path'] }
  | { readonly type: 'AND' | 'OR' | 'NOT' | '(' | ')' | '[' | ']' | ',' | 'end' }
);

const symbols: Readonly<Record<string, Operator>> = {
  '==': '==',
  '=': '==',
  '!=': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  // Only api/task-queue and api/task list these two.
  '>-': 'HAS',
  '<-': 'IN',
};

/** What other languages have, and this one writes in another way. */
const foreign: Readonly<Record<string, string>> = {
  '===': 'use ==',
  '!==': 'use !=',
  '<>': 'use !=',
  '&&': 'use AND',
  '||': 'use OR',
  '!': 'negate the comparison: use != or NOT IN',
  '=~': 'there are no regular expressions; use CONTAINS',
  '“': 'use straight quotation marks',
  '”': 'use straight quotation marks',
  '‘': 'use straight quotation marks',
  '’': 'use straight quotation marks',
  '`': 'write strings in " or \'',
};

const numberPattern = /-?\d+(?:\.\d+)?/y;
const symbolPattern = /===|!==|<>|&&|\|\||=~|==|!=|<=|>=|>-|<-|[=<>()[\],!“”‘’`]/y;
const stringWithEscapes = /"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'/y;
const stringWithoutEscapes = /"[^"]*"|'[^']*'/y;
/** A name that goes on in a way that keys cannot. */
const wordWithHyphens = /[\p{L}\p{N}_$]+(?:[-.][\p{L}\p{N}_$]+)*/uy;

const indexPattern = /\[\d+\]/y;
const longestKeyword = 'CONTAINS'.length;

const [quote, apostrophe, minus, dot, bracket, dollar, underscore] = [34, 39, 45, 46, 91, 36, 95];
const isDigit = (char: number) => char >= 48 && char <= 57;
const isNameStart = (char: number) =>
  (char >= 97 && char <= 122) || (char >= 65 && char <= 90) || char === underscore || char === dollar;
const isNamePart = (char: number) => isNameStart(char) || isDigit(char);
const isSpace = (char: number) =>
  char === 32 || (char >= 9 && char <= 13) || char === 0xa0 || char === 0xfeff;

/** Reads an expression from left to right, one token at a time. */
export class Tokens {
  /** How much work reading was: a step for each character. */
  steps = 0;
  #at = 0;

  constructor(
    readonly text: string,
    private readonly options: RoutingOptions,
  ) {}

  /** @throws ExpressionError */
  next(): Token {
    while (isSpace(this.text.charCodeAt(this.#at))) this.#step();
    const start = this.#at;
    const char = this.text.charCodeAt(start);
    if (Number.isNaN(char)) return { type: 'end', range: { start, end: start } };
    if (isNameStart(char)) return this.#word(this.#key(), start);
    if (char === quote || char === apostrophe) return this.#string(start);
    if (isDigit(char) || char === minus) {
      const number = this.#match(numberPattern);
      if (number !== undefined) return this.#number(number, start);
    }
    const symbol = this.#match(symbolPattern);
    if (symbol !== undefined) return this.#symbol(symbol, start);
    throw this.#unexpected(start);
  }

  #step(): void {
    this.#at++;
    this.steps++;
  }

  /** Reads `name(.name | [n])*` as far as it goes. */
  #key(): Key['path'] {
    const path: (string | number)[] = [this.#name()];
    for (;;) {
      const char = this.text.charCodeAt(this.#at);
      if (char === dot && isNameStart(this.text.charCodeAt(this.#at + 1))) {
        this.#step();
        path.push(this.#name());
      } else if (char === bracket) {
        const index = this.#match(indexPattern);
        if (index === undefined) return path;
        path.push(Number(index.slice(1, -1)));
      } else return path;
    }
  }

  #name(): string {
    const start = this.#at;
    while (isNamePart(this.text.charCodeAt(this.#at))) this.#step();
    return this.text.slice(start, this.#at);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.text) ?? [];
    this.steps++;
    if (found === undefined) return undefined;
    this.#at += found.length;
    this.steps += found.length;
    return found;
  }

  #rangeFrom(start: number): TextRange {
    return { start, end: this.#at };
  }

  #string(start: number): Token {
    const found = this.#match(this.options.stringEscapes ? stringWithEscapes : stringWithoutEscapes);
    const range = this.#rangeFrom(start);
    if (found === undefined) {
      const rest = { start, end: this.text.length };
      throw new ExpressionError(`the string has no closing ${this.text[start]}`, rest, {
        expected: `a closing ${this.text[start]}`,
      });
    }
    const inner = found.slice(1, -1);
    if (!this.options.hyphensInStrings && inner.includes('-')) {
      throw new ExpressionError(`${found}: hyphens are not supported`, range);
    }
    const value = this.options.stringEscapes ? inner.replace(/\\([^])/g, '$1') : inner;
    return { type: 'literal', value, range };
  }

  #number(found: string, start: number): Token {
    const range = this.#rangeFrom(start);
    if (isNameStart(this.text.charCodeAt(this.#at))) throw this.#wrongKey(start);
    if (found.startsWith('-') && !this.options.negativeNumbers) {
      throw new ExpressionError(`${found}: negative numbers are not supported`, range);
    }
    const value = Number(found);
    if (!Number.isFinite(value)) throw new ExpressionError('the number is too large', range);
    return { type: 'literal', value, range };
  }

  #symbol(found: string, start: number): Token {
    const range = this.#rangeFrom(start);
    const operator = symbols[found];
    if (operator) return { type: 'operator', operator, range };
    const suggestion = foreign[found];
    if (suggestion) throw new ExpressionError(`${found} is not part of the language`, range, { suggestion });
    return { type: found as '(' | ')' | '[' | ']' | ',', range };
  }

  #word(path: Key['path'], start: number): Token {
    if (this.#goesOn(this.text.charCodeAt(this.#at))) throw this.#wrongKey(start);
    const range = this.#rangeFrom(start);
    const [found] = path as [string];
    const keyword = path.length > 1 || found.length > longestKeyword ? '' : found.toUpperCase();
    switch (keyword) {
      case 'AND':
      case 'OR':
      case 'NOT':
      case 'HAS':
      case 'IN':
      case 'CONTAINS':
        this.#checkCase(found, keyword, found === 'in' || found === 'contains', range);
        if (keyword === 'AND' || keyword === 'OR' || keyword === 'NOT') return { type: keyword, range };
        return { type: 'operator', operator: keyword, range };
      case 'TRUE':
      case 'FALSE':
      case 'NULL': {
        const lower = found.toLowerCase();
        this.#checkCase(found, lower, false, range);
        return { type: 'literal', value: lower === 'null' ? null : lower === 'true', range };
      }
      default:
        return { type: 'key', path, range };
    }
  }

  /** Whether a key is followed by what cannot follow one, such as a hyphen and more of a name. */
  #goesOn(char: number): boolean {
    if (char === dot) return true;
    if (char === minus) return isNamePart(this.text.charCodeAt(this.#at + 1));
    return char > 127 && /\p{L}/u.test(this.text[this.#at]!);
  }

  #checkCase(found: string, documented: string, alsoDocumented: boolean, range: TextRange): void {
    if (this.options.keywordCase === 'any' || found === documented || alsoDocumented) return;
    throw new ExpressionError(`${found} is not a keyword`, range, { suggestion: `use ${documented}` });
  }

  /** What is wrong with a key that begins well or at least looks like one. */
  #wrongKey(start: number): ExpressionError {
    this.#at = start;
    const word = this.#match(wordWithHyphens) ?? this.text[start]!;
    const range = this.#rangeFrom(start);
    if (word.includes('-')) {
      return new ExpressionError(`\`${word}\`: hyphens are not supported`, range, {
        suggestion: 'rename the attribute',
      });
    }
    if (/(^|\.)\d/.test(word)) {
      return new ExpressionError(`\`${word}\`: a name cannot start with a digit`, range, {
        suggestion: 'rename the attribute',
      });
    }
    if (/[^\w$.]/.test(word)) {
      return new ExpressionError(`\`${word}\`: keys consist of the letters A to Z, digits, _ and $`, range, {
        suggestion: 'rename the attribute',
      });
    }
    const after = { start: range.end, end: Math.min(range.end + 1, this.text.length) };
    return new ExpressionError(`\`${word}\` is followed by an incomplete name`, after, {
      expected: 'a name',
    });
  }

  #unexpected(start: number): ExpressionError {
    if (/\p{L}/u.test(this.text.slice(start, start + 2))) return this.#wrongKey(start);
    const char = String.fromCodePoint(this.text.codePointAt(start)!);
    return new ExpressionError(`unexpected ${char}`, { start, end: start + char.length });
  }
}
