import * as z from 'zod';
import type { Fields } from '../query/fields';
import { taskFields, workerFields } from '../query/fields';
import { ListReading } from '../query/listReading';
import type { ListedTask } from '../query/matches';
import { inWorkspace, listedTask, matcher } from '../query/matches';
import { parse } from '../query/parse';
import type { Named } from '../query/plan';
import { plan } from '../query/plan';
import type { Query } from '../query/syntax';
import type { ListedWorker } from '../query/workers';
import { listedWorker, planWorkers, workerMatcher } from '../query/workers';
import { TooManyWorkersError, WorkspaceFacts } from '../query/workspaceFacts';
import { titlesIn } from '../taskrouter/attributes';
import { inEnglish } from '../taskrouter/message';
import * as resources from '../taskrouter/resources';
import type { Row } from '../taskrouter/resources';
import { accountOf, maxWorkspaces, placeInput, workspacesOf } from './places';
import type { ToolAccount } from './tool';
import { tool, ToolError } from './tool';
import { oneOf, ours, quoted, secondsBetween, sentence, sid } from './text';
import type { Value } from './text';

/** Of all workspaces together; what is longer is searched in part, which the result says. */
const maxRows = 5000;
const maxFound = 200;

const languageOf = (fields: Fields) =>
  `Conditions that must all hold, separated by spaces; OR between alternatives; - before a condition negates it. field:part finds a part of a text, field=text the whole text. A word alone is found anywhere. Fields: ${fields.names
    .map((name) => `${name} (${inEnglish(fields.get(name)!.help)})`)
    .join('; ')}.`;

const inputOf = (fields: Fields, example: string) =>
  z.strictObject({
    query: z
      .string()
      .max(500)
      .describe(`${languageOf(fields)} Example: ${example}`),
    ...placeInput,
    max: z.int().min(1).max(50).optional().describe('How many to return. 20 when absent.'),
  });

interface Found<R> {
  readonly rows: readonly R[];
  /** How many rows were read to find these. */
  readonly read: number;
  /** Whether rows may be missing. */
  readonly isPartial: boolean;
}

function queryOf(text: string, fields: Fields): Query {
  const parsed = parse(text, fields);
  if ('query' in parsed) return parsed.query;
  const { message, suggestion } = parsed.problem;
  throw new ToolError({
    reason: ours('The query cannot be read.'),
    problem: sentence(message),
    suggestion: quoted(suggestion),
    language: ours(languageOf(fields)),
  });
}

async function readLists(
  { withReads }: ToolAccount,
  workspaceSid: string,
  collection: resources.Collection,
  filters: readonly object[],
  maxRead: number,
): Promise<Found<Row>> {
  const rows = new Map<string, Row>();
  const onPage = (page: readonly Row[]) => {
    for (const row of page) rows.set(row.sid, row);
  };
  const reading = new ListReading({ withReads, workspaceSid, collection, filters, maxRows: maxRead, onPage });
  await reading.run();
  if (reading.failure instanceof Error) throw reading.failure;
  const all = [...rows.values()];
  return { rows: all, read: all.length, isPartial: !reading.isDone || reading.unreadable > 0 };
}

async function tasksIn(
  account: ToolAccount,
  workspace: Named,
  query: Query,
  maxRead: number,
): Promise<Found<TaskFound>> {
  const facts = new WorkspaceFacts(account.withReads, workspace.sid);
  const lookups = await facts.lookups(query);
  const { statuses, filters } = plan(query);
  const { rows, read, isPartial } = await readLists(
    ...([account, workspace.sid, resources.tasks] as const),
    statuses.map((status) => ({ assignmentStatus: [status], ...filters })),
    maxRead,
  );
  const matches = matcher(query);
  const now = account.now();
  const found = rows
    .map((row) => listedTask(resources.tasks.read(row), workspace))
    .filter((task) => matches(task, now, lookups))
    .map((task) => ({ ...task, workers: lookups.workersOf(task.sid) }));
  return { rows: found, read, isPartial: isPartial || facts.gaps.length > 0 };
}

type TaskFound = ListedTask & { readonly workers: readonly string[] };

async function workersIn(
  account: ToolAccount,
  workspace: Named,
  query: Query,
  maxRead: number,
): Promise<Found<ListedWorker>> {
  const lists = [planWorkers(query).filters];
  const { rows, read, isPartial } = await readLists(
    ...([account, workspace.sid, resources.workers, lists, maxRead] as const),
  );
  const matches = workerMatcher(query);
  const now = account.now();
  const all = rows.map((row) => listedWorker(resources.workers.read(row), workspace));
  return { rows: all.filter((worker) => matches(worker, now)), read, isPartial };
}

interface Searched<R> extends Found<R> {
  readonly workspacesNotSearched: number;
}

/** Searches the workspaces one after the other, until enough is found or read. */
async function search<R>(
  account: ToolAccount,
  place: Parameters<typeof workspacesOf>[1],
  searchOne: (workspace: Named, maxRead: number) => Promise<Found<R> | undefined>,
): Promise<Searched<R>> {
  const rows: R[] = [];
  let [isPartial, read, searched, workspacesNotSearched] = [false, 0, 0, 0];
  for (const workspace of await workspacesOf(account, place)) {
    if (rows.length >= maxFound || read >= maxRows || searched >= maxWorkspaces) {
      workspacesNotSearched++;
      continue;
    }
    const found = await searchOne(workspace, maxRows - read).catch((error: unknown) => {
      if (!(error instanceof TooManyWorkersError)) throw error;
      throw new ToolError(ours(`${error.count} workers match this name. Use more of it.`));
    });
    if (!found) continue;
    searched++;
    read += found.read;
    for (const row of found.rows) if (rows.length < maxFound) rows.push(row);
    isPartial ||= found.isPartial || rows.length >= maxFound;
  }
  return { rows, read, isPartial: isPartial || workspacesNotSearched > 0, workspacesNotSearched };
}

const answerOf = <R>(
  { rows, isPartial, workspacesNotSearched }: Searched<R>,
  max: number,
  show: (row: R) => Value,
): Value => ({
  found: rows.length,
  isComplete: !isPartial,
  workspacesNotSearched: workspacesNotSearched || undefined,
  rows: rows.slice(0, max).map(show),
  notShown: Math.max(0, rows.length - max),
});

export const findTasks = tool({
  name: 'taskrouter_find_tasks',
  toolReferenceName: 'taskrouterFindTasks',
  title: 'Find TaskRouter Tasks',
  summary: 'Finds tasks by status, age, queue, attributes and words, as the task table does.',
  description:
    'Finds tasks in Twilio TaskRouter by a filter line, those that were created first at the beginning: by words of the caller or of attributes, status, time in queue, queue, workflow, channel, priority or worker. Returns SIDs for the other tools. Start here when somebody names a customer or asks what waits.',
  input: inputOf(taskFields, 'Rosa Hazel · status:pending queued>10m · queue:Billing worker:Yuki'),
  answer: async ({ query: text, max = 20, ...place }, call) => {
    const query = queryOf(text, taskFields);
    const account = accountOf(call, place.account);
    const now = account.now();
    const found = await search(account, place, async (workspace, maxRead) => {
      const left = inWorkspace(query, workspace.name);
      return left && tasksIn(account, workspace, left, maxRead);
    });
    const rows = [...found.rows].sort((a, b) => (a.created ?? Infinity) - (b.created ?? Infinity));
    return answerOf({ ...found, rows }, max, (task) => ({
      task: sid(task.sid),
      title: quoted(titlesIn(task.attributes)[0], 60),
      status: oneOf(resources.taskStatuses, task.status),
      ageSeconds: secondsBetween(task.created, now),
      secondsInQueue: secondsBetween(task.enteredQueue, now),
      priority: task.priority,
      queue: quoted(task.queue, 60),
      workflow: quoted(task.workflow, 60),
      channel: quoted(task.channel, 30),
      reason: quoted(task.reason, 100),
      workers: task.workers.length > 0 ? task.workers.map((name) => quoted(name, 60)) : undefined,
      workspace: sid(task.workspaceSid),
    }));
  },
});

export const findWorkers = tool({
  name: 'taskrouter_find_workers',
  toolReferenceName: 'taskrouterFindWorkers',
  title: 'Find TaskRouter Workers',
  summary: 'Finds workers by name, activity, attributes and words, as the worker table does.',
  description:
    'Finds workers in Twilio TaskRouter by a filter line: by name, activity, whether that is available, time in it, or attributes. Use it to see who is available, or which skills a worker has.',
  input: inputOf(workerFields, 'available:true since>1h · attributes.languages=es · Yuki'),
  answer: async ({ query: text, max = 20, ...place }, call) => {
    const query = queryOf(text, workerFields);
    const account = accountOf(call, place.account);
    const now = account.now();
    const found = await search(account, place, (workspace, maxRead) =>
      workersIn(account, workspace, query, maxRead),
    );
    return answerOf(found, max, (worker) => ({
      worker: sid(worker.sid),
      name: quoted(worker.name, 60),
      activity: quoted(worker.activity, 60),
      available: worker.available,
      secondsInActivity: secondsBetween(worker.since, now),
      attributes: quoted(worker.attributes, 300),
      workspace: sid(worker.workspaceSid),
    }));
  },
});
