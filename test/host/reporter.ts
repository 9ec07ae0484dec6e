import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/** What a test run found; the shape of the file that `TEST_COUNTS` names. */
export interface Counts {
  passed: number;
  failed: number;
}

/** How long what the tests have opened may take to end once the last of them is over. */
const endingMs = 30_000;

/**
 * Mocha's spec reporter, which also leaves the counts in the file that `TEST_COUNTS` names, and ends a process that does
 * not end by itself: what a test that timed out was opening, say a VS Code, is nobody's to close.
 */
export class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const file = process.env.TEST_COUNTS;
    if (!file) return;
    runner.once('end', () => {
      const counts: Counts = { passed: this.stats.passes, failed: this.stats.failures };
      writeFileSync(file, JSON.stringify(counts));
      setTimeout(() => {
        console.error(`Still open after the last test: ${process.getActiveResourcesInfo().join(', ')}`);
        process.exit(1);
      }, endingMs).unref();
    });
  }
}

// Mocha's --reporter takes a file's default export.
export { CountingReporter as default };
