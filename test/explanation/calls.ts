import { Session } from 'node:inspector';
import type { Profiler } from 'node:inspector';

type Calls = ReadonlyMap<string, number>;

/** How often functions of `src` were called while something ran: by name, the one that was called most. */
export const callsWhile = (run: () => void): Calls => callsInSteps(() => (run(), true))[0]!;

/** The same for each of the steps of something, of which the last one returns true. */
export function callsInSteps(step: () => boolean): readonly Calls[] {
  const session = new Session();
  session.connect();
  // Without asynchronous work in between, V8 answers at once.
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  const steps: Calls[] = [];
  for (let done = false; !done;) {
    done = step();
    // Which also begins the count anew.
    session.post('Profiler.takePreciseCoverage', (error, coverage) => {
      if (error) throw error;
      const calls = new Map<string, number>();
      for (const { url, functions } of coverage.result) if (url.includes('/src/')) count(functions, calls);
      steps.push(calls);
    });
  }
  session.post('Profiler.stopPreciseCoverage');
  session.disconnect();
  return steps;
}

function count(functions: readonly Profiler.FunctionCoverage[], calls: Map<string, number>): void {
  for (const { functionName, ranges } of functions) {
    // V8 may list a function twice.
    calls.set(functionName, Math.max(calls.get(functionName) ?? 0, ranges[0]?.count ?? 0));
  }
}
