import { strict as assert } from 'node:assert';
import { sentences } from '../../../src/extension/display/sentences';

describe('sentences', () => {
  for (const [texts, joined] of [
    [['One', 'Two.'], 'One. Two.'],
    [['Loading…', 'Why?', 'Now!'], 'Loading… Why? Now!'],
    [
      ['It says “No.”', 'So (see above.)', 'until 9:04 p.m.'],
      'It says “No.” So (see above.) until 9:04 p.m.',
    ],
    [['1 pending', '', undefined, ' Two. '], '1 pending. Two.'],
    [[], ''],
  ] as const)
    it(`end once: ${joined || 'none'}`, () => assert.equal(sentences(...texts), joined));
});
