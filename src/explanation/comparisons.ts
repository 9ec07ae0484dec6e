import type { Mismatch } from '../routing/expressions/compare';
import { decisive } from '../routing/expressions/compile';
import type { ComparisonReason, OperandReason, Reason } from '../routing/expressions/compile';
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
