import type { ListedTask, Lookups, Matcher } from '../../../query/matches';
import { listedTask, matcher, noLookups } from '../../../query/matches';
import type { Plan } from '../../../query/plan';
import { plan } from '../../../query/plan';
import type { Gap } from '../../../query/workspaceFacts';
import type { Row } from '../../../taskrouter/client';
import { ApiError } from '../../../taskrouter/errors';
import * as resources from '../../../taskrouter/resources';
import { WorkspaceEvents } from '../../data/workspaceEvents';
import { readMovedTasks } from './movedTasks';
import { ListReading } from '../../../query/listReading';
import { ListRun } from './listRun';
import type { ShownPlan, WorkspaceRun, WorkspaceRunOptions } from './workspaceRun';

/** The tasks of one workspace that match a query, while they are read. What the query needs besides tasks is read anew for each. */
export class TaskRun extends ListRun<ListedTask> implements WorkspaceRun<ListedTask> {
  private readonly matcher: Matcher;
  private lookups: Lookups = noLookups;
  private counts: Readonly<Record<string, number>> | undefined;
  /** Tasks that moved between the lists meanwhile may be missing. */
  private mayLackMoved = false;
  /** Besides those for lists and for what the query needs. */
  private moreRequests = 0;
  private readonly events: WorkspaceEvents;
  private planned: Plan;

  constructor(options: WorkspaceRunOptions<ListedTask>) {
    super(options);
    const { query, workspace } = options;
    this.events = new WorkspaceEvents(workspace.sid);
    this.matcher = matcher(query);
    this.planned = plan(query);
  }

  get plan(): ShownPlan {
    const { statuses, pushed, local } = this.planned;
    return { canMatch: statuses.length > 0, pushed, local };
  }

  get progress() {
    const { reading, counts, planned: plan } = this;
    // The counts are of all tasks with these statuses.
    const isCounted = counts !== undefined && Object.keys(plan.filters).length === 0;
    return {
      read: reading?.read ?? 0,
      of: isCounted ? plan.statuses.reduce((sum, status) => sum + (counts[status] ?? 0), 0) : undefined,
      requests: this.facts.requests + (reading?.requests ?? 0) + this.moreRequests,
    };
  }

  /** A page for each status, the counts, and the Events of what moves meanwhile. */
  get minRequests(): number {
    const { statuses } = this.planned;
    return statuses.length === 0 ? 0 : statuses.length + 2;
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

  /** Whether a task matches now: for as long as what the query needs besides tasks is known. */
  matches(task: ListedTask): boolean {
    return this.matcher(task, this.options.now(), this.lookups);
  }

  /** The names of the workers by whom a task was found. */
  workersOf(taskSid: string): readonly string[] {
    return this.lookups.workersOf(taskSid);
  }

  listed(rows: readonly Row[]): readonly ListedTask[] {
    return rows.map((row) => listedTask(resources.tasks.read(row), this.workspace));
  }

  protected async catchUp(reading: ListReading): Promise<void> {
    if (this.planned.statuses.length === 0) return;
    const { workspace, now, withReads, onRows } = this.options;
    const isRead = (sid: string) => reading.isRead(sid);
    const place = { workspaceSid: workspace.sid, now: now(), isRead, statuses: this.planned.statuses };
    try {
      const { rows, requests, areAll } = await withReads((reads, signal) =>
        readMovedTasks(reads, signal, this.events, place),
      );
      this.moreRequests += requests;
      this.mayLackMoved = !areAll;
      onRows(this.listed(rows));
    } catch (error) {
      if (!(error instanceof ApiError && [401, 403].includes(error.status))) throw error;
      // The credentials do not allow Events.
      this.mayLackMoved = true;
    }
  }

  protected async prepare(): Promise<ListReading> {
    const { facts } = this;
    const { query, workspace, now, withReads, maxRows, onRows } = this.options;
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
    this.planned = plan(query, {
      queues: facts.allNamesOf(resources.taskQueues),
      workflows: facts.allNamesOf(resources.workflows),
    });
    if (this.planned.statuses.length > 0) void this.count();
    this.beganAt = now();
    this.events.begin(this.beganAt);
    const { statuses, filters } = this.planned;
    return new ListReading({
      ...{ withReads, maxRows, collection: resources.tasks, workspaceSid: workspace.sid },
      filters: statuses.map((status) => ({ assignmentStatus: [status], ...filters })),
      fromBothEnds: true,
      onPage: (rows) => onRows(this.listed(rows)),
    });
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
