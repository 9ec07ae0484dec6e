import { ApiError } from '../../taskrouter/errors';
import * as resources from '../../taskrouter/resources';
import { isSid } from '../../taskrouter/sid';
import type { Accounts } from '../accounts/accounts';
import type { Clock } from './clock';
import type { ClockSkew } from './clockSkew';
import type { Disposable } from '../emitter';
import { Emitter } from '../emitter';
import { followedEvery, FollowedReservations } from './followedReservations';
import type { CycleCause, Job, JobSource } from './jobs';
import { isFinal, purposeFor } from './jobs';
import type { ListRef } from './listRef';
import { listKey } from './listRef';
import type { Memory } from '../accounts/memory';
import { storedRecord } from '../accounts/memory';
import type { NextReservation } from './openWorkspace';
import { PolledWorkspace, pollsPerList } from './polledWorkspace';
import type { QueuedRead, ReadQueue } from './readQueue';
import type { ListState, Store } from './store';
import type { WorkspaceEvent } from './workspaceEvents';

export interface PolledWorkspacesOptions {
  readonly accounts: Pick<Accounts, 'all' | 'connect'>;
  readonly store: Store;
  readonly memory: Memory;
  readonly clock: Clock;
  readonly skew: ClockSkew;
  /** Milliseconds between polls while something is pending; 0 turns polling off. */
  readonly interval: () => number;
  /** Requests per minute. */
  readonly limit: () => number;
}

export interface WorkspaceListing {
  readonly accountId: string;
  /** `partial`: some rows are unreadable, or a page must not be read. */
  readonly state: 'complete' | 'partial' | 'loading' | 'failed';
  /** Why it failed. */
  readonly error?: unknown;
}

/** All Events of a workspace between two times, in milliseconds since 1970. */
export interface PolledEvents {
  readonly accountId: string;
  readonly workspaceSid: string;
  readonly events: readonly WorkspaceEvent[];
  readonly from: number;
  readonly to: number;
}

/** What the user chose for a workspace, by account and SID; the others follow the default. */
type Choices = Readonly<Record<string, boolean>>;
const choicesKey = 'watch.workspaces';

const minute = 60_000;
/** An account with more workspaces than this is not polled until the user chooses which. */
const maxByDefault = 4;
/** The share of the request limit for finding out what has changed: the rest is for reading it. */
const shareOfPolls = 0.5;
/** The same while reservations are read task by task, which takes minutes: some would end before they are read. */
const shareWhileLoading = 0.18;
/** What is read later than this before its deadline may be too late for the user. */
const soon = 5 * minute;
/** Milliseconds that a poll takes at most where nothing is slow. */
const pollTakes = 5000;
const workspacesEvery = 10 * minute;
/** Milliseconds between cycles while reservations are read task by task: they use what becomes free of the limit. */
const loadedEvery = 5000;
/** So many reservations of an account do not wait for those of other accounts. */
const firstRows = 10;

/** The workspaces that are polled, and the reservations that were just acted on: what the poller reads. */
export class PolledWorkspaces implements JobSource {
  /** Other workspaces are polled than before. */
  private readonly changed = new Emitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly eventsRead = new Emitter<PolledEvents>();
  /** A poll has read the Events of a workspace. */
  readonly onDidReadEvents = this.eventsRead.event;
  /** By account and SID. */
  private readonly polled = new Map<string, Map<string, PolledWorkspace>>();
  private readonly followed: FollowedReservations;
  private readonly subscription: Disposable;
  /** When each account's workspaces were last read, in elapsed milliseconds. */
  private readonly listedAt = new Map<string, number>();
  private isVisible: (sid: string) => boolean = () => false;

  constructor(private readonly options: PolledWorkspacesOptions) {
    this.followed = new FollowedReservations(options.store, options.clock);
    this.subscription = options.store.onDidChange((change) => {
      const { accountId, hasRows } = change;
      for (const [, workspace] of hasRows ? this.polledIn(accountId) : [])
        workspace.rowsChanged((sid) => change.hasRow(accountId, sid));
    });
  }

  /** Milliseconds until an account's next cycle; 0 while polling is off. */
  intervalOf(accountId: string): number {
    const most = this.followed.has(accountId) ? followedEvery : this.isLoadingByTask ? loadedEvery : Infinity;
    return Math.min(this.options.interval(), most);
  }

  isPolled(accountId: string, workspaceSid: string): boolean {
    // No request can name it.
    if (!isSid('Workspace', workspaceSid)) return false;
    const choice = this.choices[`${accountId}/${workspaceSid}`];
    const state = this.options.store.list(workspacesOf(accountId));
    const areFew = (state?.sids.length ?? 0) <= maxByDefault && state?.nextPageToken === undefined;
    return choice ?? areFew;
  }

  async choose(accountId: string, workspaceSid: string, isPolled: boolean): Promise<void> {
    await this.options.memory.update(choicesKey, {
      ...this.choices,
      [`${accountId}/${workspaceSid}`]: isPolled,
    });
    this.sync();
    this.changed.fire();
  }

  /** For each account, whether it is known which workspaces it has. */
  get listings(): readonly WorkspaceListing[] {
    const { accounts, store } = this.options;
    return accounts.all.map(({ id: accountId }) => {
      const list = store.list(workspacesOf(accountId));
      if (list?.readAt !== undefined) {
        return { accountId, state: isReadable(list) ? 'complete' : 'partial' };
      }
      return list?.error === undefined
        ? { accountId, state: 'loading' }
        : { accountId, state: 'failed', error: list.error };
    });
  }

  /** The workspaces that are polled, as far as they are known. */
  get workspaces(): readonly { readonly accountId: string; readonly workspaceSid: string }[] {
    const { accounts, store } = this.options;
    return accounts.all.flatMap(({ id }) =>
      (store.list(workspacesOf(id))?.sids ?? [])
        .filter((sid) => this.isPolled(id, sid))
        .map((workspaceSid) => ({ accountId: id, workspaceSid })),
    );
  }

  /** Reads the reservations that the user sees before the others. */
  prioritize(isVisible: (sid: string) => boolean): void {
    this.isVisible = isVisible;
  }

  /** Reads a reservation again and again until its status changes; `sids` from the workspace down. */
  follow(accountId: string, sids: readonly string[]): void {
    this.followed.add(accountId, sids);
  }

  polls(accountId: string, cause: CycleCause): readonly Job[] {
    this.sync();
    const readsAll = cause.userInitiated || cause.hasNewSecret;
    const interval = this.pollInterval;
    const jobs = [...this.workspacesJob(accountId, cause)];
    for (const [sid, workspace] of this.polledIn(accountId)) {
      if (!readsAll && (isFinal(workspace.error) || !workspace.isDue(interval))) continue;
      const { isNew: isFirst } = workspace;
      jobs.push({ accountId, key: `poll ${sid}`, isFirst, run: () => workspace.poll(cause) });
    }
    return [...jobs, ...this.followed.jobs(accountId)];
  }

  /** The first is urgent when the reservation that times out next is not known without it, or hardly any of the account. */
  reads(accountId: string): readonly Job[] {
    this.sync();
    const now = this.options.clock.now();
    const next = this.verifyNext(accountId, now);
    const queues = [...this.polledIn(accountId).values()].map(({ reads }) => reads);
    const queued = queues.flatMap((queue) => [...queue.all].map((read) => ({ queue, read })));
    const canBeNext = ({ deadline }: QueuedRead) =>
      deadline <= next && (deadline > now || deadline === -Infinity);
    const known = [...this.polledIn(accountId).values()].reduce((sum, { known: count }) => sum + count, 0);
    const isUrgent = ({ read }: Queued) => canBeNext(read) || (read.isNew && known < firstRows);
    const urgent = queued.filter(isUrgent).sort(byDeadline)[0];
    const rank = ({ read }: Queued) => (read.isNew ? 0 : this.isVisible(read.sid) ? 1 : 2);
    const others = queued
      .filter((one) => one !== urgent)
      .sort((one, other) => rank(one) - rank(other) || byDeadline(one, other));
    return [
      ...(urgent ? [urgent.queue.job(urgent.read, 'urgent')] : []),
      ...others.map(({ queue, read }) =>
        queue.job(read, read.isNew || read.deadline < now + soon ? 'soon' : 'detail'),
      ),
    ];
  }

  /**
   * When the first of the pending reservations that are read times out after `now`, in milliseconds since 1970. Has it
   * read again if it is one of this account.
   */
  private verifyNext(accountId: string, now: number): number {
    let first:
      { readonly id: string; readonly in: PolledWorkspace; readonly next: NextReservation } | undefined;
    let nextUnread = Infinity;
    for (const [id, ofAccount] of this.polled)
      for (const workspace of ofAccount.values()) {
        nextUnread = Math.min(nextUnread, workspace.nextUnread);
        const next = workspace.nextConfirmed(now);
        if (next && next.deadline < (first?.next.deadline ?? Infinity)) first = { id, in: workspace, next };
      }
    const deadline = first?.next.deadline ?? Infinity;
    // While it is not known to be the next, it is not presented as such.
    if (first?.id === accountId && nextUnread >= deadline) first.in.verify(first.next);
    return deadline;
  }

  needs(list: ListRef, age: number): boolean {
    if (list.collection.noun === 'Workspace') return age >= workspacesEvery;
    const interval = this.pollInterval;
    const workspace = this.polled.get(list.accountId)?.get(list.parents[0] ?? '');
    return workspace ? workspace.needs(list, age, interval) : age >= interval;
  }

  /** To be called after each cycle of an account. */
  settle(): void {
    for (const ofAccount of this.polled.values())
      for (const workspace of ofAccount.values()) workspace.publish();
    this.followed.settle();
  }

  dispose(): void {
    this.subscription.dispose();
    for (const ofAccount of this.polled.values()) for (const workspace of ofAccount.values()) workspace.end();
    this.polled.clear();
    this.followed.retain([]);
  }

  private polledIn(accountId: string): ReadonlyMap<string, PolledWorkspace> {
    return this.polled.get(accountId) ?? new Map();
  }

  private get isLoading(): boolean {
    return [...this.polled.values()].some((ofAccount) =>
      [...ofAccount.values()].some((one) => one.isLoading),
    );
  }

  /** Requests per minute that polls need: for Events, and now and then for the open tasks. */
  get pollsPerMinute(): number {
    if (this.options.interval() === 0) return 0;
    const perMinute = minute / this.pollInterval;
    return this.requestsPerPoll * (perMinute + Math.min(1, perMinute / pollsPerList));
  }

  /** Milliseconds between polls of a workspace where something is pending, as far as the request limit allows. */
  get pollInterval(): number {
    const { interval, limit } = this.options;
    const share = this.isLoadingByTask ? shareWhileLoading : shareOfPolls;
    return Math.max(interval(), (this.requestsPerPoll * minute) / (limit() * share));
  }

  /** For so many milliseconds what a poll has read is current: by then the next poll should have read it again. */
  currentFor(accountId: string, hasPending: boolean): number {
    const cycle = this.intervalOf(accountId);
    if (cycle === 0) return Infinity;
    const due = this.pollInterval * (hasPending ? 1 : 2);
    return Math.ceil(due / cycle) * cycle + pollTakes;
  }

  private get isLoadingByTask(): boolean {
    return [...this.polled.values()].some((ofAccount) =>
      [...ofAccount.values()].some((one) => one.isLoadingByTask),
    );
  }

  /** How many requests a poll of each workspace that shares the request limit takes. */
  private get requestsPerPoll(): number {
    const limited = this.options.accounts.all.filter(({ kind }) => kind !== 'simulated');
    const workspaces = limited.flatMap(({ id }) => [...this.polledIn(id).values()]);
    return workspaces.reduce((sum, one) => sum + one.requestsPerPoll, 0);
  }

  private get choices(): Choices {
    return storedRecord(this.options.memory, choicesKey, (value) => typeof value === 'boolean');
  }

  /** Begins with workspaces that are new, ends with those that are gone or not wanted any more. */
  private sync(): void {
    const { accounts, store, clock, skew, limit } = this.options;
    const ids = accounts.all.map(({ id }) => id);
    const wanted = new Map<string, Set<string>>(ids.map((id) => [id, new Set()]));
    for (const { accountId, workspaceSid } of this.workspaces) {
      wanted.get(accountId)!.add(workspaceSid);
      const ofAccount = this.polled.get(accountId) ?? new Map<string, PolledWorkspace>();
      this.polled.set(accountId, ofAccount);
      if (ofAccount.has(workspaceSid)) continue;
      const connect = (id: string) => accounts.connect(id);
      const options = {
        accountId,
        workspaceSid,
        store,
        clock,
        limit,
        connect,
        skew: () => skew.of(accountId),
        isLoading: () => this.isLoading,
        onEvents: (events: readonly WorkspaceEvent[], from: number, to: number) =>
          this.eventsRead.fire({ accountId, workspaceSid, events, from, to }),
      };
      ofAccount.set(workspaceSid, new PolledWorkspace(options));
    }
    for (const [accountId, ofAccount] of this.polled) {
      for (const [workspaceSid, workspace] of ofAccount) {
        if (wanted.get(accountId)?.has(workspaceSid)) continue;
        ofAccount.delete(workspaceSid);
        workspace.end();
      }
      if (ofAccount.size === 0) this.polled.delete(accountId);
    }
    this.followed.retain(ids);
    skew.retain(ids);
    for (const id of this.listedAt.keys()) if (!wanted.has(id)) this.listedAt.delete(id);
  }

  /** Reads which workspaces there are; a list on screen is read by the poller only when this is due as well. */
  private workspacesJob(accountId: string, cause: CycleCause): readonly Job[] {
    const { store, clock } = this.options;
    const { userInitiated, hasNewSecret } = cause;
    const list = workspacesOf(accountId);
    const listedAt = this.listedAt.get(accountId) ?? -Infinity;
    const state = store.list(list);
    const isRefused = [...this.polledIn(accountId).values()].some(
      ({ error }) => error instanceof ApiError && error.status === 401,
    );
    if (!userInitiated && !hasNewSecret && (isRefused || isFinal(state?.error))) return [];
    const every = !state || isReadable(state) ? workspacesEvery : userInitiated ? 0 : minute;
    if (state && state.error === undefined && clock.elapsed() - listedAt < every) return [];
    const isFirst = state?.readAt === undefined;
    const run = async () => {
      this.listedAt.set(accountId, clock.elapsed());
      await store.refresh(list, purposeFor(cause, isFirst ? 'urgent' : 'poll'));
      return store.list(list)?.error;
    };
    return [{ accountId, key: listKey(list), isFirst, run }];
  }
}

/** Whether every row of a list of workspaces can be read, and every page could be. */
const isReadable = ({ unreadable, cutShort, sids }: ListState): boolean =>
  unreadable === 0 && !cutShort && sids.every((sid) => isSid('Workspace', sid));

interface Queued {
  readonly queue: ReadQueue;
  readonly read: QueuedRead;
}

/** Infinity minus itself is not a number. */
const byDeadline = ({ read: { deadline: one } }: Queued, { read: { deadline: other } }: Queued): number =>
  one === other ? 0 : one < other ? -1 : 1;

const workspacesOf = (accountId: string): ListRef => ({
  accountId,
  collection: resources.workspaces,
  parents: [],
});
