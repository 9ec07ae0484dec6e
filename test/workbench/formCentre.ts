import type { ServerResponse } from 'node:http';
import { createSimulator } from '../../src/simulator/simulator';
import type {
  ReservationPlan,
  Scenario,
  TaskPlan,
  WorkspacePlan,
} from '../../src/simulator/scenarios/scenario';
import { defaultOrigin } from '../../src/taskrouter/origin';
import type { Received } from '../taskrouter/loopback';
import { closeServers, serve } from '../taskrouter/loopback';

type Status = ReservationPlan['status'];

/** A worker and a task for each thing that is tried, so that nothing comes in the way of something else. */
export interface Stand {
  readonly name: string;
  readonly status: Status;
  /** Seconds until the workflow's timeout ends it; an hour when absent. */
  readonly left?: number;
}

/** Serves `stillScenario`, and knows what was sent to it. */
export async function openCentre(stands: readonly Stand[], crowd: readonly string[] = []) {
  const simulator = createSimulator({ authToken: 'a token', scenario: stillScenario(stands, crowd) });
  type Hook = (received: Received, response: ServerResponse) => boolean;
  const hooks: { onPost?: Hook | undefined; onGet?: Hook | undefined } = {};
  const { origin, received } = await serve((one, response) => {
    const headers: Record<string, string> = {};
    for (const name of ['authorization', 'if-match', 'content-type'] as const) {
      if (one.headers[name]) headers[name] = one.headers[name];
    }
    void (async () => {
      if ((one.method === 'POST' ? hooks.onPost : hooks.onGet)?.(one, response)) return;
      const answer = await simulator.fetch(defaultOrigin + one.target, {
        method: one.method as 'GET' | 'POST',
        headers,
        body: one.body,
        redirect: 'manual',
      });
      let text = '';
      for await (const chunk of answer.body!) text += String(chunk);
      response.statusCode = answer.status;
      for (const name of ['etag', 'twilio-request-id', 'content-type']) {
        const value = answer.headers.get(name);
        if (value) response.setHeader(name, value);
      }
      if (!response.destroyed) response.end(text.replaceAll(defaultOrigin, origin));
    })();
  });

  const get = async <T>(path: string): Promise<T> => {
    const authorization = `Basic ${Buffer.from(`${simulator.accountSid}:${simulator.authToken}`).toString('base64')}`;
    const answer = await fetch(`${origin}/v1/${path}`, { headers: { authorization } });
    return (await answer.json()) as T;
  };
  const workspaceSid = (await get<{ workspaces: { sid: string }[] }>('Workspaces')).workspaces[0]!.sid;
  const sidOf = async (collection: 'Activities' | 'Workers', name: string) => {
    const path = `Workspaces/${workspaceSid}/${collection}?FriendlyName=${encodeURIComponent(name)}`;
    return (await get<Record<string, { sid: string }[]>>(path))[collection.toLowerCase()]![0]!.sid;
  };

  type Reservation = Readonly<Record<'sid' | 'reservation_status', string>>;
  const reservationsOf = async (worker: string) =>
    `Workspaces/${workspaceSid}/Workers/${await sidOf('Workers', worker)}/Reservations`;
  /** The one that a worker of this name has. */
  const reservationOf = async (worker: string) =>
    (await get<{ reservations: Reservation[] }>(await reservationsOf(worker))).reservations[0]!;

  return {
    simulator,
    origin,
    hooks,
    workspaceSid,
    /** What came in that would change something. */
    posts: () => received.filter(({ method }) => method === 'POST'),
    /** What was read, by path and query. */
    gets: () => received.filter(({ method }) => method === 'GET').map(({ target }) => target),
    sidOf,
    reservationOf,
    /** Somebody else acts on the reservation that a worker of this name has. */
    async actElsewhere(worker: string, body: string): Promise<void> {
      const path = await reservationsOf(worker);
      const { sid } = await reservationOf(worker);
      const authorization = `Basic ${Buffer.from(`${simulator.accountSid}:${simulator.authToken}`).toString('base64')}`;
      // Not over the loopback: that counts as what the extension has sent.
      await simulator.fetch(`${defaultOrigin}/v1/${path}/${sid}`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
        body,
        redirect: 'manual',
      });
    },
    close() {
      simulator.stop();
      closeServers();
    },
  };
}

export type FormCentre = Awaited<ReturnType<typeof openCentre>>;

/**
 * A single-tasking workspace, in which every parameter is allowed, where nothing happens by itself. Every stand
 * has a worker and a task of its name, and one reservation; the crowd are workers who have none.
 */
export function stillScenario(stands: readonly Stand[], crowd: readonly string[] = []): Scenario {
  return { name: 'form', workspaces: [workspace(stands, crowd)] };
}

function workspace(stands: readonly Stand[], crowd: readonly string[]): WorkspacePlan {
  return {
    name: 'Desk',
    multitasking: false,
    activities: [
      { name: 'Available', available: true },
      { name: 'Break', available: false },
      { name: 'Offline', available: false },
    ],
    defaultActivity: 'Offline',
    timeoutActivity: 'Offline',
    channels: [{ uniqueName: 'voice', friendlyName: 'Voice' }],
    queues: [{ name: 'Everyone', targetWorkers: '1==1', maxReservedWorkers: 5 }],
    workflows: [{ name: 'Inbound', reservationTimeout: 3600, filters: [], defaultQueue: 'Everyone' }],
    // Nobody takes tasks: what is rejected stays where it is.
    workers: [
      ...stands.map(({ name }) => ({
        name: `Worker ${name}`,
        activity: 'Offline',
        attributes: { contact_uri: 'client:ada' },
        phone: 'rings out' as const,
      })),
      { name: 'Next worker', activity: 'Offline', attributes: {} },
      ...crowd.map((name) => ({ name, activity: 'Offline', attributes: {} })),
    ],
    tasks: stands.map(({ name, status, left = 3600 }): TaskPlan => ({
      workflow: 'Inbound',
      queue: 'Everyone',
      channel: 'voice',
      attributes: { name: `Task ${name}`, call_sid: `CA${'1'.repeat(32)}`, from: '+15550100150' },
      age: 3600 - left + 1,
      status: status === 'pending' ? 'reserved' : 'assigned',
      reservations: [
        { worker: `Worker ${name}`, status, age: 3600 - left },
        ...(name === 'goes on' ? [{ worker: 'Next worker', status: 'pending' as const, age: 0 }] : []),
      ],
    })),
  };
}
