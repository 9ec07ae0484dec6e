import type { AccountState } from '../state/accountState';
import type { Reservation, Step, Task, TaskQueue, Worker, WorkerChannel, Workspace } from '../state/rows';
import { isOpen, newRow, reservationsOf, stepKey } from '../state/rows';
import { compileOrder } from './expressions';
import { cancelTask, expire, withdraw } from '../state/reservations';

/** A new task enters its workspace: the queue it is meant for, or a workflow that finds one. */
export function enter(account: AccountState, workspace: Workspace, task: Task, queueSid?: string): void {
  task.queueSid =
    queueSid ?? workspace.workflows.get(task.workflowSid)!.defaultQueueSid ?? anyQueue(workspace);
  workspace.tasks.add(task);
  expireTask(account, workspace, task);
  account.emit({ type: 'task.created', workspace, task });
  if (queueSid === undefined) evaluate(account, workspace, task);
  else follow(account, workspace, task, [{ queueSid }]);
}

/** A task that finds no place in its workflow is shown in some queue all the same: the field is not nullable. */
const anyQueue = (workspace: Workspace) => [...workspace.taskQueues.rows()][0]?.sid ?? '';

/** Sends a waiting task through its workflow from the beginning. */
export function evaluate(account: AccountState, workspace: Workspace, task: Task): void {
  const workflow = workspace.workflows.get(task.workflowSid)!;
  const attributes = account.attributesOf(task);
  account.emit({ type: 'workflow.entered', workspace, task });
  const filter = workflow.filters.find(({ expression }) => account.predicate(expression)(attributes));
  if (!filter) return takeDefault(account, workspace, task);
  const more = { workflow_filter_name: filter.name, workflow_filter_expression: filter.expression };
  account.emit({ type: 'workflow.target-matched', workspace, task, more });
  follow(account, workspace, task, filter.steps);
}

/** For tasks that no filter describes, and those that have skipped every step of theirs. */
function takeDefault(account: AccountState, workspace: Workspace, task: Task): void {
  const queueSid = workspace.workflows.get(task.workflowSid)!.defaultQueueSid;
  if (queueSid !== null) follow(account, workspace, task, [{ queueSid }]);
  else cancelTask(account, workspace, task, 'No filter of the workflow matches');
}

function follow(account: AccountState, workspace: Workspace, task: Task, steps: readonly Step[]): void {
  task.steps = steps;
  task.step = 0;
  wait(account, workspace, task);
}

/** The task waits where it stands on its way, until somebody accepts it or the step's time is over. */
function wait(account: AccountState, workspace: Workspace, task: Task): void {
  const { queueSid, priority, timeout, skipIf } = task.steps[task.step]!;
  const moved = task.step > 0 && queueSid !== task.queueSid;
  if (moved) account.emit({ type: 'task-queue.moved', workspace, task });
  task.queueSid = queueSid;
  task.priority = priority ?? task.priority;
  task.queueEntered = account.now();
  account.touch(task);
  workspace.waiting.add(task.sid);
  account.emit({ type: 'task-queue.entered', workspace, task });
  if (timeout !== undefined) {
    account.schedule(stepKey(task), timeout * 1000, () => {
      account.emit({ type: 'task-queue.timeout', workspace, task });
      withdraw(account, workspace, task);
      goOn(account, workspace, task, () => {
        account.emit({ type: 'workflow.timeout', workspace, task });
        cancelTask(account, workspace, task, 'Workflow timed out');
      });
      route(account, workspace);
    });
  }
  place(account, workspace, task);
  if (task.status !== 'pending' || skipIf === undefined) return;
  if (!account.predicate(skipIf)({ workers: presence(account, workspace, task) })) return;
  account.emit({ type: 'workflow.skipped', workspace, task });
  goOn(account, workspace, task, () => takeDefault(account, workspace, task));
}

function goOn(account: AccountState, workspace: Workspace, task: Task, otherwise: () => void): void {
  account.unschedule(stepKey(task));
  if (task.step + 1 >= task.steps.length) return otherwise();
  task.step++;
  wait(account, workspace, task);
}

/** What a skip_if can ask about: how many of the queue's workers are in which activity. */
function presence(account: AccountState, workspace: Workspace, task: Task): Record<string, number> {
  const counts: Record<string, number> = { available: 0, unavailable: 0 };
  for (const { sid } of workspace.activities.rows()) counts[sid] = 0;
  const isTarget = account.predicate(workspace.taskQueues.get(task.queueSid)!.targetWorkers);
  for (const worker of workspace.workers.rows()) {
    if (!isTarget(account.attributesOf(worker), account.attributesOf(task))) continue;
    const { available } = workspace.activities.get(worker.activitySid)!;
    counts[available ? 'available' : 'unavailable']!++;
    counts[worker.activitySid]!++;
  }
  return counts;
}

/** Sets the time at which a task that nobody took is given up. */
export function expireTask(account: AccountState, workspace: Workspace, task: Task): void {
  const left = task.created + task.timeout * 1000 - account.now();
  account.schedule(task.sid, left, () => {
    cancelTask(account, workspace, task, 'Task TTL Exceeded');
    route(account, workspace);
  });
}

/** Reserves workers for every task that waits, as far as there are workers. */
export function route(account: AccountState, workspace: Workspace): void {
  if (workspace.waiting.size === 0) return;
  for (const task of inOrder(account, workspace)) place(account, workspace, task);
}

/** Reserves workers for one task. Who can be reserved for it has changed for no other one. */
function place(account: AccountState, workspace: Workspace, task: Task): void {
  const queue = workspace.taskQueues.get(task.queueSid)!;
  const eligible = eligibleWorkers(account, workspace, task, queue);
  for (const worker of eligible.slice(0, queue.maxReservedWorkers)) reserve(account, workspace, task, worker);
}

/**
 * First the tasks of queues of the kind that the workspace prefers. Among those of FIFO queues the highest
 * priority stands first, then the oldest; among those of LIFO queues the newest, whatever its priority.
 * https://www.twilio.com/docs/taskrouter/queue-ordering-last-first-out-lifo
 */
function inOrder(account: AccountState, workspace: Workspace): Task[] {
  const waiting = [...workspace.waiting].flatMap((sid) => workspace.tasks.get(sid) ?? []);
  const place = ({ sid }: Task) => account.sids.indexOf(sid);
  const older = (a: Task, b: Task) => a.virtualStart - b.virtualStart || place(a) - place(b);
  const [fifo, lifo] = (['FIFO', 'LIFO'] as const).map((order) =>
    waiting.filter(({ queueSid }) => workspace.taskQueues.get(queueSid)!.taskOrder === order),
  ) as [Task[], Task[]];
  fifo.sort((a, b) => b.priority - a.priority || older(a, b));
  lifo.sort((a, b) => older(b, a));
  return workspace.prioritizeQueueOrder === 'FIFO' ? [...fifo, ...lifo] : [...lifo, ...fifo];
}

/** Workers that could be reserved for a task now, in the step's order; else who has waited longest stands first. */
function eligibleWorkers(
  account: AccountState,
  workspace: Workspace,
  task: Task,
  queue: TaskQueue,
): Worker[] {
  const target = workspace.workers.get(task.routingTarget ?? undefined);
  if (target)
    return isFree(workspace, target, task) || task.ignoreCapacity ? notYet(workspace, target, task) : [];
  // Without an expression nobody is meant: tasks wait until they are moved.
  if (queue.targetWorkers.trim() === '') return [];
  const isTarget = account.predicate(queue.targetWorkers);
  const { expression = '', orderBy } = task.steps[task.step] ?? {};
  const isWanted = account.predicate(expression);
  const order = orderBy === undefined ? () => 0 : compileOrder(orderBy);
  const attributes = account.attributesOf(task);
  const found: Worker[] = [];
  for (const worker of workspace.workers.rows()) {
    if (!workspace.activities.get(worker.activitySid)!.available) continue;
    const own = account.attributesOf(worker);
    if (!isTarget(own, attributes) || !isWanted(own, attributes)) continue;
    if (isFree(workspace, worker, task)) found.push(worker);
  }
  const place = (worker: Worker) => account.sids.indexOf(worker.sid);
  return found.sort(
    (a, b) =>
      order(account.attributesOf(a), account.attributesOf(b)) ||
      a.lastReserved - b.lastReserved ||
      place(a) - place(b),
  );
}

const openOf = (workspace: Workspace, worker: Worker) => reservationsOf(workspace, worker).filter(isOpen);

const notYet = (workspace: Workspace, worker: Worker, task: Task) =>
  openOf(workspace, worker).some(({ taskSid }) => taskSid === task.sid) ? [] : [worker];

/** Whether a worker is there and has room for one more task of this one's channel. */
function isFree(workspace: Workspace, worker: Worker, task: Task): boolean {
  if (!workspace.activities.get(worker.activitySid)!.available) return false;
  const open = openOf(workspace, worker);
  if (open.some((reservation) => reservation.taskSid === task.sid)) return false;
  const { available, capacity } = roomOf(workspace, worker, task.channelSid);
  if (!available || capacity === 0) return false;
  return open.length === 0 || (workspace.multitasking && loadOf(workspace, open, task.channelSid) < capacity);
}

/** How many of these reservations are for tasks of a channel. */
export const loadOf = (workspace: Workspace, open: readonly Reservation[], channelSid: string): number =>
  open.filter((one) => workspace.tasks.get(one.taskSid)?.channelSid === channelSid).length;

/** What a worker takes of a channel, without making the row that would show it. */
export function roomOf(
  workspace: Workspace,
  worker: Worker,
  channelSid: string,
): Pick<WorkerChannel, 'available' | 'capacity'> {
  const { uniqueName } = workspace.taskChannels.get(channelSid)!;
  return worker.channels?.get(channelSid) ?? { available: true, capacity: worker.capacity[uniqueName] ?? 1 };
}

function reserve(account: AccountState, workspace: Workspace, task: Task, chosen: Worker): void {
  // A row that was only listed may be a copy; the one under its SID is kept.
  const worker = workspace.workers.get(chosen.sid)!;
  const reservation: Reservation = workspace.reservations.add({
    ...newRow(account.sids.next('Reservation'), account.now()),
    status: 'pending',
    taskSid: task.sid,
    workerSid: worker.sid,
  });
  task.reservationSids.push(reservation.sid);
  worker.reservationSids.push(reservation.sid);
  worker.lastReserved = account.now();
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
  expireReservation(account, workspace, reservation);
  account.emit({ type: 'reservation.created', workspace, task, worker, reservation });
}

/** Sets the time at which a reservation that nobody answered runs out. */
export function expireReservation(
  account: AccountState,
  workspace: Workspace,
  reservation: Reservation,
): void {
  const workflow = workspace.workflows.get(workspace.tasks.get(reservation.taskSid)!.workflowSid)!;
  const left = reservation.created + workflow.reservationTimeout * 1000 - account.now();
  account.schedule(reservation.sid, left, () => {
    expire(account, workspace, reservation);
    route(account, workspace);
  });
}
