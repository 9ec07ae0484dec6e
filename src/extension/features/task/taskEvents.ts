import { ApiError } from '../../../taskrouter/errors';
import type { Connection } from '../../accounts/connections';
import type { Clock } from '../../data/clock';
import type { WorkspaceEvent } from '../../data/workspaceEvents';
import { WorkspaceEvents } from '../../data/workspaceEvents';
import type { Disposable } from '../../emitter';
import type { TaskAddress } from './storedTask';
import type { TaskChanges } from './taskReads';

export interface TaskEventsOptions {
  readonly clock: Clock;
  readonly skew: () => number;
  readonly connect: (accountId: string) => Promise<Connection>;
  /** Milliseconds between polls; 0 while polling is off. */
  readonly interval: () => number;
  /** Whether the user can see the page. */
  readonly isVisible: () => boolean;
  /** Resolves when what changed was read. `at`: up to when it is known, in milliseconds since 1970. */
  readonly onPoll: (changes: TaskChanges, at: number) => Promise<void>;
}

/** After longer than this, what changed meanwhile is not asked for: everything is read again. */
const maxGap = 10 * 60_000;
const isRefused = (error: unknown) => error instanceof ApiError && [401, 403].includes(error.status);

const everything: TaskChanges = {
  task: true,
  workflow: true,
  waitingTasks: true,
  workers: [],
  busyWorkers: [],
};

/** What Events say has changed about one task, its workflow and its workers. */
export function changesIn(
  events: readonly WorkspaceEvent[],
  taskSid: string,
  workflowSid: string | null | undefined,
): TaskChanges {
  const workers = new Set<string>();
  const busyWorkers = new Set<string>();
  const changes = { task: false, workflow: false, waitingTasks: false };
  for (const { about, type, sid, taskSid: ofTask, workerSid } of events) {
    if (sid === taskSid || ofTask === taskSid) changes.task = true;
    if (about === 'workflow' && sid === workflowSid) changes.workflow = true;
    // Which tasks wait changes with every task that comes, is offered, or goes.
    if (about === 'task' || about === 'reservation') changes.waitingTasks = true;
    if (about === 'worker') workers.add(sid);
    if (about === 'reservation' && workerSid) {
      busyWorkers.add(workerSid);
      // Some activities follow from a reservation.
      if (type !== 'reservation.created') workers.add(workerSid);
    }
  }
  return { ...changes, workers: [...workers], busyWorkers: [...busyWorkers] };
}

/** Polls the Events of a task's workspace while its page is visible. */
export class TaskEvents implements Disposable {
  private readonly events: WorkspaceEvents;
  private timer: { cancel(): void } | undefined;
  private polledAt: number;
  private isPolling = false;
  private isDisposed = false;
  /** The credentials do not allow Events: what the page shows is read again instead. */
  private isRefused = false;

  constructor(
    private readonly options: TaskEventsOptions,
    private readonly address: TaskAddress,
    private readonly workflowSid: () => string | null | undefined,
  ) {
    const { clock, skew } = options;
    this.events = new WorkspaceEvents(address.workspaceSid);
    this.events.begin(clock.now() + skew());
    this.polledAt = clock.elapsed();
  }

  /** To be called when the page may have become visible, or the interval another one. */
  schedule(): void {
    this.timer?.cancel();
    this.timer = undefined;
    const { clock, interval, isVisible } = this.options;
    const every = interval();
    if (this.isDisposed || this.isPolling || every === 0 || !isVisible()) return;
    const due = Math.max(0, this.polledAt + every - clock.elapsed());
    this.timer = clock.setTimeout(() => void this.poll(), due);
  }

  dispose(): void {
    this.isDisposed = true;
    this.timer?.cancel();
  }

  private async poll(): Promise<void> {
    const { clock, onPoll, isVisible } = this.options;
    if (!isVisible()) return;
    this.isPolling = true;
    const at = clock.now();
    const gap = clock.elapsed() - this.polledAt;
    this.polledAt = clock.elapsed();
    try {
      const changes = gap > maxGap ? undefined : await this.read(at);
      if (!changes) this.events.begin(at + this.options.skew());
      if (!this.isDisposed) await onPoll(changes ?? everything, at);
    } catch (error) {
      // The page shows what it has, and how old it is; the next poll tries again.
      this.isRefused ||= isRefused(error);
    } finally {
      this.isPolling = false;
      this.schedule();
    }
  }

  /** Undefined when Events do not tell everything that happened. */
  private async read(at: number): Promise<TaskChanges | undefined> {
    if (this.isRefused) return undefined;
    const { connect, skew } = this.options;
    const { accountId, taskSid } = this.address;
    const { client, signal } = await connect(accountId);
    const events = await this.events.next(client.background(), signal, at + skew());
    return events && changesIn(events, taskSid, this.workflowSid());
  }
}
