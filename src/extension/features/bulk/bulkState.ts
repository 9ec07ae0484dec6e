import { l10n } from 'vscode';
import { resultOf } from '../../../bulk/action';
import type { Ending, Misfit, RowState, RunRecord, RunRef } from '../../../bulk/journal';
import type { PlannedRow, RowWarning } from '../../../bulk/plan';
import { countRows, detailOf } from '../../../bulk/report';
import type { BulkRowView, BulkState } from '../../../webview/bulk/protocol';
import type { Account } from '../../accounts/account';
import { parameterTexts } from '../../actions/confirm';
import { localize } from '../../display/localize';
import { pageAccount } from '../../display/pageAccount';
import { plain } from '../../display/safeText';
import { timeOfDay } from '../../display/times';
import type { BulkPlan } from './bulkPlan';
import { recoveredUpdate } from './rowRequests';
import { bulkTexts, lookingUpText, planText, progressText, readingText, titleOf } from './texts';

/** What the page shows of its rows. */
export interface Shown {
  readonly from: number;
  readonly to: number;
}

interface Common {
  readonly account: Account;
  /** The names of its workspaces, by their SIDs. */
  readonly workspaces: ReadonlyMap<string, string>;
  readonly shown: Shown;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The runs that try rows of this one again. */
  readonly retries: readonly RunRef[];
}

const namesOf = ({ workspaces }: Common) => plain([...workspaces.values()].join(', '), 300);

/** With its workspace, where there are several. */
function rowName(
  name: string,
  [workspaceSid]: readonly string[],
  { workspaces }: Pick<Common, 'workspaces'>,
) {
  const workspace = workspaces.size > 1 ? workspaces.get(workspaceSid!) : undefined;
  return workspace === undefined
    ? plain(name, 80)
    : l10n.t('{name} ({workspace})', { name: plain(name, 80), workspace: plain(workspace, 40) });
}

/** The run that this one tries again, and those that try it again. */
function reportsOf(retryOf: RunRef | undefined, { retries, now }: Common): BulkState['reports'] {
  const time = ({ startedAt }: RunRef) => ({ time: timeOfDay(startedAt, now) });
  return [
    ...(retryOf ? [{ run: retryOf.id, text: l10n.t('Retry of the run of {time}', time(retryOf)) }] : []),
    ...retries.map((retry) => ({ run: retry.id, text: l10n.t('Retried at {time}', time(retry)) })),
  ];
}

/** More characters than anybody types as a reason. */
const maxSet = 4096;

const nothingToDo = { canReplan: false, canLookUp: false, canRetry: false, canExport: false } as const;

/** The rows of a list in this order, as the page shows those in view. */
function rowsIn(order: readonly number[], { from, to }: Shown, viewOf: (row: number) => BulkRowView) {
  return { total: order.length, from, rows: order.slice(from, to).map(viewOf) };
}

/** The indices of what comes first in this order, each kind as it was. */
const ordered = <T>(all: readonly T[], rank: (one: T) => number): number[] =>
  [...all.keys()].sort((one, other) => rank(all[one]!) - rank(all[other]!) || one - other);

export function planState(
  plan: BulkPlan,
  number: number,
  common: Common & { readonly failure: string | undefined },
): BulkState {
  const { request, rows, isReading, isWhole, fits } = plan;
  const read = rows.filter((row) => row !== undefined);
  const failure = plan.failure ?? common.failure;
  const isReady = isWhole && fits > 0 && !common.account.readOnly;
  const rank = (row: PlannedRow | undefined) => (!row ? 3 : row.misfit ? 0 : row.warning ? 1 : 2);
  const order = isReading ? [...rows.keys()] : ordered(rows, rank);
  return {
    texts: bulkTexts(),
    account: pageAccount(common.account),
    workspace: namesOf(common),
    heading: titleOf(request.action, rows.length),
    isBusy: isReading,
    summary: isReading
      ? readingText(read.length, rows.length)
      : planText(fits, countMisfits(read), countWarnings(read)),
    time: l10n.t('Read at {time}.', { time: timeOfDay(plan.readAt, common.now) }),
    reports: reportsOf(request.retryOf, common),
    sets: plan.sets.map((text) => plain(text, maxSet)),
    progress: { value: read.length, max: rows.length },
    ...(common.account.readOnly
      ? { failure: l10n.t('Read-only account: changes are blocked. Run Change Account to allow them.') }
      : failure === undefined
        ? {}
        : { failure }),
    ...(isReady ? { start: titleOf(request.action, fits) } : {}),
    plan: number,
    ...(isReading ? { stop: l10n.t('Stop Reading') } : {}),
    ...{ ...nothingToDo, canReplan: !isReading },
    ...rowsIn(order, common.shown, (i) => plannedView(plan, common, i)),
  };
}

function countMisfits(read: readonly PlannedRow[]): Record<Misfit['kind'], number> {
  const counts = { unchanged: 0, 'no longer fits': 0, 'not done': 0 };
  for (const { misfit } of read) if (misfit) counts[misfit.kind]++;
  return counts;
}

function countWarnings(read: readonly PlannedRow[]): Record<RowWarning['of'], number> {
  const counts = { call: 0, reservations: 0, unread: 0 };
  for (const { warning } of read) if (warning) counts[warning.of]++;
  return counts;
}

function plannedView(plan: BulkPlan, common: Common, i: number): BulkRowView {
  const { rows, request } = plan;
  const row = rows[i];
  const sids = request.rows[i]!;
  const sid = sids.at(-1)!;
  const name = rowName(row?.name ?? plan.nameOf(sid), sids, common);
  if (!row) return { sid, name, icon: 'loading', tone: 'plain', status: l10n.t('not read yet') };
  if (row.misfit !== undefined)
    return {
      sid,
      name,
      icon: row.misfit.kind === 'unchanged' ? 'check' : 'circle-slash',
      tone: row.misfit.kind === 'unchanged' ? 'plain' : 'not-done',
      status: row.misfit.kind === 'unchanged' ? l10n.t('unchanged') : l10n.t('left out'),
      detail: row.misfit.text,
    };
  const before =
    row.state === undefined ? '' : typeof row.state === 'string' ? row.state : localize(row.state);
  const status = l10n.t('{before} → {after}', {
    before: plain(before, 40),
    after: plain(resultOf(request.action), 40),
  });
  return row.warning === undefined
    ? { sid, name, icon: 'arrow-right', tone: 'plain', status }
    : { sid, name, icon: 'warning', tone: 'unknown', status, detail: row.warning.text };
}

interface RunStage {
  readonly isRunning: boolean;
  /** Another window is at it. */
  readonly isElsewhere: boolean;
  /** Rows whose result is unknown are being read again. */
  readonly lookUp: { readonly value: number; readonly max: number } | undefined;
  /** Whether its rows can be read. */
  readonly canRead: boolean;
  readonly failure: string | undefined;
}

export function runState(record: RunRecord, common: Common & RunStage): BulkState {
  const { run, rows } = record;
  const counts = countRows(rows);
  const ended = rows.filter(({ phase }) => phase === 'ended').length;
  const { isRunning, lookUp, account } = common;
  const isOver = ended === rows.length && !isRunning;
  const order = isOver || lookUp ? ordered(rows, rankOf) : [...rows.keys()];
  const failure = common.isElsewhere
    ? l10n.t('This run is in progress in another window, which shows its progress.')
    : common.failure;
  const stop = lookUp
    ? l10n.t('Stop Looking Up')
    : isRunning && counts.waiting > 0
      ? l10n.t('Stop Run')
      : isRunning && counts.sending === 0 && counts['looking up'] > 0
        ? l10n.t('Stop Looking Up')
        : undefined;
  return {
    texts: bulkTexts(),
    account: pageAccount(account),
    workspace: namesOf(common),
    heading: plain(run.title, 120),
    isBusy: isRunning,
    summary: lookUp ? lookingUpText(lookUp.value, lookUp.max) : progressText(counts),
    time: l10n.t('Started at {time}.', { time: timeOfDay(run.startedAt, common.now) }),
    reports: reportsOf(run.retryOf, common),
    sets: parameterTexts(recoveredUpdate(run, 0).request).map((text) => plain(text, maxSet)),
    progress: lookUp ?? { value: ended, max: rows.length },
    ...(failure === undefined ? {} : { failure }),
    plan: 0,
    ...(stop === undefined ? {} : { stop }),
    canReplan: false,
    canLookUp: isOver && counts.unknown > 0 && common.canRead,
    canRetry: isOver && counts['not done'] + counts.stopped > 0 && !account.readOnly,
    canExport: true,
    ...rowsIn(order, common.shown, (i) => runView(record, common, i)),
  };
}

const ranks = {
  unknown: 1,
  'not done': 2,
  changed: 3,
  'no longer fits': 4,
  stopped: 5,
  unchanged: 6,
  done: 7,
} as const;

const rankOf = (state: RowState): number => (state.phase !== 'ended' ? 0 : ranks[state.ending.kind]);

function runView({ run, rows }: RunRecord, { workspaces }: Common, i: number): BulkRowView {
  const { sids, name } = run.rows[i]!;
  const state = rows[i]!;
  const common = { sid: sids.at(-1)!, name: rowName(name, sids, { workspaces }) };
  if (state.phase !== 'ended') return { ...common, ...phaseView(state.phase) };
  const { kind, requestId } = state.ending;
  return {
    ...common,
    ...endingView(kind),
    detail: plain(detailOf(state.ending), 600),
    ...(requestId === undefined ? {} : { requestId: plain(requestId, 60) }),
  };
}

function phaseView(
  phase: 'waiting' | 'sending' | 'looking up',
): Pick<BulkRowView, 'icon' | 'tone' | 'status'> {
  const status = {
    waiting: l10n.t('waiting'),
    sending: l10n.t('sending'),
    'looking up': l10n.t('looking up: no clear response'),
  }[phase];
  return { icon: phase === 'waiting' ? 'circle' : 'sync codicon-modifier-spin', tone: 'plain', status };
}

function endingView(kind: Ending['kind']): Pick<BulkRowView, 'icon' | 'tone' | 'status'> {
  return {
    done: { icon: 'pass', tone: 'done', status: l10n.t('done') } as const,
    unchanged: { icon: 'check', tone: 'plain', status: l10n.t('unchanged') } as const,
    'no longer fits': { icon: 'circle-slash', tone: 'plain', status: l10n.t('no longer fits') } as const,
    stopped: { icon: 'debug-stop', tone: 'plain', status: l10n.t('stopped by you') } as const,
    'not done': { icon: 'error', tone: 'not-done', status: l10n.t('not done') } as const,
    changed: { icon: 'person', tone: 'unknown', status: l10n.t('changed by somebody else') } as const,
    unknown: { icon: 'question', tone: 'unknown', status: l10n.t('unknown') } as const,
  }[kind];
}
