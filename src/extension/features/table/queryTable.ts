import { parse } from '../../../query/parse';
import type { ListedRow } from '../../../query/rows';
import type { Row } from '../../../taskrouter/client';
import type { Memory } from '../../accounts/memory';
import type { Clock } from '../../data/clock';
import { RefreshLimit } from '../../data/refreshLimit';
import type { Disposable } from '../../emitter';
import { Emitter } from '../../emitter';
import type { ExportFormat } from './exportedRows';
import { copyRows, exportRows } from './exportRows';
import { clampRows, GridRows, maxShown } from './gridRows';
import type { GridLine, GridLines } from './groups';
import { Layout } from './layout';
import type { ReadsFor } from '../../data/withReads';
import { QueryRun } from './queryRun';
import type { RowDetail } from './rowDetails';
import { Selection } from './selection';
import { progressView } from './tableState';
import type { Details, TableKind } from './tableKind';
import type { Order } from './tableRows';

export interface QueryTableOptions<R extends ListedRow> extends Pick<ReadsFor, 'connect'> {
  readonly kind: TableKind<R>;
  readonly accountId: string;
  /** Absent for all workspaces of the account. */
  readonly workspaceSid?: string | undefined;
  /** The name of that workspace, once it is known. */
  readonly workspaceName: () => string | undefined;
  readonly memory: Memory;
  readonly clock: Clock;
  /** Milliseconds by which the account's TaskRouter is ahead of this machine's clock. */
  readonly skew: () => number;
  readonly onChange: () => void;
  /** Everything is read again. */
  readonly onRefresh: () => void;
}

/** Rows that the page gets around those that it shows, so that it can scroll on while more come. */
const margin = 120;

/** The rows of one query as a table: with their columns and selection, whatever shows them. */
export class QueryTable<R extends ListedRow> implements Disposable {
  readonly layout: Layout<R>;
  readonly selection = new Selection();
  readonly grid = new GridRows<R>();
  private readonly details: Details<R> | undefined;
  /** The query that runs. */
  query = '';
  run: QueryRun<R>;
  /** The version of the selection to which all rows will be added once they are read. */
  private widened: number | undefined;
  /** The rows of the grid in view; `to` is excluded. */
  private shown = { from: 0, to: 40 };
  /** The row that stays where it is on the page: its SID, or the key of its group, and where it was posted. */
  private held: { readonly key: string; readonly index: number } | undefined;
  private readonly refreshes: RefreshLimit;
  private refreshTimer: { cancel(): void } | undefined;
  private readonly progressed = new Emitter<void>();

  constructor(private readonly options: QueryTableOptions<R>) {
    const { kind, connect, clock, skew, memory, accountId, workspaceSid, onChange } = options;
    this.layout = new Layout(kind, memory, accountId, workspaceSid);
    this.refreshes = new RefreshLimit(clock);
    this.details = kind.newDetails?.({ connect, clock, skew, onChange });
    this.run = this.newRun(false);
  }

  dispose(): void {
    this.run.cancel();
    this.refreshTimer?.cancel();
    this.details?.dispose();
  }

  readonly now = () => this.options.clock.now() + this.options.skew();

  /** Shows the rows that match another query. The same once more is a Refresh. */
  apply(query: string): void {
    if (query === this.query && this.run.progress.requests > 0) return this.refresh();
    this.query = query;
    this.selection.clear();
    this.restart(false);
  }

  /** Reads everything again: soon, after many of these. */
  refresh(): void {
    const { wait } = this.refreshes;
    if (wait > 0) {
      this.refreshTimer ??= this.options.clock.setTimeout(() => this.refresh(), wait);
      return;
    }
    this.refreshTimer?.cancel();
    this.refreshTimer = undefined;
    this.details?.forget();
    this.options.onRefresh();
    this.restart(!this.refreshes.start());
  }

  /** Reads what was not read yet. */
  continue(): void {
    void this.whenRead(this.run, this.run.read());
  }

  /** Ends all reads. */
  cancel(): void {
    this.run.cancel();
    this.details?.stop();
  }

  sortBy(column: string): void {
    this.held = undefined;
    this.layout.sortBy(column);
    this.run.rows.sort(this.order);
  }

  /** Shows rows as this window now knows them. */
  update(rows: readonly Row[]): void {
    this.selection.remove(this.run.update(this.run.listed(rows)));
  }

  get lines(): GridLines<R> {
    return this.grid.of(this.run.rows, this.layout.grouping, this.detailOf, this.details?.version ?? 0);
  }

  /** These rows of the grid are in view; `to` is excluded. */
  scrollTo(rows: { readonly from: number; readonly to: number }): void {
    this.shown = clampRows(rows, this.lines.length);
  }

  /** This row stays where it is on the page, where it has this index. */
  hold(held: { readonly key: string; readonly index: number } | undefined): void {
    this.held = held;
  }

  /** The rows in view, and some around them: where the held row has moved, they are those around it. */
  follow(): { readonly from: number; readonly lines: readonly GridLine<R>[]; readonly lineCount: number } {
    const { held, lines } = this;
    const index = held ? lines.indexOf(held.key) : -1;
    if (held && index >= 0) {
      const moved = index - held.index;
      this.held = { key: held.key, index };
      const { from, to } = this.shown;
      this.scrollTo({ from: Math.max(0, from + moved), to: to + moved });
    }
    const from = Math.max(0, this.shown.from - margin);
    return { from, lines: lines.slice(from, this.shown.to + margin), lineCount: lines.length };
  }

  /** The rows that match in view, and some after them. */
  get nextRows(): readonly R[] {
    return this.rowsIn(this.shown.from, this.shown.to + margin);
  }

  /** Reads what the rows in view lack. */
  readDetails(isVisible: boolean): void {
    const { layout, run, shown, details } = this;
    const needed = layout.shown.some(({ key }) => key === 'worker' || key === 'since');
    // What is not known of a row may decide its group.
    const rows = () =>
      layout.grouping?.needsDetails ? run.rows.slice(0, maxShown) : this.rowsIn(shown.from, shown.to);
    details?.show(needed && isVisible ? rows() : []);
  }

  readonly detailOf = (row: R): RowDetail => {
    const worker = this.run.workersOf(row).join(', ');
    return { ...(this.details?.of(row) ?? { events: 'read' }), ...(worker ? { worker } : {}) };
  };

  /** Selects a row, or no longer; with `fromSid`, all from that one on. */
  select(sid: string, fromSid?: string): void {
    const { run, selection, lines } = this;
    const row = run.rows.get(sid);
    if (fromSid !== undefined) selection.extend(fromSid, lines.between(fromSid, sid));
    else if (row) selection.toggle(row);
    else selection.remove([sid]);
  }

  /** Whether rows that are being read will be selected, too. */
  get isSelectingAll(): boolean {
    return this.widened === this.selection.version;
  }

  /** With `readsRest` also what is not read yet, unless the user changes the selection before it is. */
  selectAll(readsRest: boolean): void {
    const { run, selection } = this;
    selection.add(run.rows.all);
    if (!readsRest) return;
    const { version } = selection;
    this.widened = version;
    const all = run.readAll().then((isWhole) => {
      if (run === this.run && isWhole && this.isSelectingAll) selection.add(run.rows.all);
      if (this.widened === version) this.widened = undefined;
      this.options.onChange();
    });
    void this.whenRead(run, all);
  }

  /** The selected rows in the order of the table; last those that are still being read again. */
  get selected(): readonly Pick<R, 'sid' | 'workspaceSid'>[] {
    const shown = this.selectedRows;
    const sids = new Set(shown.map(({ sid }) => sid));
    return [...shown, ...this.selection.all.filter(({ sid }) => !sids.has(sid))];
  }

  copy(format: ExportFormat): Promise<void> {
    const rows = this.selection.size ? this.selectedRows : this.lines.all;
    return copyRows(this.exported(rows)(format));
  }

  export(): Promise<void> {
    const { run } = this;
    return exportRows({
      texts: this.options.kind.texts,
      readAll: (signal) => run.readAll(signal),
      progress: () => progressView(run.progress, run.rows.length, this.options.kind.texts).text,
      onProgress: this.progressed.event,
      exported: (format) => this.exported(run.rows.all)(format),
    });
  }

  private get selectedRows(): readonly R[] {
    return this.lines.all.filter(({ sid }) => this.selection.has(sid));
  }

  private exported = (rows: readonly R[]) => (format: ExportFormat) => ({
    ...{ kind: this.options.kind, format, rows, columns: this.layout.shown },
    factsOf: (row: R) => ({ row, detail: this.detailOf(row), now: this.now() }),
  });

  private rowsIn(from: number, to: number): readonly R[] {
    return this.lines.slice(from, to).flatMap((line) => ('row' in line ? [line.row] : []));
  }

  private get order(): Order<R> {
    const { sortColumn, sort } = this.layout;
    return { keyOf: sortColumn?.sortKey ?? (({ sid }) => sid), isDescending: sort.isDescending };
  }

  private newRun(isLimited: boolean): QueryRun<R> {
    const parsed = parse(this.query, this.options.kind.fields);
    const { kind, connect, workspaceSid, workspaceName, onChange } = this.options;
    const run: QueryRun<R> = new QueryRun({
      query: 'query' in parsed ? parsed.query : { alternatives: [] },
      ...{ kind, connect, workspaceSid, workspaceName: workspaceName() },
      wait: isLimited ? { purpose: 'urgent' } : undefined,
      order: this.order,
      now: this.now,
      onChange: () => {
        this.progressed.fire();
        if (this.run === run) onChange();
      },
    });
    return run;
  }

  private restart(isLimited: boolean): void {
    this.cancel();
    this.held = undefined;
    this.shown = { from: 0, to: this.shown.to - this.shown.from };
    this.run = this.newRun(isLimited);
    this.continue();
  }

  /** Rows that no longer match are no longer selected. */
  private async whenRead(run: QueryRun<R>, reading: Promise<unknown>): Promise<void> {
    await reading;
    if (run !== this.run || !run.progress.isDone || this.selection.size === 0) return;
    this.selection.retain(run.rows.all);
    this.options.onChange();
  }
}
