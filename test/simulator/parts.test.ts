import assert from 'node:assert/strict';
import { manualClock, systemClock } from '../../src/simulator/state/clock';
import { BadExpression, compile } from '../../src/simulator/routing/expressions';
import { createSimulator, large } from '../../src/simulator/simulator';
import { Sids, prefixes } from '../../src/simulator/state/sids';
import type { SimulatedNoun } from '../../src/simulator/state/sids';
import { driverOf } from './driver';
import type { Json } from './driver';

describe('the manual clock', () => {
  it('runs what falls due, in order, at its own time', () => {
    const clock = manualClock(0);
    const log: string[] = [];
    const note = (name: string) => () => log.push(`${name} at ${clock.now()}`);
    clock.setTimeout(note('third'), 30);
    clock.setTimeout(() => {
      note('first')();
      clock.setTimeout(note('nested'), 5);
    }, 10);
    clock.setTimeout(note('canceled'), 12).cancel();
    clock.setTimeout(note('second'), 30 - 10);
    clock.advance(29);
    assert.deepEqual(log, ['first at 10', 'nested at 15', 'second at 20']);
    assert.deepEqual([clock.now(), clock.waiting], [29, 1]);
    clock.advance(1);
    assert.equal(log.at(-1), 'third at 30');
  });

  it('has a brother on the machine’s time, whose timers can be canceled', (done) => {
    const clock = systemClock();
    clock.setTimeout(() => done(new Error('was canceled')), 0).cancel();
    // Its timers hold no process; this one waits for them.
    const alive = setInterval(() => undefined, 1000);
    clock.setTimeout(() => {
      clearInterval(alive);
      done();
    }, 1);
  });
});

describe('SIDs', () => {
  it('have the form of Twilio’s, differ, and tell their place', () => {
    const sids = new Sids(7);
    const seen = new Set<string>();
    for (const noun of Object.keys(prefixes) as SimulatedNoun[]) {
      for (let place = 0; place < 500; place++) {
        const sid = sids.next(noun);
        assert.match(sid, new RegExp(`^${prefixes[noun]}[0-9a-f]{32}$`));
        assert.equal(sids.indexOf(sid), place);
        seen.add(sid);
      }
    }
    assert.equal(seen.size, 500 * Object.keys(prefixes).length);
  });
});

describe('TaskRouter’s expression language', () => {
  const worker = {
    skills: ['billing', 'support'],
    languages: ['en'],
    level: 3,
    name: "O'Neil",
    team: { floor: 2, lead: null },
    active: true,
  };
  for (const [expression, expected] of [
    ['1 == 1', true],
    ['', true],
    ['skills HAS "billing"', true],
    ["skills has 'sales'", false],
    ['skills HAS "billing" AND languages HAS "es"', false],
    ['skills HAS "sales" OR level > 2', true],
    ['NOT skills HAS "sales" AND level >= 3', true],
    ['(skills HAS "sales" OR level == 3) AND active == true', true],
    ['level IN [1, 2, 3]', true],
    ['level NOT IN [1, 2]', true],
    ['languages IN ["en", "fr"]', false],
    ['team.floor < 3', true],
    ['worker.team.floor != 2', false],
    ['team.lead == null', true],
    ['missing == null', true],
    ['missing > 3', false],
    ['name CONTAINS "Neil"', true],
    ['name == "O\'Neil"', true],
    ['level == "3"', true],
    ['constructor == null', true],
    ['task.skill IN skills', true],
    ['worker.level >= task.level', true],
    ['android == 1', false],
  ] as const) {
    it(`${expression || 'nothing'} is ${expected}`, () => {
      assert.equal(compile(expression)(worker, { skill: 'billing', level: 2 }), expected);
    });
  }
  for (const bad of ['skills HAS', '== 3', 'a AND', '(a == 1', 'a == "x', 'a ~ b', 'AND == 1']) {
    it(`${bad} cannot be read`, () => assert.throws(() => compile(bad), BadExpression));
  }
});

describe('a large workspace', () => {
  const start = () => {
    const scenario = large({ tasks: 100_000, workers: 1000, workspaces: 2 });
    return driverOf(createSimulator({ clock: manualClock(), scenario }));
  };

  it('starts at once, and its rows are the same in a list and by themselves', async () => {
    const { list, get } = start();
    const root = `/v1/Workspaces/${(await list('/v1/Workspaces', 'workspaces'))[1]!.sid}`;
    const tasks = await list(`${root}/Tasks?PageSize=1000`, 'tasks');
    assert.equal(tasks.length, 1000);
    for (const task of tasks.slice(0, 20)) assert.deepEqual(await get(`${root}/Tasks/${task.sid}`), task);
    for (const task of tasks.slice(0, 20)) assert.ok(JSON.parse(String(task['attributes'])));
    const [worker] = await list(`${root}/Workers`, 'workers');
    const reservations = await list(
      `${root}/Workers/${worker!.sid}/Reservations?PageSize=1000`,
      'reservations',
    );
    assert.ok(reservations.length > 10);
    for (const reservation of reservations) {
      assert.equal(reservation['worker_sid'], worker!.sid);
      assert.deepEqual(await get(String(reservation['url'])), reservation);
      const task = `${root}/Tasks/${String(reservation['task_sid'])}`;
      const [same] = (await get(`${task}/Reservations`))['reservations'] as Json[];
      assert.equal(same?.sid, reservation.sid);
    }
  });

  it('can be acted on', async () => {
    const { list, get, post } = start();
    const root = `/v1/Workspaces/${(await list('/v1/Workspaces', 'workspaces'))[0]!.sid}`;
    const [task] = await list(`${root}/Tasks?AssignmentStatus=reserved&PageSize=1`, 'tasks');
    const [reservation] = await list(`${root}/Tasks/${task!.sid}/Reservations`, 'reservations');
    const url = `${root}/Tasks/${task!.sid}/Reservations/${reservation!.sid}`;
    assert.equal((await post(url, { ReservationStatus: 'accepted' })).status, 200);
    assert.equal((await get(url))['reservation_status'], 'accepted');
    const listed = await list(`${root}/Tasks?AssignmentStatus=assigned&PageSize=1000`, 'tasks');
    assert.ok(listed.some(({ sid }) => sid === task!.sid));
  });
});
