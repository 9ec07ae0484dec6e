import type { ApiResponse, ApiRequest, ParameterList } from '../protocol/messages';
import { retryHeader, complete } from '../faults/faults';
import type { Delivery, Faults } from '../faults/faults';
import { seededRandom } from '../state/random';
import type { Random } from '../state/random';
import { HttpError } from '../protocol/httpError';

/** A request that came in, and what became of it. No header, so no credentials. */
export interface Recorded {
  /** Milliseconds since 1970, by the simulator's clock. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: ParameterList;
  readonly body: ParameterList;
  readonly ifMatch?: string;
  /** 0 as long as there is none, and for good when the connection was reset. */
  status: number;
  /** Whether it has had its effect. */
  carriedOut: boolean;
}

/** Milliseconds, or the least and the most. */
export type Latency = number | readonly [min: number, max: number];

export interface TrafficOptions {
  /** How many requests the account may have in flight. */
  readonly concurrency: number;
  /** Seconds that a refused request is told to wait. Twilio documents no such header, so absent means none. */
  readonly retryAfter?: number;
  /** Milliseconds that every answer takes. */
  readonly latency?: Latency;
  readonly seed: number;
  readonly now: () => number;
  readonly requestSid: () => string;
  readonly answer: (request: ApiRequest) => ApiResponse;
  readonly faults: Faults;
}

const maxRecordedRequests = 1000;

/**
 * What stands between the connections and the API: counts what is in flight, refuses what is too much, lets
 * faults strike, and remembers what came in.
 */
export class Traffic {
  readonly requests: Recorded[] = [];
  #inFlight = 0;

  readonly #random: Random;

  constructor(private readonly options: TrafficOptions) {
    this.#random = seededRandom(options.seed);
  }

  /** `leave` must be called once, when the connection is done with the delivery. */
  enter(request: ApiRequest): {
    readonly delivery: Delivery | Promise<Delivery>;
    readonly leave: () => void;
  } {
    const { concurrency, retryAfter, faults } = this.options;
    const record = this.#record(request);
    const count = this.#inFlight + 1;
    const started = performance.now();
    const finish = (answer: ApiResponse): ApiResponse => {
      const headers = this.#headers(count, answer.status, performance.now() - started);
      return { ...answer, headers: Object.assign(headers, answer.headers) };
    };
    const refuse = (error: HttpError, headers: Readonly<Record<string, string>>): ApiResponse =>
      finish({ status: error.status, headers, body: JSON.stringify(error.body) });
    const noted = (delivery: Delivery): Delivery => {
      record.status = delivery.status;
      return delivery;
    };
    if (count > concurrency) {
      const error = new HttpError(429, 20429, 'Too Many Requests');
      return { delivery: noted(complete(refuse(error, retryHeader(retryAfter)))), leave: () => undefined };
    }
    this.#inFlight = count;
    const carryOut = () => {
      const answer = this.options.answer(request);
      record.carriedOut = true;
      return finish(answer);
    };
    const leave = () => void this.#inFlight--;
    const { latency = 0 } = this.options;
    const ms = typeof latency === 'number' ? latency : this.#random.integer(...latency);
    const go = () => faults.around(request, carryOut, refuse);
    const delivery = ms > 0 ? faults.wait(ms).then(go) : go();
    return { delivery: delivery instanceof Promise ? delivery.then(noted) : noted(delivery), leave };
  }

  #headers(count: number, status: number, milliseconds: number): Record<string, string> {
    const { concurrency, requestSid, now } = this.options;
    return {
      'content-type': 'application/json',
      // As the rows' dates are, whatever the machine's clock says.
      date: new Date(now()).toUTCString(),
      'twilio-request-id': requestSid(),
      'twilio-request-duration': (milliseconds / 1000).toFixed(3),
      'twilio-concurrent-requests': String(count),
      'x-rate-limit-limit': String(concurrency),
      'x-rate-limit-remaining': String(status === 429 ? 0 : Math.max(0, concurrency - count)),
      'x-rate-limit-config': 'TaskRouter',
    };
  }

  #record({ method, path, query, body, header }: ApiRequest): Recorded {
    const ifMatch = header('if-match');
    const record: Recorded = {
      at: this.options.now(),
      method,
      path,
      query,
      body,
      status: 0,
      carriedOut: false,
      ...(ifMatch === undefined ? {} : { ifMatch }),
    };
    this.requests.push(record);
    if (this.requests.length > maxRecordedRequests) this.requests.shift();
    return record;
  }
}
