export const mask = '********';

/** In a URL after `//`, or in a SIP address: up to the password, and the password. A colon may be encoded. */
const beforeAt = [
  /\/\/[^/?#:\s]*?(?::|%3a)([^/?#\s]*)@/gi,
  // A SIP password may contain characters that end the authority of a URL.
  /\bsips?:[^@:]*?(?::|%3a)([^@]*)@/gi,
];

/** The passwords before the `@` of a URL or SIP address, also inside another URL: as written and decoded. */
export function passwordsIn(value: string): string[] {
  const matches = beforeAt.flatMap((pattern) => [...value.matchAll(pattern)]);
  // A URL can be written with one slash, with none, or with backslashes.
  const parsed = /@|%40/i.test(value) ? URL.parse(value)?.password : undefined;
  const inside = value
    .split(/[/?#&=]/)
    .slice(1)
    .flatMap((part) => (decoded(part) === part ? [] : passwordsIn(decoded(part))));
  const written = [...matches.map(([, password]) => password!), parsed ?? ''];
  return [...new Set([...written.flatMap((one) => [one, decoded(one)]), ...inside])].filter(Boolean);
}

/** The value with its passwords masked, to be shown. */
export const withoutPasswords = (value: string): string =>
  passwordsIn(value).reduce((text, password) => text.replaceAll(password, mask), value);

/** A password that is being typed: what follows the colon is no port, and the `@` is still missing. */
const unfinished = /^\s*(sips?:|https?:[/\\]*)[^@/\\?#:[]*:(?!\d{0,5}([;/\\?#]|$))[^@]*$/i;

/** Whether a value must not be stored: it holds a password, or the beginning of one. */
export const holdsPassword = (value: string): boolean =>
  passwordsIn(value).length > 0 || unfinished.test(value);

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
