import { ConnectionError } from '../../taskrouter/errors';
import type { Clock } from './clock';
import type { CycleCause, Job, JobSource } from './jobs';
import { isFinal, purposeFor } from './jobs';
import type { ListKey, ListRef } from './listRef';
import { listKey } from './listRef';
import { RefreshLimit } from './refreshLimit';
import type { RequestBudget } from './requestBudget';
import type { Store } from './store';

export interface AccountCycleOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly accountId: string;
  /** The lists of this account that are on screen. */
  readonly lists: () => readonly ListRef[];
  /** Milliseconds from the end of one cycle to the start of the next; 0 while cycles are off. */
  readonly interval: () => number;
  readonly isVisible: () => boolean;
  /** New each time the account's secret is replaced. */
  readonly secretId: () => string | undefined;
  readonly afterCycle: () => void;
  /** Called when a read has succeeded for the first time since everything failed. */
  readonly onRecovered?: () => void;
  readonly source?: JobSource | undefined;
  readonly budget?: RequestBudget | undefined;
}

const maxConcurrent = 4;
const maxPause = 5 * 60_000;
/** While nothing answers at all, trying costs little, and the connection may be back at any moment. */
const maxOfflinePause = 10_000;
/** After so many failed cycles in a row one read is tried before the others. */
const probeAfter = 5;

/** Urgent reads at a time: other reads must not wait for ever. */
const maxUrgent = 5;

interface Cycle extends CycleCause {
  /** When reads must have started, in elapsed milliseconds. */
  readsEnd: number;
  /** Milliseconds since the one before began. */
  readonly sinceLast: number;
  readonly tried: Set<string>;
  anySucceeded: boolean;
  anyFailed: boolean;
  /** Something that failed got a response. */
  anyAnswered: boolean;
  hasProbed: boolean;
}

/**
 * Reads in the background for one account, in cycles of up to four concurrent requests, with increasing pauses while
 * everything fails. Each account has its own cycles, so that a slow one delays no other.
 */
export class AccountCycle {
  private timer: { cancel(): void } | undefined;
  private running: Promise<void> | undefined;
  /** The cycle that the user requested while another was running, or too soon after others. */
  private queued: Promise<void> | undefined;
  private endWait: (() => void) | undefined;
  private readonly refreshes: RefreshLimit;
  private failedCycles = 0;
  /** When the last cycle began, in milliseconds of the clock that never goes back. */
  private startedAt = -Infinity;
  /** After failed cycles, in elapsed milliseconds. */
  private pausedUntil = 0;
  /** When each list on screen was last read, in elapsed milliseconds. */
  private lastRead = new Map<ListKey, number>();
  /** The secret that the last cycle began with. */
  private secretId: string | undefined;
  private disposed = false;

  constructor(private readonly options: AccountCycleOptions) {
    this.secretId = options.secretId();
    this.refreshes = new RefreshLimit(options.clock);
  }

  /**
   * Runs a cycle for the user. It starts after the running one, which may have read too early, and a few seconds after
   * the last Refresh when there have been several in a minute.
   */
  now(): Promise<void> {
    if (this.queued) return this.queued;
    const { wait, isNextFree } = this.refreshes;
    if (!this.running && wait === 0) return this.refresh();
    if (this.running && isNextFree) this.options.budget?.hurry(this.options.accountId, this.running);
    const again = () => {
      this.queued = undefined;
      return this.disposed ? undefined : this.now();
    };
    this.queued = (this.running ?? this.pause(wait)).then(again, again);
    return this.queued;
  }

  /** Starts the next cycle an interval from now. */
  schedule(): void {
    this.timer?.cancel();
    if (!this.isPolling) return;
    this.timer = this.options.clock.setTimeout(() => void this.start(false), this.options.interval());
  }

  /** Starts a cycle at once, unless polling is off; with a new secret even then. */
  catchUp(): void {
    if (this.isPolling || (this.isVisible && this.hasNewSecret)) void this.start(false);
    else this.timer?.cancel();
  }

  /** Ends the pause after failed cycles, and reads what is due: the connection is back. */
  retry(): void {
    if (this.failedCycles === 0) return;
    this.pausedUntil = 0;
    this.catchUp();
  }

  get isRunning(): boolean {
    return this.running !== undefined;
  }

  dispose(): void {
    this.disposed = true;
    this.timer?.cancel();
    this.endWait?.();
  }

  private get isVisible(): boolean {
    return !this.disposed && this.options.isVisible();
  }

  private get isPolling(): boolean {
    return this.isVisible && this.options.interval() !== 0;
  }

  private get hasNewSecret(): boolean {
    return this.options.secretId() !== this.secretId;
  }

  private refresh(): Promise<void> {
    return this.start(true, this.refreshes.start());
  }

  /** Resolves after so many milliseconds, or when polling ends. */
  private pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.options.clock.setTimeout(resolve, milliseconds);
      this.endWait = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  private start(userInitiated: boolean, isFree = false): Promise<void> {
    this.timer?.cancel();
    this.running ??= this.run(userInitiated, isFree).finally(() => {
      this.running = undefined;
      if (this.hasNewSecret) this.catchUp();
      else this.schedule();
    });
    return this.running;
  }

  private async run(userInitiated: boolean, isFree: boolean): Promise<void> {
    const { source, accountId, clock, afterCycle } = this.options;
    const startedAt = clock.elapsed();
    const sinceLast = startedAt - this.startedAt;
    this.startedAt = startedAt;
    const cycle: Cycle = {
      userInitiated,
      isFree,
      hasNewSecret: this.hasNewSecret,
      readsEnd: Infinity,
      sinceLast,
      tried: new Set(),
      anySucceeded: false,
      anyFailed: false,
      anyAnswered: false,
      hasProbed: false,
    };
    this.secretId = this.options.secretId();
    // The first polls may find more to poll, and what must be known at once.
    await this.readUrgent(cycle);
    for (let step = 0; source && step < 2; step++) {
      await this.carryOut(source.polls(accountId, cycle), cycle);
      await this.readUrgent(cycle);
    }
    await this.carryOut(this.listJobs(cycle), cycle);
    // Reading must not delay the next poll; on a slow account it can take as long as the polls took.
    const now = clock.elapsed();
    cycle.readsEnd = now + Math.max(this.options.interval(), 1000, now - startedAt);
    // A reservation leads to its task, and that to its workflow.
    for (let step = 0; source && step < 3; step++) await this.carryOut(source.reads(accountId), cycle);
    if (cycle.anySucceeded) this.recover();
    else if (cycle.anyFailed) {
      this.failedCycles++;
      const most = cycle.anyAnswered ? maxPause : Math.max(maxOfflinePause, this.options.interval());
      this.pausedUntil = clock.elapsed() + Math.min(this.options.interval() * 2 ** this.failedCycles, most);
    }
    if (!this.disposed) afterCycle();
  }

  private recover(): void {
    const hasFailed = this.failedCycles > 0;
    this.failedCycles = 0;
    this.pausedUntil = 0;
    if (hasFailed && !this.disposed) this.options.onRecovered?.();
  }

  /** One after the other: what the first read brings decides whether another one is urgent. */
  private async readUrgent(cycle: Cycle): Promise<void> {
    const { source, accountId } = this.options;
    for (let step = 0; step < maxUrgent; step++) {
      const job = source?.reads(accountId).find(({ purpose }) => purpose === 'urgent');
      if (!job || cycle.tried.has(job.key)) return;
      await this.carryOut([job], cycle);
    }
  }

  private listJobs(cause: CycleCause): Job[] {
    const { userInitiated, hasNewSecret } = cause;
    const { store, source, clock, accountId } = this.options;
    const now = clock.elapsed();
    const lists = this.options.lists();
    const before = this.lastRead;
    this.lastRead = new Map();
    for (const key of lists.map(listKey)) {
      const at = before.get(key);
      if (at !== undefined) this.lastRead.set(key, at);
    }
    const isDue = (list: ListRef) => {
      const error = store.list(list)?.error;
      if (error !== undefined) return !isFinal(error);
      const at = this.lastRead.get(listKey(list));
      if (at === undefined) {
        // Opening it has just read it.
        const known = store.list(list) !== undefined;
        if (known) this.lastRead.set(listKey(list), now);
        return !known;
      }
      return source ? source.needs(list, now - at) : now - at >= this.options.interval();
    };
    return lists
      .filter((list) => userInitiated || hasNewSecret || isDue(list))
      .map((list) => ({
        accountId,
        key: listKey(list),
        run: async () => {
          if (!this.isOnScreen(list)) return undefined;
          this.lastRead.set(listKey(list), clock.elapsed());
          await store.refresh(list, purposeFor(cause));
          return store.list(list)?.error;
        },
      }));
  }

  /** Runs the jobs that this cycle has not run yet; while the account fails, one job before the others. */
  private async carryOut(jobs: readonly Job[], cycle: Cycle): Promise<void> {
    if (!cycle.userInitiated && this.pausedUntil > this.options.clock.elapsed()) return;
    let rest = jobs.filter(({ key }) => !cycle.tried.has(key));
    if (this.failedCycles >= probeAfter && !cycle.hasProbed && rest.length) {
      cycle.hasProbed = true;
      await this.runConcurrently(rest.slice(0, 1), cycle);
      rest = rest.slice(1);
    }
    if (cycle.hasProbed && !cycle.anySucceeded && cycle.anyFailed) return;
    await this.runConcurrently(rest, cycle);
  }

  private async runConcurrently(jobs: readonly Job[], cycle: Cycle): Promise<void> {
    const queue = [...jobs];
    const work = async () => {
      for (let job = queue.shift(); job && !this.disposed; job = queue.shift()) {
        if (job.isDue?.() === false || !this.mayRun(job, cycle)) continue;
        cycle.tried.add(job.key);
        const error = await job.run();
        if (error === undefined) cycle.anySucceeded = true;
        else if (!isFinal(error)) {
          cycle.anyFailed = true;
          cycle.anyAnswered ||= !(error instanceof ConnectionError);
        }
      }
    };
    await Promise.all(Array.from({ length: maxConcurrent }, work));
  }

  private mayRun({ accountId, purpose, isFirst, userInitiated }: Job, cycle: Cycle): boolean {
    const { budget, clock } = this.options;
    if (userInitiated || isFirst || (cycle.userInitiated && !purpose)) return true;
    // Details must not delay a Refresh.
    if (purpose === 'soon' || purpose === 'detail') {
      const isInTime = !this.queued && clock.elapsed() <= cycle.readsEnd;
      return isInTime && (budget?.admitDetail(accountId, purpose === 'soon', cycle.sinceLast) ?? true);
    }
    return budget?.allows(accountId, purpose) ?? true;
  }

  /** A row may have been removed, with the lists below it. */
  private isOnScreen(list: ListRef): boolean {
    const key = listKey(list);
    return this.options.lists().some((one) => listKey(one) === key);
  }
}
