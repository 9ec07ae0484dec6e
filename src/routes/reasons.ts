import { comparisonLines, comparisonMessage } from '../explanation/comparisons';
import type { Reason } from '../routing/expressions/compile';
import type { WhyNot } from '../routing/workers/candidates';
import { verdicts } from '../routing/workers/candidates';
import type { WorkerPool } from '../routing/workers/pool';
import type { Position, WorkflowRouter } from '../routing/workflow/router';
import { message } from '../taskrouter/message';
import type { Message } from '../taskrouter/message';
import type { Center, Stay } from './center';
import type { Test } from './file';

/** As Twilio calls it, or by its place where it has no name. */
export const filterName = ({ rules }: WorkflowRouter, filter: Position['filter']): string =>
  filter === 'default' ? 'default_filter' : rules.filters[filter]!.name || `#${filter + 1}`;

/** Why a task is where it is, and why a worker is offered it or not, one sentence each. */
export class Reasons {
  readonly pool: WorkerPool;

  constructor(
    private readonly center: Center,
    private readonly task: Test['task'],
    nobodyAvailable: boolean,
  ) {
    this.pool = center.pool(nobodyAvailable);
  }

  /** Why the task is in its last place, from the step that led there. */
  ofStay(way: readonly Stay[]): Message {
    const stay = way.at(-1)!;
    const before = way.at(-2)?.place;
    if (before !== undefined && typeof before !== 'string') return this.#ofStep(before, stay);
    if (typeof stay.place === 'string')
      return message('No filter matches, and the workflow has no default_filter.');
    if (stay.place.filter === 'default') return message('No filter matches.');
    const filter = filterName(this.center.router, stay.place.filter);
    const args = { filter, waiting: this.ofWaiting(stay.place) };
    return message('{filter} is the first filter that matches. {waiting}', args);
  }

  /** How long the task stays where it is. */
  ofWaiting(position: Position): Message {
    const seconds = this.center.router.deadline(position);
    const target = position.target + 1;
    if (position.filter === 'default') return message('The default_filter has no timeout.');
    return seconds === undefined
      ? message('Target {target} has no timeout.', { target })
      : message('Target {target} ends after {seconds} s.', { target, seconds });
  }

  #ofStep(before: Position, { place, since, by }: Stay): Message {
    const { router } = this.center;
    const args = { target: before.target + 1, filter: filterName(router, before.filter), seconds: since };
    if (typeof place === 'string')
      return by === 'skip'
        ? message('It skipped target {target} of {filter}, and nothing follows.', args)
        : message('Target {target} of {filter} ended after {seconds} s, and nothing follows.', args);
    return by === 'skip'
      ? message('It skipped target {target} of {filter}: its skip_if is true.', args)
      : message('Target {target} of {filter} ended after {seconds} s.', args);
  }

  /** Why the task is not in the filter that was expected. */
  ofFilter(expected: string, actual: Position['filter']): Message {
    const { router } = this.center;
    if (expected === 'default_filter')
      return message('{filter} matches.', { filter: filterName(router, actual) });
    const index = router.rules.filters.findIndex((_, i) => filterName(router, i) === expected);
    if (index < 0) return message('The workflow has no filter {filter}.', { filter: expected });
    const reason = router.matches(this.task.attributes ?? {})[index]!;
    if (reason.result === true)
      return message('{filter} matches too, and comes before it.', { filter: filterName(router, actual) });
    return ofExpression(reason, router.rules.filters[index]!.expression);
  }

  ofPriority(position: Position): Message {
    const { priority } = this.center.router.target(position);
    return priority === undefined
      ? message('The target sets no priority.')
      : message('The target sets it to {priority}.', { priority });
  }

  /** Why these workers, who are the first of all, and not the expected ones. */
  ofWorkers(
    expected: readonly string[],
    actual: readonly string[],
    all: readonly string[],
    position: Position,
  ): Message {
    const missing = expected.find((name) => !all.includes(name));
    if (missing !== undefined) return this.#whyNot(missing, position);
    if (expected.length > actual.length)
      return message('The queue offers a task to {count} at the same time.', { count: actual.length });
    const further = actual.find((name) => !expected.includes(name));
    if (further !== undefined && expected.length < actual.length)
      return message('{worker} matches, is available and has room.', { worker: further });
    const { orderBy } = this.center.router.target(position);
    return orderBy === undefined
      ? message('Without order_by, they come in the order of the file.')
      : message('The target orders them by {order}.', { order: orderBy });
  }

  #whyNot(name: string, position: Position): Message {
    const opening = this.center.opening(this.task, position);
    const worker = this.pool.named(name)!;
    const verdict = verdicts(this.pool, opening)(worker);
    if (verdict.eligible !== false) throw new Error(`${name} is eligible`);
    const { targetWorkers, target } = opening;
    return sentence(verdict.why, name, { targetWorkers, expression: target.expression ?? '' });
  }
}

/** The first comparison that decides, with its values. */
function ofExpression(reason: Reason, expression: string): Message {
  const line = comparisonLines(reason, expression)[0]!;
  const comparison = comparisonMessage(line);
  return line.mismatch ? comparison : message('{comparison}.', { comparison });
}

function sentence(
  why: WhyNot,
  worker: string,
  { targetWorkers, expression }: { readonly targetWorkers: string; readonly expression: string },
): Message {
  switch (why.reason) {
    case 'not in queue':
      return why.because
        ? message('{worker} is not in the queue: {why}', {
            worker,
            why: ofExpression(why.because(), targetWorkers),
          })
        : message('The queue has no workers.');
    case 'target expression':
      return message('{worker} does not match the target: {why}', {
        worker,
        why: ofExpression(why.because(), expression),
      });
    case 'known worker':
      return message('The target is for the worker that the task names, and {worker} is another one.', {
        worker,
      });
    case 'activity':
      return message('{worker} is not available.', { worker });
    case 'no capacity':
      return message('{worker} has no capacity for the task’s channel.', { worker });
    case 'channel full':
      return message('{worker} has {occupied} of {capacity} tasks of the task’s channel.', {
        ...{ worker, occupied: why.occupied, capacity: why.capacity },
      });
    default:
      throw new Error(`${why.reason} does not occur in routing tests`);
  }
}
