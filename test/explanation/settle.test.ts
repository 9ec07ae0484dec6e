import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RoutingRules } from '../../src/explanation/routingRules';
import { compile } from '../../src/routing/expressions/compile';
import { defaultOptions } from '../../src/routing/options';
import { taskAttributes } from '../routing/randomCentres';
import { filterExpression } from '../routing/randomExpressions';
import { sequences } from '../sequences';

const doubtful = [
  'nullEqualsNull',
  'nullDiffersFromValues',
  'nullIsLowest',
  'notInNull',
  'arrayDiffersFromNull',
  'numericStringsEqualNumbers',
  'caseSensitiveStrings',
  'andBeforeOr',
] as const;

describe('an expression of which Twilio does not document everything', () => {
  const rules = new RoutingRules();

  it('has a known result only where none of those points changes it', () => {
    const known = { true: 0, false: 0, unknown: 0 };
    fc.assert(
      fc.property(filterExpression, taskAttributes, (text, task) => {
        const { truth, doubts } = rules.settled.get(text, 'filter');
        const result = truth({ task });
        known[`${result}`]++;
        assert.equal(doubts({ task }).length > 0, result === 'unknown');
        if (result === 'unknown') return;
        assert.equal(compile(text, 'filter').test({ task }), result);
        for (const name of doubtful) {
          const options = { ...defaultOptions, [name]: !defaultOptions[name] };
          assert.equal(compile(text, 'filter', options).test({ task }), result, name);
        }
      }),
      sequences(),
    );
    for (const [result, count] of Object.entries(known)) assert.ok(count > 10, `${count} are ${result}`);
  });

  it('names the point', () => {
    const doubts = (text: string, task: object) =>
      rules.settled.get(text, 'filter').doubts({ task: { ...task } });
    assert.deepEqual(doubts("a == 'x' OR b == 'y' AND c == 'z'", { a: 'x', b: 'y', c: 'no' }), [
      'andBeforeOr',
    ]);
    assert.deepEqual(doubts("(a == 'x') OR (b == 'y' AND c == 'z')", { a: 'x', b: 'y', c: 'no' }), []);
    assert.deepEqual(doubts("a == 'X'", { a: 'x' }), ['caseSensitiveStrings']);
    assert.deepEqual(doubts('a < 5', {}), ['nullIsLowest']);
    assert.deepEqual(doubts("a == 'X' OR b == 1", { a: 'x', b: 1 }), []);
  });
});
