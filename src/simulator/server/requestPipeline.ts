import type { Delivery, Faults } from '../faults/faults';
import { complete, retryHeader } from '../faults/faults';
import { HttpError } from '../protocol/httpError';
import type { ApiRequest, ApiResponse, ParameterList } from '../protocol/messages';
import type { Random } from '../state/random';
import { seededRandom } from '../state/random';

/** A received request and its result. It has no headers, so no credentials. */
export interface Recorded {
  /** Milliseconds since 1970, by the simulator's clock. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: ParameterList;
  readonly body: ParameterList;
  readonly ifMatch?: string;
  /** 0 until there is a response; stays 0 when the connection was reset. */
  status: number;
  /** Whether the request took effect. */
  carriedOut: boolean;
}

/** Milliseconds, or their minimum and maximum. */
export type Latency = number | readonly [min: number, max: number];

export interface RequestPipelineOptions {
  /** How many requests the account may have in flight. */
  readonly concurrency: number;
  /** Seconds in the Retry-After header of a 429. Twilio documents no such header, so absent means none. */
  readonly retryAfter?: number;
  /** Milliseconds that every response takes. */
  readonly latency?: Latency;
  readonly seed: number;
  readonly now: () => number;
  readonly requestSid: () => string;
  readonly respond: (request: ApiRequest) => ApiResponse;
  readonly faults: Faults;
  /** Called with an error that handling a request threw; the client gets a 500. */
  readonly onError?: (error: unknown) => void;
}

const maxRecordedRequests = 1000;

/**
 * The steps between a connection and the API: limits how many requests are in flight, applies latency and faults,
 * and records each request.
 */
export class RequestPipeline {
  readonly requests: Recorded[] = [];
  #inFlight = 0;
  readonly #random: Random;

  constructor(private readonly options: RequestPipelineOptions) {
    this.#random = seededRandom(options.seed);
  }

  /**
   * Never throws, and its delivery never rejects: an error in the handling becomes a 500. The caller must call
   * `release` when the connection is done with the delivery; further calls have no effect.
   */
  handle(request: ApiRequest): {
    readonly delivery: Delivery | Promise<Delivery>;
    readonly release: () => void;
  } {
    const { concurrency, retryAfter, faults, onError } = this.options;
    const record = this.#record(request);
    const count = this.#inFlight + 1;
    const started = performance.now();
    const withHeaders = (response: ApiResponse): ApiResponse => {
      const headers = this.#headers(count, response.status, performance.now() - started);
      return { ...response, headers: Object.assign(headers, response.headers) };
    };
    const refuse = (error: HttpError, headers: Readonly<Record<string, string>>): ApiResponse =>
      withHeaders({ status: error.status, headers, body: JSON.stringify(error.body) });
    const recorded = (delivery: Delivery): Delivery => {
      record.status = delivery.status;
      return delivery;
    };
    const failed = (error: unknown): Delivery => {
      onError?.(error);
      return recorded(complete(refuse(internalError(), {})));
    };
    if (count > concurrency) {
      const tooMany = new HttpError(429, 20429, 'Too Many Requests');
      return {
        delivery: recorded(complete(refuse(tooMany, retryHeader(retryAfter)))),
        release: () => undefined,
      };
    }

    this.#inFlight = count;
    const carryOut = () => {
      const response = this.options.respond(request);
      record.carriedOut = true;
      return withHeaders(response);
    };
    const deliver = () => faults.around(request, carryOut, refuse);
    return { delivery: this.#attempt(deliver, recorded, failed), release: this.#releaseOnce() };
  }

  /** Applies latency. Without any the delivery is available synchronously. */
  #attempt(
    deliver: () => Delivery | Promise<Delivery>,
    recorded: (delivery: Delivery) => Delivery,
    failed: (error: unknown) => Delivery,
  ): Delivery | Promise<Delivery> {
    const { latency = 0, faults } = this.options;
    const ms = typeof latency === 'number' ? latency : this.#random.integer(...latency);
    try {
      const delivery = ms > 0 ? faults.wait(ms).then(deliver) : deliver();
      return delivery instanceof Promise ? delivery.then(recorded).catch(failed) : recorded(delivery);
    } catch (error) {
      return failed(error);
    }
  }

  #releaseOnce(): () => void {
    let held = true;
    return () => {
      if (held) this.#inFlight--;
      held = false;
    };
  }

  #headers(count: number, status: number, milliseconds: number): Record<string, string> {
    const { concurrency, requestSid, now } = this.options;
    return {
      'content-type': 'application/json',
      // The simulator's time, as in the rows, not the machine's.
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

export const internalError = () => new HttpError(500, 20500, 'An internal server error has occurred.');
