import { InvalidFileError, placeIn } from '../../../jsonFile';
import { openRouteTests } from '../../../routes/check';
import type { TestFile, TestKind, TestResult } from '../../actions/testController';
import { testPatterns } from '../../actions/testFiles';
import { localize } from '../../display/localize';
import { plain } from '../../display/safeText';

/** Routing tests, which `taskrouter check` runs too. */
export const routeTests: TestKind = {
  pattern: testPatterns.routes,
  isTest: (text) => /"tests"\s*:/.test(text),
  begin: () => async (file) => {
    try {
      return await resultOf(file);
    } catch (error) {
      if (!(error instanceof InvalidFileError)) throw error;
      return { state: 'error', failures: [{ message: error.message, place: error.place }] };
    }
  },
};

async function resultOf(file: TestFile): Promise<TestResult> {
  const tests = await openRouteTests(file, file.read);
  const start = performance.now();
  const failures = tests.flatMap(({ name, check }) =>
    check().map(({ path, message }) => ({
      message: `${name}: ${localize(message, (data) => plain(data, 200))}`,
      place: placeIn(file.text, path),
    })),
  );
  const milliseconds = performance.now() - start;
  return { milliseconds, state: failures.length === 0 ? 'passed' : 'failed', failures };
}
