import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { plain } from '../../src/extension/display/safeText';
import { codePoint } from '../../src/taskrouter/characters';
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

/** Everything but ASCII is escaped. */
const asPython = (text: unknown) =>
  JSON.stringify(text).replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

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
  'JSON as Python writes it': asPython,
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

  it('finds secrets in which characters are that nobody sees', () => {
    const secret = 'S1p/Secret-77';
    for (const unseen of [
      '\xad',
      '\u200b',
      '\u2060',
      '\ufeff',
      '\ufe0f',
      '\u{e0041}',
      '\u{1d173}',
      '\0',
      '\x9b',
      '\ud83d',
    ])
      for (const written of [[...secret].join(unseen), `S1p/${unseen}Secret-77`, `hun${unseen}ter2`])
        for (const write of [JSON.stringify, asPython]) {
          const text = {
            a: written,
            [`a ${written}`]: [`b ${written}`],
            json: JSON.stringify({ c: written }),
          };
          const redactor = new Redactor([secret, 'hunter2'], new RequestSecrets());
          const json = JSON.stringify({ text, nested: write(text) });
          const printed = plain(JSON.stringify(redactor.parse(json)), 10_000);
          const found = [secret, 'hunter2'].filter((one) => printed.includes(one));
          assert.deepEqual(found, [], `${codePoint(unseen)}: ${printed}`);
        }
    const text = { a: 'S1p/\xadSecrets', b: 'a\u200bb', c: '👩‍👩‍👧 ❤️', d: '{"x":"\\u200b"}' };
    assert.deepEqual(redactorOf(secret).parse(JSON.stringify(text)), text);
  });

  it('finds secrets that JSON in a text escapes', () => {
    const secret = 'S1p/Secret-77';
    const each = [...secret].map((c) => `\\u00${c.charCodeAt(0).toString(16)}`).join('');
    const attributes = [
      `{"a":"${each}","b":1}`,
      ` [ "S1p\\/Secret\\u002D77" ] `,
      JSON.stringify(`{"a":"${each}"}`),
    ];
    for (const written of attributes) {
      const json = JSON.stringify({ attributes: written });
      const read = redactorOf(secret).parse(json) as { attributes: string };
      const value = JSON.stringify(JSON.parse(read.attributes)).replaceAll('\\', '');
      assert.ok(value.includes(mask) && !value.includes('S1p') && !value.includes('u0053'), value);
    }
    const other = { attributes: '{"name":"\\u0041da",  "of":"\\u00e4"}' };
    assert.deepEqual(redactorOf(secret).parse(JSON.stringify(other)), other);
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
    ['words', ' is too long'],
    ['a comma', ', which is too long'],
    ['a number', ' 20 characters at most'],
    ['its end', ''],
  ] as const;
  for (const [name, end] of cuts)
    it(`finds the first characters of a secret in a message that is cut with ${name}`, () => {
      for (const secret of ['pwQ7d2f9cXsecretZ8mN', 'pw/7=2f9cXsecretZ8mN'])
        for (const written of [secret, encodeURIComponent(secret)])
          for (let length = 6; length < written.length; length++) {
            const before = 'CallUrl is not valid: https://example.com/?token=';
            const told = redactorOf(secret).message(before + written.slice(0, length) + end);
            assert.equal(told, before + mask + end);
            const other = redactorOf(secret).message(before + written.slice(0, length).toUpperCase() + end);
            assert.equal(other, before + mask + end);
          }
    });

  it('leaves the first characters of a secret where they are a word, or fewer than six', () => {
    const redactor = redactorOf('parameter-7d2f9c');
    for (const text of ['The parameters are not valid.', 'The Parameter CallUrl is too long…', 'param…'])
      assert.equal(redactor.message(text), text);
    const address = redactorOf('https://www.example.com:a@b@c');
    for (const text of ['See https://www.twilio.com/docs', 'HTTPS://WWW', 'https%3A%2F%2Fwww.twilio.com'])
      assert.equal(address.message(text), text);
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
    const eachCode = (text: string, write: (hex: string) => string) =>
      codes(text)
        .map((code) => write(code.toString(16).padStart(4, '0')))
        .join('');
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const split = (by: string) => (text: string) => [...text].join(by);
    const names: Readonly<Record<string, string>> = {
      '/': 'sol',
      '+': 'plus',
      '=': 'equals',
      é: 'eacute',
      '"': 'quot',
      '&': 'amp',
    };
    const writtenIn: Readonly<Record<string, (text: string) => string>> = {
      itself: (text) => text,
      'percent encoding': encodeURIComponent,
      'percent encoding of every byte': (text) => '%' + bytes(text).join('%'),
      'percent encoding of every byte in capital letters': (text) =>
        '%' + bytes(text).join('%').toUpperCase(),
      'percent encoding of UTF-16': (text) => eachCode(text, (hex) => `%u${hex}`),
      'percent encoding of UTF-16 in capital letters': (text) =>
        eachCode(text, (hex) => `%U${hex.toUpperCase()}`),
      'a form': (text) => new URLSearchParams({ a: text }).toString().slice(2),
      hex: (text) => bytes(text).join(''),
      'hex in capital letters': (text) => bytes(text).join('').toUpperCase(),
      base64,
      'base64 after one byte': (text) => base64(`a${text}`),
      'base64 after two bytes': (text) => base64(`ab${text}`),
      'base64 without padding': (text) => base64(text).replace(/=+$/, ''),
      base64url: (text) => Buffer.from(text).toString('base64url'),
      'lines of base64': (text) => base64(`${username}:${text}`).replace(/.{20}/g, '$&\r\n'),
      'a folded header': (text) => `Authorization: Basic ${basic(text).replace(/.{10}/g, '$&\r\n ')}`,
      'a line that is broken in it': (text) => `${text.slice(0, 8)}\r\n ${text.slice(8)}`,
      JSON: (text) => JSON.stringify({ a: text }),
      '\\u escapes': (text) => eachCode(text, (hex) => `\\u${hex}`),
      '\\u escapes in capital letters': (text) => eachCode(text, (hex) => `\\u${hex.toUpperCase()}`),
      '\\u escapes in braces': (text) => eachCode(text, (hex) => `\\u{${hex.replace(/^0+/, '')}}`),
      '\\U escapes': (text) => eachCode(text, (hex) => `\\U0000${hex}`),
      '\\x escapes': (text) => '\\x' + bytes(text).join('\\x'),
      'code points': (text) => eachCode(text, (hex) => `U+${hex.toUpperCase()} `),
      'HTML, decimal': (text) =>
        codes(text)
          .map((code) => `&#${code};`)
          .join(''),
      'HTML, hexadecimal': (text) => eachCode(text, (hex) => `&#x${hex};`),
      'HTML, by name': (text) => text.replace(/[/+=é"&]/g, (character) => `&${names[character]};`),
      'octal escapes': (text) =>
        [...Buffer.from(text)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join(''),
      'octal escapes of a shell': (text) =>
        [...Buffer.from(text)].map((byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join(''),
      'markup in it': (text) => `${text.slice(0, 3)}<b class="hit">${text.slice(3, 7)}</b>${text.slice(7)}`,
      'escaped markup in it': (text) => `${text.slice(0, 5)}&lt;b&gt;${text.slice(5)}`,
      'colors of a terminal in it': (text) => `${text.slice(0, 5)}\x1b[1;31m${text.slice(5)}\x1b[0m`,
      'soft hyphens in it': split('\xad'),
      'zero-width spaces in it': split('\u200b'),
      'tags of Unicode in it': split('\u{e0041}'),
      'halves of characters in it': split('\ud83d'),
      'soft hyphens of HTML in it': split('&shy;'),
      'zero-width spaces of HTML in it': split('&ZeroWidthSpace;'),
      'soft hyphens by number in it': split('&#173;'),
      'separators in it': split('-'),
      'quoted-printable': (text) => '=' + bytes(text).join('='),
      'bytes with spaces': (text) => bytes(text).join(' '),
      'bytes with colons': (text) => bytes(text).join(':'),
      'UTF-16': (text) => Buffer.from(text, 'utf16le').toString('latin1'),
      'UTF-16 in base64': (text) => Buffer.from(text, 'utf16le').toString('base64'),
      'capital letters': (text) => text.toUpperCase(),
    };
    /** What the other one destroys. */
    const isLost = (inner: string, outer: string) =>
      (outer === 'percent encoding' && inner === 'halves of characters in it') ||
      (outer === 'a form' && inner.startsWith('bytes')) ||
      (/soft hyphens|UTF-16/.test(outer) && /terminal|tags/.test(inner));
    const outermost = [
      'itself',
      'percent encoding',
      'a form',
      'base64',
      'base64 after one byte',
      'base64url',
    ].concat(
      ['hex in capital letters', 'JSON', '\\u escapes', 'HTML, decimal', 'soft hyphens in it'],
      ['soft hyphens of HTML in it', 'UTF-16'],
    );
    for (const outer of outermost)
      it(`${outer}, and then in that once more in any way`, () => {
        const redactor = redactorOf(secret);
        const leaks = Object.entries(writtenIn).flatMap(([inner, write]) => {
          if (isLost(inner, outer)) return [];
          const message = `You sent ${writtenIn[outer]!(write(secret))} to us.`;
          const printed = redactor.message(message);
          const isGone = printed === mask || /^You sent .{0,24}\*{8}.{0,12} to us\.$/s.test(printed);
          return isGone ? [] : [`${inner}: ${printed}`];
        });
        assert.deepEqual(leaks, []);
      });

    it('and no message in which another one is written', () => {
      const redactor = redactorOf(secret);
      for (const [how, write] of Object.entries(writtenIn)) {
        // They begin as the credentials do.
        if (/lines of|folded/.test(how)) continue;
        const other = `You sent ${write('A1p/Secret+77=é"x')} to us.`;
        assert.equal(redactor.message(other), other);
      }
    });

    it('in percent encoding, base64 or JSON, three times', () => {
      for (const write of [encodeURIComponent, base64, (text: string) => JSON.stringify(text)])
        assert.equal(redactorOf(secret).message(`You sent ${write(write(write(secret)))} to us.`), mask);
      const mixed = base64(encodeURIComponent(base64(secret)));
      assert.equal(redactorOf(secret).message(`You sent ${mixed} to us.`), mask);
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
    for (let i = 0; i < 200; i++) requests.add({ body: [['SipAuthPassword', `${i}-password-number`]] });
    assert.equal(
      redactor.message('199-password-number 100-password-number S1p-Secret-77'),
      `${mask} ${mask} ${mask}`,
    );
    assert.equal(redactor.message('0-password-number'), '0-password-number');
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
