import * as vscode from 'vscode';
import { isSid } from '../../../taskrouter/sid';
import type { Account } from '../../accounts/account';
import type { ResourceTarget } from '../../data/target';
import { PagePanels } from '../../display/pagePanels';
import { loadSentence } from '../../display/webviewPage';
import type { Event } from '../../emitter';
import type * as Lazy from '../../lazy';
import type { OpenTask } from './openTask';
import type { OpenTaskOptions, PageStart } from './pageStart';
import type { OpenWorker } from './openWorker';

export const panelType = 'taskrouter.task';

/** Milliseconds: VS Code runs the command of a row for each click of a double click, and does not say which it is. */
const maxDoubleClick = 500;

export interface TaskPanelsOptions extends Omit<OpenTaskOptions, 'show'> {
  readonly extensionUri: vscode.Uri;
}

/** The pages that explain tasks, and why workers are not offered tasks. */
export class TaskPanels implements vscode.WebviewPanelSerializer {
  private readonly panels: PagePanels<OpenTask | OpenWorker>;
  /** What was last shown, and when, in elapsed milliseconds. */
  private latest = { key: '', at: -Infinity };
  readonly onDidUse: Event<void>;
  readonly openedBy = ['taskrouter.task.explain', 'taskrouter.worker.explain'] as const;

  constructor(private readonly options: TaskPanelsOptions) {
    const { accounts, extensionUri } = options;
    this.panels = new PagePanels({
      accounts,
      viewType: panelType,
      extensionUri,
      page: 'task',
      title: vscode.l10n.t('Task'),
      icon: 'task',
    });
    this.onDidUse = this.panels.onDidUse;
  }

  /** What the page in the active editor is about. */
  get active(): ResourceTarget | undefined {
    return this.panels.active;
  }

  /**
   * Explains a task, or why a worker is not offered tasks. A double click pins the page and gives it the focus; of quick clicks
   * the last wins.
   */
  async show(account: Account, workspaceSid: string, sid: string, preserveFocus = false): Promise<void> {
    const key = keyOf(account, sid);
    const { latest, options } = this;
    const at = options.clock.elapsed();
    const isDoubleClick = key === latest.key && at - latest.at < maxDoubleClick;
    this.latest = { key, at };
    const pages = await import('../../lazy');
    if (!options.accounts.get(account.id) || this.latest.key !== key) return;
    const known = this.panels.find(key);
    if (isDoubleClick) known?.pin();
    if (known) return known.reveal(preserveFocus && !isDoubleClick);
    const start = { account, pinned: false, restored: false };
    const create = (panel: vscode.WebviewPanel) => this.create(pages, panel, workspaceSid, sid, start);
    this.panels.open(key, create, preserveFocus);
  }

  /** VS Code restores a panel after a reload of the window, with what its page saved. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const pages = await import('../../lazy');
    const memory = pages.parseTaskMemory(state);
    const account = memory && this.options.accounts.get(memory.binding.accountId);
    if (!memory) return void panel.dispose();
    // The user left the tab open: it says why it is empty.
    if (!account) return loadSentence(panel.webview, signedOut(), 'taskrouter.account.signIn');
    const { binding, pinned, title } = memory;
    const { workspaceSid, sid } = binding;
    const create = () =>
      this.create(pages, panel, workspaceSid, sid, { account, pinned, title, restored: true });
    this.panels.restore(panel, keyOf(account, sid), create, !pinned);
  }

  dispose(): void {
    this.panels.dispose();
  }

  private create(
    { OpenTask, OpenWorker }: typeof Lazy,
    panel: vscode.WebviewPanel,
    workspaceSid: string,
    sid: string,
    start: PageStart,
  ): OpenTask | OpenWorker {
    const options = {
      ...this.options,
      show: (of: Account, workspace: string, shown: string) => void this.show(of, workspace, shown),
    };
    const parents = { accountId: start.account.id, workspaceSid };
    return isSid('Worker', sid)
      ? new OpenWorker(panel, options, { ...start, address: { ...parents, workerSid: sid } })
      : new OpenTask(panel, options, { ...start, address: { ...parents, taskSid: sid } });
  }
}

const signedOut = () => vscode.l10n.t('This account was signed out. Sign in again to see the task.');

const keyOf = (account: Account, sid: string) => `${account.id}/${sid}`;
