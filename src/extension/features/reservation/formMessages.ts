import * as vscode from 'vscode';
import type { InstructionName } from '../../../taskrouter/instructions';
import { instructionNamed } from '../../../taskrouter/instructions';
import type { ReservationAddress } from '../../../taskrouter/reservation';
import { taskReservations } from '../../../taskrouter/resources';
import { snippets } from '../../../taskrouter/snippets';
import type { FormMessage } from '../../../webview/reservation/protocol';
import type { FormValues } from '../../../webview/shared/protocol';
import type { Account } from '../../accounts/account';
import type { Store } from '../../data/store';
import { reached } from '../../display/contextKey';
import { errorPage } from '../../display/errorMessage';
import { callerDataIn } from './callerData';
import { chosenValues, nextReservation } from './formModel';
import type { FormSendOptions } from './formSend';
import { sendForm } from './formSend';
import type { OpenForm } from './openForm';
import type { PresetPicks } from './presetPicks';
import { readChosenWorkers } from './relatedReads';
import type { WorkerPicks } from './workerPick';

export interface FormMessagesOptions extends FormSendOptions {
  readonly store: Store;
  readonly presets: Pick<PresetPicks, 'pick'>;
  readonly workers: Pick<WorkerPicks, 'pick'>;
  /** Opens another reservation of the same account. */
  readonly openNext: (account: Account, address: ReservationAddress) => void;
  /** Opens a reservation of the account that the user chooses. */
  readonly openAnother: (account: Account) => Promise<void>;
}

/** Does what the user does on the page. */
export class FormMessages {
  /** The values that a preset has replaced. */
  private readonly beforePreset: { [K in InstructionName]?: FormValues } = {};

  constructor(
    private readonly form: OpenForm,
    private readonly options: FormMessagesOptions,
  ) {}

  async receive(message: FormMessage): Promise<void> {
    const { form } = this;
    switch (message.type) {
      case 'choose':
        return form.edit({ chosen: message.instruction });
      case 'set':
        return this.set(message.instruction, message.key, message.value);
      case 'send':
        return message.instruction === form.model.chosen ? sendForm(form, this.options) : form.post();
      case 'copy':
        return this.copy(message.preview);
      case 'edit':
        return this.openPreview(message.preview);
      case 'refresh':
        return form.refresh();
      case 'presets':
        return this.pickPreset();
      case 'pick':
        return this.pickValue(message.instruction, message.key);
      case 'explain':
        return this.explain();
      case 'next':
        return this.openNext();
      case 'another':
        return this.options.openAnother(form.model.account);
    }
  }

  private set(
    instruction: InstructionName,
    key: string,
    value: string | readonly string[] | undefined,
  ): void {
    const { form } = this;
    if (!instructionNamed(instruction).fields.some((field) => field.key === key)) return form.post();
    const next: Record<string, string | readonly string[]> = { ...form.model.values[instruction] };
    if (value === undefined || value.length === 0) delete next[key];
    else next[key] = value;
    this.fill(instruction, next);
  }

  private fill(instruction: InstructionName, values: FormValues): void {
    const { form } = this;
    form.edit({ values: { ...form.model.values, [instruction]: values } });
    void readChosenWorkers(this.options.store, form.model);
  }

  /** Sets the field for which the pick was opened, even if another instruction has been chosen since. */
  private async pickValue(instruction: InstructionName, key: string): Promise<void> {
    const { account, address } = this.form.model;
    const field = instructionNamed(instruction).fields.find((one) => one.key === key);
    if (field?.source !== 'workers' || account.readOnly) return;
    const worker = await this.options.workers.pick(field.label, account.id, address.workspaceSid);
    if (!worker || this.form.isDisposed) return;
    const { store } = this.options;
    if (!store.row(account.id, worker.sid)) store.put(store.begin(account.id, address.workspaceSid), worker);
    this.set(instruction, key, worker.sid);
  }

  private async pickPreset(): Promise<void> {
    const { form, beforePreset } = this;
    const { chosen } = form.model;
    const fill = await this.options.presets.pick(
      instructionNamed(chosen),
      chosenValues(form.model),
      callerDataIn(form.rows.task?.attributes),
      beforePreset[chosen],
    );
    if (!fill) return;
    const before = form.model.values[chosen] ?? {};
    beforePreset[chosen] = before;
    this.fill(chosen, fill(before));
  }

  private previewNamed(name: string): string | undefined {
    return this.form.shown.previews.find((preview) => preview.name === name)?.text;
  }

  private async copy(preview: string): Promise<void> {
    const text = this.previewNamed(preview);
    if (text === undefined) return;
    await vscode.env.clipboard.writeText(text);
    reached('copied');
  }

  private async openPreview(preview: string): Promise<void> {
    const content = this.previewNamed(preview);
    const language = snippets.find(({ name }) => name === preview)?.language;
    if (content === undefined || language === undefined) return;
    const document = await vscode.workspace.openTextDocument({ content, language });
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside });
  }

  private async explain(): Promise<void> {
    const code = this.form.model.outcome?.receipt?.code;
    if (code !== undefined) await vscode.env.openExternal(vscode.Uri.parse(errorPage(code)));
  }

  private openNext(): void {
    const { model, rows } = this.form;
    const next = nextReservation(model, rows);
    const taskSid = next && taskReservations.read(next).task_sid;
    if (taskSid)
      this.options.openNext(model.account, { ...model.address, parentSid: taskSid, sid: next.sid });
  }
}
