import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { Row } from '../../../taskrouter/client';
import type { InstructionName } from '../../../taskrouter/instructions';
import type { ReservationAddress } from '../../../taskrouter/reservation';
import type { Account } from '../../accounts/account';
import { Emitter } from '../../data/emitter';
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
      this.webviewOptions(),
    );
    const draft = this.options.drafts.of(keyOf(account, address));
    this.adopt(panel, account, address, reservation, chosen, draft);
  }

  /** VS Code brings a form back after a reload, with what the page kept. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { KeptByPage } = await import('../../lazy');
    const kept = KeptByPage.safeParse(state);
    const account = kept.success ? this.options.accounts.get(kept.data.binding.accountId) : undefined;
    if (!kept.success || !account) {
      panel.dispose();
      return;
    }
    const { binding, chosen, values } = kept.data;
    const { workspaceSid, parentSid, sid } = binding;
    const address = { workspaceSid, parentSid, sid };
    panel.webview.options = this.webviewOptions();
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
    panel.webview.html = html(panel.webview, extensionUri);
    this.visibleChanged.fire();
  }

  private webviewOptions(): vscode.WebviewOptions {
    return {
      enableScripts: true,
      localResourceRoots: [vscode.Uri.joinPath(this.options.extensionUri, 'dist', 'form')],
    };
  }
}

const keyOf = (account: Account, address: ReservationAddress) =>
  `${account.id}/${address.parentSid}/${address.sid}`;

/** The page without any data: that comes by message. */
function html(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const file = (name: string) =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', 'form', name)).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width">
    <link rel="stylesheet" href="${file('codicon.css')}" id="vscode-codicon-stylesheet">
    <link rel="stylesheet" href="${file('style.css')}">
    <title>Reservation</title>
  </head>
  <body>
    <script nonce="${nonce}" src="${file('form.js')}"></script>
  </body>
</html>`;
}
