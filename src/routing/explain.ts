import type { Reason } from './expressions/compile';
import type { Attributes } from './expressions/scope';
import { taskComparison } from './tasks';
import type { TaskOrder } from './tasks';
import { eligibleWorkers, qualifies, verdicts } from './workers/candidates';
import type { Opening, Verdict } from './workers/candidates';
import type { RoutedWorker, WorkerPool } from './workers/pool';
import type { Target } from './workflow/configuration';
import type { Position, WayOut, WorkflowRouter } from './workflow/router';

/** A task as the API shows it. Times are milliseconds since 1970. */
export interface TaskFacts {
  readonly sid: string;
  readonly status: string;
  readonly attributes: Attributes;
  readonly priority: number;
  readonly created: number;
  readonly virtualStart: number;
  /** Its channel's unique name. */
  readonly channel: string;
  readonly perChannel?: boolean;
  readonly queue: string;
  /** The SID of its routing target, if it has one. */
  readonly routingTarget?: string;
  readonly ignoreCapacity?: boolean;
  /** The SIDs of workers who rejected it or let it time out. */
  readonly declinedBy?: readonly string[];
  /** Its position in its workflow. The API does not return it; it is inferred when absent. */
  readonly position?: Position;
}

export interface QueueFacts {
  readonly sid: string;
  readonly targetWorkers: string;
  readonly maxReservedWorkers: number;
  readonly taskOrder: TaskOrder;
}

/** What a task's routing depends on at one time. */
export interface Situation {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly multitasking: boolean;
  readonly prioritizeQueueOrder: TaskOrder;
  readonly workflow: WorkflowRouter;
  readonly queues: ReadonlyMap<string, QueueFacts>;
  readonly workers: WorkerPool;
}

export interface TargetTrace {
  readonly target: Target;
  /** When its timeout is over, in milliseconds since 1970; undefined without timeout. */
  readonly deadline?: number;
  /**
   * `passed` before the task's target, `unreachable` after a target that tasks leave only when they are accepted or
   * canceled.
   */
  readonly state: 'passed' | 'current' | 'possible' | 'ahead' | 'unreachable';
}

export interface FilterTrace {
  readonly name: string;
  /** Absent for the default filter. */
  readonly because?: Reason;
  readonly matches: boolean;
  readonly targets: readonly TargetTrace[];
}

export interface RoutingExplanation {
  /** The workflow's filters from the top, and the default filter if there is one. */
  readonly filters: readonly FilterTrace[];
  /** The task's position; absent when its routing target bypasses the workflow, or when no target fits. */
  readonly position?: Position;
  /** Other positions that fit what is known equally well. */
  readonly alternatives: readonly Position[];
  /** When the task leaves its target if no worker accepts it, and where it goes then. */
  readonly next?: { readonly at: number; readonly to: Position | WayOut };
  /** The SIDs of the workers who could be reserved now, in TaskRouter's order. */
  readonly eligible: readonly string[];
  readonly maxReservedWorkers: number;
  readonly verdicts: ReadonlyMap<string, Verdict>;
}

/** Explains where a pending or reserved task is in its workflow, and which workers can get it. */
export function explainTask(task: TaskFacts, situation: Situation): RoutingExplanation {
  const { workflow, workers, queues } = situation;
  const possible = bypassesWorkflow(task) ? [] : positionsOf(task, situation);
  const [position] = possible;
  const opening = openingOf(task, situation, position);
  const verdictOn = verdicts(workers, opening);
  const next = position && nextOf(position, task, situation);
  return {
    filters: traceFilters(task, workflow, possible),
    ...(position ? { position } : {}),
    alternatives: possible.slice(1),
    ...(next ? { next } : {}),
    eligible: eligibleWorkers(workers, opening).map(({ sid }) => sid),
    maxReservedWorkers: queues.get(task.queue)?.maxReservedWorkers ?? 1,
    verdicts: new Map([...workers.all()].map((worker) => [worker.sid, verdictOn(worker)])),
  };
}

/** The waiting tasks that a worker would be offered before this one, in that order. */
export function tasksAhead(
  task: TaskFacts,
  others: readonly TaskFacts[],
  worker: RoutedWorker,
  situation: Situation,
): string[] {
  const { workers, queues, prioritizeQueueOrder } = situation;
  const waiting = (one: TaskFacts) => ({
    ...one,
    place: one.created,
    taskOrder: queues.get(one.queue)?.taskOrder ?? ('FIFO' as const),
  });
  const compare = taskComparison(prioritizeQueueOrder);
  const own = waiting(task);
  return others
    .filter((other) => other.sid !== task.sid && other.status === 'pending')
    .map(waiting)
    .filter((other) => compare(other, own) < 0)
    .filter((other) => {
      const [position] = bypassesWorkflow(other) ? [] : positionsOf(other, situation);
      return qualifies(workers, openingOf(other, situation, position))(worker);
    })
    .sort(compare)
    .map(({ sid }) => sid);
}

const ageOf = ({ created }: TaskFacts, { now }: Situation): number => (now - created) / 1000;

const bypassesWorkflow = ({ routingTarget }: TaskFacts): boolean =>
  routingTarget !== undefined && !routingTarget.startsWith('WW');

function openingOf(task: TaskFacts, situation: Situation, position: Position | undefined): Opening {
  const { routingTarget, ignoreCapacity = true } = task;
  const direct = routingTarget?.startsWith('WK') ? { worker: { sid: routingTarget, ignoreCapacity } } : {};
  const declinedBy = new Set(task.declinedBy);
  return {
    task: { sid: task.sid, attributes: task.attributes, channel: task.channel, declinedBy, ...direct },
    targetWorkers: situation.queues.get(task.queue)?.targetWorkers ?? '',
    target: position ? situation.workflow.target(position) : {},
    multitasking: situation.multitasking,
    perChannel: task.perChannel ?? false,
  };
}

/** The possible positions of a task, likeliest first: targets that match its queue and priority, the earliest first. */
function positionsOf(task: TaskFacts, situation: Situation): Position[] {
  if (task.position) return [task.position];
  const { workflow } = situation;
  const all = reachable(task, situation);
  const agrees = (position: Position) => {
    const { queue, priority } = workflow.target(position);
    return queue === task.queue && (priority === undefined || priority === task.priority);
  };
  return all.filter(agrees);
}

/** Targets that a task of this age can be in. Which ones were skipped depends on conditions at that time. */
function reachable(task: TaskFacts, situation: Situation): Position[] {
  const { workflow } = situation;
  // A reservation can last longer than the timeout of its target, so the age of a reserved task says nothing.
  const age = task.status === 'pending' ? ageOf(task, situation) : 0;
  const from = workflow.enter(task.attributes, age);
  const found: Position[] = [];
  for (let position = from; typeof position !== 'string';) {
    found.push(position);
    const { timeout, skipIf } = workflow.target(position);
    const expires = task.status !== 'pending' && timeout !== undefined;
    if (skipIf === undefined && !expires) break;
    const next = workflow.leave(position, skipIf === undefined ? 'timeout' : 'skip', task.attributes, age);
    if (next === position) break;
    position = next;
  }
  return found;
}

function nextOf(position: Position, task: TaskFacts, situation: Situation): RoutingExplanation['next'] {
  const { workflow } = situation;
  const deadline = workflow.deadline(position);
  if (deadline === undefined) return undefined;
  const age = Math.max(deadline, ageOf(task, situation));
  const to = workflow.leave(position, 'timeout', task.attributes, age);
  return { at: task.created + deadline * 1000, to };
}

function traceFilters(
  task: TaskFacts,
  workflow: WorkflowRouter,
  possible: readonly Position[],
): FilterTrace[] {
  const { filters, defaultTarget } = workflow.rules;
  const reasons = workflow.matches(task.attributes);
  const traced = filters.map(({ name, targets }, i): FilterTrace => {
    const because = reasons[i]!;
    return { name, because, matches: because.result === true, targets: traceTargets(i, targets) };
  });
  const otherwise = defaultTarget
    ? [
        {
          name: 'default_filter',
          matches: !traced.some(({ matches }) => matches),
          targets: traceTargets('default', [defaultTarget]),
        },
      ]
    : [];
  return [...traced, ...otherwise];

  function traceTargets(filter: Position['filter'], targets: readonly Target[]): TargetTrace[] {
    const [current] = possible;
    const countedFrom = current?.filter === filter ? current.countedFrom : 0;
    return targets.map((target, i) => {
      const position = { filter, target: i, countedFrom };
      const deadline = workflow.deadline(position);
      return {
        target,
        ...(deadline === undefined ? {} : { deadline: task.created + deadline * 1000 }),
        state: stateOf(position, targets, possible),
      };
    });
  }
}

function stateOf(
  position: Position,
  targets: readonly Target[],
  possible: readonly Position[],
): TargetTrace['state'] {
  const [current, ...others] = possible;
  const isHere = (one: Position | undefined) =>
    one?.filter === position.filter && one.target === position.target;
  if (isHere(current)) return 'current';
  if (others.some(isHere)) return 'possible';
  const leaves = ({ timeout, skipIf }: Target) => timeout !== undefined || skipIf !== undefined;
  if (!targets.slice(0, position.target).every(leaves)) return 'unreachable';
  if (!current) return 'ahead';
  return isBefore(position, current) ? 'passed' : 'ahead';
}

function isBefore(a: Position, b: Position): boolean {
  const rank = ({ filter }: Position) => (filter === 'default' ? Infinity : filter);
  return rank(a) < rank(b) || (rank(a) === rank(b) && a.target < b.target);
}
