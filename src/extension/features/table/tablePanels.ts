import * as vscode from 'vscode';
import type { Account } from '../../accounts/account';
import type { CommandId } from '../../contributions';
import type { ResourceTarget, RowTarget, WorkspacePlace } from '../../data/target';
import { nameOf } from '../../display/names';
import { PagePanels } from '../../display/pagePanels';
import { loadSentence } from '../../display/webviewPage';
import type { Event } from '../../emitter';
import { Disposables, Emitter } from '../../emitter';
import type { TaskCount } from './countTasks';
import type { AnyTable } from './openTable';
import type { SavedQueries, SavedQuery } from './savedQueries';
import type { OpenTableOptions, TableStart } from './tableOptions';

export const panelType = 'taskrouter.table';

export interface TablePanelsOptions extends Omit<OpenTableOptions, 'queries' | 'queriesChanged'> {
  readonly extensionUri: vscode.Uri;
}

type Noun = 'Task' | 'Worker';

/** What a table lists: all that it listed last, or those that match a query. */
export interface ShownRows {
  readonly noun?: Noun;
  readonly query?: string;
}

const keyOf = (accountId: string, workspaceSid = 'all workspaces', noun: Noun = 'Task') =>
  `${accountId}/${workspaceSid}/${noun}`;

/** The tables of tasks, one for each workspace and one for all that an account has, and those of workers. */
export class TablePanels implements vscode.WebviewPanelSerializer {
  private readonly panels: PagePanels<AnyTable>;
  readonly onDidUse: Event<void>;
  /** Loaded when they are first shown. */
  private queries: SavedQueries | undefined;
  private readonly disposables = new Disposables();
  private readonly queriesChanged = new Emitter<void>();
  /** Fires when the user may have changed saved queries. */
  readonly onDidChangeQueries = this.queriesChanged.event;

  constructor(private readonly options: TablePanelsOptions) {
    this.panels = new PagePanels({
      ...options,
      viewType: panelType,
      page: 'table',
      title: vscode.l10n.t('Tasks'),
      icon: 'task',
    });
    this.onDidUse = this.panels.onDidUse;
  }

  /** The workspace of the page in the active editor. */
  get active(): ResourceTarget | undefined {
    return this.panels.active;
  }

  /** The row of the table in the active editor whose menu was open, and those that are selected with it. */
  ofMenu(argument: unknown): readonly RowTarget[] | undefined {
    if (typeof argument !== 'object' || argument === null || !('taskrouterSid' in argument)) return undefined;
    const { taskrouterSid: sid } = argument;
    return typeof sid === 'string' ? (this.panels.activeContent?.rowsOfMenu(sid) ?? []) : undefined;
  }

  /** The commands that open a table of the same kind as the one in the active editor. */
  get openedBy(): readonly CommandId[] {
    return this.panels.activeContent?.kind.noun === 'Worker'
      ? ['taskrouter.workspace.workers']
      : ['taskrouter.workspace.tasks'];
  }

  /** The rows of a workspace, or of all. With a query the table shows that; else an open one what it shows. */
  async show(account: Account, workspaceSid: string | undefined, rows: ShownRows = {}): Promise<void> {
    const { noun = 'Task', query } = rows;
    const create = await this.loadTable(noun);
    if (!this.options.accounts.get(account.id)) return;
    const key = keyOf(account.id, workspaceSid, noun);
    const known = this.panels.find(key);
    if (known) {
      if (query !== undefined) known.show(query);
      return known.reveal();
    }
    this.panels.open(key, (panel) => create(panel, { account, workspaceSid, query }));
  }

  /** The saved queries of all workspaces. */
  async savedQueries(): Promise<readonly SavedQuery[]> {
    return (await this.loadQueries()).all();
  }

  /** How many tasks match a query. */
  async countTasks({ accountId, workspaceSid }: WorkspacePlace, text: string): Promise<TaskCount> {
    const { countTasks } = await import('../../lazy');
    const { accounts, store, clock, skew } = this.options;
    const connect = () => accounts.connect(accountId);
    const workspaceName = nameOf(store, accountId, workspaceSid);
    return countTasks(text, {
      connect,
      workspaceSid,
      workspaceName,
      now: () => clock.now() + skew(accountId),
    });
  }

  /** VS Code restores a panel after a reload of the window, with what its page saved. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { parseTableMemory } = await import('../../lazy');
    const memory = parseTableMemory(state);
    if (!memory) return void panel.dispose();
    const { accountId, workspaceSid, noun } = memory.binding;
    const account = this.options.accounts.get(accountId);
    if (!account)
      return loadSentence(
        panel.webview,
        vscode.l10n.t('This account was signed out. Sign in again to see its tasks.'),
        'taskrouter.account.signIn',
      );
    const start = { account, workspaceSid, query: memory.query };
    const create = await this.loadTable(noun);
    this.panels.restore(panel, keyOf(accountId, workspaceSid, noun), () => create(panel, start), false);
  }

  private async loadQueries(): Promise<SavedQueries> {
    const { SavedQueries } = await import('../../lazy');
    if (!this.queries) {
      this.queries = new SavedQueries(this.options.memory);
      this.disposables.add(this.queries.watch(() => this.queriesChanged.fire()));
    }
    return this.queries;
  }

  private async loadTable(
    noun: Noun | undefined,
  ): Promise<(panel: vscode.WebviewPanel, start: TableStart) => AnyTable> {
    const { openTable } = await import('../../lazy');
    const { queriesChanged } = this;
    const options = { ...this.options, queries: await this.loadQueries(), queriesChanged };
    return (panel, start) => openTable(noun, panel, options, start);
  }

  dispose(): void {
    this.panels.dispose();
    this.disposables.dispose();
  }
}
