import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ExpressionLibrary } from '../../src/routing/expressions/library';
import type { RoutingOptions } from '../../src/routing/options';
import { taskComparison } from '../../src/routing/tasks';
import { eligibleWorkers, verdicts } from '../../src/routing/workers/candidates';
import type { Opening, Verdict } from '../../src/routing/workers/candidates';
import { WorkerPool } from '../../src/routing/workers/pool';
import type { RoutedWorker } from '../../src/routing/workers/pool';
import { chat, openingOf, poolOf, workerOf } from './contactCentre';
import { sequences } from '../sequences';

const names = (workers: readonly RoutedWorker[]) => workers.map(({ friendlyName }) => friendlyName).join(' ');
const chosen = (
  workers: readonly RoutedWorker[],
  opening: Partial<Opening> = {},
  options: Partial<RoutingOptions> = {},
) => names(eligibleWorkers(poolOf(workers, options), openingOf(opening)));
const verdict = (
  worker: RoutedWorker,
  opening: Partial<Opening> = {},
  others: RoutedWorker[] = [],
): Verdict => verdicts(poolOf([worker, ...others]), openingOf(opening))(worker);

const idle = (reserved: number, assigned: number, unoccupied: number) => ({ reserved, assigned, unoccupied });
const load = (rest: Partial<typeof chat>) => ({ channels: { chat: { ...chat, ...rest } } });
const task = (attributes: Record<string, unknown>, rest: object = {}) => ({
  task: { sid: 'WT', attributes, channel: 'chat', ...rest },
});

describe('the workers for a task', () => {
  describe('are not those', () => {
    const rows: [string, Partial<RoutedWorker>, Partial<Opening>, object][] = [
      ['who are not in the queue', {}, { targetWorkers: 'level > 1' }, { reason: 'not in queue' }],
      ['of a queue without TargetWorkers', {}, { targetWorkers: ' ' }, { reason: 'not in queue' }],
      [
        'whom the target does not want',
        {},
        { target: { expression: 'worker.level > 1' } },
        { reason: 'target expression' },
      ],
      [
        'who are not the known worker',
        {},
        { ...task({ agent: 'WK-nobody' }), target: { knownWorker: { by: 'sid', path: ['agent'] } } },
        { reason: 'known worker', value: 'WK-nobody', exists: false },
      ],
      [
        'for whom the known worker is null',
        {},
        { target: { knownWorker: { by: 'sid', path: ['agent'] } } },
        { reason: 'known worker', value: null, exists: false },
      ],
      ['in an unavailable activity', { available: false }, {}, { reason: 'activity' }],
      ['whose channel is off', load({ available: false }), {}, { reason: 'channel unavailable' }],
      ['without capacity', load({ capacity: 0 }), {}, { reason: 'no capacity' }],
      [
        'who are asked about their last possible task',
        load({ pending: 1 }),
        {},
        { reason: 'channel full', capacity: 1, occupied: 1 },
      ],
      [
        'who wrap up',
        load({ capacity: 2, accepted: 1, wrapping: 1 }),
        {},
        { reason: 'channel full', capacity: 2, occupied: 2 },
      ],
      [
        'who have one task in a single-tasking workspace',
        { tasks: ['WT2'] },
        { multitasking: false },
        { reason: 'has a task' },
      ],
      [
        'who have this task',
        { tasks: ['WT'], ...load({ capacity: 5, pending: 1 }) },
        {},
        { reason: 'has this task' },
      ],
      [
        'who are not the routing target',
        {},
        task({}, { worker: { sid: 'WK-b', ignoreCapacity: true } }),
        { reason: 'routing target', sid: 'WK-b' },
      ],
      [
        'who are the routing target, but are full',
        load({ accepted: 1 }),
        task({}, { worker: { sid: 'WK-a', ignoreCapacity: false } }),
        { reason: 'channel full', capacity: 1, occupied: 1 },
      ],
    ];
    for (const [name, worker, opening, expected] of rows) {
      it(name, () => {
        const given = workerOf('a', worker);
        const { eligible, why } = verdict(given, opening) as {
          eligible: boolean;
          why: Record<string, unknown>;
        };
        assert.equal(eligible, false);
        assert.deepEqual({ ...why, because: undefined }, { ...expected, because: undefined });
        assert.equal(chosen([given], opening), '');
      });
    }
  });

  it('have the comparison that failed', () => {
    const found = verdict(workerOf('a', { attributes: { level: 1 } }), {
      target: { expression: 'worker.level > 1' },
    });
    assert.ok(found.eligible === false && found.why.reason === 'target expression');
    const because = found.why.because();
    assert.ok(because.type === 'comparison');
    assert.equal(because.left.value, 1);
  });

  it('have the first reason when there are several', () => {
    const busy = workerOf('a', { available: false, attributes: { level: 1 }, ...load({ capacity: 0 }) });
    const reason = (opening: Partial<Opening>) =>
      (verdict(busy, opening) as { why: { reason: string } }).why.reason;
    const opening = { targetWorkers: 'level > 1', target: { expression: 'worker.level > 1' } };
    assert.equal(reason(opening), 'not in queue');
    assert.equal(reason({ ...opening, targetWorkers: '1==1' }), 'target expression');
    assert.equal(reason({}), 'activity');
  });

  it('are uncertain when too little is known, unless something else decides', () => {
    const unknown = { channels: undefined, tasks: undefined };
    assert.deepEqual(verdict(workerOf('a', unknown)), { eligible: 'unknown', missing: ['channel full'] });
    assert.deepEqual(verdict(workerOf('a', { attributes: undefined }), { targetWorkers: 'level > 1' }), {
      eligible: 'unknown',
      missing: ['not in queue'],
    });
    const away = verdict(workerOf('a', { ...unknown, available: false }));
    assert.deepEqual(away, { eligible: false, why: { reason: 'activity' } });
  });

  it('include only the known worker, found by SID or by name ignoring case', () => {
    const all = [workerOf('Ann'), workerOf('Bob')];
    const by = (by: 'sid' | 'friendlyName', agent: unknown) =>
      chosen(all, { ...task({ agent }), target: { knownWorker: { by, path: ['agent'] } } });
    assert.equal(by('sid', 'WK-Bob'), 'Bob');
    assert.equal(by('friendlyName', 'bOB'), 'Bob');
    assert.equal(by('friendlyName', 'Carl'), '');
    assert.equal(by('sid', 5), '');
  });

  it('include a routing target who is unavailable and full, if capacity is ignored', () => {
    const away = workerOf('a', { available: false, ...load({ capacity: 0 }) });
    const wanted = (ignoreCapacity: boolean) =>
      chosen([workerOf('b'), away], task({}, { worker: { sid: 'WK-a', ignoreCapacity } }));
    assert.equal(wanted(true), 'a');
    assert.equal(wanted(false), '');
  });

  describe('are ordered', () => {
    const a = workerOf('a', { attributes: { level: 1 }, idle: idle(30, 10, 20) });
    const b = workerOf('b', { attributes: { level: 2 }, idle: idle(10, 20, 30) });
    const c = workerOf('c', { attributes: { level: 2 }, idle: idle(20, 30, 10) });
    const d = workerOf('d', { attributes: {}, idle: idle(0, 0, Infinity) });
    const all = [a, b, c, d];
    it('of the last reservation', () => assert.equal(chosen(all), 'd b c a'));
    it('of the last assignment, with that option', () =>
      assert.equal(chosen(all, {}, { idleSince: 'assignment' }), 'd a b c'));
    it('of the last completion, with that option', () =>
      assert.equal(chosen(all, {}, { idleSince: 'completion' }), 'c a b d'));
    it('of order_by', () =>
      assert.equal(chosen(all, { target: { orderBy: 'worker.level DESC' } }), 'b c a d'));
    it('after those who have not been offered this task', () =>
      assert.equal(
        chosen(all, {
          ...task({}, { declinedBy: new Set(['WK-b', 'WK-d']) }),
          target: { orderBy: 'worker.level DESC' },
        }),
        'c a b d',
      ));
    it('of creation if all else is equal', () =>
      assert.equal(chosen([workerOf('y'), workerOf('x'), workerOf('z')]), 'y x z'));
    it('of the channel, if idle times count per channel', () => {
      const channel = (at: number) => ({ channels: { chat: { ...chat, idle: idle(at, at, at) } } });
      const workers = [
        workerOf('a', { ...channel(2), idle: idle(1, 1, 1) }),
        workerOf('b', { ...channel(1), idle: idle(2, 2, 2) }),
      ];
      assert.equal(chosen(workers, { perChannel: true }), 'b a');
      assert.equal(chosen(workers), 'a b');
    });
    it('and the first of them are found without sorting all', () => {
      const workers = Array.from({ length: 50 }, (_, i) =>
        workerOf(`w${i}`, { idle: idle((i * 37) % 50, 0, 0) }),
      );
      const pool = poolOf(workers);
      for (const limit of [0, 1, 3, 50, 60])
        assert.equal(
          names(eligibleWorkers(pool, openingOf(), limit)),
          names(eligibleWorkers(pool, openingOf()).slice(0, limit)),
        );
    });
  });

  it('include those in unavailable activities that the target names, with that option', () => {
    const away = workerOf('a', { available: false, activityName: 'Training' });
    const target = { expression: "worker.activity_name == 'Training'" };
    assert.equal(chosen([away], { target }), '');
    assert.equal(chosen([away], { target }, { excludedActivities: 'when named' }), 'a');
    assert.equal(
      chosen([away], { target: { expression: '1==1' } }, { excludedActivities: 'when named' }),
      '',
    );
  });

  it('have capacity until they accept, with that option', () => {
    const asked = workerOf('a', load({ pending: 1 }));
    assert.equal(chosen([asked]), '');
    assert.equal(chosen([asked], {}, { capacityFallsAt: 'acceptance' }), 'a');
  });
});

describe('a pool of workers', () => {
  it('follows changes of workers in every queue', () => {
    const pool = new WorkerPool(new ExpressionLibrary(), [
      workerOf('a', { attributes: { level: 1 } }),
      workerOf('b'),
    ]);
    const members = () => names([...pool.members('level > 1')]);
    assert.equal(members(), '');
    pool.put(workerOf('a', { attributes: { level: 2 } }));
    pool.put(workerOf('c', { attributes: { level: 3 } }));
    assert.equal(members(), 'a c');
    pool.put(workerOf('a', { attributes: { level: 0 } }));
    assert.equal(members(), 'c');
    pool.remove('WK-c');
    assert.equal(members(), '');
    assert.equal(pool.size, 2);
  });

  it('finds a renamed worker by the new name only', () => {
    const pool = poolOf([workerOf('a')]);
    pool.put({ ...workerOf('b'), sid: 'WK-a' });
    assert.equal(pool.named('a'), undefined);
    assert.equal(pool.named('B')?.sid, 'WK-a');
    pool.put(workerOf('a'));
    assert.equal(pool.named('a')?.sid, 'WK-a');
  });
});

describe('eligibility', () => {
  const worker = (index: number) =>
    fc
      .record({
        available: fc.boolean(),
        attributes: fc.record({ level: fc.nat(3), skills: fc.subarray(['x', 'y']) }),
        channels: fc.record({
          chat: fc.record({
            available: fc.boolean(),
            capacity: fc.nat(2),
            pending: fc.nat(1),
            accepted: fc.nat(1),
            wrapping: fc.nat(1),
          }),
        }),
        tasks: fc.subarray(['WT', 'WT2'], { maxLength: 1 }),
        idle: fc.record({ reserved: fc.nat(3), assigned: fc.nat(3), unoccupied: fc.nat(3) }),
      })
      .map((rest) => workerOf(`w${index}`, rest));
  const workers = fc.tuple(...Array.from({ length: 8 }, (_, i) => worker(i)));
  const opening = fc
    .record({
      attributes: fc.record({
        skill: fc.constantFrom('x', 'y'),
        agent: fc.constantFrom('WK-w1', 'w2', null),
      }),
      direct: fc.option(fc.record({ sid: fc.constantFrom('WK-w0', 'WK-no'), ignoreCapacity: fc.boolean() })),
      targetWorkers: fc.constantFrom('1==1', 'level > 1', "skills HAS 'x'", ''),
      target: fc.record(
        {
          expression: fc.constantFrom(
            'task.skill IN worker.skills',
            'worker.channel.chat.assigned_tasks == 0',
          ),
          orderBy: fc.constantFrom('worker.level DESC', 'worker.skills'),
          knownWorker: fc.constantFrom(
            { by: 'sid', path: ['agent'] } as const,
            { by: 'friendlyName', path: ['agent'] } as const,
          ),
        },
        { requiredKeys: [] },
      ),
      multitasking: fc.boolean(),
    })
    .map(({ attributes, direct, ...rest }) =>
      openingOf({ ...rest, ...task(attributes, direct ? { worker: direct } : {}) }),
    );

  it('is what the verdicts say, for any workers and any task', () =>
    fc.assert(
      fc.property(workers, opening, (all, one) => {
        const pool = poolOf(all);
        const verdictOn = verdicts(pool, one);
        const eligible = eligibleWorkers(pool, one);
        assert.deepEqual(
          new Set(names(eligible).split(' ')),
          new Set(names(all.filter((each) => verdictOn(each).eligible === true)).split(' ')),
        );
      }),
      { ...sequences(), numRuns: 1000 },
    ));
});

describe('waiting tasks', () => {
  const tasks = {
    old: { priority: 0, virtualStart: 1, place: 1, taskOrder: 'FIFO' },
    urgent: { priority: 5, virtualStart: 3, place: 3, taskOrder: 'FIFO' },
    young: { priority: 0, virtualStart: 2, place: 2, taskOrder: 'FIFO' },
    twin: { priority: 0, virtualStart: 2, place: 4, taskOrder: 'FIFO' },
    lifoOld: { priority: 9, virtualStart: 1, place: 5, taskOrder: 'LIFO' },
    lifoNew: { priority: 0, virtualStart: 9, place: 6, taskOrder: 'LIFO' },
  } as const;
  const order = (first: 'FIFO' | 'LIFO') =>
    Object.entries(tasks)
      .sort(([, a], [, b]) => taskComparison(first)(a, b))
      .map(([name]) => name)
      .join(' ');

  it('are ordered by priority and age, newest first in LIFO queues', () => {
    assert.equal(order('FIFO'), 'urgent old young twin lifoNew lifoOld');
    assert.equal(order('LIFO'), 'lifoNew lifoOld urgent old young twin');
  });
});
