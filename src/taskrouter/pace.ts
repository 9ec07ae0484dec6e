/**
 * Limits how many requests of one account are in flight. Twilio limits concurrency per account and refuses what exceeds
 * it: each refusal halves our limit, and ten successes in a row raise it by one.
 */
export function createPace(max: number) {
  let limit = max;
  let inFlight = 0;
  let successes = 0;
  /** Refusals of requests that were in flight at the last halving count once. */
  let outdated = 0;
  const waiting: (() => void)[] = [];

  function next(): void {
    while (inFlight < limit && waiting.length) {
      inFlight++;
      waiting.shift()!();
    }
  }

  return {
    /** Waits until a request may be sent. @throws the signal's reason when it aborts first */
    enter(signal: AbortSignal): Promise<void> {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason as Error);
        const leave = () => {
          waiting.splice(waiting.indexOf(admit), 1);
          reject(signal.reason as Error);
        };
        const admit = () => {
          signal.removeEventListener('abort', leave);
          resolve();
        };
        signal.addEventListener('abort', leave, { once: true });
        waiting.push(admit);
        next();
      });
    },
    leave(answer: 'good' | 'refused' | 'failed'): void {
      inFlight--;
      const isOutdated = outdated > 0;
      if (isOutdated) outdated--;
      if (answer === 'refused') {
        if (!isOutdated) {
          limit = Math.max(1, Math.floor(limit / 2));
          outdated = inFlight;
        }
        successes = 0;
      } else if (answer === 'good' && limit < max && ++successes >= 10) {
        limit++;
        successes = 0;
      }
      next();
    },
  };
}
