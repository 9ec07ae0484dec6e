import { constantTruth, domainOf, isExact, keyed, someValueFits } from './domain';
import type { Fact } from './domain';
import type { Context } from './scope';
import { print, printPath } from './syntax';
import type { Comparison, Expression, Key } from './syntax';

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
  const impossible = (...goals: readonly Goal[]) => !new Search(context, options).canBe(goals, new Facts());
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

/** What must be true at the same time. */
class Facts {
  constructor(
    /** Of each key. */
    readonly ofKeys = new Map<string, readonly Fact[]>(),
    /** Whether each comparison is true, by its text. */
    readonly ofTexts = new Map<string, boolean>(),
  ) {}

  copy(): Facts {
    return new Facts(new Map(this.ofKeys), new Map(this.ofTexts));
  }
}

/** Conditions can branch exponentially: a search that takes longer is given up. */
const maxWork = 2000;
/** More comparisons of one key take too long to reason about: the others count as not known. */
const maxCost = 1000;

const costOf = (facts: readonly Fact[]): number =>
  facts.length *
  facts.reduce(
    (all, { comparison: { constant } }) => all + (Array.isArray(constant) ? constant.length : 1),
    0,
  );

/** Looks for values with which all goals are met. */
class Search {
  #work = 0;

  constructor(
    private readonly context: Context,
    private readonly options: DecisionOptions,
  ) {}

  /** Also true when it is not certain. */
  canBe(goals: readonly Goal[], before: Facts): boolean {
    const facts = before.copy();
    const changed = new Map<string, Key['path']>();
    const branching: Goal[] = [];
    const open = [...goals].reverse();
    for (let goal = open.pop(); goal; goal = open.pop()) {
      if (++this.#work > maxWork) return true;
      const { expression, wanted } = goal;
      if (expression.type === 'comparison') {
        if (!this.#add(expression, wanted, facts, changed)) return false;
      } else if ((expression.type === 'and') === wanted) {
        for (const part of partsOf(goal)) open.push(part);
      } else branching.push(goal);
    }
    for (const [key, path] of changed) {
      const all = facts.ofKeys.get(key)!;
      this.#work += costOf(all);
      if (!someValueFits(all, domainOf(path, this.context))) return false;
    }
    const [first, ...rest] = branching;
    return !first || partsOf(first).some((part) => this.canBe([part, ...rest], facts));
  }

  /** False for a contradiction. */
  #add(comparison: Comparison, wanted: boolean, facts: Facts, changed: Map<string, Key['path']>): boolean {
    if (this.options.isOpaque?.(comparison) || !isExact(comparison)) return true;
    const constant = constantTruth(comparison);
    if (constant !== undefined) {
      const isKnown = constant === true || (constant === false && !this.options.falseIsMeant);
      return !isKnown || constant === wanted;
    }
    const text = print(comparison);
    const known = facts.ofTexts.get(text);
    if (known !== undefined) return known === wanted;
    facts.ofTexts.set(text, wanted);
    const one = keyed(comparison);
    if (!one) return true;
    const key = printPath(one.path);
    const ofKey = [...(facts.ofKeys.get(key) ?? []), { comparison: one, wanted }];
    if (costOf(ofKey) > maxCost) return true;
    facts.ofKeys.set(key, ofKey);
    changed.set(key, one.path);
    return true;
  }
}

function partsOf({ expression, wanted }: Goal): readonly Goal[] {
  if (expression.type === 'comparison') return [];
  return expression.operands.map((operand) => ({ expression: operand, wanted }));
}
