import { exactNumber } from '../taskrouter/exactNumbers';
import { taskStatuses } from '../taskrouter/resources';
import type { TaskStatus } from './fields';
import { numberOf, statusesOf } from './fields';
import type { Condition, Query } from './syntax';
import { nameOf } from './syntax';

/** A resource that a condition can name. */
export interface Named {
  readonly sid: string;
  readonly name: string;
}

/** What the workspace has; undefined where that was not read. */
export interface WorkspaceNames {
  readonly queues?: readonly Named[] | undefined;
  readonly workflows?: readonly Named[] | undefined;
}

/** The filters of a list of tasks. https://www.twilio.com/docs/taskrouter/api/task#read-multiple-task-resources */
export interface TaskFilters {
  readonly priority?: number;
  readonly taskQueueSid?: string;
  readonly taskQueueName?: string;
  readonly workflowSid?: string;
  readonly workflowName?: string;
  readonly evaluateTaskAttributes?: string;
}

/** What is read for a query. Each task that is read has to be compared with the whole query all the same. */
export interface Plan {
  /** The statuses to read, each by a list of its own; none when no task can match. */
  readonly statuses: readonly TaskStatus[];
  readonly filters: TaskFilters;
  /** The names of the fields by which TaskRouter filters. */
  readonly pushed: readonly string[];
  /** The names of the fields by which tasks are filtered when they have been read. */
  readonly local: readonly string[];
}

/** One filter, and whether no other condition is needed for what it stands for. */
interface Pushed {
  readonly filters: TaskFilters;
  readonly expression?: string;
}

/** Divides a query into what TaskRouter filters and the rest. */
export function plan({ alternatives }: Query, names: WorkspaceNames = {}): Plan {
  const conditions = alternatives.flat();
  const statuses = taskStatuses.filter(
    (status) => alternatives.length === 0 || alternatives.some((all) => all.every(allows(status))),
  );
  let filters: TaskFilters = {};
  const expressions: string[] = [];
  const pushed = new Set<Condition>(conditions.filter(isOfStatus));
  // Only what has to hold in every case can be left to TaskRouter.
  for (const condition of alternatives.length === 1 ? conditions : []) {
    const part = pushedPart(condition, names);
    const isTaken = part && Object.keys(part.filters).some((key) => key in filters);
    if (!part || isTaken) continue;
    filters = { ...filters, ...part.filters };
    if (part.expression !== undefined) expressions.push(part.expression);
    pushed.add(condition);
  }
  if (expressions.length) filters = { ...filters, evaluateTaskAttributes: expressions.join(' AND ') };
  const namesOf = (some: readonly Condition[]) => [
    ...new Set(some.map((one) => (isOfStatus(one) ? 'status' : nameOf(one)))),
  ];
  return {
    statuses,
    filters,
    pushed: namesOf(conditions.filter((one) => pushed.has(one))),
    local: namesOf(conditions.filter((one) => !pushed.has(one))),
  };
}

const isOfStatus = ({ field, values }: Condition) =>
  field === 'status' || (field === 'is' && values.every((flag) => flag === 'open' || flag === 'finished'));

/** Whether a task with this status may fit the condition. */
const allows =
  (status: TaskStatus) =>
  (condition: Condition): boolean => {
    const { field, negated, values } = condition;
    const includes =
      field === 'is' ? values.some((flag) => statusesOf[flag]!.includes(status)) : values.includes(status);
    if (field !== 'status' && field !== 'is') return true;
    // A task that is not overdue may have any status.
    if (negated) return !isOfStatus(condition) || !includes;
    return includes;
  };

function pushedPart(condition: Condition, names: WorkspaceNames): Pushed | undefined {
  const { field, negated, comparator, values } = condition;
  const [value, ...others] = values;
  if (negated || value === undefined || others.length > 0) return undefined;
  if (field === 'priority') {
    const priority = numberOf(value)!;
    return /[<>]/.test(comparator) || !Number.isSafeInteger(priority) ? undefined : { filters: { priority } };
  }
  if (field === 'queue') {
    if (comparator === '=') return { filters: { taskQueueName: value } };
    const sid = onlyMatch(names.queues, value);
    return sid === undefined ? undefined : { filters: { taskQueueSid: sid } };
  }
  if (field === 'workflow') {
    if (comparator === '=') return { filters: { workflowName: value } };
    const sid = onlyMatch(names.workflows, value);
    return sid === undefined ? undefined : { filters: { workflowSid: sid } };
  }
  const expression = field === 'attributes' ? attributeExpression(condition, value) : undefined;
  return expression === undefined ? undefined : { filters: {}, expression };
}

/** The SID of the only one whose name has this part. */
export function onlyMatch(all: readonly Named[] | undefined, part: string): string | undefined {
  const wanted = part.toLowerCase();
  const found = all?.filter(({ name }) => name.toLowerCase().includes(wanted)) ?? [];
  return found.length === 1 ? found[0]!.sid : undefined;
}

/** Texts that no doubt about TaskRouter's syntax concerns: without quotes, backslashes and hyphens. */
const isSafeText = (text: string) => /^[\w .+@:/]+$/.test(text);
const keywords = new Set([
  'and',
  'or',
  'not',
  'in',
  'has',
  'contains',
  'null',
  'true',
  'false',
  'task',
  'worker',
]);
const isSafeKey = (key: string) => /^[A-Za-z_]\w*$/.test(key) && !keywords.has(key.toLowerCase());

/**
 * An expression that is true for every task that fits, and perhaps for others.
 * https://www.twilio.com/docs/taskrouter/expression-syntax
 */
function attributeExpression({ path = [], comparator }: Condition, value: string): string | undefined {
  if (!path.every(isSafeKey)) return undefined;
  const key = path.join('.');
  const isNumber = numberOf(value) !== undefined;
  if (isNumber && (value.startsWith('-') || typeof exactNumber(value) !== 'number')) return undefined;
  // Rounded, a number that is more may be equal.
  if (/[<>]/.test(comparator)) return isNumber ? `${key} ${comparator[0]}= ${value}` : undefined;
  if (comparator !== '=' || !isSafeText(value)) return undefined;
  const literals = [`"${value}"`, ...(isNumber || value === 'true' || value === 'false' ? [value] : [])];
  const parts = literals.flatMap((literal) => [`${key} == ${literal}`, `${key} HAS ${literal}`]);
  return `(${parts.join(' OR ')})`;
}
