import { undrawn } from '../taskrouter/characters';
import type { Message } from '../taskrouter/message';
import { isAnySid } from '../taskrouter/sid';

/** Text of an answer, in parts: those that others wrote are marked as quoted, or left out. */
export class Text {
  constructor(readonly parts: readonly Part[]) {}
}

interface Part {
  readonly text: string;
  readonly isQuoted: boolean;
}

/** What a tool answers with. A string has to say whose it is: see `ours`, `quoted`, `sid`, `oneOf` and `sentence`. */
export type Value =
  Text | number | boolean | undefined | readonly Value[] | { readonly [key: string]: Value };

/** Words of this program. */
export const ours = (text: string): Text => new Text([{ text, isQuoted: false }]);

/** Characters of one quoted text, at most. */
const maxQuoted = 200;

/** What customers, staff or other programs wrote: names, attributes, reasons. Undefined where there is nothing. */
export function quoted(text: unknown, max = maxQuoted): Text | undefined {
  return typeof text === 'string' && text !== '' ? new Text([quotedPart(text, max)]) : undefined;
}

/** Undefined where there is none. What should be a SID and is none, is quoted. */
export const sid = (text: unknown): Text | undefined =>
  typeof text === 'string' && isAnySid(text) ? ours(text) : quoted(text);

/** A word that TaskRouter chooses from these, such as a status. Any other is quoted. */
export const oneOf = (words: readonly string[], text: unknown): Text | undefined =>
  typeof text === 'string' && words.includes(text) ? ours(text) : quoted(text);

/** Milliseconds since 1970, or a date. */
export function time(at: number | Date | null | undefined): Text | undefined {
  const date = new Date(at ?? NaN);
  return Number.isNaN(date.getTime()) ? undefined : ours(`${date.toISOString().slice(0, 19)}Z`);
}

/** Whole seconds between two times in milliseconds. */
export const secondsBetween = (from: number | undefined, to: number): number | undefined =>
  from === undefined ? undefined : Math.max(0, Math.round((to - from) / 1000));

/** A sentence in English, or several: what it names is quoted. */
export const sentence = (...messages: readonly Message[]): Text =>
  new Text(
    messages.flatMap((one, i) => [...(i > 0 ? [{ text: ' ', isQuoted: false }] : []), ...partsOf(one)]),
  );

function partsOf({ text, args = {} }: Message): Part[] {
  return text.split(/\{(\w+)\}/).flatMap((piece, i): Part[] => {
    if (i % 2 === 0) return piece === '' ? [] : [{ text: piece, isQuoted: false }];
    const value = Object.hasOwn(args, piece) ? args[piece] : undefined;
    if (value === undefined) return [{ text: `{${piece}}`, isQuoted: false }];
    if (typeof value === 'object') return partsOf(value);
    if (typeof value === 'number' || isAnySid(value)) return [{ text: String(value), isQuoted: false }];
    return [quotedPart(value, maxQuoted)];
  });
}

const invisible = new RegExp(undrawn, 'gu');

/** One line without what is not drawn, and without the marks that would end the quotation. */
function quotedPart(text: string, max: number): Part {
  const line = text
    .slice(0, max * 4)
    .replace(/\s+/g, ' ')
    .replace(invisible, '')
    .replaceAll('⟪', '‹')
    .replaceAll('⟫', '›')
    .trim();
  const characters = [...line];
  return {
    text: characters.length > max ? `${characters.slice(0, max - 1).join('')}…` : line,
    isQuoted: true,
  };
}
