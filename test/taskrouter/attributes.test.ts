import { strict as assert } from 'node:assert';
import { attribute, parseAttributes } from '../../src/taskrouter/attributes';
import { maxDepth } from '../../src/taskrouter/depth';

/** Attributes that are this many levels deep, of objects or of lists. */
const nestedObjects = (levels: number) => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);
const nestedLists = (levels: number) =>
  `{"name":"Ada","a":${'['.repeat(levels - 1)}1${']'.repeat(levels - 1)}}`;

describe('attributes', () => {
  it('are an object, with names of every kind', () => {
    assert.deepEqual(parseAttributes('{"name":"Ada","skills":["nl"]}'), { name: 'Ada', skills: ['nl'] });
    assert.equal(attribute('{"name":"Ada"}', 'name'), 'Ada');
    assert.equal(attribute('{"__proto__":{"name":"x"}}', 'name'), undefined);
    assert.equal(attribute('{}', 'constructor'), undefined);
  });

  for (const text of [
    undefined,
    null,
    '',
    ' ',
    '[]',
    '"a"',
    '1',
    'null',
    '{',
    '{"a":NaN}',
    `{"a":"${'x'.repeat(131_072)}"}`,
  ])
    it(`are none in ${JSON.stringify(text)?.slice(0, 20)}`, () =>
      assert.equal(parseAttributes(text), undefined));

  for (const nested of [nestedObjects, nestedLists]) {
    it(`are ignored when they are nested too deeply to show: ${nested.name}`, () => {
      assert.ok(parseAttributes(nested(maxDepth)));
      for (const levels of [maxDepth + 1, 1000, 20_000]) {
        assert.equal(parseAttributes(nested(levels)), undefined);
        assert.equal(attribute(nested(levels), 'name'), undefined);
      }
    });
  }
});
