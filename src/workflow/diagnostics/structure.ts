import { nearest } from '../../nearest';
import { ExpressionError } from '../../routing/expressions/errors';
import { compileOrder } from '../../routing/expressions/order';
import { parse } from '../../routing/expressions/parse';
import { maxConfigurationBytes, maxPriority } from '../../routing/workflow/configuration';
import { message } from '../../taskrouter/message';
import { isAbsent } from '../document';
import { propertyOf } from '../json';
import type { JsonObject, JsonValue } from '../json';
import type { Finding, PartSurroundings, Rule } from './rule';

const configurationPage = 'workflow-configuration';

const typeMessages = {
  string: (name: string) => message('"{name}" must be a string.', { name }),
  array: (name: string) => message('"{name}" must be an array.', { name }),
  object: (name: string) => message('"{name}" must be an object.', { name }),
};

/** Findings for values of another type than TaskRouter reads. */
function* ofType(
  object: JsonObject,
  names: readonly string[],
  type: keyof typeof typeMessages,
  { isTemplate }: PartSurroundings,
): Generator<Finding> {
  for (const name of names) {
    const value = propertyOf(object, name);
    if (!value || value.type === 'null' || value.type === type || isTemplate(value.range)) continue;
    if (isAbsent(value)) continue;
    yield { range: value.range, message: typeMessages[type](name) };
  }
}

const knownKeys = {
  configuration: ['filters', 'default_filter'],
  filter: ['filter_friendly_name', 'friendly_name', 'expression', 'targets'],
  target: [
    ...['queue', 'priority', 'timeout', 'expression', 'order_by', 'skip_if'],
    ...['known_worker_sid', 'known_worker_friendly_name'],
  ],
};
/** Names that TaskRouter or its libraries accepted. */
const otherNames = new Set([
  'friendlyName',
  'defaultFilter',
  'task_queue_sid',
  'queue_name',
  'queueName',
  'name',
]);

/** A key that TaskRouter ignores, and that resembles one which the object lacks. */
function* misspelled(object: JsonObject, known: readonly string[]): Generator<Finding> {
  const missing = known.filter((name) => !propertyOf(object, name));
  for (const { name, nameRange } of object.properties) {
    if (known.includes(name) || otherNames.has(name) || name.length < 4) continue;
    const plain = (key: string) => key.replace(/[-_]/g, '').toLowerCase();
    const meant = missing.find((one) => plain(one) === plain(name)) ?? nearest(name, missing);
    if (meant === undefined || (plain(meant) !== plain(name) && Math.abs(meant.length - name.length) > 2))
      continue;
    yield {
      range: nameRange,
      message: message('TaskRouter ignores "{name}". Did you mean "{meant}"?', { name, meant }),
      fixes: [
        {
          title: message('Rename to "{meant}"', { meant }),
          edits: [{ range: nameRange, text: `"${meant}"` }],
        },
      ],
    };
  }
}

/** A whole number, also as a string, as Twilio's examples write them. */
function numberOf(value: JsonValue): number | undefined {
  if (value.type === 'number') return Number.isInteger(value.value) ? value.value : undefined;
  return value.type === 'string' && /^\s*-?\d+\s*$/.test(value.value) ? Number(value.value) : undefined;
}

function* outside(
  object: JsonObject,
  name: string,
  min: number,
  { isTemplate }: PartSurroundings,
): Generator<Finding> {
  const value = propertyOf(object, name);
  if (!value || isAbsent(value) || isTemplate(value.range)) return;
  // A placeholder of a tool that is not known here.
  if (value.type === 'string' && !/^\s*-?[\d.]+\s*[a-z]*\s*$/i.test(value.value)) return;
  const number = numberOf(value);
  if (number !== undefined && number >= min && number <= maxPriority) return;
  yield {
    range: value.range,
    message: message('"{name}" must be a whole number from {min} to {max}.', { name, min, max: maxPriority }),
  };
}

export const knownWorkerKeys = ['known_worker_sid', 'known_worker_friendly_name'];

export const structureRules: readonly Rule[] = [
  {
    code: 'too-large',
    about: 'configuration',
    severity: 'error',
    page: 'limits',
    *check({ object, nameRange }, { document }) {
      const bytes = new TextEncoder().encode(
        document.text.slice(object.range.start, object.range.end),
      ).length;
      if (bytes <= maxConfigurationBytes) return;
      yield {
        range: nameRange,
        message: message(
          'The configuration has {bytes} bytes. TaskRouter accepts up to {max}, with whitespace.',
          {
            bytes,
            max: maxConfigurationBytes,
          },
        ),
      };
    },
  },
  {
    code: 'wrong-type',
    about: 'configuration',
    severity: 'error',
    page: configurationPage,
    *check({ object }, around) {
      yield* ofType(object, ['filters'], 'array', around);
      yield* ofType(object, ['default_filter'], 'object', around);
    },
  },
  {
    code: 'wrong-type',
    about: 'filter',
    severity: 'error',
    page: configurationPage,
    *check({ object }, around) {
      yield* ofType(object, ['expression', 'filter_friendly_name'], 'string', around);
      yield* ofType(object, ['targets'], 'array', around);
    },
  },
  {
    code: 'wrong-type',
    about: 'target',
    severity: 'error',
    page: configurationPage,
    *check({ target: { object } }, around) {
      const names = ['queue', 'expression', 'order_by', 'skip_if', ...knownWorkerKeys];
      yield* ofType(object, names, 'string', around);
    },
  },
  {
    code: 'number-out-of-range',
    about: 'target',
    severity: 'error',
    page: configurationPage,
    *check({ target: { object }, isDefault }, around) {
      yield* outside(object, 'priority', 0, around);
      if (!isDefault) yield* outside(object, 'timeout', 1, around);
    },
  },
  {
    code: 'filter-without-expression',
    about: 'filter',
    severity: 'error',
    page: configurationPage,
    *check({ object }) {
      if (!isAbsent(propertyOf(object, 'expression'))) return;
      yield { range: startOf(object), message: message('This filter has no expression.') };
    },
  },
  {
    code: 'filter-without-targets',
    about: 'filter',
    severity: 'error',
    page: configurationPage,
    *check({ object }) {
      const targets = propertyOf(object, 'targets');
      const isEmpty = targets?.type === 'array' && targets.items.length === 0;
      if (!isEmpty && !isAbsent(targets)) return;
      yield {
        range: isEmpty ? targets.range : startOf(object),
        message: message('This filter has no targets.'),
      };
    },
  },
  {
    code: 'target-without-queue',
    about: 'target',
    severity: 'error',
    page: configurationPage,
    *check({ target: { object, queue, index }, isDefault }) {
      if (queue !== undefined || index > 0 || !isAbsent(propertyOf(object, 'queue'))) return;
      // Tools resolve names of their own.
      if (object.properties.some(({ name }) => /queue/i.test(name) && name !== 'queue')) return;
      yield {
        range: startOf(object),
        message: isDefault
          ? message('The default filter needs a queue.')
          : message('The first target of a filter needs a queue.'),
      };
    },
  },
  {
    code: 'misspelled-key',
    about: 'configuration',
    severity: 'warning',
    page: configurationPage,
    check: ({ object }) => misspelled(object, knownKeys.configuration),
  },
  {
    code: 'misspelled-key',
    about: 'filter',
    severity: 'warning',
    page: configurationPage,
    check: ({ object }) => misspelled(object, knownKeys.filter),
  },
  {
    code: 'misspelled-key',
    about: 'target',
    severity: 'warning',
    page: configurationPage,
    check: ({ target: { object } }) => misspelled(object, knownKeys.target),
  },
  {
    code: 'two-known-workers',
    about: 'target',
    severity: 'error',
    page: 'workflow-configuration/known-agent-routing',
    *check({ target: { object } }) {
      const values = knownWorkerKeys.map((name) => propertyOf(object, name));
      if (values.some(isAbsent)) return;
      yield {
        range: values[1]!.range,
        message: message('A target can have known_worker_sid or known_worker_friendly_name, but not both.'),
      };
    },
  },
  {
    code: 'known-worker-attribute',
    about: 'target',
    severity: 'error',
    page: 'workflow-configuration/known-agent-routing',
    *check({ target: { object } }, around) {
      for (const name of knownWorkerKeys) {
        const value = propertyOf(object, name);
        if (value?.type !== 'string' || value.value === '' || around.isTemplate(value.range)) continue;
        if (isTaskKey(value.value)) continue;
        const prefixed = `task.${value.value}`;
        yield {
          range: value.range,
          message: message('"{name}" must be the key of a task attribute, such as task.agent.', { name }),
          ...(isTaskKey(prefixed)
            ? {
                fixes: [
                  {
                    title: message('Change to {key}', { key: prefixed }),
                    edits: [{ range: value.range, text: JSON.stringify(prefixed) }],
                  },
                ],
              }
            : {}),
        };
      }
    },
  },
  {
    code: 'order-by-syntax',
    about: 'target',
    severity: 'error',
    page: 'order-workers',
    *check({ target: { object } }, around) {
      const value = propertyOf(object, 'order_by');
      if (value?.type !== 'string' || value.value === '' || around.isTemplate(value.range)) return;
      const problem = problemOfOrder(value.value);
      if (problem === undefined || problemOfOrder(withPrefixes(value.value)) === undefined) return;
      yield {
        range: value.range,
        message: message('TaskRouter refuses this order: {problem}.', { problem }),
      };
    },
  },
  {
    code: 'missing-prefix',
    about: 'target',
    severity: 'warning',
    page: 'order-workers',
    *check({ target: { object } }, around) {
      const value = propertyOf(object, 'order_by');
      if (value?.type !== 'string' || value.value === '' || around.isTemplate(value.range)) return;
      if (problemOfOrder(value.value) === undefined) return;
      const fixed = withPrefixes(value.value);
      if (problemOfOrder(fixed) !== undefined) return;
      yield {
        range: value.range,
        message: message('Keys in order_by need the prefix worker., such as in worker.level DESC.'),
        fixes: [
          {
            title: message('Change to {text}', { text: fixed }),
            edits: [{ range: value.range, text: JSON.stringify(fixed) }],
          },
        ],
      };
    },
  },
];

/** The brace that opens an object: the whole would underline everything. */
const startOf = ({ range }: JsonObject) => ({ start: range.start, end: range.start + 1 });

function isTaskKey(text: string): boolean {
  try {
    const expression = parse(`${text} == null`);
    if (expression.type !== 'comparison' || expression.left.type !== 'key') return false;
    const { path } = expression.left;
    return path[0] === 'task' && path.length > 1;
  } catch {
    return false;
  }
}

function problemOfOrder(text: string): string | undefined {
  try {
    compileOrder(text);
    return undefined;
  } catch (error) {
    if (error instanceof ExpressionError) return error.message;
    throw error;
  }
}

const withPrefixes = (order: string): string =>
  order
    .split(',')
    .map((clause) => clause.replace(/^(\s*)(?!worker\.|\s)/, '$1worker.'))
    .join(',');
