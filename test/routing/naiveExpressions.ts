/**
 * TaskRouter's expressions once more, to compare src/routing with: it shares no code with it, is slow, and does one
 * thing after the other. https://www.twilio.com/docs/taskrouter/expression-syntax
 *
 * | Where the pages are silent or disagree                 | taken here                                             |
 * | ------------------------------------------------------ | ------------------------------------------------------ |
 * | a missing key, an index outside, a path through either | NULL; NULL == NULL and NULL != value hold              |
 * | NULL in an ordering, in CONTAINS, as an array          | false                                                  |
 * | NULL IN an array                                       | membership, so NULL NOT IN ["a"] holds                 |
 * | == null and != null                                    | ask whether there is a value, also of an array         |
 * | array operators                                        | false except array HAS scalar, scalar [NOT] IN array   |
 * | text against number                                    | as numbers if the text is one; else unequal, no order  |
 * | boolean against text or number                         | unequal, no order                                      |
 * | texts                                                  | case matters; ordered by code unit                     |
 * | CONTAINS with numbers                                  | as texts                                               |
 * | AND and OR without parentheses                         | AND binds tighter; keywords in any case                |
 */

export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };
export type Lookup = (path: readonly (string | number)[]) => Value;
export type Expression = (lookup: Lookup) => boolean;

const token =
  /\s*(?:("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(-?\d+(?:\.\d+)?)|([A-Za-z_$][\w$]*)|(==|!=|>=|<=|>-|<-|[=<>()[\],.]))/y;

/** @throws Error when the text is no expression */
export function readExpression(text: string): Expression {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (text.slice(token.lastIndex).trim() !== '') {
    const start = token.lastIndex;
    const match = token.exec(text);
    if (!match) throw new Error(`${text}: unreadable at ${start}`);
    tokens.push(match[0].trim());
  }
  let next = 0;
  const peek = () => tokens[next]?.toUpperCase();
  const accept = (...words: string[]) => (words.includes(peek() ?? '') ? tokens[next++] : undefined);
  const expect = (word: string) => {
    if (!accept(word)) throw new Error(`${text}: ${word} expected, not ${tokens[next]}`);
  };

  function disjunction(): Expression {
    const all = [conjunction()];
    while (accept('OR')) all.push(conjunction());
    return (lookup) => all.some((one) => one(lookup));
  }
  function conjunction(): Expression {
    const all = [comparison()];
    while (accept('AND')) all.push(comparison());
    return (lookup) => all.every((one) => one(lookup));
  }
  function comparison(): Expression {
    if (accept('(')) {
      const inner = disjunction();
      expect(')');
      return inner;
    }
    const leftIsNull = peek() === 'NULL';
    const left = operand();
    const operator = tokens[next++]?.toUpperCase() ?? '';
    if (operator === 'NOT') expect('IN');
    const compare = operators[operator];
    if (!compare) throw new Error(`${text}: ${operator} is no operator`);
    const rightIsNull = peek() === 'NULL';
    const right = operand();
    const asked = leftIsNull ? right : rightIsNull ? left : undefined;
    if (asked && operator === '!=') return (lookup) => asked(lookup) !== null;
    if (asked && /^==?$/.test(operator)) return (lookup) => asked(lookup) === null;
    return (lookup) => compare(left(lookup), right(lookup));
  }
  function operand(): (lookup: Lookup) => Value {
    const word = tokens[next++] ?? '';
    if (word === '[') {
      const items: ((lookup: Lookup) => Value)[] = [];
      while (!accept(']')) {
        items.push(operand());
        if (peek() !== ']') expect(',');
      }
      return (lookup) => items.map((item) => item(lookup));
    }
    if (/^["']/.test(word)) return () => word.slice(1, -1).replace(/\\(.)/g, '$1');
    if (/^-?\d/.test(word)) return () => Number(word);
    if (word === 'true' || word === 'false') return () => word === 'true';
    if (word === 'null') return () => null;
    if (!/^[A-Za-z_$]/.test(word)) throw new Error(`${text}: ${word} is no value`);
    const path: (string | number)[] = [word];
    for (;;) {
      if (accept('.')) path.push(tokens[next++]!);
      else if (accept('[')) {
        path.push(Number(tokens[next++]));
        expect(']');
      } else return (lookup) => lookup(path);
    }
  }

  const whole = disjunction();
  if (next < tokens.length) throw new Error(`${text}: ${tokens[next]} is too much`);
  return whole;
}

/** What stands in JSON at a path. */
export function valueAt(root: Value, path: readonly (string | number)[]): Value {
  let value: Value | undefined = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return null;
    if (Array.isArray(value) !== (typeof key === 'number')) return null;
    value = Object.hasOwn(value, key) ? (value as Record<string, Value>)[key] : null;
  }
  return value ?? null;
}

const isScalar = (value: Value) => typeof value !== 'object' || value === null;
const isArray = (value: Value): value is readonly Value[] => Array.isArray(value);

const numberIn = (value: Value) =>
  typeof value === 'number'
    ? value
    : typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)
      ? Number(value)
      : undefined;

function equal(a: Value, b: Value): boolean {
  if (typeof a === typeof b) return a === b;
  if (a === null || b === null || typeof a === 'boolean' || typeof b === 'boolean') return false;
  const [left, right] = [numberIn(a), numberIn(b)];
  return left !== undefined && left === right;
}

/** Below 0, 0 or above 0; undefined where there is no order. */
function order(a: Value, b: Value): number | undefined {
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  const [left, right] = [numberIn(a), numberIn(b)];
  return left === undefined || right === undefined ? undefined : left - right;
}

function contains(a: Value, b: Value): boolean {
  if (!isScalar(a) || !isScalar(b) || a === null || b === null) return false;
  return String(a).includes(String(b));
}

const has = (array: Value, item: Value) =>
  isArray(array) && isScalar(item) && array.some((one) => isScalar(one) && equal(one, item));
const hasNot = (array: Value, item: Value) => isArray(array) && isScalar(item) && !has(array, item);

const ordered = (test: (sign: number) => boolean) => (a: Value, b: Value) => {
  const sign = order(a, b);
  return sign !== undefined && test(sign);
};
const equals = (a: Value, b: Value) => isScalar(a) && isScalar(b) && equal(a, b);
const differs = (a: Value, b: Value) => isScalar(a) && isScalar(b) && !equal(a, b);

const operators: Readonly<Record<string, (a: Value, b: Value) => boolean>> = {
  '==': equals,
  '=': equals,
  '!=': differs,
  '<': ordered((sign) => sign < 0),
  '<=': ordered((sign) => sign <= 0),
  '>': ordered((sign) => sign > 0),
  '>=': ordered((sign) => sign >= 0),
  CONTAINS: contains,
  HAS: has,
  '>-': has,
  IN: (item, array) => has(array, item),
  '<-': (item, array) => has(array, item),
  NOT: (item, array) => hasNot(array, item),
};
