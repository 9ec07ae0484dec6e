import { taskStatuses } from '../../../taskrouter/resources';
import { isSid } from '../../../taskrouter/sid';
import type { Reservation, Task, TaskStatus, Workspace } from '../../state/rows';
import { defaultTaskTimeout, isOpen, newTask, reservationsOf } from '../../state/rows';
import type { BodyParameters } from '../../protocol/bodyParameters';
import { badRequest } from '../../protocol/httpError';
import { cancelTask, completeTask, removeTask, wrapUp } from '../../state/reservations';
import type { Scope } from '../represent';
import { enter, reroute, route } from '../../routing/routing';
import type { ResourceEdits } from './edits';

const maxTaskTimeout = 1_209_600;
const maxPriority = 2 ** 31 - 1;

/** https://www.twilio.com/docs/taskrouter/api/task */
export const taskEdits: ResourceEdits<Task> = {
  create({ account, workspace }, parameters) {
    const target = parseRoutingTarget(workspace, parameters);
    const workflowSid = target.workflowSid ?? workflowFor(workspace, parameters);
    const channelSid = channelFor(workspace, parameters)?.sid ?? channelNamed(workspace, 'default')?.sid;
    if (channelSid === undefined) throw badRequest('Missing required parameter TaskChannel in the post body');
    const queue = parameters.row('TaskQueueSid', 'TaskQueue', workspace.taskQueues);
    const task = newTask(account.sids.next('Task'), account.now(), {
      workflowSid,
      channelSid,
      attributes: parameters.attributes() ?? '{}',
      priority: parameters.integer('Priority', 0, maxPriority) ?? 0,
      timeout: parameters.integer('Timeout', 1, maxTaskTimeout) ?? defaultTaskTimeout,
      virtualStart: parameters.date('VirtualStartTime', account.now()) ?? account.now(),
      routingTarget: target.sid,
      ignoreCapacity: target.isWorker && (parameters.flag('IgnoreCapacity') ?? true),
    });
    enter(account, workspace, task, target.queueSid ?? queue?.sid);
    return task;
  },

  update({ account, workspace }, task, parameters) {
    const attributes = parameters.attributes();
    const priority = parameters.integer('Priority', 0, maxPriority);
    const channel = channelFor(workspace, parameters);
    const virtualStart = parameters.date('VirtualStartTime', account.now());
    const status = parameters.oneOf('AssignmentStatus', taskStatuses);
    const reason = parameters.text('Reason');
    const move = status && statusChanges[status];
    if (!move && status !== undefined && status !== task.status) {
      throw badRequest(`AssignmentStatus cannot be updated to ${status}: it is set by TaskRouter only.`);
    }
    move?.check(task, reason);
    const isRerouted =
      attributes !== undefined && isPending(task) && account.expressions.options.attributesReroute;
    task.attributes = attributes ?? task.attributes;
    task.stale ||= attributes !== undefined;
    if (!targetSetsPriority(task)) task.priority = priority ?? task.priority;
    task.channelSid = channel?.sid ?? task.channelSid;
    task.virtualStart = virtualStart ?? task.virtualStart;
    account.touch(task);
    if (attributes !== undefined || priority !== undefined || channel || virtualStart !== undefined)
      account.emit({ type: 'task.updated', workspace, task });
    if (isRerouted) reroute(account, workspace, task);
    move?.carryOut({ account, workspace }, task, reason ?? '');
    route(account, workspace);
  },

  remove({ account, workspace }, task) {
    removeTask(account, workspace, task, 'task.deleted');
    route(account, workspace);
  },
};

const isPending = ({ status }: Task): boolean => status === 'pending';

/** A target's priority takes precedence over that of an update. */
const targetSetsPriority = ({ position, following }: Task): boolean =>
  position !== undefined && following!.target(position).priority !== undefined;

interface StatusChange {
  check(task: Task, reason: string | undefined): void;
  carryOut(scope: Pick<Scope, 'account' | 'workspace'>, task: Task, reason: string): void;
}

const only = (from: readonly TaskStatus[], verb: string, otherwise: string, needsReason: boolean) => ({
  check({ sid, status }: Task, reason: string | undefined) {
    if (!from.includes(status))
      throw badRequest(`Cannot ${verb} task ${sid} because it is not ${otherwise}.`);
    if (needsReason && !reason) throw badRequest('Missing required parameter Reason in the post body');
  },
});

/** The statuses that an update can set: from which statuses, and with what effect. */
const statusChanges: Partial<Record<TaskStatus, StatusChange>> = {
  canceled: {
    ...only(['pending', 'reserved'], 'cancel', 'pending or reserved', true),
    carryOut: ({ account, workspace }, task, reason) => cancelTask(account, workspace, task, reason),
  },
  wrapping: {
    ...only(['assigned', 'wrapping'], 'wrap up', 'currently assigned', false),
    carryOut({ account, workspace }, task, reason) {
      for (const reservation of acceptedOf(workspace, task)) wrapUp(account, workspace, reservation);
      task.reason = reason || task.reason;
    },
  },
  completed: {
    ...only(['assigned', 'wrapping'], 'complete', 'currently assigned', true),
    carryOut: ({ account, workspace }, task, reason) => completeTask(account, workspace, task, reason),
  },
};

const acceptedOf = (workspace: Workspace, task: Task): Reservation[] =>
  reservationsOf(workspace, task).filter((one) => isOpen(one) && one.status === 'accepted');

/** A routing target is a worker, a queue or a workflow; each decides something else. */
function parseRoutingTarget(workspace: Workspace, parameters: BodyParameters) {
  const sid = parameters.text('RoutingTarget');
  if (sid === undefined || sid === '') return { sid: null, isWorker: false };
  if (isSid('Worker', sid) && workspace.workers.get(sid)) return { sid, isWorker: true };
  if (isSid('TaskQueue', sid) && workspace.taskQueues.get(sid))
    return { sid, isWorker: false, queueSid: sid };
  if (isSid('Workflow', sid) && workspace.workflows.get(sid))
    return { sid, isWorker: false, workflowSid: sid };
  throw badRequest(`Invalid RoutingTarget "${sid}": there is no such Worker, TaskQueue or Workflow.`);
}

function workflowFor(workspace: Workspace, parameters: BodyParameters): string {
  const given = parameters.row('WorkflowSid', 'Workflow', workspace.workflows);
  if (given) return given.sid;
  const [first, ...others] = workspace.workflows.rows();
  // Without WorkflowSid the workflow is only clear when there is one.
  if (first && others.length === 0) return first.sid;
  throw badRequest('Missing required parameter WorkflowSid in the post body');
}

const channelNamed = (workspace: Workspace, name: string) =>
  workspace.taskChannels.get(name) ??
  [...workspace.taskChannels.rows()].find(({ uniqueName }) => uniqueName === name);

function channelFor(workspace: Workspace, parameters: BodyParameters) {
  const name = parameters.text('TaskChannel');
  if (name === undefined || name === '') return undefined;
  const channel = channelNamed(workspace, name);
  if (!channel)
    throw badRequest(`Invalid TaskChannel "${name}": there is no such TaskChannel in this Workspace.`);
  return channel;
}
