import { Session } from 'node:inspector';
import type { Profiler } from 'node:inspector';

/** How often functions of `src` were called while something ran: by name, the one that was called most. */
export function callsWhile(run: () => void): ReadonlyMap<string, number> {
  const session = new Session();
  session.connect();
  // Without asynchronous work in between, V8 answers at once.
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  run();
  const calls = new Map<string, number>();
  session.post('Profiler.takePreciseCoverage', (error, coverage) => {
    if (error) throw error;
    for (const { url, functions } of coverage.result) if (url.includes('/src/')) count(functions, calls);
  });
  session.post('Profiler.stopPreciseCoverage');
  session.disconnect();
  return calls;
}

function count(functions: readonly Profiler.FunctionCoverage[], calls: Map<string, number>): void {
  for (const { functionName, ranges } of functions) {
    // V8 may list a function twice.
    calls.set(functionName, Math.max(calls.get(functionName) ?? 0, ranges[0]?.count ?? 0));
  }
}
