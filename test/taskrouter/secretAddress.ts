import fc from 'fast-check';

/** What nobody could mistake for another part of the address. */
const secret = fc
  .tuple(
    fc.constantFrom('Zq7', 'K9x', 'v3T'),
    fc.string({ unit: fc.constantFrom(...'abcXYZ0189-_.~!*/+=&?#%:@;,"\' ü€'), minLength: 3, maxLength: 24 }),
    fc.constantFrom('9wQ', 'x4K'),
  )
  .map((parts) => parts.join(''));

const percentEncoded = encodeURIComponent;
const formEncoded = (text: string) => new URLSearchParams({ a: text }).toString().slice(2);
const base64 = (text: string) => Buffer.from(text).toString('base64');
const everyByte = (text: string) =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

/** How a secret is written in an address. The result is what the server could repeat, decoded. */
const encodings: readonly ((text: string) => string)[] = [percentEncoded, formEncoded, everyByte];

const names = [
  'token',
  'access_token',
  'apiKey',
  'api-key',
  'key',
  'password',
  'X-Signature',
  'sid[secret]',
  'auth',
];
const words = fc.constantFrom('a', 'twiml', 'billing', 'en-US', '1', 'v2');

/** Addresses in which `%s` is where the secret stands. */
const patterns = fc.oneof(
  words.map((path) => `https://%s@example.com/${path}`),
  words.map((user) => `https://${user}:%s@example.com:8443/`),
  words.map((user) => `sip:${user}:%s@example.com;transport=tls`),
  fc.tuple(words, fc.constantFrom(...names)).map(([user, name]) => `sip:${user}@example.com;lr;${name}=%s`),
  fc.tuple(words, fc.constantFrom(...names)).map(([user, name]) => `sip:${user};${name}=%s@example.com;lr`),
  fc
    .tuple(words, fc.constantFrom(...names))
    .map(([one, name]) => `https://example.com/${one}?x=${one}&${name}=%s&y=1`),
  fc.constantFrom(...names).map((name) => `https://example.com/cb#${name}=%s`),
  fc.constantFrom(...names).map((name) => `client:ada?${name}=%s`),
  fc.constantFrom('token', 'api-key', 'secrets').map((name) => `https://example.com/${name}/%s/cb`),
);

/** An address that a request may contain, and the secret in it as a person would write it down. */
export const secretAddress: fc.Arbitrary<{ readonly value: string; readonly secret: string }> = fc
  .record({
    secret,
    pattern: patterns,
    encode: fc.constantFrom(...encodings),
    depth: fc.nat({ max: 2 }),
    isBasic: fc.boolean(),
  })
  .map(({ secret: part, pattern, encode, depth, isBasic }) => {
    const inHeader = isBasic && /[?#;]/.test(pattern);
    const written = inHeader ? encode(`Basic ${base64(`svc:${part}`)}`) : encode(part);
    // In a path or before an @, a plus is a plus.
    const plain = /[?#;]\S*%s/.test(pattern) ? written : percentEncoded(part);
    let value = pattern.replace('%s', () => (inHeader ? written : plain));
    for (let i = 0; i < depth; i++) value = `https://proxy.example/?next=${encodeURIComponent(value)}`;
    return { value, secret: part };
  });
