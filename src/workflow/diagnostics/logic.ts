import { decisionsIn } from '../../routing/expressions/decide';
import type { Decisions } from '../../routing/expressions/decide';
import type { Context } from '../../routing/expressions/scope';
import { comparisonsOf, printPath } from '../../routing/expressions/syntax';
import type { Expression } from '../../routing/expressions/syntax';
import { message } from '../../taskrouter/message';
import { isOpaque, keysOf, readingsOf } from '../document';
import type { ExpressionPart, ParsedExpression } from '../document';
import { isMismatch } from './comparisons';
import type { Finding, Rule } from './rule';

const decisions = new Map<Context, Decisions>();

export function decisionsFor(context: Context): Decisions {
  let known = decisions.get(context);
  if (!known) decisions.set(context, (known = decisionsIn(context, { isOpaque, falseIsMeant: true })));
  return known;
}

interface Proofs {
  /** Whether it is never true, however it is read. */
  readonly isNever: boolean;
  /** The smallest parts that are never true, without those of which other rules say why. */
  readonly impossible: readonly Expression[];
}

/** Parsed expressions outlive a version of their document, and so does what is proved of them. */
const proofs = new WeakMap<ParsedExpression, Map<Context, Proofs>>();

function proofsOf({ parsed, context }: ExpressionPart): Proofs {
  let known = proofs.get(parsed);
  if (!known) proofs.set(parsed, (known = new Map<Context, Proofs>()));
  let found = known.get(context);
  if (!found) {
    const readings = readingsOf(parsed);
    const [expression] = readings;
    const isNever = readings.length > 0 && readings.every(decisionsFor(context).isNever);
    const impossible = (expression ? impossibleParts(expression, context) : []).filter(
      (one) => one.type !== 'comparison' || !isMismatch(one, context),
    );
    known.set(context, (found = { isNever, impossible }));
  }
  return found;
}

export const isNever = (part: ExpressionPart): boolean => proofsOf(part).isNever;

/** Parts of an expression that are looked into, and pairs of them: more take too long. */
const maxParts = 300;

/** The smallest parts that are never true by themselves. */
function impossibleParts(expression: Expression, context: Context): Expression[] {
  const { isNever } = decisionsFor(context);
  let tried = 0;
  const within = (part: Expression): Expression[] => {
    if (++tried > maxParts) return [];
    const isImpossible = isNever(part);
    const smaller = part.type === 'comparison' ? [] : part.operands.flatMap(within);
    return isImpossible && smaller.length === 0 ? [part] : smaller;
  };
  return within(expression);
}

/** Two operands of an AND that exclude each other, in their own words. */
function conflictIn(part: ExpressionPart, expression: Expression): readonly [string, string] | undefined {
  if (expression.type !== 'and') return undefined;
  const { isNever } = decisionsFor(part.context);
  const { operands, range } = expression;
  const keys = operands.map(
    (one) =>
      new Set(
        comparisonsOf(one)
          .flatMap(({ left, right }) => [...keysOf(left), ...keysOf(right)])
          .map(({ path }) => printPath(path)),
      ),
  );
  let tried = 0;
  for (const [i, first] of operands.entries()) {
    for (let j = i + 1; j < operands.length; j++) {
      if (![...keys[i]!].some((key) => keys[j]!.has(key))) continue;
      if (++tried > maxParts) return undefined;
      const second = operands[j]!;
      if (!isNever({ type: 'and', operands: [first, second], range })) continue;
      return [first, second].map((one) => part.text.slice(one.range.start, one.range.end)) as [
        string,
        string,
      ];
    }
  }
  return undefined;
}

function contradiction(part: ExpressionPart, expression: Expression): Finding {
  const range = part.at(expression.range);
  const conflict = conflictIn(part, expression);
  if (!conflict) return { range, message: message('This condition is never true.') };
  const [first, second] = conflict;
  return { range, message: message('{first} and {second} are never true together.', { first, second }) };
}

/** Twilio's page about AND and OR without parentheses says that they are best avoided. */
const hasOneReading = ({ parsed }: ExpressionPart): boolean => parsed.leftToRight === undefined;

const neverMessages: Partial<Record<Context, ReturnType<typeof message>>> = {
  filter: message('No task can match this filter.'),
  target: message('No worker can match this target.'),
  queue: message('No worker can match this queue.'),
};

export const logicRules: readonly Rule[] = [
  {
    code: 'expression-syntax',
    about: 'expression',
    severity: 'error',
    page: 'expression-syntax',
    *check(part) {
      const { error } = part.parsed;
      if (!error || part.hasTemplate) return;
      const { start, end } = part.at(error.range);
      const range = start === end ? { start: Math.max(part.range.start, start - 1), end } : { start, end };
      yield {
        range,
        message: message('TaskRouter refuses this expression: {problem}.', { problem: error.message }),
      };
    },
  },
  {
    code: 'never-matches',
    about: 'expression',
    severity: 'warning',
    page: 'expression-syntax',
    *check(part) {
      const never = neverMessages[part.context];
      if (!never || !isNever(part)) return;
      const [cause] = proofsOf(part).impossible;
      if (!cause) return;
      const { range, message: why } = contradiction(part, cause);
      yield { range, message: message('{consequence} {why}', { consequence: never, why }) };
    },
  },
  {
    code: 'skip-never-holds',
    about: 'expression',
    severity: 'warning',
    page: 'worker-presence',
    *check(part) {
      if (part.context !== 'skip_if' || !isNever(part)) return;
      yield {
        range: part.range,
        message: message(
          'This skip_if is never true: it can use workers.available, workers.unavailable and workers.WA… only, which are numbers from 0.',
        ),
      };
    },
  },
  {
    code: 'contradiction',
    about: 'expression',
    severity: 'warning',
    page: 'expression-syntax',
    *check(part) {
      if (part.context === 'skip_if' || !hasOneReading(part) || isNever(part)) return;
      for (const cause of proofsOf(part).impossible) yield contradiction(part, cause);
    },
  },
];
