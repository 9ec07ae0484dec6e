import type { AccountState } from './accountState';
import type { Reservation, ReservationStatus, Task, Worker, WorkTimes, Workspace } from './rows';
import { isOpen, noWorkTimes, reservationsOf, stepKey } from './rows';

const minutes = 60_000;
/** How long a finished task can still be fetched. */
export const finishedTaskRetention = 5 * minutes;
const assignedTaskRetention = 24 * 60 * minutes;

/** The only ways a reservation changes its status: from each, to each. */
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

/** What belongs to a reservation. A reservation whose task is gone is gone too, so both are there. */
export const taskAndWorkerOf = (workspace: Workspace, reservation: Reservation) => ({
  task: workspace.tasks.get(reservation.taskSid)!,
  worker: workspace.workers.get(reservation.workerSid)!,
});

/** Takes note of when a worker had to do with a task for the last time: the idle are offered tasks first. */
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

/** The worker takes the task; others who were reserved for it are released. */
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

/** The worker declines, and moves to an activity if one is given. Call `route` afterwards, as after each failure. */
export function reject(
  account: AccountState,
  workspace: Workspace,
  reservation: Reservation,
  activitySid?: string,
): void {
  release(account, workspace, reservation, 'rejected', activitySid);
  backToQueue(account, workspace, taskAndWorkerOf(workspace, reservation).task);
}

/** Nobody answered in time: the worker gets no more tasks until somebody moves them back. */
export function expire(account: AccountState, workspace: Workspace, reservation: Reservation): void {
  release(account, workspace, reservation, 'timeout', workspace.timeoutActivitySid);
  backToQueue(account, workspace, taskAndWorkerOf(workspace, reservation).task);
}

/** The worker could not be reached, or the caller left. */
export function cancel(account: AccountState, workspace: Workspace, reservation: Reservation): void {
  release(account, workspace, reservation, 'canceled');
  backToQueue(account, workspace, taskAndWorkerOf(workspace, reservation).task);
}

/** The conversation is over, the worker finishes up. */
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

/** Gives up a task that is not assigned yet, and the reservations made for it. */
export function cancelTask(account: AccountState, workspace: Workspace, task: Task, reason: string): void {
  withdraw(account, workspace, task);
  finish(account, workspace, task, 'canceled', reason);
}

/** Takes a task back from those who have not answered yet. */
export function withdraw(account: AccountState, workspace: Workspace, task: Task): void {
  for (const reservation of reservationsOf(workspace, task)) {
    if (reservation.status === 'pending') release(account, workspace, reservation, 'canceled');
  }
  if (task.status === 'reserved') task.status = 'pending';
}

/** Ends the work on a task, for everybody who has a part in it. */
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
  // After completed work a worker stays where they are, until whoever wrote the application moves them.
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

/** A finished task can be fetched for five minutes more. */
export function scheduleRemoval(account: AccountState, workspace: Workspace, task: Task): void {
  const left = task.updated + finishedTaskRetention - account.now();
  account.schedule(task.sid, left, () => removeTask(account, workspace, task));
}

/**
 * It is gone at once, and its reservations with it. TaskRouter has no event for a task that was finished and is
 * removed when its time is over. https://www.twilio.com/docs/taskrouter/api/event/reference
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
