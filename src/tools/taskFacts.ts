import { concurrently } from '../concurrently';
import { lastOffersIn } from '../explanation/events';
import { explaining } from '../explanation/explain';
import type { TaskExplanation } from '../explanation/explanation';
import type { ExplanationFacts, Part, Unread } from '../explanation/facts';
import { RoutingRules } from '../explanation/routingRules';
import type { Named } from '../query/plan';
import { inSlices } from '../slices';
import { ApiError } from '../taskrouter/errors';
import { isOpenStatus } from '../taskrouter/reservation';
import * as resources from '../taskrouter/resources';
import type { Collection, Event, Row, Task } from '../taskrouter/resources';
import { isSid, MalformedSidError } from '../taskrouter/sid';
import { findIn, isMissing, maxPages, notFound } from './places';
import { ToolError, toolErrorIn } from './tool';
import type { ToolAccount, ToolCall } from './tool';

const day = 24 * 60 * 60_000;
/** TaskRouter has Events of the last 30 days. */
const eventDays = 30;
/** Requests at the same time. */
const maxAtOnce = 4;
/** Workers whose channels are read, one request each, and those whose Events the timeline has. */
const maxWorkers = 20;
const maxWorkerEvents = 5;
/** How often more workers are read, because of what the first ones led to. */
const maxRounds = 3;

type Facts = { -readonly [K in keyof ExplanationFacts]: ExplanationFacts[K] };
type Filters = Readonly<Record<string, unknown>>;

const isRefused = (error: unknown) => error instanceof ApiError && [401, 403].includes(error.status);

/** Reads what explains one task, anew for each call: the requests of a task page, without its updates. */
export class TaskFacts {
  readonly rules = new RoutingRules();
  private readonly unread = new Map<Part, Unread>();
  private readonly cutShort = new Set<Part>();
  private readonly channels = new Map<string, readonly resources.WorkerChannel[]>();
  private readonly held = new Map<string, readonly resources.Reservation[]>();
  private readonly events = new Map<string, Event>();
  private readonly facts: Facts;

  private constructor(
    private readonly account: ToolAccount,
    private readonly signal: AbortSignal,
    private readonly workspace: Named,
    private readonly taskSid: string,
    private readonly task: Task | undefined,
  ) {
    const now = account.now();
    this.facts = {
      ...{ now, readAt: now, taskSid, ...(task ? { task } : {}) },
      ...{ queues: [], activities: [], workers: [], members: new Map(), hasAllWorkers: false },
      ...{ workerChannels: this.channels, workerReservations: this.held, unread: [] },
    };
  }

  /** Finds the task in one of these workspaces, and reads what it depends on. @throws ToolError when none has it */
  static async read(
    account: ToolAccount,
    { signal }: Pick<ToolCall, 'signal'>,
    workspaces: readonly Named[],
    taskSid: string,
  ): Promise<TaskFacts> {
    const found = await findIn(account, workspaces, resources.tasks, [taskSid]);
    const workspace = found?.workspace ?? (workspaces.length === 1 ? workspaces[0] : undefined);
    if (workspace) {
      const task = found && resources.tasks.read(found.row);
      const facts = new TaskFacts(account, signal, workspace, taskSid, task);
      await facts.readAll();
      return facts;
    }
    throw new ToolError(
      notFound(
        workspaces,
        'No workspace has this task. TaskRouter removes finished tasks after five minutes: with its workspace named, its Events are still found.',
      ),
    );
  }

  /** What was read so far. */
  get all(): ExplanationFacts {
    const incomplete = [...this.cutShort].map((part) => ({ part, unreadable: 0, isCutShort: true }));
    return { ...this.facts, unread: [...this.unread.values()], incomplete };
  }

  /** Explains the task, after the workers have been read on whom that depends. */
  async explain(): Promise<TaskExplanation> {
    let explanation = await this.explainOnce();
    for (let round = 0; explanation.workers && round < maxRounds; round++) {
      const { unknown, wouldQualify } = explanation.workers;
      const isSingleTasking = this.facts.workspace?.multi_task_enabled === false;
      const sids = [...unknown.map(({ sid }) => sid), ...explanation.changes.map((one) => one.workerSid)];
      const busy = wouldQualify.filter(
        ({ reason }) => reason === 'channel full' || (isSingleTasking && reason === 'unavailable'),
      );
      const before = this.channels.size + this.held.size;
      await this.readOfWorkers('workerChannels', this.channels, sids);
      const holders = [...(isSingleTasking ? sids : []), ...busy.map(({ sid }) => sid)];
      await this.readOfWorkers('workerReservations', this.held, holders);
      if (this.channels.size + this.held.size === before) break;
      explanation = await this.explainOnce();
    }
    return explanation;
  }

  private async explainOnce(): Promise<TaskExplanation> {
    const clock = { elapsed: () => performance.now() };
    const explained = await inSlices(
      ...([explaining(this.all, this.rules), clock, () => !this.signal.aborted] as const),
    );
    this.signal.throwIfAborted();
    return explained!;
  }

  private get isWaiting(): boolean {
    return ['pending', 'reserved'].includes(this.task?.assignment_status ?? '');
  }

  private async readAll(): Promise<void> {
    const { task, facts, taskSid } = this;
    const since = task?.date_created?.getTime() ?? facts.now - eventDays * day;
    const startDate = new Date(Math.max(Math.floor(since / day), facts.now / day - eventDays) * day);
    const reads = [
      async () => this.set('workspace', await this.one('workspace', resources.workspaces, [])),
      async () => this.set('queues', await this.list('queues', resources.taskQueues)),
      async () => this.set('events', await this.list('events', resources.events, { taskSid, startDate })),
      ...(task ? this.readsOfTask(task, startDate) : []),
      ...(task && this.isWaiting ? this.readsOfWaiting(task) : []),
    ];
    await concurrently(reads, (read) => read(), maxAtOnce);
    if (task && this.isWaiting && facts.workers.length === 0 && facts.members.size > 0)
      await this.readEverybody();
  }

  private readsOfTask({ workflow_sid: workflowSid, sid }: Task, startDate: Date) {
    return [
      async () => {
        if (workflowSid) this.set('workflow', await this.one('workflow', resources.workflows, [workflowSid]));
      },
      async () => {
        const reservations = await this.list('reservations', resources.taskReservations, {}, [sid]);
        this.set('reservations', reservations);
        const workers = new Set(reservations?.flatMap(({ worker_sid: one }) => one ?? []));
        await this.readWorkerEvents([...workers].slice(0, maxWorkerEvents), startDate);
      },
    ];
  }

  private readsOfWaiting({ task_queue_sid: queueSid, routing_target: target }: Task) {
    const waiting = { assignmentStatus: ['pending'], ordering: 'Priority:desc,DateCreated:asc' };
    const dayAgo = new Date(this.facts.now - day);
    return [
      async () => this.set('activities', await this.list('activities', resources.activities)),
      async () => this.set('taskChannels', await this.list('taskChannels', resources.taskChannels)),
      async () => this.set('waitingTasks', await this.list('waitingTasks', resources.tasks, waiting, [], 1)),
      async () => {
        const filters = { eventType: 'reservation.created', startDate: dayAgo };
        const offers = await this.list('offers', resources.events, filters, [], 1);
        this.set('offeredAt', offers && lastOffersIn(offers));
      },
      async () => {
        if (!queueSid) return;
        const members = await this.list('workers', resources.workers, { taskQueueSid: queueSid });
        if (!members) return;
        this.facts.members = new Map([[queueSid, members.map(({ sid }) => sid)]]);
        this.addWorkers(members);
      },
      async () => {
        if (!target || !isSid('Worker', target)) return;
        const worker = await this.one('workers', resources.workers, [target]);
        if (worker) this.addWorkers([worker]);
        else if (!this.unread.has('workers')) this.facts.missingWorkers = [target];
      },
    ];
  }

  /** Why nobody is in the queue shows in the workers of the workspace. */
  private async readEverybody(): Promise<void> {
    const all = await this.list('workers', resources.workers);
    if (!all) return;
    this.addWorkers(all);
    this.facts.hasAllWorkers = !this.cutShort.has('workers');
  }

  private async readWorkerEvents(workerSids: readonly string[], startDate: Date): Promise<void> {
    for (const workerSid of workerSids) {
      const filters = { workerSid, eventType: 'worker.activity.update', startDate };
      const events = await this.list('events', resources.events, filters);
      if (events) this.set('events', events);
    }
  }

  private async readOfWorkers<T>(
    part: 'workerChannels' | 'workerReservations',
    known: Map<string, readonly T[]>,
    workerSids: readonly string[],
  ): Promise<void> {
    const unknown = [...new Set(workerSids)].filter((sid) => !known.has(sid) && isSid('Worker', sid));
    await concurrently(
      unknown.slice(0, Math.max(0, maxWorkers - known.size)),
      async (sid) => {
        const rows =
          part === 'workerChannels'
            ? await this.list(part, resources.workerChannels, {}, [sid], 1)
            : (await this.list(part, resources.workerReservations, {}, [sid], 1))?.filter(
                ({ reservation_status: status }) => isOpenStatus(status),
              );
        if (rows) known.set(sid, rows as readonly T[]);
      },
      maxAtOnce,
    );
  }

  private addWorkers(workers: readonly resources.Worker[]): void {
    const all = new Map([...this.facts.workers, ...workers].map((one) => [one.sid, one]));
    this.facts.workers = [...all.values()];
  }

  /** Events come from several lists: each is there once, the newest first, as TaskRouter lists them. */
  private set<K extends keyof Facts>(name: K, value: Facts[K] | undefined): void {
    if (value === undefined) return;
    this.facts[name] = value;
    if (name !== 'events') return;
    for (const event of value as readonly Event[]) this.events.set(event.sid, event);
    const at = (event: Event) => event.event_date_ms ?? event.event_date?.getTime() ?? 0;
    this.facts.events = [...this.events.values()].sort((one, other) => at(other) - at(one));
  }

  /** Undefined where it could not be read, which the explanation says. */
  private async one<T>(
    part: Part,
    collection: Collection<T>,
    sids: readonly string[],
  ): Promise<T | undefined> {
    return this.reading(part, async () => {
      const address = [this.workspace.sid, ...sids];
      const { row } = await this.account.withReads((reads, stop) => reads.fetch(collection, address, stop));
      return collection.read(row);
    });
  }

  /** As `one`. */
  private async list<T>(
    part: Part,
    collection: Collection<T>,
    filters: Filters = {},
    parents: readonly string[] = [],
    pages = maxPages,
  ): Promise<readonly T[] | undefined> {
    return this.reading(part, async () => {
      const rows: Row[] = [];
      await this.account.withReads(async (reads, stop) => {
        const options = { maxPages: pages };
        const address = [this.workspace.sid, ...parents];
        for await (const page of reads.pages(collection, address, filters as never, options, stop)) {
          for (const row of page.rows) rows.push(row);
          if (page.unreadable > 0 || (page.cutShort && part !== 'offers')) this.cutShort.add(part);
        }
      });
      return rows.map((row) => collection.read(row));
    });
  }

  private async reading<T>(part: Part, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      this.signal.throwIfAborted();
      if (toolErrorIn(error)) throw error;
      const malformed = error instanceof MalformedSidError ? 'malformed SID' : undefined;
      // A worker for whom a task is may have been deleted.
      if (part === 'workers' && isMissing(error)) return undefined;
      this.unread.set(part, { part, reason: malformed ?? (isRefused(error) ? 'permission' : 'failed') });
      return undefined;
    }
  }
}
