import { ResponseShapeError } from './errors';
import { message } from './message';
import type { TaskRouterRequest } from './requests';
import { fetchRequest } from './requests';
import * as resources from './resources';
import type { ApiResponse } from './response';

/**
 * What a workspace has now. https://www.twilio.com/docs/taskrouter/api/workspace-statistics
 * @throws TypeError for a SID of the wrong kind or shape
 */
export function workspaceStatisticsRequest(workspaceSid: string): TaskRouterRequest {
  const workspace = fetchRequest(resources.workspaces, [workspaceSid]);
  return { ...workspace, path: `${workspace.path}/RealTimeStatistics` };
}

/** The number of tasks in a workspace, finished ones included. @throws ResponseShapeError */
export function readTaskCount(request: TaskRouterRequest, response: ApiResponse): number {
  const { total_tasks: total } = (response.body ?? {}) as Record<string, unknown>;
  if (!Number.isSafeInteger(total) || (total as number) < 0)
    throw new ResponseShapeError(request, 'shape', response.status, message('it has no count of tasks'));
  return total as number;
}

/** How many workers there are; undefined where it does not say. */
export function readWorkerCount({ body }: ApiResponse): number | undefined {
  const { total_workers: total } = (body ?? {}) as Record<string, unknown>;
  return Number.isSafeInteger(total) ? (total as number) : undefined;
}

/** How many tasks have each status; undefined where it does not say so of all. */
export function readTaskCounts({ body }: ApiResponse): Readonly<Record<string, number>> | undefined {
  const { tasks_by_status: counts } = (body ?? {}) as Record<string, unknown>;
  if (typeof counts !== 'object' || counts === null) return undefined;
  const numbers = resources.taskStatuses.map((status): [string, unknown] => [
    status,
    (counts as Record<string, unknown>)[status] ?? 0,
  ]);
  return numbers.every(([, count]) => Number.isSafeInteger(count))
    ? (Object.fromEntries(numbers) as Record<string, number>)
    : undefined;
}
