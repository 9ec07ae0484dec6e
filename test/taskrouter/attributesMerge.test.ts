import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { createSimulator, manualClock } from '../../src/simulator/simulator';
import type { Side } from '../../src/taskrouter/attributesMerge';
import { compact, formatted, isAttributes, mergeAttributes } from '../../src/taskrouter/attributesMerge';
import { writeAttributes } from '../../src/taskrouter/attributesWrite';
import { ApiError } from '../../src/taskrouter/errors';
import { updateRequest } from '../../src/taskrouter/requests';
import { tasks, workers, workspaces } from '../../src/taskrouter/resources';
import { clientOf } from '../extension/window';
import { still } from '../extension/centre';
import { sequences } from '../sequences';

interface Edit {
  readonly key: string;
  readonly inner: boolean;
  readonly removes: boolean;
}

describe('attributes that several people change', () => {
  const merged = (base: string, mine: string, theirs: string, side: Side = 'theirs') => {
    const { text, conflicts } = mergeAttributes(base, mine, theirs, () => side);
    return [text, conflicts.map(({ path }) => path.join('.'))];
  };

  it('have the changes of both sides, key by key, also in objects', () => {
    assert.deepEqual(merged('{"a":1,"b":2}', '{"a":1,"b":3}', '{"a":9,"b":2}'), ['{"a":9,"b":3}', []]);
    assert.deepEqual(merged('{"a":1,"b":2}', '{"a":1}', '{"a":1,"b":2,"c":3}'), ['{"a":1,"c":3}', []]);
    assert.deepEqual(merged('{"o":{"x":1,"y":1}}', '{"o":{"x":2,"y":1}}', '{"o":{"x":1,"y":2}}'), [
      '{"o":{"x":2,"y":2}}',
      [],
    ]);
    assert.deepEqual(merged('{}', '{"o":{"x":1}}', '{"o":{"y":2}}'), ['{"o":{"y":2,"x":1}}', []]);
  });

  it('are asked for only where both changed the same key in different ways', () => {
    const both = ['{"a":1,"l":[1]}', '{"a":2,"l":[1,2]}', '{"a":3,"l":[1,3]}'] as const;
    assert.deepEqual(merged(...both), ['{"a":3,"l":[1,3]}', ['a', 'l']]);
    assert.deepEqual(merged(...both, 'mine'), ['{"a":2,"l":[1,2]}', ['a', 'l']]);
    assert.deepEqual(merged('{"a":1}', '{"a":2}', '{"a":2}'), ['{"a":2}', []]);
    assert.deepEqual(merged('{"a":1}', '{}', '{"a":2}', 'mine'), ['{}', ['a']]);
    assert.deepEqual(merged('{"a":1}', '{"a":2}', '{}'), ['{}', ['a']]);
  });

  it('keep numbers, the order of keys and equal keys as they were written', () => {
    const big = '{"z":12345678901234567890,"a":1.10,"e":1e400}';
    assert.equal(mergeAttributes(big, big.replace('1.10', '2'), big).text, big.replace('1.10', '2'));
    assert.deepEqual(
      merged(big, '{"z":12345678901234567890,"a":1.10,"e":1e400,"n":0}', big.replace('1.10', '2')),
      ['{"z":12345678901234567890,"a":2,"e":1e400,"n":0}', []],
    );
    const twice = '{"t":{"k":1,"k":2},"a":1}';
    assert.deepEqual(merged(twice, '{"t":{"k":1,"k":2},"a":2}', '{"t":{"k":1,"k":2},"a":1,"b":1}'), [
      '{"t":{"k":1,"k":2},"a":2,"b":1}',
      [],
    ]);
    assert.deepEqual(merged(twice, '{"t":{"k":1,"k":3},"a":1}', '{"t":{"k":0,"k":2},"a":1}')[1], ['t']);
    assert.deepEqual(merged('{"__proto__":1}', '{"__proto__":2}', '{"__proto__":1,"b":1}'), [
      '{"__proto__":2,"b":1}',
      [],
    ]);
  });

  it('are shown on lines and sent without them, and mean the same', () => {
    const shown = formatted('{"a":[],"b":{"c":[1,{"d":"x : , {"}]},"e":12345678901234567890}');
    assert.equal(
      shown,
      '{\n  "a": [],\n  "b": {\n    "c": [\n      1,\n      {\n        "d": "x : , {"\n      }\n    ]\n  },\n  "e": 12345678901234567890\n}\n',
    );
    fc.assert(
      fc.property(fc.json(), (json) => {
        assert.equal(compact(formatted(json)), compact(json));
        assert.deepEqual(JSON.parse(formatted(json)), JSON.parse(json));
        assert.equal(formatted(formatted(json)), formatted(json));
      }),
      sequences(),
    );
  });

  it('have to be an object', () => {
    for (const text of [
      '',
      '[]',
      '1',
      'null',
      '{',
      '{"a":1,}',
      '"a"',
      '{"a":'.repeat(60) + '1' + '}'.repeat(60),
    ])
      assert.ok(!isAttributes(text), text);
    assert.ok(isAttributes(' {"a": 1}\n'));
  });

  it('lose no write, in 1,000 random orders of several writers', async function () {
    this.timeout(300_000);
    const simulator = createSimulator({ clock: manualClock(), scenario: still });
    const client = clientOf(simulator);
    const [workspace] = (await client.list(workspaces, [])).rows;
    const of = async (collection: typeof tasks | typeof workers) => ({
      collection,
      sids: [workspace!.sid, (await client.list(collection as never, [workspace!.sid])).rows[0]!.sid],
    });
    const subjects = [await of(tasks), await of(workers)];
    const edit: fc.Arbitrary<Edit> = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd'),
      inner: fc.boolean(),
      removes: fc.boolean(),
    });
    const writer = fc.array(edit, { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(writer, { minLength: 2, maxLength: 5 }),
        fc.constantFrom(...subjects),
        async (scheduler, writers, { collection, sids }) => {
          const first = '{"big":12345678901234567890,"shared":{"a":0}}';
          await client.update(updateRequest(collection, sids, [['Attributes', first]]));
          const read = async () => {
            const { row, etag } = await client.fetch(collection, sids);
            return { attributes: String(row['attributes']), etag };
          };
          const write = async (own: number, edits: readonly Edit[]) => {
            for (const [i, { key, inner, removes }] of edits.entries()) {
              const base = await scheduler.schedule(Promise.resolve()).then(read);
              const value = own * 10 + i;
              const name = `w${own}${key}`;
              const mine = JSON.parse(base.attributes.replace('12345678901234567890', '"BIG"')) as Record<
                string,
                never
              >;
              const place = (inner ? mine['shared'] : mine) as unknown as Record<string, number>;
              if (removes) delete place[name];
              else place[name] = value;
              const text = JSON.stringify(mine).replace('"BIG"', '12345678901234567890');
              let requests = 0;
              const save = () =>
                writeAttributes(base.attributes, text, {
                  read: () => scheduler.schedule(Promise.resolve()).then(read),
                  choose: () => assert.fail('no two writers change the same key'),
                  async write(attributes, { etag }) {
                    await scheduler.schedule(Promise.resolve());
                    requests++;
                    try {
                      await client.update(
                        updateRequest(collection, sids, [['Attributes', attributes]], etag),
                      );
                      return 'written';
                    } catch (error) {
                      if (error instanceof ApiError && error.status === 412) return 'refused';
                      throw error;
                    }
                  },
                });
              for (let ended = 'refused'; ended === 'refused';) {
                requests = 0;
                ended = (await save()) ?? 'canceled';
                assert.ok(requests <= 1);
                assert.ok(['written', 'refused', 'unchanged'].includes(ended), ended);
              }
            }
          };
          const all = Promise.all(writers.map((edits, own) => write(own, edits)));
          await scheduler.waitFor(all);
          const { attributes } = await read();
          assert.match(attributes, /"big":12345678901234567890/);
          const now = JSON.parse(attributes) as Record<string, unknown>;
          const shared = now['shared'] as Record<string, unknown>;
          assert.equal(shared['a'], 0);
          for (const [own, edits] of writers.entries()) {
            const last = new Map<string, number | undefined>();
            for (const [i, { key, inner, removes }] of edits.entries())
              last.set(`${inner ? 'shared.' : ''}w${own}${key}`, removes ? undefined : own * 10 + i);
            for (const [path, value] of last)
              assert.equal(path.startsWith('shared.') ? shared[path.slice(7)] : now[path], value, path);
          }
        },
      ),
      { ...sequences(), numRuns: 1000 },
    );
  });
});
