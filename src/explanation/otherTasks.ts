import { taskComparison } from '../routing/tasks';
import type { TaskOrder } from '../routing/tasks';
import { message } from '../taskrouter/message';
import type { Message } from '../taskrouter/message';
import type { Task } from '../taskrouter/resources';
import type { ExplanationFacts } from './facts';
import { RoutingModel } from './model';
import { openingsOf } from './nextOffer';
import { placeOf } from './place';

/** Other waiting tasks that the worker could be offered before this one. */
export function aheadOf({ facts, task }: RoutingModel, workerSid: string): Message[] {
  if (!facts.waitingTasks) return [message('Other waiting tasks were not read.')];
  const compare = comparisonOf(facts);
  const own = waitingTask(facts, task);
  const ahead = facts.waitingTasks.filter((other) => {
    // Times are whole seconds: of two equal ones, either may be first.
    if (other.sid === task.sid || compare(waitingTask(facts, other), own) > 0) return false;
    const members = facts.members[other.task_queue_sid ?? ''];
    if (members && !members.includes(workerSid)) return false;
    return mayTake(facts, other, workerSid);
  });
  return ahead.length === 0
    ? []
    : [message('Other waiting tasks may be offered first ({count}).', { count: ahead.length })];
}

/** Which of two waiting tasks is offered first; 0 where whole seconds do not tell. */
export const comparisonOf = ({ workspace }: ExplanationFacts) =>
  taskComparison(workspace?.prioritize_queue_order === 'LIFO' ? 'LIFO' : 'FIFO');

export function waitingTask({ queues }: ExplanationFacts, task: Task) {
  const created = task.date_created?.getTime() ?? 0;
  const queue = queues.find(({ sid }) => sid === task.task_queue_sid);
  const taskOrder: TaskOrder = queue?.task_order === 'LIFO' ? 'LIFO' : 'FIFO';
  return {
    priority: task.priority ?? 0,
    virtualStart: task.virtual_start_time?.getTime() ?? created,
    place: 0,
    taskOrder,
  };
}

/** Whether another task could be offered to the worker; true also where its workflow was not read. */
function mayTake(facts: ExplanationFacts, other: Task, workerSid: string): boolean {
  if (other.routing_target?.startsWith('WK')) return other.routing_target === workerSid;
  if (other.workflow_sid !== facts.workflow?.sid) return true;
  const model = new RoutingModel({ ...facts, taskSid: other.sid, reservations: [] }, other);
  const place = placeOf(model);
  if (place.because.length > 0 || place.positions.length === 0) return true;
  return openingsOf(model, place).some((candidates) => {
    const verdict = candidates.verdicts.get(workerSid);
    return candidates.doubtful.has(workerSid) || (verdict !== undefined && verdict.eligible !== false);
  });
}
