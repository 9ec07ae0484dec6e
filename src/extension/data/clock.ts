import { setTimeout as delay } from 'node:timers/promises';

export interface Clock {
  /** Milliseconds since 1970, for dates. It jumps when the computer's clock is set. */
  now(): number;
  /** Milliseconds, for intervals: it never goes back, and includes time in which the computer sleeps. */
  elapsed(): number;
  setTimeout(run: () => void, milliseconds: number): { cancel(): void };
}

/**
 * Elapsed milliseconds from two clocks. On Linux the monotonic clock stops while the computer sleeps; so the time that
 * the wall clock gains on it is added. The wall clock falls behind only when it is set back.
 */
export function elapsedBy(wall: () => number, awake: () => number): () => number {
  let ahead = wall() - awake();
  let gained = 0;
  return () => {
    const reading = awake();
    const change = wall() - reading - ahead;
    // The two clocks are not read at exactly the same time.
    if (Math.abs(change) > 1000) {
      ahead += change;
      gained += Math.max(0, change);
    }
    return reading + gained;
  };
}

export const machineClock: Clock = {
  now: () => Date.now(),
  elapsed: elapsedBy(
    () => Date.now(),
    () => performance.now(),
  ),
  setTimeout(run, milliseconds) {
    const timer = setTimeout(run, milliseconds);
    return { cancel: () => clearTimeout(timer) };
  },
};

/** Resolves after this many milliseconds, or when the signal aborts. */
export const wait = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  delay(milliseconds, undefined, { signal }).catch(() => undefined);

export interface EverySecond {
  /** To be called when `wanted` may have become true: the timer is stopped while it is false. */
  check(): void;
  dispose(): void;
}

/** Runs a function at the start of each second while `wanted` is true. */
export function everySecond(clock: Clock, wanted: () => boolean, run: () => void): EverySecond {
  let timer: { cancel(): void } | undefined;
  const check = () => {
    if (timer || !wanted()) return;
    timer = clock.setTimeout(
      () => {
        timer = undefined;
        if (!wanted()) return;
        run();
        check();
      },
      1000 - (clock.now() % 1000),
    );
  };
  return {
    check,
    dispose() {
      wanted = () => false;
      timer?.cancel();
      timer = undefined;
    },
  };
}

/** Whether the work is done after this many milliseconds, or when the signal aborts. */
export async function isDoneWithin(
  work: Promise<void>,
  milliseconds: number,
  signal: AbortSignal,
): Promise<boolean> {
  const done = new AbortController();
  const waited = wait(milliseconds, AbortSignal.any([signal, done.signal])).then(() => false);
  const isDone = await Promise.race([work.then(() => true), waited]);
  done.abort();
  return isDone;
}
