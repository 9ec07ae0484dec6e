import * as vscode from 'vscode';
import type { WorkerExplanation } from '../../../explanation/explanation';
import { workerAsMarkdown } from '../../../explanation/markdown';
import { RoutingRules } from '../../../explanation/routingRules';
import { explainingWorker } from '../../../explanation/worker';
import * as resources from '../../../taskrouter/resources';
import type { TaskMessage, TaskState } from '../../../webview/task/protocol';
import type { ResourceTarget } from '../../data/target';
import type { Account } from '../../accounts/account';
import { describeError, sentence } from '../../display/errorMessage';
import { PageConnection } from '../../display/pageConnection';
import { tabTitle } from '../../display/tabs';
import { Disposables } from '../../emitter';
import type { OpenTaskOptions, PageStart } from './pageStart';
import { explainedEvery } from './pageStart';
import { parseTaskMessage } from './pageMessage';
import { Copied } from './copyExplanation';
import { PageEvents } from './pageEvents';
import { Reading } from './reading';
import { inSlices } from '../../../slices';
import { knownAsOf, notRead } from './texts';
import type { WorkerAddress } from './workerReads';
import { WorkerReads } from './workerReads';
import { brokenState } from './taskState';
import { workerState } from './workerState';

/** The page about why a worker is not offered tasks. */
export class OpenWorker {
  private readonly disposables = new Disposables();
  private readonly page: PageConnection<TaskState, TaskMessage>;
  private readonly reads: WorkerReads;
  private readonly events: PageEvents;
  private readonly address: WorkerAddress;
  private account: Account;
  private state: TaskState;
  private explanation: WorkerExplanation | undefined;
  private rules: RoutingRules | undefined;
  /** What explaining, or showing the explanation, threw. */
  private fault: unknown;
  private readonly copied: Copied;
  /** In elapsed milliseconds. */
  private explainedAt = -Infinity;
  private explainTimer: { cancel(): void } | undefined;
  private readonly reading: Reading;
  private isPinned: boolean;
  private readonly title: string | undefined;
  private isDisposed = false;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly options: OpenTaskOptions,
    start: PageStart & { readonly address: WorkerAddress },
  ) {
    this.address = start.address;
    const { accounts, store, clock, polled, interval } = options;
    const { accountId, workspaceSid, workerSid } = start.address;
    const skew = () => options.skew(accountId);
    this.account = start.account;
    this.isPinned = start.pinned;
    this.title = start.title;
    this.reading = new Reading(clock, () => this.post());
    this.copied = new Copied(clock, () => this.post());
    this.reads = new WorkerReads(store, start.address, clock, skew);
    this.events = new PageEvents(
      {
        ...{ clock, skew, polled, interval },
        connect: (accountId) => accounts.connect(accountId),
        isVisible: () => !this.isDisposed && this.panel.visible && vscode.window.state.focused,
        onPoll: async (changes, covered) => {
          await this.reads.readChanges(changes, covered);
          await this.explainAgain();
        },
        onFail: (error) => {
          this.reads.missChanges(error);
          void this.explainAgain();
        },
      },
      start.address,
      () => ({ workflowSid: 'any' }),
    );
    this.state = this.build();
    this.page = new PageConnection(panel.webview, {
      parse: parseTaskMessage,
      state: () => ({
        state: this.state,
        now: clock.now() + skew(),
        binding: { accountId, workspaceSid, sid: workerSid },
      }),
      receive: (message) => this.receive(message),
    });
    this.disposables.add(this.page, this.reading, this.reads, this.events, this.copied);
    this.listen();
    panel.title = tabTitle(this.account, this.state.subject.title);
    void this.read(start.restored);
  }

  private listen(): void {
    const { accounts } = this.options;
    this.disposables.add(
      this.panel.onDidChangeViewState(() => this.visibilityChanged()),
      vscode.window.onDidChangeWindowState(() => this.visibilityChanged()),
      vscode.workspace.onDidChangeConfiguration(() => this.visibilityChanged()),
      accounts.onDidChange(() => {
        const account = accounts.get(this.address.accountId);
        if (!account) return this.panel.dispose();
        this.account = account;
        this.post();
      }),
    );
  }

  get subject(): ResourceTarget {
    const { accountId, workspaceSid, workerSid } = this.address;
    return { accountId, collection: resources.workers, sids: [workspaceSid, workerSid] };
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
    void this.read();
  }

  private visibilityChanged(): void {
    if (this.reading.isRunning) return;
    // What was certain when it was hidden may be old by now.
    const age = this.options.clock.elapsed() - this.explainedAt;
    if (age > explainedEvery) void this.explainAgain();
    else if (this.panel.visible) this.post();
    this.events.schedule();
  }

  dispose(): void {
    this.isDisposed = true;
    this.explainTimer?.cancel();
    this.disposables.dispose();
  }

  private async read(inBackground = false): Promise<void> {
    const isLatest = await this.reading.run(async () => {
      await this.reads.read(inBackground);
      await this.explain();
    });
    this.post();
    if (isLatest) this.events.schedule();
  }

  private async explainAgain(): Promise<void> {
    if (!this.panel.visible || this.reading.isRunning) return;
    await this.explain();
    this.post();
  }

  private async explain(): Promise<void> {
    if (this.isDisposed) return;
    this.explainedAt = this.options.clock.elapsed();
    try {
      const steps = explainingWorker(this.reads.facts(), (this.rules ??= new RoutingRules()));
      this.explanation = this.reads.isKnown
        ? await inSlices(steps, this.options.clock, () => !this.isDisposed)
        : undefined;
      this.fault = undefined;
    } catch (error) {
      this.failed(error);
    }
  }

  /** Nothing is shown that no longer follows from what is known. */
  private failed(error: unknown): void {
    this.fault = error;
    this.explanation = undefined;
  }

  private build(): TaskState {
    const { leftOut, requests } = this.reads;
    const failure = this.reads.failure ?? this.reading.fault ?? this.fault;
    const facts = this.reads.facts();
    return workerState({
      account: this.account,
      facts,
      title: this.title,
      pinned: this.isPinned,
      reading: this.reading.isRunning,
      problem:
        failure !== undefined
          ? sentence(describeError(failure))
          : this.reading.isSlow
            ? notRead()
            : undefined,
      explanation: this.explanation,
      leftOut,
      copied: this.copied.customerData,
      asOf: this.explanation && knownAsOf(facts.readAt, facts.now, this.options.interval()),
      requests,
    });
  }

  private post(): void {
    if (this.isDisposed) return;
    try {
      this.state = this.build();
    } catch (error) {
      this.state = brokenState(this.state, error);
    }
    this.panel.title = tabTitle(this.account, this.state.subject.title);
    this.page.post();
    this.explainTimer?.cancel();
    this.explainTimer = this.options.clock.setTimeout(() => void this.explainAgain(), explainedEvery);
  }

  private async copy(customerData: boolean): Promise<void> {
    if (!this.explanation) return;
    const text = workerAsMarkdown(this.reads.facts(), this.explanation, {
      customerData,
      account: this.account.name,
    });
    await vscode.env.clipboard.writeText(text);
    this.copied.note(customerData);
  }

  private async receive(message: TaskMessage): Promise<void> {
    switch (message.type) {
      case 'pin':
        return this.setPinned(message.pinned);
      case 'refresh':
        return this.read();
      case 'openTask':
        return this.options.show(this.account, this.reads.address.workspaceSid, message.taskSid);
      case 'copy':
        return this.copy(message.customerData);
      default:
        // The page of a worker offers nothing else.
        return undefined;
    }
  }
}
