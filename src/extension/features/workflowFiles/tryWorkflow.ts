import * as vscode from 'vscode';
import { parseAttributes } from '../../../routing/expressions/scope';
import type { RoutedWorker } from '../../../routing/workers/pool';
import type { Trial, WaitingTask, Workspace } from '../../../routes/tried';
import { TriedWorkflow } from '../../../routes/tried';
import { inSlices } from '../../../slices';
import * as resources from '../../../taskrouter/resources';
import { isSid } from '../../../taskrouter/sid';
import type { TryMessage, TryState } from '../../../webview/try/protocol';
import type { Account } from '../../accounts/account';
import type { Accounts } from '../../accounts/accounts';
import { pick } from '../../actions/quickPick';
import type { Clock } from '../../data/clock';
import type { ListRef } from '../../data/listRef';
import type { Store } from '../../data/store';
import { isWhole } from '../../data/store';
import type { ResourceTarget } from '../../data/target';
import { taskTitle } from '../../display/attributes';
import { describeError, sentence } from '../../display/errorMessage';
import { nameOf } from '../../display/names';
import { PageConnection } from '../../display/pageConnection';
import { PagePanels } from '../../display/pagePanels';
import { forQuickPick } from '../../display/safeText';
import { tabTitle } from '../../display/tabs';
import { Disposables } from '../../emitter';
import { parseTryMessage } from './tryMessage';
import type { Impact } from './tryState';
import { attributesProblem, tryState } from './tryState';

export interface TryWorkflowsOptions {
  readonly accounts: Accounts;
  readonly store: Store;
  readonly clock: Clock;
  readonly extensionUri: vscode.Uri;
}

/** So many waiting tasks are tried: one page. */
const maxWaiting = 1000;
/** What is typed in less time is tried once. Milliseconds. */
const debounce = 100;

/** Pages that try tasks on workflows that are open in an editor, at most one for each. */
export class TryWorkflows {
  private readonly panels: PagePanels<TryWorkflow>;

  constructor(private readonly options: TryWorkflowsOptions) {
    this.panels = new PagePanels({
      ...options,
      viewType: 'taskrouter.try',
      page: 'try',
      title: vscode.l10n.t('Try Workflow'),
      icon: 'task',
      column: vscode.ViewColumn.Beside,
    });
  }

  /** Beside the active editor, if it has a workflow of an account. */
  show(): void {
    const shown = vscode.window.activeTextEditor?.document.uri.with({ fragment: '' });
    const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === shown?.toString());
    const target = document && targetOf(document.uri);
    const account = target && this.options.accounts.get(target.accountId);
    if (!account) return;
    const key = `${account.id}/${target.sids.join('/')}`;
    const known = this.panels.find(key);
    if (known) known.reveal();
    else this.panels.open(key, (panel) => new TryWorkflow(panel, this.options, account, target, document));
  }

  dispose(): void {
    this.panels.dispose();
  }
}

/** Undefined for another file than a workflow's. */
function targetOf({ scheme, path, query }: vscode.Uri): ResourceTarget | undefined {
  const [, workspaceSid = '', sid = ''] = path.split('/');
  if (scheme !== 'taskrouter-workflow' || !isSid('Workspace', workspaceSid) || !isSid('Workflow', sid))
    return undefined;
  return { accountId: query, collection: resources.workflows, sids: [workspaceSid, sid] };
}

/** Tries tasks on what an editor has of a workflow. It reads, and sends nothing. */
export class TryWorkflow {
  readonly ownsPanel = true;
  private readonly disposables = new Disposables();
  private readonly page: PageConnection<TryState, TryMessage>;
  private attributes = { text: '{}', of: '0' };
  /** As the user chose it, also with a waiting task; that of tasks created without one until then. */
  private chosenChannel = 'default';
  private isReading = true;
  private failure: string | undefined;
  private trial: Trial | { readonly problem: string } | undefined;
  private impact: Impact | undefined;
  private timer: { cancel(): void } | undefined;
  private isDisposed = false;
  /** Rises with each change: what was begun before it is not shown. */
  private version = 0;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly options: TryWorkflowsOptions,
    private readonly account: Account,
    readonly subject: ResourceTarget,
    private readonly document: vscode.TextDocument,
  ) {
    const { store, clock } = options;
    this.page = new PageConnection(panel.webview, {
      parse: parseTryMessage,
      state: () => ({ state: this.state(), now: clock.now() }),
      receive: (message) => this.receive(message),
    });
    this.disposables.add(
      this.page,
      { dispose: () => this.timer?.cancel() },
      vscode.workspace.onDidChangeTextDocument(({ document: changed }) => {
        if (changed.uri.toString() === document.uri.toString()) this.changed();
      }),
      store.onDidChange((change) => {
        if (Object.values(this.lists).some((list) => change.hasList(list))) this.changed();
      }),
    );
    panel.title = tabTitle(account, vscode.l10n.t('Try {workflow}', { workflow: this.name }));
    void this.read();
  }

  reveal(): void {
    this.panel.reveal();
  }

  dispose(): void {
    this.isDisposed = true;
    this.disposables.dispose();
  }

  private get name(): string {
    const sid = this.subject.sids.at(-1)!;
    return nameOf(this.options.store, this.account.id, sid) ?? sid;
  }

  private get lists() {
    const { accountId, sids } = this.subject;
    const list = (collection: resources.Collection, filters?: ListRef['filters']): ListRef => ({
      ...{ accountId, collection, parents: [sids[0]!] },
      ...(filters && { filters }),
    });
    return {
      queues: list(resources.taskQueues),
      workers: list(resources.workers),
      channels: list(resources.taskChannels),
      waiting: list(resources.tasks, { assignmentStatus: ['pending'], workflowSid: sids[1]! }),
    };
  }

  private async read(): Promise<void> {
    const { store } = this.options;
    const { waiting, ...others } = this.lists;
    this.isReading = true;
    this.page.post();
    try {
      await Promise.all([
        store.first(waiting, maxWaiting),
        ...Object.values(others).map((list) => store.all(list)),
      ]);
      const failed = Object.values(this.lists).find((list) => store.list(list)?.error !== undefined);
      this.failure = failed && sentence(describeError(store.list(failed)!.error));
    } catch (error) {
      this.failure = sentence(describeError(error));
    }
    this.isReading = false;
    this.changed();
  }

  private rows<T>(collection: resources.Collection<T>, list: ListRef): readonly T[] {
    const { store } = this.options;
    const { sids = [] } = store.list(list) ?? {};
    return sids.flatMap((sid) => store.read(collection, this.account.id, sid) ?? []);
  }

  private changed(): void {
    this.version++;
    this.timer?.cancel();
    this.timer = this.options.clock.setTimeout(() => void this.tryNow(), debounce);
  }

  private async tryNow(): Promise<void> {
    const { version } = this;
    if (this.isDisposed) return;
    const waiting = this.waiting();
    const workflow = this.isReading
      ? undefined
      : TriedWorkflow.read(this.document.getText(), this.workspace(), this.channels);
    this.trial = undefined;
    this.impact = undefined;
    if (workflow && 'problem' in workflow) this.trial = workflow;
    else if (workflow) {
      const { text } = this.attributes;
      if (attributesProblem(text) === undefined)
        this.trial = workflow.try({ attributes: parseAttributes(text), channel: this.channel, priority: 0 });
      const isWanted = () => version === this.version && !this.isDisposed;
      const moves = await inSlices(workflow.moves(waiting), this.options.clock, isWanted);
      if (!moves) return;
      const { waiting: list } = this.lists;
      const state = this.options.store.list(list);
      this.impact = { moves, count: waiting.length, areMore: state !== undefined && !isWhole(state) };
    }
    this.page.post();
  }

  private workspace(): Workspace {
    const queues = this.rows(resources.taskQueues, this.lists.queues).map((queue) => ({
      ...{ sid: queue.sid, name: queue.friendly_name ?? queue.sid },
      targetWorkers: queue.target_workers ?? '',
      maxReservedWorkers: queue.max_reserved_workers ?? 1,
    }));
    const workers = this.rows(resources.workers, this.lists.workers).map((worker): RoutedWorker => ({
      sid: worker.sid,
      friendlyName: worker.friendly_name ?? worker.sid,
      activitySid: worker.activity_sid ?? '',
      activityName: worker.activity_name ?? '',
      available: worker.available ?? false,
      attributes: parseAttributes(worker.attributes ?? ''),
    }));
    return { queues, workers };
  }

  private get channels(): readonly string[] {
    const names = [
      ...this.rows(resources.taskChannels, this.lists.channels).map(({ unique_name: name }) => name),
      ...this.rows(resources.tasks, this.lists.waiting).map((task) => task.task_channel_unique_name),
    ];
    const known = new Set(names.flatMap((name) => name ?? []));
    return known.size > 0 ? [...known] : ['default'];
  }

  /** The one that is tried and shown: always one of those that are offered. */
  private get channel(): string {
    const { channels, chosenChannel } = this;
    return channels.includes(chosenChannel) ? chosenChannel : channels[0]!;
  }

  private waiting(): readonly WaitingTask[] {
    return this.rows(resources.tasks, this.lists.waiting)
      .slice(0, maxWaiting)
      .map((task) => ({
        sid: task.sid,
        age: task.age ?? 0,
        queueSid: task.task_queue_sid ?? '',
        attributes: parseAttributes(task.attributes ?? ''),
        channel: task.task_channel_unique_name ?? 'default',
        priority: task.priority ?? 0,
      }));
  }

  private state(): TryState {
    const {
      account,
      name: workflow,
      isReading,
      failure,
      channels,
      channel,
      attributes,
      trial,
      impact,
    } = this;
    const tasks = this.rows(resources.tasks, this.lists.waiting).map((task) => ({
      sid: task.sid,
      name: taskTitle(task.attributes) ?? task.sid,
    }));
    return tryState({
      ...{ account, workflow, isReading, failure, tasks, channels, channel, attributes, impact },
      ...(trial && ('problem' in trial ? { refusal: trial.problem } : { trial })),
    });
  }

  private receive(message: TryMessage): void | Promise<void> {
    switch (message.type) {
      case 'refresh':
        return this.read();
      case 'attributes':
        this.attributes = { ...this.attributes, text: message.text };
        return this.changed();
      case 'channel':
        this.chosenChannel = message.channel;
        return this.changed();
      case 'pickTask':
        // The page does not wait for the user.
        return void this.fillIn();
    }
  }

  /** Fills in a waiting task that the user chooses. */
  private async fillIn(): Promise<void> {
    const tasks = this.rows(resources.tasks, this.lists.waiting);
    const items = tasks.map((task) => ({
      label: forQuickPick(taskTitle(task.attributes) ?? task.sid),
      description: task.sid,
      detail: forQuickPick(task.attributes ?? '', 1000),
      value: task,
    }));
    const task = await pick(vscode.l10n.t('Fill In a Waiting Task'), vscode.l10n.t('Which task?'), items, {
      nothing: vscode.l10n.t('No tasks are waiting in this workflow'),
    });
    if (!task || this.isDisposed) return;
    const text = JSON.stringify(parseAttributes(task.attributes ?? ''), null, 2);
    this.attributes = { text, of: String(Number(this.attributes.of) + 1) };
    this.chosenChannel = task.task_channel_unique_name ?? this.chosenChannel;
    this.changed();
  }
}
