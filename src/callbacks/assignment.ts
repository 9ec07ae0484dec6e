import type { Parameters } from '../taskrouter/requests';

/** One assignment of a task to a worker, as it was when the reservation was created. */
export interface Assignment {
  readonly accountSid: string;
  readonly workspaceSid: string;
  readonly workflowSid: string;
  readonly taskQueueSid: string;
  readonly workerSid: string;
  /** JSON, as it is in TaskRouter. */
  readonly workerAttributes: string;
  readonly taskSid: string;
  /** JSON, as it is in TaskRouter. */
  readonly taskAttributes: string;
  /** Seconds since the task was created. */
  readonly taskAge: number;
  readonly taskPriority: number;
  readonly reservationSid: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * The documented parameters of an assignment callback, in the documented order. The format of `Timestamp` is not
 * documented; this is the one of TaskRouter's dates.
 * https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks#assignment-callback-parameters
 */
export const assignmentParameters = (assignment: Assignment): Parameters => [
  ['Timestamp', isoSeconds(assignment.at)],
  ['AccountSid', assignment.accountSid],
  ['WorkspaceSid', assignment.workspaceSid],
  ['WorkflowSid', assignment.workflowSid],
  ['TaskQueueSid', assignment.taskQueueSid],
  ['WorkerSid', assignment.workerSid],
  ['WorkerAttributes', assignment.workerAttributes],
  ['TaskSid', assignment.taskSid],
  ['TaskAttributes', assignment.taskAttributes],
  ['TaskAge', String(assignment.taskAge)],
  ['TaskPriority', String(assignment.taskPriority)],
  ['ReservationSid', assignment.reservationSid],
];

type ApiRow = Readonly<Record<string, unknown>>;

/**
 * The assignment of a reservation, from the resources as the API returns them. A task that was updated since then has
 * changed attributes and priority, which TaskRouter does not keep. Undefined when one of them is incomplete.
 */
export function assignmentOf(reservation: ApiRow, task: ApiRow, worker: ApiRow): Assignment | undefined {
  const created = Date.parse(String(reservation['date_created']));
  const age = Math.max(0, Math.floor((created - Date.parse(String(task['date_created']))) / 1000));
  const texts = {
    accountSid: task['account_sid'],
    workspaceSid: task['workspace_sid'],
    workflowSid: task['workflow_sid'],
    taskQueueSid: task['task_queue_sid'],
    workerSid: worker['sid'],
    workerAttributes: worker['attributes'],
    taskSid: task['sid'],
    taskAttributes: task['attributes'],
    reservationSid: reservation['sid'],
  };
  if (!allTexts(texts) || !Number.isFinite(created)) return undefined;
  const taskAge = Number.isFinite(age) ? age : Number(task['age'] ?? 0);
  return { ...texts, taskAge, taskPriority: Number(task['priority'] ?? 0), at: created };
}

const allTexts = <K extends string>(values: Record<K, unknown>): values is Record<K, string> =>
  Object.values(values).every((value) => typeof value === 'string');

/** ISO 8601 in whole seconds, as TaskRouter writes every date. */
export const isoSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
