import { ResponseShapeError } from './errors';
import { message } from './message';
import type { TaskRouterRequest } from './requests';
import { fetchRequest } from './requests';
import * as resources from './resources';
import type { ApiResponse } from './response';

/** How many workers a queue has now. https://www.twilio.com/docs/taskrouter/api/taskqueue-statistics */
export interface QueueStatistics {
  readonly eligible: number;
  readonly available: number;
}

/** @throws TypeError for a SID of the wrong kind or shape */
export function queueStatisticsRequest(workspaceSid: string, queueSid: string): TaskRouterRequest {
  const queue = fetchRequest(resources.taskQueues, [workspaceSid, queueSid]);
  return { ...queue, path: `${queue.path}/RealTimeStatistics` };
}

/** @throws ResponseShapeError */
export function readQueueStatistics(request: TaskRouterRequest, response: ApiResponse): QueueStatistics {
  const { total_eligible_workers: eligible, total_available_workers: available } = (response.body ??
    {}) as Record<string, unknown>;
  if (!Number.isSafeInteger(eligible) || !Number.isSafeInteger(available))
    throw new ResponseShapeError(request, 'shape', response.status, message('it has no counts of workers'));
  return { eligible: eligible as number, available: available as number };
}
