import { strict as assert } from 'node:assert';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { InvalidFileError } from '../../src/jsonFile';
import { openRouteTests } from '../../src/routes/check';
import { coverageOf } from '../../src/routes/coverage';
import { testsIn } from '../../src/routes/listed';
import { routeFileSchema } from '../../src/routes/file';
import { inEnglish } from '../../src/taskrouter/message';

const workflow = {
  task_routing: {
    filters: [
      {
        filter_friendly_name: 'Known',
        expression: 'agent != null',
        targets: [
          { queue: 'Billing', known_worker_friendly_name: 'task.agent', timeout: 10 },
          { queue: 'Billing', skip_if: 'workers.available == 0', timeout: 20 },
          { queue: 'Everyone', timeout: 30 },
        ],
      },
      {
        filter_friendly_name: 'Billing',
        expression: "type == 'billing'",
        targets: [
          {
            queue: 'WQ1',
            expression: 'worker.languages HAS task.language',
            order_by: 'worker.level DESC',
            ...{ timeout: 30, priority: 5 },
          },
          { queue: 'Everyone', timeout: '270', priority: 10 },
        ],
      },
      { expression: "type == 'billing' AND vip == true", targets: [{ queue: 'Everyone' }] },
    ],
    default_filter: { queue: 'Everyone', expression: 'worker.channel.chat.assigned_tasks < 1' },
  },
};

const center = {
  workflow,
  queues: {
    Billing: { sid: 'WQ1', targetWorkers: "skills HAS 'billing'", maxReservedWorkers: 2 },
    Everyone: { targetWorkers: '1==1' },
  },
  workers: [
    { name: 'Ada', attributes: { skills: ['billing'], languages: ['de'], level: 1 } },
    { name: 'Bo', attributes: { skills: ['billing'], languages: ['de', 'en'], level: 2 } },
    { name: 'Cy', attributes: { skills: 'billing' }, capacity: { voice: 0 }, assigned: { chat: 1 } },
    { name: 'Di', available: false, activity: 'Lunch' },
  ],
};

const billing = { attributes: { type: 'billing', language: 'de' } };
const vip = { attributes: { ...billing.attributes, vip: true } };
const other = { attributes: { type: 'other' } };
const forBo = { attributes: { agent: 'bo' } };

const content = (tests: unknown, more: object = {}) => JSON.stringify({ ...center, ...more, tests });

const opened = (text: string, others: Readonly<Record<string, string>> = {}) =>
  openRouteTests({ name: 'a.routes.json', text }, (name) => Promise.resolve({ name, text: others[name]! }));
const open = async (...args: Parameters<typeof opened>) => (await opened(...args)).tests;

async function differences(task: object, expect: object): Promise<readonly string[]> {
  const [test] = await open(content([{ name: 'one', task, expect }]));
  return test!.check().map(({ message }) => inEnglish(message));
}

describe('routing tests', () => {
  for (const [name, task, expect] of [
    [
      'the first filter that matches, its target, and its workers in order',
      billing,
      {
        filter: 'Billing',
        target: 1,
        queue: 'Billing',
        priority: 5,
        workers: ['Bo', 'Ada'],
        offered: ['Bo', 'Ada'],
      },
    ],
    [
      'later targets, and the end',
      { ...billing, channel: 'voice' },
      {
        at: {
          '29': { target: 1, canceled: false },
          '30': { target: 2, queue: 'Everyone', priority: 10, workers: ['Ada', 'Bo'], offered: ['Ada'] },
          '300': { canceled: true },
        },
      },
    ],
    ['a later filter that matches too, by its place', vip, { at: { '300': { filter: '#3', priority: 10 } } }],
    ['the default filter', other, { filter: 'default_filter', target: 1, workers: ['Ada', 'Bo'] }],
    ['the priority of the task', { ...other, priority: 7 }, { priority: 7, at: { '9999': { priority: 7 } } }],
    [
      'a known worker, and a target that is skipped only while nobody is available',
      forBo,
      {
        ...{ workers: ['Bo'], at: { '10': { target: 2, workers: ['Ada', 'Bo'] } } },
        nobodyAvailable: { queue: 'Billing', workers: [], at: { '10': { target: 3, queue: 'Everyone' } } },
      },
    ],
    ['nothing that is not stated', {}, { canceled: false }],
  ] as const)
    it(`compare ${name}`, async () => assert.deepEqual(await differences(task, expect), []));

  for (const [task, expect, says] of [
    [vip, { filter: '#3' }, 'Expected filter #3, not Billing. Billing matches too, and comes before it.'],
    [
      other,
      { filter: 'Billing' },
      `Expected filter Billing, not default_filter. type == 'billing' does not match: type is "other".`,
    ],
    [billing, { filter: 'Bill' }, 'Expected filter Bill, not Billing. The workflow has no filter Bill.'],
    [billing, { filter: 'default_filter' }, 'Expected filter default_filter, not Billing. Billing matches.'],
    [
      billing,
      { queue: 'Everyone' },
      'Expected queue Everyone, not Billing. Billing is the first filter that matches. Target 1 ends after 30 s.',
    ],
    [
      billing,
      { at: { 31: { target: 1 } } },
      'After 31 s: Expected target 1, not 2. Target 1 of Billing ended after 30 s.',
    ],
    [billing, { priority: 1 }, 'Expected priority 1, not 5. The target sets it to 5.'],
    [other, { priority: 1 }, 'Expected priority 1, not 0. The target sets no priority.'],
    [
      billing,
      { at: { 299: { canceled: true } } },
      'After 299 s: Expected the task to be canceled, but Everyone still has it. Target 2 ends after 300 s.',
    ],
    [
      billing,
      { at: { 300: { queue: 'Everyone' } } },
      'After 300 s: The task has left the workflow. Target 2 of Billing ended after 300 s, and nothing follows.',
    ],
    [
      billing,
      { at: { 300: { canceled: false } } },
      'After 300 s: Expected the task to be in the workflow, but it has left it. Target 2 of Billing ended after 300 s, and nothing follows.',
    ],
    [
      other,
      { canceled: true },
      'Expected the task to be canceled, but Everyone still has it. The default_filter has no timeout.',
    ],
    [
      forBo,
      { nobodyAvailable: { at: { 10: { target: 2 } } } },
      'With nobody available, after 10 s: Expected target 2, not 3. It skipped target 2 of Known: its skip_if is true.',
    ],
    [
      billing,
      { workers: ['Cy'] },
      `Expected workers Cy, not Bo, Ada. Cy is not in the queue: skills HAS 'billing' does not match: skills is "billing". HAS, IN and NOT IN are always false without an array.`,
    ],
    [
      { attributes: { type: 'billing', language: 'en' } },
      { workers: ['Bo', 'Ada'] },
      'Expected workers Bo, Ada, not Bo. Ada does not match the target: worker.languages HAS task.language does not match: worker.languages is ["de"], task.language is "en".',
    ],
    [
      forBo,
      { workers: ['Ada'] },
      'Expected workers Ada, not Bo. The target is for the worker that the task names, and Ada is another one.',
    ],
    [other, { workers: ['Di'] }, 'Expected workers Di, not Ada, Bo. Di is not available.'],
    [
      other,
      { workers: ['Ada'] },
      'Expected workers Ada, not Ada, Bo. Bo matches, is available and has room.',
    ],
    [
      other,
      { workers: ['Bo', 'Ada'] },
      'Expected workers Bo, Ada, not Ada, Bo. Without order_by, they come in the order of the file.',
    ],
    [
      billing,
      { offered: ['Ada', 'Bo'] },
      'Expected offers to Ada, Bo, not Bo, Ada. The target orders them by worker.level DESC.',
    ],
    [
      other,
      { offered: ['Ada', 'Bo'] },
      'Expected offers to Ada, Bo, not Ada. The queue offers a task to 1 at the same time.',
    ],
    [
      other,
      { nobodyAvailable: { workers: ['Ada'] } },
      'With nobody available: Expected workers Ada, not nobody. Ada is not available.',
    ],
    [
      { ...billing, channel: 'voice' },
      { at: { 30: { workers: ['Cy'] } } },
      'After 30 s: Expected workers Cy, not Ada, Bo. Cy has no capacity for the task’s channel.',
    ],
    [
      { ...billing, channel: 'chat' },
      { at: { 30: { workers: ['Cy'] } } },
      'After 30 s: Expected workers Cy, not Ada, Bo. Cy has 1 of 1 tasks of the task’s channel.',
    ],
  ] as const)
    it(`say: ${says.slice(0, 70)}`, async () => assert.deepEqual(await differences(task, expect), [says]));

  it('have comments, and name the place of each difference', async () => {
    const text = content([{ name: 'one', task: other, expect: { at: { 1: { queue: 'Billing' } } } }]);
    const [test] = await open(`// Billing’s\n${text.replace('"tests"', '/* [ */ "tests"')}`);
    assert.deepEqual(
      test!.check().map((one) => one.path),
      [['tests', 0, 'expect', 'at', '1', 'queue']],
    );
  });

  it('find the workflow in another file', async () => {
    const text = content([{ name: 'one', task: billing, expect: { filter: 'Billing' } }], {
      workflow: '../b.json',
    });
    const [test] = await open(text, {
      '../b.json': `{"a": [{"configuration": ${JSON.stringify(workflow)}}]}`,
    });
    assert.deepEqual(test!.check(), []);
  });

  const tests = [{ name: 'one', task: {}, expect: { target: 1 } }];
  const withFilter = (filter: object) => ({ workflow: { task_routing: { filters: [filter] } } });
  for (const [name, text, says] of [
    ['no JSON', '{', /^a\.routes\.json:1:2 is not JSON/],
    ['no tests', content([]), /^a\.routes\.json:1:\d+ tests: /],
    ['an unknown key', content(tests, { task: 1 }), /task: this key is unknown/],
    ['no name', content([{ task: {}, expect: { target: 1 } }]), /tests\[0\]\.name: /],
    ...[{}, { at: {} }, { at: { 30: {} } }, { nobodyAvailable: {} }].map(
      (expect) =>
        [
          `a test that expects nothing: ${JSON.stringify(expect)}`,
          content([{ ...tests[0], expect }]),
          /^a\.routes\.json:1:\d+ tests\[0\]\.expect\S*: must say what is expected$/,
        ] as const,
    ),
    [
      'a key that is repeated',
      content(tests).replace('"queues"', '\n "workers": [], "queues"'),
      /^a\.routes\.json:2:\d+ workers: this key is repeated$/,
    ],
    [
      'a key that is repeated deeper',
      content(tests).replace('"target":1', '"target":1,"target":2'),
      /^a\.routes\.json:1:\d+ tests\[0\]\.expect\.target: this key is repeated$/,
    ],
    [
      'an age that is none',
      content([{ ...tests[0], expect: { at: { soon: { target: 1 } } } }]),
      /age in seconds/,
    ],
    [
      'an expression that TaskRouter refuses',
      content(tests, { queues: { Q: { targetWorkers: 'a =' } } }),
      /queues\.Q\.targetWorkers: /,
    ],
    [
      'two workers of one name',
      content(tests, { workers: [{ name: 'Ada' }, { name: 'ada' }] }),
      /workers\[1\]\.name: another worker has the name ada/,
    ],
    [
      'two workers of one SID',
      content(tests, {
        workers: [
          { name: 'Ada', sid: 'WK1' },
          { name: 'Bo', sid: 'WK1' },
        ],
      }),
      /workers\[1\]\.sid: another worker has the sid WK1/,
    ],
    [
      'two queues of one SID',
      content(tests, { queues: { ...center.queues, Q: { sid: 'WQ1', targetWorkers: '1==1' } } }),
      /queues\.Q\.sid: another queue has the sid WQ1/,
    ],
    [
      'a queue that is not described',
      content([{ ...tests[0], expect: { queue: 'Biling' } }]),
      /tests\[0\]\.expect\.queue: there is no queue Biling in queues/,
    ],
    [
      'a worker who is not described',
      content([{ ...tests[0], expect: { nobodyAvailable: { at: { 1: { offered: ['Al'] } } } } }]),
      /tests\[0\]\.expect\.nobodyAvailable\.at\.1\.offered\[0\]: there is no worker Al in workers/,
    ],
    [
      'a workflow that TaskRouter refuses',
      content(tests, withFilter({ expression: '1==1' })),
      /^a\.routes\.json:1:\d+ workflow\.task_routing\.filters\[0\]: the filter has no targets/,
    ],
    [
      'a workflow with another queue',
      content(tests, withFilter({ expression: '1==1', targets: [{ queue: 'WQ2' }, {}] })),
      /^a\.routes\.json:1:\d+ workflow\.task_routing\.filters\[0\]\.targets\[0\]\.queue: .+ WQ2[^\n]+$/,
    ],
    [
      'another file without a workflow',
      content(tests, { workflow: 'b' }),
      /^b:1:1 the file: has no task_routing/,
    ],
    ['another file with two', content(tests, { workflow: 'c' }), /^c:1:\d+ \[1\]: has 2 workflows/],
  ] as const)
    it(`refuse ${name}, at its place`, async () => {
      const others = { b: '{}', c: '[{"task_routing":{}},{"task_routing":{}}]' };
      await assert.rejects(open(text, others), (error) => {
        assert.ok(error instanceof InvalidFileError);
        assert.match(error.message, says);
        return true;
      });
    });
});

describe('the coverage of a workflow by routing tests', () => {
  const covered = async (...expectations: readonly (readonly [task: object, expect: object])[]) => {
    const text = content(expectations.map(([task, expect]) => ({ name: 'one', task, expect })));
    const { tests, workflow: tested } = await opened(text);
    const ways = tests.flatMap((test) => test.ways());
    return coverageOf(tested, ways).map(({ path, count, outcomes }) =>
      [path.slice(path[2] === 'filters' ? 3 : 2).join('.'), count, ...outcomes.map((one) => one.count)].join(
        ' ',
      ),
    );
  };

  it('counts the filters that are tried and match, and the targets that tasks come to', async () =>
    assert.deepEqual(await covered([billing, { at: { 30: { target: 2 } } }], [other, { target: 1 }]), [
      '0.expression 2 0 2',
      ...['0.targets.0 0', '0.targets.1 0 0 0', '0.targets.2 0'],
      '1.expression 2 1 1',
      ...['1.targets.0 1', '1.targets.1 1'],
      '2.expression 1 0 1',
      '2.targets.0 0',
      'default_filter 1',
    ]));

  it('counts the way while nobody is available apart, and what is skipped there', async () =>
    assert.deepEqual(
      (
        await covered([forBo, { at: { 10: { target: 2 } }, nobodyAvailable: { at: { 10: { target: 3 } } } }])
      ).slice(0, 5),
      ['0.expression 2 2 0', '0.targets.0 2', '0.targets.1 2 1 1', '0.targets.2 1', '1.expression 0 0 0'],
    ));
});

describe('the list of routing tests in a file', () => {
  it('has their names and places, also in one with mistakes', () =>
    assert.deepEqual(
      testsIn('// a\n{ "tests": [\n {"name": "a"}, {"name": "a"},\n  {"name": 3}, 1, {"name": "b", }')!.map(
        ({ id, name, place: { line, column } }) => [id, name, line, column].join(),
      ),
      ['a,a,3,2', 'a (2),a,3,17', '#3,#3,4,3', '#4,#4,4,16', 'b,b,4,19'],
    ));

  it('is empty in one that is unfinished, and none in one of another program', () => {
    assert.deepEqual(['{"tests":', '{"tests":3}', '{'].map(testsIn), [[], [], undefined]);
    assert.deepEqual(testsIn(`{"tests":${'['.repeat(2000)}`), []);
  });
});

describe('README’s routing tests', () => {
  const readme = readFileSync(path.resolve(__dirname, '../../README.md'), 'utf8');
  const [, example = ''] = /\n## Routing tests\n.+?```json\n(.+?)```/s.exec(readme)!;

  it('pass', async () => {
    const found = (await open(example)).map((test) => [test.name, test.check()]);
    assert.deepEqual(found, [
      ['German billing calls go to those who speak it', []],
      ['Everything else goes to Support', []],
    ]);
  });
});

describe('the schema of routing tests', () => {
  it('is the one that VS Code reads', () => {
    const file = path.resolve(__dirname, '../../media/taskrouter-routes.schema.json');
    const schema = `${JSON.stringify(routeFileSchema(), null, 2)}\n`;
    if (process.env.UPDATE_SCHEMA) writeFileSync(file, schema);
    assert.deepEqual(
      JSON.parse(readFileSync(file, 'utf8')),
      JSON.parse(schema),
      'run it with UPDATE_SCHEMA=1',
    );
  });
});
