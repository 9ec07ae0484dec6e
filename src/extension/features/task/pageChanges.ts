import type { Part } from '../../../explanation/facts';
import { isSid } from '../../../taskrouter/sid';
import type { WorkspaceEvent } from '../../data/workspaceEvents';

/** What Events say has changed of what a page shows, and must be read again. */
export interface PageChanges {
  /** `workers`: who is in the task's queue. `workerChannels` and `workerReservations`: those of all workers. */
  readonly parts: ReadonlySet<Part>;
  /** Workers whose own row changed. */
  readonly workers: ReadonlySet<string>;
  /** Workers with other reservations or channels than before. */
  readonly busyWorkers: ReadonlySet<string>;
  /** When workers were last offered a task, by SID, in milliseconds since 1970. */
  readonly offeredAt: ReadonlyMap<string, number>;
}

/** The time for which Events have reported every change, in milliseconds since 1970. */
export interface Covered {
  readonly from: number;
  readonly to: number;
}

export const noChanges: PageChanges = {
  parts: new Set(),
  workers: new Set(),
  busyWorkers: new Set(),
  offeredAt: new Map(),
};

/** What a page explains. */
export interface PageSubject {
  /** Absent on the page of a worker. */
  readonly taskSid?: string;
  /** `any` where it depends on all workflows. */
  readonly workflowSid: string | null | undefined;
}

interface Changed extends PageChanges {
  readonly parts: Set<Part>;
  readonly workers: Set<string>;
  readonly busyWorkers: Set<string>;
  readonly offeredAt: Map<string, number>;
}

const own: readonly Part[] = ['task', 'reservations', 'events'];

/** What Events say has changed of all that explains a task or a worker. An Event that does not name its subject can be about any. */
export function changesIn(events: readonly WorkspaceEvent[], subject: PageSubject): PageChanges {
  const changed: Changed = {
    parts: new Set(),
    workers: new Set(),
    busyWorkers: new Set(),
    offeredAt: new Map(),
  };
  for (const event of events) noteEvent(event, subject, changed);
  return changed;
}

function noteEvent(event: WorkspaceEvent, { taskSid, workflowSid }: PageSubject, changed: Changed): void {
  const { about, sid } = event;
  const add = (...names: readonly Part[]) => names.forEach((name) => changed.parts.add(name));
  if (about === 'task' || about === 'reservation') {
    const ofTask = event.taskSid ?? (about === 'task' ? sid : '');
    // Which tasks wait changes with every task that comes, is offered, or goes.
    add('waitingTasks');
    if (ofTask === taskSid || !isSid('Task', ofTask)) add(...own);
  }
  if (about === 'reservation') return noteReservation(event, changed);
  if (about === 'worker') return noteWorker(event, changed);
  const isOwnWorkflow = workflowSid === 'any' || sid === workflowSid || !isSid('Workflow', sid);
  if (about === 'workflow' && isOwnWorkflow) add('workflow');
  if (about === 'task-queue') add('queues', 'workers');
  if (about === 'activity') add('activities', 'workers');
  if (about === 'task-channel') add('taskChannels');
  if (about === 'workspace') add('workspace');
}

function noteReservation(
  { type, workerSid, at }: WorkspaceEvent,
  { parts: all, workers, busyWorkers, offeredAt }: Changed,
): void {
  if (workerSid) {
    busyWorkers.add(workerSid);
    // Some activities follow from a reservation.
    if (type !== 'reservation.created') workers.add(workerSid);
    else offeredAt.set(workerSid, Math.max(at, offeredAt.get(workerSid) ?? 0));
  } else if (type !== 'reservation.failed') {
    all.add('workers').add('workerChannels').add('workerReservations');
  }
}

function noteWorker(
  { type, sid, workerSid = sid }: WorkspaceEvent,
  { parts: all, workers, busyWorkers }: Changed,
): void {
  switch (type) {
    case 'worker.activity.update':
      workers.add(workerSid);
      break;
    case 'worker.capacity.update':
    case 'worker.channel.availability.update':
      if (isSid('Worker', workerSid)) busyWorkers.add(workerSid);
      else all.add('workerChannels');
      break;
    default:
      // New, deleted, or with other attributes: they may have joined the queue or left it.
      workers.add(workerSid);
      all.add('workers');
  }
}
