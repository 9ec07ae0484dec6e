/**
 * How many requests of one account may be under way. Twilio limits concurrency per account and refuses what
 * is over it; so each refusal halves our ceiling, and a run of good answers lifts it again by one.
 */
export function createPace(most: number) {
  let ceiling = most;
  let underWay = 0;
  let good = 0;
  /** Refusals of requests that were under way at the last halving say nothing new. */
  let outdated = 0;
  const waiting: (() => void)[] = [];

  function next(): void {
    while (underWay < ceiling && waiting.length) {
      underWay++;
      waiting.shift()!();
    }
  }

  return {
    /** Waits for a place. The signal gives the place in the queue up; it rejects with the signal's reason. */
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
      underWay--;
      const isOutdated = outdated > 0;
      if (isOutdated) outdated--;
      if (answer === 'refused') {
        if (!isOutdated) {
          ceiling = Math.max(1, Math.floor(ceiling / 2));
          outdated = underWay;
        }
        good = 0;
      } else if (answer === 'good' && ceiling < most && ++good >= 10) {
        ceiling++;
        good = 0;
      }
      next();
    },
  };
}
