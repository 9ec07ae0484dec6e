import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

const base64 = (text: string, encoding: BufferEncoding = 'base64') =>
  [0, 1, 2].map((before) =>
    Buffer.from('x'.repeat(before) + text)
      .toString(encoding)
      .slice(before && before + 1, -4),
  );
const backwards = (text: string) => [...text].reverse().join('');
const escaped = (text: string) =>
  text.replace(/[^\w-]/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A secret in the forms in which somebody might write it down, each as bytes to look for. */
export function encodings(secret: string, username: string): Readonly<Record<string, readonly Buffer[]>> {
  const hex = Buffer.from(secret).toString('hex');
  const basic = Buffer.from(`${username}:${secret}`);
  const texts: Readonly<Record<string, readonly string[]>> = {
    plain: [secret],
    base64: base64(secret),
    base64url: base64(secret, 'base64url'),
    'Basic auth': [basic.toString('base64'), basic.toString('base64').replace(/=+$/, '')],
    'URL-encoded': [encodeURIComponent(secret), new URLSearchParams({ s: secret }).toString().slice(2)],
    hex: [hex, hex.toUpperCase()],
    reversed: [backwards(secret)],
    'JSON-escaped': [JSON.stringify(secret).slice(1, -1), escaped(secret)],
    'HTML-escaped': [secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')],
    decimal: [[...Buffer.from(secret)].join(','), [...Buffer.from(secret)].join(' ')],
  };
  const utf16 = [Buffer.from(secret, 'utf16le'), Buffer.from(secret, 'utf16le').swap16()];
  return {
    ...Object.fromEntries(
      Object.entries(texts).map(([name, forms]) => [name, forms.map((form) => Buffer.from(form))]),
    ),
    latin1: [Buffer.from(secret, 'latin1')],
    'UTF-16': utf16,
  };
}

/** The names of the encodings in which a secret stands in something. */
export function foundIn(what: Buffer | string, secret: string, username: string): string[] {
  const bytes = typeof what === 'string' ? Buffer.from(what) : what;
  return Object.entries(encodings(secret, username))
    .filter(([, forms]) => forms.some((form) => bytes.includes(form)))
    .map(([name]) => name);
}

/** Every file under a folder that can be read, with what is in it. */
export function* filesUnder(folder: string): Generator<readonly [file: string, bytes: Buffer]> {
  for (const name of readdirSync(folder, { recursive: true }).map(String)) {
    const file = path.join(folder, name);
    // VS Code and the browser are at work: a file may have gone by now, or be a socket.
    const size = statSync(file, { throwIfNoEntry: false });
    if (size?.isFile()) yield [name, readFileSync(file)];
  }
}
