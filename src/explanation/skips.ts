import type { Presence } from '../routing/expressions/scope';
import { eligibleWorkers } from '../routing/workers/candidates';
import type { Position, WayOut } from '../routing/workflow/router';
import { message } from '../taskrouter/message';
import type { Message } from '../taskrouter/message';
import { readable } from './model';
import type { RoutingModel } from './model';

/** How many workers of a queue are in each activity; undefined where they were not read. */
export function presenceIn(model: RoutingModel, queueSid: string): Presence | undefined {
  const { activities, hasAllWorkers } = model.facts;
  const isRead = model.hasMembers(queueSid) || (hasAllWorkers && model.queue(queueSid) !== undefined);
  if (!isRead) return undefined;
  const members = [...model.pool(queueSid).all()];
  const counts = new Map(activities.map(({ sid }) => [sid, 0]));
  for (const { activitySid } of members) counts.set(activitySid, (counts.get(activitySid) ?? 0) + 1);
  const available = members.filter((one) => one.available).length;
  return { ...Object.fromEntries(counts), available, unavailable: members.length - available };
}

/** Where a task goes when a target's time is over, if workers stay as they are. */
export interface Onwards {
  readonly to: Position | WayOut;
  /** The targets that it skips on the way, in order. */
  readonly skipped: readonly Position[];
  /** What could make it otherwise. */
  readonly because: readonly Message[];
}

/** `age`: of the task by then, in seconds. */
export function onwards(model: RoutingModel, from: Position, age: number): Onwards {
  const { router, attributes } = model;
  const skipped: Position[] = [];
  let to = router!.leave(from, 'timeout', attributes, age);
  let because: readonly Message[] = [];
  while (typeof to !== 'string' && router!.target(to).skipIf !== undefined) {
    because = [maySkip()];
    if (!skipsNow(model, to)) break;
    skipped.push(to);
    to = router!.leave(to, 'skip', attributes, age);
  }
  return { to, skipped, because };
}

/** A target is skipped if its skip_if is true and nobody there can be reserved when the task enters it. */
export function skipsNow(model: RoutingModel, position: Position): boolean {
  const target = model.router!.target(position);
  const presence = presenceIn(model, target.queue);
  if (!presence || !readable(() => model.router!.skips(position, presence))) return false;
  return eligibleWorkers(model.pool(target.queue), model.opening(target), 1).length === 0;
}

export const maySkip = (): Message =>
  message('The task may skip the target that follows: the API does not show it in advance.');
