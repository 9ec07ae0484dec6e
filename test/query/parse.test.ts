import assert from 'node:assert/strict';
import fc from 'fast-check';
import { inEnglish } from '../../src/taskrouter/message';
import { parse } from '../../src/query/parse';
import { print } from '../../src/query/syntax';
import type { Condition, Query } from '../../src/query/syntax';
import { queries, withoutRanges } from './queries';

/** `status:wrapping` as [field, comparator, values]; a leading `-` marks a negated condition. */
const short = ({ field, path, negated, comparator, values }: Condition) =>
  [(negated ? '-' : '') + [field, ...(path ?? [])].join('/'), comparator, ...values].join(' ');

function shortQuery(text: string): string[][] {
  const parsed = parse(text);
  assert.ok('query' in parsed, text);
  return parsed.query.alternatives.map((all) => all.map(short));
}

describe('a query line', () => {
  const table: readonly (readonly [text: string, ...alternatives: string[][]])[] = [
    [''],
    ['  '],
    ['status:wrapping', ['status : wrapping']],
    ['status:wrapping,assigned', ['status : wrapping assigned']],
    [
      'status:wrapping age>2h queue:Billing from:+1555 worker:ana attributes.vip=true',
      [
        'status : wrapping',
        'age > 2h',
        'queue : Billing',
        'from : +1555',
        'worker : ana',
        'attributes/vip = true',
      ],
    ],
    ['queue:"Billing EU","a, b"', ['queue : Billing EU a, b']],
    ['queue="say \\"hi\\" \\\\ back"', ['queue = say "hi" \\ back']],
    ['-channel:voice', ['-channel : voice']],
    ['channel!=voice', ['-channel = voice']],
    ['-channel!=voice', ['channel = voice']],
    ['attributes.a.b-c."d e".x>=3', ['attributes/a/b-c/d e/x >= 3']],
    [
      'status:pending OR status:reserved priority>5',
      ['status : pending'],
      ['status : reserved', 'priority > 5'],
    ],
    ['Rosa "OR" -late', ['text : Rosa', 'text : OR', '-text : late']],
    ['12:30 or - "" ,', ['text : 12:30', 'text : or', 'text : -', 'text : ', 'text : ,']],
    ['"http://x" +1555', ['text : http://x', 'text : +1555']],
    ['is:open age<=1d12h', ['is : open', 'age <= 1d12h']],
    ['priority=-1', ['priority = -1']],
  ];
  for (const [text, ...expected] of table)
    it(`can be ${text || 'empty'}`, () => assert.deepEqual(shortQuery(text), expected));

  /** What is wrong, with the wrong part in brackets, and what to write instead. */
  const problems: readonly (readonly [marked: string, message: RegExp, suggestion?: string])[] = [
    ['[stats]:wrapping', /no field “stats”. Did you mean “status”/, 'status'],
    ['Rosa [foo]:bar', /no field “foo”/, 'attributes.foo'],
    ['[vip.level]:3', /write attributes.vip.level/, 'attributes.vip.level'],
    ['[attributes]:3', /Name the attribute after a dot/, 'attributes.'],
    ['status:[wraping]', /“wraping” is not one of pending, reserved, /, 'wrapping'],
    ['status:pending,[nothing]', /“nothing” is not one of/],
    ['is:[stuck]', /“stuck” is not one of open, finished/],
    ['is:open[from:Rosa]', /Put a space before “from:Rosa”/, ' from:Rosa'],
    ['status:pending[-queue:Billing]', /Put a space before “-queue:Billing”/, ' -queue:Billing'],
    ['queue:"Billing"[from:Rosa]', /Put a space before “from:Rosa”/, ' from:Rosa'],
    ['[status>]pending', /status cannot be compared with >/, 'status:'],
    ['[age:]2h', /Compare age with > or </, 'age>'],
    ['age>[2]', /“2” is no duration/, '2h'],
    ['age>[2 hours] is:open', /“2” is no duration/, '2h'],
    ['age>[10Minutes]', /is no duration/, '10m'],
    ['age>[30]', /“30” is no duration/, '30m'],
    ['[(status:pending)]', /no parentheses/, 'status:pending'],
    ['[NOT status:pending]', /Write - before a condition/, '-status:pending'],
    ['is:open [AND queue:Billing]', /leave out AND/, 'queue:Billing'],
    ['[created]>2h', /no field “created”. Did you mean “age”/, 'age'],
    ['[Assignee]:ana', /no field “Assignee”. Did you mean “worker”/, 'worker'],
    ['age>[soon]', /“soon” is no duration/],
    ['priority>[high]', /“high” is no number/],
    ['attributes.level>[x]', /“x” is no number/],
    ['priority>3[,4]', /Only one value can be compared/],
    ['[status:]', /A value is missing after “status:”/],
    ['[queue:a,]', /A value is missing/],
    ['queue:["Billing]', /closing quotation mark/, '"Billing"'],
    ['[OR] status:pending', /before OR/],
    ['status:pending [OR]', /after OR/],
  ];
  for (const [marked, expected, suggestion] of problems)
    it(`cannot be ${marked}`, () => {
      const text = marked.replace(/[[\]]/g, '');
      const parsed = parse(text);
      assert.ok('problem' in parsed, text);
      const { message, range } = parsed.problem;
      assert.match(inEnglish(message), expected);
      const { start, end } = range;
      assert.equal(`${text.slice(0, start)}[${text.slice(start, end)}]${text.slice(end)}`, marked);
      assert.equal(parsed.problem.suggestion, suggestion);
    });

  it('has fields in any letter case', () => {
    const parsed = parse('Worker:Ana');
    assert.equal('query' in parsed && parsed.query.alternatives[0]?.[0]?.field, 'worker');
  });

  it('is the same after printing and parsing', () => {
    fc.assert(
      fc.property(queries, (query) => {
        const text = print(query);
        const parsed = parse(text);
        assert.ok('query' in parsed, text);
        assert.deepEqual(withoutRanges(parsed.query), withoutRanges(query), text);
      }),
    );
  });

  it('has its conditions where their ranges say', () => {
    fc.assert(
      fc.property(queries, (query) => {
        const text = print(query);
        const parsed = parse(text);
        assert.ok('query' in parsed, text);
        for (const condition of parsed.query.alternatives.flat()) {
          const alone: Query = { alternatives: [[condition]] };
          const again = parse(text.slice(condition.range.start, condition.range.end));
          assert.ok('query' in again, text);
          assert.deepEqual(withoutRanges(again.query), withoutRanges(alone));
        }
      }),
    );
  });

  it('never fails otherwise than by a problem within the text', () => {
    const pieces = ['status:', 'age>', 'OR', '-', '"', '\\', ',', ' ', 'attributes.', '=', '!=', 'x', '1h'];
    const texts = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string())).map((all) => all.join(''));
    fc.assert(
      fc.property(texts, (text) => {
        const parsed = parse(text);
        if ('query' in parsed) return;
        const { start, end } = parsed.problem.range;
        assert.ok(0 <= start && start <= end && end <= text.length, `${start} to ${end} in ${text}`);
      }),
    );
  });
});
