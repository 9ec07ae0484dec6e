// `npm run fuzz` runs many times as many cases as the timeouts of its tests are for, also those set in a test itself.
exports.mochaHooks = {
  beforeEach() {
    const test = this.currentTest;
    test.timeout(0);
    test.timeout = (...args) => (args.length > 0 ? test : 0);
  },
};
