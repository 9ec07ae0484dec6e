import type { ManualClock } from '../../src/simulator/simulator';

/** While `body` runs, the timers of the machine are those of this clock, which jumps to the next one when nothing else goes on. */
export async function inVirtualTime<T>(clock: ManualClock, body: () => Promise<T>): Promise<T> {
  const { setTimeout, clearTimeout, performance } = globalThis;
  const start = clock.now();
  Object.assign(globalThis, {
    setTimeout: (run: () => void, milliseconds = 0) => {
      const timer = clock.setTimeout(run, milliseconds);
      return Object.assign(timer, { unref: () => timer });
    },
    clearTimeout: (timer?: { cancel?: () => void }) => timer?.cancel?.(),
  });
  Object.defineProperty(globalThis, 'performance', {
    configurable: true,
    value: { now: () => clock.now() - start },
  });
  let isOver = false;
  try {
    const result = body().finally(() => (isOver = true));
    result.catch(() => undefined);
    for (let idle = 0; ;) {
      for (let turn = 0; turn < 4; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
      if (isOver) return await result;
      const { next } = clock;
      if (next !== undefined) clock.advance(next - clock.now());
      // What inflates a body is no timer.
      idle = next === undefined ? idle + 1 : 0;
      if (idle > 5000) throw new Error('Everything waits for something that does not come.');
    }
  } finally {
    Object.assign(globalThis, { setTimeout, clearTimeout });
    Object.defineProperty(globalThis, 'performance', { configurable: true, value: performance });
  }
}

/** As data/clock.ts has it, by these timers. */
export const virtualWait = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
