import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { visibleText } from '../../../src/extension/display/visibleText';
import { sequences } from '../../sequences';

const decoded = (text: string) =>
  text.replace(/⟨U\+([0-9A-F]+)⟩/gu, (_all, hex: string) => String.fromCodePoint(parseInt(hex, 16)));

describe('a value in a confirmation', () => {
  it('shows every character of Unicode differently', () => {
    const codes = Array.from({ length: 0x110000 }, (_one, code) => code);
    const all = codes
      .filter((code) => code < 0xd800 || code > 0xdfff)
      .map((code) => String.fromCodePoint(code));
    for (let i = 0; i < all.length; i += 1000) {
      const value = all.slice(i, i + 1000).join('a');
      const text = visibleText(value);
      assert.equal(decoded(text), value);
      assert.doesNotMatch(text.replaceAll(' ', ''), /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u);
    }
  });

  it('differs for different values, and is never truncated', () => {
    const value = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(value, (one) => assert.equal(decoded(visibleText(one)), one)),
      sequences(1000),
    );
  });

  for (const [value, shown] of [
    ['a b', 'a b'],
    [' a  b ', '⟨U+0020⟩a⟨U+0020⟩ b⟨U+0020⟩'],
    ['a\nTo = +15550100199', 'a⟨U+000A⟩To = +15550100199'],
    ['⟨U+200B⟩', '⟨U+27E8⟩U+200B⟩'],
    ['\u200b', '⟨U+200B⟩'],
    ['\ud800', '\ufffd'],
    ['https://a.example/\u05d0/b', 'https://a.example/⟨U+05D0⟩/b'],
    ['client:zoë_\u{1f600}', 'client:zoë_\u{1f600}'],
  ] as const)
    it(`shows ${JSON.stringify(value)} as ${shown}`, () => assert.equal(visibleText(value), shown));
});
