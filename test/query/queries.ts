import fc from 'fast-check';
import type { FieldName } from '../../src/query/fields';
import type { Condition, Query } from '../../src/query/syntax';

const range = { start: 0, end: 0 };

export const withoutRanges = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, part: unknown) => (key === 'range' ? undefined : part)));

const word = fc.constantFrom(
  'a',
  'Bo',
  'true',
  '5',
  '7.5',
  'es',
  'A-1',
  'say "x"',
  'back\\',
  'b, c',
  'OR',
  '-x',
);
const text = fc.oneof(word, word, fc.string({ unit: 'grapheme' }));
const oneOrTwo = <T>(of: fc.Arbitrary<T>) => fc.array(of, { minLength: 1, maxLength: 2 });
const equality = fc.constantFrom(':' as const, '=' as const);
const order = fc.constantFrom('<' as const, '<=' as const, '>' as const, '>=' as const);
const number = fc.constantFrom('0', '3', '5', '7.5', '-2');

const ofTexts = (values: fc.Arbitrary<string[]>, ...fields: FieldName[]) =>
  fc.record({ field: fc.constantFrom(...fields), comparator: equality, values });
const ofOrder = (values: fc.Arbitrary<string>, ...fields: FieldName[]) =>
  fc.record({ field: fc.constantFrom(...fields), comparator: order, values: values.map((one) => [one]) });

export const attributePaths = fc.constantFrom(
  ['vip'],
  ['level'],
  ['name'],
  ['tags'],
  ['deep', 'level'],
  ['odd key'],
  ['and'],
);
const withPath = <T>(of: fc.Arbitrary<T>) =>
  fc.tuple(of, attributePaths).map(([one, path]) => ({ ...one, path }));

const parts = fc.oneof(
  ofTexts(
    oneOrTwo(fc.constantFrom('pending', 'reserved', 'assigned', 'wrapping', 'canceled', 'completed')),
    'status',
  ),
  ofTexts(oneOrTwo(fc.constantFrom('open', 'finished', 'overdue', 'unstaffed', 'unserved')), 'is'),
  ofTexts(
    oneOrTwo(fc.oneof(fc.constantFrom('Billing', 'Bill', 'Returns', 'Sales', 'billing'), text)),
    'queue',
    'workflow',
    'workspace',
  ),
  ofTexts(oneOrTwo(text), 'channel', 'worker', 'from', 'reason', 'sid'),
  ofOrder(fc.constantFrom('0s', '90s', '1h30m', '2.5d'), 'age', 'queued', 'updated'),
  ofTexts(oneOrTwo(number), 'priority'),
  ofOrder(number, 'priority'),
  withPath(ofTexts(oneOrTwo(fc.oneof(text, number)), 'attributes')),
  withPath(ofOrder(number, 'attributes')),
  text.map((one) => ({ field: 'text' as const, comparator: ':' as const, values: [one] })),
);
const condition = fc
  .tuple(parts, fc.boolean())
  .map(([part, negated]): Condition => ({ ...part, negated, range }));

const conditions = fc.array(condition, { minLength: 1, maxLength: 3 });

/** Random queries, as a text can have them. */
export const queries: fc.Arbitrary<Query> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Query>({ alternatives: [] }) },
  {
    weight: 20,
    arbitrary: fc
      .tuple(conditions, fc.oneof(fc.constant(undefined), fc.constant(undefined), conditions))
      .map(([one, other]) => ({ alternatives: other ? [one, other] : [one] })),
  },
);
