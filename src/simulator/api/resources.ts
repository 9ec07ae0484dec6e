import * as described from '../../taskrouter/resources';
import type { Scope as ExpressionScope } from '../../routing/expressions/scope';
import { isSid } from '../../taskrouter/sid';
import type { SidNoun } from '../../taskrouter/sid';
import { reservationsOf } from '../state/rows';
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
import type { RecordedEvent } from '../state/events';
import { readable } from '../routing/configuration';
import { isMember, WorkerView } from '../state/workerViews';
import type { ResourceEdits } from './edits/edits';
import { taskEdits } from './edits/tasks';
import { channelsOf, workerChannelEdits, workerEdits } from './edits/workers';
import { taskQueueEdits, workflowEdits } from './edits/workflows';
import { activityEdits, taskChannelEdits, workspaceEdits } from './edits/workspaces';
import type { Order } from './pages';
import type { ParameterList } from '../protocol/messages';
import { timeWindow } from '../protocol/timeWindow';
import { parseObject } from '../protocol/bodyParameters';
import { badRequest } from '../protocol/httpError';
import {
  showActivity,
  showEvent,
  showReservation,
  showTask,
  showTaskChannel,
  showTaskQueue,
  showWorker,
  showWorkerChannel,
  showWorkflow,
  showWorkspace,
} from './represent';
import type { Scope } from './represent';
import type { SimulatedNoun } from '../state/sids';

/** Turns the values of one filter into the test that a row must pass. */
type Filter<T> = (values: readonly string[], scope: Scope) => (row: T) => boolean;

/** One collection that is served. */
export interface Resource<T extends Row = Row> {
  readonly noun: SimulatedNoun;
  /** The path's segments; each but the last is followed by a SID. */
  readonly path: readonly string[];
  readonly key: string;
  readonly rows: (scope: Scope, from: number, query: ParameterList) => Iterable<T>;
  /** Those before an index in the order of creation, the last one first. */
  readonly backward?: (scope: Scope, before: number) => Iterable<T>;
  readonly get: (scope: Scope, sid: string) => T | undefined;
  readonly show: (scope: Scope, row: T) => Record<string, unknown>;
  readonly filters: Readonly<Record<string, Filter<T>>>;
  readonly orders: Readonly<Record<string, Order<T>>>;
  /** The default order; that of creation when absent. */
  readonly order?: Order<T>;
  /** Where Twilio's OpenAPI declares an ETag. */
  readonly etags: 'rows and lists' | 'lists' | 'none';
  readonly edits: ResourceEdits<T>;
}

/** The filters of Twilio's OpenAPI; a missing one is a compile error. */
type FiltersOf<C extends described.Collection, T> = {
  readonly [K in keyof C['filters'] & string as Capitalize<K>]: Filter<T>;
};

const is =
  <T>(read: (row: T, scope: Scope) => string | null): Filter<T> =>
  ([value], scope) =>
  (row) =>
    read(row, scope) === value;

const isSidOf =
  <T>(noun: SidNoun, name: string, read: (row: T) => string | null): Filter<T> =>
  ([value]) => {
    if (!isSid(noun, value!)) throw badRequest(`Invalid ${name} "${value}".`);
    return (row) => read(row) === value;
  };

const truths = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

const isTrue =
  <T>(name: string, read: (row: T, scope: Scope) => boolean): Filter<T> =>
  ([value], scope) => {
    const wanted = truths.get(value!.toLowerCase());
    if (wanted === undefined) throw badRequest(`Invalid ${name} "${value}": must be true or false.`);
    return (row) => read(row, scope) === wanted;
  };

const isOneOf =
  <T>(name: string, all: readonly string[], read: (row: T) => string): Filter<T> =>
  (values) => {
    const wanted = values.flatMap((value) => value.toLowerCase().split(','));
    const unknown = wanted.find((value) => !all.includes(value));
    if (unknown !== undefined)
      throw badRequest(`Invalid ${name} "${unknown}": must be one of ${all.join(', ')}.`);
    return (row) => wanted.includes(read(row));
  };

/** An empty expression matches everything. */
const matchesExpression =
  <T extends Task | Worker>(
    name: string,
    context: 'workerList' | 'taskList',
    scopeOf: (row: T, scope: Scope) => ExpressionScope,
  ): Filter<T> =>
  ([text], scope) => {
    if (!text?.trim()) return () => true;
    const { account } = scope;
    const { test } = account.expressions.expression(readable(account, name, text, context), context);
    return (row) => test(scopeOf(row, scope));
  };

const targetedBy =
  (read: (queue: { sid: string; friendlyName: string }) => string): Filter<Worker> =>
  ([value], { account, workspace }) => {
    const queue = [...workspace.taskQueues.rows()].find((one) => read(one) === value);
    return (worker) => queue !== undefined && isMember(account, workspace, queue, worker);
  };

const byNumber =
  <T>(read: (row: T) => number): Order<T> =>
  (a, b) =>
    read(a) - read(b);
const byName = (a: { friendlyName: string }, b: { friendlyName: string }) =>
  a.friendlyName < b.friendlyName ? -1 : a.friendlyName > b.friendlyName ? 1 : 0;
const byCreation = byNumber((row: Row) => row.created);

const resource = <T extends Row>(one: Resource<T>): Resource => one as unknown as Resource;

const within = <T extends Row>(
  segment: string,
  key: string,
  noun: SimulatedNoun,
  table: 'activities' | 'workflows' | 'taskQueues' | 'taskChannels' | 'tasks' | 'workers',
  rest: Pick<Resource<T>, 'show' | 'filters' | 'edits'> &
    Partial<Pick<Resource<T>, 'get' | 'orders' | 'etags'>>,
): Resource =>
  resource<T>({
    noun,
    path: ['Workspaces', segment],
    key,
    rows: ({ workspace }, from) => workspace[table].rows(from) as unknown as Iterable<T>,
    backward: ({ workspace }, before) => workspace[table].backward(before) as unknown as Iterable<T>,
    get: ({ workspace }, sid) => workspace[table].get(sid) as unknown as T | undefined,
    orders: {},
    etags: 'none',
    ...rest,
  });

const friendlyName = is((row: { friendlyName: string }) => row.friendlyName);

const reservationsUnder = (
  parent: 'Tasks' | 'Workers',
  etags: Resource['etags'],
  filters: Resource<Reservation>['filters'],
): Resource =>
  resource<Reservation>({
    noun: 'Reservation',
    path: ['Workspaces', parent, 'Reservations'],
    key: 'reservations',
    rows: ({ account, workspace, parent: of }, from) =>
      reservationsOf(workspace, of!).filter((row) => account.sids.indexOf(row.sid) >= from),
    get: ({ workspace, parent: of }, sid) => {
      const row = workspace.reservations.get(sid);
      return row && (parent === 'Tasks' ? row.taskSid : row.workerSid) === of!.sid ? row : undefined;
    },
    show: (scope, row) => showReservation(scope, row, parent),
    filters,
    orders: {},
    etags,
    // Updates of reservations are instructions: see update.ts.
    edits: {},
  });

const reservationStatus = isOneOf<Reservation>(
  'ReservationStatus',
  described.reservationStatuses,
  (row) => row.status,
);

const ofEvent = (noun: SidNoun, key: string): Filter<RecordedEvent> =>
  isSidOf(noun, `${noun}Sid`, ({ data }) => data[key] ?? null);

/** All collections that can be fetched and listed. */
export const resources: readonly Resource[] = [
  resource<Workspace>({
    noun: 'Workspace',
    path: ['Workspaces'],
    key: 'workspaces',
    rows: ({ account }, from) => account.workspaces.rows(from),
    get: ({ account }, sid) => account.workspaces.get(sid),
    show: showWorkspace,
    filters: { FriendlyName: friendlyName } satisfies FiltersOf<typeof described.workspaces, never>,
    orders: {},
    etags: 'none',
    edits: workspaceEdits,
  }),
  within<Activity>('Activities', 'activities', 'Activity', 'activities', {
    show: showActivity,
    edits: activityEdits,
    filters: {
      FriendlyName: friendlyName,
      Available: isTrue('Available', (row) => row.available),
    } satisfies FiltersOf<typeof described.activities, Activity>,
  }),
  within<Workflow>('Workflows', 'workflows', 'Workflow', 'workflows', {
    show: showWorkflow,
    edits: workflowEdits,
    filters: { FriendlyName: friendlyName } satisfies FiltersOf<typeof described.workflows, never>,
  }),
  within<TaskQueue>('TaskQueues', 'task_queues', 'TaskQueue', 'taskQueues', {
    show: showTaskQueue,
    edits: taskQueueEdits,
    filters: {
      FriendlyName: friendlyName,
      EvaluateWorkerAttributes: ([text], { account }) => {
        const attributes = parseObject('EvaluateWorkerAttributes', text!);
        const worker = { sid: '', friendlyName: '', activitySid: '', activityName: '', attributes };
        return ({ targetWorkers }) =>
          targetWorkers.trim() !== '' &&
          account.expressions.expression(targetWorkers, 'queue').test({ worker });
      },
      WorkerSid: ([sid], { account, workspace }) => {
        const worker = workspace.workers.get(sid);
        return (queue) => worker !== undefined && isMember(account, workspace, queue, worker);
      },
    },
    orders: { FriendlyName: byName, DateCreated: byCreation },
  }),
  within<TaskChannel>('TaskChannels', 'channels', 'TaskChannel', 'taskChannels', {
    get: ({ workspace }, name) =>
      workspace.taskChannels.get(name) ??
      [...workspace.taskChannels.rows()].find((row) => row.uniqueName === name),
    show: showTaskChannel,
    filters: {},
    edits: taskChannelEdits,
  }),
  within<Task>('Tasks', 'tasks', 'Task', 'tasks', {
    show: showTask,
    edits: taskEdits,
    etags: 'rows and lists',
    filters: {
      Priority: ([value]) => {
        if (!/^-?\d+$/.test(value!)) throw badRequest(`Invalid Priority "${value}": must be a whole number.`);
        return (row) => row.priority === Number(value);
      },
      AssignmentStatus: isOneOf('AssignmentStatus', described.taskStatuses, (row) => row.status),
      WorkflowSid: isSidOf('Workflow', 'WorkflowSid', (row) => row.workflowSid),
      WorkflowName: is((row, scope) => scope.workspace.workflows.get(row.workflowSid)?.friendlyName ?? null),
      TaskQueueSid: isSidOf('TaskQueue', 'TaskQueueSid', (row) => row.queueSid),
      TaskQueueName: is((row, scope) => scope.workspace.taskQueues.get(row.queueSid)?.friendlyName ?? null),
      EvaluateTaskAttributes: matchesExpression(
        'EvaluateTaskAttributes',
        'taskList',
        (task, { account }) => ({ task: account.attributesOf(task) }),
      ),
      RoutingTarget: is((row) => row.routingTarget),
      // No simulated task has add-ons.
      HasAddons: isTrue('HasAddons', () => false),
      Ordering: () => () => true,
    } satisfies FiltersOf<typeof described.tasks, Task>,
    orders: {
      DateCreated: byCreation,
      Priority: byNumber((row) => row.priority),
      VirtualStartTime: byNumber((row) => row.virtualStart),
    },
  }),
  within<Worker>('Workers', 'workers', 'Worker', 'workers', {
    show: showWorker,
    edits: workerEdits,
    etags: 'rows and lists',
    filters: {
      ActivityName: is((row, scope) => scope.workspace.activities.get(row.activitySid)!.friendlyName),
      ActivitySid: isSidOf('Activity', 'ActivitySid', (row) => row.activitySid),
      Available: isTrue(
        'Available',
        (row, scope) => scope.workspace.activities.get(row.activitySid)!.available,
      ),
      // Workers' names are unique ignoring case.
      FriendlyName:
        ([value]) =>
        (row) =>
          row.friendlyName.toLowerCase() === value!.toLowerCase(),
      TargetWorkersExpression: matchesExpression(
        'TargetWorkersExpression',
        'workerList',
        (worker, { account, workspace }) => ({ worker: new WorkerView(account, workspace, worker) }),
      ),
      TaskQueueName: targetedBy((queue) => queue.friendlyName),
      TaskQueueSid: targetedBy((queue) => queue.sid),
      Ordering: () => () => true,
    } satisfies FiltersOf<typeof described.workers, Worker>,
    orders: {
      DateCreated: byCreation,
      DateStatusChanged: byNumber((row) => row.statusChanged),
      FriendlyName: byName,
    },
  }),
  reservationsUnder('Tasks', 'rows and lists', {
    ReservationStatus: reservationStatus,
    WorkerSid: isSidOf('Worker', 'WorkerSid', (row) => row.workerSid),
  } satisfies FiltersOf<typeof described.taskReservations, Reservation>),
  reservationsUnder('Workers', 'lists', {
    ReservationStatus: reservationStatus,
  } satisfies FiltersOf<typeof described.workerReservations, Reservation>),
  resource<WorkerChannel>({
    noun: 'WorkerChannel',
    path: ['Workspaces', 'Workers', 'Channels'],
    key: 'channels',
    rows: ({ account, workspace, parent }, from) =>
      channelsOf(account, workspace, parent as Worker).filter((row) => account.sids.indexOf(row.sid) >= from),
    get: ({ account, workspace, parent }, name) =>
      channelsOf(account, workspace, parent as Worker).find(
        ({ sid, channelSid }) =>
          sid === name || channelSid === name || workspace.taskChannels.get(channelSid)?.uniqueName === name,
      ),
    show: showWorkerChannel,
    filters: {},
    orders: {},
    etags: 'none',
    edits: workerChannelEdits,
  }),
  resource<RecordedEvent>({
    noun: 'Event',
    path: ['Workspaces', 'Events'],
    key: 'events',
    rows: ({ account, workspace }, _from, query) => {
      const { from, to } = timeWindow(query, account.now());
      return account.events.between(workspace, from, to);
    },
    get: ({ account, workspace }, sid) => account.events.get(workspace, sid),
    show: showEvent,
    filters: {
      EventType: is((row) => row.type),
      ReservationSid: ofEvent('Reservation', 'reservation_sid'),
      TaskSid: ofEvent('Task', 'task_sid'),
      WorkerSid: ofEvent('Worker', 'worker_sid'),
      TaskQueueSid: ofEvent('TaskQueue', 'task_queue_sid'),
      WorkflowSid: ofEvent('Workflow', 'workflow_sid'),
      TaskChannel:
        ([channel]) =>
        ({ data }) =>
          data['task_channel_unique_name'] === channel || data['task_channel_sid'] === channel,
      Sid: is((row) => row.sid),
    },
    orders: {},
    // Twilio does not document the order; its other lists of events start with the newest.
    order: (a, b) => b.index - a.index,
    etags: 'none',
    edits: {},
  }),
];
