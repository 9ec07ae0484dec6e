import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compile } from '../../src/routing/expressions/compile';
import { decisionsIn } from '../../src/routing/expressions/decide';
import { parse } from '../../src/routing/expressions/parse';
import type { Context } from '../../src/routing/expressions/scope';
import { defaultOptions, routingDoubts } from '../../src/routing/options';
import { sequences } from '../sequences';

/** Few keys and few values, so that comparisons often contradict or imply each other. */
const constants = ["'a'", "'A'", "'b'", "'5'", "'5.0'", '5', '3', '0', 'true', 'null'];
const constant = fc.constantFrom(...constants);
const list = fc.array(constant, { minLength: 1, maxLength: 2 }).map((items) => `[${items.join(', ')}]`);
const key = fc.constantFrom('x', 'x', 'x', 'y');
const operator = fc.constantFrom('==', '!=', '<', '<=', '>', '>=', 'CONTAINS', 'HAS', 'IN', 'NOT IN');
const comparison = fc
  .tuple(key, operator, fc.oneof({ weight: 4, arbitrary: constant }, list, key), fc.boolean())
  .map(([left, op, right, turned]) => (turned ? `${right} ${op} ${left}` : `${left} ${op} ${right}`));
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    comparison,
    fc
      .tuple(tie('condition'), fc.constantFrom('AND', 'OR'), tie('condition'))
      .map(([a, joint, b]) => `(${a}) ${joint} (${b})`),
  ),
}));

const scalars = [null, true, false, 'a', 'A', 'b', 'ab', 'c', '5', '5.0', '05', '4', 5, 3, 0, -1, 4, 15];
const value = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom<unknown>(...scalars) },
  fc.subarray<unknown>(scalars, { maxLength: 3 }),
  fc.constantFrom<unknown>({}, { a: 1 }, undefined),
);
const task = fc.record({ x: value, y: value }).map((one) => JSON.parse(JSON.stringify(one)) as object);
const options = fc
  .record({
    ...Object.fromEntries(
      Object.entries(routingDoubts).map(([name, { choices }]) => [
        name,
        fc.constantFrom<boolean | string>(...choices),
      ]),
    ),
  })
  .map((chosen) => ({ ...defaultOptions, ...chosen, ...readable }));
/** Options that decide whether an expression is refused. */
const readable = {
  keywordCase: 'any',
  hyphensInStrings: true,
  negativeNumbers: true,
  emptyLists: true,
  stringEscapes: true,
} as const;

const decisions = decisionsIn('filter');
const tasks = fc.array(task, { minLength: 20, maxLength: 20 });

describe('What can be proved of expressions', () => {
  it('what is never true is false for every task, whatever Twilio decided', () => {
    let proofs = 0;
    fc.assert(
      fc.property(condition, tasks, options, (text, all, chosen) => {
        if (!decisions.isNever(parse(text))) return;
        proofs++;
        const { test } = compile(text, 'filter', chosen);
        for (const one of all) assert.equal(test({ task: one as Record<string, unknown> }), false);
      }),
      sequences(),
    );
    assert.ok(proofs > 20, `only ${proofs} proofs`);
  });

  it('what is always true is true for every task', () => {
    fc.assert(
      fc.property(condition, condition, tasks, options, (a, b, all, chosen) => {
        const text = `(${a}) OR (${b})`;
        if (!decisions.isAlways(parse(text))) return;
        const { test } = compile(text, 'filter', chosen);
        for (const one of all) assert.equal(test({ task: one as Record<string, unknown> }), true);
      }),
      sequences(),
    );
  });

  it('what is implied is true for every task for which the other is', () => {
    let proofs = 0;
    fc.assert(
      fc.property(condition, condition, tasks, options, (a, b, all, chosen) => {
        if (!decisions.implies(parse(a), parse(b))) return;
        proofs++;
        const [first, second] = [compile(a, 'filter', chosen), compile(b, 'filter', chosen)];
        for (const one of all) {
          const scope = { task: one as Record<string, unknown> };
          if (first.test(scope)) assert.equal(second.test(scope), true, JSON.stringify(one));
        }
      }),
      sequences(),
    );
    assert.ok(proofs > 20, `only ${proofs} proofs`);
  });

  const never: readonly [string, Context?][] = [
    ["type == 'a' AND type == 'b'"],
    ["type IN ['a', 'b'] AND type == 'c'"],
    ["type == 'a' AND type != 'a'"],
    ['level > 5 AND level < 3'],
    ["level HAS 'x' AND level > 3"],
    ["type == 'a' AND (level > 1 AND type IN ['b'])"],
    ["type == 'abc' AND type CONTAINS 'z'"],
    ["skills HAS 'a' AND 'a' NOT IN skills"],
    ['vip == null AND vip == true'],
    ["type IN 'sales'"],
    ["type == ['a']"],
    ['1 == 0'],
    ['workers.available < 0', 'skip_if'],
    ['worker.available == 0', 'skip_if'],
    ['workers.idle == 0', 'skip_if'],
    ['worker.channel.voice.available_capacity_percentage > 100', 'target'],
  ];
  for (const [text, context = 'filter'] of never) {
    it(`${text} is never true`, () => assert.equal(decisionsIn(context).isNever(parse(text)), true));
  }

  const possible: readonly [string, Context?][] = [
    ["type == 'a' OR type == 'b'"],
    ["skills HAS 'a' AND skills HAS 'b'"],
    ["type CONTAINS 'a' AND type CONTAINS 'b'"],
    ["type > 'a' AND type < 'b'"],
    ['level > 3 AND level < 5'],
    ["level == '5' AND level == 5"],
    ["type == 'a' AND type == 'A'"],
    ["a != null AND skills HAS 'x'"],
    ['id > 9007199254740992 AND id != 9007199254740993'],
    ['id == 9007199254740992 AND id != 9007199254740993'],
    ['id > 99999999999999999999'],
    ["id > '99999999999999999999'"],
    ["a == 0.0000001 AND a CONTAINS '0.00'"],
    ["a == 0.0000001 AND a CONTAINS '1e-7'"],
    ["a == 1 AND a CONTAINS '.'"],
    ["a == 0.0000001 AND a != '0.0000001'"],
    ["a <= 0.0000001 AND a >= 0.0000001 AND a != 0.0000001 AND a != '0.0000001'"],
    ["task.type == 'x' AND worker.type == 'y'", 'target'],
    ['workers.available == 0', 'skip_if'],
    ['workers.WA00000000000000000000000000000000 > 1', 'skip_if'],
    ['worker.channel.voice.available_capacity_percentage == 100', 'target'],
  ];
  for (const [text, context = 'filter'] of possible) {
    it(`${text} may be true`, () => assert.equal(decisionsIn(context).isNever(parse(text)), false));
  }

  const implied: readonly [string, string, boolean][] = [
    ["type == 'a' AND vip == true", "type == 'a'", true],
    ["type == 'a'", "type IN ['a', 'b']", true],
    ["type IN ['a', 'b']", "type == 'a' OR type == 'b'", true],
    ['level >= 5', 'level > 3', true],
    ["type == 'a'", '1 == 1', true],
    ["type == 'a'", 'type != null', true],
    ["type == 'a'", "type != 'b'", true],
    ["type == 'a-b'", "type CONTAINS 'a'", true],
    ['a IN task.x AND b == 1', 'a IN task.x', true],
    ["type == 'a'", "type == 'a' AND vip == true", false],
    ["type != 'a'", "type == 'b'", false],
    ["type == 'a'", 'vip != true', false],
    ["type == 'a'", "type == 'A'", false],
    ['level > 3', 'level >= 5', false],
    ["skills HAS 'a'", "skills == 'a'", false],
  ];
  for (const [first, second, expected] of implied) {
    it(`${first} ${expected ? 'implies' : 'does not imply'} ${second}`, () => {
      assert.equal(decisions.implies(parse(first), parse(second)), expected);
    });
  }

  it('gives up on more comparisons of one key than can be tried', () => {
    const text = Array.from({ length: 2000 }, (_, i) => `a != ${i}`).join(' AND ');
    const before = process.cpuUsage();
    assert.equal(decisions.isNever(parse(text)), false);
    assert.ok(process.cpuUsage(before).user < 5_000_000);
  });

  it('gives up on conditions that branch too much', () => {
    const clause = (i: number) => `(a${i} == 1 OR b${i} == 2 OR c${i} == 3)`;
    const text = Array.from({ length: 40 }, (_, i) => clause(i)).join(' AND ');
    assert.equal(decisions.implies(parse(text), parse("z == 'q'")), false);
  });
});
