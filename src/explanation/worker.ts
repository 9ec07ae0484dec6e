import { message } from '../taskrouter/message';
import type { Message } from '../taskrouter/message';
import type { Task, Worker, Workflow } from '../taskrouter/resources';
import type { Candidates } from './candidates';
import { firstReserved } from './candidates';
import type {
  Holder,
  WaitingTaskLine,
  WorkerExplanation,
  WorkerHeadline,
  WorkerQueueLine,
} from './explanation';
import type { ExplanationFacts } from './facts';
import { ageDoubts, doubted } from './freshness';
import { heldBy, heldSentence, nextSentence } from './held';
import type { Held } from './held';
import { RoutingModel } from './model';
import { openingsOf } from './nextOffer';
import { notesOf } from './notes';
import { orderOf } from './otherTasks';
import { placeOf } from './place';
import { RoutingRules } from './routingRules';
import { undocumented } from './settle';
import { finish } from './steps';
import type { Steps } from './steps';
import { claim, nameOf, span } from './texts';
import { only } from './whatIf';
import { lineOf } from './workerGroups';

/** What a worker's wait is explained from: the facts of a task, but for the task, and every workflow of its tasks. */
export interface WorkerFacts extends Omit<
  ExplanationFacts,
  'taskSid' | 'task' | 'workflow' | 'reservations' | 'outside'
> {
  readonly workerSid: string;
  readonly workflows: readonly Workflow[];
  /** The SIDs of the queues that the worker is in. */
  readonly workerQueues?: readonly string[];
}

/** Which waiting tasks a worker could take, in the order in which they would be offered, and why they are not. */
export const explainWorker = (facts: WorkerFacts, rules?: RoutingRules): WorkerExplanation =>
  finish(explainingWorker(facts, rules));

/** The same in steps, for workspaces of thousands of workers. */
export function* explainingWorker(facts: WorkerFacts, rules = new RoutingRules()): Steps<WorkerExplanation> {
  const { workerSid } = facts;
  const row = facts.workers.find(({ sid }) => sid === workerSid);
  const name = nameOf(row, workerSid);
  const waiting = row ? [...(facts.waitingTasks ?? [])].sort(orderOf(facts)) : [];
  const lines: WaitingTaskLine[] = [];
  for (const task of waiting) {
    const behind = lines.filter(({ reason }) => reason === 'eligible').length;
    const line = yield* lineFor(facts, row!, rules, task, behind);
    if (line) lines.push(line);
    yield;
  }
  const doubts = ageDoubts(facts);
  const held = heldBy(facts, name);
  const tasks = [...lines]
    .sort((a, b) => rank(a) - rank(b))
    .map((line) => ({ ...line, claim: doubted(line.claim, doubts) }));
  return {
    workerSid,
    name,
    headline: doubted(headline(facts, name, tasks, held), doubts),
    held: held.tasks,
    tasks,
    ...(facts.workerQueues ? { queues: queuesOf(facts, facts.workerQueues) } : {}),
    notes: notesOf({ ...facts, taskSid: '' }),
  };
}

function queuesOf(
  { queues, waitingTasks }: WorkerFacts,
  workerQueues: readonly string[],
): readonly WorkerQueueLine[] {
  const lines = workerQueues.map((queueSid) => ({
    queueSid,
    queueName: nameOf(
      queues.find(({ sid }) => sid === queueSid),
      queueSid,
    ),
    ...(waitingTasks
      ? { waiting: waitingTasks.filter(({ task_queue_sid: sid }) => sid === queueSid).length }
      : {}),
  }));
  return lines.sort((a, b) => (b.waiting ?? 0) - (a.waiting ?? 0) || a.queueName.localeCompare(b.queueName));
}

/** What the worker has the skills for comes first. */
const rank = ({ reason }: WaitingTaskLine) =>
  ['not in queue', 'target expression', 'known worker', 'routing target'].includes(reason) ? 1 : 0;

function* lineFor(
  facts: WorkerFacts,
  row: Worker,
  rules: RoutingRules,
  task: Task,
  behind: number,
): Steps<WaitingTaskLine | undefined> {
  const { workerSid } = facts;
  const workflow = facts.workflows.find(({ sid }) => sid === task.workflow_sid);
  const ofTask = { ...facts, taskSid: task.sid, task, reservations: [], ...(workflow ? { workflow } : {}) };
  const model = new RoutingModel(only(ofTask, row), task, rules);
  const place = placeOf(model);
  const [candidates] = yield* openingsOf(model, place);
  const { queueSid, opening, verdicts, doubtful } = candidates!;
  const verdict = verdicts.get(workerSid);
  const members = facts.members.get(queueSid);
  // Tasks of queues that the worker is not in are no news.
  if (!verdict || (members && !members.includes(workerSid) && !opening.task.worker)) return undefined;
  const { reason, message: why, comparisons, holders } = lineOf(model, candidates!, workerSid);
  const isElsewhere = ({ taskSid }: Holder) => {
    const held = facts.heldTasks?.find(({ sid }) => sid === taskSid);
    return held && held.task_channel_unique_name !== task.task_channel_unique_name;
  };
  const doubts = (doubtful.get(workerSid) ?? []).map(undocumented);
  const because = [...place.because, ...place.ambiguity, ...candidates!.because, ...doubts];
  const line = {
    taskSid: task.sid,
    queueSid,
    queueName: model.queueName(queueSid),
    created: model.created.earliest,
    priority: task.priority ?? 0,
    comparisons,
    holders: reason === 'channel full' ? holders.filter((one) => !isElsewhere(one)) : holders,
  };
  if (verdict.eligible !== true) return { ...line, reason, claim: claim(why, because) };
  if (behind > 0) {
    const said = message('Other tasks come first ({count})', { count: behind });
    return { ...line, reason: 'behind other tasks', claim: claim(said, because) };
  }
  const all = new RoutingModel(ofTask, task, rules);
  const [among] = yield* openingsOf(all, place);
  return { ...line, ...whyNotNow(all, among!, workerSid, because) };
}

/** Why a worker who could take a task is not offered it, if no other task comes first. */
function whyNotNow(
  model: RoutingModel,
  candidates: Candidates,
  workerSid: string,
  because: readonly Message[],
): Pick<WaitingTaskLine, 'reason' | 'claim'> {
  const first = firstReserved(model, candidates);
  if (!first.workers.includes(workerSid)) {
    const said = message('Other workers could be offered it as well, and come first ({count})', {
      count: candidates.eligible.length - 1,
    });
    return { reason: 'behind other workers', claim: claim(said, [...because, ...first.because]) };
  }
  if (first.count < first.workers.length) {
    const said = message('May be offered first: TaskRouter chooses {count} of {all} workers', {
      count: first.count,
      all: first.workers.length,
    });
    return { reason: 'behind other workers', claim: claim(said, [...because, ...first.because]) };
  }
  const said = message('About to be offered: TaskRouter reserves such a worker at once');
  return { reason: 'eligible', claim: claim(said, [...because, ...first.because]) };
}

/** A worker for whom no task waits: what they are free for, or what they would be if one came. */
function nothingWaits(
  facts: WorkerFacts,
  worker: string,
  row: Worker | undefined,
  held: Held,
): readonly [Message, readonly Message[]] {
  const queues = facts.workerQueues;
  if (!queues) {
    const because = [message('The queues of {worker} were not read.', { worker })];
    return [message('No task waits for {worker}', { worker }), because];
  }
  if (queues.length === 0)
    return [message('{worker} is in no queue: no task can be offered', { worker }), []];
  if (facts.waitingTasks?.some(({ task_queue_sid: sid }) => queues.includes(sid ?? ''))) {
    const because = [message('The queues and their workers were not read at the same time.')];
    return [message('No waiting task is for {worker}', { worker }), because];
  }
  const count = queues.length;
  if (row?.available === false) {
    const activity = row.activity_name ?? '?';
    const args = { worker, activity, count };
    return [
      message('{worker} is unavailable ({activity}), and no task waits in their queues ({count})', args),
      [],
    ];
  }
  const args = { worker, count, next: nextSentence(held) };
  return [
    held.hasRoom
      ? message('No task waits in the queues of {worker} ({count}): {next}', args)
      : message('No task waits in the queues of {worker} ({count}), {next}', args),
    held.because,
  ];
}

/** What the worker has now, and why they are not offered more. */
function headline(
  facts: WorkerFacts,
  worker: string,
  tasks: readonly WaitingTaskLine[],
  held: Held,
): WorkerHeadline {
  const { until } = held.tasks[0] ?? {};
  const left = until === undefined ? undefined : until - facts.now;
  const [why, because] = whyNoMore(facts, worker, tasks, held);
  const isOffered = held.tasks.some(({ status }) => status === 'pending');
  const say = (time: number | undefined) => {
    // Beside the tasks that wait, those that the worker accepted matter only as what fills a channel.
    const has = isOffered || tasks.length === 0 ? heldSentence(held, worker, time) : undefined;
    return has ? message('{has}. {why}', { has, why }) : why;
  };
  return {
    ...claim(say(left), because),
    ...(until !== undefined && until > facts.now ? { until, besideCountdown: say(undefined) } : {}),
  };
}

function whyNoMore(
  facts: WorkerFacts,
  worker: string,
  tasks: readonly WaitingTaskLine[],
  held: Held,
): readonly [Message, readonly Message[]] {
  if (!facts.waitingTasks) {
    return [message('The waiting tasks were not read'), [message('Reading them failed or is not allowed.')]];
  }
  const row = facts.workers.find(({ sid }) => sid === facts.workerSid);
  const fitting = tasks.filter((task) => rank(task) === 0);
  const count = fitting.length;
  const because = fitting.flatMap((task) => task.claim.because);
  const args = { worker, count };
  if (tasks.length === 0) return nothingWaits(facts, worker, row, held);
  if (count === 0) {
    const said = message('{worker} qualifies for none of the waiting tasks in their queues ({count})', {
      worker,
      count: tasks.length,
    });
    return [said, tasks.flatMap((task) => task.claim.because)];
  }
  if (row?.available === false) {
    const since = row.date_status_changed?.getTime();
    const time = since === undefined ? '?' : span(facts.now - since);
    return [
      message('{worker} has been in {activity} for {time}. Waiting tasks they qualify for: {count}', {
        ...args,
        activity: row.activity_name ?? '?',
        time,
      }),
      because,
    ];
  }
  const [first] = fitting;
  return [
    message('Waiting tasks that {worker} qualifies for: {count}. The first: {why}', {
      ...args,
      why: first!.claim.message,
    }),
    because,
  ];
}
