import assert from 'node:assert/strict';
import { complete } from '../../src/query/complete';

const vocabulary = {
  workspace: ['Desk', 'Sales EMEA'],
  queue: ['Billing', 'Billing EU', 'Returns'],
  attributes: [
    { path: ['vip'], values: ['true'] },
    { path: ['order id'], values: ['A 1', 'B"2'] },
  ],
};

/** `|` is the cursor. */
const completed = (marked: string): string[] => {
  const cursor = marked.indexOf('|');
  const text = marked.replace('|', '');
  const { range, items } = complete(text, cursor, vocabulary);
  return items.map((item) => text.slice(0, range.start) + item.text + text.slice(range.end));
};

describe('completion in a query line', () => {
  const table: readonly (readonly [marked: string, ...texts: string[]])[] = [
    ['sta|', 'status:'],
    ['-sta|', '-status:'],
    ['age>2h pr|', 'age>2h priority:'],
    ['vi|', 'attributes.vip='],
    ['attributes.o|', 'attributes."order id"='],
    ['status:wr|', 'status:wrapping'],
    ['status:wrapping,re|', 'status:wrapping,reserved'],
    ['st| age>2h', 'status: age>2h'],
    ['age>|', 'age>5m', 'age>1h', 'age>4h', 'age>1d', 'age>7d'],
    ['workspace:sa|', 'workspace:"Sales EMEA"'],
    ['queue:eu|', 'queue:"Billing EU"'],
    ['queue:"Billing E|', 'queue:"Billing EU"'],
    ['queue:"Billing EU",ret|', 'queue:"Billing EU",Returns'],
    ['attributes.vip=|', 'attributes.vip=true'],
    ['is:un|', 'is:unstaffed', 'is:unserved'],
    ['nothing:|'],
    ['"sta|'],
  ];
  for (const [marked, ...texts] of table)
    it(`offers ${texts.join(', ') || 'nothing'} for ${marked}`, () =>
      assert.deepEqual(completed(marked), texts));

  it('offers every field where a condition begins', () => {
    assert.ok(completed('status:pending |').includes('status:pending queue:'));
    assert.equal(complete('', 0).items.length, 15);
  });

  it('marks what others have named', () => {
    assert.ok(complete('queue:', 6, vocabulary).items.every(({ isData }) => isData));
    assert.ok(complete('status:', 7, vocabulary).items.every(({ isData }) => !isData));
  });
});
