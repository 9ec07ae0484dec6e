import type { Part } from '../../../explanation/facts';
import type { Clock } from '../../data/clock';
import type { ListKey, ListRef } from '../../data/listRef';
import { listKey } from '../../data/listRef';
import type { Store, StoreRequest } from '../../data/store';

/** A list, or one row by its SID. */
export type Subject = ListRef | string;

export interface Due {
  readonly part: Part;
  readonly subject: Subject;
  /** What a request from before this brought does not count. */
  readonly since: StoreRequest;
}

/** A page leaves most of the request limit to the views: so many workers are read again at a time. */
const maxWorkers = 3;
/** For more workers than this, their list is cheaper than each. */
export const maxSingleWorkers = 10;
/** Milliseconds between reads of a list that many Events change. */
const pacedEvery = 30_000;
/** Where Events cannot be read, what is older than this is read again, in milliseconds. */
export const maxUncovered = 30_000;
/** They tell about the task itself, and change with it only. */
const immediate: readonly Part[] = ['task', 'workflow', 'workspace', 'reservations', 'events'];
const perWorker: readonly Part[] = ['workerChannels', 'workerReservations'];

const keyOf = (subject: Subject): string => (typeof subject === 'string' ? subject : listKey(subject));
const workerOf = (subject: Subject) => (typeof subject === 'string' ? subject : subject.parents[1]!);

/** What has changed, according to Events, until it has been read by a request that began later. */
export class DueReads {
  private readonly due = new Map<string, Due>();
  /** When a list was last read because of a change, in elapsed milliseconds. */
  private readonly begunAt = new Map<ListKey, number>();

  constructor(
    private readonly store: Store,
    private readonly clock: Pick<Clock, 'elapsed'>,
    private readonly accountId: string,
  ) {}

  note(part: Part, subject: Subject): void {
    const since = this.store.begin(this.accountId);
    this.due.set(keyOf(subject), { part, subject, since });
  }

  drop(subject: Subject): void {
    this.due.delete(keyOf(subject));
  }

  has(subject: Subject): boolean {
    const due = this.due.get(keyOf(subject));
    return due !== undefined && !this.store.isNewer(due.since, due.subject);
  }

  /** What has not been read since; the rest is dropped, and what the explanation no longer depends on. */
  left(isRelevant: (due: Due) => boolean): readonly Due[] {
    for (const [key, due] of this.due)
      if (this.store.isNewer(due.since, due.subject) || !isRelevant(due)) this.due.delete(key);
    return [...this.due.values()];
  }

  /** What to read now of what is left. It stays due until it has been read. */
  take(left: readonly Due[]): readonly Due[] {
    const now = this.clock.elapsed();
    for (const [key, at] of this.begunAt) if (now - at > pacedEvery) this.begunAt.delete(key);
    const lists = left.filter((one) => !this.isOfWorkers(one) && this.isTime(one));
    const rows = left.filter(({ part, subject }) => part === 'workers' && typeof subject === 'string');
    const ofWorkers = left.filter(({ part }) => perWorker.includes(part));
    const workers = [...new Set(ofWorkers.map(({ subject }) => workerOf(subject)))].slice(0, maxWorkers);
    // Their list brings their rows too.
    const listsWorkers = lists.some(({ part }) => part === 'workers');
    const taken = [
      ...lists,
      ...(listsWorkers ? [] : rows.slice(0, maxWorkers)),
      ...ofWorkers.filter(({ subject }) => workers.includes(workerOf(subject))),
    ];
    for (const due of taken) {
      const key = keyOf(due.subject);
      if (typeof due.subject !== 'string') this.begunAt.set(listKey(due.subject), now);
      // What fails must not keep the others waiting.
      this.due.delete(key);
      this.due.set(key, due);
    }
    return taken;
  }

  private isOfWorkers({ part, subject }: Due): boolean {
    return perWorker.includes(part) || (part === 'workers' && typeof subject === 'string');
  }

  private isTime({ part, subject }: Due): boolean {
    if (immediate.includes(part) || typeof subject === 'string') return true;
    return !this.begunAt.has(listKey(subject));
  }
}
