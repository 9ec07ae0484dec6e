import type { TextRange } from '../routing/expressions/syntax';
import type { FieldName } from './fields';

export type Comparator = ':' | '=' | '<' | '<=' | '>' | '>=';

/** `-queue:Billing,Returns`: one of the values has to fit, or none when it is negated. */
export interface Condition {
  /** `text` is a word without a field, which may occur anywhere in the task. */
  readonly field: FieldName | 'text';
  /** Of `attributes`: the keys from the outermost to the innermost. */
  readonly path?: readonly string[];
  readonly negated: boolean;
  readonly comparator: Comparator;
  readonly values: readonly string[];
  /** Where it is in the query's text: offsets in UTF-16 units, `end` excluded. */
  readonly range: TextRange;
}

/** A task matches when all conditions of one of the alternatives hold. A query without any matches every task. */
export interface Query {
  readonly alternatives: readonly (readonly Condition[])[];
}

/** `attributes.vip`, or the name of the field. */
export const nameOf = ({ field, path = [] }: Pick<Condition, 'field' | 'path'>): string =>
  [field, ...path.map((key) => (isPlainKey(key) ? key : quoted(key)))].join('.');

const isPlainKey = (key: string) => /^[\w-]+$/.test(key);

const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** A value as it can stand in a query: in quotes where it needs them. */
export const printValue = (value: string): string => (/^[^\s,"]+$/.test(value) ? value : quoted(value));

/** Words that would be read as something else get quotes. */
const printText = (text: string) =>
  /^[^\s"-][^\s:=<>!]*$/.test(text) && text !== 'OR' ? text : quoted(text);

function printCondition({ field, path, negated, comparator, values }: Condition): string {
  const sign = negated ? '-' : '';
  if (field === 'text') return sign + printText(values[0]!);
  return sign + nameOf({ field, ...(path ? { path } : {}) }) + comparator + values.map(printValue).join(',');
}

/** A text that `parse` reads as this query. */
export const print = ({ alternatives }: Query): string =>
  alternatives.map((conditions) => conditions.map(printCondition).join(' ')).join(' OR ');
