import type { TextRange } from '../routing/expressions/syntax';
import type { Message } from '../taskrouter/message';
import { message } from '../taskrouter/message';
import type { FieldName, Fields } from './fields';
import { comparatorsOf, durationOf, numberOf, taskFields } from './fields';
import { nearest } from '../nearest';
import type { Comparator, Condition, Query } from './syntax';

/** Why a text is no query. */
export interface Problem {
  readonly message: Message;
  readonly range: TextRange;
  /** What to put there instead. */
  readonly suggestion?: string;
}

export type Parsed = { readonly query: Query } | { readonly problem: Problem };

class SyntaxProblem extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message.text);
  }
}

/**
 * Reads a query line: conditions such as `status:wrapping`, `age>2h`, `queue:"Billing EU",Returns`, `-channel:voice`,
 * `attributes.vip=true` and words, all of which must hold; `OR` separates alternatives.
 * `:` finds a part of a text in any letter case, `=` the whole text.
 */
export function parse(text: string, fields: Fields = taskFields): Parsed {
  try {
    return { query: new Parser(text, fields).query() };
  } catch (error) {
    if (error instanceof SyntaxProblem) return { problem: error.problem };
    throw error;
  }
}

const comparison = /(!=|<=|>=|[:=<>])/y;
const fieldName = /[A-Za-z]\w*/y;
const attributeKey = /\.([\w-]+)/y;
const space = /\s*/y;
const bareValue = /[^\s,"][^\s,]*/y;
const word = /[^\s"]\S*/y;

/** `2 hours`: a number, and the unit of which the first letter stands for it. */
const spelledDuration =
  /^(\d+(?:\.\d+)?)\s*(?:(?=s(?:ec(?:ond)?s?)?$|m(?:in(?:ute)?s?)?$|h(?:ours?|rs?)?$|d(?:ays?)?$|w(?:eeks?)?$)([smhdw]))/i;

class Parser {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly fields: Fields,
  ) {}

  query(): Query {
    const alternatives: Condition[][] = [];
    let current: Condition[] = [];
    for (this.take(space); this.at < this.text.length; this.take(space)) {
      const start = this.at;
      if (this.take(/OR(?=\s|$)/y) === undefined) current.push(this.condition());
      else {
        if (current.length === 0)
          this.fail(message('There is no condition before OR.'), { start, end: this.at });
        alternatives.push(current);
        current = [];
      }
    }
    if (current.length === 0 && alternatives.length > 0)
      this.fail(message('There is no condition after OR.'), { start: this.at - 2, end: this.at });
    return { alternatives: current.length ? [...alternatives, current] : alternatives };
  }

  private condition(): Condition {
    const start = this.at;
    const isNegative = this.text[start] === '-' && /\S/.test(this.text[start + 1] ?? '');
    if (isNegative) this.at++;
    this.checkParenthesis();
    this.checkOperator();
    const named = this.field();
    if (!named) {
      const values = [this.quoted() ?? this.take(word)!];
      return {
        field: 'text',
        comparator: ':',
        negated: isNegative,
        values,
        range: { start, end: this.at },
      };
    }
    const { name, path, sign } = named;
    const comparator = sign === '!=' ? '=' : sign;
    const isNot = sign === '!=' ? !isNegative : isNegative;
    this.checkComparator(name, comparator, sign, start);
    const values = this.values(name, comparator, start);
    return {
      field: name,
      ...(path ? { path } : {}),
      comparator,
      negated: isNot,
      values,
      range: { start, end: this.at },
    };
  }

  private checkParenthesis(): void {
    const start = this.at;
    const grouped = this.take(/\(+-?[A-Za-z][\w.]*[:=<>!]\S*/y);
    if (grouped !== undefined)
      this.fail(
        message('Filters have no parentheses: all conditions must hold, and OR separates alternatives.'),
        { start, end: this.at },
        grouped.replace(/^\(+|\)+$/g, ''),
      );
  }

  /** What other query languages write between conditions, in capitals as here. */
  private checkOperator(): void {
    const start = this.at;
    const [operator, condition] = this.take(/(AND|NOT)\s+\S+/y)?.split(/\s+/) ?? [];
    if (operator === undefined) return;
    const range = { start, end: this.at };
    if (operator === 'NOT')
      this.fail(message('Write - before a condition that must not hold.'), range, `-${condition}`);
    this.fail(
      message('All conditions must hold: leave out AND. OR separates alternatives.'),
      range,
      condition,
    );
  }

  /** Undefined, with nothing read, for a word without a field. */
  private field(): { name: FieldName; path?: string[]; sign: Comparator | '!=' } | undefined {
    const { at: start, fields } = this;
    const written = this.take(fieldName);
    const name = written !== undefined && fields.has(written.toLowerCase()) ? written.toLowerCase() : written;
    const path: string[] = [];
    for (let key = this.key(); key !== undefined; key = this.key()) path.push(key);
    const range = { start, end: this.at };
    const sign = this.take(comparison) as Comparator | '!=' | undefined;
    if (name === undefined || sign === undefined) {
      this.at = start;
      return undefined;
    }
    if (name === 'attributes') {
      if (path.length === 0)
        this.fail(message('Name the attribute after a dot: attributes.vip=true.'), range, 'attributes.');
      return { name, path, sign };
    }
    if (fields.has(name) && path.length === 0) return { name, sign };
    const suggestion = fields.meantBy(name) ?? nearest(name, fields.names);
    this.fail(
      suggestion === undefined
        ? message(
            'There is no field “{name}”. For an attribute, write attributes.{name}; for a text, use quotes.',
            {
              name: this.text.slice(start, range.end),
            },
          )
        : message('There is no field “{name}”. Did you mean “{suggestion}”?', { name, suggestion }),
      range,
      suggestion ?? `attributes.${this.text.slice(start, range.end)}`,
    );
  }

  private key(): string | undefined {
    const plain = this.take(attributeKey);
    if (plain !== undefined) return plain.slice(1);
    if (!this.text.startsWith('."', this.at)) return undefined;
    this.at++;
    return this.quoted();
  }

  private checkComparator(name: FieldName, comparator: Comparator, sign: string, start: number): void {
    const { kind } = this.fields.get(name)!;
    if (comparatorsOf[kind].includes(comparator)) return;
    const range = { start, end: this.at };
    if (kind === 'duration')
      this.fail(message('Compare {name} with > or <: {name}>2h.', { name }), range, `${name}>`);
    this.fail(
      message('{name} cannot be compared with {sign}. Use {name}:…', { name, sign }),
      range,
      `${name}:`,
    );
  }

  private values(name: FieldName, comparator: Comparator, start: number): string[] {
    const isOrder = /[<>]/.test(comparator);
    const values: string[] = [];
    do {
      const from = this.at;
      const value = this.quoted() ?? this.take(bareValue);
      if (value === undefined)
        this.fail(message('A value is missing after “{text}”.', { text: this.text.slice(start, this.at) }), {
          start,
          end: this.at,
        });
      this.checkValue(name, isOrder, value, { start: from, end: this.at });
      values.push(value);
    } while (!isOrder && this.take(/,/y) !== undefined);
    const rest = this.take(/\S+/y);
    if (rest !== undefined)
      this.fail(
        isOrder
          ? message('Only one value can be compared with {comparator}.', { comparator })
          : message('Put a space before “{text}”.', { text: rest }),
        { start: this.at - rest.length, end: this.at },
        ...(isOrder ? [] : [` ${rest}`]),
      );
    return values;
  }

  private checkValue(name: FieldName, isOrder: boolean, value: string, range: TextRange): void {
    const { kind, choices } = this.fields.get(name)!;
    if (choices && !choices.includes(value)) {
      this.checkSpace(value, choices, range);
      const suggestion = nearest(value, choices);
      const all = choices.join(', ');
      this.fail(
        message('“{value}” is not one of {all}.', { value, all }),
        range,
        ...(suggestion === undefined ? [] : [suggestion]),
      );
    }
    if (kind === 'duration' && durationOf(value) === undefined) {
      const meant = this.duration(value, range);
      this.fail(
        message(
          '“{value}” is no duration. Write a number and a unit (s, m, h, d, w), such as 90s, 2h or 1d12h.',
          {
            value,
          },
        ),
        meant.range,
        meant.suggestion,
      );
    }
    if ((kind === 'number' || (kind === 'attribute' && isOrder)) && numberOf(value) === undefined)
      this.fail(message('“{value}” is no number.', { value }), range);
  }

  /** `is:openfrom:`: one of the values, and the next condition. */
  private checkSpace(value: string, choices: readonly string[], { start, end }: TextRange): void {
    for (const choice of choices.filter((one) => value.startsWith(one))) {
      const rest = value.slice(choice.length);
      const [, name] = /^-?([A-Za-z]\w*)[.:=<>!]/.exec(rest) ?? [];
      if (name !== undefined && this.fields.has(name))
        this.fail(
          message('Put a space before “{text}”.', { text: rest }),
          { start: start + choice.length, end },
          ` ${rest}`,
        );
    }
  }

  /** The text that was meant as a duration, such as `2 hours`, and its correct form. */
  private duration(value: string, { start, end }: TextRange): { range: TextRange; suggestion?: string } {
    const next = /^\d+(\.\d+)?$/.test(value) ? (this.take(/\s+[a-z]+(?=\s|$)/iy) ?? '') : '';
    const [, count, unit] = spelledDuration.exec(value + next) ?? [];
    if (count !== undefined && unit !== undefined)
      return { range: { start, end: end + next.length }, suggestion: count + unit.toLowerCase() };
    // Few are hours, many are minutes.
    const suggestion = numberOf(value) === undefined ? undefined : value + (Number(value) <= 24 ? 'h' : 'm');
    return { range: { start, end }, ...(suggestion === undefined ? {} : { suggestion }) };
  }

  /** Undefined when no quoted text begins here. */
  private quoted(): string | undefined {
    const start = this.at;
    if (this.text[start] !== '"') return undefined;
    const found = this.take(/"(?:[^"\\]|\\[^])*"/y);
    if (found === undefined)
      this.fail(
        message('The closing quotation mark is missing.'),
        { start, end: this.text.length },
        `${this.text.slice(start)}"`,
      );
    return found.slice(1, -1).replace(/\\(["\\])/g, '$1');
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  private fail(problem: Message, range: TextRange, suggestion?: string): never {
    throw new SyntaxProblem({ message: problem, range, ...(suggestion === undefined ? {} : { suggestion }) });
  }
}
