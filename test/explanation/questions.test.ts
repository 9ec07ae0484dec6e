import { strict as assert } from 'node:assert';
import type { ExplanationFacts } from '../../src/explanation/facts';
import { asWorkerList, compareCounts, compareWorkers, questionsOf } from '../../src/explanation/questions';
import { ExpressionLibrary } from '../../src/routing/expressions/library';
import { parseAttributes } from '../../src/routing/expressions/scope';
import { inEnglish as format } from '../../src/taskrouter/message';
import { sampleFacts, sidOf } from './samples';

const library = new ExpressionLibrary();
const task = parseAttributes(
  JSON.stringify({
    language: 'fr',
    level: 3,
    vip: true,
    skills: ['sales', 'billing'],
    nested: { region: 'EU' },
    quote: "it's",
    quotes: `it's "so"`,
    path: 'a\\b',
    object: { a: 1 },
  }),
);

describe('a target’s expression as the list of workers takes it', () => {
  for (const [expression, expected] of [
    ['worker.languages HAS task.language', 'languages HAS "fr"'],
    ['task.level <= worker.level', '3 <= level'],
    ['worker.vip == task.vip', 'vip == true'],
    ['worker.region == task.nested.region', 'region == "EU"'],
    ['worker.sid != "WK1" AND worker.level > 1', 'sid != "WK1" AND level > 1'],
    ['worker.a == 1 AND (worker.b == 2 OR worker.c == task.level)', 'a == 1 AND (b == 2 OR c == 3)'],
    ['worker.skill IN task.skills', 'skill IN ["sales", "billing"]'],
    ['worker.name == task.quote', `name == "it's"`],
  ] as const)
    it(expression, () => {
      const { expression: parsed } = library.expression(expression, 'target');
      assert.deepEqual(asWorkerList(parsed, task, library.options), { text: expected });
    });

  for (const [expression, why] of [
    ['worker.region == task.region', /^The task has no task\.region/],
    ['worker.x == task.object', /^task\.object is an object/],
    ['task.skills HAS worker.skill', /^task\.skills is a list/],
    ['worker.name == task.quotes', /^task\.quotes has characters/],
    ['worker.path == task.path', /^task\.path has characters/],
    ['worker.channel.voice.assigned_tasks == 0', /^A list of workers cannot be filtered by worker\.channel/],
  ] as const)
    it(`cannot be asked: ${expression}`, () => {
      const { expression: parsed } = library.expression(expression, 'target');
      const result = asWorkerList(parsed, task, library.options);
      assert.ok('why' in result);
      assert.match(format(result.why), why);
    });
});

describe('what TaskRouter is asked about a task', () => {
  const queueSid = sampleFacts.task!.task_queue_sid!;
  const withQueue = (target_workers: string): ExplanationFacts => ({
    ...sampleFacts,
    queues: sampleFacts.queues.map((queue) =>
      queue.sid === queueSid ? { ...queue, target_workers } : queue,
    ),
  });

  it('how many workers its queue has, who they are, and who matches the target', () => {
    const { questions, unasked } = questionsOf(withQueue('team == "billing"'));
    assert.deepEqual(unasked, []);
    assert.deepEqual(
      questions.map((one) => (one.kind === 'counts' ? one.kind : one.expression)),
      ['counts', 'team == "billing"', '(team == "billing") AND ("fr" IN languages)'],
    );
    const [counts, queue, target] = questions;
    assert.ok(counts?.kind === 'counts' && queue?.kind === 'workers' && target?.kind === 'workers');
    assert.deepEqual([...queue.expected].sort(), [...sampleFacts.members.get(queueSid)!].sort());
    assert.equal(counts.expected.eligible, queue.expected.size);
    assert.ok(target.expected.size < queue.expected.size);
  });

  it('only the available workers where all of them take several pages', () => {
    const more = Array.from({ length: 1001 }, (_, i) => ({
      ...sampleFacts.workers[0]!,
      sid: sidOf('WK', 1000 + i),
      available: i === 0,
    }));
    const { questions } = questionsOf({
      ...withQueue('team == "billing"'),
      workers: more,
      members: new Map([[queueSid, more.map(({ sid }) => sid)]]),
    });
    for (const one of questions.filter((question) => question.kind === 'workers')) {
      assert.equal(one.available, true);
      assert.ok(one.expected.size <= 1);
    }
  });

  it('not what a list of workers does not document, with the reason', () => {
    const { questions, unasked } = questionsOf(withQueue('worker.team == "billing"'));
    assert.deepEqual(
      questions.map(({ kind }) => kind),
      ['counts'],
    );
    assert.match(format(unasked[0]!.why), /does not document/);
  });

  for (const [name, facts] of [
    ['that is over', { ...sampleFacts, task: { ...sampleFacts.task!, assignment_status: 'completed' } }],
    ['that is gone', { ...sampleFacts, task: undefined } as unknown as ExplanationFacts],
    ['whose queue’s workers were not read', { ...sampleFacts, members: new Map() }],
    ['for one worker', { ...sampleFacts, task: { ...sampleFacts.task!, routing_target: sidOf('WK', 1) } }],
  ] as const)
    it(`nothing about a task ${name}`, () => {
      assert.deepEqual(questionsOf(facts), { questions: [], unasked: [] });
    });
});

describe('TaskRouter’s answer', () => {
  const question = {
    kind: 'workers',
    expression: 'level > 1',
    available: false,
    expected: new Set(['WK1', 'WK2']),
  } as const;
  const names: Readonly<Record<string, string>> = { WK1: 'Ana', WK2: 'Bo', WK3: 'Chen' };
  const compare = (...found: string[]) =>
    compareWorkers(
      question,
      found.map((sid) => ({ sid, name: names[sid]! })),
      (sid) => names[sid]!,
    ).map(({ agrees, message }) => [agrees, format(message)]);

  it('agrees', () => {
    assert.deepEqual(compare('WK2', 'WK1'), [
      [true, 'TaskRouter agrees on the workers who match level > 1: 2.'],
    ]);
  });

  it('has others, and lacks some', () => {
    assert.deepEqual(compare('WK1', 'WK3'), [
      [
        false,
        'According to TaskRouter, Chen (1) also match level > 1. This page counts them as not matching.',
      ],
      [false, 'According to TaskRouter, Bo (1) do not match level > 1. This page counts them as matching.'],
    ]);
  });

  it('counts as many, or not', () => {
    const counts = {
      kind: 'counts',
      queueSid: 'WQ1',
      queueName: 'Billing',
      expected: { eligible: 3, available: 2 },
    } as const;
    assert.equal(compareCounts(counts, { eligible: 3, available: 2 }).agrees, true);
    for (const other of [
      { eligible: 4, available: 2 },
      { eligible: 3, available: 1 },
    ]) {
      const { agrees, message } = compareCounts(counts, other);
      assert.equal(agrees, false);
      assert.match(format(message), /^TaskRouter counts \d workers in Billing.*This page has 3 and 2\.$/);
    }
  });
});
