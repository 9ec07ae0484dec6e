import { constantTruth, keyed } from '../../routing/expressions/domain';
import { comparisonsOf, print, printPath } from '../../routing/expressions/syntax';
import type { Comparison, Expression } from '../../routing/expressions/syntax';
import { message } from '../../taskrouter/message';
import { isAbsent, isOpaque, readingsOf } from '../document';
import type { ConfigurationPart, FilterPart, ParsedExpression, TargetPart } from '../document';
import { propertyOf } from '../json';
import { decisionsFor, isNever } from './logic';
import type { Finding, Rule } from './rule';

/** Whether tasks stay in a target until they are assigned: it has no timeout, and nothing lets them skip it. */
export function isLast({ object, skipIf }: TargetPart): boolean {
  if (!isAbsent(propertyOf(object, 'timeout'))) return false;
  const skip = propertyOf(object, 'skip_if');
  return isAbsent(skip) || (skipIf !== undefined && isNever(skipIf));
}

const nameOf = ({ name, index }: FilterPart): string => name ?? `#${index + 1}`;

const { implies, isAlways } = decisionsFor('filter');

/** What was computed of an expression: it outlives a version of its document. */
function remembered<Key extends object, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { readonly value: Value }>();
  return (key) => {
    let found = known.get(key);
    if (!found) known.set(key, (found = { value: compute(key) }));
    return found.value;
  };
}

/** Whether every task that matches the first one matches one of the others, however the expressions are read. */
function isCovered(first: FilterPart, others: readonly FilterPart[]): boolean {
  const readings = readingsOf(first.expression!.parsed);
  const count = Math.max(readings.length, ...others.map((one) => readingsOf(one.expression!.parsed).length));
  for (let i = 0; i < count; i++) {
    const read = (filter: FilterPart) => {
      const all = readingsOf(filter.expression!.parsed);
      return all[i] ?? all[0]!;
    };
    const [one, ...more] = others.map(read);
    const either: Expression =
      more.length === 0 ? one! : { type: 'or', operands: [one!, ...more], range: one!.range };
    if (!implies(read(first), either)) return false;
  }
  return true;
}

const coveredBy = remembered((_first: ParsedExpression) => new WeakMap<ParsedExpression, boolean>());

/** The same for one other, remembered. */
function isCoveredBy(first: FilterPart, other: FilterPart): boolean {
  const known = coveredBy(first.expression!.parsed);
  const { parsed } = other.expression!;
  let found = known.get(parsed);
  if (found === undefined) known.set(parsed, (found = isCovered(first, [other])));
  return found;
}

const valueOf = (key: string, constant: unknown): string => `${key} ${String(constant).toLowerCase()}`;

/** Of these, an expression that implies this comparison mentions at least one; without any, none implies it. */
function required(comparison: Comparison): readonly string[] {
  if (isOpaque(comparison) || constantTruth(comparison) !== undefined) return [];
  const one = keyed(comparison);
  if (!one) return [print(comparison)];
  const key = printPath(one.path);
  const isOfValues = ['==', 'IN', 'HAS'].includes(one.operator);
  return isOfValues ? [one.constant].flat().map((constant) => valueOf(key, constant)) : [key];
}

/** The same for an expression: one of each of these. Nothing is required for what is always true. */
function requirements(expression: Expression): readonly (readonly string[])[] {
  if (expression.type === 'comparison') {
    return constantTruth(expression) === true ? [] : [required(expression)];
  }
  const parts = expression.operands.map(requirements);
  if (expression.type === 'and') return parts.flat();
  return parts.some((part) => part.length === 0) ? [] : [parts.flatMap((part) => part[0]!)];
}

const needsOf = remembered(requirements);

const mentioned = remembered((expression: Expression): ReadonlySet<string> => {
  const found = new Set<string>();
  for (const comparison of comparisonsOf(expression)) {
    const one = keyed(comparison);
    const key = one && printPath(one.path);
    found.add(key ?? print(comparison));
    if (key !== undefined) for (const each of [one!.constant].flat()) found.add(valueOf(key, each));
  }
  return found;
});

interface Candidate {
  readonly filter: FilterPart;
  readonly needs: readonly (readonly string[])[];
}

/** The filters above, by what they require: of thousands, only a few can cover one. */
class FiltersAbove {
  readonly #general: Candidate[] = [];
  readonly #byMention = new Map<string, Candidate[]>();

  add(filter: FilterPart): void {
    const expression = filter.expression?.parsed.expression;
    if (!expression || isNever(filter.expression)) return;
    const needs = needsOf(expression);
    if (needs.some((one) => one.length === 0)) return;
    const candidate = { filter, needs };
    if (needs.length === 0) this.#general.push(candidate);
    else for (const mention of new Set(this.#rarest(needs))) this.#with(mention).push(candidate);
  }

  candidates(expression: Expression): FilterPart[] {
    const mentions = mentioned(expression);
    const found = new Set(this.#general);
    for (const mention of mentions) for (const one of this.#byMention.get(mention) ?? []) found.add(one);
    return [...found]
      .filter(({ needs }) => needs.every((need) => need.some((mention) => mentions.has(mention))))
      .map(({ filter }) => filter)
      .sort((a, b) => a.index - b.index);
  }

  #with(mention: string): Candidate[] {
    let known = this.#byMention.get(mention);
    if (!known) this.#byMention.set(mention, (known = []));
    return known;
  }

  #rarest(needs: Candidate['needs']): readonly string[] {
    const countOf = (need: readonly string[]) =>
      need.reduce((count, mention) => count + (this.#byMention.get(mention)?.length ?? 0), 0);
    return needs.reduce((best, need) => (countOf(need) < countOf(best) ? need : best));
  }
}

/** More together are rarely what covers a filter, and take long to try. */
const maxTogether = 8;
/** Filters that are compared with one. */
const maxCandidates = 300;
/** Pairs of filters that are compared: nothing is said of what comes after them. */
const maxPairs = 3000;

interface Cover {
  readonly filter: FilterPart;
  /** The filters above that match whatever it matches: one, or several together. */
  readonly by: readonly FilterPart[];
}

const covers = new WeakMap<ConfigurationPart, readonly Cover[]>();

/** Pauses after each pair of filters. */
function* coversIn(part: ConfigurationPart): Generator<undefined, readonly Cover[]> {
  const known = covers.get(part);
  if (known) return known;
  const found: Cover[] = [];
  const above = new FiltersAbove();
  let pairs = 0;
  for (const filter of part.filters) {
    const expression = filter.expression?.parsed.expression;
    if (expression && !isNever(filter.expression)) {
      const candidates = above.candidates(expression).slice(0, maxCandidates);
      let one: FilterPart | undefined;
      for (const other of candidates) {
        if (++pairs > maxPairs) break;
        yield;
        if (isCoveredBy(filter, other)) one = other;
        if (one) break;
      }
      if (pairs > maxPairs) break;
      const last = candidates.filter(({ targets }) => targets.some(isLast));
      if (one) found.push({ filter, by: [one] });
      else if (last.length >= 2 && last.length <= maxTogether && isCovered(filter, last)) {
        found.push({ filter, by: last });
      }
    }
    above.add(filter);
    yield;
  }
  covers.set(part, found);
  return found;
}

function* shadowed(part: ConfigurationPart, wantsLast: boolean): Generator<Finding | undefined> {
  for (const { filter, by } of yield* coversIn(part)) {
    if (by.some(({ targets }) => targets.some(isLast)) === wantsLast) yield shadowOf(filter, by, wantsLast);
  }
}

function shadowOf({ expression }: FilterPart, by: readonly FilterPart[], wantsLast: boolean): Finding {
  const { range } = expression!;
  const name = nameOf(by[0]!);
  if (!wantsLast) {
    return {
      range,
      message: message(
        'Tasks reach this filter only after the timeouts of the filter {name} above, which matches all of them.',
        { name },
      ),
    };
  }
  return {
    range,
    message:
      by.length === 1
        ? message(
            'No task reaches this filter: every task that matches it matches the filter {name} above, and stays there.',
            { name },
          )
        : message(
            'No task reaches this filter: every task that matches it matches one of the filters {names} above, and stays there.',
            { names: by.map(nameOf).join(', ') },
          ),
  };
}

const configurationPage = 'workflow-configuration';

export const shadowingRules: readonly Rule[] = [
  {
    code: 'unreachable-target',
    about: 'filter',
    severity: 'warning',
    page: configurationPage,
    *check({ targets }) {
      const last = targets.findIndex(isLast);
      if (last < 0) return;
      for (const { object } of targets.slice(last + 1)) {
        yield {
          range: { start: object.range.start, end: object.range.start + 1 },
          message: message('No task reaches this target: target {number} above has no timeout.', {
            number: last + 1,
          }),
        };
      }
    },
  },
  {
    code: 'shadowed-filter',
    about: 'configuration',
    severity: 'warning',
    page: configurationPage,
    check: (part) => shadowed(part, true),
  },
  {
    code: 'late-filter',
    about: 'configuration',
    severity: 'information',
    page: configurationPage,
    check: (part) => shadowed(part, false),
  },
  {
    code: 'no-default-filter',
    about: 'configuration',
    severity: 'information',
    page: configurationPage,
    *check({ object, filters, nameRange }) {
      if (!isAbsent(propertyOf(object, 'default_filter')) || filters.length === 0) return;
      const matchesAll = ({ expression }: FilterPart) => {
        const readings = expression ? readingsOf(expression.parsed) : [];
        return readings.length > 0 && readings.every(isAlways);
      };
      if (filters.some(matchesAll)) return;
      yield {
        range: nameRange,
        message: message('There is no default filter. Tasks that match no filter are not routed.'),
      };
    },
  },
];
