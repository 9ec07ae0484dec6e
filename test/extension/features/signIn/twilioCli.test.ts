import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fromTwilioCli } from '../../../../src/extension/features/signIn/twilioCli';

const sid = (prefix: string) => prefix + '0123456789abcdef'.repeat(2);
const key = { apiKey: sid('SK'), apiSecret: 'key-secret', accountSid: sid('AC') };

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

  it('are absent if the CLI was never used', async () => {
    assert.deepEqual(await fromTwilioCli({ TWILIO_CONFIG_DIR: path.join(folder, 'nothing') }), []);
  });

  it('are read from the home folder without TWILIO_CONFIG_DIR', async () => {
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

  /** Not a file, or one that is too large. */
  const unreadable: Readonly<Record<string, readonly [make: (file: string) => void, problem: RegExp]>> = {
    'a folder': [(file) => mkdirSync(file), /not a regular file|EISDIR/],
    'a FIFO': [(file) => execFileSync('mkfifo', [file]), /not a regular file/],
    'a link to a device': [(file) => symlinkSync('/dev/zero', file), /not a regular file/],
    'a link to a file without end': [
      (file) => symlinkSync('/proc/self/pagemap', file),
      /larger than 1024 KiB/,
    ],
    'a sparse file of 600 MB': [
      (file) => {
        writeFileSync(file, '');
        truncateSync(file, 600e6);
      },
      /larger than 1024 KiB/,
    ],
    'two million brackets': [
      (file) => writeFileSync(file, `{"profiles":${'['.repeat(1e6)}${']'.repeat(1e6)}}`),
      /larger than 1024 KiB/,
    ],
    'deep JSON': [
      (file) => writeFileSync(file, `{"profiles":${'['.repeat(4e5)}${']'.repeat(4e5)}}`),
      /not written by the Twilio CLI/,
    ],
    'a link to itself': [(file) => symlinkSync(file, file), /could not be read \(ELOOP\)/],
  };
  for (const [what, [make, problem]] of Object.entries(unreadable)) {
    it(`result in one message if config.json is ${what}`, async function () {
      if (process.platform !== 'linux') return this.skip();
      const place = mkdtempSync(path.join(folder, 'unreadable-'));
      make(path.join(place, 'config.json'));
      const before = process.memoryUsage().rss;
      const sources = await fromTwilioCli({ TWILIO_CONFIG_DIR: place });
      assert.equal(sources.length, 1);
      assert.match(sources[0]!.problem!, problem);
      assert.ok(process.memoryUsage().rss - before < 200e6, 'the file was not read into memory');
    });
  }

  it('are trimmed', async () => {
    const padded = Object.fromEntries(Object.entries(key).map(([name, value]) => [name, ` ${value}\r\n`]));
    const [one] = await found({ profiles: { one: padded } });
    assert.deepEqual(one!.credentials, (await found({ profiles: { one: key } }))[0]!.credentials);
  });

  it('may contain null; a broken one does not affect the others', async () => {
    const sources = await found({
      edge: null,
      activeProject: null,
      projects: null,
      profiles: {
        one: { ...key, region: null, edge: null },
        two: 7,
        three: { ...key, apiKey: 7 },
        __proto__: key,
      },
    });
    assert.deepEqual(
      sources.map(({ name, problem }) => [name, problem === undefined]),
      [
        ['one', true],
        ['two', false],
        ['three', false],
      ],
    );
  });

  it('may have any name', async () => {
    const config = `{"activeProject":"__proto__","profiles":{"__proto__":${JSON.stringify(key)},"constructor":${JSON.stringify(key)}},"projects":[{"id":"toString"}]}`;
    const names = (await found(config)).map(({ name }) => name);
    assert.ok(names.includes('constructor') && names.includes('toString'), names.join());
  });

  it('are listed with the active one first, and old ones last with the reason why they cannot be used', async () => {
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

  it('use the edge of the file if they have none', async () => {
    const [one] = await found({ edge: 'sydney', profiles: { one: key } });
    assert.equal(one!.credentials?.origin, 'https://taskrouter.sydney.us1.twilio.com');
  });

  it('report a missing secret, and a file that the CLI did not write', async () => {
    assert.match((await found({ profiles: { one: { ...key, apiSecret: '' } } }))[0]!.problem!, /no API key/);
    for (const strange of ['not JSON', '[]', '{"profiles": 7}', '']) {
      assert.match((await found(strange))[0]!.problem!, /not written by the Twilio CLI/, strange);
    }
  });
});
