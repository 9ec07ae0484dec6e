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

const space = /\s*/y;
const keyPattern = /[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*|\[\d+\])*/y;
const numberPattern = /-?\d+(?:\.\d+)?/y;
const symbolPattern = /===|!==|<>|&&|\|\||=~|==|!=|<=|>=|>-|<-|[=<>()[\],!“”‘’`]/y;
const stringWithEscapes = /"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'/y;
const stringWithoutEscapes = /"[^"]*"|'[^']*'/y;
/** A name that goes on in a way that keys cannot. */
const wordWithHyphens = /[\p{L}\p{N}_$]+(?:[-.][\p{L}\p{N}_$]+)*/uy;

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
    this.#match(space);
    const start = this.#at;
    const char = this.text[start];
    if (char === undefined) return { type: 'end', range: { start, end: start } };
    if (char === '"' || char === "'") return this.#string(start);
    const number = this.#match(numberPattern);
    if (number !== undefined) return this.#number(number, start);
    const symbol = this.#match(symbolPattern);
    if (symbol !== undefined) return this.#symbol(symbol, start);
    const key = this.#match(keyPattern);
    if (key !== undefined) return this.#word(key, start);
    throw this.#unexpected(start);
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
    if (/[\p{L}_$]/u.test(this.text[this.#at] ?? '')) throw this.#wrongKey(start);
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

  #word(found: string, start: number): Token {
    if (/[-.\p{L}]/u.test(this.text[this.#at] ?? '') && !this.#endsBefore('-')) throw this.#wrongKey(start);
    const range = this.#rangeFrom(start);
    const keyword = found.toUpperCase();
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
        return { type: 'key', path: pathOf(found), range };
    }
  }

  /** A key may be followed by the hyphen of a negative number or of nothing, which the parser refuses. */
  #endsBefore(char: string): boolean {
    return this.text[this.#at] === char && !/[\p{L}\p{N}_$]/u.test(this.text[this.#at + 1] ?? '');
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

const pathOf = (key: string): Key['path'] =>
  [...key.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([name, index]) =>
    index === undefined ? name : Number(index),
  );
