import { parse } from '../../../query/parse';
import type { Row } from '../../../taskrouter/client';
import { localize } from '../../display/localize';
import type { ListedTask } from '../../../query/matches';
import type { QueryRunOptions } from './queryRun';
import { QueryRun } from './queryRun';
import { TaskRun } from './taskRun';

/** Requests for one count, about: a page has up to 1,000 tasks. */
const maxRequests = 20;

export interface TaskCount {
  readonly count: number;
  /** False where more tasks may match: some were not read. */
  readonly isWhole: boolean;
  /** Why tasks could not be read. */
  readonly error?: unknown;
  /** The count once tasks are known to be as in these rows. */
  readonly update?: (rows: readonly Row[]) => TaskCount;
}

/** Reads how many tasks match a query, in the background. */
export async function countTasks(
  text: string,
  options: Pick<QueryRunOptions<ListedTask>, 'connect' | 'workspaceSid' | 'workspaceName' | 'now'>,
): Promise<TaskCount> {
  const parsed = parse(text);
  if ('problem' in parsed) return { count: 0, isWhole: false, error: localize(parsed.problem.message) };
  const run: QueryRun<ListedTask> = new QueryRun({
    kind: { newRun: (each) => new TaskRun(each) },
    ...options,
    query: parsed.query,
    order: { keyOf: () => undefined, isDescending: false },
    wait: { purpose: 'detail' },
    onChange: () => run.progress.requests >= maxRequests && run.cancel(),
  });
  await run.read();
  const isWhole = run.progress.isDone && run.gaps.length === 0;
  const sids = run.rows.all.map(({ sid }) => sid);
  return counted(new Set(sids), run, { isWhole, error: run.failures[0]?.error });
}

function counted(
  sids: ReadonlySet<string>,
  run: QueryRun<ListedTask>,
  rest: Pick<TaskCount, 'isWhole' | 'error'>,
): TaskCount {
  const update = (rows: readonly Row[]) => {
    const after = new Set(sids);
    for (const task of run.listed(rows))
      if (run.matches(task)) after.add(task.sid);
      else after.delete(task.sid);
    return counted(after, run, rest);
  };
  return { count: sids.size, ...rest, update };
}
