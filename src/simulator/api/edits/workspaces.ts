import type { AccountState } from '../../state/accountState';
import type { Activity, TaskChannel, Workspace } from '../../state/rows';
import {
  busyActivity,
  isOpen,
  newRow,
  reservedActivity,
  singleTaskingDefaults,
  stepKey,
} from '../../state/rows';
import { configured } from '../../routing/configuration';
import { badRequest } from '../../protocol/httpError';
import { MapTable } from '../../state/table';
import { isUnfinished, rejectIf, requireRoom, requireUnique, some } from './edits';
import type { ResourceEdits } from './edits';

/** The activities of a new workspace. https://www.twilio.com/docs/taskrouter/api/activity */
const firstActivities = { Offline: false, Unavailable: false, Available: true };
/** Additional activities of a single-tasking workspace. */
const singleTaskingActivities = { [reservedActivity]: false, [busyActivity]: false };
const firstChannels = {
  default: 'Default',
  voice: 'Voice',
  chat: 'Programmable Chat',
  sms: 'SMS',
  video: 'Video',
};

/** https://www.twilio.com/docs/taskrouter/api/workspace */
export const workspaceEdits: ResourceEdits<Workspace> = {
  create({ account }, parameters) {
    parameters.required('FriendlyName');
    const friendlyName = parameters.name('FriendlyName')!;
    const template = parameters.oneOf('Template', ['NONE', 'FIFO']);
    const workspace: Workspace = {
      ...newRow(account.sids.next('Workspace'), account.now()),
      friendlyName,
      multitasking: parameters.flag('MultiTaskEnabled') ?? true,
      eventCallbackUrl: parameters.text('EventCallbackUrl') ?? null,
      eventsFilter: parameters.text('EventsFilter') ?? null,
      prioritizeQueueOrder: parameters.oneOf('PrioritizeQueueOrder', ['FIFO', 'LIFO']) ?? 'FIFO',
      defaultActivitySid: '',
      timeoutActivitySid: '',
      activities: new MapTable(account.sids),
      workflows: new MapTable(account.sids),
      taskQueues: new MapTable(account.sids),
      taskChannels: new MapTable(account.sids),
      tasks: new MapTable(account.sids),
      workers: new MapTable(account.sids),
      reservations: new MapTable(account.sids),
      waiting: new Set(),
    };
    const activities = { ...firstActivities, ...(workspace.multitasking ? {} : singleTaskingActivities) };
    for (const [name, available] of Object.entries(activities)) {
      const { sid } = workspace.activities.add(newActivity(account, name, available));
      if (name !== 'Offline') continue;
      workspace.defaultActivitySid = sid;
      workspace.timeoutActivitySid = sid;
    }
    for (const [uniqueName, name] of Object.entries(firstChannels)) {
      workspace.taskChannels.add(newChannel(account, uniqueName, name, false));
    }
    if (template === 'FIFO') addFifo(account, workspace);
    account.workspaces.add(workspace);
    account.emit({ type: 'workspace.created', workspace });
    return workspace;
  },

  update({ account }, workspace, parameters) {
    const friendlyName = parameters.name('FriendlyName');
    const multitasking = parameters.flag('MultiTaskEnabled');
    const defaultActivity = parameters.row('DefaultActivitySid', 'Activity', workspace.activities);
    const timeoutActivity = parameters.row('TimeoutActivitySid', 'Activity', workspace.activities);
    const order = parameters.oneOf('PrioritizeQueueOrder', ['FIFO', 'LIFO']);
    if (multitasking === false && workspace.multitasking) {
      throw badRequest('A multi-tasking Workspace cannot be updated to single-tasking.');
    }
    workspace.friendlyName = friendlyName ?? workspace.friendlyName;
    workspace.multitasking ||= multitasking ?? false;
    workspace.defaultActivitySid = defaultActivity?.sid ?? workspace.defaultActivitySid;
    workspace.timeoutActivitySid = timeoutActivity?.sid ?? workspace.timeoutActivitySid;
    workspace.eventCallbackUrl = parameters.text('EventCallbackUrl') ?? workspace.eventCallbackUrl;
    workspace.eventsFilter = parameters.text('EventsFilter') ?? workspace.eventsFilter;
    workspace.prioritizeQueueOrder = order ?? workspace.prioritizeQueueOrder;
    account.touch(workspace);
    account.emit({ type: 'workspace.updated', workspace });
  },

  /** Also deletes everything in it, without events: they could not be read. */
  remove({ account }, workspace) {
    for (const reservation of workspace.reservations.rows()) {
      account.unschedule(reservation.sid);
      // Prevents a call that is still ringing from accepting it.
      if (isOpen(reservation)) reservation.status = 'canceled';
    }
    for (const task of workspace.tasks.rows()) {
      account.unschedule(task.sid);
      account.unschedule(stepKey(task));
    }
    account.workspaces.remove(workspace.sid);
    account.emit({ type: 'workspace.deleted', workspace });
  },
};

/** Adds a queue of all workers, and a workflow that routes every task to it. */
function addFifo(account: AccountState, workspace: Workspace): void {
  const queue = workspace.taskQueues.add({
    ...newRow(account.sids.next('TaskQueue'), account.now()),
    friendlyName: 'Sample Queue',
    targetWorkers: '1==1',
    maxReservedWorkers: 1,
    taskOrder: 'FIFO',
    ...singleTaskingDefaults(workspace),
  });
  const configuration = JSON.stringify({ task_routing: { default_filter: { queue: queue.sid } } });
  workspace.workflows.add({
    ...newRow(account.sids.next('Workflow'), account.now()),
    ...configured(account, workspace, configuration),
    friendlyName: 'Default Fifo Workflow',
    assignmentCallbackUrl: null,
    fallbackAssignmentCallbackUrl: null,
    reservationTimeout: 120,
  });
}

const newActivity = (account: AccountState, friendlyName: string, available: boolean): Activity => ({
  ...newRow(account.sids.next('Activity'), account.now()),
  friendlyName,
  available,
});

const newChannel = (
  account: AccountState,
  uniqueName: string,
  friendlyName: string,
  optimizedRouting: boolean,
): TaskChannel => ({
  ...newRow(account.sids.next('TaskChannel'), account.now()),
  uniqueName,
  friendlyName,
  optimizedRouting,
});

const maxActivities = 100;

/** https://www.twilio.com/docs/taskrouter/api/activity */
export const activityEdits: ResourceEdits<Activity> = {
  create({ account, workspace }, parameters) {
    parameters.required('FriendlyName');
    const name = parameters.name('FriendlyName')!;
    requireRoom(workspace.activities, maxActivities, 'Activities');
    requireUnique(workspace.activities, 'friendlyName', name);
    const activity = newActivity(account, name, parameters.flag('Available') ?? false);
    workspace.activities.add(activity);
    account.emit({ type: 'activity.created', workspace, activity });
    return activity;
  },

  update({ account, workspace }, activity, parameters) {
    const name = parameters.name('FriendlyName');
    if (name !== undefined) requireUnique(workspace.activities, 'friendlyName', name, activity);
    activity.friendlyName = name ?? activity.friendlyName;
    account.touch(activity);
    account.emit({ type: 'activity.updated', workspace, activity });
  },

  remove({ account, workspace }, activity) {
    const { sid } = activity;
    rejectIf(
      [workspace.defaultActivitySid, workspace.timeoutActivitySid].includes(sid),
      sid,
      'it is the default or the timeout Activity of its Workspace',
    );
    rejectIf(
      some(
        workspace.workers,
        (worker) =>
          worker.activitySid === sid || (!workspace.multitasking && worker.previousActivitySid === sid),
      ),
      sid,
      'a Worker is in it',
    );
    rejectIf(
      some(workspace.taskQueues, (queue) =>
        [queue.reservationActivitySid, queue.assignmentActivitySid].includes(sid),
      ),
      sid,
      'a TaskQueue refers to it',
    );
    workspace.activities.remove(sid);
    account.emit({ type: 'activity.deleted', workspace, activity });
  },
};

/** https://www.twilio.com/docs/taskrouter/api/task-channel */
export const taskChannelEdits: ResourceEdits<TaskChannel> = {
  create({ account, workspace }, parameters) {
    parameters.required('FriendlyName');
    parameters.required('UniqueName');
    const uniqueName = parameters.name('UniqueName')!;
    // Expressions name it: worker.channel.<unique name>. https://www.twilio.com/docs/taskrouter/multitasking
    if (!/^[A-Za-z_$][\w$]*$/.test(uniqueName)) {
      throw badRequest('UniqueName must consist of letters, digits, _ and $, and not start with a digit.');
    }
    requireUnique(workspace.taskChannels, 'uniqueName', uniqueName);
    const optimized = parameters.flag('ChannelOptimizedRouting') ?? false;
    const channel = newChannel(account, uniqueName, parameters.name('FriendlyName')!, optimized);
    workspace.taskChannels.add(channel);
    account.emit({ type: 'task-channel.created', workspace, channel });
    return channel;
  },

  update({ account, workspace }, channel, parameters) {
    channel.friendlyName = parameters.name('FriendlyName') ?? channel.friendlyName;
    channel.optimizedRouting = parameters.flag('ChannelOptimizedRouting') ?? channel.optimizedRouting;
    account.touch(channel);
    account.emit({ type: 'task-channel.updated', workspace, channel });
  },

  remove({ account, workspace }, channel) {
    const { sid, uniqueName } = channel;
    rejectIf(uniqueName === 'default', sid, 'it is the default TaskChannel');
    rejectIf(
      some(workspace.tasks, (task) => task.channelSid === sid && isUnfinished(task)),
      sid,
      'a Task that is not finished is of it',
    );
    workspace.taskChannels.remove(sid);
    for (const worker of workspace.workers.rows()) worker.channels?.delete(sid);
    account.emit({ type: 'task-channel.deleted', workspace, channel });
  },
};
