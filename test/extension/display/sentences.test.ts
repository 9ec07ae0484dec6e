import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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

  it('are joined by nothing else: a period between them may be the second one', () => {
    const root = join(__dirname, '../../../src/extension');
    const joins = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .filter((file) => /join\((['"`])\. \1\)|\}\. \$\{/.test(readFileSync(join(root, file), 'utf8')));
    assert.deepEqual(joins, []);
  });
});
