import * as vscode from 'vscode';
import * as resources from '../../../taskrouter/resources';
import type { ListedTask } from '../../../query/matches';
import type { ListedRow } from '../../../query/rows';
import type { ListedWorker } from '../../../query/workers';
import type { TableAction, TableMessage, TableState } from '../../../webview/table/protocol';
import type { Account } from '../../accounts/account';
import type { StoreChange } from '../../data/storeChange';
import { changedRows } from '../../data/storeChange';
import type { AccountTarget, ResourceTarget, RowTarget } from '../../data/target';
import { resourceTarget } from '../../data/target';
import { nameOf } from '../../display/names';
import { PageConnection } from '../../display/pageConnection';
import { tabTitle } from '../../display/tabs';
import { Disposables } from '../../emitter';
import { CompletedNames } from './completedNames';
import { FilterLine } from './filterLine';
import { failureText, gapText } from './gaps';
import { parseTableMessage } from './pageMessage';
import { QueryTable } from './queryTable';
import type { SavedQuery } from './savedQueries';
import { builtIn } from './savedQueries';
import type { TableKind } from './tableKind';
import type { OpenTableOptions, TableStart } from './tableOptions';
import { tableState } from './tableState';
import { taskKind } from './taskKind';
import { workerKind } from './workerKind';

/** Milliseconds between states while pages come. */
const postEvery = 100;
/** Milliseconds: ages grow although nothing is read. */
const redrawEvery = 60_000;

/** Messages after which the page shows the same rows: what they lack is not read again. */
const sameRows: ReadonlySet<TableMessage['type']> = new Set(['cancel', 'select', 'selectAll', 'selectNone']);

type ChangeMessage = Exclude<
  TableMessage,
  { readonly type: 'edit' | 'run' | 'hold' | 'queries' | 'open' | 'copy' | 'export' | 'act' | 'end' }
>;

/** The page with the tasks or workers of one workspace, or with the tasks of all that an account has. */
export class OpenTable<R extends ListedRow> {
  private readonly disposables = new Disposables();
  private readonly page: PageConnection<TableState, TableMessage>;
  private readonly table: QueryTable<R>;
  private readonly filter: FilterLine<R>;
  private account: Account;
  private queries: readonly SavedQuery[] = [];
  private postTimer: { cancel(): void } | undefined;
  private redrawTimer: { cancel(): void } | undefined;
  private isDisposed = false;
  /** The page belongs to its workspace, or its account. */
  readonly ownsPanel = true;

  constructor(
    readonly kind: TableKind<R>,
    private readonly panel: vscode.WebviewPanel,
    private readonly options: OpenTableOptions,
    private readonly start: TableStart,
  ) {
    const { account, workspaceSid, query = kind.firstQuery } = start;
    const { accounts, clock, memory } = options;
    this.account = account;
    if (kind.savesQueries) this.queries = builtIn();
    const connect = () => accounts.connect(account.id);
    const table = (this.table = new QueryTable({
      ...{ kind, connect, accountId: account.id, workspaceSid, clock, memory },
      workspaceName: () => this.workspaceName,
      skew: () => options.skew(account.id),
      onChange: () => this.changed(),
      onRefresh: () => this.filter.forget(),
    }));
    this.filter = new FilterLine(query, {
      kind,
      // Those of every workspace would cost too many requests.
      names: workspaceSid === undefined ? undefined : new CompletedNames(connect, workspaceSid, kind.named),
      namesOf: (collection) => table.run.namesOf(collection),
      rows: () => table.nextRows,
      onChange: () => this.page.post(),
    });
    this.page = new PageConnection(panel.webview, {
      parse: parseTableMessage,
      state: () => ({
        state: this.state(),
        now: table.now(),
        binding: {
          accountId: account.id,
          ...(workspaceSid === undefined ? {} : { workspaceSid }),
          ...(kind.noun === 'Worker' ? { noun: kind.noun } : {}),
        },
      }),
      receive: (message) => this.receive(message),
    });
    this.disposables.add(
      this.page,
      table,
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

  get subject(): ResourceTarget | AccountTarget {
    const { account, workspaceSid } = this.start;
    const accountId = account.id;
    return workspaceSid === undefined
      ? { accountId }
      : { accountId, collection: resources.workspaces, sids: [workspaceSid] };
  }

  /** A row, or all that are selected where it is one of them; none when it is gone. */
  rowsOfMenu(sid: string): readonly RowTarget[] {
    const { kind, account, filter, table } = this;
    const row = table.run.rows.get(sid);
    const isSelected = table.selection.has(sid) && !table.isSelectingAll && !filter.line.problem;
    return (!row ? [] : isSelected ? table.selected : [row]).map((one) =>
      resourceTarget(account.id, kind.collection, [one.workspaceSid, one.sid]),
    );
  }

  /** Shows the rows that match another query. */
  show(query: string): void {
    if (query !== this.table.query) this.apply(query);
  }

  reveal(): void {
    this.panel.reveal();
  }

  dispose(): void {
    this.isDisposed = true;
    this.postTimer?.cancel();
    this.redrawTimer?.cancel();
    this.disposables.dispose();
  }

  private get workspaceName(): string | undefined {
    const { account, workspaceSid } = this.start;
    return workspaceSid === undefined ? undefined : nameOf(this.options.store, account.id, workspaceSid);
  }

  /** What the page is about. */
  private get place(): string {
    return this.workspaceName ?? this.start.workspaceSid ?? vscode.l10n.t('All workspaces');
  }

  /** Shows the rows that match a query, or what is wrong with it. */
  private apply(text: string): void {
    if (this.filter.apply(text)) this.table.apply(text);
    this.post();
  }

  private state(): TableState {
    const { kind, table, account, place, queries } = this;
    const { run, layout, selection, query } = table;
    const shown = table.follow();
    const isOfSeveral = this.start.workspaceSid === undefined;
    return tableState({
      ...{ kind, account, workspace: place, query, queries, line: this.filter.line, layout, selection },
      isSelectingAll: table.isSelectingAll,
      ...{ plan: run.plan, progress: run.progress, readAt: run.readAt },
      notices: run.gaps.map((gap) => gapText(gap, kind.texts)),
      failure: failureText(run.failures, isOfSeveral),
      ...(isOfSeveral ? { extent: run.extent } : {}),
      total: run.rows.length,
      actions: this.options.act && !account.readOnly ? kind.actions : [],
      ...shown,
      detailOf: table.detailOf,
      now: table.now(),
    });
  }

  /** What this window changes or reads is shown at once. */
  private storeChanged(change: StoreChange): void {
    const { store } = this.options;
    const rows = this.table.run.parts.flatMap(({ workspace }) =>
      changedRows(this.kind.noun, change, store, {
        accountId: this.account.id,
        workspaceSid: workspace.sid,
      }),
    );
    if (rows.length > 0) this.table.update(rows);
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
    const title = this.kind.texts.title(this.start.workspaceSid && this.place);
    this.panel.title = tabTitle(this.account, title);
    this.table.readDetails(this.panel.visible);
    this.redrawTimer?.cancel();
    this.redrawTimer = this.panel.visible
      ? this.options.clock.setTimeout(() => this.post(), redrawEvery)
      : undefined;
  }

  private receive(message: TableMessage): void | Promise<void> {
    const { table } = this;
    switch (message.type) {
      case 'edit':
        return this.filter.edit(message.text, message.cursor);
      case 'run':
        return this.apply(message.text);
      case 'hold':
        return table.hold(message.held);
      case 'queries':
        return this.pickQuery();
      case 'open':
        return this.open(message.sid);
      case 'copy':
        return table.copy(message.format);
      case 'export':
        return table.export();
      case 'act':
        return this.act(message.action, table.selected);
      case 'end':
        return this.end(message.sid);
      default:
        this.change(message);
        return sameRows.has(message.type) ? this.page.post() : this.post();
    }
  }

  /** What the page does to the rows that it shows. */
  private change(message: ChangeMessage): void {
    const { table } = this;
    switch (message.type) {
      case 'rows':
        return table.scrollTo(message);
      case 'sort':
        return table.sortBy(message.column);
      case 'column':
        return table.layout.show(message.key, message.isShown);
      case 'resize':
        return table.layout.resize(message.key, message.width);
      case 'group':
        table.hold(undefined);
        return table.layout.group(message.by);
      case 'toggleGroup':
        return table.grid.toggle(message.key);
      case 'refresh':
        return table.refresh();
      case 'cancel':
        return table.cancel();
      case 'continue':
        return table.continue();
      case 'select':
        return table.select(message.sid, message.fromSid);
      case 'selectAll':
        return this.filter.line.problem ? undefined : table.selectAll(message.readsRest);
      case 'selectNone':
        return table.selection.clear();
    }
  }

  private async readQueries(): Promise<void> {
    if (!this.kind.savesQueries) return;
    this.queries = await this.options.queries.all();
    this.changed();
  }

  private async pickQuery(): Promise<void> {
    const { queries, queriesChanged } = this.options;
    const text = await queries.pick(this.table.query).finally(() => queriesChanged.fire());
    if (text !== undefined && !this.isDisposed) this.apply(text);
  }

  private open(sid: string): void {
    const row = this.table.run.rows.get(sid);
    if (row) this.options.showRow(this.account, row.workspaceSid, sid);
  }

  private act(action: TableAction, rows: readonly Pick<R, 'sid' | 'workspaceSid'>[]): void {
    const { account, options } = this;
    if (account.readOnly || rows.length === 0 || this.table.isSelectingAll || this.filter.line.problem)
      return;
    options.act?.(
      action,
      account,
      rows.map(({ workspaceSid, sid }) => [workspaceSid, sid]),
    );
  }

  private async end(sid: string | undefined): Promise<void> {
    const { table, account, kind } = this;
    if (account.readOnly || table.isSelectingAll) return;
    const sids = table.selection.size > 0 ? table.selected.map((row) => row.sid) : [sid];
    const rows = sids.flatMap((one) => (one && table.run.rows.get(one)) || []);
    const action = rows.length > 0 ? await kind.endOf?.(rows) : undefined;
    if (action && !this.isDisposed) this.act(action, rows);
  }
}

export type AnyTable = OpenTable<ListedTask> | OpenTable<ListedWorker>;

export const openTable = (
  noun: 'Task' | 'Worker' | undefined,
  ...of: [vscode.WebviewPanel, OpenTableOptions, TableStart]
): AnyTable => (noun === 'Worker' ? new OpenTable(workerKind, ...of) : new OpenTable(taskKind, ...of));
