import { ApiError } from '../../taskrouter/errors';
import { isAboutCredentials } from '../accounts/connections';
import type { RequestBudget } from './requestBudget';
import type { Clock } from './clock';
import { machineClock } from './clock';
import type { ListRef } from './listRef';
import type { Store } from './store';
import { listKey } from './listRef';

/** Something to read in the background. Resolves to what went wrong, if anything did. */
export interface Chore {
  readonly accountId: string;
  /** The same for the same thing: it is tried once in a round. */
  readonly key: string;
  /** It can wait for the next minute when most of this one's requests are spent. */
  readonly canWait?: true;
  /** It follows from what a person did: it waits for no budget. */
  readonly asked?: true;
  run(): Promise<unknown>;
}

/** What there is to read beside the lists on screen. */
export interface Watching {
  /** Asks what has changed; `asked` when a person did. */
  looks(asked: boolean): readonly Chore[];
  /** What has changed and is not read yet. */
  reads(): readonly Chore[];
  /** Whether this list, last read so many milliseconds ago, may have changed since. */
  needs(list: ListRef, age: number): boolean;
}

export interface PollerOptions {
  readonly store: Store;
  /** The lists that are on screen now. */
  readonly lists: () => readonly ListRef[];
  /** Somebody can see them. */
  readonly watched: () => boolean;
  /** Milliseconds between the end of one round and the start of the next; 0 for none. */
  readonly interval: () => number;
  /** Called after each round, also for what changes with the time alone. */
  readonly afterwards: () => void;
  readonly watching?: Watching;
  readonly budget?: RequestBudget;
  /** The machine's own when absent. */
  readonly clock?: Clock;
}

const atOnce = 4;
const longestPause = 5 * 60_000;
/** After so many failed rounds in a row one read is tried before the others are. */
const probedAfter = 5;
/** Of the ceiling, for what can wait: asking what has changed must not stand behind reading what did. */
const shareOfReads = 0.8;

/** Asking again by itself does not help: the credentials are refused, or it is gone. */
export const isFinal = (error: unknown): boolean =>
  isAboutCredentials(error) || (error instanceof ApiError && error.status === 404);

interface Round {
  readonly asked: boolean;
  readonly tried: Set<string>;
  readonly good: Set<string>;
  readonly failed: Set<string>;
  readonly probed: Set<string>;
}

/**
 * Decides when to ask TaskRouter in the background: round by round while somebody watches, four requests at a
 * time, within the budget, and an account that fails less and less often.
 */
export class Poller {
  private readonly clock: Clock;
  private timer: { cancel(): void } | undefined;
  private running: Promise<void> | undefined;
  /** The round that a person asked for while another was running. */
  private next: Promise<void> | undefined;
  /** Accounts whose last rounds have failed: how many, and until when they are left alone. */
  private readonly failing = new Map<string, { readonly rounds: number; readonly until: number }>();
  /** When each list on screen was last read. */
  private lastRead = new Map<string, number>();
  private underWay = 0;
  private disposed = false;

  constructor(private readonly options: PollerOptions) {
    this.clock = options.clock ?? machineClock;
  }

  /**
   * Reads everything on screen now, as a person asked. While a round runs it reads once more after it: that round
   * may have read, and failed, before whatever made the person ask.
   */
  now(): Promise<void> {
    if (!this.running) return this.start(true);
    const again = () => {
      this.next = undefined;
      return this.disposed ? undefined : this.now();
    };
    this.next ??= this.running.then(again, again);
    return this.next;
  }

  /** To be called when watching, or the interval, may have changed. */
  later(): void {
    this.timer?.cancel();
    if (!this.isWanted) return;
    this.timer = this.clock.setTimeout(() => void this.start(false), this.options.interval());
  }

  /** Somebody looks again: reads at once what is due by now. */
  catchUp(): void {
    if (this.isWanted) void this.start(false);
    else this.timer?.cancel();
  }

  /** True while rounds follow each other by themselves. */
  get isWanted(): boolean {
    return !this.disposed && this.options.interval() !== 0 && this.options.watched();
  }

  dispose(): void {
    this.disposed = true;
    this.timer?.cancel();
  }

  private start(asked: boolean): Promise<void> {
    this.timer?.cancel();
    this.running ??= this.round(asked).finally(() => {
      this.running = undefined;
      this.later();
    });
    return this.running;
  }

  private async round(asked: boolean): Promise<void> {
    const { watching, afterwards } = this.options;
    const round: Round = {
      asked,
      tried: new Set(),
      good: new Set(),
      failed: new Set(),
      probed: new Set(),
    };
    // Twice: the first look may find what to look at.
    for (let step = 0; watching && step < 2; step++) await this.carryOut(watching.looks(asked), round);
    await this.carryOut(this.listChores(asked), round);
    // A reservation leads to its task, and that to its workflow.
    for (let step = 0; watching && step < 3; step++) await this.carryOut(watching.reads(), round);
    for (const accountId of round.good) this.failing.delete(accountId);
    for (const accountId of round.failed) if (!round.good.has(accountId)) this.failedOnce(accountId);
    if (!this.disposed) afterwards();
  }

  private listChores(asked: boolean): Chore[] {
    const { store, watching } = this.options;
    const now = this.clock.elapsed();
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
        // Whoever opened it has just read it.
        const known = store.list(list) !== undefined;
        if (known) this.lastRead.set(listKey(list), now);
        return !known;
      }
      return watching ? watching.needs(list, now - at) : now - at >= this.options.interval();
    };
    return lists
      .filter((list) => asked || isDue(list))
      .map((list) => ({
        accountId: list.accountId,
        key: listKey(list),
        run: async () => {
          if (!this.isOnScreen(list)) return undefined;
          this.lastRead.set(listKey(list), this.clock.elapsed());
          await store.refresh(list);
          return store.list(list)?.error;
        },
      }));
  }

  /** Tries what has not been tried in this round yet, each account that keeps failing by one request first. */
  private async carryOut(chores: readonly Chore[], round: Round): Promise<void> {
    const wanted = chores.filter(({ accountId, key }) => {
      const until = this.failing.get(accountId)?.until ?? 0;
      return !round.tried.has(key) && (round.asked || until <= this.clock.elapsed());
    });
    const probes = wanted.filter(({ accountId }) => {
      const { rounds } = this.failing.get(accountId) ?? { rounds: 0 };
      return rounds >= probedAfter && !round.probed.has(accountId) && round.probed.add(accountId);
    });
    await this.pool(probes, round);
    const rest = wanted.filter((chore) => !probes.includes(chore));
    await this.pool(
      rest.filter(({ accountId }) => !(round.probed.has(accountId) && round.failed.has(accountId))),
      round,
    );
  }

  private async pool(chores: Chore[], round: Round): Promise<void> {
    const { budget } = this.options;
    const queue = [...chores];
    const worker = async () => {
      for (let chore = queue.shift(); chore && !this.disposed; chore = queue.shift()) {
        const { accountId, key, canWait } = chore;
        const asked = round.asked || chore.asked;
        const share = canWait ? shareOfReads : 1;
        if (!asked && budget && !budget.allows(accountId, this.underWay, share)) continue;
        round.tried.add(key);
        this.underWay++;
        const error = await chore.run().finally(() => this.underWay--);
        if (!isFinal(error)) (error === undefined ? round.good : round.failed).add(accountId);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  }

  /** A row may be gone by now, with the lists under it. */
  private isOnScreen(list: ListRef): boolean {
    const key = listKey(list);
    return this.options.lists().some((one) => listKey(one) === key);
  }

  private failedOnce(accountId: string): void {
    const rounds = (this.failing.get(accountId)?.rounds ?? 0) + 1;
    const pause = Math.min(this.options.interval() * 2 ** rounds, longestPause);
    this.failing.set(accountId, { rounds, until: this.clock.elapsed() + pause });
  }
}
