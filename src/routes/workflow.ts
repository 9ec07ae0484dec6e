import * as z from 'zod';
import type { Mistake } from '../jsonFile';
import { parseJsonFile } from '../jsonFile';
import type { ExpressionLibrary } from '../routing/expressions/library';
import type { JsonPath, WorkflowRules } from '../routing/workflow/configuration';
import { readConfiguration } from '../routing/workflow/configuration';
import type { RouteFile } from './file';
import { RouteFile as Schema, withoutComments } from './file';

/** A file that was read: its text, and its name for messages. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** The workflow that is tested, and where its configuration stands. */
export interface TestedWorkflow {
  readonly rules: WorkflowRules;
  readonly file: NamedText;
  readonly path: JsonPath;
}

/**
 * The workflow in the file itself, or else that in the file that it names.
 * @throws InvalidFileError
 */
export function workflowOf(
  { workflow, queues }: RouteFile,
  file: NamedText,
  workflowFile: NamedText | undefined,
  library: ExpressionLibrary,
): TestedWorkflow {
  let found: TestedWorkflow | undefined;
  const check = (value: unknown, path: JsonPath): readonly Mistake[] => {
    const result = readConfiguration(JSON.stringify(value), () => true, library);
    if (result.rules) found = { rules: result.rules, file: workflowFile ?? file, path };
    return result.rules ? unknownQueues(result.rules, queues, path) : result.problems.map(at(path));
  };
  if (workflowFile)
    parseJsonFile(withoutComments(workflowFile.text), workflowFile.name, z.unknown(), (content) => {
      const all = [...configurationsIn(content)];
      const [first] = all;
      if (all.length === 1) return check(first!.value, first!.path);
      const message = first
        ? `has ${all.length} workflows, and a routing test is about one`
        : 'has no task_routing, so it is not a workflow';
      return [{ path: all[1]?.path ?? [], message }];
    });
  else parseJsonFile(withoutComments(file.text), file.name, Schema, () => check(workflow, ['workflow']));
  return found!;
}

const at =
  (start: JsonPath) =>
  ({ path, message }: { readonly path: JsonPath; readonly message: string }): Mistake => ({
    path: [...start, ...path],
    message,
  });

/** The objects that have `task_routing`, wherever they stand. */
function* configurationsIn(
  value: unknown,
  path: JsonPath = [],
): Generator<{ readonly value: object; readonly path: JsonPath }> {
  if (typeof value !== 'object' || value === null) return;
  if (Object.hasOwn(value, 'task_routing')) {
    yield { value, path };
    return;
  }
  for (const [key, inner] of Object.entries(value))
    yield* configurationsIn(inner, [...path, Array.isArray(value) ? Number(key) : key]);
}

/** Queues of a workflow that the tests do not describe, each once. */
function unknownQueues(rules: WorkflowRules, queues: RouteFile['queues'], start: JsonPath): Mistake[] {
  const known = new Set(Object.entries(queues).flatMap(([name, { sid }]) => [name, sid]));
  const mistakes = new Map<string, Mistake>();
  const check = (queue: string, path: JsonPath) => {
    if (known.has(queue) || mistakes.has(queue)) return;
    const message = `queues of the routing tests has no ${queue}, neither as a name nor as a sid`;
    mistakes.set(queue, { path: [...start, 'task_routing', ...path, 'queue'], message });
  };
  for (const [i, { targets }] of rules.filters.entries())
    for (const [j, { queue }] of targets.entries()) check(queue, ['filters', i, 'targets', j]);
  if (rules.defaultTarget) check(rules.defaultTarget.queue, ['default_filter']);
  return [...mistakes.values()];
}
