import type { RoutingOptions } from '../routing/options';
import { message } from '../taskrouter/message';
import type { Task } from '../taskrouter/resources';
import { whatWouldChangeIt } from './whatIf';
import { goneHeadline, finishedHeadline, workedOnHeadline } from './finished';
import type { ExplanationFacts } from './facts';
import type { Headline, NextOffer, TaskExplanation } from './explanation';
import { offeredHeadline, waitingHeadline } from './headline';
import type { Situation } from './headline';
import { RoutingModel } from './model';
import { nextOffer, openingsOf } from './nextOffer';
import { patternsOf } from './patterns';
import { notesOf } from './notes';
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
    ...common(facts, isOffered ? offeredHeadline(situation) : waitingHeadline(situation), situation),
    next,
    ...(trace ? { workflow: trace } : {}),
    workers: groups,
    changes: isOffered ? [] : whatWouldChangeIt(situation),
  };
}

const maxAge = 60_000;

/** What was read a while ago may be otherwise by now. */
function withAge({ now, readAt }: ExplanationFacts, next: NextOffer): NextOffer {
  if (now - readAt <= maxAge) return next;
  const old = message('The data behind this explanation was read {time} ago.', { time: span(now - readAt) });
  return { ...next, certainty: 'probable', because: [...next.because, old] };
}

function over(facts: ExplanationFacts, task: Task, headline: Headline): TaskExplanation {
  const model = new RoutingModel(facts, task);
  const trace = workflowTrace(model, placeOf(model));
  return { ...common(facts, headline), ...(trace ? { workflow: trace } : {}) };
}

function withoutTask(facts: ExplanationFacts): TaskExplanation {
  const { headline, status } = goneHeadline(facts);
  return { ...common(facts, headline), ...(status === undefined ? {} : { status }) };
}

/** What every explanation has; for a task that nobody is offered next. */
function common(facts: ExplanationFacts, headline: Headline, situation?: Situation): TaskExplanation {
  const { taskSid, now: at, task } = facts;
  const patterns = patternsOf(facts, situation);
  const [first] = patterns;
  return {
    taskSid,
    at,
    ...(task?.assignment_status ? { status: task.assignment_status } : {}),
    headline: first ? { ...headline, remedy: first.remedy } : headline,
    next: nobody,
    patterns,
    changes: [],
    notes: notesOf(facts),
  };
}
