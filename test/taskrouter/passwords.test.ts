import { strict as assert } from 'node:assert';
import { holdsPassword, passwordsIn } from '../../src/taskrouter/passwords';

const secret = 'horse-Staple-7d2f9c';

describe('the password in a value', () => {
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
        const found = passwordsIn(write(written));
        assert.ok(found.includes(written) && found.includes(password), found.join(' '));
        assert.ok(holdsPassword(write(written)));
        assert.ok(passwordsIn(write(password)).includes(password));
      });

  for (const value of [
    '',
    '+15550100142',
    'client:alice:bob',
    'sip:alice@example.com',
    'sip:alice@example.com:5061;transport=tls?X-Team=a:b',
    'sip:[2001:db8::1]:5060',
    'sip:example.com:5060;lr',
    'https://example.com:8443/a:b?c=d:e#f:g',
    'https://example.com:8443?mail=a@example.com',
    'http://[::1]:4010/a',
    'https://example.com:',
    'https://example.com/?time=10:30&mail=a@example.com',
  ])
    it(`is not found in ${value || 'nothing'}`, () => {
      assert.deepEqual(passwordsIn(value), []);
      assert.ok(!holdsPassword(value));
    });

  it('is suspected before its address is complete', () => {
    assert.ok(holdsPassword('sip:alice:horse'));
    assert.ok(holdsPassword('https://bob:h'));
  });
});
