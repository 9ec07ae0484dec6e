import { constantTruth, keyed } from '../../routing/expressions/domain';
import { comparisonsOf, print, printPath } from '../../routing/expressions/syntax';
import type { Comparison, Expression } from '../../routing/expressions/syntax';
import { message } from '../../taskrouter/message';
import { isAbsent, isOpaque, readingsOf } from '../document';
import type { ConfigurationPart, FilterPart, TargetPart } from '../document';
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

/** What a comparison says about a value, in a form in which others can be looked up; none for most operators. */
function anchorsOf(comparison: Comparison): readonly string[] {
  if (isOpaque(comparison) || constantTruth(comparison) !== undefined) return [];
  const one = keyed(comparison);
  if (!one) return [print(comparison)];
  if (!['==', 'IN', 'HAS'].includes(one.operator)) return [];
  const constants = Array.isArray(one.constant) ? (one.constant as readonly unknown[]) : [one.constant];
  return constants.map((constant) => `${printPath(one.path)} ${String(constant).toLowerCase()}`);
}

/** Of these, an expression that implies this one mentions at least one; undefined when that is not known. */
function required(expression: Expression): readonly string[] | undefined {
  if (expression.type === 'comparison') {
    const anchors = anchorsOf(expression);
    return anchors.length > 0 ? anchors : undefined;
  }
  const parts = expression.operands.map(required);
  if (expression.type === 'and') return parts.find((part) => part !== undefined);
  return parts.includes(undefined) ? undefined : parts.flatMap((part) => part!);
}

/** The filters above, by what they require: of thousands, only a few can cover one. */
class FiltersAbove {
  readonly #general: FilterPart[] = [];
  readonly #byAnchor = new Map<string, FilterPart[]>();

  add(filter: FilterPart): void {
    const expression = filter.expression?.parsed.expression;
    if (!expression || isNever(filter.expression)) return;
    const anchors = required(expression);
    if (!anchors) this.#general.push(filter);
    for (const anchor of new Set(anchors)) {
      const known = this.#byAnchor.get(anchor);
      if (known) known.push(filter);
      else this.#byAnchor.set(anchor, [filter]);
    }
  }

  candidates(expression: Expression): FilterPart[] {
    const anchors = new Set(comparisonsOf(expression).flatMap(anchorsOf));
    const found = new Set(this.#general);
    for (const anchor of anchors) for (const one of this.#byAnchor.get(anchor) ?? []) found.add(one);
    return [...found].sort((a, b) => a.index - b.index);
  }
}

/** More together are rarely what covers a filter, and take long to try. */
const maxTogether = 8;
/** Filters that are compared with one. */
const maxCandidates = 300;

function* shadowed({ filters }: ConfigurationPart, wantsLast: boolean): Generator<Finding | undefined> {
  const above = new FiltersAbove();
  for (const filter of filters) {
    const { expression } = filter;
    if (expression?.parsed.expression && !isNever(expression)) {
      const candidates = above.candidates(expression.parsed.expression).slice(0, maxCandidates);
      yield shadowOf(filter, candidates, wantsLast);
    }
    above.add(filter);
  }
}

function shadowOf(
  filter: FilterPart,
  candidates: readonly FilterPart[],
  wantsLast: boolean,
): Finding | undefined {
  const { range } = filter.expression!;
  const one = candidates.find((other) => isCovered(filter, [other]));
  if (one) {
    if (one.targets.some(isLast) !== wantsLast) return undefined;
    const name = nameOf(one);
    return wantsLast
      ? {
          range,
          message: message(
            'No task reaches this filter: every task that matches it matches the filter {name} above, and stays there.',
            { name },
          ),
        }
      : {
          range,
          message: message(
            'Tasks reach this filter only after the timeouts of the filter {name} above, which matches all of them.',
            { name },
          ),
        };
  }
  const last = candidates.filter(({ targets }) => targets.some(isLast));
  if (!wantsLast || last.length < 2 || last.length > maxTogether || !isCovered(filter, last))
    return undefined;
  return {
    range,
    message: message(
      'No task reaches this filter: every task that matches it matches one of the filters {names} above, and stays there.',
      { names: last.map(nameOf).join(', ') },
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
