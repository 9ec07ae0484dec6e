import { undrawn } from './characters';

/** White space is drawn. */
const hidden = new RegExp(String.raw`(?!\s)${undrawn}`, 'gu');
/** Each of them beyond ASCII has a code unit of these. Few ranges at a time, without the flag u: for speed. */
const units = [
  /[\x7f-\x9f\xad]/,
  /[\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f]/,
  /[\u3164\ud82f\ud834\udb40\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb]/,
];
/** How JSON escapes them; and a few others. */
const escape = [
  String.raw`\\u(?:00(?:0[0-8ef]|1.|7f|[89].|ad)|034f|061c|11(?:5f|60)|17b[45]|180[b-f]|20(?:0[b-f]|2[a-e]|6.)`,
  String.raw`|3164|fe0.|feff|ffa0|fff.|(?:d82f|d834|db40)\\+u....`,
  String.raw`|d[89ab]..(?!\\+ud[c-f])|(?<!\\ud[89ab]..\\+u)d[c-f]..)`,
].join('');
const escapes = new RegExp(escape, 'i');
/** Also in JSON that is a text in JSON. */
const nestedEscapes = new RegExp(String.raw`\\*` + escape, 'gi');

/** Removes characters that are not drawn: they can split a secret, and disappear when the text is shown. */
export const withoutUndrawn = (text: string): string => text.replace(hidden, '');

/** Unparsed JSON, which was UTF-8, without them. */
export function jsonWithoutUndrawn(json: string): string {
  const rest = escapes.test(json) ? json.replace(nestedEscapes, '') : json;
  const isAscii = Buffer.byteLength(rest) === rest.length && !rest.includes('\x7f');
  return !isAscii && units.some((one) => one.test(rest)) ? withoutUndrawn(rest) : rest;
}

/** Whether an escape in JSON may hide an ASCII character, or one that is not drawn. */
export const hasEscapes = (json: string): boolean => escapes.test(json) || /\\u00[2-7]/.test(json);
