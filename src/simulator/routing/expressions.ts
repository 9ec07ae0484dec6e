import { grammar } from 'ohm-js';
import type { Node } from 'ohm-js';

/**
 * TaskRouter's own language for workers and tasks: comparisons of attributes, HAS, IN, NOT IN, CONTAINS,
 * AND, OR, NOT and brackets. https://www.twilio.com/docs/taskrouter/expression-syntax
 */
const language = grammar(String.raw`
  TaskRouterExpression {
    Expression = Or
    Or = Or or And -- more
       | And
    And = And and Not -- more
        | Not
    Not = not Not -- not
        | Comparison
    Comparison = "(" Or ")"                       -- nested
               | Value operator Value             -- compare
               | Value has Value                  -- has
               | Value contains Value             -- contains
               | Value not in Value               -- notIn
               | Value in Value                   -- in
               | Value                            -- alone
    Value = List | string | number | word | path
    List = "[" ListOf<Value, ","> "]"              -- square
         | "(" NonemptyListOf<Value, ","> ")"     -- round

    operator = "==" | "!=" | "<=" | ">=" | "<" | ">" | "="
    path = ~(reserved ~nameChar) letterOrUnderscore nameChar* ("." nameChar+)*
    letterOrUnderscore = letter | "_"
    nameChar = alnum | "_" | "-" | "$"
    string = "\"" doubleChar* "\"" -- double
           | "'" singleChar* "'"   -- single
    doubleChar = "\\" any -- escaped
               | ~"\"" any -- plain
    singleChar = "\\" any -- escaped
               | ~"'" any -- plain
    number = "-"? digit+ ("." digit+)?
    word = (caseInsensitive<"true"> | caseInsensitive<"false"> | caseInsensitive<"null">) ~nameChar
    or = caseInsensitive<"or"> ~nameChar | "||"
    and = caseInsensitive<"and"> ~nameChar | "&&"
    not = caseInsensitive<"not"> ~nameChar
    has = caseInsensitive<"has"> ~nameChar
    contains = caseInsensitive<"contains"> ~nameChar
    in = caseInsensitive<"in"> ~nameChar
    reserved = caseInsensitive<"and"> | caseInsensitive<"or"> | caseInsensitive<"not"> | caseInsensitive<"has">
             | caseInsensitive<"in"> | caseInsensitive<"contains">
  }
`);

export type Attributes = Readonly<Record<string, unknown>>;
/** True for attributes that the expression describes. `task` is what `task.…` refers to. */
export type Predicate = (attributes: Attributes, task?: Attributes) => boolean;

type Reads = (attributes: Attributes, task: Attributes | undefined) => unknown;
const reads = (node: Node): Reads => (node as unknown as { reads(): Reads }).reads();

function read(from: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined,
    from,
  );
}

const among = (all: unknown, one: unknown) =>
  Array.isArray(all) ? all.some((each) => same(each, one)) : same(all, one);

const same = (a: unknown, b: unknown) =>
  a === b || (a ?? null) === (b ?? null) || (isPlain(a) && isPlain(b) && String(a) === String(b));
const isPlain = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number';

const comparisons: Record<string, (a: unknown, b: unknown) => boolean> = {
  '==': same,
  '=': same,
  '!=': (a, b) => !same(a, b),
  '<': ordered((a, b) => a < b),
  '<=': ordered((a, b) => a <= b),
  '>': ordered((a, b) => a > b),
  '>=': ordered((a, b) => a >= b),
};

function ordered(holds: (a: number | string, b: number | string) => boolean) {
  return (a: unknown, b: unknown) => {
    if (!isPlain(a) || !isPlain(b)) return false;
    return typeof a === 'string' && typeof b === 'string' ? holds(a, b) : holds(Number(a), Number(b));
  };
}

// Read once, not at each evaluation: routing asks the same of every worker for every task.
const on = (a: Node, b: Node, holds: (a: unknown, b: unknown) => boolean): Reads => {
  const [left, right] = [reads(a), reads(b)];
  return (...from) => holds(left(...from), right(...from));
};
const has = (all: unknown, one: unknown) => among(all, one);
const isIn = (one: unknown, all: unknown) => among(all, one);
const contains = (text: unknown, part: unknown) =>
  typeof text === 'string' ? text.includes(String(part)) : among(text, part);
const constant =
  (value: unknown): Reads =>
  () =>
    value;
const listOf = (_open: Node, items: Node, _close: Node): Reads => {
  const all = items.asIteration().children.map(reads);
  return (...from) => all.map((one) => one(...from));
};
const unquoted = (_open: Node, text: Node, _close: Node) =>
  constant(text.sourceString.replace(/\\(.)/gs, '$1'));

const semantics = language.createSemantics().addOperation<Reads>('reads()', {
  Or_more(a, _or, b) {
    const [left, right] = [reads(a), reads(b)];
    return (...from) => left(...from) || right(...from);
  },
  And_more(a, _and, b) {
    const [left, right] = [reads(a), reads(b)];
    return (...from) => left(...from) && right(...from);
  },
  Not_not(_not, a) {
    const inner = reads(a);
    return (...from) => !inner(...from);
  },
  Comparison_nested: (_open, a, _close) => reads(a),
  Comparison_compare: (a, operator, b) => on(a, b, comparisons[operator.sourceString]!),
  Comparison_has: (a, _has, b) => on(a, b, has),
  Comparison_contains: (a, _contains, b) => on(a, b, contains),
  Comparison_in: (a, _in, b) => on(a, b, isIn),
  Comparison_notIn: (a, _not, _in, b) => on(a, b, (one, all) => !among(all, one)),
  List_square: listOf,
  List_round: listOf,
  string_double: unquoted,
  string_single: unquoted,
  number(_minus, _whole, _point, _decimals) {
    return constant(Number(this.sourceString));
  },
  word: (word) => constant(JSON.parse(word.sourceString.toLowerCase())),
  path(_first, _rest, _points, _names) {
    const [first, ...rest] = this.sourceString.split('.');
    if (first === 'task') return (_attributes, task) => read(task, rest);
    const own = first === 'worker' ? rest : [first!, ...rest];
    return (attributes) => read(attributes, own);
  },
});

/** @throws BadExpression with a sentence that says where it stopped making sense */
export function compile(expression: string): Predicate {
  if (expression.trim() === '') return () => true;
  const match = language.match(expression);
  if (match.failed()) throw new BadExpression(match.shortMessage ?? 'cannot be read');
  const truth = reads(semantics(match) as unknown as Node);
  return (attributes, task) => Boolean(truth(attributes, task));
}

/** Which of two workers comes first; 0 when neither does. */
export type WorkerOrder = (a: Attributes, b: Attributes) => number;

/**
 * `worker.level DESC, worker.languages.french ASC`: the first that differs decides. Who has no such number
 * comes last. https://www.twilio.com/docs/taskrouter/order-workers
 * @throws BadExpression
 */
export function compileOrder(text: string): WorkerOrder {
  const clauses = text.split(',').map((clause) => {
    const [, path, direction] = /^\s*worker\.([\w.$-]+)(?:\s+(ASC|DESC))?\s*$/i.exec(clause) ?? [];
    if (path === undefined) throw new BadExpression(`"${clause.trim()}" is not like worker.level DESC`);
    const sign = direction?.toUpperCase() === 'DESC' ? -1 : 1;
    return (attributes: Attributes) => {
      const value = read(attributes, path.split('.'));
      return typeof value === 'number' ? sign * value : Infinity;
    };
  });
  return (a, b) => {
    for (const clause of clauses) {
      const [left, right] = [clause(a), clause(b)];
      if (left !== right) return left < right ? -1 : 1;
    }
    return 0;
  };
}

export class BadExpression extends Error {
  override readonly name = 'BadExpression';
}

/** Attributes as an object; those that are not a JSON object have no names to ask for. */
export function parsedAttributes(text: string): Attributes {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Attributes) : {};
  } catch {
    return {};
  }
}
