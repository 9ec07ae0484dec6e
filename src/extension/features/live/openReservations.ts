import type { Row } from '../../../taskrouter/client';
import { readRow } from '../../../taskrouter/client';
import { isOpen } from '../../../taskrouter/reservation';
import * as resources from '../../../taskrouter/resources';
import { taskTitle } from '../../display/attributes';
import type { Disposable } from '../../emitter';
import { Emitter } from '../../emitter';
import type { Clock } from '../../data/clock';
import type { Deadline } from '../../data/deadlines';
import { deadlineOf } from '../../data/deadlines';
import { plain } from '../../display/safeText';
import type { Store, StoreChange } from '../../data/store';

/** One open reservation with what a person wants to know of it. Its texts are fit to be shown as text. */
export interface OpenReservation {
  readonly accountId: string;
  /** Workspace, task, reservation. */
  readonly sids: readonly [workspaceSid: string, taskSid: string, sid: string];
  readonly status: string;
  readonly worker: string;
  readonly workerSid: string;
  /** What the task is about. */
  readonly about: string;
  readonly queue: string;
  readonly queueSid: string;
  readonly channel: string;
  /** Of a pending one, once its workflow is known. */
  readonly deadline?: Deadline;
  /** When its status last changed. */
  readonly since?: Date;
}

/** How well one watched workspace is known. */
export interface WatchedState {
  readonly accountId: string;
  readonly workspaceSid: string;
  readonly name: string;
  /** When it was last looked at, in milliseconds since 1970. */
  readonly readAt?: number;
  readonly error?: unknown;
}

export interface OpenChange {
  /** Others are open than before, or in another order; or their workspaces are others. */
  readonly listed: boolean;
  /** SIDs of those that look different. */
  readonly rows: ReadonlySet<string>;
}

interface LiveOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly watch: {
    readonly workspaces: readonly { readonly accountId: string; readonly workspaceSid: string }[];
    skew(accountId: string): number;
  };
  /** Milliseconds after which what was read is not believed to be so still. */
  readonly staleAfter: () => number;
}

const statusOrder = ['pending', 'accepted', 'wrapping'];

/** The open reservations of all watched workspaces as the store has them, soonest deadline first. */
export class OpenReservations {
  private readonly changed = new Emitter<OpenChange>();
  readonly onDidChange = this.changed.event;
  private entries: readonly OpenReservation[] = [];
  private bySid = new Map<string, OpenReservation>();
  private states: readonly WatchedState[] = [];
  private known: readonly { readonly accountId: string; readonly sid: string }[] = [];
  private readonly made = new Map<string, { from: readonly unknown[]; entry: OpenReservation }>();
  private stale: ReadonlySet<string> = new Set();
  private readonly subscription: Disposable;

  constructor(private readonly options: LiveOptions) {
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

  get workspaces(): readonly WatchedState[] {
    return this.states;
  }

  get(sid: string): OpenReservation | undefined {
    return this.bySid.get(sid);
  }

  /** When a row was read that may not be so any more; undefined for one that is fresh. */
  staleSince({ accountId, sids }: OpenReservation): number | undefined {
    if (!this.stale.has(`${accountId}/${sids[0]}`)) return undefined;
    return this.states.find((one) => one.accountId === accountId && one.workspaceSid === sids[0])?.readAt;
  }

  /** Draws it up anew. To be called after each round, too: rows grow stale, and clocks are found to differ. */
  update(): void {
    const { store, clock, watch, staleAfter } = this.options;
    const before = { entries: this.entries, stale: this.stale, states: this.states };
    const known: { accountId: string; sid: string }[] = [];
    const entries = new Map<string, OpenReservation>();
    const states: WatchedState[] = [];
    const stale = new Set<string>();
    for (const { accountId, workspaceSid } of watch.workspaces) {
      const state = store.list({ accountId, openIn: workspaceSid });
      const { readAt, error } = state ?? {};
      const name = store.row(accountId, workspaceSid)?.['friendly_name'];
      states.push({
        accountId,
        workspaceSid,
        name: plain(typeof name === 'string' ? name : workspaceSid, 40),
        ...(readAt === undefined ? {} : { readAt }),
        ...(error === undefined ? {} : { error }),
      });
      if (readAt !== undefined && (error !== undefined || clock.now() - readAt > staleAfter()))
        stale.add(`${accountId}/${workspaceSid}`);
      for (const sid of state?.sids ?? []) {
        known.push({ accountId, sid });
        // The same reservation may be seen with two logins; one row is enough.
        if (!sid.startsWith('WR') || entries.has(sid)) continue;
        const entry = this.entryOf(accountId, workspaceSid, sid);
        if (entry) entries.set(sid, entry);
      }
    }
    for (const sid of this.made.keys()) if (!entries.has(sid)) this.made.delete(sid);
    this.known = known;
    this.states = states;
    this.stale = stale;
    this.entries = [...entries.values()].sort(inOrder);
    const old = this.bySid;
    this.bySid = entries;
    const turned = ({ accountId, sids }: OpenReservation) =>
      stale.has(`${accountId}/${sids[0]}`) !== before.stale.has(`${accountId}/${sids[0]}`);
    const rows = new Set(
      this.entries
        .filter((entry) => old.get(entry.sids[2]) !== entry || turned(entry))
        .map(({ sids }) => sids[2]),
    );
    const listed =
      this.entries.length !== before.entries.length ||
      this.entries.some(({ sids }, i) => sids[2] !== before.entries[i]!.sids[2]) ||
      states.length !== before.states.length ||
      states.some(
        ({ name, error }, i) => name !== before.states[i]!.name || error !== before.states[i]!.error,
      );
    if (listed || rows.size) this.changed.fire({ listed, rows });
  }

  private concerns(change: StoreChange): boolean {
    return (
      this.options.watch.workspaces.some(({ accountId, workspaceSid }) =>
        change.hasList({ accountId, openIn: workspaceSid }),
      ) || this.known.some(({ accountId, sid }) => change.hasRow(accountId, sid))
    );
  }

  /** The same object for as long as what it is made from is the same. */
  private entryOf(accountId: string, workspaceSid: string, sid: string): OpenReservation | undefined {
    const { store, watch } = this.options;
    const row = store.row(accountId, sid);
    if (!row) return undefined;
    const taskRow = store.row(accountId, String(row['task_sid']));
    const workflow = store.row(accountId, String(taskRow?.['workflow_sid']));
    const from = [accountId, row, taskRow, workflow, watch.skew(accountId)];
    const made = this.made.get(sid);
    if (made && from.every((one, i) => one === made.from[i])) return made.entry;
    const entry = entryFrom(accountId, workspaceSid, row, taskRow, workflow, watch.skew(accountId));
    if (entry) this.made.set(sid, { from, entry });
    return entry;
  }
}

function entryFrom(
  accountId: string,
  workspaceSid: string,
  row: Row,
  taskRow: Row | undefined,
  workflow: Row | undefined,
  skew: number,
): OpenReservation | undefined {
  const reservation = readRow(resources.taskReservations, row);
  if (!reservation?.task_sid) return undefined;
  const task = taskRow && readRow(resources.tasks, taskRow);
  const deadline = deadlineOf(row, workflow, skew);
  const since = isOpen(row) && row['reservation_status'] !== 'pending' ? reservation.date_updated : undefined;
  return {
    accountId,
    sids: [workspaceSid, reservation.task_sid, row.sid],
    status: plain(reservation.reservation_status ?? 'unknown', 30),
    worker: plain(reservation.worker_name ?? '', 60) || plain(reservation.worker_sid ?? 'unknown worker'),
    workerSid: reservation.worker_sid ?? '',
    about: taskTitle(task?.attributes) ?? plain(reservation.task_sid, 34),
    queue: plain(task?.task_queue_friendly_name ?? '', 40),
    queueSid: task?.task_queue_sid ?? '',
    channel: plain(task?.task_channel_unique_name ?? '', 30),
    ...(deadline ? { deadline } : {}),
    ...(since ? { since } : {}),
  };
}

function inOrder(one: OpenReservation, other: OpenReservation): number {
  const rank = ({ status }: OpenReservation) => (statusOrder.indexOf(status) + 4) % 4;
  const at = ({ deadline, since }: OpenReservation) => deadline?.at ?? since?.getTime() ?? Infinity;
  const [first, second] = [at(one), at(other)];
  return (
    rank(one) - rank(other) ||
    (first === second ? (one.sids[2] < other.sids[2] ? -1 : 1) : first < second ? -1 : 1)
  );
}
