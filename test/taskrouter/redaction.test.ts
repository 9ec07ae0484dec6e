import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { mask } from '../../src/taskrouter/secrets';
import { Redactor, RequestSecrets, secretsOf } from '../../src/taskrouter/redaction';
import { encodings, foundIn } from '../safety/canary';
import { sequences } from '../sequences';

const username = `AC${'1'.repeat(32)}`;
const basic = (password: string) => Buffer.from(`${username}:${password}`).toString('base64');
const redactorOf = (password: string) => new Redactor([password, basic(password)], new RequestSecrets());

/** The forms of which a mock, a gateway or a log is known to make use: not backwards, nor bytes as numbers. */
const echoed = [
  'plain',
  'base64',
  'base64url',
  'Basic auth',
  'URL-encoded',
  'hex',
  'JSON-escaped',
  'HTML-escaped',
];

/** A secret in a form, as it stands inside a longer text of that form. */
const writers: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  'percent-encoded': encodeURIComponent,
  'form-encoded': (text) => new URLSearchParams({ a: text }).toString(),
  'form-encoded in lower case': (text) =>
    encodeURIComponent(text).replace(/%../g, (escape) => escape.toLowerCase()),
  hex: (text) => Buffer.from(text).toString('hex'),
  JSON: (text) => JSON.stringify({ a: text }),
  'JSON as PHP writes it': (text) => JSON.stringify(text).replaceAll('/', '\\/'),
  'JSON as Python writes it': (text) =>
    JSON.stringify(text).replace(
      /[^\x20-\x7e]/g,
      (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  HTML: (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;'),
  'Latin-1 read from UTF-8': (text) => Buffer.from(text).toString('latin1'),
};
const twice = Object.entries(writers)
  .flatMap(([one, write]) =>
    Object.entries(writers).map(
      ([other, writeAgain]) => [`${one}, then ${other}`, (text: string) => writeAgain(write(text))] as const,
    ),
  )
  .filter(([name]) => !/(base64|hex).*, then .*(base64|hex)|Latin-1.*, then .*(base64|hex)/.test(name));

/** None of what is told holds the secret in a form that somebody would look for. */
function assertGone(printed: string, secret: string, what: string): void {
  const found = foundIn(printed, secret, username).filter((name) => echoed.includes(name));
  assert.deepEqual(found, [], `${what}: ${printed}`);
}

describe('redaction', () => {
  const secrets = [
    '0123456789abcdef0123456789abcdef',
    'S1p-Secret-77',
    'a b&c=d/e+f"g\\h',
    'pässwörd€ 😀<x>',
    'hunter2',
  ];

  for (const [name, write] of [...Object.entries(writers), ...twice]) {
    it(`finds a secret written as ${name}`, () => {
      for (const secret of secrets) {
        const text = write(`of one:${secret} and more`);
        assertGone(redactorOf(secret).message(text), secret, secret);
        const json = JSON.stringify({ message: text, [`name ${text}`]: 1, deep: [{ in: [text] }] });
        assertGone(JSON.stringify(redactorOf(secret).parse(json)), secret, secret);
      }
    });
  }

  it('finds any secret of eight characters or more in any form', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 8, maxLength: 40, unit: 'binary' }).filter((text) => !/\p{Cs}/u.test(text)),
        fc.constantFrom(...Object.entries(writers), ...twice),
        fc.string({ maxLength: 5 }),
        (secret, [name, write], before) => {
          const printed = redactorOf(secret).message(write(`${before}${secret}`));
          // A form that all of a secret's characters leave as they are says nothing about the secret.
          for (const form of encodings(secret, username)['plain']!)
            assert.ok(!Buffer.from(printed).includes(form), `${name}: ${printed}`);
        },
      ),
      sequences(),
    );
  });

  it('hides the credentials as they are in the header', () => {
    const secret = 'short';
    assert.equal(
      redactorOf(secret).message(`Authorization: Basic ${basic(secret)}`),
      `Authorization: Basic ${mask}`,
    );
  });

  it('finds secrets that JSON escapes, where their characters would not need it', () => {
    const redactor = redactorOf('S1p/Secret-77');
    for (const escaped of ['S1p\\/Secret-77', '\\u0053\\u0031\\u0070/Secret-77', 'S1p\\u002FSecret-77'])
      assert.deepEqual(redactor.parse(`{"a":"${escaped}"}`), { a: mask });
    const beyond = redactorOf('pässwörd-77');
    assert.deepEqual(beyond.parse('{"a":"p\\u00E4ssw\\u00f6rd-77"}'), { a: mask });
  });

  it('finds a number that is a secret', () => {
    assert.deepEqual(redactorOf('12345678').parse('{"a":12345678,"b":[1]}'), { a: mask, b: [1] });
  });

  it('returns text without secrets unchanged, however deeply nested', () => {
    const redactor = redactorOf('S1p-Secret-77');
    const text = `{"__proto__":{"a":"\\/"},"b":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    const read = redactor.parse(text) as Record<string, unknown>;
    assert.deepEqual(Object.keys(read), ['__proto__', 'b']);
    assert.equal(redactor.parse('not JSON'), undefined);
    assert.deepEqual(redactor.parse('\ufeff{"a":1}'), { a: 1 });
  });

  const cuts = [
    ['an ellipsis', '… (at most 20)'],
    ['three dots', '...'],
    ['a quotation mark', '" is too long'],
    ['an escaped quotation mark', '\\" is too long'],
    ['a bracket', ' [truncated]'],
    ['its end', ''],
  ] as const;
  for (const [name, end] of cuts)
    it(`finds the first characters of a secret in a message that is cut with ${name}`, () => {
      for (const secret of ['pwQ7d2f9cXsecretZ8mN', 'pw/7=2f9cXsecretZ8mN'])
        for (const written of [secret, encodeURIComponent(secret)])
          for (let length = 6; length < written.length; length++) {
            const before = 'CallUrl is too long: https://example.com/?token=';
            const told = redactorOf(secret).message(before + written.slice(0, length) + end);
            assert.equal(told, before + mask + end);
          }
    });

  it('leaves the first characters of a secret where nothing is cut, and fewer than six', () => {
    const redactor = redactorOf('parameter-7d2f9c');
    for (const text of ['The parameters are not valid.', 'The parameter CallUrl is too long…', 'param…'])
      assert.equal(redactor.message(text), text);
  });

  for (const [name, end] of cuts)
    it(`finds the encoded start of a secret in a message that is cut with ${name}`, () => {
      const secret = 'pwQ7d2f9cXsecretZ8mN';
      const forms: readonly (readonly [written: string, shortest: number])[] = [
        [Buffer.from(secret).toString('base64'), 8],
        [Buffer.from(`ab${secret}`).toString('base64'), 12],
        [Buffer.from(`${username}:${secret}`).toString('base64'), 56],
        [Buffer.from(secret).toString('hex'), 12],
        [[...secret].map((c) => `\\${c.charCodeAt(0).toString(8)}`).join(''), 23],
        [[...secret].map((c) => `&#${c.charCodeAt(0)};`).join(''), 34],
      ];
      for (const [written, shortest] of forms)
        for (let length = shortest; length < written.length; length++) {
          const text = `You sent ${written.slice(0, length)}${end}`;
          const printed = redactorOf(secret).message(text);
          const isGone = printed.includes(mask) && !printed.includes(written.slice(shortest - 8, shortest));
          assert.ok(isGone, `${text}: ${printed}`);
        }
    });

  it('leaves a message that ends in a word that begins a secret', () => {
    for (const [secret, text] of [
      ['password-7d2f9c', 'Invalid password'],
      ['canary_sip-8f1c', 'This is the “canary”'],
      ['pendingX7d2f9c', 'The reservation is pending'],
      ['account7d2f9c', 'Unknown account…'],
    ] as const)
      assert.equal(redactorOf(secret).message(text), text);
    assert.equal(redactorOf('password-7d2f9c').message('Invalid password-7'), `Invalid ${mask}`);
    assert.equal(redactorOf('Horsestaple-7').message('Invalid Horsest'), `Invalid ${mask}`);
  });

  it('leaves rows usable, even with short or common secrets', () => {
    const row = {
      sid: `WR${'1234'.repeat(8)}`,
      reservation_status: 'accepted',
      date_created: '2026-01-02T03:04:05Z',
      priority: 1234,
      friendly_name: 'a b',
      account_sid: username,
      event_type: 'reservation.created',
      next_page_url: 'https://taskrouter.twilio.com/v1/Workspaces?PageSize=50&PageToken=x',
    };
    for (const secret of [
      'a',
      '1234',
      '2026',
      'accepted',
      'pending',
      username,
      'sid',
      'reservation_status',
      ...['Workspaces', 'taskrouter', 'reservation', 'created', 'PageToken', 'https'],
    ]) {
      const read = redactorOf(secret).parse(JSON.stringify(row));
      assert.deepEqual(read, row, secret);
    }
  });

  it('leaves what is true of a task, whatever word or number is a secret', () => {
    const attributes = {
      limit: 1000,
      vip: true,
      none: null,
      level: 'gold',
      friendly_name: 'x',
      note: 'gold, 1000',
    };
    const row = {
      friendly_name: 'gold',
      attributes: JSON.stringify(attributes),
      target_workers: 'vip==true AND limit=1000 AND level == "gold"',
    };
    for (const secret of ['1000', 'true', 'null', 'gold', 'name', 'limit'])
      assert.deepEqual(redactorOf(secret).parse(JSON.stringify(row)), row, secret);
  });

  it('leaves JSON in a text JSON', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.constantFrom('1000', 'true', 'name', '12345678', 'S1p-Secret-77', 'hunter2'),
          fc.string({ minLength: 4 }),
        ),
        fc.json(),
        (secret, json) => {
          const value = JSON.parse(json) as unknown;
          const number = Number(secret);
          const attributes = JSON.stringify([{ [secret]: [secret, number] }, value]);
          const read = redactorOf(secret).parse(JSON.stringify({ attributes })) as { attributes: string };
          assert.doesNotThrow(() => JSON.parse(read.attributes), read.attributes);
        },
      ),
      sequences(),
    );
  });

  it('reads no more of a long message than an error message needs', () => {
    const redactor = redactorOf('S1p/Secret-77');
    const long = redactor.message(`${'escaped%20words '.repeat(1_000_000)}S1p/Secret-77`);
    assert.ok(long.length <= 16 * 1024 && long.startsWith('escaped%20words '));
  });

  it('finds a short secret that stands alone', () => {
    const redactor = redactorOf('1234');
    assert.equal(
      redactor.message("Invalid SipAuthPassword: '1234' for +15551234"),
      `Invalid SipAuthPassword: '${mask}' for +15551234`,
    );
    for (const [before, after] of [
      ['SipAuthPassword=', '&x'],
      ['sip:ada:', '@example.com'],
    ])
      assert.deepEqual(redactor.parse(JSON.stringify({ a: `${before}1234${after}` })), {
        a: `${before}${mask}${after}`,
      });
  });

  describe('removes a message in which a secret is written', () => {
    const secret = 'S1p/Secret+77=é"x';
    const bytes = (text: string) => [...Buffer.from(text)].map((byte) => byte.toString(16).padStart(2, '0'));
    const codes = (text: string) => [...text].map((character) => character.charCodeAt(0));
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const times = (count: number, encode: (text: string) => string) => (text: string) =>
      Array.from({ length: count }).reduce<string>(encode, text);
    const writtenIn: Readonly<Record<string, (text: string) => string>> = {
      'percent encoding of every byte': (text) => '%' + bytes(text).join('%'),
      'percent encoding, three times': times(3, encodeURIComponent),
      'base64, twice': times(2, base64),
      'base64, percent-encoded, in base64': (text) => base64(encodeURIComponent(base64(text))),
      'lines of base64': (text) => base64(`${username}:${text}`).replace(/.{20}/g, '$&\r\n'),
      'a folded header': (text) => `Authorization: Basic ${basic(text).replace(/.{10}/g, '$&\r\n ')}`,
      'a line that is broken in it': (text) => `${text.slice(0, 8)}\r\n ${text.slice(8)}`,
      'JSON, three times': times(3, (text) => JSON.stringify(text)),
      '\\u escapes': (text) =>
        codes(text)
          .map((code) => `\\u${code.toString(16).padStart(4, '0')}`)
          .join(''),
      '\\x escapes': (text) => '\\x' + bytes(text).join('\\x'),
      'HTML, decimal': (text) =>
        codes(text)
          .map((code) => `&#${code};`)
          .join(''),
      'HTML, hexadecimal': (text) =>
        codes(text)
          .map((code) => `&#x${code.toString(16)};`)
          .join(''),
      'octal escapes': (text) =>
        [...Buffer.from(text)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join(''),
      'octal escapes of a shell': (text) =>
        [...Buffer.from(text)].map((byte) => `\\0${byte.toString(8)}`).join(''),
      'markup in it': (text) => `${text.slice(0, 3)}<b class="hit">${text.slice(3, 7)}</b>${text.slice(7)}`,
      'escaped markup in it': (text) => `${text.slice(0, 5)}&lt;b&gt;${text.slice(5)}`,
      'colors of a terminal in it': (text) => `${text.slice(0, 5)}\x1b[1;31m${text.slice(5)}\x1b[0m`,
      'quoted-printable': (text) => '=' + bytes(text).join('='),
      'bytes with spaces': (text) => bytes(text).join(' '),
      'bytes with colons': (text) => bytes(text).join(':'),
      'UTF-16': (text) => Buffer.from(text, 'utf16le').toString('latin1'),
      'UTF-16 in base64': (text) => Buffer.from(text, 'utf16le').toString('base64'),
      'capital letters': (text) => text.toUpperCase(),
    };
    for (const [how, write] of Object.entries(writtenIn))
      it(how, () => {
        const redactor = redactorOf(secret);
        const message = `You sent ${write(secret)} to us.`;
        assert.equal(redactor.message(message), mask);
        const other = `You sent ${write('A1p/Secret+77=é"x')} to us.`;
        assert.equal(redactor.message(other), other);
      });

    it('in no long time', () => {
      const redactor = redactorOf(secret);
      for (const part of ['%25', 'QUJD'.repeat(4) + ' ', '&#37;', '\\u005c', 'ab', '=3D'])
        redactor.message(part.repeat(60_000 / part.length));
    }).timeout(3000);
  });

  it('remembers the secrets of the latest requests', () => {
    const requests = new RequestSecrets();
    const redactor = new Redactor(['S1p-Secret-77'], requests);
    for (let i = 0; i < 200; i++) requests.add({ body: [['SipAuthPassword', `password-number-${i}`]] });
    assert.equal(
      redactor.message('password-number-199 password-number-100 S1p-Secret-77'),
      `${mask} ${mask} ${mask}`,
    );
    assert.equal(redactor.message('password-number-0'), 'password-number-0');
  });

  it('knows the secrets of a request', () => {
    const body = [
      ['SipAuthPassword', 'one'],
      ['SipAuthUsername', 'user'],
      ['CallUrl', 'https://user:t%20wo@example.com/'],
      ['CallTo', 'sip:a@b.example'],
      ['To', 'sip:alice:thr%40ee@example.com'],
      ['Url', 'https://example.com/?token=four'],
    ] as const;
    assert.deepEqual(secretsOf({ body }), ['one', 't%20wo', 't wo', 'thr%40ee', 'thr@ee', 'four']);
    assert.deepEqual(secretsOf({}), []);
  });
});
