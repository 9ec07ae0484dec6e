import * as vscode from 'vscode';
import { alertWindow } from '../../../explanation/callAndAlerts';
import { explaining } from '../../../explanation/explain';
import { canBeAsked, questionsOf } from '../../../explanation/questions';
import { RoutingRules } from '../../../explanation/routingRules';
import { timelineSteps } from '../../../explanation/timeline';
import * as resources from '../../../taskrouter/resources';
import type { TaskMessage, TaskState } from '../../../webview/task/protocol';
import type { Account } from '../../accounts/account';
import type { ResourceTarget } from '../../data/target';
import { reached } from '../../display/contextKey';
import { describeError, sentence } from '../../display/errorMessage';
import { PageConnection } from '../../display/pageConnection';
import { tabTitle } from '../../display/tabs';
import { Disposables } from '../../emitter';
import { AskTaskRouter } from './askTaskRouter';
import { knownAsOf, notRead, simulationEnded } from './texts';
import { parseTaskMessage } from './pageMessage';
import { Reading } from './reading';
import { actionsOf, changeAccount, runAction } from './taskActions';
import { Contradictions } from './contradictions';
import type { Explained } from './copyExplanation';
import { CallAndAlertReads } from './callAndAlertReads';
import { Copied, copyExplanation } from './copyExplanation';
import { inSlices } from '../../../slices';
import type { TaskAddress } from './storedTask';
import { PageEvents } from './pageEvents';
import { saveTest } from './saveTest';
import { TaskReads } from './taskReads';
import type { OpenTaskOptions, PageStart } from './pageStart';
import { explainedEvery } from './pageStart';
import type { TaskModel } from './taskState';
import { brokenState, taskState } from './taskState';

/** The page about one task. It is bound to its account and task for life; the panel may outlive it. */
export class OpenTask {
  private readonly disposables = new Disposables();
  private readonly page: PageConnection<TaskState, TaskMessage>;
  private readonly reads: TaskReads;
  private readonly outside: CallAndAlertReads;
  private readonly asking: AskTaskRouter;
  private readonly events: PageEvents;
  private readonly reading: Reading;
  private account: Account;
  private state: TaskState;
  private explained: Explained | undefined;
  private timer: { cancel(): void } | undefined;
  private isPinned: boolean;
  private readonly isRestored: boolean;
  private readonly title: string | undefined;
  /** Something has changed since the facts of the last explanation were taken. */
  private isStale = true;
  private isChanging = false;
  private isDisposed = false;
  private run = Promise.resolve();
  /** What explaining, or showing the explanation, threw. */
  private fault: unknown;
  private readonly rules = new RoutingRules();
  /** Workers whose rows the user sees: those have details. */
  private readonly seen = new Set<string>();
  private readonly copied: Copied;
  private readonly contradictions = new Contradictions(async (resolved) => {
    await this.reading.run(async () => {
      await this.reads.readTask();
      resolved();
      await this.readWorkers();
    });
    this.changed();
    this.events.schedule();
  });
  /** How long it took to explain, in milliseconds. */
  private lastTook = 0;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly options: OpenTaskOptions,
    start: PageStart & { readonly address: TaskAddress },
  ) {
    const { accounts, store, clock, polled, interval } = options;
    const { address } = start;
    this.account = start.account;
    this.isPinned = start.pinned;
    this.isRestored = start.restored;
    this.title = start.title;
    const skew = () => options.skew(address.accountId);
    this.reading = new Reading(clock, () => this.changed());
    this.copied = new Copied(clock, () => this.post());
    this.reads = new TaskReads({ store, clock, skew }, address);
    const connect = (accountId: string) => accounts.connect(accountId);
    const isVisible = () => this.isVisible;
    this.outside = new CallAndAlertReads({ clock, connect, isVisible, account: () => this.account });
    this.asking = new AskTaskRouter({ clock, connect, changed: () => this.post() });
    this.events = new PageEvents(
      {
        clock,
        skew,
        polled,
        interval,
        connect,
        isVisible,
        onPoll: async (changes, covered) => {
          this.contradictions.retry();
          await this.reads.readChanges(changes, covered);
          await this.readWorkers(true);
          this.changed();
          void this.readOutside();
        },
        onFail: (error) => {
          this.reads.missChanges(error);
          this.changed();
        },
      },
      address,
      () => ({ taskSid: address.taskSid, workflowSid: this.reads.stored.task?.workflow_sid }),
    );
    this.state = taskState(this.model);
    this.page = new PageConnection(panel.webview, {
      parse: parseTaskMessage,
      state: () => ({
        state: this.state,
        now: clock.now() + skew(),
        binding: { accountId: address.accountId, workspaceSid: address.workspaceSid, sid: address.taskSid },
      }),
      receive: (message) => this.receive(message),
    });
    this.disposables.add(this.page, this.reading, this.reads, this.events, this.copied);
    this.listen(address);
    panel.title = tabTitle(this.account, this.state.subject.title);
    void this.readNew(start.restored);
  }

  private listen({ accountId }: TaskAddress): void {
    const { accounts, store } = this.options;
    this.disposables.add(
      this.panel.onDidChangeViewState(() => this.visibilityChanged()),
      vscode.window.onDidChangeWindowState(() => this.visibilityChanged()),
      vscode.workspace.onDidChangeConfiguration(() => this.visibilityChanged()),
      store.onDidChange((change) => {
        if (this.reads.stored.concerns(change)) this.changed();
      }),
      accounts.onDidChange(() => {
        const now = accounts.get(accountId);
        if (!now) return this.panel.dispose();
        const isNewSecret = now.secretId !== this.account.secretId;
        this.account = now;
        this.outside.accountChanged();
        this.changed();
        void this.readOutside();
        // What the earlier secret could not read, this one may.
        if (isNewSecret) void this.read(() => this.reads.refresh());
      }),
    );
  }

  private get address(): TaskAddress {
    return this.reads.stored.address;
  }

  get subject(): ResourceTarget {
    const { accountId, workspaceSid, taskSid } = this.address;
    return { accountId, collection: resources.tasks, sids: [workspaceSid, taskSid] };
  }

  get ownsPanel(): boolean {
    return this.isPinned;
  }

  /** Keeps the tab: the next page opens in another one. */
  pin(): void {
    this.setPinned(true);
  }

  private setPinned(pinned: boolean): void {
    this.isPinned = pinned;
    this.post();
  }

  reveal(preserveFocus: boolean): void {
    this.panel.reveal(undefined, preserveFocus);
    void this.readNew();
  }

  private visibilityChanged(): void {
    if (this.isStale) this.changed();
    else if (this.panel.visible) this.post();
    this.events.schedule();
    void this.readOutside();
  }

  /** Ends this page, and leaves the panel to the next one. */
  dispose(): void {
    this.isDisposed = true;
    this.asking.cancel();
    this.timer?.cancel();
    this.disposables.dispose();
  }

  private get isVisible(): boolean {
    return !this.isDisposed && this.panel.visible && vscode.window.state.focused;
  }

  private async read(first: () => Promise<void>, inBackground = false): Promise<void> {
    const isLatest = await this.reading.run(async () => {
      await first();
      this.changed();
      await this.reads.readDetails(inBackground);
      await this.readWorkers(inBackground);
    });
    this.changed();
    if (isLatest) this.events.schedule();
    void this.readOutside(!inBackground);
  }

  /** After everything else: it may wait for the request limit, and only few accounts have it on. */
  private async readOutside(userInitiated = false): Promise<void> {
    try {
      if (this.isDisposed || !this.reads.isReady || !this.reads.stored.task) return;
      const facts = this.reads.facts();
      if (await this.outside.read(facts, alertWindow(facts), userInitiated)) this.changed();
    } catch (error) {
      this.failed(error);
      this.post();
    }
  }

  /** Reads what the store does not have, and what it has had for more than a few seconds. */
  private readNew(inBackground = false): Promise<void> {
    return this.read(() => this.reads.readForHeadline(inBackground), inBackground);
  }

  /** Capacity and reservations of the workers for whom they decide: one request each. */
  private async readWorkers(inBackground = false): Promise<void> {
    const explanation = () => (this.isDisposed ? undefined : this.explained?.explanation);
    const explain = () => this.explain().then(explanation);
    await this.reads.candidates.read(await explain(), explain, inBackground);
    // Who has capacity is known by now, and whether their last offers decide between them.
    const { next } = explanation() ?? {};
    if (next && next.count < next.workers.length) await this.reads.readOffers(inBackground);
  }

  /** Something that the page shows may be another. Many changes at once are one. */
  private changed(): void {
    this.isStale = true;
    if (this.isDisposed || this.isChanging || !this.panel.visible) return;
    this.isChanging = true;
    const run = async () => {
      await this.explain();
      this.post();
      this.isChanging = false;
      if (this.isStale) this.changed();
    };
    // Where explaining takes long, other extensions have at least as long in between.
    if (this.lastTook < 20) setImmediate(() => void run());
    else this.options.clock.setTimeout(() => void run(), 2 * this.lastTook);
  }

  /** Explains what is known now, after an explanation that is being made. */
  private explain(): Promise<void> {
    const explained = this.run.then(() => this.explainNow());
    return (this.run = explained.catch((error: unknown) => this.failed(error)));
  }

  /** Nothing is shown that no longer follows from what is known. */
  private failed(error: unknown): void {
    this.fault = error;
    this.explained = undefined;
  }

  private async explainNow(): Promise<void> {
    this.isStale = false;
    this.fault = undefined;
    const { isReady, failure, stored } = this.reads;
    if (this.isDisposed || !isReady || (failure !== undefined && !stored.task)) return;
    const { clock } = this.options;
    const facts = this.outside.addTo(this.reads.facts());
    if (this.contradictions.isBeingRead(facts)) return;
    const started = clock.elapsed();
    const isWanted = () => !this.isDisposed;
    const explanation = await inSlices(explaining(facts, this.rules), clock, isWanted);
    const timeline = await inSlices(timelineSteps(facts, this.rules), clock, isWanted);
    if (!explanation || !timeline || this.isDisposed) return;
    this.explained = { facts, explanation, timeline };
    this.lastTook = clock.elapsed() - started;
  }

  /** A simulation ends with its window: the next one does not have the tasks of a page that is restored. */
  private get isOfEndedSimulation(): boolean {
    return this.isRestored && this.account.kind === 'simulated' && this.reads.stored.isGone;
  }

  private get problem(): string | undefined {
    if (this.isOfEndedSimulation) return simulationEnded();
    const failure = this.reads.failure ?? this.reading.fault ?? this.fault;
    if (failure !== undefined) return sentence(describeError(failure));
    return this.reading.isSlow || (!this.reading.isRunning && !this.reads.isReady) ? notRead() : undefined;
  }

  private get model(): TaskModel {
    const explained = this.isOfEndedSimulation ? undefined : this.explained;
    const { facts = this.reads.facts(), explanation, timeline } = explained ?? {};
    return {
      account: this.account,
      taskSid: this.address.taskSid,
      title: this.title,
      pinned: this.isPinned,
      reading: this.reading.isRunning,
      problem: this.problem,
      facts,
      explanation,
      timeline,
      actions: actionsOf(this.account, this.reads.stored),
      seen: this.seen,
      requestedCapacities: this.reads.stored.capacities,
      copied: this.copied.customerData,
      asOf: explained && knownAsOf(facts.readAt, facts.now, this.options.interval()),
      requests: [...this.reads.requests, ...this.outside.requests],
      ask: canBeAsked(facts) ? (this.asking.view ?? { findings: [], notes: [] }) : undefined,
    };
  }

  private post(): void {
    if (this.isDisposed) return;
    try {
      this.state = taskState(this.model);
      if (this.state.headline) reached('explained');
    } catch (error) {
      this.state = brokenState(this.state, error);
    }
    this.panel.title = tabTitle(this.account, this.state.subject.title);
    this.page.post();
    this.timer?.cancel();
    this.timer = this.options.clock.setTimeout(() => this.changed(), explainedEvery);
  }

  /** Reads the capacity of the workers whose rows the user sees, or of all who qualify: a request each, within the limit. */
  private readCapacities(seen?: readonly string[]): Promise<void> {
    seen?.forEach((sid) => this.seen.add(sid));
    const unknown = (this.explained?.explanation.workers?.unknown ?? []).map(({ sid }) => sid);
    const wanted = unknown.filter((sid) => seen?.includes(sid) ?? true);
    const read = this.reads.candidates.readCapacities(wanted, { isSeen: true });
    this.post();
    return read;
  }

  private async ask(): Promise<void> {
    if (!this.explained) return;
    const { facts } = this.explained;
    const { accountId, workspaceSid } = this.address;
    const questions = questionsOf(facts, this.rules);
    const nameOf = (sid: string) => facts.workers.find((one) => one.sid === sid)?.friendly_name ?? sid;
    await this.asking.ask({ accountId, workspaceSid, questions, nameOf });
  }

  private async copy(customerData: boolean): Promise<void> {
    if (!this.explained) return;
    await copyExplanation(this.explained, { customerData, account: this.account.name });
    this.copied.note(customerData);
  }

  private async receive(message: TaskMessage): Promise<void> {
    switch (message.type) {
      case 'pin':
        return this.setPinned(message.pinned);
      case 'refresh':
        return this.read(() => this.reads.refresh());
      case 'openTask':
        return this.options.show(this.account, this.address.workspaceSid, message.taskSid);
      case 'openWorker':
        return this.options.show(this.account, this.address.workspaceSid, message.workerSid);
      case 'visible':
        return this.readCapacities(message.workerSids);
      case 'readCapacities':
        return this.readCapacities();
      case 'copy':
        return this.copy(message.customerData);
      case 'documentation': {
        const page = this.explained?.explanation.patterns[message.pattern]?.page;
        return void (page !== undefined && (await vscode.env.openExternal(vscode.Uri.parse(page))));
      }
      case 'saveTest':
        await this.reads.candidates.readAll();
        return saveTest(this.reads.facts(), this.rules);
      case 'ask':
        return void this.ask();
      case 'cancelAsk':
        return this.asking.cancel();
      case 'changeAccount':
        return changeAccount(this.options.targets, this.address.accountId);
      case 'openJson':
        return runAction(this.options.targets, this.address, 'taskrouter.resource.openJson');
      case 'act': {
        const { command, reservationSid } = message;
        const action = this.state.actions.find(
          (one) => one.command === command && one.reservationSid === reservationSid,
        );
        if (action) await runAction(this.options.targets, this.address, command, reservationSid);
      }
    }
  }
}
