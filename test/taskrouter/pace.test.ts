import { strict as assert } from 'node:assert';
import { createPace } from '../../src/taskrouter/pace';

/** A pace with so many asking for a place; tells who is in. */
function crowd(most: number, count: number) {
  const pace = createPace(most);
  const inside: number[] = [];
  const controllers = Array.from({ length: count }, () => new AbortController());
  const entries = controllers.map((controller, i) =>
    pace.enter(controller.signal).then(() => inside.push(i)),
  );
  return {
    pace,
    inside,
    controllers,
    entries,
    settled: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

describe('the pace', () => {
  it('admits up to its limit in order, and the next when one has finished', async () => {
    const { pace, inside, settled } = crowd(3, 6);
    await settled();
    assert.deepEqual(inside, [0, 1, 2]);
    pace.leave('good');
    await settled();
    assert.deepEqual(inside, [0, 1, 2, 3]);
    pace.leave('failed');
    pace.leave('failed');
    await settled();
    assert.deepEqual(inside, [0, 1, 2, 3, 4, 5]);
  });

  it('skips requests that were aborted in the queue', async () => {
    const { pace, inside, controllers, entries, settled } = crowd(1, 4);
    controllers[1]!.abort(new Error('no longer'));
    controllers[3]!.abort(new Error('no longer'));
    await assert.rejects(entries[1]!, /no longer/);
    await assert.rejects(entries[3]!, /no longer/);
    pace.leave('good');
    await settled();
    assert.deepEqual(inside, [0, 2]);
  });

  it('does not affect a request in flight that is aborted', async () => {
    const { pace, inside, controllers, settled } = crowd(1, 2);
    await settled();
    controllers[0]!.abort();
    await settled();
    assert.deepEqual(inside, [0]);
    pace.leave('failed');
    await settled();
    assert.deepEqual(inside, [0, 1]);
  });

  it('does not admit a request that was aborted before', async () => {
    const pace = createPace(1);
    await assert.rejects(pace.enter(AbortSignal.abort(new Error('too late'))), /too late/);
    await pace.enter(new AbortController().signal);
  });

  /** How many get in when many ask and nobody leaves. */
  async function ceiling(results: readonly ('good' | 'refused' | 'failed')[]): Promise<number> {
    const pace = createPace(8);
    for (const result of results) {
      await pace.enter(new AbortController().signal);
      pace.leave(result);
    }
    let count = 0;
    for (let i = 0; i < 20; i++) void pace.enter(new AbortController().signal).then(() => count++);
    await new Promise((resolve) => setImmediate(resolve));
    return count;
  }
  it('halves its limit once for refusals of concurrent requests', async () => {
    const pace = createPace(8);
    const { signal } = new AbortController();
    for (let i = 0; i < 8; i++) await pace.enter(signal);
    for (let i = 0; i < 8; i++) pace.leave('refused');
    let count = 0;
    for (let i = 0; i < 20; i++) void pace.enter(signal).then(() => count++);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(count, 4);
  });

  const good = (count: number) => Array<'good'>(count).fill('good');
  const refused = (count: number) => Array<'refused'>(count).fill('refused');

  for (const [name, results, expected] of [
    ['is eight', [], 8],
    ['stays eight however well it goes', good(100), 8],
    ['is halved by a refusal', refused(1), 4],
    ['is halved again', refused(2), 2],
    ['is never less than one', refused(10), 1],
    ['does not grow after nine', [...refused(1), ...good(9)], 4],
    ['grows by one after ten', [...refused(1), ...good(10)], 5],
    ['is back after forty', [...refused(1), ...good(40)], 8],
    ['counts anew after a refusal', [...refused(1), ...good(9), ...refused(1), ...good(9)], 2],
    ['is not moved by what failed otherwise', Array<'failed'>(30).fill('failed'), 8],
    ['does not grow by what failed', [...refused(1), ...Array<'failed'>(30).fill('failed')], 4],
  ] as const) {
    it(`${name}`, async () => assert.equal(await ceiling(results), expected));
  }
});
