import { defaultOptions } from '../options';
import type { RoutingOptions } from '../options';
import { ExpressionError } from './errors';
import type { Expression, Logical, Operand, TextRange } from './syntax';
import { Tokens } from './tokens';
import type { Token } from './tokens';

/** How deeply conditions and lists can be nested. Deeper ones are refused before they exhaust the stack. */
export const maxDepth = 100;

/**
 * Parses an expression of TaskRouter's language.
 * https://www.twilio.com/docs/taskrouter/expression-syntax
 *
 *     or  := and (OR and)*    and := cmp (AND cmp)*
 *     cmp := "(" or ")" | value op value
 *     value := string | number | true | false | null | key | [value, …]
 *     key := name(.name | [n])*
 *     op  := == = != > >= < <= CONTAINS HAS >- IN <- NOT IN
 * @throws ExpressionError
 */
export function parse(text: string, options: RoutingOptions = defaultOptions): Expression {
  return new Parser(text, options).parse();
}

/** A parser for one text. `steps` counts its work, which grows with the text's length only. */
export class Parser {
  readonly #tokens: Tokens;
  #token: Token;
  #lastEnd = 0;
  #steps = 0;

  constructor(
    private readonly text: string,
    private readonly options: RoutingOptions,
  ) {
    this.#tokens = new Tokens(text, options);
    this.#token = { type: 'end', range: { start: 0, end: 0 } };
  }

  get steps(): number {
    return this.#steps + this.#tokens.steps;
  }

  parse(): Expression {
    this.#advance();
    if (this.#token.type === 'end') {
      throw new ExpressionError('the expression is empty', this.#token.range, { expected: 'a comparison' });
    }
    const expression = this.#condition(0);
    if (this.#take('end')) return expression;
    throw this.#unexpectedAfterComparison();
  }

  #condition(depth: number): Expression {
    return this.options.andBeforeOr ? this.#or(depth) : this.#leftToRight(depth);
  }

  #or(depth: number): Expression {
    const operands = [this.#and(depth)];
    while (this.#take('OR')) operands.push(this.#and(depth));
    return joined('or', operands);
  }

  #and(depth: number): Expression {
    const operands = [this.#comparison(depth)];
    while (this.#take('AND')) operands.push(this.#comparison(depth));
    return joined('and', operands);
  }

  #leftToRight(depth: number): Expression {
    let type: Logical['type'] = 'and';
    let changes = 0;
    let operands = [this.#comparison(depth)];
    while (this.#token.type === 'AND' || this.#token.type === 'OR') {
      const { range } = this.#token;
      const next = this.#token.type === 'AND' ? 'and' : 'or';
      this.#advance();
      if (next !== type && operands.length > 1) {
        // Each change between AND and OR nests everything before it.
        if (++changes > maxDepth) throw new ExpressionError('AND and OR alternate too often', range);
        operands = [joined(type, operands)];
      }
      type = next;
      operands.push(this.#comparison(depth));
    }
    return joined(type, operands);
  }

  #comparison(depth: number): Expression {
    this.#steps++;
    const { range } = this.#token;
    if (this.#take('(')) {
      if (depth >= maxDepth) throw new ExpressionError('conditions are nested too deeply', range);
      const inner = this.#condition(depth + 1);
      if (this.#token.type !== ')') throw this.#unexpectedAfterComparison(range);
      this.#advance();
      return { ...inner, range: { start: range.start, end: this.#lastEnd } };
    }
    const left = this.#operand(0);
    const operator = this.#operator(left);
    if (!operator) return this.#bareKey(left);
    const right = this.#operand(0);
    if (this.#token.type === 'operator') {
      throw new ExpressionError('a comparison has two sides only', this.#token.range, {
        expected: 'AND or OR',
        suggestion: 'join comparisons with AND',
      });
    }
    return { type: 'comparison', left, ...operator, right, range: spanOf(left, right) };
  }

  #operator(left: Operand) {
    const { range } = this.#token;
    if (this.#take('NOT')) {
      if (this.#token.type !== 'operator' || this.#token.operator !== 'IN') {
        throw new ExpressionError('NOT must be followed by IN', range, {
          expected: 'IN',
          suggestion: 'NOT exists in NOT IN only; negate other comparisons with !=',
        });
      }
      const { end } = this.#token.range;
      this.#advance();
      return { operator: 'NOT IN', operatorRange: { start: range.start, end } } as const;
    }
    if (this.#token.type === 'operator') {
      const { operator } = this.#token;
      this.#advance();
      return { operator, operatorRange: range };
    }
    if (left.type === 'key' && this.options.bareKeys) return undefined;
    throw this.#missingOperator(left);
  }

  #bareKey(left: Operand): Expression {
    const { range } = left;
    const right = { type: 'literal', value: true, range } as const;
    return { type: 'comparison', operator: '==', operatorRange: range, left, right, range };
  }

  #operand(depth: number): Operand {
    this.#steps++;
    const token = this.#token;
    switch (token.type) {
      case 'literal':
        this.#advance();
        return { type: 'literal', value: token.value, range: token.range };
      case 'key':
        this.#advance();
        return { type: 'key', path: token.path, range: token.range };
      case '[':
        return this.#list(depth);
      default:
        throw this.#missingValue();
    }
  }

  #list(depth: number): Operand {
    const { start } = this.#token.range;
    if (depth >= maxDepth) throw new ExpressionError('lists are nested too deeply', this.#token.range);
    this.#advance();
    const items: Operand[] = [];
    if (this.#token.type !== ']') {
      do items.push(this.#operand(depth + 1));
      while (this.#take(','));
    }
    if (this.#token.type !== ']') throw this.#unexpected('the list has no end', ', or ]');
    this.#advance();
    const range = { start, end: this.#lastEnd };
    if (items.length === 0 && !this.options.emptyLists) {
      throw new ExpressionError('a list cannot be empty', range, { expected: 'a value' });
    }
    return { type: 'list', items, range };
  }

  #advance(): void {
    this.#lastEnd = this.#token.range.end;
    this.#token = this.#tokens.next();
  }

  #take(type: Token['type']): boolean {
    if (this.#token.type !== type) return false;
    this.#advance();
    return true;
  }

  #unexpected(message: string, expected: string, suggestion?: string): ExpressionError {
    return new ExpressionError(message, this.#token.range, {
      expected,
      ...(suggestion === undefined ? {} : { suggestion }),
    });
  }

  #shown(): string {
    const { start, end } = this.#token.range;
    return this.#token.type === 'end' ? 'the expression ends' : `unexpected ${this.text.slice(start, end)}`;
  }

  #unexpectedAfterComparison(opened?: TextRange): ExpressionError {
    if (this.#token.type === ')' && !opened) {
      return this.#unexpected('there is a ) without (', 'AND, OR or the end');
    }
    if (this.#token.type === 'end') {
      return new ExpressionError('a ( has no )', opened ?? this.#token.range, { expected: ')' });
    }
    return this.#unexpected(
      this.#shown(),
      opened ? 'AND, OR or )' : 'AND, OR or the end',
      'join comparisons with AND or OR',
    );
  }

  #missingOperator(left: Operand): ExpressionError {
    const written = this.text.slice(left.range.start, left.range.end);
    const compare = `compare it, such as ${written} == true`;
    const ends = this.#token.type === 'end' || this.#token.type === ')' || this.#token.type === 'AND';
    const alone = left.type === 'key' && (ends || this.#token.type === 'OR');
    if (!alone) return this.#unexpected(`${this.#shown()} after ${written}`, 'an operator');
    return new ExpressionError(`\`${written}\` is not a condition`, left.range, {
      expected: 'an operator',
      suggestion: compare,
    });
  }

  #missingValue(): ExpressionError {
    const expected = 'a value';
    switch (this.#token.type) {
      case '(':
        return this.#unexpected(this.#shown(), expected, 'lists have square brackets, such as ["en", "es"]');
      case 'NOT':
        return this.#unexpected('NOT cannot stand here', expected, 'use != or NOT IN');
      case 'end':
        return this.#unexpected(`${this.#shown()} where a value is expected`, expected);
      default:
        return this.#unexpected(this.#shown(), expected);
    }
  }
}

function joined(type: Logical['type'], operands: Expression[]): Expression {
  const [first] = operands;
  if (first && operands.length === 1) return first;
  return { type, operands, range: spanOf(first!, operands.at(-1)!) };
}

const spanOf = (first: { range: TextRange }, last: { range: TextRange }): TextRange => ({
  start: first.range.start,
  end: last.range.end,
});
