import type { RoutingOptions } from '../options';
import type { Operator } from './syntax';

/** Whether two values fit an operator. Missing values are null. */
export type Holds = (left: unknown, right: unknown) => boolean;

/** Whether one of the operands is the constant `null`: the comparison then tests whether the other is present. */
export interface Literals {
  readonly leftIsNull: boolean;
  readonly rightIsNull: boolean;
}

const isScalarOperator = (operator: Operator): boolean =>
  operator !== 'HAS' && operator !== 'IN' && operator !== 'NOT IN';

/**
 * The meaning of an operator: scalar operators are false where a side is an array, HAS, IN and NOT IN are false
 * for two scalars. https://www.twilio.com/docs/taskrouter/expression-syntax#comparison-operators
 */
export function comparator(operator: Operator, options: RoutingOptions, literals: Literals): Holds {
  const { leftIsNull, rightIsNull } = literals;
  if (operator === '==' || operator === '!=') {
    const negated = operator === '!=';
    if (rightIsNull) return presence((left) => left, negated, options);
    if (leftIsNull) return presence((_left, right) => right, negated, options);
    return negated ? different(options) : onScalars(equal(options));
  }
  switch (operator) {
    case '<':
      return ordered((order) => order < 0, options);
    case '<=':
      return ordered((order) => order <= 0, options);
    case '>':
      return ordered((order) => order > 0, options);
    case '>=':
      return ordered((order) => order >= 0, options);
    case 'CONTAINS':
      return contains(options);
    case 'HAS':
      return member(options);
    case 'IN': {
      const holds = member(options);
      return (one, all) => holds(all, one);
    }
    case 'NOT IN': {
      const holds = member(options);
      return (one, all) => {
        if (!isScalar(one)) return false;
        return Array.isArray(all) ? !holds(all, one) : all === null && options.notInNull;
      };
    }
  }
}

function presence(
  operand: (left: unknown, right: unknown) => unknown,
  negated: boolean,
  options: RoutingOptions,
): Holds {
  return (left, right) => {
    const value = operand(left, right);
    if (Array.isArray(value)) return negated && options.arrayDiffersFromNull;
    return (value === null) !== negated;
  };
}

const onScalars =
  (holds: Holds): Holds =>
  (left, right) =>
    isScalar(left) && isScalar(right) && holds(left, right);

/** Neither an array nor an object. */
const isScalar = (value: unknown): boolean => typeof value !== 'object' || value === null;

function different(options: RoutingOptions): Holds {
  const same = equal(options);
  return onScalars((left, right) => {
    if (left === null || right === null) return left !== right && options.nullDiffersFromValues;
    return !same(left, right);
  });
}

function equal(options: RoutingOptions): Holds {
  const { numericStringsEqualNumbers, nullEqualsNull, caseSensitiveStrings } = options;
  return (left, right) => {
    if (left === right) return left !== null || nullEqualsNull;
    if (typeof left === 'string') {
      if (typeof right === 'string') {
        return !caseSensitiveStrings && left.toLowerCase() === right.toLowerCase();
      }
      return typeof right === 'number' && numericStringsEqualNumbers && numberOf(left) === right;
    }
    if (typeof left !== 'number' || typeof right !== 'string') return false;
    return numericStringsEqualNumbers && numberOf(right) === left;
  };
}

/** NaN for a text that is not a number in this language. */
const numberOf = (text: string): number => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : NaN);

function ordered(fits: (order: number) => boolean, options: RoutingOptions): Holds {
  return onScalars((left, right) => {
    if (left === null || right === null) {
      if (!options.nullIsLowest) return false;
      return fits(left === right ? 0 : left === null ? -1 : 1);
    }
    if (typeof left === 'string' && typeof right === 'string') {
      const a = options.caseSensitiveStrings ? left : left.toLowerCase();
      const b = options.caseSensitiveStrings ? right : right.toLowerCase();
      return fits(a < b ? -1 : a > b ? 1 : 0);
    }
    const a = orderable(left);
    const b = orderable(right);
    return a === b ? fits(0) : a < b ? fits(-1) : a > b && fits(1);
  });
}

const orderable = (value: unknown): number =>
  typeof value === 'number' ? value : typeof value === 'string' ? numberOf(value) : NaN;

function contains({ caseSensitiveStrings }: RoutingOptions): Holds {
  return (whole, part) => {
    if (!isText(whole) || !isText(part)) return false;
    const [a, b] = [String(whole), String(part)];
    return caseSensitiveStrings ? a.includes(b) : a.toLowerCase().includes(b.toLowerCase());
  };
}

const isText = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

function member(options: RoutingOptions): Holds {
  const same = equal(options);
  return (all, one) => {
    if (!Array.isArray(all) || !isScalar(one)) return false;
    for (const each of all) if (same(each ?? null, one)) return true;
    return false;
  };
}

/** Why a comparison is false for any values of these types. */
export type Mismatch =
  | 'scalar operator on an array'
  | 'scalar operator on an object'
  | 'array operator on two scalars'
  | 'array operator without an array';

/** The rule that makes a comparison false because of its operands' types, if there is one. */
export function mismatchOf(operator: Operator, left: unknown, right: unknown): Mismatch | undefined {
  if (isScalarOperator(operator)) {
    if (Array.isArray(left) || Array.isArray(right)) return 'scalar operator on an array';
    return isScalar(left) && isScalar(right) ? undefined : 'scalar operator on an object';
  }
  const [all, one] = operator === 'HAS' ? [left, right] : [right, left];
  if (Array.isArray(all) && isScalar(one)) return undefined;
  return isScalar(all) && isScalar(one) ? 'array operator on two scalars' : 'array operator without an array';
}
