import { strict as assert } from 'node:assert';
import * as z from 'zod';
import { InvalidFileError, parseJsonFile, rangesIn } from '../src/jsonFile';

describe('a JSON file', () => {
  it('names the first 100 mistakes with their places, however many it has', () => {
    const text = `{"a": [${'\n 1,'.repeat(50_000)}\n "1"]}`;
    assert.throws(
      () => parseJsonFile(text, 'a.json', z.object({ a: z.array(z.string()) })),
      (error) => {
        assert.ok(error instanceof InvalidFileError);
        const lines = error.message.split('\n');
        assert.equal(lines.length, 101);
        assert.match(lines[99]!, /^a\.json:101:2 a\[99\]: /);
        assert.equal(lines[100], 'a.json has 49900 more mistakes');
        assert.deepEqual([error.file, error.place], ['a.json', { line: 2, column: 2 }]);
        return true;
      },
    );
  });

  it('says what is wrong with a value in the words of JSON', () => {
    const schema = z.strictObject({
      a: z.record(z.string(), z.unknown()).optional(),
      b: z.array(z.string().min(1)).min(1).max(2).optional(),
      c: z.enum(['x', 'y']).optional(),
      d: z.int().min(1).max(9).optional(),
      e: z.union([z.string(), z.boolean()]).optional(),
      f: z.literal(1).optional(),
      g: z.string({ error: 'must be a name' }).optional(),
      h: z.strictObject({ i: z.boolean() }).optional(),
    });
    for (const [value, says] of [
      [{ a: null }, 'a: must be an object, not null'],
      [{ b: {} }, 'b: must be a list, not an object'],
      [{ b: [] }, 'b: must have at least 1 entries'],
      [{ b: [''] }, 'b[0]: must have at least 1 characters'],
      [{ b: ['a', 'b', 'c'] }, 'b: must have at most 2 entries'],
      [{ c: 'z' }, 'c: must be one of "x", "y"'],
      [{ d: 1.5 }, 'd: must be a whole number, not a number'],
      [{ d: 0 }, 'd: must be at least 1'],
      [{ d: 10 }, 'd: must be at most 9'],
      [{ e: 1 }, 'e: has none of the forms that are allowed here'],
      [{ f: 2 }, 'f: must be 1'],
      [{ g: 1 }, 'g: must be a name'],
      [{ h: {} }, 'h.i: this key is missing'],
      [[], 'the file: must be an object, not a list'],
    ] as const)
      assert.throws(
        () => parseJsonFile(JSON.stringify(value), 'a.json', schema),
        ({ message }: Error) => {
          assert.equal(message.replace(/^\S+ /, ''), says);
          return true;
        },
      );
  });

  it('finds the places of values, also of the first and the last line', () => {
    const rangeOf = rangesIn('{"a": 1,\n\n"b": [\n 2]}');
    assert.deepEqual(
      [[], ['a'], ['b'], ['b', 0], ['b', 7]].map((path) =>
        Object.values(rangeOf(path))
          .map(({ line, column }) => `${line}:${column}`)
          .join('-'),
      ),
      ['1:1-4:5', '1:7-1:8', '3:6-4:4', '4:2-4:3', '3:6-4:4'],
    );
  });
});
