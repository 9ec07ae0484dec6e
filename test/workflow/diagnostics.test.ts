import assert from 'node:assert/strict';
import fc from 'fast-check';
import { inEnglish } from '../../src/taskrouter/message';
import { rules } from '../../src/workflow/diagnostics/diagnose';
import { nothingKnown } from '../../src/workflow/known';
import { sequences } from '../sequences';
import { diagnosticCases } from './diagnosticCases';
import { diagnosticsOf, filter, sales, workflow, workspace } from './workflows';

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

  it('finds the same after any edit as in a document that was just opened', () => {
    const [all, surroundings] = [diagnosticCases.slice(), [workspace, nothingKnown]];
    const edit = fc.record({
      take: fc.array(fc.nat(all.length - 1), { minLength: 1, maxLength: 4 }),
      known: fc.constantFrom(...surroundings),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      typed: fc.constantFrom('', ' ', 'x', '"', '}', "'", '${', '\\', '0', sales),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 2, maxLength: 6 }), (edits) => {
        for (const { take, known, at, typed } of edits) {
          const written = `[${take.map((i) => all[i]!.text).join(',\n')}]`;
          if (written.length > 20_000) continue;
          const place = Math.round(at * written.length);
          for (const text of [written, written.slice(0, place) + typed + written.slice(place)])
            assert.deepEqual(diagnosticsOf(text, known), diagnosticsOf(text, { ...known }));
        }
      }),
      sequences(),
    );
  });

  const large: Readonly<Record<string, (i: number) => string>> = {
    'of one key and another': (i) => `a > ${i} AND b_${i} != 3`,
    'that grow wider': (i) => `a > ${1000 - i} AND b != 3 AND c != 4`,
    'with templates': (i) => `a == "\${v${i}}"`,
  };
  for (const [name, expressionOf] of Object.entries(large)) {
    it(`takes no long time for 1,000 filters ${name}`, () => {
      const all = Array.from({ length: 1000 }, (_, i) => filter(expressionOf(i)));
      const text = workflow(all);
      const before = process.cpuUsage();
      const found = diagnosticsOf(text);
      assert.ok(process.cpuUsage(before).user < 15_000_000);
      assert.deepEqual(found, []);
    });
  }
});
