import type * as vscode from 'vscode';
import { ApiError } from '../../../taskrouter/errors';
import type { InstructionName } from '../../../taskrouter/instructions';
import { instructionNamed, instructions } from '../../../taskrouter/instructions';
import { message } from '../../../taskrouter/message';
import type { PreparedUpdate } from '../../../taskrouter/preparedUpdate';
import type { ReservationAddress } from '../../../taskrouter/reservation';
import { collectionOf, sidsOf, statusOf } from '../../../taskrouter/reservation';
import { isSid } from '../../../taskrouter/sid';
import { InvalidArgumentsError } from '../../../taskrouter/update';
import type { FormMessage, FormState } from '../../../webview/reservation/protocol';
import type { Account } from '../../accounts/account';
import type { Outcome } from '../../actions/outcome';
import { outcomeAfterRestart } from '../../actions/interrupted';
import type { UpdateInProgress } from '../../actions/updatesInProgress';
import type { Clock } from '../../data/clock';
import type { ListRef } from '../../data/listRef';
import type { StoreChange } from '../../data/storeChange';
import type { ResourceTarget } from '../../data/target';
import { describeError, sentence } from '../../display/errorMessage';
import { PageConnection } from '../../display/pageConnection';
import { tabTitle } from '../../display/tabs';
import type { Disposable } from '../../emitter';
import { Disposables } from '../../emitter';
import type { FormMessagesOptions } from './formMessages';
import { FormMessages } from './formMessages';
import type { FormDraft, FormModel, FormRows } from './formModel';
import {
  activitiesOf,
  chosenValues,
  chosenWorkerSids,
  readFormRows,
  statusesIn,
  taskReservationsOf,
} from './formModel';
import { formState } from './formState';
import { OutcomeOnPage } from './outcomeOnPage';
import { parseFormMessage } from './pageMessage';
import { prepareReservation } from './prepare';
import { readRelated, readTask } from './relatedReads';
import { hasOtherStatus, ReservationReads } from './reservationReads';
import { outcomeToSave, restoredOutcome } from './restoredOutcome';
import type { SavedOutcome } from './savedOutcomes';

export interface OpenFormOptions extends FormMessagesOptions {
  readonly clock: Clock;
  /** Milliseconds by which an account's TaskRouter is ahead of that clock. */
  readonly skew: (accountId: string) => number;
  /** Stores what was typed into this form. */
  readonly saveDraft: (values: FormDraft) => void;
  readonly onTitle: (title: string) => void;
  /** Whether another form of this reservation has been opened after this one was closed. */
  readonly isReopened: () => boolean;
  /** Stores the outcome that this form shows; undefined removes it. */
  readonly saveOutcome: (outcome: SavedOutcome | undefined) => void;
}

/** What a form is opened with. */
export interface FormStart {
  readonly account: Account;
  readonly address: ReservationAddress;
  readonly chosen: InstructionName;
  readonly values: FormDraft;
  /** The outcome that the form showed before it or the window was closed. */
  readonly saved?: SavedOutcome | undefined;
  /** The form is from before the simulation that its account is now. */
  readonly isOfEarlierSimulation?: boolean;
}

/** One form in a panel. It is bound to its account and reservation for life; the panel may outlive it. */
export class OpenForm {
  private readonly disposables = new Disposables();
  private readonly page: PageConnection<FormState, FormMessage>;
  private readonly messages: FormMessages;
  readonly reads: ReservationReads;
  private current: FormModel;
  private posted: FormState;
  private held: Disposable | undefined;
  private heldSids: readonly string[] = [];
  private edited = false;
  private readonly outcome: OutcomeOnPage;
  /** Whether the user has chosen another instruction from a menu since the outcome was shown. */
  private choseSince = false;
  /** The statuses when the update that is being sent was started. */
  private before: FormModel['before'];
  private disposed = false;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly options: OpenFormOptions,
    start: FormStart,
  ) {
    const { store, accounts, clock, actions } = options;
    const { account, address } = start;
    this.reads = new ReservationReads({
      store,
      clock,
      accountId: account.id,
      address,
      onRead: (error) => this.wasRead(error),
    });
    const wasPending = statusOf(this.reads.version?.row) === 'pending';
    const { chosen, values, isOfEarlierSimulation } = start;
    const model = { account, address, chosen, values, isOfEarlierSimulation, isReading: true, wasPending };
    this.current = { ...model, ...(this.alreadyInProgress(start) ?? this.earlierOutcome(start)) };
    this.outcome = new OutcomeOnPage(
      this.current.outcome,
      clock,
      (outcome, about) => void actions.show(outcome, { about, accountName: this.model.account.name }),
    );
    this.posted = this.state;
    this.messages = new FormMessages(this, options);
    this.page = new PageConnection(panel.webview, {
      parse: parseFormMessage,
      state: () => ({
        state: this.posted,
        now: this.now,
        binding: { accountId: account.id, ...address },
      }),
      receive: (message) => this.messages.receive(message),
    });
    this.disposables.add(
      this.page,
      this.reads,
      { dispose: () => this.held?.dispose() },
      store.onDidChange((change) => this.storeChanged(change)),
      panel.onDidChangeViewState(() => this.outcome.setVisible(panel.visible)),
      actions.inProgress.onDidChange((update) => this.followUpdate(update)),
      accounts.onDidChange(() => {
        const now = accounts.get(account.id);
        if (now) this.change({ account: now });
        else this.panel.dispose();
      }),
    );
    this.hold();
    this.post();
    void this.refresh();
  }

  /** An update that was started before this form was opened. */
  private alreadyInProgress({ account, address }: FormStart): Partial<FormModel> | undefined {
    const { update, phase } = this.options.actions.inProgress.of(account.id, address.sid) ?? {};
    if (!update || !phase) return undefined;
    const { title } = update;
    const chosen = instructions.find((one) => one.title === title)?.name;
    return { sending: { phase, title }, ...(chosen ? { chosen } : {}) };
  }

  /** Of an update that was sent before the window or this form was closed. */
  private earlierOutcome({ account, address, saved, isOfEarlierSimulation }: FormStart): Partial<FormModel> {
    const { actions, clock } = this.options;
    const last = actions.journal.lastOf(account.id, address.sid);
    // The saved one says more, and the journal knows of what was sent after it.
    if (!saved || (last && last.sentAt > saved.sent.at))
      return { outcome: last && outcomeAfterRestart(last, clock.now()) };
    return isOfEarlierSimulation ? { earlier: saved } : restoredOutcome(saved, account);
  }

  get model(): FormModel {
    return this.current;
  }

  /** What the page shows. */
  get shown(): FormState {
    return this.posted;
  }

  /** Whether Send cannot be a repeated key press: the user can have read the last outcome, or has chosen since. */
  get canSendAgain(): boolean {
    return this.choseSince || this.outcome.isRead;
  }

  get isDisposed(): boolean {
    return this.disposed;
  }

  get subject(): ResourceTarget {
    const { account, address } = this.model;
    return { accountId: account.id, collection: collectionOf(address), sids: sidsOf(address) };
  }

  /** Whether the panel must not be reused for another reservation. */
  get ownsPanel(): boolean {
    return this.edited;
  }

  /** The lists to poll while this form is visible. */
  get polled(): readonly ListRef[] {
    const list = this.panel.visible ? taskReservationsOf(this.model, this.reads.version?.row) : undefined;
    return list ? [list] : [];
  }

  reveal(chosen: InstructionName, preserveFocus: boolean): void {
    // The page shows what is being sent until its outcome is there.
    if (!this.model.sending) {
      if (chosen !== this.model.chosen) this.choseSince = true;
      this.change({ chosen });
    }
    this.panel.reveal(undefined, preserveFocus);
  }

  /** After a modal dialog VS Code focuses the frame around the page, where keys do nothing. */
  takeFocusBack(): void {
    if (!this.disposed && this.panel.active) this.panel.reveal();
  }

  /** Ends the form, and leaves the panel to the next one. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.disposables.dispose();
    // A sign-out first ends the request, then closes the form.
    this.outcome.showIfUnread();
  }

  /** Whether a form of this reservation is open: this one, or one that was opened since. */
  get isOpen(): boolean {
    return !this.disposed || this.options.isReopened();
  }

  /** Shows an update of this reservation, wherever in this window it was started. */
  private followUpdate({ accountId, update, phase, outcome }: UpdateInProgress): void {
    const { account, address, sending } = this.model;
    if (accountId !== account.id || update.subject.sids.at(-1) !== address.sid) return;
    const { title } = update;
    if (!sending) this.before = statusesIn(this.rows);
    if (phase) return this.change({ sending: { phase, title }, outcome: undefined, sent: undefined });
    const instruction = instructions.find((one) => one.title === title);
    if (instruction) this.finish(instruction.name, outcome, update.about);
  }

  /** Shows how an update ended, also in a form of this reservation that is opened later. */
  finish(name: InstructionName, outcome: Outcome | undefined, about: string): void {
    const sent = outcome && { instruction: name, at: this.options.clock.now() };
    const before = outcome?.receipt ? this.before : undefined;
    const values = this.model.values[name] ?? {};
    if (sent) this.options.saveOutcome(outcomeToSave(outcome, sent, before, values));
    this.change({ sending: undefined, outcome, sent, before }, about);
  }

  get rows(): FormRows {
    return readFormRows(this.options.store, this.model, this.reads.version);
  }

  private get state(): FormState {
    const { model, rows } = this;
    const { callerIds, clock } = this.options;
    return formState(model, rows, this.prepared(rows), callerIds.of(model.account.id), clock.now());
  }

  /** The update that Send sends; undefined while the input is invalid. */
  prepared({ version }: FormRows, model = this.model): PreparedUpdate | undefined {
    const { account, address, chosen } = model;
    if (!version) return undefined;
    const args = chosenValues(model);
    const shown = { shown: version.row, etag: version.etag };
    try {
      const given = { address, ...shown, instruction: instructionNamed(chosen), args };
      return prepareReservation(this.options.store, account.id, given);
    } catch (error) {
      if (error instanceof InvalidArgumentsError) return undefined;
      throw error;
    }
  }

  /** The account's clock: milliseconds since 1970. */
  private get now(): number {
    const { clock, skew } = this.options;
    return clock.now() + skew(this.model.account.id);
  }

  /** `about` is what the outcome is about, if this form has to show it to somebody. */
  change(change: Partial<FormModel>, about?: string): void {
    // Work in progress continues after the form is closed.
    if (this.disposed) return;
    if ('outcome' in change && change.outcome !== this.current.outcome) {
      this.outcome.replace(change.outcome, this.panel.visible, about);
      this.choseSince = false;
    }
    this.current = { ...this.current, ...change };
    if (change.values) this.options.saveDraft(change.values);
    if (change.values || change.chosen) this.hold();
    this.post();
  }

  /** A change by the user, after which the panel is not reused. */
  edit(change: Partial<FormModel>): void {
    this.edited = true;
    this.options.saveOutcome(undefined);
    this.change({ ...change, outcome: undefined, sent: undefined, earlier: undefined });
  }

  post(): void {
    if (statusOf(this.reads.version?.row) === 'pending') this.current = { ...this.current, wasPending: true };
    this.posted = this.state;
    this.page.post();
    const { reservation } = this.posted;
    // The title of a restored tab is better than that of a reservation that could not be read.
    if (this.reads.version || !this.panel.title) {
      const title = titleOf(this.model.account, reservation);
      this.panel.title = title;
      this.options.onTitle(title);
    }
    const { expiresAt } = reservation;
    this.reads.readAfterExpiry(expiresAt === undefined ? undefined : this.now - expiresAt);
  }

  private wasRead(error: unknown): void {
    if (error === undefined) return this.change({ isReading: false, isGone: false });
    if (error instanceof ApiError && error.status === 404)
      return this.change({ isReading: false, isGone: true });
    const details = [sentence(describeError(error))];
    const outcome = {
      kind: 'unknown',
      headline: message('The reservation could not be read.'),
      details,
    } as const;
    // The outcome of an update is more important than that.
    this.change({ isReading: false, outcome: this.model.outcome ?? outcome });
  }

  private storeChanged(change: StoreChange): void {
    const { account } = this.model;
    const before = this.reads.version;
    this.reads.take();
    const { version } = this.reads;
    const lists = [activitiesOf(this.model), taskReservationsOf(this.model, version?.row)];
    const concerns =
      version !== before ||
      this.heldSids.some((sid) => change.hasRow(account.id, sid)) ||
      lists.some((list) => list && change.hasList(list));
    if (!concerns) return;
    this.hold();
    this.post();
    if (!before || !hasOtherStatus(before, version)) return;
    const ofTask = lists[1];
    if (ofTask) void this.options.store.refresh(ofTask);
    // The status of the task changes with it.
    void readTask(this.options.store, this.model, this.rows);
  }

  /** Retains the form's rows in the store, even if no list holds them. */
  private hold(): void {
    const { account, address } = this.model;
    const { reservation, task, ofTask } = this.rows;
    const related = [reservation?.task_sid, reservation?.worker_sid, task?.workflow_sid];
    this.heldSids = [address.sid, address.workspaceSid, ...related, ...chosenWorkerSids(this.model)]
      .concat(ofTask.map(({ sid }) => sid))
      .filter((sid) => typeof sid === 'string');
    const before = this.held;
    this.held = this.options.store.hold(account.id, this.heldSids);
    before?.dispose();
  }

  /** Reads everything that the form shows. */
  async refresh(): Promise<void> {
    await this.reads.read();
    if (!this.disposed) await readRelated(this.options.store, this.model, this.rows);
  }
}

/** A reservation's task, or else its worker. */
const titleOf = (account: Account, { task, worker }: FormState['reservation']): string =>
  tabTitle(account, isSid('Task', task) || !task ? worker : task);
