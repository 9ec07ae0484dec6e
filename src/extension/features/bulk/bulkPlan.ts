import { l10n } from 'vscode';
import type { BulkAction } from '../../../bulk/action';
import { collectionOf } from '../../../bulk/action';
import type { RunRef } from '../../../bulk/journal';
import type { PlannedRow } from '../../../bulk/plan';
import { planRows } from '../../../bulk/plan';
import { parameterTexts } from '../../actions/confirm';
import { either } from '../../data/either';
import { describeError, sentence } from '../../display/errorMessage';
import { localize } from '../../display/localize';
import { nameOf } from '../../display/names';
import { plain } from '../../display/safeText';
import type { BulkOptions } from './bulk';
import { warningOf } from './rowWarnings';

/** What a bulk action is asked for: nothing is read yet. */
export interface BulkRequest {
  readonly accountId: string;
  readonly action: BulkAction;
  /** Of each task or worker: its workspace’s SID and its own. */
  readonly rows: readonly (readonly string[])[];
  /** The run whose rows are tried again. */
  readonly retryOf?: RunRef;
}

/** The SIDs of the workspaces of some rows, each once. */
export const workspacesOf = (rows: readonly (readonly string[])[]): readonly string[] => [
  ...new Set(rows.map(([workspaceSid]) => workspaceSid!)),
];

/** The rows of each workspace one after the other, in their order. */
export const byWorkspace = (rows: readonly (readonly string[])[]): readonly (readonly string[])[] =>
  workspacesOf(rows).flatMap((workspaceSid) => rows.filter(([one]) => one === workspaceSid));

/** Reads every row of a request again, and says what will change. */
export class BulkPlan {
  /** Undefined where a row has not been read. */
  readonly rows: (PlannedRow | undefined)[];
  readonly done: Promise<void>;
  private readonly canceled = new AbortController();
  failure: string | undefined;
  /** When its rows were read: milliseconds since 1970. */
  readonly readAt: number;

  constructor(
    private readonly parts: Pick<BulkOptions, 'accounts' | 'store' | 'once' | 'clock'>,
    readonly request: BulkRequest,
    private readonly onChange: () => void,
  ) {
    this.rows = request.rows.map(() => undefined);
    this.readAt = parts.clock.now();
    this.done = this.read().catch((error: unknown) => {
      this.failure = sentence(describeError(error));
      this.onChange();
    });
  }

  /** Whether every row was read, or tried: only then can it be confirmed. */
  get isWhole(): boolean {
    return this.rows.every((row) => row !== undefined);
  }

  get isReading(): boolean {
    return !this.isWhole && this.failure === undefined;
  }

  /** How many rows the run would send a request for. */
  get fits(): number {
    return this.rows.filter((row) => row?.update).length;
  }

  /** What each request sets; empty while no row is known to fit. */
  get sets(): readonly string[] {
    const update = this.rows.find((row) => row?.update)?.update;
    return update ? parameterTexts(update.request) : [];
  }

  /** What people call a row, or else its SID. */
  nameOf(sid: string): string {
    return nameOf(this.parts.store, this.request.accountId, sid) ?? sid;
  }

  cancel(): void {
    this.canceled.abort();
    if (this.isReading) this.failure = l10n.t('Reading was canceled. Nothing was sent.');
  }

  private async read(): Promise<void> {
    const { accountId, action, rows } = this.request;
    const { accounts, once } = this.parts;
    const connection = await accounts.connect(accountId);
    const { signal, end } = either(connection.signal, this.canceled.signal);
    await planRows(rows, {
      action,
      signal,
      read: (row) => once.read(connection, { collection: collectionOf(action), sids: row }),
      warningOf: (sids, row) => warningOf(action, { ...connection, signal }, sids, row),
      nameOf: (sid) => this.nameOf(sid),
      say: (message) => localize(message, (text) => plain(text, 60)),
      describe: (error) => sentence(describeError(error)),
      onRow: (row, planned) => {
        this.rows[row] = planned;
        this.onChange();
      },
    }).finally(end);
    // The account was signed out or changed.
    if (!this.isWhole && !this.canceled.signal.aborted) connection.signal.throwIfAborted();
  }
}
