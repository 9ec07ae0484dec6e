import type { ListedTask } from '../../../query/matches';
import { ApiError } from '../../../taskrouter/errors';
import * as resources from '../../../taskrouter/resources';
import { isSid } from '../../../taskrouter/sid';
import type { Clock } from '../../data/clock';
import { dataOf } from '../../data/workspaceEvents';
import { sharedController } from '../../data/either';
import type { ReadsFor } from '../../data/withReads';
import { withReads } from '../../data/withReads';
import type { Details } from './tableKind';

/** What a task's row does not have: its Events do. */
export interface RowDetail {
  /** `refused`: the credentials do not allow them. */
  readonly events: 'unread' | 'read' | 'refused';
  /** Since when it has its status, in milliseconds since 1970. */
  readonly since?: number;
  readonly worker?: string;
}

export interface RowDetailsOptions extends Pick<ReadsFor, 'connect'> {
  readonly clock: Pick<Clock, 'now' | 'setTimeout'>;
  readonly skew: () => number;
  readonly onChange: () => void;
}

/** The Events after which a task has each status. https://www.twilio.com/docs/taskrouter/api/event/reference */
const eventsBefore: Readonly<Record<string, RegExp>> = {
  pending: /^(task\.created|reservation\.(rejected|timeout|canceled|rescinded))$/,
  reserved: /^reservation\.created$/,
  assigned: /^reservation\.accepted$/,
  wrapping: /^(reservation|task)\.wrapup$/,
  completed: /^(reservation|task)\.completed$/,
  canceled: /^task\.canceled$/,
};
const withWorker = /^reservation\.(created|accepted|wrapup|completed)$/;

/** Milliseconds in which the user scrolls on. */
const pause = 200;
const maxAtOnce = 4;
const maxEvents = 50;
/** TaskRouter retains Events for 30 days. */
const retention = 30 * 24 * 3600_000;

/** Reads the Events of the rows that the user sees, one request for each, within the limit for requests in the background. */
export class RowDetails implements Details<ListedTask> {
  private readonly details = new Map<string, RowDetail>();
  /** Changes with the details. */
  version = 0;
  private readonly begun = new Set<string>();
  private waiting: ListedTask[] = [];
  private running = 0;
  private timer: { cancel(): void } | undefined;
  /** The credentials do not allow Events. */
  private isRefused = false;
  private ending = sharedController();
  private isDisposed = false;

  constructor(private readonly options: RowDetailsOptions) {}

  of(task: ListedTask): RowDetail {
    return this.details.get(keyOf(task)) ?? { events: this.isRefused ? 'refused' : 'unread' };
  }

  /** Only these are read from now on. */
  show(tasks: readonly ListedTask[]): void {
    this.waiting = [];
    this.timer?.cancel();
    if (this.isRefused || this.isDisposed) return;
    const fresh = tasks.filter((task) => !this.begun.has(keyOf(task)) && isSid('Task', task.sid));
    if (fresh.length === 0) return;
    this.timer = this.options.clock.setTimeout(() => {
      this.waiting = fresh;
      for (let free = maxAtOnce - this.running; free > 0; free--) void this.work();
    }, pause);
  }

  /** Ends what is being read, until rows are shown again. */
  stop(): void {
    this.waiting = [];
    this.timer?.cancel();
    this.ending.abort();
    this.ending = sharedController();
    for (const key of this.begun) if (!this.details.has(key)) this.begun.delete(key);
  }

  /** Everything is read again. */
  forget(): void {
    this.stop();
    this.begun.clear();
    this.details.clear();
    this.version++;
  }

  dispose(): void {
    this.isDisposed = true;
    this.stop();
  }

  private async work(): Promise<void> {
    this.running++;
    try {
      for (let task = this.waiting.shift(); task; task = this.waiting.shift()) await this.read(task);
    } catch (error) {
      // It is read again when it is scrolled to again.
      if (!(error instanceof ApiError && [401, 403].includes(error.status))) return;
      this.isRefused = true;
      this.options.onChange();
    } finally {
      this.running--;
    }
  }

  private async read(task: ListedTask): Promise<void> {
    const key = keyOf(task);
    if (this.begun.has(key)) return;
    this.begun.add(key);
    const { connect, clock, skew, onChange } = this.options;
    const stop = this.ending.signal;
    const startDate = new Date(Math.max((task.created ?? 0) - 60_000, clock.now() + skew() - retention));
    const filters = { taskSid: task.sid, startDate };
    try {
      const page = await withReads({ connect, stop, wait: { purpose: 'page' } }, (reads, signal) =>
        reads.list(resources.events, [task.workspaceSid], filters, { pageSize: maxEvents }, signal),
      );
      if (stop.aborted) return;
      this.details.set(key, detailOf(task, page.rows));
      this.version++;
      onChange();
    } catch (error) {
      if (!stop.aborted) this.begun.delete(key);
      throw error;
    }
  }
}

const keyOf = ({ sid, status }: ListedTask) => `${sid} ${status}`;

/** From the Events of a task, in any order. */
export function detailOf(task: ListedTask, rows: readonly resources.Row[]): RowDetail {
  const events = rows
    .map((row) => {
      const { event_type, event_date, event_date_ms, event_data } = resources.events.read(row);
      const { worker_name: worker } = dataOf(event_data);
      return { type: event_type ?? '', at: event_date_ms ?? event_date?.getTime() ?? 0, worker };
    })
    .sort((a, b) => b.at - a.at);
  const since = events.find(({ type, at }) => at > 0 && eventsBefore[task.status]?.test(type))?.at;
  const worker =
    task.status === 'pending' ? undefined : events.find(({ type }) => withWorker.test(type))?.worker;
  return {
    events: 'read',
    ...(since === undefined ? {} : { since }),
    ...(typeof worker === 'string' ? { worker } : {}),
  };
}
