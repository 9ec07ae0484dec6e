import { strict as assert } from 'node:assert';
import { RequestBudget } from '../../../src/extension/data/requestBudget';
import { tasks } from '../../../src/taskrouter/resources';
import { createClient } from '../../../src/taskrouter/client';
import { defaultOrigin } from '../../../src/taskrouter/origin';
import type { FetchResponse } from '../../../src/taskrouter/fetch';
import { answer, rejection, settle, windowClock, withoutJitter } from '../window';

const second = 1000;
const minute = 60 * second;
const workspaceSid = `WS${'1'.repeat(32)}`;

/** A budget of so many requests per minute, on a computer whose clock can be set. */
function stage(limit: number, respond: (url: URL) => FetchResponse = () => answer(200, { tasks: [] })) {
  const time = windowClock();
  let set = 0;
  const clock = { ...time, now: () => time.now() + set };
  const budget = new RequestBudget({ clock, limit: () => limit });
  /** When each request left. */
  const left: number[] = [];
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
      await on.pass(minute);
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

  it('lets a read go at once that the user has come to wait for', async () => {
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

  it('gives up a read whose account was signed out while it waited', async () => {
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

  it('keeps its time when the computer’s clock is set back', () => {
    const { budget, clock, set } = stage(2);
    for (let time = 0; time < 2; time++) budget.limitOf('a').tryAdmit()!.leave();
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
    clock.advance(60 * second);
    assert.equal(budget.used, 0);
    clock.advance(30 * second);
    assert.equal(budget.allows('a'), true);
  });

  it('counts a request from when it leaves, and not one that does not leave', () => {
    const { budget } = stage(2);
    const first = budget.limitOf('a').tryAdmit()!;
    const second = budget.limitOf('a').tryAdmit()!;
    assert.deepEqual([budget.used, budget.allows('a')], [0, false]);
    first.cancel();
    first.leave();
    assert.equal(budget.used, 0);
    second.leave();
    second.cancel();
    assert.equal(budget.used, 1);
  });
});
