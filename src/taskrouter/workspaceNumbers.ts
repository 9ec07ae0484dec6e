import { ResponseShapeError } from './errors';
import { message } from './message';
import type { TaskRouterRequest } from './requests';
import { listRequest } from './requests';
import * as resources from './resources';
import type { ApiResponse } from './response';
import { workspaceStatisticsRequest } from './workspaceStatistics';

/** What waits in a queue, and who can take it. */
export interface QueueNumbers {
  /** Pending tasks: nobody is offered them. */
  readonly waiting: number;
  /** Reserved tasks: somebody is offered them. */
  readonly offered: number;
  /** Seconds that the oldest waiting task has waited. */
  readonly longestWait: number;
  /** Workers whom the queue's expression matches. */
  readonly eligible: number;
  /** Those of them whose activity takes tasks. */
  readonly available: number;
}

/** The numbers of a workspace's queues by one request. https://www.twilio.com/docs/taskrouter/api/taskqueue-statistics */
export function queueNumbersRequest(workspaceSid: string, pageSize: number): TaskRouterRequest {
  const list = listRequest(resources.taskQueues, [workspaceSid], {}, { pageSize });
  return { ...list, path: `${list.path}/Statistics` };
}

type Fields = Readonly<Record<string, unknown>>;

/** By SID. A queue whose numbers are not as documented is left out. @throws ResponseShapeError */
export function readQueueNumbers(
  request: TaskRouterRequest,
  response: ApiResponse,
): ReadonlyMap<string, QueueNumbers> {
  const rows = rowsIn(request, response, 'task_queues_statistics');
  return new Map(
    rows.flatMap(({ task_queue_sid: sid, realtime }) => {
      const now = (realtime ?? {}) as Fields;
      const { pending = 0, reserved = 0 } = (now['tasks_by_status'] ?? {}) as Fields;
      const numbers = {
        waiting: countOf(pending),
        offered: countOf(reserved),
        longestWait: countOf(now['longest_task_waiting_age']),
        eligible: countOf(now['total_eligible_workers']),
        available: countOf(now['total_available_workers']),
      };
      const isWhole = Object.values(numbers).every((one) => !Number.isNaN(one));
      return isWhole && typeof sid === 'string' ? [[sid, numbers] as const] : [];
    }),
  );
}

/** How many workers are in each activity of a workspace, by one request. */
export const activityNumbersRequest = workspaceStatisticsRequest;

/** By SID. @throws ResponseShapeError */
export function readActivityNumbers(
  request: TaskRouterRequest,
  response: ApiResponse,
): ReadonlyMap<string, number> {
  const rows = rowsIn(request, response, 'activity_statistics');
  return new Map(
    rows.flatMap(({ sid, workers }) =>
      typeof sid === 'string' && !Number.isNaN(countOf(workers)) ? [[sid, countOf(workers)] as const] : [],
    ),
  );
}

/** NaN for what is no count. */
const countOf = (value: unknown): number =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : NaN;

function rowsIn(request: TaskRouterRequest, { body, status }: ApiResponse, key: string): readonly Fields[] {
  const rows = (body as Fields | undefined)?.[key];
  if (!Array.isArray(rows))
    throw new ResponseShapeError(
      request,
      'shape',
      status,
      message('the response has no list of {key}', { key }),
    );
  return rows.filter((row): row is Fields => typeof row === 'object' && row !== null);
}
