import type { Node, ParseError } from 'jsonc-parser';
import { findNodeAtLocation, getNodePath, parseTree, printParseErrorCode } from 'jsonc-parser';
import type * as z from 'zod';
import { isNestedDeeper } from './nesting';

/** A file that cannot be used. The message has one line per mistake: file, line, column and problem. */
export class InvalidFileError extends Error {
  override readonly name = 'InvalidFileError';
  constructor(
    message: string,
    /** Where the first mistake is. */
    readonly place: Place = start,
    /** The name of the file that has it. */
    readonly file?: string,
  ) {
    super(message);
  }
}

/** As editors count, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}
const start: Place = { line: 1, column: 1 };

/** What is wrong with the value at a path of a JSON text. */
export interface Mistake {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/**
 * The value of a JSON file that fits the schema and has no mistakes.
 * @throws InvalidFileError
 */
export function parseJsonFile<T>(
  content: string,
  file: string,
  schema: z.ZodType<T>,
  findMistakes: (value: T) => readonly Mistake[] = () => [],
): T {
  const text = withoutMark(content);
  const placeAt = placesOf(text);
  const root = parseStrictly(text, file, placeAt);
  const result = schema.safeParse(JSON.parse(text));
  const mistakes = result.success ? findMistakes(result.data) : result.error.issues.flatMap(mistakesOf);
  if (result.success && mistakes.length === 0) return result.data;
  const lines = mistakes.slice(0, maxMistakes).map(({ path, message }) => {
    const place = placeAt(nodeAt(root, path).offset);
    return lineOf(file, place, `${dotted(path)}: ${message}`);
  });
  const more = mistakes.length - lines.length;
  if (more > 0) lines.push(`${file} has ${more} more mistakes`);
  throw new InvalidFileError(lines.join('\n'), placeAt(nodeAt(root, mistakes[0]!.path).offset), file);
}

/** From its first character to behind its last one. */
export interface Range {
  readonly start: Place;
  readonly end: Place;
}

/** A schema reports unknown keys at the object that has them. */
function mistakesOf(issue: z.core.$ZodIssue): Mistake[] {
  const { path, message } = issue;
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...path, key], message: 'this key is unknown' }));
  // A schema's own messages stay.
  const isOwn = !/^(Invalid (input|option)|Too (small|big))\b/.test(message);
  return [{ path, message: isOwn ? message : textOf(issue) }];
}

/** Zod names the types of its library, and not those of JSON. */
function textOf(issue: z.core.$ZodIssue): string {
  const { code, message } = issue;
  if (code === 'invalid_type') {
    const received = /received (\w+)/.exec(message)?.[1] ?? 'another type';
    if (received === 'undefined') return 'this key is missing';
    return `must be ${typeNames[issue.expected] ?? issue.expected}, not ${typeNames[received] ?? received}`;
  }
  if (code === 'invalid_value')
    return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map((one) => JSON.stringify(one)).join(', ')}`;
  if (code === 'too_small')
    return `must ${amountOf(issue.origin, `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`)}`;
  if (code === 'too_big')
    return `must ${amountOf(issue.origin, `${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}`)}`;
  return code === 'invalid_union' ? 'has none of the forms that are allowed here' : message;
}

const typeNames: Readonly<Record<string, string>> = {
  ...{ object: 'an object', record: 'an object', array: 'a list', tuple: 'a list' },
  ...{ string: 'a string', number: 'a number', int: 'a whole number', boolean: 'true or false' },
};

const amountOf = (origin: string, amount: string) =>
  origin === 'string'
    ? `have ${amount} characters`
    : origin === 'array'
      ? `have ${amount} entries`
      : `be ${amount}`;

/** Finds where the value at a path of a JSON text is, or else the nearest one around it. */
export function rangesIn(content: string): (path: Mistake['path']) => Range {
  const text = withoutMark(content);
  const root = isNestedDeeper(text, maxNesting) ? undefined : parseTree(text);
  const placeAt = placesOf(text);
  return (path) => {
    if (!root) return { start, end: start };
    const { offset, length } = nodeAt(root, path);
    return { start: placeAt(offset), end: placeAt(offset + length) };
  };
}

/** Nobody reads more of them. */
const maxMistakes = 100;

/** A key may have what a terminal acts on, or a line of its own. */
const lineOf = (file: string, { line, column }: Place, sentence: string) =>
  `${file}:${line}:${column} ${sentence}`.replace(/\p{C}/gu, '\u{fffd}');

/** Editors on Windows write a byte order mark, which JSON does not have. */
const withoutMark = (content: string) => content.replace(/^\uFEFF/, '');

/** The parser recurses. */
const maxNesting = 100;

/** JSON as JSON.parse accepts it, with neither comments nor trailing commas, and with each key of an object once. */
function parseStrictly(text: string, file: string, placeAt: (offset: number) => Place): Node {
  if (isNestedDeeper(text, maxNesting))
    throw new InvalidFileError(`${file} is nested more than ${maxNesting} levels deep.`, start, file);
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true });
  const [first] = errors;
  if (!root || first) {
    const reason = first ? printParseErrorCode(first.error).replace(/\B[A-Z]/g, ' $&') : 'Value Expected';
    const place = placeAt(first?.offset ?? 0);
    throw new InvalidFileError(lineOf(file, place, `is not JSON: ${reason.toLowerCase()}`), place, file);
  }
  const repeated = firstRepeatedKey(root);
  if (!repeated) return root;
  const place = placeAt(repeated.offset);
  const path = dotted(getNodePath(repeated));
  throw new InvalidFileError(lineOf(file, place, `${path}: this key is repeated`), place, file);
}

/** JSON.parse takes the last value, without a word about the others. */
function firstRepeatedKey({ type, children = [] }: Node): Node | undefined {
  const keys = new Set<unknown>();
  for (const child of children) {
    const [key, value] = type === 'object' ? child.children! : [undefined, child];
    if (key && keys.has(key.value)) return key;
    keys.add(key?.value);
    const within = value && firstRepeatedKey(value);
    if (within) return within;
  }
  return undefined;
}

/** A missing value is reported at the start of its parent. */
function nodeAt(root: Node, path: readonly PropertyKey[]): Node {
  const node = findNodeAtLocation(root, path as (string | number)[]);
  return node ?? (path.length === 0 ? root : nodeAt(root, path.slice(0, -1)));
}

/** The places of offsets. A file with many mistakes asks for many. */
function placesOf(text: string): (offset: number) => Place {
  let starts: number[] | undefined;
  return (offset) => {
    starts ??= [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
    let [line, end] = [0, starts.length];
    while (end - line > 1) {
      const middle = (line + end) >> 1;
      if (starts[middle]! <= offset) line = middle;
      else end = middle;
    }
    return { line: line + 1, column: offset - starts[line]! + 1 };
  };
}

const dotted = (path: readonly PropertyKey[]) =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '') || 'the file';
