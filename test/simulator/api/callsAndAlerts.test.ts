import assert from 'node:assert/strict';
import type { TaskPlan, WorkspacePlan } from '../../../src/simulator/scenarios/scenario';
import { createSimulator, manualClock } from '../../../src/simulator/simulator';
import type { Json } from '../driver';
import { callSid, driverOf, still, waiting, worker } from '../driver';
import { lacking, openApi, problems } from './openapi';

type Center = Awaited<ReturnType<typeof still>>;

const api = 'https://api.twilio.com';
const monitor = 'https://monitor.twilio.com';
const callbackUrl = 'https://app.example.com/assignment';

const callPath = ({ simulator }: Center, sid = callSid, account = simulator.accountSid) =>
  `${api}/2010-04-01/Accounts/${account}/Calls/${sid}.json`;
const alertsOf = (center: Center, query = '') => center.list(`${monitor}/v1/Alerts${query}`, 'alerts');

const withCallback = (more: Partial<WorkspacePlan> = {}): Partial<WorkspacePlan> => ({
  workflows: [
    {
      name: 'Calls',
      reservationTimeout: 120,
      filters: [],
      defaultQueue: 'All',
      assignmentCallbackUrl: callbackUrl,
    },
  ],
  ...more,
});

describe('the calls of tasks', () => {
  const away = [worker('alice', { activity: 'Break' })];
  const cases: Readonly<
    Record<string, { plan?: Partial<TaskPlan>; act?: (center: Center) => Promise<unknown>; status: string }>
  > = {
    'of a task that waits': { status: 'in-progress' },
    'of a task that is assigned': {
      plan: { status: 'assigned', reservations: [{ worker: 'alice', status: 'accepted', age: 3 }] },
      status: 'in-progress',
    },
    'of a task that is wrapping': {
      plan: { status: 'wrapping', reservations: [{ worker: 'alice', status: 'wrapping', age: 3 }] },
      status: 'completed',
    },
    'of a task whose caller hung up': { plan: { status: 'canceled', reason: 'hangup' }, status: 'completed' },
    // https://www.twilio.com/docs/taskrouter/task-evaluation
    'of a task that was canceled': {
      act: ({ post, task }) => post(task, { AssignmentStatus: 'canceled', Reason: 'test' }),
      status: 'in-progress',
    },
    'of a task that a scenario leaves open': { plan: { callEnded: 2 }, status: 'completed' },
  };
  for (const [name, { plan, act, status }] of Object.entries(cases)) {
    it(`${name}: ${status}, as Twilio describes calls`, async () => {
      const center = await still({ workers: away, tasks: [waiting(plan)] });
      await act?.(center);
      const { status: http, json } = await center.send('GET', callPath(center));
      assert.equal(http, 200);
      assert.equal(json['status'], status);
      assert.equal(json['end_time'] === null, status !== 'completed');
      assert.equal(json['from'], '+12125550101');
      const described = openApi('api_v2010');
      const operation = described.operations.find(({ operationId }) => operationId === 'FetchCall')!;
      const { schema, examples } = operation.responses['200']!.content!['application/json']!;
      assert.deepEqual(problems(schema!, json, '', described), []);
      for (const { value } of Object.values(examples!)) assert.deepEqual(lacking(value, json), []);
    });
  }

  it('end with the work, and are known after their task was removed', async () => {
    const center = await still();
    const [reservation] = await center.reservations();
    const path = `${center.task}/Reservations/${reservation!.sid}`;
    await center.post(path, { ReservationStatus: 'accepted' });
    assert.equal((await center.get(callPath(center)))['status'], 'in-progress');
    center.seconds(60);
    await center.post(path, { ReservationStatus: 'wrapping' });
    await center.post(path, { ReservationStatus: 'completed' });
    center.seconds(600);
    assert.equal((await center.send('GET', center.task)).status, 404);
    const call = await center.get(callPath(center));
    assert.equal(call['status'], 'completed');
    assert.equal(call['duration'], '65');
    assert.equal(call['end_time'], 'Mon, 05 Jan 2026 09:01:00 +0000');
  });

  it('include those that instructions place', async () => {
    const center = await still();
    const [reservation] = await center.reservations();
    await center.post(`${center.task}/Reservations/${reservation!.sid}`, {
      Instruction: 'conference',
      From: '+12125550100',
    });
    const { sid } = center.simulator.calls[0]!;
    assert.equal((await center.get(callPath(center, sid)))['status'], 'ringing');
    center.seconds(10);
    assert.equal((await center.get(callPath(center, sid)))['status'], 'in-progress');
    center.seconds(600);
    const call = await center.get(callPath(center, sid));
    assert.equal(call['status'], 'completed');
    assert.equal(call['direction'], 'outbound-api');
    assert.ok(Date.parse(String(call['end_time'])) > Date.parse(String(call['start_time'])));
  });

  it('are not found under another account, another SID or another form', async () => {
    const center = await still();
    for (const path of [
      callPath(center, `CA${'b'.repeat(32)}`),
      callPath(center, callSid, `AC${'b'.repeat(32)}`),
      callPath(center).replace('.json', ''),
      callPath(center).replace('.json', '/Events.json'),
    ]) {
      assert.equal((await center.send('GET', path)).status, 404, path);
    }
    assert.equal((await center.send('POST', callPath(center), { Status: 'completed' })).status, 405);
    const anonymous = await center.send('GET', callPath(center), undefined, { authorization: 'Basic eDp5' });
    assert.equal(anonymous.status, 401);
  });
});

describe('the alerts about callbacks', () => {
  it('are there for each URL that did not respond, as Twilio describes alerts', async () => {
    const center = await still(withCallback());
    const [workflow] = await center.list(`${center.root}/Workflows`, 'workflows');
    await center.post(`${center.root}/Workflows/${workflow!.sid}`, {
      FallbackAssignmentCallbackUrl: `${callbackUrl}/fallback`,
    });
    assert.deepEqual(await alertsOf(center), []);
    center.seconds(5);
    const [first, second] = await center.reservations();
    center.seconds(10);
    assert.deepEqual((await center.statuses()).slice(0, 2), ['canceled', 'canceled']);
    const shown = (await alertsOf(center)).map((one) =>
      ['error_code', 'request_url', 'resource_sid', 'date_generated'].map((field) => one[field]),
    );
    // The second callback was sent when there was a fallback URL.
    assert.deepEqual(shown, [
      ['11200', `${callbackUrl}/fallback`, second!.sid, '2026-01-05T09:00:15Z'],
      ['11200', callbackUrl, second!.sid, '2026-01-05T09:00:10Z'],
      ['11200', callbackUrl, first!.sid, '2026-01-05T09:00:05Z'],
    ]);
    const described = openApi('monitor_v1');
    const operation = described.operations.find(({ operationId }) => operationId === 'ListAlert')!;
    const { schema, examples } = operation.responses['200']!.content!['application/json']!;
    const { json } = await center.send('GET', `${monitor}/v1/Alerts?LogLevel=error&PageSize=5`);
    assert.deepEqual(problems(schema!, json, '', described), []);
    for (const { value } of Object.values(examples!)) assert.deepEqual(lacking(value, json), []);
  });

  it('come newest first, by time and level, in pages', async () => {
    const center = await still(withCallback({ workers: [worker('alice'), worker('bob'), worker('carol')] }));
    center.seconds(60);
    const all = await alertsOf(center);
    assert.ok(all.length > 5, `${all.length} alerts`);
    const times = all.map((one) => String(one['date_generated']));
    assert.deepEqual(times, [...times].sort().reverse());
    assert.deepEqual(await alertsOf(center, '?LogLevel=warning'), []);
    assert.deepEqual(await alertsOf(center, `?StartDate=${times[2]}&EndDate=${times[1]}`), all.slice(1, 3));
    assert.equal((await alertsOf(center, '?StartDate=2026-01-05')).length, all.length);
    const paged: Json[] = [];
    let next: string | null = `${monitor}/v1/Alerts?PageSize=2`;
    while (next) {
      const page: Record<string, unknown> = (await center.send('GET', next)).json;
      paged.push(...(page['alerts'] as Json[]));
      next = (page['meta'] as { next_page_url: string | null }).next_page_url;
    }
    assert.deepEqual(paged, all);
    for (const wrong of ['?StartDate=yesterday', '?EndDate=1', '?PageSize=0', '?PageSize=1001']) {
      assert.equal((await center.send('GET', `${monitor}/v1/Alerts${wrong}`)).status, 400, wrong);
    }
    assert.equal((await center.send('POST', `${monitor}/v1/Alerts`, {})).status, 405);
  });

  it('are there for canceled reservations where a scenario says so, and not for answered callbacks', async () => {
    const reservations = [
      { worker: 'alice', status: 'canceled' as const, age: 30, alert: '11205' },
      { worker: 'alice', status: 'canceled' as const, age: 20 },
    ];
    const plan = {
      workers: [worker('alice', { activity: 'Break' })],
      tasks: [waiting({ age: 40, reservations })],
    };
    const center = await still(withCallback(plan));
    const [alert, ...others] = await alertsOf(center);
    assert.deepEqual(others, []);
    assert.equal(alert!['error_code'], '11205');
    assert.equal(alert!['date_generated'], '2026-01-05T08:59:30Z');
    const answered = await still(withCallback(), { assignmentCallbacks: 'answered' });
    answered.seconds(60);
    assert.deepEqual(await alertsOf(answered), []);
  });
});

describe('the hosts of the simulator', () => {
  it('serve their own API each, in every region', async () => {
    const simulator = createSimulator({ clock: manualClock() });
    const { send } = driverOf(simulator);
    const paths = {
      taskrouter: '/v1/Workspaces',
      api: `/2010-04-01/Accounts/${simulator.accountSid}/Calls/CA${'0'.repeat(32)}.json`,
      monitor: '/v1/Alerts',
    };
    for (const [host, place] of Object.entries(paths)) {
      for (const region of ['', '.ie1', '.dublin.ie1']) {
        const { status } = await send('GET', `https://${host}${region}.twilio.com${place}`);
        assert.equal(status, host === 'api' ? 404 : 200, host);
        for (const other of Object.keys(paths).filter((one) => one !== host)) {
          const { json } = await send('GET', `https://${other}${region}.twilio.com${place}`);
          assert.equal(json['code'], 20404, `${other} serves ${place}`);
        }
      }
    }
    await assert.rejects(send('GET', 'https://voice.twilio.com/v1/Alerts'), /not at/);
    simulator.stop();
  });
});
