import { strict as assert } from 'node:assert';
import type { Account } from '../../../src/extension/accounts/account';
import { RecentActions } from '../../../src/extension/data/recentActions';
import { ClockSkew } from '../../../src/extension/data/clockSkew';
import type { RequestBudget } from '../../../src/extension/data/requestBudget';
import { OpenReservations } from '../../../src/extension/features/live/openReservations';
import { Poller } from '../../../src/extension/data/poller';
import type { ListRef } from '../../../src/extension/data/listRef';
import { PolledWorkspaces } from '../../../src/extension/data/polledWorkspaces';
import { createSimulator } from '../../../src/simulator/simulator';
import { instructionNamed } from '../../../src/taskrouter/instructions';
import * as resources from '../../../src/taskrouter/resources';
import type { ApiError } from '../../../src/taskrouter/errors';
import { statusOf } from '../../../src/taskrouter/reservation';
import { updateRequest } from '../../../src/taskrouter/requests';
import { updateReservationRequest } from '../../../src/taskrouter/update';
import { still } from '../centre';
import { truth } from './loadingStage';
import type { TestWindow, Wire } from '../window';
import {
  answer,
  canary,
  clientOf,
  entryOf,
  FakeMemory,
  findReservation,
  gate,
  openWindow,
  refusal,
  settle,
  socketError,
  workspaceOf,
} from '../window';

const second = 1000;
const minute = 60 * second;

interface Stage extends TestWindow {
  readonly account: Account;
  readonly workspaceSid: string;
  readonly polled: PolledWorkspaces;
  readonly skew: ClockSkew;
  readonly budget: RequestBudget;
  readonly open: OpenReservations;
  readonly poller: Poller;
  readonly lists: ListRef[];
  seen: boolean;
  interval: number;
  limit: number;
  /** Lets time pass second by second, and what it starts come to its end; answers with the requests' paths. */
  pass(milliseconds: number): Promise<string[]>;
  /** Somebody else acts on a reservation. */
  elsewhere(does: 'accept' | 'reject' | 'wrapUp' | 'complete', status?: string): Promise<string>;
  /** Of the first workspace, worker and status of each open reservation, in order. */
  shown(): string[];
}

async function stage(memory = new FakeMemory()): Promise<Stage> {
  const window = openWindow({ memory, limit: () => on.limit });
  const account = window.accounts.all[0] ?? (await window.signIn());
  const { clock, store, accounts, budget } = window;
  const skew = new ClockSkew(clock);
  const polled: PolledWorkspaces = new PolledWorkspaces({
    accounts,
    store,
    memory,
    clock,
    skew,
    interval: () => on.interval,
    limit: () => on.limit,
  });
  const open = new OpenReservations({
    store,
    recent: new RecentActions(store, clock),
    clock,
    polled,
    skew,
    sidScope: () => '',
    staleAfter: () => minute,
  });
  const heard = window.exchanges.push.bind(window.exchanges);
  window.exchanges.push = (...exchanges) => {
    for (const exchange of exchanges) {
      budget.observe(account.id, exchange);
      skew.observe(account.id, exchange);
    }
    return heard(...exchanges);
  };
  const on: Stage = Object.assign(window, {
    account,
    workspaceSid: await workspaceOf(window.simulator),
    polled,
    skew,
    budget,
    open,
    lists: [],
    seen: true,
    interval: 10 * second,
    limit: 60,
    poller: new Poller({
      store,
      lists: () => on.lists,
      accounts,
      visible: () => on.seen,
      interval: (accountId) => polled.intervalOf(accountId),
      afterCycle: () => {
        polled.settle();
        open.update();
      },
      source: polled,
      budget,
      clock,
    }),
    async pass(milliseconds: number) {
      window.sent.length = 0;
      for (let left = milliseconds; left > 0; left -= second) {
        clock.advance(Math.min(left, second));
        await idle(on);
      }
      return window.sent.map(({ path }) => path.replace('/v1/Workspaces', ''));
    },
    async elsewhere(does: 'accept' | 'reject' | 'wrapUp' | 'complete', status = 'pending') {
      const found = await findReservation(window.simulator, status);
      const address = { ...found, parentSid: found.taskSid };
      await clientOf(window.simulator).update(updateReservationRequest(address, instructionNamed(does), {}));
      return found.sid;
    },
    shown: () => open.all.map(({ worker, status }) => `${worker} ${status}`),
  });
  const { random } = Math;
  Math.random = () => 0;
  restore.push(() => {
    Math.random = random;
    on.poller.dispose();
    polled.dispose();
    open.dispose();
  });
  return on;
}

/** A read that is tried again is so a few turns later. */
async function idle(on: Stage): Promise<void> {
  await settle();
  // A poll that waits for the request limit goes on only when time does, a retry in a millisecond of real time.
  for (let quiet = 0; on.poller.isRunning && quiet < 3; quiet++) {
    const { length } = on.sent;
    await new Promise((resolve) => setTimeout(resolve, 1));
    await settle();
    if (on.sent.length > length) quiet = -1;
  }
}

const restore: (() => void)[] = [];
afterEach(() => restore.splice(0).forEach((undo) => undo()));

async function watching(memory?: FakeMemory): Promise<Stage> {
  const on = await stage(memory);
  on.poller.catchUp();
  await idle(on);
  return on;
}

const isEvents = (path: string) => path.includes('/Events?');
const counts = (paths: readonly string[], part: string) => paths.filter((path) => path.includes(part)).length;
const all = ['Cleo Swift pending', 'Ada Wren pending', 'Ada Wren accepted', 'Ben Finch wrapping'];

const open = (on: Stage) => on.open.all.map(({ sids, status }) => `${sids[2]} ${status}`).sort();

/** Two available workers of the second workspace, and a new task there for one of them: its reservation in Live, if any. */
async function offering(on: Stage) {
  const client = clientOf(on.simulator);
  const annex = (await client.list(resources.workspaces, [])).rows[1]!.sid;
  const [workers, activities] = await Promise.all(
    [resources.workers, resources.activities].map((one) => client.list(one, [annex])),
  );
  const { sid: available } = activities!.rows.find((row) => row['friendly_name'] === 'Available')!;
  for (const { sid } of workers!.rows.slice(0, 2))
    await client.update(updateRequest(resources.workers, [annex, sid], [['ActivitySid', available]]));
  const offer = async () => {
    const path = `/v1/Workspaces/${annex}/Tasks`;
    const body = [['TaskChannel', 'voice']] as const;
    const { row } = await client.update({ method: 'POST', path, query: [], body });
    return () => on.open.all.find(({ sids }) => sids[1] === row.sid);
  };
  return { annex, offer };
}

describe('polling', () => {
  it('finds every open reservation, the next to time out first', async () => {
    const on = await watching();
    assert.deepEqual(on.shown(), all);
    const [first] = on.open.all;
    assert.equal(first!.deadline!.at - on.clock.now(), 60 * second);
    assert.equal(first!.about, 'Milo Birch');
    assert.equal(first!.queue, 'Everyone');
    assert.equal(first!.channel, 'voice');
    const ordered = on.open.pending.map(({ deadline }) => deadline!.at);
    assert.deepEqual(
      ordered,
      [...ordered].sort((one, other) => one - other),
    );
  });

  it('then reads Events, which say what becomes of each reservation, and now and then the next one and the open tasks', async () => {
    const on = await watching();
    const changes = [
      ['accept', 'pending', 'accepted'],
      ['reject', 'pending', undefined],
      ['wrapUp', 'accepted', 'wrapping'],
      ['complete', 'wrapping', undefined],
    ] as const;
    for (const [does, before, after] of changes) {
      const sid = await on.elsewhere(does, before);
      const at = on.clock.now();
      const read = await on.pass(20 * second);
      const isExpected = (path: string) => isEvents(path) || /\/Tasks\?|\/Reservations\/WR/.test(path);
      assert.ok(read.length > 0 && read.every(isExpected), `${does}: ${read.join()}`);
      assert.equal(on.open.get(sid)?.status, after, does);
      if (after) assert.deepEqual(on.open.get(sid)!.since, new Date(at));
    }
  });

  it('knows when a new reservation times out before its task has been read', async () => {
    const on = await watching();
    const { offer } = await offering(on);
    on.wire = ({ method, url }, pass) =>
      method === 'GET' && !url.pathname.endsWith('/Events')
        ? Promise.resolve(refusal(503, 20503, 'No.'))
        : pass();
    const at = on.clock.now();
    const shown = await offer();
    await on.pass(21 * second);
    assert.equal(on.store.row(on.account.id, shown()!.sids[1]), undefined);
    assert.equal(shown()!.deadline!.at, at + 120 * second);
  });

  it('takes from Events that reservations have timed out, however many', async () => {
    const on = await watching();
    const read = await on.pass(2 * minute);
    assert.deepEqual(on.open.pending, []);
    // The one that times out next is checked every half minute.
    assert.ok(read.filter((path) => path.includes('/Reservations')).length <= 4, read.join());
  });

  it('does not take back the status of a reservation that has been read since', async () => {
    const on = await watching();
    const held = gate();
    on.wire = async ({ url }, pass) => {
      const response = await pass();
      if (url.pathname.endsWith('/Events')) await held.opened;
      return response;
    };
    const sid = await on.elsewhere('accept');
    on.clock.advance(10 * second);
    await settle();
    await on.elsewhere('complete', 'accepted');
    const { sids } = on.open.all.find((one) => one.sids[2] === sid)!;
    await on.store.fetch(on.account.id, resources.taskReservations, sids);
    held.open();
    await idle(on);
    assert.equal(statusOf(on.store.row(on.account.id, sid)) ?? 'completed', 'completed');
    assert.equal(on.open.get(sid), undefined);
  });

  describe('with dates that cannot be true', () => {
    const dates = [
      ...[0, -1, -8.64e15, 8.64e15, 8.64e15 + 1, 1.7e18, 1e300, 4e12],
      ...[
        '0001-01-01T00:00:00Z',
        '-271821-04-20T00:00:00Z',
        '+275760-09-13T00:00:00Z',
        '2999-01-01T00:00:00Z',
      ],
      ...['1970-01-01T00:00:00Z', 'yesterday', '', null, [], {}],
    ];
    /** Replaces a field in the first row of each list at such a path. */
    const replacing =
      (on: Stage, part: RegExp, change: Readonly<Record<string, unknown>>): Wire =>
      async ({ url }, pass) => {
        const response = await pass();
        if (!part.test(url.pathname) || response.status !== 200) return response;
        let text = '';
        for await (const chunk of response.body!) text += String(chunk);
        const body = JSON.parse(text) as Record<string, Record<string, unknown>[]>;
        for (const rows of Object.values(body))
          if (Array.isArray(rows) && rows[0]) Object.assign(rows[0], change);
        return answer(200, body, { date: new Date(on.clock.now()).toUTCString() });
      };
    /** Whether this window finds, and keeps, what there is; and asks for Events that Twilio has. */
    const follows = async (on: Stage, poison: Wire, what: string) => {
      const startDates: number[] = [];
      on.wire = async (request, pass) => {
        const since = request.url.searchParams.get('StartDate');
        if (since !== null) startDates.push(Date.parse(since) - on.clock.now());
        return poison(request, pass);
      };
      on.poller.catchUp();
      await idle(on);
      await on.pass(20 * second);
      assert.deepEqual([...on.shown()].sort(), [...all].sort(), what);
      on.wire = (_request, pass) => pass();
      const sid = await on.elsewhere('accept');
      await on.pass(30 * second);
      assert.equal(on.open.get(sid)!.status, 'accepted', what);
      const month = 31 * 24 * 60 * minute;
      assert.ok(
        startDates.every((ahead) => ahead > -month && ahead <= 2 * second),
        `${what}: ${startDates.join()}`,
      );
    };

    for (const [where, part, fields] of [
      ['Events', /Events$/, (date: unknown) => ({ event_date_ms: date, event_date: date })],
      ['tasks', /Tasks$/, (date: unknown) => ({ date_created: date, date_updated: date })],
      ['reservations', /Reservations/, (date: unknown) => ({ date_created: date, date_updated: date })],
    ] as const)
      it(`in ${where}`, async () => {
        for (const date of dates) {
          const on = await stage();
          await follows(on, replacing(on, part, fields(date)), `${where}: ${JSON.stringify(date)}`);
          restore.splice(0).forEach((undo) => undo());
        }
      });

    it('in the Date header', async () => {
      for (const date of [
        ...dates.map(String),
        'Fri, 31 Dec 9999 23:59:59 GMT',
        'Sat, 13 Sep 275760 00:00:00 GMT',
      ]) {
        const on = await stage();
        const poison: Wire = async (_request, pass) => {
          const response = await pass();
          const get = (name: string) => (name.toLowerCase() === 'date' ? date : response.headers.get(name));
          return { ...response, headers: { get } };
        };
        on.wire = poison;
        on.poller.catchUp();
        await idle(on);
        await on.pass(20 * second);
        on.wire = (_request, pass) => pass();
        const sid = await on.elsewhere('accept');
        await on.pass(30 * second);
        assert.equal(on.open.get(sid)?.status, 'accepted', date);
        restore.splice(0).forEach((undo) => undo());
      }
    });
  });

  it('drops reservations that have ended', async () => {
    const on = await watching();
    const sid = await on.elsewhere('complete', 'wrapping');
    await on.pass(10 * second);
    assert.equal(on.open.get(sid), undefined);
    assert.equal(on.store.row(on.account.id, sid), undefined, 'and so does the store');
    assert.deepEqual(on.shown(), all.slice(0, 3));
  });

  it('is twice as slow in a workspace where nothing is pending', async () => {
    const on = await watching();
    const busy = counts(await on.pass(minute), `${on.workspaceSid}/Events`);
    await on.elsewhere('accept');
    await on.pass(20 * second);
    const quiet = counts(await on.pass(minute), `${on.workspaceSid}/Events`);
    assert.equal(busy, 6);
    assert.equal(quiet, 3);
  });

  it('sends nothing while nothing is visible, and catches up at once afterwards', async () => {
    const on = await watching();
    on.seen = false;
    on.poller.catchUp();
    assert.deepEqual(await on.pass(5 * minute), []);
    const sid = await on.elsewhere('wrapUp', 'accepted');
    on.seen = true;
    on.poller.catchUp();
    await idle(on);
    assert.equal(on.open.get(sid)!.status, 'wrapping');
  });

  it('finds who a task is offered to now, if its offer timed out while Events were not read', async () => {
    for (const offline of [5, 15]) {
      const on = await watching();
      on.seen = false;
      await on.pass(offline * minute);
      const client = clientOf(on.simulator);
      const desk = on.workspaceSid;
      const activities = (await client.list(resources.activities, [desk])).rows;
      const { sid: available } = activities.find((row) => row['friendly_name'] === 'Available')!;
      const worker = (await client.list(resources.workers, [desk])).rows.find(
        (row) => row['friendly_name'] === 'Cleo Swift',
      )!;
      await client.update(updateRequest(resources.workers, [desk, worker.sid], [['ActivitySid', available]]));
      on.seen = true;
      on.poller.catchUp();
      await on.pass(10 * second);
      assert.deepEqual(open(on), await truth(on), `${offline} min`);
      assert.ok(on.open.pending.length > 0, 'something was offered');
    }
  });

  it('does not read again when a window is shown and hidden repeatedly', async () => {
    const on = await watching();
    on.sent.length = 0;
    for (let time = 0; time < 20; time++) {
      on.poller.catchUp();
      await settle();
    }
    assert.deepEqual(on.sent, []);
  });

  it('is off at an interval of 0; Refresh still reads once', async () => {
    const on = await stage();
    on.interval = 0;
    on.poller.catchUp();
    assert.deepEqual(await on.pass(30 * second), []);
    await on.poller.now();
    assert.deepEqual(on.shown(), all);
    assert.deepEqual(await on.pass(5 * minute), []);
  });

  it('reads open tasks when Events are refused, as with a restricted key', async () => {
    const on = await stage();
    on.wire = ({ url }, pass) =>
      url.pathname.endsWith('/Events') ? Promise.resolve(refusal(403, 20003, 'No.')) : pass();
    on.poller.catchUp();
    await on.pass(20 * second);
    assert.deepEqual(on.shown(), all);
    const sid = await on.elsewhere('accept');
    const paths = await on.pass(20 * second);
    assert.equal(counts(paths, `${on.workspaceSid}/Events`), 1, 'they are tried again');
    assert.equal(on.open.get(sid)!.status, 'accepted');
    assert.ok(
      on.open.workspaces.every(({ error }) => error === undefined),
      'that is no failure',
    );
  });

  it('finds changes in the open tasks that Events omitted', async () => {
    const on = await watching();
    on.wire = ({ url }, pass) =>
      url.pathname.endsWith('/Events')
        ? Promise.resolve(answer(200, { events: [], meta: { key: 'events', next_page_url: null } }))
        : pass();
    const sid = await on.elsewhere('wrapUp', 'accepted');
    await on.pass(30 * second);
    assert.equal(on.open.get(sid)!.status, 'wrapping');
  });

  it('still reads Events after the open tasks had one that Events did not mention', async () => {
    const on = await watching();
    const { annex, offer } = await offering(on);
    on.wire = ({ url }, pass) =>
      url.pathname.endsWith(`${annex}/Events`)
        ? Promise.resolve(answer(200, { events: [], meta: { key: 'events', next_page_url: null } }))
        : pass();
    // The open tasks are read every minute.
    await on.pass(2.5 * minute);
    const early = await offer();
    for (let waited = 0; waited < minute && !early(); waited += second) await on.pass(second);
    assert.equal(early()?.status, 'pending');
    // From here on Events alone tell of it.
    on.wire = ({ url }, pass) =>
      url.pathname.endsWith('/Reservations') ? Promise.resolve(refusal(403, 20003, 'No.')) : pass();
    const late = await offer();
    await on.pass(21 * second);
    assert.equal(late()?.status, 'pending');
  });

  it('reads the open tasks again after a long sleep, in one cycle', async () => {
    const on = await watching();
    on.sent.length = 0;
    // Timers do not run while the computer sleeps.
    on.seen = false;
    on.poller.schedule();
    on.clock.advance(8 * 60 * minute);
    on.seen = true;
    on.poller.catchUp();
    await idle(on);
    const paths = on.sent.map(({ path }) => path);
    const events = paths.filter((path) => path.includes(`${on.workspaceSid}/Events`));
    assert.ok(
      events.every((path) => path.includes('EventType=reservation.created')),
      'not all that happened',
    );
    assert.equal(counts(paths, `${on.workspaceSid}/Tasks?`), 1);
  });

  it('retains rows and marks them stale while offline, and continues afterwards', async () => {
    const on = await watching();
    const offline: Wire = () => Promise.reject(socketError('ENOTFOUND'));
    on.wire = offline;
    await on.pass(20 * second);
    assert.deepEqual(on.shown(), all);
    assert.ok(on.open.all.every((entry) => on.open.staleSince(entry) !== undefined));
    const failing = await on.pass(10 * minute);
    // One every ten seconds, with its retries.
    assert.ok(failing.length < 200, `${failing.length} requests in ten minutes`);
    on.wire = (_request, pass) => pass();
    await on.pass(15 * second);
    assert.ok(on.open.all.every((entry) => on.open.staleSince(entry) === undefined));
  });

  const annexFails = async () => {
    const on = await stage();
    on.wire = ({ url }, pass) =>
      url.pathname.includes('/WS') && !url.pathname.includes(on.workspaceSid)
        ? Promise.resolve(refusal(500, 20500, 'No.'))
        : pass();
    on.poller.catchUp();
    await on.pass(30 * second);
    return on;
  };

  it('does not affect other workspaces when one fails', async () => {
    const on = await annexFails();
    assert.deepEqual(on.shown(), all);
    assert.deepEqual(
      on.open.workspaces.map(({ name, error }) => [name, error !== undefined]),
      [
        ['Desk', false],
        ['Annex', true],
      ],
    );
    assert.ok(on.open.all.every((entry) => on.open.staleSince(entry) === undefined));
  });

  it('does not report failures of a workspace that is no longer polled', async () => {
    const on = await annexFails();
    const [, annex] = on.open.workspaces;
    let listed = 0;
    on.open.onDidChange((change) => (listed += Number(change.listed)));
    await on.polled.choose(annex!.accountId, annex!.workspaceSid, false);
    on.open.update();
    assert.equal(on.open.workspaces.length, 1);
    assert.equal(listed, 1);
  });

  it('does not poll a workspace whose SID is malformed, nor shows it as watched', async () => {
    const on = await stage();
    const malformed = ['Workers', `${on.workspaceSid}0`, on.workspaceSid.slice(0, -1)];
    on.wire = async ({ url }, pass) =>
      url.pathname === '/v1/Workspaces'
        ? answer(200, { workspaces: malformed.map((sid) => ({ sid })) })
        : pass();
    on.poller.catchUp();
    await on.pass(30 * second);
    assert.equal(
      on.store.list({ accountId: on.account.id, collection: resources.workspaces, parents: [] })?.sids.length,
      3,
    );
    assert.deepEqual(on.open.workspaces, []);
    assert.deepEqual(
      malformed.filter((sid) => on.polled.isPolled(on.account.id, sid)),
      [],
    );
  });

  it('polls two accounts, and does not affect one when the other fails', async () => {
    const on = await stage();
    const elsewhere = createSimulator({ clock: on.clock, seed: 2, scenario: still });
    const login = { ...entryOf(elsewhere), name: 'Other' };
    const { accountSid, authToken } = elsewhere;
    const ofOther = 'Basic ' + Buffer.from(`${accountSid}:${authToken}`).toString('base64');
    on.wire = ({ url, ...init }, pass) =>
      init.headers['Authorization'] === ofOther ? elsewhere.fetch(url.href, init) : pass();
    const { account: other } = await on.accounts.signIn(login, authToken);
    on.limit = 600;
    on.poller.catchUp();
    await on.pass(15 * second);
    assert.deepEqual(on.shown().sort(), [...all, ...all].sort());

    on.wire = ({ headers }, pass) =>
      headers['Authorization'] === ofOther ? Promise.resolve(refusal(503, 20503, 'No.')) : pass();
    await on.pass(15 * second);
    assert.deepEqual(on.shown().sort(), [...all, ...all].sort());
    for (const entry of on.open.all) {
      assert.equal(on.open.staleSince(entry) !== undefined, entry.accountId === other.id, entry.worker);
    }

    await on.accounts.signOut(other.id);
    on.store.forget(other.id);
    await on.pass(30 * second);
    assert.ok(on.open.all.length > 0);
    assert.ok(on.open.all.every(({ accountId }) => accountId === on.account.id));
  });

  it('sends nothing after credentials are refused, until the user refreshes', async () => {
    const on = await watching();
    on.wire = () => Promise.resolve(refusal(401, 20003, 'No.'));
    await on.pass(30 * second);
    assert.deepEqual(await on.pass(10 * minute), []);
    on.wire = (_request, pass) => pass();
    await on.poller.now();
    assert.deepEqual(on.shown(), all.slice(2), 'what was pending is over by now');
  });

  for (const interval of [10 * second, 0])
    it(`reads again with a new secret what was refused to the old one, every ${interval / second} s`, async () => {
      const on = await watching();
      const { accounts, account } = on;
      accounts.onDidChange(() => on.poller.catchUp());
      on.wire = () => Promise.resolve(refusal(401, 20003, 'No.'));
      on.lists.push({ accountId: account.id, collection: resources.workspaces, parents: [] });
      await on.poller.now();
      assert.equal((on.store.list(on.lists[0]!)?.error as ApiError).status, 401);
      on.interval = interval;
      on.wire = (_request, pass) => pass();
      assert.deepEqual(await on.pass(10 * minute), []);
      on.seen = false;
      await accounts.replaceSecret(account.id, canary);
      assert.deepEqual(await on.pass(minute), [], 'only once the user sees it');
      on.seen = true;
      on.poller.catchUp();
      await settle();
      assert.equal(on.store.list(on.lists[0]!)?.error, undefined);
      assert.deepEqual(on.shown(), all.slice(2), 'what was pending is over by now');
      on.interval = 0;
      on.poller.catchUp();
      assert.deepEqual(await on.pass(minute), [], 'once');
    });

  it('reads once more when the secret is replaced during a cycle', async () => {
    const on = await watching();
    const { accounts, account } = on;
    accounts.onDidChange(() => on.poller.catchUp());
    on.lists.push({ accountId: account.id, collection: resources.workspaces, parents: [] });
    on.interval = 0;
    const ofWorkspaces = () => on.sent.filter(({ path }) => /^\/v1\/Workspaces(\?|$)/.test(path)).length;
    const { opened, open } = gate();
    on.wire = ({ url }, pass) => (/Workspaces$/.test(url.pathname) ? opened.then(pass) : pass());
    on.sent.length = 0;
    const cycle = on.poller.now();
    await settle();
    assert.equal(ofWorkspaces(), 1, 'it is the last that the cycle reads');
    on.wire = (_request, pass) => pass();
    await accounts.replaceSecret(account.id, canary);
    assert.equal(ofWorkspaces(), 2, 'the second checks the secret');
    open();
    await cycle;
    await idle(on);
    assert.equal(ofWorkspaces(), 3);
  });

  it('pauses for as long as a 429 asks, and says until when', async () => {
    const on = await watching();
    on.wire = () =>
      Promise.resolve(answer(429, { code: 20429, message: 'Slow down.' }, { 'retry-after': '90' }));
    await on.pass(10 * second);
    const until = on.budget.pausedUntil(on.account.id)!;
    assert.ok(until - on.clock.now() > 80 * second);
    on.wire = (_request, pass) => pass();
    assert.deepEqual(await on.pass(until - on.clock.now() - second), []);
    assert.ok((await on.pass(30 * second)).length > 0);
  });

  it('leaves the last requests that Twilio allows to the user', async () => {
    const on = await watching();
    on.wire = async (_request, pass) => {
      const given = await pass();
      const headers = { get: (name: string) => (name === 'x-rate-limit-remaining' ? '2' : null) };
      return { ...given, headers };
    };
    await on.pass(10 * second);
    assert.ok(on.budget.pausedUntil(on.account.id)! > on.clock.now());
  });

  for (const refused of [undefined, 'Events', 'everything'] as const) {
    it(`stays within the request limit while ${refused ?? 'nothing'} is refused`, async () => {
      const on = await stage();
      const times: number[] = [];
      on.wire = ({ url }, pass) => {
        times.push(on.clock.now());
        if (refused === 'everything') return Promise.resolve(refusal(503, 20503, 'No.'));
        return refused && url.pathname.endsWith(refused)
          ? Promise.resolve(refusal(403, 20003, 'No.'))
          : pass();
      };
      on.limit = 6;
      on.poller.catchUp();
      await on.pass(12 * minute);
      for (const from of times)
        assert.ok(times.filter((at) => at >= from && at < from + minute).length <= 6, 'the limit');
      if (!refused) assert.ok(on.open.isComplete && on.open.all.length > 0);
    });
  }

  it('follows a call that was placed until it settles, whatever the limit', async () => {
    const on = await watching();
    const found = await findReservation(on.simulator, 'pending');
    on.limit = 1;
    on.store.put(on.store.begin(on.account.id), found.row);
    on.polled.follow(on.account.id, [found.workspaceSid, found.taskSid, found.sid]);
    on.poller.schedule();
    const path = `/Reservations/${found.sid}`;
    assert.equal(counts(await on.pass(9 * second), path), 3);
    await on.elsewhere('accept');
    await on.pass(3 * second);
    assert.equal(on.open.get(found.sid)!.status, 'accepted');
    assert.equal(counts(await on.pass(9 * second), path), 0);
  });

  it('reads a list on screen when Events mention it, else every five minutes', async () => {
    const on = await stage();
    // What times out sends workers away, and that is told of.
    await on.elsewhere('accept');
    await on.elsewhere('accept');
    on.lists.push({ accountId: on.account.id, collection: resources.workers, parents: [on.workspaceSid] });
    on.poller.catchUp();
    await on.pass(10 * second);
    assert.equal(counts(await on.pass(4 * minute), '/Workers?'), 0);
    assert.equal(counts(await on.pass(2 * minute), '/Workers?'), 1);
  });

  it('reads a list on screen when there are too many Events', async () => {
    const on = await stage();
    on.limit = 600;
    on.lists.push({ accountId: on.account.id, collection: resources.workers, parents: [on.workspaceSid] });
    on.poller.catchUp();
    await on.pass(10 * second);
    on.wire = async ({ url }, pass) => {
      if (!url.pathname.endsWith('/Events')) return pass();
      const next = `${url.origin}${url.pathname}?PageToken=${Math.random()}${on.sent.length}`;
      return Promise.resolve(answer(200, { events: [], meta: { key: 'events', next_page_url: next } }));
    };
    assert.equal(counts(await on.pass(10 * second), '/Workers?'), 1);
    on.wire = (_request, pass) => pass();
    assert.equal(counts(await on.pass(10 * second), '/Workers?'), 0);
  });

  it('corrects deadlines by the server’s clock', async () => {
    const on = await stage();
    on.wire = async (_request, pass) => {
      const given = await pass();
      const date = new Date(on.clock.now() + 45 * second).toUTCString();
      return { ...given, headers: { get: (name: string) => (name === 'date' ? date : null) } };
    };
    on.poller.catchUp();
    await on.pass(10 * second);
    const [first] = on.open.all;
    const made = Date.parse(String(on.store.row(on.account.id, first!.sids[2])!['date_created']));
    assert.equal(first!.deadline!.at, made + 120 * second - 45.5 * second);
  });

  it('persists which workspaces the user does not watch', async () => {
    const memory = new FakeMemory();
    const on = await watching(memory);
    await on.polled.choose(on.account.id, on.workspaceSid, false);
    on.open.update();
    assert.deepEqual(on.shown(), []);
    assert.equal(on.store.open({ accountId: on.account.id, openIn: on.workspaceSid }), undefined);
    // Nothing of the killed one is called again.
    const next = new PolledWorkspaces({ ...on, memory, interval: () => 1, limit: () => 60 });
    assert.equal(next.isPolled(on.account.id, on.workspaceSid), false);
    assert.ok(next.workspaces.every(({ workspaceSid }) => workspaceSid !== on.workspaceSid));
  });

  it('leaves no listener, timer or row after polling was turned on and off 1,000 times', async () => {
    const on = await watching();
    await on.pass(second);
    const size = () => [on.open.all.length, on.clock.waiting, listenersOf(on)];
    const before = size();
    for (let turn = 0; turn < 1000; turn++) {
      await on.polled.choose(on.account.id, on.workspaceSid, false);
      await on.polled.choose(on.account.id, on.workspaceSid, true);
    }
    on.poller.catchUp();
    await on.pass(20 * second);
    assert.deepEqual(size(), before);
    on.poller.dispose();
    on.polled.dispose();
    on.open.dispose();
    assert.equal(listenersOf(on), 0);
    assert.equal(on.store.open({ accountId: on.account.id, openIn: on.workspaceSid }), undefined);
  });

  it('does not grow with 2,000 events of the store', async () => {
    const on = await watching();
    const [first] = on.open.all;
    const row = on.store.row(on.account.id, first!.sids[2])!;
    let told = 0;
    on.open.onDidChange(() => told++);
    const sizes = () => JSON.stringify([mapSizes(on.store), mapSizes(on.open), mapSizes(on.polled)]);
    const before = sizes();
    for (let time = 0; time < 2000; time++) {
      on.store.put(on.store.begin(on.account.id), { ...row, worker_name: `Worker ${time % 2}` });
      if (time % 200 === 0) await settle();
    }
    assert.equal(told, 2000, 'each was a change');
    assert.equal(sizes(), before);
  });
});

const listenersOf = ({ store }: Stage) =>
  (store as unknown as { changed: { listeners: Set<unknown> } }).changed.listeners.size;

const mapSizes = (of: object) =>
  Object.entries(of).flatMap(([name, value]) =>
    value instanceof Map || value instanceof Set ? [`${name} ${value.size}`] : [],
  );
