import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { BulkAction } from '../../src/bulk/action';
import { tellingFields } from '../../src/bulk/action';
import type { RowState, Run, RunRecord } from '../../src/bulk/journal';
import { readJournal } from '../../src/bulk/journal';
import type { PlannedRow } from '../../src/bulk/plan';
import { planRows } from '../../src/bulk/plan';
import { LookUp } from '../../src/bulk/lookUp';
import { BulkRun } from '../../src/bulk/run';
import type { Connection } from '../../src/extension/accounts/connections';
import { ConnectionEndedError } from '../../src/extension/accounts/connections';
import { SendOnce } from '../../src/extension/actions/sendOnce';
import { Store } from '../../src/extension/data/store';
import { describeError, sentence } from '../../src/extension/display/errorMessage';
import { JournalWriter } from '../../src/extension/features/bulk/journalWriter';
import { createRowLookUps } from '../../src/extension/features/bulk/rowLookUp';
import { createRowRequests, recoveredUpdate } from '../../src/extension/features/bulk/rowRequests';
import { runTexts } from '../../src/extension/features/bulk/runTexts';
import type { ManualClock, Simulator } from '../../src/simulator/simulator';
import { createClient } from '../../src/taskrouter/client';
import type { Fetch } from '../../src/taskrouter/fetch';
import { inEnglish } from '../../src/taskrouter/message';
import { defaultOrigin } from '../../src/taskrouter/origin';
import { tasks } from '../../src/taskrouter/resources';
import { productionAccount } from '../extension/window';
import type { JournalDisk } from './journalDisk';
import { virtualWait } from './virtualTime';

export interface Outside {
  readonly clock: ManualClock;
  readonly simulator: Simulator;
  readonly disk: JournalDisk;
  /** Something happens that a kill can precede or follow. */
  readonly onStep: () => void;
}

/** One session of a window: its memory is gone when it ends. */
export class Session {
  private isAlive = true;
  private readonly ending = new AbortController();
  private readonly connection: Connection;
  private readonly once: SendOnce;
  private readonly store: Store;
  run: BulkRun | LookUp | undefined;

  constructor(private readonly outside: Outside) {
    setMaxListeners(0, this.ending.signal);
    const { simulator, onStep } = outside;
    const never = new Promise<never>(() => undefined);
    const fetch: Fetch = async (url, init) => {
      if (!this.isAlive) return never;
      onStep();
      // A kill at this step comes before the request.
      if (!this.isAlive) return never;
      const response = await simulator.fetch(url, init);
      onStep();
      return this.isAlive ? response : never;
    };
    const { accountSid: username, authToken: password } = simulator;
    const client = createClient({ fetch, origin: defaultOrigin, username, password });
    this.connection = { account: productionAccount, client, signal: this.ending.signal };
    this.store = new Store(
      () => Promise.resolve(this.connection),
      () => outside.clock.now(),
    );
    this.once = new SendOnce({ store: this.store, wait: virtualWait });
  }

  private readonly connect = () => Promise.resolve(this.connection);

  async plan(action: BulkAction, subjects: readonly (readonly string[])[]): Promise<PlannedRow[]> {
    const planned: PlannedRow[] = [];
    await planRows(subjects, {
      action,
      read: (sids) => this.once.read(this.connection, { collection: tasks, sids }),
      warningOf: () => Promise.resolve(undefined),
      nameOf: (sid) => sid,
      say: inEnglish,
      describe: (error) => sentence(describeError(error)),
      onRow: (row, one) => (planned[row] = one),
      signal: this.ending.signal,
    });
    return planned;
  }

  /** Runs what was planned and confirmed. */
  async start(action: BulkAction, planned: readonly PlannedRow[]): Promise<void> {
    const run: Run = {
      id: randomUUID(),
      accountId: productionAccount.id,
      accountName: productionAccount.name,
      origin: productionAccount.origin,
      kind: productionAccount.kind,
      environment: productionAccount.environment,
      action,
      title: 'Cancel Tasks',
      startedAt: this.outside.clock.now(),
      rows: planned.map(({ sids, name, update, misfit }) => ({
        ...{ sids, name },
        shown: {
          ...Object.fromEntries(tellingFields.map((field) => [field, update?.subject.shown[field]])),
          sid: sids.at(-1)!,
        },
        ...(misfit === undefined ? {} : { misfit }),
      })),
    };
    const journal = this.openJournal();
    await journal.append({ type: 'planned', run });
    const begun = this.runOf(run, journal, (row) => planned[row]!.update!);
    this.run = begun;
    await begun.start();
  }

  /** Takes over what an earlier session left. */
  async recover(): Promise<void> {
    const { run, rows } = readJournal(this.outside.disk.text) ?? {};
    if (!run) return;
    const recovered = this.runOf(run, this.openJournal(), (row) => recoveredUpdate(run, row), rows);
    this.run = recovered;
    await recovered.recover();
  }

  /** Looks up again what is unknown in this report. */
  async lookUpAgain(record: RunRecord): Promise<void> {
    const { connect, once } = this;
    const { clock } = this.outside;
    const lookUp = new LookUp(record.run, record.rows, {
      ...createRowLookUps(record, { once, connect, clock }),
      record: () => Promise.resolve(),
      onChange: () => undefined,
    });
    this.run = lookUp;
    await lookUp.start();
  }

  private openJournal(): JournalWriter {
    return new JournalWriter(this.outside.disk.open(() => this.isAlive));
  }

  private runOf(
    run: Run,
    journal: JournalWriter,
    updateOf: Parameters<typeof createRowRequests>[1],
    rows?: readonly RowState[],
  ): BulkRun {
    const { clock } = this.outside;
    const { once, connect } = this;
    const effects = {
      ...createRowRequests(run, updateOf, { once, connect, clock, onOutcome: () => undefined }),
      record: (line: Parameters<JournalWriter['append']>[0]) => journal.append(line),
      now: () => clock.now(),
      onChange: () => undefined,
      texts: runTexts(),
    };
    return new BulkRun(run, effects, rows);
  }

  /** The extension host is killed: requests that left arrive, and nothing else happens any more. */
  kill(): void {
    this.isAlive = false;
  }

  /** The window is reloaded: connections end before the extension host does. */
  reload(): void {
    this.ending.abort(new ConnectionEndedError('window closed'));
    this.isAlive = false;
  }

  signOut(): void {
    this.ending.abort(new ConnectionEndedError('signed out'));
  }

  get record(): RunRecord | undefined {
    return this.run && { run: this.run.run, rows: this.run.rows };
  }
}
