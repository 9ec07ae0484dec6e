import type { Node, ParseError } from 'jsonc-parser';
import { findNodeAtLocation, parseTree, printParseErrorCode } from 'jsonc-parser';
import type * as z from 'zod';
import { isNestedDeeper } from './nesting';

/** A file that cannot be used. The message has one line per mistake: file, line, column and problem. */
export class InvalidFileError extends Error {
  override readonly name = 'InvalidFileError';
  constructor(
    message: string,
    /** Where the first mistake is. */
    readonly place: Place = start,
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
  const root = parseStrictly(text, file);
  const result = schema.safeParse(JSON.parse(text));
  const mistakes = result.success ? findMistakes(result.data) : result.error.issues;
  if (result.success && mistakes.length === 0) return result.data;
  const lines = mistakes.map(({ path, message }) => {
    const { line, column } = placeOf(text, offsetOf(root, path));
    const sentence = `${file}:${line}:${column} ${dotted(path)}: ${message}`;
    // A key may have what a terminal acts on, or a line of its own.
    return sentence.replace(/\p{C}/gu, '\u{fffd}');
  });
  throw new InvalidFileError(lines.join('\n'), placeOf(text, offsetOf(root, mistakes[0]!.path)));
}

/** Where the value at a path of a JSON text is, or else the nearest one around it. */
export function placeIn(content: string, path: Mistake['path']): Place {
  const text = withoutMark(content);
  const root = isNestedDeeper(text, maxNesting) ? undefined : parseTree(text);
  return root ? placeOf(text, offsetOf(root, path)) : start;
}

/** Editors on Windows write a byte order mark, which JSON does not have. */
const withoutMark = (content: string) => content.replace(/^\uFEFF/, '');

/** The parser recurses. */
const maxNesting = 100;

/** JSON as JSON.parse accepts it: neither comments nor trailing commas. */
function parseStrictly(text: string, file: string): Node {
  if (isNestedDeeper(text, maxNesting))
    throw new InvalidFileError(`${file} is nested more than ${maxNesting} levels deep.`);
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true });
  const [first] = errors;
  if (root && !first) return root;
  const reason = first ? printParseErrorCode(first.error).replace(/\B[A-Z]/g, ' $&') : 'Value Expected';
  const place = placeOf(text, first?.offset ?? 0);
  throw new InvalidFileError(
    `${file}:${place.line}:${place.column} is not JSON: ${reason.toLowerCase()}`,
    place,
  );
}

/** A missing value is reported at the start of its parent. */
function offsetOf(root: Node, path: readonly PropertyKey[]): number {
  const node = findNodeAtLocation(root, path as (string | number)[]);
  return node || path.length === 0 ? (node ?? root).offset : offsetOf(root, path.slice(0, -1));
}

function placeOf(text: string, offset: number): Place {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

const dotted = (path: readonly PropertyKey[]) =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '') || 'the file';
