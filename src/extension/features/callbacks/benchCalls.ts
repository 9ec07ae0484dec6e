import type { Assignment } from '../../../callbacks/assignment';
import type { CallFilter, CallKind } from '../../../webview/callbacks/protocol';
import type { Disposable } from '../../emitter';
import type { AssignmentCall, BenchCall } from './benchCall';
import { kindOf } from './benchCall';

/** Of each kind; older ones are dropped. */
export const maxCalls = 1000;

/** The callbacks of a bench, those of them that the list shows, and the one that somebody reads. */
export class BenchCalls {
  /** Newest first. */
  all: readonly BenchCall[] = [];
  /** Older ones than those in the list were there. */
  hasDropped = false;
  private chosenId: string | undefined;
  private count = 0;
  private readonly held = new Map<string, Disposable>();

  constructor(
    private filtered: CallFilter,
    /** Retains what is known of an assignment until it is dropped here. */
    private readonly hold: (assignment: Assignment) => Disposable,
  ) {}

  nextId(): string {
    return String(++this.count);
  }

  get filter(): CallFilter {
    return this.filtered;
  }

  set filter(filter: CallFilter) {
    this.filtered = filter;
    if (!this.listed.some(({ id }) => id === this.chosenId)) this.chosenId = this.listed[0]?.id;
  }

  get listed(): readonly BenchCall[] {
    return this.all.filter((one) => this.isListed(one));
  }

  get chosen(): BenchCall | undefined {
    return this.all.find(({ id }) => id === this.chosenId);
  }

  /** The newest callback of this reservation's assignment. */
  ofReservation(sid: string): AssignmentCall | undefined {
    return this.all.find(
      (one): one is AssignmentCall => 'assignment' in one && one.assignment.reservationSid === sid,
    );
  }

  add(call: BenchCall): void {
    this.all = [call, ...this.all];
    if ('assignment' in call) this.held.set(call.id, this.hold(call.assignment));
    this.dropOldest(kindOf(call));
    // What somebody reads stays.
    if (!this.chosen && this.isListed(call)) this.chosenId = call.id;
  }

  /** Adds what the user has just sent, and shows it. */
  addChosen(call: AssignmentCall): void {
    this.add(call);
    this.chosenId = call.id;
    if (!this.isListed(call)) this.filtered = 'all';
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

  /** By its ID, where the page has it: others may have come above it since. */
  choose(index: number, id?: string): void {
    const { listed } = this;
    this.chosenId = (listed.find((one) => one.id === id) ?? listed[index])?.id ?? this.chosenId;
  }

  /** Removes those in the list, but for those that are waiting for an answer. */
  clear(): void {
    this.drop(this.listed.filter((one) => !('assignment' in one) || one.delivery));
    if (this.all.length === 0) this.hasDropped = false;
  }

  /** Whether the answer to an assignment of the simulator is still to come. */
  get isWaiting(): boolean {
    return this.all.some((one) => 'assignment' in one && !(one.isReplay || one.delivery));
  }

  /** Removes those whose answer does not come any more. */
  dropWaiting(): void {
    this.drop(this.all.filter((one) => 'assignment' in one && !one.delivery));
  }

  dispose(): void {
    this.drop(this.all);
  }

  private isListed(call: BenchCall): boolean {
    return this.filtered === 'all' || this.filtered === kindOf(call);
  }

  private dropOldest(kind: CallKind): void {
    // What somebody reads stays.
    const same = this.all.filter((one) => kindOf(one) === kind && one.id !== this.chosenId);
    if (same.length <= maxCalls) return;
    this.hasDropped = true;
    this.drop(same.slice(maxCalls));
  }

  private drop(calls: readonly BenchCall[]): void {
    const ids = new Set(calls.map(({ id }) => id));
    this.all = this.all.filter(({ id }) => !ids.has(id));
    for (const id of ids) {
      this.held.get(id)?.dispose();
      this.held.delete(id);
    }
  }
}
