import { printPath } from '../routing/expressions/syntax';
import type { Target } from '../routing/workflow/configuration';
import type { Position, WayOut, WorkflowRouter } from '../routing/workflow/router';
import { message } from '../taskrouter/message';
import type { Message } from '../taskrouter/message';
import { comparisonLines } from './comparisons';
import type { Claim, FilterLine, TargetLine, WorkflowTrace } from './explanation';
import { isWaiting } from './model';
import type { RoutingModel } from './model';
import { changedSince } from './place';
import type { Place } from './place';
import { onwards } from './skips';
import { claim, clip, listed, nameOf } from './texts';

/** The task's way through its workflow: what it passed, where it is, what comes next, and what it never reaches. */
export function workflowTrace(model: RoutingModel, place: Place): WorkflowTrace | undefined {
  const { facts, task, router } = model;
  if (!router || !facts.workflow) return undefined;
  const changed = changedSince(model);
  const next = nextOf(model, place);
  const ttl = ttlOf(model);
  return {
    workflowSid: facts.workflow.sid,
    workflowName: nameOf(facts.workflow, facts.workflow.sid),
    filters: filterLines(model, router, place),
    place: claim(placeMessage(model, place), [...place.because, ...place.ambiguity]),
    ...(next ? { next: { at: next.at, claim: next.claim } } : {}),
    // A task that its workflow cancels before does not live to see its own timeout.
    ...(isWaiting(task) && ttl !== undefined && next && !next.isEnd ? { ttl } : {}),
    ...(changed === undefined ? {} : { changedSince: changed }),
  };
}

function placeMessage(model: RoutingModel, { kind, positions }: Place): Message {
  const { task, router } = model;
  const [position] = positions;
  switch (kind) {
    case 'worker':
      return message('Bypasses the workflow: the task was created for {worker}', {
        worker: model.workerName(task.routing_target!),
      });
    case 'queue':
      return message('Bypasses the workflow: the task was created for {queue}', {
        queue: model.queueName(task.routing_target),
      });
    case 'no filter':
      return message('No filter matches, and the workflow has no default filter');
    case 'target':
      return targetMessage(model, router!, position!);
    default:
      return message('In {queue}', { queue: model.queueName(task.task_queue_sid) });
  }
}

/** `target 2 of filter “Billing”` */
function targetMessage(model: RoutingModel, router: WorkflowRouter, position: Position): Message {
  const queue = model.queueName(router.target(position).queue);
  const waits = isWaiting(model.task);
  if (position.filter === 'default') {
    return waits
      ? message('In {queue}, by the default filter', { queue })
      : message('Was in {queue}, by the default filter', { queue });
  }
  const args = {
    queue,
    target: position.target + 1,
    count: router.filter(position)!.targets.length,
    filter: filterName(router, position.filter),
  };
  return waits
    ? message('In {queue}, target {target} of {count} in filter {filter}', args)
    : message('Was in {queue}, target {target} of {count} in filter {filter}', args);
}

const filterName = ({ rules }: WorkflowRouter, filter: number): string =>
  clip(rules.filters[filter]!.name || `#${filter + 1}`);

/** When the task's own timeout is over, in milliseconds since 1970. */
const ttlOf = (model: RoutingModel): number | undefined =>
  typeof model.task.timeout === 'number' ? model.atAge(model.task.timeout) : undefined;

/** What happens when the target's time, or the task's own, is over before somebody accepts the task. */
function nextOf(
  model: RoutingModel,
  place: Place,
): { readonly at: number; readonly claim: Claim; readonly isEnd: boolean } | undefined {
  const { router, task } = model;
  if (!isWaiting(task)) return undefined;
  const [position] = place.positions;
  const ttl = ttlOf(model);
  const deadline = position && router!.deadline(position);
  const at = deadline === undefined ? undefined : model.atAge(deadline);
  const because = [...place.because, ...place.ambiguity];
  if (position && at !== undefined && (ttl === undefined || at < ttl)) {
    const age = Math.max(deadline!, (model.now - model.created.latest) / 1000);
    const { to, skipped, because: mayDiffer } = onwards(model, position, age);
    const step = departureMessage(model, router!, to);
    const queues = skipped.map((one) => model.queueName(router!.target(one).queue));
    const said =
      queues.length === 0 ? step : message('Skips {queues}. {step}', { queues: listed(queues), step });
    return { at, claim: claim(said, [...because, ...mayDiffer]), isEnd: typeof to === 'string' };
  }
  if (ttl === undefined) return undefined;
  const end = message('TaskRouter cancels the task if nobody accepts it');
  return { at: ttl, claim: claim(end, because), isEnd: true };
}

function departureMessage(model: RoutingModel, router: WorkflowRouter, to: Position | WayOut): Message {
  if (typeof to === 'string') {
    return message('TaskRouter cancels the task: no other target or matching filter follows');
  }
  const queue = model.queueName(router.target(to).queue);
  return to.filter === 'default'
    ? message('Moves to {queue}, by the default filter', { queue })
    : message('Moves to {queue}, target {target} of filter {filter}', {
        queue,
        target: to.target + 1,
        filter: filterName(router, to.filter),
      });
}

function filterLines(model: RoutingModel, router: WorkflowRouter, place: Place): FilterLine[] {
  const { filters, defaultTarget } = router.rules;
  const reasons = router.matches(model.attributes);
  const way = wayOf(
    router,
    reasons.map(({ result }) => result === true),
    place,
  );
  const isOver = !isWaiting(model.task);
  const stateOf = (state: State): State => (isOver ? (finalStates[state] ?? state) : state);
  const lines = filters.map(({ expression, targets }, i): FilterLine => {
    const because = reasons[i]!;
    return {
      name: filterName(router, i),
      expression,
      matches: because.result === true,
      comparisons: comparisonLines(because, expression),
      targets: targets.map((target, j) =>
        targetLine(model, target, stateOf(way.filters[i]![j]!), deadlineOf(i, j)),
      ),
    };
  });
  if (!defaultTarget) return lines;
  const matches = !lines.some((line) => line.matches);
  const targets = [targetLine(model, defaultTarget, stateOf(way.default), undefined)];
  return [...lines, { name: 'default_filter', matches, comparisons: [], targets }];

  function deadlineOf(filter: number, target: number): number | undefined {
    const [position] = place.positions;
    if (isOver || position?.filter !== filter) return undefined;
    const age = router.deadline({ ...position, target });
    return age === undefined ? undefined : model.atAge(age);
  }
}

function targetLine(
  model: RoutingModel,
  target: Target,
  state: TargetLine['state'],
  deadline: number | undefined,
): TargetLine {
  const { queue, priority, timeout, expression, orderBy, skipIf, knownWorker } = target;
  return {
    queueSid: queue,
    queueName: model.queueName(queue),
    ...(priority === undefined ? {} : { priority }),
    ...(timeout === undefined ? {} : { timeout }),
    ...(expression === undefined ? {} : { expression }),
    ...(orderBy === undefined ? {} : { orderBy }),
    ...(skipIf === undefined ? {} : { skipIf }),
    ...(knownWorker ? { knownWorker: `task.${printPath(knownWorker.path)}` } : {}),
    state,
    ...(deadline === undefined ? {} : { deadline }),
  };
}

type State = TargetLine['state'];

/** What a task that no longer waits has not passed, it has not reached. */
const finalStates: Readonly<Partial<Record<State, State>>> = {
  current: 'last',
  possible: 'last',
  ahead: 'not reached',
};

/** Whether the way goes on from a target: otherwise a task only leaves it accepted or canceled. */
const isLeft = ({ timeout, skipIf }: Target): boolean => timeout !== undefined || skipIf !== undefined;

/** The state of each target, from where the task is. */
function wayOf(
  router: WorkflowRouter,
  matches: readonly boolean[],
  { positions }: Place,
): { readonly filters: readonly (readonly State[])[]; readonly default: State } {
  const { filters } = router.rules;
  const [current, ...others] = positions;
  const here = (filter: Position['filter'], target: number): State | undefined => {
    if (current?.filter === filter && current.target === target) return 'current';
    return others.some((one) => one.filter === filter && one.target === target) ? 'possible' : undefined;
  };
  // The way enters a later filter only through the end of the one before.
  let open = true;
  let isPast = current !== undefined;
  // Only who skips the last target comes to the default filter.
  let skipsLast = !matches.includes(true) && !current;
  const states = filters.map(({ targets }, i) => {
    if (!matches[i] && current?.filter !== i) return targets.map(() => 'other filter' as const);
    return targets.map((target, j): State => {
      const state = here(i, j) ?? (!open ? 'unreachable' : isPast ? 'passed' : 'ahead');
      if (state === 'current') isPast = false;
      open &&= isLeft(target);
      skipsLast = open && target.skipIf !== undefined;
      return state;
    });
  });
  const otherwise: State = here('default', 0) ?? (skipsLast ? 'ahead' : 'other filter');
  return { filters: states, default: otherwise };
}
