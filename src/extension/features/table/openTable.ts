import * as vscode from 'vscode';
import type { ListedTask } from '../../../query/matches';
import { listedTask } from '../../../query/matches';
import { parse } from '../../../query/parse';
import * as resources from '../../../taskrouter/resources';
import type { TableMessage, TableState, TaskAction } from '../../../webview/table/protocol';
import type { Account } from '../../accounts/account';
import type { StoreChange } from '../../data/storeChange';
import { changedTasks } from '../../data/storeChange';
import type { ResourceTarget } from '../../data/target';
import { nameOf } from '../../display/names';
import { PageConnection } from '../../display/pageConnection';
import { tabTitle } from '../../display/tabs';
import { RefreshLimit } from '../../data/refreshLimit';
import { Disposables, Emitter } from '../../emitter';
import { Layout } from './layout';
import { parseTableMessage } from './pageMessage';
import { QueryRun } from './queryRun';
import { CompletedNames } from './completedNames';
import type { ExportFormat } from './exportedTasks';
import { copyTasks, exportTasks } from './exportTasks';
import { FilterLine } from './filterLine';
import { failureText, gapText } from './gaps';
import { clampRows, GridRows, maxShown } from './gridRows';
import type { GridLines } from './groups';
import type { RowDetail } from './rowDetails';
import { RowDetails } from './rowDetails';
import { builtIn } from './savedQueries';
import { Selection } from './selection';
import type { OpenTableOptions, TableStart } from './tableOptions';
import { progressView, tableState } from './tableState';
import type { Order } from './taskRows';

/** Rows that the page gets around those that it shows, so that it can scroll on while more come. */
const margin = 120;
const taskActions: readonly TaskAction[] = ['cancel', 'complete', 'priority'];
/** Milliseconds between states while pages come. */
const postEvery = 100;
/** Milliseconds: ages grow although nothing is read. */
const redrawEvery = 60_000;

/** The page with the tasks of one workspace. */
export class OpenTable {
  private readonly disposables = new Disposables();
  private readonly page: PageConnection<TableState, TableMessage>;
  private readonly layout: Layout;
  private readonly details: RowDetails;
  private readonly selection = new Selection();
  private readonly grid = new GridRows();
  private readonly refreshes: RefreshLimit;
  private refreshTimer: { cancel(): void } | undefined;
  private account: Account;
  /** The text of the query that runs; that of the query line may be another one. */
  private query = '';
  private run: QueryRun;
  private queries = builtIn();
  private readonly filter: FilterLine;
  /** The rows that the page shows; `to` is excluded. */
  private shown = { from: 0, to: 40 };
  private readonly progressed = new Emitter<void>();
  private postTimer: { cancel(): void } | undefined;
  private redrawTimer: { cancel(): void } | undefined;
  private isDisposed = false;
  /** The page belongs to its workspace. */
  readonly ownsPanel = true;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly options: OpenTableOptions,
    private readonly start: TableStart,
  ) {
    const { account, workspaceSid, query } = start;
    const { accounts, clock, memory } = options;
    this.account = account;
    this.layout = new Layout(memory, `${account.id}/${workspaceSid}`);
    this.refreshes = new RefreshLimit(clock);
    this.details = new RowDetails({
      ...{ connect: this.connect, workspaceSid, clock },
      skew: () => options.skew(account.id),
      onChange: () => this.changed(),
    });
    this.filter = new FilterLine(query, {
      names: new CompletedNames(this.connect, workspaceSid),
      namesOf: (collection) => this.run.facts.namesOf(collection),
      tasks: () => this.tasksIn(this.shown.from, this.shown.to + margin),
      onChange: () => this.page.post(),
    });
    this.run = this.newRun(false);
    this.page = new PageConnection(panel.webview, {
      parse: parseTableMessage,
      state: () => ({
        state: this.state(),
        now: this.now(),
        binding: { accountId: account.id, workspaceSid },
      }),
      receive: (message) => this.receive(message),
    });
    this.disposables.add(
      this.page,
      this.details,
      this.filter,
      panel.onDidChangeViewState(() => {
        if (!panel.visible) return;
        this.post();
        // Another window, or the editor of the file, may have changed them.
        void this.readQueries();
      }),
      options.store.onDidChange((change) => this.storeChanged(change)),
      options.queriesChanged.event(() => void this.readQueries()),
      accounts.onDidChange(() => {
        const changed = accounts.get(account.id);
        if (!changed) return this.panel.dispose();
        this.account = changed;
        this.post();
      }),
    );
    this.apply(query);
    void this.readQueries();
  }

  get subject(): ResourceTarget {
    const { account, workspaceSid } = this.start;
    return { accountId: account.id, collection: resources.workspaces, sids: [workspaceSid] };
  }

  /** Shows the tasks that match another query. */
  show(query: string): void {
    if (query !== this.query) this.apply(query);
  }

  reveal(): void {
    this.panel.reveal();
  }

  dispose(): void {
    this.isDisposed = true;
    this.run.cancel();
    this.postTimer?.cancel();
    this.redrawTimer?.cancel();
    this.refreshTimer?.cancel();
    this.disposables.dispose();
  }

  private readonly connect = () => this.options.accounts.connect(this.start.account.id);
  private readonly now = () => this.options.clock.now() + this.options.skew(this.start.account.id);

  private get workspace(): string {
    const { account, workspaceSid } = this.start;
    return nameOf(this.options.store, account.id, workspaceSid) ?? workspaceSid;
  }

  private get order(): Order {
    const { sortColumn, sort } = this.layout;
    return { keyOf: sortColumn?.sortKey ?? (({ sid }) => sid), isDescending: sort.isDescending };
  }

  private newRun(isLimited: boolean): QueryRun {
    const parsed = parse(this.query);
    const run: QueryRun = new QueryRun({
      query: 'query' in parsed ? parsed.query : { alternatives: [] },
      workspaceSid: this.start.workspaceSid,
      connect: this.connect,
      wait: isLimited ? { purpose: 'urgent' } : undefined,
      order: this.order,
      now: this.now,
      onChange: () => {
        this.progressed.fire();
        if (this.run === run) this.changed();
      },
    });
    return run;
  }

  /** Shows the tasks that match a query, or what is wrong with it. */
  private apply(text: string): void {
    if (this.filter.apply(text)) {
      // The same once more is a Refresh.
      if (text === this.query && this.run.progress.requests > 0) return this.refresh();
      this.query = text;
      this.selection.clear();
      this.restart(false);
    }
    this.post();
  }

  /** Reads everything again: soon, after many of these. */
  private refresh(): void {
    const { wait } = this.refreshes;
    if (wait > 0) {
      this.refreshTimer ??= this.options.clock.setTimeout(() => this.refresh(), wait);
      return;
    }
    this.refreshTimer?.cancel();
    this.refreshTimer = undefined;
    this.filter.forget();
    this.details.forget();
    this.restart(!this.refreshes.start());
    this.post();
  }

  private restart(isLimited: boolean): void {
    this.run.cancel();
    this.details.stop();
    this.shown = { from: 0, to: this.shown.to - this.shown.from };
    this.run = this.newRun(isLimited);
    void this.whenRead(this.run, this.run.read());
  }

  private state(): TableState {
    const { run, layout, account, workspace, query, queries, lines } = this;
    const from = Math.max(0, this.shown.from - margin);
    return tableState({
      ...{ account, workspace, query, queries, line: this.filter.line, layout, from },
      plan: run.plan,
      ...{ progress: run.progress, readAt: run.readAt },
      notices: run.gaps.map(gapText),
      failure: run.failure === undefined ? undefined : failureText(run.failure),
      total: run.rows.length,
      selection: this.selection,
      actions: this.options.act && !account.readOnly ? taskActions : [],
      lineCount: lines.length,
      lines: lines.slice(from, this.shown.to + margin),
      detailOf: (task) => this.detailOf(task),
      now: this.now(),
    });
  }

  /** What this window changes or reads is shown at once. */
  private storeChanged(change: StoreChange): void {
    const { store } = this.options;
    const { account, workspaceSid } = this.start;
    const rows = changedTasks(change, store, { accountId: account.id, workspaceSid });
    if (rows.length === 0) return;
    const tasks = rows.map((row) => listedTask(resources.tasks.read(row)));
    this.selection.remove(this.run.update(tasks));
  }

  private get lines(): GridLines {
    const workerOf = (task: ListedTask) => this.detailOf(task).worker ?? '';
    return this.grid.of(this.run.rows, this.layout.groupBy, workerOf, this.details.version);
  }

  /** The tasks in some rows of the grid. */
  private tasksIn(from: number, to: number): readonly ListedTask[] {
    return this.lines.slice(from, to).flatMap((line) => ('task' in line ? [line.task] : []));
  }

  private detailOf(task: ListedTask): RowDetail {
    const worker = this.run.workersOf(task.sid).join(', ');
    return { ...this.details.of(task), ...(worker ? { worker } : {}) };
  }

  /** Posts soon, and once for all that changes until then. */
  private changed(): void {
    if (this.isDisposed) return;
    this.postTimer ??= this.options.clock.setTimeout(() => this.post(), postEvery);
  }

  private post(): void {
    this.postTimer?.cancel();
    this.postTimer = undefined;
    if (this.isDisposed) return;
    this.page.post();
    // The name may have become known only now.
    const title = vscode.l10n.t('Tasks of {workspace}', { workspace: this.workspace });
    this.panel.title = tabTitle(this.account, title);
    this.showDetails();
    this.redrawTimer?.cancel();
    this.redrawTimer = this.panel.visible
      ? this.options.clock.setTimeout(() => this.post(), redrawEvery)
      : undefined;
  }

  private showDetails(): void {
    const needed = this.layout.shown.some(({ key }) => key === 'worker' || key === 'since');
    const { from, to } = this.shown;
    // What is not known of a task decides its group.
    const tasks =
      this.layout.groupBy === 'worker' ? this.run.rows.slice(0, maxShown) : this.tasksIn(from, to);
    this.details.show(needed && this.panel.visible ? tasks : []);
  }

  private receive(message: TableMessage): void | Promise<void> {
    switch (message.type) {
      case 'edit':
        return this.filter.edit(message.text, message.cursor);
      case 'run':
        return this.apply(message.text);
      case 'queries':
        return this.pickQuery();
      case 'rows':
        this.shown = clampRows(message, this.lines.length);
        return this.post();
      case 'sort':
        this.layout.sortBy(message.column);
        this.run.rows.sort(this.order);
        return this.post();
      case 'column':
        this.layout.show(message.key, message.isShown);
        return this.post();
      case 'resize':
        this.layout.resize(message.key, message.width);
        return this.post();
      case 'group':
        this.layout.group(message.by);
        return this.post();
      case 'toggleGroup':
        this.grid.toggle(message.key);
        return this.post();
      case 'open': {
        const { workspaceSid } = this.start;
        return this.options.showTask(this.account, workspaceSid, message.taskSid);
      }
      case 'refresh':
        return this.refresh();
      case 'cancel':
        this.run.cancel();
        this.details.stop();
        return this.page.post();
      case 'continue':
        void this.whenRead(this.run, this.run.read());
        return this.post();
      case 'select':
        if (message.fromSid === undefined) this.selection.toggle(message.taskSid);
        else this.selection.extend(message.fromSid, this.lines.between(message.fromSid, message.taskSid));
        return this.page.post();
      case 'selectAll':
        return this.selectAll(message.readsRest);
      case 'selectNone':
        this.selection.clear();
        return this.page.post();
      case 'copy':
        return this.copy(message.format);
      case 'export':
        return this.export();
      case 'act':
        return this.act(message.action);
    }
  }

  private async readQueries(): Promise<void> {
    this.queries = await this.options.queries.all();
    this.changed();
  }

  private async pickQuery(): Promise<void> {
    const { queries, queriesChanged } = this.options;
    const text = await queries.pick(this.query).finally(() => queriesChanged.fire());
    if (text !== undefined && !this.isDisposed) this.apply(text);
  }

  /** Tasks that no longer match are no longer selected. */
  private async whenRead(run: QueryRun, reading: Promise<void>): Promise<void> {
    await reading;
    if (run !== this.run || !run.progress.isDone || this.selection.size === 0) return;
    this.selection.retain(run.rows.all);
    this.changed();
  }

  private selectAll(readsRest: boolean): void {
    const { run, selection } = this;
    if (this.filter.line.problem) return;
    selection.add(run.rows.all);
    if (readsRest)
      void this.whenRead(
        run,
        run.readAll().then((isWhole) => {
          if (run === this.run && isWhole) selection.add(run.rows.all);
        }),
      );
    this.page.post();
  }

  private exported = (tasks: readonly ListedTask[]) => (format: ExportFormat) => ({
    ...{ format, tasks, columns: this.layout.shown },
    factsOf: (task: ListedTask) => ({ task, detail: this.detailOf(task), now: this.now() }),
  });

  private copy(format: ExportFormat): Promise<void> {
    const { run, selection } = this;
    const tasks = selection.size ? run.rows.all.filter(({ sid }) => selection.has(sid)) : run.rows.all;
    return copyTasks(this.exported(tasks)(format));
  }

  private export(): Promise<void> {
    const { run } = this;
    return exportTasks({
      readAll: (signal) => run.readAll(signal),
      progress: () => progressView(run.progress, run.rows.length).text,
      onProgress: this.progressed.event,
      exported: (format) => this.exported(run.rows.all)(format),
    });
  }

  private act(action: TaskAction): void {
    const { account, selection, options } = this;
    if (account.readOnly || selection.size === 0 || this.filter.line.problem) return;
    options.act?.(action, account, this.start.workspaceSid, selection.all);
  }
}
