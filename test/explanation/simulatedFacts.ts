import type { ExplanationFacts } from '../../src/explanation/facts';
import { alertWindow } from '../../src/explanation/callAndAlerts';
import { lastOffersIn } from '../../src/explanation/events';
import type { OutsideFacts } from '../../src/explanation/facts';
import { parseAttributes } from '../../src/routing/expressions/scope';
import type { Simulator } from '../../src/simulator/simulator';
import { createClient } from '../../src/taskrouter/client';
import { defaultOrigin } from '../../src/taskrouter/origin';
import * as resources from '../../src/taskrouter/resources';
import type { Collection, Row, Task } from '../../src/taskrouter/resources';
import type { Driver } from '../simulator/driver';

/** Of how many available workers the channels are read: the API has them for one worker at a time. */
const maxChannels = 20;

const readerOf =
  (driver: Driver, root: string) =>
  async <T>(collection: Collection<T>, path: string): Promise<T[]> => {
    const all: T[] = [];
    const between = path.includes('?') ? '&' : '?';
    let next: string | null = `${root}/${path}${between}PageSize=1000`;
    while (next !== null) {
      const page: Record<string, unknown> = await driver.get(next);
      all.push(...((page[collection.key] as Row[]) ?? []).map(collection.read));
      next = (page['meta'] as { next_page_url: string | null }).next_page_url;
    }
    return all;
  };

/** The same facts with the channels and reservations of some more workers. */
export async function factsWith(
  driver: Driver,
  root: string,
  facts: ExplanationFacts,
  workerSids: readonly string[],
): Promise<ExplanationFacts> {
  const read = readerOf(driver, root);
  const workerChannels = new Map(facts.workerChannels);
  const workerReservations = new Map(facts.workerReservations);
  for (const sid of workerSids) {
    workerChannels.set(sid, await read(resources.workerChannels, `Workers/${sid}/Channels`));
    workerReservations.set(sid, await read(resources.workerReservations, `Workers/${sid}/Reservations`));
  }
  return { ...facts, workerChannels, workerReservations };
}

/** What the API shows of a task, read as a page would read it. */
export async function factsOf(
  driver: Driver,
  root: string,
  taskSid: string,
  now: number,
): Promise<ExplanationFacts> {
  const read = readerOf(driver, root);
  const fetched = await driver.send('GET', `${root}/Tasks/${taskSid}`);
  const task: Task | undefined =
    fetched.status === 200 ? resources.tasks.read(fetched.json as Row) : undefined;
  const workspace = resources.workspaces.read(await driver.get(root));
  const since = new Date(task?.date_created?.getTime() ?? now - 7 * 86_400_000).toISOString().slice(0, 19);
  const day = new Date(now - 86_400_000).toISOString().slice(0, 19);
  const base = {
    now,
    readAt: now,
    taskSid,
    workspace,
    activities: await read(resources.activities, 'Activities'),
    taskChannels: await read(resources.taskChannels, 'TaskChannels'),
    queues: await read(resources.taskQueues, 'TaskQueues'),
    events: await read(resources.events, `Events?TaskSid=${taskSid}&StartDate=${since}Z`),
    unread: [],
  };
  if (!task) {
    return {
      ...base,
      workers: [],
      members: new Map(),
      hasAllWorkers: false,
      workerChannels: new Map(),
      workerReservations: new Map(),
    };
  }
  const workflow = resources.workflows.read(await driver.get(`${root}/Workflows/${task.workflow_sid}`));
  const workers = await read(resources.workers, 'Workers');
  const members = new Map<string, readonly string[]>();
  const named = base.queues.filter(
    ({ sid }) => sid === task.task_queue_sid || workflow.configuration?.includes(sid),
  );
  for (const { sid } of named) {
    const inQueue = await read(resources.workers, `Workers?TaskQueueSid=${sid}`);
    members.set(
      sid,
      inQueue.map((one) => one.sid),
    );
  }
  const inQueue = workers.filter(({ sid }) => [...members.values()].some((sids) => sids.includes(sid)));
  const direct = workers.filter(({ sid }) => sid === task.routing_target);
  const byAvailability = [...direct, ...inQueue].sort((a, b) => Number(b.available) - Number(a.available));
  const workerChannels = new Map<string, readonly resources.WorkerChannel[]>();
  const workerReservations = new Map<string, readonly resources.Reservation[]>();
  for (const { sid } of byAvailability.slice(0, maxChannels)) {
    workerChannels.set(sid, await read(resources.workerChannels, `Workers/${sid}/Channels`));
    if (!workspace.multi_task_enabled) {
      workerReservations.set(sid, await read(resources.workerReservations, `Workers/${sid}/Reservations`));
    }
  }
  return {
    ...base,
    task,
    workflow,
    workers,
    members,
    hasAllWorkers: true,
    workerChannels,
    workerReservations,
    reservations: await read(resources.taskReservations, `Tasks/${taskSid}/Reservations`),
    waitingTasks: await read(resources.tasks, 'Tasks?AssignmentStatus=pending'),
    offeredAt: lastOffersIn(
      await read(resources.events, `Events?EventType=reservation.created&StartDate=${day}Z`),
    )!,
  };
}

/** What the other hosts show of a task, where reading them is switched on. */
export async function outsideOf(
  { accountSid, authToken, fetch }: Simulator,
  facts: ExplanationFacts,
): Promise<OutsideFacts> {
  const client = createClient({
    fetch,
    origin: defaultOrigin,
    username: accountSid,
    password: authToken,
    otherHosts: true,
  });
  const { call_sid: callSid } = parseAttributes(facts.task?.attributes ?? '{}');
  const window = alertWindow(facts);
  return {
    ...(typeof callSid === 'string' ? { call: await client.call(accountSid, callSid) } : {}),
    ...(window ? { alerts: await client.alerts(window.from, window.to) } : {}),
  };
}
