import { l10n } from 'vscode';
import { reportProblems } from '../../../callbacks/answer';
import { eventTimeout } from '../../../callbacks/deliver';
import type { CallbackDetail, CallbackRow, Tone } from '../../../webview/callbacks/protocol';
import { plain } from '../../display/safeText';
import { exactTimeOfDay } from '../../display/times';
import { attemptView, partOf, statusText, tookShort } from './attemptView';
import type { ReportCall } from './benchCall';

/** The callback of an event or of a status, in the list. */
export function reportRow(call: ReportCall): CallbackRow {
  const { id, at, attempt } = call;
  const { icon, tone } = outcomeOf(call);
  return {
    ...{ id, icon, tone, name: nameOf(call), worker: kindOf(call), time: exactTimeOfDay(at) },
    ...{ result: statusText(attempt), took: tookShort(attempt.milliseconds) },
    part: partOf(attempt.milliseconds, eventTimeout),
  };
}

export function reportDetail(call: ReportCall): CallbackDetail {
  const { id, at, attempt } = call;
  const { icon, tone, line } = outcomeOf(call);
  const description = valueOf(call, 'EventDescription');
  return {
    ...{ id, name: nameOf(call), about: `${exactTimeOfDay(at)} · ${kindOf(call)}` },
    ...{ isReplay: false, isRunning: false, canReplay: false, canOpenForm: false, canRecord: false },
    verdict: { tone, icon, lines: description === undefined ? [line] : [plain(description, 300), line] },
    attempts: [attemptView(attempt, reportProblems(attempt), eventTimeout)],
  };
}

const valueOf = ({ attempt: { parameters } }: ReportCall, name: string): string | undefined =>
  parameters.find(([key]) => key === name)?.[1];

/** `reservation.created`, or `Conference: participant-join`. */
function nameOf(call: ReportCall): string {
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

const kindOf = ({ kind }: ReportCall) =>
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
