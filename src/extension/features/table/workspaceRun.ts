import type { Named } from '../../../query/plan';
import type { Query } from '../../../query/syntax';
import type { ListedRow } from '../../../query/rows';
import type { Gap, WithReads, WorkspaceFacts } from '../../../query/workspaceFacts';
import type { Row } from '../../../taskrouter/client';
import type { Progress } from './tableState';

export interface WorkspaceRunOptions<R extends ListedRow> {
  readonly workspace: Named;
  readonly query: Query;
  /** Rows that are read before the user is asked whether to continue. */
  readonly maxRows: number;
  readonly withReads: WithReads;
  /** Milliseconds since 1970 by TaskRouter's clock. */
  readonly now: () => number;
  readonly onRows: (rows: readonly R[]) => void;
  readonly onChange: () => void;
}

/** What is read for a query. */
export interface ShownPlan {
  /** False when no row can match: nothing is read then. */
  readonly canMatch: boolean;
  /** The names of the fields by which TaskRouter filters. */
  readonly pushed: readonly string[];
  /** The names of the fields by which rows are filtered when they have been read. */
  readonly local: readonly string[];
}

/** The rows of one workspace that match a query, while they are read. */
export interface WorkspaceRun<R extends ListedRow> {
  readonly workspace: Named;
  readonly facts: WorkspaceFacts;
  readonly plan: ShownPlan;
  readonly isDone: boolean;
  readonly isReading: boolean;
  readonly progress: Omit<Progress, 'isReading' | 'isDone'>;
  readonly minRequests: number;
  /** Why rows may be missing although nothing failed. */
  readonly gaps: readonly Gap[];
  /** Why rows are missing. */
  readonly failure: unknown;
  /** Up to when what was read is known; undefined before the first row was read. */
  readonly readAt: number | undefined;
  /** Whether a row matches now: for as long as what the query needs besides rows is known. */
  matches(row: R): boolean;
  /** The names of the workers by whom a row was found. */
  workersOf(sid: string): readonly string[];
  listed(rows: readonly Row[]): readonly R[];
  /** Reads from the beginning, or what was not read yet. Never rejects: see `failure`. */
  read(signal: AbortSignal): Promise<void>;
}
