import { strict as assert } from 'node:assert';
import { AccountCache } from '../../../src/extension/data/accountCache';
import type { Row } from '../../../src/taskrouter/resources';
import * as resources from '../../../src/taskrouter/resources';
import { answer, clientOf, rejection } from '../window';
import { minute, stage } from './loadingStage';

/** A workspace whose responses are forged, and some rows of another one. */
interface Two {
  readonly forged: string;
  readonly other: string;
  readonly workflow: Row;
  readonly task: Row;
  readonly reservation: Row;
  readonly ownTaskSid: string;
  readonly ownWorkerSid: string;
  /** A millisecond later each time, by TaskRouter's clock. */
  readonly at: () => number;
}

/** What `rows` of a list or a resource at this path become; the path begins after the forged workspace. */
type Forgery = (two: Two, path: string, rows: readonly Row[]) => readonly Row[];

const over = { reservation_status: 'completed', date_updated: '2030-01-01T00:00:00Z' };
let number = 0;
const eventOf = (type: string, { at, forged }: Two, sid: string, data: object): Row => ({
  sid: `EV${(++number).toString(16).padStart(32, '0')}`,
  workspace_sid: forged,
  event_type: type,
  resource_sid: sid,
  event_date_ms: at(),
  event_data: data,
});

const reservationEvents = 'created accepted wrapup completed rejected timeout canceled rescinded unheard-of';
const subjects = { reservation: 'reservation', task: 'task', workflow: 'workflow' } as const;

const inEvents = (events: (two: Two) => readonly Row[]): Forgery => {
  return (two, path, rows) => (path.startsWith('/Events') ? [...events(two), ...rows] : rows);
};
const inList = (list: RegExp, forge: (two: Two) => Row): Forgery => {
  return (two, path, rows) => (list.test(path) && !path.includes('/Events') ? [...rows, forge(two)] : rows);
};
/** Whom the row names as its workspace. */
const named: Readonly<Record<string, (two: Two) => object>> = {
  'naming the other workspace': ({ other }) => ({ workspace_sid: other }),
  'naming its own workspace': ({ forged }) => ({ workspace_sid: forged }),
  'naming no workspace': () => ({ workspace_sid: undefined }),
};
const lists: Readonly<Record<string, (change: (two: Two) => object) => Forgery>> = {
  'the open tasks': (change) =>
    inList(/^\/Tasks\?/, (two) => ({ ...two.task, assignment_status: 'completed', ...change(two) })),
  workflows: (change) =>
    inList(/^\/Workflows\?/, (two) => ({ ...two.workflow, task_reservation_timeout: 1, ...change(two) })),
  "a task's reservations": (change) =>
    inList(/^\/Tasks\/\w+\/Reservations\?/, (two) => ({ ...two.reservation, ...over, ...change(two) })),
  "a worker's reservations": (change) =>
    inList(/^\/Workers\/\w+\/Reservations\?/, (two) => ({ ...two.reservation, ...over, ...change(two) })),
  'a single reservation': (change) => (two, path, rows) =>
    /^\/Tasks\/\w+\/Reservations\/\w+$/.test(path) ? [{ ...two.reservation, ...over, ...change(two) }] : rows,
};

const forgeries: Readonly<Record<string, Forgery>> = {
  ...Object.fromEntries(
    reservationEvents.split(' ').flatMap((type) =>
      (['task', 'ownTaskSid'] as const).map((of) => [
        `Events reservation.${type} with ${of === 'task' ? 'its' : "the other workspace's"} task`,
        inEvents((two) => [
          eventOf(`reservation.${type}`, two, two.reservation.sid, {
            task_sid: of === 'task' ? two.task.sid : two.ownTaskSid,
            worker_sid: two.reservation['worker_sid'],
          }),
        ]),
      ]),
    ),
  ),
  ...Object.fromEntries(
    ['task.updated', 'task.deleted', 'task.canceled', 'workflow.updated', 'workflow.deleted'].map((type) => [
      `Events ${type}`,
      inEvents((two) => {
        const sid = two[subjects[type.split('.')[0] as 'task' | 'workflow']].sid;
        return [eventOf(type, two, sid, { task_sid: two.task.sid })];
      }),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(lists).flatMap(([list, forge]) =>
      Object.entries(named).map(([how, change]) => [`the response for ${list}, ${how}`, forge(change)]),
    ),
  ),
};

async function twoWorkspaces() {
  const on = await stage(12, 12);
  void on.poller.now();
  await on.pass(2 * minute);
  const client = clientOf(on.simulator);
  const { rows } = await client.list(resources.workspaces, []);
  const [forged, other] = [rows[0]!.sid, rows[1]!.sid];
  const all = async (workspaceSid: string) => {
    const tasks = (await client.list(resources.tasks, [workspaceSid])).rows;
    const workflows = (await client.list(resources.workflows, [workspaceSid])).rows;
    const ofTasks = await Promise.all(
      tasks.map(({ sid }) => client.list(resources.taskReservations, [workspaceSid, sid])),
    );
    return { tasks, workflows, reservations: ofTasks.flatMap((list) => list.rows) };
  };
  const [own, others] = [await all(forged), await all(other)];
  const two: Two = {
    forged,
    other,
    workflow: others.workflows[0]!,
    reservation: others.reservations[0]!,
    task: others.tasks.find(({ sid }) => sid === others.reservations[0]!['task_sid'])!,
    ownTaskSid: own.tasks[0]!.sid,
    ownWorkerSid: String(own.reservations[0]!['worker_sid']),
    at: () => on.clock.now() + (++number % 1000),
  };
  const sids = Object.values(others).flatMap((list) => list.map(({ sid }) => sid));
  /** All that the window has of the other workspace. */
  const known = () => {
    const row = (sid: string) => ({ ...on.store.row(on.account.id, sid), age: undefined });
    const state = on.store.open({ accountId: on.account.id, openIn: other });
    return {
      rows: sids.map(row),
      open: { ...state, readAt: undefined },
      shown: on.open.all.filter((one) => one.sids[0] === other),
    };
  };
  const forge = (forgery: Forgery) => {
    on.wire = async ({ url }, pass) => {
      const response = await pass();
      const path = url.pathname + url.search;
      const prefix = `/v1/Workspaces/${forged}`;
      if (!path.startsWith(`${prefix}/`)) return response;
      let text = '';
      for await (const part of response.body!) text += String(part);
      const body = JSON.parse(text) as Record<string, unknown>;
      const name = Object.keys(body).find((key) => Array.isArray(body[key]));
      const rest = path.slice(prefix.length);
      const rows = forgery(two, rest, name ? (body[name] as Row[]) : [body as Row]);
      if (name) return answer(response.status, { ...body, [name]: rows });
      return rows[0] === body ? answer(response.status, body) : answer(200, rows[0]);
    };
  };
  return { on, two, known, forge };
}

describe('what one workspace says', () => {
  for (const [how, forgery] of Object.entries(forgeries))
    it(`changes no row of another one: ${how}`, async () => {
      const { on, known, forge, two } = await twoWorkspaces();
      const before = known();
      assert.ok(before.shown.length > 0 && before.open.sids!.includes(two.reservation.sid));
      let used = 0;
      forge((...args) => {
        const rows = forgery(...args);
        if (rows !== args[2]) used++;
        return rows;
      });
      await on.pass(minute);
      void on.poller.now();
      const { accountId, parents } = { accountId: on.account.id, parents: [two.forged, two.ownTaskSid] };
      for (const [collection, of] of [
        [resources.taskReservations, parents],
        [resources.workerReservations, [two.forged, two.ownWorkerSid]],
        [resources.workflows, [two.forged]],
      ] as const)
        await on.store.refresh({ accountId, collection, parents: of });
      await on.store
        .fetch(accountId, resources.taskReservations, [...parents, two.reservation.sid])
        .catch(() => undefined);
      await on.pass(minute);
      assert.ok(used > 0, 'nothing was forged');
      assert.deepEqual(known(), before);
    });
});

describe('a row of another workspace', () => {
  it('counts as unreadable in a list, and is no response to a read', async () => {
    const { on, two, forge } = await twoWorkspaces();
    forge(lists["a task's reservations"]!(named['naming the other workspace']!));
    const parents = [two.forged, two.ownTaskSid];
    const list = { accountId: on.account.id, collection: resources.taskReservations, parents };
    await on.store.refresh(list);
    const { sids, unreadable } = on.store.list(list)!;
    assert.equal(sids.includes(two.reservation.sid), false);
    assert.equal(unreadable, 1);
    forge(lists['a single reservation']!(named['naming the other workspace']!));
    const read = on.store.fetch(on.account.id, resources.taskReservations, [...parents, two.reservation.sid]);
    assert.match(String(await rejection(read)), /404|another resource/);
  });

  it('stays, with the lists under it, when a list that named it is replaced', () => {
    const cache = new AccountCache<{ sids: readonly string[] }>();
    cache.put({ row: { sid: 'WT1' }, workspaceSid: 'WS1', sequence: 1 });
    const under = { accountId: 'a', collection: resources.taskReservations, parents: ['WS1', 'WT1'] };
    const tasksOf = (workspaceSid: string) =>
      ({ accountId: 'a', collection: resources.tasks, parents: [workspaceSid] }) as const;
    cache.putList(under, { sids: [] }, 2);
    for (const sids of [['WT1', 'WT2'], []]) cache.putList(tasksOf('WS2'), { sids }, 3);
    assert.ok(cache.row('WT1'));
    assert.equal(cache.size.lists, 2);
    for (const sids of [['WT1'], []]) cache.putList(tasksOf('WS1'), { sids }, 4);
    assert.equal(cache.row('WT1'), undefined);
    assert.equal(cache.size.lists, 2, 'and the list under it is gone');
  });
});
