import type { Assignment } from '../../../callbacks/assignment';
import type { AssignmentCall, BenchCall } from './benchCall';

/** Older ones are dropped. */
const maxCalls = 1000;

/** The callbacks of a bench, and the one of them that somebody reads. */
export class BenchCalls {
  /** Newest first. */
  all: readonly BenchCall[] = [];
  chosenId: string | undefined;
  private count = 0;

  nextId(): string {
    return String(++this.count);
  }

  get chosen(): BenchCall | undefined {
    return this.all.find(({ id }) => id === this.chosenId);
  }

  add(call: BenchCall): void {
    this.all = [call, ...this.all].slice(0, maxCalls);
    // What somebody reads stays.
    this.chosenId ??= call.id;
  }

  /** The one of this assignment that waits for an answer; adds it if there is none. */
  waitingFor(assignment: Assignment): AssignmentCall {
    const { reservationSid, at } = assignment;
    const waiting = this.all.find(
      (one): one is AssignmentCall =>
        'assignment' in one &&
        !(one.isReplay || one.delivery) &&
        one.assignment.reservationSid === reservationSid,
    );
    if (waiting) return waiting;
    const call = { id: this.nextId(), assignment, at, isReplay: false };
    this.add(call);
    return call;
  }

  replace(call: BenchCall): void {
    this.all = this.all.map((one) => (one.id === call.id ? call : one));
  }

  choose(index: number): void {
    this.chosenId = this.all[index]?.id ?? this.chosenId;
  }

  /** Removes all but those that are waiting for an answer. */
  clear(): void {
    this.all = this.all.filter((one) => 'assignment' in one && !one.delivery);
  }
}
