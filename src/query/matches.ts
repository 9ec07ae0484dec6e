import { exactAttributes } from '../taskrouter/attributes';
import type { ExactNumber } from '../taskrouter/exactNumbers';
import { exactNumber } from '../taskrouter/exactNumbers';
import type { Task } from '../taskrouter/resources';
import { durationOf, fromKeys, numberOf, statusesOf } from './fields';
import type { Named } from './plan';
import { hasPhoneNumber, readPhoneNumber } from './phoneNumber';
import type { Condition, Query } from './syntax';
import { compareNumbers, isNumber, textOf, valueAt } from './values';

/** What a query needs of a task. Dates are in milliseconds since 1970. */
export interface ListedTask {
  readonly sid: string;
  readonly workspace: string;
  readonly workspaceSid: string;
  readonly status: string;
  /** JSON as the task's creator wrote it. */
  readonly attributes: string;
  readonly created: number | undefined;
  readonly enteredQueue: number | undefined;
  readonly updated: number | undefined;
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
  /** How many workers are eligible for a queue; undefined where that is not known. */
  readonly eligibleIn: (queueSid: string) => number | undefined;
  /** Milliseconds a reservation of this workflow may be pending; undefined where that is not known. */
  readonly timeoutOf: (workflowSid: string) => number | undefined;
}

export const noLookups: Lookups = {
  workersOf: () => [],
  eligibleIn: () => undefined,
  timeoutOf: () => undefined,
};

export type LookupName = 'workers' | 'queues' | 'workflows';

/** What has to be read before a task can be compared with this query. */
export function lookupsOf({ alternatives }: Query): ReadonlySet<LookupName> {
  const all = alternatives
    .flat()
    .flatMap(({ field, values }): LookupName[] => [
      ...(field === 'worker' ? (['workers'] as const) : []),
      ...(field === 'is' && values.includes('unserved') ? (['queues'] as const) : []),
      ...(field === 'is' && values.includes('overdue') ? (['workflows'] as const) : []),
    ]);
  return new Set(all);
}

/** `now`: milliseconds since 1970 by TaskRouter's clock. */
export type Matcher = (task: ListedTask, now: number, lookups?: Lookups) => boolean;

type Test = (subject: Subject) => boolean;

/** A task while it is compared: its attributes are parsed once, and only when a condition needs them. */
class Subject {
  private parsed: Readonly<Record<string, unknown>> | undefined | null = null;

  constructor(
    readonly task: ListedTask,
    readonly now: number,
    readonly lookups: Lookups,
  ) {}

  attribute(path: readonly string[]): unknown {
    if (this.parsed === null) this.parsed = exactAttributes(this.task.attributes);
    return valueAt(this.parsed, path);
  }
}

/** Compiles a query to a function that is called for each of many tasks. */
export function matcher({ alternatives }: Query): Matcher {
  const tests = alternatives.map((conditions) => conditions.map(testOf));
  return (task, now, lookups = noLookups) => {
    if (tests.length === 0) return true;
    const subject = new Subject(task, now, lookups);
    return tests.some((all) => all.every((test) => test(subject)));
  };
}

const testOf = (condition: Condition): Test => {
  const test = positive(condition);
  return condition.negated ? (subject) => !test(subject) : test;
};

function positive(condition: Condition): Test {
  const { field, values } = condition;
  switch (field) {
    case 'status':
      return ({ task }) => values.includes(task.status);
    case 'is':
      return (subject) => values.some((flag) => hasFlag(flag, subject));
    case 'age':
      return duration(condition, ({ created }) => created);
    case 'queued':
      return duration(condition, ({ enteredQueue }) => enteredQueue);
    case 'updated':
      return duration(condition, ({ updated }) => updated);
    case 'priority': {
      const test = number(condition);
      return ({ task }) => task.priority !== undefined && test(task.priority);
    }
    case 'workspace':
    case 'queue':
    case 'workflow':
    case 'channel':
    case 'reason':
    case 'sid': {
      const test = textTest(condition);
      return ({ task }) => test(task[field]);
    }
    case 'worker': {
      const test = textTest(condition);
      return ({ task, lookups }) => lookups.workersOf(task.sid).some(test);
    }
    case 'from': {
      const test = addressTest(condition);
      return (subject) => fromKeys.some((key) => test(textOf(subject.attribute([key]))));
    }
    case 'attributes':
      return attribute(condition);
    case 'text':
      return words(condition);
  }
}

function hasFlag(flag: string, { task, now, lookups }: Subject): boolean {
  if (!(statusesOf[flag] as readonly string[]).includes(task.status)) return false;
  if (flag === 'unserved') return lookups.eligibleIn(task.queueSid) === 0;
  if (flag !== 'overdue') return true;
  const timeout = lookups.timeoutOf(task.workflowSid);
  // The last update may be later than the reservation, never earlier.
  return timeout !== undefined && task.updated !== undefined && now - task.updated > timeout;
}

function compare(
  comparator: Condition['comparator'],
  value: number | ExactNumber,
  bound: number | ExactNumber,
): boolean {
  const order = compareNumbers(value, bound);
  switch (comparator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    default:
      return order === 0;
  }
}

function duration({ comparator, values }: Condition, since: (task: ListedTask) => number | undefined): Test {
  const bound = durationOf(values[0]!)!;
  return ({ task, now }) => {
    const at = since(task);
    return at !== undefined && compare(comparator, now - at, bound);
  };
}

/** Values that are no numbers are left out. */
function number({ comparator, values }: Condition): (value: number | ExactNumber) => boolean {
  const bounds = values.filter((value) => numberOf(value) !== undefined).map(exactNumber);
  return (value) => bounds.some((bound) => compare(comparator, value, bound));
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

/** `:` finds a part of the text in any letter case, `=` compares all of it. */
export function textTest({ comparator, values }: Condition): (text: string) => boolean {
  if (comparator === '=') return (text) => values.includes(text);
  const wanted = values.map((value) => value.toLowerCase());
  return (text) => {
    const lower = text.toLowerCase();
    return wanted.some((one) => lower.includes(one));
  };
}

/** A phone number fits in any notation. */
function addressTest(condition: Condition): (text: string) => boolean {
  const test = textTest(condition);
  const numbers = condition.values.flatMap((value) => readPhoneNumber(value) ?? []);
  return (text) => test(text) || numbers.some((number) => hasPhoneNumber(text, number));
}

/** An element of a list fits as the list itself would. */
function attribute(condition: Condition): Test {
  const { comparator, path = [] } = condition;
  const numberTest = number(condition);
  if (/[<>]/.test(comparator))
    return (subject) => {
      const value = subject.attribute(path);
      return isNumber(value) && numberTest(value);
    };
  const test = textTest(condition);
  const fits = (value: unknown) =>
    isNumber(value) && comparator === '='
      ? numberTest(value)
      : (typeof value === 'string' || typeof value === 'boolean' || isNumber(value)) && test(textOf(value));
  return (subject) => {
    const value = subject.attribute(path);
    return Array.isArray(value) ? value.some(fits) : fits(value);
  };
}

function words(condition: Condition): Test {
  const test = textTest(condition);
  return ({ task }) =>
    [task.sid, task.attributes, task.queue, task.workflow, task.channel, task.reason].some(test);
}
