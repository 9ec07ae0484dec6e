import type { Exchange } from '../../taskrouter/client';
import type { Admission, Background, Purpose, RequestLimit } from '../../taskrouter/requestLimit';
import type { Clock } from './clock';
import type { RequestHistory } from './requestHistory';

export interface RequestBudgetOptions {
  readonly clock: Clock;
  /** Requests per minute above which background requests wait. */
  readonly limit: () => number;
  /** Requests per minute that polls need: details leave them room. */
  readonly pollsPerMinute?: () => number;
  /** Whether the requests of an account leave this window. Others need no limit. */
  readonly isLimited?: (accountId: string) => boolean;
  /** What other windows sent, and this one before it was reloaded. Without it the limit is that of this session. */
  readonly history?: Pick<RequestHistory, 'addRequest' | 'addPause' | 'readOthers'>;
}

interface Waiter {
  readonly accountId: string;
  readonly purpose: Purpose;
  readonly admit: (how: Admission) => void;
}

const minute = 60_000;
/** The first of those that wait leaves first. The share of the limit up to which requests of each purpose leave. */
const shares: Readonly<Record<Purpose, number>> = {
  urgent: 1,
  poll: 0.9,
  soon: 0.8,
  detail: 0.7,
  page: 0.8,
  tool: 0.8,
};
const byPurpose = (one: Waiter, other: Waiter) => shares[other.purpose] - shares[one.purpose];
/** The share that pages take at most: the views read their details with the rest. */
const shareOfPages = 0.4;

/** The share of the details that may be such that can wait: others, of any account, find room at once. */
const shareOfLater = 0.75;

/** A minute as TaskRouter sees it: one request may take a second less than another to arrive. */
const period = minute + 1000;
/** Twilio does not document what X-Rate-Limit-Remaining counts; the last few are left to the user. */
const leftToUser = 3;
/** For how long an account whose details had no room comes before those that read more of them. */
const refusedFor = 15_000;
/** Over so many milliseconds accounts that have enough to read get the same number of details. */
const fairOver = 5 * minute;
const shortPause = 10_000;
const maxPause = 5 * minute;

/**
 * Holds the background requests of all windows to the limit per minute and to the pauses that Twilio asks for. Each
 * counts from the moment it leaves, retries and pages included. Requests that the user caused neither wait nor count: a
 * few clicks would otherwise stop all polling for a minute. Many clicks on Refresh are limited by AccountCycle.
 */
export class RequestBudget {
  /** When each request of this session left in the last minute, oldest first, in elapsed milliseconds. */
  private times: readonly number[] = [];
  /** The same of other sessions, as last read. */
  private othersTimes: readonly number[] = [];
  /** When requests for pages were admitted in the last minute. */
  private pageTimes: readonly number[] = [];
  /** When reads of details began in the last minutes, and of which account. */
  private details: readonly { readonly accountId: string; readonly at: number }[] = [];
  /** When an account's details were last refused, in elapsed milliseconds, and whether they are about to expire. */
  private readonly refused = new Map<string, { readonly at: number; readonly isSoon: boolean }>();
  /** Requests that may leave and have not left yet. */
  private admitted = 0;
  /** Until when each account pauses, in elapsed milliseconds. */
  private readonly pauses = new Map<string, number>();
  private readonly waiters = new Set<Waiter>();
  /** Accounts whose requests leave at once and count. */
  private readonly hurried = new Set<string>();
  private timer: { cancel(): void } | undefined;

  constructor(private readonly options: RequestBudgetOptions) {
    this.readOthers();
  }

  /** What a client of this account asks before each request. */
  limitOf(accountId: string): RequestLimit {
    return {
      admitNow: () => this.admitNow(accountId),
      tryAdmit: ({ purpose = 'poll' }) =>
        this.allows(accountId, purpose) ? this.take(accountId, purpose) : undefined,
      admit: (of, signal) => this.wait(accountId, of, signal),
    };
  }

  /**
   * Until `end` all requests of an account leave at once, because a Refresh waits for them, and all of them count: other
   * background requests wait for longer instead.
   */
  hurry(accountId: string, end: Promise<unknown>): void {
    this.hurried.add(accountId);
    for (const waiter of this.waiters)
      if (waiter.accountId === accountId) waiter.admit(this.take(accountId, waiter.purpose));
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

  /** Whether a background request for this purpose may leave now. */
  allows(accountId: string, purpose: Purpose = 'poll'): boolean {
    const isAllowed = () => this.pausedUntil(accountId) === undefined && this.hasRoomFor(accountId, purpose);
    if (!isAllowed()) return false;
    // What another window has sent since can only forbid it.
    this.readOthers();
    return isAllowed();
  }

  /**
   * Whether an account may begin a read of details, which then counts: when the polls of all accounts have their room,
   * and no account that has read less of them waits. `isSoon`: it is soon too late, and waits for no account that can wait.
   * `time`: milliseconds since the account's last details. Unless few were read lately, no more begin than belong to
   * this time: with a minute's details at once, what comes next would wait for a minute.
   */
  admitDetail(accountId: string, isSoon: boolean, time = period): boolean {
    if (!this.isLimited(accountId)) return this.allows(accountId, 'detail');
    if (this.pausedUntil(accountId) !== undefined) return false;
    const now = this.options.clock.elapsed();
    this.details = this.details.filter(({ at }) => at > now - fairOver);
    for (const [id, { at }] of this.refused) if (at <= now - refusedFor) this.refused.delete(id);
    const countOf = (id: string) => this.details.filter((one) => one.accountId === id).length;
    const isOwed = [...this.refused].some(
      ([id, other]) => (other.isSoon || !isSoon) && countOf(id) < countOf(accountId),
    );
    const room = this.limit * shares.poll - (this.options.pollsPerMinute?.() ?? 0);
    const max = Math.max(1, room * (isSoon ? 1 : shareOfLater));
    const isBelow = (count: number, over: number) =>
      this.details.filter(({ at }) => at > now - over).length < count;
    const isInTurn = isBelow(max, 2 * period) || isBelow((max * time) / period, time);
    if (isOwed || !isBelow(max, period) || !isInTurn || !this.allows(accountId, isSoon ? 'soon' : 'detail')) {
      this.refused.set(accountId, { at: now, isSoon: isSoon || !!this.refused.get(accountId)?.isSoon });
      return false;
    }
    this.refused.delete(accountId);
    this.details = [...this.details, { accountId, at: now }];
    return true;
  }

  dispose(): void {
    this.timer?.cancel();
    this.waiters.clear();
  }

  private isLimited(accountId: string): boolean {
    return this.options.isLimited?.(accountId) ?? true;
  }

  private hasRoomFor(accountId: string, purpose: Purpose): boolean {
    return !this.isLimited(accountId) || this.hasRoom(purpose);
  }

  private hasRoom(purpose: Purpose): boolean {
    const isBelow = (count: number, share: number) => count < Math.max(1, this.limit * share);
    if (!isBelow(this.used + this.admitted, shares[purpose])) return false;
    this.pageTimes = after(this.options.clock.elapsed() - period, this.pageTimes);
    return purpose !== 'page' || isBelow(this.pageTimes.length, shareOfPages);
  }

  /** For a request that the user caused. */
  private admitNow(accountId: string): Admission {
    return this.hurried.has(accountId) ? this.take(accountId, 'poll') : uncounted;
  }

  private take(accountId: string, purpose: Purpose): Admission {
    if (!this.isLimited(accountId)) return uncounted;
    const { clock, history } = this.options;
    this.admitted++;
    // Not when it leaves: another window must not take the same place until then.
    history?.addRequest(clock.now());
    if (purpose === 'page') this.pageTimes = [...this.pageTimes, clock.elapsed()];
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

  private wait(
    accountId: string,
    { purpose = 'poll', hurry }: Background,
    signal?: AbortSignal,
  ): Promise<Admission> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      if (hurry?.aborted) return resolve(this.admitNow(accountId));
      if (this.hurried.has(accountId) || this.allows(accountId, purpose))
        return resolve(this.take(accountId, purpose));
      const end = () => {
        this.waiters.delete(waiter);
        signal?.removeEventListener('abort', abort);
        hurry?.removeEventListener('abort', admitNow);
      };
      const abort = () => {
        end();
        reject(signal!.reason as Error);
      };
      const admit = (how: Admission) => {
        end();
        resolve(how);
      };
      const admitNow = () => admit(this.admitNow(accountId));
      const waiter: Waiter = { accountId, purpose, admit };
      signal?.addEventListener('abort', abort);
      hurry?.addEventListener('abort', admitNow);
      this.waiters.add(waiter);
      this.schedule();
    });
  }

  private admitWaiters(): void {
    for (const { accountId, purpose, admit } of [...this.waiters].sort(byPurpose))
      if (this.allows(accountId, purpose)) admit(this.take(accountId, purpose));
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
    const times = [...this.waiters].map(({ accountId, purpose }) =>
      Math.max(this.hasRoomFor(accountId, purpose) ? now : oldest + period, this.pauses.get(accountId) ?? 0),
    );
    this.timer = clock.setTimeout(() => this.admitWaiters(), Math.max(1, Math.min(...times) - now));
  }
}

const after = (since: number, times: readonly number[]): readonly number[] =>
  (times[0] ?? Infinity) > since ? times : times.filter((at) => at > since);

const uncounted: Admission = { leave: () => undefined, cancel: () => undefined };

const clamp = (value: number, min: number, max: number) => Math.min(Math.max(value, min), max);
