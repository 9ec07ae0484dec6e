import assert from 'node:assert/strict';
import { fromEnvironment } from '../../../../src/extension/features/signIn/foundCredentials';

const sid = (prefix: string) => prefix + '0123456789abcdef'.repeat(2);

describe('credentials found in the environment', () => {
  const account = { TWILIO_ACCOUNT_SID: sid('AC') };
  const token = { ...account, TWILIO_AUTH_TOKEN: 'token' };
  const apiKey = { ...account, TWILIO_API_KEY: sid('SK'), TWILIO_API_SECRET: 'key-secret' };

  it('are absent without a SID', () => {
    assert.equal(fromEnvironment({ TWILIO_AUTH_TOKEN: 'token', TWILIO_REGION: 'ie1' }), undefined);
  });

  it('prefer the API key to the Auth Token', () => {
    assert.equal(fromEnvironment({ ...token, ...apiKey })?.credentials?.username, sid('SK'));
    assert.equal(fromEnvironment({ ...token, TWILIO_API_KEY: sid('SK') })?.credentials?.username, sid('AC'));
  });

  it('include the Account SID beside them, if it is one', () => {
    assert.equal(fromEnvironment(apiKey)?.credentials?.accountSid, sid('AC'));
    const nameless = { TWILIO_API_KEY: sid('SK'), TWILIO_API_SECRET: 'key-secret' };
    assert.equal(fromEnvironment(nameless)?.credentials?.accountSid, undefined);
    const odd = { ...nameless, TWILIO_ACCOUNT_SID: '[x](command:y)' };
    assert.equal(fromEnvironment(odd)?.credentials?.accountSid, undefined);
  });

  it('say what is missing', () => {
    assert.match(fromEnvironment(account)?.problem ?? '', /Set TWILIO_AUTH_TOKEN/);
    assert.match(fromEnvironment({ ...token, TWILIO_ACCOUNT_SID: 'AC1' })?.problem ?? '', /SID/);
  });

  for (const [region, edge, origin] of [
    [undefined, undefined, 'https://taskrouter.twilio.com'],
    ['', '', 'https://taskrouter.twilio.com'],
    ['us1', undefined, 'https://taskrouter.us1.twilio.com'],
    ['ie1', undefined, 'https://taskrouter.dublin.ie1.twilio.com'],
    ['ie1', 'frankfurt', 'https://taskrouter.frankfurt.ie1.twilio.com'],
    [undefined, 'sydney', 'https://taskrouter.sydney.us1.twilio.com'],
  ] as const) {
    it(`use ${origin} for region ${region} and edge ${edge}`, () => {
      const found = fromEnvironment({ ...token, TWILIO_REGION: region, TWILIO_EDGE: edge });
      assert.equal(found?.credentials?.origin, origin);
    });
  }

  for (const elsewhere of ['example.com/', 'ie1.example.com#', 'ie1:443@example.com', 'IE1', '../x', 'ie2']) {
    it(`are rejected with the region ${elsewhere}`, () => {
      const found = fromEnvironment({ ...token, TWILIO_REGION: elsewhere });
      assert.equal(found?.credentials, undefined);
      assert.match(found?.problem ?? '', /region or edge/);
    });
  }

  for (const end of ['\r', '\n', '\r\n', ' ', '\t', '\u00a0', '\ufeff', '\u200b']) {
    it(`are trimmed of ${JSON.stringify(end)}`, () => {
      const padded = (values: Readonly<Record<string, string>>) =>
        Object.fromEntries(Object.entries(values).map(([name, value]) => [name, `${end}${value}${end}`]));
      const place = { TWILIO_REGION: 'ie1', TWILIO_EDGE: 'dublin' };
      for (const values of [token, apiKey]) {
        const clean = fromEnvironment({ ...values, ...place })!;
        assert.ok(clean.credentials);
        assert.deepEqual(fromEnvironment(padded({ ...values, ...place })), clean);
      }
      assert.equal(fromEnvironment({ ...account, TWILIO_AUTH_TOKEN: end })?.credentials, undefined);
    });
  }

  it('are rejected with a line break inside', () => {
    assert.match(fromEnvironment({ ...token, TWILIO_AUTH_TOKEN: 'a\r\nX: 1' })?.problem ?? '', /line break/);
  });
});
