import fc from 'fast-check';

/** Random expressions, as texts, about attributes that random workers and tasks have, or have not. */

const words = ['sales', 'support', 'billing', 'en', 'fr', 'de', 'a', 'b'];

interface Keys {
  readonly arrays: readonly string[];
  readonly texts: readonly string[];
  readonly numbers: readonly string[];
  readonly booleans: readonly string[];
  /** Keys that nothing has. */
  readonly missing: readonly string[];
}

const workerKeys: Keys = {
  arrays: ['skills', 'langs'],
  texts: ['team.name', 'skills[0]', 'langs[1]'],
  numbers: ['level', 'score', 'team.rank'],
  booleans: ['senior'],
  missing: ['nothing', 'nothing.at.all'],
};

const taskKeys: Keys = {
  arrays: ['wanted'],
  texts: ['type', 'lang', 'wanted[0]'],
  numbers: ['amount', 'tier', 'details.tier'],
  booleans: ['urgent'],
  missing: ['nothing', 'nothing.at.all'],
};

const prefixed = (prefix: string, keys: Keys): Keys => {
  const all = (names: readonly string[]) => names.map((name) => prefix + name);
  return {
    arrays: all(keys.arrays),
    texts: all(keys.texts),
    numbers: all(keys.numbers),
    booleans: all(keys.booleans),
    missing: all(keys.missing),
  };
};

const pick = <T>(all: readonly T[]) => fc.constantFrom(...all);
const either = <T>(...choices: readonly (readonly [weight: number, arbitrary: fc.Arbitrary<T>])[]) =>
  fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));
const joined = (...parts: readonly (string | fc.Arbitrary<string>)[]) =>
  fc
    .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
    .map((texts) => texts.join(' '));

const text = fc.tuple(pick(words), pick(["'", '"'])).map(([word, quote]) => quote + word + quote);
const number = fc.oneof(
  fc.integer({ min: -1, max: 5 }).map(String),
  fc.constantFrom('2.5', '3.0', '1.25', '0'),
);
const list = fc.array(text, { minLength: 0, maxLength: 3 }).map((items) => `[${items.join(', ')}]`);
const equality = pick(['==', '==', '=', '!=']);
const inequality = pick(['<', '<=', '>', '>=']);
const membership = pick(['IN', 'IN', '<-', 'NOT IN', 'in']);
const anyOperator = pick(['==', '!=', '<', '>=', 'CONTAINS', 'HAS', 'IN', 'NOT IN', '>-']);

function comparison(keys: Keys): fc.Arbitrary<string> {
  const anyKey = pick([...keys.arrays, ...keys.texts, ...keys.numbers, ...keys.booleans, ...keys.missing]);
  return either(
    [4, joined(pick(keys.arrays), pick(['HAS', 'HAS', '>-']), text)],
    [2, joined(text, membership, pick(keys.arrays))],
    [3, joined(pick(keys.texts), equality, text)],
    [2, joined(pick(keys.texts), membership, list)],
    [1, joined(pick(keys.texts), pick(['CONTAINS', 'contains']), pick(["'s'", "'e'", '"n"']))],
    [4, joined(pick(keys.numbers), fc.oneof(equality, inequality), number)],
    [1, joined(number, inequality, pick(keys.numbers))],
    [2, joined(pick(keys.booleans), pick(['==', '!=']), pick(['true', 'false']))],
    [1, joined(anyKey, pick(['==', '!=']), 'null')],
    [1, joined(anyKey, anyOperator, fc.oneof(text, number, list, pick(['true', '"2"']), anyKey))],
  );
}

function combined(comparisons: fc.Arbitrary<string>, depth: number): fc.Arbitrary<string> {
  if (depth === 0) return comparisons;
  const inner = combined(comparisons, depth - 1);
  const logical = pick(['AND', 'OR']);
  return either(
    [5, comparisons],
    [2, joined(inner, logical, inner)],
    [1, joined(inner, logical, '(', inner, logical, inner, ')')],
    [1, inner.map((one) => `(${one})`)],
  );
}

const always = pick(['1==1', '1 == 1', '"a" != "b"']);

/** For `target_workers`: most let somebody in. */
export const queueExpression = either(
  [4, always],
  [4, joined('skills', 'HAS', text)],
  [3, combined(comparison(workerKeys), 2)],
);

export const filterExpression = either(
  [3, always],
  [4, joined('type', '==', pick(["'sales'", "'support'", '"billing"']))],
  [4, combined(comparison(taskKeys), 2)],
);

const channel = pick(['worker.channel.voice', 'worker.channel.chat']);
const field = (name: string) => channel.map((one) => `${one}.${name}`);
const acrossBoth = fc.oneof(
  joined('task.lang', membership, 'worker.langs'),
  joined('worker.skills', pick(['HAS', '>-']), 'task.type'),
  joined('worker.skills[0]', membership, 'task.wanted'),
  joined('worker.level', fc.oneof(equality, inequality), 'task.tier'),
  joined('task.amount', inequality, 'worker.score'),
);
const workerFields = fc.oneof(
  joined('worker.sid', equality, pick(['task.agent_sid', '"WK_w1"'])),
  joined('worker.friendly_name', equality, pick(['task.agent', "'w0'"])),
  joined('worker.sid', 'NOT IN', 'task.agent_sids'),
  joined('worker.activity_name', membership, pick(["['Special']", "['Available', 'Break']"])),
  joined('worker.activity_sid', equality, pick(['"WA_Special"', '"WA_Available"'])),
);
const load = fc.oneof(
  joined(field('assigned_tasks'), fc.oneof(equality, inequality), pick(['0', '1', '2'])),
  joined(
    field('available_capacity_percentage'),
    fc.oneof(equality, inequality),
    pick(['0', '19', '20', '33', '34', '50', '66', '100']),
  ),
  joined(field('configured_capacity'), inequality, pick(['0', '1', '2'])),
);

export const targetExpression = combined(
  either(
    [4, acrossBoth],
    [2, workerFields],
    [2, load],
    [3, comparison(prefixed('worker.', workerKeys))],
    [1, comparison(prefixed('task.', taskKeys))],
  ),
  1,
);

const count = fc.oneof(
  pick(['workers.available', 'workers.unavailable']),
  pick(['workers.WA_Available', 'workers.WA_Special', 'workers.WA_Break', 'workers.WA_Offline']),
);
export const skipExpression = either(
  [4, fc.constant('1==1')],
  [2, fc.constant('workers.available == 0')],
  [3, combined(joined(count, fc.oneof(equality, inequality), fc.oneof(fc.nat(4).map(String), count)), 1)],
);

const orderKey = pick(['worker.level', 'worker.score', 'worker.team.rank', 'worker.nothing']);
const clause = joined(orderKey, pick(['ASC', 'DESC']));
export const orderExpression = fc
  .array(clause, { minLength: 1, maxLength: 3 })
  .map((clauses) => clauses.join(', '));
