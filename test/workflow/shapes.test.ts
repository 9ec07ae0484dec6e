import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compile } from '../../src/routing/expressions/compile';
import { parse } from '../../src/routing/expressions/parse';
import { inEnglish } from '../../src/taskrouter/message';
import { formatExpression, layOut } from '../../src/workflow/format';
import { filterExpression, targetExpression } from '../routing/randomExpressions';
import { sequences } from '../sequences';
import {
  diagnosticsOf,
  everyone,
  filter,
  sales,
  sid,
  support,
  voicemail,
  workflow,
  workspace,
} from './workflows';
import type { Target } from './workflows';

const steps = (...targets: Target[]) => filter("type == 'sales'", ...targets);
const one = (...targets: Target[]) => workflow([steps(...targets)]);

/** What people run in production, in shapes that public repositories and Twilio's pages have. */
const shapes: Readonly<Record<string, string>> = {
  'only a default filter': workflow([]),
  'three kinds of tasks': workflow(
    ['sales', 'marketing', 'support'].map((type) => filter(`type=='${type}'`)),
  ),
  'escalating targets': one(
    { queue: sales, timeout: 30, priority: 1 },
    { queue: support, timeout: 60, priority: 5 },
    { queue: everyone, priority: 10 },
  ),
  'one queue with lower demands': one(
    { queue: sales, expression: 'worker.level >= 4', timeout: 30 },
    { expression: 'worker.level >= 2', timeout: 30 },
    {},
  ),
  'known agent by name': one(
    { queue: everyone, known_worker_friendly_name: 'task.agent', timeout: 30 },
    { queue: everyone },
  ),
  'known agent by SID, skipped': one(
    { queue: everyone, known_worker_sid: 'task.agent_sid', skip_if: 'workers.available == 0', timeout: 30 },
    { queue: sales },
  ),
  'skipped at once': one({ queue: sales, skip_if: '1==1' }, { queue: everyone }),
  'skipped when nobody is there': one(
    { queue: sales, skip_if: 'workers.available == 0' },
    { queue: voicemail },
  ),
  'skipped by activity': one(
    { queue: sales, skip_if: `workers.${sid('WA', 1)} == 0 OR workers.unavailable > 3` },
    { queue: everyone },
  ),
  'a queue for voicemail': workflow([filter('1==1', { queue: sales, timeout: 20 }, { queue: voicemail })]),
  'everything to everyone': workflow([filter('1==1', { queue: everyone })], null),
  'held until an API call': one({ queue: voicemail, expression: '1==0', timeout: 600 }, { queue: sales }),
  'switched off': workflow([filter("1==0 AND type == 'old'"), filter("type == 'new'")]),
  'specific before general': workflow([
    filter("type == 'sales' AND vip == true"),
    filter("type == 'sales'"),
    filter('1==1'),
  ]),
  languages: one(
    { queue: sales, expression: 'task.language IN worker.skills', timeout: 30 },
    { queue: everyone },
  ),
  'skills of the task': one({ queue: everyone, expression: 'worker.skills HAS task.type' }),
  'preferred agents': one(
    { queue: everyone, expression: 'worker.sid IN task.preferred_agents', timeout: 15 },
    { timeout: 15 },
  ),
  'not the same agent': one({ queue: everyone, expression: 'worker.sid NOT IN task.rejected_by' }),
  'channel load': one({
    queue: everyone,
    expression:
      'worker.channel.voice.assigned_tasks == 0 AND worker.channel.chat.available_capacity_percentage > 50',
  }),
  'ordered workers': one({ queue: sales, order_by: 'worker.level DESC, worker.rank ASC' }),
  activities: one({ queue: sales, expression: "worker.activity_name IN ['Available', 'Offline']" }),
  'numbers in strings': one(
    { queue: sales, timeout: '30', priority: '5' },
    { queue: support, timeout: '60' },
  ),
  'negative conditions': workflow([filter("type != 'sales' AND vip != true"), filter("type == 'sales'")]),
  'lists and substrings': workflow([
    filter("to IN ['+15550100', '+15550101'] OR email CONTAINS '@example.com'"),
  ]),
  presence: workflow([filter('callback != null'), filter("callback == null AND type == 'sales'")]),
  ranges: workflow([filter('amount >= 1000'), filter('amount >= 100'), filter('amount < 100')]),
  'lower-case operators': workflow([filter("type in ['a', 'b']"), filter("'en' in languages")]),
  'nested keys': workflow([filter("routing.skills HAS 'a' AND customers.tier == 'gold' AND list[0] == 1")]),
  'a template of Terraform': workflow(
    [
      filter(
        "helpline=='${var.helpline}' AND channelType == 'web'",
        { queue: '${queue_sid}', timeout: '${timeout}' },
        { queue: '${other}' },
      ),
      filter('${var.filter} OR isContactlessTask == true', {
        queue: '${queue_sid}',
        expression: '${target} OR worker.helpline == task.helpline',
      }),
      filter("helpline IN ['${a}', '${b}']"),
    ],
    { queue: '${everyone}' },
  ),
  'values without quotes from a template': workflow([filter('a == 1', { queue: 'QUEUE', timeout: 77 })])
    .replace('77', '${timeout}')
    .replace('"QUEUE"', '"${lookup(queues, "sales")}"'),
  placeholders: workflow([filter('a == 1', { queue: '{{SALES}}', timeout: '{{TIMEOUT}}' })], {
    queue: '__EVERYONE__',
  }),
  'names for SIDs': workflow([filter('a == 1', { queue: 'Sales' })], { queue: 'Everyone' }),
  'older names': JSON.stringify({
    task_routing: {
      filters: [
        {
          friendly_name: 'Gold',
          expression: "a == 'Gold'",
          targets: [{ task_queue_sid: sales, priority: '2' }],
        },
      ],
      default_filter: { task_queue_sid: everyone },
    },
  }),
  'mixed AND and OR': workflow([filter("type == 'a' OR type == 'b' AND vip == true"), filter("type == 'b'")]),
  comments: `// Deployed by hand.\n${workflow([filter('a == 1')])}`,
  'the routing of language models':
    '{"task_routing": {"coding": "large", "filters": "none", "default": "small"}}',
};

/** A filter's expression or targets as somebody got them wrong, and the code that says so. */
const mistakes: readonly (readonly [code: string, expression: string, ...targets: Target[]])[] = [
  ['expression-syntax', "type == 'x' && vip == true"],
  ['expression-syntax', "type === 'x'"],
  ['expression-syntax', 'skill-level > 3'],
  ['expression-syntax', "(type == 'x' OR vip == true"],
  ['expression-syntax', "type == 'x"],
  ['expression-syntax', "type == 'x' AND"],
  ['expression-syntax', "NOT type == 'x'"],
  ['expression-syntax', "type = = 'x'"],
  ['never-matches', "type == 'x' AND type == 'y'"],
  ['never-matches', 'amount > 10 AND amount < 5'],
  ['never-matches', "tags HAS 'x' AND tags == 'x'"],
  ['never-matches', "type IN ['x', 'y'] AND type == 'z'"],
  ['never-matches', 'vip == null AND vip == true'],
  ['contradiction', "(type == 'x' AND type == 'y') OR urgent == true"],
  ['array-operator-on-scalar', "type IN 'x'"],
  ['scalar-operator-on-list', "type == ['x', 'y']"],
  ['list-as-member', "tags HAS ['x', 'y']"],
  ['shadowed-filter', "type == 'general 3' AND vip == true"],
  ['shadowed-filter', "type == 'general 4'"],
  ['shadowed-filter', "type IN ['general 5', 'general 6']"],
  ['missing-prefix', 'x == 1', { queue: sales, expression: 'level > 3' }],
  ['missing-prefix', 'x == 2', { queue: sales, expression: 'worker.level > level' }],
  ['missing-prefix', 'x == 3', { queue: sales, order_by: 'level DESC' }],
  ['array-operator-on-scalar', 'x == 4', { queue: sales, expression: "worker.level HAS 'x'" }],
  ['array-operator-on-scalar', 'x == 5', { queue: sales, expression: "worker.friendly_name HAS 'Ann'" }],
  [
    'never-matches',
    'x == 6',
    { queue: sales, expression: 'worker.channel.voice.available_capacity_percentage > 100' },
  ],
  ['no-matching-worker', 'x == 7', { queue: sales, expression: "worker.region == 'asia'" }],
  ['unknown-worker-key', 'x == 8', { queue: sales, expression: 'worker.skils HAS task.type' }],
  ['skip-never-holds', 'x == 9', { queue: sales, skip_if: 'worker.available == 0', timeout: 5 }],
  ['skip-never-holds', 'x == 10', { queue: sales, skip_if: 'workers.available < 0', timeout: 5 }],
  ['unreachable-target', 'x == 11', { queue: sales }, { queue: support }],
  ['unreachable-target', 'x == 12', { queue: sales, timeout: 5 }, { queue: support }, { queue: everyone }],
  ['unknown-sid', 'x == 13', { queue: sid('WQ', 77) }],
  ['unknown-sid', 'x == 14', { queue: sales, expression: `worker.activity_sid != '${sid('WA', 77)}'` }],
  ['queue-without-workers', 'x == 15', { queue: sid('WQ', 5) }],
  ['number-out-of-range', 'x == 16', { queue: sales, timeout: 0 }],
  ['number-out-of-range', 'x == 17', { queue: sales, priority: -5 }],
  ['misspelled-key', 'x == 18', { queue: sales, time_out: 30 }],
  ['misspelled-key', 'x == 19', { queue: sales, orderBy: 'worker.level DESC' }],
  [
    'two-known-workers',
    'x == 20',
    { queue: sales, known_worker_sid: 'task.a', known_worker_friendly_name: 'task.b' },
  ],
  ['known-worker-attribute', 'x == 21', { queue: sales, known_worker_sid: 'agent' }],
  ['order-by-syntax', 'x == 22', { queue: sales, order_by: 'worker.level DOWN' }],
  ['target-without-queue', 'x == 23', { timeout: 5 }],
  ['wrong-type', 'x == 24', { queue: 5 }],
];

describe('Workflows of production', () => {
  for (const [name, text] of Object.entries(shapes)) {
    for (const known of [undefined, workspace]) {
      it(`${name} has no false alarm${known ? ' in a workspace' : ''}`, () => {
        const alarms = diagnosticsOf(text, known).filter(({ severity }) => severity !== 'information');
        assert.deepEqual(
          alarms.map(({ code, message }) => `${code}: ${inEnglish(message)}`),
          [],
        );
      });
    }
  }

  it('are of 30 shapes and more', () => assert.ok(Object.keys(shapes).length >= 30));

  it('of real size show each of 40 mistakes and more, and nothing else', () => {
    assert.ok(mistakes.length >= 40);
    const plain = (i: number) => filter(`type == 'general ${i}'`);
    const around = Array.from({ length: 60 }, (_, i) => plain(i));
    assert.deepEqual(diagnosticsOf(workflow(around), workspace), []);
    for (const [code, expression, ...targets] of mistakes) {
      const text = workflow([...around.slice(0, 40), filter(expression, ...targets), ...around.slice(40)]);
      const start = text.lastIndexOf(JSON.stringify(`Filter ${expression}`));
      const end = text.indexOf('"filter_friendly_name"', start);
      const found = diagnosticsOf(text, workspace).filter(({ severity }) => severity !== 'information');
      assert.ok(
        found.some((each) => each.code === code),
        `${code} is not found in ${expression} ${JSON.stringify(targets)}`,
      );
      for (const { range, code: other } of found) {
        assert.ok(range.start > start - 100 && range.start < end, `${other} is found elsewhere`);
      }
    }
  });
});

describe('Formatting expressions', () => {
  it('never changes what they mean', () => {
    const shape = (text: string) =>
      JSON.stringify(parse(text), (name, part: unknown) => (/range/i.test(name) ? undefined : part));
    fc.assert(
      fc.property(fc.oneof(filterExpression, targetExpression), (text) => {
        for (const written of [formatExpression(text)!, layOut(text)!])
          assert.equal(shape(written), shape(text));
      }),
      sequences(),
    );
  });

  it('writes one space where one belongs', () => {
    assert.equal(formatExpression("a=='x'  and( b in['y' ,'z'])"), "a == 'x' AND (b IN ['y', 'z'])");
    assert.equal(
      layOut("a == 1 AND (b == 2 OR c IN ['x', 'y'])"),
      "a == 1\nAND (\n  b == 2\n  OR c IN ['x', 'y']\n)",
    );
  });
});

describe('A filter that is reported as shadowed', () => {
  it('is never the first that matches a task', () => {
    const values = ['sales', 'support', 'billing', 'a', 'b', 'en', null, 1, 3, true];
    const task = fc.record({
      ...{
        type: fc.constantFrom(...values),
        lang: fc.constantFrom(...values),
        amount: fc.constantFrom<unknown>(null, 0, 1, 2, 5),
      },
      ...{ urgent: fc.boolean(), wanted: fc.subarray(['sales', 'a', 'b']), tier: fc.nat(5) },
    });
    let shadowed = 0;
    fc.assert(
      fc.property(
        fc.array(filterExpression, { minLength: 2, maxLength: 6 }),
        fc.array(task, { minLength: 10, maxLength: 10 }),
        (all, tasks) => {
          const text = workflow(all.map((expression) => ({ expression, targets: [{ queue: sales }] })));
          const tests = all.map((expression) => compile(expression, 'filter').test);
          const marked = new Set(
            diagnosticsOf(text)
              .filter(({ code }) => code === 'shadowed-filter')
              .map(({ range }) => range.start),
          );
          let at = 0;
          const places = all.map((expression) => (at = text.indexOf(JSON.stringify(expression), at + 1)));
          for (const attributes of tasks) {
            const first = tests.findIndex((test) => test({ task: attributes }));
            if (first >= 0) assert.ok(!marked.has(places[first]!), all.join(' | '));
          }
          shadowed += marked.size;
        },
      ),
      sequences(),
    );
    assert.ok(shadowed > 20, `only ${shadowed} were reported`);
  });
});
