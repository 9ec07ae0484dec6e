/** Replaces what identifies customers by placeholders, the same text by the same placeholder everywhere. */

type Kind = 'number' | 'email' | 'client' | 'sip' | 'address' | 'name';

export interface CustomerValue {
  readonly text: string;
  readonly kind: Kind;
}

const number = /\+\d{7,15}(?!\d)/g;
const email = /[\w.+-]+@[\w-]+(\.[\w-]+)+/g;
/** A number as people write it. Only where a key says that it is one: dates look the same. */
const writtenNumber = /^\(?\+?\d[\d\s().-]{5,20}$/;

const people =
  'customer|caller|contact|user|person|client|guest|patient|member|recipient|sender|visitor|first|last|full|given|family|middle|nick|display|friendly|legal|preferred';
const nameKey = new RegExp(
  `^((${people})_?)*(name|surname)$|^(first|last|customer|caller|author|identity|from|to)$`,
);
const addressKey = /(^|_)(address|street|city|zip|zipcode|zip_code|postcode|postal_code)$/;
const numberKey = /(^|_)(phone|mobile|tel|telephone|cell|fax|number|from|to|caller|called|address)$/;

/**
 * The names, numbers and addresses in attributes: by what they look like, or by their key. It reads the text of the JSON, so
 * that it stays as it is otherwise, numbers of any size included.
 */
export function customerValuesIn(attributes: string): CustomerValue[] {
  const found: CustomerValue[] = [];
  let key = '';
  for (const [, literal, colon] of attributes.matchAll(literals)) {
    const text = unquoted(literal!);
    if (colon !== undefined) key = snakeCase(text);
    for (const [match] of text.matchAll(email)) found.push({ text: match, kind: 'email' });
    for (const [match] of text.matchAll(number)) found.push({ text: match, kind: 'number' });
    if (colon !== undefined) continue;
    const kind = literal!.startsWith('"') ? kindOfText(key, text.trim()) : kindOfNumber(key, text);
    if (kind) found.push({ text, kind });
  }
  return found;
}

/** Strings and numbers of JSON, with a colon behind those that are keys. */
const literals = /("(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*)(\s*:)?/gs;

function unquoted(literal: string): string {
  try {
    return literal.startsWith('"') ? String(JSON.parse(literal)) : literal;
  } catch {
    return literal.slice(1, -1);
  }
}

const snakeCase = (key: string) =>
  key
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z]+/g, '_');

function kindOfText(key: string, text: string): Kind | undefined {
  const scheme = /^(client|sips?|messenger):./i.exec(text)?.[1]?.toLowerCase();
  if (scheme) return scheme.startsWith('sip') ? 'sip' : 'client';
  if (writtenNumber.test(text) && numberKey.test(key)) return 'number';
  // One that is a number or an email address was found by its look, and these say nothing of anybody.
  if (/^\S*(\+\d{7,15}|@[\w-]+\.)\S*$|^(true|false|null|\d{0,3})$/.test(text)) return undefined;
  if (addressKey.test(key)) return 'address';
  return nameKey.test(key) ? 'name' : undefined;
}

const kindOfNumber = (key: string, text: string): Kind | undefined =>
  /^\d{4,}$/.test(text) && [numberKey, addressKey, nameKey].some((pattern) => pattern.test(key))
    ? 'number'
    : undefined;

export interface Placeholders {
  /** Also in a URL. */
  readonly inText: (text: string) => string;
  readonly inJson: (json: string) => string;
}

const sid = '(?<![A-Za-z0-9])[A-Z]{2}[0-9a-f]{32}(?![A-Za-z0-9])';

/** Replaces these values and every SID. */
export function placeholdersFor(values: readonly CustomerValue[]): Placeholders {
  const placeholders = new Map<string, string>();
  const counts = new Map<string, number>();
  const next = (kind: string) => {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return count;
  };
  for (const { text, kind } of values) {
    if (placeholders.has(text)) continue;
    const placeholder = placeholderOf(kind, text, next(kind));
    placeholders.set(inUrl(text), inUrl(placeholder)).set(text, placeholder);
  }
  const known = [...placeholders.keys()].sort((one, other) => other.length - one.length).map(wholeWord);
  const all = new RegExp([sid, ...known].join('|'), 'gu');
  const inText = (text: string) =>
    text.replace(all, (match) => {
      const [kind] = /^[A-Z]{2}/.exec(match) ?? [''];
      const placeholder = placeholders.get(match) ?? kind + String(next(kind)).padStart(32, '0');
      placeholders.set(match, placeholder);
      return placeholder;
    });
  const inLiteral = (literal: string) => {
    const text = unquoted(literal);
    if (literal.startsWith('"')) {
      const replaced = inText(text);
      return replaced === text ? literal : JSON.stringify(replaced);
    }
    const placeholder = placeholders.get(text);
    return placeholder !== undefined && /^\d+$/.test(placeholder) ? placeholder : literal;
  };
  return {
    inText,
    inJson: (json) =>
      json.replace(literals, (whole, literal: string, colon: string | undefined) =>
        // An attribute keeps its name, unless it has a number or an address in it.
        colon !== undefined && /^"\w{1,33}"$/.test(literal) ? whole : inLiteral(literal) + (colon ?? ''),
      ),
  };
}

/** Half of a surrogate pair has no place in a URL. */
const inUrl = (text: string) => encodeURIComponent(text.replace(/\p{Cs}/gu, '\u{fffd}'));

function placeholderOf(kind: Kind, text: string, count: number): string {
  switch (kind) {
    case 'number':
      // Numbers for fiction begin with these.
      return `${text.includes('+') ? '+' : ''}1555010${String(count).padStart(4, '0')}`;
    case 'email':
      return `customer${count}@example.com`;
    case 'client':
      return `client:customer${count}`;
    case 'sip':
      return `sip:customer${count}@example.com`;
    case 'address':
      return `${count} Example Street`;
    case 'name':
      return `Customer ${count}`;
  }
}

/** A short name is no part of a longer word. */
function wholeWord(text: string): string {
  const escaped = text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  const before = /^[\p{L}\p{N}]/u.test(text) ? '(?<![\\p{L}\\p{N}])' : '';
  const after = /[\p{L}\p{N}]$/u.test(text) ? '(?![\\p{L}\\p{N}])' : '';
  return before + escaped + after;
}
