/** Where a task is in its workflow, as the naive procedure sees it. The table in naive.ts says what is taken how. */
import { readExpression, valueAt } from './naiveExpressions';
import type { Expression, Lookup } from './naiveExpressions';
import type { Configuration, JsonObject, Target, WorkflowPlan } from './randomCentre';

/** What happened in a centre, so that a test can see that random centres are no trivial ones. */
export type Happening =
  | 'reserved'
  | 'reserved at a later target'
  | 'reserved in a later filter'
  | 'reserved after a skip'
  | 'reserved after a timeout'
  | 'reserved a known worker'
  | 'reserved by the default filter'
  | 'reserved by order_by'
  | 'reserved again'
  | 'reserved several'
  | 'reserved past the workflow'
  | 'reserved in single-tasking'
  | 're-driven'
  | 'in a new configuration'
  | 'in the previous configuration'
  | 'workflow timeout'
  | 'workflow skipped'
  | 'no filter'
  | 'task TTL'
  | 'declined by the routing target'
  | 'accepted'
  | 'accepted after the step'
  | 'rejected'
  | 'timeout'
  | 'rescinded'
  | 'canceled';

export interface Task {
  readonly index: number;
  readonly channel: string;
  readonly workflow: WorkflowPlan;
  /** Its workflow's when the task came into it. */
  configuration: Configuration;
  readonly created: number;
  /** What its age is reckoned from where tasks are put in order. */
  readonly start: number;
  /** When it has waited too long. */
  readonly ends: number;
  readonly routingTarget: string | undefined;
  readonly note: (happening: Happening) => void;
  status: 'pending' | 'reserved' | 'assigned' | 'completed' | 'canceled';
  attributes: JsonObject;
  priority: number;
  place: Place;
  /** It has entered the step, and nothing was tried there yet. */
  entering: boolean;
  updatedWhileReserved: boolean;
  canceledAt: number | undefined;
}

/** A step: a target of a filter, or the default filter. */
export interface Place {
  readonly filter: number | 'default' | 'none';
  readonly step: number;
  readonly target: Target;
  readonly queue: string;
  /** Milliseconds of age at which the step is over. */
  readonly until: number | undefined;
  /** The sum of all timeouts up to the end of this step, in milliseconds. */
  readonly sum: number;
  /** How the task came into this step, if not from the top. */
  readonly by: 'timeout' | 'skip' | undefined;
  /** Whether the task has left a filter before. */
  readonly laterFilter: boolean;
}

const top: Place = {
  filter: 'none',
  step: 0,
  target: {},
  queue: '',
  until: undefined,
  sum: 0,
  by: undefined,
  laterFilter: false,
};

const expressions = new Map<string, Expression>();

export function holds(text: string, lookup: Lookup): boolean {
  const expression = expressions.get(text) ?? readExpression(text);
  expressions.set(text, expression);
  return expression(lookup);
}

const filtersOf = (task: Task) => task.configuration.task_routing.filters;

const matchingFilter = (task: Task, from: number) =>
  filtersOf(task).findIndex(
    ({ expression }, index) => index >= from && holds(expression, (path) => valueAt(task.attributes, path)),
  );

/** From the first filter on, at whatever age the task has. */
export function drive(task: Task, now: number): void {
  task.updatedWhileReserved = false;
  task.place = { ...top, queue: task.routingTarget ?? '' };
  if (task.routingTarget !== undefined) return;
  const filter = matchingFilter(task, 0);
  if (filter >= 0) enter(task, now, filter, 0, undefined);
  else enterDefaultOrEnd(task, now, undefined, 'no filter');
}

/** To the next step, wherever that is. */
export function leave(task: Task, now: number, by: 'timeout' | 'skip'): void {
  const { filter, step } = task.place;
  if (typeof filter !== 'number') throw new Error('The default filter is never left.');
  if (step + 1 < filtersOf(task)[filter]!.targets.length) return enter(task, now, filter, step + 1, by);
  const below = matchingFilter(task, filter + 1);
  if (below >= 0) enter(task, now, below, 0, by);
  else if (by === 'skip') enterDefaultOrEnd(task, now, by, 'workflow skipped');
  else end(task, now, 'workflow timeout');
}

export const isOver = ({ place, created }: Task, now: number) =>
  place.until !== undefined && now - created >= place.until;

function enter(task: Task, now: number, filter: number, step: number, by: Place['by']): void {
  const { targets } = filtersOf(task)[filter]!;
  const target = targets[step]!;
  const queue = targets.slice(0, step + 1).findLast((one) => one.queue !== undefined)!.queue!;
  const sum = task.place.sum + Number(target.timeout ?? 0) * 1000;
  const until = target.timeout === undefined ? undefined : sum;
  const laterFilter = task.place.laterFilter || (by !== undefined && filter !== task.place.filter);
  task.place = { filter, step, target, queue, until, sum, by, laterFilter };
  if (isOver(task, now)) leave(task, now, 'timeout');
  else arrive(task);
}

function enterDefaultOrEnd(task: Task, now: number, by: Place['by'], otherwise: Happening): void {
  const target = task.configuration.task_routing.default_filter;
  if (!target) return end(task, now, otherwise);
  task.place = {
    ...task.place,
    filter: 'default',
    step: 0,
    target,
    queue: target.queue!,
    until: undefined,
    by,
  };
  arrive(task);
}

function arrive(task: Task): void {
  const { priority } = task.place.target;
  if (priority !== undefined) task.priority = Number(priority);
  task.entering = true;
}

export function end(task: Task, now: number, because: Happening): void {
  task.status = 'canceled';
  task.canceledAt = now;
  task.note(because);
}
