import { ExpressionLibrary } from '../routing/expressions/library';
import type { Attributes } from '../routing/expressions/scope';
import { eligibleWorkers } from '../routing/workers/candidates';
import { readConfiguration } from '../routing/workflow/configuration';
import type { Message } from '../taskrouter/message';
import { Center } from './center';
import type { Stay } from './center';
import { filterName, Reasons } from './reasons';
import type { RoutedTask } from './saved';
import { workerOf } from './saved';

/** A task that is tried on a workflow. */
export interface TriedTask {
  readonly attributes: Attributes;
  readonly channel: string;
  readonly priority: number;
}

/** Part of a task's way. */
export interface TriedStep {
  /** The task's age, in seconds. */
  readonly since: number;
  /** Absent once it has left the workflow. */
  readonly at?: { readonly filter: string; readonly target: number; readonly queue: string };
}

export interface Trial {
  readonly steps: readonly TriedStep[];
  /** Why it is in the first filter and target. */
  readonly why: Message;
  /** The available workers of the first target who match, in TaskRouter's order. */
  readonly workers: readonly string[];
}

export interface WaitingTask extends TriedTask {
  readonly sid: string;
  /** Seconds. */
  readonly age: number;
  readonly queueSid: string;
}

/** A waiting task that would be elsewhere. */
export interface Move {
  readonly sid: string;
  readonly from: string;
  /** The name of a queue; absent for a task that would leave the workflow. */
  readonly to?: string;
}

export type Workspace = Pick<RoutedTask, 'queues' | 'workers'>;

/** Later steps are seldom of interest, and there can be thousands. */
const maxSteps = 50;
const maxAge = 9_999_999;

/** A workflow's configuration, to try tasks on. */
export class TriedWorkflow {
  private constructor(
    private readonly center: Center,
    private readonly workspace: Workspace,
  ) {}

  /** @returns why TaskRouter refuses the configuration, instead of the workflow */
  static read(
    configuration: string,
    workspace: Workspace,
    channels: readonly string[],
  ): TriedWorkflow | { readonly problem: string } {
    const { queues, workers } = workspace;
    const library = new ExpressionLibrary();
    const known = new Set(queues.map(({ sid }) => sid));
    const { rules, problems } = readConfiguration(configuration, (sid) => known.has(sid), library);
    if (!rules) return { problem: problems[0].message };
    const file = {
      workflow: {},
      queues: Object.fromEntries(queues.map(({ name, ...queue }) => [name, queue])),
      workers: workers.map(workerOf),
      tests: channels.map((channel) => ({ name: channel, task: { channel }, expect: {} })),
    };
    return new TriedWorkflow(new Center(file, rules, library), workspace);
  }

  /** Where a new task goes while nobody accepts it, and the workers stay as they are. */
  try(task: TriedTask): Trial {
    const { center } = this;
    const asTask = { ...task, attributes: { ...task.attributes } };
    const way = center.way(asTask, maxAge, false);
    const entered = way.filter(({ since }, i) => since === 0 && (i === 0 || way[i]!.by === 'skip')) as [Stay];
    const start = entered.at(-1)!;
    const workers =
      typeof start.place === 'string'
        ? []
        : eligibleWorkers(center.pool(false), center.opening(asTask, start.place));
    return {
      steps: way.slice(entered.length - 1, maxSteps).map((stay) => this.#step(stay)),
      why: new Reasons(center, asTask, false).ofStay(entered),
      workers: workers.map(({ friendlyName }) => friendlyName),
    };
  }

  /** The waiting tasks that would be in another queue if they entered the workflow now. */
  *moves(tasks: readonly WaitingTask[]): Generator<undefined, readonly Move[], undefined> {
    const names = new Map(this.workspace.queues.map(({ sid, name }) => [sid, name]));
    const moves: Move[] = [];
    for (const { sid, age, queueSid, attributes, ...task } of tasks) {
      const { place } = this.center.way({ ...task, attributes: { ...attributes } }, age, false).at(-1)!;
      const queue = typeof place === 'string' ? undefined : this.#queueOf(place);
      if (queue?.sid !== queueSid)
        moves.push({ sid, from: names.get(queueSid) ?? queueSid, ...(queue && { to: queue.name }) });
      yield;
    }
    return moves;
  }

  #queueOf(place: Exclude<Stay['place'], string>) {
    return this.center.queue(this.center.router.target(place).queue);
  }

  #step({ place, since }: Stay): TriedStep {
    if (typeof place === 'string') return { since };
    const filter = filterName(this.center.router, place.filter);
    return { since, at: { filter, target: place.target + 1, queue: this.#queueOf(place).name } };
  }
}
