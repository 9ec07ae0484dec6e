import assert from 'node:assert/strict';
import fc from 'fast-check';
import { listedTask, matcher } from '../../src/query/matches';
import { parse } from '../../src/query/parse';
import { nameOf } from '../../src/query/syntax';
import { attributeText, compareNumbers } from '../../src/query/values';
import { attribute, titlesIn } from '../../src/taskrouter/attributes';
import { exactNumber } from '../../src/taskrouter/exactNumbers';
import { sequences } from '../sequences';

/** Numbers as a server may write them. */
const numbers = fc.oneof(
  fc.constantFrom(
    '12345678901234567890',
    '9007199254740993',
    '1.10',
    '1.1',
    '1e400',
    '-0',
    '0.0',
    '1E5',
    '0',
  ),
  fc.stringMatching(/^-?(0|[1-9]\d{0,24})(\.\d{1,12})?([eE][+-]?\d{1,3})?$/),
);
const keys = fc.oneof(
  fc.constantFrom('id', '__proto__', 'n1', 't', 'a b', 'constructor', '7'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }),
);
const others = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('n1', 't', '1.10', '"1.10"', '\\'));

/** JSON with a number below these keys, between other values. */
const nestings = fc.tuple(fc.array(keys, { minLength: 1, maxLength: 4 }), numbers, others, fc.string());
const jsonWith = (path: readonly string[], number: string, other: string, space: string): string =>
  path.reduceRight((inner, key, depth) => {
    const beside = `x${depth}` === key ? 'y' : `x${depth}`;
    const gap = ' '.repeat(space.length);
    return `{${gap}${JSON.stringify(beside)}:[${JSON.stringify(other)},2.50],${JSON.stringify(key)}:${gap}${inner}}`;
  }, number);

const sign = (order: number | bigint) => (order < 0 ? -1 : order > 0 ? 1 : 0);
const matches = (query: string, attributes: string): boolean => {
  const parsed = parse(query);
  assert.ok('query' in parsed, query);
  return matcher(parsed.query)(listedTask({ sid: 'WT1', attributes }, { sid: 'WS1', name: 'Desk' }), 0);
};

describe('the text of an attribute', () => {
  it('has the digits that its JSON has', () =>
    fc.assert(
      fc.property(nestings, ([path, number, other, space]) => {
        const raw = jsonWith(path, number, other, space);
        assert.equal(attributeText(raw, path), number, raw);
        assert.equal(attributeText(raw, ['x0']), `[${JSON.stringify(other)},2.50]`, raw);
        assert.ok(matches(`${nameOf({ field: 'attributes', path })}=${number}`, raw), raw);
      }),
      sequences(),
    ));

  it('of an object or list is JSON with the same digits', () => {
    const raw = '{"order":{"id":12345678901234567890,"sums":[1.10,-0,1e400,null],"n":"n1","ok":true}}';
    assert.equal(attributeText(raw, ['order']), raw.slice('{"order":'.length, -1));
  });

  it('is that of names and calls too', () => {
    assert.deepEqual(titlesIn('{"name":12345678901234567890}'), ['12345678901234567890']);
    assert.equal(attribute('{"call_sid":1.10}', 'call_sid'), '1.10');
  });
});

describe('numbers', () => {
  it('are compared by all of their digits', () =>
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt(), fc.nat(30), (one, other, places) => {
        const shifted = (value: bigint) => exactNumber(`${value}e-${places}`);
        assert.equal(sign(compareNumbers(shifted(one), shifted(other))), sign(one - other));
        assert.ok(compareNumbers(exactNumber(`${one}`), exactNumber(`${one}.0`)) === 0);
      }),
      sequences(),
    ));

  const id = '{"id":12345678901234567890}';
  for (const [query, expected] of [
    ['attributes.id=12345678901234567890', true],
    ['attributes.id=12345678901234567891', false],
    ['attributes.id:4567890', true],
    ['attributes.id>12345678901234567889', true],
    ['attributes.id>12345678901234567890', false],
    ['attributes.id<12345678901234567891', true],
    ['attributes.id=1.2345678901234567890e19', true],
    ['attributes.id.toString=1', false],
  ] as const)
    it(`${query} ${expected ? 'fits' : 'does not fit'} 12345678901234567890`, () =>
      assert.equal(matches(query, id), expected));

  it('of different notation are equal', () => {
    for (const text of ['1.1', '1.10', '11e-1'])
      assert.ok(matches(`attributes.n=${text}`, '{"n":1.10}'), text);
    assert.ok(matches('attributes.n=0', '{"n":-0}'));
    assert.ok(matches('attributes.n>1e399', '{"n":1e400}'));
  });
});
