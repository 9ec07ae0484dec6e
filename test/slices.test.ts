import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { Steps } from '../src/explanation/steps';
import { inSlices } from '../src/slices';

describe('work in slices', () => {
  /** Steps of 3 ms, by a clock that only they move. */
  const work = (count: number) => {
    let elapsed = 0;
    let made = 0;
    function* steps(): Steps<string> {
      for (; made < count; made++) {
        elapsed += 3;
        yield;
      }
      return 'done';
    }
    return { steps: steps(), clock: { elapsed: () => elapsed }, made: () => made };
  };

  it('lets other events through after 10 ms, and ends with the result', async () => {
    const { steps, clock, made } = work(10);
    let isDone = false;
    const result = inSlices(steps, clock, () => true).finally(() => (isDone = true));
    const seen: number[] = [];
    while (!isDone) {
      seen.push(made());
      await setImmediate();
    }
    assert.equal(await result, 'done');
    assert.deepEqual(seen, [3, 7]);
  });

  it('stops after the slice in which nobody wants the result any more', async () => {
    const { steps, clock, made } = work(1000);
    let isWanted = true;
    const result = inSlices(steps, clock, () => isWanted);
    isWanted = false;
    assert.equal(await result, undefined);
    assert.ok(made() < 10, `${made()} steps`);
  });
});
