import assert from 'node:assert/strict';
import { inEnglish } from '../../src/taskrouter/message';
import { rules } from '../../src/workflow/diagnostics/diagnose';
import { diagnosticCases } from './diagnosticCases';
import { diagnosticsOf } from './workflows';

const short = (text: string) => text.replace(/\s+/g, ' ').slice(0, 90);

describe('Diagnostics of workflows', () => {
  for (const { code, text, at, known, fixed } of diagnosticCases) {
    it(`${code} ${at === undefined ? 'leaves alone' : `marks ${short(at)} in`} ${short(text)}`, () => {
      const all = diagnosticsOf(text, known);
      const found = all.filter((one) => one.code === code);
      const marked = found.map(({ range: { start, end } }) => text.slice(start, end));
      if (at === undefined) {
        assert.deepEqual(marked, []);
        return;
      }
      assert.equal(marked[0], at, JSON.stringify(all.map((one) => [one.code, inEnglish(one.message)])));
      assert.equal(found.length, 1);
      if (fixed === undefined) return;
      const edits = [...found[0]!.fixes[0]!.edits].sort((a, b) => b.range.start - a.range.start);
      const result = edits.reduce(
        (changed, { range, text: by }) => changed.slice(0, range.start) + by + changed.slice(range.end),
        text,
      );
      assert.equal(result, fixed);
    });
  }

  it('has a positive and a negative case for each rule', () => {
    for (const { code } of rules) {
      const cases = diagnosticCases.filter((one) => one.code === code);
      assert.ok(
        cases.some(({ at }) => at !== undefined),
        `${code} is never found`,
      );
      assert.ok(
        cases.some(({ at }) => at === undefined),
        `${code} is always found`,
      );
    }
  });

  it('finds nothing twice at one place for one reason', () => {
    for (const { text, known } of diagnosticCases) {
      const places = diagnosticsOf(text, known).map(
        ({ code, range }) => `${code} ${range.start}-${range.end}`,
      );
      assert.equal(new Set(places).size, places.length, text.slice(0, 500));
    }
  });
});
