import { printPath } from '../../routing/expressions/syntax';
import type { Comparison, Key, Operand } from '../../routing/expressions/syntax';
import type { Context } from '../../routing/expressions/scope';
import { message } from '../../taskrouter/message';
import { isOpaque, keysOf } from '../document';
import type { ExpressionPart } from '../document';
import type { KnownWorkspace } from '../known';
import type { Finding, Fix, Rule } from './rule';

const syntaxPage = 'expression-syntax';

/** Replaces a part of an expression; the text is escaped as JSON. */
export const edit = (part: ExpressionPart, range: Key['range'], text: string) => ({
  range: part.at(range),
  text: JSON.stringify(text).slice(1, -1),
});

const written = (part: ExpressionPart, { range }: Pick<Operand, 'range'>): string =>
  part.text.slice(range.start, range.end);

const isArrayOperator = ({ operator }: Comparison): boolean =>
  operator === 'HAS' || operator === 'IN' || operator === 'NOT IN';

/** The side of HAS, IN and NOT IN that must be an array. */
const arraySide = ({ operator, left, right }: Comparison): Operand => (operator === 'HAS' ? left : right);
const memberSide = ({ operator, left, right }: Comparison): Operand => (operator === 'HAS' ? right : left);

const workerFields = new Set(['sid', 'friendly_name', 'activity_sid', 'activity_name']);
const channelFields = new Set(['configured_capacity', 'assigned_tasks', 'available_capacity_percentage']);

/** Whether the key is one of TaskRouter's own, which are strings and numbers. */
function isScalarField([first, second, ...more]: Key['path'], context: Context): boolean {
  if (context === 'skip_if') return first === 'workers';
  if (context !== 'target' || first !== 'worker') return false;
  if (second === 'channel') return more.length === 2 && channelFields.has(String(more[1]));
  return more.length === 0 && workerFields.has(String(second));
}

/** The values that workers have at a key; undefined where that is not known. */
export function workerValues({ path }: Key, context: Context, { workers }: KnownWorkspace) {
  const [first, ...rest] = path;
  const name = context === 'queue' ? path : context === 'target' && first === 'worker' ? rest : undefined;
  if (!name?.length || !workers || workers.length === 0) return undefined;
  if (workers.some(({ attributes }) => !attributes)) return undefined;
  const values = workers.map(({ attributes }) =>
    name.reduce<unknown>(
      (value, part) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, part)
          ? (value as Record<string | number, unknown>)[part]
          : undefined,
      attributes,
    ),
  );
  return values.filter((value) => value !== undefined && value !== null);
}

/** Whether every worker that has the key has a string, a number or a boolean there. */
function isScalarOfWorkers(key: Key, context: Context, known: KnownWorkspace): boolean {
  const values = workerValues(key, context, known) ?? [];
  return values.length > 0 && values.every((value) => typeof value !== 'object');
}

export const comparisonRules: readonly Rule[] = [
  {
    code: 'array-operator-on-scalar',
    about: 'comparison',
    severity: 'warning',
    page: syntaxPage,
    *check({ part, comparison }, { known }) {
      if (!isArrayOperator(comparison) || isOpaque(comparison)) return;
      const all = arraySide(comparison);
      const { operator } = comparison;
      const range = part.at(comparison.range);
      if (all.type === 'literal') {
        if (all.value === null) return;
        yield {
          range,
          message: message('{operator} is never true here: {value} is not an array.', {
            operator,
            value: written(part, all),
          }),
          fixes: fixesOf(part, comparison),
        };
      } else if (all.type === 'key' && isScalarField(all.path, part.context)) {
        yield {
          range,
          message: message('{operator} is never true here: {key} is not an array.', {
            operator,
            key: printPath(all.path),
          }),
          fixes: fixesOf(part, comparison),
        };
      } else if (all.type === 'key' && isScalarOfWorkers(all, part.context, known)) {
        yield {
          range,
          message: message('{operator} is never true here: {key} is not an array for any worker.', {
            operator,
            key: printPath(all.path),
          }),
          fixes: fixesOf(part, comparison),
        };
      }
    },
  },
  {
    code: 'list-as-member',
    about: 'comparison',
    severity: 'warning',
    page: syntaxPage,
    *check({ part, comparison }) {
      if (!isArrayOperator(comparison) || isOpaque(comparison)) return;
      const one = memberSide(comparison);
      if (one.type !== 'list' || one.items.length === 0) return;
      const key = arraySide(comparison);
      const each = one.items.map((item) => `${written(part, key)} HAS ${written(part, item)}`);
      const canFix = key.type === 'key' && comparison.operator === 'HAS';
      const change = (text: string): Fix => ({
        title: message('Change to {text}', { text }),
        edits: [edit(part, comparison.range, text)],
      });
      yield {
        range: part.at(comparison.range),
        message: message('{operator} compares an array with one value, not with a list.', {
          operator: comparison.operator,
        }),
        ...(canFix ? { fixes: [change(`(${each.join(' OR ')})`), change(`(${each.join(' AND ')})`)] } : {}),
      };
    },
  },
  {
    code: 'scalar-operator-on-list',
    about: 'comparison',
    severity: 'warning',
    page: syntaxPage,
    *check({ part, comparison }) {
      if (isArrayOperator(comparison) || isOpaque(comparison)) return;
      const { left, right, operator } = comparison;
      if (left.type !== 'list' && right.type !== 'list') return;
      const better = operator === '==' ? 'IN' : operator === '!=' ? 'NOT IN' : undefined;
      const canFix = better && left.type === 'key' && right.type === 'list';
      const text = `${written(part, left)} ${better} ${written(part, right)}`;
      yield {
        range: part.at(comparison.range),
        message: message('{operator} is never true for a list. Use IN, NOT IN or HAS.', { operator }),
        ...(canFix
          ? {
              fixes: [
                { title: message('Change to {text}', { text }), edits: [edit(part, comparison.range, text)] },
              ],
            }
          : {}),
      };
    },
  },
  {
    code: 'missing-prefix',
    about: 'comparison',
    severity: 'warning',
    page: 'workflow-configuration',
    *check({ part, comparison }, { known }) {
      if (part.context !== 'target') return;
      for (const key of [comparison.left, comparison.right].flatMap(keysOf))
        yield prefixMissing(part, key, known);
    },
  },
];

function prefixMissing(part: ExpressionPart, key: Key, known: KnownWorkspace): Finding | undefined {
  const text = printPath(key.path);
  // The name can be a part of a template.
  if (/\$__/.test(text) || ((key.path[0] === 'task' || key.path[0] === 'worker') && key.path.length > 1)) {
    return undefined;
  }
  const prefixed = { ...key, path: ['worker', ...key.path] };
  const workerHas = (workerValues(prefixed, 'target', known) ?? []).length > 0;
  const prefixes = workerHas ? ['worker', 'task'] : ['task', 'worker'];
  const isPrefix = text === 'task' || text === 'worker';
  const fixes = prefixes.map((prefix) => ({
    title: message('Change to {text}', { text: `${prefix}.${text}` }),
    edits: [edit(part, key.range, `${prefix}.${text}`)],
  }));
  return {
    range: part.at(key.range),
    message: isPrefix
      ? message('{key} needs the name of an attribute, such as in {key}.level.', { key: text })
      : message('In a target, {key} needs the prefix task. or worker.', { key: text }),
    ...(isPrefix ? {} : { fixes }),
  };
}

/** The comparison that was probably meant where there is no array. */
function fixesOf(part: ExpressionPart, comparison: Comparison): readonly Fix[] {
  const { operator, left, right } = comparison;
  const scalarOperator = operator === 'NOT IN' ? '!=' : '==';
  const text = `${written(part, left)} ${scalarOperator} ${written(part, right)}`;
  const isSimple = [left, right].every(({ type }) => type !== 'list');
  return isSimple
    ? [{ title: message('Change to {text}', { text }), edits: [edit(part, comparison.range, text)] }]
    : [];
}

/** Whether another rule says why a comparison is never true. */
export const isMismatch = (comparison: Comparison, context: Context): boolean => {
  if (!isArrayOperator(comparison))
    return comparison.left.type === 'list' || comparison.right.type === 'list';
  const all = arraySide(comparison);
  return (
    memberSide(comparison).type === 'list' ||
    (all.type === 'literal' && all.value !== null) ||
    (all.type === 'key' && isScalarField(all.path, context))
  );
};
