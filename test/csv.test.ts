import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { csvRecord } from '../src/csv';
import { hostile } from './safety/hostile';
import { sequences } from './sequences';

/** What spreadsheets run, and after what they skip: spaces, quotes and invisible characters. */
const formula = /^[\s\0"\p{Default_Ignorable_Code_Point}]*[=+\-@\uff1d\uff0b\uff0d\uff20]/u;

/** Cells as a program reads them that splits at this separator, and takes or does not take quotes around a cell. */
function cellsOf(csv: string, separator: string, takesQuotes: boolean): string[] {
  let cell = '';
  const cells: string[] = [];
  let isQuoted = false;
  for (let at = 0; at < csv.length; at++) {
    const character = csv[at]!;
    if (isQuoted && csv.startsWith('""', at)) cell += csv[at++]!;
    else if (isQuoted && character === '"') isQuoted = false;
    else if (isQuoted) cell += character;
    else if (character === separator || /[\r\n]/.test(character)) {
      cells.push(cell);
      cell = '';
    } else if (takesQuotes && character === '"' && cell === '') isQuoted = true;
    else cell += character;
  }
  return [...cells, cell];
}

describe('CSV', () => {
  for (const [value, field] of [
    ['Rosa', 'Rosa'],
    ['', ''],
    ['=HYPERLINK("http://x","y")', `'=HYPERLINK(""http://x"",""y"")`],
    ['+15550100', "'+15550100"],
    ['\t=1', "' =1"],
    ['\uff1d1+1', "'\uff1d1+1"],
    ['a,b', 'a,b'],
    ['say "hi"', 'say ""hi""'],
    ['two\r\nlines\u2028more', 'two lines more'],
    ['a;=1;b', "a;'=1;b"],
    ['a, "=1"', `a,' ""=1""`],
    ['a=b-c', 'a=b-c'],
  ] as const)
    it(`writes ${JSON.stringify(value)} as text in one field`, () => {
      assert.equal(csvRecord([value, 'x']), `"${field}","x"\r\n`);
    });

  it('has no cell with a formula, wherever a program splits it', () => {
    const parts = ['=1', '+', '-', '@A', '\uff1d', '"', '""', "'", ',', ';', '\t', '\r', '\n', ' ', '\0'];
    const short = hostile.map(({ text }) => text).filter(({ length }) => length < 100);
    const texts = [...parts, '\u200b', '\ufeff', '\u2029', 'a', ...short];
    const value = fc
      .array(fc.oneof(fc.constantFrom(...texts), fc.string({ unit: 'binary', maxLength: 3 })), {
        maxLength: 8,
      })
      .map((some) => some.join(''));
    fc.assert(
      fc.property(fc.array(fc.array(value, { minLength: 1, maxLength: 4 }), { maxLength: 3 }), (records) => {
        const csv = records.map(csvRecord).join('');
        for (const separator of [',', ';', '\t'])
          for (const takesQuotes of [true, false])
            for (const cell of cellsOf(csv, separator, takesQuotes))
              assert.doesNotMatch(cell, formula, JSON.stringify(csv));
        // The two characters at the end of a record begin a cell each.
        const cells = records.reduce((sum, { length }) => sum + length + 1, 1);
        assert.equal(cellsOf(csv, ',', true).length, cells);
      }),
      sequences(),
    );
  });
});
