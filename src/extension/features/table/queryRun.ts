import type { ListedTask, Lookups, Matcher } from '../../../query/matches';
import { matcher, noLookups } from '../../../query/matches';
import type { Plan } from '../../../query/plan';
import { plan } from '../../../query/plan';
import type { Query } from '../../../query/syntax';
import { ApiError } from '../../../taskrouter/errors';
import * as resources from '../../../taskrouter/resources';
import { sharedController } from '../../data/either';
import { WorkspaceEvents } from '../../data/workspaceEvents';
import type { Gap } from './gaps';
import { readMovedTasks } from './movedTasks';
import type { ReadsFor, WithReads } from './pageReads';
import { withReads } from './pageReads';
import { TaskReading } from './taskReading';
import type { Order } from './taskRows';
import { TaskRows } from './taskRows';
import type { Progress } from './tableState';
import { WorkspaceFacts } from './workspaceFacts';

export interface QueryRunOptions extends Pick<ReadsFor, 'connect' | 'wait'> {
  readonly query: Query;
  readonly workspaceSid: string;
  readonly order: Order;
  /** Milliseconds since 1970 by TaskRouter's clock. */
  readonly now: () => number;
  readonly onChange: () => void;
}

/** The tasks that match one query, while they are read. What the query needs besides tasks is read anew for each. */
export class QueryRun {
  readonly rows: TaskRows;
  readonly facts: WorkspaceFacts;
  private readonly matcher: Matcher;
  private lookups: Lookups = noLookups;
  private reading: TaskReading | undefined;
  private counts: Readonly<Record<string, number>> | undefined;
  /** Ends all reads. */
  private stop = sharedController();
  /** Resolves when the running reads have ended, canceled or not. */
  private running: Promise<void> | undefined;
  private isDone = false;
  /** When what was read so far was as it is shown: milliseconds since 1970 by TaskRouter's clock. */
  private beganAt: number | undefined;
  /** Tasks that moved between the lists meanwhile may be missing. */
  private mayLackMoved = false;
  /** Besides those for lists and for what the query needs. */
  private moreRequests = 0;
  private readonly events: WorkspaceEvents;
  private readonly withReads: WithReads = (use) =>
    withReads({ ...this.options, stop: this.stop.signal }, use);
  plan: Plan;
  /** Why tasks are missing. */
  failure: unknown;

  constructor(private readonly options: QueryRunOptions) {
    const { query, order, workspaceSid } = options;
    this.facts = new WorkspaceFacts(this.withReads, workspaceSid);
    this.events = new WorkspaceEvents(workspaceSid);
    this.rows = new TaskRows(order);
    this.matcher = matcher(query);
    this.plan = plan(query);
  }

  get isReading(): boolean {
    return this.running !== undefined && !this.stop.signal.aborted;
  }

  get progress(): Progress {
    const { reading, counts, plan, isReading, isDone } = this;
    // The counts are of all tasks with these statuses.
    const isCounted = counts !== undefined && Object.keys(plan.filters).length === 0;
    return {
      isReading,
      isDone: isDone && !isReading,
      read: reading?.read ?? 0,
      of: isCounted ? plan.statuses.reduce((sum, status) => sum + (counts[status] ?? 0), 0) : undefined,
      requests: this.facts.requests + (reading?.requests ?? 0) + this.moreRequests,
    };
  }

  /** Why tasks may be missing although nothing failed. */
  get gaps(): readonly Gap[] {
    const unreadable = this.reading?.unreadable ?? 0;
    return [
      ...this.facts.gaps,
      ...(unreadable > 0 ? [{ of: 'unreadable', count: unreadable } as const] : []),
      ...(this.mayLackMoved ? [{ of: 'moved' } as const] : []),
    ];
  }

  /** Up to when what was read is known; undefined before the first task was read. */
  get readAt(): number | undefined {
    return this.reading?.read ? this.beganAt : undefined;
  }

  /** Whether a task matches now: for as long as what the query needs besides tasks is known. */
  get matches(): (task: ListedTask) => boolean {
    const { matcher: test, lookups } = this;
    const { now } = this.options;
    return (task) => test(task, now(), lookups);
  }

  /** Shows tasks as they are now known. @returns the SIDs of those that do not match */
  update(tasks: readonly ListedTask[]): readonly string[] {
    this.take(tasks);
    return tasks.flatMap(({ sid }) => (this.rows.has(sid) ? [] : [sid]));
  }

  /** The names of the workers by whom a task was found. */
  workersOf(taskSid: string): readonly string[] {
    return this.lookups.workersOf(taskSid);
  }

  cancel(): void {
    this.stop.abort();
  }

  /** Reads from the beginning, or what was not read yet. Never rejects: see `failure`. */
  read(): Promise<void> {
    if (this.isDone) return Promise.resolve();
    if (this.running && this.isReading) return this.running;
    const { signal } = (this.stop = sharedController());
    this.failure = undefined;
    // Waits until the canceled reading has ended, so that the pages it has read are not read again.
    const before = this.running ?? Promise.resolve();
    const running = before
      .then(() => this.readOn(signal))
      .finally(() => {
        if (this.running === running) this.running = undefined;
        this.options.onChange();
      });
    this.running = running;
    this.options.onChange();
    return running;
  }

  /**
   * Reads to the end, beyond the limit of one reading, unless it is canceled, here or by `signal`, or fails.
   * @returns whether all was read
   */
  async readAll(signal?: AbortSignal): Promise<boolean> {
    const cancel = () => this.cancel();
    signal?.addEventListener('abort', cancel);
    do await this.read();
    while (!this.isDone && this.failure === undefined && !this.stop.signal.aborted);
    signal?.removeEventListener('abort', cancel);
    return this.isDone;
  }

  private async readOn(signal: AbortSignal): Promise<void> {
    try {
      signal.throwIfAborted();
      const reading = (this.reading ??= await this.prepare());
      await reading.run();
      this.failure = reading.failure;
      if (!reading.isDone) return;
      if (this.plan.statuses.length > 0) await this.catchUp(reading);
      this.isDone = true;
    } catch (error) {
      if (!signal.aborted) this.failure = error;
    }
  }

  /** Reads what moved between the lists meanwhile. */
  private async catchUp(reading: TaskReading): Promise<void> {
    const { workspaceSid, now } = this.options;
    const isRead = (sid: string) => reading.isRead(sid);
    const place = { workspaceSid, now: now(), isRead, statuses: this.plan.statuses };
    try {
      const { tasks, requests, areAll } = await this.withReads((reads, signal) =>
        readMovedTasks(reads, signal, this.events, place),
      );
      this.moreRequests += requests;
      this.mayLackMoved = !areAll;
      this.take(tasks);
    } catch (error) {
      if (!(error instanceof ApiError && [401, 403].includes(error.status))) throw error;
      // The credentials do not allow Events.
      this.mayLackMoved = true;
    }
  }

  /** Reads what the query needs besides tasks. */
  private async prepare(): Promise<TaskReading> {
    const { facts } = this;
    const { query, workspaceSid, now } = this.options;
    const [only, ...others] = query.alternatives;
    // One request for the names may spare many for tasks.
    const isNamed = (name: string) =>
      others.length === 0 && only?.some(({ field, comparator }) => field === name && comparator === ':');
    const [lookups] = await Promise.all([
      facts.lookups(query),
      isNamed('queue') ? facts.read(resources.taskQueues) : undefined,
      isNamed('workflow') ? facts.read(resources.workflows) : undefined,
    ]);
    this.lookups = lookups;
    this.plan = plan(query, {
      queues: facts.allNamesOf(resources.taskQueues),
      workflows: facts.allNamesOf(resources.workflows),
    });
    void this.count();
    this.beganAt = now();
    this.events.begin(this.beganAt);
    return new TaskReading({
      ...{ withReads: this.withReads, workspaceSid, plan: this.plan },
      onPage: (tasks) => this.take(tasks),
    });
  }

  private take(tasks: readonly ListedTask[]): void {
    this.rows.add(tasks, this.matches);
    this.options.onChange();
  }

  /** Only tells how much there is to read. */
  private async count(): Promise<void> {
    try {
      this.counts = await this.facts.taskCounts();
      this.options.onChange();
    } catch {
      // The credentials may not allow statistics: then the page does not say how many tasks there are.
    }
  }
}
