import type { Client } from '../../taskrouter/client';
import * as resources from '../../taskrouter/resources';
import { isOpenStatus } from '../../taskrouter/reservation';
import type { Row } from '../../taskrouter/resources';
import { isSid } from '../../taskrouter/sid';
import type { Connection } from '../accounts/connections';
import { ChangedLists } from './changedLists';
import { EventTrust } from './eventTrust';
import type { CycleCause } from './jobs';
import { purposeFor } from './jobs';
import type { ListRef } from './listRef';
import type { Finder } from './findCreated';
import { findCreated } from './findCreated';
import { createdRow, expectedStatus } from './openIndex';
import { expectChanges, readOpenTasks, ReservedChecks } from './openTasks';
import type { NextReservation, OpenWorkspaceOptions } from './openWorkspace';
import { OpenWorkspace } from './openWorkspace';
import type { ReadQueue } from './readQueue';
import { SingleReads } from './singleReads';
import type { StoreRequest } from './store';
import type { WorkspaceEvent } from './workspaceEvents';
import { maxLag, statusAfter, WorkspaceEvents } from './workspaceEvents';

const second = 1000;
const minute = 60 * second;
/** Between reads of the open tasks themselves, in case Events left something out: less often where they take longer. */
const listedEvery = minute;
const longListedEvery = 3 * minute;
/** So many open tasks make a list long. */
const longList = 1000;
/** Minimum number of polls between two lists: more lists would use too much of the request limit. */
export const pollsPerList = 3;
/** Between reads of what Events or the list of tasks may not show, if there is little of it. */
const checkedEvery = 30 * second;
/** The same of the reservation that times out next, without Events. */
const verifiedEvery = 10 * second;
/** After longer than this the open tasks are read again: cheaper than all Events since. */
const maxGap = 10 * minute;
/** Within this time Events say what became of a reservation; later it is read. */
const eventsTake = 20 * second;
/** For fewer unknown tasks than this, reading each is as cheap as reading Events. */
const worthEvents = 3;
/** The share of the request limit for checking reservations that nothing reports, without Events. */
const shareOfChecks = 0.25;

export interface PolledWorkspaceOptions extends OpenWorkspaceOptions {
  readonly connect: (accountId: string) => Promise<Connection>;
  /** Requests per minute. */
  readonly limit: () => number;
  /** Whether any polled workspace is still being loaded: what is known waits until then. */
  readonly isLoading: () => boolean;
  /** Called with all Events between two times, in milliseconds since 1970. */
  readonly onEvents: (events: readonly WorkspaceEvent[], from: number, to: number) => void;
}

type Reads = Pick<Client, 'list' | 'pages' | 'fetch'>;

/**
 * Keeps the open reservations of one workspace in the store. The open tasks and the Events of creations tell which
 * there are; then Events tell what changed, and only that is read. Where Events cannot be read, or left something out,
 * the open tasks tell.
 */
export class PolledWorkspace {
  private readonly open: OpenWorkspace;
  private readonly read: SingleReads;
  private readonly checks = new ReservedChecks();
  private readonly lists: ChangedLists;
  private readonly events: WorkspaceEvents;
  private readonly trust: EventTrust;
  // In elapsed milliseconds: the last poll, read of the open tasks, gap in Events, and Event.
  private polledAt = -Infinity;
  private listedAt = -Infinity;
  private missedAt = -Infinity;
  private toldAt = -Infinity;
  /** When the last read of all open tasks began, by TaskRouter's clock; -Infinity if it did not reach their end. */
  private completeAt = -Infinity;
  /** Up to when Events are known, in milliseconds since 1970. */
  private eventsUpTo = Infinity;
  /** True until the open tasks have been read after polling began, or began again. */
  private isCatchingUp = true;

  constructor(private readonly options: PolledWorkspaceOptions) {
    this.events = new WorkspaceEvents(options.workspaceSid);
    this.trust = new EventTrust(options);
    this.lists = new ChangedLists(options.clock);
    this.open = new OpenWorkspace({ ...options, onRead: (row, before) => this.trust.compare(row, before) });
    this.read = new SingleReads(this.open, { ...options, onGone: (taskSid) => this.dropTask(taskSid) });
  }

  get error(): unknown {
    return this.open.error;
  }

  /** Whether reservations are still being read that were open when polling began, and no Events describe them. */
  get isLoadingByTask(): boolean {
    return this.open.areEventsUnreadable && this.open.isLoading;
  }

  get isLoading(): boolean {
    return this.open.isLoading;
  }

  /** How many open reservations are known. */
  get known(): number {
    return this.open.index.size;
  }

  /** Whether no poll has succeeded yet. */
  get isNew(): boolean {
    return this.open.isNew;
  }

  /** Malformed Events are read in vain with each poll, before the open tasks. */
  get requestsPerPoll(): number {
    return this.trust.areMalformed ? 2 : 1;
  }

  /** Less often while nothing is pending, at once after a failure. `interval` in milliseconds. */
  isDue(interval: number): boolean {
    if (this.error !== undefined) return true;
    const isQuiet = this.reads.size === 0 && !this.open.hasPending();
    return this.options.clock.elapsed() - this.polledAt >= interval * (isQuiet ? 2 : 1);
  }

  /** Finds out what has changed. Resolves to what went wrong. */
  async poll(cause: CycleCause): Promise<unknown> {
    const { userInitiated } = cause;
    const { accountId, clock, connect, skew } = this.options;
    const started = clock.elapsed();
    const date = clock.now();
    const gap = started - this.polledAt;
    this.polledAt = started;
    this.isCatchingUp ||= gap > maxGap;
    const wereReliable = this.trust.areReliable;
    this.trust.retry(userInitiated);
    try {
      const { client, signal } = await connect(accountId);
      const purpose = purposeFor(cause, this.isCatchingUp ? 'urgent' : 'poll');
      const reads = purpose ? client.background({ purpose }) : client;
      const usesEvents = gap <= maxGap && this.trust.areReliable;
      const request = this.options.store.begin(accountId, this.options.workspaceSid);
      const read = usesEvents ? await this.nextEvents(reads, signal) : undefined;
      for (const event of read ?? []) this.note(event, request);
      const events = this.isEverythingIn(read) ? read : undefined;
      if (events) this.options.onEvents(events, this.eventsUpTo, date);
      this.eventsUpTo = date;
      if (!events) this.missedAt = started;
      const areUnreadable = this.open.areEventsUnreadable;
      if (!events || !wereReliable || userInitiated || this.areTasksDue(started, gap)) {
        // Events that can be read again also tell what happened while they could not.
        if (!events && !areUnreadable) {
          this.events.begin(date + skew());
          this.trust.begin();
        }
        this.listedAt = started;
        await this.readTasks(reads, signal, events !== undefined);
      }
      this.read.overdue(events ? eventsTake : 2 * second, !events);
      this.checkOfferedTwice();
      this.open.succeeded(date);
    } catch (error) {
      this.open.failed(error);
    }
    this.publish();
    return this.error;
  }

  /** What is known to have changed and has not been read yet. */
  get reads(): ReadQueue {
    return this.read.queue;
  }

  /** The pending reservation, of those that are read, that times out first after `now`; in milliseconds since 1970. */
  nextConfirmed(now: number): NextReservation | undefined {
    return this.open.nextConfirmed(now);
  }

  /** The earliest time at which a reservation that is not known can time out; in milliseconds since 1970. */
  get nextUnread(): number {
    return this.open.nextUnread;
  }

  /** Reads this reservation now and then: users rely on it, and Events can leave out that it has ended. */
  verify({ sid, taskSid }: NextReservation): void {
    if (this.error !== undefined) return;
    const every = this.trust.areReliable || this.options.isLoading() ? checkedEvery : verifiedEvery;
    if (this.options.clock.now() - this.open.readAt(sid) >= every && !this.reads.has(sid))
      this.read.reservation(sid, taskSid);
  }

  /** Whether a list of this workspace may have changed since it was read so many milliseconds ago. */
  needs(list: ListRef, age: number, interval: number): boolean {
    if (!this.trust.areReliable || this.error !== undefined) return age >= interval;
    const readAt = this.options.clock.elapsed() - age;
    return this.missedAt > readAt || this.lists.mayHaveChanged(list, readAt);
  }

  /** To be called when rows of the store have changed. */
  rowsChanged(hasRow: (sid: string) => boolean): void {
    this.open.rowsChanged(hasRow);
  }

  end(): void {
    this.reads.clear();
    this.open.end();
  }

  /** Puts what is known into the store. */
  publish(): void {
    this.open.publish();
  }

  /** The Events since the last poll; undefined when they do not tell everything that happened. */
  private async nextEvents(
    reads: Reads,
    signal: AbortSignal,
  ): Promise<readonly WorkspaceEvent[] | undefined> {
    const { clock, skew } = this.options;
    try {
      const now = clock.now() + skew();
      const events = await this.events.next(reads, signal, now, () => this.open.isOlder(now - maxLag));
      this.open.areEventsUnreadable = this.events.areLost;
      if (this.events.areLost) this.trust.lost();
      else this.trust.succeeded();
      return events;
    } catch (error) {
      this.eventsFailed(error);
      return undefined;
    }
  }

  private get finder(): Finder {
    const { open, read, options } = this;
    return { open, read, options, failed: (error) => this.eventsFailed(error) };
  }

  /** The open tasks do without Events that are refused or malformed. @throws every other error */
  private eventsFailed(error: unknown): void {
    this.trust.failed(error);
    this.open.areEventsUnreadable = true;
  }

  /** Whether Events explain every change that is known. */
  private isEverythingIn(events: readonly WorkspaceEvent[] | undefined): boolean {
    this.trust.check(events !== undefined);
    this.open.areEventsUnreadable ||= !this.trust.areReliable;
    return this.trust.areReliable;
  }

  /** `gap`: milliseconds since the last poll. */
  private areTasksDue(now: number, gap: number): boolean {
    if (this.trust.isWaiting) return true;
    // What is pending does not stay so: Events that say nothing of it may be lost.
    const isSilent = now - this.toldAt > listedEvery && this.open.hasPending();
    const isLong = this.open.tasks.size >= longList && !isSilent;
    const every = isLong ? longListedEvery : Math.max(listedEvery, pollsPerList * gap);
    return now - this.listedAt >= Math.min(every, longListedEvery);
  }

  private note(event: WorkspaceEvent, request: StoreRequest): void {
    this.toldAt = this.options.clock.elapsed();
    this.lists.note(event);
    this.trust.note(event);
    const { about, type, sid } = event;
    if (about === 'reservation') this.noteReservation(event, request);
    else if (type === 'task.updated' && this.open.row(sid)) this.read.one(sid, resources.tasks);
    else if (about === 'workflow') this.open.workflows.delete(sid);
  }

  /** An Event is as good as a read of the status; a reservation that nobody knew of is read. */
  private noteReservation(noted: WorkspaceEvent, request: StoreRequest): void {
    const { type, sid, taskSid } = noted;
    if (taskSid === undefined || !isSid('Reservation', sid)) {
      this.listedAt = -Infinity;
      return;
    }
    const { open } = this;
    const status = statusAfter(type);
    const isKnown = open.reservation(sid) !== undefined;
    if (status) open.report(sid, status, noted.at, request);
    if (status && !isOpenStatus(status)) return this.skipReads(sid, taskSid);
    if (status) {
      open.tasks.add(taskSid);
      open.noteWorkflow(noted);
    }
    if (status === 'pending' && !isKnown)
      open.index.add(sid, { taskSid, fromEvents: createdRow({ ...noted, taskSid }) });
    const isUnsure = status ? !isKnown : isKnown;
    if (isUnsure && !this.reads.has(taskSid)) this.read.reservation(sid, taskSid);
  }

  /** A reservation that is over needs no confirmation. */
  private skipReads(sid: string, taskSid: string): void {
    this.reads.delete(sid);
    const { index } = this.open;
    if (this.reads.get(taskSid)?.isNew !== false || index.of(taskSid).some((one) => index.fromEvents(one)))
      return;
    this.reads.delete(taskSid);
    this.open.settle(taskSid);
  }

  /** Reads the open tasks; what their statuses do not agree with is found in Events, or read. */
  private async readTasks(reads: Reads, signal: AbortSignal, isUpToDate: boolean): Promise<void> {
    const { store, clock, skew, accountId, workspaceSid } = this.options;
    const request = store.begin(accountId, workspaceSid);
    const begun = clock.now() + skew() - second;
    const [{ rows, isComplete }] = await Promise.all([
      readOpenTasks(reads, workspaceSid, signal),
      this.read.allWorkflows(reads, signal),
    ]);
    signal.throwIfAborted();
    if (isUpToDate && this.completeAt !== -Infinity) expectChanges(this.trust, this.open, rows, isComplete);
    this.open.noteListed(rows, this.completeAt);
    this.completeAt = isComplete ? begun : -Infinity;
    // Events are late: others that they do not have yet are found by listing the tasks once more.
    const isSurprising = isUpToDate && rows.some(({ sid }) => !this.open.tasks.has(sid));
    for (const { sid } of rows) this.open.tasks.add(sid);
    this.open.put(request, rows);
    if (isComplete) this.open.partial.delete(workspaceSid);
    else this.open.partial.add(workspaceSid);
    this.dropUnlisted(new Set(rows.map(({ sid }) => sid)), isComplete);
    // After a gap in Events the reservation that is known may have timed out, and the task may be offered again.
    const mayBeOfferedAgain = (task: Row) =>
      !isUpToDate && expectedStatus(task) === 'pending' && this.open.isChanged(task);
    const isInDoubt = (task: Row) => !this.open.agrees(task) || this.open.partial.has(task.sid);
    const unknown = rows.filter((task) => isInDoubt(task) || mayBeOfferedAgain(task));
    const hasEvents = this.trust.areReliable;
    const isFew = unknown.length < worthEvents;
    const found =
      hasEvents && !isFew ? await findCreated(this.finder, reads, signal, unknown) : new Set<string>();
    const isAfterGap = this.isCatchingUp || (hasEvents && !isUpToDate);
    for (const task of unknown) {
      const isOffer = !hasEvents && expectedStatus(task) === 'pending';
      if (!isInDoubt(task) && !isOffer && !(hasEvents && isFew)) continue;
      if ((isAfterGap || isOffer) && !found.has(task.sid)) this.open.lose(task.sid);
      this.readAgain(task, found.has(task.sid));
    }
    if (isAfterGap) this.open.beginLoading();
    this.isCatchingUp = false;
    if (!this.trust.areReliable) this.checkReserved(rows);
    if (!isSurprising) return;
    this.listedAt = -Infinity;
    this.missedAt = clock.elapsed();
  }

  private dropUnlisted(listed: ReadonlySet<string>, isComplete: boolean): void {
    const { index, tasks } = this.open;
    for (const taskSid of new Set([...tasks, ...index.taskSids()])) {
      if (listed.has(taskSid)) continue;
      if (isComplete) this.dropTask(taskSid);
      else if (index.of(taskSid).length) this.read.reservationsOf(taskSid);
      else if (!this.reads.has(taskSid)) this.dropTask(taskSid);
    }
  }

  /** No list of tasks shows it when Events leave out that one of several offers has ended. */
  private checkOfferedTwice(): void {
    const { taskSid, readAt } = this.open.offeredTwice ?? { readAt: Infinity };
    if (
      taskSid !== undefined &&
      this.options.clock.now() - readAt >= checkedEvery &&
      !this.reads.has(taskSid)
    )
      this.read.reservationsOf(taskSid, this.open.firstOf(taskSid));
  }

  /** Without Events, a reserved task may have other reservations although nothing about it has changed. */
  private checkReserved(tasks: readonly Row[]): void {
    const reserved = tasks.filter((task) => expectedStatus(task) === 'pending');
    const every = Math.max(checkedEvery, (reserved.length * minute) / (this.options.limit() * shareOfChecks));
    if (this.options.isLoading()) return;
    for (const { sid } of this.checks.due(reserved, this.options.clock.elapsed(), every))
      if (!this.reads.has(sid)) this.read.reservationsOf(sid, this.open.firstOf(sid));
  }

  /** `isLatest`: what is known of the task is its latest reservation. */
  private readAgain(task: Row, isLatest = false): void {
    const doubtful = this.open.doubt(task, isLatest);
    const isNew = this.open.isLost(task.sid) || doubtful === undefined;
    this.read.reservationsOf(task.sid, doubtful, isNew);
  }

  private dropTask(taskSid: string): void {
    this.open.dropTask(taskSid);
    this.checks.delete(taskSid);
    this.reads.delete(taskSid);
  }
}
