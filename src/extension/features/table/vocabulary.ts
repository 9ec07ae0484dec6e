import type { Vocabulary } from '../../../query/complete';
import type { ListedTask } from '../../../query/matches';
import type { ListedRow } from '../../../query/rows';
import type { ListedWorker } from '../../../query/workers';
import { isNumber, textOf } from '../../../query/values';
import { exactAttributes } from '../../../taskrouter/attributes';
import * as resources from '../../../taskrouter/resources';

/** The names in a list that was read; undefined where it was not. */
export type NamesOf = (collection: resources.Collection) => readonly string[] | undefined;

/** Rows of which the attributes are offered. */
const maxRows = 200;
/** Values of one attribute. */
const maxValues = 20;
const maxValueLength = 60;

/** What the query line of a table of tasks can complete: what was read of the workspace, and what tasks on the page have. */
export function taskVocabulary(namesOf: NamesOf, tasks: readonly ListedTask[]): Vocabulary {
  return {
    workspace: namesOf(resources.workspaces) ?? unique(tasks.map(({ workspace }) => workspace)),
    queue: namesOf(resources.taskQueues) ?? unique(tasks.map(({ queue }) => queue)),
    workflow: namesOf(resources.workflows) ?? unique(tasks.map(({ workflow }) => workflow)),
    channel: unique(tasks.map(({ channel }) => channel)),
    worker: namesOf(resources.workers) ?? [],
    attributes: attributesOf(tasks),
  };
}

/** What the query line of a table of workers can complete. */
export const workerVocabulary = (namesOf: NamesOf, workers: readonly ListedWorker[]): Vocabulary => ({
  name: unique(workers.map(({ name }) => name)),
  activity: namesOf(resources.activities) ?? unique(workers.map(({ activity }) => activity)),
  attributes: attributesOf(workers),
});

const unique = (texts: readonly string[]) => [...new Set(texts)].filter((text) => text).sort();

function attributesOf(rows: readonly ListedRow[]): NonNullable<Vocabulary['attributes']> {
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
  for (const { attributes } of rows.slice(0, maxRows)) add([], exactAttributes(attributes));
  return [...values].map(([path, known]) => ({
    path: JSON.parse(path) as string[],
    values: [...known].sort(),
  }));
}
