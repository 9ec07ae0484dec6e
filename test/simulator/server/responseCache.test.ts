import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Api } from '../../../src/simulator/api/api';
import type { ApiResponse, ApiRequest } from '../../../src/simulator/protocol/messages';
import { ResponseCache } from '../../../src/simulator/server/responseCache';
import { simulateLife } from '../../../src/simulator/environment/life';
import { populate } from '../../../src/simulator/scenarios/populate';
import { lively, manualClock } from '../../../src/simulator/simulator';
import { sequences } from '../../sequences';
import { quiet, still, waiting, worker } from '../driver';
import type { Json } from '../driver';

const many = { tasks: Array.from({ length: 60 }, (_, i) => waiting({ age: 100 - i })) };

describe('a long list that is requested again', () => {
  const statuses = (rows: readonly Json[]) => rows.map((row) => row['assignment_status']).join();

  it('is the same within a second, and correct in the next', async () => {
    const { list, root, clock } = await still(many);
    const ages = async () => (await list(`${root}/Tasks`, 'tasks')).map((row) => row['age'] as number);
    const first = await ages();
    clock.advance(999);
    assert.deepEqual(await ages(), first);
    clock.advance(1);
    assert.deepEqual(
      await ages(),
      first.map((age) => age + 1),
    );
  });

  it('includes writes at once, and changes over time', async () => {
    const { list, root, post, first } = await still(many);
    const before = await list(`${root}/Tasks`, 'tasks');
    await post(await first(), { ReservationStatus: 'accepted' });
    const accepted = await list(`${root}/Tasks`, 'tasks');
    assert.notEqual(statuses(accepted), statuses(before));
    assert.equal(accepted[0]!['assignment_status'], 'assigned');
  });

  it('includes changes by timers at once, within the same second', async () => {
    const { list, root, task, reservations, post, clock } = await still(many);
    const [{ sid } = { sid: '' }] = await reservations();
    clock.advance(500);
    await post(`${task}/Reservations/${sid}`, { ReservationStatus: 'rejected' });
    clock.advance(119_900);
    const before = await list(`${root}/Tasks`, 'tasks');
    clock.advance(100);
    assert.notEqual(statuses(await list(`${root}/Tasks`, 'tasks')), statuses(before));
  });

  it('is not returned for other credentials or another query', async () => {
    const { send, list, root } = await still(many);
    await list(`${root}/Tasks`, 'tasks');
    assert.equal(
      (await send('GET', `${root}/Tasks`, undefined, { authorization: 'Basic eA==' })).status,
      401,
    );
    assert.equal((await list(`${root}/Tasks?PageSize=7`, 'tasks')).length, 7);
    assert.equal((await list(`${root}/Tasks?Priority=5`, 'tasks')).length, 0);
  });

  it('is correct after a fault has changed its last response', async () => {
    const { list, root, simulator } = await still(many);
    await list(`${root}/Tasks`, 'tasks');
    const remove = simulator.faults.add({ do: 'drift', set: { assignment_status: 'lost' } });
    assert.match(statuses(await list(`${root}/Tasks`, 'tasks')), /^lost,/);
    remove();
    assert.doesNotMatch(statuses(await list(`${root}/Tasks`, 'tasks')), /lost/);
    const { url } = await simulator.listen();
    simulator.faults.add({ do: 'drift', set: { assignment_status: 'lost' }, skip: 1, times: 1 });
    const authorization = `Basic ${Buffer.from(`${simulator.accountSid}:${simulator.authToken}`).toString('base64')}`;
    const overSocket = async () =>
      (await (await fetch(`${url}${root}/Tasks`, { headers: { authorization } })).text()).includes('"lost"');
    const seen = [await overSocket(), await overSocket(), await overSocket()];
    simulator.stop();
    assert.deepEqual(seen, [false, true, false]);
  });
});

/** Ages that get longer by a digit soon, and a text that looks like an age. */
const scenario = quiet({
  workers: Array.from({ length: 60 }, (_, i) => worker(`agent ${i}`, i < 3 ? {} : { activity: 'Break' })),
  tasks: Array.from({ length: 60 }, (_, i) =>
    waiting({ age: 9 + i * 17, attributes: { text: ',"age":7,', more: 'x'.repeat(200) } }),
  ),
});

const lists = fc.record({
  do: fc.constant('ask' as const),
  of: fc.constantFrom('Tasks', 'Tasks', 'Tasks', 'Workers', 'TaskQueues', 'Events'),
  query: fc.constantFrom('', 'PageSize=30'),
  origin: fc.constantFrom('https://taskrouter.twilio.com', 'http://127.0.0.1:9'),
});
const step = fc.oneof(
  { weight: 8, arbitrary: lists },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(1, 500, 999, 1000, 9000, 130_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      of: fc.constantFrom('Tasks', 'Workers', 'TaskQueues', 'Activities', 'Workflows'),
      which: fc.nat(30),
      method: fc.constantFrom('POST', 'POST', 'POST', 'DELETE'),
      body: fc.constantFrom(
        'FriendlyName=Other',
        'Priority=7',
        'AssignmentStatus=canceled&Reason=x',
        'Attributes={}',
      ),
    }),
  },
);

/** Asks with and without what was kept, the one just after the other. */
function compare(
  steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[],
  seed: number,
): number {
  const clock = manualClock(Date.UTC(2026, 0, 5, 9) + seed);
  const kept = new ResponseCache(() => clock.now());
  const account = populate(seed % 2 ? scenario : lively, kept.observed(clock), seed);
  simulateLife(account, seed % 2 ? scenario : lively);
  const credentials = { accountSid: account.accountSid, authToken: 'b', apiKeys: [] };
  const api = new Api(account, credentials);
  const [{ sid } = { sid: '' }] = account.workspaces.rows();
  const authorization = `Basic ${Buffer.from(`${account.accountSid}:b`).toString('base64')}`;
  let given = 0;
  const onTheirWay: [ApiResponse, ApiResponse][] = [];
  const request = (method: string, origin: string, target: string, query = '', body = ''): ApiRequest => ({
    method,
    origin,
    path: `/v1/Workspaces/${sid}/${target}`,
    query: [...new URLSearchParams(query)],
    body: [...new URLSearchParams(body)],
    header: (name) => (name === 'authorization' ? authorization : undefined),
  });
  for (const one of steps) {
    if (one.do === 'wait') clock.advance(one.ms);
    else if (one.do === 'ask') {
      const asked = request('GET', one.origin, one.of, one.query);
      let made = 0;
      const answer = kept.respond(asked, (incoming) => (made++, api.respond(incoming)));
      if (made === 0) given++;
      const other = api.respond(asked);
      assert.deepEqual({ ...answer, body: String(answer.body) }, other);
      onTheirWay.push([answer, other]);
    } else {
      const rows = JSON.parse(String(api.respond(request('GET', '', one.of)).body)) as Record<string, Json[]>;
      const all = Object.values(rows).find((value) => Array.isArray(value))!;
      const row = all[one.which % Math.max(1, all.length)];
      if (!row) continue;
      kept.respond(request(one.method, '', `${one.of}/${row.sid}`, '', one.body), (incoming) =>
        api.respond(incoming),
      );
    }
  }
  for (const [answer, other] of onTheirWay) assert.equal(String(answer.body), other.body);
  account.stop();
  return given;
}

describe('any sequence of reads, writes and pauses', () => {
  it('has the same responses as without a cache', () => {
    let given = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), fc.nat(50), (steps, seed) => {
        given += compare(steps, seed);
      }),
      sequences(),
    );
    assert.ok(given > 300, `${given} answers were kept ones`);
  }).timeout(600_000);
});
