import { isDeepStrictEqual } from 'node:util';
import { isOpenStatus } from '../../../taskrouter/reservation';
import * as resources from '../../../taskrouter/resources';
import { Disposables, Emitter } from '../../emitter';
import type { Clock } from '../../data/clock';
import { firstVisible } from '../../display/safeText';
import type { RecentActions } from '../../data/recentActions';
import type { WorkspaceListing } from '../../data/polledWorkspaces';
import type { OpenReservation } from '../../display/openReservation';
import { inOrder, shownOf } from '../../display/openReservation';
import type { Failure, FailurePlace, Progress, WorkspaceState } from './workspaceState';
import { failuresOf, keyOf, keyOfEntry, sameBy } from './workspaceState';
import type { OpenState, Store } from '../../data/store';
import type { StoreChange } from '../../data/storeChange';

export interface OpenChange {
  /** Others are open than before, or in another order; or their workspaces changed. */
  readonly listed: boolean;
  /** IDs of those that look different. */
  readonly rows: ReadonlySet<string>;
}

export interface OpenReservationsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly polled: {
    readonly workspaces: readonly { readonly accountId: string; readonly workspaceSid: string }[];
    readonly listings: readonly WorkspaceListing[];
    currentFor(accountId: string, hasPending: boolean): number;
  };
  readonly skew: { of(accountId: string): number };
  readonly recent: Pick<RecentActions, 'all' | 'before' | 'onDidEnd'>;
  /** Where an account's SIDs are unique. */
  readonly sidScope: (accountId: string) => string;
  /** Milliseconds after which what was read counts as out of date. */
  readonly staleAfter: () => number;
  /** Whether changes are found without a Refresh; they are when absent. */
  readonly isPolling?: () => boolean;
}

interface ReservationPlace {
  /** Of its row. */
  readonly id: string;
  readonly accountId: string;
  readonly workspaceSid: string;
  readonly sid: string;
}

/** The open reservations of all polled workspaces as the store has them, soonest deadline first. */
export class OpenReservations {
  private readonly changed = new Emitter<OpenChange>();
  readonly onDidChange = this.changed.event;
  private entries: readonly OpenReservation[] = [];
  private byId = new Map<string, OpenReservation>();
  private states: readonly WorkspaceState[] = [];
  private failed: readonly Failure[] = [];
  private listings: readonly WorkspaceListing[] = [];
  /** The rows that entries are made from. */
  private sources: readonly { readonly accountId: string; readonly sid: string }[] = [];
  private readonly made = new Map<string, { from: readonly unknown[]; entry: OpenReservation }>();
  private stale: ReadonlySet<string> = new Set();
  /** Workspaces that should have been read again by now. */
  private late: ReadonlySet<string> = new Set();
  private wasPolling = true;
  /** What determines the places of the rows that the user has just acted on. */
  private places: ReadonlyMap<string, OpenReservation> = new Map();
  private readonly disposables = new Disposables();

  constructor(private readonly options: OpenReservationsOptions) {
    this.disposables.add(
      options.store.onDidChange((change) => {
        if (this.concerns(change)) this.update();
      }),
      options.recent.onDidEnd(() => this.update()),
    );
  }

  dispose(): void {
    this.disposables.dispose();
  }

  get all(): readonly OpenReservation[] {
    return this.entries;
  }

  get pending(): readonly OpenReservation[] {
    return this.entries.filter(({ status }) => status === 'pending');
  }

  /** Pending ones that have not passed their deadline: of the others TaskRouter's timeout has not been read yet. */
  get unexpired(): readonly OpenReservation[] {
    const now = this.options.clock.now();
    return this.pending.filter(({ deadline }) => deadline === undefined || deadline.at > now);
  }

  get workspaces(): readonly WorkspaceState[] {
    return this.states;
  }

  get(id: string): OpenReservation | undefined {
    return this.byId.get(id);
  }

  get failures(): readonly Failure[] {
    return this.failed;
  }

  /** Whether an account's workspaces are being read for the first time. */
  get isListing(): boolean {
    return this.options.polled.listings.some(({ state }) => state === 'loading');
  }

  get progress(): Progress {
    const loaded = this.entries.length;
    const readable = this.states.filter(({ error }) => error === undefined);
    const isCounted = !this.isListing && readable.every(({ readAt }) => readAt !== undefined);
    const total = readable.reduce((sum, { loading }) => sum + loading, loaded);
    return { loaded, total: isCounted ? total : undefined };
  }

  /** Whether every open reservation that can be read is known, but for those that have just come. */
  get isComplete(): boolean {
    const { loaded, total } = this.progress;
    return loaded === total;
  }

  /**
   * The pending reservation that times out next, once it is known that no other one can: 'loading' while some have not
   * been read, 'unknown' where some cannot be read, are out of date, or have no deadline, and while nothing is polled,
   * 'unconfirmed' while one that is known from Events or from its task alone can be earlier. Undefined when none is pending.
   */
  get next(): OpenReservation | 'loading' | 'unconfirmed' | 'unknown' | undefined {
    if (!this.isPolling) return 'unknown';
    const orLoading = <T>(otherwise: T) => (this.isComplete ? otherwise : 'loading');
    const isEveryPolled = !this.isListing && this.states.every(({ readAt }) => readAt !== undefined);
    if (this.failed.length > 0 || this.stale.size > 0) return orLoading('unknown');
    if (!isEveryPolled) return 'loading';
    const first = this.unexpired[0];
    const nextUnread = Math.min(...this.states.map((one) => one.nextUnread));
    if (nextUnread < (first?.deadline?.at ?? Infinity)) return orLoading('unconfirmed');
    if (!first) return orLoading(undefined);
    if (!first.isConfirmed) return orLoading('unconfirmed');
    return this.isUnconfirmed(first) || this.withoutDeadline.length > 0 ? orLoading('unknown') : first;
  }

  /** The pending reservation that times out first of those that are known and up to date, confirmed or not. */
  get soonest(): OpenReservation | undefined {
    const isCurrent = (one: OpenReservation) => one.deadline && !this.isStaleEntry(one);
    return this.isPolling ? this.unexpired.find(isCurrent) : undefined;
  }

  /** The same, out of date or not. */
  get soonestBefore(): OpenReservation | undefined {
    return this.unexpired.find(({ deadline, isConfirmed }) => deadline && isConfirmed);
  }

  /** Whether changes are found without a Refresh. */
  get isPolling(): boolean {
    return this.options.isPolling?.() ?? true;
  }

  /** Whether rows are, or may be, out of date. */
  get areOutdated(): boolean {
    return !this.isPolling || this.stale.size > 0 || this.late.size > 0;
  }

  /** Since when some rows have not been read, in milliseconds since 1970; undefined before the first read. */
  get readAt(): number | undefined {
    const times = this.states.flatMap(({ readAt }) => readAt ?? []);
    return times.length ? Math.min(...times) : undefined;
  }

  /** Pending ones of which it is not known when they time out. */
  get withoutDeadline(): readonly OpenReservation[] {
    return this.pending.filter(({ deadline }) => deadline === undefined);
  }

  /** Accounts and workspaces of which reservations are still being loaded. */
  get loading(): readonly FailurePlace[] {
    const accounts = this.options.polled.listings.flatMap(({ accountId, state }) =>
      state === 'loading' ? [{ accountId }] : [],
    );
    const workspaces = this.states.flatMap(({ accountId, name: workspace, readAt, loading, error }) =>
      error === undefined && (readAt === undefined || loading > 0) ? [{ accountId, workspace }] : [],
    );
    return [...accounts, ...workspaces];
  }

  /** Workspaces that `next` leaves out. */
  get outdated(): readonly WorkspaceState[] {
    return this.states.filter((one) => this.stale.has(keyOf(one)));
  }

  /** Whether all open reservations of a workspace are known and up to date. */
  isCurrent(workspace: Pick<WorkspaceState, 'accountId' | 'workspaceSid'>): boolean {
    const key = keyOf(workspace);
    const state = this.states.find((one) => keyOf(one) === key);
    const { readAt, loading, error, partialLists } = state ?? {};
    const isWhole = loading === 0 && partialLists === 0 && error === undefined;
    return readAt !== undefined && isWhole && !this.stale.has(key);
  }

  /** When a row was read that may be out of date; undefined for one that is not. */
  staleSince(entry: OpenReservation): number | undefined {
    return this.isStaleEntry(entry) ? this.readAtOf(entry) : undefined;
  }

  /** Whether a row is known from Events only, or should have been read again by now. */
  isUnconfirmed(entry: OpenReservation): boolean {
    return !entry.isConfirmed || this.isLateEntry(entry);
  }

  /** When a row was last read or reported, in milliseconds since 1970. */
  readAtOf({ accountId, sids }: OpenReservation): number | undefined {
    return this.states.find((one) => one.accountId === accountId && one.workspaceSid === sids[0])?.readAt;
  }

  /** Whether rows become out of date as time passes: `checkStale` is to be called then. */
  get canBecomeStale(): boolean {
    return this.entries.some((entry) => !this.isStaleEntry(entry));
  }

  checkStale(): void {
    const isStale = this.states.some((state) => this.isStale(state) !== this.stale.has(keyOf(state)));
    if (isStale || !isDeepStrictEqual(this.lateNow(), this.late)) this.update();
  }

  /** To be called after each poll, too: rows become stale, and clocks are found to differ. */
  update(): void {
    const { store, polled } = this.options;
    const { entries: entriesBefore, states: statesBefore, byId: byIdBefore, failed: failedBefore } = this;
    const { stale: staleBefore, late: lateBefore, listings: listingsBefore } = this;
    const sources: { accountId: string; sid: string }[] = [];
    const entries = new Map<string, OpenReservation>();
    const states: WorkspaceState[] = [];
    const stale = new Set<string>();
    for (const { accountId, workspaceSid } of polled.workspaces) {
      const state = store.open({ accountId, openIn: workspaceSid });
      states.push(this.stateOf(accountId, workspaceSid, state));
      if (this.isStale(state)) stale.add(keyOf({ accountId, workspaceSid }));
      const scope = this.options.sidScope(accountId);
      for (const sid of state?.sids ?? []) {
        sources.push({ accountId, sid });
        if (!sid.startsWith('WR')) continue;
        // The same reservation may be reached with two logins; one row is enough.
        const known = entries.get(scope + sid) ?? byIdBefore.get(scope + sid);
        // Two workspaces of an account that name it get a row each: the later one has a longer ID.
        const isElsewhere = known?.accountId === accountId && known.sids[0] !== workspaceSid;
        const id = isElsewhere ? `${scope}${workspaceSid}/${sid}` : scope + sid;
        if (entries.has(id)) continue;
        const place = { id, accountId, workspaceSid, sid };
        const entry = this.entryOf(place, state);
        if (entry) entries.set(id, entry);
      }
    }
    for (const entry of this.justEnded(entries)) {
      sources.push({ accountId: entry.accountId, sid: entry.sids[2] });
      entries.set(entry.id, entry);
    }
    for (const id of this.made.keys()) if (!entries.has(id)) this.made.delete(id);
    this.sources = sources;
    this.states = states;
    this.stale = stale;
    this.listings = polled.listings;
    this.failed = failuresOf(this.listings, states);
    this.places = this.placesOf(entries);
    const place = (entry: OpenReservation) => this.places.get(entry.id) ?? entry;
    this.entries = [...entries.values()].sort((one, other) => inOrder(place(one), place(other)));
    this.byId = entries;
    this.late = this.lateNow();
    const becameOld = (entry: OpenReservation) =>
      this.isStaleEntry(entry) !== staleBefore.has(keyOfEntry(entry)) ||
      this.isLateEntry(entry) !== lateBefore.has(keyOfEntry(entry));
    const rows = new Set(
      this.entries
        .filter((entry) => byIdBefore.get(entry.id) !== entry || becameOld(entry))
        .map(({ id }) => id),
    );
    const listed =
      !sameBy(this.entries, entriesBefore, ({ id }) => id) ||
      !sameBy(states, statesBefore, ({ name }) => name) ||
      !sameBy(this.failed, failedBefore, ({ id }) => id) ||
      !sameBy(this.failed, failedBefore, ({ error }) => error) ||
      !sameBy(this.failed, failedBefore, ({ partialLists }) => partialLists);
    const progressed =
      this.hasProgressedSince(listingsBefore, statesBefore) || this.wasPolling !== this.isPolling;
    this.wasPolling = this.isPolling;
    if (listed || rows.size || progressed) this.changed.fire({ listed, rows });
  }

  private hasProgressedSince(listings: typeof this.listings, states: readonly WorkspaceState[]): boolean {
    return (
      !sameBy(this.listings, listings, ({ accountId, state }) => `${accountId} ${state}`) ||
      !sameBy(
        this.states,
        states,
        (one) => `${one.loading} ${one.nextUnread} ${one.areEventsUnreadable} ${one.readAt === undefined}`,
      )
    );
  }

  /** The rows that the user has just acted on and that are not among the open ones any more. */
  private justEnded(entries: ReadonlyMap<string, OpenReservation>): readonly OpenReservation[] {
    const { recent, polled } = this.options;
    return [...this.byId.values()].flatMap((before) => {
      const { id, accountId, sids } = before;
      const [workspaceSid, , sid] = sids;
      const isRecent = [...recent.all].some((one) => one.accountId === accountId && one.sid === sid);
      if (!isRecent || entries.has(id)) return [];
      const isPolled = polled.workspaces.some((one) => keyOf(one) === keyOfEntry(before));
      return (isPolled && this.entryOf({ id, accountId, workspaceSid, sid }, undefined)) || [];
    });
  }

  private placesOf(entries: ReadonlyMap<string, OpenReservation>): ReadonlyMap<string, OpenReservation> {
    const { recent } = this.options;
    const acted = [...entries.values()].filter(({ accountId, sids }) => recent.before(accountId, sids[2]));
    return new Map(acted.map((one) => [one.id, this.places.get(one.id) ?? this.byId.get(one.id) ?? one]));
  }

  private isStaleEntry(entry: OpenReservation): boolean {
    return this.stale.has(keyOfEntry(entry));
  }

  private isLateEntry(entry: OpenReservation): boolean {
    return this.late.has(keyOfEntry(entry)) && isOpenStatus(entry.status);
  }

  private lateNow(): ReadonlySet<string> {
    const { clock, polled, store } = this.options;
    const withPending = new Set(this.pending.map(keyOfEntry));
    const isLate = (state: WorkspaceState) => {
      const { accountId, workspaceSid: openIn } = state;
      const age = clock.now() - (store.open({ accountId, openIn })?.readAt ?? Infinity);
      return age > polled.currentFor(accountId, withPending.has(keyOf(state)));
    };
    const current = this.states.filter((state) => !this.stale.has(keyOf(state)));
    return new Set(this.isPolling ? current.filter(isLate).map(keyOf) : []);
  }

  private stateOf(accountId: string, workspaceSid: string, state: OpenState | undefined): WorkspaceState {
    const { readAt, error, loading = 0, nextUnread = Infinity } = state ?? {};
    const { areEventsUnreadable = false, partialLists = 0 } = state ?? {};
    const name = this.options.store.read(resources.workspaces, accountId, workspaceSid)?.friendly_name;
    return {
      accountId,
      workspaceSid,
      name: firstVisible([name, workspaceSid], 40),
      failureId: `failure/${accountId}/${workspaceSid}`,
      loading,
      nextUnread,
      areEventsUnreadable,
      partialLists,
      ...(readAt === undefined ? {} : { readAt }),
      ...(error === undefined ? {} : { error }),
    };
  }

  private isStale(state: Pick<OpenState, 'readAt' | 'error'> | undefined): boolean {
    const { clock, staleAfter } = this.options;
    return (
      state?.readAt !== undefined && (state.error !== undefined || clock.now() - state.readAt > staleAfter())
    );
  }

  private concerns(change: StoreChange): boolean {
    return (
      this.options.polled.workspaces.some(({ accountId, workspaceSid }) =>
        change.hasList({ accountId, openIn: workspaceSid }),
      ) ||
      (change.hasRows && this.sources.some(({ accountId, sid }) => change.hasRow(accountId, sid)))
    );
  }

  /** The same object for as long as it looks the same: a row may have changed in what is not shown. */
  private entryOf(
    { id, accountId, workspaceSid, sid }: ReservationPlace,
    state: OpenState | undefined,
  ): OpenReservation | undefined {
    const { store } = this.options;
    const skew = this.options.skew.of(accountId);
    const fromEvents = state?.fromEvents.get(sid);
    const row = fromEvents ?? store.row(accountId, sid, workspaceSid);
    if (!row) return undefined;
    const { task_sid: taskSid } = resources.taskReservations.read(row);
    if (!taskSid) return undefined;
    const task = store.row(accountId, taskSid, workspaceSid);
    const workflowSid =
      (task && resources.tasks.read(task).workflow_sid) ?? state?.workflowByTask?.get(taskSid);
    const workflow = workflowSid ? store.row(accountId, workflowSid, workspaceSid) : undefined;
    const from = [accountId, fromEvents, row, task, workflow, skew];
    const made = this.made.get(id);
    if (made && from.every((one, i) => one === made.from[i])) return made.entry;
    const sids = [workspaceSid, taskSid, sid] as const;
    const fresh = { id, accountId, sids, isConfirmed: !fromEvents, ...shownOf(row, task, workflow, skew) };
    const entry = made && isDeepStrictEqual(made.entry, fresh) ? made.entry : fresh;
    this.made.set(id, { from, entry });
    return entry;
  }
}
