import assert from 'node:assert/strict';
import { collections } from '../../taskrouter/collections';
import { createSimulator, manualClock } from '../../../src/simulator/simulator';
import { driverOf, still, waiting, worker } from '../driver';
import type { Json } from '../driver';

const sids = (rows: readonly Json[]) => rows.map(({ sid }) => sid);

describe('the simulator’s protocol', () => {
  it('requires the credentials of the account or the API key', async () => {
    const { simulator, root } = await still();
    const ask = async (user: string, password: string) => {
      const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
      const url = `https://taskrouter.twilio.com${root}`;
      return simulator.fetch(url, {
        method: 'GET',
        headers: { Authorization: authorization },
        redirect: 'manual',
      });
    };
    const { accountSid, authToken, apiKeySid, apiKeySecret } = simulator;
    assert.equal((await ask(accountSid, authToken)).status, 200);
    assert.equal((await ask(apiKeySid, apiKeySecret)).status, 200);
    assert.equal((await ask(accountSid, 'wrong')).status, 401);
    assert.equal((await ask(apiKeySid, authToken)).status, 401);
  });

  it('responds with 401, 404 and 405 and Twilio’s error body', async () => {
    const { simulator, send, root } = await still();
    const missing = `${root}/Tasks/WT${'0'.repeat(32)}`;
    const anonymous = await send('GET', root, undefined, { authorization: '' });
    for (const [answer, status, code] of [
      [anonymous, 401, 20003],
      [await send('GET', missing), 404, 20404],
      [await send('GET', `${root}/Nothing`), 404, 20404],
      [await send('DELETE', `${root}/Tasks`), 405, 20004],
      [await send('POST', `${root}/Events`, {}), 405, 20004],
    ] as const) {
      assert.equal(answer.status, status);
      assert.deepEqual(Object.keys(answer.json).sort(), ['code', 'message', 'more_info', 'status']);
      assert.equal(answer.json['code'], code);
      assert.equal(answer.json['more_info'], `https://www.twilio.com/docs/errors/${code}`);
      assert.match(answer.header('Twilio-Request-Id') ?? '', /^RQ[0-9a-f]{32}$/);
    }
    assert.deepEqual(
      simulator.requests.slice(-3).map(({ method, path, status }) => [method, path, status]),
      [
        ['GET', `${root}/Nothing`, 404],
        ['DELETE', `${root}/Tasks`, 405],
        ['POST', `${root}/Events`, 405],
      ],
    );
  });

  it('records requests without credentials', async () => {
    const { simulator, first, post } = await still();
    await post(await first(), { ReservationStatus: 'accepted' }, { 'If-Match': '"0"' });
    const { method, body, status, ifMatch } = simulator.requests.at(-1)!;
    assert.deepEqual(
      [method, body, status, ifMatch],
      ['POST', [['ReservationStatus', 'accepted']], 200, '"0"'],
    );
    assert.ok(!JSON.stringify(simulator.requests).includes(simulator.authToken));
  });

  it('pages by token, forwards and backwards, with each row once', async () => {
    const tasks = Array.from({ length: 7 }, (_, i) => waiting({ age: 70 - i }));
    const { get, list, root } = await still({ tasks, workers: [] });
    const all = sids(await list(`${root}/Tasks`, 'tasks'));
    const seen: string[] = [];
    const urls: string[] = [];
    let url: string | null = `${root}/Tasks?PageSize=3`;
    while (url !== null) {
      const answer: Record<string, unknown> = await get(url);
      const meta = answer['meta'] as Record<string, string | null>;
      seen.push(...sids(answer['tasks'] as Json[]));
      if (meta['next_page_url']) urls.push(meta['next_page_url']);
      if (!meta['next_page_url']) {
        const before = await get(meta['previous_page_url']!);
        assert.deepEqual(sids(before['tasks'] as Json[]), all.slice(3, 6));
      }
      url = meta['next_page_url'] ?? null;
    }
    assert.deepEqual(seen, all);
    const { hostname, search } = new URL(urls[0]!);
    assert.equal(hostname, 'taskrouter.twilio.com');
    assert.equal(search, `?PageSize=3&Page=1&PageToken=PA${all[2]}`);
  });

  it('continues after a row that was deleted or no longer matches', async () => {
    const tasks = Array.from({ length: 4 }, (_, i) => waiting({ age: 70 - i }));
    const { get, list, root, post, seconds } = await still({ tasks, workers: [worker('alice')] });
    const all = sids(await list(`${root}/Tasks`, 'tasks'));
    const page = await get(`${root}/Tasks?PageSize=1&AssignmentStatus=reserved&AssignmentStatus=pending`);
    const next = (page['meta'] as Record<string, string>)['next_page_url']!;
    const [reservation] = await list(`${root}/Tasks/${all[0]}/Reservations`, 'reservations');
    const url = `${root}/Tasks/${all[0]}/Reservations/${reservation!.sid}`;
    await post(url, { ReservationStatus: 'accepted' });
    assert.deepEqual(sids((await get(next))['tasks'] as Json[]), [all[1]]);
    await post(url, { ReservationStatus: 'completed' });
    seconds(300);
    assert.deepEqual(sids((await get(next))['tasks'] as Json[]), [all[1]]);
  });

  for (const [query, code] of [
    ['Page=1', 40153],
    ['Page=2&PageSize=10', 40153],
    ['PageSize=1001', 20007],
    ['PageSize=0', 20001],
    ['PageSize=x', 20001],
    ['PageToken=PAWT1', 20001],
    [`PageToken=PAWT${'0'.repeat(32)}`, 20001],
    ['AssignmentStatus=asleep', 20001],
    ['Priority=high', 20001],
    ['WorkflowSid=WW1', 20001],
    ['Ordering=Colour:asc', 20001],
    ['Ordering=Priority:up', 20001],
    ['EvaluateTaskAttributes=skill%20%3D%3D', 20001],
    ['HasAddons=maybe', 20001],
  ] as const) {
    it(`refuses a list of tasks with ${query}`, async () => {
      const { refusal, root } = await still();
      const { status, code: answered } = await refusal(`${root}/Tasks?${query}`);
      assert.deepEqual([status, answered], [400, code]);
    });
  }

  const mixed = {
    queues: [
      { name: 'All', targetWorkers: 'skills HAS "all"' },
      { name: 'Nobody', targetWorkers: 'skills HAS "none"' },
    ],
    workflows: [
      { name: 'Calls', reservationTimeout: 120, filters: [], defaultQueue: 'All' },
      { name: 'Late', reservationTimeout: 120, filters: [], defaultQueue: 'Nobody' },
    ],
    workers: [
      worker('alice'),
      worker('bob', { activity: 'Break', attributes: { skills: ['other'], level: 3 } }),
    ],
    tasks: [
      waiting({ age: 30, priority: 5, attributes: { skill: 'a', level: 1 } }),
      waiting({ age: 20, workflow: 'Late', queue: 'Nobody', attributes: { skill: 'b', level: 2 } }),
      waiting({ age: 10, workflow: 'Late', queue: 'Nobody', priority: 9, attributes: 'not JSON' }),
    ],
  };

  for (const [query, expected] of [
    ['', [0, 1, 2]],
    ['Priority=9', [2]],
    ['AssignmentStatus=reserved', [0]],
    ['AssignmentStatus=pending&AssignmentStatus=reserved', [0, 1, 2]],
    ['AssignmentStatus=pending%2Creserved', [0, 1, 2]],
    ['WorkflowName=Late', [1, 2]],
    ['TaskQueueName=All', [0]],
    ['TaskQueueName=all', []],
    ['EvaluateTaskAttributes=level%20%3E%3D%202', [1]],
    ['EvaluateTaskAttributes=skill%20IN%20%5B%22a%22%2C%22b%22%5D', [0, 1]],
    [`RoutingTarget=WK${'0'.repeat(32)}`, []],
    ['HasAddons=false', [0, 1, 2]],
    ['HasAddons=true', []],
    ['Ordering=Priority:desc', [2, 0, 1]],
    ['Ordering=Priority:desc,DateCreated:asc', [2, 0, 1]],
    ['Ordering=DateCreated:desc', [2, 1, 0]],
  ] as const) {
    it(`lists tasks by ${query || 'nothing'}`, async () => {
      const { list, root } = await still(mixed);
      const all = sids(await list(`${root}/Tasks`, 'tasks'));
      const found = sids(await list(`${root}/Tasks?${query}`, 'tasks'));
      assert.deepEqual(
        found.map((sid) => all.indexOf(sid)),
        expected,
      );
    });
  }

  for (const [query, expected] of [
    ['FriendlyName=bob', ['bob']],
    ['ActivityName=Available', ['alice']],
    ['Available=false', ['bob']],
    ['Available=1', ['alice']],
    ['TaskQueueName=All', ['alice']],
    ['TaskQueueName=Nobody', []],
    ['TargetWorkersExpression=level%20%3E%202', ['bob']],
    ['Ordering=FriendlyName:desc', ['bob', 'alice']],
  ] as const) {
    it(`lists workers by ${query}`, async () => {
      const { list, root } = await still(mixed);
      const found = await list(`${root}/Workers?${query}`, 'workers');
      assert.deepEqual(
        found.map((row) => row['friendly_name']),
        expected,
      );
    });
  }

  it('pages through an ordered list, and filters by SIDs', async () => {
    const { get, list, root } = await still(mixed);
    const all = await list(`${root}/Tasks`, 'tasks');
    const first = await get(`${root}/Tasks?Ordering=Priority:desc&PageSize=1`);
    const second = await get((first['meta'] as Record<string, string>)['next_page_url']!);
    assert.deepEqual(sids(second['tasks'] as Json[]), [all[0]!.sid]);
    const bySid = `${root}/Tasks?TaskQueueSid=${String(all[1]!['task_queue_sid'])}`;
    assert.equal((await list(bySid, 'tasks')).length, 2);
    const reservations = `${root}/Tasks/${all[0]!.sid}/Reservations`;
    const [reservation] = await list(reservations, 'reservations');
    const workerSid = String(reservation!['worker_sid']);
    assert.equal((await list(`${reservations}?WorkerSid=${workerSid}`, 'reservations')).length, 1);
    assert.equal((await list(`${reservations}?WorkerSid=WK${'0'.repeat(32)}`, 'reservations')).length, 0);
    assert.equal((await list(`${reservations}?ReservationStatus=accepted`, 'reservations')).length, 0);
  });

  it('returns an ETag where Twilio declares one, and checks it on updates', async () => {
    const { first, send, post, reservations, root } = await still();
    const url = await first();
    const before = await send('GET', url);
    assert.equal(before.header('ETag'), '"0"');
    const [reservation] = await reservations();
    const byWorker = `${root}/Workers/${String(reservation!['worker_sid'])}/Reservations/${reservation!.sid}`;
    assert.equal((await send('GET', byWorker)).header('ETag'), null);
    const accepted = { ReservationStatus: 'accepted' };
    assert.equal((await post(url, accepted, { 'If-Match': '"7"' })).status, 412);
    assert.equal((await post(url, accepted, { 'If-Match': '0' })).status, 200, 'the SDK sends it bare');
    assert.notEqual((await send('GET', url)).header('ETag'), '"0"');
  });

  it('serves what the extension’s table describes, and every URL and link', async () => {
    const simulator = createSimulator({ clock: manualClock() });
    const { get, send } = driverOf(simulator);
    const visited = new Set<string>();
    const visit = async (url: string): Promise<void> => {
      // The one link that leads to a POST.
      if (url.endsWith('/TaskQueues/RealTimeStatistics')) return;
      if (visited.has(url) || visited.size > 600) return;
      visited.add(url);
      const { status, json } = await send('GET', url);
      assert.equal(status, 200, url);
      const meta = json['meta'] as { key: string } | undefined;
      const rows = meta ? (json[meta.key] as Json[]) : [json as Json];
      for (const row of rows) {
        const collection = Object.values(collections).find(
          (one) => one.noun === 'Reservation' && row.sid?.startsWith('WR'),
        );
        if (collection) assert.ok(collection.read(row));
        if (typeof row['url'] === 'string') await visit(row['url']);
        for (const link of Object.values((row['links'] ?? {}) as Record<string, string>)) await visit(link);
      }
    };
    await visit('https://taskrouter.twilio.com/v1/Workspaces');
    assert.ok(visited.size > 100);
    simulator.stop();
    assert.ok(await get('/v1/Workspaces'));
  });

  it('serves only TaskRouter’s hosts', async () => {
    const { simulator } = await still();
    const ask = (url: string) => simulator.fetch(url, { method: 'GET', headers: {}, redirect: 'manual' });
    assert.equal((await ask('https://taskrouter.dublin.ie1.twilio.com/v1/Workspaces')).status, 401);
    await assert.rejects(ask('https://api.example.com/v1/Workspaces'), TypeError);
    await assert.rejects(ask('https://taskrouter.twilio.com.example.com/v1/Workspaces'), TypeError);
  });
});
