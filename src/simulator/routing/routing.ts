import { attributeAt } from '../../routing/expressions/scope';
import type { Presence } from '../../routing/expressions/scope';
import { comparisonsOf } from '../../routing/expressions/syntax';
import type { Operand } from '../../routing/expressions/syntax';
import { taskComparison } from '../../routing/tasks';
import { eligibleWorkers } from '../../routing/workers/candidates';
import type { Opening } from '../../routing/workers/candidates';
import type { Departure, Position, WayOut } from '../../routing/workflow/router';
import type { AccountState } from '../state/accountState';
import { cancelTask, expire, noteWork, withdraw } from '../state/reservations';
import { ttlExceeded } from '../state/events';
import type { Reservation, Task, TaskQueue, Worker, Workspace } from '../state/rows';
import { newRow, reservationsOf, stepKey } from '../state/rows';

/** Adds a new task to its workspace: to the queue it was created for, or to its workflow. */
export function enter(account: AccountState, workspace: Workspace, task: Task, queueSid?: string): void {
  workspace.tasks.add(task);
  scheduleTtl(account, workspace, task);
  const { router } = workspace.workflows.get(task.workflowSid)!;
  task.following = router;
  const start = router.enter(account.attributesOf(task), 0);
  if (queueSid !== undefined || isDirect(task)) {
    const matched = typeof start === 'string' ? undefined : router.target(start).queue;
    task.queueSid = queueSid ?? matched ?? anyQueue(workspace);
    announce(account, workspace, task);
    task.wait = 'entered';
    workspace.waiting.add(task.sid);
  } else {
    account.emit({ type: 'workflow.entered', workspace, task });
    if (typeof start === 'string') {
      task.queueSid = anyQueue(workspace);
      announce(account, workspace, task);
      leaveWorkflow(account, workspace, task, start);
    } else arrive(account, workspace, task, start);
  }
  routeOne(account, workspace, task);
}

function announce(account: AccountState, workspace: Workspace, task: Task): void {
  account.emit({ type: 'task-queue.entered', workspace, task });
  account.emit({ type: 'task.created', workspace, task });
}

/** The queue of a task that no target takes: the field is not nullable. */
const anyQueue = (workspace: Workspace) => [...workspace.taskQueues.rows()][0]?.sid ?? '';

/** Whether a task bypasses its workflow and queue because it was created for one worker. */
const isDirect = ({ routingTarget }: Task): boolean => routingTarget?.startsWith('WK') ?? false;

/** Seconds since a task was created. */
const ageOf = (account: AccountState, { created }: Task): number => (account.now() - created) / 1000;

/** Routes a waiting task through its configuration again, starting at the first filter. */
export function reroute(account: AccountState, workspace: Workspace, task: Task): void {
  task.stale = false;
  // It bypasses the workflow.
  if (!task.position && task.wait !== 'unmatched') return;
  const next = task.following!.enter(account.attributesOf(task), ageOf(account, task));
  if (typeof next === 'string') leaveWorkflow(account, workspace, task, next);
  else arrive(account, workspace, task, next);
}

/** Puts a task into a target, where it waits until it is accepted or the target times out. */
function arrive(account: AccountState, workspace: Workspace, task: Task, position: Position): void {
  const router = task.following!;
  const { queue, priority, expression } = router.target(position);
  const isNew = task.queueSid === '';
  const moved = !isNew && queue !== task.queueSid;
  const previous = task.queueSid;
  if (moved) account.emit({ type: 'task-queue.moved', workspace, task });
  if (moved || isNew) task.queueEntered = account.now();
  task.queueSid = queue;
  task.priority = priority ?? task.priority;
  task.position = position;
  task.wait = 'entered';
  account.touch(task);
  workspace.waiting.add(task.sid);
  if (moved) {
    const more = { previous_task_queue_sid: previous };
    account.emit({ type: 'task-queue.entered', workspace, task, more });
  }
  if (isNew) announce(account, workspace, task);
  const filter = router.filter(position);
  if (filter) {
    const more = {
      workflow_filter_name: filter.name,
      workflow_filter_expression: filter.expression,
      workflow_filter_target_expression: expression,
      ...knownWorkerIn(account, task),
    };
    account.emit({ type: 'workflow.target-matched', workspace, task, more });
  }
  scheduleDeadline(account, workspace, task);
}

function knownWorkerIn(account: AccountState, task: Task): { known_worker_sid?: unknown } {
  const known = task.following!.target(task.position!).knownWorker;
  if (known?.by !== 'sid') return {};
  return { known_worker_sid: attributeAt(account.attributesOf(task), known.path) };
}

/** Schedules the timeout of a task's target. */
export function scheduleDeadline(account: AccountState, workspace: Workspace, task: Task): void {
  account.unschedule(stepKey(task));
  if (!task.position) return;
  const deadline = task.following!.deadline(task.position);
  if (deadline === undefined) return;
  account.schedule(stepKey(task), task.created + deadline * 1000 - account.now(), () => {
    if (task.status === 'reserved') {
      // The task leaves the target once the reservation has failed.
      if (account.expressions.options.reservationOutlivesTarget) return;
      withdraw(account, workspace, task);
    }
    depart(account, workspace, task, 'timeout');
    route(account, workspace);
  });
}

function depart(account: AccountState, workspace: Workspace, task: Task, departure: Departure): void {
  if (departure === 'timeout') account.emit({ type: 'task-queue.timeout', workspace, task });
  const attributes = account.attributesOf(task);
  const next = task.following!.leave(task.position!, departure, attributes, ageOf(account, task));
  if (typeof next === 'string') leaveWorkflow(account, workspace, task, next);
  else if (next !== task.position) arrive(account, workspace, task, next);
}

const reasons = {
  timeout: 'Task canceled on Workflow timeout',
  skipped: 'Task canceled on Workflow skip',
  unmatched: 'No filter of the Workflow matches',
} as const;

function leaveWorkflow(account: AccountState, workspace: Workspace, task: Task, how: WayOut): void {
  task.position = undefined;
  account.unschedule(stepKey(task));
  if (how === 'unmatched') {
    if (account.expressions.options.withoutMatch === 'wait') {
      task.wait = 'unmatched';
      workspace.waiting.add(task.sid);
      return;
    }
  } else account.emit({ type: `workflow.${how}`, workspace, task });
  cancelTask(account, workspace, task, reasons[how]);
}

/** Continues with a task whose reservations have all failed. */
function resume(account: AccountState, workspace: Workspace, task: Task): void {
  task.wait = 'waiting';
  if (task.assignments >= account.rejectionsBeforeCancel) {
    return cancelTask(account, workspace, task, 'Max assignment count exceeded');
  }
  if (isDirect(task)) {
    return cancelTask(account, workspace, task, 'The Worker of the RoutingTarget did not accept the Task');
  }
  if (task.stale) return reroute(account, workspace, task);
  if (!task.position) return;
  const deadline = task.following!.deadline(task.position);
  if (deadline !== undefined && deadline <= ageOf(account, task)) {
    return depart(account, workspace, task, 'timeout');
  }
  if (account.expressions.options.afterFailedReservation === 'next target') {
    depart(account, workspace, task, 'failed reservation');
  }
}

/** What skip_if can read: how many of the queue's workers are in each activity. */
function presence(account: AccountState, workspace: Workspace, task: Task): Presence {
  const counts: Record<string, number> = {};
  let availableCount = 0;
  let unavailable = 0;
  for (const { sid } of workspace.activities.rows()) counts[sid] = 0;
  for (const { available, activitySid } of membersOf(account, workspace, task)) {
    if (available) availableCount++;
    else unavailable++;
    counts[activitySid]!++;
  }
  return { ...counts, available: availableCount, unavailable };
}

const membersOf = (account: AccountState, workspace: Workspace, task: Task) =>
  account.workerPools.of(workspace).members(workspace.taskQueues.get(task.queueSid)!.targetWorkers);

/** Schedules the cancelation of a task that no worker accepts. */
export function scheduleTtl(account: AccountState, workspace: Workspace, task: Task): void {
  const left = task.created + task.timeout * 1000 - account.now();
  account.schedule(task.sid, left, () => {
    cancelTask(account, workspace, task, ttlExceeded);
    route(account, workspace);
  });
}

/**
 * Reserves available workers for waiting tasks, and moves tasks on that skip their target. To be called after each
 * change that can make a worker available to a task.
 */
export function route(account: AccountState, workspace: Workspace): void {
  if (workspace.waiting.size === 0) return;
  const returned = tasksIn(workspace).filter(({ wait }) => wait === 'returned');
  for (const task of returned) resume(account, workspace, task);
  let waiting = inOrder(account, workspace);
  const dependsOnLoad = waiting.some((task) => readsLoad(account, task));
  const tried = new Set<Task>();
  for (let i = 0; i < waiting.length;) {
    const task = waiting[i]!;
    if (tried.has(task)) i++;
    else if (place(account, workspace, task)) {
      waiting.splice(i, 1);
      // A reservation changes the worker's load, which expressions of earlier tasks may read.
      if (!dependsOnLoad) continue;
      tried.clear();
      i = 0;
    } else if (skip(account, workspace, task)) {
      waiting = inOrder(account, workspace);
      i = 0;
    } else tried.add(task);
  }
}

/** The same for one new task: nothing has changed for the others. */
function routeOne(account: AccountState, workspace: Workspace, task: Task): void {
  while (task.status === 'pending' && workspace.waiting.has(task.sid)) {
    if (place(account, workspace, task)) {
      if (workspace.waiting.size > 0 && tasksIn(workspace).some((other) => readsLoad(account, other))) {
        route(account, workspace);
      }
      return;
    }
    if (!skip(account, workspace, task)) return;
  }
}

/** Skips the task's target if its condition holds and entering it created no reservation. Whether it did. */
function skip(account: AccountState, workspace: Workspace, task: Task): boolean {
  if (task.wait !== 'entered') return false;
  task.wait = 'waiting';
  const { position, following } = task;
  if (!position || following!.target(position).skipIf === undefined) return false;
  if (!following!.skips(position, presence(account, workspace, task))) return false;
  depart(account, workspace, task, 'skip');
  return true;
}

/** Whether the target's expression reads how many tasks a worker has. */
function readsLoad(account: AccountState, { position, following }: Task): boolean {
  const expression = position && following!.target(position).expression;
  if (expression === undefined || !expression.includes('worker.channel.')) return false;
  const isLoad = (operand: Operand) => operand.type === 'key' && operand.path[1] === 'channel';
  return comparisonsOf(account.expressions.expression(expression, 'target').expression).some(
    ({ left, right }) => isLoad(left) || isLoad(right),
  );
}

function tasksIn(workspace: Workspace): Task[] {
  const tasks: Task[] = [];
  for (const sid of workspace.waiting) {
    const task = workspace.tasks.get(sid);
    if (task) tasks.push(task);
  }
  return tasks;
}

function inOrder(account: AccountState, workspace: Workspace): Task[] {
  const compare = taskComparison(workspace.prioritizeQueueOrder);
  return tasksIn(workspace)
    .map((task) => {
      const { taskOrder } = workspace.taskQueues.get(task.queueSid)!;
      const { priority, virtualStart } = task;
      return { task, priority, virtualStart, taskOrder, place: account.sids.indexOf(task.sid) };
    })
    .sort(compare)
    .map(({ task }) => task);
}

/** Reserves workers for one task. Returns whether there were any. */
function place(account: AccountState, workspace: Workspace, task: Task): boolean {
  if (task.wait === 'unmatched') return false;
  const queue = workspace.taskQueues.get(task.queueSid)!;
  const opening = openingFor(workspace, queue, task, account);
  const limit = opening.task.worker ? 1 : queue.maxReservedWorkers;
  const workers = eligibleWorkers(account.workerPools.of(workspace), opening, limit);
  if (workers.length > 0) task.assignments++;
  for (const { row } of workers) reserve(account, workspace, task, row);
  if (workers.length === 0 && isFullTarget(account, opening)) {
    cancelTask(account, workspace, task, 'The Worker of the RoutingTarget has no capacity');
  }
  return workers.length > 0;
}

const isFullTarget = ({ expressions }: AccountState, { task }: Opening): boolean =>
  task.worker?.ignoreCapacity === false && expressions.options.fullRoutingTarget === 'cancel';

function openingFor(
  workspace: Workspace,
  { targetWorkers }: TaskQueue,
  task: Task,
  account: AccountState,
): Opening {
  const { uniqueName, optimizedRouting } = workspace.taskChannels.get(task.channelSid)!;
  const declinedBy = task.reservationSids.length > 0 && {
    declinedBy: new Set(reservationsOf(workspace, task).map(({ workerSid }) => workerSid)),
  };
  const direct = isDirect(task) && {
    worker: { sid: task.routingTarget!, ignoreCapacity: task.ignoreCapacity },
  };
  return {
    task: {
      sid: task.sid,
      attributes: account.attributesOf(task),
      channel: uniqueName,
      ...declinedBy,
      ...direct,
    },
    targetWorkers,
    target: task.position ? task.following!.target(task.position) : {},
    multitasking: workspace.multitasking,
    perChannel: optimizedRouting,
  };
}

function reserve(account: AccountState, workspace: Workspace, task: Task, worker: Worker): void {
  const reservation: Reservation = workspace.reservations.add({
    ...newRow(account.sids.next('Reservation'), account.now()),
    status: 'pending',
    taskSid: task.sid,
    workerSid: worker.sid,
  });
  task.reservationSids.push(reservation.sid);
  worker.reservationSids.push(reservation.sid);
  noteWork(worker, task, 'reserved', account.now());
  workspace.waiting.delete(task.sid);
  if (task.status !== 'reserved') {
    task.status = 'reserved';
    account.touch(task);
  }
  if (!workspace.multitasking) {
    worker.previousActivitySid = worker.activitySid;
    const { reservationActivitySid } = workspace.taskQueues.get(task.queueSid)!;
    if (reservationActivitySid !== null) account.moveWorker(workspace, worker, reservationActivitySid);
  }
  scheduleTimeout(account, workspace, reservation);
  account.emit({ type: 'reservation.created', workspace, task, worker, reservation });
}

/** Schedules the timeout of a pending reservation. */
export function scheduleTimeout(account: AccountState, workspace: Workspace, reservation: Reservation): void {
  const workflow = workspace.workflows.get(workspace.tasks.get(reservation.taskSid)!.workflowSid)!;
  const left = reservation.created + workflow.reservationTimeout * 1000 - account.now();
  account.schedule(reservation.sid, left, () => {
    expire(account, workspace, reservation);
    route(account, workspace);
  });
}
