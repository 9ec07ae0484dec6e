import { l10n } from 'vscode';
import type { WorkerGroups, WorkerLine, WorkerReason } from '../../../explanation/explanation';
import type { ExplanationFacts } from '../../../explanation/facts';
import type { WorkerDetail, WorkerRow, WorkersView } from '../../../webview/task/protocol';
import { plain } from '../../display/safeText';
import type { TaskModel } from './taskState';
import type { View } from './texts';
import { comparisonView, holderView, shown } from './texts';

const workerIcons: Readonly<Record<WorkerReason, string>> = {
  eligible: 'pass',
  offered: 'bell-dot',
  unavailable: 'circle-large',
  'channel unavailable': 'circle-slash',
  'no capacity': 'circle-slash',
  'channel full': 'circle-filled',
  'has a task': 'circle-filled',
  'capacity unknown': 'question',
  'not in queue': 'dash',
  'target expression': 'filter',
  'known worker': 'person',
  'routing target': 'person',
  unknown: 'question',
};

/** So many workers of each group have details at once. */
const firstRows = 20;

/** Read with the workers of the workspace, although the queue does not have them. */
const isOutsider = ({ reason }: WorkerLine): boolean => reason === 'not in queue';

/** The workers of a task's queue; those in `seen` have details, beside the first of each group. */
export function workersView(
  groups: WorkerGroups,
  { facts, seen, requestedCapacities }: Pick<TaskModel, 'facts' | 'seen' | 'requestedCapacities'>,
  view: View,
): WorkersView {
  const { queueName, channel, ranked, order, next, wouldQualify, unknown, notQualified } = groups;
  const rows = (lines: readonly WorkerLine[]) =>
    lines.map((line, i) => workerRow(line, i < firstRows || seen.has(line.sid) ? facts : undefined));
  return {
    queue: plain(queueName),
    channel: plain(channel),
    order: view(order),
    ranked,
    groups: [
      { kind: 'next', rows: rows(next) },
      { kind: 'wouldQualify', rows: rows(wouldQualify) },
      { kind: 'unknownCapacity', rows: rows(unknown) },
      { kind: 'notQualified', rows: rows(notQualified.filter((line) => !isOutsider(line))) },
      { kind: 'notInQueue', rows: rows(notQualified.filter(isOutsider)) },
    ],
    unreadCapacities: unknown.filter(({ sid }) => !requestedCapacities.has(sid)).length,
    othersUnread: !facts.hasAllWorkers && !facts.task?.routing_target?.startsWith('WK'),
  };
}

/** How a worker answered an earlier offer of the task. */
const answers = (declined: string): string => {
  const known: Readonly<Record<string, string>> = {
    rejected: l10n.t('rejected it before'),
    timeout: l10n.t('let it time out before'),
    canceled: l10n.t('their offer was canceled'),
    rescinded: l10n.t('another worker was faster before'),
  };
  return (Object.hasOwn(known, declined) ? known[declined] : undefined) ?? plain(declined, 40);
};

/** Without facts, the worker is shown without details. */
function workerRow(line: WorkerLine, facts: ExplanationFacts | undefined): WorkerRow {
  const { sid, name, activity, reason } = line;
  return {
    sid,
    name: plain(name) || sid,
    icon: workerIcons[reason],
    // The reason says it too.
    activity: reason === 'unavailable' && facts ? '' : plain(activity, 40),
    ...(facts ? { detail: workerDetail(line, facts) } : {}),
  };
}

function workerDetail(
  { message, declined, comparisons, holders }: WorkerLine,
  facts: ExplanationFacts,
): WorkerDetail {
  return {
    text: [shown(message), declined === undefined ? '' : answers(declined)].filter(Boolean).join(' · '),
    // One is in the sentence already.
    comparisons: comparisons.length > 1 ? comparisons.map(comparisonView) : [],
    holders: holders.map((holder) => holderView(holder, facts)),
  };
}
