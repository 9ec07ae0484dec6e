import type { ApiResponse, ApiRequest } from '../protocol/messages';
import type { Clock } from '../state/clock';

interface CachedResponse {
  readonly response: ApiResponse;
  /** Of the clock, in which the ages in it are true. */
  readonly second: number;
}

const maxCachedLength = 64_000_000;
/** These depend on the millisecond; everything else does not depend on the time, but for a task's `age`. */
const uncacheable = /\/(Events|\w*Statistics)(\/|$)/;
/** Inside of a text the quotes would stand behind backslashes. */
const age = Buffer.from(',"age":');

/**
 * Answers that are asked for again while nothing can have changed: no time has come that somebody waited
 * for, and nothing was written. Ages are counted on. Who knows none of this cannot see a difference.
 */
export class ResponseCache {
  readonly #cached = new Map<string, CachedResponse>();
  #length = 0;

  constructor(private readonly now: () => number) {}

  #clear(): void {
    this.#cached.clear();
    this.#length = 0;
  }

  /** The clock, noticing each time that comes. */
  observed(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      setTimeout: (run, ms) =>
        clock.setTimeout(() => {
          this.#clear();
          run();
        }, ms),
    };
  }

  respond(request: ApiRequest, make: (request: ApiRequest) => ApiResponse): ApiResponse {
    if (request.method !== 'GET') {
      this.#clear();
      return make(request);
    }
    if (uncacheable.test(request.path)) return make(request);
    const { header, origin, path, query } = request;
    const key = `${header('authorization')} ${origin}${path}?${JSON.stringify(query)}`;
    const second = Math.floor(this.now() / 1000);
    const cached = this.#cached.get(key);
    const answer = (cached && aged(cached.response, second - cached.second)) ?? make(request);
    if (answer.status !== 200) return answer;
    if (this.#length + answer.body.length > maxCachedLength) this.#clear();
    this.#length += answer.body.length - (this.#cached.get(key)?.response.body.length ?? 0);
    this.#cached.set(key, { response: answer, second });
    return answer;
  }
}

/** The answer as it is so many seconds later. Undefined when an age has got longer by a digit. */
function aged(answer: ApiResponse, seconds: number): ApiResponse | undefined {
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
