import { comparator } from '../routing/expressions/compare';
import type { Holds } from '../routing/expressions/compare';
import { combinedTruth, hasUnknown, isNull, readerOfOperand } from '../routing/expressions/compile';
import type { CompiledExpression, Truth } from '../routing/expressions/compile';
import { ExpressionLibrary } from '../routing/expressions/library';
import type { Context, Scope } from '../routing/expressions/scope';
import { print } from '../routing/expressions/syntax';
import type { Comparison, Expression } from '../routing/expressions/syntax';
import { defaultOptions, routingDoubts } from '../routing/options';
import type { OptionName, RoutingOptions } from '../routing/options';
import { message } from '../taskrouter/message';
import type { Message } from '../taskrouter/message';

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

const alternatives = doubtfulOptions.map((name) => ({
  name,
  options: { ...defaultOptions, [name]: !defaultOptions[name] },
}));

/** An expression that treats what Twilio does not document as not known. */
export interface SettledExpression {
  /** `unknown` where a doubt or a value that was not read could make the result otherwise. */
  readonly truth: (scope: Scope) => Truth;
  /** The undocumented points on which an unknown result depends; empty for a known one. */
  readonly doubts: (scope: Scope) => readonly OptionName[];
}

/** Settled expressions, each prepared once for any number of workers. */
export class SettledExpressions {
  readonly #settled = new Map<string, SettledExpression>();
  readonly #leftToRight = new ExpressionLibrary({ ...defaultOptions, andBeforeOr: false });

  constructor(private readonly library: ExpressionLibrary) {}

  get(text: string, context: Context): SettledExpression {
    const key = `${context} ${text}`;
    let settled = this.#settled.get(key);
    if (!settled) this.#settled.set(key, (settled = this.#settle(text, context)));
    return settled;
  }

  #settle(text: string, context: Context): SettledExpression {
    const compiled = this.library.expression(text, context);
    const { truth, collect } = build(compiled.expression, context, this.library.options);
    const dependsOnOrder = this.#orderDoubt(compiled);
    return {
      truth(scope) {
        const result = truth(scope);
        return result !== 'unknown' && dependsOnOrder(scope) ? 'unknown' : result;
      },
      doubts(scope) {
        if (truth(scope) !== 'unknown') return dependsOnOrder(scope) ? ['andBeforeOr'] : [];
        const found = new Set<OptionName>();
        collect(scope, found);
        return [...found];
      },
    };
  }

  /** Whether another precedence of AND and OR gives another result. */
  #orderDoubt({ text, context, expression, truth }: CompiledExpression): (scope: Scope) => boolean {
    if (!/\bAND\b/i.test(text) || !/\bOR\b/i.test(text)) return () => false;
    const otherwise = this.#leftToRight.expression(text, context);
    // Parentheses leave no choice.
    if (print(otherwise.expression) === print(expression)) return () => false;
    return (scope) => otherwise.truth(scope) !== truth(scope);
  }
}

interface Settling {
  readonly truth: (scope: Scope) => Truth;
  /** Adds the doubts of every comparison. */
  readonly collect: (scope: Scope, found: Set<OptionName>) => void;
}

function build(expression: Expression, context: Context, options: RoutingOptions): Settling {
  if (expression.type === 'comparison') return buildComparison(expression, context, options);
  const parts = expression.operands.map((operand) => build(operand, context, options));
  return {
    truth: combinedTruth(
      parts.map(({ truth }) => truth),
      expression.type === 'or',
    ),
    collect(scope, found) {
      for (const part of parts) part.collect(scope, found);
    },
  };
}

function buildComparison(comparison: Comparison, context: Context, options: RoutingOptions): Settling {
  const { operator } = comparison;
  const left = readerOfOperand(comparison.left, context, options);
  const right = readerOfOperand(comparison.right, context, options);
  const literals = { leftIsNull: isNull(comparison.left), rightIsNull: isNull(comparison.right) };
  const holds = comparator(operator, options, literals);
  const others = alternatives.map((one) => ({
    name: one.name,
    holds: comparator(operator, one.options, literals),
  }));
  return {
    truth(scope) {
      const [a, b] = [left(scope), right(scope)];
      if (hasUnknown(a) || hasUnknown(b)) return 'unknown';
      const result = holds(a, b);
      return !isPlain(a, b) && others.some((other) => differs(other, a, b, result)) ? 'unknown' : result;
    },
    collect(scope, found) {
      const [a, b] = [left(scope), right(scope)];
      if (hasUnknown(a) || hasUnknown(b) || isPlain(a, b)) return;
      const result = holds(a, b);
      for (const other of others) if (differs(other, a, b, result)) found.add(other.name);
    },
  };
}

const differs = ({ holds }: { readonly holds: Holds }, a: unknown, b: unknown, result: boolean): boolean =>
  holds(a, b) !== result;

/** Two numbers or two booleans, which no option is about. */
const isPlain = (left: unknown, right: unknown): boolean =>
  typeof left === typeof right && (typeof left === 'number' || typeof left === 'boolean');

/** Why something is only probable: Twilio's pages do not say it. */
export const undocumented = (name: OptionName): Message =>
  message('Twilio does not document this clearly: {about}', { about: routingDoubts[name].about });
