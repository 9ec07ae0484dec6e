import type { Vocabulary } from '../../../query/complete';
import type { ListedTask } from '../../../query/matches';
import type { Named } from '../../../query/plan';
import { isNumber, textOf } from '../../../query/values';
import { exactAttributes } from '../../../taskrouter/attributes';
import * as resources from '../../../taskrouter/resources';

/** Tasks of which the attributes are offered. */
const maxTasks = 200;
/** Values of one attribute. */
const maxValues = 20;
const maxValueLength = 60;

/** What the query line can complete: what was read of the workspace, and what tasks on the page have. */
export function vocabularyOf(
  namesOf: (collection: resources.Collection) => readonly Named[] | undefined,
  tasks: readonly ListedTask[],
): Vocabulary {
  const names = (collection: resources.Collection) => namesOf(collection)?.map(({ name }) => name);
  const unique = (texts: readonly string[]) => [...new Set(texts)].filter((text) => text).sort();
  return {
    workspace: names(resources.workspaces) ?? unique(tasks.map(({ workspace }) => workspace)),
    queue: names(resources.taskQueues) ?? unique(tasks.map(({ queue }) => queue)),
    workflow: names(resources.workflows) ?? unique(tasks.map(({ workflow }) => workflow)),
    channel: unique(tasks.map(({ channel }) => channel)),
    worker: names(resources.workers) ?? [],
    attributes: attributesOf(tasks.slice(0, maxTasks)),
  };
}

function attributesOf(tasks: readonly ListedTask[]): Vocabulary['attributes'] {
  const values = new Map<string, Set<string>>();
  const add = (path: readonly string[], value: unknown): void => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && !isNumber(value)) {
      if (path.length < 3) for (const [key, inner] of Object.entries(value)) add([...path, key], inner);
      return;
    }
    const key = JSON.stringify(path);
    const known = values.get(key) ?? new Set();
    values.set(key, known);
    const text = textOf(value);
    if (text && text.length <= maxValueLength && known.size < maxValues) known.add(text);
  };
  for (const { attributes } of tasks) add([], exactAttributes(attributes));
  return [...values].map(([path, known]) => ({
    path: JSON.parse(path) as string[],
    values: [...known].sort(),
  }));
}
