import { isSid } from '../../taskrouter/sid';
import type { Row, Task, TaskQueue, Worker } from '../state/rows';
import { isUnfinished } from './edits/edits';
import type { RecordedEvent } from '../state/events';
import { eventRetention } from '../state/events';
import { list } from './lists';
import { measures, parseThresholds } from './measures';
import type { Measure, Subject } from './measures';
import type { ParameterList } from '../protocol/messages';
import { valueOf } from '../protocol/messages';
import { badRequest } from '../protocol/httpError';
import type { Scope } from './represent';
import type { Resource } from './resources';
import { isMember } from '../state/workerViews';
import { timeWindow } from '../protocol/timeWindow';

const reservations = [
  'reservations_created',
  'reservations_accepted',
  'reservations_rejected',
  'reservations_timed_out',
  'reservations_canceled',
  'reservations_rescinded',
] as const satisfies readonly Measure[];
const time = ['start_time', 'end_time'] as const satisfies readonly Measure[];
const happened = [
  ...time,
  ...reservations,
  'avg_task_acceptance_time',
  'wait_duration_until_accepted',
  'wait_duration_until_canceled',
  'split_by_wait_time',
  'tasks_canceled',
  'tasks_completed',
  'tasks_deleted',
  'tasks_moved',
] as const satisfies readonly Measure[];
const now = [
  'longest_task_waiting_age',
  'longest_task_waiting_sid',
  'tasks_by_priority',
  'tasks_by_status',
  'total_tasks',
] as const satisfies readonly Measure[];

/** The statistics of a kind of resource, and which rows and events they cover. */
interface Kind {
  /** The response's field for the resource's SID. */
  readonly sid?: string;
  readonly realtime?: readonly Measure[];
  readonly cumulative: readonly Measure[];
  /** Fields with another name in this kind's responses. */
  readonly names?: Readonly<Partial<Record<Measure, string>>>;
  /** Absent where tasks are not counted. */
  readonly task?: (row: Row) => (task: Task) => boolean;
  readonly worker: (row: Row, scope: Scope, query: ParameterList) => (worker: Worker) => boolean;
  readonly event: (row: Row, workers: readonly Worker[]) => (event: RecordedEvent) => boolean;
}

const every = () => () => true;
const targeted =
  ({ account, workspace }: Scope, queue: TaskQueue) =>
  (worker: Worker): boolean =>
    isMember(account, workspace, queue, worker);

const kinds = {
  Workspace: {
    realtime: ['activity_statistics', ...now, 'total_workers'],
    cumulative: [...happened, 'tasks_created', 'tasks_timed_out_in_workflow'],
    task: every,
    worker: every,
    event: every,
  },
  Workflow: {
    sid: 'workflow_sid',
    realtime: now,
    cumulative: [...happened, 'tasks_entered_workflow', 'tasks_timed_out_in_workflow'],
    names: { tasks_entered_workflow: 'tasks_entered' },
    task: (row) => (task) => task.workflowSid === row.sid,
    worker: every,
    event: (row) => (event) => event.data['workflow_sid'] === row.sid,
  },
  TaskQueue: {
    sid: 'task_queue_sid',
    realtime: [
      'activity_statistics',
      ...now,
      'longest_relative_task_age_in_queue',
      'longest_relative_task_sid_in_queue',
      'total_available_workers',
      'total_eligible_workers',
    ],
    cumulative: [...happened, 'tasks_entered_queue', 'wait_duration_in_queue_until_accepted'],
    names: { tasks_entered_queue: 'tasks_entered' },
    task: (row) => (task) => task.queueSid === row.sid,
    worker: (row, scope) => targeted(scope, row as TaskQueue),
    event: (row) => (event) => event.data['task_queue_sid'] === row.sid,
  },
  Worker: {
    sid: 'worker_sid',
    cumulative: [...time, ...reservations, 'activity_durations'],
    worker: (row) => (worker) => worker.sid === row.sid,
    event: (row) => (event) => event.data['worker_sid'] === row.sid,
  },
  Workers: {
    realtime: ['activity_statistics', 'total_workers'],
    cumulative: [...time, ...reservations, 'activity_durations'],
    worker: (_row, scope, query) => {
      const parameter = (name: string) => valueOf(query, name);
      const [sid, queueName, name] = [
        parameter('TaskQueueSid'),
        parameter('TaskQueueName'),
        parameter('FriendlyName'),
      ];
      const queues = [...scope.workspace.taskQueues.rows()].filter(
        (queue) =>
          queue.sid === (sid ?? queue.sid) && queue.friendlyName === (queueName ?? queue.friendlyName),
      );
      return (worker) =>
        worker.friendlyName === (name ?? worker.friendlyName) &&
        ((sid ?? queueName) === undefined || queues.some((queue) => targeted(scope, queue)(worker)));
    },
    event(_row, workers) {
      const known = new Set<unknown>(workers.map(({ sid }) => sid));
      return ({ data }) => known.has(data['worker_sid']);
    },
  },
} as const satisfies Record<string, Kind>;

/** The collection or row at a path. */
export interface ResolvedPath {
  readonly resource: Resource;
  readonly scope: Scope;
  readonly row?: Row;
}

/** Splits a path that ends in Statistics, RealTimeStatistics or CumulativeStatistics. */
export const parseStatisticsPath = (path: string) =>
  /^(?<of>.+)\/(?<part>Statistics|RealTimeStatistics|CumulativeStatistics)$/.exec(path)?.groups as
    { of: string; part: 'Statistics' | 'RealTimeStatistics' | 'CumulativeStatistics' } | undefined;

/**
 * The response to a request for statistics; undefined where TaskRouter has none.
 * @throws HttpError
 */
export function statistics(
  { resource, scope, row }: ResolvedPath,
  part: Part,
  {
    method,
    query,
    body,
  }: { readonly method: string; readonly query: ParameterList; readonly body: ParameterList },
  url: string,
): unknown {
  if (!row && resource.noun === 'TaskQueue') {
    if (part === 'RealTimeStatistics' && method === 'POST') return bulk(scope, body, url);
    return part === 'Statistics' && method === 'GET' ? ofQueues(resource, scope, query, url) : undefined;
  }
  const kind = kindOf(resource, row);
  if (!kind || method !== 'GET' || (!kind.realtime && part !== 'Statistics')) return undefined;
  return { ...statisticsOf(kind, scope, row ?? scope.workspace, part, query), url };
}

function kindOf({ noun }: Resource, row: Row | undefined): Kind | undefined {
  if (!row) return noun === 'Worker' ? kinds.Workers : undefined;
  return Object.hasOwn(kinds, noun) ? kinds[noun as keyof typeof kinds] : undefined;
}

type Part = NonNullable<ReturnType<typeof parseStatisticsPath>>['part'];

const statisticsOf = (
  kind: Kind,
  scope: Scope,
  row: Row,
  part: Part,
  query: ParameterList,
  tasks?: Iterable<Task>,
): Record<string, unknown> => ({
  account_sid: scope.account.accountSid,
  workspace_sid: scope.workspace.sid,
  ...(kind.sid && { [kind.sid]: row.sid }),
  ...measured(kind, subjectOf(kind, scope, row, query, tasks), part),
});

function measured(kind: Kind, subject: Subject, part: Part): Record<string, unknown> {
  const take = (names: readonly Measure[]) =>
    Object.fromEntries(names.map((name) => [kind.names?.[name] ?? name, measures[name](subject)]));
  if (part === 'RealTimeStatistics') return take(kind.realtime!);
  if (part === 'CumulativeStatistics') return take(kind.cumulative);
  return { cumulative: take(kind.cumulative), ...(kind.realtime && { realtime: take(kind.realtime) }) };
}

/** Filters lazily: there may be too many rows to collect first. */
function passing<T>(rows: Iterable<T>, holds: (row: T) => boolean): T[] {
  const found: T[] = [];
  for (const row of rows) if (holds(row)) found.push(row);
  return found;
}

function subjectOf(
  kind: Kind,
  scope: Scope,
  row: Row,
  query: ParameterList,
  tasks: Iterable<Task> = scope.workspace.tasks.rows(),
): Subject {
  const { account, workspace } = scope;
  const { from, to } = timeWindow(query, account.now());
  if (from < account.now() - eventRetention) {
    throw badRequest('StartDate must not be more than 30 days ago.', 14241);
  }
  const channel = valueOf(query, 'TaskChannel');
  const channels = [...workspace.taskChannels.rows()].filter(
    ({ sid, uniqueName }) => sid === channel || uniqueName === channel,
  );
  const ofChannel = (sid: unknown) => channel === undefined || channels.some((one) => one.sid === sid);
  const [isTask, isWorker] = [kind.task?.(row), kind.worker(row, scope, query)];
  const workers = passing(workspace.workers.rows(), isWorker);
  const isEvent = kind.event(row, workers);
  return {
    account,
    workspace,
    from,
    to,
    workers,
    thresholds: parseThresholds(valueOf(query, 'SplitByWaitTime')),
    tasks: isTask
      ? passing(tasks, (task) => isUnfinished(task) && isTask(task) && ofChannel(task.channelSid))
      : [],
    events: passing(
      account.events.between(workspace, from, to),
      (event) => isEvent(event) && ofChannel(event.data['task_channel_sid']),
    ),
  };
}

/** A page of queues, each with its statistics. */
function ofQueues(resource: Resource, scope: Scope, query: ParameterList, url: string): unknown {
  const { FriendlyName } = resource.filters;
  // Rows of a large workspace are generated on demand; this does it once for all queues.
  const tasks = [...scope.workspace.tasks.rows()];
  const show = (_scope: Scope, row: Row) =>
    statisticsOf(kinds.TaskQueue, scope, row, 'Statistics', query, tasks);
  const filters = { FriendlyName: FriendlyName! };
  return list({ ...resource, key: 'task_queues_statistics', show, filters }, scope, query, url).body;
}

/**
 * Real-time statistics of many queues. Twilio does not document the request's shape: any JSON that contains
 * queue SIDs; without any, all queues.
 */
function bulk(scope: Scope, body: ParameterList, url: string): unknown {
  // A JSON body was parsed as a form, which leaves SIDs intact.
  const sids = body.flatMap((pair) => pair.join('=').match(/WQ[0-9a-fA-F]{32}/g) ?? []);
  const unknown = sids.find((sid) => !isSid('TaskQueue', sid) || !scope.workspace.taskQueues.get(sid));
  if (unknown !== undefined) throw badRequest(`There is no TaskQueue ${unknown} in this Workspace.`);
  const queues = [...scope.workspace.taskQueues.rows()].filter(
    ({ sid }) => !sids.length || sids.includes(sid),
  );
  const tasks = [...scope.workspace.tasks.rows()];
  return {
    account_sid: scope.account.accountSid,
    workspace_sid: scope.workspace.sid,
    task_queue_data: queues.map((queue) => ({
      task_queue_sid: queue.sid,
      ...measured(kinds.TaskQueue, subjectOf(kinds.TaskQueue, scope, queue, [], tasks), 'RealTimeStatistics'),
    })),
    task_queue_response_count: queues.length,
    url,
  };
}
