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

/** Operators of other languages, and their equivalent in this one. */
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

/**
 * A key, a string, a number or a symbol. One pattern for all: compiling a regular expression takes longer than
 * reading many expressions.
 */
const tokenPattern = (string: string) =>
  new RegExp(
    String.raw`([A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*|\[\d+\])*)|(${string})|(-?\d+(?:\.\d+)?)|` +
      String.raw`(===|!==|<>|&&|\|\||=~|==|!=|<=|>=|>-|<-|[=<>()[\],!“”‘’` +
      '`])',
    'y',
  );
const withEscapes = tokenPattern(String.raw`"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'`);
const withoutEscapes = tokenPattern(String.raw`"[^"]*"|'[^']*'`);
/** A name with characters that keys cannot have, such as hyphens. */
const wordWithHyphens = /[\p{L}\p{N}_$]+(?:[-.][\p{L}\p{N}_$]+)*/uy;

const longestKeyword = 'CONTAINS'.length;

const [minus, dot, dollar, underscore] = [45, 46, 36, 95];
const isDigit = (char: number) => char >= 48 && char <= 57;
const isNameStart = (char: number) =>
  (char >= 97 && char <= 122) || (char >= 65 && char <= 90) || char === underscore || char === dollar;
const isNamePart = (char: number) => isNameStart(char) || isDigit(char);
const isSpace = (char: number) =>
  char === 32 || (char >= 9 && char <= 13) || char === 0xa0 || char === 0xfeff;

/** Reads an expression from left to right, one token at a time. */
export class Tokens {
  /** One step per character read, to measure the work. */
  steps = 0;
  #at = 0;

  constructor(
    readonly text: string,
    private readonly options: RoutingOptions,
  ) {}

  /** @throws ExpressionError */
  next(): Token {
    while (isSpace(this.text.charCodeAt(this.#at))) this.#move(this.#at + 1);
    const start = this.#at;
    if (start >= this.text.length) return { type: 'end', range: { start, end: start } };
    const pattern = this.options.stringEscapes ? withEscapes : withoutEscapes;
    pattern.lastIndex = start;
    const match = pattern.exec(this.text);
    if (!match) throw this.#unexpected(start);
    const [found, key, string, number] = match;
    this.#move(start + found.length);
    if (key !== undefined) return this.#word(key, start);
    if (string !== undefined) return this.#string(string, start);
    return number === undefined ? this.#symbol(found, start) : this.#number(number, start);
  }

  #move(to: number): void {
    this.steps += to - this.#at;
    this.#at = to;
  }

  #rangeFrom(start: number): TextRange {
    return { start, end: this.#at };
  }

  #string(found: string, start: number): Token {
    const range = this.#rangeFrom(start);
    const inner = found.slice(1, -1);
    if (!this.options.hyphensInStrings && inner.includes('-')) {
      throw new ExpressionError(`${found}: hyphens are not supported`, range);
    }
    const value =
      this.options.stringEscapes && inner.includes('\\') ? inner.replace(/\\([^])/g, '$1') : inner;
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

  #word(found: string, start: number): Token {
    if (this.#goesOn(this.text.charCodeAt(this.#at))) throw this.#wrongKey(start);
    const range = this.#rangeFrom(start);
    const keyword = found.length > longestKeyword ? '' : found.toUpperCase();
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

  /** Whether a key is followed by something that cannot follow one, such as a hyphen and another name. */
  #goesOn(char: number): boolean {
    if (char === dot) return true;
    if (char === minus) return isNamePart(this.text.charCodeAt(this.#at + 1));
    return char > 127 && /\p{L}/u.test(this.text[this.#at]!);
  }

  #checkCase(found: string, documented: string, alsoDocumented: boolean, range: TextRange): void {
    if (this.options.keywordCase === 'any' || found === documented || alsoDocumented) return;
    throw new ExpressionError(`${found} is not a keyword`, range, { suggestion: `use ${documented}` });
  }

  /** Describes what is wrong with a key that starts correctly or resembles one. */
  #wrongKey(start: number): ExpressionError {
    wordWithHyphens.lastIndex = start;
    const [word] = wordWithHyphens.exec(this.text) ?? [this.text[start]!];
    const range = { start, end: start + word.length };
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
    const quote = this.text[start]!;
    if (quote === '"' || quote === "'") {
      return new ExpressionError(
        `the string has no closing ${quote}`,
        { start, end: this.text.length },
        { expected: `a closing ${quote}` },
      );
    }
    if (/\p{L}/u.test(this.text.slice(start, start + 2))) return this.#wrongKey(start);
    const char = String.fromCodePoint(this.text.codePointAt(start)!);
    return new ExpressionError(`unexpected ${char}`, { start, end: start + char.length });
  }
}

function pathOf(key: string): Key['path'] {
  if (!key.includes('.') && !key.includes('[')) return [key];
  return key.split(/[.[]/).map((part) => (part.endsWith(']') ? Number(part.slice(0, -1)) : part));
}
