import assert from 'node:assert/strict';
import fc from 'fast-check';
import { inWorkspace, listedTask, matcher } from '../../src/query/matches';
import type { ListedTask } from '../../src/query/matches';
import { parse } from '../../src/query/parse';
import { plan } from '../../src/query/plan';
import type { WorkspaceNames } from '../../src/query/plan';
import { print } from '../../src/query/syntax';
import type { Query } from '../../src/query/syntax';
import { createSimulator, manualClock } from '../../src/simulator/simulator';
import { createClient } from '../../src/taskrouter/client';
import { defaultOrigin } from '../../src/taskrouter/origin';
import * as resources from '../../src/taskrouter/resources';
import { quiet } from '../simulator/driver';
import { queries } from './queries';
import { sequences } from '../sequences';

const queryOf = (text: string): Query => {
  const parsed = parse(text);
  assert.ok('query' in parsed, text);
  return parsed.query;
};
const names: WorkspaceNames = {
  queues: [
    { sid: `WQ${'1'.repeat(32)}`, name: 'Billing' },
    { sid: `WQ${'2'.repeat(32)}`, name: 'Billing EU' },
    { sid: `WQ${'3'.repeat(32)}`, name: 'Returns' },
  ],
};

describe('what TaskRouter filters for a query', () => {
  const all = ['pending', 'reserved', 'assigned', 'wrapping', 'canceled', 'completed'];
  const table: readonly (readonly [text: string, statuses: readonly string[], filters: object])[] = [
    ['', all, {}],
    ['status:wrapping,assigned', ['assigned', 'wrapping'], {}],
    ['-status:wrapping,assigned', ['pending', 'reserved', 'canceled', 'completed'], {}],
    ['status:wrapping status:assigned', [], {}],
    ['status:wrapping OR is:overdue', ['reserved', 'wrapping'], {}],
    ['status:wrapping OR Rosa', all, {}],
    ['is:open age>2h', ['pending', 'reserved', 'assigned', 'wrapping'], {}],
    ['-is:overdue', all, {}],
    ['is:unstaffed', ['pending'], {}],
    ['is:unserved priority=5', ['pending'], { priority: 5 }],
    ['priority>5', all, {}],
    ['queue:return', all, { taskQueueSid: `WQ${'3'.repeat(32)}` }],
    ['queue:billing', all, {}],
    ['queue=Billing', all, { taskQueueName: 'Billing' }],
    ['queue=Billing queue=Sales', all, { taskQueueName: 'Billing' }],
    ['-queue=Billing workflow=In,Out', all, {}],
    [
      'attributes.vip=true',
      all,
      { evaluateTaskAttributes: '(vip == "true" OR vip HAS "true" OR vip == true OR vip HAS true)' },
    ],
    // Numbers with more digits than TaskRouter may compare.
    ['attributes.a.level>3', all, { evaluateTaskAttributes: 'a.level >= 3' }],
    ['attributes.id=12345678901234567890 attributes.id>12345678901234567890', all, {}],
    ['attributes.price=1.10 attributes.size<1e400', all, {}],
    ['attributes.vip=yes OR priority=5', all, {}],
    // What TaskRouter's documentation leaves open is not left to it.
    [
      'attributes.name=A-1 attributes.level>-1 attributes.name="a\\\\b" attributes.and=1 attributes."a b"=1',
      all,
      {},
    ],
    ['attributes.name:ro', all, {}],
  ];
  for (const [text, statuses, filters] of table)
    it(text || 'an empty query', () => {
      const planned = plan(queryOf(text), names);
      assert.deepEqual(planned.statuses, statuses);
      assert.deepEqual(planned.filters, filters);
    });

  it('names the fields that it filters, and the others', () => {
    const { pushed, local } = plan(queryOf('status:pending attributes.vip=true age>2h queue:billing'), names);
    assert.deepEqual(pushed, ['status', 'attributes.vip']);
    assert.deepEqual(local, ['age', 'queue']);
  });
});

describe('reading only what TaskRouter filters', () => {
  const clock = manualClock();
  const statuses = ['pending', 'reserved', 'assigned', 'wrapping', 'canceled', 'completed'] as const;
  const values = [
    true,
    'true',
    5,
    '5',
    7.5,
    'Bo',
    'a',
    ['a', 5, true],
    [],
    null,
    { level: 3 },
    'say "x"',
    -2,
  ];
  const scenario = quiet({
    queues: ['Billing', 'Billing EU', 'Returns'].map((name) => ({ name, targetWorkers: '1==2' })),
    workflows: ['Sales', 'Bo'].map((name) => ({
      name,
      reservationTimeout: 60,
      filters: [],
      defaultQueue: 'Billing',
    })),
    workers: [],
    tasks: Array.from({ length: 120 }, (_, i) => ({
      workflow: ['Sales', 'Bo'][i % 2]!,
      queue: ['Billing', 'Billing EU', 'Returns'][i % 3]!,
      channel: 'voice',
      // Coprime to each other, so that all pairs of values occur.
      attributes: Object.fromEntries(
        ['vip', 'level', 'name', 'tags', 'deep', 'odd key', 'and'].flatMap((key, at) =>
          (i + at) % 4 === 0 ? [] : [[key, values[(i * (at + 2) + at) % values.length]]],
        ),
      ) as never,
      priority: (i % 7) - 1,
      age: i * 300,
      status: statuses[i % 5 === 0 ? 0 : i % 6]!,
    })),
  });
  const { accountSid, authToken, fetch } = createSimulator({ clock, scenario });
  const client = createClient({ fetch, origin: defaultOrigin, username: accountSid, password: authToken });
  const tasks: ListedTask[] = [];
  let workspaceSid = '';
  let known: WorkspaceNames = {};

  const read = async (filters: object): Promise<ListedTask[]> => {
    const page = await client.list(resources.tasks, [workspaceSid], filters, { pageSize: 1000 });
    return page.rows.map((row) =>
      listedTask(resources.tasks.read(row), { sid: workspaceSid, name: 'Billing EU' }),
    );
  };
  before(async () => {
    workspaceSid = (await client.list(resources.workspaces, [])).rows[0]!.sid;
    const named = async (collection: typeof resources.taskQueues | typeof resources.workflows) =>
      (await client.list(collection, [workspaceSid])).rows.map(({ sid, friendly_name }) => ({
        sid,
        name: String(friendly_name),
      }));
    known = { queues: await named(resources.taskQueues), workflows: await named(resources.workflows) };
    for (const task of await read({})) tasks.push(task);
    assert.equal(new Set(tasks.map(({ status }) => status)).size, statuses.length);
  });

  it('and comparing those with the query finds what comparing all tasks finds', async function () {
    this.timeout(60_000);
    let pushed = 0;
    let found = 0;
    await fc.assert(
      fc.asyncProperty(queries, fc.boolean(), async (query, isNamed) => {
        const matches = matcher(query);
        const now = clock.now();
        const expected = tasks.filter((task) => matches(task, now)).map(({ sid }) => sid);
        const left = inWorkspace(query, 'Billing EU');
        const { statuses: some, filters } = left
          ? plan(left, isNamed ? known : {})
          : { statuses: [], filters: {} };
        const sids: string[] = [];
        for (const status of some)
          for (const task of await read({ assignmentStatus: [status], ...filters }))
            if (matcher(left!)(task, now)) sids.push(task.sid);
        assert.deepEqual(sids.sort(), expected.sort(), print(query));
        if (Object.keys(filters).length > 0) pushed++;
        if (expected.length > 0 && Object.keys(filters).length > 0) found++;
      }),
      { ...sequences(), numRuns: 400 },
    );
    assert.ok(
      pushed > 15 && found > 4,
      `${pushed} queries were filtered by TaskRouter, ${found} with a result`,
    );
  });
});
