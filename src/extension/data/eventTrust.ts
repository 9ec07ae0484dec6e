import { ResponseShapeError } from '../../taskrouter/errors';
import { isOpenStatus, statusOf } from '../../taskrouter/reservation';
import type { Row } from '../../taskrouter/resources';
import { taskReservations } from '../../taskrouter/resources';
import type { OpenWorkspaceOptions } from './openWorkspace';
import { expectedStatus } from './openIndex';
import { isRefused } from './readQueue';
import type { WorkspaceEvent } from './workspaceEvents';
import { maxLag, statusAfter } from './workspaceEvents';

const second = 1000;
const minute = 60 * second;
/** Between tries of Events that cannot be relied on: a permission may have been given, or a gateway repaired. */
const firstRetry = 30 * second;
const maxRetry = 10 * minute;
/** The same for Events that leave something out now and then: between two of those they look complete. */
const maxContradictedRetry = 6 * 60 * minute;
/** For how long it is remembered what Events have said. */
const rememberedFor = 5 * minute;
/** TaskRouter's dates have whole seconds, and the clocks may differ by one more. */
const tolerance = 2 * second;

/** A fact that an Event must report, under any one of these keys. */
interface Fact {
  readonly keys: readonly string[];
  /** When it happened, or became known. */
  readonly at: number;
}

const statusKey = (sid: string, status: string) => `${sid} ${status}`;
const endKey = (sid: string) => `${sid} ended`;
const taskEnds = /^task\.(completed|canceled|deleted|system-deleted)$/;

/**
 * Whether the Events of a workspace can be relied on. Those that are refused, malformed or lost cannot, nor can those
 * that leave out what lists and single reads show: what they tell of other reservations is no proof that they tell of
 * each. All times are elapsed milliseconds.
 */
export class EventTrust {
  private reliable = true;
  private retryAt = 0;
  /** How long after the last try they are tried again. */
  private wait = 0;
  private malformed = false;
  private contradictions = 0;
  /** What happened before is not in the Events that have been read. */
  private since = Infinity;
  /** When Events last said each of these, the least recent first. */
  private readonly saidAt = new Map<string, number>();
  /** What no Event has said yet, by its first key. */
  private readonly unexplained = new Map<string, Fact>();

  constructor(private readonly options: Pick<OpenWorkspaceOptions, 'clock' | 'skew'>) {}

  get areReliable(): boolean {
    return this.reliable;
  }

  /** Whether their last response was malformed: each poll tries them again. */
  get areMalformed(): boolean {
    return this.malformed;
  }

  /** Whether Events are yet to explain a change. */
  get isWaiting(): boolean {
    return this.unexplained.size > 0;
  }

  /** Events are read from now on. */
  begin(): void {
    this.since = this.now;
    this.unexplained.clear();
  }

  /** Relies on them again if it is time to try, or if the user wants to. */
  retry(userInitiated: boolean): void {
    if (this.reliable || !(userInitiated || this.now >= this.retryAt)) return;
    this.reliable = true;
    this.begin();
  }

  /** They have been read. */
  succeeded(): void {
    this.wait = 0;
    this.malformed = false;
  }

  /** @throws the error, unless it says that Events are refused or malformed */
  failed(error: unknown): void {
    if (isRefused(error)) return this.lost();
    if (!(error instanceof ResponseShapeError)) throw error;
    this.malformed = true;
    this.distrust(0);
  }

  /** They lack Events that TaskRouter had. */
  lost(): void {
    this.malformed = false;
    this.distrust(Math.min(this.wait * 2 || firstRetry, maxRetry));
  }

  note({ about, type, sid, taskSid }: WorkspaceEvent): void {
    const now = this.now;
    const named = taskSid ?? (about === 'task' ? sid : undefined);
    const status = statusAfter(type);
    const isEnd = taskEnds.test(type) || (status !== undefined && !isOpenStatus(status));
    const said = [
      ...(named === undefined ? [] : [named]),
      ...(status ? [statusKey(sid, status), statusKey(named ?? '', status)] : []),
      ...(isEnd ? [endKey(sid)] : []),
    ];
    for (const key of said) {
      this.saidAt.delete(key);
      this.saidAt.set(key, now);
    }
    for (const [key, { keys }] of this.unexplained)
      if (keys.some((one) => said.includes(one))) this.unexplained.delete(key);
    for (const [key, at] of this.saidAt) {
      if (at > now - rememberedFor) break;
      this.saidAt.delete(key);
    }
  }

  /** A task that was not open, or had another status, is found to be open. */
  expectTask(task: Row): void {
    const status = expectedStatus(task);
    // The task itself can be set to wrapping, too.
    const isByReservation = status === 'pending' || status === 'accepted';
    this.expect({ keys: [isByReservation ? statusKey(task.sid, status) : task.sid], at: this.now });
  }

  /** A reservation has been read; `before`: the status that it was believed to have. */
  compare(row: Row, before: string | undefined): void {
    const { date_created: created, date_updated: updated } = taskReservations.read(row);
    const status = statusOf(row);
    this.expectStatus(row.sid, 'pending', created);
    if (before !== undefined && status !== undefined && before !== status)
      this.expectStatus(row.sid, status, updated);
  }

  /** This reservation is not open any more, or its task has ended. */
  expectEnd(sid: string, taskSid: string): void {
    this.expect({ keys: [endKey(sid), endKey(taskSid)], at: this.now });
  }

  /** To be called with each poll; `isUpToDate`: all Events until now have been noted. */
  check(isUpToDate: boolean): void {
    if (!isUpToDate) return this.unexplained.clear();
    const now = this.now;
    if (![...this.unexplained.values()].some(({ at }) => now - at > maxLag)) return;
    // What they leave out they are likely to leave out again: only a change at TaskRouter's side helps.
    this.distrust(Math.min(maxRetry * 2 ** this.contradictions++, maxContradictedRetry));
  }

  private get now(): number {
    return this.options.clock.elapsed();
  }

  private expectStatus(sid: string, status: string, since: Date | null | undefined): void {
    const { clock, skew } = this.options;
    const at = since ? this.now - (clock.now() + skew() - since.getTime()) : -Infinity;
    // What was said of something older may be forgotten.
    if (at > this.now - rememberedFor + maxLag) this.expect({ keys: [statusKey(sid, status)], at });
  }

  private expect(fact: Fact): void {
    const [key] = fact.keys;
    if (fact.at < this.since + tolerance || this.unexplained.has(key!)) return;
    if (!fact.keys.some((one) => this.saidAt.has(one))) this.unexplained.set(key!, fact);
  }

  private distrust(wait: number): void {
    this.reliable = false;
    this.wait = wait;
    this.retryAt = this.now + wait;
    this.unexplained.clear();
  }
}
