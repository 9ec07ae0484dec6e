import { csvRecord } from '../csv';
import type { Parameters } from '../taskrouter/requests';
import { collectionOf, prepareRow } from './action';
import type { Ending, RowState, Run, RunRecord, RunRow } from './journal';

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

/** What each request of a run sets, by the names of TaskRouter's parameters. */
function parametersOf({ action, rows: [first] }: Run): Parameters {
  if (!first) return [];
  const resource = { ...first, collection: collectionOf(action), nameOf: (sid: string) => sid };
  return prepareRow(action, resource).request.body ?? [];
}

/** What the report says of a row, as sentences; of one that was looked up also why its result was unknown. */
export const detailOf = ({ text, cause }: Ending): string =>
  cause === undefined || text.includes(cause) ? text : `${cause} ${text}`;

interface ReportRow {
  readonly sid: string;
  readonly workspaceSid: string;
  /** Its name, or its SID where the name is not known. */
  readonly workspace: string;
  readonly name: string;
  /** `waiting` and the like while the run is not over. */
  readonly outcome: string;
  readonly detail: string;
  readonly requestId: string;
  readonly status: number | '';
  /** ISO 8601; empty when nothing was sent. */
  readonly sentAt: string;
}

/** The names of workspaces, by their SIDs. */
type Names = ReadonlyMap<string, string>;

const reportRows = ({ run, rows }: RunRecord, workspaces: Names): ReportRow[] =>
  run.rows.map(({ sids, name }, i) => {
    const state = rows[i] ?? { phase: 'waiting' };
    const ending = state.phase === 'ended' ? state.ending : undefined;
    const sentAt = 'sentAt' in state ? state.sentAt : undefined;
    return {
      sid: sids.at(-1)!,
      workspaceSid: sids[0]!,
      workspace: workspaces.get(sids[0]!) ?? sids[0]!,
      name,
      outcome: ending?.kind ?? state.phase,
      detail: ending ? detailOf(ending) : '',
      requestId: ending?.requestId ?? '',
      status: ending?.status ?? '',
      sentAt: sentAt ? new Date(sentAt).toISOString() : '',
    };
  });

export function reportJson(record: RunRecord, workspaces: Names): string {
  const { id, title, accountName, origin, startedAt } = record.run;
  const report = {
    run: id,
    action: title,
    account: accountName,
    taskRouter: origin,
    startedAt: new Date(startedAt).toISOString(),
    parameters: Object.fromEntries(parametersOf(record.run)),
    rows: reportRows(record, workspaces),
  };
  return JSON.stringify(report, undefined, 2) + '\n';
}

const columns = [
  'sid',
  'workspaceSid',
  'workspace',
  'name',
  'outcome',
  'detail',
  'requestId',
  'status',
  'sentAt',
] as const;

/** With a byte order mark: without it Excel takes another encoding. Each parameter that was sent has a column. */
export function reportCsv(record: RunRecord, workspaces: Names): string {
  const parameters = parametersOf(record.run);
  const names = parameters.map(([name]) => name);
  const values = parameters.map(([, value]) => value);
  const rows = reportRows(record, workspaces).map((row) => [
    ...columns.map((column) => String(row[column])),
    ...values,
  ]);
  return '\ufeff' + [[...columns, ...names], ...rows].map(csvRecord).join('');
}
