import { message } from './message';
import type { Message } from './message';
import type { PreparedUpdate, ShownResource } from './preparedUpdate';
import { prepareUpdate } from './preparedUpdate';
import { updateRequest } from './requests';
import type { Row } from './resources';
import { workers } from './resources';

/**
 * Updates of a worker, as prepared updates.
 * https://www.twilio.com/docs/taskrouter/api/worker#update-a-worker-resource
 */

export interface ActivityOptions {
  /** Rejects the worker's pending reservations: without it TaskRouter refuses to make the worker unavailable. */
  readonly rejectPending?: boolean;
}

export const setActivity = (
  worker: ShownResource,
  activitySid: string,
  { rejectPending = false }: ActivityOptions = {},
): PreparedUpdate =>
  prepareUpdate(worker, {
    request: updateRequest(workers, worker.sids, [
      ['ActivitySid', activitySid],
      ...(rejectPending ? [['RejectPendingReservations', 'true'] as const] : []),
    ]),
    title: message('Set Activity'),
    label: message('Worker'),
    question: message('Set the activity of {worker} to {activity}', {
      worker: worker.name,
      activity: worker.nameOf(activitySid),
    }),
    statusField: 'activity_name',
    statusLabel: message('Activity'),
    unchanged: ['activity_name', 'activity_sid'],
    settlesAs: (row) => row['activity_sid'] === activitySid,
    describe: describeActivity,
  });

export function describeActivity(row: Row): Message {
  const { friendly_name, activity_name } = workers.read(row);
  return message('{worker}’s activity is now {activity}.', {
    worker: friendly_name ?? row.sid,
    activity: activity_name ?? message('unknown'),
  });
}
