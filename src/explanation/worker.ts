import { message } from '../taskrouter/message';
import type { Message } from '../taskrouter/message';
import type { Task, Workflow } from '../taskrouter/resources';
import type { Candidates } from './candidates';
import { firstReserved } from './candidates';
import { undocumented } from './comparisons';
import type { Claim, WaitingTaskLine, WorkerExplanation } from './explanation';
import type { ExplanationFacts } from './facts';
import { RoutingModel } from './model';
import { openingsOf } from './nextOffer';
import { notesOf } from './notes';
import { comparisonOf, waitingTask } from './otherTasks';
import { placeOf } from './place';
import { claim, nameOf, span } from './texts';
import { lineOf } from './workerGroups';

/** What a worker's wait is explained from: the facts of a task, but for the task, and every workflow of its tasks. */
export interface WorkerFacts extends Omit<
  ExplanationFacts,
  'taskSid' | 'task' | 'workflow' | 'reservations' | 'outside'
> {
  readonly workerSid: string;
  readonly workflows: readonly Workflow[];
}

/** Which waiting tasks a worker could take, in the order in which they would be offered, and why they are not. */
export function explainWorker(facts: WorkerFacts): WorkerExplanation {
  const { workerSid } = facts;
  const name = nameOf(
    facts.workers.find(({ sid }) => sid === workerSid),
    workerSid,
  );
  const noted = { ...facts, taskSid: '' };
  const compare = comparisonOf(noted);
  const waiting = [...(facts.waitingTasks ?? [])].sort((a, b) =>
    compare(waitingTask(noted, a), waitingTask(noted, b)),
  );
  const lines: WaitingTaskLine[] = [];
  for (const task of waiting) {
    const line = lineFor(facts, task, lines);
    if (line) lines.push(line);
  }
  const tasks = [...lines].sort((a, b) => rank(a) - rank(b));
  return { workerSid, name, headline: headline(facts, name, tasks), tasks, notes: notesOf(noted) };
}

/** What the worker has the skills for comes first. */
const rank = ({ reason }: WaitingTaskLine) =>
  ['not in queue', 'target expression', 'known worker', 'routing target'].includes(reason) ? 1 : 0;

function lineFor(
  facts: WorkerFacts,
  task: Task,
  before: readonly WaitingTaskLine[],
): WaitingTaskLine | undefined {
  const { workerSid } = facts;
  const workflow = facts.workflows.find(({ sid }) => sid === task.workflow_sid);
  const model = new RoutingModel(
    { ...facts, taskSid: task.sid, task, reservations: [], ...(workflow ? { workflow } : {}) },
    task,
  );
  const place = placeOf(model);
  const [candidates] = openingsOf(model, place);
  const verdict = candidates!.verdicts.get(workerSid);
  const members = facts.members[candidates!.queueSid];
  // Tasks of queues that the worker is not in are no news.
  if (!verdict || (members && !members.includes(workerSid) && !candidates!.opening.task.worker))
    return undefined;
  const { reason, message: why, comparisons } = lineOf(model, candidates!, workerSid);
  const doubts = (candidates!.doubtful.get(workerSid) ?? []).map(undocumented);
  const because = [...place.because, ...place.ambiguity, ...candidates!.because, ...doubts];
  const row = {
    taskSid: task.sid,
    queueSid: candidates!.queueSid,
    queueName: model.queueName(candidates!.queueSid),
    created: model.created.earliest,
    priority: task.priority ?? 0,
    comparisons,
  };
  if (verdict.eligible !== true) return { ...row, reason, claim: claim(why, because) };
  const behind = before.filter((one) => one.reason === 'eligible').length;
  return { ...row, ...whyNotNow(model, candidates!, workerSid, behind, because) };
}

/** Why a worker who could take a task is not offered it. */
function whyNotNow(
  model: RoutingModel,
  candidates: Candidates,
  workerSid: string,
  behind: number,
  because: readonly Message[],
): Pick<WaitingTaskLine, 'reason' | 'claim'> {
  if (behind > 0) {
    const said = message('Other tasks come first ({count})', { count: behind });
    return { reason: 'behind other tasks', claim: claim(said, because) };
  }
  const first = firstReserved(model, candidates);
  if (!first.workers.includes(workerSid)) {
    const said = message('Other workers could be offered it as well, and come first ({count})', {
      count: candidates.eligible.length - 1,
    });
    return { reason: 'behind other workers', claim: claim(said, [...because, ...first.because]) };
  }
  const said = message('About to be offered: TaskRouter reserves such a worker at once');
  return { reason: 'eligible', claim: claim(said, [...because, ...first.because]) };
}

function headline(facts: WorkerFacts, worker: string, tasks: readonly WaitingTaskLine[]): Claim {
  if (!facts.waitingTasks) {
    return claim(message('The waiting tasks were not read'), [
      message('Reading them failed or is not allowed.'),
    ]);
  }
  const row = facts.workers.find(({ sid }) => sid === facts.workerSid);
  const fitting = tasks.filter((task) => rank(task) === 0);
  const count = fitting.length;
  const because = fitting.flatMap((task) => task.claim.because);
  const args = { worker, count };
  if (tasks.length === 0) return claim(message('No task waits in a queue of {worker}', args), []);
  if (count === 0) {
    const said = message('{worker} qualifies for none of the waiting tasks in their queues ({count})', {
      worker,
      count: tasks.length,
    });
    return claim(
      said,
      tasks.flatMap((task) => task.claim.because),
    );
  }
  if (row?.available === false) {
    const since = row.date_status_changed?.getTime();
    const time = since === undefined ? '?' : span(facts.now - since);
    return claim(
      message('{worker} has been in {activity} for {time}. Waiting tasks they qualify for: {count}', {
        ...args,
        activity: row.activity_name ?? '?',
        time,
      }),
      because,
    );
  }
  const [first] = fitting;
  return claim(
    message('Waiting tasks that {worker} qualifies for: {count}. The first: {why}', {
      ...args,
      why: first!.claim.message,
    }),
    because,
  );
}
