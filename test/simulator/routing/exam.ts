import assert from 'node:assert/strict';
import { createSimulator, manualClock } from '../../../src/simulator/simulator';
import type { Scenario } from '../../../src/simulator/simulator';
import { driverOf, quiet } from '../driver';
import type { Json } from '../driver';

export type Body = Readonly<Record<string, string>>;
export type Part = Readonly<Record<string, unknown>>;

/** What a new workspace has. */
type FirstActivity = 'Offline' | 'Unavailable' | 'Available';

/** A workspace with nobody in it, made through the API; what a case adds to it is written as in the API's pages. */
export async function exam(scenario: Partial<Scenario> = {}, workspace: Body = { MultiTaskEnabled: 'true' }) {
  const clock = manualClock();
  const simulator = createSimulator({ clock, seed: 7, scenario: { ...quiet({ tasks: [] }), ...scenario } });
  const driver = driverOf(simulator);
  const { sid } = (await driver.post('/v1/Workspaces', { FriendlyName: 'exam', ...workspace })).json as Json;
  const root = `/v1/Workspaces/${sid}`;
  const activities = new Map<string, string>();
  for (const row of await driver.list(`${root}/Activities`, 'activities')) {
    activities.set(String(row['friendly_name']), row.sid);
  }

  const send = (path: string, body: Body) => driver.post(`${root}/${path}`, body);
  async function create(path: string, body: Body): Promise<string> {
    const { status, json } = await send(path, body);
    assert.equal(status, 201, `${path} ${JSON.stringify(body)}: ${String(json['message'])}`);
    return String(json['sid']);
  }
  const reservations = (task: string) => driver.list(`${root}/Tasks/${task}/Reservations`, 'reservations');
  let count = 0;

  return {
    root,
    simulator,
    send,
    remove: (path: string) => driver.send('DELETE', `${root}/${path}`),
    get: (path: string) => driver.get(`${root}/${path}`),
    list: (path: string, key: string) => driver.list(`${root}/${path}`, key),
    seconds: (seconds: number) => clock.advance(seconds * 1000),
    activity: (name: FirstActivity) => activities.get(name)!,

    queue: (target = '1==1', body: Body = {}) =>
      create('TaskQueues', { FriendlyName: `queue ${++count}`, TargetWorkers: target, ...body }),
    worker: (name: string, attributes: Part = {}, activity: string = activities.get('Available')!) =>
      create('Workers', {
        FriendlyName: name,
        Attributes: JSON.stringify(attributes),
        ActivitySid: activity,
      }),
    workflow: (routing: Part, body: Body = {}) =>
      create('Workflows', {
        FriendlyName: `workflow ${++count}`,
        Configuration: JSON.stringify({ task_routing: routing }),
        ...body,
      }),
    /** A workflow with one filter that every task matches. */
    targets: (...targets: readonly Part[]) =>
      create('Workflows', {
        FriendlyName: `workflow ${++count}`,
        Configuration: JSON.stringify({ task_routing: { filters: [{ expression: '1==1', targets }] } }),
      }),
    task: (workflow: string, attributes: Part = {}, body: Body = {}) =>
      create('Tasks', { WorkflowSid: workflow, Attributes: JSON.stringify(attributes), ...body }),

    /** `Alice pending, Bob rejected` */
    offers: async (task: string) =>
      (await reservations(task))
        .map((row) => `${String(row['worker_name'])} ${String(row['reservation_status'])}`)
        .join(', '),
    /** Answers the newest reservation that a worker has of a task. */
    answer: async (task: string, worker: string, body: Body) => {
      const own = (await reservations(task)).filter((row) => row['worker_name'] === worker);
      return send(`Tasks/${task}/Reservations/${own.at(-1)!.sid}`, body);
    },
    /** `pending in queue 1` */
    state: async (task: string) => {
      const row = await driver.get(`${root}/Tasks/${task}`);
      return `${String(row['assignment_status'])} in ${String(row['task_queue_sid'])}`;
    },
    /** The types of a task's events, oldest first. */
    events: async (task: string) =>
      (await driver.list(`${root}/Events?TaskSid=${task}&Minutes=100000&PageSize=1000`, 'events'))
        .map((row) => String(row['event_type']))
        .reverse(),
    /** The names of the workers that an expression of the list matches; the error's message if it is refused. */
    matching: async (expression: string) => {
      const path = `${root}/Workers?TargetWorkersExpression=${encodeURIComponent(expression)}`;
      const { status, json } = await driver.send('GET', path);
      if (status !== 200) return `${status} ${String(json['code'])} ${String(json['message'])}`;
      return (json['workers'] as Json[]).map((row) => String(row['friendly_name'])).join(', ');
    },
  };
}

export type Exam = Awaited<ReturnType<typeof exam>>;
