import type { Worker } from '../taskrouter/resources';
import type { Test } from './conditions';
import { attribute, compile, duration, textTest } from './conditions';
import type { Named } from './plan';
import { onlyMatch } from './plan';
import type { ListedRow } from './rows';
import { Subject } from './rows';
import type { Condition, Query } from './syntax';
import { nameOf } from './syntax';

/** What a query needs of a worker. Dates are in milliseconds since 1970. */
export interface ListedWorker extends ListedRow {
  readonly name: string;
  readonly activity: string;
  readonly available: boolean | undefined;
  /** Since when the worker has this activity. */
  readonly since: number | undefined;
}

export const listedWorker = (worker: Worker, workspace: Named): ListedWorker => ({
  sid: worker.sid,
  workspace: workspace.name,
  workspaceSid: workspace.sid,
  name: worker.friendly_name ?? '',
  activity: worker.activity_name ?? '',
  available: worker.available ?? undefined,
  attributes: worker.attributes ?? '',
  since: worker.date_status_changed?.getTime(),
  created: worker.date_created?.getTime(),
  updated: worker.date_updated?.getTime(),
});

/** Compiles a query to a function that is called for each of many workers. */
export function workerMatcher(query: Query): (worker: ListedWorker, now: number) => boolean {
  const matches = compile(query, testOf);
  return (worker, now) => matches(new Subject(worker, now));
}

function testOf(condition: Condition): Test<Subject<ListedWorker>> {
  const { field, values } = condition;
  switch (field) {
    case 'available':
      return ({ row }) => row.available !== undefined && values.includes(String(row.available));
    case 'age':
      return duration<ListedWorker>(condition, ({ created }) => created);
    case 'since':
      return duration<ListedWorker>(condition, ({ since }) => since);
    case 'name':
    case 'activity':
    case 'sid': {
      const test = textTest(condition);
      return ({ row }) => test(row[field]);
    }
    case 'attributes':
      return attribute(condition);
    default: {
      const test = textTest(condition);
      return ({ row }) => [row.sid, row.name, row.attributes].some(test);
    }
  }
}

/** The filters of a list of workers. https://www.twilio.com/docs/taskrouter/api/worker#read-multiple-worker-resources */
export interface WorkerFilters {
  readonly activityName?: string;
  readonly activitySid?: string;
  readonly available?: string;
  readonly friendlyName?: string;
}

/** What is read for a query. Each worker that is read has to be compared with the whole query all the same. */
export interface WorkerPlan {
  readonly filters: WorkerFilters;
  /** The names of the fields by which TaskRouter filters. */
  readonly pushed: readonly string[];
  /** The names of the fields by which workers are filtered when they have been read. */
  readonly local: readonly string[];
}

/** Divides a query into what TaskRouter filters and the rest. `activities`: all of the workspace, if they were read. */
export function planWorkers({ alternatives }: Query, activities?: readonly Named[]): WorkerPlan {
  const conditions = alternatives.flat();
  const pushed = new Map<Condition['field'], Condition>();
  let filters: WorkerFilters = {};
  // Only what has to hold in every case can be left to TaskRouter.
  for (const condition of alternatives.length === 1 ? conditions : []) {
    const filter = filterOf(condition, activities);
    if (!filter || pushed.has(condition.field)) continue;
    filters = { ...filters, ...filter };
    pushed.set(condition.field, condition);
  }
  const isPushed = (condition: Condition) => pushed.get(condition.field) === condition;
  const namesOf = (some: readonly Condition[]) => [...new Set(some.map(nameOf))];
  return {
    filters,
    pushed: namesOf(conditions.filter(isPushed)),
    local: namesOf(conditions.filter((one) => !isPushed(one))),
  };
}

function filterOf(condition: Condition, activities?: readonly Named[]): WorkerFilters | undefined {
  const { field, negated, comparator, values } = condition;
  const [value, ...others] = values;
  if (negated || !value || others.length > 0) return undefined;
  if (field === 'available') return { available: value };
  if (field === 'name') return comparator === '=' ? { friendlyName: value } : undefined;
  if (field !== 'activity') return undefined;
  if (comparator === '=') return { activityName: value };
  const sid = onlyMatch(activities, value);
  return sid === undefined ? undefined : { activitySid: sid };
}
