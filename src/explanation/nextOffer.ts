import type { Target } from '../routing/workflow/configuration';
import type { Position, WayOut } from '../routing/workflow/router';
import { message } from '../taskrouter/message';
import { candidatesIn, firstReserved } from './candidates';
import type { Candidates, FirstReserved } from './candidates';
import type { NextOffer } from './explanation';
import type { RoutingModel } from './model';
import { afterFailure } from './place';
import type { Place } from './place';
import type { Steps } from './steps';
import { certainty } from './texts';

/** In what the task could be waiting: one for each target that it can be in. */
export function* openingsOf(model: RoutingModel, place: Place): Steps<Candidates[]> {
  const { task, router } = model;
  if (place.positions.length === 0) return [yield* candidatesIn(model, task.task_queue_sid ?? '', {})];
  const openings: Candidates[] = [];
  for (const position of place.positions) openings.push(yield* inTarget(model, router!.target(position)));
  return openings;
}

const inTarget = (model: RoutingModel, target: Target) => candidatesIn(model, target.queue, target);

/** Whom TaskRouter reserves next for a task that waits or is offered. */
export function* nextOffer(
  model: RoutingModel,
  place: Place,
  openings: readonly Candidates[],
): Steps<NextOffer> {
  const { task } = model;
  if (place.kind === 'no filter') return { when: 'waiting', workers: [], ...certainty(place.because) };
  if (task.assignment_status === 'reserved') return yield* afterOffer(model, place);
  const found = openings.map((one) => firstReserved(model, one));
  const { workers, because } = agreed(found, place);
  if (workers.length === 0) return { when: 'waiting', workers, ...certainty(because) };
  return { when: 'now', workers, ...certainty([...because, notYet()]) };
}

const notYet = () =>
  message(
    'TaskRouter reserves such workers at once. That it has not yet means that it is about to, or that something the API does not show keeps it.',
  );

/** One answer where all targets that the task can be in have the same; otherwise it depends on where the task is. */
function agreed(found: readonly FirstReserved[], place: Place): FirstReserved {
  const [first] = found;
  const key = ({ workers }: FirstReserved) => [...workers].sort().join(' ');
  const isOne = found.every((one) => key(one) === key(first!));
  const doubts = found.flatMap(({ because }) => because);
  const because = [...place.because, ...(isOne ? [] : place.ambiguity), ...doubts];
  return { workers: first!.workers, because };
}

function* afterOffer(model: RoutingModel, place: Place): Steps<NextOffer> {
  if (place.kind === 'worker') return { when: 'waiting', workers: [], ...certainty(place.because) };
  const ways =
    place.positions.length === 0
      ? [undefined]
      : place.positions.flatMap((position) => [...afterFailure(model, position)]);
  const found: FirstReserved[] = [];
  for (const way of ways) found.push(yield* firstOnWay(model, place, way));
  const { workers, because } = agreed(found, place);
  const when = workers.length > 0 ? 'after this offer' : 'waiting';
  return { when, workers, ...certainty(because) };
}

function* firstOnWay(
  model: RoutingModel,
  place: Place,
  way: Position | WayOut | undefined,
): Steps<FirstReserved> {
  if (way === undefined)
    return others(model, yield* candidatesIn(model, model.task.task_queue_sid ?? '', {}));
  if (typeof way === 'string') return { workers: [], because: [] };
  const target = model.router!.target(way);
  const next = others(model, yield* inTarget(model, target));
  if (next.workers.length > 0 || target.skipIf === undefined) return next;
  const isNew = !place.positions.some((one) => one.filter === way.filter && one.target === way.target);
  return isNew ? { ...next, because: [...next.because, maySkip()] } : next;
}

const maySkip = () =>
  message('The task may skip the target that follows: the API does not show it in advance.');

/**
 * The first of those who do not have the task now. Whoever had an earlier offer comes after all others; among those,
 * the worker who has it now may be first again.
 */
function others(model: RoutingModel, candidates: Candidates): FirstReserved {
  const first = firstReserved(model, candidates);
  const { declinedBy } = candidates.opening.task;
  const compete =
    candidates.eligible.length >= candidates.limit && first.workers.some((sid) => declinedBy?.has(sid));
  return compete ? { ...first, because: [...first.because, sameAgain()] } : first;
}

const sameAgain = () =>
  message('Each of them was offered this task before: the worker who has the offer now may get it again.');
