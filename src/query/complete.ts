import type { TextRange } from '../routing/expressions/syntax';
import type { Message } from '../taskrouter/message';
import type { Field, FieldName, Fields } from './fields';
import { taskFields } from './fields';
import { nameOf, printValue } from './syntax';

/** What the workspaces have that a query may name: the values of fields, by their names, and attributes. */
export interface Vocabulary extends Readonly<
  Partial<Record<Exclude<FieldName, 'attributes'>, readonly string[]>>
> {
  /** The keys of attributes that were seen, each from the outermost to the innermost, and some of their values. */
  readonly attributes?: readonly { readonly path: readonly string[]; readonly values: readonly string[] }[];
}

export interface Completion {
  /** What replaces the range. */
  readonly text: string;
  readonly help?: Message;
  /** Written by callers or customers, or by whoever named a queue. */
  readonly isData: boolean;
}

export interface Completions {
  readonly range: TextRange;
  readonly items: readonly Completion[];
}

const maxItems = 12;
const durations = ['5m', '1h', '4h', '1d', '7d'];

/** What can stand where the cursor is, in UTF-16 units: fields, or the values of the field before it. */
export function complete(
  text: string,
  cursor: number,
  words: Vocabulary = {},
  fields: Fields = taskFields,
): Completions {
  const start = lastStart(text.slice(0, cursor), /\s/);
  const [, sign = '', name, comparator, typed] =
    /^(-?)([A-Za-z][^:=<>!\s]*)(!=|<=|>=|[:=<>])([^]*)$/.exec(text.slice(start, cursor)) ?? [];
  if (name === undefined) {
    const from = text.startsWith('-', start) ? start + 1 : start;
    return {
      range: { start: from, end: cursor },
      items: fieldsLike(text.slice(from, cursor), words, fields),
    };
  }
  const valueStart = lastStart(typed!, /,/);
  const begun = typed!.slice(valueStart).replace(/^"|"$/g, '').toLowerCase();
  const range = { start: start + sign.length + name.length + comparator!.length + valueStart, end: cursor };
  const items = valuesOf(name, words, fields)
    .filter((value) => value.toLowerCase().includes(begun) && value.toLowerCase() !== begun)
    .slice(0, maxItems)
    .map((value) => ({ text: printValue(value), isData: isNamedByOthers(fields.get(name)) }));
  return { range, items };
}

/** Where what stands before the cursor begins: after the last separator that is not in quotes. */
function lastStart(text: string, separator: RegExp): number {
  let start = 0;
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\' && isQuoted) i++;
    else if (text[i] === '"') isQuoted = !isQuoted;
    else if (separator.test(text[i]!) && !isQuoted) start = i + 1;
  }
  return start;
}

function fieldsLike(typed: string, { attributes = [] }: Vocabulary, fields: Fields): Completion[] {
  const wanted = typed.toLowerCase();
  const own = fields.names
    .filter((name) => name.startsWith(wanted))
    .map((name) => {
      const field = fields.get(name)!;
      return { text: name + signAfter(field), help: field.help, isData: false };
    });
  const paths = attributes
    .filter(
      ({ path }) =>
        wanted &&
        path
          .join('.')
          .toLowerCase()
          .includes(wanted.replace(/^attributes\./, '')),
    )
    .map(({ path }) => ({ text: `${nameOf({ field: 'attributes', path })}=`, isData: true }));
  return [...own, ...paths].slice(0, fields.names.length + maxItems);
}

const signAfter = ({ kind }: Field) => (kind === 'attribute' ? '.' : kind === 'duration' ? '>' : ':');

function valuesOf(name: string, words: Vocabulary, fields: Fields): readonly string[] {
  const found = words.attributes?.find(({ path }) => nameOf({ field: 'attributes', path }) === name);
  if (found) return found.values;
  if (!fields.has(name) || name === 'attributes') return [];
  const { kind, choices } = fields.get(name)!;
  return kind === 'duration' ? durations : (choices ?? words[name] ?? []);
}

const isNamedByOthers = (field: Field | undefined) =>
  field === undefined || (field.kind !== 'duration' && !field.choices);
