import * as vscode from 'vscode';
import { Disposables } from '../../emitter';
import type { FormMessage, FormState } from '../../../webview/reservation/protocol';
import type { FormValues } from '../../../webview/shared/protocol';
import type { Row } from '../../../taskrouter/client';
import { readRow } from '../../../taskrouter/client';
import type { Instruction, InstructionName } from '../../../taskrouter/instructions';
import { instructionNamed } from '../../../taskrouter/instructions';
import * as resources from '../../../taskrouter/resources';
import type { Collection } from '../../../taskrouter/resources';
import { snippets } from '../../../taskrouter/snippets';
import { isSid } from '../../../taskrouter/sid';
import type { ReservationAddress } from '../../../taskrouter/reservation';
import { collectionOf, differingFields, sidsOf } from '../../../taskrouter/reservation';
import { problemsOf } from '../../../taskrouter/update';
import type { Account } from '../../accounts/account';
import type { Accounts } from '../../accounts/accounts';
import type { Outcome } from '../../actions/outcome';
import type { Send } from '../../actions/send';
import { prepareReservation } from './prepare';
import { callerDataIn } from './callerData';
import type { CallerIds } from './callerIds';
import type { Clock } from '../../data/clock';
import type { Draft } from './drafts';
import type { FormModel } from './formModel';
import { chosenValues, formState, nextReservation, situationOf } from './formModel';
import type { PresetPicks } from './presetPicks';
import { PageConnection } from '../../display/pageConnection';
import { plain } from '../../display/safeText';
import type { ListRef } from '../../data/listRef';
import type { Store, StoreChange } from '../../data/store';
import { errorPage, sentence, describeError } from '../../display/errorMessage';
import type { WorkerPicks } from './workerPick';

export interface OpenFormOptions {
  readonly accounts: Accounts;
  readonly clock: Clock;
  /** Milliseconds by which an account's TaskRouter is ahead of that clock. */
  readonly skew: (accountId: string) => number;
  readonly store: Store;
  readonly send: Send;
  readonly callerIds: CallerIds;
  readonly presets: Pick<PresetPicks, 'pick'>;
  readonly workers: WorkerPicks;
  /** Keeps what was typed into this form. */
  readonly keep: (values: Draft) => void;
  /** Opens another reservation of the same account. */
  readonly show: (account: Account, address: ReservationAddress, reservation: Row) => void;
}

export const titleOf = (reservation: Row) => {
  const worker = reservation['worker_name'];
  return `Reservation · ${typeof worker === 'string' ? plain(worker, 40) : reservation.sid.slice(-6)}`;
};

/** One form. It is bound to its account and reservation for life. */
export class OpenForm {
  private readonly disposables = new Disposables();
  private readonly page: PageConnection<FormState, FormMessage>;
  private readingReservation: Promise<void>;
  /** The latest question about the reservation that has been answered. */
  private answered = 0;
  private expiry: { cancel(): void } | undefined;
  /** What a preset has replaced. */
  private readonly beforePreset: { [K in InstructionName]?: FormValues } = {};
  private disposed = false;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly options: OpenFormOptions,
    private model: FormModel,
  ) {
    const { store, accounts } = options;
    this.page = new PageConnection(panel.webview, {
      parse: async (message) => (await import('../../lazy')).parseFormMessage(message),
      state: () => ({
        state: formState(this.model),
        now: this.now,
        binding: { accountId: this.model.account.id, ...this.model.address },
      }),
      receive: (message) => this.receive(message),
    });
    this.disposables.add(
      this.page,
      store.onDidChange((change) => this.takeFrom(change)),
      accounts.onDidChange(() => {
        const account = accounts.get(model.account.id);
        if (account) this.change({ account });
        else this.dispose();
      }),
      { dispose: () => this.expiry?.cancel() },
    );
    panel.onDidDispose(() => {
      this.disposed = true;
      this.disposables.dispose();
    });
    this.readingReservation = this.readReservation();
    void this.lookUp();
  }

  reveal(chosen: InstructionName): void {
    this.change({ chosen });
    this.panel.reveal();
  }

  dispose(): void {
    this.panel.dispose();
  }

  /** What is worth reading again and again while this form is seen. */
  get watched(): readonly ListRef[] {
    const list = this.panel.visible ? this.listOfTask : undefined;
    return list ? [list] : [];
  }

  private get listOfTask(): ListRef | undefined {
    const { account, address, reservation } = this.model;
    const taskSid = reservation['task_sid'];
    if (typeof taskSid !== 'string') return undefined;
    const parents = [address.workspaceSid, taskSid];
    return { accountId: account.id, collection: resources.taskReservations, parents };
  }

  private change(change: Partial<FormModel>): void {
    // What was under way when the form was closed comes to its end without it.
    if (this.disposed) return;
    this.model = { ...this.model, ...change };
    if (change.values) this.options.keep(change.values);
    if (situationOf(this.model).status === 'pending') this.model = { ...this.model, wasPending: true };
    this.post();
  }

  /** The account's clock: milliseconds since 1970. */
  private get now(): number {
    const { clock, skew } = this.options;
    return clock.now() + skew(this.model.account.id);
  }

  private post(): void {
    this.page.post();
    this.expiry?.cancel();
    const { now } = this;
    const { expiresAt } = formState(this.model).reservation;
    if (expiresAt === undefined || now - expiresAt > 60_000) return;
    const wait = untilAsked(now - expiresAt);
    this.expiry = this.options.clock.setTimeout(() => void this.readReservation(), wait);
  }

  private async receive(data: FormMessage): Promise<void> {
    const { account, address, outcome, chosen } = this.model;
    switch (data.type) {
      case 'choose':
        return this.change({ chosen: data.instruction, outcome: undefined });
      case 'set':
        return this.set(data.instruction, data.key, data.value);
      case 'send':
        return data.instruction === chosen ? this.send() : this.post();
      case 'copy':
        return this.copy(data.preview);
      case 'edit':
        return this.edit(data.preview);
      case 'refresh':
        return void (await Promise.all([this.readReservation(), this.lookUp()]));
      case 'presets':
        return this.pickPreset();
      case 'pick':
        return this.pickValue(data.instruction, data.key);
      case 'explain': {
        const code = outcome?.receipt?.code;
        if (code !== undefined) await vscode.env.openExternal(vscode.Uri.parse(errorPage(code)));
        return;
      }
      case 'next': {
        const next = nextReservation(this.model);
        const parentSid = next?.['task_sid'];
        if (!next || typeof parentSid !== 'string') return;
        return this.options.show(account, { ...address, parentSid, sid: next.sid }, next);
      }
    }
  }

  private set(
    instruction: InstructionName,
    key: string,
    value: string | readonly string[] | undefined,
  ): void {
    const { values } = this.model;
    if (!instructionNamed(instruction).fields.some((field) => field.key === key)) return this.post();
    const next: Record<string, string | readonly string[]> = { ...values[instruction] };
    if (value === undefined || value.length === 0) delete next[key];
    else next[key] = value;
    this.change({ values: { ...values, [instruction]: next }, outcome: undefined });
    void this.nameWorkers();
  }

  /** Whoever asked may have gone on to another instruction: the value goes where it was asked for. */
  private async pickValue(instruction: InstructionName, key: string): Promise<void> {
    const { account, address } = this.model;
    const field = instructionNamed(instruction).fields.find((one) => one.key === key);
    if (field?.source !== 'workers' || account.readOnly) return;
    const worker = await this.options.workers.pick(field.label, account.id, address.workspaceSid);
    if (!worker) return;
    this.change({ workers: [worker, ...this.model.workers] });
    this.set(instruction, key, worker.sid);
  }

  private previewNamed(preview: string): string | undefined {
    return formState(this.model).previews.find(({ name }) => name === preview)?.text;
  }

  private async copy(preview: string): Promise<void> {
    const text = this.previewNamed(preview);
    if (text !== undefined) await vscode.env.clipboard.writeText(text);
  }

  private async edit(preview: string): Promise<void> {
    const content = this.previewNamed(preview);
    const language = snippets.find(({ name }) => name === preview)?.language;
    if (content === undefined || language === undefined) return;
    const document = await vscode.workspace.openTextDocument({ content, language });
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside });
  }

  private async pickPreset(): Promise<void> {
    const { chosen } = this.model;
    const task = this.model.task && readRow(resources.tasks, this.model.task);
    const filled = chosenValues(this.model);
    const fill = await this.options.presets.pick(
      instructionNamed(chosen),
      filled,
      callerDataIn(task?.attributes),
      this.beforePreset[chosen],
    );
    if (!fill) return;
    const { values } = this.model;
    const now = values[chosen] ?? {};
    this.beforePreset[chosen] = now;
    this.change({ values: { ...values, [chosen]: fill(now) }, outcome: undefined });
    void this.nameWorkers();
  }

  private async send(): Promise<void> {
    const { store } = this.options;
    const { account, address, chosen, sending } = this.model;
    const instruction = instructionNamed(chosen);
    const args = chosenValues(this.model);
    if (sending || problemsOf(instruction, args, situationOf(this.model)).length) return this.post();
    this.change({ sending: true, outcome: undefined, before: undefined });
    // What is sent has been shown, its version too.
    await this.readingReservation;
    const { reservation, etag, task, worker } = this.model;
    let outcome: Outcome | undefined;
    try {
      const connection = await this.options.accounts.connect(account.id);
      const update = prepareReservation(store, account.id, {
        address,
        shown: reservation,
        etag,
        instruction,
        args,
      });
      outcome = await this.options.send(connection, update);
    } catch (error) {
      const details = [sentence(describeError(error))];
      outcome = { kind: 'not done', headline: `${instruction.title}: not done.`, details };
    }
    const before = outcome?.receipt && { reservation, task, worker };
    this.change({ sending: false, outcome, before });
    if (outcome?.kind === 'done') await this.rememberCallerIds(instruction, args);
    if (outcome) await this.readReservation();
  }

  /** Not a caller's number, even if somebody has typed it in as their own. */
  private async rememberCallerIds(instruction: Instruction, args: FormValues): Promise<void> {
    const { account } = this.model;
    const task = this.model.task && readRow(resources.tasks, this.model.task);
    const isCallerData = callerDataIn(task?.attributes);
    const used = instruction.fields.flatMap(({ key, source }) => {
      const value = source === 'caller-ids' ? args[key] : undefined;
      return typeof value === 'string' && !isCallerData(value) ? [value] : [];
    });
    await this.options.callerIds.add(account.id, used);
    this.change({ callerIds: this.options.callerIds.of(account.id) });
  }

  /** The reservation by itself, with its version. */
  private readReservation(): Promise<void> {
    this.readingReservation = this.reread();
    return this.readingReservation;
  }

  private async reread(): Promise<void> {
    const { store, accounts } = this.options;
    const { account, address } = this.model;
    try {
      const { client, signal } = await accounts.connect(account.id);
      const request = store.begin(account.id);
      const { row, etag } = await client.fetch(collectionOf(address), sidsOf(address), signal);
      signal.throwIfAborted();
      if (this.disposed || request.sequence < this.answered) return;
      this.answered = request.sequence;
      this.panel.title = titleOf(row);
      const goneOn = row['reservation_status'] !== this.model.reservation['reservation_status'];
      this.change({ reservation: row, etag, hasBeenRead: true });
      store.put(request, row, etag);
      // Where the task is now.
      if (goneOn && this.listOfTask) void store.refresh(this.listOfTask);
    } catch (error) {
      const outcome = {
        kind: 'unknown',
        headline: 'The reservation could not be read.',
        details: [sentence(describeError(error))],
      } as const;
      // What became of an action is worth more than that.
      if (!this.model.outcome) this.change({ outcome });
    }
  }

  /** What the form shows beside the reservation itself; what cannot be read is left out. */
  private async lookUp(): Promise<void> {
    const { store } = this.options;
    const { account, address } = this.model;
    const { workspaceSid } = address;
    const fetch = (collection: Collection, ...sids: string[]) =>
      store.fetch(account.id, collection, sids).catch(() => undefined);
    const rowsOf = (list: ListRef) =>
      (store.list(list)?.sids ?? []).flatMap((sid) => store.row(account.id, sid) ?? []);
    await this.readingReservation;
    const { task_sid: taskSid, worker_sid: workerSid } = this.model.reservation;
    const taskAndWorkflow = async () => {
      const task = await fetch(resources.tasks, workspaceSid, String(taskSid));
      this.change({ task });
      const workflowSid = task && readRow(resources.tasks, task)?.workflow_sid;
      if (workflowSid) this.change({ workflow: await fetch(resources.workflows, workspaceSid, workflowSid) });
    };
    const activities = {
      accountId: account.id,
      collection: resources.activities,
      parents: [workspaceSid],
    };
    const ofTask = this.listOfTask;
    await Promise.all([
      taskAndWorkflow(),
      fetch(resources.workers, workspaceSid, String(workerSid)).then((worker) => this.change({ worker })),
      fetch(resources.workspaces, workspaceSid).then((workspace) => this.change({ workspace })),
      store.all(activities).then(() => this.change({ activities: rowsOf(activities) })),
      this.nameWorkers(),
      ofTask && store.refresh(ofTask),
    ]);
  }

  /** Reads who the workers are whose SIDs were typed, kept or filled in: nobody knows a colleague by a SID. */
  private async nameWorkers(): Promise<void> {
    const { account, address, chosen, workers } = this.model;
    const sids = instructionNamed(chosen).fields.flatMap(({ key, source }) => {
      const value = source === 'workers' ? chosenValues(this.model)[key] : undefined;
      return typeof value === 'string' && isSid('Worker', value) ? [value] : [];
    });
    for (const sid of sids.filter((one) => workers.every((worker) => worker.sid !== one))) {
      const sought = [address.workspaceSid, sid];
      const worker = await this.options.store.fetch(account.id, resources.workers, sought).catch(() => null);
      if (worker) this.change({ workers: [worker, ...this.model.workers] });
    }
  }

  private takeFrom(stored: StoreChange): void {
    const { account, reservation, task, worker } = this.model;
    const { store } = this.options;
    const fresh = (row: Row | undefined) =>
      row && stored.hasRow(account.id, row.sid) ? store.row(account.id, row.sid) : undefined;
    const ofTask = this.listOfTask;
    const newer = fresh(reservation);
    const another = newer && differingFields(reservation, newer).length > 0;
    const known = ofTask && store.list(ofTask)?.sids.flatMap((sid) => store.row(account.id, sid) ?? []);
    const touched = known?.some(({ sid }) => stored.hasRow(account.id, sid));
    const change = {
      // Its version is not known by that; it is read below.
      ...(another ? { reservation: newer, etag: undefined } : {}),
      ...definedOnly('task', fresh(task)),
      ...definedOnly('worker', fresh(worker)),
      ...(known && (touched || stored.hasList(ofTask)) ? { ofTask: known } : {}),
    };
    if (Object.keys(change).length) this.change(change);
    if (another && !this.model.sending) void this.readReservation();
  }
}

/**
 * Milliseconds until TaskRouter is asked what became of a reservation whose time has been over for so long: it has
 * to notice that as well, and may not have half a second later, when it is asked first; then after one, two, four …
 */
function untilAsked(over: number): number {
  const first = 500;
  const next = over < first ? first : first * 2 ** (Math.floor(Math.log2(over / first)) + 1);
  return next - over;
}

const definedOnly = (key: string, row: Row | undefined) => (row ? { [key]: row } : {});
