import { parseAttributes } from '../../../taskrouter/attributes';

/** Whether a value may come from the caller or chat customer of a task. */
export type IsCallerData = (value: string) => boolean;

/**
 * What a caller wrote or called from, as far as a task's attributes say. Phone numbers are compared by their last digits,
 * so that no way of writing them makes a difference, also inside a URL. While the attributes are unknown, every number,
 * client and address may be the caller's.
 */
export function callerDataIn(attributes: string | null | undefined): IsCallerData {
  const parsed = parseAttributes(attributes);
  if (!parsed) {
    return (value) => spellings(value).some((text) => mayBePersonal(text) || phoneNumbers(text).length > 0);
  }
  const texts = textsIn(parsed);
  const plain = new Set(texts.map(withoutChannel));
  const addresses = texts.filter((text) => text.includes('@')).map(withoutChannel);
  const names = texts.filter(isName).map(lettersOf);
  const digits = texts.map(digitsOf);
  return (value) =>
    spellings(value).some(
      (text) =>
        plain.has(withoutChannel(text)) ||
        addresses.some((address) => text.toLowerCase().includes(address)) ||
        names.some((name) => lettersOf(text).includes(name)) ||
        phoneNumbers(text).some((number) =>
          digits.some((all) => all.includes(number.slice(-comparedDigits))),
        ),
    );
}

/** Words that can be told from the words of a URL: at least two, such as a first and a last name. */
const isName = (text: string) => /^\s*\p{L}[\p{L}\p{M}'.-]*(\s+\p{L}[\p{L}\p{M}'.-]*){1,4}\s*$/u.test(text);

const lettersOf = (text: string) => text.normalize('NFKD').replace(/\P{L}/gu, '').toLowerCase();

/** A national number without its area code has at least this many digits. */
const comparedDigits = 7;

const mayBePersonal = (text: string) => /^(client|sips?):|@/i.test(text);

/** `whatsapp:+1555…` is the same caller as `+1555…`. */
const withoutChannel = (text: string) =>
  text
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:(?!\/\/)/, '');

/** All decimal digits, of every script, as ASCII. */
function digitsOf(text: string): string {
  return [...text.normalize('NFKC')].map(digitOf).join('');
}

function digitOf(character: string): string {
  if (!/\p{Nd}/u.test(character)) return '';
  const code = character.codePointAt(0)!;
  // The ten digits of a script follow each other.
  let zero = code;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
  return String((code - zero) % 10);
}

/** The digits of everything that is written like a phone number. */
function phoneNumbers(text: string): string[] {
  const candidates = text.normalize('NFKC').match(/\p{Nd}(?:[^\p{L}\p{N}]{0,3}\p{Nd}){6,}/gu) ?? [];
  return candidates.map(digitsOf);
}

/** The value itself, and what it says once an encoding is undone: percent, Twilio's of client names (`_40`), base64. */
function spellings(value: string): string[] {
  const text = decoded(value);
  const client = text.replace(/_([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  const base64 = (text.match(/[A-Za-z0-9+/_-]{8,}/g) ?? []).map((run) =>
    Buffer.from(run, 'base64').toString(),
  );
  return [text, client, ...base64.filter((one) => /^[\x20-\x7e]+$/.test(one))];
}

/** Percent encoding undone, as often as it was done. */
function decoded(value: string): string {
  let text = value;
  for (let times = 0; times < 3; times++) {
    try {
      const next = decodeURIComponent(text);
      if (next === text) return text;
      text = next;
    } catch {
      return text;
    }
  }
  return text;
}

/** Every name and value in the attributes, and in JSON that is written inside a value. */
function textsIn(attributes: Readonly<Record<string, unknown>>): string[] {
  const texts: string[] = [];
  const left: unknown[] = [attributes];
  while (left.length) {
    const value = left.pop();
    if (typeof value === 'object' && value !== null) {
      if (!Array.isArray(value)) for (const key of Object.keys(value)) texts.push(key);
      for (const inner of Object.values(value) as unknown[]) left.push(inner);
    } else if (typeof value === 'string' || typeof value === 'number') {
      const text = String(value);
      texts.push(text);
      const inside = /^\s*[[{]/.test(text)
        ? parseAttributes(text.startsWith('[') ? `{"":${text}}` : text)
        : undefined;
      if (inside) left.push(inside);
    }
  }
  return texts;
}
