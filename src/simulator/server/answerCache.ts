import type { ApiResponse, ApiRequest } from '../protocol/messages';
import type { Clock } from '../state/clock';

interface Kept {
  readonly answer: ApiResponse;
  /** Of the clock, in which the ages in it are true. */
  readonly second: number;
}

const longestKept = 64_000_000;
/** These depend on the millisecond; everything else does not depend on the time, but for a task's `age`. */
const dependsOnNow = /\/(Events|\w*Statistics)(\/|$)/;
/** Inside of a text the quotes would stand behind backslashes. */
const age = Buffer.from(',"age":');

/**
 * Answers that are asked for again while nothing can have changed: no time has come that somebody waited
 * for, and nothing was written. Ages are counted on. Who knows none of this cannot see a difference.
 */
export class KeptAnswers {
  readonly #kept = new Map<string, Kept>();
  #length = 0;

  constructor(private readonly now: () => number) {}

  #forget(): void {
    this.#kept.clear();
    this.#length = 0;
  }

  /** The clock, noticing each time that comes. */
  watched(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      setTimeout: (run, ms) =>
        clock.setTimeout(() => {
          this.#forget();
          run();
        }, ms),
    };
  }

  answer(request: ApiRequest, make: (request: ApiRequest) => ApiResponse): ApiResponse {
    if (request.method !== 'GET') {
      this.#forget();
      return make(request);
    }
    if (dependsOnNow.test(request.path)) return make(request);
    const { header, origin, path, query } = request;
    const key = `${header('authorization')} ${origin}${path}?${JSON.stringify(query)}`;
    const second = Math.floor(this.now() / 1000);
    const known = this.#kept.get(key);
    const answer = (known && later(known.answer, second - known.second)) ?? make(request);
    if (answer.status !== 200) return answer;
    if (this.#length + answer.body.length > longestKept) this.#forget();
    this.#length += answer.body.length - (this.#kept.get(key)?.answer.body.length ?? 0);
    this.#kept.set(key, { answer, second });
    return answer;
  }
}

/** The answer as it is so many seconds later. Undefined when an age has got longer by a digit. */
function later(answer: ApiResponse, seconds: number): ApiResponse | undefined {
  // An answer that is asked for once stays the text that it was made as.
  if (seconds === 0 && typeof answer.body !== 'string') return answer;
  // A copy, since the other may still be on its way.
  const copy = Buffer.from(answer.body as string);
  for (let at = copy.indexOf(age); at >= 0; at = copy.indexOf(age, at)) {
    at += age.length;
    const end = copy.indexOf(',', at);
    const text = String(Number(copy.toString('latin1', at, end)) + seconds);
    if (text.length !== end - at) return undefined;
    copy.write(text, at, 'latin1');
  }
  return { ...answer, body: copy };
}
