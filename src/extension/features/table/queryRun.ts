import { inWorkspace } from '../../../query/matches';
import type { Named } from '../../../query/plan';
import type { ListedRow } from '../../../query/rows';
import type { Query } from '../../../query/syntax';
import { textOf } from '../../../query/values';
import { concurrently } from '../../../concurrently';
import type { Gap, WithReads } from '../../../query/workspaceFacts';
import type { Row } from '../../../taskrouter/client';
import * as resources from '../../../taskrouter/resources';
import { isSid } from '../../../taskrouter/sid';
import { sharedController } from '../../data/either';
import type { ReadsFor } from '../../data/withReads';
import { withReads } from '../../data/withReads';
import type { Progress } from './tableState';
import type { TableKind } from './tableKind';
import type { Order } from './tableRows';
import { TableRows } from './tableRows';
import type { ShownPlan, WorkspaceRun } from './workspaceRun';

export interface QueryRunOptions<R extends ListedRow> extends Pick<ReadsFor, 'connect' | 'wait'> {
  readonly kind: Pick<TableKind<R>, 'newRun'>;
  readonly query: Query;
  /** Absent for all workspaces of the account. */
  readonly workspaceSid?: string | undefined;
  /** The name of that workspace, where it is known. */
  readonly workspaceName?: string | undefined;
  readonly order: Order<R>;
  /** Milliseconds since 1970 by TaskRouter's clock. */
  readonly now: () => number;
  readonly onChange: () => void;
}

/** How far the workspaces whose rows can match are. */
export interface Extent {
  /** How many there are, also where no row can match; undefined until that is known. */
  readonly workspaces: number | undefined;
  /** How many requests it takes at least to read all; undefined once all is read. */
  readonly minRequests: number | undefined;
  readonly parts: readonly {
    readonly name: string;
    /** Rows that match. */
    readonly found: number;
    readonly hasFailed: boolean;
    readonly progress: Progress;
  }[];
}

/** Why the rows of a workspace are missing; without a workspace, those of all. */
export interface Failure {
  readonly workspace?: Named;
  readonly error: unknown;
}

/** After so many the user is asked whether to continue: 20 requests, and some seconds. */
const maxRows = 20_000;
/** After so many the user is asked as well: each costs some requests, also without rows. */
const maxWorkspaces = 20;
/** Of the list of workspaces: 20,000 rows. */
const maxPages = 20;
/** Workspaces that are read at the same time: each has a list for every status. */
const maxAtOnce = 3;

/** The rows that match one query, while they are read: of one workspace, or of all that an account has. */
export class QueryRun<R extends ListedRow> {
  readonly rows: TableRows<R>;
  /** The workspaces whose rows can match; empty until they are known. */
  parts: readonly WorkspaceRun<R>[] = [];
  /** All workspaces, including those where no row can match; undefined until they are known. */
  workspaces: readonly Named[] | undefined;
  /** Ends all reads. */
  private stop = sharedController();
  /** Resolves when the running reads have ended, canceled or not. */
  private running: Promise<void> | undefined;
  private requests = 0;
  private isCutShort = false;
  private failure: unknown;
  private readonly withReads: WithReads = (use) =>
    withReads({ ...this.options, stop: this.stop.signal }, use);

  constructor(private readonly options: QueryRunOptions<R>) {
    this.rows = new TableRows(options.order);
  }

  get isReading(): boolean {
    return this.running !== undefined && !this.stop.signal.aborted;
  }

  private get isDone(): boolean {
    return this.workspaces !== undefined && this.parts.every(({ isDone }) => isDone);
  }

  /**
   * What is read for the query; undefined until it is known, and when no workspace is read. In one workspace TaskRouter
   * may filter by what in another one it cannot.
   */
  get plan(): ShownPlan | undefined {
    if (this.parts.length === 0) return undefined;
    const plans = this.parts.map((part) => part.plan);
    const local = new Set(plans.flatMap((one) => one.local));
    const pushed = new Set(plans.flatMap((one) => one.pushed));
    return {
      canMatch: plans.some(({ canMatch }) => canMatch),
      pushed: [...pushed].filter((field) => !local.has(field)),
      local: [...local],
    };
  }

  /** How far each workspace is. */
  get extent(): Extent {
    const { rows, parts, workspaces, isDone, isReading } = this;
    const found = rows.countByWorkspace;
    return {
      workspaces: workspaces?.length,
      minRequests: isDone ? undefined : 1 + sum(parts.map((part) => part.minRequests)),
      parts: parts.map((part) => ({
        name: part.workspace.name,
        found: found.get(part.workspace.sid) ?? 0,
        hasFailed: part.failure !== undefined,
        progress: { ...part.progress, isDone: part.isDone, isReading: isReading && part.isReading },
      })),
    };
  }

  get progress(): Progress {
    const { isReading, isDone, workspaces } = this;
    const parts = this.parts.map(({ progress }) => progress);
    const counts = parts.flatMap(({ of }) => of ?? []);
    const isCounted = workspaces !== undefined && counts.length === parts.length;
    return {
      isReading,
      isDone: isDone && !isReading,
      read: sum(parts.map(({ read }) => read)),
      of: isCounted ? sum(counts) : undefined,
      requests: this.requests + sum(parts.map(({ requests }) => requests)),
    };
  }

  /** Why rows may be missing although nothing failed. */
  get gaps(): readonly Gap[] {
    return [
      ...(this.isCutShort ? [{ of: 'workspaces', count: this.workspaces!.length } as const] : []),
      ...this.parts.flatMap(({ gaps }) => gaps),
    ];
  }

  /** Why rows are missing. */
  get failures(): readonly Failure[] {
    return [
      ...(this.failure === undefined ? [] : [{ error: this.failure }]),
      ...this.parts.flatMap(({ workspace, failure: error }) =>
        error === undefined ? [] : [{ workspace, error }],
      ),
    ];
  }

  /** Up to when what was read is known; undefined before the first row was read. */
  get readAt(): number | undefined {
    const all = this.parts.flatMap(({ readAt }) => readAt ?? []);
    return all.length ? Math.min(...all) : undefined;
  }

  /** The rows of a list that was read, in every workspace; there may be more. */
  namesOf(collection: resources.Collection): readonly Named[] | undefined {
    if (collection === resources.workspaces) return this.workspaces;
    const all = this.parts.flatMap(({ facts }) => facts.namesOf(collection) ?? []);
    return all.length ? all : undefined;
  }

  /** Whether a row matches now: for as long as what the query needs besides rows is known. */
  readonly matches = (row: R): boolean => this.partOf(row.workspaceSid)?.matches(row) ?? false;

  /** Rows of the workspaces that the query is about. */
  listed(rows: readonly Row[]): readonly R[] {
    return rows.flatMap((row) => this.partOf(textOf(row['workspace_sid']))?.listed([row]) ?? []);
  }

  /** Shows rows as they are now known. @returns the SIDs of those that do not match */
  update(rows: readonly R[]): readonly string[] {
    this.take(rows);
    return rows.flatMap(({ sid }) => (this.rows.has(sid) ? [] : [sid]));
  }

  /** The names of the workers by whom a row was found. */
  workersOf({ sid, workspaceSid }: R): readonly string[] {
    return this.partOf(workspaceSid)?.workersOf(sid) ?? [];
  }

  cancel(): void {
    this.stop.abort();
  }

  /** Reads from the beginning, or what was not read yet. Never rejects: see `failures`. */
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
    while (!this.isDone && this.failures.length === 0 && !this.stop.signal.aborted);
    signal?.removeEventListener('abort', cancel);
    return this.isDone;
  }

  private partOf(workspaceSid: string): WorkspaceRun<R> | undefined {
    return this.parts.find(({ workspace }) => workspace.sid === workspaceSid);
  }

  private async readOn(signal: AbortSignal): Promise<void> {
    try {
      signal.throwIfAborted();
      if (this.workspaces === undefined) this.divide(await this.readWorkspaces());
    } catch (error) {
      if (!signal.aborted) this.failure = error;
      return;
    }
    const open = this.parts.filter(({ isDone }) => !isDone).slice(0, maxWorkspaces);
    await concurrently(open, (part) => part.read(signal), maxAtOnce);
  }

  /** The workspaces to look in. */
  private async readWorkspaces(): Promise<readonly Named[]> {
    const { workspaceSid, workspaceName, query } = this.options;
    const isNamed = query.alternatives.flat().some(({ field }) => field === 'workspace');
    if (workspaceSid !== undefined && (workspaceName !== undefined || !isNamed))
      return [{ sid: workspaceSid, name: workspaceName ?? workspaceSid }];
    const rows: Row[] = [];
    await this.withReads(async (reads, signal) => {
      for await (const page of reads.pages(resources.workspaces, [], {}, { maxPages }, signal)) {
        this.requests++;
        for (const row of page.rows) rows.push(row);
        this.isCutShort ||= workspaceSid === undefined && Boolean(page.cutShort || page.unreadable);
      }
    });
    return rows
      .filter(({ sid }) => (workspaceSid === undefined ? isSid('Workspace', sid) : sid === workspaceSid))
      .map((row) => ({ sid: row.sid, name: resources.workspaces.read(row).friendly_name || row.sid }));
  }

  private divide(workspaces: readonly Named[]): void {
    const { kind, query, now, onChange } = this.options;
    const wanted = workspaces.flatMap((workspace) => {
      const left = inWorkspace(query, workspace.name);
      return left ? [{ workspace, query: left }] : [];
    });
    this.workspaces = workspaces;
    this.parts = wanted.map((one) =>
      kind.newRun({
        ...{ ...one, now, onChange, withReads: this.withReads },
        maxRows: Math.ceil(maxRows / Math.min(wanted.length, maxWorkspaces)),
        onRows: (rows) => this.take(rows),
      }),
    );
  }

  private take(rows: readonly R[]): void {
    this.rows.add(rows, this.matches);
    this.options.onChange();
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
