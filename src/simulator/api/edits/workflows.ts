import type { TaskQueue, Workflow, Workspace } from '../../state/rows';
import { newRow, singleTaskingDefaults } from '../../state/rows';
import { configured, readable } from '../../routing/configuration';
import { badRequest } from '../../protocol/httpError';
import type { BodyParameters } from '../../protocol/bodyParameters';
import type { AccountState } from '../../state/accountState';
import type { Scope } from '../represent';
import { reroute, route } from '../../routing/routing';
import { isUnfinished, rejectIf, requireRoom, requireUnique, some } from './edits';
import type { ResourceEdits } from './edits';

/** The fields that creating and updating a queue can both set. */
const queueFields = ({ account, workspace }: Scope, parameters: BodyParameters) => {
  const target = parameters.text('TargetWorkers');
  return {
    friendlyName: parameters.name('FriendlyName'),
    // Tasks of a queue without an expression wait until they are moved.
    targetWorkers: target?.trim() ? readable(account, 'TargetWorkers', target, 'queue') : target,
    maxReservedWorkers: parameters.integer('MaxReservedWorkers', 1, 50),
    taskOrder: parameters.oneOf('TaskOrder', ['FIFO', 'LIFO']),
    reservationActivitySid: parameters.row('ReservationActivitySid', 'Activity', workspace.activities)?.sid,
    assignmentActivitySid: parameters.row('AssignmentActivitySid', 'Activity', workspace.activities)?.sid,
  };
};

const maxTaskQueues = 5000;

/** https://www.twilio.com/docs/taskrouter/api/task-queue */
export const taskQueueEdits: ResourceEdits<TaskQueue> = {
  create(scope, parameters) {
    const { account, workspace } = scope;
    requireRoom(workspace.taskQueues, maxTaskQueues, 'TaskQueues');
    requireUnique(workspace.taskQueues, 'friendlyName', parameters.required('FriendlyName'));
    const fields = queueFields(scope, parameters);
    const { reservationActivitySid, assignmentActivitySid } = singleTaskingDefaults(workspace);
    const activities = {
      reservationActivitySid: fields.reservationActivitySid ?? reservationActivitySid,
      assignmentActivitySid: fields.assignmentActivitySid ?? assignmentActivitySid,
    };
    if (!workspace.multitasking && Object.values(activities).includes(null)) {
      throw badRequest('Activity Sids cannot be empty');
    }
    const queue = workspace.taskQueues.add({
      ...newRow(account.sids.next('TaskQueue'), account.now()),
      friendlyName: fields.friendlyName!,
      targetWorkers: fields.targetWorkers ?? '1==1',
      maxReservedWorkers: fields.maxReservedWorkers ?? 1,
      taskOrder: fields.taskOrder ?? 'FIFO',
      ...activities,
    });
    account.emit({ type: 'task-queue.created', workspace, queue });
    return queue;
  },

  update(scope, queue, parameters) {
    const { account, workspace } = scope;
    const fields = queueFields(scope, parameters);
    if (fields.friendlyName !== undefined)
      requireUnique(workspace.taskQueues, 'friendlyName', fields.friendlyName, queue);
    const before = queue.targetWorkers;
    assignDefined(queue, fields);
    account.touch(queue);
    account.emit({ type: 'task-queue.updated', workspace, queue });
    if (queue.targetWorkers !== before)
      account.emit({ type: 'task-queue.expression.updated', workspace, queue });
    route(account, workspace);
  },

  remove({ account, workspace }, queue) {
    const { sid } = queue;
    rejectIf(
      some(workspace.workflows, ({ router }) => router.uses(sid)),
      sid,
      'a Workflow refers to it',
    );
    rejectIf(
      some(
        workspace.tasks,
        (task) =>
          isUnfinished(task) &&
          (task.queueSid === sid || (task.position !== undefined && task.following!.uses(sid))),
      ),
      sid,
      'a Task that is not finished is in it',
    );
    workspace.taskQueues.remove(sid);
    account.emit({ type: 'task-queue.deleted', workspace, queue });
  },
};

/** Sets the fields that were sent, and leaves the others unchanged. */
function assignDefined<T extends object>(row: T, given: { [K in keyof T]?: T[K] | undefined }): void {
  for (const [key, value] of Object.entries(given))
    if (value !== undefined) row[key as keyof T] = value as never;
}

const maxReservationTimeout = 86_400;

const workflowFields = ({ account, workspace }: Scope, parameters: BodyParameters) => {
  const configuration = parameters.text('Configuration');
  return {
    friendlyName: parameters.name('FriendlyName'),
    assignmentCallbackUrl: parameters.url('AssignmentCallbackUrl'),
    fallbackAssignmentCallbackUrl: parameters.url('FallbackAssignmentCallbackUrl'),
    reservationTimeout: parameters.integer('TaskReservationTimeout', 1, maxReservationTimeout),
    ...(configuration === undefined ? {} : configured(account, workspace, configuration)),
  };
};

/** https://www.twilio.com/docs/taskrouter/api/workflow */
export const workflowEdits: ResourceEdits<Workflow> = {
  create(scope, parameters) {
    const { account, workspace } = scope;
    requireUnique(workspace.workflows, 'friendlyName', parameters.required('FriendlyName'));
    const rules = configured(account, workspace, parameters.required('Configuration'));
    const fields = workflowFields(scope, parameters);
    const workflow = workspace.workflows.add({
      ...newRow(account.sids.next('Workflow'), account.now()),
      ...rules,
      friendlyName: fields.friendlyName!,
      assignmentCallbackUrl: fields.assignmentCallbackUrl ?? null,
      fallbackAssignmentCallbackUrl: fields.fallbackAssignmentCallbackUrl ?? null,
      reservationTimeout: fields.reservationTimeout ?? 120,
    });
    account.emit({ type: 'workflow.created', workspace, workflow });
    return workflow;
  },

  update(scope, workflow, parameters) {
    const { account, workspace } = scope;
    const fields = workflowFields(scope, parameters);
    if (fields.friendlyName !== undefined)
      requireUnique(workspace.workflows, 'friendlyName', fields.friendlyName, workflow);
    assignDefined(workflow, fields);
    account.touch(workflow);
    account.emit({ type: 'workflow.updated', workspace, workflow });
    if (parameters.flag('ReEvaluateTasks')) reEvaluateTasks(account, workspace, workflow);
  },

  remove({ account, workspace }, workflow) {
    rejectIf(
      some(workspace.tasks, (task) => task.workflowSid === workflow.sid && isUnfinished(task)),
      workflow.sid,
      'a Task that is not finished is in it',
    );
    workspace.workflows.remove(workflow.sid);
    account.emit({ type: 'workflow.deleted', workspace, workflow });
  },
};

/** Pending tasks follow the new configuration; reserved and assigned tasks stay in the old one. */
function reEvaluateTasks(account: AccountState, workspace: Workspace, { sid, router }: Workflow): void {
  for (const taskSid of [...workspace.waiting]) {
    const task = workspace.tasks.get(taskSid);
    if (task?.workflowSid !== sid) continue;
    task.following = router;
    reroute(account, workspace, task);
  }
  route(account, workspace);
}
