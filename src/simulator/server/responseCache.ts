import type { ApiResponse, ApiRequest } from '../protocol/messages';
import type { Clock } from '../state/clock';

interface CachedResponse {
  readonly response: ApiResponse;
  /** The second, by the simulator's clock, for which its ages are correct. */
  readonly second: number;
}

const maxCachedLength = 64_000_000;
/** These depend on the time. Of all others, only a task's `age` does. */
const uncacheable = /\/(Events|\w*Statistics)(\/|$)/;
/** Unambiguous: inside a JSON string the quotes would be escaped. */
const age = Buffer.from(',"age":');

/**
 * Responses to repeated reads while nothing can have changed: no timer has run and nothing was written. Only
 * the ages of tasks are updated. Clients see no difference.
 */
export class ResponseCache {
  readonly #cached = new Map<string, CachedResponse>();
  #length = 0;

  constructor(private readonly now: () => number) {}

  #clear(): void {
    this.#cached.clear();
    this.#length = 0;
  }

  /** The clock; each of its timers invalidates the cache. */
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

/** The response this many seconds later. Undefined when an age gets another digit. */
function aged(answer: ApiResponse, seconds: number): ApiResponse | undefined {
  // A response that is read once is not converted to bytes.
  if (seconds === 0 && typeof answer.body !== 'string') return answer;
  // A copy, since the original may still be in transmission.
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
