import assert from 'node:assert/strict';
import { compile, decisive } from '../../src/routing/expressions/compile';
import { ExpressionError } from '../../src/routing/expressions/errors';
import { maxDepth, parse, Parser } from '../../src/routing/expressions/parse';
import type { Scope } from '../../src/routing/expressions/scope';
import { comparisonsOf } from '../../src/routing/expressions/syntax';
import { defaultOptions } from '../../src/routing/options';
import type { RoutingOptions } from '../../src/routing/options';
import { documented, doubtful, scopeOf } from './expressionCases';
import type { ExpressionCase } from './expressionCases';

const withOptions = (options: Partial<RoutingOptions>): RoutingOptions => ({ ...defaultOptions, ...options });

function evaluate(row: ExpressionCase, options = defaultOptions): boolean | 'error' {
  const [context, expression] = row;
  try {
    return compile(expression, context, options).test(scopeOf(row));
  } catch (error) {
    if (error instanceof ExpressionError) return 'error';
    throw error;
  }
}

function refusal(expression: string, context: ExpressionCase[0] = 'filter'): ExpressionError {
  try {
    compile(expression, context);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error(`${expression} was accepted`);
}

describe('expressions', () => {
  describe('have the result that Twilio documents', () => {
    for (const row of documented) {
      const [context, expression, given, expected, page] = row;
      it(`${context}: ${expression} with ${JSON.stringify(given)} is ${expected} (${page})`, () =>
        assert.equal(evaluate(row), expected));
    }
  });

  describe('have the result of the default options if the documentation does not decide', () => {
    for (const row of doubtful) {
      const [context, expression, given, expected] = row;
      it(`${context}: ${expression} with ${JSON.stringify(given)} is ${expected}`, () =>
        assert.equal(evaluate(row), expected));
    }
  });

  describe('follow the options', () => {
    const rows: [Partial<RoutingOptions>, ...ExpressionCase[]][] = [
      [{ andBeforeOr: false }, ['filter', '1 == 1 OR 1 == 1 AND 1 == 2', {}, false, '']],
      [
        { keywordCase: 'documented' },
        ['filter', '1 == 1 and 1 == 1', {}, 'error', ''],
        ['filter', "skills has 'a'", { task: { skills: ['a'] } }, 'error', ''],
        ['filter', 'vip == TRUE', { task: { vip: true } }, 'error', ''],
        ['filter', "type in ['a']", { task: { type: 'a' } }, true, ''],
        ['filter', "type contains 'a'", { task: { type: 'a' } }, true, ''],
      ],
      [{ stringEscapes: false }, ['filter', String.raw`path == 'a\b'`, { task: { path: 'a\\b' } }, true, '']],
      [
        { hyphensInStrings: false },
        ['filter', "region == 'en-CA'", { task: { region: 'en-CA' } }, 'error', ''],
      ],
      [{ negativeNumbers: false }, ['filter', 'balance > -5', { task: { balance: 0 } }, 'error', '']],
      [{ emptyLists: false }, ['filter', 'language IN []', { task: { language: 'en' } }, 'error', '']],
      [
        { bareKeys: true },
        ['filter', 'vip', { task: { vip: true } }, true, ''],
        ['filter', '(vip) AND 1 == 1', { task: { vip: false } }, false, ''],
      ],
      [
        { unprefixedTargetKeys: 'null' },
        ['target', "type == 'a'", { task: { type: 'a' }, worker: { attributes: { type: 'a' } } }, false, ''],
      ],
      [
        { workerFieldsInQueues: false },
        ['queue', "sid == 'WK11111111111111111111111111111111'", { worker: {} }, false, ''],
      ],
      [
        { workerPrefixInQueues: true },
        ['queue', 'worker.level > 1', { worker: { attributes: { level: 2 } } }, true, ''],
        ['queue', "worker.friendly_name == 'alice'", { worker: {} }, true, ''],
      ],
      [
        { nullEqualsNull: false },
        ['target', 'task.a == worker.b', { task: {}, worker: {} }, false, ''],
        ['filter', 'a == null', { task: {} }, true, ''],
      ],
      [
        { nullDiffersFromValues: false },
        ['filter', 'vip != true', { task: {} }, false, ''],
        ['filter', 'vip != null', { task: { vip: true } }, true, ''],
      ],
      [
        { nullIsLowest: true },
        ['filter', 'level < 1', { task: {} }, true, ''],
        ['filter', 'level > 1', { task: {} }, false, ''],
      ],
      [{ notInNull: true }, ['target', 'worker.sid NOT IN task.sids', { task: {}, worker: {} }, true, '']],
      [
        { arrayDiffersFromNull: false },
        ['filter', 'agents != null', { task: { agents: ['a'] } }, false, ''],
        ['filter', 'agents != null', { task: { agents: 'a' } }, true, ''],
      ],
      [
        { numericStringsEqualNumbers: false },
        ['filter', 'code == 5', { task: { code: '5' } }, false, ''],
        ['filter', 'code > 4', { task: { code: '5' } }, true, ''],
      ],
      [
        { caseSensitiveStrings: false },
        ['filter', "type == 'LEAD'", { task: { type: 'lead' } }, true, ''],
        ['filter', "name CONTAINS 'BOB'", { task: { name: 'bobby' } }, true, ''],
        ['filter', "type IN ['LEAD']", { task: { type: 'lead' } }, true, ''],
      ],
      [
        { percentageOfNoCapacity: '100' },
        [
          'target',
          'worker.channel.voice.available_capacity_percentage == 100',
          {
            task: {},
            worker: {
              channel: {
                voice: { configured_capacity: 0, assigned_tasks: 0, available_capacity_percentage: 0 },
              },
            },
          },
          true,
          '',
        ],
      ],
    ];
    for (const [options, ...cases] of rows) {
      for (const row of cases) {
        it(`${JSON.stringify(options)}: ${row[1]} is ${row[3]}`, () =>
          assert.equal(evaluate(row, withOptions(options)), row[3]));
      }
      it(`${JSON.stringify(options)} decides something`, () =>
        assert.ok(cases.some((row) => evaluate(row) !== row[3])));
    }

    it('counts pending tasks against the capacity or not', () => {
      const load = { available: true, capacity: 2, pending: 1, accepted: 0, wrapping: 0 };
      const worker = {
        sid: 'WK',
        friendlyName: 'a',
        activitySid: 'WA',
        activityName: 'A',
        channels: { chat: load },
      };
      const text = 'worker.channel.chat.available_capacity_percentage == 100';
      assert.equal(compile(text, 'target').test({ worker }), false);
      const options = withOptions({ capacityFallsAt: 'acceptance' });
      assert.equal(compile(text, 'target', options).test({ worker }), true);
    });
  });

  describe('read keys as attributes only', () => {
    const rows: ExpressionCase[] = [
      ['filter', "constructor.name == 'Object'", { task: {} }, false, ''],
      ['filter', 'toString != null', { task: {} }, false, ''],
      ['filter', 'list.length == 1', { task: { list: ['a'] } }, false, ''],
      ['filter', 'text.length == 1', { task: { text: 'a' } }, false, ''],
      ['filter', 'object != 1', { task: { object: {} } }, false, ''],
      ['filter', "object NOT IN ['a']", { task: { object: {} } }, false, ''],
      ['filter', 'object != null', { task: { object: {} } }, true, ''],
      ['filter', 'text == 16', { task: { text: '0x10' } }, false, ''],
      ['filter', "object[0] == 'a'", { task: { object: { 0: 'a' } } }, false, ''],
      ['filter', '__proto__ == null', { task: {} }, true, ''],
      ['target', 'worker.channel.constructor.assigned_tasks == null', { task: {}, worker: {} }, true, ''],
      ...['constructor', 'toString', 'hasOwnProperty', '__proto__'].map((name): ExpressionCase => [
        'target',
        `worker.channel.voice.${name} == null`,
        {
          task: {},
          worker: {
            channel: {
              voice: { configured_capacity: 1, assigned_tasks: 0, available_capacity_percentage: 100 },
            },
          },
        },
        true,
        '',
      ]),
      // The field wins in a target, the attribute in TargetWorkers, where the field is not documented.
      ['target', "worker.sid == 'x'", { task: {}, worker: { attributes: { sid: 'x' } } }, false, ''],
      ['queue', "sid == 'x'", { worker: { attributes: { sid: 'x' } } }, true, ''],
      [
        'skip_if',
        "task.type == 'a'",
        { task: { type: 'a' }, presence: { available: 1, unavailable: 0 } },
        false,
        '',
      ],
    ];
    for (const row of rows) it(`${row[0]}: ${row[1]}`, () => assert.equal(evaluate(row), row[3]));
  });

  describe('are refused at the position of the mistake', () => {
    // The text between « and » is what the error points at.
    const rows: [marked: string, message: RegExp, context?: ExpressionCase[0]][] = [
      ['«skill-level» > 3', /^`skill-level`: hyphens are not supported; rename the attribute$/],
      ["type == 'a' AND «a.customer-value» == 1", /^`a.customer-value`: hyphens are not supported; rename/],
      ['task.x == «worker.agent-id»', /hyphens/, 'target'],
      ['«1abc» == 1', /^`1abc`: a name cannot start with a digit; rename the attribute$/],
      ['«a.1b» == 1', /^`a.1b`: a name cannot start with a digit/],
      ['«größe» > 1', /^`größe`: keys consist of the letters A to Z, digits, _ and \$; rename/],
      ['a«.» == 1', /^`a` is followed by an incomplete name$/],
      ["a == «'b»", /^the string has no closing '$/],
      ['a ==«»', /^the expression ends where a value is expected$/],
      ['«»', /^the expression is empty$/],
      ['«vip»', /^`vip` is not a condition; compare it, such as vip == true$/],
      ['a == 1 AND («vip»)', /^`vip` is not a condition/],
      ["type «'a'»", /^unexpected 'a' after type$/],
      ["«(»type == 'a'", /^a \( has no \)$/],
      ["type == 'a'«)»", /^there is a \) without \($/],
      ['a == 1 «b» == 2', /^unexpected b; join comparisons with AND or OR$/],
      ['a == 1 «==» true', /^a comparison has two sides only; join comparisons with AND$/],
      ['«NOT» (a == 1)', /^NOT cannot stand here; use != or NOT IN$/],
      ['a «NOT» HAS 1', /^NOT must be followed by IN; NOT exists in NOT IN only/],
      ['a == 1 «&&» b == 1', /^&& is not part of the language; use AND$/],
      ['a == 1 «||» b == 1', /use OR$/],
      ['a «===» 1', /use ==$/],
      ['a «<>» 1', /use !=$/],
      ['a «=~» 1', /there are no regular expressions; use CONTAINS$/],
      ['«!»a', /use != or NOT IN$/],
      ['a == «“»b”', /use straight quotation marks$/],
      ["a IN «(»'en', 'es')", /lists have square brackets/],
      ["a IN ['en', 'es'«»", /^the list has no end$/],
      ['«OR» a == 1', /^unexpected OR$/],
      ['a == 1 AND«»', /^the expression ends where a value is expected$/],
      ['a == «*»', /^unexpected \*$/],
      ['a == «😀»', /^unexpected 😀$/],
      [`a == «${'9'.repeat(400)}»`, /^the number is too large$/],
      [
        "«type» == 'a'",
        /^`type` needs the prefix task. or worker.; write task.type or worker.type$/,
        'target',
      ],
      ['«task» == 1', /^`task` needs the name of an attribute; write task.name$/, 'target'],
    ];
    for (const [marked, message, context] of rows) {
      it(marked.slice(0, 60), () => {
        const error = refusal(marked.replace(/[«»]/g, ''), context);
        const start = marked.indexOf('«');
        assert.match(error.message, message);
        assert.deepEqual(error.range, { start, end: marked.indexOf('»') - 1 });
        assert.equal(error.code, 20001);
      });
    }

    it('without exhausting the stack, however deeply nested', () => {
      for (const text of [
        '('.repeat(100_000) + 'a == 1' + ')'.repeat(100_000),
        'a IN ' + '['.repeat(100_000) + ']'.repeat(100_000),
        'a == 1 AND ('.repeat(50_000),
      ])
        assert.match(refusal(text).message, /nested too deeply/);
      const alternating = 'a == 1 AND b == 1 OR '.repeat(10_000) + 'a == 1';
      assert.ok(parse(alternating));
      assert.throws(() => parse(alternating, withOptions({ andBeforeOr: false })), /alternate too often/);
      const deep = '('.repeat(maxDepth) + 'a == 1' + ')'.repeat(maxDepth);
      assert.equal(compile(deep, 'filter').test({ task: { a: 1 } }), true);
    });

    it('in a number of steps that is linear in the length', () => {
      for (const unit of ['a == 1 OR ', '(((', 'a-', 'a.b[1].', '[1, ', "'", '"\\', 'NOT ', ' '])
        for (const options of [defaultOptions, withOptions({ andBeforeOr: false })]) {
          const text = unit.repeat(5000);
          const parser = new Parser(text, options);
          assert.throws(() => parser.parse(), ExpressionError);
          assert.ok(parser.steps < 50 * text.length, `${parser.steps} steps for ${text.length} of ${unit}`);
        }
    });
  });

  it('accept the alternative operators', () => {
    const operators = comparisonsOf(parse('a = 1 AND b >- 2 AND c <- [3] AND d NOT  in [4]'));
    assert.deepEqual(
      operators.map(({ operator }) => operator),
      ['==', 'HAS', 'IN', 'NOT IN'],
    );
  });

  describe('give reasons', () => {
    it('with the range, both values and what is wrong with them', () => {
      const text = "skills HAS 'billing' AND level > 3 AND region == 'eu'";
      const worker = {
        sid: 'WK',
        friendlyName: 'Ana',
        activitySid: 'WA',
        activityName: 'Available',
        attributes: { skills: 'billing', level: 5 },
      };
      const reason = compile(text, 'queue').explain({ worker });
      assert.equal(reason.result, false);
      const [skills, level, region] = reason.type === 'and' ? reason.operands : [];
      const at = (part: string) => ({ start: text.indexOf(part), end: text.indexOf(part) + part.length });
      assert.deepEqual(skills, {
        type: 'comparison',
        range: at("skills HAS 'billing'"),
        operator: 'HAS',
        left: { range: at('skills'), value: 'billing', state: 'known' },
        right: { range: at("'billing'"), value: 'billing', state: 'known' },
        mismatch: 'array operator on two scalars',
        result: false,
      });
      assert.equal(level?.result, true);
      assert.ok(region?.type === 'comparison');
      assert.deepEqual(region.left, { range: at('region'), value: null, state: 'missing' });
      assert.deepEqual(decisive(reason), [skills, region]);
    });

    const scope: Scope = { task: { a: 1 } };
    const rows: [string, boolean | 'unknown'][] = [
      ['task.a == 1 AND worker.b == 1', 'unknown'],
      ['task.a == 2 AND worker.b == 1', false],
      ['task.a == 1 OR worker.b == 1', true],
      ['task.a == 2 OR worker.b == 1', 'unknown'],
      ['task.a IN [2, worker.b]', 'unknown'],
      ['worker.channel.chat.assigned_tasks == 0', 'unknown'],
      ['worker.sid == 1', 'unknown'],
    ];
    for (const [text, expected] of rows) {
      it(`${text} is ${expected} without the worker`, () => {
        assert.equal(compile(text, 'target').explain(scope).result, expected);
      });
    }
  });
});
