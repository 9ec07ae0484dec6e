import assert from 'node:assert/strict';
import { createSimulator, manualClock } from '../../src/simulator/simulator';
import type { Scenario } from '../../src/simulator/simulator';
import { driverOf } from '../simulator/driver';
import type { Driver, Json } from '../simulator/driver';
import { activities, channels, play } from './randomCentre';
import type { Centre, Change, JsonObject, Reserved, WorkflowUpdate, World } from './randomCentre';

/** The events of a reservation, in the only order there can be, and the status that each is about. */
const statusOfEvent = {
  created: 'created',
  accepted: 'accepted',
  rejected: 'rejected',
  timeout: 'timeout',
  canceled: 'canceled',
  rescinded: 'rescinded',
  wrapup: 'wrapping',
  completed: 'completed',
};

/** What a centre is at the start, but for its `PrioritizeQueueOrder`, which no scenario can set. */
function planOf(centre: Centre): Scenario {
  const activityPerTask = { reservationActivity: 'Reserved', assignmentActivity: 'Busy' };
  return {
    name: 'random centre',
    workspaces: [
      {
        name: 'Random',
        multitasking: centre.multitasking,
        activities,
        defaultActivity: 'Offline',
        timeoutActivity: centre.timeoutActivity,
        channels: channels.map((name) => ({ uniqueName: name, friendlyName: name })),
        queues: centre.queues.map((queue) => ({ ...queue, ...(centre.multitasking ? {} : activityPerTask) })),
        workflows: centre.workflows.map((workflow) => ({
          ...workflow,
          // A scenario calls queues by their names.
          configuration: JSON.parse(JSON.stringify(workflow.configuration).replaceAll('"WQ_', '"')) as object,
        })),
        workers: centre.workers.map(({ reactions: _, ...worker }) => worker),
        tasks: [],
      },
    ],
  } as Scenario;
}

const simulate = (scenario: Scenario) => {
  const clock = manualClock();
  return { clock, driver: driverOf(createSimulator({ clock, seed: 1, scenario })) };
};

const rootOf = async (driver: Driver) =>
  `/v1/Workspaces/${(await driver.list('/v1/Workspaces', 'workspaces'))[0]!.sid}`;

/** Puts the SIDs of workers, queues and activities for what stands for them in a centre. */
const withSids = (text: string, sids: ReadonlyMap<string, string>) =>
  text.replace(/\bW[KQAW]_\w+/g, (name) => sids.get(name) ?? name);

/** The scenario of a centre, and the SIDs in it, which are the same whenever it is simulated. */
export async function scenarioOf(centre: Centre) {
  const plan = planOf(centre);
  const { driver } = simulate(plan);
  const root = await rootOf(driver);
  const sids = new Map<string, string>();
  for (const [prefix, path, key] of [
    ['WK', 'Workers', 'workers'],
    ['WQ', 'TaskQueues', 'task_queues'],
    ['WA', 'Activities', 'activities'],
    ['WW', 'Workflows', 'workflows'],
  ] as const) {
    for (const row of await driver.list(`${root}/${path}?PageSize=100`, key))
      sids.set(`${prefix}_${String(row['friendly_name'])}`, row.sid);
  }
  return { scenario: JSON.parse(withSids(JSON.stringify(plan), sids)) as Scenario, sids };
}

export class SimulatedWorld implements World {
  readonly #tasks = new Map<string, number>();
  readonly #taskSids = new Map<number, string>();
  readonly #reported = new Set<string>();
  #reportedUntil: number;

  private constructor(
    private readonly centre: Centre,
    readonly clock: ReturnType<typeof manualClock>,
    readonly driver: Driver,
    /** The path of the workspace. */
    readonly root: string,
    /** SIDs by what stands for them in a centre. */
    private readonly sids: ReadonlyMap<string, string>,
    private readonly start = clock.now(),
  ) {
    this.#reportedUntil = start;
  }

  static async of(centre: Centre): Promise<SimulatedWorld> {
    const { scenario, sids } = await scenarioOf(centre);
    const { clock, driver } = simulate(scenario);
    const root = await rootOf(driver);
    const world = new SimulatedWorld(centre, clock, driver, root, sids);
    await world.#post(root, { PrioritizeQueueOrder: centre.prioritizeQueueOrder });
    return world;
  }

  /** The SIDs of the tasks that were created. */
  get taskSids(): readonly string[] {
    return [...this.#taskSids.values()];
  }

  #withSids = (text: string) => withSids(text, this.sids);

  async #post(path: string, body: Readonly<Record<string, string>>): Promise<Json> {
    const real = Object.entries(body).map(([key, value]) => [key, this.#withSids(value)]);
    const { status, json } = await this.driver.post(path, Object.fromEntries(real) as typeof body);
    assert.ok(status < 300, `${path} ${JSON.stringify(body)}: ${String(json['message'])}`);
    return json as Json;
  }

  #worker = (name: string) => `${this.root}/Workers/${this.sids.get(`WK_${name}`)}`;
  #task = (index: number) => `${this.root}/Tasks/${this.#taskSids.get(index)}`;

  get next(): number | undefined {
    return this.clock.next === undefined ? undefined : this.clock.next - this.start;
  }

  advance(to: number): void {
    this.clock.advance(this.start + to - this.clock.now());
  }

  async #events(since: number, type: string): Promise<readonly Json[]> {
    const from = new Date(Math.floor(since / 1000) * 1000).toISOString().replace('.000', '');
    const all: Json[] = [];
    let next: string | null = `${this.root}/Events?PageSize=1000&StartDate=${from}&EventType=${type}`;
    while (next !== null) {
      const page: Json = await this.driver.get(next);
      all.push(...(page['events'] as Json[]));
      next = (page['meta'] as { next_page_url: string | null }).next_page_url;
    }
    return all.reverse();
  }

  async newReservations(): Promise<readonly Reserved[]> {
    const events = await this.#events(this.#reportedUntil, 'reservation.created');
    this.#reportedUntil = this.clock.now();
    const fresh = events.filter(({ sid }) => !this.#reported.has(sid));
    return fresh.map(({ sid, event_data }) => {
      this.#reported.add(sid);
      const data = event_data as Record<string, string>;
      return {
        id: data['reservation_sid']!,
        task: this.#tasks.get(data['task_sid']!) ?? this.#tasks.size,
        worker: data['worker_name']!,
      };
    });
  }

  async createTask(index: number): Promise<void> {
    const { workflow, channel, attributes, priority, ttl, virtualStart, routingTarget } =
      this.centre.tasks[index]!;
    const { sid } = await this.#post(`${this.root}/Tasks`, {
      WorkflowSid: `WW_${workflow}`,
      TaskChannel: channel,
      Attributes: JSON.stringify(attributes),
      ...(priority !== undefined && { Priority: String(priority) }),
      ...(routingTarget !== undefined && { RoutingTarget: routingTarget }),
      ...(ttl !== undefined && { Timeout: String(ttl) }),
      ...(virtualStart !== undefined && {
        VirtualStartTime: new Date(this.start + virtualStart * 1000).toISOString(),
      }),
    });
    this.#tasks.set(sid, index);
    this.#taskSids.set(index, sid);
  }

  /** Sends what may be refused because of the status of what it is about. */
  async #try(path: string, body: Readonly<Record<string, string>>): Promise<boolean> {
    const { status } = await this.driver.post(path, body);
    assert.ok(status < 300 || [400, 404, 410].includes(status), `${path}: ${status}`);
    return status < 300;
  }

  async cancelTask(index: number): Promise<void> {
    await this.#try(this.#task(index), { AssignmentStatus: 'canceled', Reason: 'hung up' });
  }

  async updateTask(index: number, attributes: JsonObject): Promise<void> {
    await this.#try(this.#task(index), { Attributes: this.#withSids(JSON.stringify(attributes)) });
  }

  #reservation = ({ id, task }: Reserved) => `${this.#task(task)}/Reservations/${id}`;

  async accept(reserved: Reserved): Promise<void> {
    await this.#try(this.#reservation(reserved), { ReservationStatus: 'accepted' });
  }

  async reject(reserved: Reserved, activity: string | undefined): Promise<void> {
    await this.#try(this.#reservation(reserved), {
      ReservationStatus: 'rejected',
      ...(activity !== undefined && { WorkerActivitySid: this.sids.get(`WA_${activity}`)! }),
    });
  }

  async wrapUp(reserved: Reserved): Promise<void> {
    await this.#try(this.#reservation(reserved), { ReservationStatus: 'wrapping' });
  }

  async complete(reserved: Reserved): Promise<void> {
    await this.#try(this.#reservation(reserved), { ReservationStatus: 'completed' });
  }

  async change(change: Change): Promise<void> {
    const worker = this.#worker(change.worker);
    if ('attributes' in change) await this.#post(worker, { Attributes: JSON.stringify(change.attributes) });
    else if ('activity' in change) {
      const available = activities.some((one) => one.name === change.activity && one.available);
      await this.#post(worker, {
        ActivitySid: `WA_${change.activity}`,
        ...(!available && { RejectPendingReservations: 'true' }),
      });
    } else {
      await this.#post(`${worker}/Channels/${change.channel}`, {
        Capacity: String(change.capacity),
        Available: String(change.available),
      });
    }
  }

  async updateWorkflow({ workflow, configuration, reEvaluateTasks }: WorkflowUpdate): Promise<void> {
    await this.#post(`${this.root}/Workflows/${this.sids.get(`WW_${workflow}`)}`, {
      Configuration: JSON.stringify(configuration),
      ReEvaluateTasks: String(reEvaluateTasks),
    });
  }

  async history(): Promise<readonly string[]> {
    const lines = new Map<string, string>();
    for (const [type, status] of Object.entries(statusOfEvent)) {
      for (const { event_date_ms, event_data } of await this.#events(this.start, `reservation.${type}`)) {
        const { reservation_sid: sid = '', task_sid, worker_name } = event_data as Record<string, string>;
        const before = lines.get(sid) ?? `task ${this.#tasks.get(task_sid!)} for ${worker_name}:`;
        const step = `${status} ${Number(event_date_ms) - this.start}`;
        lines.set(sid, `${before}${before.endsWith(':') ? '' : ','} ${step}`);
      }
    }
    const canceled = await this.#events(this.start, 'task.canceled');
    return [
      ...lines.values(),
      ...canceled.map(({ event_date_ms, event_data }) => {
        const task = this.#tasks.get((event_data as Record<string, string>)['task_sid']!);
        return `task ${task} canceled ${Number(event_date_ms) - this.start}`;
      }),
    ];
  }
}

/** Plays a centre in the simulator, through its API. */
export const playInSimulator = async (centre: Centre) => play(centre, await SimulatedWorld.of(centre));
