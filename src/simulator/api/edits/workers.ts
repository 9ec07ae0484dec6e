import type { AccountState } from '../../state/accountState';
import type { Activity, Worker, WorkerChannel, Workspace } from '../../state/rows';
import { isOpen, newRow, noWorkTimes, reservationsOf } from '../../state/rows';
import { badRequest } from '../../protocol/httpError';
import { reject } from '../../state/reservations';
import { route } from '../../routing/routing';
import { channelSettings, loadOf } from '../../state/workerViews';
import type { Scope } from '../represent';
import { rejectIf, requireRoom, requireUnique } from './edits';
import type { ResourceEdits } from './edits';

const maxWorkers = 15_000;
/** Workers' names are unique ignoring case. */
const ignoreCase = (name: string) => name.toLowerCase();

/** https://www.twilio.com/docs/taskrouter/api/worker */
export const workerEdits: ResourceEdits<Worker> = {
  create({ account, workspace }, parameters) {
    parameters.required('FriendlyName');
    const friendlyName = parameters.name('FriendlyName')!;
    requireRoom(workspace.workers, maxWorkers, 'Workers');
    requireUnique(workspace.workers, 'friendlyName', friendlyName, undefined, ignoreCase);
    const activitySid =
      parameters.row('ActivitySid', 'Activity', workspace.activities)?.sid ?? workspace.defaultActivitySid;
    const worker = workspace.workers.add({
      ...newRow(account.sids.next('Worker'), account.now()),
      friendlyName,
      attributes: parameters.attributes() ?? '{}',
      activitySid,
      previousActivitySid: activitySid,
      statusChanged: account.now(),
      workTimes: noWorkTimes(),
      workTimesByChannel: new Map(),
      capacity: {},
      phone: 'answers',
      reservationSids: [],
    });
    account.emit({ type: 'worker.created', workspace, worker });
    route(account, workspace);
    return worker;
  },

  update({ account, workspace }, worker, parameters) {
    const friendlyName = parameters.name('FriendlyName');
    const attributes = parameters.attributes();
    const activity = parameters.row('ActivitySid', 'Activity', workspace.activities);
    if (friendlyName !== undefined)
      requireUnique(workspace.workers, 'friendlyName', friendlyName, worker, ignoreCase);
    if (activity)
      checkPendingReservations(
        account,
        workspace,
        worker,
        activity,
        parameters.flag('RejectPendingReservations') ?? false,
      );
    worker.friendlyName = friendlyName ?? worker.friendlyName;
    account.workerPools.refresh(workspace, worker);
    account.touch(worker);
    if (attributes !== undefined) {
      worker.attributes = attributes;
      account.emit({ type: 'worker.attributes.update', workspace, worker });
    }
    if (activity) account.moveWorker(workspace, worker, activity.sid);
    route(account, workspace);
  },

  remove({ account, workspace }, worker) {
    rejectIf(
      reservationsOf(workspace, worker).some(isOpen),
      worker.sid,
      'it has Reservations that are not finished',
    );
    workspace.workers.remove(worker.sid);
    account.emit({ type: 'worker.deleted', workspace, worker });
  },
};

/**
 * A worker who moves to another available activity keeps pending reservations. Before moving to an unavailable
 * one they must be rejected.
 */
function checkPendingReservations(
  account: AccountState,
  workspace: Workspace,
  worker: Worker,
  to: Activity,
  rejects: boolean,
): void {
  const pending = reservationsOf(workspace, worker).filter(({ status }) => status === 'pending');
  if (to.available || pending.length === 0) return;
  if (!rejects) {
    throw badRequest(
      `Worker ${worker.sid} cannot be moved to an unavailable Activity because it has pending Reservations. ` +
        'Use RejectPendingReservations.',
    );
  }
  for (const reservation of pending) reject(account, workspace, reservation, to.sid);
}

/** A worker's channels, one for each of the workspace's. Created on demand. */
export function channelsOf(
  account: AccountState,
  workspace: Workspace,
  worker: Worker,
): readonly WorkerChannel[] {
  const known = (worker.channels ??= new Map<string, WorkerChannel>());
  for (const { sid } of workspace.taskChannels.rows()) {
    if (known.has(sid)) continue;
    const row = {
      ...newRow(account.sids.next('WorkerChannel'), worker.created),
      workerSid: worker.sid,
      channelSid: sid,
      ...channelSettings(account, workspace, worker, sid),
    };
    known.set(sid, row);
  }
  return [...known.values()];
}

const maxCapacity = 50;

/** https://www.twilio.com/docs/taskrouter/api/worker-channel */
export const workerChannelEdits: ResourceEdits<WorkerChannel> = {
  update(scope, row, parameters) {
    const { account, workspace } = scope;
    const worker = workspace.workers.get(row.workerSid)!;
    const channel = workspace.taskChannels.get(row.channelSid)!;
    const capacity = parameters.integer('Capacity', 0, maxCapacity);
    const available = parameters.flag('Available');
    const subject = { workspace, worker, channel };
    const before = row.capacity;
    row.capacity = capacity ?? row.capacity;
    account.touch(row);
    if (capacity !== undefined && capacity !== before) {
      const more = { ...channelData(scope, worker, row), worker_channel_previous_capacity: before };
      account.emit({ type: 'worker.capacity.update', ...subject, more });
    }
    if (available !== undefined && available !== row.available) {
      row.available = available;
      const more = channelData(scope, worker, row);
      account.emit({ type: 'worker.channel.availability.update', ...subject, more });
    }
    route(account, workspace);
  },
};

/** The data of a worker channel's events. */
function channelData({ account, workspace }: Scope, worker: Worker, { channelSid, ...row }: WorkerChannel) {
  const { uniqueName } = workspace.taskChannels.get(channelSid)!;
  const { pending, accepted, wrapping } = loadOf(account, workspace, worker).channels[uniqueName]!;
  return {
    worker_channel_available: row.available,
    worker_channel_available_capacity: row.capacity,
    worker_channel_task_count: pending + accepted + wrapping,
  };
}
