import type { Answer, Incoming } from './api';
import type { Clock } from './clock';

/** An answer that may have its bytes ready. */
export interface Given extends Answer {
  readonly bytes?: () => Uint8Array;
}

const longestKept = 32_000_000;
/** What is made faster than it is looked up is not worth keeping. */
const shortestKept = 20_000;
/** These depend on the millisecond; everything else on the whole second, as `age` does. */
const dependsOnNow = /\/(Events|\w*Statistics)(\/|$)/;

/**
 * Long lists that are asked for again while nothing can have changed: no time has come that somebody waited
 * for, nothing was written, and it is the same second. Who knows none of this cannot see a difference.
 */
export class KeptAnswers {
  readonly #kept = new Map<string, Given>();
  #length = 0;
  #second = 0;

  constructor(private readonly now: () => number) {}

  forget(): void {
    this.#kept.clear();
    this.#length = 0;
  }

  /** The clock, noticing each time that comes. */
  watched(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      setTimeout: (run, ms) =>
        clock.setTimeout(() => {
          this.forget();
          run();
        }, ms),
    };
  }

  answer(request: Incoming, make: (request: Incoming) => Answer): Given {
    if (request.method !== 'GET') {
      this.forget();
      return make(request);
    }
    if (dependsOnNow.test(request.path)) return make(request);
    const second = Math.floor(this.now() / 1000);
    if (second !== this.#second) {
      this.forget();
      this.#second = second;
    }
    const { header, origin, path, query } = request;
    const key = `${header('authorization')} ${origin}${path}?${JSON.stringify(query)}`;
    const known = this.#kept.get(key);
    if (known) return known;
    const made = make(request);
    if (made.body.length < shortestKept || made.status !== 200) return made;
    let bytes: Uint8Array | undefined;
    const given = { ...made, bytes: () => (bytes ??= Buffer.from(made.body)) };
    this.#length += made.body.length;
    if (this.#length > longestKept) this.forget();
    else this.#kept.set(key, given);
    return given;
  }
}
