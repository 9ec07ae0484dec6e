import { strict as assert } from 'node:assert';
import { encodings, foundIn } from './canary';

const secret = 'Canary-9f3c"ä\\/+& <€>-end';
const username = 'AC' + '1'.repeat(32);

/** Ways in which a secret gets somewhere, and the encoding that it is then found in. */
const leaks: readonly (readonly [string, Buffer | string])[] = [
  ['plain', `password=${secret}`],
  ['base64', Buffer.from(`of somebody:${secret} and more`).toString('base64')],
  ['base64url', Buffer.from(`of one:${secret} and more`).toString('base64url')],
  ['Basic auth', `Authorization: Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}`],
  ['URL-encoded', `?a=${encodeURIComponent(secret)}`],
  ['URL-encoded', new URLSearchParams({ password: secret }).toString()],
  ['hex', Buffer.from(`x${secret}`).toString('hex')],
  ['reversed', [...secret].reverse().join('')],
  ['JSON-escaped', JSON.stringify({ secret })],
  ['HTML-escaped', 'Canary-9f3c&quot;ä\\/+&amp; &lt;€>-end'],
  ['decimal', [...Buffer.from(secret)].join(',')],
  ['latin1', Buffer.from(secret, 'latin1')],
  ['UTF-16', Buffer.from(`x${secret}`, 'utf16le')],
  ['UTF-16', Buffer.from(secret, 'utf16le').swap16()],
];

describe('a canary', () => {
  it('is searched for in at least eight encodings', () =>
    assert.ok(Object.keys(encodings(secret, username)).length >= 8));

  for (const [encoding, leak] of leaks)
    it(`is found ${encoding}`, () => assert.ok(foundIn(leak, secret, username).includes(encoding)));

  it('is not found in other text', () =>
    assert.deepEqual(foundIn(`Canary ${username} ${secret.slice(0, -1)}`, secret, username), []));
});
