import type { ListedRow } from '../../../query/rows';
import type { Named } from '../../../query/plan';
import type { ListReading } from '../../../query/listReading';
import { WorkspaceFacts } from '../../../query/workspaceFacts';
import type { WorkspaceRunOptions } from './workspaceRun';

/** Reads the lists of one workspace for a query, and knows how far they are. */
export abstract class ListRun<R extends ListedRow> {
  readonly facts: WorkspaceFacts;
  isDone = false;
  isReading = false;
  /** Why rows are missing. */
  failure: unknown;
  protected reading: ListReading | undefined;
  /** When what was read so far was as it is shown: milliseconds since 1970 by TaskRouter's clock. */
  protected beganAt: number | undefined;

  constructor(protected readonly options: WorkspaceRunOptions<R>) {
    this.facts = new WorkspaceFacts(options.withReads, options.workspace.sid);
  }

  get workspace(): Named {
    return this.options.workspace;
  }

  /** Up to when what was read is known; undefined before the first row was read. */
  get readAt(): number | undefined {
    return this.reading?.read ? this.beganAt : undefined;
  }

  /** Reads from the beginning, or what was not read yet. Never rejects: see `failure`. */
  async read(signal: AbortSignal): Promise<void> {
    this.failure = undefined;
    this.isReading = true;
    try {
      signal.throwIfAborted();
      const reading = (this.reading ??= await this.prepare());
      await reading.run();
      this.failure = reading.failure;
      if (!reading.isDone) return;
      await this.catchUp(reading);
      this.isDone = true;
    } catch (error) {
      if (!signal.aborted) this.failure = error;
    } finally {
      this.isReading = false;
      this.options.onChange();
    }
  }

  /** Reads what the query needs besides rows, and says which lists to read. */
  protected abstract prepare(): Promise<ListReading>;

  /** Reads what moved between the lists meanwhile. */
  protected abstract catchUp(reading: ListReading): Promise<void>;
}
