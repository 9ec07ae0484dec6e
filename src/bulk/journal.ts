import type { Row } from '../taskrouter/resources';
import type { BulkAction } from './action';

/**
 * The journal of one bulk run: a file of JSON lines to which the run appends before and after each request. After a
 * kill it says which rows may have been sent, so that none of them is sent again.
 */

export interface Run {
  readonly id: string;
  readonly accountId: string;
  readonly accountName: string;
  readonly origin: string;
  readonly kind: 'twilio' | 'local' | 'simulated';
  readonly environment: 'development' | 'staging' | 'production';
  readonly action: BulkAction;
  /** As on its command: `Cancel Tasks`. */
  readonly title: string;
  /** When the user confirmed it, in milliseconds since 1970. */
  readonly startedAt: number;
  /** The run whose rows this one tries again, and when that was started. */
  readonly retryOf?: RunRef;
  readonly rows: readonly RunRow[];
}

export type RunRef = Pick<Run, 'id' | 'startedAt'>;

export interface RunRow {
  /** From the workspace down, its own last. */
  readonly sids: readonly string[];
  readonly name: string;
  /** The version on which the user decided, as far as it tells later whether the action took effect. */
  readonly shown: Row;
  /** Why nothing is sent for it, if the plan left it out. */
  readonly misfit?: Misfit;
}

/** Why a plan leaves a row out: `not done` where it could not be read. */
export interface Misfit {
  readonly kind: 'unchanged' | 'no longer fits' | 'not done';
  readonly text: string;
}

/** How a row ended. */
export interface Ending {
  /** `stopped`: the user stopped the run before it was sent. `changed`: a look-up found what another request has set. */
  readonly kind: 'done' | 'stopped' | 'unknown' | 'changed' | Misfit['kind'];
  /** What happened and what to do next, in the user's language. */
  readonly text: string;
  /** Why the response did not say what came of the request. */
  readonly cause?: string;
  readonly requestId?: string;
  /** HTTP status; absent when no response came. */
  readonly status?: number;
  readonly milliseconds?: number;
}

export type RowState =
  | { readonly phase: 'waiting' }
  /** Its request may have left. */
  | { readonly phase: 'sending' | 'looking up'; readonly sentAt: number }
  | { readonly phase: 'ended'; readonly ending: Ending; readonly sentAt?: number };

export type Line =
  | { readonly type: 'planned'; readonly run: Run }
  /** On disk before the request of a row leaves. */
  | { readonly type: 'sending'; readonly row: number; readonly at: number }
  | { readonly type: 'ended'; readonly row: number; readonly ending: Ending }
  /** Every row that was not sent ends like this, and none is sent any more. */
  | { readonly type: 'stopped'; readonly ending: Ending };

export interface RunRecord {
  readonly run: Run;
  readonly rows: readonly RowState[];
}

/** Whether nothing more can happen to its rows by itself. */
export const isOver = ({ rows }: Pick<RunRecord, 'rows'>): boolean =>
  rows.every(({ phase }) => phase === 'ended');

/** The line break comes first: what was written before may be torn. */
export const lineText = (line: Line): string => '\n' + JSON.stringify(line);

/** The states in which a run begins. */
export const firstStates = ({ rows }: Run): RowState[] =>
  rows.map(({ misfit }) =>
    misfit === undefined ? { phase: 'waiting' } : { phase: 'ended', ending: misfit },
  );

/** Changes the state of the rows as a line says. */
export function applyLine(rows: RowState[], line: Line): void {
  if (line.type === 'sending') rows[line.row] = { phase: 'sending', sentAt: line.at };
  if (line.type === 'ended') {
    const before = rows[line.row];
    const sentAt = before && 'sentAt' in before ? before.sentAt : undefined;
    rows[line.row] = { phase: 'ended', ending: line.ending, ...(sentAt === undefined ? {} : { sentAt }) };
  }
  if (line.type === 'stopped')
    for (const [i, { phase }] of rows.entries())
      if (phase === 'waiting') rows[i] = { phase: 'ended', ending: line.ending };
}

/**
 * What a journal says of its run. A kill can tear the last line: the request that it announced was not sent.
 * Undefined without a first line.
 */
export function readJournal(text: string): RunRecord | undefined {
  const [first, ...lines] = text.split('\n').flatMap((one) => parseLine(one) ?? []);
  if (first?.type !== 'planned') return undefined;
  const rows = firstStates(first.run);
  for (const line of lines) if (!('row' in line) || rows[line.row]) applyLine(rows, line);
  return { run: first.run, rows };
}

/** A prefix of a line is never valid JSON, so a torn line is read as undefined. */
function parseLine(text: string): Line | undefined {
  try {
    const line = JSON.parse(text) as Line | null;
    return line && typeof line === 'object' && 'type' in line ? line : undefined;
  } catch {
    return undefined;
  }
}
