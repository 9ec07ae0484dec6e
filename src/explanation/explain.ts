import { message } from '../taskrouter/message';
import { withOutsideCause } from './callAndAlerts';
import { whatWouldChangeIt } from './whatIf';
import { goneHeadline, finishedHeadline, workedOnHeadline } from './finished';
import type { ExplanationFacts } from './facts';
import type { Headline, NextOffer, TaskExplanation } from './explanation';
import { offeredHeadline, waitingHeadline } from './headline';
import type { Situation } from './headline';
import { overdueDoubts, withDoubts, withMissingRows } from './freshness';
import { RoutingModel } from './model';
import { nextReservation, openingsOf } from './nextOffer';
import { patternsOf } from './patterns';
import { isOfTimeline, notesOf } from './notes';
import { placeOf } from './place';
import { RoutingRules } from './routingRules';
import { finish } from './steps';
import type { Steps } from './steps';
import { certain } from './texts';
import { workerGroups } from './workerGroups';
import { workflowTrace } from './workflowTrace';

/** Why a task waits, who gets it next, and what happened to it, from what the API shows of it. */
export const explain = (facts: ExplanationFacts, rules?: RoutingRules): TaskExplanation =>
  finish(explaining(facts, rules));

/** The same in steps, for workspaces of thousands of workers. */
export function* explaining(facts: ExplanationFacts, rules = new RoutingRules()): Steps<TaskExplanation> {
  return withOutsideCause(yield* explainRouting(facts, rules), facts);
}

function* explainRouting(facts: ExplanationFacts, rules: RoutingRules): Steps<TaskExplanation> {
  const { task } = facts;
  if (!task) return withoutTask(facts);
  const status = task.assignment_status ?? undefined;
  switch (status) {
    case 'pending':
    case 'reserved':
      return yield* explainWaiting(new RoutingModel(facts, task, rules));
    case 'assigned':
    case 'wrapping':
      return withDoubts(over(new RoutingModel(facts, task, rules), workedOnHeadline(facts, task)), facts);
    case 'completed':
    case 'canceled':
      return withMissingRows(
        over(new RoutingModel(facts, task, rules), finishedHeadline(facts, task)),
        facts,
      );
    default:
      return withMissingRows(
        over(new RoutingModel(facts, task, rules), {
          kind: 'unknown status',
          ...certain(message('The task has status {status}', { status: status ?? '?' })),
        }),
        facts,
      );
  }
}

const nobody: NextOffer = { when: 'none', workers: [], count: 0, certainty: 'certain', because: [] };

function* explainWaiting(model: RoutingModel): Steps<TaskExplanation> {
  const { facts, task } = model;
  const place = placeOf(model);
  const openings = yield* openingsOf(model, place);
  const { offer: next, candidates } = yield* nextReservation(model, place, openings);
  const groups = yield* workerGroups(model, candidates, next);
  const trace = workflowTrace(model, place);
  const situation = { model, place, openings, groups, next, trace };
  const isOffered = task.assignment_status === 'reserved';
  const explanation = {
    ...common(facts, isOffered ? offeredHeadline(situation) : waitingHeadline(situation), situation),
    next,
    ...(trace ? { workflow: trace } : {}),
    workers: groups,
    changes: isOffered ? [] : yield* whatWouldChangeIt(situation),
  };
  return withDoubts(explanation, facts, overdueDoubts(model));
}

function over(model: RoutingModel, headline: Headline): TaskExplanation {
  const trace = workflowTrace(model, placeOf(model));
  return { ...common(model.facts, headline), ...(trace ? { workflow: trace } : {}) };
}

function withoutTask(facts: ExplanationFacts): TaskExplanation {
  const { headline, status } = goneHeadline(facts);
  return withMissingRows({ ...common(facts, headline), ...(status === undefined ? {} : { status }) }, facts);
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
    notes: notesOf(facts).filter((note) => !isOfTimeline(note)),
  };
}
