import { setImmediate } from 'node:timers/promises';
import type { Steps } from './explanation/steps';

/** For so long other extensions wait at most for one slice, unless one step takes longer. Milliseconds. */
const slice = 10;

/** Runs steps between the events of the extension host. Undefined when nobody wants the result any more. */
export async function inSlices<T>(
  steps: Steps<T>,
  clock: { readonly elapsed: () => number },
  isWanted: () => boolean,
): Promise<T | undefined> {
  let started = clock.elapsed();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (clock.elapsed() - started < slice) continue;
    await setImmediate();
    if (!isWanted()) return undefined;
    started = clock.elapsed();
  }
}
