import { l10n } from 'vscode';
import { csvRecord } from '../../../csv';
import type { ListedTask } from '../../../query/matches';
import { parseAttributes } from '../../../taskrouter/attributes';
import { formatted } from '../../../taskrouter/attributesMerge';
import type { Column, RowFacts } from './columns';
import { dateOf, isSinceKnown, isWorkerKnown } from './columns';

export type ExportFormat = 'csv' | 'json';

export interface Exported {
  readonly format: ExportFormat;
  readonly tasks: readonly ListedTask[];
  /** Of CSV; JSON has everything. */
  readonly columns: readonly Column[];
  readonly factsOf: (task: ListedTask) => RowFacts;
}

/** How many of the tasks lack a value that has not been read. */
export function unreadTasks({ format, tasks, columns, factsOf }: Exported): number {
  const needs = (key: string) => format === 'json' || columns.some((column) => column.key === key);
  const [needsSince, needsWorker] = [needs('since'), needs('worker')];
  return tasks.filter((task) => {
    const facts = factsOf(task);
    return (needsSince && !isSinceKnown(facts)) || (needsWorker && !isWorkerKnown(facts));
  }).length;
}

/** Tasks between which the extension does something else. */
const atOnce = 500;

/** These tasks as text. @throws the signal's reason when it is aborted */
export async function exportedText(exported: Exported, signal?: AbortSignal): Promise<string> {
  const parts: string[] = [];
  const { tasks, format } = exported;
  for (let at = 0; at < tasks.length; at += atOnce) {
    const some = tasks.slice(at, at + atOnce);
    parts.push(
      format === 'csv' ? csvOf(some, exported) : some.map((task) => jsonOf(task, exported)).join(',\n'),
    );
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
  }
  if (format === 'json') return `[\n${parts.join(',\n')}\n]\n`;
  const titles = [
    l10n.t('Task SID'),
    ...withoutSid(exported.columns).map(({ exported: { title } }) => title),
  ];
  return csvRecord(titles) + parts.join('');
}

const withoutSid = (columns: readonly Column[]) => columns.filter(({ key }) => key !== 'sid');

const csvOf = (tasks: readonly ListedTask[], { columns, factsOf }: Exported): string =>
  tasks
    .map((task) => {
      const facts = factsOf(task);
      return csvRecord([task.sid, ...withoutSid(columns).map(({ exported: { text } }) => text(facts))]);
    })
    .join('');

/** Attributes stay as they were written: parsed, long numbers would be rounded and equal keys lost. */
function jsonOf(task: ListedTask, { factsOf }: Exported): string {
  const facts = factsOf(task);
  const { since, worker } = facts.detail;
  const notRead = [
    ...(isSinceKnown(facts) ? [] : ['inStatusSince']),
    ...(isWorkerKnown(facts) ? [] : ['worker']),
  ];
  const { created, enteredQueue, updated, attributes, ...rest } = task;
  const row = {
    ...rest,
    created: dateOf(created),
    enteredQueue: dateOf(enteredQueue),
    updated: dateOf(updated),
    inStatusSince: dateOf(since),
    worker,
    ...(notRead.length ? { notRead } : {}),
  };
  const written = parseAttributes(attributes) ? attributes : JSON.stringify(attributes);
  const json = formatted(`${JSON.stringify(row).slice(0, -1)},"attributes":${written}}`);
  return `  ${json.trimEnd().replaceAll('\n', '\n  ')}`;
}
