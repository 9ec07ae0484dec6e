import * as vscode from 'vscode';
import type { Assignment } from '../../../callbacks/assignment';
import { assignmentParameters } from '../../../callbacks/assignment';
import type { WorkspaceTarget } from '../../../callbacks/deliver';
import { decisiveAnswer, deliverAssignment } from '../../../callbacks/deliver';
import type { InstructionName } from '../../../taskrouter/instructions';
import type { ReservationAddress } from '../../../taskrouter/reservation';
import { statusOf } from '../../../taskrouter/reservation';
import * as resources from '../../../taskrouter/resources';
import type { CallFilter, CallbacksMessage, CallbacksState } from '../../../webview/callbacks/protocol';
import type { FormValues } from '../../../webview/shared/protocol';
import type { Account } from '../../accounts/account';
import type { Accounts } from '../../accounts/accounts';
import type { SendingCallback, SentCallback } from '../../accounts/simulation';
import type { Clock } from '../../data/clock';
import type { Store } from '../../data/store';
import type { ResourceTarget, WorkspacePlace } from '../../data/target';
import { nameOf } from '../../display/names';
import { showError, showInformation } from '../../display/notification';
import { PageConnection } from '../../display/pageConnection';
import { plain } from '../../display/safeText';
import { tabTitle } from '../../display/tabs';
import { Disposables } from '../../emitter';
import type { Setup } from './setup';
import { targetOf } from './setup';
import { readAssignment, readRefusal, readReservation, readWorker } from './assignmentReads';
import type { AssignmentCall, Replay } from './benchCall';
import { assignmentWith, compact, indented } from './benchCall';
import type { BenchCalls } from './benchCalls';
import type { BenchMemory } from './benchMemory';
import { attributesProblem, benchState } from './benchState';
import { copyCurl, copyOutput, copyToken } from './copy';
import { Delivering } from './delivering';
import { parseCallbacksMessage } from './pageMessage';
import { saveRecording } from './saveRecording';
import type { Suggestion } from './suggestions';
import { setupIn, watchSuggestions } from './suggestions';

export interface OpenBenchOptions {
  readonly accounts: Accounts;
  readonly store: Store;
  readonly clock: Clock;
  readonly memory: BenchMemory;
  readonly forms: ReservationForms;
}

/** The forms of reservations. */
export interface ReservationForms {
  show(account: Account, address: ReservationAddress): Promise<void>;
  /** Opens the form of a reservation with these values filled in. */
  fill(
    account: Account,
    address: ReservationAddress,
    instruction: InstructionName,
    values: FormValues,
  ): Promise<void>;
}

const maxShown = 300;
/** Milliseconds between states while callbacks are sent. */
const postEvery = 100;

/** The page that sends the callbacks of one workspace's assignments to this machine, and shows what comes back. */
export class OpenBench {
  private readonly disposables = new Disposables();
  private readonly page: PageConnection<CallbacksState, CallbacksMessage>;
  private account: Account;
  private setup: Setup;
  private isUrlMissing = false;
  private suggestions: readonly Suggestion[] = [];
  private readonly delivering: Delivering;
  private isSigned: boolean | undefined;
  private replay: Replay | undefined;
  private shown = { from: 0, to: 80 };
  private postTimer: { cancel(): void } | undefined;
  private isDisposed = false;
  readonly ownsPanel = true;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly options: OpenBenchOptions,
    account: Account,
    private readonly workspaceSid: string,
    /** They stay when the page is closed. */
    private readonly calls: BenchCalls,
    private isRestored: boolean,
  ) {
    const { accounts, store, clock, memory } = options;
    this.account = account;
    this.setup = memory.of(this.place);
    this.delivering = new Delivering({
      workspaceSid,
      delivery: async () => (await accounts.simulator()).delivery,
      onSending: (callback) => this.sending(callback),
      onSent: (callback) => this.sent(callback),
      onEnd: () => {
        calls.dropWaiting();
        this.changed();
      },
      isWaiting: () => calls.isWaiting,
    });
    this.page = new PageConnection(panel.webview, {
      parse: parseCallbacksMessage,
      state: () => ({ state: this.state(), now: clock.now(), binding: { ...this.place } }),
      receive: (message) => this.receive(message),
    });
    this.disposables.add(
      this.page,
      this.delivering,
      { dispose: () => this.postTimer?.cancel() },
      watchSuggestions((suggestions) => {
        this.suggestions = suggestions;
        this.post();
      }),
      store.onDidChange((change) => {
        const isShown = this.calls.all.some(
          (one) => 'assignment' in one && change.hasRow(account.id, one.assignment.reservationSid),
        );
        if (isShown) this.changed();
      }),
      accounts.onDidChange(() => {
        this.account = accounts.get(account.id) ?? this.account;
        this.post();
      }),
    );
    this.nameTab();
    void this.nameWorkspace();
    void this.learnSigning();
  }

  get subject(): ResourceTarget {
    return {
      accountId: this.account.id,
      collection: resources.workspaces,
      sids: [this.workspaceSid],
    };
  }

  private get place(): WorkspacePlace & { readonly [key: string]: string } {
    return { accountId: this.account.id, workspaceSid: this.workspaceSid };
  }

  reveal(): void {
    this.panel.reveal();
  }

  dispose(): void {
    this.isDisposed = true;
    if (this.delivering.target)
      void showInformation(vscode.l10n.t('Callbacks are no longer delivered: their page was closed.'));
    this.disposables.dispose();
  }

  /** Offers to send the callback of this reservation, as it is now. */
  async offerReplay(address: ReservationAddress): Promise<void> {
    const assignment = await readAssignment(this.options.store, this.account.id, address);
    if (assignment) this.edit(assignment);
    else void showError(vscode.l10n.t('The task or worker of this reservation is incomplete.'));
  }

  private edit(assignment: Assignment): void {
    this.replay = { id: this.calls.nextId(), assignment, attributes: indented(assignment.taskAttributes) };
    this.post();
  }

  private async nameWorkspace(): Promise<void> {
    const { store } = this.options;
    if (nameOf(store, this.account.id, this.workspaceSid)) return;
    // Its SID is shown if that fails.
    await store.fetch(this.account.id, resources.workspaces, [this.workspaceSid]).catch(() => undefined);
    if (this.isDisposed) return;
    this.nameTab();
    this.post();
  }

  private nameTab(): void {
    const workspace = nameOf(this.options.store, this.account.id, this.workspaceSid);
    const about =
      workspace === undefined
        ? vscode.l10n.t('Callbacks')
        : vscode.l10n.t('Callbacks: {workspace}', { workspace });
    this.panel.title = tabTitle(this.account, about);
  }

  private async learnSigning(): Promise<void> {
    const token = await this.options.accounts.authToken(this.account.id).catch(() => undefined);
    this.isSigned = token !== undefined;
    this.post();
  }

  private state(): CallbacksState {
    const { store } = this.options;
    const { id } = this.account;
    return benchState({
      account: this.account,
      workspace: nameOf(store, id, this.workspaceSid) ?? this.workspaceSid,
      setup: this.setup,
      isUrlMissing: this.isUrlMissing,
      suggestions: this.suggestions,
      deliveringTo: this.delivering.target,
      isRestored: this.isRestored,
      ...{ pauseSeconds: this.delivering.pauseSeconds, failure: this.delivering.failure },
      isSigned: this.isSigned,
      calls: this.calls,
      replay: this.replay,
      shown: this.shown,
      workerOf: (sid) => plain(store.read(resources.workers, id, sid)?.friendly_name ?? sid, 60),
      statusOf: (sid) => statusOf(store.row(id, sid)),
    });
  }

  private post(): void {
    this.postTimer?.cancel();
    this.postTimer = undefined;
    this.page.post();
  }

  private changed(): void {
    if (!this.isDisposed) this.postTimer ??= this.options.clock.setTimeout(() => this.post(), postEvery);
  }

  private async receive(message: CallbacksMessage): Promise<void> {
    switch (message.type) {
      case 'setup':
        this.changeSetup({ ...this.setup, [message.key]: message.value.trim() });
        break;
      case 'applySetup':
        await this.applySetup();
        break;
      case 'useSuggestion':
        this.useSuggestion(message.index);
        break;
      case 'start':
        await this.start();
        break;
      case 'stop':
        this.delivering.stop();
        break;
      case 'rows':
        this.shown = rowsAround(message);
        break;
      case 'choose':
        this.calls.choose(message.index, message.id);
        break;
      case 'filter':
        this.filter(message.filter);
        break;
      case 'clear':
        this.calls.clear();
        this.isRestored = false;
        break;
      case 'replay':
        if (this.current) this.edit(this.current.assignment);
        break;
      case 'edit':
        if (this.replay) this.replay = { ...this.replay, attributes: message.attributes };
        break;
      case 'cancelReplay':
        this.replay = undefined;
        break;
      case 'send':
        return this.send();
      case 'openReservation':
        return this.openReservation();
      case 'openForm':
        return this.openForm();
      case 'copyOutput':
        return copyOutput(this.calls.chosen);
      case 'saveRecording':
        return saveRecording(this.calls.chosen);
      case 'copyCurl':
        return copyCurl(this.calls.chosen, message.attempt);
      case 'copyToken':
        return copyToken(this.account, this.options.accounts);
      case 'refresh':
        if (this.current) await this.read(readReservation, this.current.assignment);
    }
    this.post();
  }

  /** The chosen callback, if it is that of an assignment. */
  private get current(): AssignmentCall | undefined {
    const { chosen } = this.calls;
    return chosen && 'assignment' in chosen ? chosen : undefined;
  }

  private changeSetup(setup: Setup): void {
    this.setup = setup;
    this.isUrlMissing = false;
    this.options.memory.save(this.place, this.setup);
  }

  /** It is entered; only the user starts. */
  private useSuggestion(index: number): void {
    this.changeSetup({ ...this.setup, ...setupIn(this.suggestions[index]) });
    if (this.delivering.target) this.delivering.stop(changed());
  }

  private filter(filter: CallFilter): void {
    this.calls.filter = filter;
    this.options.memory.saveFilter(this.place, filter);
  }

  /** What is delivered goes where the page says, once the user has typed that. */
  private async applySetup(): Promise<void> {
    if (!this.delivering.target) return;
    const target = targetOf(this.setup);
    if (target) await this.delivering.start(target);
    else this.delivering.stop(changed());
  }

  private async start(): Promise<void> {
    const target = this.checkedTarget();
    if (target && this.account.kind === 'simulated') await this.delivering.start(target);
  }

  /** Where callbacks go; says what is missing where that is not known. */
  private checkedTarget(): WorkspaceTarget | undefined {
    this.isUrlMissing = this.setup.url === '';
    return targetOf(this.setup);
  }

  private async send(): Promise<void> {
    const { replay, options, account } = this;
    const target = this.checkedTarget();
    if (!replay || !target || attributesProblem(replay.attributes) !== undefined) return this.post();
    this.replay = undefined;
    const assignment = { ...replay.assignment, taskAttributes: compact(replay.attributes) };
    const call = { id: this.calls.nextId(), assignment, at: options.clock.now(), isReplay: true };
    this.calls.addChosen(call);
    this.post();
    const authToken = await options.accounts.authToken(account.id).catch(() => undefined);
    const parameters = assignmentParameters(assignment);
    const delivery = await deliverAssignment(
      target,
      parameters,
      authToken === undefined ? {} : { authToken },
    );
    const refusal = await readRefusal(options.store, account.id, assignment, decisiveAnswer(delivery));
    this.calls.replace({ ...call, delivery, refusal });
    this.changed();
    await this.read(readReservation, assignment);
  }

  /** The callback of an assignment that the simulator sends. */
  private sending({ parameters }: SendingCallback): void {
    const { assignment } = this.calls.waitingFor(assignmentWith(parameters, this.options.clock.now()));
    void this.read(readWorker, assignment);
    this.changed();
  }

  /** A callback that the simulator has sent. */
  private sent({ kind, reservationSid = '', delivery, attempt, refusal }: SentCallback): void {
    const { calls } = this;
    const at = this.options.clock.now();
    const [first] = delivery?.attempts ?? [];
    if (attempt && kind !== 'assignment')
      calls.add({
        ...{ id: calls.nextId(), at, kind, attempt },
        cause: calls.ofReservation(reservationSid)?.assignment,
      });
    if (delivery && first) {
      const call = calls.waitingFor(assignmentWith(first.parameters, at));
      calls.replace({ ...call, delivery, refusal });
      void this.read(readReservation, call.assignment);
    }
    this.changed();
  }

  /** Shows what is read of an assignment. */
  private async read(reading: typeof readWorker, of: Assignment): Promise<void> {
    await reading(this.options.store, this.account.id, of);
    if (!this.isDisposed) this.changed();
  }

  private async openReservation(): Promise<void> {
    const { current, account, options } = this;
    if (current) await options.forms.show(account, addressIn(current.assignment));
  }

  private async openForm(): Promise<void> {
    const { current, account, options } = this;
    const { instruction, args } = current?.delivery ? decisiveAnswer(current.delivery) : {};
    if (!current || !instruction || !args) return;
    await options.forms.fill(account, addressIn(current.assignment), instruction, args);
  }
}

const rowsAround = ({ from, to }: { readonly from: number; readonly to: number }) => ({
  from: Math.max(0, from - 40),
  to: Math.min(to + 40, from + maxShown),
});

const changed = () => vscode.l10n.t('Stopped: a URL or the events filter was changed.');

const addressIn = ({ workspaceSid, taskSid, reservationSid }: Assignment): ReservationAddress => ({
  workspaceSid,
  parentSid: taskSid,
  sid: reservationSid,
});
