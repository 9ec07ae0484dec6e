import { setTimeout as delay } from 'node:timers/promises';
import type { Exchange } from '../taskrouter/client';
import type { Admission, Background, RequestLimit } from '../taskrouter/requestLimit';
import { ours } from '../tools/text';
import { ToolError } from '../tools/tool';

/** A minute as TaskRouter sees it: one request may take a second less than another to arrive. */
const period = 61_000;
const shortPause = 10_000;
const maxPause = 5 * 60_000;
/** Clients of the protocol wait a minute for an answer: a call that would wait this long is told when to come back. */
const maxWait = 40_000;

export interface MinuteLimitOptions {
  readonly perMinute: number;
  /** Called with milliseconds when a request begins to wait while no other does. */
  readonly onWait: (milliseconds: number) => void;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
  /** Rejects when the signal aborts. */
  readonly wait?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

/** Holds the requests of this process to a number per minute, and to the pauses that Twilio asks for. */
export class MinuteLimit implements RequestLimit {
  private readonly options: Required<MinuteLimitOptions>;
  /** Requests of the last minute, with when each left. */
  private counted: { at: number }[] = [];
  private pausedUntil = 0;
  private waiting = 0;

  constructor(options: MinuteLimitOptions) {
    this.options = {
      now: () => performance.now(),
      wait: (milliseconds, signal) => delay(milliseconds, undefined, { signal }),
      ...options,
    };
  }

  /** Requests that left in the last minute. */
  get lastMinute(): number {
    const since = this.options.now() - period;
    this.counted = this.counted.filter(({ at }) => at > since);
    return this.counted.length;
  }

  admitNow(): Admission {
    const { now } = this.options;
    const one = { at: now() };
    this.counted.push(one);
    return {
      leave: () => (one.at = now()),
      cancel: () => (this.counted = this.counted.filter((other) => other !== one)),
    };
  }

  tryAdmit(): Admission | undefined {
    return this.timeLeft() === 0 ? this.admitNow() : undefined;
  }

  async admit(_of: Background, signal?: AbortSignal): Promise<Admission> {
    const { onWait, wait } = this.options;
    this.waiting++;
    try {
      for (let left = this.timeLeft(); left > 0; left = this.timeLeft()) {
        if (left > maxWait) throw new ToolError(ours(this.reachedText(left)));
        if (this.waiting === 1) onWait(left);
        await wait(left, signal);
      }
      return this.admitNow();
    } finally {
      this.waiting--;
    }
  }

  /** To be called with each response: it may ask for a pause. */
  observe({ status, retryAfter }: Exchange): void {
    if (status !== 429 && retryAfter === undefined) return;
    const pause = retryAfter === undefined ? shortPause : Math.max(1000, retryAfter * 1000);
    this.pausedUntil = Math.max(this.pausedUntil, this.options.now() + Math.min(pause, maxPause));
  }

  private reachedText(left: number): string {
    const seconds = Math.ceil(left / 1000);
    return this.lastMinute >= this.options.perMinute
      ? `The limit of ${this.options.perMinute} requests per minute is reached. Call this tool again in ${seconds} s.`
      : `TaskRouter asked for a pause. Call this tool again in ${seconds} s.`;
  }

  /** Milliseconds until the next request may leave. */
  private timeLeft(): number {
    const { now, perMinute } = this.options;
    const isFull = this.lastMinute >= perMinute;
    const free = isFull ? Math.min(...this.counted.map(({ at }) => at)) + period : 0;
    return Math.max(0, Math.ceil(Math.max(free, this.pausedUntil) - now()));
  }
}
