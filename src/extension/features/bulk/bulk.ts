import * as vscode from 'vscode';
import type { BulkAction } from '../../../bulk/action';
import type { RunRecord } from '../../../bulk/journal';
import { countRows, isComplete } from '../../../bulk/report';
import type { Account } from '../../accounts/account';
import type { CommandParts } from '../../actions/actions';
import { pick } from '../../actions/quickPick';
import type { SendOnce } from '../../actions/sendOnce';
import type { RowTarget } from '../../data/target';
import { PagePanels } from '../../display/pagePanels';
import { showInformation, showWarning } from '../../display/notification';
import { forQuickPick } from '../../display/safeText';
import { timeOfDay } from '../../display/times';
import { loadSentence } from '../../display/webviewPage';
import type { BulkRequest } from './bulkPlan';
import { byWorkspace, workspacesOf } from './bulkPlan';
import { askAction } from './bulkQuestions';
import { BulkRuns } from './bulkRuns';
import { OpenBulk } from './openBulk';
import { panelType, runsFolder } from './bulkCommands';
import { parseBulkMemory } from './pageMessage';
import { RunFolder } from './runFolder';
import { progressText, resultText } from './texts';

export interface BulkOptions extends Pick<
  CommandParts,
  'accounts' | 'store' | 'actions' | 'clock' | 'log' | 'confirmModal'
> {
  readonly once: SendOnce;
  readonly extensionUri: vscode.Uri;
  readonly globalStorageUri: vscode.Uri;
}

/** Rows on which a bulk action is called. */
export type BulkSelection = Omit<BulkRequest, 'action'>;

/** Bulk actions: their questions, pages, runs and reports. */
export class Bulk {
  private readonly panels: PagePanels<OpenBulk>;
  private readonly runs: BulkRuns;
  private plans = 0;

  constructor(private readonly options: BulkOptions) {
    const { globalStorageUri, clock } = options;
    const folder = new RunFolder(vscode.Uri.joinPath(globalStorageUri, runsFolder).fsPath, clock);
    this.runs = new BulkRuns(folder, options);
    this.runs.onDidEnd((record) => void this.reportEnd(record));
    this.panels = new PagePanels({
      ...options,
      viewType: panelType,
      page: 'bulk',
      title: vscode.l10n.t('Bulk Action'),
      icon: 'task',
    });
  }

  /** Plans an action on rows that are selected in a view; false where fewer than two of them are what it is for. */
  async planRows(kind: BulkAction['kind'], selected: readonly RowTarget[]): Promise<boolean> {
    const noun = kind === 'activity' ? 'Worker' : 'Task';
    const meant = selected.flatMap(({ resource }) => (resource?.collection.noun === noun ? resource : []));
    const [first] = meant;
    if (!first || meant.length < 2) return false;
    const { accountId } = first;
    const rows = meant.map(({ sids }) => sids);
    if (meant.some((one) => one.accountId !== accountId))
      void showInformation(vscode.l10n.t('Select rows of one account only.'));
    else if (kind === 'activity' && workspacesOf(rows).length > 1)
      void showInformation(
        vscode.l10n.t('Select workers of one workspace only. Each workspace has its own activities.'),
      );
    else await this.plan(kind, { accountId, rows });
    return true;
  }

  /** Asks for what the action needs, and opens its plan. Nothing is sent before the user confirms that. */
  async plan(kind: BulkAction['kind'], { accountId, rows: chosen }: BulkSelection): Promise<void> {
    const distinct = [...new Map(chosen.map((sids) => [sids.at(-1)!, sids])).values()];
    const rows = byWorkspace(distinct);
    const place = { accountId, workspaceSid: rows[0]![0]! };
    const action = await askAction(kind, this.options, place, rows.length);
    const account = this.options.accounts.get(accountId);
    if (action && account) this.open(`plan ${++this.plans}`, account, { accountId, action, rows });
  }

  /** Takes over the runs of windows that are gone. */
  resume(): Promise<void> {
    return this.runs.resume();
  }

  async showReports(): Promise<void> {
    const records = await this.runs.folder.list();
    if (records.length === 0) return void showInformation(vscode.l10n.t('There are no bulk reports.'));
    const now = this.options.clock.now();
    const chosen = await pick(
      vscode.l10n.t('Bulk Reports'),
      vscode.l10n.t('Which report?'),
      records.map((record) => ({
        label: forQuickPick(record.run.title),
        description: timeOfDay(record.run.startedAt, now),
        detail: forQuickPick(`${record.run.accountName} · ${progressText(countRows(record.rows))}`),
        value: record,
      })),
    );
    if (chosen) this.show((await this.runs.read(chosen.run.id)) ?? chosen);
  }

  /** VS Code restores a panel after a reload of the window, with what its page saved. */
  async restore(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const id = parseBulkMemory(state);
    const record = id ? await this.runs.read(id) : undefined;
    if (!record)
      return loadSentence(
        panel.webview,
        vscode.l10n.t('This plan was not run: nothing was sent. Select the rows again to plan it again.'),
        'taskrouter.bulk.reports',
      );
    const account = this.accountOf(record);
    this.panels.restore(panel, record.run.id, (one) => this.pageOf(one, account, record), false);
  }

  dispose(): void {
    this.panels.dispose();
  }

  /** Says how a run ended, unless its page is in view. */
  private async reportEnd(record: RunRecord): Promise<void> {
    const isInView = ({ runId, isVisible }: OpenBulk) => isVisible && runId === record.run.id;
    if (this.panels.contents.some(isInView)) return;
    const { title } = record.run;
    const counts = countRows(record.rows);
    const text = vscode.l10n.t('{title}: {result}', { title, result: resultText(counts) });
    const showReport = vscode.l10n.t('Show Report');
    const show = isComplete(counts, record) ? showInformation : showWarning;
    if ((await show(text, showReport)) === showReport) this.show(record);
  }

  private show(record: RunRecord): void {
    const known = this.panels.contents.find(({ runId }) => runId === record.run.id);
    if (known) return known.reveal();
    this.open(record.run.id, this.accountOf(record), record);
  }

  private open(key: string, account: Account, start: BulkRequest | RunRecord): void {
    this.panels.open(key, (panel) => this.pageOf(panel, account, start));
  }

  private pageOf(panel: vscode.WebviewPanel, account: Account, start: BulkRequest | RunRecord): OpenBulk {
    const parts = {
      ...{ ...this.options, runs: this.runs },
      openPlan: (on: Account, request: BulkRequest) => this.open(`plan ${++this.plans}`, on, request),
      showReport: (id: string) => void this.runs.read(id).then((record) => record && this.show(record)),
    };
    return new OpenBulk(panel, parts, account, start);
  }

  /** The report of an account that was signed out can be read, and nothing be sent again. */
  private accountOf({ run: { accountId, accountName, kind, origin, environment } }: RunRecord): Account {
    return (
      this.options.accounts.get(accountId) ?? {
        ...{ id: accountId, name: accountName, kind, origin, environment },
        username: '',
        readOnly: true,
      }
    );
  }
}
