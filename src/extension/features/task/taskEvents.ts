import { ApiError } from '../../../taskrouter/errors';
import type { Connection } from '../../accounts/connections';
import type { Clock } from '../../data/clock';
import { WorkspaceEvents } from '../../data/workspaceEvents';
import type { Disposable } from '../../emitter';
import type { TaskAddress } from './storedTask';
import type { Covered, TaskChanges } from './taskChanges';
import { changesIn, noChanges } from './taskChanges';
import { maxAge } from './taskReads';

export interface TaskEventsOptions {
  readonly clock: Clock;
  readonly skew: () => number;
  readonly connect: (accountId: string) => Promise<Connection>;
  /** Milliseconds between polls; 0 while polling is off. */
  readonly interval: () => number;
  /** Whether the user can see the page. */
  readonly isVisible: () => boolean;
  /** Resolves when what changed was read. `covered` is absent where the credentials do not allow Events. */
  readonly onPoll: (changes: TaskChanges, covered: Covered | undefined) => Promise<void>;
}

/** After longer than this, reading everything again is cheaper than all Events since. */
const maxGap = 10 * 60_000;
const isRefused = (error: unknown) => error instanceof ApiError && [401, 403].includes(error.status);

/** Polls the Events of a task's workspace while its page is visible. */
export class TaskEvents implements Disposable {
  private readonly events: WorkspaceEvents;
  private timer: { cancel(): void } | undefined;
  private polledAt: number;
  /** Since when Events are followed, in milliseconds since 1970. */
  private since!: number;
  private isPolling = false;
  private isDisposed = false;
  /** The credentials do not allow Events: what the page shows is read again instead. */
  private isRefused = false;

  constructor(
    private readonly options: TaskEventsOptions,
    private readonly address: TaskAddress,
    private readonly workflowSid: () => string | null | undefined,
  ) {
    const { clock } = options;
    this.events = new WorkspaceEvents(address.workspaceSid);
    // What the store has from shortly before is not read again.
    this.begin(clock.now() - maxAge);
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

  private begin(at: number): void {
    this.since = at;
    // A list that was read since may have been requested a little earlier.
    this.events.begin(at - maxAge + this.options.skew());
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
      if (!changes) this.begin(at);
      const covered = this.isRefused ? undefined : { from: this.since, to: at };
      if (!this.isDisposed) await onPoll(changes ?? noChanges, covered);
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
    const events = await this.events.next(client.background({ purpose: 'page' }), signal, at + skew());
    return events && changesIn(events, { taskSid, workflowSid: this.workflowSid() });
  }
}
