import type { ListedTask, Lookups, Matcher } from '../../../query/matches';
import { matcher, noLookups } from '../../../query/matches';
import type { Plan } from '../../../query/plan';
import { plan } from '../../../query/plan';
import type { Query } from '../../../query/syntax';
import { ApiError } from '../../../taskrouter/errors';
import * as resources from '../../../taskrouter/resources';
import type { Connection } from '../../accounts/connections';
import { WorkspaceEvents } from '../../data/workspaceEvents';
import { readMovedTasks } from './movedTasks';
import { TaskReading } from './taskReading';
import type { Order } from './taskRows';
import { TaskRows } from './taskRows';
import type { Progress } from './tableState';
import type { WorkspaceFacts } from './workspaceFacts';

export interface QueryRunOptions {
  readonly query: Query;
  readonly workspaceSid: string;
  readonly connect: () => Promise<Connection>;
  readonly facts: WorkspaceFacts;
  readonly order: Order;
  /** Milliseconds since 1970 by TaskRouter's clock. */
  readonly now: () => number;
  readonly onChange: () => void;
}

/** The tasks that match one query, while they are read. */
export class QueryRun {
  readonly rows: TaskRows;
  private readonly matches: Matcher;
  private lookups: Lookups = noLookups;
  private reading: TaskReading | undefined;
  private counts: Readonly<Record<string, number>> | undefined;
  private isReading = false;
  private isCanceled = false;
  private readonly requestsBefore: number;
  /** Besides those for lists and for what the query needs. */
  private moreRequests = 0;
  private readonly events: WorkspaceEvents;
  plan: Plan;
  /** Why tasks are missing. */
  failure: unknown;

  constructor(private readonly options: QueryRunOptions) {
    const { query, order, facts, workspaceSid } = options;
    this.events = new WorkspaceEvents(workspaceSid);
    this.rows = new TaskRows(order);
    this.matches = matcher(query);
    this.requestsBefore = facts.requests;
    this.plan = this.newPlan();
  }

  get progress(): Progress {
    const { reading, counts, plan, isReading } = this;
    const { facts } = this.options;
    // The counts are of all tasks with these statuses.
    const isCounted = counts !== undefined && Object.keys(plan.filters).length === 0;
    return {
      isReading,
      isDone: !isReading && (plan.statuses.length === 0 || reading?.isDone === true),
      read: reading?.read ?? 0,
      of: isCounted ? plan.statuses.reduce((sum, status) => sum + (counts[status] ?? 0), 0) : undefined,
      requests: facts.requests - this.requestsBefore + (reading?.requests ?? 0) + this.moreRequests,
    };
  }

  cancel(): void {
    this.isCanceled = true;
    this.reading?.cancel();
    this.isReading = false;
  }

  /** Reads from the beginning, or what was not read yet. Never rejects: see `failure`. */
  async read(): Promise<void> {
    if (this.isReading) return;
    this.isReading = true;
    this.isCanceled = false;
    this.failure = undefined;
    this.options.onChange();
    try {
      const reading = (this.reading ??= await this.prepare());
      if (!this.isCanceled) await reading.run();
      this.failure = reading.failure;
      if (reading.isDone) await this.catchUp(reading);
    } catch (error) {
      this.failure = error;
    }
    this.isReading = false;
    this.options.onChange();
  }

  /** Reads what moved between the lists meanwhile. Without the right to read Events it may be missing. */
  private async catchUp(reading: TaskReading): Promise<void> {
    const { connect, workspaceSid, now } = this.options;
    const isRead = (sid: string) => reading.isRead(sid);
    try {
      const place = { workspaceSid, now: now(), isRead };
      const { tasks, requests } = await readMovedTasks(await connect(), this.events, place);
      this.moreRequests += requests;
      if (!this.isCanceled) this.take(tasks);
    } catch (error) {
      if (!(error instanceof ApiError && [401, 403].includes(error.status))) throw error;
    }
  }

  private newPlan(): Plan {
    const { query, facts } = this.options;
    return plan(query, {
      queues: facts.named(resources.taskQueues),
      workflows: facts.named(resources.workflows),
    });
  }

  /** Reads what the query needs besides tasks. */
  private async prepare(): Promise<TaskReading> {
    const { query, facts, connect, workspaceSid } = this.options;
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
    this.plan = this.newPlan();
    void this.count();
    this.events.begin(this.options.now());
    return new TaskReading({ connect, workspaceSid, plan: this.plan, onPage: (tasks) => this.take(tasks) });
  }

  private take(tasks: readonly ListedTask[]): void {
    const now = this.options.now();
    this.rows.add(tasks.filter((task) => this.matches(task, now, this.lookups)));
    this.options.onChange();
  }

  /** Only tells how much there is to read. */
  private async count(): Promise<void> {
    try {
      this.counts = await this.options.facts.taskCounts();
      this.options.onChange();
    } catch {
      // The credentials may not allow statistics: then the page does not say how many tasks there are.
    }
  }
}
