import * as vscode from 'vscode';
import type { InstructionName } from '../../../taskrouter/instructions';
import type { ReservationAddress } from '../../../taskrouter/reservation';
import type { Account } from '../../accounts/account';
import type { ListRef } from '../../data/listRef';
import { ReusablePanel } from '../../display/tabs';
import { loadPage, pageOptions } from '../../display/webviewPage';
import { Emitter } from '../../emitter';
import type { Drafts } from './drafts';
import type { RestoredTabs } from './restoredTabs';
import type { FormStart, OpenFormOptions } from './openForm';
import { OpenForm } from './openForm';

export const panelType = 'taskrouter.reservation';

export interface PanelOptions extends Omit<OpenFormOptions, 'openNext' | 'saveDraft' | 'onTitle'> {
  readonly drafts: Drafts;
  readonly restoredTabs: RestoredTabs;
  readonly extensionUri: vscode.Uri;
}

/**
 * The open forms, at most one for each reservation. The last panel is reused for the next reservation, as a
 * new form, until the user edits the form, pins the tab, or moves it to another group.
 */
export class ReservationPanels implements vscode.WebviewPanelSerializer {
  /** Fires when another form becomes visible, or none. */
  private readonly visibleChanged = new Emitter<void>();
  readonly onDidChangeVisible = this.visibleChanged.event;
  private readonly forms = new Map<vscode.WebviewPanel, { readonly key: string; readonly form: OpenForm }>();
  private readonly reusable = new ReusablePanel(panelType);

  private disposed = false;

  constructor(private readonly options: PanelOptions) {}

  /** Opens the form, or reveals it where it is open. Resolves when it is. */
  show(account: Account, address: ReservationAddress, chosen: InstructionName = 'accept'): Promise<void> {
    const key = keyOf(account, address);
    const { restoredTabs } = this.options;
    const isOpen = () => this.panelOf(key) !== undefined;
    const mayBeRestored = !isOpen() && restoredTabs.has(key, this.forms.keys());
    const restored = mayBeRestored ? restoredTabs.reveal(key, isOpen, this.onDidChangeVisible) : undefined;
    if (restored)
      return restored.then(() => {
        if (this.options.accounts.get(account.id)) this.open(account, address, chosen);
      });
    this.open(account, address, chosen);
    return Promise.resolve();
  }

  private open(account: Account, address: ReservationAddress, chosen: InstructionName): void {
    const key = keyOf(account, address);
    const known = this.panelOf(key);
    if (known) return this.forms.get(known)!.form.reveal(chosen);
    const values = this.options.drafts.of(key);
    const reused = this.takeReusable();
    const panel = reused ?? this.createPanel();
    this.openForm(panel, { account, address, chosen, values });
    this.reusable.set(panel);
    if (reused) reused.reveal();
  }

  /** VS Code restores a panel after a reload of the window, with what its page saved. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { parseFormMemory } = await import('../../lazy');
    const memory = parseFormMemory(state);
    const account = memory && this.options.accounts.get(memory.binding.accountId);
    if (!memory || !account) {
      panel.dispose();
      return;
    }
    const { binding, chosen, values } = memory;
    const { workspaceSid, parentSid, sid } = binding;
    const address = { workspaceSid, parentSid, sid };
    this.panelOf(keyOf(account, address))?.dispose();
    this.adopt(panel);
    this.openForm(panel, { account, address, chosen, values });
  }

  /** The lists to poll for the visible forms. */
  get polled(): readonly ListRef[] {
    return [...this.forms.values()].flatMap(({ form }) => form.polled);
  }

  dispose(): void {
    this.disposed = true;
    for (const panel of this.forms.keys()) panel.dispose();
  }

  private panelOf(key: string): vscode.WebviewPanel | undefined {
    return [...this.forms].find(([, open]) => open.key === key)?.[0];
  }

  private takeReusable(): vscode.WebviewPanel | undefined {
    const panel = this.reusable.panel;
    const open = panel && this.forms.get(panel);
    if (!panel || !open || open.form.ownsPanel) return undefined;
    open.form.dispose();
    this.options.restoredTabs.forget(open.key);
    return panel;
  }

  private createPanel(): vscode.WebviewPanel {
    const { extensionUri } = this.options;
    const { Active } = vscode.ViewColumn;
    const panel = vscode.window.createWebviewPanel(panelType, '', Active, pageOptions(extensionUri));
    this.adopt(panel);
    return panel;
  }

  private adopt(panel: vscode.WebviewPanel): void {
    const { extensionUri } = this.options;
    panel.onDidChangeViewState(() => {
      this.reusable.changed(panel);
      this.visibleChanged.fire();
    });
    panel.onDidDispose(() => {
      this.reusable.closed(panel);
      const { key, form } = this.forms.get(panel) ?? {};
      form?.dispose();
      this.forms.delete(panel);
      // At the end of the window its tabs stay.
      if (key !== undefined && !this.disposed) this.options.restoredTabs.forget(key);
      this.visibleChanged.fire();
    });
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'reservation.svg');
    panel.webview.options = pageOptions(extensionUri);
    loadPage(panel.webview, extensionUri, 'reservation', vscode.l10n.t('Reservation'));
  }

  private openForm(panel: vscode.WebviewPanel, start: FormStart): void {
    const key = keyOf(start.account, start.address);
    const options = {
      ...this.options,
      openNext: (account: Account, address: ReservationAddress) => void this.show(account, address),
      onTitle: (title: string) => this.options.restoredTabs.setTitle(key, title),
      saveDraft: (values: FormStart['values']) => this.options.drafts.save(key, values),
    };
    this.forms.set(panel, { key, form: new OpenForm(panel, options, start) });
    this.visibleChanged.fire();
  }
}

/** Not by the address: a reservation is reached through its task and through its worker. */
const keyOf = (account: Account, { sid }: ReservationAddress) => `${account.id}/${sid}`;
