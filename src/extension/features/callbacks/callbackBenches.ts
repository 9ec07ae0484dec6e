import * as vscode from 'vscode';
import type { ReservationAddress } from '../../../taskrouter/reservation';
import type { Account } from '../../accounts/account';
import type { Memory } from '../../accounts/memory';
import { PagePanels } from '../../display/pagePanels';
import { loadSentence } from '../../display/webviewPage';
import type { Disposable } from '../../emitter';
import { holdIn } from './assignmentReads';
import { BenchCalls } from './benchCalls';
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
  /** Of each workspace, until the window is closed or reloaded, or the user signs out. */
  private readonly calls = new Map<string, BenchCalls>();
  private readonly signOuts: Disposable;

  constructor(private readonly options: CallbackBenchesOptions) {
    this.memory = new BenchMemory(options.workspaceMemory);
    this.panels = new PagePanels({
      ...options,
      viewType: panelType,
      page: 'callbacks',
      title: vscode.l10n.t('Callback Bench'),
      icon: 'reservation',
    });
    this.signOuts = options.accounts.onWillSignOut(({ id }) => {
      for (const [key, calls] of this.calls) {
        if (!key.startsWith(`${id}/`)) continue;
        calls.dispose();
        this.calls.delete(key);
      }
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
    const known = this.panels.find(keyOf(account, workspaceSid));
    if (known) {
      // It was opened from the tree before VS Code restored this one, and may be delivering.
      panel.dispose();
      return known.reveal();
    }
    const create = (one: vscode.WebviewPanel) => this.benchOf(one, account, workspaceSid, true);
    this.panels.restore(panel, keyOf(account, workspaceSid), create, false);
  }

  dispose(): void {
    this.signOuts.dispose();
    this.panels.dispose();
    for (const calls of this.calls.values()) calls.dispose();
  }

  private benchOf(
    panel: vscode.WebviewPanel,
    account: Account,
    workspaceSid: string,
    isRestored = false,
  ): OpenBench {
    const { memory } = this;
    const calls = this.callsOf(account, workspaceSid);
    return new OpenBench(panel, { ...this.options, memory }, account, workspaceSid, calls, isRestored);
  }

  private callsOf(account: Account, workspaceSid: string): BenchCalls {
    const key = keyOf(account, workspaceSid);
    const known = this.calls.get(key);
    if (known) return known;
    const place = { accountId: account.id, workspaceSid };
    const calls = new BenchCalls(this.memory.filterOf(place), holdIn(this.options.store, account.id));
    this.calls.set(key, calls);
    return calls;
  }
}

const keyOf = ({ id }: Account, workspaceSid: string) => `${id}/${workspaceSid}`;
