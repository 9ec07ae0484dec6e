import * as vscode from 'vscode';
import type { Row } from '../../../taskrouter/client';
import type { InstructionName } from '../../../taskrouter/instructions';
import type { ReservationAddress } from '../../../taskrouter/reservation';
import type { Account } from '../../accounts/account';
import { Emitter } from '../../emitter';
import { loadPage, pageOptions } from '../../display/webviewPage';
import type { Draft, Drafts } from './drafts';
import type { OpenFormOptions } from './openForm';
import { OpenForm, titleOf } from './openForm';
import type { ListRef } from '../../data/listRef';

export const panelType = 'taskrouter.reservation';

export interface PanelOptions extends Omit<OpenFormOptions, 'show' | 'keep'> {
  readonly drafts: Drafts;
  readonly extensionUri: vscode.Uri;
}

/** The open forms, at most one for each reservation of an account. */
export class ReservationPanels implements vscode.WebviewPanelSerializer {
  /** Told when another form is seen, or none. */
  private readonly visibleChanged = new Emitter<void>();
  readonly onDidChangeVisible = this.visibleChanged.event;
  private readonly open = new Map<string, OpenForm>();

  constructor(private readonly options: PanelOptions) {}

  show(
    account: Account,
    address: ReservationAddress,
    reservation: Row,
    chosen: InstructionName = 'accept',
  ): void {
    const known = this.open.get(keyOf(account, address));
    if (known) return known.reveal(chosen);
    const panel = vscode.window.createWebviewPanel(
      panelType,
      titleOf(reservation),
      vscode.ViewColumn.Active,
      pageOptions(this.options.extensionUri),
    );
    const draft = this.options.drafts.of(keyOf(account, address));
    this.adopt(panel, account, address, reservation, chosen, draft);
  }

  /** VS Code brings a form back after a reload, with what the page kept. */
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
    panel.webview.options = pageOptions(this.options.extensionUri);
    const shown = this.options.store.row(account.id, address.sid) ?? { sid: address.sid };
    this.adopt(panel, account, address, shown, chosen, values);
  }

  /** What the forms that are seen want to have read again and again. */
  get watched(): readonly ListRef[] {
    return [...this.open.values()].flatMap((form) => form.watched);
  }

  dispose(): void {
    for (const panel of this.open.values()) panel.dispose();
  }

  private adopt(
    panel: vscode.WebviewPanel,
    account: Account,
    address: ReservationAddress,
    reservation: Row,
    chosen: InstructionName,
    values: Draft,
  ): void {
    const key = keyOf(account, address);
    this.open.get(key)?.dispose();
    const { extensionUri, callerIds, drafts } = this.options;
    const show = (...next: Parameters<OpenFormOptions['show']>) => this.show(...next);
    const form = new OpenForm(
      panel,
      { ...this.options, show, keep: (typed) => drafts.keep(key, typed) },
      {
        account,
        address,
        reservation,
        wasPending: reservation['reservation_status'] === 'pending',
        activities: [],
        workers: [],
        callerIds: callerIds.of(account.id),
        chosen,
        values,
        sending: false,
      },
    );
    this.open.set(key, form);
    panel.onDidChangeViewState(() => this.visibleChanged.fire());
    panel.onDidDispose(() => {
      if (this.open.get(key) === form) this.open.delete(key);
      this.visibleChanged.fire();
    });
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'reservation.svg');
    loadPage(panel.webview, extensionUri, 'reservation', 'Reservation');
    this.visibleChanged.fire();
  }
}

const keyOf = (account: Account, address: ReservationAddress) =>
  `${account.id}/${address.parentSid}/${address.sid}`;
