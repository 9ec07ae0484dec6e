import { homedir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import { notDoneRows, reportCsv, reportJson } from '../../../bulk/report';
import type { RunRecord, RunRef } from '../../../bulk/journal';
import { isOver } from '../../../bulk/journal';
import { workspaces } from '../../../taskrouter/resources';
import type { BulkMessage, BulkState } from '../../../webview/bulk/protocol';
import type { Account } from '../../accounts/account';
import type { AccountTarget, ResourceTarget } from '../../data/target';
import { nameOf } from '../../display/names';
import { showError, showInformation } from '../../display/notification';
import { PageConnection } from '../../display/pageConnection';
import { tabTitle } from '../../display/tabs';
import { Disposables } from '../../emitter';
import type { BulkOptions } from './bulk';
import { askAgain } from './bulkQuestions';
import type { BulkRequest } from './bulkPlan';
import { BulkPlan, workspacesOf } from './bulkPlan';
import type { BulkRuns } from './bulkRuns';
import { notLookedUp, notStored } from './bulkRuns';
import { planState, runState } from './bulkState';
import { confirmRun } from './confirmRun';
import { parseBulkMessage } from './pageMessage';
import { titleOf } from './texts';

export interface OpenBulkOptions extends Pick<
  BulkOptions,
  'accounts' | 'store' | 'once' | 'confirmModal' | 'clock'
> {
  readonly runs: BulkRuns;
  /** Opens a page of its own. */
  readonly openPlan: (account: Account, request: BulkRequest) => void;
  readonly showReport: (id: string) => void;
}

/** Milliseconds between states while rows change. */
const postEvery = 100;
/** Milliseconds between looks at a run of another window. */
const lookEvery = 2000;
const maxShown = 300;
const margin = 40;

/** The page of one bulk action: its plan, then its run, then its report. */
export class OpenBulk {
  private readonly disposables = new Disposables();
  private page: PageConnection<BulkState, BulkMessage>;
  /** Of the run, or of the one that the plan becomes: what is restored under it says what was sent. */
  private id: string;
  private plan: BulkPlan | undefined;
  private plans = 0;
  private isStarting = false;
  private failure: string | undefined;
  private record: RunRecord | undefined;
  private account: Account;
  private retries: readonly RunRef[] = [];
  private shown = { from: 0, to: 80 };
  private postTimer: { cancel(): void } | undefined;
  private lookTimer: { cancel(): void } | undefined;
  private isDisposed = false;
  readonly ownsPanel = true;

  /** @param start what to plan, or a run to show */
  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly options: OpenBulkOptions,
    account: Account,
    start: BulkRequest | RunRecord,
  ) {
    const { accounts, runs } = options;
    this.account = account;
    this.id = 'run' in start ? start.run.id : runs.folder.newId();
    if ('run' in start) this.record = start;
    else this.plan = this.newPlan(start);
    this.page = this.connect();
    this.disposables.add(
      panel.onDidChangeViewState(() => panel.visible && this.post()),
      runs.onDidChange((id) => id === this.id && this.changed()),
      runs.onDidStart(({ retryOf }) => retryOf?.id === this.id && void this.readRetries()),
      accounts.onDidChange(() => {
        this.account = accounts.get(account.id) ?? this.account;
        this.post();
      }),
    );
    this.setTitle();
    void this.look();
    if (this.record) void this.readRetries();
    void this.nameWorkspaces();
  }

  /** Its workspace, or else its account. */
  get subject(): ResourceTarget | AccountTarget {
    const accountId = this.account.id;
    const [workspaceSid, ...others] = this.workspaceSids;
    return workspaceSid === undefined || others.length > 0
      ? { accountId }
      : { accountId, collection: workspaces, sids: [workspaceSid] };
  }

  get runId(): string {
    return this.id;
  }

  get isVisible(): boolean {
    return this.panel.visible;
  }

  reveal(): void {
    this.panel.reveal();
  }

  dispose(): void {
    this.isDisposed = true;
    this.page.dispose();
    this.plan?.cancel();
    this.postTimer?.cancel();
    this.lookTimer?.cancel();
    this.disposables.dispose();
  }

  private connect(): PageConnection<BulkState, BulkMessage> {
    const { options, panel } = this;
    return new PageConnection(panel.webview, {
      parse: parseBulkMessage,
      state: () => ({ state: this.state(), now: options.clock.now(), binding: { run: this.id } }),
      receive: (message) => this.receive(message),
    });
  }

  private get workspaceSids(): readonly string[] {
    return workspacesOf(this.plan?.request.rows ?? this.record!.run.rows.map(({ sids }) => sids));
  }

  private get workspaceNames(): ReadonlyMap<string, string> {
    const { store } = this.options;
    return new Map(this.workspaceSids.map((sid) => [sid, nameOf(store, this.account.id, sid) ?? sid]));
  }

  private async readRetries(): Promise<void> {
    this.retries = await this.options.runs.retriesOf(this.id);
    this.post();
  }

  private newPlan(request: BulkRequest): BulkPlan {
    this.plans++;
    const plan: BulkPlan = new BulkPlan(this.options, request, () => this.plan === plan && this.changed());
    return plan;
  }

  /** Where the tree does not show them, their names have not been read. */
  private async nameWorkspaces(): Promise<void> {
    const { store } = this.options;
    const { id } = this.account;
    for (const sid of this.workspaceSids.filter((one) => !nameOf(store, id, one)))
      await store.fetch(id, workspaces, [sid]).then(
        () => this.post(),
        // Its SID is shown.
        () => undefined,
      );
  }

  /** Another plan is another page: what was clicked on the earlier one is dropped. */
  private renew(): void {
    this.id = this.options.runs.folder.newId();
    this.page.dispose();
    this.page = this.connect();
  }

  private setTitle(): void {
    const { plan, record } = this;
    const about = plan ? titleOf(plan.request.action, plan.rows.length) : record!.run.title;
    this.panel.title = tabTitle(this.account, about);
  }

  private state(): BulkState {
    const { plan, account, record, failure } = this;
    const { runs } = this.options;
    const { from, to } = this.shown;
    const common = {
      account,
      workspaces: this.workspaceNames,
      ...{ now: this.options.clock.now(), retries: this.retries },
      shown: { from: Math.max(0, from - margin), to: to + margin },
    };
    if (plan) return planState(plan, this.plans, { ...common, failure });
    const { id } = record!.run;
    const isRunning = runs.isRunning(id);
    const current = runs.current(id) ?? record!;
    this.record = current;
    const isElsewhere = !isRunning && current.rows.some(({ phase }) => phase !== 'ended');
    const [lookUp, canRead] = [runs.lookUpProgress(id), runs.canRead(current.run)];
    return runState(current, { ...common, isRunning, isElsewhere, lookUp, canRead, failure });
  }

  /** Posts soon, and once for all that changes until then. */
  private changed(): void {
    if (this.isDisposed) return;
    this.postTimer ??= this.options.clock.setTimeout(() => void this.reread(), postEvery);
  }

  /** A run that has just ended has its last states in its journal. */
  private async reread(): Promise<void> {
    const { record } = this;
    if (record) this.record = (await this.options.runs.read(record.run.id)) ?? record;
    this.post();
  }

  private post(): void {
    this.postTimer?.cancel();
    this.postTimer = undefined;
    if (!this.isDisposed) this.page.post();
  }

  /** Takes over a run whose window is gone; while that window is there, shows what it writes. */
  private async look(): Promise<void> {
    const { record, options } = this;
    if (!record || this.isDisposed) return;
    const { runs, clock } = options;
    const { id } = record.run;
    await runs.recover(record).catch(() => undefined);
    await this.reread();
    if (!isOver(this.record!) && !runs.isRunning(id) && !this.isDisposed)
      this.lookTimer = clock.setTimeout(() => void this.look(), lookEvery);
  }

  private async receive(message: BulkMessage): Promise<void> {
    const { plan, record, options } = this;
    switch (message.type) {
      case 'rows':
        this.shown = { from: message.from, to: Math.min(message.to, message.from + maxShown) };
        return this.post();
      case 'start':
        return message.plan === this.plans ? this.start() : this.post();
      case 'cancel':
        plan?.cancel();
        if (record) options.runs.cancel(record.run.id);
        return this.post();
      case 'replan':
        return plan && !plan.isReading && !this.isStarting ? this.replan(plan.request) : undefined;
      case 'report':
        return this.showReport(message.run);
      case 'lookUp':
        return this.lookUp();
      case 'retry':
        return this.retry();
      case 'refresh':
        return plan && !plan.isReading && !this.isStarting ? this.replan(plan.request) : this.reread();
      case 'export':
        return this.export(message.format);
    }
  }

  private replan(request: BulkRequest): void {
    this.failure = undefined;
    this.record = undefined;
    this.shown = { from: 0, to: 80 };
    this.plan = this.newPlan(request);
    this.renew();
    this.setTitle();
    this.post();
  }

  private showReport(id: string): void {
    const known = [...this.retries, (this.plan?.request ?? this.record?.run)?.retryOf];
    if (known.some((one) => one?.id === id)) this.options.showReport(id);
  }

  /** Begins again at the questions and another plan: what is sent once more is confirmed once more. */
  private retry(): void {
    const { record } = this;
    if (!record || this.options.runs.isRunning(record.run.id)) return;
    const { accountId, action, id, startedAt } = record.run;
    const rows = notDoneRows(record).map(({ sids }) => sids);
    if (rows.length === 0) return;
    void askAgain(action, rows.length).then((asked) => {
      const account = this.options.accounts.get(accountId);
      if (!asked || !account || this.isDisposed) return;
      this.options.openPlan(account, { accountId, action: asked, rows, retryOf: { id, startedAt } });
    });
  }

  /** Reads what is unknown again. It sends nothing, so it asks nothing. */
  private async lookUp(): Promise<void> {
    const { record, options } = this;
    if (!record || this.isStarting || !options.runs.canRead(record.run)) return;
    this.isStarting = true;
    this.failure = undefined;
    try {
      if (!(await options.runs.lookUp(record.run.id)))
        this.failure = vscode.l10n.t('Another window is working on this run. Try again when it is done.');
    } catch (error) {
      this.failure = notLookedUp(error);
    } finally {
      this.isStarting = false;
      await this.reread();
    }
  }

  private async start(): Promise<void> {
    const { plan, account, options } = this;
    if (!plan || this.isStarting || !plan.isWhole || plan.fits === 0) return;
    this.isStarting = true;
    const { accounts, runs, confirmModal } = options;
    const { action } = plan.request;
    const title = titleOf(action, plan.fits);
    try {
      const current = accounts.get(account.id);
      if (!current || current.readOnly) return;
      if (!(await confirmRun(current, title, plan, confirmModal))) return;
      // The plan may have been replaced, or the account changed, while the user was asked.
      if (this.plan !== plan || !isDeepStrictEqual(accounts.get(account.id), current)) return;
      const rows = plan.rows.flatMap((row) => row ?? []);
      await runs.start(this.id, current, plan.request, titleOf(action, rows.length), rows);
      this.record = await runs.read(this.id);
      this.plan = undefined;
      this.shown = { from: 0, to: 80 };
    } catch (error) {
      this.failure = notStored(error);
      this.renew();
    } finally {
      this.isStarting = false;
      this.post();
    }
  }

  private async export(format: 'csv' | 'json'): Promise<void> {
    const { record } = this;
    if (!record) return;
    const text = (format === 'csv' ? reportCsv : reportJson)(record, this.workspaceNames);
    const name = `taskrouter-bulk-${new Date(record.run.startedAt).toISOString().slice(0, 19).replaceAll(':', '-')}.${format}`;
    const uri = await vscode.window.showSaveDialog({
      title: vscode.l10n.t('Export Report'),
      // Never the folder that is open: customer data would get into a repository.
      defaultUri: vscode.Uri.file(path.join(homedir(), name)),
      filters: { [format.toUpperCase()]: [format] },
    });
    if (!uri) return;
    try {
      await vscode.workspace.fs.writeFile(uri, Buffer.from(text, 'utf8'));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return void showError(vscode.l10n.t('The report was not exported. {reason}', { reason }));
    }
    const open = vscode.l10n.t('Open');
    const exported = vscode.l10n.t('The report was exported to {path}', { path: uri.fsPath });
    if ((await showInformation(exported, open)) === open)
      await vscode.commands.executeCommand('vscode.open', uri);
  }
}
