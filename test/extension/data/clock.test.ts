import { strict as assert } from 'node:assert';
import { elapsedBy } from '../../../src/extension/data/clock';

const second = 1000;
const hour = 3600 * second;

describe('elapsed time', () => {
  const stage = () => {
    const on = { wall: Date.UTC(2026, 0, 5, 9), awake: 5 * second };
    const read = elapsedBy(
      () => on.wall,
      () => on.awake,
    );
    const began = read();
    return {
      elapsed: () => read() - began,
      pass(milliseconds: number) {
        on.wall += milliseconds;
        on.awake += milliseconds;
      },
      set: (milliseconds: number) => (on.wall += milliseconds),
    };
  };

  it('is the time that passes', () => {
    const on = stage();
    on.pass(10 * second);
    assert.equal(on.elapsed(), 10 * second);
  });

  it('includes time in which the computer sleeps', () => {
    const on = stage();
    on.pass(second);
    on.set(8 * hour);
    assert.equal(on.elapsed(), 8 * hour + second);
    on.pass(second);
    assert.equal(on.elapsed(), 8 * hour + 2 * second);
  });

  it('neither goes back with a clock that is set back, nor stops until that clock has caught up', () => {
    const on = stage();
    on.pass(second);
    on.set(-hour);
    assert.equal(on.elapsed(), second);
    on.pass(second);
    assert.equal(on.elapsed(), 2 * second);
    on.set(hour / 2);
    assert.equal(on.elapsed(), 2 * second + hour / 2, 'a sleep after it counts');
  });

  it('is not longer when both clocks are read often', () => {
    const on = stage();
    for (let i = 0; i < 1000; i++) {
      on.set(i % 2 ? -1 : 1);
      on.pass(1);
      on.elapsed();
    }
    assert.equal(on.elapsed(), second);
  });
});
