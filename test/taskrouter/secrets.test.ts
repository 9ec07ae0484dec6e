import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { holdsSecret, mask, secretsIn, withoutSecrets } from '../../src/taskrouter/secrets';
import { calledAddresses } from '../calledAddresses';
import { sequences } from '../sequences';
import { secretAddress } from './secretAddress';

const secret = 'horse-Staple-7d2f9c';
const sid = `EH${'0123456789abcdef'.repeat(2)}`;

describe('the password before the @ of an address', () => {
  const hides: Readonly<Record<string, (secret: string) => string>> = {
    'a SIP address': (password) => `sip:alice:${password}@example.com`,
    'a SIPS address with parameters': (password) =>
      `SIPS:alice;x=1:${password}@example.com:5061;transport=tls?X-Team=a`,
    'a SIP address without a user': (password) => `sip::${password}@example.com`,
    'a SIP address with an encoded colon': (password) => `sip:alice%3A${password}@example.com`,
    'a URL': (password) => `https://bob:${password}@example.com/twiml?a=1`,
    'a URL without a user': (password) => `HTTP://:${password}@example.com`,
    'a URL with one slash': (password) => `https:/bob:${password}@example.com/`,
    'a URL with backslashes': (password) => `https:\\\\bob:${password}@example.com/`,
    'a URL inside another': (password) => `https://a.example/?next=https://bob:${password}@example.com/`,
    'an encoded URL inside another': (password) =>
      `https://a.example/?next=${encodeURIComponent(`https://bob:${password}@example.com/`)}`,
    'a SIP address inside a URL': (password) => `https://a.example/?to=sip:alice:${password}@example.com`,
  };
  for (const [where, write] of Object.entries(hides))
    for (const password of [secret, '1234', 'a+b&c', 'ü~$'])
      it(`${password} is found in ${where}, as written and decoded`, () => {
        const written = encodeURIComponent(password);
        const found = secretsIn(write(written));
        assert.ok(found.includes(written) && found.includes(password), found.join(' '));
        assert.ok(holdsSecret(write(written)));
        assert.ok(secretsIn(write(password)).includes(password));
      });

  it('is suspected before its address is complete', () => {
    assert.ok(holdsSecret('sip:alice:horse'));
    assert.ok(holdsSecret('https://bob:h'));
    assert.ok(holdsSecret('<sip:alice:horse'));
    assert.ok(holdsSecret('sip:alice@example.com:horse@example.com'));
    assert.ok(holdsSecret('https://bob:ho/rse@example.com/'));
  });
});

describe('whom Twilio rings', () => {
  for (const [address, shown] of calledAddresses)
    it(`is shown for ${address}`, () => {
      assert.equal(withoutSecrets(address), shown);
      assert.equal(holdsSecret(address), shown !== address);
    });
});

describe('a password or token in a value', () => {
  for (const [value, ...parts] of [
    ['https://svc:Hunter2@hooks.example.com/cb', 'Hunter2'],
    ['https://sk_live_4eC39Hq@hooks.example.com/cb', 'sk_live_4eC39Hq'],
    ['https://4eC39HqLyjWDarjtT1zd:x-oauth-basic@example.com/', '4eC39HqLyjWDarjtT1zd'],
    ['https://:Hunter2@hooks.example.com/cb', 'Hunter2'],
    ['https://svc%3AHunter2%40hooks.example.com:x@example.com/', 'x'],
    ['https://hooks.example.com/cb?token=Abc123', 'Abc123'],
    ['https://hooks.example.com/cb?%74oken=Abc%2F123', 'Abc%2F123', 'Abc/123'],
    ['https://hooks.example.com/cb?token=a+b%2Bc', 'a+b%2Bc', 'a b+c'],
    ['https://hooks.example.com/cb?accessToken=1', '1'],
    ['https://hooks.example.com/cb?a=1&api_key=2', '2'],
    ['https://hooks.example.com/cb?X-Amz-Signature=2', '2'],
    ['https://hooks.example.com/cb?client-secret=2', '2'],
    ['https://hooks.example.com/cb;jsessionid=2', '2'],
    ['https://hooks.example.com/cb#access_token=2', '2'],
    [
      'https://hooks.example.com/cb?Authorization=Basic%20c3ZjOkh1bnRlcjI%3D',
      'c3ZjOkh1bnRlcjI=',
      'svc:Hunter2',
      'Hunter2',
    ],
    ['https://hooks.example.com/cb?Authorization=Bearer%20Abc.123', 'Abc.123'],
    [
      'https://hooks.example.com/cb?x=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2ln',
      'eyJzdWIiOiIxMjM0NTY3ODkwIn0',
    ],
    [
      'https://hooks.example.com/cb?550e8400-e29b-41d4-a716-446655440000',
      '550e8400-e29b-41d4-a716-446655440000',
    ],
    ['https://hooks.example.com/9f86d081884c7d659a2feaa0c55ad015/cb', '9f86d081884c7d659a2feaa0c55ad015'],
    ['https://hooks.example.com/cb?next=https%3A%2F%2Fsvc%3AHunter2%40a.example', 'Hunter2'],
    ['https://hooks.example.com/cb?next=https%253A%252F%252Fa.example%253Ftoken%253D1', '1'],
    ['https://hooks.example.com/cb?next=https%3A%2F%2Fa.example%2Ftoken%2FHunter2', 'Hunter2'],
    ['https://hooks.example.com/cb?n=https:bob:Hunter2@a.example', 'Hunter2'],
    ['https://hooks.example.com/cb;n=sip:bob:Hunter2@a.example', 'Hunter2'],
    ['HTTPS://SVC:HUNTER2@HOOKS.EXAMPLE.COM/', 'HUNTER2'],
    ['https:svc:Hunter2@hooks.example.com/cb', 'Hunter2'],
    ['https:svc@hooks.example.com/cb', 'svc'],
    ['https:\\\\svc:Hunter2@hooks.example.com/cb', 'Hunter2'],
    ['https://hooks.example.com/cb?q={"token":"Abc 123"}', 'Abc 123'],
    ['https://hooks.example.com/cb?q=%7B%22pass_word%22%20%3A%22Hunter2%22%7D', 'Hunter2'],
    ['https://hooks.example.com/cb?login[password]=Hunter2', 'Hunter2'],
    ['https://hooks.example.com/cb?p\u00e0ssword=Hunter2', 'Hunter2'],
    ['https://hooks.example.com/cb?x=%253Ftoken%253D1', '1'],
    ['https://hooks.example.com/cb?q=100%&token=Abc%2F123', 'Abc/123'],
    ['https://hooks.example.com/api-key/Hunter2/cb', 'Hunter2'],
    ['sip:ada:Hunter2@pbx.example.com', 'Hunter2'],
    ['sip:ada@pbx.example.com?token=1', '1'],
    ['sip:ada@pbx.example.com;password=Hunter2;transport=tls', 'Hunter2'],
    ['client:ada?token=Hunter2', 'Hunter2'],
  ] as const)
    it(`is found in ${value}`, () => {
      const found = secretsIn(value);
      for (const part of parts) assert.ok(found.includes(part), `${part} of ${found.join(' ')}`);
      assert.ok(holdsSecret(value));
    });

  for (const value of [
    '',
    '+15550100123',
    'client:ada',
    'client:alice:bob',
    'sip:alice@example.com',
    'sip:ada@203.0.113.5:5061;transport=tls?x-team=a',
    'sip:alice@example.com:5061;transport=tls?X-Team=a:b',
    'sip:[2001:db8::1]:5060',
    'sip:example.com:5060;lr',
    'https://example.com/',
    'https://example.com:',
    'https://example.com:8443/a:b?c=d:e#f:g',
    'https://example.com:8443?mail=a@example.com',
    'http://[::1]:4010/a',
    'https://example.com/?time=10:30&mail=a@example.com',
    'https://example.com:8443/twiml/ring?lang=en-US&queue=billing',
    'https://auth.example.com:8443/token?lang=en',
    'https://example.com/auth/callback?time=10:30&filter={"queue":"billing"}',
    'https://example.com/?token=',
    'https://example.com/callback_v2_production',
    'https://example.com/status-callback-for-conferences',
    `https://handler.twilio.com/twiml/${sid}`,
    `https://example.com/?CallSid=${sid}`,
  ])
    it(`is not found in ${value || 'nothing'}`, () => {
      assert.deepEqual(secretsIn(value), []);
      assert.ok(!holdsSecret(value));
      assert.equal(withoutSecrets(value), value);
    });

  it('is masked, and nothing else', () => {
    assert.equal(
      withoutSecrets('https://a:a@example.com/a?key=a&x=a#a'),
      `https://${mask}:${mask}@example.com/${mask}?key=${mask}&x=${mask}#${mask}`,
    );
    assert.equal(
      withoutSecrets('https://svc:Hunter2@example.com/Hunter21?token=Abc&q=1'),
      `https://svc:${mask}@example.com/Hunter21?token=${mask}&q=1`,
    );
  });

  it('is found wherever an address can have it, and masked', () => {
    fc.assert(
      fc.property(secretAddress, ({ value, secret: part }) => {
        const found = secretsIn(value);
        assert.ok(found.includes(part), `${part} is not one of ${found.join(' ')}`);
        assert.ok(!withoutSecrets(value).includes(part), withoutSecrets(value));
      }),
      sequences(),
    );
  });

  it('takes no long time, whatever the value is', () => {
    for (const part of ['sip:', '//a:', '%25', 'token', 'a=', '?', '%3Fa=%26', 'a:@', '"', '%', 'a{"'])
      secretsIn(`https://a/?token${part.repeat(4096 / part.length)}`);
    assert.equal(
      secretsIn('x'.repeat(100_000)).length,
      1,
      'a value that no request contains is a secret as a whole',
    );
  }).timeout(3000);
});
