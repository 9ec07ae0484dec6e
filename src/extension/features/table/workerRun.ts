import type { ListedWorker, WorkerPlan } from '../../../query/workers';
import { listedWorker, planWorkers, workerMatcher } from '../../../query/workers';
import type { Gap } from '../../../query/workspaceFacts';
import type { Row } from '../../../taskrouter/client';
import * as resources from '../../../taskrouter/resources';
import { ListReading } from '../../../query/listReading';
import { ListRun } from './listRun';
import type { ShownPlan, WorkspaceRun, WorkspaceRunOptions } from './workspaceRun';

/** The workers of one workspace that match a query, while they are read. */
export class WorkerRun extends ListRun<ListedWorker> implements WorkspaceRun<ListedWorker> {
  private readonly matcher: ReturnType<typeof workerMatcher>;
  private planned: WorkerPlan;
  private total: number | undefined;
  /** A page, and the count. */
  readonly minRequests = 2;

  constructor(options: WorkspaceRunOptions<ListedWorker>) {
    super(options);
    const { query } = options;
    this.matcher = workerMatcher(query);
    this.planned = planWorkers(query);
  }

  get plan(): ShownPlan {
    const { pushed, local } = this.planned;
    return { canMatch: true, pushed, local };
  }

  get progress() {
    const { reading, planned, total, facts } = this;
    // The count is of all workers.
    const isCounted = Object.keys(planned.filters).length === 0;
    return {
      read: reading?.read ?? 0,
      of: isCounted ? total : undefined,
      requests: facts.requests + (reading?.requests ?? 0),
    };
  }

  get gaps(): readonly Gap[] {
    const unreadable = this.reading?.unreadable ?? 0;
    return unreadable > 0 ? [{ of: 'unreadable', count: unreadable }] : [];
  }

  matches(worker: ListedWorker): boolean {
    return this.matcher(worker, this.options.now());
  }

  /** Workers are not found by workers. */
  workersOf(): readonly string[] {
    return [];
  }

  listed(rows: readonly Row[]): readonly ListedWorker[] {
    return rows.map((row) => listedWorker(resources.workers.read(row), this.workspace));
  }

  /** There are no Events by which workers who moved could be found. */
  protected catchUp(): Promise<void> {
    return Promise.resolve();
  }

  protected async prepare(): Promise<ListReading> {
    const { facts } = this;
    const { query, workspace, now, withReads, maxRows, onRows } = this.options;
    const [only, ...others] = query.alternatives;
    // One request for the names may spare many for workers.
    if (
      others.length === 0 &&
      only?.some(({ field, comparator }) => field === 'activity' && comparator === ':')
    )
      await facts.read(resources.activities);
    this.planned = planWorkers(query, facts.allNamesOf(resources.activities));
    void this.count();
    this.beganAt = now();
    return new ListReading({
      ...{ withReads, maxRows, collection: resources.workers, workspaceSid: workspace.sid },
      filters: [this.planned.filters],
      onPage: (rows) => onRows(this.listed(rows)),
    });
  }

  /** Only tells how much there is to read. */
  private async count(): Promise<void> {
    try {
      this.total = await this.facts.workerCount();
      this.options.onChange();
    } catch {
      // The credentials may not allow statistics: then the page does not say how many workers there are.
    }
  }
}
