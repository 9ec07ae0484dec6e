import type { RoutingOptions } from '../routing/options';
import { message } from '../taskrouter/message';
import type { Task } from '../taskrouter/resources';
import { whatWouldChangeIt } from './whatIf';
import { goneHeadline, finishedHeadline, workedOnHeadline } from './finished';
import type { ExplanationFacts } from './facts';
import { permissionFor } from './facts';
import type { Headline, Note, NextOffer, TaskExplanation } from './explanation';
import { offeredHeadline, waitingHeadline } from './headline';
import { RoutingModel } from './model';
import { nextOffer, openingsOf } from './nextOffer';
import { patternsOf } from './patterns';
import { placeOf } from './place';
import { certain, span } from './texts';
import { workerGroups } from './workerGroups';
import { workflowTrace } from './workflowTrace';

/**
 * Why a task waits, who gets it next, and what happened to it, from what the API shows of it. `options` choose where
 * Twilio's pages are silent or contradict each other.
 */
export function explain(facts: ExplanationFacts, options?: RoutingOptions): TaskExplanation {
  const { task } = facts;
  if (!task) return withoutTask(facts);
  const status = task.assignment_status ?? undefined;
  switch (status) {
    case 'pending':
    case 'reserved':
      return explainWaiting(facts, task, options);
    case 'assigned':
    case 'wrapping':
      return over(facts, task, workedOnHeadline(facts, task));
    case 'completed':
    case 'canceled':
      return over(facts, task, finishedHeadline(facts, task));
    default:
      return over(facts, task, {
        kind: 'unknown status',
        ...certain(message('The task has status {status}', { status: status ?? '?' })),
      });
  }
}

const nobody: NextOffer = { when: 'none', workers: [], certainty: 'certain', because: [] };

function explainWaiting(facts: ExplanationFacts, task: Task, options?: RoutingOptions): TaskExplanation {
  const model = new RoutingModel(facts, task, options);
  const place = placeOf(model);
  const openings = openingsOf(model, place);
  const next = withAge(facts, nextOffer(model, place, openings));
  const groups = workerGroups(model, openings[0]!);
  const trace = workflowTrace(model, place);
  const situation = { model, place, openings, groups, next, trace };
  const isOffered = task.assignment_status === 'reserved';
  return {
    ...head(facts, task),
    headline: isOffered ? offeredHeadline(situation) : waitingHeadline(situation),
    next,
    ...(trace ? { workflow: trace } : {}),
    workers: groups,
    patterns: patternsOf(facts, situation),
    changes: isOffered ? [] : whatWouldChangeIt(situation),
    notes: notesOf(facts),
  };
}

const maxAge = 60_000;

/** What was read a while ago may be otherwise by now. */
function withAge({ now, readAt }: ExplanationFacts, next: NextOffer): NextOffer {
  if (now - readAt <= maxAge) return next;
  const old = message('What this is computed from was read {time} ago.', { time: span(now - readAt) });
  return { ...next, certainty: 'probable', because: [...next.because, old] };
}

const head = ({ taskSid, now: at }: ExplanationFacts, task: Task | undefined) => ({
  taskSid,
  at,
  ...(task?.assignment_status ? { status: task.assignment_status } : {}),
});

function over(facts: ExplanationFacts, task: Task, headline: Headline): TaskExplanation {
  const model = new RoutingModel(facts, task);
  const trace = workflowTrace(model, placeOf(model));
  return {
    ...head(facts, task),
    headline,
    next: nobody,
    ...(trace ? { workflow: trace } : {}),
    patterns: patternsOf(facts),
    changes: [],
    notes: notesOf(facts),
  };
}

function withoutTask(facts: ExplanationFacts): TaskExplanation {
  const { headline, status } = goneHeadline(facts);
  return {
    ...head(facts, undefined),
    ...(status === undefined ? {} : { status }),
    headline,
    next: nobody,
    patterns: patternsOf(facts),
    changes: [],
    notes: notesOf(facts),
  };
}

/** What was not read, and which permission would let it be read. */
export function notesOf({ unread, events, eventsSince, task }: ExplanationFacts): Note[] {
  const notes = unread.map(({ part, reason }): Note => {
    const permission = permissionFor[part];
    return reason === 'permission'
      ? {
          kind: 'not read',
          part,
          permission,
          message: message('The credentials do not allow reading {part}: the API key needs {permission}.', {
            part,
            permission,
          }),
        }
      : { kind: 'not read', part, message: message('Reading {part} failed.', { part }) };
  });
  const created = task?.date_created?.getTime();
  if (events && eventsSince !== undefined && (created === undefined || eventsSince > created)) {
    const limit = message('Events were read since {time} only.', {
      time: new Date(eventsSince).toISOString(),
    });
    return [...notes, { kind: 'limit', message: limit }];
  }
  return notes;
}
