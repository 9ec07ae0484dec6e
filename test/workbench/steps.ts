/**
 * The tests of a suite continue each other: after a failure the rest of this suite is skipped, and shown as such.
 * Mocha's own `bail` skips it without a word, and also when a test of another file has failed.
 */
export function continueEachOther(suite: Mocha.Suite): void {
  let hasFailed = false;
  suite.beforeEach(function () {
    if (hasFailed) this.skip();
  });
  suite.afterEach(function () {
    hasFailed ||= this.currentTest?.state === 'failed';
  });
}
