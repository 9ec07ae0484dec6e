import type { TaskStatus } from '../../../query/fields';
import type { Plan } from '../../../query/plan';
import * as resources from '../../../taskrouter/resources';
import type { Reads, Row } from '../../../taskrouter/client';
import type { WithReads } from './pageReads';

export interface TaskReadingOptions {
  readonly withReads: WithReads;
  readonly workspaceSid: string;
  readonly plan: Plan;
  /** Tasks that one run reads before it ends. */
  readonly maxTasks: number;
  /** The tasks of a page that was read. */
  readonly onPage: (rows: readonly Row[]) => void;
}

/** The list of the tasks that have one status, which is read page by page. */
interface Chain {
  readonly status: TaskStatus;
  nextPageToken: string | undefined;
  isBegun: boolean;
  isDone: boolean;
}

/** Small, so that the first rows come soon. */
const firstPage = 100;
const pageSize = 1000;

/** Reads the tasks that a plan asks for, all statuses at the same time. What was read stays when it is canceled or fails. */
export class TaskReading {
  private readonly chains: readonly Chain[];
  private readonly seen = new Set<string>();
  requests = 0;
  /** Rows without a SID. */
  unreadable = 0;
  /** Why a list could not be read to its end. */
  failure: unknown;

  constructor(private readonly options: TaskReadingOptions) {
    this.chains = options.plan.statuses.map((status) => ({
      status,
      nextPageToken: undefined,
      isBegun: false,
      isDone: false,
    }));
  }

  /** The number of different tasks that were read, whether they match or not. */
  get read(): number {
    return this.seen.size;
  }

  isRead(taskSid: string): boolean {
    return this.seen.has(taskSid);
  }

  get isDone(): boolean {
    return this.chains.every(({ isDone }) => isDone);
  }

  /** Reads on, to the end or the limit; see `failure`. @throws what connecting throws */
  async run(): Promise<void> {
    this.failure = undefined;
    const limit = this.read + this.options.maxTasks;
    const open = this.chains.filter(({ isDone }) => !isDone);
    await Promise.all(
      open.map((chain) =>
        this.options.withReads((reads, signal) => this.readChain(chain, reads, signal, limit)),
      ),
    );
  }

  private async readChain(chain: Chain, reads: Reads, signal: AbortSignal, limit: number): Promise<void> {
    const { workspaceSid, plan, onPage } = this.options;
    const filters = { assignmentStatus: [chain.status], ...plan.filters };
    try {
      while (!chain.isDone && this.read < limit && !signal.aborted) {
        const size = chain.isBegun ? pageSize : firstPage;
        const options = {
          pageSize: size,
          // The first page only, which has another size.
          ...(chain.isBegun ? {} : { wanted: firstPage }),
          ...(chain.nextPageToken === undefined ? {} : { pageToken: chain.nextPageToken }),
        };
        for await (const page of reads.pages(resources.tasks, [workspaceSid], filters, options, signal)) {
          this.requests++;
          chain.isBegun = true;
          chain.nextPageToken = page.nextPageToken;
          chain.isDone = page.nextPageToken === undefined;
          this.unreadable += page.unreadable;
          if (page.cutShort) this.failure ??= page.cutShort;
          for (const { sid } of page.rows) this.seen.add(sid);
          onPage(page.rows);
          if (this.read >= limit || signal.aborted) break;
        }
      }
    } catch (error) {
      if (!signal.aborted) this.failure ??= error;
    }
  }
}
