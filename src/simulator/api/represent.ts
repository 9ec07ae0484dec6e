import type { AccountState } from '../state/accountState';
import type {
  Activity,
  Reservation,
  Row,
  Task,
  TaskChannel,
  TaskQueue,
  Worker,
  WorkerChannel,
  Workflow,
  Workspace,
} from '../state/rows';
import { isoSeconds as date } from '../../callbacks/assignment';
import type { RecordedEvent } from '../state/events';
import { availablePercentage } from '../../routing/expressions/scope';
import { loadOf } from '../state/workerViews';

/** The rows on the path of a request. */
export interface Scope {
  readonly account: AccountState;
  /** Scheme and host of the request, with which the response's URLs begin. */
  readonly origin: string;
  readonly workspace: Workspace;
  /** The task or worker that a path leads through on its way to reservations or channels. */
  readonly parent?: Task | Worker;
}

type Wire = Record<string, unknown>;

const workspaceUrl = ({ origin, workspace }: Scope) => `${origin}/v1/Workspaces/${workspace.sid}`;

/** Formats a row's dates. In an unchanged row most are the same, so that one is formatted once. */
function datesOf({ created }: Row): (ms: number) => string {
  const known = date(created);
  return (ms) => (ms === created ? known : date(ms));
}

function within({ account, workspace }: Scope, row: Row, rest: Wire): Wire {
  const dateOf = datesOf(row);
  // The rest is spread at the end: V8 needs 20 µs for a row whose many fields follow a spread.
  return {
    sid: row.sid,
    account_sid: account.accountSid,
    workspace_sid: workspace.sid,
    date_created: dateOf(row.created),
    date_updated: dateOf(row.updated),
    ...rest,
  };
}

/** The links to the three statistics of a resource. */
const statisticsOf = (url: string) => ({
  statistics: `${url}/Statistics`,
  real_time_statistics: `${url}/RealTimeStatistics`,
  cumulative_statistics: `${url}/CumulativeStatistics`,
});

export function showWorkspace(scope: Scope, row: Workspace): Wire {
  const url = `${scope.origin}/v1/Workspaces/${row.sid}`;
  return {
    sid: row.sid,
    account_sid: scope.account.accountSid,
    date_created: date(row.created),
    date_updated: date(row.updated),
    friendly_name: row.friendlyName,
    default_activity_sid: row.defaultActivitySid,
    default_activity_name: row.activities.get(row.defaultActivitySid)!.friendlyName,
    timeout_activity_sid: row.timeoutActivitySid,
    timeout_activity_name: row.activities.get(row.timeoutActivitySid)!.friendlyName,
    event_callback_url: row.eventCallbackUrl,
    events_filter: row.eventsFilter,
    multi_task_enabled: row.multitasking,
    prioritize_queue_order: row.prioritizeQueueOrder,
    url,
    links: {
      activities: `${url}/Activities`,
      ...statisticsOf(url),
      task_queues: `${url}/TaskQueues`,
      tasks: `${url}/Tasks`,
      workers: `${url}/Workers`,
      workflows: `${url}/Workflows`,
      task_channels: `${url}/TaskChannels`,
      events: `${url}/Events`,
    },
  };
}

export function showActivity(scope: Scope, row: Activity): Wire {
  const workspace = workspaceUrl(scope);
  return within(scope, row, {
    friendly_name: row.friendlyName,
    available: row.available,
    url: `${workspace}/Activities/${row.sid}`,
    links: { workspace },
  });
}

export function showWorkflow(scope: Scope, row: Workflow): Wire {
  const workspace = workspaceUrl(scope);
  const url = `${workspace}/Workflows/${row.sid}`;
  return within(scope, row, {
    friendly_name: row.friendlyName,
    assignment_callback_url: row.assignmentCallbackUrl,
    fallback_assignment_callback_url: row.fallbackAssignmentCallbackUrl,
    document_content_type: 'application/json',
    task_reservation_timeout: row.reservationTimeout,
    configuration: row.configuration,
    url,
    links: { ...statisticsOf(url), workspace },
  });
}

export function showTaskQueue(scope: Scope, row: TaskQueue): Wire {
  const workspace = workspaceUrl(scope);
  const url = `${workspace}/TaskQueues/${row.sid}`;
  const activity = (sid: string | null) => (sid === null ? undefined : scope.workspace.activities.get(sid));
  const reservation = activity(row.reservationActivitySid);
  const assignment = activity(row.assignmentActivitySid);
  return within(scope, row, {
    friendly_name: row.friendlyName,
    target_workers: row.targetWorkers,
    max_reserved_workers: row.maxReservedWorkers,
    task_order: row.taskOrder,
    reservation_activity_sid: reservation?.sid ?? null,
    reservation_activity_name: reservation?.friendlyName ?? null,
    assignment_activity_sid: assignment?.sid ?? null,
    assignment_activity_name: assignment?.friendlyName ?? null,
    url,
    links: {
      workspace,
      ...(reservation && { reservation_activity: `${workspace}/Activities/${reservation.sid}` }),
      ...(assignment && { assignment_activity: `${workspace}/Activities/${assignment.sid}` }),
      ...statisticsOf(url),
      list_statistics: `${workspace}/TaskQueues/Statistics`,
      // Only accepts POST.
      bulk_real_time_statistics: `${workspace}/TaskQueues/RealTimeStatistics`,
    },
  });
}

export function showTaskChannel(scope: Scope, row: TaskChannel): Wire {
  const workspace = workspaceUrl(scope);
  return within(scope, row, {
    friendly_name: row.friendlyName,
    unique_name: row.uniqueName,
    channel_optimized_routing: row.optimizedRouting,
    url: `${workspace}/TaskChannels/${row.sid}`,
    links: { workspace },
  });
}

export function showTask(scope: Scope, row: Task): Wire {
  const workspace = workspaceUrl(scope);
  const url = `${workspace}/Tasks/${row.sid}`;
  // A finished task can be older than the deletion of its queue, workflow or channel.
  const queue = scope.workspace.taskQueues.get(row.queueSid);
  const dateOf = datesOf(row);
  return within(scope, row, {
    // In whole seconds, like the dates.
    age: Math.floor(scope.account.now() / 1000) - Math.floor(row.created / 1000),
    assignment_status: row.status,
    attributes: row.attributes,
    addons: '{}',
    task_queue_entered_date: dateOf(row.queueEntered),
    virtual_start_time: dateOf(row.virtualStart),
    priority: row.priority,
    reason: row.reason,
    task_queue_sid: queue?.sid ?? null,
    task_queue_friendly_name: queue?.friendlyName ?? null,
    task_channel_sid: row.channelSid,
    task_channel_unique_name: scope.workspace.taskChannels.get(row.channelSid)?.uniqueName ?? null,
    timeout: row.timeout,
    workflow_sid: row.workflowSid,
    workflow_friendly_name: scope.workspace.workflows.get(row.workflowSid)?.friendlyName ?? null,
    ignore_capacity: row.ignoreCapacity,
    routing_target: row.routingTarget,
    url,
    links: {
      workspace,
      ...(queue && { task_queue: `${workspace}/TaskQueues/${queue.sid}` }),
      workflow: `${workspace}/Workflows/${row.workflowSid}`,
      reservations: `${url}/Reservations`,
    },
  });
}

export function showWorker(scope: Scope, row: Worker): Wire {
  const workspace = workspaceUrl(scope);
  const all = `${workspace}/Workers`;
  const url = `${all}/${row.sid}`;
  const activity = scope.workspace.activities.get(row.activitySid)!;
  return within(scope, row, {
    friendly_name: row.friendlyName,
    activity_sid: activity.sid,
    activity_name: activity.friendlyName,
    available: activity.available,
    attributes: row.attributes,
    date_status_changed: date(row.statusChanged),
    url,
    links: {
      workspace,
      activity: `${workspace}/Activities/${activity.sid}`,
      ...statisticsOf(all),
      worker_statistics: `${url}/Statistics`,
      channels: `${url}/Channels`,
      worker_channels: `${url}/Channels`,
      reservations: `${url}/Reservations`,
    },
  });
}

export function showWorkerChannel(scope: Scope, row: WorkerChannel): Wire {
  const workspace = workspaceUrl(scope);
  const { uniqueName } = scope.workspace.taskChannels.get(row.channelSid)!;
  const worker = scope.workspace.workers.get(row.workerSid)!;
  const load = loadOf(scope.account, scope.workspace, worker).channels[uniqueName]!;
  return within(scope, row, {
    worker_sid: row.workerSid,
    task_channel_sid: row.channelSid,
    task_channel_unique_name: uniqueName,
    assigned_tasks: load.accepted,
    available: row.available,
    available_capacity_percentage: availablePercentage(load, scope.account.expressions.options),
    configured_capacity: row.capacity,
    url: `${workspace}/Workers/${row.workerSid}/Channels/${row.sid}`,
  });
}

/** A reservation exists under its task and under its worker; its URL is the one that was requested. */
export function showReservation(scope: Scope, row: Reservation, through: 'Tasks' | 'Workers'): Wire {
  const workspace = workspaceUrl(scope);
  const links = {
    workspace,
    task: `${workspace}/Tasks/${row.taskSid}`,
    worker: `${workspace}/Workers/${row.workerSid}`,
  };
  return within(scope, row, {
    reservation_status: row.status,
    task_sid: row.taskSid,
    worker_sid: row.workerSid,
    worker_name: scope.workspace.workers.get(row.workerSid)?.friendlyName ?? null,
    url: `${through === 'Tasks' ? links.task : links.worker}/Reservations/${row.sid}`,
    links,
  });
}

/** The simulator does not record actors, so the actor is always the workspace. */
export function showEvent(scope: Scope, row: RecordedEvent): Wire {
  const workspace = workspaceUrl(scope);
  return {
    sid: row.sid,
    account_sid: scope.account.accountSid,
    workspace_sid: scope.workspace.sid,
    event_type: row.type,
    event_date: date(row.created),
    event_date_ms: row.created,
    description: row.description,
    event_data: row.data,
    resource_type: row.resource.type,
    resource_sid: row.resource.sid,
    resource_url: `${workspace}${row.resource.path}`,
    actor_type: 'workspace',
    actor_sid: scope.workspace.sid,
    actor_url: workspace,
    source: 'twilio',
    source_ip_address: null,
    url: `${workspace}/Events/${row.sid}`,
  };
}
