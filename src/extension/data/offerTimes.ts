import type { Row } from '../../taskrouter/resources';
import { expectedStatus } from './openIndex';

const isReserved = (task: Row | undefined) => task !== undefined && expectedStatus(task) === 'pending';

/** After which times tasks were offered to the workers who are not known yet, as the lists of open tasks show. */
export class OfferTimes {
  /** By task, by TaskRouter's clock. */
  private readonly times = new Map<string, number>();

  /**
   * Takes a task as a list has it. `before`: as the list before had it, which began at `previous`; `wasKnown`: its open
   * reservations are those that were read. What was neither there nor known by then was created since.
   */
  note(task: Row, before: Row | undefined, wasKnown: boolean, previous: number): void {
    const isChanged = wasKnown && before?.['date_updated'] !== task['date_updated'];
    if (!isReserved(task)) this.delete(task.sid);
    else if (!isReserved(before) || isChanged) this.times.set(task.sid, previous);
  }

  after(taskSid: string): number {
    return this.times.get(taskSid) ?? -Infinity;
  }

  delete(taskSid: string): void {
    this.times.delete(taskSid);
  }
}
