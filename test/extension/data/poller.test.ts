import { strict as assert } from 'node:assert';
import { Poller } from '../../../src/extension/data/poller';
import type { ListRef } from '../../../src/extension/data/listRef';
import { manualClock } from '../../../src/simulator/simulator';
import * as resources from '../../../src/taskrouter/resources';
import type { TestWindow, Wire } from '../window';
import {
  answer,
  entryOf,
  gate,
  html,
  openWindow,
  refusal,
  settle,
  socketError,
  withoutJitter,
  workspaceOf,
} from '../window';

const second = 1000;

interface Stage extends TestWindow {
  readonly poller: Poller;
  readonly lists: ListRef[];
  visible: boolean;
  interval: number;
  /** Of the first account. */
  cycles: number;
  /** Thrown at the end of a cycle. */
  grief: Error | undefined;
  /** How many of the poller's timers are waiting. */
  timers(): number;
  /** Lets time pass for the poller, and what it starts come to its end; answers how many requests that made. */
  pass(milliseconds: number): Promise<number>;
  /** The machine sleeps: the clock goes on, and timers wait for as much waking time as before. */
  sleep(milliseconds: number): void;
  /** Somebody sets the computer's clock back. */
  setBack(milliseconds: number): void;
}

async function stage(): Promise<Stage> {
  const window = openWindow();
  const time = manualClock();
  let slept = 0;
  let setBack = 0;
  const account = await window.signIn();
  const workspaceSid = await workspaceOf(window.simulator);
  const list = (collection: ListRef['collection'], accountId = account.id): ListRef => ({
    accountId,
    collection,
    parents: collection === resources.workspaces ? [] : [workspaceSid],
  });
  const lists = [list(resources.workspaces), list(resources.tasks), list(resources.workers)];
  const on: Stage = Object.assign(window, {
    lists,
    visible: true,
    interval: 10 * second,
    cycles: 0,
    grief: undefined,
    timers: () => time.waiting,
    poller: new Poller({
      store: window.store,
      lists: () => on.lists,
      visible: () => on.visible,
      interval: () => on.interval,
      accounts: { all: [account] },
      afterCycle: (accountId) => {
        if (on.grief) throw on.grief;
        if (accountId === account.id) on.cycles++;
      },
      clock: {
        now: () => time.now() + slept - setBack,
        elapsed: () => time.now() + slept,
        setTimeout: (...given) => time.setTimeout(...given),
      },
    }),
    sleep: (milliseconds: number) => void (slept += milliseconds),
    setBack: (milliseconds: number) => void (setBack += milliseconds),
    async pass(milliseconds: number) {
      window.sent.length = 0;
      time.advance(milliseconds);
      await settle();
      return window.sent.length;
    },
  });
  on.sent.length = 0;
  return on;
}

const down: Wire = () => Promise.resolve(answer(200, html));

describe('the poller', () => {
  it('reads what is on screen, an interval after the previous cycle', async () => {
    const on = await stage();
    on.poller.schedule();
    assert.equal(await on.pass(10 * second - 1), 0);
    assert.equal(await on.pass(1), 3);
    assert.equal(await on.pass(10 * second - 1), 0);
    assert.equal(await on.pass(1), 3);
    assert.equal(on.cycles, 2);
  });

  it('starts no cycle while one is running, however slow', async () => {
    const on = await stage();
    const { opened, open } = gate();
    on.wire = (_request, pass) => opened.then(pass);
    on.poller.schedule();
    assert.equal(await on.pass(10 * second), 3);
    assert.equal(on.timers(), 0);
    assert.equal(await on.pass(60 * second), 0);
    open();
    await settle();
    assert.equal(on.cycles, 1);
    assert.equal(on.timers(), 1);
  });

  it('runs one more cycle for all requests during a cycle', async () => {
    const on = await stage();
    await Promise.all([on.poller.now(), on.poller.now(), on.poller.now()]);
    assert.equal(on.sent.length, 6);
    assert.equal(on.cycles, 2);
    assert.equal(on.timers(), 1);
  });

  it('runs one cycle after a sleep, and the next an interval later', async () => {
    const on = await stage();
    on.poller.schedule();
    on.sleep(8 * 3600 * second);
    assert.equal(await on.pass(10 * second), 3);
    assert.equal(await on.pass(10 * second - 1), 0);
    assert.equal(await on.pass(1), 3);
  });

  it('keeps its interval when the computer’s clock is set back', async () => {
    const on = await stage();
    await on.poller.now();
    on.setBack(3600 * second);
    assert.equal(await on.pass(10 * second), 3);
    assert.equal(await on.pass(10 * second), 3);
  });

  it('retains rows with their failure when a sleep closed its sockets, and runs one cycle afterwards', async () => {
    const on = await stage();
    await on.poller.now();
    const [, tasks] = on.lists;
    const before = on.store.list(tasks!)!;
    const { opened, open } = gate();
    on.wire = () => opened.then(() => Promise.reject(socketError('ECONNRESET')));
    assert.equal(await on.pass(10 * second), 3);
    on.sleep(8 * 3600 * second);
    assert.equal(await on.pass(10 * second), 0, 'the round that slept is still the only one');
    await withoutJitter(async () => {
      open();
      await on.poller.now();
    });
    const after = on.store.list(tasks!)!;
    assert.deepEqual(after.sids, before.sids);
    assert.equal(after.readAt, before.readAt);
    assert.ok(after.error);
    assert.equal(on.timers(), 1);
    on.wire = (_request, pass) => pass();
    on.sleep(60 * second);
    assert.equal(await on.pass(10 * second), 3);
    assert.equal(on.store.list(tasks!)!.error, undefined);
  });

  it('has at most four requests in flight', async () => {
    const on = await stage();
    let underWay = 0;
    let most = 0;
    const workers = (parent: string): ListRef => ({ ...on.lists[2]!, parents: [`WS${parent.repeat(32)}`] });
    on.lists.push(...['1', '2', '3', '4', '5', '6'].map(workers));
    on.wire = async (_request, pass) => {
      most = Math.max(most, ++underWay);
      await settle();
      underWay--;
      return pass();
    };
    await on.poller.now();
    assert.equal(on.sent.length, 9);
    assert.equal(most, 4);
  });

  it('is off at an interval of 0, until that changes', async () => {
    const on = await stage();
    on.interval = 0;
    on.poller.schedule();
    assert.equal(on.timers(), 0);
    await on.poller.now();
    assert.equal(on.timers(), 0, 'a person can still refresh');
    assert.equal(on.sent.length, 3);
    on.interval = 5 * second;
    on.poller.schedule();
    assert.equal(await on.pass(5 * second), 3);
  });

  it('pauses while nothing is visible', async () => {
    const on = await stage();
    on.poller.schedule();
    on.visible = false;
    on.poller.schedule();
    assert.equal(on.timers(), 0);
    assert.equal(await on.pass(600 * second), 0);
    on.visible = true;
    on.poller.schedule();
    assert.equal(await on.pass(10 * second), 3);
  });

  it('has one timer, however often it is notified of changes', async () => {
    const on = await stage();
    for (let time = 0; time < 50; time++) on.poller.schedule();
    assert.equal(on.timers(), 1);
  });

  it('pauses increasingly for an account that fails, five minutes at most', async () => {
    const on = await stage();
    on.wire = down;
    await on.poller.now();
    const quiet: number[] = [];
    for (let waited = 0; quiet.length < 6;) {
      waited += 10;
      if ((await on.pass(10 * second)) === 0) continue;
      quiet.push(waited);
      waited = 0;
    }
    assert.deepEqual(quiet, [20, 40, 80, 160, 300, 300]);
    assert.ok(on.cycles > 80, 'what changes with the time alone is drawn all the same');
  });

  it('tries one list before the others after five failures in a row', async () => {
    const on = await stage();
    on.wire = down;
    await on.poller.now();
    const inTensOfSeconds = async (seconds: number) => {
      let requests = 0;
      for (let left = seconds; left > 0; left -= 10) requests += await on.pass(10 * second);
      return requests;
    };
    for (const quiet of [20, 40, 80, 160]) assert.equal(await inTensOfSeconds(quiet), 3, `${quiet} s`);
    assert.equal(await inTensOfSeconds(300), 1);
    on.wire = (_request, pass) => pass();
    assert.equal(await inTensOfSeconds(300), 3);
    assert.equal(await on.pass(10 * second), 3, 'all is well again');
  });

  it('keeps its interval while only some lists fail', async () => {
    const on = await stage();
    on.wire = (request, pass) => (request.url.pathname.endsWith('/Workers') ? down(request, pass) : pass());
    await on.poller.now();
    assert.equal(await on.pass(10 * second), 3);
    assert.equal(await on.pass(10 * second), 3);
  });

  it('keeps its interval for other accounts', async () => {
    const on = await stage();
    const { apiKeySid, apiKeySecret } = on.simulator;
    const { account: other } = await on.accounts.signIn(
      { ...entryOf(on.simulator), username: apiKeySid },
      apiKeySecret,
    );
    on.lists.push({ ...on.lists[1]!, accountId: other.id });
    const own = 'Basic ' + Buffer.from(`${apiKeySid}:${apiKeySecret}`).toString('base64');
    on.wire = (request, pass) => (request.headers['Authorization'] === own ? pass() : down(request, pass));
    await on.poller.now();
    assert.equal(await on.pass(10 * second), 1);
    assert.equal(await on.pass(10 * second), 4);
    assert.equal(await on.pass(10 * second), 1);
  });

  for (const status of [401, 403, 404]) {
    it(`sends nothing after a ${status} until the user refreshes`, async () => {
      const on = await stage();
      on.wire = ({ url }, pass) =>
        url.pathname.endsWith('/Tasks') ? Promise.resolve(refusal(status, 20003, 'No.')) : pass();
      on.poller.schedule();
      assert.equal(await on.pass(10 * second), 3);
      assert.equal(await on.pass(10 * second), 2, 'the list that was refused is left out');
      await on.poller.now();
      assert.equal(on.sent.length, 2 + 3);
      on.wire = (_request, pass) => pass();
      await on.poller.now();
      assert.equal(await on.pass(10 * second), 3);
    });
  }

  it('sends nothing while the secret is missing', async () => {
    const on = await stage();
    await on.loseSecrets();
    on.poller.schedule();
    await on.pass(10 * second);
    assert.equal(await on.pass(10 * second), 0);
    assert.equal(
      on.lists.map((list) => (on.store.list(list)?.error as Error).name).join(),
      Array(3).fill('MissingSecretError').join(),
    );
  });

  it('reads everything when the user refreshes during a partial cycle', async () => {
    const on = await stage();
    on.wire = ({ url }, pass) =>
      url.pathname.endsWith('/Tasks') ? Promise.resolve(refusal(401, 20003, 'No.')) : pass();
    await on.poller.now();
    const { opened, open } = gate();
    on.wire = (_request, pass) => opened.then(pass);
    await on.pass(10 * second);
    const asked = on.poller.now();
    open();
    await asked;
    assert.equal(on.sent.filter(({ path }) => path.includes('/Tasks')).length, 1);
    assert.equal(on.store.list(on.lists[1]!)!.error, undefined);
  });

  it('runs another cycle when the user refreshes during one that fails', async () => {
    const on = await stage();
    on.grief = new Error('Nobody has thought of this.');
    const round = on.poller.now();
    const asked = on.poller.now();
    await assert.rejects(round, on.grief);
    on.grief = undefined;
    await asked;
    assert.equal(on.cycles, 1);
    await on.poller.now();
    assert.equal(on.cycles, 2);
  });

  it('does not read a list that is no longer on screen', async () => {
    const on = await stage();
    on.lists.push({ ...on.lists[2]!, collection: resources.activities });
    on.lists.push({ ...on.lists[2]!, collection: resources.workflows });
    on.wire = async (_request, pass) => {
      on.lists.length = 4;
      return pass();
    };
    await on.poller.now();
    assert.equal(on.sent.length, 4);
  });

  it('has no timers after dispose, even during a cycle', async () => {
    const on = await stage();
    on.poller.schedule();
    on.poller.dispose();
    assert.equal(on.timers(), 0);
    const other = await stage();
    const { opened, open } = gate();
    other.lists.push(...other.lists.map((list) => ({ ...list, accountId: 'nobody' })));
    other.wire = (_request, pass) => opened.then(pass);
    other.poller.schedule();
    await other.pass(10 * second);
    other.poller.dispose();
    open();
    await settle();
    assert.equal(other.timers(), 0);
    assert.equal(other.cycles, 0);
    other.poller.schedule();
    assert.equal(other.timers(), 0);
  });

  it('uses the machine’s own timers by default, and clears them', async () => {
    const on = await stage();
    const real = { set: globalThis.setTimeout, clear: globalThis.clearTimeout };
    const set = new Set<unknown>();
    globalThis.setTimeout = ((run: () => void, milliseconds: number) => {
      const timer = real.set(run, milliseconds);
      if (milliseconds === 123_456) set.add(timer);
      return timer;
    }) as unknown as typeof setTimeout;
    globalThis.clearTimeout = ((timer: NodeJS.Timeout) => {
      set.delete(timer);
      real.clear(timer);
    }) as typeof clearTimeout;
    try {
      const poller = new Poller({
        store: on.store,
        lists: () => [],
        visible: () => true,
        interval: () => 123_456,
        accounts: { all: [{ id: 'one' }] },
        afterCycle: () => undefined,
      });
      await withoutJitter(() => poller.now());
      assert.equal(set.size, 1);
      poller.dispose();
      assert.equal(set.size, 0);
    } finally {
      globalThis.setTimeout = real.set;
      globalThis.clearTimeout = real.clear;
    }
  });
});
