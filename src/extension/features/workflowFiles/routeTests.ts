import { InvalidFileError, placesIn } from '../../../jsonFile';
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
      const { message, place, file: other } = error;
      return { state: 'error', failures: [{ message, place, file: other }] };
    }
  },
};

async function resultOf(file: TestFile): Promise<TestResult> {
  const tests = await openRouteTests(file, file.read);
  const placeOf = placesIn(file.text);
  const start = performance.now();
  const failures = tests.flatMap(({ name, check }) =>
    check().map(({ path, message }) => ({
      message: `${name}: ${localize(message, (data) => plain(data, 200))}`,
      place: placeOf(path),
    })),
  );
  const milliseconds = performance.now() - start;
  return { milliseconds, state: failures.length === 0 ? 'passed' : 'failed', failures };
}
