import type { Named } from '../../../query/plan';
import type { ListedWorker, WorkerPlan } from '../../../query/workers';
import { listedWorker, planWorkers, workerMatcher } from '../../../query/workers';
import type { Row } from '../../../taskrouter/client';
import * as resources from '../../../taskrouter/resources';
import type { Gap } from './gaps';
import { ListReading } from './listReading';
import { WorkspaceFacts } from './workspaceFacts';
import type { ShownPlan, WorkspaceRun, WorkspaceRunOptions } from './workspaceRun';

/** The workers of one workspace that match a query, while they are read. */
export class WorkerRun implements WorkspaceRun<ListedWorker> {
  readonly facts: WorkspaceFacts;
  private readonly matcher: ReturnType<typeof workerMatcher>;
  private planned: WorkerPlan;
  private reading: ListReading | undefined;
  private total: number | undefined;
  isDone = false;
  isReading = false;
  /** When what was read so far was as it is shown: milliseconds since 1970 by TaskRouter's clock. */
  private beganAt: number | undefined;
  failure: unknown;
  /** A page, and the count. */
  readonly minRequests = 2;

  constructor(private readonly options: WorkspaceRunOptions<ListedWorker>) {
    const { query, workspace, withReads } = options;
    this.facts = new WorkspaceFacts(withReads, workspace.sid);
    this.matcher = workerMatcher(query);
    this.planned = planWorkers(query);
  }

  get workspace(): Named {
    return this.options.workspace;
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

  get readAt(): number | undefined {
    return this.reading?.read ? this.beganAt : undefined;
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

  async read(signal: AbortSignal): Promise<void> {
    this.failure = undefined;
    this.isReading = true;
    try {
      signal.throwIfAborted();
      const reading = (this.reading ??= await this.prepare());
      await reading.run();
      this.failure = reading.failure;
      this.isDone = reading.isDone;
    } catch (error) {
      if (!signal.aborted) this.failure = error;
    } finally {
      this.isReading = false;
      this.options.onChange();
    }
  }

  private async prepare(): Promise<ListReading> {
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
