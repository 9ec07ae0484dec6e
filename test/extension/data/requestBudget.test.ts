import { strict as assert } from 'node:assert';
import { RequestBudget } from '../../../src/extension/data/requestBudget';
import { windowClock } from '../window';

const second = 1000;

/** A budget of so many requests a minute, on a computer whose clock can be set. */
function stage(ceiling: number) {
  const time = windowClock();
  let set = 0;
  const clock = { ...time, now: () => time.now() + set };
  return {
    clock,
    set: (milliseconds: number) => void (set += milliseconds),
    budget: new RequestBudget({ clock, ceiling: () => ceiling }),
    asked: (status = 200, retryAfter?: number) => ({
      method: 'GET',
      path: '/v1/Workspaces',
      milliseconds: 1,
      attempt: 1,
      status,
      ...(retryAfter === undefined ? {} : { retryAfter }),
    }),
  };
}

describe('the budget', () => {
  it('forgets requests after a minute, also of a computer whose clock is set back meanwhile', () => {
    const { budget, clock, asked, set } = stage(2);
    budget.heard('a', asked());
    budget.heard('a', asked());
    assert.equal(budget.allows('a', 0, 1), false);
    set(-3600 * second);
    clock.advance(60 * second);
    assert.equal(budget.used, 0);
    assert.equal(budget.allows('a', 0, 1), true);
  });

  it('rests for as long as it was asked to, and says until when by the clock on the wall', () => {
    const { budget, clock, asked, set } = stage(60);
    budget.heard('a', asked(429, 90));
    set(-3600 * second);
    assert.equal(budget.limitedUntil('a'), clock.now() + 90 * second);
    assert.equal(budget.limitedUntil('b'), undefined);
    clock.advance(90 * second);
    assert.equal(budget.limitedUntil('a'), undefined);
  });
});
