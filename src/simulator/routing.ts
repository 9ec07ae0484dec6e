import type { Centre, Reservation, Target, Task, TaskQueue, Worker, Workspace } from './centre';
import { isOpen, newRow, reservationsOf } from './centre';
import { cancelTask, expire } from './reservations';

/** The queue, priority and timeout that a workflow gives to a task with these attributes. */
export function placeInQueue(centre: Centre, workspace: Workspace, task: Task): Target | undefined {
  const workflow = workspace.workflows.get(task.workflowSid)!;
  const attributes = centre.attributesOf(task);
  const filter = workflow.filters.find(({ expression }) => centre.predicate(expression)(attributes));
  task.queueSid = filter?.queueSid ?? workflow.defaultQueueSid;
  task.priority = filter?.priority ?? task.priority;
  task.timeout = filter?.timeout ?? task.timeout;
  task.queueEntered = centre.now();
  return filter;
}

/** A new task enters its workspace. */
export function enter(centre: Centre, workspace: Workspace, task: Task): void {
  workspace.tasks.add(task);
  const filter = placeInQueue(centre, workspace, task);
  workspace.waiting.add(task.sid);
  expireTask(centre, workspace, task);
  centre.tell({ type: 'task.created', workspace, task });
  centre.tell({ type: 'workflow.entered', workspace, task });
  if (filter) {
    const more = { workflow_filter_name: filter.name, workflow_filter_expression: filter.expression };
    centre.tell({ type: 'workflow.target-matched', workspace, task, more });
  }
  centre.tell({ type: 'task-queue.entered', workspace, task });
  route(centre, workspace);
}

/** Sets the time at which a task that nobody took is given up. */
export function expireTask(centre: Centre, workspace: Workspace, task: Task): void {
  const left = task.created + task.timeout * 1000 - centre.now();
  centre.later(task.sid, left, () => {
    cancelTask(centre, workspace, task, 'Task TTL Exceeded');
    route(centre, workspace);
  });
}

/** Reserves workers for every task that waits, as far as there are workers. */
export function route(centre: Centre, workspace: Workspace): void {
  if (workspace.waiting.size === 0) return;
  for (const task of inOrder(centre, workspace)) {
    const queue = workspace.taskQueues.get(task.queueSid)!;
    const eligible = eligibleWorkers(centre, workspace, task, queue);
    for (const worker of eligible.slice(0, queue.maxReservedWorkers))
      reserve(centre, workspace, task, worker);
  }
}

function inOrder(centre: Centre, workspace: Workspace): Task[] {
  const waiting = [...workspace.waiting].flatMap((sid) => workspace.tasks.get(sid) ?? []);
  const age = (task: Task) =>
    workspace.taskQueues.get(task.queueSid)!.taskOrder === 'LIFO' ? -task.created : task.created;
  const place = (task: Task) => centre.sids.placeOf(task.sid);
  return waiting.sort((a, b) => b.priority - a.priority || age(a) - age(b) || place(a) - place(b));
}

/** Workers that could be reserved for a task now; the one who has waited longest stands first. */
function eligibleWorkers(centre: Centre, workspace: Workspace, task: Task, queue: TaskQueue): Worker[] {
  const isTarget = centre.predicate(queue.targetWorkers);
  const attributes = centre.attributesOf(task);
  const found: Worker[] = [];
  for (const worker of workspace.workers.rows()) {
    if (!workspace.activities.get(worker.activitySid)!.available) continue;
    if (task.routingTarget !== null && task.routingTarget !== worker.sid) continue;
    if (!isTarget(centre.attributesOf(worker), attributes)) continue;
    if (hasRoom(workspace, worker, task)) found.push(worker);
  }
  const place = (worker: Worker) => centre.sids.placeOf(worker.sid);
  return found.sort((a, b) => a.lastReserved - b.lastReserved || place(a) - place(b));
}

function hasRoom(workspace: Workspace, worker: Worker, task: Task): boolean {
  const open = reservationsOf(workspace, worker).filter(isOpen);
  if (open.some((reservation) => reservation.taskSid === task.sid)) return false;
  return (
    open.length === 0 ||
    (workspace.multitasking && load(workspace, open, task) < capacity(workspace, worker, task))
  );
}

const load = (workspace: Workspace, open: readonly Reservation[], task: Task) =>
  open.filter((one) => workspace.tasks.get(one.taskSid)?.channelSid === task.channelSid).length;

const capacity = (workspace: Workspace, worker: Worker, task: Task) =>
  worker.capacity[workspace.taskChannels.get(task.channelSid)!.uniqueName] ?? 1;

function reserve(centre: Centre, workspace: Workspace, task: Task, chosen: Worker): void {
  // A row that was only listed may be a copy; the one under its SID is kept.
  const worker = workspace.workers.get(chosen.sid)!;
  const reservation: Reservation = workspace.reservations.add({
    ...newRow(centre.sids.next('Reservation'), centre.now()),
    status: 'pending',
    taskSid: task.sid,
    workerSid: worker.sid,
  });
  task.reservationSids.push(reservation.sid);
  worker.reservationSids.push(reservation.sid);
  worker.lastReserved = centre.now();
  workspace.waiting.delete(task.sid);
  if (task.status !== 'reserved') {
    task.status = 'reserved';
    centre.touch(task);
  }
  if (!workspace.multitasking) {
    worker.previousActivitySid = worker.activitySid;
    const { reservationActivitySid } = workspace.taskQueues.get(task.queueSid)!;
    if (reservationActivitySid !== null) centre.moveWorker(workspace, worker, reservationActivitySid);
  }
  expireReservation(centre, workspace, reservation);
  centre.tell({ type: 'reservation.created', workspace, task, worker, reservation });
}

/** Sets the time at which a reservation that nobody answered runs out. */
export function expireReservation(centre: Centre, workspace: Workspace, reservation: Reservation): void {
  const workflow = workspace.workflows.get(workspace.tasks.get(reservation.taskSid)!.workflowSid)!;
  const left = reservation.created + workflow.reservationTimeout * 1000 - centre.now();
  centre.later(reservation.sid, left, () => {
    expire(centre, workspace, reservation);
    route(centre, workspace);
  });
}
