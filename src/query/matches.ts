import type { QueueStatistics } from '../taskrouter/queueStatistics';
import type { Task } from '../taskrouter/resources';
import type { Test } from './conditions';
import { attribute, compile, duration, number, textTest } from './conditions';
import { fromKeys, statusesOf } from './fields';
import type { Named } from './plan';
import { hasPhoneNumber, readPhoneNumber } from './phoneNumber';
import type { ListedRow } from './rows';
import { Subject } from './rows';
import type { Condition, Query } from './syntax';
import { textOf } from './values';

/** What a query needs of a task. Dates are in milliseconds since 1970. */
export interface ListedTask extends ListedRow {
  readonly status: string;
  readonly enteredQueue: number | undefined;
  readonly priority: number | undefined;
  readonly reason: string;
  readonly queue: string;
  readonly queueSid: string;
  readonly workflow: string;
  readonly workflowSid: string;
  readonly channel: string;
}

export const listedTask = (task: Task, workspace: Named): ListedTask => ({
  sid: task.sid,
  workspace: workspace.name,
  workspaceSid: workspace.sid,
  status: task.assignment_status ?? '',
  attributes: task.attributes ?? '',
  created: task.date_created?.getTime(),
  enteredQueue: task.task_queue_entered_date?.getTime(),
  updated: task.date_updated?.getTime(),
  priority: task.priority ?? undefined,
  reason: task.reason ?? '',
  queue: task.task_queue_friendly_name ?? '',
  queueSid: task.task_queue_sid ?? '',
  workflow: task.workflow_friendly_name ?? '',
  workflowSid: task.workflow_sid ?? '',
  channel: task.task_channel_unique_name ?? '',
});

/** What a task does not say of itself. */
export interface Lookups {
  /** The names of the workers who have this task or are offered it. */
  readonly workersOf: (taskSid: string) => readonly string[];
  /** How many workers a queue has; undefined where that is not known. */
  readonly workersIn: (queueSid: string) => QueueStatistics | undefined;
  /** Milliseconds a reservation of this workflow may be pending; undefined where that is not known. */
  readonly timeoutOf: (workflowSid: string) => number | undefined;
}

export const noLookups: Lookups = {
  workersOf: () => [],
  workersIn: () => undefined,
  timeoutOf: () => undefined,
};

export type LookupName = 'workers' | 'queues' | 'workflows';

/** What has to be read before a task can be compared with this query. */
export function lookupsOf({ alternatives }: Query): ReadonlySet<LookupName> {
  const all = alternatives
    .flat()
    .flatMap(({ field, values }): LookupName[] => [
      ...(field === 'worker' ? (['workers'] as const) : []),
      ...(field === 'is' && values.some((flag) => flag === 'unstaffed' || flag === 'unserved')
        ? (['queues'] as const)
        : []),
      ...(field === 'is' && values.includes('overdue') ? (['workflows'] as const) : []),
    ]);
  return new Set(all);
}

/** `now`: milliseconds since 1970 by TaskRouter's clock. */
export type Matcher = (task: ListedTask, now: number, lookups?: Lookups) => boolean;

class TaskSubject extends Subject<ListedTask> {
  constructor(
    task: ListedTask,
    now: number,
    readonly lookups: Lookups,
  ) {
    super(task, now);
  }
}

/** Compiles a query to a function that is called for each of many tasks. */
export function matcher(query: Query): Matcher {
  const matches = compile(query, testOf);
  return (task, now, lookups = noLookups) => matches(new TaskSubject(task, now, lookups));
}

function testOf(condition: Condition): Test<TaskSubject> {
  const { field, values } = condition;
  switch (field) {
    case 'status':
      return ({ row }) => values.includes(row.status);
    case 'is':
      return (subject) => values.some((flag) => hasFlag(flag, subject));
    case 'age':
      return duration<ListedTask>(condition, ({ created }) => created);
    case 'queued':
      return duration<ListedTask>(condition, ({ enteredQueue }) => enteredQueue);
    case 'updated':
      return duration<ListedTask>(condition, ({ updated }) => updated);
    case 'priority': {
      const test = number(condition);
      return ({ row }) => row.priority !== undefined && test(row.priority);
    }
    case 'workspace':
    case 'queue':
    case 'workflow':
    case 'channel':
    case 'reason':
    case 'sid': {
      const test = textTest(condition);
      return ({ row }) => test(row[field]);
    }
    case 'worker': {
      const test = textTest(condition);
      return ({ row, lookups }) => lookups.workersOf(row.sid).some(test);
    }
    case 'from': {
      const test = addressTest(condition);
      return (subject) => fromKeys.some((key) => test(textOf(subject.attribute([key]))));
    }
    case 'attributes':
      return attribute(condition);
    default:
      return words(condition);
  }
}

function hasFlag(flag: string, { row, now, lookups }: TaskSubject): boolean {
  if (!(statusesOf[flag] as readonly string[]).includes(row.status)) return false;
  if (flag === 'unstaffed') return lookups.workersIn(row.queueSid)?.available === 0;
  if (flag === 'unserved') return lookups.workersIn(row.queueSid)?.eligible === 0;
  if (flag !== 'overdue') return true;
  const timeout = lookups.timeoutOf(row.workflowSid);
  // The last update may be later than the reservation, never earlier.
  return timeout !== undefined && row.updated !== undefined && now - row.updated > timeout;
}

/**
 * What of a query is left to compare in a workspace, whose tasks all have its name; undefined when none of them can
 * match.
 */
export function inWorkspace({ alternatives }: Query, name: string): Query | undefined {
  const holds = (condition: Condition) =>
    condition.field !== 'workspace' || textTest(condition)(name) !== condition.negated;
  const left = alternatives
    .filter((all) => all.every(holds))
    .map((all) => all.filter(({ field }) => field !== 'workspace'));
  if (alternatives.length > 0 && left.length === 0) return undefined;
  return { alternatives: left.some((all) => all.length === 0) ? [] : left };
}

/** A phone number fits in any notation. */
function addressTest(condition: Condition): (text: string) => boolean {
  const test = textTest(condition);
  const numbers = condition.values.flatMap((value) => readPhoneNumber(value) ?? []);
  return (text) => test(text) || numbers.some((number) => hasPhoneNumber(text, number));
}

function words(condition: Condition): Test<TaskSubject> {
  const test = textTest(condition);
  return ({ row }) => [row.sid, row.attributes, row.queue, row.workflow, row.channel, row.reason].some(test);
}
