import { taskComparison } from '../routing/tasks';
import type { WaitingTask } from '../routing/tasks';
import { message } from '../taskrouter/message';
import type { Message } from '../taskrouter/message';
import type { Task } from '../taskrouter/resources';
import type { ExplanationFacts } from './facts';
import type { RoutingModel } from './model';
import { openingsOf } from './nextOffer';
import { placeOf } from './place';
import type { Place } from './place';
import type { Steps } from './steps';

/** More waiting tasks than these are not compared with each worker. */
const maxCompared = 200;

/** The waiting tasks that may be offered before the model's own. */
export class OtherTasks {
  readonly #ahead: readonly Task[] | undefined;
  readonly #areMore: boolean;
  /** By SID: where a task is does not depend on workers. */
  readonly #places = new Map<string, Place>();

  constructor({ facts, task }: RoutingModel) {
    const compare = orderOf(facts);
    this.#areMore =
      facts.incomplete?.some(({ part, isCutShort }) => part === 'waitingTasks' && isCutShort) ?? false;
    // Times are whole seconds: of two equal ones, either may be first.
    this.#ahead = facts.waitingTasks?.filter((other) => other.sid !== task.sid && compare(other, task) <= 0);
  }

  /** Those that the worker could be offered, in a model that has the rows of this worker. */
  *aheadOf(model: RoutingModel, workerSid: string): Steps<Message[]> {
    if (!this.#ahead) return [message('Other waiting tasks were not read.')];
    const { members } = model.facts;
    const inQueues = this.#ahead.filter(
      ({ task_queue_sid: queueSid }) => members.get(queueSid ?? '')?.includes(workerSid) ?? true,
    );
    if (inQueues.length > maxCompared) {
      const args = { count: inQueues.length };
      return this.#areMore
        ? [message('Many other waiting tasks come first (at least {count}).', args)]
        : [message('Many other waiting tasks come first ({count}).', args)];
    }
    let count = 0;
    for (const other of inQueues) {
      if (yield* this.#mayTake(model, other, workerSid)) count++;
      yield;
    }
    if (count === 0) return [];
    return this.#areMore
      ? [message('Other waiting tasks may be offered first (at least {count}).', { count })]
      : [message('Other waiting tasks may be offered first ({count}).', { count })];
  }

  /** Whether another task could be offered to the worker; true also where its workflow was not read. */
  *#mayTake(model: RoutingModel, other: Task, workerSid: string): Steps<boolean> {
    if (other.routing_target?.startsWith('WK')) return other.routing_target === workerSid;
    const { facts } = model;
    if (other.workflow_sid !== facts.workflow?.sid) return true;
    const of = model.with({ ...facts, taskSid: other.sid, reservations: [] }, other);
    const place = this.#placeOf(of);
    if (place.because.length > 0 || place.positions.length === 0) return true;
    const openings = yield* openingsOf(of, place);
    return openings.some(({ verdicts, doubtful }) => {
      const verdict = verdicts.get(workerSid);
      return doubtful.has(workerSid) || (verdict !== undefined && verdict.eligible !== false);
    });
  }

  #placeOf(model: RoutingModel): Place {
    const { sid } = model.task;
    let place = this.#places.get(sid);
    if (!place) this.#places.set(sid, (place = placeOf(model)));
    return place;
  }
}

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
