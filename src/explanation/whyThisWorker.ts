import { parseAttributes } from '../routing/expressions/scope';
import { compile, decisive } from '../routing/expressions/compile';
import { message } from '../taskrouter/message';
import type { Message } from '../taskrouter/message';
import { idleTimes } from './candidates';
import type { TaskEvent } from './events';
import type { Claim } from './explanation';
import type { ExplanationFacts } from './facts';
import { readable } from './model';
import { certain, claim, clip, listed } from './texts';

/** Why TaskRouter offered a task to this worker, from the Events until then: their data is of that time. */
export function whyThisWorker(offer: TaskEvent, facts: ExplanationFacts, all: readonly TaskEvent[]): Claim {
  const worker = clip(offer.data['worker_name'] ?? offer.workerSid ?? '?');
  if (offer.workerSid !== undefined && facts.task?.routing_target === offer.workerSid) {
    return certain(message('The task was created for {worker}.', { worker }));
  }
  const before = all.filter(({ taskSid, at }) => taskSid === facts.taskSid && at <= offer.at);
  const match = before.findLast(({ type }) => type === 'workflow.target-matched');
  if (match?.data['known_worker_sid'] !== undefined && match.data['known_worker_sid'] === offer.workerSid) {
    return certain(message('The workflow’s target asks for this worker.'));
  }
  const queue = clip(offer.data['task_queue_name'] ?? offer.queueSid ?? '?');
  const inQueue = message('{worker} is in {queue} and was free.', { worker, queue });
  const parts = [inQueue, expressionPart(offer, match), earlierPart(before)].filter(
    (one) => one !== undefined,
  );
  return claim(joined(parts), [idleTimes(), message('The API does not show who else was free then.')]);
}

function joined(parts: readonly Message[]): Message {
  const [first, second, third] = parts;
  if (third) return message('{first} {second} {third}', { first: first!, second: second!, third });
  return second ? message('{first} {second}', { first: first!, second }) : first!;
}

/** The target's expression with the values of that time. */
function expressionPart(offer: TaskEvent, match: TaskEvent | undefined): Message | undefined {
  const expression = match?.data['workflow_filter_target_expression'];
  if (!expression || match?.queueSid !== offer.queueSid) return undefined;
  const { data } = offer;
  const compiled = readable(() => compile(expression, 'target'));
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
  return message('{expressions} holds.', { expressions: listed(held) });
}

/** Those who had it before come after all others. */
function earlierPart(before: readonly TaskEvent[]): Message | undefined {
  const names = before
    .filter(({ type }) => type === 'reservation.rejected' || type === 'reservation.timeout')
    .map(({ data, workerSid }) => clip(data['worker_name'] ?? workerSid ?? '?'));
  const workers = [...new Set(names)];
  return workers.length === 0
    ? undefined
    : message('{workers} had it before and did not take it.', { workers: listed(workers) });
}
