import * as vscode from 'vscode';
import { isSid } from '../../../taskrouter/sid';
import type { Account } from '../../accounts/account';
import { PagePanels } from '../../display/pagePanels';
import type { OpenTaskOptions } from './openTask';
import { OpenTask } from './openTask';
import { OpenWorker } from './openWorker';

export const panelType = 'taskrouter.task';

export interface TaskPanelsOptions extends Omit<OpenTaskOptions, 'show'> {
  readonly extensionUri: vscode.Uri;
}

/** The pages that explain tasks, and why workers are not offered tasks. */
export class TaskPanels implements vscode.WebviewPanelSerializer {
  private readonly panels: PagePanels<OpenTask | OpenWorker>;

  constructor(private readonly options: TaskPanelsOptions) {
    const { extensionUri } = options;
    this.panels = new PagePanels({
      viewType: panelType,
      extensionUri,
      page: 'task',
      title: vscode.l10n.t('Task'),
      icon: 'task',
    });
  }

  /** Explains a task, or why a worker is not offered tasks. */
  show(account: Account, workspaceSid: string, sid: string): void {
    const key = keyOf(account, sid);
    const known = this.panels.find(key);
    if (known) return known.reveal();
    this.panels.open(key, (panel) => this.create(panel, account, workspaceSid, sid, false));
  }

  /** VS Code restores a panel after a reload of the window, with what its page saved. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { parseTaskMemory } = await import('../../lazy');
    const memory = parseTaskMemory(state);
    const account = memory && this.options.accounts.get(memory.binding.accountId);
    if (!memory || !account) {
      panel.dispose();
      return;
    }
    const { binding, pinned } = memory;
    const { workspaceSid, sid } = binding;
    const create = () => this.create(panel, account, workspaceSid, sid, pinned);
    this.panels.restore(panel, keyOf(account, sid), create, !pinned);
  }

  dispose(): void {
    this.panels.dispose();
  }

  private create(
    panel: vscode.WebviewPanel,
    account: Account,
    workspaceSid: string,
    sid: string,
    pinned: boolean,
  ): OpenTask | OpenWorker {
    const options = {
      ...this.options,
      show: (of: Account, workspace: string, shown: string) => this.show(of, workspace, shown),
    };
    const parents = { accountId: account.id, workspaceSid };
    return isSid('Worker', sid)
      ? new OpenWorker(panel, options, { account, address: { ...parents, workerSid: sid }, pinned })
      : new OpenTask(panel, options, { account, address: { ...parents, taskSid: sid }, pinned });
  }
}

const keyOf = (account: Account, sid: string) => `${account.id}/${sid}`;
