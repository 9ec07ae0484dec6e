import type { Attributes } from '../../routing/expressions/scope';
import type { IdleTimes, RoutedChannel, RoutedWorker } from '../../routing/workers/pool';
import { WorkerPool } from '../../routing/workers/pool';
import type { AccountState } from './accountState';
import type { AccountEvent, Worker, WorkerChannel, WorkTimes, Workspace } from './rows';
import { isOpen, reservationsOf } from './rows';

/**
 * A worker's row as src/routing/ sees it, with what routing reads of every worker precomputed. Call `refresh` after a
 * change of the row, `forgetLoad` after a change of its reservations or channels.
 */
export class WorkerView implements RoutedWorker {
  readonly sid: string;
  friendlyName!: string;
  attributes!: Attributes;
  activitySid!: string;
  activityName!: string;
  available!: boolean;
  #load: ReturnType<typeof loadOf> | undefined;

  constructor(
    private readonly account: AccountState,
    private readonly workspace: Workspace,
    readonly row: Worker,
  ) {
    this.sid = row.sid;
    this.refresh();
  }

  get tasks(): readonly string[] {
    return (this.#load ??= loadOf(this.account, this.workspace, this.row)).tasks;
  }
  get channels(): Readonly<Record<string, RoutedChannel>> {
    return (this.#load ??= loadOf(this.account, this.workspace, this.row)).channels;
  }
  get idle(): IdleTimes {
    return (this.#load ??= loadOf(this.account, this.workspace, this.row)).idle;
  }

  refresh(): void {
    const { friendlyName, activitySid } = this.row;
    const activity = this.workspace.activities.get(activitySid)!;
    this.friendlyName = friendlyName;
    this.attributes = this.account.attributesOf(this.row);
    this.activitySid = activitySid;
    this.activityName = activity.friendlyName;
    this.available = activity.available;
  }

  forgetLoad(): void {
    this.#load = undefined;
  }
}

/** Whether a worker is in a queue, by its TargetWorkers. A queue without an expression has no workers. */
export function isMember(
  account: AccountState,
  workspace: Workspace,
  { targetWorkers }: { readonly targetWorkers: string },
  row: Worker,
): boolean {
  if (targetWorkers.trim() === '') return false;
  const worker = new WorkerView(account, workspace, row);
  return account.expressions.expression(targetWorkers, 'queue').test({ worker });
}

/** A worker's current reservations, in total and by channel. */
export function loadOf(
  account: AccountState,
  workspace: Workspace,
  worker: Worker,
): { tasks: string[]; channels: Record<string, RoutedChannel>; idle: IdleTimes } {
  const tasks: string[] = [];
  const counts = new Map<string, Pick<RoutedChannel, OpenStatus>>();
  for (const sid of worker.reservationSids) {
    const reservation = workspace.reservations.get(sid);
    const task = reservation && isOpen(reservation) && workspace.tasks.get(reservation.taskSid);
    if (!task) continue;
    tasks.push(task.sid);
    const { pending, accepted, wrapping } = counts.get(task.channelSid) ?? free;
    counts.set(task.channelSid, {
      pending: pending + Number(reservation.status === 'pending'),
      accepted: accepted + Number(reservation.status === 'accepted'),
      wrapping: wrapping + Number(reservation.status === 'wrapping'),
    });
  }
  const channels: [string, RoutedChannel][] = [];
  for (const { sid, uniqueName, optimizedRouting } of workspace.taskChannels.rows()) {
    const { available, capacity } = channelSettings(account, workspace, worker, sid);
    const { pending, accepted, wrapping } = counts.get(sid) ?? free;
    const times = worker.workTimesByChannel.get(sid) ?? never;
    const channel = {
      available,
      capacity,
      pending,
      accepted,
      wrapping,
      idle: optimizedRouting ? idleTimes(times, counts.has(sid)) : undefined,
    };
    channels.push([uniqueName, channel]);
  }
  return {
    tasks,
    channels: Object.fromEntries(channels),
    idle: idleTimes(worker.workTimes, tasks.length > 0),
  };
}

type OpenStatus = 'pending' | 'accepted' | 'wrapping';
const free: Pick<RoutedChannel, OpenStatus> = { pending: 0, accepted: 0, wrapping: 0 };

/** A worker's settings for a channel, without creating the row. */
export function channelSettings(
  account: AccountState,
  workspace: Workspace,
  worker: Worker,
  channelSid: string,
): Pick<WorkerChannel, 'available' | 'capacity'> {
  const configured = worker.channels?.get(channelSid);
  if (configured) return configured;
  const { uniqueName } = workspace.taskChannels.get(channelSid)!;
  const { defaultCapacity } = account.expressions.options;
  const { capacity } = worker;
  const given = Object.hasOwn(capacity, uniqueName) ? capacity[uniqueName] : undefined;
  return { available: true, capacity: given ?? Number(defaultCapacity) };
}

const never: WorkTimes = { reserved: 0, assigned: 0, released: 0 };

const idleTimes = ({ reserved, assigned, released }: WorkTimes, busy: boolean): IdleTimes => ({
  reserved,
  assigned,
  unoccupied: busy ? Infinity : released,
});

/** The pool of each workspace's workers, created when the first task is routed there and then kept current. */
export class WorkerPools {
  readonly #pools = new WeakMap<Workspace, WorkerPool<WorkerView>>();

  constructor(private readonly account: AccountState) {
    account.observe((event) => this.#onEvent(event));
  }

  of(workspace: Workspace): WorkerPool<WorkerView> {
    let pool = this.#pools.get(workspace);
    if (!pool) {
      pool = new WorkerPool(this.account.expressions);
      for (const { sid } of workspace.workers.rows()) pool.put(this.#view(workspace, sid));
      this.#pools.set(workspace, pool);
    }
    return pool;
  }

  /** Applies a change that has no event. */
  refresh(workspace: Workspace, { sid }: Worker): void {
    const pool = this.#pools.get(workspace);
    if (!pool) return;
    const view = pool.get(sid) ?? this.#view(workspace, sid);
    view.refresh();
    pool.put(view);
  }

  // A row that was only listed may be a copy; the one under its SID is the one that changes.
  #view(workspace: Workspace, sid: string): WorkerView {
    return new WorkerView(this.account, workspace, workspace.workers.get(sid)!);
  }

  #onEvent({ type, workspace, worker, task, channel }: AccountEvent): void {
    const pool = this.#pools.get(workspace);
    if (!pool) return;
    if (type === 'worker.deleted') return pool.remove(worker!.sid);
    if (worker) {
      if (type === 'worker.attributes.update' || type === 'worker.created') {
        return this.refresh(workspace, worker);
      }
      const view = pool.get(worker.sid);
      if (type === 'worker.activity.update') {
        view?.refresh();
        return view && pool.moved(view);
      }
      view?.forgetLoad();
      if (this.account.expressions.options.workerPrefixInQueues) this.refresh(workspace, worker);
    } else if (type === 'task.updated') {
      // Its channel may have changed.
      for (const { workerSid } of reservationsOf(workspace, task!)) pool.get(workerSid)?.forgetLoad();
    } else if (channel || type === 'activity.updated') {
      for (const view of pool.all()) {
        view.forgetLoad();
        view.refresh();
        pool.put(view);
      }
    }
  }
}
