import type { AccountState } from './accountState';
import type { Reservation, ReservationStatus, Task, Worker, WorkTimes, Workspace } from './rows';
import { isOpen, noWorkTimes, reservationsOf, stepKey } from './rows';

const minutes = 60_000;
/** Milliseconds for which a finished task can still be fetched. */
const finishedTaskRetention = 5 * minutes;
const assignedTaskRetention = 24 * 60 * minutes;

/** The possible status changes of a reservation. */
export const transitions: Readonly<Record<ReservationStatus, readonly ReservationStatus[]>> = {
  pending: ['accepted', 'rejected', 'timeout', 'canceled', 'rescinded'],
  accepted: ['wrapping', 'completed'],
  wrapping: ['completed'],
  rejected: [],
  timeout: [],
  canceled: [],
  rescinded: [],
  completed: [],
};

const names = {
  accepted: 'accepted',
  rejected: 'rejected',
  timeout: 'timeout',
  canceled: 'canceled',
  rescinded: 'rescinded',
  wrapping: 'wrapup',
  completed: 'completed',
} as const;

/** Both exist: a reservation is removed with its task, and a worker with reservations cannot be deleted. */
export const taskAndWorkerOf = (workspace: Workspace, reservation: Reservation) => ({
  task: workspace.tasks.get(reservation.taskSid)!,
  worker: workspace.workers.get(reservation.workerSid)!,
});

/** Records when a worker last handled a task: the longest idle workers are offered tasks first. */
export function noteWork(worker: Worker, task: Task, what: keyof WorkTimes, at: number): void {
  worker.workTimes[what] = at;
  const times = worker.workTimesByChannel.get(task.channelSid) ?? noWorkTimes();
  worker.workTimesByChannel.set(task.channelSid, times);
  times[what] = at;
}

function change(
  account: AccountState,
  workspace: Workspace,
  reservation: Reservation,
  to: keyof typeof names,
): void {
  if (!transitions[reservation.status].includes(to)) {
    throw new Error(`A reservation cannot go from ${reservation.status} to ${to}.`);
  }
  reservation.status = to;
  account.touch(reservation);
  account.unschedule(reservation.sid);
  account.emit({
    type: `reservation.${names[to]}`,
    workspace,
    reservation,
    ...taskAndWorkerOf(workspace, reservation),
  });
}

/** Assigns the task to the worker, and releases the other workers who were reserved for it. */
export function accept(account: AccountState, workspace: Workspace, reservation: Reservation): void {
  const { task, worker } = taskAndWorkerOf(workspace, reservation);
  task.status = 'assigned';
  noteWork(worker, task, 'assigned', account.now());
  account.touch(task);
  account.unschedule(stepKey(task));
  account.schedule(task.sid, assignedTaskRetention, () =>
    removeTask(account, workspace, task, 'task.system-deleted'),
  );
  change(account, workspace, reservation, 'accepted');
  for (const other of reservationsOf(workspace, task)) {
    if (other.status === 'pending') release(account, workspace, other, 'rescinded');
  }
  const { assignmentActivitySid } = workspace.taskQueues.get(task.queueSid)!;
  if (!workspace.multitasking && assignmentActivitySid !== null) {
    account.moveWorker(workspace, worker, assignmentActivitySid);
  }
}

/** Rejects, and moves the worker to an activity if one is given. Call `route` afterwards, as after each failed reservation. */
export function reject(
  account: AccountState,
  workspace: Workspace,
  reservation: Reservation,
  activitySid?: string,
): void {
  release(account, workspace, reservation, 'rejected', activitySid);
  backToQueue(account, workspace, taskAndWorkerOf(workspace, reservation).task);
}

/** The reservation timed out: its worker moves to the workspace's timeout activity. */
export function expire(account: AccountState, workspace: Workspace, reservation: Reservation): void {
  release(account, workspace, reservation, 'timeout', workspace.timeoutActivitySid);
  backToQueue(account, workspace, taskAndWorkerOf(workspace, reservation).task);
}

/** The worker could not be reached, or the caller hung up. */
export function cancel(account: AccountState, workspace: Workspace, reservation: Reservation): void {
  release(account, workspace, reservation, 'canceled');
  backToQueue(account, workspace, taskAndWorkerOf(workspace, reservation).task);
}

/** The conversation has ended; the worker finishes the work. */
export function wrapUp(account: AccountState, workspace: Workspace, reservation: Reservation): void {
  const { task } = taskAndWorkerOf(workspace, reservation);
  if (task.status === 'assigned') {
    task.status = 'wrapping';
    account.touch(task);
    account.emit({ type: 'task.wrapup', workspace, task });
  }
  change(account, workspace, reservation, 'wrapping');
}

export function complete(account: AccountState, workspace: Workspace, reservation: Reservation): void {
  const { task } = taskAndWorkerOf(workspace, reservation);
  release(account, workspace, reservation, 'completed', reservation.postWorkActivitySid);
  if (!reservationsOf(workspace, task).some(isOpen)) finish(account, workspace, task, 'completed', null);
}

/** Cancels a task that is not assigned yet, and its reservations. */
export function cancelTask(account: AccountState, workspace: Workspace, task: Task, reason: string): void {
  withdraw(account, workspace, task);
  finish(account, workspace, task, 'canceled', reason);
}

/** Cancels the pending reservations of a task. */
export function withdraw(account: AccountState, workspace: Workspace, task: Task): void {
  for (const reservation of reservationsOf(workspace, task)) {
    if (reservation.status === 'pending') release(account, workspace, reservation, 'canceled');
  }
  if (task.status === 'reserved') task.status = 'pending';
}

/** Completes a task with all of its open reservations. */
export function completeTask(account: AccountState, workspace: Workspace, task: Task, reason: string): void {
  for (const reservation of reservationsOf(workspace, task)) {
    if (isOpen(reservation))
      release(account, workspace, reservation, 'completed', reservation.postWorkActivitySid);
  }
  finish(account, workspace, task, 'completed', reason);
}

function release(
  account: AccountState,
  workspace: Workspace,
  reservation: Reservation,
  to: 'rejected' | 'timeout' | 'canceled' | 'rescinded' | 'completed',
  activitySid?: string,
): void {
  const { task, worker } = taskAndWorkerOf(workspace, reservation);
  noteWork(worker, task, 'released', account.now());
  change(account, workspace, reservation, to);
  // After completed work the worker stays in the same activity until a client changes it.
  const stays = workspace.multitasking || to === 'completed';
  const next = activitySid ?? (stays ? worker.activitySid : worker.previousActivitySid);
  account.moveWorker(workspace, worker, next);
}

function backToQueue(account: AccountState, workspace: Workspace, task: Task): void {
  if (task.status !== 'reserved') return;
  if (reservationsOf(workspace, task).some((one) => one.status === 'pending')) return;
  task.status = 'pending';
  task.wait = 'returned';
  account.touch(task);
  workspace.waiting.add(task.sid);
}

function finish(
  account: AccountState,
  workspace: Workspace,
  task: Task,
  status: 'canceled' | 'completed',
  reason: string | null,
): void {
  task.status = status;
  task.reason = reason;
  account.touch(task);
  workspace.waiting.delete(task.sid);
  account.unschedule(stepKey(task));
  account.emit({ type: `task.${status}`, workspace, task });
  scheduleRemoval(account, workspace, task);
}

/** A finished task can be fetched for five more minutes. */
export function scheduleRemoval(account: AccountState, workspace: Workspace, task: Task): void {
  const left = task.updated + finishedTaskRetention - account.now();
  account.schedule(task.sid, left, () => removeTask(account, workspace, task));
}

/**
 * Removes a task and its reservations. TaskRouter has no event for the removal of a finished task. https://www.twilio.com/docs/taskrouter/api/event/reference
 */
export function removeTask(
  account: AccountState,
  workspace: Workspace,
  task: Task,
  type?: 'task.deleted' | 'task.system-deleted',
): void {
  for (const reservation of reservationsOf(workspace, task)) {
    if (isOpen(reservation)) {
      release(account, workspace, reservation, reservation.status === 'pending' ? 'canceled' : 'completed');
    }
    const sids = workspace.workers.get(reservation.workerSid)?.reservationSids ?? [];
    const gone = sids.indexOf(reservation.sid);
    if (gone >= 0) sids.splice(gone, 1);
    workspace.reservations.remove(reservation.sid);
    account.unschedule(reservation.sid);
  }
  workspace.tasks.remove(task.sid);
  workspace.waiting.delete(task.sid);
  account.unschedule(task.sid);
  account.unschedule(stepKey(task));
  if (type) account.emit({ type, workspace, task });
}
