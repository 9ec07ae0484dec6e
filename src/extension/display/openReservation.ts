import { l10n } from 'vscode';
import type { Row } from '../../taskrouter/client';
import { isOpen, rankOf, statusOf } from '../../taskrouter/reservation';
import * as resources from '../../taskrouter/resources';
import { taskTitle } from './attributes';
import type { Deadline } from '../data/deadlines';
import { deadlineOf } from '../data/deadlines';
import { firstVisible, plain } from './safeText';

/** One open reservation as shown. Its texts are safe to show as text. */
export interface OpenReservation {
  /** Its SID, with the account where that alone is not unique. */
  readonly id: string;
  readonly accountId: string;
  /** Workspace, task, reservation. */
  readonly sids: readonly [workspaceSid: string, taskSid: string, sid: string];
  readonly status: string;
  /** False while it is known from Events only. */
  readonly isConfirmed: boolean;
  readonly worker: string;
  readonly workerSid: string;
  /** What the task is about. */
  readonly about: string;
  readonly queue: string;
  readonly queueSid: string;
  readonly channel: string;
  /** Of a pending reservation whose workflow is known. */
  readonly deadline?: Deadline;
  /** When its current status began; undefined while that is not known. */
  readonly since?: Date;
  /** The reservation's fields that are not as documented. */
  readonly malformed: readonly string[];
}

/** What the rows of a reservation, its task and its workflow show; `skew` in milliseconds. */
export function shownOf(
  row: Row,
  taskRow: Row | undefined,
  workflowRow: Row | undefined,
  skew: number,
): Omit<OpenReservation, 'id' | 'accountId' | 'sids' | 'isConfirmed'> {
  const reservation = resources.taskReservations.read(row);
  const task = taskRow && resources.tasks.read(taskRow);
  const deadline = deadlineOf(row, workflowRow && resources.workflows.read(workflowRow), skew);
  const since = isOpen(row) && statusOf(row) !== 'pending' ? reservation.date_updated : undefined;
  return {
    status: firstVisible([reservation.reservation_status, l10n.t('unknown')], 30),
    worker: firstVisible([reservation.worker_name, reservation.worker_sid, l10n.t('unknown worker')], 60),
    workerSid: reservation.worker_sid ?? '',
    about: taskTitle(task?.attributes) ?? plain(reservation.task_sid ?? '', 34),
    queue: plain(task?.task_queue_friendly_name ?? '', 40),
    queueSid: task?.task_queue_sid ?? '',
    channel: plain(task?.task_channel_unique_name ?? '', 30),
    malformed: resources.taskReservations.malformed(row),
    ...(deadline ? { deadline } : {}),
    ...(since ? { since } : {}),
  };
}

/** The soonest deadline first, then what is in progress. */
export function inOrder(one: OpenReservation, other: OpenReservation): number {
  const at = ({ deadline, since }: OpenReservation) => deadline?.at ?? since?.getTime() ?? Infinity;
  const [first, second] = [at(one), at(other)];
  return (
    rankOf(one.status) - rankOf(other.status) ||
    (first === second ? (one.id < other.id ? -1 : 1) : first < second ? -1 : 1)
  );
}
