import { parseAttributes } from '../../routing/expressions/scope';
import { defaultOptions } from '../../routing/options';
import { configured } from '../routing/configuration';
import { AccountState } from '../state/accountState';
import type { PastEvent } from '../state/events';
import { newRow, newTask, noWorkTimes, singleTaskingDefaults } from '../state/rows';
import type { Reservation, TaskQueue, Worker, Workflow, Workspace } from '../state/rows';
import { bulkTables } from './bulk';
import { taskHistory } from './history';
import type { Clock } from '../state/clock';
import { seededRandom } from '../state/random';
import { noteWork, scheduleRemoval } from '../state/reservations';
import { route, scheduleDeadline, scheduleTimeout, scheduleTtl } from '../routing/routing';
import type { AttributesPlan, Scenario, TaskPlan, WorkspacePlan } from './scenario';
import { configurationOf } from './workflowPlan';
import { Sids } from '../state/sids';
import { MapTable } from '../state/table';

/** Builds the state that a scenario describes. The same seed and time give the same state. */
export function populate(scenario: Scenario, clock: Clock, seed: number): AccountState {
  const sids = new Sids(seed);
  const randomSid = sids.next('Account');
  const account = new AccountState(
    scenario.account?.sid ?? randomSid,
    clock,
    seededRandom(seed),
    sids,
    new MapTable(sids),
    scenario.rejectionsBeforeCancel ?? 1000,
    scenario.eventLag ?? 0,
    { ...defaultOptions, ...scenario.routing },
  );
  const past: PastEvent[] = [];
  for (const plan of scenario.workspaces) addWorkspace(account, plan, past);
  account.events.recordPast(past);
  return account;
}

const text = (attributes: AttributesPlan) =>
  typeof attributes === 'string' ? attributes : JSON.stringify(attributes);

function addWorkspace(account: AccountState, plan: WorkspacePlan, past: PastEvent[]): void {
  const workspace = emptyWorkspace(account, plan);
  account.workspaces.add(workspace);
  addActivities(account, workspace, plan);
  addQueues(account, workspace, plan);
  addWorkflows(account, workspace, plan);
  addWorkers(account, workspace, plan);
  // The oldest task first: the order of creation is the order of SIDs.
  for (const task of [...plan.tasks].sort((a, b) => b.age - a.age)) addTask(account, workspace, task, past);
  route(account, workspace);
}

/** When everything that is not a task was created. */
const longAgo = (account: AccountState) => account.now() - 90 * 86_400_000;

function emptyWorkspace(account: AccountState, plan: WorkspacePlan): Workspace {
  const { sids } = account;
  const workspace: Workspace = {
    ...newRow(sids.next('Workspace'), longAgo(account)),
    friendlyName: plan.name,
    multitasking: plan.multitasking,
    eventCallbackUrl: null,
    eventsFilter: null,
    prioritizeQueueOrder: 'FIFO',
    defaultActivitySid: '',
    timeoutActivitySid: '',
    activities: new MapTable(sids),
    workflows: new MapTable(sids),
    taskQueues: new MapTable(sids),
    taskChannels: new MapTable(sids),
    ...(plan.bulk
      ? bulkTables(account, plan.bulk, () => workspace)
      : { tasks: new MapTable(sids), workers: new MapTable(sids), reservations: new MapTable(sids) }),
    waiting: new Set(),
  };
  return workspace;
}

const activitySid = (workspace: Workspace, name: string) => named(workspace.activities.rows(), name).sid;

function addActivities(account: AccountState, workspace: Workspace, plan: WorkspacePlan): void {
  for (const { name, available } of plan.activities) {
    workspace.activities.add({
      ...newRow(account.sids.next('Activity'), longAgo(account)),
      friendlyName: name,
      available,
    });
  }
  workspace.defaultActivitySid = activitySid(workspace, plan.defaultActivity);
  workspace.timeoutActivitySid = activitySid(workspace, plan.timeoutActivity);
}

function addQueues(account: AccountState, workspace: Workspace, plan: WorkspacePlan): void {
  for (const channel of plan.channels) {
    workspace.taskChannels.add({
      ...newRow(account.sids.next('TaskChannel'), longAgo(account)),
      ...channel,
      optimizedRouting: false,
    });
  }
  for (const { name, targetWorkers, maxReservedWorkers, order, ...queue } of plan.queues) {
    const { reservationActivity: reserved, assignmentActivity: assigned } = queue;
    workspace.taskQueues.add({
      ...newRow(account.sids.next('TaskQueue'), longAgo(account)),
      friendlyName: name,
      targetWorkers,
      maxReservedWorkers: maxReservedWorkers ?? 1,
      taskOrder: order ?? 'FIFO',
      ...singleTaskingDefaults(workspace),
      ...(reserved && { reservationActivitySid: activitySid(workspace, reserved) }),
      ...(assigned && { assignmentActivitySid: activitySid(workspace, assigned) }),
    } satisfies TaskQueue);
  }
}

function addWorkflows(account: AccountState, workspace: Workspace, plan: WorkspacePlan): void {
  const queueSid = (name: string) => named(workspace.taskQueues.rows(), name).sid;
  for (const workflow of plan.workflows) {
    workspace.workflows.add({
      ...newRow(account.sids.next('Workflow'), longAgo(account)),
      ...configured(account, workspace, configurationOf(workflow, queueSid)),
      friendlyName: workflow.name,
      reservationTimeout: workflow.reservationTimeout,
      assignmentCallbackUrl: workflow.assignmentCallbackUrl ?? null,
      fallbackAssignmentCallbackUrl: null,
    } satisfies Workflow);
  }
}

function addWorkers(account: AccountState, workspace: Workspace, plan: WorkspacePlan): void {
  for (const worker of plan.workers) {
    const activity = activitySid(workspace, worker.activity);
    workspace.workers.add({
      ...newRow(account.sids.next('Worker'), longAgo(account)),
      friendlyName: worker.name,
      attributes: text(worker.attributes),
      activitySid: activity,
      previousActivitySid: activity,
      statusChanged: account.now() - 1000 * account.random.integer(60, 7200),
      workTimes: noWorkTimes(),
      workTimesByChannel: new Map(),
      capacity: worker.capacity ?? {},
      phone: worker.phone ?? 'answers',
      reservationSids: [],
    } satisfies Worker);
  }
}

function named<T extends { readonly friendlyName: string }>(rows: Iterable<T>, name: string): T {
  for (const row of rows) if (row.friendlyName === name) return row;
  throw new RangeError(`The scenario has nothing named "${name}".`);
}

function addTask(account: AccountState, workspace: Workspace, plan: TaskPlan, past: PastEvent[]): void {
  const at = (age: number) => account.now() - age * 1000;
  const workflow = named(workspace.workflows.rows(), plan.workflow);
  const queue = named(workspace.taskQueues.rows(), plan.queue);
  const channel = [...workspace.taskChannels.rows()].find((one) => one.uniqueName === plan.channel);
  if (!channel) throw new RangeError(`The scenario has no channel "${plan.channel}".`);
  // As if it had just arrived: a scenario does not say what happened before.
  const { router } = workflow;
  const first = router.enter(parseAttributes(text(plan.attributes)), 0);
  const position =
    typeof first !== 'string' && router.target(first).queue === queue.sid
      ? { ...first, countedFrom: plan.age }
      : router.positionIn(queue.sid, plan.age);
  const target = position && workflow.router.target(position);
  const task = workspace.tasks.add(
    newTask(account.sids.next('Task'), at(plan.age), {
      status: plan.status,
      attributes: text(plan.attributes),
      priority: plan.priority ?? target?.priority ?? 0,
      reason: plan.reason ?? null,
      channelSid: channel.sid,
      workflowSid: workflow.sid,
      queueSid: queue.sid,
      following: workflow.router,
      position,
    }),
  );
  if (plan.callEnded !== undefined) account.customerCalls.end(task, at(plan.callEnded));
  for (const { worker: name, status, age, alert } of plan.reservations ?? []) {
    const worker = named(workspace.workers.rows(), name);
    const reservation: Reservation = workspace.reservations.add({
      ...newRow(account.sids.next('Reservation'), at(age)),
      status,
      taskSid: task.sid,
      workerSid: worker.sid,
    });
    task.reservationSids.push(reservation.sid);
    worker.reservationSids.push(reservation.sid);
    noteWork(worker, task, 'reserved', reservation.created);
    task.assignments++;
    if (status === 'pending') scheduleTimeout(account, workspace, reservation);
    if (alert !== undefined) {
      const url = workflow.assignmentCallbackUrl ?? '';
      const text = `The assignment callback of ${reservation.sid} failed`;
      account.alerts.add({ code: alert, resourceSid: reservation.sid, url, text }, reservation.created);
    }
  }
  past.push(...taskHistory(account, workspace, task));
  if (task.status === 'pending') workspace.waiting.add(task.sid);
  if (task.status === 'pending' || task.status === 'reserved') {
    scheduleTtl(account, workspace, task);
    scheduleDeadline(account, workspace, task);
  }
  if (task.status === 'completed' || task.status === 'canceled') scheduleRemoval(account, workspace, task);
}
