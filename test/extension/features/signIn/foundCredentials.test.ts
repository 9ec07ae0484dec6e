import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fromEnvironment, fromTwilioCli } from '../../../../src/extension/features/signIn/foundCredentials';

const sid = (prefix: string) => prefix + '0123456789abcdef'.repeat(2);
const key = { apiKey: sid('SK'), apiSecret: 'key-secret', accountSid: sid('AC') };

describe('credentials found in the environment', () => {
  const account = { TWILIO_ACCOUNT_SID: sid('AC') };
  const token = { ...account, TWILIO_AUTH_TOKEN: 'token' };
  const apiKey = { ...account, TWILIO_API_KEY: sid('SK'), TWILIO_API_SECRET: 'key-secret' };

  it('are none without a SID', () => {
    assert.equal(fromEnvironment({ TWILIO_AUTH_TOKEN: 'token', TWILIO_REGION: 'ie1' }), undefined);
  });

  it('are those of the API key rather than the Auth Token', () => {
    assert.equal(fromEnvironment({ ...token, ...apiKey })?.credentials?.username, sid('SK'));
    assert.equal(fromEnvironment({ ...token, TWILIO_API_KEY: sid('SK') })?.credentials?.username, sid('AC'));
  });

  it('name the account that they are said to be of, if that is one', () => {
    assert.equal(fromEnvironment(apiKey)?.credentials?.accountSid, sid('AC'));
    const nameless = { TWILIO_API_KEY: sid('SK'), TWILIO_API_SECRET: 'key-secret' };
    assert.equal(fromEnvironment(nameless)?.credentials?.accountSid, undefined);
    const odd = { ...nameless, TWILIO_ACCOUNT_SID: '[x](command:y)' };
    assert.equal(fromEnvironment(odd)?.credentials?.accountSid, undefined);
  });

  it('say what is missing', () => {
    assert.match(fromEnvironment(account)?.problem ?? '', /no TWILIO_AUTH_TOKEN/);
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
    it(`go to ${origin} for region ${region} and edge ${edge}`, () => {
      const found = fromEnvironment({ ...token, TWILIO_REGION: region, TWILIO_EDGE: edge });
      assert.equal(found?.credentials?.origin, origin);
    });
  }

  for (const elsewhere of ['example.com/', 'ie1.example.com#', 'ie1:443@example.com', 'IE1', '../x', 'ie2']) {
    it(`go nowhere for the region ${elsewhere}`, () => {
      const found = fromEnvironment({ ...token, TWILIO_REGION: elsewhere });
      assert.equal(found?.credentials, undefined);
      assert.match(found?.problem ?? '', /region or edge/);
    });
  }
});

describe('profiles of the Twilio CLI', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'twilio-cli-'));
  after(() => rmSync(folder, { recursive: true }));

  const found = (config: unknown) => {
    writeFileSync(
      path.join(folder, 'config.json'),
      typeof config === 'string' ? config : JSON.stringify(config),
    );
    return fromTwilioCli({ TWILIO_CONFIG_DIR: folder });
  };

  it('are none where the CLI was never used', async () => {
    assert.deepEqual(await fromTwilioCli({ TWILIO_CONFIG_DIR: path.join(folder, 'nothing') }), []);
  });

  it('are looked for in the home folder without TWILIO_CONFIG_DIR', async () => {
    const home = path.join(folder, 'home');
    assert.deepEqual(await fromTwilioCli({ HOME: home }), []);
    mkdirSync(path.join(home, '.twilio-cli'), { recursive: true });
    writeFileSync(
      path.join(home, '.twilio-cli/config.json'),
      JSON.stringify({ profiles: { at: key, home: key } }),
    );
    for (const empty of [undefined, '']) {
      const names = await fromTwilioCli({ HOME: home, TWILIO_CONFIG_DIR: empty });
      assert.deepEqual(
        names.map(({ name }) => name),
        ['at', 'home'],
      );
    }
  });

  it('are told of when their file cannot be read', async () => {
    const folderInstead = path.join(folder, 'folder');
    mkdirSync(path.join(folderInstead, 'config.json'), { recursive: true });
    const [one] = await fromTwilioCli({ TWILIO_CONFIG_DIR: folderInstead });
    assert.match(one!.problem!, /could not be read \(EISDIR\)/);
  });

  it('stand with the active one first, and old ones last with the reason why they cannot be used', async () => {
    const all = await found({
      profiles: { one: key, two: { ...key, region: 'ie1', edge: 'dublin' } },
      projects: [{ id: 'old' }, { id: 'one' }],
      activeProject: 'two',
    });
    assert.deepEqual(
      all.map(({ name }) => name),
      ['two', 'one', 'old'],
    );
    assert.deepEqual(all[0]!.credentials, {
      name: 'two',
      origin: 'https://taskrouter.dublin.ie1.twilio.com',
      username: key.apiKey,
      secret: key.apiSecret,
      accountSid: key.accountSid,
    });
    assert.match(all[2]!.problem!, /keychain/);
  });

  it('take the edge of the whole file where they have none', async () => {
    const [one] = await found({ edge: 'sydney', profiles: { one: key } });
    assert.equal(one!.credentials?.origin, 'https://taskrouter.sydney.us1.twilio.com');
  });

  it('say so when they have no secret, and when the file is not the CLI’s', async () => {
    assert.match((await found({ profiles: { one: { ...key, apiSecret: '' } } }))[0]!.problem!, /no API key/);
    for (const strange of ['not JSON', '[]', '{"profiles": 7}', '']) {
      assert.match((await found(strange))[0]!.problem!, /not as the Twilio CLI writes it/, strange);
    }
  });
});
