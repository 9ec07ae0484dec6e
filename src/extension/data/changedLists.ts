import type { Clock } from './clock';
import type { ListRef } from './listRef';
import type { WorkspaceEvent } from './workspaceEvents';

/** Milliseconds between reads of a list that Events cover and do not mention. */
const coveredListEvery = 5 * 60_000;

const listOf = {
  workflow: 'Workflows',
  'task-queue': 'TaskQueues',
  activity: 'Activities',
  'task-channel': 'TaskChannels',
} as const;

/** The lists of one workspace that have changed according to Events. */
export class ChangedLists {
  /** When, in elapsed milliseconds, the least recent first. */
  private readonly changedAt = new Map<string, number>();

  constructor(private readonly clock: Pick<Clock, 'elapsed'>) {}

  note({ about, taskSid, workerSid }: WorkspaceEvent): void {
    if (about === 'reservation') this.add('Tasks', `Reservations/${taskSid}`, `Reservations/${workerSid}`);
    else if (about === 'task') this.add('Tasks');
    else if (about === 'worker') this.add('Workers');
    else if (about !== 'workspace' && about !== 'other') this.add(listOf[about]);
  }

  /** Whether a list that was read at this time, in elapsed milliseconds, may have changed since. */
  mayHaveChanged(list: ListRef, readAt: number): boolean {
    return (
      (this.changedAt.get(nameOf(list)) ?? -Infinity) >= readAt ||
      this.clock.elapsed() - readAt >= coveredListEvery
    );
  }

  private add(...names: readonly string[]): void {
    const now = this.clock.elapsed();
    for (const name of names) {
      this.changedAt.delete(name);
      this.changedAt.set(name, now);
    }
    for (const [name, at] of this.changedAt) {
      if (at > now - coveredListEvery) break;
      this.changedAt.delete(name);
    }
  }
}

/** What distinguishes the lists of one workspace. */
const nameOf = ({ collection, parents }: ListRef) => [collection.path.at(-1), ...parents.slice(1)].join('/');
