import { setTimeout as delay } from 'node:timers/promises';

export interface Clock {
  /** Milliseconds since 1970, for dates. It jumps when somebody sets the computer's clock. */
  now(): number;
  /** Milliseconds, for intervals: it never goes back, and goes on while the computer sleeps. */
  elapsed(): number;
  setTimeout(run: () => void, milliseconds: number): { cancel(): void };
}

/**
 * What has elapsed by two readings in milliseconds. The awake one stands still in a sleep, on Linux; so what the
 * wall clock gains on it counts as well, and what it loses is somebody setting it back.
 */
export function elapsedBy(wall: () => number, awake: () => number): () => number {
  let ahead = wall() - awake();
  let gained = 0;
  return () => {
    const reading = awake();
    const change = wall() - reading - ahead;
    // The two are not read at the same moment.
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

/** Resolves after so many milliseconds, or when the signal aborts. */
export const wait = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  delay(milliseconds, undefined, { signal }).catch(() => undefined);

export interface EverySecond {
  /** To be called when somebody may have begun to look: the timer stands while nobody does. */
  check(): void;
  dispose(): void;
}

/** Runs something at the start of each second while it is wanted. */
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
