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

/** Values that do not stand in the expression itself, in a sentence. */
export function comparisonMessage({ text, left, right, mismatch }: ComparisonLine): Message {
  const [first, second] = [left, right].filter((side) => !isLiteral(side)).map(sideOf);
  if (!second) {
    const args = { expression: text, value: first ?? sideOf(left) };
    return mismatch
      ? message('{expression} does not match: {value}. {why}', { ...args, why: mismatch })
      : message('{expression} does not match: {value}', args);
  }
  const args = { expression: text, left: first!, right: second };
  if (mismatch)
    return message('{expression} does not match: {left}, {right}. {why}', { ...args, why: mismatch });
  return message('{expression} does not match: {left}, {right}', args);
}

function sideOf({ text, value, state }: ComparedValue): Message {
  if (state === 'missing') return message('{key} is missing', { key: text });
  if (state === 'unknown') return message('{key} is not known', { key: text });
  return message('{key} is {value}', { key: text, value: value! });
}

/** Whether a value stands in the expression as it is. */
export const isLiteral = ({ text, value }: ComparedValue): boolean =>
  value !== undefined && (value === text || /^['"[]/.test(text));
