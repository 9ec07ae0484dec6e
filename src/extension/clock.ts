/** Milliseconds since 1970, and something that runs so many milliseconds later. */
export interface Clock {
  now(): number;
  setTimeout(run: () => void, milliseconds: number): { cancel(): void };
}

export const machineClock: Clock = {
  now: () => Date.now(),
  setTimeout(run, milliseconds) {
    const timer = setTimeout(run, milliseconds);
    return { cancel: () => clearTimeout(timer) };
  },
};

export interface EverySecond {
  /** To be called when somebody may have begun to look: the timer stands while nobody does. */
  check(): void;
  dispose(): void;
}

/** Runs something at the begin of each second for as long as it is wanted. */
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
