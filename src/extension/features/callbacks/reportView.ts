import { l10n } from 'vscode';
import { reportProblems } from '../../../callbacks/answer';
import type { Assignment } from '../../../callbacks/assignment';
import { eventTimeout } from '../../../callbacks/deliver';
import type { CallbackDetail, CallbackRow, Tone } from '../../../webview/callbacks/protocol';
import { taskTitle } from '../../display/attributes';
import { plain } from '../../display/safeText';
import { exactTimeOfDay } from '../../display/times';
import { attemptView, partOf, statusText, tookShort } from './attemptView';
import type { ReportCall } from './benchCall';

/** What an assignment is about. */
export const nameOf = ({ taskAttributes, taskSid }: Assignment): string =>
  taskTitle(taskAttributes) ?? taskSid;

type WorkerOf = (sid: string) => string;

/** The callback of an event or of a status, in the list. */
export function reportRow(call: ReportCall, workerOf: WorkerOf): CallbackRow {
  const { id, at, attempt } = call;
  const { icon, tone } = outcomeOf(call);
  return {
    ...{ id, icon, tone, name: titleOf(call), kind: kindText(call), time: exactTimeOfDay(at) },
    subject: subjectOf(call, workerOf),
    ...{ result: statusText(attempt), took: tookShort(attempt.milliseconds) },
    part: partOf(attempt.milliseconds, eventTimeout),
  };
}

export function reportDetail(call: ReportCall, workerOf: WorkerOf): CallbackDetail {
  const { id, at, attempt } = call;
  const { icon, tone, line } = outcomeOf(call);
  const description = valueOf(call, 'EventDescription');
  return {
    ...{ id, name: titleOf(call) },
    about: [exactTimeOfDay(at), kindText(call), subjectOf(call, workerOf)].filter(Boolean).join(' · '),
    ...{
      isReplay: false,
      isRunning: false,
      canReplay: false,
      canOpenForm: false,
      canCopyOutput: false,
      canRecord: false,
    },
    verdict: { tone, icon, lines: description === undefined ? [line] : [plain(description, 300), line] },
    attempts: [attemptView(attempt, reportProblems(attempt), eventTimeout)],
  };
}

const valueOf = ({ attempt: { parameters } }: ReportCall, name: string): string | undefined =>
  parameters.find(([key]) => key === name)?.[1];

/** `reservation.created`, or `Conference: participant-join`. */
function titleOf(call: ReportCall): string {
  const named = (name: string) => {
    const value = valueOf(call, name);
    return value === undefined ? undefined : plain(value, 60);
  };
  const [type, event, recording, status] = [
    named('EventType'),
    named('StatusCallbackEvent'),
    named('RecordingStatus'),
    named('CallStatus'),
  ];
  if (type !== undefined) return type;
  if (event !== undefined) return l10n.t('Conference: {event}', { event });
  if (recording !== undefined) return l10n.t('Recording: {status}', { status: recording });
  return l10n.t('Call: {status}', { status: status ?? '' });
}

/** The task and the worker that it is about, as far as it says. */
function subjectOf(call: ReportCall, workerOf: WorkerOf): string {
  const { cause } = call;
  if (cause) return `${nameOf(cause)} · ${workerOf(cause.workerSid)}`;
  const task = taskTitle(valueOf(call, 'TaskAttributes')) ?? valueOf(call, 'TaskSid');
  const parts = [task, valueOf(call, 'WorkerName')].filter((part) => part !== undefined);
  return plain(parts.join(' · ') || (valueOf(call, 'EventDescription') ?? ''), 120);
}

const kindText = ({ kind }: ReportCall) =>
  kind === 'event' ? l10n.t('Event callback') : l10n.t('Status callback');

function outcomeOf({ attempt }: ReportCall): { icon: string; tone: Tone; line: string } {
  if (!attempt.response || attempt.failure)
    return { icon: 'error', tone: 'not-done', line: l10n.t('The application did not answer.') };
  const { status } = attempt.response;
  const line = l10n.t('The application answered with status {status}.', { status });
  return reportProblems(attempt).length > 0
    ? { icon: 'warning', tone: 'unknown', line }
    : { icon: 'pass', tone: 'done', line };
}
