import assert from 'node:assert/strict';
import http from 'node:http';
import nodeFetch from 'node-fetch';
import { createSimulator, manualClock } from '../../../src/simulator/simulator';
import type { FaultPlan, Simulator } from '../../../src/simulator/simulator';
import type { Fetch } from '../../../src/taskrouter/fetch';
import { quiet, waiting, worker } from '../driver';

/** What a client sees of one request: the answer, or the error it got instead. */
interface Seen {
  readonly status?: number;
  readonly header?: (name: string) => string | null;
  readonly text?: string;
  readonly error?: string;
}

const twilio = 'https://taskrouter.twilio.com';
const tasks = [1, 2, 3, 4, 5].map((i) => waiting({ age: 50 - i }));

describe('a fault', () => {
  const running: Simulator[] = [];
  afterEach(() => running.splice(0).forEach((one) => one.stop()));

  /** A still centre with these faults, reached in this process or over a socket. */
  async function faulty(over: 'fetch' | 'socket', ...faults: FaultPlan[]) {
    const clock = manualClock();
    const scenario = quiet({ tasks, workers: [worker('alice')] });
    const simulator = createSimulator({ clock, scenario, seed: 5 });
    running.push(simulator);
    const origin = over === 'fetch' ? twilio : (await simulator.listen()).url;
    const credentials = `${simulator.accountSid}:${simulator.authToken}`;
    const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
    const fetch: Fetch = over === 'fetch' ? simulator.fetch : nodeFetch;
    const ask = async (target: string, body?: string, signal?: AbortSignal): Promise<Seen> => {
      const method = body === undefined ? 'GET' : 'POST';
      const type: Record<string, string> =
        body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
      const headers = { authorization, ...type };
      const url = target.startsWith('http') ? target : origin + target;
      try {
        const response = await fetch(url, {
          method,
          headers,
          redirect: 'manual',
          ...(body === undefined ? {} : { body }),
          ...(signal ? { signal } : {}),
        });
        const pieces: Buffer[] = [];
        for await (const piece of response.body!) pieces.push(Buffer.from(piece));
        const text = Buffer.concat(pieces).toString();
        return { status: response.status, header: (name) => response.headers.get(name), text };
      } catch (error) {
        const { code, name } = error as { code?: string; name: string };
        return { error: typeof code === 'string' ? code : name };
      }
    };
    const json = async (target: string) => JSON.parse((await ask(target)).text!) as Record<string, unknown>;
    const sids = async (target: string, key: string) =>
      ((await json(target))[key] as { sid: string }[]).map(({ sid }) => sid);
    const [workspace] = await sids('/v1/Workspaces', 'workspaces');
    const root = `/v1/Workspaces/${workspace}`;
    const [task] = await sids(`${root}/Tasks`, 'tasks');
    const [reservation] = await sids(`${root}/Tasks/${task}/Reservations`, 'reservations');
    const own = `${root}/Tasks/${task}/Reservations/${reservation}`;
    simulator.faults.add(...faults);
    return {
      ...{ simulator, clock, origin, ask, json, root, own },
      accept: (signal?: AbortSignal) => ask(own, 'ReservationStatus=accepted', signal),
      status: async () => {
        simulator.faults.clear();
        return (await json(own))['reservation_status'];
      },
    };
  }

  const list = async ({ ask, root }: { ask: (target: string) => Promise<Seen>; root: string }) =>
    ask(`${root}/Tasks?PageSize=2`);
  const isJson = (text: string) => {
    try {
      return Boolean(JSON.parse(text));
    } catch {
      return false;
    }
  };

  /** How a read fares: its title, the fault, and what must be seen of it. */
  const reads: [string, FaultPlan, (seen: Seen, origin: string) => void][] = [
    [
      'refuses with 429, as Twilio does',
      { do: 'refuse', status: 429, retryAfter: 2 },
      ({ status, header, text }) => {
        assert.deepEqual(
          [status, header!('retry-after'), header!('x-rate-limit-remaining')],
          [429, '2', '0'],
        );
        assert.match(
          text!,
          /^\{"code":20429,"message":"Too Many Requests","more_info":".*20429","status":429\}$/,
        );
      },
    ],
    [
      'refuses with a code and a message of its own',
      { do: 'refuse', status: 403, code: 20006, message: 'Access Denied' },
      ({ status, text }) =>
        assert.ok(status === 403 && text!.includes('"code":20006,"message":"Access Denied"')),
    ],
    [
      'answers 502 in HTML',
      { do: 'refuse', status: 502, body: 'html' },
      ({ status, text, header }) => {
        assert.ok(status === 502 && text!.includes('<h1>Bad Gateway</h1>'));
        assert.equal(header!('twilio-request-id'), null);
      },
    ],
    [
      'answers 503 with nothing',
      { do: 'refuse', status: 503, body: 'empty' },
      ({ status, text }) => assert.deepEqual([status, text], [503, '']),
    ],
    ['resets the connection', { do: 'reset' }, ({ error }) => assert.equal(error, 'ECONNRESET')],
    ['cuts the body off', { do: 'truncate' }, ({ error }) => assert.equal(error, 'ECONNRESET')],
    [
      'ends the JSON in the middle',
      { do: 'malform' },
      ({ status, text }) => assert.ok(status === 200 && text!.startsWith('{"meta"') && !isJson(text!)),
    ],
    [
      'shows a portal’s page with 200',
      { do: 'portal' },
      ({ status, text, header }) => {
        assert.ok(status === 200 && text!.includes('<html>'));
        assert.match(header!('content-type')!, /^text\/html/);
      },
    ],
    [
      'shows it as JSON',
      { do: 'portal', type: 'application/json' },
      ({ text, header }) =>
        assert.ok(text!.includes('<html>') && header!('content-type') === 'application/json'),
    ],
    [
      'unpacks to many megabytes',
      { do: 'bomb', megabytes: 30 },
      ({ text, header }) => assert.ok(text!.length > 30_000_000 && header!('content-encoding') === 'gzip'),
    ],
    [
      'redirects elsewhere',
      { do: 'redirect' },
      ({ status, header }) =>
        assert.ok(
          status === 302 && header!('location')!.startsWith('https://elsewhere.example/v1/Workspaces/'),
        ),
    ],
    [
      'redirects with 307 to a given place',
      { do: 'redirect', status: 307, to: 'http://127.0.0.1:9/' },
      ({ status, header }) => assert.deepEqual([status, header!('location')], [307, 'http://127.0.0.1:9/']),
    ],
    [
      'names a next page on another host',
      { do: 'nextPage', as: 'foreign' },
      ({ text }) => assert.match(next(text)!, /^https:\/\/elsewhere\.example\/v1\/.*PageToken=PAWT/),
    ],
    [
      'names a next page of another list',
      { do: 'nextPage', as: 'otherPath' },
      ({ text }, origin) => assert.ok(next(text)!.startsWith(`${origin}/v1/Workspaces?`)),
    ],
    [
      'names a next page without a token',
      { do: 'nextPage', as: 'noToken' },
      ({ text }) => assert.ok(!next(text)!.includes('PageToken')),
    ],
    [
      'names a next page that is no URL',
      { do: 'nextPage', as: 'malformed' },
      ({ text }) => assert.equal(next(text), 'page two'),
    ],
    [
      'gives a status that nobody knows',
      { do: 'drift', set: { assignment_status: 'daydreaming' } },
      ({ text }) => assert.deepEqual(values(text, 'assignment_status'), ['daydreaming', 'daydreaming']),
    ],
    [
      'leaves a field of one row out',
      { do: 'drift', remove: ['sid'], row: 1 },
      ({ text }) => assert.deepEqual(values(text, 'sid').map(Boolean), [true, false]),
    ],
  ];
  const next = (text: string | undefined) =>
    (JSON.parse(text!) as { meta: { next_page_url: string | null } }).meta.next_page_url;
  const values = (text: string | undefined, key: string) =>
    (JSON.parse(text!) as { tasks: Record<string, unknown>[] }).tasks.map((row) => row[key]);

  for (const over of ['fetch', 'socket'] as const) {
    for (const [title, fault, expected] of reads) {
      it(`${title} (${over})`, async () => {
        const faced = await faulty(over, { ...fault, times: 1 });
        expected(await list(faced), faced.origin);
        const { status, text } = await list(faced);
        assert.ok(status === 200 && isJson(text!), 'the next one is answered well');
        assert.equal(faced.simulator.faults.applied[0]!.times, 1);
      });
    }

    /** How an update fares: what is seen of it, and whether the reservation is accepted then. */
    const writes: [FaultPlan, Partial<Pick<Seen, 'status' | 'error'>>, 'pending' | 'accepted'][] = [
      [{ do: 'refuse', status: 500 }, { status: 500 }, 'pending'],
      [{ do: 'refuse', status: 500, carriedOut: true }, { status: 500 }, 'accepted'],
      [{ do: 'reset' }, { error: 'ECONNRESET' }, 'pending'],
      [{ do: 'reset', carriedOut: true }, { error: 'ECONNRESET' }, 'accepted'],
      [{ do: 'truncate' }, { error: 'ECONNRESET' }, 'accepted'],
      [{ do: 'malform' }, { status: 200 }, 'accepted'],
      [{ do: 'portal' }, { status: 200 }, 'pending'],
      [{ do: 'redirect', status: 308 }, { status: 308 }, 'pending'],
      [{ do: 'drift', set: { reservation_status: 7 } }, { status: 200 }, 'accepted'],
      [{ do: 'stale' }, { status: 200 }, 'accepted'],
    ];
    for (const [fault, expected, after] of writes) {
      const { do: name, ...more } = fault;
      it(`${name} ${JSON.stringify(more)} leaves an accepted one ${after} (${over})`, async () => {
        const { accept, status, simulator } = await faulty(over, { ...fault, on: 'POST Reservations/*' });
        const { status: seen, error } = await accept();
        assert.deepEqual({ ...(error ? { error } : { status: seen }) }, expected);
        const record = simulator.requests.at(-1)!;
        assert.equal(record.method, 'POST');
        assert.deepEqual(
          [record.carriedOut, record.status],
          [after === 'accepted', name === 'truncate' ? 200 : (expected.status ?? 0)],
        );
        assert.equal(await status(), after);
      });
    }

    for (const [fault, after] of [
      [{ do: 'stall' }, 'pending'],
      [{ do: 'stall', carriedOut: true }, 'accepted'],
      [{ do: 'stall', after: 'half' }, 'accepted'],
    ] as const) {
      it(`${JSON.stringify(fault)} is silent until the client aborts; then it is ${after} (${over})`, async () => {
        const { accept, status, simulator } = await faulty(over, fault);
        const abort = new AbortController();
        const seen = accept(abort.signal);
        await until(() => simulator.requests.at(-1)!.method === 'POST');
        abort.abort();
        assert.deepEqual(await seen, { error: 'AbortError' });
        assert.equal(await status(), after);
      });

      it(`${JSON.stringify(fault)} ends when the simulator stops (${over})`, async () => {
        const { accept, simulator } = await faulty(over, fault);
        const seen = accept();
        await until(() => simulator.requests.at(-1)!.method === 'POST');
        simulator.stop();
        assert.deepEqual(await seen, { error: 'ECONNRESET' });
      });
    }

    it(`waits by the clock, before the effect or after it (${over})`, async () => {
      for (const carriedOut of [false, true]) {
        const { accept, clock, simulator } = await faulty(over, { do: 'wait', ms: 300, carriedOut });
        const seen = accept();
        await until(() => clock.waiting > 0 && simulator.requests.at(-1)!.method === 'POST');
        assert.equal(simulator.requests.at(-1)!.carriedOut, carriedOut);
        clock.advance(300);
        assert.equal((await seen).status, 200);
      }
    });

    it(`repeats the first response (${over})`, async () => {
      const { ask, accept, own, status } = await faulty(over, { do: 'stale', on: 'GET' });
      const before = await ask(own);
      assert.ok(before.text!.includes('"reservation_status":"pending"'));
      assert.equal((await accept()).status, 200);
      const after = await ask(own);
      assert.equal(after.text, before.text);
      assert.equal(after.header!('etag'), before.header!('etag'));
      assert.equal(await status(), 'accepted');
    });

    it(`leads in a circle, on the second page too (${over})`, async () => {
      const { ask, root } = await faulty(over, { do: 'nextPage', as: 'loop', skip: 1 });
      const second = next((await ask(`${root}/Tasks?PageSize=2`)).text)!;
      const third = next((await ask(second)).text)!;
      const token = (url: string) => new URL(url).searchParams.get('PageToken');
      assert.equal(token(third), token(second));
    });
  }

  it('applies to matching requests', async () => {
    const cases: [Partial<FaultPlan>, string][] = [
      [{ on: 'POST' }, 'list: , one: , accept: 599'],
      [{ on: 'GET' }, 'list: 599, one: 599, accept: '],
      [{ on: 'PUT|POST' }, 'list: , one: , accept: 599'],
      [{ on: 'Tasks' }, 'list: 599, one: , accept: '],
      [{ on: 'GET Tasks/*' }, 'list: , one: 599, accept: '],
      [{ on: '/v1/Workspaces/*/Tasks/**' }, 'list: , one: 599, accept: 599'],
      [{ on: 'POST Reservations/WR*' }, 'list: , one: , accept: 599'],
      [{ on: '/Tasks' }, 'list: , one: , accept: '],
      [{ on: 'asks' }, 'list: , one: , accept: '],
      [{}, 'list: 599, one: 599, accept: 599'],
    ];
    for (const [which, expected] of cases) {
      const { ask, root, own, accept } = await faulty('fetch', {
        do: 'refuse',
        status: 599,
        ...which,
      } as FaultPlan);
      const shown = ({ status }: Seen) => (status === 599 ? '599' : '');
      const seen = [
        `list: ${shown(await ask(`${root}/Tasks`))}`,
        `one: ${shown(await ask(own.replace(/\/Reservations.*/, '')))}`,
        `accept: ${shown(await accept())}`,
      ];
      assert.equal(seen.join(', '), expected, JSON.stringify(which));
    }
  });

  /** Of twelve requests a second apart, those that are struck. */
  for (const [which, expected] of [
    [{ every: 3 }, '..x..x..x..x'],
    [{ skip: 2 }, '..xxxxxxxxxx'],
    [{ skip: 2, every: 2, times: 3 }, '...x.x.x....'],
    [{ between: [3, 6] }, '...xxx......'],
    [{ between: [3, 9], every: 2 }, '....x.x.x...'],
    [{ chance: 0 }, '............'],
    [{ chance: 1, times: 2 }, 'xx..........'],
    [{ chance: 0.5 }, 'xxxx.xxxxx..'],
  ] as const) {
    it(`applies to ${expected} with ${JSON.stringify(which)}`, async () => {
      const { ask, root, clock } = await faulty('fetch', { do: 'refuse', status: 503, ...which });
      let seen = '';
      for (let i = 0; i < 12; i++) {
        seen += (await ask(root)).status === 503 ? 'x' : '.';
        clock.advance(1000);
      }
      assert.equal(seen, expected);
    });
  }

  it('delays add up; of other faults the first one applies; faults can be removed', async () => {
    const { ask, root, clock, simulator } = await faulty(
      'fetch',
      { do: 'wait', ms: 100 },
      { do: 'wait', ms: 50 },
    );
    const remove = simulator.faults.add({ do: 'refuse', status: 500 });
    simulator.faults.add({ do: 'refuse', status: 503 });
    const first = ask(root);
    clock.advance(149);
    assert.equal(simulator.requests.at(-1)!.status, 0);
    clock.advance(1);
    assert.equal((await first).status, 500);
    remove();
    const second = ask(root);
    clock.advance(150);
    assert.equal((await second).status, 503);
  });

  it('over a socket is a real reset, and half of the announced length', async () => {
    const { origin, root, simulator } = await faulty(
      'socket',
      { do: 'reset', times: 1 },
      { do: 'truncate', skip: 1 },
    );
    const authorization = `Basic ${Buffer.from(`${simulator.accountSid}:${simulator.authToken}`).toString('base64')}`;
    const ask = () =>
      new Promise<{ promised: number; came: number } | { code: string | undefined }>((resolve) => {
        http
          .get(origin + root, { headers: { authorization } }, (response) => {
            let came = 0;
            response.on('data', (piece: Buffer) => (came += piece.length));
            response.on('error', () =>
              resolve({ promised: Number(response.headers['content-length']), came }),
            );
          })
          .on('error', ({ code }: NodeJS.ErrnoException) => resolve({ code }));
      });
    assert.deepEqual(await ask(), { code: 'ECONNRESET' });
    const { promised, came } = (await ask()) as { promised: number; came: number };
    assert.equal(came, promised >> 1);
  });
});

/** Looks again in each turn of the event loop. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
