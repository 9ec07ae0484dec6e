import { strict as assert } from 'node:assert';
import { Selection } from '../../../../src/extension/features/table/selection';

const rows = Array.from({ length: 12 }, (_, i) => ({ sid: `WT${i}`, workspaceSid: 'WS1' }));
const between = (one: number, other: number) => rows.slice(Math.min(one, other), Math.max(one, other) + 1);

describe('a selection of rows', () => {
  it('of ranges from one row is what was selected before, with the last range', () => {
    for (let seed = 1; seed <= 300; seed++) {
      let state = seed;
      const random = (below: number) => (state = (state * 48_271) % 2_147_483_647) % below;
      const selection = new Selection();
      for (let i = random(4); i > 0; i--) selection.toggle(rows[random(12)]!);
      const before = selection.all.map(({ sid }) => sid);
      const from = random(12);
      for (let i = 0; i <= random(6); i++) {
        const range = between(from, random(12));
        selection.extend(rows[from]!.sid, range);
        assert.deepEqual(
          new Set(selection.all.map(({ sid }) => sid)),
          new Set([...before, ...range.map(({ sid }) => sid)]),
          `seed ${seed}`,
        );
      }
    }
  });
});
