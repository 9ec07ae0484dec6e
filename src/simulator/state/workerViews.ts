import type { RoutedChannel, RoutedWorker } from '../../routing/workers/pool';
import { WorkerPool } from '../../routing/workers/pool';
import type { AccountState } from './accountState';
import type { AccountEvent, Worker, WorkerChannel, WorkTimes, Workspace } from './rows';
import { isOpen, reservationsOf } from './rows';

/** A worker's row as src/routing/ sees it. What takes time to find out is kept until it has changed. */
export class WorkerView implements RoutedWorker {
  #load: Pick<RoutedWorker, 'tasks' | 'channels'> | undefined;

  constructor(
    private readonly account: AccountState,
    private readonly workspace: Workspace,
    readonly row: Worker,
  ) {}

  get sid() {
    return this.row.sid;
  }
  get friendlyName() {
    return this.row.friendlyName;
  }
  get attributes() {
    return this.account.attributesOf(this.row);
  }
  get activitySid() {
    return this.row.activitySid;
  }
  get activityName() {
    return this.#activity.friendlyName;
  }
  get available() {
    return this.#activity.available;
  }
  get tasks() {
    return (this.#load ??= loadOf(this.account, this.workspace, this.row)).tasks;
  }
  get channels() {
    return (this.#load ??= loadOf(this.account, this.workspace, this.row)).channels;
  }
  get idle() {
    return idleTimes(this.row.workTimes, this.tasks!.length > 0);
  }

  get #activity() {
    return this.workspace.activities.get(this.row.activitySid)!;
  }

  forgetLoad(): void {
    this.#load = undefined;
  }
}

/** Whether a worker is in a queue, by its TargetWorkers. Nobody is in a queue without an expression. */
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

/** What a worker has in hand, in all and by channel. */
export function loadOf(
  account: AccountState,
  workspace: Workspace,
  worker: Worker,
): { tasks: string[]; channels: Record<string, RoutedChannel> } {
  const open = reservationsOf(workspace, worker).filter(isOpen);
  const channels: Record<string, RoutedChannel> = {};
  for (const { sid, uniqueName } of workspace.taskChannels.rows()) {
    const load = { pending: 0, accepted: 0, wrapping: 0 };
    for (const { taskSid, status } of open) {
      if (workspace.tasks.get(taskSid)?.channelSid === sid) load[status as keyof typeof load]++;
    }
    const busy = load.pending + load.accepted + load.wrapping > 0;
    const times = worker.workTimesByChannel.get(sid);
    channels[uniqueName] = {
      ...channelSettings(account, workspace, worker, sid),
      ...load,
      idle: idleTimes(times ?? never, busy),
    };
  }
  return { tasks: open.map(({ taskSid }) => taskSid), channels };
}

/** What a worker takes of a channel, without creating the row that would show it. */
export function channelSettings(
  account: AccountState,
  workspace: Workspace,
  worker: Worker,
  channelSid: string,
): Pick<WorkerChannel, 'available' | 'capacity'> {
  const configured = worker.channels?.get(channelSid);
  if (configured) return { available: configured.available, capacity: configured.capacity };
  const { uniqueName } = workspace.taskChannels.get(channelSid)!;
  const { defaultCapacity } = account.expressions.options;
  return { available: true, capacity: worker.capacity[uniqueName] ?? Number(defaultCapacity) };
}

const never: WorkTimes = { reserved: 0, assigned: 0, released: 0 };

const idleTimes = ({ reserved, assigned, released }: WorkTimes, busy: boolean) => ({
  reserved,
  assigned,
  unoccupied: busy ? Infinity : released,
});

/** The pool of each workspace's workers, made when the first task is routed there and current from then on. */
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

  /** Takes note of a change that no event tells. */
  refresh(workspace: Workspace, { sid }: Worker): void {
    const pool = this.#pools.get(workspace);
    if (pool) pool.put(pool.get(sid) ?? this.#view(workspace, sid));
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
      pool.get(worker.sid)?.forgetLoad();
      if (type.startsWith('worker.')) this.refresh(workspace, worker);
    } else if (task) {
      // Its channel may be another one now.
      for (const { workerSid } of reservationsOf(workspace, task)) pool.get(workerSid)?.forgetLoad();
    } else if (channel || type === 'activity.updated') {
      for (const view of pool.all()) {
        view.forgetLoad();
        pool.put(view);
      }
    }
  }
}
