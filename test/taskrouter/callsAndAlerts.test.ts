import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { alertsRequest, callRequest, maxAlerts } from '../../src/taskrouter/callsAndAlerts';
import { createClient } from '../../src/taskrouter/client';
import { ApiError, ResponseShapeError } from '../../src/taskrouter/errors';
import type { Fetch } from '../../src/taskrouter/fetch';
import type { OtherHost } from '../../src/taskrouter/origin';
import { edges, originFor, originOf, otherHosts, regions } from '../../src/taskrouter/origin';
import type { TaskRouterRequest } from '../../src/taskrouter/requests';
import { requestTarget } from '../../src/taskrouter/requests';
import { snippets } from '../../src/taskrouter/snippets';
import { sequences } from '../sequences';
import { assertClean } from './failures';
import { canary, clientOf, closeServers, json, serve, sidOf, username } from './loopback';

const accountSid = sidOf('AC');
const callSid = sidOf('CA');
const call = callRequest(accountSid, callSid);
const alerts = alertsRequest(Date.UTC(2026, 0, 5, 9), Date.UTC(2026, 0, 5, 9, 1, 0, 500));

/** Answers everything with one body, and writes down what it was sent. */
function answering(body: unknown, status = 200) {
  const sent: { readonly url: string; readonly method: string; readonly authorization: string }[] = [];
  const fetch: Fetch = (url, { method, headers }) => {
    sent.push({ url, method, authorization: headers['Authorization']! });
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return Promise.resolve({ status, headers: { get: () => null }, body: pieces(text) });
  };
  const client = (origin: string, isOn = true) =>
    createClient({ fetch, origin, username, password: canary, otherHosts: isOn });
  return { sent, client };
}

async function* pieces(text: string): AsyncGenerator<string> {
  yield await Promise.resolve(text);
}

/** TaskRouter's host, and what is after its first label. */
const places: readonly (readonly [origin: string, rest: string])[] = [
  ['https://taskrouter.twilio.com', 'twilio.com'],
  ...regions.map((region) => [`https://taskrouter.${region}.twilio.com`, `${region}.twilio.com`] as const),
  ...regions.flatMap((region) =>
    edges.map((edge) => [originFor(region, edge)!, `${edge}.${region}.twilio.com`] as const),
  ),
];

describe('the hosts of calls and alerts', () => {
  afterEach(closeServers);

  it('are in the region and at the edge of the account’s TaskRouter', async () => {
    assert.equal(places.length, 1 + regions.length * (1 + edges.length));
    for (const [origin, rest] of places) {
      assert.equal(originOf(undefined, origin), origin);
      assert.equal(originOf('api', origin), `https://api.${rest}`);
      assert.equal(originOf('monitor', origin), `https://monitor.${rest}`);
      const { sent, client } = answering({});
      await client(origin).send(call);
      await client(origin).send(alerts);
      assert.deepEqual(
        sent.map(({ url }) => url),
        [
          `https://api.${rest}/2010-04-01/Accounts/${accountSid}/Calls/${callSid}.json`,
          `https://monitor.${rest}/v1/Alerts?LogLevel=error&StartDate=2026-01-05T09%3A00%3A00Z&EndDate=2026-01-05T09%3A01%3A01Z&PageSize=50`,
        ],
      );
    }
  });

  it('are the same loopback origin for a TaskRouter on this machine', () => {
    for (const origin of ['http://127.0.0.1:4010', 'http://localhost', 'http://[::1]:1']) {
      for (const host of otherHosts) assert.equal(originOf(host, origin), origin);
    }
  });

  it('are no other ones, whatever a stored account or a request names', async () => {
    const hostileOrigins = [
      ...['https://api.twilio.com', 'https://monitor.twilio.com', 'https://evil.example', 'http://10.0.0.1'],
      ...['https://taskrouter.evil.example', 'https://taskrouter.twilio.com.evil.example'],
      ...['https://evil.example/https://taskrouter.twilio.com', 'https://taskrouter.twilio.com/', ''],
    ];
    for (const origin of hostileOrigins) {
      for (const host of otherHosts) assert.throws(() => originOf(host, origin), TypeError, origin);
      assert.throws(() => answering({}).client(origin), TypeError, origin);
    }
    const hostileHosts = [
      'evil',
      '',
      'API',
      'api.evil.example/',
      'voice',
      'x@api',
      '__proto__',
      'taskrouter',
    ];
    for (const host of hostileHosts as OtherHost[]) {
      const { sent, client } = answering({});
      for (const origin of [places[0]![0], 'http://127.0.0.1:4010']) {
        await assert.rejects(client(origin).send({ ...call, host }), TypeError, host);
      }
      assert.deepEqual(sent, []);
    }
  });

  it('never change with the path of a request', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...places),
        fc.constantFrom(...otherHosts),
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.webUrl(),
          fc.constantFrom('.evil.example/', '@evil.example/'),
        ),
        async ([origin, rest], host, path) => {
          const { sent, client } = answering({});
          await client(origin)
            .send({ host, method: 'GET', path, query: [] })
            .catch((error: unknown) => assert.ok(error instanceof TypeError, String(error)));
          for (const { url } of sent) assert.equal(new URL(url).origin, `https://${host}.${rest}`);
        },
      ),
      sequences(),
    );
  });

  const writes: Readonly<Record<string, TaskRouterRequest>> = {
    'a POST to the host of calls': { ...call, method: 'POST', body: [['Status', 'completed']] },
    'a POST without a body': { ...call, method: 'POST' },
    'a GET with a body': { ...call, body: [['Status', 'completed']] },
    'a POST to the host of alerts': { ...alerts, method: 'POST' },
    'a DELETE': { ...call, method: 'DELETE' },
  };
  for (const [name, request] of Object.entries(writes)) {
    it(`get no credentials for ${name}`, async () => {
      const { sent, client } = answering({});
      for (const [origin] of [...places.slice(0, 3), ['http://127.0.0.1:4010']] as [string][]) {
        await assert.rejects(client(origin).send(request), (error) => {
          assert.ok(error instanceof TypeError);
          assertClean(error);
          return true;
        });
        await assert.rejects(client(origin).update(request), TypeError);
      }
      assert.deepEqual(sent, []);
    });
  }

  it('get no credentials while they are off', async () => {
    const { origin, received } = await serve(json({}));
    for (const request of [call, alerts]) {
      await assert.rejects(clientOf(origin).send(request), TypeError);
      const { sent, client } = answering({});
      for (const [place] of places) await assert.rejects(client(place, false).send(request), TypeError);
      assert.deepEqual(sent, []);
    }
    await assert.rejects(clientOf(origin).background().call(accountSid, callSid), TypeError);
    await assert.rejects(clientOf(origin).background().alerts(0, 1), TypeError);
    assert.deepEqual(received, []);
  });

  it('get one attempt, over a socket, with the account’s credentials', async () => {
    const { origin, received } = await serve(json({ code: 20500, message: 'Internal error' }, 500));
    const client = clientOf(origin, { otherHosts: true });
    await assert.rejects(client.call(accountSid, callSid), ApiError);
    await assert.rejects(client.alerts(0, 1), ApiError);
    assert.deepEqual(
      received.map(({ target }) => target),
      [requestTarget(call), requestTarget(alertsRequest(0, 1))],
    );
    const basic = Buffer.from(`${username}:${canary}`).toString('base64');
    for (const { headers } of received) assert.equal(headers.authorization, `Basic ${basic}`);
  });

  it('are not left by a redirect', async () => {
    const other = await serve(json({}));
    const { origin } = await serve(json({}, 302, { Location: `${other.origin}/` }));
    await assert.rejects(
      clientOf(origin, { otherHosts: true }).call(accountSid, callSid),
      ResponseShapeError,
    );
    assert.deepEqual(other.received, []);
  });

  it('are those of a copied request', () => {
    const to = { origin: 'https://taskrouter.dublin.ie1.twilio.com' };
    const texts = snippets.map(({ name, write }) => [name, write(call, to).text] as const);
    const written = new Map(texts);
    const url = `https://api.dublin.ie1.twilio.com${call.path}`;
    assert.ok(written.get('curl')!.startsWith(`curl -X GET '${url}'`), written.get('curl'));
    assert.ok(written.get('PowerShell')!.startsWith(`curl.exe -X GET '${url}'`));
    assert.match(written.get('HTTP')!, /^Host: api\.dublin\.ie1\.twilio\.com$/m);
    assert.deepEqual(
      texts.filter(([, text]) => text?.includes('taskrouter')),
      [],
    );
  });
});

describe('a call and alerts', () => {
  afterEach(closeServers);
  const wrongSids = [
    ...['', 'x', callSid.slice(1), `${callSid}0`, `${callSid}/../..`, `${callSid.slice(0, 33)}/`],
    ...[sidOf('WT'), `CA${'g'.repeat(32)}`, `${callSid}\n`, '../Accounts', `CA${'%2e'.repeat(10)}ab`],
  ];
  it('are requested with SIDs only', () => {
    for (const sid of wrongSids) {
      assert.throws(() => callRequest(accountSid, sid), TypeError, sid);
      assert.throws(() => callRequest(sid, callSid), TypeError, sid);
    }
  });

  const asked = (body: unknown) => answering(body).client('https://taskrouter.twilio.com');

  it('are read', async () => {
    const row = { sid: callSid, status: 'completed', end_time: 'Fri, 18 Oct 2019 17:03:00 +0000' };
    assert.deepEqual(await asked(row).call(accountSid, callSid), {
      sid: callSid,
      status: 'completed',
      ended: Date.UTC(2019, 9, 18, 17, 3),
    });
    const alert = {
      sid: sidOf('NO'),
      error_code: '11200',
      date_generated: '2026-01-05T09:00:05Z',
      resource_sid: sidOf('WR'),
      request_url: 'https://app.example.com/a',
      alert_text: 'Msg=x',
    };
    assert.deepEqual(await asked({ alerts: [alert], meta: {} }).alerts(0, 1), [
      {
        sid: sidOf('NO'),
        code: '11200',
        at: Date.UTC(2026, 0, 5, 9, 0, 5),
        resourceSid: sidOf('WR'),
        requestUrl: 'https://app.example.com/a',
        text: 'Msg=x',
      },
    ]);
  });

  const hostileCalls: readonly unknown[] = [
    ...[null, [], {}, 'x', 5, { sid: callSid }, { sid: callSid, status: 5 }],
    ...[
      { sid: callSid, status: '[x](command:y)' },
      { sid: callSid, status: 'constructor' },
    ],
    ...[
      { sid: sidOf('CA', 'b'), status: 'completed' },
      { sid: sidOf('WT'), status: 'completed' },
    ],
  ];
  it('are refused as calls when they are something else', async () => {
    for (const body of hostileCalls) {
      await assert.rejects(asked(body).call(accountSid, callSid), ResponseShapeError, JSON.stringify(body));
    }
    const odd = { sid: callSid, status: 'completed', end_time: 'yesterday' };
    assert.deepEqual(await asked(odd).call(accountSid, callSid), { sid: callSid, status: 'completed' });
  });

  it('are left out where a row does not fit, and refused without a list', async () => {
    for (const body of [null, [], {}, { alerts: {} }, { alerts: 'x' }, '<html>']) {
      await assert.rejects(asked(body).alerts(0, 1), ResponseShapeError, JSON.stringify(body));
    }
    const good = { sid: sidOf('NO'), error_code: '11200', date_created: '2026-01-05T09:00:00Z' };
    const rows = [
      ...[null, 5, 'x', [], {}, { ...good, sid: '../x' }, { ...good, sid: 5 }],
      ...[
        { ...good, error_code: '1120' },
        { ...good, error_code: '[x](command:y)' },
        { ...good, error_code: null },
      ],
      ...[
        { ...good, date_created: 'never' },
        { ...good, date_created: 5 },
      ],
      { ...good, resource_sid: '../x', request_url: { a: 1 }, alert_text: 7 },
    ];
    const at = Date.UTC(2026, 0, 5, 9);
    assert.deepEqual(await asked({ alerts: rows }).alerts(0, 1), [{ sid: sidOf('NO'), code: '11200', at }]);
    const many = Array.from({ length: 500 }, (_, i) => ({
      ...good,
      sid: `NO${String(i).padStart(32, '0')}`,
    }));
    assert.equal((await asked({ alerts: many }).alerts(0, 1)).length, maxAlerts);
  });

  it('contain no secret that a server repeats', async () => {
    const text = `Authorization failed for ${username}:${canary}`;
    const row = {
      sid: sidOf('NO'),
      error_code: '11200',
      date_created: '2026-01-05T09:00:00Z',
      alert_text: text,
    };
    const { origin } = await serve(json({ alerts: [row] }));
    const read = await clientOf(origin, { otherHosts: true }).alerts(0, 1);
    assert.equal(read.length, 1);
    assertClean(read);
  });
});
