/** Finds what identifies customers in attributes: by what it looks like, or by the words of its key. Rather too much. */

export type Kind = 'number' | 'email' | 'client' | 'sip' | 'address' | 'name';

export interface CustomerValue {
  readonly text: string;
  readonly kind: Kind;
}

/** What the value of a key is about. `party` is somebody who may be named, or called by a number. */
type Topic = 'phone' | 'email' | 'address' | 'name' | 'party';
type Topics = ReadonlySet<Topic>;

/** Words of keys. Compounds in lower case count too, such as `phonenumber`. */
const topicsOfWords: readonly (readonly [RegExp, ...Topic[]])[] = [
  [
    /phone|mobile|callerid|msisdn|number$|^(tel|cell|cellular|fax|num|ani|dnis|clid?|mdn|did|whatsapp|sms)$/,
    'phone',
  ],
  [/^(?!voice).*mail/, 'email'],
  [/^address$/, 'address', 'phone'],
  [/address|street|zip|postcode|postal|^(addr|city|town|village|suburb|apartment|apt|house|plz)$/, 'address'],
  [/name$/, 'name'],
];
const person =
  /^(customer|caller|called|callee|contact|user|person|people|client|guest|patient|member|recipient|sender|visitor|author|owner|subscriber|identity)$/;
/** Where they end a key: a `last_caller`, but no `customer_tier`. */
const isParty = (word: string) => person.test(word) || word === 'from' || word === 'to';
/** Where they are the whole key. */
const partOfName = /^(first|last|middle|given|family|initials)$/;
/** What has a name of its own, and is nobody. */
const thing =
  /^(queue|workflow|channel|product|file|event|skill|activity|team|department|campaign|language|workspace|task|type|app|application|service|host)$/;
/** These say no more than the key that they are in, or behind. */
const neutral =
  /^(id|value|text|raw|label|display|string|content|data|main|primary|home|work|default|formatted|full|first|last|other|e|uri)$/;

const none: Topics = new Set();

/** `callerID2` is caller and id, `addresses` is address. */
const wordsOf = (key: string) =>
  key
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter(Boolean)
    .map((word) => word.replace(/ies$/, 'y').replace(/(?<=ss|x)es$|(?<=[^s]{2})s$/, ''));

/** @param outer those of the key that this one is in */
function topicsOf(key: string, outer: Topics): Topics {
  const words = wordsOf(key);
  // `post_code` is postcode.
  const parts = [...words, words.join('')];
  const own = topicsOfWords.flatMap(([pattern, ...topics]) =>
    parts.some((part) => pattern.test(part)) ? topics : [],
  );
  const last = words.findLast((word) => !neutral.test(word));
  if (last !== undefined && isParty(last)) own.push('party');
  if (words.length === 1 && partOfName.test(words[0]!)) own.push('name');
  const isThing = words.some((word) => thing.test(word.replace(/name$/, '')));
  const certain =
    isThing && !words.some((word) => person.test(word)) ? own.filter((topic) => topic !== 'name') : own;
  // Of a customer, the tier stays.
  const inherited = [...outer].filter((topic) => topic !== 'party' || last === undefined);
  return new Set([...certain, ...inherited]);
}

const number =
  /[+＋]\d{7,15}(?!\d)|[+＋]\(?\d(?:[ ().\/-]{0,3}\d){6,16}(?!\d)|(?<![\w-])(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}(?![\w-])/g;
const email =
  /[\p{L}\p{N}_][\p{L}\p{M}\p{N}._+'’%#!*~-]{0,63}@[\p{L}\p{M}\p{N}-]+(?:\.[\p{L}\p{M}\p{N}-]+)*/gu;
/** Those that their look alone finds as a whole, and those that say nothing of anybody. */
const needsNoKey = new RegExp(
  `^(?:[+＋]\\d{7,15}|${email.source}|[A-Z]{2}[0-9a-f]{32}|true|false|null|\\d{0,3})$`,
  'u',
);

/** It reads the text of the JSON, not what it parses to: it may be nested deeply, or be no JSON. */
export function customerValuesIn(attributes: string): CustomerValue[] {
  const found: CustomerValue[] = [];
  const outer: Topics[] = [];
  let topics = none;
  for (const [token, literal, colon] of attributes.matchAll(tokens)) {
    if (literal === undefined) {
      if (token === '[' || token === '{') outer.push(topics);
      else topics = outer.pop() ?? none;
      continue;
    }
    const text = unquoted(literal);
    for (const [match] of text.matchAll(email)) found.push({ text: match, kind: 'email' });
    for (const [match] of text.matchAll(number)) found.push({ text: match, kind: 'number' });
    if (colon !== undefined) topics = topicsOf(text, outer.at(-1) ?? none);
    else if (literal.startsWith('"')) for (const value of valueIn(text.trim(), topics)) found.push(value);
    else if (topics.size > 0 && digitsIn(text) >= 4) found.push({ text, kind: 'number' });
  }
  return found;
}

/** Strings and numbers of JSON, with a colon behind those that are keys. */
export const literals = /("(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*)(\s*:)?/gs;
const tokens = new RegExp(`${literals.source}|[[\\]{}]`, 'gs');

export function unquoted(literal: string): string {
  try {
    return literal.startsWith('"') ? String(JSON.parse(literal)) : literal;
  } catch {
    return literal.slice(1, -1);
  }
}

/** The whole text, or what is behind its scheme. */
function valueIn(text: string, topics: Topics): CustomerValue[] {
  const [, scheme, rest] =
    /^(client|sips?|messenger|tel|callto|sms|mms|rcs|whatsapp|mailto):(.+)$/is.exec(text) ?? [];
  switch (scheme?.toLowerCase()) {
    case undefined: {
      const kind = needsNoKey.test(text) ? undefined : kindOf(text, topics);
      return kind ? [{ text, kind }] : [];
    }
    case 'sip':
    case 'sips':
      return [{ text, kind: 'sip' }];
    case 'client':
    case 'messenger':
      return [{ text, kind: 'client' }];
    default:
      return needsNoKey.test(rest!) ? [] : [{ text: rest!, kind: rest!.includes('@') ? 'email' : 'number' }];
  }
}

function kindOf(text: string, topics: Topics): Kind | undefined {
  if (topics.size === 0) return undefined;
  if (/^\S+@\S+$/.test(text)) return 'email';
  const mayBeCalled = topics.has('phone') || topics.has('party');
  if (mayBeCalled && isWrittenNumber(text)) return 'number';
  if (topics.has('email')) return 'email';
  if (topics.has('address')) return 'address';
  if (topics.has('name') || topics.has('party')) return 'name';
  return digitsIn(text) >= 4 ? 'number' : undefined;
}

/** A number as people write it, with an extension. Only where a key says that it is one: dates look the same. */
const isWrittenNumber = (text: string) =>
  digitsIn(text) >= 5 &&
  !/\p{L}/u.test(text.replace(/\b(extension|ext|x|tel|fax|phone|mobile)\b|x(?=\d)/gi, ''));

const digitsIn = (text: string) => text.match(/\p{Nd}/gu)?.length ?? 0;
