import { defaultOptions } from '../options';
import type { RoutingOptions } from '../options';
import { comparator, mismatchOf } from './compare';
import type { Holds, Mismatch } from './compare';
import { parse } from './parse';
import { readerOf, unknown } from './scope';
import type { Context, Reader, Scope } from './scope';
import type { Comparison, Expression, Operand, Operator, TextRange } from './syntax';

/** `unknown` when the scope lacks a value that decides. */
export type Truth = boolean | 'unknown';

/** One side of a comparison, with its value. */
export interface OperandReason {
  readonly range: TextRange;
  /** JSON; null for a missing key. Meaningless where `state` is `unknown`. */
  readonly value: unknown;
  readonly state: 'known' | 'missing' | 'unknown';
}

export interface ComparisonReason {
  readonly type: 'comparison';
  readonly range: TextRange;
  readonly operator: Operator;
  readonly left: OperandReason;
  readonly right: OperandReason;
  /** Set when the types of the operands make the comparison false. */
  readonly mismatch?: Mismatch;
  readonly result: Truth;
}

export interface LogicalReason {
  readonly type: 'and' | 'or';
  readonly range: TextRange;
  readonly operands: readonly Reason[];
  readonly result: Truth;
}

/** Why an expression has its result. Every comparison is evaluated, even if it no longer affects the result. */
export type Reason = ComparisonReason | LogicalReason;

export interface CompiledExpression {
  readonly text: string;
  readonly context: Context;
  readonly expression: Expression;
  /** Whether the expression is true. Unknown values count as missing. Never throws. */
  readonly test: (scope: Scope) => boolean;
  /** The result of `explain` without the reasons, for scopes of which much is unknown. Never throws. */
  readonly truth: (scope: Scope) => Truth;
  /** The first comparison that decides, the first of `decisive`; cheaper for a result that is known. */
  readonly deciding: (scope: Scope, result?: Truth) => Comparison;
  /** The same as `truth`, with reasons. Never throws. */
  readonly explain: (scope: Scope) => Reason;
}

/**
 * Prepares an expression for any number of evaluations.
 * @throws ExpressionError
 */
export function compile(
  text: string,
  context: Context,
  options: RoutingOptions = defaultOptions,
): CompiledExpression {
  const expression = parse(text, options);
  return { text, context, expression, ...build(expression, context, options) };
}

type Evaluators = Pick<CompiledExpression, 'test' | 'truth' | 'deciding' | 'explain'>;

function build(expression: Expression, context: Context, options: RoutingOptions): Evaluators {
  if (expression.type === 'comparison') return buildComparison(expression, context, options);
  const { type, range } = expression;
  const parts = expression.operands.map((operand) => build(operand, context, options));
  const tests = parts.map(({ test }) => test);
  const decisive = type === 'or';
  const truth = combinedTruth(
    parts.map((part) => part.truth),
    decisive,
  );
  return {
    test: tests.length === 2 ? pair(tests[0]!, tests[1]!, decisive) : chain(tests, decisive),
    truth,
    deciding: (scope, result = truth(scope)) =>
      parts.find((part) => part.truth(scope) === result)!.deciding(scope, result),
    explain(scope) {
      const operands = parts.map(({ explain }) => explain(scope));
      return { type, range, operands, result: combined(operands, decisive) };
    },
  };
}

const pair = (
  first: Evaluators['test'],
  second: Evaluators['test'],
  decisive: boolean,
): Evaluators['test'] =>
  decisive ? (scope) => first(scope) || second(scope) : (scope) => first(scope) && second(scope);

function chain(tests: readonly Evaluators['test'][], decisive: boolean): Evaluators['test'] {
  return (scope) => {
    for (const test of tests) if (test(scope) === decisive) return decisive;
    return !decisive;
  };
}

/** Evaluates parts until one decides. */
export const combinedTruth =
  (parts: readonly ((scope: Scope) => Truth)[], decisive: boolean) =>
  (scope: Scope): Truth => {
    let result: Truth = !decisive;
    for (const part of parts) {
      const truth = part(scope);
      if (truth === decisive) return decisive;
      if (truth === 'unknown') result = truth;
    }
    return result;
  };

/** OR is true as soon as one part is, AND is false as soon as one part is; otherwise an unknown part decides. */
function combined(operands: readonly Reason[], decisive: boolean): Truth {
  if (operands.some(({ result }) => result === decisive)) return decisive;
  return operands.some(({ result }) => result === 'unknown') ? 'unknown' : !decisive;
}

function buildComparison(comparison: Comparison, context: Context, options: RoutingOptions): Evaluators {
  const { operator, range } = comparison;
  const left = readerOfOperand(comparison.left, context, options);
  const right = readerOfOperand(comparison.right, context, options);
  const holds = comparator(operator, options, {
    leftIsNull: isNull(comparison.left),
    rightIsNull: isNull(comparison.right),
  });
  return {
    test: fastTest(left, right, holds),
    truth(scope) {
      const [a, b] = [left(scope), right(scope)];
      return hasUnknown(a) || hasUnknown(b) ? 'unknown' : holds(a, b);
    },
    deciding: () => comparison,
    explain(scope) {
      const sides = [left(scope), right(scope)] as const;
      const known = !sides.some(hasUnknown);
      const mismatch = known ? mismatchOf(operator, ...sides) : undefined;
      const result = known ? holds(...sides) : 'unknown';
      return {
        type: 'comparison',
        range,
        operator,
        left: operandReason(comparison.left, sides[0]),
        right: operandReason(comparison.right, sides[1]),
        // Comparing an array with null is a type mismatch but can be true.
        ...(mismatch && result === false ? { mismatch } : {}),
        result,
      };
    },
  };
}

export const isNull = (operand: Operand) => operand.type === 'literal' && operand.value === null;

const fastTest =
  (left: Reader, right: Reader, holds: Holds): Evaluators['test'] =>
  (scope) => {
    const a = left(scope);
    const b = right(scope);
    return holds(a === unknown ? null : a, b === unknown ? null : b);
  };

export const hasUnknown = (value: unknown): boolean =>
  value === unknown || (Array.isArray(value) && value.includes(unknown));

function operandReason(operand: Operand, value: unknown): OperandReason {
  const { range } = operand;
  if (hasUnknown(value)) return { range, value: null, state: 'unknown' };
  return { range, value, state: operand.type === 'key' && value === null ? 'missing' : 'known' };
}

export function readerOfOperand(operand: Operand, context: Context, options: RoutingOptions): Reader {
  if (operand.type === 'key') return readerOf(operand, context, options);
  if (operand.type === 'literal') {
    const { value } = operand;
    return () => value;
  }
  const items = operand.items.map((item) => readerOfOperand(item, context, options));
  const allConstant = operand.items.every(({ type }) => type === 'literal');
  if (!allConstant) return (scope) => items.map((read) => read(scope));
  const values = items.map((read) => read({}));
  return () => values;
}

/**
 * The comparisons that decide a result: for a false AND the false ones, for a true AND all, and so on; for an
 * unknown result the unknown ones.
 */
export function decisive(reason: Reason): ComparisonReason[] {
  if (reason.type === 'comparison') return [reason];
  return reason.operands.filter(({ result }) => result === reason.result).flatMap(decisive);
}
