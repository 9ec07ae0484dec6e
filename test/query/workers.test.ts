import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { complete } from '../../src/query/complete';
import { workerFields } from '../../src/query/fields';
import { parse } from '../../src/query/parse';
import type { Condition, Query } from '../../src/query/syntax';
import { print } from '../../src/query/syntax';
import type { ListedWorker } from '../../src/query/workers';
import { listedWorker, planWorkers, workerMatcher } from '../../src/query/workers';
import { createSimulator, manualClock } from '../../src/simulator/simulator';
import { createClient } from '../../src/taskrouter/client';
import { defaultOrigin } from '../../src/taskrouter/origin';
import * as resources from '../../src/taskrouter/resources';
import { quiet } from '../simulator/driver';
import { attributePaths, withoutRanges } from './queries';
import { sequences } from '../sequences';

const queryOf = (text: string): Query => {
  const parsed = parse(text, workerFields);
  assert.ok('query' in parsed, text);
  return parsed.query;
};
const hour = 3_600_000;
const now = Date.UTC(2026, 0, 1);
const worker: ListedWorker = {
  sid: 'WK1',
  workspace: 'Desk',
  workspaceSid: 'WS1',
  name: 'Alice Aspen',
  activity: 'On Break',
  available: false,
  attributes: '{"languages":["en","es"],"level":5}',
  since: now - 2 * hour,
  created: now - 48 * hour,
  updated: now,
};

describe('a filter of workers', () => {
  const table: readonly (readonly [text: string, matches: boolean])[] = [
    ['', true],
    ['name:aspen', true],
    ['name=alice', false],
    ['activity:break', true],
    ['-activity:break', false],
    ['activity="On Break"', true],
    ['available:false', true],
    ['available:true', false],
    ['-available:true', true],
    ['since>1h', true],
    ['since>3h', false],
    ['age>1d', true],
    ['age<1d', false],
    ['attributes.languages=es', true],
    ['attributes.level>=5', true],
    ['attributes.level>5', false],
    ['sid:wk1', true],
    ['ASPEN', true],
    ['languages', true],
    ['cedar', false],
    ['cedar OR name:alice', true],
  ];
  for (const [text, matches] of table)
    it(text || 'an empty one', () => assert.equal(workerMatcher(queryOf(text))(worker, now), matches));

  it('names the fields of workers, and knows others by what people call them', () => {
    const problem = (text: string) => {
      const parsed = parse(text, workerFields);
      return 'problem' in parsed ? parsed.problem.suggestion : undefined;
    };
    assert.equal(problem('friendly_name:x'), 'name');
    assert.equal(problem('status:x'), 'activity');
    assert.equal(problem('queue:x'), 'attributes.queue');
    assert.equal(problem('available:yes'), undefined);
    assert.ok('problem' in parse('available:yes', workerFields));
  });

  it('is completed by the fields and activities of workers', () => {
    const texts = (text: string) =>
      complete(text, text.length, { activity: ['Break', 'Offline'] }, workerFields).items.map(
        (item) => item.text,
      );
    assert.deepEqual(texts('a'), ['activity:', 'available:', 'age>', 'attributes.']);
    assert.deepEqual(texts('activity:off'), ['Offline']);
    assert.deepEqual(texts('available:'), ['true', 'false']);
    assert.deepEqual(texts('queue:'), []);
  });
});

describe('what TaskRouter filters of workers', () => {
  const activities = ['Available', 'Break', 'Long Break', 'Offline'].map((name) => ({
    sid: `WA ${name}`,
    name,
  }));
  const table: readonly (readonly [text: string, filters: object])[] = [
    ['', {}],
    ['name=Alice', { friendlyName: 'Alice' }],
    ['name:Alice', {}],
    ['name=""', {}],
    ['-name=Alice', {}],
    ['name=Alice,Bob', {}],
    ['activity=Break', { activityName: 'Break' }],
    ['activity:break', {}],
    ['activity:long', { activitySid: 'WA Long Break' }],
    ['activity:long activity=Break', { activitySid: 'WA Long Break' }],
    ['available:true activity:off', { available: 'true', activitySid: 'WA Offline' }],
    ['available:true OR activity:off', {}],
    ['attributes.level=5 since>1h age>1d', {}],
  ];
  for (const [text, filters] of table)
    it(text || 'nothing of an empty filter', () =>
      assert.deepEqual(planWorkers(queryOf(text), activities).filters, filters),
    );

  it('is named, and what is left', () => {
    const { pushed, local } = planWorkers(queryOf('name=A available:true attributes.level=5 since>1h'));
    assert.deepEqual(pushed, ['name', 'available']);
    assert.deepEqual(local, ['attributes.level', 'since']);
  });
});

describe('reading only what TaskRouter filters of workers', () => {
  const range = { start: 0, end: 0 };
  const clock = manualClock();
  const names = ['Alice', 'Bob', 'alice', 'Bo', 'Cara Lee', 'say "x"'];
  const activities = ['Available', 'Break', 'Long Break', 'Offline'];
  const values = [true, 'true', 5, '5', 7.5, 'Bo', ['a', 5], [], null, { level: 3 }];
  const scenario = quiet({
    activities: activities.map((name) => ({
      name,
      available: name === 'Available' || name === 'Long Break',
    })),
    workers: Array.from({ length: 60 }, (_, i) => ({
      name: i < names.length ? names[i]! : `${names[i % names.length]} ${i}`,
      activity: activities[i % activities.length]!,
      attributes: { level: values[i % values.length], vip: values[(i * 3 + 1) % values.length] } as never,
    })),
    tasks: [],
  });
  const { accountSid, authToken, fetch } = createSimulator({ clock, scenario });
  const client = createClient({ fetch, origin: defaultOrigin, username: accountSid, password: authToken });
  let workspaceSid = '';
  let known: { sid: string; name: string }[] = [];
  const workers: ListedWorker[] = [];
  const read = async (filters: object): Promise<ListedWorker[]> => {
    const page = await client.list(resources.workers, [workspaceSid], filters, { pageSize: 1000 });
    return page.rows.map((row) =>
      listedWorker(resources.workers.read(row), { sid: workspaceSid, name: 'Desk' }),
    );
  };
  before(async () => {
    workspaceSid = (await client.list(resources.workspaces, [])).rows[0]!.sid;
    const { rows } = await client.list(resources.activities, [workspaceSid]);
    known = rows.map(({ sid, friendly_name: name }) => ({ sid, name: String(name) }));
    for (const one of await read({})) workers.push(one);
    assert.equal(workers.length, 60);
  });

  const texts = (...from: string[]) => fc.array(fc.constantFrom(...from), { minLength: 1, maxLength: 2 });
  const equality = fc.constantFrom(':' as const, '=' as const);
  const order = fc.constantFrom('<' as const, '<=' as const, '>' as const, '>=' as const);
  const part = fc.oneof(
    fc.record({ field: fc.constant('name' as const), comparator: equality, values: texts(...names, 'b') }),
    fc.record({
      field: fc.constant('activity' as const),
      comparator: equality,
      values: texts(...activities, 'break', 'off', 'x'),
    }),
    fc.record({
      field: fc.constant('available' as const),
      comparator: equality,
      values: texts('true', 'false'),
    }),
    fc.record({
      field: fc.constantFrom('since' as const, 'age' as const),
      comparator: order,
      values: fc.constantFrom(['0s'], ['1h'], ['1d']),
    }),
    fc.record({
      field: fc.constant('attributes' as const),
      path: attributePaths,
      comparator: equality,
      values: texts('5', 'true', 'Bo', 'a'),
    }),
    fc.record({
      field: fc.constant('text' as const),
      comparator: fc.constant(':' as const),
      values: texts('bo', '5').map((all) => all.slice(0, 1)),
    }),
  );
  const conditions = fc.array(
    fc.tuple(part, fc.boolean()).map(([one, negated]): Condition => ({ ...one, negated, range })),
    { minLength: 1, maxLength: 3 },
  );
  const queries = fc
    .tuple(conditions, fc.oneof(fc.constant(undefined), fc.constant(undefined), conditions))
    .map(([one, other]): Query => ({ alternatives: other ? [one, other] : [one] }));

  it('and comparing those with the query finds what comparing all workers finds', async function () {
    this.timeout(60_000);
    let found = 0;
    await fc.assert(
      fc.asyncProperty(queries, fc.boolean(), async (query, isNamed) => {
        assert.deepEqual(withoutRanges(queryOf(print(query))), withoutRanges(query));
        const matches = workerMatcher(query);
        const sids = (all: readonly ListedWorker[]) =>
          all
            .filter((one) => matches(one, clock.now()))
            .map(({ sid }) => sid)
            .sort();
        const { filters } = planWorkers(query, isNamed ? known : undefined);
        assert.deepEqual(sids(await read(filters)), sids(workers), print(query));
        if (Object.keys(filters).length > 0 && sids(workers).length > 0) found++;
      }),
      sequences(),
    );
    assert.ok(found > 10, `${found} queries that TaskRouter filtered had a result`);
  });
});
