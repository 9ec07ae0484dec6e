import { strict as assert } from 'node:assert';
import { passes, storedFilter, storeFilter } from '../../../../src/extension/features/live/liveFilter';
import { FakeMemory } from '../../window';
import { sid, stage, viewOf, workspaceSid } from './stage';

describe('the filter of the live view', () => {
  it('is remembered, and can be removed', async () => {
    const memory = new FakeMemory();
    assert.equal(storedFilter(memory), undefined);
    for (const filter of [{ accountId: 'a' }, { accountId: 'a', workspaceSid }]) {
      await storeFilter(memory, filter);
      assert.deepEqual(storedFilter(memory), filter);
    }
    await storeFilter(memory, undefined);
    assert.equal(storedFilter(memory), undefined);
    await memory.update('live.filter', { accountId: 1 });
    assert.equal(storedFilter(memory), undefined, 'another version may have stored something else');
  });

  for (const [filter, count] of [
    [undefined, 2],
    [{ accountId: 'a' }, 2],
    [{ accountId: 'a', workspaceSid }, 2],
    [{ accountId: 'b' }, 0],
    [{ accountId: 'a', workspaceSid: sid('WS', '2') }, 0],
  ] as const)
    it(`leaves ${count} of two rows with ${JSON.stringify(filter)}`, () => {
      const on = stage(90, 30);
      const view = viewOf(on, { isShown: (entry) => passes(filter, entry) });
      assert.equal(view.getChildren().length, count);
      assert.equal(on.open.pending.length, 2, 'the badge counts all');
    });
});
