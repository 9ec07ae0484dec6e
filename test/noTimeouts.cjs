// `npm run fuzz` runs many times as many cases as the timeouts of its tests are for.
exports.mochaHooks = {
  beforeEach() {
    this.currentTest.timeout(0);
  },
};
