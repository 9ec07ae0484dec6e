import type { Target } from '../routing/workflow/configuration';
import type { Position, WayOut } from '../routing/workflow/router';
import type { Task } from '../taskrouter/resources';
import { candidatesIn } from './candidates';
import type { RoutingModel } from './model';
import { skipsNow } from './skips';
import type { Steps } from './steps';

/** A task in a target, or in a queue alone. */
export interface Stay {
  readonly target: Partial<Target>;
  /** The task's row as it is there, with the target's queue and priority. */
  readonly task: Task;
}

export interface Entry extends Stay {
  readonly position: Position;
  readonly target: Target;
}

/** The targets to which a waiting task can come that enters its workflow now: the first one, and those after it that it may skip. */
export const enteringNow = (model: RoutingModel): readonly Entry[] =>
  startsNow(model).flatMap(({ start, age }) => [...entriesFrom(model, start, age)]);

/** The target that a task enters first; undefined where it leaves the workflow, and where that is not known. */
export function firstEntry(model: RoutingModel): Entry | undefined {
  const [first, other] = startsNow(model);
  return first && !other ? entriesFrom(model, first.start, first.age).next().value : undefined;
}

/**
 * The targets of a task that enters its workflow now up to that in which it is offered to the worker, in a model of all
 * workers. Empty where that is not known, and where it is offered to others or nobody.
 */
export function* wayToOffer(model: RoutingModel, workerSid: string): Steps<readonly Entry[]> {
  const [first, other] = startsNow(model);
  if (!first || other) return [];
  const way: Entry[] = [];
  for (const entry of entriesFrom(model, first.start, first.age)) {
    way.push(entry);
    const { eligible } = yield* candidatesIn(model, entry.target.queue, entry.target);
    if (eligible.length > 0) return eligible.some(({ sid }) => sid === workerSid) ? way : [];
    if (!skipsNow(model, entry.position)) return [];
  }
  return [];
}

interface Start {
  readonly start: Position | WayOut;
  /** The task's age, in seconds. */
  readonly age: number;
}

/** Where the workflow starts for the task: in one of two places where it is not known whether a target's time is over. */
function startsNow({ router, attributes, created, now }: RoutingModel): readonly Start[] {
  if (!router) return [];
  const [one, other] = [created.earliest, created.latest].map((at): Start => {
    const age = (now - at) / 1000;
    return { start: router.enter(attributes, age), age };
  });
  return isSame(one!.start, other!.start) ? [one!] : [one!, other!];
}

const isSame = (one: Position | WayOut, other: Position | WayOut): boolean =>
  typeof one === 'string' || typeof other === 'string'
    ? one === other
    : one.filter === other.filter && one.target === other.target;

function* entriesFrom(
  { router, attributes, task }: RoutingModel,
  start: Position | WayOut,
  age: number,
): Generator<Entry, undefined> {
  let position = start;
  let { priority } = task;
  while (typeof position !== 'string') {
    const target = router!.target(position);
    priority = target.priority ?? priority;
    yield { position, target, task: { ...task, task_queue_sid: target.queue, priority } };
    if (target.skipIf === undefined) return undefined;
    position = router!.leave(position, 'skip', attributes, age);
  }
  return undefined;
}
