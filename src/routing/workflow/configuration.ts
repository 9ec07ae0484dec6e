import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import type { Node, ParseError } from 'jsonc-parser';
import { ExpressionError } from '../expressions/errors';
import { ExpressionLibrary } from '../expressions/library';
import { parse } from '../expressions/parse';
import type { Context } from '../expressions/scope';
import type { Key, TextRange } from '../expressions/syntax';
import type { RoutingOptions } from '../options';
import { placesIn } from './jsonString';

/** One step of a task through a workflow. */
export interface Target {
  /** The queue's SID; that of the previous target when omitted. */
  readonly queue: string;
  /** Absent: the task's priority does not change. */
  readonly priority?: number;
  /** Seconds. Absent: no timeout. */
  readonly timeout?: number;
  /** Which of the queue's workers can be reserved. */
  readonly expression?: string;
  readonly orderBy?: string;
  readonly skipIf?: string;
  readonly knownWorker?: KnownWorker;
}

/** The only worker that a target accepts: the task's attribute at `path` is their SID or friendly name. */
export interface KnownWorker {
  readonly by: 'sid' | 'friendlyName';
  readonly path: Key['path'];
}

export interface Filter {
  readonly name: string;
  readonly expression: string;
  /** One or more. */
  readonly targets: readonly Target[];
}

/** The rules of a workflow's configuration. https://www.twilio.com/docs/taskrouter/workflow-configuration */
export interface WorkflowRules {
  readonly filters: readonly Filter[];
  readonly defaultTarget?: Target;
}

export type JsonPath = readonly (string | number)[];

/** A reason why TaskRouter refuses a configuration. */
export interface ConfigurationProblem {
  readonly message: string;
  /** Where the mistake is in the configuration; empty for the whole. */
  readonly path: JsonPath;
  /** Where it is in the text; for an expression, the part that is wrong. */
  readonly range: TextRange;
}

export type ReadConfiguration =
  | { readonly rules: WorkflowRules; readonly problems: readonly [] }
  | {
      readonly rules?: undefined;
      readonly problems: readonly [ConfigurationProblem, ...ConfigurationProblem[]];
    };

/** Bytes with whitespace. https://www.twilio.com/docs/taskrouter/limits */
export const maxConfigurationBytes = 1_038_576;
export const maxPriority = 2 ** 31 - 1;

/** A problem whose position in the text is not computed yet: most configurations have none. */
interface Mistake {
  readonly message: string;
  readonly path: JsonPath;
  /** The part of a string that is wrong; the whole value when absent. */
  readonly within?: TextRange;
}

/**
 * Reads and validates a configuration as TaskRouter does when a workflow is created or updated: its syntax, and
 * that its queues exist. Accepts rules that make no sense, and unknown keys.
 */
export function readConfiguration(
  text: string,
  hasQueue: (sid: string) => boolean,
  library: ExpressionLibrary = new ExpressionLibrary(),
): ReadConfiguration {
  if (new TextEncoder().encode(text).length > maxConfigurationBytes) {
    const message = `the configuration has more than ${maxConfigurationBytes} bytes`;
    return refused([{ message, path: [] }], text);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problems: [syntaxProblem(text)] };
  }
  const reader = new Reader(hasQueue, library);
  const rules = reader.rules(value);
  return reader.mistakes.length === 0 ? { rules, problems: [] } : refused(reader.mistakes, text);
}

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** Null counts as absent, and so does "" for an optional key. */
const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === '';

class Reader {
  readonly mistakes: Mistake[] = [];

  constructor(
    private readonly hasQueue: (sid: string) => boolean,
    private readonly library: ExpressionLibrary,
  ) {}

  rules(value: unknown): WorkflowRules {
    const path = ['task_routing'];
    const found = this.#object(value, []);
    const absent = isAbsent(found?.['task_routing']);
    if (found && absent) this.#mistake('task_routing is missing', []);
    const routing = absent ? undefined : this.#object(found?.['task_routing'], path);
    const filters = this.#list(routing?.['filters'], [...path, 'filters']).map((filter, i) =>
      this.#filter(filter, [...path, 'filters', i]),
    );
    const otherwise = routing?.['default_filter'];
    if (isAbsent(otherwise)) return { filters };
    return {
      filters,
      defaultTarget: this.#target(otherwise, [...path, 'default_filter'], { hasTimeout: false }),
    };
  }

  #filter(value: unknown, path: JsonPath): Filter {
    const filter = this.#object(value, path);
    if (!filter) return { name: '', expression: '', targets: [] };
    const name =
      this.#text(filter, 'filter_friendly_name', path) ?? this.#text(filter, 'friendly_name', path);
    const expression = this.#expression(filter, 'expression', 'filter', path);
    if (isAbsent(filter['expression'])) this.#mistake('the filter has no expression', path);
    const list = this.#list(filter['targets'], [...path, 'targets']);
    if (isAbsent(filter['targets']) || (Array.isArray(filter['targets']) && list.length === 0)) {
      this.#mistake('the filter has no targets', path);
    }
    const targets: Target[] = [];
    for (const [i, target] of list.entries()) {
      const inherited = targets.at(-1)?.queue;
      targets.push(
        this.#target(target, [...path, 'targets', i], inherited === undefined ? {} : { inherited }),
      );
    }
    return { name: name ?? '', expression: expression ?? '', targets };
  }

  #target(
    value: unknown,
    path: JsonPath,
    { inherited, hasTimeout = true }: { readonly inherited?: string; readonly hasTimeout?: boolean },
  ): Target {
    const target = this.#object(value, path);
    if (!target) return { queue: inherited ?? '' };
    const queue = this.#text(target, 'queue', path);
    if (isAbsent(target['queue']) && inherited === undefined) this.#mistake('the target has no queue', path);
    if (queue !== undefined && !this.hasQueue(queue)) {
      this.#mistake(`there is no task queue ${queue} in this workspace`, [...path, 'queue']);
    }
    const priority = this.#whole(target, 'priority', 0, path);
    // The default_filter has none: TaskRouter ignores one as an unknown key.
    const timeout = hasTimeout ? this.#whole(target, 'timeout', 1, path) : undefined;
    const expression = this.#expression(target, 'expression', 'target', path);
    const orderBy = this.#order(target, path);
    const skipIf = this.#expression(target, 'skip_if', 'skip_if', path);
    const knownWorker = this.#knownWorker(target, path);
    return {
      queue: queue ?? inherited ?? '',
      ...(priority === undefined ? {} : { priority }),
      ...(timeout === undefined ? {} : { timeout }),
      ...(expression === undefined ? {} : { expression }),
      ...(orderBy === undefined ? {} : { orderBy }),
      ...(skipIf === undefined ? {} : { skipIf }),
      ...(knownWorker === undefined ? {} : { knownWorker }),
    };
  }

  #expression(from: Json, key: string, context: Context, path: JsonPath): string | undefined {
    return this.#checked(from, key, path, (text) => this.library.expression(text, context));
  }

  #order(from: Json, path: JsonPath): string | undefined {
    return this.#checked(from, 'order_by', path, (text) => this.library.order(text));
  }

  #checked(from: Json, key: string, path: JsonPath, check: (text: string) => unknown): string | undefined {
    const text = this.#text(from, key, path);
    if (text === undefined) return undefined;
    try {
      check(text);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      this.#mistake(error.message, [...path, key], error.range);
    }
    return text;
  }

  #knownWorker(from: Json, path: JsonPath): KnownWorker | undefined {
    const sid = this.#text(from, 'known_worker_sid', path);
    const name = this.#text(from, 'known_worker_friendly_name', path);
    if (sid !== undefined && name !== undefined) {
      this.#mistake('a target has known_worker_sid or known_worker_friendly_name, not both', path);
    }
    const key = sid === undefined ? 'known_worker_friendly_name' : 'known_worker_sid';
    const text = sid ?? name;
    if (text === undefined) return undefined;
    const attribute = attributeOfTask(text, this.library.options);
    if (!attribute) {
      this.#mistake(`"${text}" must be an attribute of the task, such as task.agent`, [...path, key]);
      return undefined;
    }
    return { by: sid === undefined ? 'friendlyName' : 'sid', path: attribute };
  }

  /** Twilio's examples write numbers both as numbers and as strings. */
  #whole(from: Json, key: string, min: number, path: JsonPath): number | undefined {
    const value = from[key];
    if (isAbsent(value)) return undefined;
    const number = typeof value === 'string' && /^\s*\d+\s*$/.test(value) ? Number(value) : value;
    if (typeof number === 'number' && Number.isInteger(number) && number >= min && number <= maxPriority) {
      return number;
    }
    this.#mistake(`${key} must be a whole number from ${min} to ${maxPriority}`, [...path, key]);
    return undefined;
  }

  #text(from: Json, key: string, path: JsonPath): string | undefined {
    const value = from[key];
    if (isAbsent(value)) return undefined;
    if (typeof value === 'string') return value;
    this.#mistake(`${key} must be a string`, [...path, key]);
    return undefined;
  }

  #object(value: unknown, path: JsonPath): Json | undefined {
    if (isObject(value)) return value;
    this.#mistake(`${nameOf(path)} must be an object`, path);
    return undefined;
  }

  #list(value: unknown, path: JsonPath): readonly unknown[] {
    if (isAbsent(value)) return [];
    if (Array.isArray(value)) return value;
    this.#mistake(`${nameOf(path)} must be an array`, path);
    return [];
  }

  #mistake(message: string, path: JsonPath, within?: TextRange): void {
    this.mistakes.push({ message, path, ...(within ? { within } : {}) });
  }
}

function nameOf(path: JsonPath): string {
  const last = path.at(-1);
  if (last === undefined) return 'the configuration';
  return typeof last === 'number' ? `each of ${path.at(-2)}` : last;
}

function attributeOfTask(text: string, options: RoutingOptions): Key['path'] | undefined {
  try {
    const expression = parse(`${text} == null`, options);
    if (expression.type !== 'comparison' || expression.left.type !== 'key') return undefined;
    const [first, ...path] = expression.left.path;
    return first === 'task' && path.length > 0 ? path : undefined;
  } catch {
    return undefined;
  }
}

function refused(mistakes: readonly Mistake[], text: string): ReadConfiguration {
  const root = treeOf(text);
  const [first, ...others] = mistakes.map(({ message, path, within }): ConfigurationProblem => {
    const node = root && findNodeAtLocation(root, [...path]);
    return { message, path, range: rangeIn(node ?? root, within, text) };
  });
  return { problems: [first!, ...others] };
}

function rangeIn(node: Node | undefined, within: TextRange | undefined, text: string): TextRange {
  if (!node) return { start: 0, end: text.length };
  const { offset, length } = node;
  if (!within || node.type !== 'string') return { start: offset, end: offset + length };
  const places = placesIn(text.slice(offset + 1, offset + length - 1));
  return { start: offset + 1 + places[within.start]!, end: offset + 1 + places[within.end]! };
}

/** The first syntax error of a text that is not JSON. */
function syntaxProblem(text: string): ConfigurationProblem {
  const errors: ParseError[] = [];
  treeOf(text, errors);
  const { offset, length } = errors[0] ?? { offset: 0, length: text.length };
  return {
    message: 'the configuration is not valid JSON',
    path: [],
    range: { start: offset, end: offset + length },
  };
}

/** Undefined also for a text that is nested deeper than the parser can follow. */
function treeOf(text: string, errors: ParseError[] = []): Node | undefined {
  try {
    return parseTree(text, errors, { disallowComments: true });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
