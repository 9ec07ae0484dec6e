import { inBase64 } from '../../extension/window';

const bytesOf = (text: string, base: 8 | 16, width: number) =>
  [...Buffer.from(text)].map((byte) => byte.toString(base).padStart(width, '0'));
const inHex = (text: string): string => bytesOf(text, 16, 2).join('');
const inOctal = (text: string): string =>
  bytesOf(text, 8, 3)
    .map((byte) => `\\${byte}`)
    .join('');
const tag = '<b></b>';

type Notation = (text: string) => string;

/** How a server may write down what it was sent, in any field. */
export const notations: readonly Notation[] = [
  (text) => text,
  (text) => Buffer.from(text).toString('base64'),
  encodeURIComponent,
  (text) => new URLSearchParams({ a: text }).toString(),
  decodeURIComponent,
  inHex,
];

/** And in a message, of which nothing depends on what it says. */
export const messageNotations: readonly Notation[] = [
  ...notations,
  inOctal,
  (text) => text.replace(/.{5}/gsu, `$&${tag}`),
  (text) => `${Buffer.from(text).toString('base64').slice(0, -6)}…`,
];

export const notation = (known: readonly Notation[], pick: number) => (text: string) => {
  try {
    return known[pick % known.length]!(text);
  } catch {
    // What is no percent encoding, or half a character.
    return text;
  }
};

/** How a secret is found in a text from which `withoutMarkup` took the tags, also where base64 of it is cut. */
export const written = (secret: string): string[] => [
  ...[secret, inHex(secret), inOctal(secret), inOctal(secret).replaceAll('\\', '\\\\')],
  ...inBase64(secret).map((form) => form.slice(0, 12)),
];
export const withoutMarkup = (text: string): string => text.replaceAll(tag, '');
