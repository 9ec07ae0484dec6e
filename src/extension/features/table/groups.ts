import type { ListedTask } from '../../../query/matches';

export interface Group {
  /** What its tasks have in common; '' where they have nothing. */
  readonly key: string;
  readonly count: number;
  readonly isExpanded: boolean;
}

/** What one row of the grid shows. */
export type GridLine = { readonly task: ListedTask } | { readonly group: Group };

/** The rows of the grid: tasks, in groups or not. */
export interface GridLines {
  readonly length: number;
  slice(from: number, to: number): readonly GridLine[];
  /** From one task to another, both included, in either direction; none when one of them is not shown. */
  between(sid: string, otherSid: string): readonly ListedTask[];
}

/** Tasks below the group they belong to, in their order. Groups come in the order of their names, the one without last. */
export function groupedLines(
  tasks: readonly ListedTask[],
  keyOf: (task: ListedTask) => string,
  isExpanded: (key: string) => boolean,
): GridLines {
  const byKey = new Map<string, ListedTask[]>();
  for (const task of tasks) {
    const key = keyOf(task);
    const known = byKey.get(key);
    if (known) known.push(task);
    else byKey.set(key, [task]);
  }
  const collator = new Intl.Collator(undefined, { numeric: true });
  const keys = [...byKey.keys()].sort(
    (a, b) => Number(a === '') - Number(b === '') || collator.compare(a, b),
  );
  const lines = keys.flatMap((key): GridLine[] => {
    const members = byKey.get(key)!;
    const group = { key, count: members.length, isExpanded: isExpanded(key) };
    return [{ group }, ...(group.isExpanded ? members.map((task) => ({ task })) : [])];
  });
  const indexOf = (sid: string) => lines.findIndex((line) => 'task' in line && line.task.sid === sid);
  return {
    length: lines.length,
    slice: (from, to) => lines.slice(from, to),
    between(sid, otherSid) {
      const [at, other] = [indexOf(sid), indexOf(otherSid)];
      if (at < 0 || other < 0) return [];
      const some = lines.slice(Math.min(at, other), Math.max(at, other) + 1);
      return some.flatMap((line) => ('task' in line ? [line.task] : []));
    },
  };
}
