import * as z from 'zod';
import type {
  Claim,
  ComparisonLine,
  Confidence,
  Note,
  TaskExplanation,
  WorkerGroups,
  WorkerLine,
  WorkflowTrace,
} from '../explanation/explanation';
import type { ExplanationFacts } from '../explanation/facts';
import { timelineSteps } from '../explanation/timeline';
import { inSlices } from '../slices';
import { titlesIn } from '../taskrouter/attributes';
import { taskStatuses } from '../taskrouter/resources';
import { TaskFacts } from './taskFacts';
import { accountOf, placeInput, workspacesOf } from './places';
import type { ToolCall } from './tool';
import { tool } from './tool';
import { oneOf, ours, quoted, secondsBetween, sentence, sid, time } from './text';
import type { Value } from './text';

const input = z.strictObject({
  task: z
    .string()
    .regex(/^WT[0-9a-fA-F]{32}$/, 'must be WT followed by 32 hexadecimal digits')
    .describe('The SID of the task (WT…). taskrouter_find_tasks finds it by name.'),
  ...placeInput,
});

async function factsOf({ task, ...place }: z.infer<typeof input>, call: ToolCall): Promise<TaskFacts> {
  const account = accountOf(call, place.account);
  return TaskFacts.read(account, call, await workspacesOf(account, place), task);
}

export const explainTask = tool({
  name: 'taskrouter_explain_task',
  toolReferenceName: 'taskrouterExplainTask',
  title: 'Explain a TaskRouter Task',
  summary: 'Explains why a task waits, who is next, and what would change that.',
  description:
    'Explains one task in Twilio TaskRouter: why it still waits or how it ended (headline), whom it is offered next, the way through its workflow, its workers by the reason that keeps them from it, known problems with their remedies, and the smallest changes that would help. What is only probable says why. Use it for "why is this call still waiting?", "why does nobody get it?" and "why is it in this queue?".',
  input,
  answer: async (given, call) => {
    const facts = await factsOf(given, call);
    const explanation = await facts.explain();
    return explained(facts.all, explanation);
  },
});

export const taskTimeline = tool({
  name: 'taskrouter_task_timeline',
  toolReferenceName: 'taskrouterTimeline',
  title: 'Show the Timeline of a TaskRouter Task',
  summary: 'Tells what happened to a task: queues, offers, answers and timeouts.',
  description:
    'Tells what happened to one task in Twilio TaskRouter, the newest first: when it was created, which queues it entered, who was offered it and how they answered, timeouts, updates. Also for a task that was finished or deleted in the last 30 days, if its workspace is named.',
  input,
  answer: async (given, call) => {
    const facts = await factsOf(given, call);
    const clock = { elapsed: () => performance.now() };
    const timeline = await inSlices(
      ...([timelineSteps(facts.all, facts.rules), clock, () => !call.signal.aborted] as const),
    );
    call.signal.throwIfAborted();
    const { entries, notes } = timeline!;
    return {
      ...taskOf(facts.all),
      entries: [...entries].reverse().map(({ at, message, duration, why }) => ({
        at: time(at),
        what: sentence(message),
        seconds: duration === undefined ? undefined : Math.round(duration / 1000),
        why: why && claimed(why),
      })),
      notes: notesIn(notes),
    };
  },
});

function taskOf({ task, taskSid, now }: ExplanationFacts): { readonly [key: string]: Value } {
  return {
    task: sid(taskSid),
    title: quoted(titlesIn(task?.attributes)[0], 60),
    status: oneOf(taskStatuses, task?.assignment_status),
    ageSeconds: secondsBetween(task?.date_created?.getTime(), now),
    queue: quoted(task?.task_queue_friendly_name, 60),
    workflow: quoted(task?.workflow_friendly_name, 60),
    channel: quoted(task?.task_channel_unique_name, 30),
    priority: task?.priority ?? undefined,
    reason: quoted(task?.reason),
  };
}

function explained(facts: ExplanationFacts, explanation: TaskExplanation): Value {
  const { headline, next, workflow, workers, patterns, changes, notes, status } = explanation;
  return {
    headline: { ...claimed(headline), remedy: headline.remedy && sentence(headline.remedy) },
    ...taskOf(facts),
    status: oneOf(taskStatuses, status),
    nextOffer: next.when === 'none' ? undefined : nextOffer(explanation),
    changes: changes.map((change) => ({ ...claimed(change), subject: sid(change.subjectSid) })),
    problems: patterns.map(({ claim, remedy, page }) => ({
      ...claimed(claim),
      remedy: sentence(remedy),
      page: ours(page),
    })),
    workflow: workflow && decisionPath(workflow),
    workers: workers && byReason(workers),
    notKnown: notesIn(notes),
    attributes: quoted(facts.task?.attributes, 600),
  };
}

const claimed = ({ message, ...confidence }: Claim) => ({
  says: sentence(message),
  ...sureness(confidence),
});

const sureness = ({ certainty, because }: Confidence) => ({
  certainty: ours(certainty),
  because: because.length > 0 ? because.map((one) => sentence(one)) : undefined,
});

function nextOffer({ next, workers }: TaskExplanation): Value {
  const names = new Map(workers?.next.map((line) => [line.sid, line.name]));
  return {
    when: ours(next.when),
    workers: next.workers.map((one) => ({ worker: sid(one), name: quoted(names.get(one), 60) })),
    reservedTogether: next.count,
    ...sureness(next),
  };
}

const comparison = ({ text, left, right, result }: ComparisonLine): Value => ({
  comparison: quoted(text),
  left: quoted(left.value),
  right: quoted(right.value),
  result: typeof result === 'boolean' ? result : ours(result),
});

const decisionPath = ({ workflowSid, workflowName, place, next, filters }: WorkflowTrace): Value => ({
  workflow: sid(workflowSid),
  name: quoted(workflowName, 60),
  place: claimed(place),
  then: next && { at: time(next.at), ...claimed(next.claim) },
  filters: filters.map(({ name, expression, matches, comparisons, targets }) => ({
    name: quoted(name, 60),
    expression: quoted(expression),
    matches,
    // The others say as little as a filter that was not reached.
    comparisons: comparisons.length > 0 ? comparisons.map(comparison) : undefined,
    targets: matches
      ? targets.map((target) => ({
          queue: quoted(target.queueName, 60),
          state: ours(target.state),
          expression: quoted(target.expression),
          skipIf: quoted(target.skipIf),
          timeout: target.timeout,
          until: time(target.deadline),
        }))
      : undefined,
  })),
});

/** Details of each worker take time to make. */
const maxInGroup = 8;
const maxCounted = 1000;

function byReason({ queueName, order, next, wouldQualify, unknown, notQualified }: WorkerGroups): Value {
  const group = (lines: readonly WorkerLine[]): Value => {
    const byReason = new Map<string, WorkerLine[]>();
    for (const line of lines.slice(0, maxCounted))
      byReason.set(line.reason, [...(byReason.get(line.reason) ?? []), line]);
    return [...byReason].map(([reason, all]) => ({
      reason: ours(reason),
      count: all.length,
      workers: all.slice(0, maxInGroup).map((line) => ({
        worker: sid(line.sid),
        name: quoted(line.name, 60),
        says: sentence(line.message),
        tasks: line.holders.length > 0 ? line.holders.map(({ taskSid }) => sid(taskSid)) : undefined,
      })),
    }));
  };
  return {
    queue: quoted(queueName, 60),
    order: claimed(order),
    next: group(next),
    wouldQualify: group(wouldQualify),
    capacityUnknown: group(unknown),
    notQualified: group(notQualified),
  };
}

const notesIn = (notes: readonly Note[]): Value =>
  notes.length > 0 ? notes.map(({ message }) => sentence(message)) : undefined;
