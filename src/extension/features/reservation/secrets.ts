import { isSecretParameter } from '../../../taskrouter/instructions';
import { holdsPassword, passwordsIn } from '../../../taskrouter/passwords';
import { wireName } from '../../../taskrouter/requests';
import type { FormValues } from '../../../webview/shared/protocol';

/** The keys of the values that are or hold a password or token: they are stored nowhere. */
export const secretKeysIn = (values: FormValues): string[] =>
  Object.entries(values)
    .filter(([key, value]) => isSecretParameter(wireName(key)) || [value].flat().some(isSecretText))
    .map(([key]) => key);

/** Also while a password is being typed. */
const isSecretText = (value: unknown): boolean =>
  typeof value === 'string' && (holdsPassword(value) || holdsSecret(value));

/** Names of URL parameters whose value is a secret: whole words, or the end of a word that is written in one. */
const secretWords = new Set([
  ...[
    'password',
    'passwd',
    'passphrase',
    'pass',
    'pwd',
    'pw',
    'secret',
    'token',
    'key',
    'auth',
    'authorization',
  ],
  ...['sig', 'signature', 'credential', 'credentials', 'session', 'sessionid', 'jwt', 'bearer', 'otp', 'pin'],
  ...['hmac', 'cookie', 'apikey', 'passw', 'passcode'],
]);
const secretEnding = /(password|passwd|secret|token|apikey|accesskey|authkey|signature|sessionid)$/;

/** SIDs are identifiers, not secrets. */
const sid = /^[A-Z]{2}[0-9a-f]{32}$/;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Whether a URL or SIP address holds a password or a token: before its `@`, in a parameter, or as a part that nobody
 * could guess. It may be written with percent encoding, and inside another URL.
 */
export function holdsSecret(value: string, depth = 3): boolean {
  if (depth === 0) return true;
  const plain = decode(value);
  if (/\/\/[^/?#]*@/.test(plain) || passwordsIn(plain).length > 0) return true;
  const isSip = /^sips?:/i.test(value);
  const url = isSip ? null : URL.parse(value);
  if (url?.username) return true;
  const segments = url?.pathname.split(/[/;]/).map(decode) ?? [];
  if (segments.some(looksRandom) || segments.slice(0, -1).some((one) => secretSegment.test(one))) return true;
  return (
    (isSip || url !== null) &&
    (namesSecret(plain.replace(/^[^?#;]*/, '')) || hasSecretParameter(value, depth))
  );
}

/** A part of a path that names the next one. */
const secretSegment = /^(passw(or)?d|pwd|secret|token|api[-_]?key)s?$/i;

/** In JSON, or however else names stand before values. */
const namesSecret = (text: string) =>
  [...text.matchAll(/([\p{L}\p{M}\p{N}._~-]+)["'\]}\s]*[:=]/gu)].some(([, name]) => isSecretName(name!));

/** In what follows `?`, `#` and `;`. */
function hasSecretParameter(value: string, depth: number): boolean {
  return value
    .split(/[?#;&]/)
    .slice(1)
    .some((parameter) => {
      const [name = '', ...rest] = parameter.split('=').map((part) => decode(part.replaceAll('+', ' ')));
      const content = rest.join('=');
      return isSecretName(name) || looksRandom(content || name) || holdsSecret(content, depth - 1);
    });
}

function isSecretName(name: string): boolean {
  const words = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/);
  return words.some((word) => secretWords.has(word) || secretEnding.test(word));
}

/** 16 characters without a break that mix letters and digits, or 24 that mix cases: no word or date is like that. */
function looksRandom(text: string): boolean {
  if (uuid.test(text)) return true;
  return text.split(/[^A-Za-z0-9+/=]+/).some((run) => {
    if (sid.test(run)) return false;
    const letters = run.replace(/[^A-Za-z]/g, '').length;
    const mixed = letters > 0 && letters < run.length && /\d/.test(run);
    return (run.length >= 16 && mixed) || (run.length >= 24 && /[a-z]/.test(run) && /[A-Z]/.test(run));
  });
}

function decode(text: string): string {
  try {
    const once = decodeURIComponent(text);
    return once === text ? text : decode(once);
  } catch {
    return text;
  }
}
