import { strict as assert } from 'node:assert';
import type { ExplanationFacts } from '../../../../src/explanation/facts';
import { RoutingRules } from '../../../../src/explanation/routingRules';
import { canBeTested, testText } from '../../../../src/extension/features/task/saveTest';
import { openRouteTests } from '../../../../src/routes/check';
import { readRouteFile } from '../../../../src/routes/file';
import { ExpressionLibrary } from '../../../../src/routing/expressions/library';
import { sampleFacts } from '../../../explanation/samples';

describe('saving a task as a routing test', () => {
  const task = {
    ...sampleFacts.task!,
    attributes: JSON.stringify({
      ...{ topic: 'billing', language: 'en', name: 'Rosa Hazel', api_token: 'never-show-me' },
    }),
  };
  const facts: ExplanationFacts = { ...sampleFacts, task, hasAllWorkers: true };
  const saved = (of: ExplanationFacts, replaces: boolean, title?: string) =>
    testText(of, new RoutingRules(), { replaces, title });
  const read = (text: string) => readRouteFile(text, 'test', new ExpressionLibrary());

  it('expects what happens to it now, at each timeout, and while nobody is available', async () => {
    const text = (await saved(facts, false, 'Rosa Hazel'))!;
    const { tests, workers } = read(text);
    const { at, nobodyAvailable, ...now } = tests[0]!.expect;
    assert.deepEqual([tests[0]!.name, workers.length], ['Rosa Hazel', facts.workers.length]);
    assert.deepEqual([now.filter, now.target, now.queue], ['Billing', 1, 'Billing']);
    assert.deepEqual(Object.keys(at!), ['300', '900']);
    assert.deepEqual([at!['900'], nobodyAvailable!.queue], [{ canceled: true }, 'Billing']);
    assert.match(text, /Rosa Hazel.*never-show-me/s);
    const { tests: opened } = await openRouteTests({ name: 'a', text }, () => Promise.reject(new Error()));
    assert.deepEqual(opened[0]!.check(), []);
  });

  it('has neither names nor attributes that nothing reads, when they are to be replaced', async () => {
    const text = (await saved(facts, true))!;
    for (const { friendly_name: name } of facts.workers) assert.ok(!text.includes(name!), name!);
    assert.ok(!/Rosa|never-show-me|api_token/.test(text), text);
    const { tests, workers } = read(text);
    assert.deepEqual(tests[0]!.task.attributes, { topic: 'billing', language: 'en' });
    assert.ok(workers.every(({ name, attributes }) => /^Worker \d$/.test(name) && attributes?.['languages']));
  });

  it('leaves open who is offered the task where not all workers or their loads are known', async () => {
    const expected = async (of: ExplanationFacts) => read((await saved(of, false))!).tests[0]!.expect.workers;
    assert.equal(await expected({ ...facts, hasAllWorkers: false }), undefined);
    const available = facts.workers.map((worker) => ({ ...worker, available: true }));
    const known = new Map(
      facts.workers.map(({ sid }) => [sid, [...facts.workerChannels.values()][0]!] as const),
    );
    assert.equal(await expected({ ...facts, workers: available, workerChannels: new Map() }), undefined);
    assert.ok(await expected({ ...facts, workers: available, workerChannels: known }));
  });

  it('is not done with placeholders that would route the task differently', async () => {
    const [first, ...others] = facts.workers;
    const named = { ...facts, workers: [{ ...first!, friendly_name: 'topic' }, ...others] };
    assert.equal(await saved(named, true), undefined);
    assert.ok(await saved(named, false));
  });

  it('is offered for a task that its workflow alone routes', () => {
    assert.equal(canBeTested(facts), true);
    assert.equal(canBeTested({ ...facts, task: { ...task, routing_target: facts.workers[0]!.sid } }), false);
    assert.equal(canBeTested({ ...facts, workflow: undefined }), false);
  });
});
