import type { Target } from '../routing/workflow/configuration';
import type { Position, WayOut } from '../routing/workflow/router';
import { message } from '../taskrouter/message';
import type { Message } from '../taskrouter/message';
import { candidatesIn, firstReserved } from './candidates';
import type { Candidates, FirstReserved } from './candidates';
import type { NextOffer } from './explanation';
import type { RoutingModel } from './model';
import { afterFailure } from './place';
import type { Place } from './place';
import { maySkip } from './skips';
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

export interface NextReservation {
  readonly offer: NextOffer;
  /** Those whom it is chosen from: of the target that the task is in then. */
  readonly candidates: Candidates;
}

/** Whom TaskRouter reserves next for a task that waits or is offered. */
export function* nextReservation(
  model: RoutingModel,
  place: Place,
  openings: readonly Candidates[],
): Steps<NextReservation> {
  const candidates = openings[0]!;
  const nobody = (because: readonly Message[], among = candidates): NextReservation => ({
    offer: { when: 'waiting', workers: [], count: 0, ...certainty(because) },
    candidates: among,
  });
  if (place.kind === 'no filter') return nobody(place.because, closed(candidates, noFilter()));
  if (model.task.assignment_status === 'reserved') {
    return place.kind === 'worker' ? nobody(place.because) : yield* afterOffer(model, place, openings);
  }
  const { because, ...first } = agreed(
    openings.map((one) => firstReserved(model, one)),
    place,
  );
  if (first.workers.length === 0) return nobody(because);
  return {
    offer: { when: 'now', ...first, ...certainty([...because, notYet()]) },
    candidates,
  };
}

const closed = (candidates: Candidates, why: Message): Candidates => ({
  ...candidates,
  eligible: [],
  closed: why,
});

const timeIsOver = () =>
  message('No other worker can be offered the task: the timeout of its workflow step has passed.');
const noFilter = () => message('Nobody can be offered the task: no filter of the workflow matches it.');

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
  return { ...first!, because };
}

function* afterOffer(
  model: RoutingModel,
  place: Place,
  openings: readonly Candidates[],
): Steps<NextReservation> {
  const found: FirstOnWay[] = [];
  for (const position of place.positions) {
    for (const way of afterFailure(model, position)) {
      found.push(yield* firstOnWay(model, openings, position, way));
    }
  }
  if (found.length === 0) found.push(firstHere(model, openings[0]!));
  const { workers, count, because } = agreed(found, place);
  const when = workers.length > 0 ? 'after this offer' : 'waiting';
  return {
    offer: { when, workers, count, ...certainty(because) },
    candidates: found[0]!.candidates ?? closed(openings[0]!, timeIsOver()),
  };
}

interface FirstOnWay extends FirstReserved {
  /** Absent on the way out of the workflow. */
  readonly candidates?: Candidates;
}

function* firstOnWay(
  model: RoutingModel,
  openings: readonly Candidates[],
  from: Position,
  way: Position | WayOut,
): Steps<FirstOnWay> {
  if (typeof way === 'string') return { workers: [], count: 0, because: [] };
  const target = model.router!.target(way);
  const known = openings.find((one) => one.target === target);
  const next = firstHere(model, known ?? (yield* inTarget(model, target)));
  // The task may have skipped the target before in another of its possible places, but not on this way.
  const isEntered = way.filter !== from.filter || way.target !== from.target;
  const maySkipIt = isEntered && target.skipIf !== undefined && next.workers.length === 0;
  return maySkipIt ? { ...next, because: [...next.because, maySkip()] } : next;
}

const firstHere = (model: RoutingModel, candidates: Candidates): FirstOnWay => ({
  ...others(model, candidates),
  candidates,
});

/**
 * The first of those who do not have the task now. Whoever had an earlier offer comes after all others; among those,
 * the worker who has it now may be first again.
 */
function others(model: RoutingModel, candidates: Candidates): FirstReserved {
  const first = firstReserved(model, candidates);
  const { declinedBy } = candidates.opening.task;
  const all = candidates.eligible.length + model.openReservations.length;
  const compete = all > candidates.limit && first.workers.some((sid) => declinedBy?.has(sid));
  return compete ? { ...first, because: [...first.because, sameAgain()] } : first;
}

const sameAgain = () =>
  message('Each of them was offered this task before: the worker who has the offer now may get it again.');
