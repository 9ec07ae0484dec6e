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
