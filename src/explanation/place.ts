import type { Position, WayOut, WorkflowRouter } from '../routing/workflow/router';
import { message } from '../taskrouter/message';
import type { Message } from '../taskrouter/message';
import type { TaskEvent } from './events';
import type { KnownTime, RoutingModel } from './model';
import { undocumented } from './settle';
import { clip, span } from './texts';

/** Where a task is: the API does not say, so it is inferred from its queue, priority, age and Events. */
export interface Place {
  readonly kind: 'target' | 'worker' | 'queue' | 'no filter' | 'not read' | 'unknown';
  /** The likeliest first; some for a `target` only. */
  readonly positions: readonly Position[];
  /** What the API does not show, and what follows would depend on. */
  readonly because: readonly Message[];
  /** Where the task can be in several targets: that matters only if they differ in what follows. */
  readonly ambiguity: readonly Message[];
}

/** Events may take some seconds until the API lists them. */
const eventLag = 10_000;

export function placeOf(model: RoutingModel): Place {
  const { task, router } = model;
  const target = task.routing_target;
  const place = (kind: Place['kind'], ...because: readonly Message[]): Place => ({
    kind,
    positions: [],
    because,
    ambiguity: [],
  });
  if (target?.startsWith('WK')) return place('worker');
  if (target?.startsWith('WQ')) return place('queue');
  if (!router) {
    const { configurationProblem: problem } = model;
    return problem === undefined
      ? place('not read', message('The workflow was not read.'))
      : place(
          'not read',
          message('The workflow’s configuration could not be evaluated: {problem}.', { problem }),
        );
  }
  const because = [...filterDoubts(model, router), ...changeDoubts(model)];
  const positions = positionsOf(model, router);
  if (positions.length > 0) {
    const { narrowed, doubts } = narrow(model, router, positions);
    const ambiguity = narrowed.length > 1 ? [severalTargets(narrowed.length)] : [];
    return { kind: 'target', positions: narrowed, because: [...because, ...doubts], ambiguity };
  }
  if (router.enter(model.attributes, 0) === 'unmatched') return place('no filter', ...because);
  const doesNotFit = message(
    'No target that the task can be in has its queue and its priority: it may follow an earlier configuration.',
  );
  return place('unknown', ...because, doesNotFit);
}

/** When the workflow was updated, if the task may be older than that. */
export function changedSince({ facts, created }: RoutingModel): number | undefined {
  const updated = facts.workflow?.date_updated?.getTime();
  return updated !== undefined && updated + 999 >= created.earliest ? updated : undefined;
}

function changeDoubts(model: RoutingModel): Message[] {
  const doubts: Message[] = [];
  if (changedSince(model) !== undefined) {
    doubts.push(
      message(
        'The workflow was updated after the task was created, and the API does not show which configuration the task follows.',
      ),
    );
  }
  if (mayHaveNewAttributes(model)) {
    doubts.push(
      message('The task may have been updated while it was offered: it is routed again after the offer.'),
    );
  }
  return doubts;
}

/** A reserved task whose attributes change goes through its workflow again when the offer has failed. */
function mayHaveNewAttributes(model: RoutingModel): boolean {
  if (model.task.assignment_status !== 'reserved') return false;
  const offered = offeredSince(model);
  if (!offered) return true;
  if (!hasAllEvents(model)) {
    const updated = model.task.date_updated?.getTime();
    return updated === undefined || updated > offered.latest;
  }
  return model.events.some(({ type, at }) => type === 'task.updated' && at >= offered.earliest);
}

const hasAllEvents = ({ facts, created }: RoutingModel): boolean =>
  facts.events !== undefined && (facts.eventsSince ?? 0) <= created.earliest;

/** When the present offers were made. */
function offeredSince({ openReservations, events }: RoutingModel): KnownTime | undefined {
  const pending = openReservations.filter((one) => one.reservation_status === 'pending');
  const times = pending.flatMap(({ sid, date_created: date }): KnownTime[] => {
    const event = events.find((one) => one.type === 'reservation.created' && one.reservationSid === sid);
    if (event) return [{ earliest: event.at, latest: event.at }];
    return date ? [{ earliest: date.getTime(), latest: date.getTime() + 999 }] : [];
  });
  if (times.length === 0) return undefined;
  return {
    earliest: Math.min(...times.map(({ earliest }) => earliest)),
    latest: Math.min(...times.map(({ latest }) => latest)),
  };
}

/** Which filter a task matches may depend on what Twilio does not document. */
export function filterDoubts({ attributes, rules }: RoutingModel, router: WorkflowRouter): Message[] {
  const doubts: Message[] = [];
  for (const { expression } of router.rules.filters) {
    const settled = rules.settled.get(expression, 'filter');
    const scope = { task: attributes };
    const truth = settled.truth(scope);
    if (truth === 'unknown') for (const doubt of settled.doubts(scope)) doubts.push(undocumented(doubt));
    if (truth === true) break;
  }
  return doubts;
}

/** The targets that fit what the task's row shows. */
function positionsOf(model: RoutingModel, router: WorkflowRouter): Position[] {
  const { task, created } = model;
  // A reservation may outlive its target's time: what counts is when it was made.
  const pending = task.assignment_status === 'pending';
  const time = pending ? { earliest: model.now, latest: model.now } : offeredSince(model);
  const ages = time
    ? [(time.earliest - created.latest) / 1000, (time.latest - created.earliest) / 1000]
    : undefined;
  const found = new Map<string, Position>();
  for (const age of ages ?? [Infinity]) {
    for (const position of reachable(model, router, age)) {
      const { queue, priority } = router.target(position);
      if (queue !== task.task_queue_sid) continue;
      if (priority !== undefined && priority !== task.priority) continue;
      const key = `${position.filter} ${position.target}`;
      if (!found.has(key)) found.set(key, position);
    }
  }
  return [...found.values()];
}

/**
 * The targets that a task of this age can be in, whatever it skipped. A target is skipped on entering it or not at all.
 * Without an age, all targets that the task can come to.
 */
function reachable({ attributes }: RoutingModel, router: WorkflowRouter, age = Infinity): Position[] {
  const found = new Map<string, Position>();
  const visit = (position: Position | WayOut, entered: number): void => {
    if (typeof position === 'string') return;
    const key = `${position.filter} ${position.target}`;
    if (found.has(key)) return;
    found.set(key, position);
    const deadline = router.deadline(position);
    if (deadline !== undefined && deadline <= age) {
      visit(router.leave(position, 'timeout', attributes, deadline), deadline);
    }
    if (router.target(position).skipIf !== undefined) {
      visit(router.leave(position, 'skip', attributes, entered), entered);
    }
  };
  visit(router.enter(attributes, 0), 0);
  const isOver = (position: Position) => {
    const deadline = router.deadline(position);
    return age !== Infinity && deadline !== undefined && deadline <= age;
  };
  return [...found.values()].filter((position) => !isOver(position));
}

interface Narrowed {
  readonly narrowed: readonly Position[];
  readonly doubts: readonly Message[];
}

/** Uses the last Event of a match, whose data names the filter and its target's expression. */
function narrow(model: RoutingModel, router: WorkflowRouter, positions: readonly Position[]): Narrowed {
  const last = model.events.findLast(({ type }) => type === 'workflow.target-matched');
  // On the way to the default filter in the same queue, a task enters no queue.
  const isShared = (match: TaskEvent) =>
    positions.some((one) => one.filter !== 'default' && isOf(match, router, one));
  const fits = (position: Position) =>
    !last ||
    (position.filter === 'default'
      ? mayHaveLeft(model, router, last) || isShared(last)
      : isOf(last, router, position));
  const kept = positions.filter(fits);
  if (kept.length === 0) {
    const filter = last?.data['workflow_filter_name'];
    const otherwise =
      filter === undefined || filter === nameAt(router, positions[0]!)
        ? message(
            'The last Event of the task names a filter or an expression that the workflow no longer has there.',
          )
        : message(
            'Events say that the task matched filter {filter}: it may have been routed by earlier attributes or an earlier configuration.',
            { filter: clip(filter) },
          );
    return { narrowed: positions, doubts: [otherwise] };
  }
  if (kept.length > 1 || positions.length === 1) return { narrowed: kept, doubts: [] };
  const changed = model.task.date_updated?.getTime() ?? model.now;
  const recent = model.now - changed < eventLag;
  const doubts = recent
    ? [message('Events of the last {time} may be missing.', { time: span(eventLag) })]
    : [];
  return { narrowed: kept, doubts };
}

const severalTargets = (count: number) =>
  message(
    'The task can be in {count} targets of its workflow: the API does not show which targets it skipped.',
    { count },
  );

const nameAt = (router: WorkflowRouter, position: Position) => router.filter(position)?.name;

/** No Event is known to show that a task enters the default filter: only that it entered a queue since it matched another. */
function mayHaveLeft({ events }: RoutingModel, router: WorkflowRouter, match: TaskEvent): boolean {
  const name = match.data['workflow_filter_name'];
  if (!router.rules.filters.some((filter) => filter.name === name)) return true;
  return events.slice(events.indexOf(match)).some(({ type }) => type === 'task-queue.entered');
}

function isOf({ data }: TaskEvent, router: WorkflowRouter, position: Position): boolean {
  const { workflow_filter_name: name, workflow_filter_target_expression: expression } = data;
  const filter = router.filter(position);
  // Accounts that do not send the name do not send the expression either.
  if (name === undefined || !filter) return true;
  return name === filter.name && (expression ?? '') === (router.target(position).expression ?? '');
}

/** Where a task goes when its present offer fails now. */
export function afterFailure(model: RoutingModel, position: Position): readonly (Position | WayOut)[] {
  const { router, attributes, created, now } = model;
  const ages = [(now - created.latest) / 1000, (now - created.earliest) / 1000];
  const ways = ages.map((age): Position | WayOut => {
    const deadline = router!.deadline(position);
    return deadline !== undefined && deadline <= age
      ? router!.leave(position, 'timeout', attributes, age)
      : position;
  });
  return JSON.stringify(ways[0]) === JSON.stringify(ways[1]) ? ways.slice(0, 1) : ways;
}
