import { comparator } from '../routing/expressions/compare';
import type { Mismatch } from '../routing/expressions/compare';
import { decisive } from '../routing/expressions/compile';
import type { ComparisonReason, OperandReason, Reason, Truth } from '../routing/expressions/compile';
import { compile } from '../routing/expressions/compile';
import type { Context, Scope } from '../routing/expressions/scope';
import type { Operator } from '../routing/expressions/syntax';
import { defaultOptions, routingDoubts } from '../routing/options';
import type { OptionName } from '../routing/options';
import { message } from '../taskrouter/message';
import type { Message } from '../taskrouter/message';
import type { ComparedValue, ComparisonLine } from './explanation';
import { clip, jsonOf } from './texts';

const mismatches: Readonly<Record<Mismatch, Message>> = {
  'scalar operator on an array': message('This operator is always false for an array.'),
  'scalar operator on an object': message('This operator is always false for an object.'),
  'array operator on two scalars': message('HAS, IN and NOT IN are always false without an array.'),
  'array operator without an array': message('HAS, IN and NOT IN are always false without an array.'),
};

/** The comparisons that decided, with the values of both sides. */
export const comparisonLines = (reason: Reason, expression: string): ComparisonLine[] =>
  decisive(reason).map((one) => comparisonLine(one, expression));

function comparisonLine(comparison: ComparisonReason, expression: string): ComparisonLine {
  const { range, operator, left, right, mismatch, result } = comparison;
  return {
    text: clip(expression.slice(range.start, range.end)),
    operator,
    left: comparedValue(left, expression),
    right: comparedValue(right, expression),
    result,
    ...(mismatch ? { mismatch: mismatches[mismatch] } : {}),
  };
}

const comparedValue = ({ range, value, state }: OperandReason, expression: string): ComparedValue => ({
  text: clip(expression.slice(range.start, range.end)),
  ...(state === 'known' ? { value: jsonOf(value) } : {}),
  state,
});

/** Both values in a sentence. */
export function comparisonMessage({ text, left, right, mismatch }: ComparisonLine): Message {
  const args = { expression: text, left: sideOf(left), right: sideOf(right) };
  if (mismatch)
    return message('{expression} does not match: {left}, {right}. {why}', { ...args, why: mismatch });
  return message('{expression} does not match: {left}, {right}', args);
}

function sideOf({ text, value, state }: ComparedValue): Message {
  if (state === 'missing') return message('{key} is missing', { key: text });
  if (state === 'unknown') return message('{key} is not known', { key: text });
  return value === text || isQuoted(text)
    ? message('{value}', { value: text })
    : message('{key} is {value}', { key: text, value: value! });
}

const isQuoted = (text: string) => /^['"[]/.test(text);

/** Points of the expression language on which Twilio's pages are silent or contradict each other. */
const doubtfulOptions = [
  'nullEqualsNull',
  'nullDiffersFromValues',
  'nullIsLowest',
  'notInNull',
  'arrayDiffersFromNull',
  'numericStringsEqualNumbers',
  'caseSensitiveStrings',
] as const satisfies readonly OptionName[];

type DoubtfulOption = (typeof doubtfulOptions)[number];

const alternatives = doubtfulOptions.map((name) => ({
  name,
  options: { ...defaultOptions, [name]: !defaultOptions[name] },
}));

/** The comparators of the alternatives, by the operator and what stands on its sides. */
const comparators = lazily((key: string) => {
  const [operator, leftIsNull, rightIsNull] = JSON.parse(key) as [Operator, boolean, boolean];
  const literals = { leftIsNull, rightIsNull };
  return alternatives.map(({ name, options }) => ({ name, holds: comparator(operator, options, literals) }));
});

function lazily<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    let value = made.get(key);
    if (value === undefined) made.set(key, (value = make(key)));
    return value;
  };
}

/** The options under which a comparison would have another result. */
function doubtsOf({ operator, left, right, result }: ComparisonReason): DoubtfulOption[] {
  if (result === 'unknown' || isPlain(left.value, right.value)) return [];
  const isNull = ({ state, value }: OperandReason) => state === 'known' && value === null;
  return comparators(JSON.stringify([operator, isNull(left), isNull(right)]))
    .filter(({ holds }) => holds(left.value, right.value) !== result)
    .map(({ name }) => name);
}

/** Two numbers or two booleans, which no option is about. */
const isPlain = (left: unknown, right: unknown): boolean =>
  typeof left === typeof right && (typeof left === 'number' || typeof left === 'boolean');

/** What an expression amounts to, and the undocumented points on which that depends. */
export interface Settled {
  /** `unknown` where a doubt or a value that was not read could make it otherwise. */
  readonly result: Truth;
  readonly doubts: readonly OptionName[];
}

/** Evaluates an expression, treating what Twilio does not document as not known. */
export function settle(reason: Reason, expression: string, context: Context, scope: Scope): Settled {
  const doubts = new Set<OptionName>();
  let result = withoutDoubts(reason, doubts);
  if (result !== 'unknown' && mixesOperators(expression)) {
    const otherwise = compile(expression, context, { ...defaultOptions, andBeforeOr: false }).explain(scope);
    if (otherwise.result !== reason.result) {
      doubts.add('andBeforeOr');
      result = 'unknown';
    }
  }
  return { result, doubts: result === 'unknown' ? [...doubts] : [] };
}

const mixesOperators = (expression: string) => /\bAND\b/i.test(expression) && /\bOR\b/i.test(expression);

function withoutDoubts(reason: Reason, doubts: Set<OptionName>): Truth {
  if (reason.type === 'comparison') {
    const found = doubtsOf(reason);
    for (const name of found) doubts.add(name);
    return found.length > 0 ? 'unknown' : reason.result;
  }
  const results = reason.operands.map((operand) => withoutDoubts(operand, doubts));
  const deciding = reason.type === 'or';
  if (results.includes(deciding)) return deciding;
  return results.includes('unknown') ? 'unknown' : !deciding;
}

/** Why something is only probable: Twilio's pages do not say it. */
export const undocumented = (name: OptionName): Message =>
  message('Twilio does not document this clearly: {about}', { about: routingDoubts[name].about });
