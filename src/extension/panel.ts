import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import * as z from 'zod';
import type { ExtensionMessage } from '../form/protocol';
import type { Row } from '../taskrouter/client';
import { readRow } from '../taskrouter/client';
import type { InstructionName } from '../taskrouter/instructions';
import { instructionNamed, instructions } from '../taskrouter/instructions';
import * as resources from '../taskrouter/resources';
import type { Collection } from '../taskrouter/resources';
import type { ReservationAddress } from '../taskrouter/update';
import { problemsOf } from '../taskrouter/update';
import type { Account, Accounts } from './accounts';
import type { Act } from './act';
import type { FormModel } from './formModel';
import { chosenValues, formState, situationOf } from './formModel';
import { plain } from './safeText';
import type { Store } from './store';
import { sentence, wordsFor } from './words';

export const panelType = 'taskrouter.reservation';

const names = instructions.map(({ name }) => name) as [InstructionName, ...InstructionName[]];
const Value = z.union([z.string().max(4096), z.array(z.string().max(64)).max(32)]);

const Instruction = z.enum(names);
const Numbered = { number: z.number().int().nonnegative(), instruction: Instruction };

/** All that the page may say. It cannot name a command, a URL, or an account. */
const Message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('choose'), ...Numbered }),
  z.object({ type: z.literal('set'), ...Numbered, key: z.string().max(64), value: Value.optional() }),
  z.object({ type: z.literal('send'), ...Numbered }),
  z.object({ type: z.literal('copy'), preview: z.string().max(64) }),
  z.object({ type: z.literal('refresh') }),
]);

/** What the page kept over a reload of the window. */
const Kept = z.object({
  binding: z.object({
    accountId: z.string(),
    workspaceSid: z.string(),
    parentSid: z.string(),
    sid: z.string(),
  }),
  chosen: Instruction,
  values: z.partialRecord(Instruction, z.record(z.string(), Value)),
});

export interface PanelOptions {
  readonly accounts: Accounts;
  readonly store: Store;
  readonly act: Act;
  readonly extensionUri: vscode.Uri;
}

/** The open forms, at most one for each reservation of an account. */
export class ReservationPanels implements vscode.WebviewPanelSerializer {
  private readonly open = new Map<string, ReservationPanel>();

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
    this.adopt(panel, account, address, reservation, chosen, {});
  }

  /** VS Code brings a form back after a reload, with what the page kept. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const kept = Kept.safeParse(state);
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
    await Promise.resolve();
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
    values: FormModel['values'],
  ): void {
    const key = keyOf(account, address);
    this.open.get(key)?.dispose();
    const form = new ReservationPanel(panel, this.options, {
      account,
      address,
      reservation,
      activities: [],
      workers: [],
      chosen,
      values,
      sending: false,
    });
    this.open.set(key, form);
    panel.onDidDispose(() => {
      if (this.open.get(key) === form) this.open.delete(key);
    });
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

const titleOf = (reservation: Row) => {
  const worker = reservation['worker_name'];
  return `Reservation · ${typeof worker === 'string' ? plain(worker, 40) : reservation.sid.slice(-6)}`;
};

/** One form. It is bound to its account and reservation for life. */
class ReservationPanel {
  private readonly subscriptions: { dispose(): void }[] = [];
  /** The highest number among the page's messages so far. */
  private upTo = 0;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly options: PanelOptions,
    private model: FormModel,
  ) {
    const { store, accounts } = options;
    this.subscriptions.push(
      panel.webview.onDidReceiveMessage((message: unknown) => void this.receive(message)),
      store.changes.listen(({ rows }) => this.takeFrom(rows)),
      accounts.changes.listen(() => {
        if (!accounts.get(model.account.id)) this.dispose();
      }),
    );
    panel.onDidDispose(() => this.subscriptions.forEach((one) => one.dispose()));
    panel.iconPath = vscode.Uri.joinPath(options.extensionUri, 'media', 'reservation.svg');
    panel.webview.html = html(panel.webview, options.extensionUri);
    void this.lookUp();
  }

  reveal(chosen: InstructionName): void {
    this.change({ chosen });
    this.panel.reveal();
  }

  dispose(): void {
    this.panel.dispose();
  }

  private change(change: Partial<FormModel>): void {
    this.model = { ...this.model, ...change };
    this.post();
  }

  private post(): void {
    const message: ExtensionMessage = {
      type: 'state',
      state: formState(this.model),
      upTo: this.upTo,
      now: Date.now(),
    };
    void this.panel.webview.postMessage(message);
  }

  private async receive(message: unknown): Promise<void> {
    const parsed = Message.safeParse(message);
    if (!parsed.success) return;
    const { data } = parsed;
    if ('number' in data) this.upTo = Math.max(this.upTo, data.number);
    switch (data.type) {
      case 'ready':
        return this.post();
      case 'choose':
        return this.change({ chosen: data.instruction, outcome: undefined });
      case 'set':
        return this.set(data.instruction, data.key, data.value);
      case 'send':
        return data.instruction === this.model.chosen ? this.send() : this.post();
      case 'copy':
        return this.copy(data.preview);
      case 'refresh':
        return this.lookUp();
    }
  }

  private set(instruction: InstructionName, key: string, value: string | string[] | undefined): void {
    const { values } = this.model;
    if (!instructionNamed(instruction).fields.some((field) => field.key === key)) return this.post();
    const next: Record<string, string | readonly string[]> = { ...values[instruction] };
    if (value === undefined || value.length === 0) delete next[key];
    else next[key] = value;
    this.change({ values: { ...values, [instruction]: next }, outcome: undefined });
  }

  private async copy(preview: string): Promise<void> {
    const text = formState(this.model).previews.find(({ name }) => name === preview)?.text;
    if (text !== undefined) await vscode.env.clipboard.writeText(text);
  }

  private async send(): Promise<void> {
    const { account, address, reservation, chosen, sending } = this.model;
    const instruction = instructionNamed(chosen);
    const args = chosenValues(this.model);
    if (sending || problemsOf(instruction, args, situationOf(this.model)).length) return this.post();
    this.change({ sending: true, outcome: undefined });
    try {
      const connection = await this.options.accounts.connect(account.id);
      const outcome = await this.options.act({ connection, address, shown: reservation, instruction, args });
      this.change({ sending: false, outcome });
    } catch (error) {
      const words = wordsFor(error);
      this.change({
        sending: false,
        outcome: {
          kind: 'not done',
          headline: `${instruction.title}: not done.`,
          details: [sentence(words)],
        },
      });
    }
  }

  /** What the form shows beside the reservation itself; what cannot be read is left out. */
  private async lookUp(): Promise<void> {
    const { store } = this.options;
    const { account, address } = this.model;
    const { workspaceSid, parentSid, sid } = address;
    const fetch = (collection: Collection, ...sids: string[]) =>
      store.fetch(account.id, collection, sids).catch(() => undefined);
    const listed = async (collection: Collection) => {
      const list = { accountId: account.id, collection, parents: [workspaceSid] };
      await store.refresh(list);
      return (store.list(list)?.sids ?? []).flatMap((one) => store.row(account.id, one) ?? []);
    };
    const collection = parentSid.startsWith('WK') ? resources.workerReservations : resources.taskReservations;
    try {
      const reservation = await store.fetch(account.id, collection, [workspaceSid, parentSid, sid]);
      this.panel.title = titleOf(reservation);
      this.change({ reservation });
    } catch (error) {
      const outcome = {
        kind: 'unknown',
        headline: 'The reservation could not be read.',
        details: [sentence(wordsFor(error))],
      } as const;
      return this.change({ outcome });
    }
    const { task_sid: taskSid, worker_sid: workerSid } = this.model.reservation;
    const taskAndWorkflow = async () => {
      const task = await fetch(resources.tasks, workspaceSid, String(taskSid));
      this.change({ task });
      const workflowSid = task && readRow(resources.tasks, task)?.workflow_sid;
      if (workflowSid) this.change({ workflow: await fetch(resources.workflows, workspaceSid, workflowSid) });
    };
    await Promise.all([
      taskAndWorkflow(),
      fetch(resources.workers, workspaceSid, String(workerSid)).then((worker) => this.change({ worker })),
      fetch(resources.workspaces, workspaceSid).then((workspace) => this.change({ workspace })),
      listed(resources.activities).then((activities) => this.change({ activities })),
      listed(resources.workers).then((workers) => this.change({ workers })),
    ]);
  }

  private takeFrom(changed: ReadonlySet<string>): void {
    const { account, reservation, task, worker } = this.model;
    const fresh = (row: Row | undefined) =>
      row && changed.has(`${account.id}/${row.sid}`)
        ? this.options.store.row(account.id, row.sid)
        : undefined;
    const change = {
      ...definedOnly('reservation', fresh(reservation)),
      ...definedOnly('task', fresh(task)),
      ...definedOnly('worker', fresh(worker)),
    };
    if (Object.keys(change).length) this.change(change);
  }
}

const definedOnly = (key: string, row: Row | undefined) => (row ? { [key]: row } : {});

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
