import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { sequences } from '../sequences';
import type { Outside, Program } from './program/program';
import { bundleProgram } from './program/program';
import type { Sequence } from './program/sequence';
import { play, sequence } from './program/sequence';

/** The whole extension, with a VS Code, a network and a time that the test controls. */
describe('a hostile TaskRouter', () => {
  let start: (outside: Outside) => Program;
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  before(async () => {
    start = await bundleProgram();
    process.on('unhandledRejection', note).on('uncaughtException', note);
  });
  after(() => process.off('unhandledRejection', note).off('uncaughtException', note));

  let played = 0;
  it('leaves everything usable that the user sees, and sends nothing that they did not want', async () => {
    const property = fc.asyncProperty(sequence, async (one) => {
      if (++played % 1000 === 0)
        console.log(`    ${played} sequences, ${process.memoryUsage().heapUsed >> 20} MB`);
      const session = await play(start, one);
      for (const error of unhandled.splice(0)) session.violation(`unhandled: ${(error as Error).stack}`);
      if (session.violations.length) assert.fail([...session.violations, '', ...session.story].join('\n'));
    });
    // In real milliseconds: nothing else ends a sequence that waits forever, as its time is virtual. On a machine that is
    // busy with something else, one that takes a fifth of a second has taken two minutes.
    const run = await fc.check(property, { ...sequences(), timeout: 480_000 });
    if (run.failed) assert.fail(report(run));
  }).timeout(600_000);
});

/** What a person needs to see the failure again. */
function report({
  seed,
  counterexample,
  counterexamplePath,
  errorInstance,
  numRuns,
}: fc.RunDetails<[Sequence]>) {
  const lines = String((errorInstance as Error).message).split('\n');
  return [
    `Sequence ${numRuns} of seed ${seed}, shrunk to ${JSON.stringify(counterexample?.[0])}`,
    `Replay: npm run fuzz -- --grep "hostile TaskRouter" --seed ${seed} --path ${counterexamplePath}`,
    ...lines.slice(0, 400),
  ].join('\n');
}
