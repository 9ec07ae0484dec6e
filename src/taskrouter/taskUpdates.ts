import { message } from './message';
import type { Message } from './message';
import type { Change, PreparedUpdate, ShownResource } from './preparedUpdate';
import { prepareUpdate } from './preparedUpdate';
import type { Parameters } from './requests';
import { dateText, deleteRequest, updateRequest } from './requests';
import type { Row, TaskStatus } from './resources';
import { tasks } from './resources';

/**
 * Updates of a task, as prepared updates. Each can be prepared in any status: `isPossible` says whether it can work.
 * https://www.twilio.com/docs/taskrouter/api/task#update-a-task-resource
 */

/** The statuses from which TaskRouter cancels a task. */
export const cancelableFrom = ['pending', 'reserved'] as const satisfies readonly TaskStatus[];
/** The statuses from which TaskRouter completes a task. */
export const completableFrom = ['assigned', 'wrapping'] as const satisfies readonly TaskStatus[];
const unfinished = [...cancelableFrom, ...completableFrom] as const;

/** TaskRouter requires a reason for both. */
export const cancelTask = (task: ShownResource, reason: string): PreparedUpdate =>
  prepareStatus(task, 'canceled', reason, {
    title: message('Cancel Task'),
    question: message('Cancel task {task}', { task: task.name }),
    from: cancelableFrom,
  });

export const completeTask = (task: ShownResource, reason: string): PreparedUpdate =>
  prepareStatus(task, 'completed', reason, {
    title: message('Complete Task'),
    question: message('Complete task {task}', { task: task.name }),
    from: completableFrom,
  });

/** The highest priority that TaskRouter takes; the lowest is 0. */
export const maxPriority = 2 ** 31 - 1;

/** @throws RangeError for a priority that TaskRouter does not take */
export function setPriority(task: ShownResource, priority: number): PreparedUpdate {
  if (!Number.isInteger(priority) || priority < 0 || priority > maxPriority)
    throw new RangeError(`A priority is a whole number from 0 to ${maxPriority}, not ${priority}.`);
  return prepareTask(task, [['Priority', String(priority)]], {
    title: message('Set Priority'),
    question: message('Set the priority of {task} to {priority}', { task: task.name, priority }),
    from: unfinished,
    unchanged: ['assignment_status', 'priority'],
    values: [[message('Priority'), shownValue(task.shown['priority'])]],
    settlesAs: (row) => row['priority'] === priority,
    describe: (row) => message('The priority is now {priority}.', { priority: shownValue(row['priority']) }),
  });
}

/** `start` is not in the future: TaskRouter refuses that. */
export const setVirtualStartTime = (task: ShownResource, start: Date): PreparedUpdate =>
  prepareTask(task, [['VirtualStartTime', dateText(start)]], {
    title: message('Set Virtual Start Time'),
    question: message('Set the virtual start time of {task} to {time}', {
      task: task.name,
      time: dateText(start),
    }),
    from: unfinished,
    unchanged: ['assignment_status', 'virtual_start_time'],
    values: [[message('Virtual start time'), shownValue(task.shown['virtual_start_time'])]],
    settlesAs: (row) => Date.parse(String(row['virtual_start_time'])) === Date.parse(dateText(start)),
    describe: (row) =>
      message('The virtual start time is now {time}.', { time: shownValue(row['virtual_start_time']) }),
  });

/** https://www.twilio.com/docs/taskrouter/api/task#delete-a-task-resource */
export const deleteTask = (task: ShownResource): PreparedUpdate =>
  prepareUpdate(task, {
    request: deleteRequest(tasks, task.sids),
    title: message('Delete Task'),
    label: message('Task'),
    question: message('Delete task {task}', { task: task.name }),
    statusField: 'assignment_status',
    settlesAs: [],
    effect: { kind: 'deletes', outcome: message('Task deleted.') },
  });

const prepareStatus = (
  task: ShownResource,
  status: TaskStatus,
  reason: string,
  change: Pick<Change, 'title' | 'question' | 'from'>,
) =>
  prepareTask(
    task,
    [
      ['AssignmentStatus', status],
      ['Reason', reason],
    ],
    { ...change, settlesAs: [status] },
  );

const prepareTask = (
  task: ShownResource,
  body: Parameters,
  change: Omit<Change, 'request' | 'label' | 'statusField'>,
): PreparedUpdate =>
  prepareUpdate(task, {
    describe: describeTaskStatus,
    ...change,
    request: updateRequest(tasks, task.sids, body),
    label: message('Task'),
    statusField: 'assignment_status',
  });

const shownValue = (value: unknown): Message | string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : message('unknown');

/** The status of this task as a sentence. */
function describeTaskStatus(row: Row): Message {
  const status = row['assignment_status'];
  if (status === 'canceled') return message('Task canceled.');
  if (status === 'completed') return message('Task completed.');
  return typeof status === 'string'
    ? message('The task is now {status}.', { status })
    : message('The task’s status is unknown.');
}
