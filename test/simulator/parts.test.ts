import assert from 'node:assert/strict';
import { manualClock, systemClock } from '../../src/simulator/state/clock';
import { createSimulator, large } from '../../src/simulator/simulator';
import { Sids, prefixes } from '../../src/simulator/state/sids';
import type { SimulatedNoun } from '../../src/simulator/state/sids';
import { driverOf } from './driver';
import type { Json } from './driver';

describe('the manual clock', () => {
  it('runs timers in order, each at its own time', () => {
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

  it('has a counterpart on the machine’s time, whose timers can be canceled', (done) => {
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
  it('have Twilio’s format, differ, and encode their index', () => {
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

describe('a large workspace', () => {
  const start = () => {
    const scenario = large({ tasks: 100_000, workers: 1000, workspaces: 2 });
    return driverOf(createSimulator({ clock: manualClock(), scenario }));
  };

  it('starts at once, and has the same rows in lists and by SID', async () => {
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

  it('is paged with the newest first, back and forth, also where tasks come and go', async () => {
    const scenario = large({ tasks: 60, workers: 10, workspaces: 1 });
    const { list, get, post, send } = driverOf(createSimulator({ clock: manualClock(), scenario }));
    const root = `/v1/Workspaces/${(await list('/v1/Workspaces', 'workspaces'))[0]!.sid}`;
    const workflow = (await list(`${root}/Workflows`, 'workflows'))[0]!.sid;
    assert.equal(
      (await post(`${root}/Tasks`, { WorkflowSid: workflow, Attributes: '{}', TaskChannel: 'voice' })).status,
      201,
    );
    const sids = (rows: readonly Json[]) => rows.map(({ sid }) => sid);
    const all = sids(await list(`${root}/Tasks?PageSize=1000`, 'tasks')).reverse();
    assert.equal(all.length, 61);
    const next = (page: Json, which = 'next_page_url') => (page['meta'] as Record<string, string>)[which]!;
    const first = await get(`${root}/Tasks?Ordering=DateCreated%3Adesc&PageSize=25`);
    // The token of the next page names it.
    await send('DELETE', `${root}/Tasks/${all[24]}`);
    const second = await get(next(first));
    const third = await get(next(second));
    const read = [first, second, third].map((page) => sids(page['tasks'] as Json[]));
    assert.deepEqual(read.flat(), all);
    assert.equal(next(third), null);
    assert.deepEqual(sids((await get(next(third, 'previous_page_url')))['tasks'] as Json[]), read[1]);
  });
});
