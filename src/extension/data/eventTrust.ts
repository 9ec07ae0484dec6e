import { ResponseShapeError } from '../../taskrouter/errors';
import type { Clock } from './clock';
import { isRefused } from './readQueue';
import type { WorkspaceEvent } from './workspaceEvents';
import { maxLag } from './workspaceEvents';

const second = 1000;
const minute = 60 * second;
/** Between tries of Events that cannot be relied on: a permission may have been given, or a gateway repaired. */
const firstRetry = 30 * second;
const maxRetry = 10 * minute;

/**
 * Whether the Events of a workspace can be relied on. Those that are refused, malformed or lost cannot, nor can those
 * that leave out what the open tasks show. All times are elapsed milliseconds.
 */
export class EventTrust {
  private reliable = true;
  private retryAt = 0;
  /** How long after the last try they are tried again. */
  private wait = 0;
  /** When an Event last named each task, the least recent first. */
  private readonly namedAt = new Map<string, number>();
  /** Since when tasks are known to have changed that no Event has named. */
  private readonly unexplained = new Map<string, number>();

  constructor(private readonly clock: Pick<Clock, 'elapsed'>) {}

  get areReliable(): boolean {
    return this.reliable;
  }

  /** Whether Events are yet to explain a change. */
  get isWaiting(): boolean {
    return this.unexplained.size > 0;
  }

  /** Relies on them again if it is time to try, or if the user wants to. */
  retry(userInitiated: boolean): void {
    if (userInitiated || this.clock.elapsed() >= this.retryAt) this.reliable = true;
  }

  /** They have been read. */
  succeeded(): void {
    this.wait = 0;
  }

  /** @throws the error, unless it says that Events are refused or malformed */
  failed(error: unknown): void {
    if (isRefused(error)) this.lost();
    else if (error instanceof ResponseShapeError) this.distrust(0);
    else throw error;
  }

  /** They lack Events that TaskRouter had. */
  lost(): void {
    this.distrust(Math.min(this.wait * 2 || firstRetry, maxRetry));
  }

  note({ about, sid, taskSid }: WorkspaceEvent): void {
    const named = taskSid ?? (about === 'task' ? sid : undefined);
    if (named === undefined) return;
    const now = this.clock.elapsed();
    this.unexplained.delete(named);
    this.namedAt.delete(named);
    this.namedAt.set(named, now);
    for (const [task, at] of this.namedAt) {
      if (at > now - 2 * maxLag) break;
      this.namedAt.delete(task);
    }
  }

  /** A task has changed, and an Event must name it: the same one, or one that was read recently. */
  expect(taskSid: string): void {
    if (!this.namedAt.has(taskSid) && !this.unexplained.has(taskSid))
      this.unexplained.set(taskSid, this.clock.elapsed());
  }

  /** To be called with each poll; `isUpToDate`: all Events until now have been noted. */
  check(isUpToDate: boolean): void {
    if (!isUpToDate) return this.unexplained.clear();
    const now = this.clock.elapsed();
    // What they leave out they are likely to leave out again: only a change at TaskRouter's side helps.
    if ([...this.unexplained.values()].some((since) => now - since > maxLag)) this.distrust(maxRetry);
  }

  private distrust(wait: number): void {
    this.reliable = false;
    this.wait = wait;
    this.retryAt = this.clock.elapsed() + wait;
    this.unexplained.clear();
  }
}
