import { parseAttributes } from '../routing/expressions/scope';
import { decisive } from '../routing/expressions/compile';
import { message } from '../taskrouter/message';
import type { Message } from '../taskrouter/message';
import { idleTimes } from './candidates';
import type { TaskEvent } from './events';
import type { Claim } from './explanation';
import type { ExplanationFacts } from './facts';
import { readable } from './model';
import type { RoutingRules } from './routingRules';
import { certain, claim, clip, listed } from './texts';

/** What had happened to a task when it was offered. */
export interface OfferHistory {
  /** The target that it was in. */
  readonly match: TaskEvent | undefined;
  /** The names of all who ever had it and did not take it, each once; the first of them before this offer. */
  readonly decliners: readonly string[];
  readonly declinersBefore: number;
}

/** The histories of all offers of a task, from its Events, the oldest first. */
export function offerHistories(events: readonly TaskEvent[]): ReadonlyMap<TaskEvent, OfferHistory> {
  const found = new Map<TaskEvent, OfferHistory>();
  let match: TaskEvent | undefined;
  const known = new Set<string>();
  const decliners: string[] = [];
  let next = 0;
  for (const offer of events) {
    if (offer.type !== 'reservation.created') continue;
    // What happened within the same millisecond may be listed later.
    for (; next < events.length && events[next]!.at <= offer.at; next++) {
      const event = events[next]!;
      if (event.type === 'workflow.target-matched') match = event;
      if (event.type !== 'reservation.rejected' && event.type !== 'reservation.timeout') continue;
      const name = clip(event.data['worker_name'] ?? event.workerSid ?? '?');
      if (!known.has(name)) decliners.push(name);
      known.add(name);
    }
    found.set(offer, { match, decliners, declinersBefore: decliners.length });
  }
  return found;
}

/** Why TaskRouter offered a task to this worker, from the Events until then: their data is of that time. */
export function whyThisWorker(
  offer: TaskEvent,
  facts: ExplanationFacts,
  { match, decliners, declinersBefore }: OfferHistory,
  rules: RoutingRules,
): Claim {
  const worker = clip(offer.data['worker_name'] ?? offer.workerSid ?? '?');
  if (offer.workerSid !== undefined && facts.task?.routing_target === offer.workerSid) {
    return certain(message('The task was created for {worker} alone.', { worker }));
  }
  if (match?.data['known_worker_sid'] !== undefined && match.data['known_worker_sid'] === offer.workerSid) {
    return certain(message('The workflow’s target asks for this worker.'));
  }
  const queue = clip(offer.data['task_queue_name'] ?? offer.queueSid ?? '?');
  const inQueue = message('{worker} is in {queue} and was free.', { worker, queue });
  const parts = [
    inQueue,
    expressionPart(offer, match, rules),
    earlierPart(decliners.slice(0, declinersBefore)),
  ].filter((one) => one !== undefined);
  return claim(joined(parts), [idleTimes(), message('The API does not show who else was free then.')]);
}

function joined(parts: readonly Message[]): Message {
  const [first, second, third] = parts;
  if (third) return message('{first} {second} {third}', { first: first!, second: second!, third });
  return second ? message('{first} {second}', { first: first!, second }) : first!;
}

/** The target's expression with the values of that time. */
function expressionPart(
  offer: TaskEvent,
  match: TaskEvent | undefined,
  { library }: RoutingRules,
): Message | undefined {
  const expression = match?.data['workflow_filter_target_expression'];
  if (!expression || match?.queueSid !== offer.queueSid) return undefined;
  const { data } = offer;
  const compiled = readable(() => library.expression(expression, 'target'));
  const worker = {
    sid: offer.workerSid ?? '',
    friendlyName: data['worker_name'] ?? '',
    activitySid: data['worker_activity_sid'] ?? '',
    activityName: data['worker_activity_name'] ?? '',
    attributes: parseAttributes(data['worker_attributes'] ?? ''),
  };
  const reason = compiled?.explain({ task: parseAttributes(data['task_attributes'] ?? ''), worker });
  if (reason?.result !== true)
    return message('The target’s expression is {expression}.', { expression: clip(expression) });
  const held = decisive(reason).map(({ range }) => clip(expression.slice(range.start, range.end)));
  return message('{expressions} is true.', { expressions: listed(held) });
}

/** Those who had it before come after all others. */
const earlierPart = (workers: readonly string[]): Message | undefined =>
  workers.length === 0
    ? undefined
    : message('{workers} had it before and did not take it.', { workers: listed(workers) });
