/**
 * How TaskRouter routes, once more and as simply as can be: the second implementation that src/routing and the
 * simulator are compared with. It was written from Twilio's pages alone and shares no code with them.
 *
 * | Where the pages are silent or disagree      | taken here                                                        |
 * | ------------------------------------------- | ----------------------------------------------------------------- |
 * | a step's last second                        | at the age of the sum of timeouts it is over                      |
 * | the sum of timeouts in the next filter      | runs on, skipped steps count; a re-driven task begins at 0        |
 * | the last step is over                       | next matching filter, else canceled                               |
 * | the last step is skipped                    | next matching filter, else default_filter, else canceled          |
 * | no filter matches, no default_filter        | canceled                                                          |
 * | a step that is over when a task gets there  | passed without an offer; its priority does not count              |
 * | a step without a priority                   | the task keeps the one it has now                                 |
 * | a reservation fails within the step's time  | the task stays in the step                                        |
 * | a reservation is pending when the step ends | it stays; the step is left when the reservation has failed        |
 * | skip_if                                     | only on entering; not after a failed reservation                  |
 * | attributes updated while pending            | from the first filter and step, at the task's age                 |
 * | attributes updated while reserved           | the same, when the task is pending again                          |
 * | what fills a channel                        | pending, accepted, wrapping; never less than 0 per cent are free  |
 * | who has been idle longest                   | whose last reservation was made first, if any; then who is older  |
 * | order_by where a value is no integer        | ignored as a whole; missing values come last                      |
 * | a workflow updated with ReEvaluateTasks      | pending tasks as if their attributes were updated; others never   |
 * | a task for one worker                       | takes no heed of capacity and availability; canceled when declined |
 * | a worker who did not take this very task    | after all others, and offered it again when there are none        |
 * | MaxReservedWorkers                          | those free when the task is routed; a reserved task gets no more  |
 * | FIFO and LIFO queues beside each other      | the preferred kind first, whatever the priorities                 |
 */
import { valueAt } from './naiveExpressions';
import { drive, end, holds, isOver, leave } from './naiveWorkflow';
import type { Happening, Task } from './naiveWorkflow';
import { hasCapacity, inOrder, isAvailable, isOpen, presence, targetLookup } from './naiveWorkers';
import type { Held, Worker } from './naiveWorkers';
import type {
  Centre,
  Change,
  Configuration,
  JsonObject,
  Reserved,
  WorkflowUpdate,
  World,
} from './randomCentre';

interface Reservation extends Held {
  readonly task: Task;
  readonly created: number;
  readonly log: string[];
}

export class NaiveWorld implements World {
  #now = 0;
  readonly #workers: readonly Worker[];
  readonly #tasks: Task[] = [];
  readonly #reservations: Reservation[] = [];
  #reported = 0;
  readonly #configurations: Map<string, Configuration>;
  readonly happened = new Map<Happening, number>();

  constructor(readonly centre: Centre) {
    this.#workers = centre.workers.map(({ name, activity, attributes, capacity }, index) => ({
      ...{ name, index, activity, attributes },
      channels: new Map(
        Object.entries(capacity).map(([key, one]) => [key, { capacity: one, available: true }]),
      ),
      lastReserved: undefined,
    }));
    this.#configurations = new Map(centre.workflows.map(({ name, configuration }) => [name, configuration]));
  }

  // What happens by itself.

  get #due(): readonly { readonly at: number; readonly run: () => void }[] {
    const due: { readonly at: number; readonly run: () => void }[] = [];
    for (const one of this.#reservations) {
      if (one.status !== 'pending') continue;
      const at = one.created + one.task.workflow.reservationTimeout * 1000;
      due.push({ at, run: () => this.#timeOut(one) });
    }
    for (const task of this.#tasks) {
      if (task.status === 'pending' || task.status === 'reserved')
        due.push({ at: task.ends, run: () => this.#cancel(task, 'task TTL') });
    }
    for (const task of this.#tasks) {
      if (task.status === 'pending' && task.place.until !== undefined)
        due.push({ at: task.created + task.place.until, run: () => leave(task, this.#now, 'timeout') });
    }
    return due.sort((a, b) => a.at - b.at);
  }

  get next(): number | undefined {
    return this.#due[0]?.at;
  }

  advance(to: number): void {
    for (let [first] = this.#due; first && first.at <= to; [first] = this.#due) {
      this.#now = first.at;
      first.run();
      this.#route();
    }
    this.#now = to;
  }

  #timeOut(reservation: Reservation): void {
    reservation.worker.activity = this.centre.timeoutActivity;
    this.#fail(reservation, 'timeout');
  }

  #end(reservation: Reservation, status: string): void {
    reservation.status = status;
    reservation.log.push(`${status} ${this.#now}`);
  }

  #fail(reservation: Reservation, status: 'timeout' | 'rejected'): void {
    const { task } = reservation;
    this.#end(reservation, status);
    task.note(status);
    if (this.#of(task).some(isOpen)) return;
    if (this.#directWorker(task)) return this.#cancel(task, 'declined by the routing target');
    task.status = 'pending';
    if (task.updatedWhileReserved) {
      task.note('re-driven');
      drive(task, this.#now);
    } else if (isOver(task, this.#now)) leave(task, this.#now, 'timeout');
  }

  #cancel(task: Task, because: Happening): void {
    for (const one of this.#of(task)) if (isOpen(one)) this.#end(one, 'canceled');
    end(task, this.#now, because);
  }

  #of = (task: Task) => this.#reservations.filter((one) => one.task === task);

  // Who gets what.

  #queue = (name: string) => this.centre.queues.find((queue) => `WQ_${queue.name}` === name);

  #members(queue: string, workers: readonly Worker[]): readonly Worker[] {
    const { targetWorkers } = this.#queue(queue)!;
    return workers.filter(({ attributes }) => holds(targetWorkers, (path) => valueAt(attributes, path)));
  }

  /** The worker that a task is for, past its workflow, whatever that worker has to do and in whatever activity. */
  #directWorker = ({ routingTarget }: Task) =>
    this.#workers.find(({ name }) => `WK_${name}` === routingTarget);

  #inTaskOrder(): readonly Task[] {
    return this.#tasks
      .filter(({ status }) => status === 'pending')
      .map((task, index) => ({ task, index, kind: this.#queue(task.place.queue)?.order ?? 'FIFO' }))
      .sort((a, b) => {
        if (a.kind !== b.kind) return a.kind === this.centre.prioritizeQueueOrder ? -1 : 1;
        const byAge = a.task.start - b.task.start || a.index - b.index;
        return a.kind === 'LIFO' ? -byAge : b.task.priority - a.task.priority || byAge;
      })
      .map(({ task }) => task);
  }

  /** Makes reservations, in the order of tasks, until there is no pending task that somebody can take. */
  #route(): void {
    const tried = new Set<Task>();
    for (;;) {
      const task = this.#inTaskOrder().find((one) => !tried.has(one));
      if (!task) return;
      tried.add(task);
      const { target, queue } = task.place;
      const workers = this.#candidates(task).slice(0, this.#queue(queue)?.maxReservedWorkers ?? 1);
      if (workers.length > 0) {
        this.#reserve(task, workers);
        tried.clear();
        continue;
      }
      const skips = task.entering && target.skip_if !== undefined;
      task.entering = false;
      if (!skips || !holds(target.skip_if, presence(this.#members(queue, this.#workers)))) continue;
      leave(task, this.#now, 'skip');
      tried.delete(task);
    }
  }

  #candidates(task: Task): readonly Worker[] {
    const direct = this.#directWorker(task);
    if (direct) return [direct];
    const { target, queue } = task.place;
    const open = this.#reservations.filter(isOpen);
    const free = this.#workers.filter(
      (worker) => isAvailable(worker) && hasCapacity(worker, task.channel, this.centre.multitasking, open),
    );
    const eligible = this.#members(queue, free).filter(
      (worker) =>
        this.#isKnown(task, worker) &&
        holds(target.expression ?? '1==1', targetLookup(task.attributes, worker, open)),
    );
    const ordered = inOrder(eligible, target.order_by);
    return [
      ...ordered.filter((worker) => !this.#had(task, worker)),
      ...ordered.filter((worker) => this.#had(task, worker)),
    ];
  }

  #had = (task: Task, worker: Worker) => this.#of(task).some((one) => one.worker === worker);

  #isKnown(task: Task, worker: Worker): boolean {
    const { known_worker_sid, known_worker_friendly_name } = task.place.target;
    const value = (key: string) => valueAt(task.attributes, key.split('.').slice(1));
    if (known_worker_sid !== undefined) return value(known_worker_sid) === `WK_${worker.name}`;
    if (known_worker_friendly_name !== undefined) return value(known_worker_friendly_name) === worker.name;
    return true;
  }

  #reserve(task: Task, workers: readonly Worker[]): void {
    this.#noteReserved(task, workers);
    task.status = 'reserved';
    task.entering = false;
    for (const worker of workers) {
      worker.lastReserved = this.#now;
      if (!this.centre.multitasking) worker.activity = 'Reserved';
      const log = [`task ${task.index} for ${worker.name}: created ${this.#now}`];
      const { channel } = task;
      this.#reservations.push({ task, channel, worker, created: this.#now, status: 'pending', log });
    }
  }

  #noteReserved(task: Task, workers: readonly Worker[]): void {
    const { step, filter, laterFilter, by, target } = task.place;
    task.note('reserved');
    if (task.routingTarget !== undefined) task.note('reserved past the workflow');
    if (!this.centre.multitasking) task.note('reserved in single-tasking');
    if (task.configuration !== this.#configurations.get(task.workflow.name))
      task.note('in the previous configuration');
    if (step > 0) task.note('reserved at a later target');
    if (laterFilter && filter !== 'default') task.note('reserved in a later filter');
    if (by === 'skip') task.note('reserved after a skip');
    if (by === 'timeout') task.note('reserved after a timeout');
    if (filter === 'default') task.note('reserved by the default filter');
    if ((target.known_worker_sid ?? target.known_worker_friendly_name) !== undefined)
      task.note('reserved a known worker');
    if (target.order_by !== undefined && this.#candidates(task).length > 1) task.note('reserved by order_by');
    if (workers.some((worker) => this.#had(task, worker))) task.note('reserved again');
    if (workers.length > 1) task.note('reserved several');
  }

  // What is asked of it.

  newReservations(): Promise<readonly Reserved[]> {
    const all = this.#reservations.map(({ task, worker }, index) => ({
      ...{ id: String(index), task: task.index, worker: worker.name },
    }));
    const fresh = all.slice(this.#reported);
    this.#reported = all.length;
    return Promise.resolve(fresh);
  }

  /** Does something, and then routes. */
  #do(run: () => void): Promise<void> {
    run();
    this.#route();
    return Promise.resolve();
  }

  createTask(index: number): Promise<void> {
    const plan = this.centre.tasks[index]!;
    const { channel, attributes, priority = 0, ttl = 86_400, virtualStart } = plan;
    const task: Task = {
      ...{ index, channel, attributes, priority },
      routingTarget: plan.routingTarget,
      workflow: this.centre.workflows.find(({ name }) => name === plan.workflow)!,
      configuration: this.#configurations.get(plan.workflow)!,
      created: this.#now,
      start: virtualStart === undefined ? this.#now : virtualStart * 1000,
      ends: this.#now + ttl * 1000,
      note: (happening) => this.happened.set(happening, (this.happened.get(happening) ?? 0) + 1),
      status: 'pending',
      place: undefined!,
      entering: false,
      updatedWhileReserved: false,
      canceledAt: undefined,
    };
    this.#tasks.push(task);
    return this.#do(() => drive(task, this.#now));
  }

  #task = (index: number) => this.#tasks.find((task) => task.index === index);

  cancelTask(index: number): Promise<void> {
    const task = this.#task(index);
    return this.#do(() => {
      if (task?.status === 'pending' || task?.status === 'reserved') this.#cancel(task, 'canceled');
    });
  }

  updateTask(index: number, attributes: JsonObject): Promise<void> {
    const task = this.#task(index);
    return this.#do(() => {
      if (!task) return;
      task.attributes = attributes;
      if (task.status === 'reserved') task.updatedWhileReserved = true;
      if (task.status !== 'pending') return;
      task.note('re-driven');
      drive(task, this.#now);
    });
  }

  #reservation = ({ id }: Reserved) => this.#reservations[Number(id)]!;

  accept(reserved: Reserved): Promise<void> {
    const reservation = this.#reservation(reserved);
    const { task, worker } = reservation;
    return this.#do(() => {
      if (reservation.status !== 'pending') return;
      if (isOver(task, this.#now)) task.note('accepted after the step');
      task.note('accepted');
      this.#end(reservation, 'accepted');
      task.status = 'assigned';
      if (!this.centre.multitasking) worker.activity = 'Busy';
      for (const other of this.#of(task)) {
        if (other.status !== 'pending') continue;
        this.#end(other, 'rescinded');
        task.note('rescinded');
      }
    });
  }

  reject(reserved: Reserved, activity: string | undefined): Promise<void> {
    const reservation = this.#reservation(reserved);
    return this.#do(() => {
      if (reservation.status !== 'pending') return;
      if (activity !== undefined) reservation.worker.activity = activity;
      this.#fail(reservation, 'rejected');
    });
  }

  wrapUp(reserved: Reserved): Promise<void> {
    const reservation = this.#reservation(reserved);
    return this.#do(() => {
      if (reservation.status === 'accepted') this.#end(reservation, 'wrapping');
    });
  }

  complete(reserved: Reserved): Promise<void> {
    const reservation = this.#reservation(reserved);
    return this.#do(() => {
      if (reservation.status !== 'accepted' && reservation.status !== 'wrapping') return;
      this.#end(reservation, 'completed');
      reservation.task.status = 'completed';
    });
  }

  change(change: Change): Promise<void> {
    const worker = this.#workers.find(({ name }) => name === change.worker)!;
    return this.#do(() => {
      if ('attributes' in change) worker.attributes = change.attributes;
      else if ('channel' in change) worker.channels.set(change.channel, change);
      else {
        worker.activity = change.activity;
        if (isAvailable(worker)) return;
        for (const one of this.#reservations)
          if (one.worker === worker && one.status === 'pending') this.#fail(one, 'rejected');
      }
    });
  }

  updateWorkflow({ workflow, configuration, reEvaluateTasks }: WorkflowUpdate): Promise<void> {
    this.#configurations.set(workflow, configuration);
    return this.#do(() => {
      for (const task of this.#tasks) {
        if (task.workflow.name !== workflow || task.status !== 'pending' || !reEvaluateTasks) continue;
        task.configuration = configuration;
        task.note('in a new configuration');
        drive(task, this.#now);
      }
    });
  }

  history(): Promise<readonly string[]> {
    const canceled = this.#tasks.filter((task) => task.canceledAt !== undefined);
    return Promise.resolve([
      ...this.#reservations.map(({ log }) => log.join(', ')),
      ...canceled.map((task) => `task ${task.index} canceled ${task.canceledAt}`),
    ]);
  }
}
