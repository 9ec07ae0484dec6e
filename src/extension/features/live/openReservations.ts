import type { Row } from '../../../taskrouter/client';
import { isOpen, rankOf, statusOf } from '../../../taskrouter/reservation';
import * as resources from '../../../taskrouter/resources';
import { taskTitle } from '../../display/attributes';
import type { Disposable } from '../../emitter';
import { Emitter } from '../../emitter';
import type { Clock } from '../../data/clock';
import type { Deadline } from '../../data/deadlines';
import { deadlineOf } from '../../data/deadlines';
import { plain } from '../../display/safeText';
import type { OpenState, Store, StoreChange } from '../../data/store';

/** One open reservation as it is shown. Its texts are fit to be shown as text. */
export interface OpenReservation {
  /** Its SID, with the account where that alone is not unique. */
  readonly id: string;
  readonly accountId: string;
  /** Workspace, task, reservation. */
  readonly sids: readonly [workspaceSid: string, taskSid: string, sid: string];
  readonly status: string;
  /** False while only Events have told of it. */
  readonly isConfirmed: boolean;
  readonly worker: string;
  readonly workerSid: string;
  /** What the task is about. */
  readonly about: string;
  readonly queue: string;
  readonly queueSid: string;
  readonly channel: string;
  /** Of a pending one, once its workflow is known. */
  readonly deadline?: Deadline;
  /** When its current status began; undefined while that is not known. */
  readonly since?: Date;
}

/** How well one polled workspace is known. */
export interface WorkspaceState {
  readonly accountId: string;
  readonly workspaceSid: string;
  readonly name: string;
  /** Tasks whose open reservation is not known yet. */
  readonly unread: number;
  /** When it was last polled, in milliseconds since 1970. */
  readonly readAt?: number;
  readonly error?: unknown;
}

export interface OpenChange {
  /** Others are open than before, or in another order; or their workspaces changed. */
  readonly listed: boolean;
  /** IDs of those that look different. */
  readonly rows: ReadonlySet<string>;
}

/** How many of the open reservations are known. */
export interface Progress {
  readonly loaded: number;
  /** Undefined until every account's workspaces are known and have been polled. */
  readonly total: number | undefined;
}

export interface OpenReservationsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly polled: {
    readonly workspaces: readonly { readonly accountId: string; readonly workspaceSid: string }[];
    /** Whether it is known which workspaces each account has. */
    readonly listing: 'complete' | 'loading' | 'failed';
  };
  readonly skew: { of(accountId: string): number };
  /** Where an account's SIDs are unique. */
  readonly sidScope: (accountId: string) => string;
  /** Milliseconds after which what was read counts as out of date. */
  readonly staleAfter: () => number;
}

/** The open reservations of all polled workspaces as the store has them, soonest deadline first. */
export class OpenReservations {
  private readonly changed = new Emitter<OpenChange>();
  readonly onDidChange = this.changed.event;
  private entries: readonly OpenReservation[] = [];
  private byId = new Map<string, OpenReservation>();
  private states: readonly WorkspaceState[] = [];
  /** The rows that entries are made from. */
  private sources: readonly { readonly accountId: string; readonly sid: string }[] = [];
  private readonly made = new Map<string, { from: readonly unknown[]; entry: OpenReservation }>();
  private stale: ReadonlySet<string> = new Set();
  private readonly subscription: Disposable;

  constructor(private readonly options: OpenReservationsOptions) {
    this.subscription = options.store.onDidChange((change) => {
      if (this.concerns(change)) this.update();
    });
  }

  dispose(): void {
    this.subscription.dispose();
  }

  get all(): readonly OpenReservation[] {
    return this.entries;
  }

  get pending(): readonly OpenReservation[] {
    return this.entries.filter(({ status }) => status === 'pending');
  }

  get workspaces(): readonly WorkspaceState[] {
    return this.states;
  }

  get(id: string): OpenReservation | undefined {
    return this.byId.get(id);
  }

  get progress(): Progress {
    const loaded = this.entries.length;
    const isListed = this.options.polled.listing === 'complete';
    const isCounted = isListed && this.states.every(({ readAt }) => readAt !== undefined);
    const total = this.states.reduce((sum, { unread }) => sum + unread, loaded);
    return { loaded, total: isCounted ? total : undefined };
  }

  /** Whether some cannot be read now. */
  get hasFailed(): boolean {
    return this.options.polled.listing === 'failed' || this.states.some(({ error }) => error !== undefined);
  }

  /** Whether every open reservation is known. */
  get isComplete(): boolean {
    const { loaded, total } = this.progress;
    return loaded === total;
  }

  /**
   * The pending reservation that times out next. 'unknown' while another one could: some are not loaded, out of date,
   * or the next one is not confirmed.
   */
  get next(): OpenReservation | 'unknown' | undefined {
    const now = this.options.clock.now();
    const first = this.pending.find(({ deadline }) => deadline === undefined || deadline.at > now);
    if (!this.isComplete || this.stale.size > 0) return 'unknown';
    return first && (!first.isConfirmed || !first.deadline) ? 'unknown' : first;
  }

  /** When a row was read that may be out of date; undefined for one that is not. */
  staleSince({ accountId, sids }: OpenReservation): number | undefined {
    if (!this.stale.has(`${accountId}/${sids[0]}`)) return undefined;
    return this.states.find((one) => one.accountId === accountId && one.workspaceSid === sids[0])?.readAt;
  }

  /** To be called after each poll, too: rows become stale, and clocks are found to differ. */
  update(): void {
    const { store, polled } = this.options;
    const before = { entries: this.entries, stale: this.stale, states: this.states, byId: this.byId };
    const sources: { accountId: string; sid: string }[] = [];
    const entries = new Map<string, OpenReservation>();
    const states: WorkspaceState[] = [];
    const stale = new Set<string>();
    for (const { accountId, workspaceSid } of polled.workspaces) {
      const state = store.open({ accountId, openIn: workspaceSid });
      states.push(this.stateOf(accountId, workspaceSid, state));
      if (this.isStale(state)) stale.add(`${accountId}/${workspaceSid}`);
      for (const sid of state?.sids ?? []) {
        sources.push({ accountId, sid });
        // The same reservation may be reached with two logins; one row is enough.
        const id = `${this.options.sidScope(accountId)}${sid}`;
        if (!sid.startsWith('WR') || entries.has(id)) continue;
        const entry = this.entryOf(accountId, workspaceSid, sid, state?.fromEvents.get(sid));
        if (entry) entries.set(id, entry);
      }
    }
    for (const id of this.made.keys()) if (!entries.has(id)) this.made.delete(id);
    this.sources = sources;
    this.states = states;
    this.stale = stale;
    this.entries = [...entries.values()].sort(inOrder);
    this.byId = entries;
    const becameStale = ({ accountId, sids }: OpenReservation) =>
      stale.has(`${accountId}/${sids[0]}`) !== before.stale.has(`${accountId}/${sids[0]}`);
    const rows = new Set(
      this.entries
        .filter((entry) => before.byId.get(entry.id) !== entry || becameStale(entry))
        .map(({ id }) => id),
    );
    const listed =
      !sameBy(this.entries, before.entries, ({ id }) => id) ||
      !sameBy(states, before.states, ({ name }) => name) ||
      !sameBy(states, before.states, ({ error }) => error);
    const progressed = !sameBy(
      states,
      before.states,
      ({ unread, readAt }) => `${unread} ${readAt === undefined}`,
    );
    if (listed || rows.size || progressed) this.changed.fire({ listed, rows });
  }

  private stateOf(accountId: string, workspaceSid: string, state: OpenState | undefined): WorkspaceState {
    const { readAt, error, unread = 0 } = state ?? {};
    const name = this.options.store.read(resources.workspaces, accountId, workspaceSid)?.friendly_name;
    return {
      accountId,
      workspaceSid,
      name: plain(name ?? workspaceSid, 40),
      unread,
      ...(readAt === undefined ? {} : { readAt }),
      ...(error === undefined ? {} : { error }),
    };
  }

  private isStale(state: OpenState | undefined): boolean {
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

  /** The same object for as long as what it is made from is the same. */
  private entryOf(
    accountId: string,
    workspaceSid: string,
    sid: string,
    fromEvents: Row | undefined,
  ): OpenReservation | undefined {
    const { store } = this.options;
    const skew = this.options.skew.of(accountId);
    const row = fromEvents ?? store.row(accountId, sid);
    if (!row) return undefined;
    const { task_sid: taskSid } = resources.taskReservations.read(row);
    if (!taskSid) return undefined;
    const task = store.row(accountId, taskSid);
    const workflowSid = task && resources.tasks.read(task).workflow_sid;
    const workflow = workflowSid ? store.row(accountId, workflowSid) : undefined;
    const from = [accountId, fromEvents, row, task, workflow, skew];
    const id = `${this.options.sidScope(accountId)}${sid}`;
    const made = this.made.get(id);
    if (made && from.every((one, i) => one === made.from[i])) return made.entry;
    const sids = [workspaceSid, taskSid, sid] as const;
    const entry = { id, accountId, sids, isConfirmed: !fromEvents, ...shownOf(row, task, workflow, skew) };
    this.made.set(id, { from, entry });
    return entry;
  }
}

function shownOf(
  row: Row,
  taskRow: Row | undefined,
  workflowRow: Row | undefined,
  skew: number,
): Omit<OpenReservation, 'id' | 'accountId' | 'sids' | 'isConfirmed'> {
  const reservation = resources.taskReservations.read(row);
  const task = taskRow && resources.tasks.read(taskRow);
  const deadline = deadlineOf(row, workflowRow && resources.workflows.read(workflowRow), skew);
  const since = isOpen(row) && statusOf(row) !== 'pending' ? reservation.date_updated : undefined;
  return {
    status: plain(reservation.reservation_status ?? 'unknown', 30),
    worker: plain(reservation.worker_name ?? '', 60) || plain(reservation.worker_sid ?? 'unknown worker'),
    workerSid: reservation.worker_sid ?? '',
    about: taskTitle(task?.attributes) ?? plain(reservation.task_sid ?? '', 34),
    queue: plain(task?.task_queue_friendly_name ?? '', 40),
    queueSid: task?.task_queue_sid ?? '',
    channel: plain(task?.task_channel_unique_name ?? '', 30),
    ...(deadline ? { deadline } : {}),
    ...(since ? { since } : {}),
  };
}

const sameBy = <T>(one: readonly T[], other: readonly T[], by: (value: T) => unknown) =>
  one.length === other.length && one.every((value, i) => by(value) === by(other[i]!));

function inOrder(one: OpenReservation, other: OpenReservation): number {
  const at = ({ deadline, since }: OpenReservation) => deadline?.at ?? since?.getTime() ?? Infinity;
  const [first, second] = [at(one), at(other)];
  return (
    rankOf(one.status) - rankOf(other.status) ||
    (first === second ? (one.id < other.id ? -1 : 1) : first < second ? -1 : 1)
  );
}
