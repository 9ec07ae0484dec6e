import { strict as assert } from 'node:assert';
import type { Clock } from '../../../src/extension/data/clock';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RequestBudget } from '../../../src/extension/data/requestBudget';
import { RequestHistory } from '../../../src/extension/data/requestHistory';
import { tasks } from '../../../src/taskrouter/resources';
import type { Exchange } from '../../../src/taskrouter/client';
import { createClient } from '../../../src/taskrouter/client';
import { defaultOrigin } from '../../../src/taskrouter/origin';
import type { FetchResponse } from '../../../src/taskrouter/fetch';
import type { WindowClock } from '../window';
import { answer, rejection, settle, windowClock, withoutJitter } from '../window';

const second = 1000;
const minute = 60 * second;
const workspaceSid = `WS${'1'.repeat(32)}`;

/** A budget of so many requests per minute, on a computer whose clock can be set; `beside` another one's. */
function stage(
  limit: number,
  respond: (url: URL) => FetchResponse = () => answer(200, { tasks: [] }),
  beside?: { clock: Clock & Pick<WindowClock, 'advance' | 'waiting'>; left: number[]; directory: string },
) {
  const time = windowClock();
  let set = 0;
  const clock = beside?.clock ?? { ...time, now: () => time.now() + set };
  const directory = beside?.directory ?? mkdtempSync(path.join(tmpdir(), 'requests-'));
  directories.add(directory);
  const errors: string[] = [];
  const history = new RequestHistory(
    { fsPath: path.join(directory, 'storage') },
    { warn: (message) => errors.push(message) },
  );
  const budget = new RequestBudget({ clock, limit: () => limit, history });
  /** When each request left. */
  const left: number[] = beside?.left ?? [];
  const client = (accountId: string) =>
    createClient({
      fetch: (url) => {
        left.push(clock.elapsed());
        return Promise.resolve(respond(new URL(url)));
      },
      origin: defaultOrigin,
      username: 'AC',
      password: 'secret',
      limit: budget.limitOf(accountId),
      onExchange: (exchange) => budget.observe(accountId, exchange),
    });
  const one = client('a');
  const read = (signal?: AbortSignal) => one.background().list(tasks, [workspaceSid], {}, {}, signal);
  return {
    clock,
    directory,
    errors,
    set: (milliseconds: number) => void (set += milliseconds),
    budget,
    client,
    one,
    left,
    read,
    async pass(milliseconds: number) {
      for (let rest = milliseconds; rest > 0; rest -= second) {
        clock.advance(Math.min(rest, second));
        await settle();
      }
    },
    /** The largest number of requests that left in any minute. */
    maxInMinute: () =>
      Math.max(0, ...left.map((from) => left.filter((at) => at >= from && at < from + minute).length)),
  };
}

const directories = new Set<string>();
after(() => directories.forEach((one) => rmSync(one, { recursive: true, force: true })));

describe('the request budget', () => {
  it('lets background requests leave up to the limit, and the rest a minute later', async () => {
    const on = stage(3);
    const reads = Array.from({ length: 8 }, () => on.read());
    await settle();
    assert.equal(on.left.length, 3);
    await on.pass(59 * second);
    assert.equal(on.left.length, 3);
    await on.pass(2 * minute);
    await Promise.all(reads);
    assert.equal(on.left.length, 8);
    assert.equal(on.maxInMinute(), 3);
    assert.equal(on.clock.waiting, 0, 'no timer is left');
  });

  it('lets the requests of the user leave at once, and takes nothing from the background for them', async () => {
    const on = stage(2);
    await Promise.all([1, 2, 3].map(() => on.one.list(tasks, [workspaceSid])));
    assert.equal(on.left.length, 3);
    assert.equal(on.budget.used, 0);
    assert.equal(on.budget.allows('a'), true);
  });

  it('has one limit for all accounts of the window', async () => {
    const on = stage(2);
    await Promise.all([on.read(), on.read()]);
    assert.equal(on.budget.used, 2);
    assert.deepEqual([on.budget.allows('a'), on.budget.allows('b')], [false, false]);
  });

  it('counts every retry, and does not wait with one', async () => {
    const on = stage(2, () => answer(503, {}));
    await withoutJitter(async () => {
      assert.equal(((await rejection(on.read())) as { status: number }).status, 503);
      assert.equal(on.left.length, 2, 'the third attempt would have exceeded the limit');
      const waiting = rejection(on.read());
      await on.pass(minute + second);
      await waiting;
    });
    assert.equal(on.maxInMinute(), 2);
  });

  it('counts every page of a list, and reads it to its end all the same', async () => {
    let page = 0;
    const on = stage(3, (url) => {
      page++;
      const rows = [{ sid: `WT${page.toString(16).padStart(32, '0')}` }];
      const next = page < 7 ? `${url.origin}${url.pathname}?PageToken=PT${page}` : null;
      return answer(200, { tasks: rows, meta: { next_page_url: next } });
    });
    let rows = 0;
    const reading = (async () => {
      for await (const read of on.one.background().pages(tasks, [workspaceSid])) rows += read.rows.length;
    })();
    await on.pass(3 * minute);
    await reading;
    assert.equal(rows, 7);
    assert.equal(on.maxInMinute(), 3);
  });

  it('sends a waiting read at once when the user needs it', async () => {
    const on = stage(1);
    await on.read();
    const hurry = new AbortController();
    const reading = on.one.background({ hurry: hurry.signal }).list(tasks, [workspaceSid]);
    await settle();
    assert.equal(on.left.length, 1);
    hurry.abort();
    await reading;
    assert.equal(on.left.length, 2);
    assert.equal(on.clock.waiting, 0);
  });

  it('lets what an account reads leave at once during a Refresh, and no longer, and counts it', async () => {
    const on = stage(1);
    await on.read();
    const waiting = on.read();
    await settle();
    assert.equal(on.left.length, 1);
    let end!: () => void;
    on.budget.hurry('a', new Promise<void>((resolve) => (end = resolve)));
    await waiting;
    await on.read();
    await on.one.list(tasks, [workspaceSid]);
    assert.deepEqual([on.left.length, on.budget.used], [4, 4]);
    end();
    await settle();
    const ending = new AbortController();
    const held = rejection(on.read(ending.signal));
    await settle();
    assert.equal(on.left.length, 4);
    ending.abort();
    await held;
  });

  it('takes nothing from polling for what the user waits for, such as each list of a page', async () => {
    const on = stage(2);
    const hurry = AbortSignal.abort();
    await Promise.all(
      Array.from({ length: 50 }, () => on.one.background({ hurry }).list(tasks, [workspaceSid])),
    );
    assert.deepEqual([on.left.length, on.budget.used], [50, 0]);
  });

  it('lets a page that the user scrolls take 4 in 10 requests, and leaves the rest to the views', async () => {
    const on = stage(20);
    for (let row = 0; row < 100; row++)
      void on.one.background({ purpose: 'page' }).list(tasks, [workspaceSid]);
    await settle();
    assert.equal(on.left.length, 8);
    await Promise.all(Array.from({ length: 10 }, () => on.read()));
    assert.equal(on.left.length, 18);
    await on.pass(minute + second);
    assert.equal(on.left.length, 26);
    assert.equal(on.maxInMinute(), 18);
  });

  it('has requests left for what is urgent, which overtakes all that waits', async () => {
    const on = stage(10);
    const names: string[] = [];
    const reads = (purpose: 'urgent' | 'poll' | 'page', count: number) =>
      Array.from({ length: count }, () =>
        on.one
          .background({ purpose })
          .list(tasks, [workspaceSid])
          .then(() => names.push(purpose)),
      );
    const waiting = [...reads('page', 4), ...reads('poll', 10)];
    await settle();
    assert.equal(on.left.length, 9);
    await Promise.all(reads('urgent', 1));
    assert.equal(on.left.length, 10);
    names.length = 0;
    waiting.push(...reads('urgent', 2));
    await on.pass(minute + second);
    assert.deepEqual(names.slice(0, 3), ['urgent', 'urgent', 'poll']);
    await on.pass(minute);
    await Promise.all(waiting);
    assert.ok(on.maxInMinute() <= 10);
  });

  it('lets details take what polls do not need', () => {
    const clock = windowClock();
    const budget = new RequestBudget({ clock, limit: () => 60, pollsPerMinute: () => 30 });
    for (let i = 0; i < 100; i++)
      if (budget.admitDetail('a', true)) budget.limitOf('a').tryAdmit({})!.leave();
    assert.equal(budget.used, 24);
    for (let i = 0; i < 100; i++) budget.limitOf('b').tryAdmit({})?.leave();
    assert.equal(budget.used, 54, 'the rest is for what is urgent');
  });

  it('leaves room for details that are soon too late, of whichever account', () => {
    const clock = windowClock();
    const budget = new RequestBudget({ clock, limit: () => 60, pollsPerMinute: () => 14 });
    const read = (accountId: string, isSoon: boolean) => {
      const isAdmitted = budget.admitDetail(accountId, isSoon);
      if (isAdmitted) budget.limitOf(accountId).tryAdmit({})!.leave();
      return isAdmitted;
    };
    for (let i = 0; i < 100; i++) read('a', false);
    assert.equal(budget.used, 30);
    assert.equal(read('b', false), false);
    clock.advance(second);
    assert.ok(read('a', true), 'although another account has read less');
    for (let i = 0; i < 5; i++) assert.ok(read('b', true));
    for (let i = 0; i < 100; i++) read('b', true);
    assert.equal(budget.used, 40, 'polls have their room');
  });

  it('spreads details over the minute after the first ones, so that none that comes waits for a whole minute', () => {
    const clock = windowClock();
    const budget = new RequestBudget({ clock, limit: () => 60, pollsPerMinute: () => 12 });
    const counts: number[] = [];
    for (let cycle = 0; cycle < 40; cycle++) {
      let count = 0;
      for (; budget.admitDetail('a', true, 10 * second); count++) budget.limitOf('a').tryAdmit({})!.leave();
      counts.push(count);
      clock.advance(10 * second);
    }
    assert.equal(counts[0], 42, 'at first all that there is room for');
    const later = counts.slice(7);
    assert.ok(Math.max(...later) <= 7, counts.join());
    assert.ok(later.reduce((sum, count) => sum + count) >= 0.85 * 42 * (later.length / 6), counts.join());
  });

  it('gives accounts the same number of details, whoever asks first', () => {
    const clock = windowClock();
    const budget = new RequestBudget({ clock, limit: () => 60, pollsPerMinute: () => 30 });
    const counts = { a: 0, b: 0, c: 0 };
    const read = (accountId: keyof typeof counts, wanted: number) => {
      for (let i = 0; i < wanted && budget.admitDetail(accountId, true); i++) {
        counts[accountId]++;
        budget.limitOf(accountId).tryAdmit({})!.leave();
      }
    };
    for (let time = 0; time < 60; time++) {
      read('a', 100);
      clock.advance(second);
      read('b', 100);
      read('c', 1);
      clock.advance(9 * second);
    }
    const { a, b, c } = counts;
    assert.ok(Math.abs(a - b) <= 12, `${a} and ${b}`);
    assert.ok(c >= 24, `${c} of 60`);
    assert.ok(a + b + c >= 10 * 20, `${a + b + c} of 240`);
  });

  it('does not limit an account whose requests stay in this window', async () => {
    const clock = windowClock();
    const budget = new RequestBudget({ clock, limit: () => 2, isLimited: (id) => id !== 'simulated' });
    while (budget.used < 2) budget.limitOf('a').tryAdmit({ purpose: 'urgent' })!.leave();
    for (let i = 0; i < 100; i++) {
      assert.ok(budget.admitDetail('simulated', false));
      (await budget.limitOf('simulated').admit({})).leave();
    }
    assert.equal(budget.used, 2);
    budget.observe('simulated', { status: 429, retryAfter: 5 } as Exchange);
    assert.equal(budget.allows('simulated'), false, 'a pause holds all the same');
  });

  it('cancels a waiting read whose account is signed out', async () => {
    const on = stage(1);
    await on.read();
    const ending = new AbortController();
    const waiting = rejection(on.read(ending.signal));
    await settle();
    ending.abort();
    assert.equal(((await waiting) as { code: string }).code, 'NOT_SENT');
    assert.equal(on.clock.waiting, 0);
  });

  it('pauses an account for as long as Twilio asked, and no other', async () => {
    let isRefusing = true;
    const on = stage(60, () =>
      isRefusing
        ? answer(429, { message: 'Slow down.' }, { 'retry-after': '90' })
        : answer(200, { tasks: [] }),
    );
    await rejection(on.read());
    isRefusing = false;
    const sent = on.left.length;
    const waiting = on.read();
    await on.client('b').background().list(tasks, [workspaceSid]);
    assert.equal(on.left.length, sent + 1);
    await on.pass(89 * second);
    assert.equal(on.left.length, sent + 1);
    await on.pass(2 * second);
    await waiting;
    assert.equal(on.left.length, sent + 2);
  });

  for (const [status, remaining, retryAfter, pause] of [
    [200, undefined, undefined, 0],
    [200, 4, undefined, 0],
    [200, 2, undefined, 10],
    [429, undefined, undefined, 10],
    [429, undefined, 90, 90],
    [429, undefined, -600, 1],
    [429, undefined, 86_400, 300],
    [429, undefined, 1e21, 300],
    [503, undefined, 20, 20],
  ] as const) {
    it(`pauses ${pause} s after ${status}, ${remaining} remaining, Retry-After ${retryAfter}`, () => {
      const { budget, clock } = stage(60);
      budget.observe('a', {
        method: 'GET',
        path: '/',
        milliseconds: 1,
        attempt: 1,
        status,
        ...(remaining === undefined ? {} : { remaining }),
        ...(retryAfter === undefined ? {} : { retryAfter }),
      });
      assert.equal((budget.pausedUntil('a') ?? clock.now()) - clock.now(), pause * second);
    });
  }

  it('is not affected when the computer’s clock is set back', () => {
    const { budget, clock, set } = stage(2);
    for (let time = 0; time < 2; time++) budget.limitOf('a').tryAdmit({})!.leave();
    budget.observe('a', {
      method: 'GET',
      path: '/',
      milliseconds: 1,
      attempt: 1,
      status: 429,
      retryAfter: 90,
    });
    set(-3600 * second);
    assert.equal(budget.pausedUntil('a'), clock.now() + 90 * second);
    clock.advance(minute + second);
    assert.equal(budget.used, 0);
    clock.advance(29 * second);
    assert.equal(budget.allows('a'), true);
  });

  it('holds as TaskRouter counts, although the first requests take longer to arrive', async () => {
    const on = stage(3);
    const reads = Array.from({ length: 9 }, () => on.read());
    await on.pass(3 * minute);
    await Promise.all(reads);
    const arrived = on.left.map((at, i) => at + (i < 3 ? 0.9 * second : 0));
    for (const from of arrived)
      assert.ok(arrived.filter((at) => at >= from && at < from + minute).length <= 3, arrived.join());
  });

  it('counts a request from when it is sent, and not one that is not sent', () => {
    const { budget } = stage(2);
    const first = budget.limitOf('a').tryAdmit({})!;
    const second = budget.limitOf('a').tryAdmit({})!;
    assert.deepEqual([budget.used, budget.allows('a')], [0, false]);
    first.cancel();
    first.leave();
    assert.equal(budget.used, 0);
    second.leave();
    second.cancel();
    assert.equal(budget.used, 1);
  });

  it('holds across a reload, also when the extension host was killed', async () => {
    const before = stage(5);
    const reads = Array.from({ length: 4 }, () => before.read());
    await Promise.all(reads);
    await before.pass(20 * second);
    const after = stage(5, undefined, before);
    assert.equal(after.budget.used, 4);
    const more = Array.from({ length: 4 }, () => after.read());
    await after.pass(39 * second);
    assert.equal(after.left.length, 5);
    await after.pass(2 * minute);
    await Promise.all(more);
    assert.equal(after.left.length, 8);
    assert.equal(after.maxInMinute(), 5);
  });

  it('is one for two windows that are open at the same time', async () => {
    const here = stage(5);
    const there = stage(5, undefined, here);
    for (let turn = 0; turn < 40; turn++) {
      void here.read();
      void there.read();
      await here.pass(10 * second);
    }
    assert.equal(here.maxInMinute(), 5);
    assert.ok(here.left.length >= 30, `${here.left.length} have left`);
  });

  it('pauses after a reload for as long as Twilio had asked, and no longer', () => {
    const before = stage(60);
    const asked = { method: 'GET', path: '/', milliseconds: 1, attempt: 1, status: 429 } as const;
    before.budget.observe('a', { ...asked, retryAfter: 290 });
    before.clock.advance(280 * second);
    const { budget, clock } = stage(60, undefined, before);
    assert.deepEqual([budget.allows('a'), budget.allows('b')], [false, true]);
    clock.advance(10 * second);
    assert.equal(budget.allows('a'), true);
  });

  it('stores the last minutes only', async () => {
    const on = stage(5);
    for (let turn = 0; turn < 20; turn++) {
      await on.read();
      await on.pass(minute);
    }
    assert.ok(readdirSync(path.join(on.directory, 'storage')).length <= 6);
  });

  it('is not affected by other files in its folder', async () => {
    const before = stage(5);
    await before.read();
    const current = Math.floor(before.clock.now() / minute);
    const storage = path.join(before.directory, 'storage');
    writeFileSync(path.join(storage, `requests-${current - 1}`), 'x\ny NaN\nz -1 w a\n\nz 1e999 1e999 a\n');
    writeFileSync(path.join(storage, 'requests-of somebody'), '');
    const { budget, errors } = stage(5, undefined, before);
    assert.deepEqual([budget.used, budget.allows('a'), errors], [1, true, []]);
  });

  it('holds for this session if nothing can be stored, and logs that once', async () => {
    const on = stage(2);
    writeFileSync(path.join(on.directory, 'storage'), '');
    const reads = [1, 2, 3].map(() => on.read());
    await settle();
    assert.equal(on.left.length, 2);
    assert.equal(on.errors.length, 1);
    await on.pass(minute + second);
    await Promise.all(reads);
  });
});
