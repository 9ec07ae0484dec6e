import type { Exchange } from '../../taskrouter/client';
import { ApiError } from '../../taskrouter/errors';
import * as resources from '../../taskrouter/resources';
import type { Accounts } from '../accounts/accounts';
import { Emitter } from '../emitter';
import type { Clock } from './clock';
import type { Memory } from '../accounts/memory';
import type { Chore, Watching } from './poller';
import { isFinal } from './poller';
import type { ListRef } from './listRef';
import type { Store } from './store';
import { PolledWorkspace } from './polledWorkspace';

export interface WatchOptions {
  readonly accounts: Pick<Accounts, 'all' | 'connect'>;
  readonly store: Store;
  readonly memory: Memory;
  readonly clock: Clock;
  /** Milliseconds between looks while something is pending. */
  readonly interval: () => number;
  /** Requests a minute. */
  readonly ceiling: () => number;
}

/** What a person decided about a workspace, by account and SID; the others follow the rule. */
type Choices = Readonly<Record<string, boolean>>;
const choicesKey = 'watch.workspaces';

const second = 1000;
const minute = 60 * second;
/** An account with more workspaces than this is not watched until a person says which. */
const mostUnasked = 4;
/** Of the ceiling, for asking what has changed: the rest is for reading it. */
const shareOfLooks = 0.5;
const workspacesEvery = 10 * minute;
/** Twilio rings for a minute unless told otherwise, and a reservation lives for two. */
const followedFor = 2.5 * minute;
const followedEvery = 3 * second;

interface Followed {
  readonly accountId: string;
  readonly sids: readonly string[];
  readonly status: unknown;
  readonly until: number;
}

/** Keeps the store up with the workspaces that are watched, and with reservations that were just acted on. */
export class PolledWorkspaces implements Watching {
  /** Which workspaces are watched has changed. */
  private readonly changed = new Emitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly watched = new Map<string, PolledWorkspace>();
  private readonly followed = new Map<string, Followed>();
  private readonly skews = new Map<string, number>();
  private readonly workspacesReadAt = new Map<string, number>();

  constructor(private readonly options: WatchOptions) {}

  /** Milliseconds until the next round, given those that a person has set; 0 stays 0. */
  pace(interval: number): number {
    return this.followed.size && interval ? Math.min(interval, followedEvery) : interval;
  }

  isWatched(accountId: string, workspaceSid: string): boolean {
    const choice = this.choices[`${accountId}/${workspaceSid}`];
    const state = this.options.store.list(workspacesOf(accountId));
    const few = (state?.sids.length ?? 0) <= mostUnasked && state?.nextPageToken === undefined;
    return choice ?? few;
  }

  async choose(accountId: string, workspaceSid: string, watched: boolean): Promise<void> {
    await this.options.memory.update(choicesKey, {
      ...this.choices,
      [`${accountId}/${workspaceSid}`]: watched,
    });
    this.sync();
    this.changed.fire();
  }

  /** The workspaces that are watched, as far as they are known. */
  get workspaces(): readonly { readonly accountId: string; readonly workspaceSid: string }[] {
    const { accounts, store } = this.options;
    return accounts.all.flatMap(({ id }) =>
      (store.list(workspacesOf(id))?.sids ?? [])
        .filter((sid) => this.isWatched(id, sid))
        .map((workspaceSid) => ({ accountId: id, workspaceSid })),
    );
  }

  /** Reads that wait for the next minute. */
  get waiting(): number {
    return [...this.watched.values()].reduce((sum, one) => sum + one.waiting, 0);
  }

  /** To be told of each exchange: whose clock is ahead by how much. */
  heard(accountId: string, { date }: Exchange): void {
    if (date === undefined) return;
    // The header has whole seconds: its moment is half a second later on average.
    const skew = date + second / 2 - this.options.clock.now();
    const before = this.skews.get(accountId) ?? 0;
    if (Math.abs(skew - before) > 1.5 * second) this.skews.set(accountId, skew);
  }

  /** Milliseconds by which TaskRouter's clock is ahead of this machine's. */
  skew(accountId: string): number {
    return this.skews.get(accountId) ?? 0;
  }

  /** Reads a reservation again and again until its status is another; `sids` from the workspace down. */
  follow(accountId: string, sids: readonly string[]): void {
    const row = this.options.store.row(accountId, sids.at(-1)!);
    if (!row) return;
    this.followed.set(`${accountId}/${sids.at(-1)}`, {
      accountId,
      sids,
      status: row['reservation_status'],
      until: this.options.clock.elapsed() + followedFor,
    });
  }

  looks(asked: boolean): readonly Chore[] {
    this.sync();
    const { interval } = this;
    const chores: Chore[] = this.options.accounts.all.flatMap(
      ({ id }) => this.workspacesChore(id, asked) ?? [],
    );
    for (const [key, workspace] of this.watched) {
      if (!asked && (isFinal(workspace.error) || !workspace.isDue(interval))) continue;
      const [accountId = ''] = key.split('/');
      chores.push({ accountId, key: `look ${key}`, run: () => workspace.look(asked) });
    }
    for (const [key, one] of this.followed) chores.push(this.followedChore(key, one));
    return chores;
  }

  reads(): readonly Chore[] {
    this.sync();
    return [...this.watched.values()].flatMap((workspace) => workspace.reads());
  }

  needs(list: ListRef, age: number): boolean {
    const { interval } = this;
    const watched = this.watched.get(`${list.accountId}/${list.parents[0]}`);
    return watched ? watched.needs(list, age, interval) : age >= interval;
  }

  /** To be called after each round. */
  settle(): void {
    for (const workspace of this.watched.values()) workspace.keep();
    this.endFollowing();
  }

  dispose(): void {
    for (const workspace of this.watched.values()) workspace.end();
    this.watched.clear();
    this.followed.clear();
  }

  private get interval(): number {
    const { interval, ceiling } = this.options;
    return Math.max(interval(), (this.watched.size * minute) / (ceiling() * shareOfLooks));
  }

  private get choices(): Choices {
    return this.options.memory.get<Choices>(choicesKey) ?? {};
  }

  /** Begins with workspaces that are new, ends with those that are gone or not wanted any more. */
  private sync(): void {
    const { accounts, store, clock } = this.options;
    const wanted = new Set<string>();
    for (const { accountId, workspaceSid } of this.workspaces) {
      const key = `${accountId}/${workspaceSid}`;
      wanted.add(key);
      if (this.watched.has(key)) continue;
      const options = { accountId, workspaceSid, store, clock, skew: () => this.skew(accountId) };
      this.watched.set(key, new PolledWorkspace({ ...options, connect: (id) => accounts.connect(id) }));
    }
    for (const [key, workspace] of this.watched) {
      if (wanted.has(key)) continue;
      this.watched.delete(key);
      workspace.end();
    }
    const known = new Set(accounts.all.map(({ id }) => id));
    for (const [key, { accountId }] of this.followed) if (!known.has(accountId)) this.followed.delete(key);
  }

  /** Which workspaces there are; on screen it is read by whoever shows it. */
  private workspacesChore(accountId: string, asked: boolean): Chore | undefined {
    const { store, clock } = this.options;
    const list = workspacesOf(accountId);
    const readAt = this.workspacesReadAt.get(accountId) ?? -Infinity;
    const state = store.list(list);
    const refused = [...this.watched].some(
      ([key, { error }]) =>
        key.startsWith(`${accountId}/`) && error instanceof ApiError && error.status === 401,
    );
    if (!asked && (refused || isFinal(state?.error))) return undefined;
    if (state && state.error === undefined && clock.elapsed() - readAt < workspacesEvery) return undefined;
    return {
      accountId,
      key: `look ${accountId}`,
      run: async () => {
        this.workspacesReadAt.set(accountId, clock.elapsed());
        await store.refresh(list);
        return store.list(list)?.error;
      },
    };
  }

  private followedChore(key: string, { accountId, sids }: Followed): Chore {
    const collection = sids[1]?.startsWith('WK') ? resources.workerReservations : resources.taskReservations;
    return {
      accountId,
      key: `follow ${key}`,
      asked: true,
      run: () =>
        this.options.store.fetch(accountId, collection, sids).then(
          () => undefined,
          (error: unknown) => {
            if (isFinal(error)) this.followed.delete(key);
            return error;
          },
        ),
    };
  }

  private endFollowing(): void {
    const { store, clock } = this.options;
    for (const [key, { accountId, sids, status, until }] of this.followed) {
      const now = store.row(accountId, sids.at(-1)!)?.['reservation_status'];
      if (now !== status || until <= clock.elapsed()) this.followed.delete(key);
    }
  }
}

const workspacesOf = (accountId: string): ListRef => ({
  accountId,
  collection: resources.workspaces,
  parents: [],
});
