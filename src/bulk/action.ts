import type { Message } from '../taskrouter/message';
import { message } from '../taskrouter/message';
import type { PreparedUpdate, ShownResource } from '../taskrouter/preparedUpdate';
import type { Collection, Row } from '../taskrouter/resources';
import { tasks, workers } from '../taskrouter/resources';
import { cancelTask, completeTask, setPriority } from '../taskrouter/taskUpdates';
import { setActivity } from '../taskrouter/workerUpdates';

/** What a bulk run does to each of its rows, as plain data. */
export type BulkAction =
  | { readonly kind: 'cancel' | 'complete'; readonly reason: string }
  | { readonly kind: 'priority'; readonly priority: number }
  | {
      readonly kind: 'activity';
      readonly activitySid: string;
      readonly activityName: string;
      /** Rejects the pending reservations of each worker. Absent for an available activity, which needs no choice. */
      readonly rejectPending?: boolean;
    };

export const collectionOf = ({ kind }: BulkAction): Collection => (kind === 'activity' ? workers : tasks);

/** The update of one row. */
export function prepareRow(action: BulkAction, row: ShownResource): PreparedUpdate {
  switch (action.kind) {
    case 'cancel':
      return cancelTask(row, action.reason);
    case 'complete':
      return completeTask(row, action.reason);
    case 'priority':
      return setPriority(row, action.priority);
    case 'activity':
      return setActivity(row, action.activitySid, { rejectPending: action.rejectPending ?? false });
  }
}

/** Why the action cannot change this version of a row; undefined when it can. */
export function misfitOf(
  action: BulkAction,
  { settled, isPossible }: PreparedUpdate,
  row: Row,
): Message | undefined {
  if (isPossible(row) && !settled(row)) return undefined;
  const { assignment_status: read } = tasks.read(row);
  const status = read ?? message('unknown');
  switch (action.kind) {
    case 'cancel':
      return message('Only pending or reserved tasks can be canceled. This one is {status}.', { status });
    case 'complete':
      return message('Only assigned or wrapping tasks can be completed. This one is {status}.', { status });
    case 'priority':
      return isPossible(row)
        ? message('The priority is already {priority}.', { priority: action.priority })
        : message('The priority of a finished task cannot be changed. This one is {status}.', { status });
    case 'activity':
      return message('The activity is already {activity}.', { activity: action.activityName });
  }
}

/** What a later version of a row says about an update of it whose result is unknown. */
export function findingOf(
  action: BulkAction,
  { settled, isPossible, subject }: PreparedUpdate,
  now: Row,
): 'done' | 'not done' | 'changed' {
  // Whoever set the status, set the reason with it.
  if (settled(now)) return 'reason' in action && !isReason(action.reason, now) ? 'changed' : 'done';
  const field = changedField[action.kind];
  // Offers begin and end by themselves, and a task with an offer can be canceled.
  const isAsBefore = 'reason' in action ? isPossible(now) : now[field] === subject.shown[field];
  return isAsBefore ? 'not done' : 'changed';
}

const isReason = (sent: string, { reason }: Row): boolean => reason === undefined || reason === sent;

const changedField = {
  cancel: 'assignment_status',
  complete: 'assignment_status',
  priority: 'priority',
  activity: 'activity_name',
} as const;

/** What the action changes, as it is in this version of a row. */
export function stateOf({ kind }: BulkAction, row: Row): Message | string {
  const value = row[changedField[kind]];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : message('unknown');
}

/** What it becomes. */
export function resultOf(action: BulkAction): string {
  switch (action.kind) {
    case 'cancel':
      return 'canceled';
    case 'complete':
      return 'completed';
    case 'priority':
      return String(action.priority);
    case 'activity':
      return action.activityName;
  }
}

/** The fields of a row that tell later whether the action took effect. */
export const tellingFields = [
  'sid',
  'assignment_status',
  'priority',
  'activity_name',
  'activity_sid',
] as const;
