import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { schemas } from '../../../src/simulator/scenarios/jsonSchemas';
import { InvalidFileError, parseJsonFile } from '../../../src/jsonFile';
import { readFaults, readScenario } from '../../../src/simulator/scenarios/scenarioFile';
import { builtIn } from '../../../src/simulator/scenarios/builtIn/all';
import { createSimulator, manualClock } from '../../../src/simulator/simulator';
import { driverOf, quiet } from '../driver';
import type { Json } from '../driver';

const named = (name: string) => builtIn.find((one) => one.name === name)!;

/** A built-in centre on a clock that stands still, and its first workspace. */
async function start(name: string) {
  const clock = manualClock();
  const simulator = createSimulator({ clock, scenario: named(name), seed: 4 });
  const driver = driverOf(simulator);
  const [workspace] = await driver.list('/v1/Workspaces', 'workspaces');
  const root = `/v1/Workspaces/${workspace!.sid}`;
  const all = async (collection: string, key: string) => driver.list(`${root}/${collection}`, key);
  return { ...driver, simulator, clock, root, all, tasks: () => all('Tasks', 'tasks') };
}

const text = (scenario: unknown) => JSON.stringify(scenario, null, 2);

describe('scenarios', () => {
  for (const scenario of builtIn) {
    it(`${scenario.name} has a description, and is unchanged when read from a file`, () => {
      assert.match(scenario.description!, /^[A-Z0-9].*\.$/);
      assert.deepEqual(readScenario(text(scenario), 'file.json'), JSON.parse(text(scenario)));
    });
  }

  it('stuck: the call waits, and two agents who are available do not get it', async () => {
    const { all, tasks, clock } = await start('stuck');
    clock.advance(3_600_000);
    const workers = await all('Workers', 'workers');
    assert.deepEqual(
      workers.map((row) => row['available']),
      [true, true],
    );
    assert.deepEqual(
      (await tasks()).map((row) => row['assignment_status']),
      ['pending'],
    );
    const [{ sid } = { sid: '' }] = await tasks();
    assert.deepEqual(await all(`Tasks/${sid}/Reservations`, 'reservations'), []);
  });

  it('timeouts: every 15 seconds the reserved workers go offline', async () => {
    const { all, tasks, clock } = await start('timeouts');
    const offline = async () =>
      (await all('Workers', 'workers')).filter((row) => row['activity_name'] === 'Offline').length;
    const seen = [await offline()];
    for (let i = 0; i < 2; i++) {
      clock.advance(15_000);
      seen.push(await offline());
    }
    assert.deepEqual(seen, [0, 3, 6]);
    assert.ok((await tasks()).length >= 3);
  });

  it('unregistered: reservations are created and canceled one after the other', async () => {
    const { all, tasks, clock, simulator } = await start('unregistered');
    clock.advance(20_000);
    const [{ sid } = { sid: '' }] = await tasks();
    const statuses = (await all(`Tasks/${sid}/Reservations`, 'reservations')).map(
      (row) => row['reservation_status'],
    );
    assert.ok(statuses.length >= 10);
    assert.ok(statuses.slice(0, -1).every((status) => status === 'canceled'));
    assert.equal(statuses.at(-1), 'pending');
    assert.ok(simulator.calls.every(({ status, to }) => status === 'failed' && to === 'client:ada'));
  });

  it('storm: of ten concurrent requests at most three succeed, and the others say how long to wait', async () => {
    const clock = manualClock();
    const { send } = driverOf(createSimulator({ clock, scenario: named('storm') }));
    const all = Array.from({ length: 10 }, () => send('GET', '/v1/Workspaces'));
    clock.advance(200);
    const answers = await Promise.all(all);
    const refused = answers.filter(({ status }) => status === 429);
    assert.ok(refused.length >= 7);
    assert.ok(refused.every(({ header }) => header('Retry-After') === '1'));
  });

  it('large: fifty workspaces, and pages of a thousand rows', async () => {
    const { list, root, get } = await start('large');
    assert.equal((await list('/v1/Workspaces?PageSize=1000', 'workspaces')).length, 50);
    const body = await get(`${root}/Tasks?PageSize=1000`);
    assert.equal((body['tasks'] as Json[]).length, 1000);
    assert.ok((body['meta'] as Record<string, string>)['next_page_url']);
    assert.equal((await list(`${root}/Workers?PageSize=1000`, 'workers')).length, 1000);
  });

  it('gives the same bytes in two runs with the same seed, and others with another seed', async () => {
    const run = async (seed: number) => {
      const clock = manualClock();
      const simulator = createSimulator({ clock, seed, scenario: named('lively') });
      const { url } = await simulator.listen();
      const authorization = `Basic ${Buffer.from(`${simulator.accountSid}:${simulator.authToken}`).toString('base64')}`;
      const bodies: string[] = [];
      const ask = async (target: string, body?: string) => {
        const method = body === undefined ? 'GET' : 'POST';
        const type = { 'content-type': 'application/x-www-form-urlencoded' };
        const response = await fetch(url + target, {
          method,
          headers: { authorization, ...(body === undefined ? {} : type) },
          ...(body === undefined ? {} : { body }),
        });
        const answer = await response.text();
        bodies.push(`${response.headers.get('twilio-request-id')} ${answer.replaceAll(url, '')}`);
        return JSON.parse(answer) as Record<string, Json[]>;
      };
      const { workspaces } = await ask('/v1/Workspaces');
      for (let minute = 0; minute < 15; minute++) {
        clock.advance(60_000);
        for (const { sid } of workspaces!) {
          const { tasks } = await ask(`/v1/Workspaces/${sid}/Tasks?AssignmentStatus=reserved&PageSize=5`);
          const [task] = tasks!;
          if (!task) continue;
          const own = `/v1/Workspaces/${sid}/Tasks/${task.sid}/Reservations`;
          const pending = (await ask(`${own}?ReservationStatus=pending`))['reservations']!;
          if (pending[0]) await ask(`${own}/${pending[0].sid}`, 'Instruction=conference');
        }
      }
      simulator.stop();
      return bodies.join('\n');
    };
    const [first, second, other] = [await run(7), await run(7), await run(8)];
    assert.ok(first.length > 100_000);
    assert.equal(first, second);
    assert.notEqual(first, other);
  }).timeout(20_000);
});

describe('a scenario file', () => {
  const good = quiet();
  const { workspaces } = good;
  const with_ = (more: object) => ({ ...good, workspaces: [{ ...workspaces[0]!, ...more }] });

  const ordered = (orderBy: string) => ({ name: 'Any', expression: '1 == 1', queue: 'All', orderBy });

  /** Each is wrong in one place, and says where and what. */
  const wrong: [string, string, RegExp][] = [
    ['no JSON', '{\n  "name": oops\n}', /^f\.json:2:11 is not JSON: /],
    ['cut off', '{"name": "x"', /^f\.json:1:13 is not JSON: close brace expected$/],
    ['empty', '', /^f\.json:1:1 is not JSON: value expected$/],
    ['a comment', '{\n  // x\n}', /^f\.json:2:3 is not JSON: invalid comment token$/],
    ['a trailing comma', '{"name": "x",}', /^f\.json:1:\d+ is not JSON: /],
    ['two values', '{} {}', /^f\.json:1:4 is not JSON: end of file expected$/],
    ['a list', '[]', /^f\.json:1:1 the file: must be an object, not a list$/],
    ['no workspaces', text({ name: 'x' }), /^f\.json:1:1 workspaces: /],
    [
      'a misspelt field',
      text({ ...good, rejectionsBefore: 3 }),
      /f\.json:\d+:\d+ rejectionsBefore: this key is unknown/,
    ],
    ['a wrong type', text({ ...good, name: 7 }), /^f\.json:2:11 name: must be a string, not a number$/],
    [
      'a status that there is not',
      text(with_({ tasks: [{ ...workspaces[0]!.tasks[0], status: 'waiting' }] })),
      /^f\.json:\d+:21 workspaces\[0\]\.tasks\[0\]\.status: .*"pending"/,
    ],
    [
      'a queue that there is not',
      text(with_({ tasks: [{ ...workspaces[0]!.tasks[0], queue: 'Nobody' }] })),
      /^f\.json:\d+:20 workspaces\[0\]\.tasks\[0\]\.queue: there is no queue "Nobody"; there is "All"$/,
    ],
    [
      'an activity that there is not',
      text(with_({ timeoutActivity: 'Gone' })),
      /workspaces\[0\]\.timeoutActivity: there is no activity "Gone"; there is "Available", "Break"/,
    ],
    [
      'an expression that cannot be read',
      text(with_({ queues: [{ name: 'All', targetWorkers: 'skills HAS HAS' }] })),
      /^f\.json:\d+:\d+ workspaces\[0\]\.queues\[0\]\.targetWorkers: /,
    ],
    [
      'an order of workers that cannot be read',
      text(with_({ workflows: [{ ...workspaces[0]!.workflows[0], filters: [ordered('best first')] }] })),
      /workspaces\[0\]\.workflows\[0\]\.filters\[0\]\.orderBy: "best first" is not a clause; a clause is like worker\.level DESC$/,
    ],
    [
      'two queues of one name',
      text(with_({ queues: [workspaces[0]!.queues[0], workspaces[0]!.queues[0]] })),
      /workspaces\[0\]\.queues\[1\]\.name: there are two queues "All"$/,
    ],
    [
      'a fault that there is not',
      text({ ...good, faults: [{ do: 'explode' }] }),
      /faults\[0\]\.do: .*one of wait, refuse, reset/,
    ],
    [
      'a path that is none',
      text({ ...good, faults: [{ do: 'reset', on: 'POST  Tasks' }] }),
      /faults\[0\]\.on: must be like "POST Tasks\/\*\/Reservations\/\*"/,
    ],
    [
      'latency that is none',
      text({ ...good, latency: 'slow' }),
      /latency: must be milliseconds, or the least and the most/,
    ],
  ];
  for (const [title, file, message] of wrong) {
    it(`reports the mistake and its position: ${title}`, () => {
      assert.throws(
        () => readScenario(file, 'f.json'),
        (error: Error) => {
          assert.ok(error instanceof InvalidFileError);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }

  it('reports all mistakes at once', () => {
    const bad = with_({ timeoutActivity: 'Gone', defaultActivity: 'Gone' });
    assert.throws(() => readScenario(text(bad), 'f.json'), /defaultActivity.*\n.*timeoutActivity/);
  });

  it('of faults is an object with a list', () => {
    const faults = [{ do: 'reset', on: 'POST', carriedOut: true }];
    assert.deepEqual(readFaults(JSON.stringify({ faults }), 'f.json'), faults);
    assert.throws(
      () => readFaults('{"faults":[{"do":"reset","on":5}]}', 'f.json'),
      /^InvalidFileError: f\.json:1:31 faults\[0\]\.on: /,
    );
  });

  const skills = (names: readonly string[]) =>
    names.map((name) => ({ name, targetWorkers: `skills HAS "${name}"` }));
  const configuration = {
    task_routing: {
      filters: [
        {
          filter_friendly_name: 'Sales',
          expression: 'type == "sales"',
          targets: [
            { queue: 'a', timeout: 10, skip_if: 'workers.available == 0', known_worker_sid: 'task.agent' },
            { priority: 5, expression: 'worker.level > task.level', order_by: 'worker.level DESC' },
          ],
        },
      ],
      default_filter: { queue: 'b', priority: 1 },
    },
  };
  const plan = {
    filters: [
      {
        name: 'Sales',
        expression: 'type == "sales"',
        targets: [
          { queue: 'a', timeout: 10, skipIf: 'workers.available == 0', knownWorkerSid: 'task.agent' },
          { priority: 5, expression: 'worker.level > task.level', orderBy: 'worker.level DESC' },
        ],
      },
    ],
    defaultFilter: { queue: 'b', priority: 1 },
  };

  for (const [title, workflow] of [
    ['in its own words', plan],
    ["in Twilio's format", { configuration }],
    ['in a file', { configurationFile: 'workflow.json' }],
  ] as const) {
    it(`can express every workflow, ${title}`, async () => {
      const workflows = [{ name: 'Calls', reservationTimeout: 60, ...workflow }];
      const content = text(with_({ workflows, queues: skills(['a', 'b']), tasks: [] }));
      const scenario = readScenario(content, 'f.json', (name) => {
        assert.equal(name, 'workflow.json');
        return JSON.stringify(configuration);
      });
      const { list } = driverOf(createSimulator({ clock: manualClock(), scenario }));
      const [workspace] = await list('/v1/Workspaces', 'workspaces');
      const root = `/v1/Workspaces/${workspace!.sid}`;
      const sids = await list(`${root}/TaskQueues`, 'task_queues');
      const [row] = await list(`${root}/Workflows`, 'workflows');
      const expected = sids.reduce(
        (json, { sid, friendly_name }) =>
          json.replace(`"queue":"${String(friendly_name)}"`, `"queue":"${sid}"`),
        JSON.stringify(configuration),
      );
      assert.deepEqual(JSON.parse(String(row!['configuration'])), JSON.parse(expected));
    });
  }

  for (const [title, workflow, message] of [
    [
      'in its own words',
      { filters: [{ name: 'x', expression: '1 == 1', targets: [{ queue: 'All' }, { expression: 'a ==' }] }] },
      /workflows\[0\]\.filters\[0\]\.targets\[1\]\.expression: /,
    ],
    [
      "in Twilio's format",
      { configuration: { task_routing: { default_filter: { queue: 'Nobody' } } } },
      /workflows\[0\]\.configuration\.task_routing\.default_filter\.queue: there is no task queue Nobody/,
    ],
    [
      'without a target',
      { filters: [{ name: 'x', expression: '1 == 1' }] },
      /filters\[0\]: needs queue or targets/,
    ],
  ] as const) {
    it(`reports the position of mistakes in a workflow ${title}`, () => {
      const workflows = [{ name: 'Calls', reservationTimeout: 60, ...workflow }];
      assert.throws(() => readScenario(text(with_({ workflows })), 'f.json'), message);
    });
  }

  it('can start with a byte order mark', () => {
    assert.equal(readScenario(`\uFEFF${text(good)}`, 'f.json').name, good.name);
    assert.throws(
      () => readScenario('\uFEFF{"name": 7}', 'f.json'),
      /^InvalidFileError: f\.json:1:10 name: /,
    );
  });

  it('reports positions after texts that resemble JSON', () => {
    const json = '{"a": "}\\"]", "b": [1, {"c": "x", "d": [true, null]}],\n "e": -1.5e3}';
    for (const [path, place] of [
      [[], '1:1'],
      [['a'], '1:7'],
      [['b', 0], '1:21'],
      [['b', 1, 'd', 1], '1:47'],
      [['e'], '2:7'],
      [['b', 1, 'missing'], '1:24'],
      [['b', 7], '1:20'],
    ] as const) {
      assert.throws(
        () => parseJsonFile(json, 'f', z.unknown(), () => [{ path, message: 'wrong' }]),
        ({ message }: Error) => message.startsWith(`f:${place} `),
      );
    }
  });
});

describe('the published schemas', () => {
  const published = (name: string): unknown =>
    JSON.parse(readFileSync(path.join('media/schemas', `${name}.schema.json`), 'utf8'));

  for (const [name, make] of Object.entries(schemas)) {
    it(`${name} is up to date (else: npm run schemas)`, () => {
      assert.deepEqual(published(name), JSON.parse(JSON.stringify(make())));
    });
  }

  it('accept the built-in scenarios, and refuse what the reader refuses', () => {
    const schema = z.fromJSONSchema(published('simulator-scenario') as z.core.JSONSchema.JSONSchema);
    for (const scenario of builtIn) assert.ok(schema.safeParse(scenario).success, scenario.name);
    assert.ok(!schema.safeParse({ ...quiet(), latency: 'slow' }).success);
    assert.ok(!schema.safeParse({ ...quiet(), faults: [{ do: 'explode' }] }).success);
  });
});
