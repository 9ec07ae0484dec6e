import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { createClient } from '../../src/taskrouter/client';
import type { Fetch } from '../../src/taskrouter/fetch';
import {
  belongsTo,
  defaultOrigin,
  edges,
  isAllowedOrigin,
  isLoopbackOrigin,
  loopbackOriginOf,
  regionOf,
  regions,
} from '../../src/taskrouter/origin';
import { listRequest, requestTarget } from '../../src/taskrouter/requests';
import { tasks } from '../../src/taskrouter/resources';
import { assertClean } from './failures';
import { sequences } from '../sequences';
import { canary, username, ws } from './loopback';

const allowed = [
  defaultOrigin,
  ...regions.map((region) => `https://taskrouter.${region}.twilio.com`),
  ...edges.map((edge) => `https://taskrouter.${edge}.ie1.twilio.com`),
  'http://localhost',
  'http://localhost:8080',
  'http://127.0.0.1:4010',
  'http://127.0.0.2:1',
  'http://[::1]:65535',
];

/** None of these may ever get a password. */
const hostile = [
  // not an origin
  ...['', ' ', 'x', '/', '//', 'null', 'undefined', 'taskrouter.twilio.com', '//taskrouter.twilio.com'],
  ...['https:', 'https://', 'https:taskrouter.twilio.com', 'https:/taskrouter.twilio.com', 'https:///'],
  'https:\\\\taskrouter.twilio.com',
  'localhost',
  'localhost:8080',
  '127.0.0.1:8080',
  // more than an origin
  'https://taskrouter.twilio.com/',
  'https://taskrouter.twilio.com/v1',
  'https://taskrouter.twilio.com?x',
  'https://taskrouter.twilio.com#x',
  'https://taskrouter.twilio.com\\x',
  'https://user@taskrouter.twilio.com',
  'https://user:password@taskrouter.twilio.com',
  'https://@taskrouter.twilio.com',
  'http://user@127.0.0.1:8080',
  'http://127.0.0.1:8080/',
  'http://localhost:8080/x',
  // not written as an origin is
  ' https://taskrouter.twilio.com',
  'https://taskrouter.twilio.com ',
  'https://taskrouter.twilio.com\n',
  'https://task\nrouter.twilio.com',
  'https://task\trouter.twilio.com',
  '\u0000https://taskrouter.twilio.com',
  'https://taskrouter.twilio.com\u0000',
  'HTTPS://taskrouter.twilio.com',
  'https://TASKROUTER.twilio.com',
  'https://taskrouter.Twilio.com',
  'https://taskrouter.twilio.com:443',
  'https://taskrouter.twilio.com:',
  'https://taskrouter%2Etwilio.com',
  'https://%74askrouter.twilio.com',
  'https://taskrouter。twilio。com',
  'https://ｔaskrouter.twilio.com',
  'https://task\u00adrouter.twilio.com',
  'https://task\u200brouter.twilio.com',
  'https://taskrouter.twilio.com\u202e',
  'http://LOCALHOST',
  'http://localhost:80',
  'http://127.0.0.1:80',
  // another scheme
  'http://taskrouter.twilio.com',
  'http://taskrouter.twilio.com:443',
  'ws://taskrouter.twilio.com',
  'wss://taskrouter.twilio.com',
  'ftp://taskrouter.twilio.com',
  'file://taskrouter.twilio.com',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'data:text/html,x',
  'blob:https://taskrouter.twilio.com/x',
  'vscode://taskrouter.twilio.com',
  'https://localhost',
  'https://127.0.0.1',
  'https://127.0.0.1:8443',
  // another port
  'https://taskrouter.twilio.com:80',
  'https://taskrouter.twilio.com:444',
  'https://taskrouter.twilio.com:8443',
  'https://taskrouter.twilio.com:99999',
  'http://127.0.0.1:99999',
  'http://localhost:-1',
  // another host
  'https://twilio.com',
  'https://api.twilio.com',
  'https://www.twilio.com',
  'https://evil.twilio.com',
  'https://taskrouter.twilio.com.',
  'https://.taskrouter.twilio.com',
  'https://taskrouter..twilio.com',
  'https://taskrouter-twilio.com',
  'https://taskrouter.twilio.co',
  'https://taskrouter.twilio.com.evil.example',
  'https://taskrouter.twilio.comevil.example',
  'https://evil.example/taskrouter.twilio.com',
  'https://evil.example#taskrouter.twilio.com',
  'https://evil.example?taskrouter.twilio.com',
  'https://evil.example\\@taskrouter.twilio.com',
  'https://taskrouter.twilio.com@evil.example',
  'https://taskrouter.twilio.com:x@evil.example',
  'https://taskrouter.twilio.com%2F@evil.example',
  'https://taskrouter.twilio.com%00.evil.example',
  'https://taskrouter.twilio.com\\.evil.example',
  'https://taskroutertwilio.com',
  'https://taskrouter.twi1io.com',
  'https://taskrouter.twiliо.com',
  'https://tаskrouter.twilio.com',
  'https://xn--tskrouter-fkj.twilio.com',
  'https://xtaskrouter.twilio.com',
  'https://taskrouter.evil.twilio.com',
  'https://taskrouter.ie1.evil.com',
  'https://taskrouter.ie2.twilio.com',
  'https://taskrouter.ie1.dublin.twilio.com',
  'https://taskrouter.dublin.ie1.x.twilio.com',
  'https://taskrouter.dublin.dublin.twilio.com',
  'https://taskrouter.dublinie1.twilio.com',
  'https://taskrouter.dublin.ie1.twilio.com.evil.example',
  'https://event-bridge.twilio.com',
  'https://1.1.1.1',
  // not this machine
  'http://localhost.evil.example',
  'http://localhost.',
  'http://notlocalhost',
  'http://127.0.0.1.evil.example',
  'http://127.0.0.1.nip.io',
  'http://128.0.0.1',
  'http://10.0.0.1',
  'http://192.168.1.1:8080',
  'http://169.254.169.254',
  'http://0.0.0.0',
  'http://0',
  'http://[::]',
  'http://[::2]',
  'http://[::ffff:10.0.0.1]',
  'http://[fe80::1]',
  'http://127.0.0.1@evil.example',
  'http://evil.example@127.0.0.1',
  // written so that only a parser sees it: never what an account was bound to
  'http://2130706433',
  'http://0x7f000001',
  'http://0177.0.0.1',
  'http://127.1',
  'http://127.0.0.1.',
  'http://[0:0:0:0:0:0:0:1]',
  'http://①27.0.0.1',
];

/** Says what it was asked for, and answers a page whose next one is at `next`. */
function answering(next: string | null): { fetch: Fetch; asked: string[] } {
  const asked: string[] = [];
  const fetch: Fetch = (url) => {
    asked.push(url);
    const body = JSON.stringify({ tasks: [], meta: { key: 'tasks', next_page_url: next } });
    return Promise.resolve({ status: 200, headers: { get: () => null }, body: one(body) });
  };
  return { fetch, asked };
}

async function* one(text: string): AsyncGenerator<string> {
  yield await Promise.resolve(text);
}

async function pageAfter(origin: string, next: string | null, pageToken?: string) {
  const { fetch, asked } = answering(next);
  const client = createClient({ fetch, origin, username, password: canary });
  const page = await client.list(tasks, [ws], {}, { pageSize: 50, ...(pageToken ? { pageToken } : {}) });
  assert.equal(asked.length, 1, 'nothing that an answer names is asked for');
  return page;
}

describe('an address of a TaskRouter on this machine', () => {
  const local = 'http://127.0.0.1:4010';
  for (const [text, origin] of [
    [local, local],
    ['127.0.0.1:4010', local],
    ['  http://127.0.0.1:4010/  ', local],
    ['HTTP://127.0.0.1:4010', local],
    ['http://127.0.0.1:4010/v1', local],
    ['127.0.0.1:4010/v1/', local],
    ['4010', local],
    [':4010', local],
    ['0.0.0.0:4010', local],
    ['http://[::]:4010', local],
    ['localhost:4010', 'http://localhost:4010'],
    ['LocalHost:4010/', 'http://localhost:4010'],
    ['[::1]:4010', 'http://[::1]:4010'],
  ] as const) {
    it(`may be ${JSON.stringify(text)}`, () => assert.equal(loopbackOriginOf(text), origin));
  }

  for (const text of [
    '',
    'https://127.0.0.1:4010',
    'example.com:4010',
    '10.0.0.1:4010',
    '0.0.0.0.example.com:4010',
    'http://127.0.0.1:4010/api',
    'http://127.0.0.1:4010/?a=1',
    'http://user@127.0.0.1:4010',
    'localhost:4010@example.com',
    '127.0.0.1:99999',
    '99999',
    'file:///4010',
  ]) {
    it(`may not be ${JSON.stringify(text)}`, () => assert.equal(loopbackOriginOf(text), undefined));
  }

  it('is never one that credentials may not be sent to', () => {
    const texts = fc.oneof(fc.constantFrom(...hostile), fc.webUrl(), fc.string(), fc.ipV4());
    fc.assert(
      fc.property(texts, (text) => {
        const origin = loopbackOriginOf(text);
        assert.ok(origin === undefined || isLoopbackOrigin(origin), origin);
      }),
      sequences(),
    );
  });
});

describe('credentials go', () => {
  it('to Twilio’s hosts and to this machine', () => {
    for (const origin of allowed) assert.ok(isAllowedOrigin(origin), origin);
  });

  it('nowhere else, and the list of other origins is long', () => {
    assert.ok(new Set(hostile).size >= 120, `${new Set(hostile).size}`);
  });

  for (const origin of hostile) {
    it(`not to ${JSON.stringify(origin)}`, () => {
      assert.equal(isAllowedOrigin(origin), false);
      assert.equal(isLoopbackOrigin(origin), false);
      const { fetch, asked } = answering(null);
      assert.throws(
        () => createClient({ fetch, origin, username, password: canary }),
        (error) => {
          assert.ok(error instanceof TypeError);
          assertClean(error);
          return true;
        },
      );
      assert.equal(asked.length, 0);
    });
  }

  const hosts = fc.oneof(
    fc.domain(),
    fc.constantFrom('taskrouter.twilio.com', 'localhost', '127.0.0.1', '[::1]', 'twilio.com', 'ie1'),
    fc.ipV4(),
    fc.string({ maxLength: 20 }),
    fc.string({ unit: 'binary', maxLength: 10 }),
  );
  const glue = fc.constantFrom('', '.', '@', ':', '/', '\\', '#', '?', '%', ' ', '\t', '-', ':443', ':80');
  const origins = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.webUrl(),
    fc
      .tuple(
        fc.constantFrom('https://', 'http://', 'https:', '//', ''),
        fc.array(fc.tuple(hosts, glue), { maxLength: 4 }),
      )
      .map(([scheme, parts]) => scheme + parts.flat().join('')),
    fc.tuple(fc.constantFrom(...allowed), glue, hosts).map((parts) => parts.join('')),
    fc.constantFrom(...allowed),
  );

  it('to exactly the origin that was allowed', () => {
    fc.assert(
      fc.property(origins, (origin) => {
        if (!isAllowedOrigin(origin)) return;
        // An independent reading: scheme, host and port taken apart by hand.
        const [, scheme, host, port] = /^(https?):\/\/([a-z0-9.-]+|\[::1\])(:\d+)?$/.exec(origin)!;
        const local = host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host!);
        const twilio =
          host === 'taskrouter.twilio.com' ||
          (host!.startsWith('taskrouter.') && host!.endsWith('.twilio.com') && host!.split('.').length <= 5);
        assert.ok(local ? scheme === 'http' : twilio && scheme === 'https' && port === undefined, origin);
        const url = new URL(origin + requestTarget(listRequest(tasks, [ws])));
        assert.equal(url.origin, origin);
        assert.equal(url.username + url.password, '');
      }),
      sequences(),
    );
  });
});

describe('the region', () => {
  for (const [origin, region] of [
    ['https://taskrouter.twilio.com', 'us1'],
    ['https://taskrouter.us1.twilio.com', 'us1'],
    ['https://taskrouter.ashburn.us1.twilio.com', 'us1'],
    ['https://taskrouter.dublin.ie1.twilio.com', 'ie1'],
    ['https://taskrouter.ie1.twilio.com', 'ie1'],
    ['http://127.0.0.1:4010', 'http://127.0.0.1:4010'],
    ['http://localhost:4010', 'http://127.0.0.1:4010'],
    ['http://127.1.2.3:4010', 'http://127.0.0.1:4010'],
    ['http://[::1]:4010', 'http://127.0.0.1:4010'],
    ['http://localhost:4011', 'http://127.0.0.1:4011'],
    ['http://[::1]', 'http://127.0.0.1'],
  ] as const) {
    it(`of ${origin} is ${region}`, () => assert.equal(regionOf(origin), region));
  }
});

describe('the next page', () => {
  const path = `/v1/Workspaces/${ws}/Tasks`;
  const token = 'PAWT' + 'f'.repeat(32);
  const local = 'http://127.0.0.1:4010';

  for (const next of [
    `${defaultOrigin}${path}?PageSize=50&Page=1&PageToken=${token}`,
    `${defaultOrigin}${path}?PageToken=${token}`,
    `${defaultOrigin}${path}?AssignmentStatus=pending%2Creserved&PageSize=50&Page=1&PageToken=${token}#x`,
    `https://taskrouter.dublin.ie1.twilio.com${path}?PageToken=${token}`,
    `https://taskrouter.us1.twilio.com${path}?PageToken=${token}`,
    `https://user:password@taskrouter.twilio.com${path}?PageToken=${token}`,
    `https://TaskRouter.Twilio.com:443${path}?PageToken=${token}`,
  ]) {
    it(`is requested with the token of ${next}`, async () => {
      const page = await pageAfter(defaultOrigin, next);
      assert.deepEqual(page, { rows: [], unreadable: 0, nextPageToken: token });
    });
  }

  it('is requested with the token on this machine', async () =>
    assert.equal((await pageAfter(local, `${local}${path}?PageToken=${token}`)).nextPageToken, token));

  it('does not exist when the response names none', async () => {
    for (const next of [null, '']) {
      assert.deepEqual(await pageAfter(defaultOrigin, next), { rows: [], unreadable: 0 });
    }
  });

  const elsewhere = [
    ...hostile
      .map((origin) => `${origin.replace(/[/\\?#\s]+$/, '')}${path}?PageToken=${token}`)
      .filter((url) => !readAsTwilio(url)),
    ...[...hostile, 'x'].filter((origin) => origin !== ''),
    `${path}?PageToken=${token}`,
    `?PageToken=${token}`,
    token,
    `${local}${path}?PageToken=${token}`,
    `http://localhost:4010${path}?PageToken=${token}`,
    `${defaultOrigin}/v1/Workspaces/${ws}/Workers?PageToken=${token}`,
    `${defaultOrigin}/v1/Workspaces/WS${'9'.repeat(32)}/Tasks?PageToken=${token}`,
    `${defaultOrigin}/v1/Workspaces/${ws}/Tasks/?PageToken=${token}`,
    `${defaultOrigin}/v1/Workspaces/${ws}/Tasks/../../x?PageToken=${token}`,
    `${defaultOrigin}//v1/Workspaces/${ws}/Tasks?PageToken=${token}`,
    `${defaultOrigin}/v2/Workspaces/${ws}/Tasks?PageToken=${token}`,
    `${defaultOrigin}/?PageToken=${token}`,
    `${defaultOrigin}${path}`,
    `${defaultOrigin}${path}?Page=1&PageSize=50`,
    `${defaultOrigin}${path}?PageToken=`,
    `${defaultOrigin}${path}?pagetoken=${token}`,
    `${defaultOrigin}${path}#PageToken=${token}`,
  ];

  it('is tested with more than a hundred wrong URLs', () => assert.ok(new Set(elsewhere).size > 200));

  for (const next of new Set(elsewhere)) {
    it(`is not requested at ${JSON.stringify(next)}`, async () => {
      const page = await pageAfter(defaultOrigin, next);
      assert.equal(page.nextPageToken, undefined);
      assert.equal(page.cutShort?.fault, 'foreign-page');
      assert.match(page.cutShort.message, /: the next page (is at another address|has no token)$/);
      assertClean(page);
    });
  }

  it('of this machine is not at Twilio, nor at another port', async () => {
    for (const next of [defaultOrigin, 'http://127.0.0.1:4011', 'http://localhost:4010']) {
      const page = await pageAfter(local, `${next}${path}?PageToken=${token}`);
      assert.equal(page.cutShort?.fault, 'foreign-page', next);
    }
  });

  it('is not the same page', async () => {
    const page = await pageAfter(defaultOrigin, `${defaultOrigin}${path}?PageToken=${token}`, token);
    assert.equal(page.nextPageToken, undefined);
    assert.equal(page.cutShort?.fault, 'page-loop');
  });

  it('is requested at our own origin, whatever a response names', async () => {
    const urls = fc.oneof(
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.string({ unit: 'binary' }),
      fc
        .tuple(
          fc.constantFrom(...allowed, 'https://evil.example'),
          fc.constantFrom(path, '/', path + '/'),
          fc.string({ unit: 'binary' }),
        )
        .map(([origin, where, name]) => `${origin}${where}?PageToken=${encodeURIComponent(name.toString())}`),
    );
    await fc.assert(
      fc.asyncProperty(urls, async (next) => {
        const page = await pageAfter(defaultOrigin, next);
        assert.ok(page.nextPageToken === undefined || page.cutShort === undefined);
        if (page.nextPageToken === undefined) return;
        const url = new URL(
          defaultOrigin + requestTarget(listRequest(tasks, [ws], {}, { pageToken: page.nextPageToken })),
        );
        assert.equal(url.origin, defaultOrigin);
        assert.equal(url.pathname, path);
        assert.deepEqual([...url.searchParams], [['PageToken', page.nextPageToken]]);
      }),
      sequences(),
    );
  });

  it('may have the host of another region, and no other', () => {
    const regional = 'https://taskrouter.dublin.ie1.twilio.com';
    assert.ok(belongsTo(regional, defaultOrigin));
    assert.ok(belongsTo(local, local));
    assert.ok(!belongsTo(local, defaultOrigin));
    assert.ok(!belongsTo(defaultOrigin, local));
    assert.ok(!belongsTo(defaultOrigin, 'https://evil.example'));
  });
});

/** Some spellings are refused for credentials, though a URL parser reads Twilio in them. */
function readAsTwilio(url: string): boolean {
  return URL.parse(url)?.origin === defaultOrigin;
}
