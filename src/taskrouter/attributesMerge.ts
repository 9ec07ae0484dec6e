/**
 * Attributes as people edit them while programs write them too. Values stay the text that they were written as: JSON.parse
 * would round numbers beyond 2^53 and drop all but the last of several equal keys.
 */
import { isDeeperThan, maxDepth } from './depth';

/** A key that both sides changed, each in its own way. A value is JSON; undefined where the key is absent. */
export interface Conflict {
  readonly path: readonly string[];
  readonly base: string | undefined;
  readonly mine: string | undefined;
  readonly theirs: string | undefined;
}

export type Side = 'mine' | 'theirs';

export interface Merged {
  readonly text: string;
  readonly conflicts: readonly Conflict[];
}

/** One JSON value. An object whose keys are not unique has no members: it is merged as a whole. */
interface Node {
  /** Without white space between tokens. */
  readonly text: string;
  readonly members?: ReadonlyMap<string, Node>;
  readonly items?: readonly Node[];
}

/** Whether this is a JSON object, which attributes have to be, and not nested too deeply. */
export function isAttributes(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject && !isDeeperThan(value, maxDepth);
  } catch {
    return false;
  }
}

/** The same JSON without white space between its tokens. */
export const compact = (json: string): string => parse(json).text;

/** The same JSON with one key or value per line. */
export function formatted(json: string): string {
  let indent = '';
  const lines = tokensOf(json).map((token, i, all) => {
    const next = all[i + 1];
    if (token === ':') return ': ';
    if (token === ',') return `,\n${indent}`;
    if (token === '{' || token === '[') {
      if (next === '}' || next === ']') return token;
      indent += '  ';
      return `${token}\n${indent}`;
    }
    const closes = token === '}' || token === ']';
    if (!closes || all[i - 1] === '{' || all[i - 1] === '[') return token;
    indent = indent.slice(2);
    return `\n${indent}${token}`;
  });
  return `${lines.join('')}\n`;
}

/**
 * Puts both sides' changes to the base together, key by key, objects in objects too; arrays are one value. Each has to be
 * attributes. `choose` says which side wins where both changed the same key: theirs, unless given.
 */
export function mergeAttributes(
  base: string,
  mine: string,
  theirs: string,
  choose: (conflict: Conflict) => Side = () => 'theirs',
): Merged {
  const conflicts: Conflict[] = [];
  const merge = (
    path: readonly string[],
    from: Node | undefined,
    one: Node | undefined,
    other: Node | undefined,
  ) => {
    if (isSame(other, from)) return one?.text;
    if (isSame(one, from) || isSame(one, other)) return other?.text;
    const before = from ? from.members : new Map<string, Node>();
    if (before && one?.members && other?.members) return members(path, before, one.members, other.members);
    const conflict = { path, base: from?.text, mine: one?.text, theirs: other?.text };
    conflicts.push(conflict);
    return choose(conflict) === 'mine' ? one?.text : other?.text;
  };
  /** In their order, and then what only one side has. */
  const members = (
    path: readonly string[],
    from: ReadonlyMap<string, Node>,
    one: ReadonlyMap<string, Node>,
    other: ReadonlyMap<string, Node>,
  ): string => {
    const keys = [...new Set([...other.keys(), ...one.keys()])];
    const merged = keys.map((key) => [
      key,
      merge([...path, key], from.get(key), one.get(key), other.get(key)),
    ]);
    return `{${merged
      .filter(([, text]) => text !== undefined)
      .map(([key, text]) => `${JSON.stringify(key)}:${text as string}`)
      .join(',')}}`;
  };
  return { text: merge([], parse(base), parse(mine), parse(theirs)) ?? '{}', conflicts };
}

function isSame(one: Node | undefined, other: Node | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  if (one.members && other.members) {
    const { members } = other;
    return (
      one.members.size === members.size &&
      [...one.members].every(([key, node]) => isSame(node, members.get(key)))
    );
  }
  if (one.items && other.items) {
    const { items } = other;
    return one.items.length === items.length && one.items.every((node, i) => isSame(node, items[i]));
  }
  return (
    one.text === other.text ||
    (isString(one.text) && isString(other.text) && unquote(one.text) === unquote(other.text))
  );
}

const isString = (text: string) => text.startsWith('"');
const unquote = (text: string) => JSON.parse(text) as string;

/** @throws SyntaxError for a text that is not JSON */
function tokensOf(json: string): readonly string[] {
  JSON.parse(json);
  return json.match(/"(?:[^"\\]|\\.)*"|[^\s"[\]{}:,]+|[[\]{}:,]/g) ?? [];
}

function parse(json: string): Node {
  const tokens = tokensOf(json);
  let at = 0;
  const value = (): Node => {
    const token = tokens[at++]!;
    if (token === '{') return object();
    if (token === '[') return array();
    return { text: token };
  };
  const object = (): Node => {
    const entries: [string, Node, string][] = [];
    while (tokens[at] !== '}') {
      const key = tokens[at]!;
      at += 2;
      entries.push([unquote(key), value(), key]);
      if (tokens[at] === ',') at++;
    }
    at++;
    const members = new Map(entries.map(([key, node]) => [key, node]));
    const text = `{${entries.map(([, node, key]) => `${key}:${node.text}`).join(',')}}`;
    return members.size === entries.length ? { text, members } : { text };
  };
  const array = (): Node => {
    const items: Node[] = [];
    while (tokens[at] !== ']') {
      items.push(value());
      if (tokens[at] === ',') at++;
    }
    at++;
    return { text: `[${items.map(({ text }) => text).join(',')}]`, items };
  };
  return value();
}
