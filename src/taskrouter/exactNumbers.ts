/** A number of a JSON text that JavaScript would write in another way: of 20 digits, 1.10, 1e400 or -0. */
export class ExactNumber {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** As it was written. */
  toString(): string {
    return this.#text;
  }
}

export const exactNumber = (text: string): number | ExactNumber =>
  String(Number(text)) === text ? Number(text) : new ExactNumber(text);

const token = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;
/** Of texts without these, every number is written as JavaScript writes it: 16 digits, a fraction, a power of ten, or -0. */
const mayDiffer = /[:,[\s](?:-?\d{16}|-?\d+[.eE]|-0)/;

/**
 * The value of a JSON text, with its numbers as they were written.
 * @param parsed its value as `JSON.parse` returns it
 */
export function withExactNumbers<T>(raw: string, parsed: T): T {
  if (!mayDiffer.test(raw)) return parsed;
  let differs = false;
  // Every text gets a letter, so that no text is taken for a number.
  const marked = raw.replace(token, (text) => {
    if (text.startsWith('"')) return `"t${text.slice(1)}`;
    if (typeof exactNumber(text) === 'number') return text;
    differs = true;
    return `"n${text}"`;
  });
  return differs ? (JSON.parse(marked, unmarked) as T) : parsed;
}

function unmarked(_key: string, value: unknown): unknown {
  if (typeof value === 'string')
    return value.startsWith('n') ? new ExactNumber(value.slice(1)) : value.slice(1);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key.slice(1), inner]));
}
