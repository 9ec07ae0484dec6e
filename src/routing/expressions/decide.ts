import { constantTruth, domainOf, keyed, someValueFits } from './domain';
import type { Fact } from './domain';
import type { Context } from './scope';
import { print, printPath } from './syntax';
import type { Comparison, Expression } from './syntax';

/**
 * What can be proved of expressions whatever the task and the workers are, and however Twilio's undocumented points
 * are decided. Each answer is only a proof when it is true: false also means that it is not known.
 */
export interface Decisions {
  /** Nothing makes the expression true. */
  readonly isNever: (expression: Expression) => boolean;
  /** Everything makes the expression true. */
  readonly isAlways: (expression: Expression) => boolean;
  /** Whatever makes the first one true makes the second one true. */
  readonly implies: (first: Expression, second: Expression) => boolean;
}

export interface DecisionOptions {
  /** Comparisons of which nothing is known, such as those with a template in them. */
  readonly isOpaque?: (comparison: Comparison) => boolean;
  /** `1==0` is how people switch a condition off: it then counts as not known, so that nothing follows from it. */
  readonly falseIsMeant?: boolean;
}

export function decisionsIn(context: Context, options: DecisionOptions = {}): Decisions {
  const impossible = (...goals: readonly Goal[]) => !new Search(context, options).canBe(goals, noFacts);
  return {
    isNever: (expression) => impossible({ expression, wanted: true }),
    isAlways: (expression) => impossible({ expression, wanted: false }),
    implies: (first, second) =>
      impossible({ expression: first, wanted: true }, { expression: second, wanted: false }),
  };
}

interface Goal {
  readonly expression: Expression;
  readonly wanted: boolean;
}

interface Facts {
  /** Of each key. */
  readonly ofKeys: ReadonlyMap<string, readonly Fact[]>;
  /** Whether each comparison is true, by its text. */
  readonly ofTexts: ReadonlyMap<string, boolean>;
}

const noFacts: Facts = { ofKeys: new Map(), ofTexts: new Map() };

/** Conditions can branch exponentially: a search that takes longer is given up. */
const maxSteps = 1000;

/** Looks for values with which all goals are met. */
class Search {
  #steps = 0;

  constructor(
    private readonly context: Context,
    private readonly options: DecisionOptions,
  ) {}

  /** Also true when it is not certain. */
  canBe(goals: readonly Goal[], facts: Facts): boolean {
    if (++this.#steps > maxSteps) return true;
    const [goal, ...rest] = bestFirst(goals);
    if (!goal) return true;
    const { expression, wanted } = goal;
    if (expression.type === 'comparison') {
      const more = this.#with(expression, wanted, facts);
      return more !== undefined && this.canBe(rest, more);
    }
    const parts = expression.operands.map((operand) => ({ expression: operand, wanted }));
    if ((expression.type === 'and') === wanted) return this.canBe([...parts, ...rest], facts);
    return parts.some((part) => this.canBe([part, ...rest], facts));
  }

  /** Undefined for a contradiction. */
  #with(comparison: Comparison, wanted: boolean, facts: Facts): Facts | undefined {
    const isOpaque = this.options.isOpaque?.(comparison) === true;
    if (isOpaque) return facts;
    const constant = constantTruth(comparison);
    if (constant !== undefined) {
      const isKnown = constant === true || (constant === false && !this.options.falseIsMeant);
      return isKnown && constant !== wanted ? undefined : facts;
    }
    const text = print(comparison);
    const known = facts.ofTexts.get(text);
    if (known !== undefined) return known === wanted ? facts : undefined;
    const ofTexts = new Map(facts.ofTexts).set(text, wanted);
    const one = keyed(comparison);
    if (!one) return { ofKeys: facts.ofKeys, ofTexts };
    const key = printPath(one.path);
    const ofKey = [...(facts.ofKeys.get(key) ?? []), { comparison: one, wanted }];
    if (!someValueFits(ofKey, domainOf(one.path, this.context))) return undefined;
    return { ofKeys: new Map(facts.ofKeys).set(key, ofKey), ofTexts };
  }
}

/** What does not branch comes first. */
function bestFirst(goals: readonly Goal[]): readonly Goal[] {
  const i = goals.findIndex(({ expression, wanted }) =>
    expression.type === 'comparison' ? true : (expression.type === 'and') === wanted,
  );
  return i <= 0 ? goals : [goals[i]!, ...goals.slice(0, i), ...goals.slice(i + 1)];
}
