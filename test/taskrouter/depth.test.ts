import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isDeeperThan } from '../../src/taskrouter/depth';
import { sequences } from '../sequences';

/** Levels of values inside of others. */
const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? Math.max(0, ...Object.values(value).map((inner) => 1 + depthOf(inner)))
    : 0;

describe('the depth of a value', () => {
  it('is that of its deepest part', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat(6), (value, levels) => {
        assert.equal(isDeeperThan(value, levels), depthOf(value) > levels);
      }),
      sequences(),
    );
  });

  it('is found without recursion', () => {
    let value: unknown = 1;
    for (let i = 0; i < 100_000; i++) value = [value];
    assert.equal(isDeeperThan(value, 50), true);
    assert.equal(isDeeperThan(value, 200_000), false);
  });
});
