import { message } from './message';
import type { Message } from './message';
import type { Change, PreparedUpdate, ShownResource } from './preparedUpdate';
import { prepareUpdate } from './preparedUpdate';
import { updateRequest } from './requests';
import type { Row } from './resources';
import { workerChannels, workers } from './resources';

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

/** https://www.twilio.com/docs/taskrouter/api/worker-channel#update-a-workerchannel-resource */
export const setCapacity = (channel: ShownResource, capacity: number): PreparedUpdate =>
  prepareChannel(channel, ['Capacity', String(capacity)], {
    question: message('Set the capacity of {channel} to {capacity}', { channel: channel.name, capacity }),
    settlesAs: (row) => row['configured_capacity'] === capacity,
  });

export const setAvailability = (channel: ShownResource, available: boolean): PreparedUpdate =>
  prepareChannel(channel, ['Available', String(available)], {
    question: available
      ? message('Make {channel} available', { channel: channel.name })
      : message('Make {channel} unavailable', { channel: channel.name }),
    settlesAs: (row) => row['available'] === available,
  });

const prepareChannel = (
  channel: ShownResource,
  parameter: readonly [name: string, value: string],
  change: Pick<Change, 'question' | 'settlesAs'>,
): PreparedUpdate =>
  prepareUpdate(channel, {
    ...change,
    request: updateRequest(workerChannels, channel.sids, [parameter]),
    title: message('Set Channel'),
    label: message('Worker channel'),
    statusField: 'task_channel_unique_name',
    statusLabel: message('Channel'),
    unchanged: ['configured_capacity', 'available'],
    values: [[message('Capacity'), capacityText(channel.shown)]],
    related: [{ collection: workers, label: message('Worker'), sid: channel.shown['worker_sid'] }],
    describe: (row) => message('The channel now has {capacity}.', { capacity: capacityText(row) }),
  });

/** What a worker can take of a channel: `capacity 2, available`. */
export function capacityText(row: Row): Message {
  const { configured_capacity: configured, available } = workerChannels.read(row);
  const capacity = configured ?? message('unknown');
  return available
    ? message('capacity {capacity}, available', { capacity })
    : message('capacity {capacity}, unavailable', { capacity });
}

export function describeActivity(row: Row): Message {
  const { friendly_name, activity_name } = workers.read(row);
  return message('{worker}’s activity is now {activity}.', {
    worker: friendly_name ?? row.sid,
    activity: activity_name ?? message('unknown'),
  });
}
