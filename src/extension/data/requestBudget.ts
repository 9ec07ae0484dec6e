import type { Exchange } from '../../taskrouter/client';
import type { Admission, RequestLimit } from '../../taskrouter/requestLimit';
import type { Clock } from './clock';

export interface RequestBudgetOptions {
  readonly clock: Clock;
  /** Requests per minute above which background requests wait. */
  readonly limit: () => number;
}

interface Waiter {
  readonly accountId: string;
  readonly admit: () => void;
}

const minute = 60_000;
/** Twilio does not document what X-Rate-Limit-Remaining counts; the last few are left to the user. */
const leftToUser = 3;
const shortPause = 10_000;

/**
 * Holds this window's background requests to the limit per minute and to the pauses that Twilio asks for. Each counts
 * from the moment it leaves, retries and pages included. Requests that the user caused neither wait nor count: a few
 * clicks would otherwise stop all polling for a minute.
 */
export class RequestBudget {
  /** When each request of the last minute left, oldest first, in elapsed milliseconds. */
  private readonly times: number[] = [];
  /** Requests that may leave and have not left yet. */
  private admitted = 0;
  /** Until when each account pauses, in elapsed milliseconds. */
  private readonly pauses = new Map<string, number>();
  private readonly waiters = new Set<Waiter>();
  private timer: { cancel(): void } | undefined;

  constructor(private readonly options: RequestBudgetOptions) {}

  /** What a client of this account asks before each request. */
  limitOf(accountId: string): RequestLimit {
    return {
      admitNow: () => uncounted,
      tryAdmit: () => (this.allows(accountId) ? this.take() : undefined),
      admit: (signal, hurry) => this.wait(accountId, signal, hurry),
    };
  }

  /** To be called with each response: it may ask for a pause. */
  observe(accountId: string, { status, remaining, retryAfter }: Exchange): void {
    const isLow = remaining !== undefined && remaining <= leftToUser;
    if (status !== 429 && retryAfter === undefined && !isLow) return;
    const milliseconds = retryAfter === undefined ? shortPause : clamp(retryAfter, 1, 300) * 1000;
    const until = this.options.clock.elapsed() + milliseconds;
    this.pauses.set(accountId, Math.max(this.pauses.get(accountId) ?? 0, until));
  }

  /** Background requests that left in the last minute. */
  get used(): number {
    const since = this.options.clock.elapsed() - minute;
    let old = 0;
    while (old < this.times.length && this.times[old]! <= since) old++;
    if (old) this.times.splice(0, old);
    return this.times.length;
  }

  get limit(): number {
    return Math.max(1, this.options.limit());
  }

  /** Until when Twilio has asked for a pause, in milliseconds since 1970; undefined when it has not. */
  pausedUntil(accountId: string): number | undefined {
    const { clock } = this.options;
    const left = (this.pauses.get(accountId) ?? 0) - clock.elapsed();
    if (left > 0) return clock.now() + left;
    this.pauses.delete(accountId);
    return undefined;
  }

  /** Whether a background request may leave now without exceeding this share of the limit. */
  allows(accountId: string, share = 1): boolean {
    return (
      this.pausedUntil(accountId) === undefined && this.used + this.admitted < Math.max(1, this.limit * share)
    );
  }

  dispose(): void {
    this.timer?.cancel();
    this.waiters.clear();
  }

  private take(): Admission {
    this.admitted++;
    let isOpen = true;
    const close = (left: boolean) => {
      if (!isOpen) return;
      isOpen = false;
      this.admitted--;
      if (left) this.times.push(this.options.clock.elapsed());
      this.schedule();
    };
    return { leave: () => close(true), cancel: () => close(false) };
  }

  private wait(accountId: string, signal?: AbortSignal, hurry?: AbortSignal): Promise<Admission> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      if (hurry?.aborted || this.allows(accountId)) return resolve(this.take());
      const end = () => {
        this.waiters.delete(waiter);
        signal?.removeEventListener('abort', abort);
        hurry?.removeEventListener('abort', waiter.admit);
      };
      const abort = () => {
        end();
        reject(signal!.reason as Error);
      };
      const admit = () => {
        end();
        resolve(this.take());
      };
      const waiter: Waiter = { accountId, admit };
      signal?.addEventListener('abort', abort);
      hurry?.addEventListener('abort', admit);
      this.waiters.add(waiter);
      this.schedule();
    });
  }

  private admitWaiters(): void {
    for (const { accountId, admit } of this.waiters) if (this.allows(accountId)) admit();
    this.schedule();
  }

  /** One timer, for the first moment at which a waiting request may leave. */
  private schedule(): void {
    this.timer?.cancel();
    this.timer = undefined;
    if (this.waiters.size === 0) return;
    const { clock } = this.options;
    const now = clock.elapsed();
    const freeAt = this.used + this.admitted < this.limit ? now : (this.times[0] ?? now) + minute;
    const times = [...this.waiters].map(({ accountId }) => Math.max(freeAt, this.pauses.get(accountId) ?? 0));
    this.timer = clock.setTimeout(() => this.admitWaiters(), Math.max(1, Math.min(...times) - now));
  }
}

const uncounted: Admission = { leave: () => undefined, cancel: () => undefined };

const clamp = (value: number, min: number, max: number) => Math.min(Math.max(value, min), max);
