import type { Row } from '../../taskrouter/client';
import { events } from '../../taskrouter/resources';
import { isSid } from '../../taskrouter/sid';
import type { Connection } from '../accounts/connections';
import { parseAttributes } from '../../taskrouter/attributes';

/** What an Event says has changed. */
export interface Told {
  /** Milliseconds since 1970, by TaskRouter's clock. */
  readonly at: number;
  readonly about: 'reservation' | 'task' | 'worker' | 'workflow' | 'something else';
  /** Of the reservation, task, worker or workflow. */
  readonly sid: string;
  /** The reservation is open by it. */
  readonly opens: boolean;
  /** A task has other attributes, another priority or another queue by it. */
  readonly updates: boolean;
  /** Of a reservation; undefined when the Event does not name them. */
  readonly taskSid?: string;
  readonly workerSid?: string;
}

const opening = new Set(['reservation.created', 'reservation.accepted', 'reservation.wrapup']);
const kinds = ['reservation', 'task', 'worker', 'workflow'] as const;

/** Milliseconds. Twilio does not say how far Events lag behind what they tell of. */
const overlap = 60_000;
const pageSize = 200;
const mostPages = 5;

/** The Events of one workspace as they come. https://www.twilio.com/docs/taskrouter/api/event */
export class WorkspaceEvents {
  /** Up to when they have been read, by TaskRouter's clock. */
  private since: number | undefined;
  /** Those that have been told, and when they happened: within the overlap they come again. */
  private readonly told = new Map<string, number>();

  constructor(private readonly workspaceSid: string) {}

  /** From this moment on, in milliseconds since 1970 by TaskRouter's clock. */
  begin(at: number): void {
    this.since = at;
  }

  /**
   * What has not been told yet, the oldest first; undefined when there is more than is worth reading, or no begin.
   * @throws what the client throws
   */
  async next({ client, signal }: Connection): Promise<readonly Told[] | undefined> {
    if (this.since === undefined) return undefined;
    const filters = { startDate: new Date(this.since - overlap) };
    const fresh: Row[] = [];
    let pageToken: string | undefined;
    for (let pages = 0; pages === 0 || pageToken !== undefined; pages++) {
      if (pages === mostPages) return undefined;
      const options = { pageSize, ...(pageToken === undefined ? {} : { pageToken }) };
      const page = await client.list(events, [this.workspaceSid], filters, options, signal);
      fresh.push(...page.rows.filter(({ sid }) => !this.told.has(sid)));
      pageToken = page.nextPageToken;
    }
    signal.throwIfAborted();
    // They come with the newest first; the last word about a reservation is to be the newest.
    const told = fresh.reverse().map((event) => {
      const one = toldBy(event);
      this.told.set(event.sid, one.at);
      return one;
    });
    const newest = told.reduce((latest, { at }) => Math.max(latest, at), this.since);
    this.since = newest;
    for (const [sid, at] of this.told) if (at < newest - 2 * overlap) this.told.delete(sid);
    return told;
  }
}

/** https://www.twilio.com/docs/taskrouter/api/event/reference */
function toldBy(event: Row): Told {
  const type = String(event['event_type']);
  const data = dataOf(event);
  const { task_sid: taskSid, worker_sid: workerSid } = data;
  return {
    at: timeOf(event),
    about: kinds.find((kind) => type.startsWith(`${kind}.`)) ?? 'something else',
    sid: String(event['resource_sid']),
    opens: opening.has(type),
    updates: type === 'task.updated',
    ...(isSid('Task', String(taskSid)) ? { taskSid: String(taskSid) } : {}),
    ...(isSid('Worker', String(workerSid)) ? { workerSid: String(workerSid) } : {}),
  };
}

function timeOf(event: Row): number {
  const exact = event['event_date_ms'];
  const at = typeof exact === 'number' ? exact : Date.parse(String(event['event_date']));
  return Number.isNaN(at) ? 0 : at;
}

/** The specification leaves its type open: an object, or one written as JSON. */
function dataOf(event: Row): Readonly<Record<string, unknown>> {
  const data = event['event_data'];
  if (typeof data === 'string') return parseAttributes(data) ?? {};
  return typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
}
