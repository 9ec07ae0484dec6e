import { setImmediate } from 'node:timers/promises';
import { InvalidFileError, rangesIn } from '../../../jsonFile';
import type { RouteTest, RouteTests } from '../../../routes/check';
import { openRouteTests } from '../../../routes/check';
import { coverageOf } from '../../../routes/coverage';
import { testsIn } from '../../../routes/listed';
import { testPatterns } from '../../actions/testFiles';
import type { CheckedFile, TestKind, TestResult } from '../../actions/testKind';
import { localize } from '../../display/localize';
import { plain } from '../../display/safeText';

/** Routing tests, which `taskrouter check` runs too. */
export const routeTests: TestKind = {
  ...{ id: 'routes', pattern: testPatterns.routes, isPure: true },
  list: testsIn,
  begin: () => async (file, signal, ids) => {
    try {
      const opened = await openRouteTests(file, file.read);
      const tests = opened.tests.filter(({ id }) => ids.has(id));
      return {
        results: await resultsOf(tests, file.text, signal),
        coverage: () => coverageIn(opened, tests),
      };
    } catch (error) {
      if (!(error instanceof InvalidFileError)) throw error;
      const { message, place, file: other } = error;
      return { results: { state: 'error', failures: [{ message, place, file: other }] } };
    }
  },
};

/** Lets the extension host do other work between two tests. */
async function resultsOf(
  tests: readonly RouteTest[],
  text: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, TestResult>> {
  const rangeOf = rangesIn(text);
  const results = new Map<string, TestResult>();
  for (const { id, check } of tests) {
    if (signal.aborted) break;
    const start = performance.now();
    const failures = check().map(({ path, message }) => ({
      message: localize(message, (data) => plain(data, 200)),
      place: rangeOf(path).start,
    }));
    const milliseconds = performance.now() - start;
    results.set(id, { milliseconds, state: failures.length === 0 ? 'passed' : 'failed', failures });
    await setImmediate();
  }
  return results;
}

function coverageIn(
  { workflow }: RouteTests,
  tests: readonly RouteTest[],
): ReturnType<NonNullable<CheckedFile['coverage']>> {
  const { name: file, text } = workflow.file;
  const rangeOf = rangesIn(text);
  const ways = tests.flatMap((test) => test.ways());
  const ranges = coverageOf(workflow, ways).map(({ path, count, outcomes }) => ({
    ...{ range: rangeOf(path), count },
    outcomes: outcomes.map((one) => ({ name: localize(one.name), count: one.count })),
  }));
  return { file, ranges };
}
