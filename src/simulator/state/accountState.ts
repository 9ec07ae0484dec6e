import { Alerts } from './alerts';
import type { Clock, Timer } from './clock';
import { CustomerCalls } from './customerCalls';
import { EventLog } from './events';
import type { RecordedEvent } from './events';
import { ExpressionLibrary } from '../../routing/expressions/library';
import { parseAttributes } from '../../routing/expressions/scope';
import type { Attributes } from '../../routing/expressions/scope';
import type { RoutingOptions } from '../../routing/options';
import { WorkerPools } from './workerViews';
import type { Random } from './random';
import type { AccountEvent, Row, Task, Worker, Workspace } from './rows';
import type { Sids } from './sids';
import type { Table } from './table';

/** The whole state of one account, with its clock and its random values. */
export class AccountState {
  readonly events = new EventLog(this);
  readonly alerts = new Alerts(this);
  readonly customerCalls: CustomerCalls;
  readonly expressions: ExpressionLibrary;
  readonly workerPools: WorkerPools;
  readonly #timers = new Map<string, Timer>();
  readonly #observers: ((event: AccountEvent, recorded?: RecordedEvent) => void)[] = [];
  readonly #attributes = new WeakMap<object, { text: string; value: Attributes }>();

  constructor(
    readonly accountSid: string,
    readonly clock: Clock,
    readonly random: Random,
    readonly sids: Sids,
    readonly workspaces: Table<Workspace>,
    readonly rejectionsBeforeCancel: number,
    /** Milliseconds until events can be read. */
    readonly eventLag = 0,
    options?: RoutingOptions,
  ) {
    this.expressions = new ExpressionLibrary(options);
    this.workerPools = new WorkerPools(this);
    this.customerCalls = new CustomerCalls(this);
  }

  /** In whole milliseconds, like the dates of events, even if the clock is more precise. */
  now(): number {
    return Math.floor(this.clock.now());
  }

  /** Calls the observer with each event, and with its row among the events that can be read, if it has one. */
  observe(observer: (event: AccountEvent, recorded?: RecordedEvent) => void): void {
    this.#observers.push(observer);
  }

  emit(event: AccountEvent): void {
    const recorded = this.events.record(event);
    for (const observer of this.#observers) observer(event, recorded);
  }

  /** Schedules a function. A second one with the same key replaces the first. */
  schedule(key: string, ms: number, run: () => void): void {
    this.unschedule(key);
    const timer = this.clock.setTimeout(() => {
      this.#timers.delete(key);
      run();
    }, Math.ceil(ms));
    this.#timers.set(key, timer);
  }

  unschedule(key: string): void {
    this.#timers.get(key)?.cancel();
    this.#timers.delete(key);
  }

  stop(): void {
    for (const key of [...this.#timers.keys()]) this.unschedule(key);
  }

  touch(row: Row): void {
    row.updated = this.now();
    row.version++;
  }

  moveWorker(workspace: Workspace, worker: Worker, activitySid: string): void {
    if (worker.activitySid === activitySid) return;
    const previous = workspace.activities.get(worker.activitySid);
    const spent = this.now() - worker.statusChanged;
    worker.activitySid = activitySid;
    worker.statusChanged = this.now();
    this.touch(worker);
    const more = {
      worker_previous_activity_sid: previous?.sid,
      worker_previous_activity_name: previous?.friendlyName,
      worker_time_in_previous_activity: String(Math.floor(spent / 1000)),
      worker_time_in_previous_activity_ms: String(spent),
    };
    this.emit({ type: 'worker.activity.update', workspace, worker, more });
  }

  attributesOf(row: Task | Worker): Attributes {
    const known = this.#attributes.get(row);
    if (known?.text === row.attributes) return known.value;
    const value = parseAttributes(row.attributes);
    this.#attributes.set(row, { text: row.attributes, value });
    return value;
  }

  /** Adds to a task's attributes; those that are not a JSON object stay as they are. */
  addAttributes(workspace: Workspace, task: Task, added: Attributes): void {
    const own = this.attributesOf(task);
    if (Object.keys(own).length === 0) return;
    task.attributes = JSON.stringify({ ...own, ...added });
    task.stale = true;
    this.touch(task);
    this.emit({ type: 'task.updated', workspace, task });
  }
}
