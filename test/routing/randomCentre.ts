/**
 * A contact centre and what happens in it within an hour, as plain data. SIDs stand in it as WK_name (workers),
 * WQ_name (queues) and WA_name (activities), also within expressions; see `withSids`.
 */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export interface Target {
  readonly queue?: string;
  readonly priority?: number | string;
  /** Seconds. */
  readonly timeout?: number | string;
  readonly expression?: string;
  readonly order_by?: string;
  readonly skip_if?: string;
  readonly known_worker_sid?: string;
  readonly known_worker_friendly_name?: string;
}

export interface Filter {
  readonly filter_friendly_name: string;
  readonly expression: string;
  readonly targets: readonly Target[];
}

export interface Configuration {
  readonly task_routing: { readonly filters: readonly Filter[]; readonly default_filter?: Target };
}

export interface WorkflowPlan {
  readonly name: string;
  /** Seconds. */
  readonly reservationTimeout: number;
  readonly configuration: Configuration;
}

export interface QueuePlan {
  readonly name: string;
  readonly targetWorkers: string;
  readonly maxReservedWorkers: number;
  readonly order: 'FIFO' | 'LIFO';
}

/**
 * What a worker does about a reservation, milliseconds after it was made, and how long the task then takes.
 * `back`: when the worker, whom a timeout or a rejection may have moved, is available again.
 */
export type Reaction =
  | { readonly do: 'ignore'; readonly back?: number }
  | { readonly do: 'reject'; readonly after: number; readonly activity?: string; readonly back?: number }
  | { readonly do: 'accept'; readonly after: number; readonly talk: number; readonly wrapUp?: number };

export interface WorkerPlan {
  readonly name: string;
  readonly activity: string;
  readonly attributes: JsonObject;
  readonly capacity: Readonly<Record<string, number>>;
  /** One after the other, and from the first again. */
  readonly reactions: readonly Reaction[];
}

export interface TaskPlan {
  /** Milliseconds after the start, as all times here. */
  readonly at: number;
  readonly workflow: string;
  readonly channel: string;
  readonly attributes: JsonObject;
  readonly priority?: number;
  /** Seconds that it may wait. */
  readonly ttl?: number;
  /** Seconds after the start; may be negative. */
  readonly virtualStart?: number;
  /** A worker's or a queue's SID. Such a task passes by its workflow. */
  readonly routingTarget?: string;
  readonly canceledAt?: number;
  readonly update?: { readonly at: number; readonly attributes: JsonObject };
}

export interface WorkflowUpdate {
  readonly at: number;
  readonly workflow: string;
  readonly configuration: Configuration;
  readonly reEvaluateTasks: boolean;
}

/** What happens to a worker. */
export type Change = { readonly at: number; readonly worker: string } & (
  | { readonly activity: string }
  | { readonly attributes: JsonObject }
  | { readonly channel: string; readonly capacity: number; readonly available: boolean }
);

export interface Centre {
  readonly multitasking: boolean;
  readonly prioritizeQueueOrder: 'FIFO' | 'LIFO';
  readonly timeoutActivity: string;
  readonly queues: readonly QueuePlan[];
  readonly workflows: readonly WorkflowPlan[];
  readonly workers: readonly WorkerPlan[];
  readonly tasks: readonly TaskPlan[];
  readonly changes: readonly Change[];
  readonly updates: readonly WorkflowUpdate[];
}

export const channels = ['voice', 'chat'] as const;
export const activities = [
  { name: 'Available', available: true },
  { name: 'Special', available: true },
  { name: 'Break', available: false },
  { name: 'Offline', available: false },
  { name: 'Reserved', available: false },
  { name: 'Busy', available: false },
] as const;

/** A centre in which whatever routes is asked to do things, and says what it has reserved. */
export interface World {
  /** When something happens by itself the next time. */
  readonly next: number | undefined;
  advance(to: number): void;
  /** Those made since the last call, in any order. */
  newReservations(): Promise<readonly Reserved[]>;
  createTask(index: number): Promise<void>;
  cancelTask(index: number): Promise<void>;
  updateTask(index: number, attributes: JsonObject): Promise<void>;
  /** Each of these does nothing to a reservation that is not in the right status for it. */
  accept(reserved: Reserved): Promise<void>;
  reject(reserved: Reserved, activity: string | undefined): Promise<void>;
  wrapUp(reserved: Reserved): Promise<void>;
  complete(reserved: Reserved): Promise<void>;
  change(change: Change): Promise<void>;
  updateWorkflow(update: WorkflowUpdate): Promise<void>;
  /** A line for each reservation, and for each task that was canceled. */
  history(): Promise<readonly string[]>;
}

export interface Reserved {
  readonly id: string;
  readonly task: number;
  readonly worker: string;
}

export const hour = 3_600_000;

/**
 * Plays a centre until a time, an hour at most. Of what is due at one millisecond, that which happens by itself comes
 * first.
 */
export async function play(centre: Centre, world: World, until = hour): Promise<readonly string[]> {
  const script: { readonly at: number; readonly run: () => Promise<void> }[] = [];
  const counts = new Map<string, number>();
  const plan = (at: number, run: () => Promise<void>) => {
    const later = script.findIndex((one) => one.at > at);
    script.splice(later < 0 ? script.length : later, 0, { at, run });
  };
  centre.tasks.forEach((task, index) => {
    plan(task.at, () => world.createTask(index));
    if (task.canceledAt !== undefined) plan(task.canceledAt, () => world.cancelTask(index));
    const { update } = task;
    if (update) plan(update.at, () => world.updateTask(index, update.attributes));
  });
  for (const change of centre.changes) plan(change.at, () => world.change(change));
  for (const update of centre.updates) plan(update.at, () => world.updateWorkflow(update));

  const react = (now: number, reserved: Reserved) => {
    const { reactions } = centre.workers.find(({ name }) => name === reserved.worker)!;
    const count = counts.get(reserved.worker) ?? 0;
    counts.set(reserved.worker, count + 1);
    const reaction = reactions[count % reactions.length]!;
    const { worker } = reserved;
    const back = (at: number) => plan(at, () => world.change({ at, worker, activity: 'Available' }));
    if (reaction.do !== 'accept') {
      if (reaction.back !== undefined) back(now + reaction.back);
      if (reaction.do === 'ignore') return;
      const activity = reaction.activity ?? (centre.multitasking ? undefined : 'Available');
      return plan(now + reaction.after, () => world.reject(reserved, activity));
    }
    const accepted = now + reaction.after;
    const over = accepted + reaction.talk;
    plan(accepted, () => world.accept(reserved));
    if (reaction.wrapUp !== undefined) plan(over, () => world.wrapUp(reserved));
    plan(over + (reaction.wrapUp ?? 0), () => world.complete(reserved));
    if (!centre.multitasking) back(over + (reaction.wrapUp ?? 0));
  };
  for (;;) {
    const now = Math.min(script[0]?.at ?? until, world.next ?? until);
    world.advance(Math.min(now, until));
    if (now >= until) return world.history();
    const byTask = (all: readonly Reserved[]) => [...all].sort((a, b) => a.task - b.task);
    for (const reserved of byTask(await world.newReservations())) react(now, reserved);
    while (script[0] && script[0].at <= now) {
      await script.shift()!.run();
      for (const reserved of byTask(await world.newReservations())) react(now, reserved);
    }
  }
}
