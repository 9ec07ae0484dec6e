import type { CompiledExpression, Reason } from '../expressions/compile';
import type { ExpressionLibrary } from '../expressions/library';
import type { Attributes, Presence } from '../expressions/scope';
import type { Filter, Target, WorkflowRules } from './configuration';

/** A task's position in its workflow. */
export interface Position {
  readonly filter: number | 'default';
  /** The index of the filter's target; 0 for the default filter. */
  readonly target: number;
  /** The task's age, in seconds, at which the filter's timeouts started. */
  readonly countedFrom: number;
}

/** Why a task leaves a target. */
export type Departure = 'timeout' | 'skip' | 'failed reservation';

/**
 * How a task leaves its workflow: `timeout` and `skipped` are TaskRouter's events workflow.timeout and
 * workflow.skipped; `unmatched` is a task that no filter matches in a workflow without default_filter.
 */
export type WayOut = 'timeout' | 'skipped' | 'unmatched';

/**
 * Routes tasks through one configuration of a workflow. Ages are in seconds since the task was created.
 * https://www.twilio.com/docs/taskrouter/workflow-configuration and …/task-evaluation
 */
export class WorkflowRouter {
  /** Those of the filters, once they are needed: a workflow can have more than the library remembers. */
  readonly #expressions: CompiledExpression[] = [];
  /** For each filter, the sum of the timeouts up to each of its targets. */
  readonly #timeouts: number[][] = [];

  constructor(
    readonly rules: WorkflowRules,
    private readonly library: ExpressionLibrary,
  ) {}

  /**
   * Where a task of this age starts, or starts again: the first target of the first filter that matches, or the
   * first later one whose timeout has not passed.
   */
  enter(task: Attributes, age: number): Position | WayOut {
    const { expiredTargets } = this.library.options;
    const filter = this.#matchingFrom(0, task);
    const countedFrom = expiredTargets === 'restart' ? age : 0;
    if (filter !== undefined) return this.#unexpired({ filter, target: 0, countedFrom }, task, age);
    return this.#default(age) ?? 'unmatched';
  }

  /** Where a task goes from a target. */
  leave(position: Position, departure: Departure, task: Attributes, age: number): Position | WayOut {
    const next = this.#following(position, departure, task, age);
    return typeof next === 'string' ? next : this.#unexpired(next, task, age);
  }

  target({ filter, target }: Position): Target {
    return filter === 'default' ? this.rules.defaultTarget! : this.rules.filters[filter]!.targets[target]!;
  }

  filter({ filter }: Position): Filter | undefined {
    return filter === 'default' ? undefined : this.rules.filters[filter];
  }

  /** The age at which the target times out: the sum of the timeouts up to it. Undefined without a timeout. */
  deadline(position: Position): number | undefined {
    const { filter, target, countedFrom } = position;
    if (filter === 'default' || this.target(position).timeout === undefined) return undefined;
    return countedFrom + this.#sumOfTimeouts(filter, target);
  }

  /** Whether the task skips a target that created no reservation when the task entered it. */
  skips(position: Position, presence: Presence): boolean {
    const { skipIf } = this.target(position);
    return skipIf !== undefined && this.library.expression(skipIf, 'skip_if').test({ presence });
  }

  /** The first target in a queue, for a task whose position is unknown. Its timeout starts at that age. */
  positionIn(queue: string, countedFrom: number): Position | undefined {
    const { filters, defaultTarget } = this.rules;
    for (const [filter, { targets }] of filters.entries()) {
      const target = targets.findIndex((one) => one.queue === queue);
      if (target >= 0) return { filter, target, countedFrom };
    }
    return defaultTarget?.queue === queue ? this.#default(countedFrom) : undefined;
  }

  /** Whether any target uses this queue. */
  uses(queue: string): boolean {
    const { filters, defaultTarget } = this.rules;
    const targets = [
      ...filters.flatMap((filter) => filter.targets),
      ...(defaultTarget ? [defaultTarget] : []),
    ];
    return targets.some((target) => target.queue === queue);
  }

  /** Whether and why the filters match a task, from the top. */
  matches(task: Attributes): Reason[] {
    return this.rules.filters.map((_, i) => this.#expression(i).explain({ task }));
  }

  #matchingFrom(first: number, task: Attributes): number | undefined {
    const { filters } = this.rules;
    for (let i = first; i < filters.length; i++) {
      if (this.#expression(i).test({ task })) return i;
    }
    return undefined;
  }

  #expression(filter: number): CompiledExpression {
    const { expression } = this.rules.filters[filter]!;
    return (this.#expressions[filter] ??= this.library.expression(expression, 'filter'));
  }

  #sumOfTimeouts(filter: number, last: number): number {
    let sum = 0;
    this.#timeouts[filter] ??= this.rules.filters[filter]!.targets.map(({ timeout = 0 }) => (sum += timeout));
    return this.#timeouts[filter][last]!;
  }

  #following(position: Position, departure: Departure, task: Attributes, age: number): Position | WayOut {
    const { filter, target, countedFrom } = position;
    if (filter === 'default') return departure === 'skip' ? 'skipped' : position;
    if (target + 1 < this.rules.filters[filter]!.targets.length) {
      return { filter, target: target + 1, countedFrom };
    }
    if (departure === 'failed reservation') return position;
    const { afterLastTimeout, afterLastSkip } = this.library.options;
    const seeksFilter = departure === 'timeout' ? afterLastTimeout : afterLastSkip;
    if (seeksFilter === 'next filter') {
      const next = this.#matchingFrom(filter + 1, task);
      if (next !== undefined) {
        return { filter: next, target: 0, countedFrom: this.#countedFromInNext(position, filter, age) };
      }
    }
    // Only a filter that was skipped counts as one that does not match.
    if (departure === 'timeout') return 'timeout';
    return (seeksFilter !== 'cancel' && this.#default(age)) || 'skipped';
  }

  #countedFromInNext({ target, countedFrom }: Position, filter: number, age: number): number {
    const { timeoutsAcrossFilters } = this.library.options;
    return timeoutsAcrossFilters === 'restart' ? age : countedFrom + this.#sumOfTimeouts(filter, target);
  }

  #default(age: number): Position | undefined {
    return this.rules.defaultTarget && { filter: 'default', target: 0, countedFrom: age };
  }

  #unexpired(from: Position, task: Attributes, age: number): Position | WayOut {
    let position: Position | WayOut = from;
    while (typeof position !== 'string') {
      const deadline = this.deadline(position);
      if (deadline === undefined || deadline > age) return position;
      position = this.#following(position, 'timeout', task, age);
    }
    return position;
  }
}
