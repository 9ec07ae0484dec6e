import { l10n } from 'vscode';
import { tellingFields } from '../../../bulk/action';
import type { RowState, Run, RunRecord, RunRef } from '../../../bulk/journal';
import { isOver } from '../../../bulk/journal';
import type { PlannedRow } from '../../../bulk/plan';
import { countRows } from '../../../bulk/report';
import { LookUp } from '../../../bulk/lookUp';
import { BulkRun } from '../../../bulk/run';
import type { PreparedUpdate } from '../../../taskrouter/preparedUpdate';
import type { Account } from '../../accounts/account';
import { simulatedAccount } from '../../accounts/account';
import { outcomeLine } from '../../actions/showOutcome';
import { withStatusProgress } from '../../display/notification';
import { plain } from '../../display/safeText';
import { Emitter } from '../../emitter';
import type { BulkOptions } from './bulk';
import type { BulkRequest } from './bulkPlan';
import type { JournalWriter } from './journalWriter';
import { createRowLookUps } from './rowLookUp';
import { createRowRequests, recoveredUpdate } from './rowRequests';
import type { RunFolder } from './runFolder';
import { runTexts } from './runTexts';
import { progressText } from './texts';

export type BulkRunsOptions = Pick<BulkOptions, 'accounts' | 'once' | 'clock' | 'log'>;

/** The runs of this window. They go on while no page shows them. */
export class BulkRuns {
  private readonly running = new Map<string, BulkRun | LookUp>();
  /** The IDs of runs of this session. */
  private readonly started = new Set<string>();
  /** What this session has brought to its end. */
  private readonly ended = new Map<string, RunRecord>();
  private readonly changed = new Emitter<string>();
  /** Fires with the ID of a run. */
  readonly onDidChange = this.changed.event;
  private readonly begun = new Emitter<Run>();
  /** Fires once a run that the user confirmed is stored. */
  readonly onDidStart = this.begun.event;
  private readonly over = new Emitter<RunRecord>();
  /** Fires when a run of this window is over. */
  readonly onDidEnd = this.over.event;

  constructor(
    readonly folder: RunFolder,
    private readonly options: BulkRunsOptions,
  ) {}

  /** Starts a run of what was planned and confirmed. Resolves once its plan is on disk. */
  async start(
    id: string,
    account: Account,
    { action, retryOf }: Pick<BulkRequest, 'action' | 'retryOf'>,
    title: string,
    planned: readonly PlannedRow[],
  ): Promise<void> {
    const run: Run = {
      id,
      accountId: account.id,
      accountName: plain(account.name, 60),
      origin: account.origin,
      kind: account.kind,
      environment: account.environment,
      action,
      title,
      startedAt: this.options.clock.now(),
      ...(retryOf ? { retryOf } : {}),
      rows: planned.map(runRow),
    };
    const journal = await this.folder.create(run);
    this.started.add(id);
    this.begun.fire(run);
    const began = this.runOf(run, journal, (row) => planned[row]!.update!);
    this.begin(began, journal, () => began.start());
  }

  /** Takes over a run whose window is gone, and looks up what it may have sent. */
  async recover({ run, rows }: RunRecord): Promise<void> {
    if (this.running.has(run.id) || isOver({ rows })) return;
    const journal = await this.folder.takeOver(run.id);
    if (!journal) return;
    // The other window may have written until it was gone.
    const now = (await this.folder.read(run.id)) ?? { run, rows };
    if (isOver(now)) return this.close(run.id, journal);
    const updateOf = (row: number) => recoveredUpdate(run, row);
    const recovered = this.runOf(run, journal, updateOf, now.rows);
    this.begin(recovered, journal, () => recovered.recover());
  }

  /** Takes over each run whose window is gone. */
  async resume(): Promise<void> {
    for (const record of await this.folder.unreleased())
      await (isOver(record) ? this.folder.release(record.run.id) : this.recover(record));
  }

  /** Whether rows of a run can be read: not those of a simulation that ended with its window. */
  canRead({ id, accountId }: Run): boolean {
    return (
      this.options.accounts.get(accountId) !== undefined &&
      (accountId !== simulatedAccount.id || this.started.has(id))
    );
  }

  /** Reads the rows again whose result is unknown. False while another window has the run. */
  async lookUp(id: string): Promise<boolean> {
    const journal = this.running.has(id) ? undefined : await this.folder.takeOver(id);
    if (!journal) return this.running.has(id);
    // Another window may have looked some of them up.
    const record = await this.folder.read(id);
    if (!record || !isOver(record)) {
      await this.close(id, journal);
      return false;
    }
    const lookUp = this.lookUpOf(record, journal);
    this.begin(lookUp, journal, () => lookUp.start());
    return true;
  }

  /** How many of the rows that are being looked up have been read. */
  lookUpProgress(id: string): LookUp['progress'] | undefined {
    const running = this.running.get(id);
    return running instanceof LookUp ? running.progress : undefined;
  }

  cancel(id: string): void {
    this.running.get(id)?.cancel();
  }

  isRunning(id: string): boolean {
    return this.running.has(id);
  }

  async read(id: string): Promise<RunRecord | undefined> {
    return this.current(id) ?? this.folder.read(id);
  }

  /** The runs that try rows of this one again, the oldest first. */
  async retriesOf(id: string): Promise<readonly RunRef[]> {
    const stored = await this.folder.list();
    return stored.flatMap(({ run }) => (run.retryOf?.id === id ? run : [])).reverse();
  }

  /** As it is in memory. */
  current(id: string): RunRecord | undefined {
    const run = this.running.get(id);
    return run ? recordOf(run) : this.ended.get(id);
  }

  private begin(run: BulkRun | LookUp, journal: JournalWriter, work: () => Promise<void>): void {
    const { id, title } = run.run;
    this.running.set(id, run);
    void withStatusProgress(title, async (report) => {
      const shown = this.onDidChange((one) => one === id && report(progressText(countRows(run.rows))));
      try {
        await work();
        await this.close(id, journal);
      } finally {
        shown.dispose();
        const record = recordOf(run);
        this.ended.set(id, record);
        this.running.delete(id);
        this.changed.fire(id);
        this.over.fire(record);
      }
    });
  }

  private async close(id: string, journal: JournalWriter): Promise<void> {
    await journal.close();
    await this.folder.release(id);
  }

  private runOf(
    run: Run,
    journal: JournalWriter,
    updateOf: (row: number) => PreparedUpdate,
    rows?: readonly RowState[],
  ): BulkRun {
    const { accounts, once, clock, log } = this.options;
    const requests = createRowRequests(run, updateOf, {
      once,
      connect: (accountId) => accounts.connect(accountId),
      clock,
      onOutcome: ({ name }, { subject }, outcome) =>
        log.info(outcomeLine(name, subject.sids.at(-1)!, outcome)),
    });
    const effects = {
      ...requests,
      record: journal.append.bind(journal),
      now: () => clock.now(),
      onChange: () => this.changed.fire(run.id),
      texts: runTexts(),
    };
    return new BulkRun(run, effects, rows);
  }

  private lookUpOf(record: RunRecord, journal: JournalWriter): LookUp {
    const { accounts, once, clock } = this.options;
    const connect = (accountId: string) => accounts.connect(accountId);
    return new LookUp(record.run, record.rows, {
      ...createRowLookUps(record, { once, connect, clock }),
      record: journal.append.bind(journal),
      onChange: () => this.changed.fire(record.run.id),
    });
  }
}

const recordOf = ({ run, rows }: BulkRun | LookUp): RunRecord => ({ run, rows });

const runRow = ({ sids, name, update, misfit }: PlannedRow) => {
  const shown = update?.subject.shown ?? {};
  const telling = tellingFields.map((field) => [field, shown[field as keyof typeof shown]] as const);
  return {
    ...{ sids, name: plain(name, 80) },
    shown: { ...Object.fromEntries(telling), sid: sids.at(-1)! },
    ...(misfit === undefined ? {} : { misfit }),
  };
};

/** Why a run cannot be started, if its journal cannot be written. */
export const notStored = (error: unknown): string =>
  l10n.t('Nothing was sent: the journal of the run could not be written ({reason}).', reasonOf(error));

/** Why rows are not looked up, if the journal of their run cannot be written. */
export const notLookedUp = (error: unknown): string =>
  l10n.t('Nothing was looked up: the journal of the run could not be written ({reason}).', reasonOf(error));

const reasonOf = (error: unknown) => ({
  reason: plain(error instanceof Error ? error.message : String(error), 160),
});
