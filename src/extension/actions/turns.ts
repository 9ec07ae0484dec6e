import type { Clock } from '../data/clock';
import { either } from '../data/either';

/** Jobs at once: fewer than the requests that a client sends at once, so that others of the account are sent too. */
const maxRunning = 6;
/** Milliseconds after which a job gives up its turn if another one waits for its first. */
const slice = 1000;

interface Waiting {
  readonly begin: () => void;
  readonly fail: (reason: unknown) => void;
}

/** Runs a few jobs at a time. A slow one does not hold up those that have not begun: it is aborted, and begins again later. */
export class Turns {
  private running = 0;
  private readonly fresh: Waiting[] = [];
  private readonly interrupted: Waiting[] = [];

  constructor(
    private readonly clock: Pick<Clock, 'setTimeout'>,
    private readonly over: AbortSignal,
  ) {
    const endAll = () => {
      for (const { fail } of [...this.fresh.splice(0), ...this.interrupted.splice(0)]) fail(over.reason);
    };
    over.addEventListener('abort', endAll, { once: true });
  }

  /** @throws what the job throws, or has thrown in its last turn; the reason of `over` if it had none */
  async run<T>(job: (signal: AbortSignal) => Promise<T>): Promise<T> {
    let last: { readonly error: unknown } | undefined;
    for (;;) {
      await this.enter(last ? this.interrupted : this.fresh).catch((reason: unknown) => {
        throw last ? last.error : reason;
      });
      const turn = new AbortController();
      const { signal, end } = either(this.over, turn.signal);
      const stopWatching = this.watch(turn);
      try {
        return await job(signal);
      } catch (error) {
        if (!turn.signal.aborted) throw error;
        last = { error };
      } finally {
        stopWatching();
        end();
        this.running--;
        this.next();
      }
    }
  }

  private enter(queue: Waiting[]): Promise<void> {
    return new Promise((begin, fail) => {
      if (this.over.aborted) return fail(this.over.reason as Error);
      queue.push({ begin, fail });
      this.next();
    });
  }

  private next(): void {
    while (this.running < maxRunning) {
      const one = this.fresh.shift() ?? this.interrupted.shift();
      if (!one) return;
      this.running++;
      one.begin();
    }
  }

  private watch(turn: AbortController): () => void {
    const wait = () =>
      this.clock.setTimeout(() => {
        if (this.fresh.length) turn.abort();
        else timer = wait();
      }, slice);
    let timer = wait();
    return () => timer.cancel();
  }
}
