import { csvRecord } from '../csv';
import type { Ending, RowState, RunRecord, RunRow } from './journal';

export type Counts = Readonly<Record<'waiting' | 'sending' | 'looking up' | Ending['kind'], number>>;

/** How many rows are in each state. */
export function countRows(rows: readonly RowState[]): Counts {
  const counts = {
    ...{ waiting: 0, sending: 0, 'looking up': 0 },
    ...{ done: 0, unchanged: 0, 'no longer fits': 0, 'not done': 0, stopped: 0, unknown: 0, changed: 0 },
  };
  for (const state of rows) counts[state.phase === 'ended' ? state.ending.kind : state.phase]++;
  return counts;
}

/** Whether nothing is left to do or to look into. */
export const isComplete = (counts: Counts, { rows }: RunRecord): boolean =>
  counts.done + counts.unchanged === rows.length;

const isRetried: ReadonlySet<Ending['kind']> = new Set(['not done', 'stopped'] as const);

/** The rows that a retry plans again: those that certainly had no effect, and can have one. */
export const notDoneRows = ({ run, rows }: RunRecord): readonly RunRow[] =>
  run.rows.filter((_row, i) => {
    const state = rows[i];
    return state?.phase === 'ended' && isRetried.has(state.ending.kind);
  });

interface ReportRow {
  readonly sid: string;
  readonly workspaceSid: string;
  readonly name: string;
  /** `waiting` and the like while the run is not over. */
  readonly outcome: string;
  readonly detail: string;
  readonly requestId: string;
  readonly status: number | '';
  /** ISO 8601; empty when nothing was sent. */
  readonly sentAt: string;
}

const reportRows = ({ run, rows }: RunRecord): ReportRow[] =>
  run.rows.map(({ sids, name }, i) => {
    const state = rows[i] ?? { phase: 'waiting' };
    const ending = state.phase === 'ended' ? state.ending : undefined;
    const sentAt = 'sentAt' in state ? state.sentAt : undefined;
    return {
      sid: sids.at(-1)!,
      workspaceSid: sids[0]!,
      name,
      outcome: ending?.kind ?? state.phase,
      detail: ending?.text ?? '',
      requestId: ending?.requestId ?? '',
      status: ending?.status ?? '',
      sentAt: sentAt ? new Date(sentAt).toISOString() : '',
    };
  });

export function reportJson(record: RunRecord): string {
  const { id, title, accountName, origin, startedAt } = record.run;
  const report = {
    run: id,
    action: title,
    account: accountName,
    taskRouter: origin,
    startedAt: new Date(startedAt).toISOString(),
    rows: reportRows(record),
  };
  return JSON.stringify(report, undefined, 2) + '\n';
}

const columns = [
  'sid',
  'workspaceSid',
  'name',
  'outcome',
  'detail',
  'requestId',
  'status',
  'sentAt',
] as const;

/** With a byte order mark: without it Excel takes another encoding. */
export const reportCsv = (record: RunRecord): string =>
  '\ufeff' +
  [columns, ...reportRows(record).map((row) => columns.map((column) => String(row[column])))]
    .map(csvRecord)
    .join('');
