import type { ExactNumber } from '../taskrouter/exactNumbers';
import { exactNumber } from '../taskrouter/exactNumbers';
import { durationOf, numberOf } from './fields';
import type { ListedRow, Subject } from './rows';
import type { Condition, Query } from './syntax';
import { compareNumbers, isNumber, textOf } from './values';

export type Test<S> = (subject: S) => boolean;

/** Compiles a query to a function that is called for each of many rows. */
export function compile<S>({ alternatives }: Query, testOf: (condition: Condition) => Test<S>): Test<S> {
  const tests = alternatives.map((conditions) =>
    conditions.map((condition): Test<S> => {
      const test = testOf(condition);
      return condition.negated ? (subject) => !test(subject) : test;
    }),
  );
  return (subject) => tests.length === 0 || tests.some((all) => all.every((test) => test(subject)));
}

function compare(
  comparator: Condition['comparator'],
  value: number | ExactNumber,
  bound: number | ExactNumber,
): boolean {
  const order = compareNumbers(value, bound);
  switch (comparator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    default:
      return order === 0;
  }
}

/** Whether the time since then is more or less than the condition says. */
export function duration<R extends ListedRow>(
  { comparator, values }: Condition,
  since: (row: R) => number | undefined,
): Test<Subject<R>> {
  const bound = durationOf(values[0]!)!;
  return ({ row, now }) => {
    const at = since(row);
    return at !== undefined && compare(comparator, now - at, bound);
  };
}

/** Values that are no numbers are left out. */
export function number({ comparator, values }: Condition): (value: number | ExactNumber) => boolean {
  const bounds = values.filter((value) => numberOf(value) !== undefined).map(exactNumber);
  return (value) => bounds.some((bound) => compare(comparator, value, bound));
}

/** `:` finds a part of the text in any letter case, `=` compares all of it. */
export function textTest({ comparator, values }: Condition): (text: string) => boolean {
  if (comparator === '=') return (text) => values.includes(text);
  const wanted = values.map((value) => value.toLowerCase());
  return (text) => {
    const lower = text.toLowerCase();
    return wanted.some((one) => lower.includes(one));
  };
}

/** An element of a list fits as the list itself would. */
export function attribute(condition: Condition): Test<Subject<ListedRow>> {
  const { comparator, path = [] } = condition;
  const numberTest = number(condition);
  if (/[<>]/.test(comparator))
    return (subject) => {
      const value = subject.attribute(path);
      return isNumber(value) && numberTest(value);
    };
  const test = textTest(condition);
  const fits = (value: unknown) =>
    isNumber(value) && comparator === '='
      ? numberTest(value)
      : (typeof value === 'string' || typeof value === 'boolean' || isNumber(value)) && test(textOf(value));
  return (subject) => {
    const value = subject.attribute(path);
    return Array.isArray(value) ? value.some(fits) : fits(value);
  };
}
