import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compile, decisive } from '../../src/routing/expressions/compile';
import { ExpressionError } from '../../src/routing/expressions/errors';
import { Parser, parse } from '../../src/routing/expressions/parse';
import type { Attributes, Context, Scope } from '../../src/routing/expressions/scope';
import { print } from '../../src/routing/expressions/syntax';
import type { Expression, Operand, Operator } from '../../src/routing/expressions/syntax';
import { defaultOptions, routingDoubts } from '../../src/routing/options';
import type { RoutingOptions } from '../../src/routing/options';
import { sequences } from '../sequences';

const range = { start: 0, end: 0 };
const names = ['a', 'level', 'skills', 'nested', '_x', '$y', 'and1', 'constructor'];
const name = fc.constantFrom(...names);
const key = fc
  .tuple(name, fc.array(fc.oneof(name, fc.nat(3)), { maxLength: 2 }))
  .map(([first, rest]): Operand => ({ type: 'key', path: [first, ...rest], range }));
const value = fc.oneof(
  fc.string(),
  fc.constantFrom('a', 'b', '5', "it's", 'say "x"', 'back\\slash', '\n', ''),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
  fc.boolean(),
  fc.constant(null),
);
const literal = value.map((one): Operand => ({ type: 'literal', value: one, range }));
const { operand } = fc.letrec<{ operand: Operand }>((tie) => ({
  operand: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    literal,
    key,
    fc.array(tie('operand'), { maxLength: 3 }).map((items): Operand => ({ type: 'list', items, range })),
  ),
}));
const operators: Operator[] = ['==', '!=', '<', '<=', '>', '>=', 'CONTAINS', 'HAS', 'IN', 'NOT IN'];
const comparison = fc
  .tuple(operand, fc.constantFrom(...operators), operand)
  .map(([left, operator, right]): Expression => ({
    type: 'comparison',
    operator,
    operatorRange: range,
    left,
    right,
    range,
  }));
const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    comparison,
    fc
      .tuple(fc.constantFrom('and', 'or'), fc.array(tie('expression'), { minLength: 2, maxLength: 3 }))
      .map(([type, operands]): Expression => ({ type, operands, range })),
  ),
}));

const withoutRanges = (node: unknown): unknown =>
  JSON.parse(
    JSON.stringify(node, (name, part: unknown) => (name.toLowerCase().endsWith('range') ? undefined : part)),
  );

const attributes = fc.dictionary(name, fc.jsonValue({ maxDepth: 3 })) as fc.Arbitrary<Attributes>;
const scope: fc.Arbitrary<Scope> = fc.record({
  task: attributes,
  worker: fc.record({
    sid: fc.string(),
    friendlyName: fc.string(),
    activitySid: fc.string(),
    activityName: fc.string(),
    attributes,
    channels: fc.constant({ chat: { available: true, capacity: 3, pending: 1, accepted: 1, wrapping: 0 } }),
  }),
  presence: fc.record({ available: fc.nat(9), unavailable: fc.nat(9) }),
});
const context = fc.constantFrom<Context>('queue', 'filter', 'target', 'skip_if', 'workerList', 'taskList');
const options = fc.record(
  Object.fromEntries(
    Object.entries(routingDoubts).map(([option, { choices }]) => [
      option,
      fc.constantFrom<boolean | string>(...choices),
    ]),
  ),
) as unknown as fc.Arbitrary<RoutingOptions>;

/** In a target every key needs a prefix. */
const prefixed = (text: string) =>
  text.replace(/\b(level|nested)\b/g, 'worker.$1').replace(/\bskills\b/g, 'task.skills');

const refusedOr = <T>(run: () => T): T | undefined => {
  try {
    return run();
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
};

describe('any expression', () => {
  it('is printed as text that parses to the same expression', () =>
    fc.assert(
      fc.property(expression, (node) => {
        const text = print(node);
        const parsed = parse(text);
        assert.deepEqual(withoutRanges(parsed), withoutRanges(node));
        assert.equal(print(parsed), text);
        const leftToRight = parse(text, { ...defaultOptions, andBeforeOr: false });
        assert.deepEqual(withoutRanges(leftToRight), withoutRanges(node));
      }),
    ));

  it('has a result that agrees with its reasons, and never throws', () => {
    let evaluated = 0;
    fc.assert(
      fc.property(expression, scope, context, options, fc.boolean(), (node, given, where, chosen, prefix) => {
        const text = prefix ? prefixed(print(node)) : print(node);
        const compiled = refusedOr(() => compile(text, where, chosen));
        if (!compiled) return;
        evaluated++;
        const reason = compiled.explain(given);
        assert.equal(reason.result, compiled.test(given));
        assert.equal(compiled.truth(given), reason.result);
        const deciding = decisive(reason);
        assert.deepEqual(compiled.deciding(given).range, deciding[0]!.range);
        assert.ok(deciding.length > 0);
        for (const { result, mismatch } of deciding) {
          assert.equal(result, reason.result);
          if (mismatch) assert.equal(result, false);
        }
        // Without the scope nothing is claimed that the scope could refute.
        const guess = compiled.explain({}).result;
        assert.equal(compiled.truth({}), guess);
        assert.ok(guess === 'unknown' || guess === reason.result);
        assert.equal(typeof compiled.test({}), 'boolean');
      }),
      { ...sequences(), numRuns: 500 },
    );
    assert.ok(evaluated > 100, `${evaluated} were accepted`);
  });
});

describe('any text', () => {
  const pieces = [
    'a',
    '.b',
    '[0]',
    ' ',
    "'x'",
    '"',
    "'",
    '\\',
    '5',
    '-',
    '==',
    '>-',
    'AND',
    'NOT ',
    'IN',
    '(',
    ')',
    '[',
    ']',
    ',',
    'é',
  ];
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.constantFrom(...pieces)).map((parts) => parts.join('')),
  );

  it('is parsed, or refused with a position in it, in less than 50 steps per character', () =>
    fc.assert(
      fc.property(text, options, (written, chosen) => {
        const parser = new Parser(written, chosen);
        try {
          parser.parse();
        } catch (error) {
          assert.ok(error instanceof ExpressionError, String(error));
          const { start, end } = error.range;
          assert.ok(0 <= start && start <= end && end <= written.length, `${start} to ${end}`);
        }
        assert.ok(parser.steps < 50 * Math.max(1, written.length), `${parser.steps} steps`);
      }),
      { ...sequences(), numRuns: 1000 },
    ));
});
