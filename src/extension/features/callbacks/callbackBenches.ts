import * as vscode from 'vscode';
import type { ReservationAddress } from '../../../taskrouter/reservation';
import type { Account } from '../../accounts/account';
import type { Memory } from '../../accounts/memory';
import { PagePanels } from '../../display/pagePanels';
import { loadSentence } from '../../display/webviewPage';
import { BenchMemory } from './benchMemory';
import { panelType } from './callbackCommands';
import type { OpenBenchOptions } from './openBench';
import { OpenBench } from './openBench';
import { parseCallbacksMemory } from './pageMessage';

export interface CallbackBenchesOptions extends Omit<OpenBenchOptions, 'memory'> {
  readonly extensionUri: vscode.Uri;
  readonly workspaceMemory: Memory;
}

/** The callback benches, at most one for each workspace. */
export class CallbackBenches {
  private readonly panels: PagePanels<OpenBench>;
  private readonly memory: BenchMemory;

  constructor(private readonly options: CallbackBenchesOptions) {
    this.memory = new BenchMemory(options.workspaceMemory);
    this.panels = new PagePanels({
      ...options,
      viewType: panelType,
      page: 'callbacks',
      title: vscode.l10n.t('Callback Bench'),
      icon: 'reservation',
    });
  }

  show(account: Account, workspaceSid: string): OpenBench {
    const key = keyOf(account, workspaceSid);
    const known = this.panels.find(key);
    if (known) known.reveal();
    else this.panels.open(key, (panel) => this.benchOf(panel, account, workspaceSid));
    return this.panels.find(key)!;
  }

  /** Opens the bench of its workspace, where the user can send the callback of this reservation. */
  async replay(account: Account, address: ReservationAddress): Promise<void> {
    await this.show(account, address.workspaceSid).offerReplay(address);
  }

  /** VS Code restores a panel after a reload of the window, with what its page saved. It delivers nothing by itself. */
  restore(panel: vscode.WebviewPanel, state: unknown): void {
    const memory = parseCallbacksMemory(state);
    if (!memory) return void panel.dispose();
    const { accountId, workspaceSid } = memory;
    const account = this.options.accounts.get(accountId);
    if (!account)
      return loadSentence(
        panel.webview,
        vscode.l10n.t('This account was signed out. Sign in again to test its callbacks.'),
        'taskrouter.account.signIn',
      );
    const create = (one: vscode.WebviewPanel) => this.benchOf(one, account, workspaceSid, true);
    this.panels.restore(panel, keyOf(account, workspaceSid), create, false);
  }

  dispose(): void {
    this.panels.dispose();
  }

  private benchOf(
    panel: vscode.WebviewPanel,
    account: Account,
    workspaceSid: string,
    isRestored = false,
  ): OpenBench {
    return new OpenBench(panel, { ...this.options, memory: this.memory }, account, workspaceSid, isRestored);
  }
}

const keyOf = ({ id }: Account, workspaceSid: string) => `${id}/${workspaceSid}`;
