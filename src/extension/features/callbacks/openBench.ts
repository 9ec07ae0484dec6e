import * as vscode from 'vscode';
import type { Assignment } from '../../../callbacks/assignment';
import { assignmentParameters } from '../../../callbacks/assignment';
import type { WorkspaceTarget } from '../../../callbacks/deliver';
import { decisiveAnswer, deliverAssignment, maxFailuresInRow } from '../../../callbacks/deliver';
import type { InstructionName } from '../../../taskrouter/instructions';
import type { ReservationAddress } from '../../../taskrouter/reservation';
import { statusOf } from '../../../taskrouter/reservation';
import * as resources from '../../../taskrouter/resources';
import type { CallbacksMessage, CallbacksState } from '../../../webview/callbacks/protocol';
import type { FormValues } from '../../../webview/shared/protocol';
import type { Account } from '../../accounts/account';
import type { Accounts } from '../../accounts/accounts';
import type { SendingCallback, SentCallback } from '../../accounts/simulation';
import type { Clock } from '../../data/clock';
import type { Store } from '../../data/store';
import type { ResourceTarget, WorkspacePlace } from '../../data/target';
import { describeError, sentence } from '../../display/errorMessage';
import { nameOf } from '../../display/names';
import { showError } from '../../display/notification';
import { PageConnection } from '../../display/pageConnection';
import { plain } from '../../display/safeText';
import { tabTitle } from '../../display/tabs';
import type { Disposable } from '../../emitter';
import { Disposables } from '../../emitter';
import type { Setup } from './setup';
import { targetOf, targetProblem } from './setup';
import { readAssignment, readReservation, readWorker } from './assignmentReads';
import type { AssignmentCall, Replay } from './benchCall';
import { assignmentWith, compact, indented } from './benchCall';
import { BenchCalls } from './benchCalls';
import type { BenchMemory } from './benchMemory';
import { attributesProblem, benchState } from './benchState';
import { copyCurl, copyOutput } from './copy';
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
  private delivering: Disposable | undefined;
  /** Ends what tells of callbacks. It goes on when delivering stops: an answer that is under way still arrives. */
  private unobserve: (() => void) | undefined;
  private isStarting = false;
  private failure: string | undefined;
  private isSigned: boolean | undefined;
  private readonly calls: BenchCalls;
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
    private isRestored: boolean,
  ) {
    const { accounts, store, clock, memory } = options;
    this.account = account;
    this.setup = memory.of(this.place);
    // The name of the worker and the status stay when a form that also shows them is closed.
    const hold = ({ workerSid, reservationSid }: Assignment) =>
      store.hold(account.id, [workerSid, reservationSid]);
    this.calls = new BenchCalls(memory.filterOf(this.place), hold);
    this.page = new PageConnection(panel.webview, {
      parse: parseCallbacksMessage,
      state: () => ({ state: this.state(), now: clock.now(), binding: { ...this.place } }),
      receive: (message) => this.receive(message),
    });
    this.disposables.add(
      this.page,
      { dispose: () => this.delivering?.dispose() },
      { dispose: () => this.calls.dispose() },
      { dispose: () => this.unobserve?.() },
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
    panel.title = tabTitle(account, vscode.l10n.t('Callbacks'));
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
    this.post();
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
      isDelivering: this.delivering !== undefined,
      isRestored: this.isRestored,
      failure: this.failure,
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
    this.postTimer ??= this.options.clock.setTimeout(() => this.post(), postEvery);
  }

  private async receive(message: CallbacksMessage): Promise<void> {
    switch (message.type) {
      case 'setup':
        this.changeSetup({ ...this.setup, [message.key]: message.value.trim() });
        break;
      case 'useSuggestion':
        // It is entered; only the user starts.
        this.changeSetup({ ...this.setup, ...setupIn(this.suggestions[message.index]) });
        break;
      case 'start':
        await this.start();
        break;
      case 'stop':
        this.stop();
        break;
      case 'rows':
        this.shown = {
          from: Math.max(0, message.from - 40),
          to: Math.min(message.to + 40, message.from + maxShown),
        };
        break;
      case 'choose':
        this.calls.choose(message.index, message.id);
        break;
      case 'filter':
        this.calls.filter = message.filter;
        this.options.memory.saveFilter(this.place, message.filter);
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
    // What is delivered goes where the page says.
    const reason = vscode.l10n.t('Stopped: a URL or the events filter was changed.');
    const isReason = this.delivering !== undefined || this.failure === reason;
    this.stop();
    if (isReason) this.failure = reason;
  }

  private stop(): void {
    this.delivering?.dispose();
    this.delivering = undefined;
    this.failure = undefined;
  }

  private async start(): Promise<void> {
    const target = this.checkedTarget();
    if (!target || this.isStarting || this.account.kind !== 'simulated') return;
    this.stop();
    this.isStarting = true;
    try {
      this.failure = await targetProblem(target);
      if (this.failure !== undefined || this.isDisposed) return;
      const { delivery } = await this.options.accounts.simulator();
      if (this.isDisposed || !delivery) return;
      this.unobserve?.();
      this.unobserve = delivery.observe(
        (callback) => this.sent(callback),
        (callback) => this.sending(callback),
      );
      delivery.targets.set(this.workspaceSid, target);
      this.delivering = { dispose: () => delivery.targets.delete(this.workspaceSid) };
    } catch (error) {
      this.failure = sentence(describeError(error));
    } finally {
      this.isStarting = false;
    }
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
    if (this.isDisposed) return;
    this.calls.replace({ ...call, delivery });
    this.changed();
    await this.read(readReservation, assignment);
  }

  /** The callback of an assignment that the simulator sends. */
  private sending({ workspaceSid, parameters }: SendingCallback): void {
    if (workspaceSid !== this.workspaceSid) return;
    const { assignment } = this.calls.waitingFor(assignmentWith(parameters, this.options.clock.now()));
    void this.read(readWorker, assignment);
    this.changed();
  }

  /** A callback that the simulator has sent. */
  private sent(callback: SentCallback): void {
    const { kind, workspaceSid, reservationSid = '', delivery, attempt, refusal, isLast } = callback;
    if (workspaceSid !== this.workspaceSid) return;
    if (isLast) {
      this.stop();
      this.failure = vscode.l10n.t(
        'Stopped after {count} callbacks in a row without a usable answer. Start again when your application answers.',
        { count: maxFailuresInRow },
      );
    }
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

const addressIn = ({ workspaceSid, taskSid, reservationSid }: Assignment): ReservationAddress => ({
  workspaceSid,
  parentSid: taskSid,
  sid: reservationSid,
});
