import type { Client } from '../../taskrouter/client';
import { events } from '../../taskrouter/resources';
import type { ReservationStatus, Row } from '../../taskrouter/resources';
import { isSid } from '../../taskrouter/sid';

/** The client's reads, in the background or not. */
export type EventReads = Pick<Client, 'pages' | 'list'>;

/** The fields of an Event that are used. */
export interface WorkspaceEvent {
  /** Milliseconds since 1970, by TaskRouter's clock. */
  readonly at: number;
  readonly type: string;
  readonly about: (typeof kinds)[number] | 'other';
  /** Of what it is about. */
  readonly sid: string;
  /** Undefined when the Event does not name them. */
  readonly taskSid?: string;
  readonly workflowSid?: string;
  readonly workerSid?: string;
  readonly workerName?: string;
}

/** A reservation as the Event of its creation describes it. */
export type CreatedReservation = WorkspaceEvent & { readonly taskSid: string };

const kinds = [
  'reservation',
  'task',
  'worker',
  'workflow',
  'task-queue',
  'activity',
  'task-channel',
  'workspace',
] as const;

/** A task enters or leaves a queue or a workflow, which themselves stay as they are. */
const taskInQueueOrWorkflow =
  /^(task-queue\.(entered|moved|timeout)|workflow\.(entered|target-matched|timeout|skipped))$/;

/** https://www.twilio.com/docs/taskrouter/api/event */
const statuses: Readonly<Record<string, ReservationStatus>> = {
  'reservation.created': 'pending',
  'reservation.accepted': 'accepted',
  'reservation.wrapup': 'wrapping',
  'reservation.completed': 'completed',
  'reservation.rejected': 'rejected',
  'reservation.timeout': 'timeout',
  'reservation.canceled': 'canceled',
  'reservation.rescinded': 'rescinded',
};

/** The status of a reservation after an Event of this type. */
export const statusAfter = (type: string): ReservationStatus | undefined =>
  Object.hasOwn(statuses, type) ? statuses[type] : undefined;

const second = 1000;
/** Twilio does not document how long Events take to appear: not longer than this, in milliseconds. */
export const maxLag = 60 * second;
/** Twilio keeps Events for 30 days. */
const keptFor = 30 * 24 * 3600 * second;
/** For so long it must still have them. */
const expectedFor = keptFor - 24 * 3600 * second;
/** The largest. A response of 1,000 Events has about 1 MB; gzip makes it 100 kB. */
const pageSize = 1000;
/** With more Events than these since the last poll it is cheaper to read the open tasks again. */
const maxPagesPerPoll = 2;

/** An Event that TaskRouter is known to have. */
interface Anchor {
  readonly sid: string;
  /** Milliseconds since 1970, by TaskRouter's clock. */
  readonly at: number;
}

/** The Events of one workspace as they happen. https://www.twilio.com/docs/taskrouter/api/event */
export class WorkspaceEvents {
  /** The time up to which Events have been read, by TaskRouter's clock. */
  private since: number | undefined;
  /** Events that were already returned, and when they happened: reads overlap, so they appear again. */
  private readonly returned = new Map<string, number>();
  private startedAt = 0;
  /** The newest Event that is too old to be late: every read must have it. */
  private anchor: Anchor | undefined;
  /** Those since. */
  private candidates: readonly Anchor[] = [];
  private lost = false;

  constructor(private readonly workspaceSid: string) {}

  /** From this moment on, in milliseconds since 1970 by TaskRouter's clock. What happened before is known. */
  begin(at: number): void {
    this.since = at;
    this.startedAt = at;
    this.anchor = undefined;
    this.candidates = [];
  }

  /** Whether the last read lacked Events that TaskRouter is known to have had, or had some that say nothing. */
  get areLost(): boolean {
    return this.lost;
  }

  /**
   * What has not been returned yet, the oldest first; undefined when there is too much to read, before `begin`, and
   * when TaskRouter's clock turns out to be behind what it was then, and when Events are lost.
   * `now`: milliseconds since 1970 by TaskRouter's clock. `mustHaveSome`: whether something is known to have happened.
   * @throws what the client throws
   */
  async next(
    reads: EventReads,
    signal: AbortSignal,
    now: number,
    mustHaveSome: () => boolean = () => false,
  ): Promise<readonly WorkspaceEvent[] | undefined> {
    this.lost = false;
    if (this.since === undefined || this.since > now + maxLag) return undefined;
    const { anchor } = this;
    const from = Math.min(this.since - maxLag, (anchor?.at ?? Infinity) - 2 * second);
    const filters = { startDate: new Date(from) };
    const fresh: Row[] = [];
    let isEmpty = true;
    let hasAnchor = anchor === undefined || anchor.at < now - expectedFor;
    const options = { pageSize, maxPages: maxPagesPerPoll };
    for await (const page of reads.pages(events, [this.workspaceSid], filters, options, signal)) {
      if (page.cutShort) return undefined;
      if (page.unreadable || !page.rows.every(isReadable)) {
        // One that cannot be read may be the one that matters. It would be in each read that begins before it.
        this.begin(now);
        this.lost = true;
        return undefined;
      }
      for (const row of page.rows) if (!this.returned.has(row.sid)) fresh.push(row);
      isEmpty &&= page.rows.length === 0;
      hasAnchor ||= page.rows.some(({ sid }) => sid === anchor?.sid);
    }
    signal.throwIfAborted();
    if (isEmpty && !anchor && mustHaveSome()) hasAnchor = await this.findAnchor(reads, signal, now);
    this.lost = !hasAnchor;
    if (this.lost) {
      // After a loss newer ones tell what happens from then on.
      if (fresh.length) this.anchor = undefined;
      return undefined;
    }
    // They come with the newest first; of two about one reservation the newest counts.
    const next = fresh.reverse().map((row) => eventOf(row, now));
    fresh.forEach(({ sid }, i) => this.returned.set(sid, next[i]!.at));
    const newest = next.reduce((latest, { at }) => Math.max(latest, at), this.since);
    this.since = newest;
    this.moveAnchor(
      fresh.map(({ sid }, i) => ({ sid, at: next[i]!.at })),
      now,
    );
    for (const [sid, at] of this.returned)
      if (at < newest - 2 * maxLag && sid !== this.anchor?.sid) this.returned.delete(sid);
    // The clocks may differ by the second that a Date header leaves open.
    return next.filter(({ at }) => at >= this.startedAt - 2 * second);
  }

  /** One without a date of its own has that of its read: it may be older. */
  private moveAnchor(fresh: readonly Anchor[], now: number): void {
    const all = [...this.candidates, ...fresh.filter(({ at }) => at < now)];
    for (const one of all)
      if (one.at <= now - maxLag && one.at >= (this.anchor?.at ?? -Infinity)) this.anchor = one;
    this.candidates = all.filter(({ at }) => at > now - maxLag);
  }

  /** Whether there is any Event at all; the newest becomes the anchor. */
  private async findAnchor(reads: EventReads, signal: AbortSignal, now: number): Promise<boolean> {
    const filters = { startDate: new Date(now - expectedFor) };
    const page = await reads.list(events, [this.workspaceSid], filters, { pageSize: 1 }, signal);
    signal.throwIfAborted();
    const [row] = page.rows;
    if (row) this.moveAnchor([{ sid: row.sid, at: eventOf(row, now).at }], now);
    return row !== undefined || page.unreadable > 0;
  }
}

/** How far back Events of creations are worth reading: instead of one request for each task. */
export interface CreatedSince {
  /** Milliseconds since 1970, by TaskRouter's clock. */
  readonly since: number;
  readonly now: number;
  readonly maxPages: number;
  /** Called with each page, the newest Events first; false ends the reading. */
  readonly onPage: (created: readonly CreatedReservation[]) => boolean;
}

/** Reads the creations of a workspace's reservations. @throws what the client throws */
export async function readCreated(
  reads: EventReads,
  signal: AbortSignal,
  workspaceSid: string,
  { since, now, maxPages, onPage }: CreatedSince,
): Promise<void> {
  const startDate = new Date(Math.min(Math.max(since, now - keptFor), now));
  const filters = { eventType: 'reservation.created', startDate };
  for await (const page of reads.pages(events, [workspaceSid], filters, { pageSize, maxPages }, signal)) {
    signal.throwIfAborted();
    // The latest creation of a task may be the one that cannot be read: earlier ones mislead.
    if (page.unreadable || !page.rows.every(isReadable)) return;
    const created = page.rows
      .map((row) => eventOf(row, now))
      .filter(
        (event): event is CreatedReservation =>
          event.taskSid !== undefined && isSid('Reservation', event.sid),
      );
    if (!onPage(created)) return;
  }
}

/** https://www.twilio.com/docs/taskrouter/api/event/reference */
function eventOf(row: Row, now: number): WorkspaceEvent {
  const { event_type, resource_sid, event_date, event_date_ms, event_data } = events.read(row);
  const type = event_type ?? '';
  const data = dataOf(event_data);
  const { task_sid: taskSid, workflow_sid: workflowSid } = data;
  const { worker_sid: workerSid, worker_name: workerName } = data;
  const isOfTask = taskInQueueOrWorkflow.test(type);
  return {
    at: believable(event_date_ms ?? event_date?.getTime(), now),
    type,
    about: isOfTask ? 'task' : (kinds.find((kind) => type.startsWith(`${kind}.`)) ?? 'other'),
    sid: (isOfTask && typeof taskSid === 'string' ? taskSid : resource_sid) ?? '',
    ...(typeof taskSid === 'string' && isSid('Task', taskSid) ? { taskSid } : {}),
    ...(typeof workflowSid === 'string' && isSid('Workflow', workflowSid) ? { workflowSid } : {}),
    ...(typeof workerSid === 'string' && isSid('Worker', workerSid) ? { workerSid } : {}),
    ...(typeof workerName === 'string' ? { workerName } : {}),
  };
}

/** Without a type it says nothing. */
const isReadable = (row: Row) => typeof row['event_type'] === 'string';

/** Nothing happens in the future: a date that says so, or none, must not end the reading of Events. */
function believable(at: number | undefined, now: number): number {
  return at === undefined || at < 0 || at > now + maxLag ? now : at;
}

/** The specification leaves its type open: an object, or one written as JSON. */
export function dataOf(data: unknown): Readonly<Record<string, unknown>> {
  if (typeof data === 'string') {
    try {
      return dataOf(JSON.parse(data));
    } catch {
      return {};
    }
  }
  return typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
}
