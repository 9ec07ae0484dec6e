import type { Row } from '../../taskrouter/client';
import { ApiError } from '../../taskrouter/errors';
import { isOpen } from '../../taskrouter/reservation';
import * as resources from '../../taskrouter/resources';
import { isSid } from '../../taskrouter/sid';
import type { Connection } from '../accounts/connections';
import type { Clock } from './clock';
import { deadlineOf } from './deadlines';
import type { Told } from './workspaceEvents';
import { WorkspaceEvents } from './workspaceEvents';
import type { Chore } from './poller';
import type { ListRef, OpenRef } from './listRef';
import type { Store, StoreRequest } from './store';

const second = 1000;
const minute = 60 * second;
/** Between looks at the open tasks themselves, in case Events left something out. */
const listedEvery = 3 * minute;
/** After longer than this the open tasks are read anew: cheaper than all that happened meanwhile. */
const longestGap = 10 * minute;
/** Of the open tasks the newest; what happens to the others is still told by Events. */
const mostTasks = 500;
const mostReservations = 100;
/** A list that Events speak of is read again this often although they say nothing. */
const coveredListEvery = 5 * minute;

const refusedForGood = (error: unknown) =>
  error instanceof ApiError && [400, 403, 404].includes(error.status);
const isGone = (error: unknown) => error instanceof ApiError && error.status === 404;

export interface PolledWorkspaceOptions {
  readonly accountId: string;
  readonly workspaceSid: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly connect: (accountId: string) => Promise<Connection>;
  /** Milliseconds by which TaskRouter's clock is ahead of ours. */
  readonly skew: () => number;
}

/**
 * Keeps the open reservations of one workspace in the store. Events say what changed since the last look, and
 * only that is read; where they cannot be read, or have left something out, the open tasks say it.
 */
export class PolledWorkspace {
  /** Each open reservation's task. */
  private readonly open = new Map<string, string>();
  /** Open tasks whose reservations are read, or about to be. */
  private readonly tasks = new Set<string>();
  /** What has changed and is not read yet, by SID; a task stands for its reservations. */
  private readonly due = new Map<string, Chore>();
  /** When each workflow was asked for. */
  private readonly workflows = new Set<string>();
  /** When each reservation was read. */
  private readonly readAt = new Map<string, number>();
  /** Lists of which Events have told since they were last read. */
  private readonly touched = new Set<string>();
  private readonly events: WorkspaceEvents;
  // When, by what has elapsed: it was looked at, the open tasks were read, Events did not tell of all that happened.
  private lookedAt = -Infinity;
  private listedAt = -Infinity;
  private missedAt = -Infinity;
  private eventsAre: 'read' | 'refused' | 'late' = 'read';
  private goodAt: number | undefined;
  private failure: unknown;
  private ended = false;

  constructor(private readonly options: PolledWorkspaceOptions) {
    this.events = new WorkspaceEvents(options.workspaceSid);
  }

  get error(): unknown {
    return this.failure;
  }

  /** How many reads wait, for want of budget or of an answer. */
  get waiting(): number {
    return this.due.size;
  }

  /** Slower while nothing is pending. `interval` in milliseconds. */
  isDue(interval: number): boolean {
    const pending = [...this.open.keys()].some((sid) => this.row(sid)?.['reservation_status'] === 'pending');
    return this.options.clock.elapsed() - this.lookedAt >= interval * (pending || this.due.size ? 1 : 2);
  }

  /** Asks what has changed. Resolves to what went wrong. */
  async look(asked: boolean): Promise<unknown> {
    const { accountId, clock, connect, skew } = this.options;
    const started = clock.elapsed();
    const date = clock.now();
    const gap = started - this.lookedAt;
    this.lookedAt = started;
    if (asked && this.eventsAre === 'refused') this.eventsAre = 'read';
    try {
      const connection = await connect(accountId);
      const told = gap <= longestGap && this.eventsAre === 'read' ? await this.told(connection) : undefined;
      for (const one of told ?? []) this.note(one);
      if (!told) this.missedAt = started;
      if (!told || asked || started - this.listedAt >= listedEvery) {
        await this.readTasks(connection, told !== undefined);
        if (!told) this.events.begin(date + skew());
        this.listedAt = started;
      }
      this.expire();
      this.failure = undefined;
      this.goodAt = date;
    } catch (error) {
      this.fail(error);
    }
    this.keep();
    return this.failure;
  }

  reads(): readonly Chore[] {
    return [...this.due.values()];
  }

  /** Whether a list of this workspace may have changed since it was read so many milliseconds ago. */
  needs(list: ListRef, age: number, interval: number): boolean {
    if (this.eventsAre !== 'read' || this.failure !== undefined) return age >= interval;
    const sinceMissed = this.options.clock.elapsed() - this.missedAt;
    // Who asks is about to read it.
    return this.touched.delete(tailOf(list)) || age >= coveredListEvery || age > sinceMissed;
  }

  /** Lets go of everything it keeps. */
  end(): void {
    this.ended = true;
    this.options.store.dropOpen(this.ref);
  }

  /** Puts what it knows into the store. */
  keep(): void {
    if (this.ended) return;
    for (const sid of this.open.keys()) if (!isOpen(this.row(sid))) this.close(sid);
    const tasks = new Set([...this.open.values(), ...this.tasks]);
    const sids = [...this.open.keys(), ...tasks, ...this.workflows];
    this.options.store.putOpen(this.ref, {
      sids,
      unreadable: 0,
      ...(this.goodAt === undefined ? {} : { readAt: this.goodAt }),
      ...(this.failure === undefined ? {} : { error: this.failure }),
    });
  }

  private get ref(): OpenRef {
    return { accountId: this.options.accountId, openIn: this.options.workspaceSid };
  }

  private row(sid: string): Row | undefined {
    return this.options.store.row(this.options.accountId, sid);
  }

  private fail(error: unknown): void {
    // The same trouble again is no news to whoever shows it.
    if ((this.failure as Error | undefined)?.message !== (error as Error).message) this.failure = error;
  }

  /** What Events tell; undefined when they do not say all that happened. */
  private async told(connection: Connection): Promise<readonly Told[] | undefined> {
    try {
      return await this.events.next(connection);
    } catch (error) {
      if (!refusedForGood(error)) throw error;
      this.eventsAre = 'refused';
      return undefined;
    }
  }

  private note({ about, sid, opens, updates, taskSid, workerSid }: Told): void {
    if (about === 'reservation') {
      this.touched.add('Tasks').add(`Reservations/${taskSid}`).add(`Reservations/${workerSid}`);
      if (taskSid === undefined || !isSid('Reservation', sid)) this.listedAt = -Infinity;
      else if (opens || this.row(sid)) this.readReservation(sid, taskSid);
      if (taskSid !== undefined && opens) this.tasks.add(taskSid);
    } else if (about === 'task') {
      this.touched.add('Tasks');
      if (updates && this.row(sid)) this.readTask(sid);
    } else if (about === 'worker') {
      this.touched.add('Workers');
    } else if (about === 'workflow') {
      this.workflows.delete(sid);
    }
  }

  /** The open tasks: those not known yet, or not as they should be by what is known, have their reservations read. */
  private async readTasks({ client, signal }: Connection, toldOfAll: boolean): Promise<void> {
    const { store, accountId, workspaceSid } = this.options;
    const request = store.begin(accountId);
    const filters = {
      assignmentStatus: ['reserved', 'assigned', 'wrapping'],
      ordering: 'DateCreated:desc',
    };
    const page = await client.list(resources.tasks, [workspaceSid], filters, { pageSize: mostTasks }, signal);
    signal.throwIfAborted();
    store.putAll(request, page.rows);
    const statuses = new Map<string, Set<unknown>>();
    for (const [sid, taskSid] of this.open) {
      const known = statuses.get(taskSid) ?? new Set();
      statuses.set(taskSid, known.add(this.row(sid)?.['reservation_status']));
    }
    const expected: Readonly<Record<string, string>> = {
      assigned: 'accepted',
      wrapping: 'wrapping',
      // There may be several, of which only Events would tell.
      ...(toldOfAll ? { reserved: 'pending' } : {}),
    };
    const listed = new Set<string>();
    let surprises = 0;
    // Who waits for an answer first.
    const rank = (row: Row) => (row['assignment_status'] === 'reserved' ? 0 : 1);
    for (const row of [...page.rows].sort((one, other) => rank(one) - rank(other))) {
      listed.add(row.sid);
      if (!this.tasks.has(row.sid)) surprises++;
      this.tasks.add(row.sid);
      const isKnown = statuses.get(row.sid)?.has(expected[String(row['assignment_status'])]);
      if (!isKnown) this.readReservationsOf(row.sid);
    }
    // Those that are not among the newest may be open all the same.
    const complete = page.nextPageToken === undefined && page.cutShort === undefined;
    for (const taskSid of new Set([...this.tasks, ...this.open.values()])) {
      if (listed.has(taskSid)) continue;
      if (complete) this.forgetTask(taskSid);
      else if (statuses.has(taskSid)) this.readReservationsOf(taskSid);
      else this.tasks.delete(taskSid);
    }
    if (this.eventsAre !== 'refused') this.eventsAre = toldOfAll && surprises ? 'late' : 'read';
  }

  private readReservation(sid: string, taskSid: string): void {
    const { store, accountId, workspaceSid } = this.options;
    this.readLater(
      sid,
      async ({ client, signal }) => {
        const request = store.begin(accountId);
        const { row } = await client.fetch(resources.taskReservations, [workspaceSid, taskSid, sid], signal);
        signal.throwIfAborted();
        this.take([row], taskSid, request);
      },
      () => this.close(sid),
    );
  }

  private readReservationsOf(taskSid: string): void {
    const { store, accountId, workspaceSid } = this.options;
    this.readLater(
      taskSid,
      async ({ client, signal }) => {
        const request = store.begin(accountId);
        const read = (filters: { reservationStatus?: string }) =>
          client.list(
            resources.taskReservations,
            [workspaceSid, taskSid],
            filters,
            { pageSize: mostReservations },
            signal,
          );
        const page = await read({});
        // A task can be offered a thousand times; then the one that counts need not be in the first page.
        const more =
          page.nextPageToken === undefined ? [] : (await read({ reservationStatus: 'pending' })).rows;
        signal.throwIfAborted();
        const rows = [...page.rows, ...more];
        const found = new Set(rows.map(({ sid }) => sid));
        for (const [sid, of] of this.open) if (of === taskSid && !found.has(sid)) this.close(sid);
        this.take(rows, taskSid, request);
      },
      () => this.forgetTask(taskSid),
    );
  }

  private readTask(sid: string): void {
    this.readOne(sid, resources.tasks, () => this.forgetTask(sid));
  }

  private readOne(sid: string, collection: resources.Collection, gone: () => void): void {
    const { store, accountId, workspaceSid } = this.options;
    const read = () => store.fetch(accountId, collection, [workspaceSid, sid]);
    this.readLater(`one ${sid}`, read, gone);
  }

  private readLater(key: string, read: (connection: Connection) => Promise<unknown>, gone: () => void): void {
    const { accountId, connect } = this.options;
    const chore: Chore = {
      accountId,
      key: `${this.options.workspaceSid}/${key}`,
      canWait: true,
      run: async () => {
        if (this.due.get(key) === chore) this.due.delete(key);
        try {
          await read(await connect(accountId));
        } catch (error) {
          if (!isGone(error)) {
            if (!this.due.has(key)) this.due.set(key, chore);
            return error;
          }
          gone();
        }
        return undefined;
      },
    };
    this.due.set(key, chore);
  }

  private take(rows: readonly Row[], taskSid: string, request: StoreRequest): void {
    const { store, clock } = this.options;
    // An ended one that nobody shows would stay for ever.
    const kept = rows.filter((row) => isOpen(row) || this.row(row.sid));
    for (const { sid } of kept) {
      this.open.set(sid, taskSid);
      this.readAt.set(sid, clock.now());
    }
    store.putAll(request, kept);
    for (const { sid } of kept) if (!isOpen(this.row(sid))) this.close(sid);
    if (!kept.some(isOpen)) return;
    this.tasks.add(taskSid);
    const task = this.row(taskSid);
    if (!task) return this.readTask(taskSid);
    this.needWorkflow(task);
  }

  private needWorkflow(task: Row): void {
    const sid = String(task['workflow_sid']);
    if (this.workflows.has(sid) || !isSid('Workflow', sid)) return;
    this.workflows.add(sid);
    this.readOne(sid, resources.workflows, () => undefined);
  }

  /** Reads a pending reservation again that should have timed out by now. */
  private expire(): void {
    const { clock, skew } = this.options;
    for (const [sid, taskSid] of this.open) {
      const row = this.row(sid);
      const task = this.row(taskSid);
      if (task) this.needWorkflow(task);
      const deadline = row && deadlineOf(row, this.row(String(task?.['workflow_sid'])), skew());
      if (!deadline || deadline.at + 2 * second > clock.now()) continue;
      // One that has outlived its deadline is looked at no more often than everything else.
      if ((this.readAt.get(sid) ?? 0) < deadline.at) this.readReservation(sid, taskSid);
    }
  }

  private close(sid: string): void {
    this.open.delete(sid);
    this.readAt.delete(sid);
  }

  private forgetTask(taskSid: string): void {
    this.tasks.delete(taskSid);
    this.due.delete(taskSid);
    for (const [sid, of] of this.open) if (of === taskSid) this.close(sid);
  }
}

/** What tells apart the lists of one workspace. */
const tailOf = ({ collection, parents }: ListRef) => [collection.path.at(-1), ...parents.slice(1)].join('/');
