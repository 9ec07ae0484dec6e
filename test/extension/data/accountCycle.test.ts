import { strict as assert } from 'node:assert';
import { AccountCycle } from '../../../src/extension/data/accountCycle';
import type { Job } from '../../../src/extension/data/jobs';
import { RequestBudget } from '../../../src/extension/data/requestBudget';
import { ConnectionError } from '../../../src/taskrouter/errors';
import { settle, windowClock } from '../window';

/** Cycles of an account whose jobs take a request each; `urgent` is how many urgent reads lead to one another. */
function stage(limit: number, urgent: number) {
  const on = { error: undefined as unknown, recovered: 0, isFirst: false };
  const clock = windowClock();
  const budget = new RequestBudget({ clock, limit: () => limit });
  const ran: string[] = [];
  const job = (key: string, purpose?: Job['purpose']): Job => ({
    accountId: 'a',
    key,
    ...(purpose ? { purpose } : {}),
    run: () => {
      ran.push(key);
      budget.limitOf('a').tryAdmit({ purpose: 'urgent' })?.leave();
      return Promise.resolve(on.error);
    },
  });
  const cycle = new AccountCycle({
    store: undefined as never,
    clock,
    budget,
    accountId: 'a',
    lists: () => [],
    interval: () => 10_000,
    isVisible: () => true,
    secretId: () => undefined,
    afterCycle: () => undefined,
    onRecovered: () => on.recovered++,
    source: {
      polls: () => [{ ...job('poll'), isFirst: on.isFirst }],
      reads: () => {
        const done = ran.filter((key) => key.startsWith('urgent')).length;
        return [
          ...(done < urgent ? [job(`urgent ${done}`, 'urgent')] : []),
          ...Array.from({ length: 50 }, (_, i) => job(`detail ${i}`, 'soon')),
        ];
      },
      needs: () => false,
    },
  });
  const run = async () => {
    ran.length = 0;
    cycle.catchUp();
    await settle();
    return ran;
  };
  /** When polls were tried, in seconds from now. */
  const polls = async (seconds: number) => {
    const from = clock.elapsed();
    const at: number[] = [];
    for (let second = 0; second < seconds; second++) {
      ran.length = 0;
      clock.advance(1000);
      await settle();
      if (ran.includes('poll')) at.push((clock.elapsed() - from) / 1000);
    }
    return at;
  };
  return Object.assign(on, { clock, budget, run, cycle, polls });
}

describe('a cycle', () => {
  it('makes urgent reads first, one after the other, at most five before a poll', async () => {
    assert.deepEqual((await stage(100, 2).run()).slice(0, 4), ['urgent 0', 'urgent 1', 'poll', 'detail 0']);
    assert.deepEqual((await stage(100, 6).run()).slice(4, 7), ['urgent 4', 'poll', 'urgent 5']);
  });

  it('makes an urgent read although others have used what they may', async () => {
    const on = stage(20, 0);
    await on.run();
    assert.equal(on.budget.allows('a', 'detail'), false);
    const late = stage(20, 1);
    for (let i = 0; i < 18; i++) late.budget.limitOf('a').tryAdmit({ purpose: 'urgent' })!.leave();
    assert.deepEqual(await late.run(), ['urgent 0']);
  });

  it('makes the first poll of an account although others have used what polls may', async () => {
    for (const isFirst of [true, false]) {
      const on = stage(20, 0);
      on.isFirst = isFirst;
      for (let i = 0; i < 18; i++) on.budget.limitOf('a').tryAdmit({})!.leave();
      assert.deepEqual(await on.run(), isFirst ? ['poll'] : []);
    }
  });

  it('tries every ten seconds while nothing answers, and goes on at once when something does', async () => {
    const on = stage(600, 0);
    on.error = new ConnectionError({ method: 'GET', path: '/' }, 'ENOTFOUND');
    await on.run();
    assert.deepEqual(await on.polls(60), [10, 20, 30, 40, 50, 60]);
    on.error = undefined;
    assert.deepEqual(await on.polls(30), [10, 20, 30]);
    assert.equal(on.recovered, 1);
  });

  it('pauses longer and longer while there are error responses, until another account’s reads succeed', async () => {
    const on = stage(600, 0);
    on.error = new Error('HTTP 503');
    await on.run();
    assert.deepEqual(await on.polls(80), [20, 60]);
    on.error = undefined;
    on.cycle.retry();
    await settle();
    assert.equal(on.recovered, 1);
    assert.deepEqual(await on.polls(20), [10, 20]);
  });
});
