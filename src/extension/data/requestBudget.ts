import type { Exchange } from '../../taskrouter/client';
import type { Admission, RequestLimit } from '../../taskrouter/requestLimit';
import type { Clock } from './clock';
import type { RequestHistory } from './requestHistory';

export interface RequestBudgetOptions {
  readonly clock: Clock;
  /** Requests per minute above which background requests wait. */
  readonly limit: () => number;
  /** What other windows sent, and this one before it was reloaded. Without it the limit is that of this session. */
  readonly history?: Pick<RequestHistory, 'addRequest' | 'addPause' | 'readOthers'>;
}

interface Waiter {
  readonly accountId: string;
  readonly admit: () => void;
}

const minute = 60_000;
/** A minute as TaskRouter sees it: one request may take a second less than another to arrive. */
const period = minute + 1000;
/** Twilio does not document what X-Rate-Limit-Remaining counts; the last few are left to the user. */
const leftToUser = 3;
const shortPause = 10_000;
const maxPause = 5 * minute;

/**
 * Holds the background requests of all windows to the limit per minute and to the pauses that Twilio asks for. Each
 * counts from the moment it leaves, retries and pages included. Requests that the user caused neither wait nor count: a
 * few clicks would otherwise stop all polling for a minute.
 */
export class RequestBudget {
  /** When each request of this session left in the last minute, oldest first, in elapsed milliseconds. */
  private times: readonly number[] = [];
  /** The same of other sessions, as last read. */
  private othersTimes: readonly number[] = [];
  /** Requests that may leave and have not left yet. */
  private admitted = 0;
  /** Until when each account pauses, in elapsed milliseconds. */
  private readonly pauses = new Map<string, number>();
  private readonly waiters = new Set<Waiter>();
  /** Accounts whose background requests the user waits for. */
  private readonly hurried = new Set<string>();
  private timer: { cancel(): void } | undefined;

  constructor(private readonly options: RequestBudgetOptions) {
    this.readOthers();
  }

  /** What a client of this account asks before each request. */
  limitOf(accountId: string): RequestLimit {
    return {
      admitNow: () => uncounted,
      tryAdmit: () => (this.allows(accountId) ? this.take() : undefined),
      admit: (signal, hurry) => this.wait(accountId, signal, hurry),
    };
  }

  /** Lets the background requests of an account leave at once until `end`: the user waits for them. */
  hurry(accountId: string, end: Promise<unknown>): void {
    this.hurried.add(accountId);
    for (const waiter of this.waiters) if (waiter.accountId === accountId) waiter.admit();
    const ended = () => void this.hurried.delete(accountId);
    end.then(ended, ended);
  }

  /** To be called with each response: it may ask for a pause. */
  observe(accountId: string, { status, remaining, retryAfter }: Exchange): void {
    const isLow = remaining !== undefined && remaining <= leftToUser;
    if (status !== 429 && retryAfter === undefined && !isLow) return;
    const milliseconds = retryAfter === undefined ? shortPause : clamp(retryAfter * 1000, 1000, maxPause);
    const { clock, history } = this.options;
    this.pause(accountId, clock.elapsed() + milliseconds);
    history?.addPause(accountId, clock.now(), clock.now() + milliseconds);
  }

  /** Background requests that left in the last minute. */
  get used(): number {
    const since = this.options.clock.elapsed() - period;
    this.times = after(since, this.times);
    this.othersTimes = after(since, this.othersTimes);
    return this.times.length + this.othersTimes.length;
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
    const isAllowed = () =>
      this.pausedUntil(accountId) === undefined &&
      this.used + this.admitted < Math.max(1, this.limit * share);
    if (!isAllowed()) return false;
    // What another window has sent since can only forbid it.
    this.readOthers();
    return isAllowed();
  }

  dispose(): void {
    this.timer?.cancel();
    this.waiters.clear();
  }

  private take(): Admission {
    const { clock, history } = this.options;
    this.admitted++;
    // Not when it leaves: another window must not take the same place until then.
    history?.addRequest(clock.now());
    let isOpen = true;
    const close = (left: boolean) => {
      if (!isOpen) return;
      isOpen = false;
      this.admitted--;
      if (left) this.times = [...this.times, clock.elapsed()];
      this.schedule();
    };
    return { leave: () => close(true), cancel: () => close(false) };
  }

  /** Their clock is this machine's, which may be set: what counts here is how long ago it was. */
  private readOthers(): void {
    const { clock, history } = this.options;
    const ahead = clock.elapsed() - clock.now();
    const others = history?.readOthers(clock.now());
    this.othersTimes = others?.times.map((at) => at + ahead) ?? [];
    for (const [accountId, until] of others?.pauses ?? []) this.pause(accountId, until + ahead);
  }

  /** `until` in elapsed milliseconds. */
  private pause(accountId: string, until: number): void {
    const now = this.options.clock.elapsed();
    for (const [id, ended] of this.pauses) if (ended <= now) this.pauses.delete(id);
    const before = this.pauses.get(accountId) ?? now;
    if (until > before) this.pauses.set(accountId, Math.min(until, now + maxPause));
  }

  private wait(accountId: string, signal?: AbortSignal, hurry?: AbortSignal): Promise<Admission> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      if (hurry?.aborted || this.hurried.has(accountId) || this.allows(accountId))
        return resolve(this.take());
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
    const oldest = Math.min(...this.times.slice(0, 1), ...this.othersTimes.slice(0, 1), now);
    const freeAt = this.used + this.admitted < this.limit ? now : oldest + period;
    const times = [...this.waiters].map(({ accountId }) => Math.max(freeAt, this.pauses.get(accountId) ?? 0));
    this.timer = clock.setTimeout(() => this.admitWaiters(), Math.max(1, Math.min(...times) - now));
  }
}

const after = (since: number, times: readonly number[]): readonly number[] =>
  (times[0] ?? Infinity) > since ? times : times.filter((at) => at > since);

const uncounted: Admission = { leave: () => undefined, cancel: () => undefined };

const clamp = (value: number, min: number, max: number) => Math.min(Math.max(value, min), max);
