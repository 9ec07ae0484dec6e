import type { Account } from '../accounts/account';
import { AccountCycle } from './accountCycle';
import type { Clock } from './clock';
import { machineClock } from './clock';
import type { JobSource } from './jobs';
import type { ListRef } from './listRef';
import type { RequestBudget } from './requestBudget';
import type { Store } from './store';

export interface PollerOptions {
  readonly store: Store;
  readonly accounts: { readonly all: readonly Pick<Account, 'id' | 'secretId'>[] };
  /** The lists that are on screen now. */
  readonly lists: () => readonly ListRef[];
  /** Whether the user can see what is read. */
  readonly visible: () => boolean;
  /** Milliseconds from the end of one cycle of an account to the start of its next; 0 turns polling off. */
  readonly interval: (accountId: string) => number;
  /** Called after each cycle, also when nothing but the time has changed. */
  readonly afterCycle: (accountId: string) => void;
  readonly source?: JobSource;
  readonly budget?: RequestBudget;
  /** The machine's own when absent. */
  readonly clock?: Clock;
}

/** Decides, for each account, when to read in the background: while the user can see the result. */
export class Poller {
  private readonly cycles = new Map<string, AccountCycle>();
  private disposed = false;

  constructor(private readonly options: PollerOptions) {}

  /** Reads everything on screen now, at the user's request. */
  async now(): Promise<void> {
    await Promise.all(this.sync().map((cycle) => cycle.now()));
  }

  /** To be called when visibility or the interval may have changed. */
  schedule(): void {
    for (const cycle of this.sync()) cycle.schedule();
  }

  /** Reads what is due now. Not for user requests: it waits for the request limit. */
  catchUp(): void {
    for (const cycle of this.sync()) cycle.catchUp();
  }

  get isRunning(): boolean {
    return [...this.cycles.values()].some(({ isRunning }) => isRunning);
  }

  dispose(): void {
    this.disposed = true;
    for (const cycle of this.cycles.values()) cycle.dispose();
    this.cycles.clear();
  }

  /** Keeps one cycle for each account that is signed in or on screen. */
  private sync(): AccountCycle[] {
    if (this.disposed) return [];
    const ids = new Set([
      ...this.options.accounts.all.map(({ id }) => id),
      ...this.options.lists().map(({ accountId }) => accountId),
    ]);
    for (const [id, cycle] of this.cycles) {
      if (ids.has(id)) continue;
      cycle.dispose();
      this.cycles.delete(id);
    }
    return [...ids].map((id) => this.cycles.get(id) ?? this.add(id));
  }

  private add(accountId: string): AccountCycle {
    const { store, accounts, source, budget, clock = machineClock } = this.options;
    const cycle = new AccountCycle({
      store,
      clock,
      accountId,
      lists: () => this.options.lists().filter((list) => list.accountId === accountId),
      interval: () => this.options.interval(accountId),
      isVisible: this.options.visible,
      secretId: () => accounts.all.find(({ id }) => id === accountId)?.secretId,
      afterCycle: () => this.options.afterCycle(accountId),
      onRecovered: () => this.cycles.forEach((one) => one.retry()),
      source,
      budget,
    });
    this.cycles.set(accountId, cycle);
    return cycle;
  }
}
