import { message } from '../taskrouter/message';
import type { Message } from '../taskrouter/message';
import type { Reservation, Task } from '../taskrouter/resources';
import { eventsOfTask } from './events';
import type { TaskEvent } from './events';
import type { Headline } from './explanation';
import type { ExplanationFacts } from './facts';
import { certain, claim, clip, listed, nameOf, span } from './texts';

/** Who works on the task, and since when. */
export function workedOnHeadline(facts: ExplanationFacts, task: Task): Headline {
  const isWrapping = task.assignment_status === 'wrapping';
  const status = isWrapping ? 'wrapping' : 'accepted';
  const found = (facts.reservations ?? []).filter((one) => one.reservation_status === status);
  const workers = listed(found.map((one) => workerNameOf(facts, one)));
  const dates = found.flatMap(({ date_updated: date }) => date?.getTime() ?? []);
  const kind = isWrapping ? 'wrapping' : 'assigned';
  if (dates.length === 0) {
    const said = isWrapping ? message('Wrapping up') : message('Assigned');
    return { kind, ...certain(said) };
  }
  const args = { workers, time: span(facts.now - Math.min(...dates)) };
  const said = isWrapping
    ? message('Wrapping up for {time}: {workers}', args)
    : message('Assigned to {workers} {time} ago', args);
  return { kind, ...certain(said) };
}

function workerNameOf({ workers }: ExplanationFacts, reservation: Reservation): string {
  const { worker_sid: sid, worker_name: name } = reservation;
  return clip(name || workers.find((one) => one.sid === sid)?.friendly_name || sid || '?');
}

/** How a task ended that TaskRouter still has. */
export function finishedHeadline(facts: ExplanationFacts, task: Task): Headline {
  const isCanceled = task.assignment_status === 'canceled';
  const kind = isCanceled ? 'canceled' : 'completed';
  const events = eventsOfTask(facts);
  const at = endOf(events)?.at ?? task.date_updated?.getTime();
  return { kind, ...endClaim(facts, kind, at, task.reason ?? reasonIn(events), events) };
}

const ends = ['task.completed', 'task.canceled', 'task.deleted', 'task.system-deleted'];
const endOf = (events: readonly TaskEvent[]) => events.findLast(({ type }) => ends.includes(type));

export function reasonIn(events: readonly TaskEvent[]): string | undefined {
  const { data } = endOf(events) ?? {};
  return data?.['task_canceled_reason'] ?? data?.['task_completed_reason'];
}

function endClaim(
  { now }: ExplanationFacts,
  kind: 'canceled' | 'completed',
  at: number | undefined,
  reason: string | undefined,
  events: readonly TaskEvent[],
) {
  const ago =
    at === undefined ? message('at an unknown time') : message('{time} ago', { time: span(now - at) });
  const end = kind === 'canceled' ? message('Canceled {ago}', { ago }) : message('Completed {ago}', { ago });
  const cause = kind === 'canceled' ? cancelCause(events, reason) : undefined;
  if (cause) return certain(message('{end}: {cause}', { end, cause }));
  if (reason) return certain(message('{end}: “{reason}”', { end, reason: clip(reason) }));
  return events.length > 0 ? certain(end) : claim(end, [message('The Events of the task were not read.')]);
}

/** Why TaskRouter itself canceled a task. */
function cancelCause(events: readonly TaskEvent[], reason: string | undefined): Message | undefined {
  const has = (type: string) => events.some((one) => one.type === type);
  if (has('workflow.timeout')) {
    const queue = events.findLast(({ type }) => type === 'task-queue.entered')?.data['task_queue_name'];
    return queue === undefined
      ? message('the last target of its workflow timed out')
      : message('the last target of its workflow timed out, in {queue}', { queue });
  }
  if (has('workflow.skipped')) return message('every target of its workflow was skipped');
  if (reason && /TTL exceeded/i.test(reason)) {
    return message('nobody accepted it within its timeout (“{reason}”)', { reason: clip(reason) });
  }
  if (reason && /max assignment count/i.test(reason)) {
    return message('it was offered too often without being accepted (“{reason}”)', { reason: clip(reason) });
  }
  return undefined;
}

/** What the Events say of a task that TaskRouter no longer has. */
export function goneHeadline(facts: ExplanationFacts): { headline: Headline; status?: string } {
  const events = eventsOfTask(facts);
  const last = endOf(events);
  if (!last && facts.unread.some(({ part }) => part === 'task')) return { headline: notRead(facts, events) };
  if (!last && facts.lastRead) return { headline: goneSince(facts, facts.lastRead.at) };
  if (events.length === 0) {
    return {
      headline:
        facts.events === undefined
          ? { kind: 'unreadable', ...certain(message('The task is gone, and its Events were not read')) }
          : {
              kind: 'no such task',
              ...certain(
                message(
                  'Task not found in workspace {workspace}: it has neither the task nor Events about it',
                  {
                    workspace: nameOf(facts.workspace, facts.workspace?.sid),
                  },
                ),
              ),
            },
    };
  }
  if (!last) {
    const said = message('The task is gone; its last Event was {type}, {time} ago', {
      type: events.at(-1)!.type,
      time: span(facts.now - events.at(-1)!.at),
    });
    return {
      headline: { kind: 'gone', ...claim(said, [message('TaskRouter sends no Event for some removals.')]) },
    };
  }
  return endHeadline(facts, events, last);
}

/** No Event says when it was deleted: only when it was last there. */
const goneSince = ({ now }: ExplanationFacts, at: number): Headline => ({
  kind: 'gone',
  ...claim(
    message('The task no longer exists: it was deleted within the last {time}', { time: span(now - at) }),
    [message('TaskRouter sends no Event for some removals.')],
  ),
});

function notRead({ now }: ExplanationFacts, events: readonly TaskEvent[]): Headline {
  const event = events.at(-1);
  const said = event
    ? message('The task was not read; its last Event was {type}, {time} ago', {
        type: event.type,
        time: span(now - event.at),
      })
    : message('The task was not read');
  return { kind: 'unreadable', ...claim(said, [message('Reading it failed or is not allowed.')]) };
}

function endHeadline(facts: ExplanationFacts, events: readonly TaskEvent[], { type, at }: TaskEvent) {
  const time = span(facts.now - at);
  const before = events.findLast((one) => ends.includes(one.type) && !one.type.endsWith('deleted'));
  if (before) {
    const status = before.type === 'task.canceled' ? 'canceled' : 'completed';
    const end = endClaim(facts, status, before.at, reasonIn(events), events);
    return { headline: { kind: status, ...end } as Headline, status };
  }
  const said =
    type === 'task.deleted'
      ? message('Deleted {time} ago through the API', { time })
      : message(
          'TaskRouter removed the task {time} ago: it was assigned for too long or reached its timeout',
          { time },
        );
  return { headline: { kind: 'gone', ...certain(said) } as Headline };
}
