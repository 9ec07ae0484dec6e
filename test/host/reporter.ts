import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/** What a test run found; the shape of the file that `TEST_COUNTS` names. */
export interface Counts {
  passed: number;
  failed: number;
}

/** Mocha's spec reporter, which also leaves the counts in the file that `TEST_COUNTS` names. */
export class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const file = process.env.TEST_COUNTS;
    if (!file) return;
    runner.once('end', () => {
      const counts: Counts = { passed: this.stats.passes, failed: this.stats.failures };
      writeFileSync(file, JSON.stringify(counts));
    });
  }
}

// Mocha's --reporter takes a file's default export.
export { CountingReporter as default };
