import { withoutUndrawn } from './hiddenText';

/** A secret, and how it is written. */
export interface Encoded {
  readonly secret: string;
  /** As it is, and escaped. */
  readonly text: readonly string[];
  /** In base64 and hex. */
  readonly binary: readonly string[];
}

const lowerHex = (text: string) => text.replace(/%[\dA-F]{2}/g, (escape) => escape.toLowerCase());
const rfc3986 = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase());
const asJson = (text: string) => JSON.stringify(text).slice(1, -1);
const percentForms = (text: string): string[] => {
  const upper = [
    encodeURIComponent(text),
    rfc3986(text),
    new URLSearchParams({ t: text }).toString().slice(2),
  ];
  return [...upper, ...upper.map(lowerHex)];
};

/** How a text is escaped in other kinds of text. */
const textForms = (text: string): string[] => {
  const json = asJson(text);
  const html = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  return [
    text,
    json,
    json.replaceAll('/', '\\/'),
    // Python, Java and others escape everything but ASCII.
    json.replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
    ...percentForms(text),
    html,
    html.replaceAll('>', '&gt;'),
    html.replaceAll('>', '&gt;').replaceAll("'", '&#39;'),
    // Headers are decoded as Latin-1 even if they were encoded as UTF-8.
    Buffer.from(text).toString('latin1'),
  ];
};

/**
 * The base64 characters that depend on this text alone, for each of the three alignments in the encoded bytes.
 * One character at either end depends on the neighboring bytes.
 */
const base64Forms = (text: string): string[] => {
  const bytes = Buffer.from(text);
  return [0, 1, 2].flatMap((before) => {
    const padded = Buffer.concat([Buffer.alloc(before), bytes]);
    return (['base64', 'base64url'] as const).map((encoding) =>
      padded
        .toString(encoding)
        .slice(Math.ceil((8 * before) / 6), Math.floor((8 * (before + bytes.length)) / 6)),
    );
  });
};

/** Shorter encoded forms occur by chance: of base64 in text, of hex in SIDs. */
const minBase64 = 5;
const minHex = 8;

/** A secret in every encoding that a server or gateway may use: plain, escaped, form-encoded, base64, hex. */
export function encodingsOf(secret: string): Encoded {
  const wellFormed = secret.replace(/\p{Cs}/gu, '\ufffd');
  const once = unique(textForms(wellFormed));
  const hex = Buffer.from(wellFormed).toString('hex');
  const base64 = unique(
    [wellFormed, asJson(wellFormed), ...percentForms(wellFormed)].flatMap(base64Forms),
  ).filter(({ length }) => length >= minBase64);
  const slashes = (form: string) => form.replaceAll('/', '\\/');
  return {
    secret,
    text: unique([secret, ...once.flatMap(textForms)]),
    binary: [
      ...unique(base64.flatMap((form) => [form, slashes(form), ...percentForms(form)])),
      ...(hex.length < minHex ? [] : [hex, hex.toUpperCase()]),
    ],
  };
}

/**
 * Two ways to compare texts: without white space and separators, which come and go where lines are folded or bytes are listed;
 * and by ASCII letters and digits alone, whatever was put between them.
 */
export const readings: readonly ((text: string) => string)[] = [
  (text) => text.replace(/[\s\0:]+/g, '').toLowerCase(),
  (text) => text.replace(/[^\da-z]+/gi, '').toLowerCase(),
];

const fromCode = (hex: string) => {
  const code = parseInt(hex, 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : '';
};
/** Escapes of URLs, JSON, C, shells, HTML and quoted-printable; bytes beyond ASCII stay bytes. */
const unescaped = (text: string): string =>
  text
    .replace(/(?:[%=]|\\x)([\da-f]{2})/gi, (_, hex: string) => fromCode(hex))
    .replace(/\\U([\da-f]{8})/g, (_, hex: string) => fromCode(hex))
    .replace(/(?:[\\%]u|U\+)([\da-f]{4})/gi, (_, hex: string) => fromCode(hex))
    .replace(/\\u\{([\da-f]{1,6})\}/gi, (_, hex: string) => fromCode(hex))
    .replace(/\\0?([0-3]?[0-7]{2})/g, (_, octal: string) => String.fromCodePoint(parseInt(octal, 8)))
    .replace(/&#(?:x([\da-f]{1,6})|(\d{1,7}));?/gi, (_, hex?: string, decimal?: string) =>
      fromCode(hex ?? Number(decimal).toString(16)),
    )
    .replace(/&(lt|gt|quot|amp);/gi, (_, name: string) => entities[name.toLowerCase()]!)
    .replace(/\\[nrt]/g, ' ')
    .replace(/\\(["\\/])/g, '$1');
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', amp: '&' };

/** What a text says once escapes, base64 and hex are undone, however often they were applied; for comparing. */
export function decodings(text: string): string[] {
  let found: string[] = [];
  for (let times = 0, next = [text]; times < 4 && next.length; times++) {
    const read = next
      .flatMap((one) => [unescaped(one), withoutMarkup(one), ...runsIn(one)])
      .filter((one) => !next.includes(one));
    found = found.concat(next, read);
    next = read.slice(0, 50);
  }
  // Bytes beyond ASCII were read one by one.
  return found.flatMap((one) => [one, Buffer.from(one, 'latin1').toString()]);
}

/** What hides a secret from a search, and not from a reader: tags and characters that are not drawn, and named characters. */
const withoutMarkup = (text: string) =>
  withoutUndrawn(text.replace(/<[^<>]*>|&[a-z]\w{1,30};|\x1b\[[\d;]*m/gi, ''));

/** What stands in base64 and hex in a text, wherever it begins. */
function runsIn(text: string): string[] {
  const joined = text.replace(/[\s:]+/g, '');
  const decode = (run: string, encoding: 'base64' | 'hex', alignments: readonly number[]) =>
    alignments.map((start) => Buffer.from(run.slice(start), encoding).toString('latin1'));
  // The joined one first: of what is found, only so much is read.
  return unique([joined, text]).flatMap((one) => [
    ...(one.match(/[\da-z+/_-]{8,}/gi) ?? []).flatMap((run) => decode(run, 'base64', [0, 1, 2, 3])),
    ...(one.match(/[\da-f]{12,}/gi) ?? []).flatMap((run) => decode(run, 'hex', [0, 1])),
  ]);
}

export const unique = (texts: readonly string[]) => [...new Set(texts)];
