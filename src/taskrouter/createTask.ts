import { compact, isAttributes } from './attributesMerge';
import { message } from './message';
import type { PreparedUpdate, ShownResource } from './preparedUpdate';
import { prepareUpdate } from './preparedUpdate';
import type { Parameters } from './requests';
import { createRequest } from './requests';
import type { Row } from './resources';
import { tasks } from './resources';

/** What a task is created with; TaskRouter has a default for what is absent. */
export interface NewTask {
  readonly workflowSid: string;
  /** SID or unique name. */
  readonly taskChannel?: string | undefined;
  /** A JSON object. */
  readonly attributes: string;
  readonly priority?: number | undefined;
  /** Seconds. */
  readonly timeout?: number | undefined;
  /** SID of a worker, queue or workflow. */
  readonly routingTarget?: string | undefined;
}

/** Seconds, two weeks: the longest timeout that TaskRouter takes; the shortest is 1. */
export const maxTimeout = 1_209_600;

/** A new task with what this one was created with. */
export function likeTask(
  row: Row,
): Omit<NewTask, 'workflowSid'> & { readonly workflowSid: string | undefined } {
  const task = tasks.read(row);
  return {
    workflowSid: task.workflow_sid ?? undefined,
    taskChannel: task.task_channel_unique_name ?? undefined,
    attributes: task.attributes || '{}',
    priority: task.priority ?? undefined,
    timeout: task.timeout ?? undefined,
    routingTarget: task.routing_target || undefined,
  };
}

/**
 * Creates a task in a workspace. `now` is TaskRouter's time: one with the same values that was created since can be this.
 * https://www.twilio.com/docs/taskrouter/api/task#create-a-task
 */
export function createTask(workspace: ShownResource, task: NewTask, now: number): PreparedUpdate {
  const { workflowSid, taskChannel, priority, timeout, routingTarget } = task;
  const attributes = compact(task.attributes);
  const parameters: readonly (readonly [string, string | number | undefined])[] = [
    ['Timeout', timeout],
    ['Priority', priority],
    ['TaskChannel', taskChannel],
    ['WorkflowSid', workflowSid],
    ['Attributes', attributes],
    ['RoutingTarget', routingTarget],
  ];
  const body: Parameters = parameters.flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
  const [workspaceSid] = workspace.sids;
  const prepared = prepareUpdate(workspace, {
    request: createRequest(tasks, workspace.sids, body),
    title: message('Create Task'),
    label: message('Workspace'),
    question: message('Create a task in {workspace}', { workspace: workspace.name }),
    statusField: 'friendly_name',
    unchanged: [],
    settlesAs: [],
    effect: {
      kind: 'creates',
      collection: tasks,
      // Whole seconds, and two clocks.
      isLike: (row) => isLike(row, workflowSid, attributes) && createdAt(row) >= now - 2000,
      describe: (row) => message('Task created: {sid}.', { sid: row.sid }),
    },
  });
  const named = (sid: string) => message('{name} ({sid})', { name: workspace.nameOf(sid), sid });
  return {
    ...prepared,
    facts: [
      [message('Workspace'), named(workspaceSid!)],
      [message('Workflow'), named(workflowSid)],
      ...(routingTarget ? [[message('Routing target'), named(routingTarget)] as const] : []),
    ],
    lock: `${workspaceSid!}/Tasks`,
  };
}

const createdAt = (row: Row) => Date.parse(String(row['date_created']));

function isLike(row: Row, workflowSid: string, attributes: string): boolean {
  const task = tasks.read(row);
  return (
    task.workflow_sid === workflowSid &&
    isAttributes(task.attributes ?? '') &&
    compact(task.attributes!) === attributes
  );
}
