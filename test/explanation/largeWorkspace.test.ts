import assert from 'node:assert/strict';
import { explain, explaining } from '../../src/explanation/explain';
import { RoutingRules } from '../../src/explanation/routingRules';
import { finish } from '../../src/explanation/steps';
import type { Steps } from '../../src/explanation/steps';
import { explainingWorker } from '../../src/explanation/worker';
import type { WorkerFacts } from '../../src/explanation/worker';
import { callsInSteps, callsWhile } from './calls';
import type { Size } from './largeWorkspace';
import { largeFacts } from './largeWorkspace';

const factsOf = (more: Partial<Size>) =>
  largeFacts({ workers: 100, comparisons: 30, waitingTasks: 20, ...more });

const workerFacts = (more: Partial<Size>): WorkerFacts => {
  const facts = factsOf(more);
  return { ...facts, workerSid: facts.workers[1]!.sid, workflows: [facts.workflow!] };
};

describe('in a workspace of thousands of workers', function () {
  this.timeout(60_000);

  type Explaining = (more: Partial<Size>, rules?: RoutingRules) => Steps<unknown>;
  const subjects: Readonly<Record<string, Explaining>> = {
    'a task': (more, rules) => explaining(factsOf(more), rules),
    'a worker': (more, rules) => explainingWorker(workerFacts(more), rules),
  };

  for (const [subject, steps] of Object.entries(subjects)) {
    const compilations = (more: Partial<Size>, rules?: RoutingRules) =>
      callsWhile(() => finish(steps(more, rules))).get('compile') ?? 0;

    describe(subject, () => {
      it('is explained by compiling each expression once, however many workers and tasks there are', () => {
        // Those of the filter, the target, the queue, and one for all workers.
        assert.equal(compilations({ workers: 60, waitingTasks: 2 }), 4);
        assert.equal(compilations({ workers: 600, waitingTasks: 150 }), 4);
      });

      it('is explained again without compiling anything', () => {
        const rules = new RoutingRules();
        assert.ok(compilations({}, rules) > 0);
        assert.equal(compilations({}, rules), 0);
      });

      it('is explained in steps that are as long as with few workers', () => {
        const longest = (more: Partial<Size>) => {
          const run = steps(more);
          const calls = callsInSteps(() => run.next().done === true);
          // One for each comparison of two values.
          return Math.max(...calls.map((one) => one.get('truth') ?? 0));
        };
        const few = longest({ workers: 60, waitingTasks: 2 });
        assert.ok(few > 0);
        assert.ok(longest({ workers: 180, waitingTasks: 5 }) <= 1.5 * few);
      });
    });
  }

  it('compares in detail only the workers who are looked at', () => {
    const lines = (more: Partial<Size>) => callsWhile(() => explain(factsOf(more))).get('comparisonLine')!;
    assert.equal(lines({ workers: 1200 }), lines({ workers: 120 }));
  });
});
