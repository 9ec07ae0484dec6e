import { complete } from '../../../src/query/complete';
import type { ListedTask } from '../../../src/query/matches';
import { matcher } from '../../../src/query/matches';
import type { ListedWorker } from '../../../src/query/workers';
import { parse } from '../../../src/query/parse';
import { plan } from '../../../src/query/plan';
import { GridRows } from '../../../src/extension/features/table/gridRows';
import type { GridLines } from '../../../src/extension/features/table/groups';
import { Layout } from '../../../src/extension/features/table/layout';
import { parseTableMessage } from '../../../src/extension/features/table/pageMessage';
import type { SavedQuery } from '../../../src/extension/features/table/savedQueries';
import { builtIn } from '../../../src/extension/features/table/savedQueries';
import { Selection } from '../../../src/extension/features/table/selection';
import type { Progress, TableModel } from '../../../src/extension/features/table/tableState';
import { tableState } from '../../../src/extension/features/table/tableState';
import { taskKind } from '../../../src/extension/features/table/taskKind';
import { TableRows } from '../../../src/extension/features/table/tableRows';
import { workerKind } from '../../../src/extension/features/table/workerKind';
import type { TableMessage, TableState } from '../../../src/webview/table/protocol';
import { account, StandIn } from '../shared/standIn';

export const sampleNow = Date.UTC(2026, 5, 1, 12);
const of = <T>(all: readonly T[], i: number): T => all[i % all.length]!;
const sid = (prefix: string, i: number) => prefix + i.toString(16).padStart(32, '0');

export const sampleTask = (i: number): ListedTask => ({
  sid: sid('WT', i),
  workspace: of(['Contact Center', 'Field Service', 'Sales EMEA'], i),
  workspaceSid: sid('WS', (i % 3) + 1),
  status: of(['pending', 'reserved', 'assigned', 'wrapping', 'assigned', 'pending', 'completed'], i),
  attributes: JSON.stringify({
    name: `${of(['Rosa Hazel', 'Omar Cedar', 'Tess Rowan', 'Milo Birch', 'Dana Alder'], i)} ${i + 1}`,
    from: `+1555010${String(i % 10000).padStart(4, '0')}`,
    vip: i % 3 === 0,
    order: { id: `A-${i}` },
  }),
  created: sampleNow - ((i * 7919) % 200_000) * 1000,
  enteredQueue: sampleNow - ((i * 7919) % 150_000) * 1000,
  updated: sampleNow - ((i * 7919) % 90_000) * 1000,
  priority: i % 12,
  reason: '',
  queue: of(['Billing', 'Returns', 'Technical Support EMEA', 'Sales'], i),
  queueSid: sid('WQ', i % 4),
  workflow: 'Inbound',
  workflowSid: sid('WW', 1),
  channel: of(['voice', 'chat', 'sms'], i),
});

export const sampleWorker = (i: number): ListedWorker => ({
  sid: sid('WK', i),
  workspace: 'Contact Center',
  workspaceSid: sid('WS', 1),
  name: of(['Ada Wren', 'Ben Finch', 'Cleo Swift', 'Yuki Tanabe'], i),
  activity: of(['Available', 'Break', 'Offline'], i),
  available: i % 3 === 0,
  attributes: JSON.stringify({ languages: ['en'] }),
  since: sampleNow - i * 3_600_000,
  created: sampleNow - 90 * 86_400_000,
  updated: sampleNow,
});

/** Has all tasks, and behaves as the extension does. */
export class TableStandIn extends StandIn<TableState, TableMessage> {
  tasks: readonly ListedTask[] = Array.from({ length: 2000 }, (_, i) => sampleTask(i));
  /** What a test changes of the model. */
  changes: Partial<TableModel<ListedTask>> = {};
  protected override now = sampleNow;
  override binding = { accountId: account.id, workspaceSid: sid('WS', 1) };
  private query = 'is:open';
  private line: TableModel<ListedTask>['line'] = {
    text: 'is:open',
    cursor: 7,
    problem: undefined,
    completions: undefined,
  };
  queries: readonly SavedQuery[] = builtIn();
  /** Shown instead of tasks. */
  workers: readonly ListedWorker[] = [];
  readonly selection = new Selection();
  private readonly grid = new GridRows<ListedTask>();
  private shown = { from: 0, to: 40 };
  private held: { readonly key: string; readonly index: number } | undefined;
  private found: { key: string; tasks: readonly ListedTask[]; rows: TableRows<ListedTask> } | undefined;
  private readonly stored = new Map<string, unknown>();
  private readonly memory = {
    get: <T>(key: string) => this.stored.get(key) as T | undefined,
    update: (key: string, value: unknown) => Promise.resolve(void this.stored.set(key, value)),
  };
  private layout = new Layout(taskKind, this.memory, 'one', sid('WS', 1));

  /** As the table of an account: one workspace is read, one fails, one is yet to come. */
  showAllWorkspaces(): void {
    this.layout = new Layout(taskKind, this.memory, 'one', undefined);
    const part = (name: string, found: number, progress: Partial<Progress>, hasFailed = false) => ({
      ...{ name, found, hasFailed },
      progress: { isReading: false, isDone: false, read: found, of: undefined, requests: 6, ...progress },
    });
    this.changes = {
      workspace: 'All workspaces',
      progress: { isReading: true, isDone: false, read: 2000, of: undefined, requests: 14 },
      extent: {
        workspaces: 5,
        minRequests: 25,
        parts: [
          part('Contact Center', 572, { isDone: true, read: 667 }),
          part('Field Service', 572, { isReading: true, read: 667, of: 2000 }),
          part('Sales EMEA', 60, { read: 66, of: 900 }, true),
          part('A workspace with a very long name that has to be wrapped somewhere', 0, { requests: 0 }),
        ],
      },
      failure: 'Sales EMEA: Too many requests at once (20429). Wait a few seconds, then try again.',
    };
  }

  /** The tasks of the query, in the order of the table. */
  matching(): TableRows<ListedTask> {
    const key = JSON.stringify([this.query, this.layout.sort]);
    if (this.found?.tasks !== this.tasks || this.found.key !== key)
      this.found = { key, tasks: this.tasks, rows: this.find() };
    return this.found.rows;
  }

  private lines(): GridLines<ListedTask> {
    return this.grid.of(this.matching(), this.layout.grouping, () => ({ events: 'unread' }), 0);
  }

  private follow(lines: GridLines<ListedTask>): void {
    const { held, shown } = this;
    const index = held ? lines.indexOf(held.key) : -1;
    if (!held || index < 0) return;
    this.held = { key: held.key, index };
    const moved = index - held.index;
    this.shown = { from: Math.max(0, shown.from + moved), to: shown.to + moved };
  }

  private find(): TableRows<ListedTask> {
    const parsed = parse(this.query);
    const matches = matcher('query' in parsed ? parsed.query : { alternatives: [] });
    const { sortColumn, sort } = this.layout;
    const rows = new TableRows({ keyOf: sortColumn!.sortKey!, isDescending: sort.isDescending });
    rows.add(this.tasks.filter((task) => matches(task, sampleNow)));
    return rows;
  }

  private workerState(): TableState {
    const layout = new Layout(workerKind, this.memory, 'one', sid('WS', 1));
    return tableState({
      ...{ kind: workerKind, account, layout, workspace: 'Contact Center', query: '', queries: [] },
      line: { text: '', cursor: 0, problem: undefined, completions: undefined },
      plan: { canMatch: true, pushed: [], local: [] },
      progress: { isReading: false, isDone: true, read: this.workers.length, of: undefined, requests: 2 },
      ...{
        notices: [],
        failure: undefined,
        selection: this.selection,
        isSelectingAll: false,
        actions: workerKind.actions,
      },
      ...{ from: 0, total: this.workers.length, lineCount: this.workers.length },
      lines: this.workers.map((row) => ({ row })),
      detailOf: () => ({ events: 'read' }),
      now: sampleNow,
    });
  }

  protected override stateAt(): TableState {
    if (this.workers.length > 0) return this.workerState();
    const rows = this.matching();
    const lines = this.lines();
    const parsed = parse(this.query);
    const planned = plan('query' in parsed ? parsed.query : { alternatives: [] });
    this.follow(lines);
    const from = Math.max(0, this.shown.from - 120);
    return tableState({
      kind: taskKind,
      account,
      workspace: 'Contact Center',
      query: this.query,
      queries: this.queries,
      line: this.line,
      plan: { ...planned, canMatch: planned.statuses.length > 0 },
      progress: { isReading: false, isDone: true, read: this.tasks.length, of: undefined, requests: 8 },
      notices: [],
      failure: undefined,
      layout: this.layout,
      total: rows.length,
      selection: this.selection,
      isSelectingAll: false,
      actions: ['cancel', 'complete', 'priority'],
      from,
      lineCount: lines.length,
      lines: lines.slice(from, this.shown.to + 120),
      detailOf: ({ sid, status }) =>
        ['reserved', 'assigned', 'wrapping'].includes(status)
          ? {
              events: 'read',
              since: sampleNow - (parseInt(sid.slice(-4), 16) % 5000) * 1000,
              worker: 'Yuki Tanabe',
            }
          : { events: 'unread' },
      now: sampleNow,
      ...this.changes,
    });
  }

  protected override parse(message: unknown): TableMessage | undefined {
    return parseTableMessage(message);
  }

  protected override answers({ type }: TableMessage): boolean {
    return type !== 'hold';
  }

  protected override apply(message: TableMessage): void {
    if (message.type === 'edit') {
      const { text, cursor } = message;
      const vocabulary = { queue: ['Billing', 'Returns', 'Technical Support EMEA', 'Sales'] };
      this.line = { text, cursor, problem: undefined, completions: complete(text, cursor, vocabulary) };
    }
    if (message.type === 'run') {
      const parsed = parse(message.text);
      const problem = 'problem' in parsed ? parsed.problem : undefined;
      this.line = { text: message.text, cursor: message.text.length, problem, completions: undefined };
      if (!problem) this.query = message.text;
    }
    if (message.type === 'rows') this.shown = message;
    if (message.type === 'hold') this.held = message.held;
    if (message.type === 'select') {
      const { fromSid, sid } = message;
      if (fromSid === undefined) this.selection.toggle({ sid, workspaceSid: this.binding.workspaceSid });
      else this.selection.extend(fromSid, this.lines().between(fromSid, sid));
    }
    if (message.type === 'selectAll') this.selection.add(this.matching().all);
    if (message.type === 'selectNone') this.selection.clear();
    if (message.type === 'sort' || message.type === 'group') this.held = undefined;
    if (message.type === 'sort') this.layout.sortBy(message.column);
    if (message.type === 'column') this.layout.show(message.key, message.isShown);
    if (message.type === 'group') this.layout.group(message.by);
    if (message.type === 'toggleGroup') this.grid.toggle(message.key);
    if (message.type === 'resize') this.layout.resize(message.key, message.width);
  }
}
