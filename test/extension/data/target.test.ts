import { strict as assert } from 'node:assert';
import { movedRows, RowTargets } from '../../../src/extension/data/target';

const [a, b, c, d] = [{ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'd' }];

describe('rows that move', () => {
  for (const [name, before, after, moved] of [
    ['none at first', [], [a, b], []],
    ['none when nothing changed', [a, b], [a, b], []],
    ['those below one that left', [a, b, c], [b, c], [b, c]],
    ['not those above one that left', [a, b, c], [a, c], [c]],
    ['those below one that came, and itself', [a, c], [a, b, c], [b, c]],
    ['one that came last', [a], [a, d], [d]],
    ['those that changed places', [a, b, c], [b, a, c], [b, a]],
  ] as const)
    it(`are ${name}`, () => {
      assert.deepEqual(movedRows(before, after), moved);
    });

  it('have just moved for a second', () => {
    let now = 5000;
    const targets = new RowTargets({ elapsed: () => now });
    assert.equal(targets.hasJustMoved(a), false);
    targets.setMoved([a]);
    assert.deepEqual([targets.hasJustMoved(a), targets.hasJustMoved(b)], [true, false]);
    now += 999;
    assert.equal(targets.hasJustMoved(a), true);
    now += 1;
    assert.equal(targets.hasJustMoved(a), false);
    for (const foreign of [undefined, null, 'a', 7]) assert.equal(targets.hasJustMoved(foreign), false);
  });
});
