import assert from 'node:assert/strict';
import type { RoutingOptions } from '../../src/routing/options';
import type { Position } from '../../src/routing/workflow/router';
import { ExpressionLibrary } from '../../src/routing/expressions/library';
import { WorkflowRouter } from '../../src/routing/workflow/router';
import { routerOf, shown } from './contactCentre';

const x = { type: 'x' };
const everything = '1==1';
const filter = (expression: string, ...targets: object[]) => ({ expression, targets });

const steps = (...targets: object[]) => routerOf({ filters: [filter(everything, ...targets)] });
const queue = (sid: string, rest: object = {}) => ({ queue: sid, ...rest });

function at(router: WorkflowRouter, age = 0, task: Record<string, unknown> = x): Position {
  const position = router.enter(task, age);
  if (typeof position === 'string') throw new Error(position);
  return position;
}

describe('the path through a workflow', () => {
  it('starts at the first matching filter', () => {
    const router = routerOf({
      filters: [
        filter("type == 'y'", queue('A')),
        filter("type == 'x'", queue('B')),
        filter(everything, queue('C')),
      ],
      default_filter: queue('D'),
    });
    assert.equal(shown(router.enter(x, 0)), '1.0');
    assert.equal(router.target(at(router)).queue, 'B');
    assert.equal(shown(routerOf({ filters: [], default_filter: queue('D') }).enter(x, 0)), 'default.0');
    assert.equal(shown(routerOf({ filters: [filter('1==2', queue('A'))] }).enter(x, 0)), 'unmatched');
  });

  it('passes deadlines that are the sum of the timeouts so far, by the age of the task', () => {
    const router = steps(queue('A', { timeout: 10 }), queue('B', { timeout: 20 }), queue('C'));
    const first = at(router);
    assert.equal(router.deadline(first), 10);
    const second = router.leave(first, 'skip', x, 3) as Position;
    assert.equal(router.deadline(second), 30);
    assert.equal(router.deadline(router.leave(second, 'timeout', x, 30) as Position), undefined);
    assert.deepEqual(
      [0, 9, 10, 29, 30].map((age) => shown(router.enter(x, age))),
      ['0.0', '0.0', '0.1', '0.1', '0.2'],
    );
  });

  it('passes several deadlines at once', () => {
    const router = steps(
      queue('A', { timeout: 10 }),
      queue('B', { timeout: 10 }),
      queue('C', { timeout: 10 }),
    );
    assert.equal(shown(router.leave(at(router), 'timeout', x, 25)), '0.2');
    assert.equal(shown(router.leave(at(router), 'timeout', x, 30)), 'timeout');
  });

  const two = (options: Partial<RoutingOptions> = {}, more: object = {}) =>
    routerOf(
      {
        filters: [
          filter("type == 'x'", queue('A', { timeout: 10 })),
          filter("type == 'y'", queue('B')),
          filter(everything, queue('C', { timeout: 10 })),
        ],
        ...more,
      },
      options,
    );
  const withDefault = { default_filter: queue('D') };
  const rows: [string, WorkflowRouter, 'timeout' | 'skip' | 'failed reservation', string][] = [
    ['the next matching filter after the last timeout', two(), 'timeout', '2.0'],
    [
      'no other filter after the last timeout, if so chosen',
      two({ afterLastTimeout: 'cancel' }),
      'timeout',
      'timeout',
    ],
    ['the next matching filter after the last skip', two({}, withDefault), 'skip', '2.0'],
    [
      'the default filter after the last skip, if so chosen',
      two({ afterLastSkip: 'default filter' }, withDefault),
      'skip',
      'default.0',
    ],
    [
      'nowhere after the last skip, if so chosen',
      two({ afterLastSkip: 'cancel' }, withDefault),
      'skip',
      'skipped',
    ],
    [
      'nowhere after the last skip without default filter',
      two({ afterLastSkip: 'default filter' }),
      'skip',
      'skipped',
    ],
    ['the same target after a failed reservation in the last one', two(), 'failed reservation', '0.0'],
  ];
  for (const [name, router, departure, expected] of rows) {
    it(`goes to ${name}`, () => assert.equal(shown(router.leave(at(router), departure, x, 1)), expected));
  }

  it('never goes to the default filter after a timeout, but after a skip', () => {
    const router = routerOf({ filters: [filter(everything, queue('A', { timeout: 10 }))], ...withDefault });
    assert.equal(shown(router.leave(at(router), 'timeout', x, 10)), 'timeout');
    const otherwise = router.leave(at(router), 'skip', x, 1) as Position;
    assert.equal(shown(otherwise), 'default.0');
    assert.equal(router.deadline(otherwise), undefined);
    assert.equal(shown(router.leave(otherwise, 'skip', x, 1)), 'skipped');
  });

  it('continues counting in the next filter, or starts again there', () => {
    const deadline = (options: Partial<RoutingOptions>) => {
      const router = two(options);
      return router.deadline(router.leave(at(router), 'skip', x, 3) as Position);
    };
    assert.equal(deadline({}), 20);
    assert.equal(deadline({ timeoutsAcrossFilters: 'restart' }), 13);
  });

  it('skips targets that have timed out when a task enters again, or restarts all timeouts', () => {
    const filters = [filter(everything, queue('A', { timeout: 10 }), queue('B', { timeout: 10 }))];
    assert.equal(shown(routerOf({ filters }).enter(x, 15)), '0.1');
    const restarting = routerOf({ filters }, { expiredTargets: 'restart' });
    assert.equal(shown(restarting.enter(x, 15)), '0.0');
    assert.equal(restarting.deadline(at(restarting, 15)), 25);
  });

  it('skips a target by the activities of its workers', () => {
    const router = steps(queue('A', { skip_if: 'workers.available == 0 OR workers.WA1 < 2' }), queue('B'));
    assert.equal(router.skips(at(router), { available: 0, unavailable: 1, WA1: 9 }), true);
    assert.equal(router.skips(at(router), { available: 1, unavailable: 0, WA1: 1 }), true);
    assert.equal(router.skips(at(router), { available: 1, unavailable: 0, WA1: 2 }), false);
    assert.equal(
      router.skips({ filter: 0, target: 1, countedFrom: 0 }, { available: 0, unavailable: 0 }),
      false,
    );
  });

  it('adds up the timeouts of a filter once, however many targets a task passes', () => {
    let reads = 0;
    const target = {
      queue: 'A',
      get timeout() {
        reads++;
        return 1;
      },
    };
    const count = 500;
    const filters = [{ name: '', expression: everything, targets: Array<typeof target>(count).fill(target) }];
    const router = new WorkflowRouter({ filters }, new ExpressionLibrary());
    for (let task = 0; task < 3; task++) assert.equal(shown(router.enter(x, count)), 'timeout');
    assert.ok(reads <= 4 * count, `read ${reads} times`);
  });
});
