/** Work in small steps: who runs it may do something else, or stop, at each `yield`. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Runs all steps at once. */
export function finish<T>(steps: Steps<T>): T {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/** A step of a loop over workers. With the longest expressions of real workflows it takes a few milliseconds. */
const stepSize = 50;

/** Whether a loop is due to yield. */
export const isStep = (index: number): boolean => index % stepSize === stepSize - 1;
