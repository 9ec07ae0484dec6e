import { createSimulator, manualClock } from '../../src/simulator/simulator';
import type { Scenario, Simulator } from '../../src/simulator/simulator';
import type { TaskPlan, WorkerPlan, WorkspacePlan } from '../../src/simulator/scenarios/scenario';

export type Json = Record<string, unknown> & { sid: string };

export interface Answer {
  readonly status: number;
  readonly header: (name: string) => string | null;
  readonly json: Record<string, unknown>;
}

/** Asks a simulator without any network, as somebody who knows its credentials. */
export function driverOf(simulator: Simulator) {
  const authorization = `Basic ${Buffer.from(`${simulator.accountSid}:${simulator.authToken}`).toString('base64')}`;
  const send = async (
    method: 'GET' | 'POST' | 'DELETE',
    target: string,
    body?: Readonly<Record<string, string | readonly string[]>>,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Answer> => {
    const form = new URLSearchParams();
    for (const [name, value] of Object.entries(body ?? {})) {
      for (const one of typeof value === 'string' ? [value] : value) form.append(name, one);
    }
    const url = target.startsWith('https:') ? target : `https://taskrouter.twilio.com${target}`;
    const response = await simulator.fetch(url, {
      method,
      headers: { authorization, ...more },
      ...(body ? { body: form.toString() } : {}),
      redirect: 'manual',
    });
    let text = '';
    for await (const chunk of response.body!) text += String(chunk);
    const json = JSON.parse(text || '{}') as Record<string, unknown>;
    return { status: response.status, header: (name) => response.headers.get(name), json };
  };
  const get = async (target: string) => (await send('GET', target)).json as Json;
  const list = async (target: string, key: string) => (await get(target))[key] as Json[];
  return {
    send,
    get,
    list,
    post: (
      target: string,
      body: Readonly<Record<string, string | readonly string[]>>,
      more?: Record<string, string>,
    ) => send('POST', target, body, more),
    refusal: async (target: string, body?: Readonly<Record<string, string>>) => {
      const { status, json } = await send(body ? 'POST' : 'GET', target, body);
      return { status, code: json['code'], message: json['message'] };
    },
  };
}
export type Driver = ReturnType<typeof driverOf>;

export const callSid = `CA${'a'.repeat(32)}`;

export const worker = (name: string, more: Partial<WorkerPlan> = {}): WorkerPlan => ({
  name,
  activity: 'Available',
  attributes: { skills: ['all'], contact_uri: `client:${name}` },
  ...more,
});

export const waiting = (more: Partial<TaskPlan> = {}): TaskPlan => ({
  workflow: 'Calls',
  queue: 'All',
  channel: 'voice',
  attributes: { call_sid: callSid, from: '+12125550101', name: 'Dana' },
  age: 5,
  status: 'pending',
  ...more,
});

/** One workspace where nothing happens by itself. */
export const quiet = (more: Partial<WorkspacePlan> = {}): Scenario => ({
  name: 'quiet',
  workspaces: [
    {
      name: 'Quiet',
      multitasking: true,
      activities: [
        { name: 'Available', available: true },
        { name: 'Break', available: false },
        { name: 'Reserved', available: false },
        { name: 'On a Task', available: false },
        { name: 'Offline', available: false },
      ],
      defaultActivity: 'Offline',
      timeoutActivity: 'Offline',
      channels: [
        { uniqueName: 'voice', friendlyName: 'Voice' },
        { uniqueName: 'chat', friendlyName: 'Chat' },
      ],
      queues: [{ name: 'All', targetWorkers: 'skills HAS "all"' }],
      workflows: [{ name: 'Calls', reservationTimeout: 120, filters: [], defaultQueue: 'All' }],
      workers: [worker('alice'), worker('bob')],
      tasks: [waiting()],
      ...more,
    },
  ],
});

/** Queues, each of the workers who have the skill of its name. */
export const queuesBySkill = (...names: readonly string[]) =>
  names.map((name) => ({ name, targetWorkers: `skills HAS '${name.toLowerCase()}'` }));

/** A still centre, its clock, and what a test wants to know about it. */
export async function still(more: Partial<WorkspacePlan> = {}, rest: Partial<Scenario> = {}) {
  const clock = manualClock();
  const simulator = createSimulator({ clock, seed: 3, scenario: { ...quiet(more), ...rest } });
  const driver = driverOf(simulator);
  const [workspace] = await driver.list('/v1/Workspaces', 'workspaces');
  const root = `/v1/Workspaces/${workspace!.sid}`;
  const tasks = await driver.list(`${root}/Tasks`, 'tasks');
  const task = `${root}/Tasks/${tasks[0]?.sid}`;
  return {
    ...driver,
    clock,
    simulator,
    root,
    task,
    seconds: (count: number) => clock.advance(count * 1000),
    /** The reservations of the first task, oldest first. */
    reservations: () => driver.list(`${task}/Reservations`, 'reservations'),
    statuses: async () =>
      (await driver.list(`${task}/Reservations`, 'reservations')).map((one) => one['reservation_status']),
    first: async () =>
      `${task}/Reservations/${(await driver.list(`${task}/Reservations`, 'reservations'))[0]!.sid}`,
    activity: async (name: string) =>
      (await driver.list(`${root}/Activities?FriendlyName=${encodeURIComponent(name)}`, 'activities'))[0]!
        .sid,
    workerNamed: async (name: string) =>
      (await driver.list(`${root}/Workers?FriendlyName=${encodeURIComponent(name)}`, 'workers'))[0]!,
  };
}
