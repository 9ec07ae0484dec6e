import { strict as assert } from 'node:assert';
import { csvRecord } from '../../../../src/extension/features/table/csv';

describe('CSV', () => {
  for (const [value, field] of [
    ['Rosa', 'Rosa'],
    ['', ''],
    ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
    ['+15550100', "'+15550100"],
    ['-1+1', "'-1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', `"'\t=1"`],
    ['\r=1', `"'\r=1"`],
    ['\n=1', `"'\n=1"`],
    ['\uff1d1+1', "'\uff1d1+1"],
    ['a,b', '"a,b"'],
    ['a;b', '"a;b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    ['",=1+1', '"\"",=1+1"'],
    [' space', '" space"'],
    ['a=b', 'a=b'],
  ] as const)
    it(`writes ${JSON.stringify(value)} as text in one field`, () => {
      assert.equal(csvRecord([value, 'x']), `${field},x\r\n`);
    });

  it('never begins a field with what a spreadsheet runs', () => {
    for (let code = 0; code < 0x80; code++) {
      const [field] = /^"?(?:[^"]|"")*/.exec(csvRecord([`${String.fromCharCode(code)}1`])) ?? [''];
      assert.doesNotMatch(field, /^"?[=+\-@\t\r\n]/);
    }
  });
});
