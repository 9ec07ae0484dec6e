import type { Change, TaskExplanation, WorkerGroups } from '../../../explanation/explanation';
import type { ListRef } from '../../data/listRef';
import { concurrently } from './concurrently';
import type { StoredTask } from './storedTask';

/** How many workers' capacity is read without being asked for, and how many workers' open reservations. */
const maxUnasked = 20;
/** How often more workers are read, because of what was read of the first ones. */
const maxRounds = 3;

/** Reads what only single workers have: their channels and their reservations, one request each. */
export class CandidateReads {
  constructor(
    private readonly stored: StoredTask,
    private readonly renew: (list: ListRef, inBackground: boolean) => Promise<void>,
    /** More workers are known from now on. */
    private readonly added: () => void,
  ) {}

  /** Who is in another queue than the task's shows in the workers of the workspace. */
  readAll(): Promise<void> {
    return this.renew(this.stored.lists.allWorkers, false);
  }

  /** Reads the workers on whom the next offer and the suggestions depend. */
  async read(
    explanation: TaskExplanation | undefined,
    explainAgain: () => Promise<TaskExplanation | undefined>,
    inBackground = false,
  ): Promise<void> {
    let now = explanation;
    // What is read of one worker can lead to a suggestion about another.
    for (let round = 0; now?.workers && round < maxRounds; round++) {
      if (!(await this.readFor(now.workers, now.changes, inBackground))) return;
      now = await explainAgain();
    }
  }

  /** @returns whether there was anything to read */
  private async readFor(
    { unknown, wouldQualify }: WorkerGroups,
    changes: readonly Change[],
    inBackground: boolean,
  ): Promise<boolean> {
    const { capacities, holders, isSingleTasking } = this.stored;
    const before = capacities.size + holders.size;
    const sids = [...unknown.map(({ sid }) => sid), ...changes.map(({ workerSid }) => workerSid)];
    // Where workers have one task at a time, it keeps them from the next one and changes their activity.
    const withTasks = wouldQualify.filter(
      ({ reason }) => reason === 'channel full' || (isSingleTasking && reason === 'unavailable'),
    );
    await this.readCapacities(sids, { inBackground });
    await this.readHolders(
      [...(isSingleTasking ? sids : []), ...withTasks.map(({ sid }) => sid)],
      inBackground,
    );
    return capacities.size + holders.size > before;
  }

  /** Reads the channels of the first 20 of these workers; of those that the user scrolls to, or of all on request, within the limit. */
  readCapacities(
    workerSids: readonly string[],
    { isSeen = false, inBackground = false } = {},
  ): Promise<void> {
    const { capacities } = this.stored;
    const max = isSeen ? Infinity : maxUnasked;
    const lists = this.listsOfNew(capacities, workerSids, max, (sid) => this.stored.channelsOf(sid));
    return concurrently(lists, (list) => this.renew(list, inBackground || isSeen));
  }

  /** Reads which tasks these workers have. */
  readHolders(workerSids: readonly string[], inBackground = false): Promise<void> {
    const { holders } = this.stored;
    const lists = this.listsOfNew(holders, workerSids, maxUnasked, (sid) => this.stored.reservationsOf(sid));
    return concurrently(lists, (list) => this.renew(list, inBackground));
  }

  /** The lists of workers who are not known yet, and are from now on. */
  private listsOfNew(
    known: Set<string>,
    workerSids: readonly string[],
    max: number,
    listOf: (workerSid: string) => ListRef,
  ): readonly ListRef[] {
    const unknown = new Set(workerSids.filter((sid) => !known.has(sid)));
    const sids = [...unknown].slice(0, Math.max(0, max - known.size));
    for (const sid of sids) known.add(sid);
    if (sids.length > 0) this.added();
    return sids.map(listOf);
  }
}
