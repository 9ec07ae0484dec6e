import { message } from '../taskrouter/message';
import type { Message } from '../taskrouter/message';
import type { Change, Confidence, TaskExplanation } from './explanation';
import type { ExplanationFacts, IncompleteList, Part } from './facts';
import { wholeSecond } from './model';
import type { KnownTime, RoutingModel } from './model';
import { certainty, span } from './texts';

const maxAge = 60_000;

/** Undefined for a part on which no statement depends. */
const mayHaveChanged: Readonly<Record<Part, Message | undefined>> = {
  task: message('The task may have changed since it was read.'),
  workspace: message('The workspace may have changed since it was read.'),
  workflow: message('The workflow may have changed since it was read.'),
  queues: message('The queues may have changed since they were read.'),
  activities: message('The activities may have changed since they were read.'),
  taskChannels: undefined,
  workers: message('The queue’s workers may have changed since they were read.'),
  workerChannels: message('The capacity of some workers may have changed since it was read.'),
  reservations: message('The task’s reservations may have changed since they were read.'),
  workerReservations: message('The tasks of some workers may have changed since they were read.'),
  waitingTasks: message('The waiting tasks may have changed since they were read.'),
  events: message('The task may have Events that were not read yet.'),
  // Who was idle longest is never certain.
  offers: undefined,
  call: undefined,
  alerts: undefined,
};

type ReadFacts = Pick<ExplanationFacts, 'now' | 'readAt' | 'outdated' | 'incomplete'>;

/** Undefined for a part that is no list. */
const listNames: Readonly<Record<Part, Message | undefined>> = {
  task: undefined,
  workspace: undefined,
  workflow: message('The list of workflows'),
  queues: message('The list of queues'),
  activities: message('The list of activities'),
  taskChannels: message('The list of task channels'),
  workers: message('The list of workers'),
  workerChannels: message('The list of a worker’s channels'),
  reservations: message('The list of the task’s reservations'),
  workerReservations: message('The list of a worker’s reservations'),
  waitingTasks: message('The list of waiting tasks'),
  events: message('The list of Events'),
  offers: undefined,
  call: undefined,
  alerts: undefined,
};

/** Which list is incomplete, and what it lacks. */
export function incompleteListMessages({ part, unreadable, isCutShort }: IncompleteList): readonly Message[] {
  const list = listNames[part];
  if (!list) return [];
  return [
    ...(unreadable > 0
      ? [message('{list} is incomplete: rows that could not be read ({count}).', { list, count: unreadable })]
      : []),
    ...(isCutShort
      ? [message('{list} is incomplete: it has more pages, which were not read.', { list })]
      : []),
  ];
}

/** Why something may exist although it was not read. */
const absenceDoubts = (incomplete: readonly IncompleteList[]): readonly Message[] =>
  incomplete.filter(({ part }) => mayHaveChanged[part]).flatMap(incompleteListMessages);

/** Why what was read may be otherwise by now, or may be only a part. */
export function ageDoubts({ now, readAt, outdated = [], incomplete = [] }: ReadFacts): readonly Message[] {
  const old =
    now - readAt > maxAge
      ? [message('The data behind this explanation was read {time} ago.', { time: span(now - readAt) })]
      : [];
  return [...old, ...outdated.flatMap((part) => mayHaveChanged[part] ?? []), ...absenceDoubts(incomplete)];
}

/** What should be over by now, and still stands as it was read. */
export function overdueDoubts({
  now,
  created,
  task,
  openReservations,
  facts,
}: RoutingModel): readonly Message[] {
  const timeout = facts.workflow?.task_reservation_timeout;
  const isOverdueAt = (time: number) =>
    openReservations.some(
      ({ reservation_status: status, date_created: date }) =>
        status === 'pending' && isOver(date && wholeSecond(date), timeout, time),
    );
  const doubts = isOverdueAt(facts.readAt)
    ? [
        message(
          'The offer should have timed out, but TaskRouter has not reported that. It keeps an offer open while it connects a call.',
        ),
      ]
    : isOverdueAt(now)
      ? [message('The offer should have timed out by now, and has not been read again since.')]
      : [];
  const isContradicted = task.assignment_status === 'pending' && openReservations.length > 0;
  if (isContradicted) doubts.push(notReadAtOnce());
  if (isOver(created, task.timeout, facts.readAt))
    doubts.push(
      message('The task’s timeout has passed, but TaskRouter has not reported that it canceled the task.'),
    );
  else if (isOver(created, task.timeout, now))
    doubts.push(message('The task’s timeout has passed, and the task has not been read again since.'));
  return doubts;
}

/** Why a task and its reservations contradict each other. */
export const notReadAtOnce = (): Message =>
  message('The task and its reservations were read one after the other: one of them has changed in between.');

/** Whether so many seconds after something are over, however exactly its time is known. */
const isOver = (
  start: KnownTime | null | undefined,
  seconds: number | null | undefined,
  now: number,
): boolean => Boolean(start) && typeof seconds === 'number' && start!.latest + seconds * 1000 < now;

/** A statement that holds unless one of these is otherwise as well. */
export const doubted = <Claim extends Confidence>(claim: Claim, doubts: readonly Message[]): Claim =>
  doubts.length === 0 ? claim : { ...claim, ...certainty([...claim.because, ...doubts]) };

/** Every statement about what a task waits for. */
export function withDoubts(
  explanation: TaskExplanation,
  facts: ReadFacts,
  others: readonly Message[] = [],
): TaskExplanation {
  const { headline, next, workers, workflow, changes, patterns } = explanation;
  // Which other tasks wait decides only whether this one is offered after a change.
  const outdated = facts.outdated?.filter((part) => part !== 'waitingTasks') ?? [];
  const incomplete = facts.incomplete?.filter(({ part }) => part !== 'waitingTasks') ?? [];
  const doubts = [...ageDoubts({ ...facts, outdated, incomplete }), ...others];
  return {
    ...explanation,
    headline: doubted(headline, doubts),
    next: doubted(next, doubts),
    changes: changes.map((change): Change => doubted(change, [...ageDoubts(facts), ...others])),
    patterns: patterns.map((one) => ({ ...one, claim: doubted(one.claim, doubts) })),
    ...(workers ? { workers: { ...workers, order: doubted(workers.order, doubts) } } : {}),
    ...(workflow
      ? {
          workflow: {
            ...workflow,
            place: doubted(workflow.place, doubts),
            ...(workflow.next
              ? { next: { ...workflow.next, claim: doubted(workflow.next.claim, doubts) } }
              : {}),
          },
        }
      : {}),
  };
}

/** Every statement about a task that is over, except its status: what happened does not change, but rows may be missing. */
export const withMissingRows = (explanation: TaskExplanation, facts: ExplanationFacts): TaskExplanation => ({
  ...withDoubts(explanation, { now: facts.now, readAt: facts.now, incomplete: facts.incomplete ?? [] }),
  ...(facts.task ? { headline: explanation.headline } : {}),
});
