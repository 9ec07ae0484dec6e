import { channelOf } from '../routing/expressions/scope';
import { taskComparison } from '../routing/tasks';
import type { WaitingTask } from '../routing/tasks';
import { message } from '../taskrouter/message';
import type { Message } from '../taskrouter/message';
import type { Task } from '../taskrouter/resources';
import { candidatesIn } from './candidates';
import type { Candidates } from './candidates';
import type { ExplanationFacts } from './facts';
import type { RoutingModel } from './model';
import { openingsOf } from './nextOffer';
import { filterDoubts, placeOf } from './place';
import type { Place } from './place';
import { enteringNow, firstEntry } from './reentry';
import type { Entry, Stay } from './reentry';
import type { Steps } from './steps';

/** More waiting tasks than these are not compared with each worker. */
const maxCompared = 200;

/** The waiting tasks that come before the model's own. */
export interface TasksAhead {
  readonly taskSids: readonly string[];
  /** Why the task may not be offered although the worker could take it. */
  readonly because: readonly Message[];
}

/** Whether a waiting task could be offered to a worker. */
type Takes = 'no' | 'maybe' | 'yes';

/** A waiting task, and the target that it is in if its row and Events are not to tell. */
type Waiting =
  | (Entry & { readonly isSure: boolean })
  | { readonly task: Task; readonly target?: undefined; readonly isAnywhere?: boolean };

/** The waiting tasks that may be offered before the model's own. */
export class OtherTasks {
  readonly #areMore: boolean;
  readonly #compare: (one: Task, other: Task) => number;
  /** By SID: where a task is does not depend on workers. */
  readonly #places = new Map<string, Place>();

  private constructor(
    facts: ExplanationFacts,
    private readonly waiting: readonly Waiting[] | undefined,
    /** All workers, where they may take tasks that they could not take so far. */
    private readonly everybody?: RoutingModel,
  ) {
    this.#compare = orderOf(facts);
    this.#areMore =
      facts.incomplete?.some(({ part, isCutShort }) => part === 'waitingTasks' && isCutShort) ?? false;
  }

  static of({ facts, task }: RoutingModel): OtherTasks {
    return new OtherTasks(facts, waitingBeside(facts, task));
  }

  /** After ReEvaluateTasks, with which all waiting tasks of the workflow enter it again; `everybody` is the same with all workers. */
  static reEvaluated(model: RoutingModel, everybody: RoutingModel): OtherTasks {
    const { facts, task } = model;
    return new OtherTasks(
      facts,
      waitingBeside(facts, task)?.flatMap((other): readonly Waiting[] => {
        if (other.task.workflow_sid !== task.workflow_sid || bypassesWorkflow(other.task)) return [other];
        const of = modelOf(model, other.task);
        if (!of.router || filterDoubts(of, of.router).length > 0) return [{ ...other, isAnywhere: true }];
        const first = firstEntry(of)?.target;
        return enteringNow(of).map((entry) => ({ ...entry, isSure: entry.target === first }));
      }),
      everybody,
    );
  }

  /**
   * Those that the worker could be offered, in a model that has the rows of this worker. `way`: where the task itself
   * waits, one after the other. Undefined where they surely leave the worker no room for it.
   */
  *aheadOf(model: RoutingModel, workerSid: string, way: readonly Stay[]): Steps<TasksAhead | undefined> {
    const unnamed = (text: Message): TasksAhead => ({ taskSids: [], because: [text] });
    if (!this.waiting) return unnamed(message('Other waiting tasks were not read.'));
    const { members } = model.facts;
    const ahead = this.waiting.filter((one) => {
      if (isAnywhere(one)) return true;
      // Times are whole seconds: of two equal ones, either may be first.
      if (way.every(({ task }) => this.#compare(one.task, task) > 0)) return false;
      // A task for one worker need not be in a queue of theirs.
      if (isDirect(one.task)) return one.task.routing_target === workerSid;
      return members.get(one.task.task_queue_sid ?? '')?.includes(workerSid) ?? true;
    });
    const atLeast = new Set(ahead.map(({ task }) => task.sid)).size;
    if (atLeast > maxCompared) {
      const args = { count: atLeast };
      return this.#areMore
        ? unnamed(message('Many other waiting tasks come first (at least {count}).', args))
        : unnamed(message('Many other waiting tasks come first ({count}).', args));
    }
    const found = new Map<string, Task>();
    const sure: Task[] = [];
    let areCertain = true;
    for (const one of ahead) {
      const takes = yield* this.#takes(model, one, workerSid);
      if (takes !== 'no') found.set(one.task.sid, one.task);
      const isFirst = way.every(({ task }) => this.#compare(one.task, task) < 0);
      if (takes === 'maybe' || (takes === 'yes' && !isFirst)) areCertain = false;
      if (takes === 'yes' && isFirst && (yield* this.#isOnlyFor(one, workerSid))) sure.push(one.task);
      yield;
    }
    if (sure.length > 0 && roomFor(model, workerSid, sure) <= 0) return undefined;
    const count = found.size;
    if (count === 0 || (!this.#areMore && hasRoomAfter(model, workerSid, [...found.values()])))
      return { taskSids: [], because: [] };
    const because = this.#areMore
      ? message('Other waiting tasks may be offered first (at least {count}).', { count })
      : areCertain
        ? message('Other waiting tasks come first ({count}).', { count })
        : message('Other waiting tasks may be offered first ({count}).', { count });
    return { taskSids: [...found.keys()], because: [because] };
  }

  /** Whether another task could be offered to the worker; `maybe` also where its workflow was not read. */
  *#takes(model: RoutingModel, one: Waiting, workerSid: string): Steps<Takes> {
    const { task: other, target } = one;
    if (isDirect(other)) return 'maybe';
    if (other.workflow_sid !== model.facts.workflow?.sid || isAnywhere(one)) return 'maybe';
    const of = modelOf(model, other);
    let openings: readonly Candidates[];
    if (target) openings = [yield* candidatesIn(of, other.task_queue_sid ?? '', target)];
    else {
      const place = this.#placeOf(of);
      if (place.because.length > 0 || place.positions.length === 0) return 'maybe';
      openings = yield* openingsOf(of, place);
    }
    const answers = openings.map(({ verdicts, doubtful }): Takes => {
      const { eligible = false } = verdicts.get(workerSid) ?? {};
      if (doubtful.has(workerSid) || eligible === 'unknown') return 'maybe';
      return eligible ? 'yes' : 'no';
    });
    const [first = 'no'] = answers;
    if (first === 'yes' && target && !one.isSure) return 'maybe';
    return answers.every((answer) => answer === first) ? first : 'maybe';
  }

  /** Whether no other worker can take a waiting task. One that enters no target again waits because nobody can. */
  *#isOnlyFor({ task, target }: Waiting, workerSid: string): Steps<boolean> {
    if (!this.everybody || !target) return true;
    const of = modelOf(this.everybody, task);
    const { verdicts } = yield* candidatesIn(of, task.task_queue_sid ?? '', target);
    return [...verdicts].every(([sid, { eligible }]) => sid === workerSid || eligible === false);
  }

  #placeOf(model: RoutingModel): Place {
    const { sid } = model.task;
    let place = this.#places.get(sid);
    if (!place) this.#places.set(sid, (place = placeOf(model)));
    return place;
  }
}

/** Whether the worker can take the model's task together with all of these, and none of them changes for whom the worker qualifies. */
function hasRoomAfter(model: RoutingModel, workerSid: string, others: readonly Task[]): boolean {
  const { multitasking, facts } = model;
  const expressions = [facts.workflow?.configuration, ...facts.queues.map((one) => one.target_workers)];
  if (!multitasking || expressions.some((one) => /channel|activity/i.test(one ?? ''))) return false;
  return roomFor(model, workerSid, others, 0) > 0;
}

/** How many tasks like the model's own the worker has room for beside others; `unknown` where that is not known. */
function roomFor(
  model: RoutingModel,
  workerSid: string,
  others: readonly Task[],
  unknown = Infinity,
): number {
  const { task, multitasking } = model;
  if (!multitasking) return 1 - others.length;
  const load = channelOf(model.worker(workerSid), task.task_channel_unique_name ?? '');
  if (!load) return unknown;
  const onChannel = others.filter((one) => one.task_channel_sid === task.task_channel_sid);
  return load.capacity - load.pending - load.accepted - load.wrapping - onChannel.length;
}

const waitingBeside = ({ waitingTasks }: ExplanationFacts, { sid }: Task) =>
  waitingTasks?.filter((other) => other.sid !== sid).map((task) => ({ task }));

const modelOf = (model: RoutingModel, other: Task) =>
  model.with({ ...model.facts, taskSid: other.sid, reservations: [] }, other);

const isDirect = ({ routing_target: target }: Task): boolean => target?.startsWith('WK') ?? false;
const bypassesWorkflow = ({ routing_target: target }: Task): boolean => /^W[KQ]/.test(target ?? '');

const isAnywhere = (one: Waiting): boolean => one.target === undefined && one.isAnywhere === true;

/** Which of two waiting tasks is offered first; 0 where whole seconds do not tell. */
export function orderOf({ workspace, queues }: Pick<ExplanationFacts, 'workspace' | 'queues'>) {
  const compare = taskComparison(workspace?.prioritize_queue_order === 'LIFO' ? 'LIFO' : 'FIFO');
  const orders = new Map(queues.map(({ sid, task_order: order }) => [sid, order]));
  const waiting = (task: Task): WaitingTask => ({
    priority: task.priority ?? 0,
    virtualStart: task.virtual_start_time?.getTime() ?? task.date_created?.getTime() ?? 0,
    place: 0,
    taskOrder: orders.get(task.task_queue_sid ?? '') === 'LIFO' ? 'LIFO' : 'FIFO',
  });
  return (one: Task, other: Task): number => compare(waiting(one), waiting(other));
}
