import type { AccountState } from '../state/accountState';
import type { PastEvent } from '../state/events';
import type { EventType, Reservation, Row, Task, TaskStatus, Workspace } from '../state/rows';
import { reservationsOf } from '../state/rows';

/** How long at most what a scenario does not date took, in milliseconds. */
const usual = { accept: 8000, reject: 12_000, hangUp: 20_000, talk: 600_000, wrapUp: 60_000 };

/**
 * The Events that lead to a task of a scenario as it is at the start, and the dates of its rows to go with them. The
 * scenario says when the task and its reservations were created; the rest happened in between.
 */
export function taskHistory(account: AccountState, workspace: Workspace, task: Task): PastEvent[] {
  const history = new History(workspace, task);
  const now = account.now();
  history.arrive();
  const reservations = reservationsOf(workspace, task);
  for (const one of reservations) {
    const until = reservations.find(({ created }) => created > one.created)?.created ?? now;
    history.offer(one, until);
  }
  history.end(now);
  return history.events;
}

class History {
  readonly events: PastEvent[] = [];
  /** The task's own status at that time. */
  private status: TaskStatus = 'pending';

  constructor(
    private readonly workspace: Workspace,
    private readonly task: Task,
  ) {}

  arrive(): void {
    const { task } = this;
    const router = task.following!;
    for (const type of ['workflow.entered', 'task-queue.entered', 'task.created'] as const)
      this.note(type, task.created);
    const filter = task.position && router.filter(task.position);
    if (!filter) return;
    this.note('workflow.target-matched', task.created, {
      more: {
        workflow_filter_name: filter.name,
        workflow_filter_expression: filter.expression,
        workflow_filter_target_expression: router.target(task.position!).expression,
      },
    });
  }

  /** From its creation to its status, before a time in milliseconds since 1970. */
  offer(reservation: Reservation, until: number): void {
    const { created, status } = reservation;
    const within = (start: number, most: number, share: number) =>
      start + Math.floor(Math.min(most, (until - start) * share));
    const accepted = within(created, usual.accept, 1 / 3);
    const note = (type: EventType, at: number) => this.noteReservation(type, reservation, at);
    this.status = 'reserved';
    note('reservation.created', created);
    switch (status) {
      case 'pending':
        return;
      case 'rejected':
        return note('reservation.rejected', within(created, usual.reject, 1 / 2));
      case 'timeout':
        return note('reservation.timeout', within(created, this.reservationTimeout, 1));
      case 'canceled':
        return note('reservation.canceled', within(created, usual.hangUp, 1 / 2));
      case 'rescinded':
        // By then the other worker has accepted.
        this.status = 'assigned';
        return note('reservation.rescinded', accepted + 1);
      default:
        this.status = 'assigned';
        note('reservation.accepted', accepted);
    }
    if (status === 'accepted') return;
    const wrapping = within(accepted, usual.talk, 1 / 2);
    this.status = 'wrapping';
    this.note('task.wrapup', wrapping);
    note('reservation.wrapup', wrapping);
    if (status === 'completed') note('reservation.completed', within(wrapping, usual.wrapUp, 1 / 2));
  }

  /** Of a task that is over; at the latest now. */
  end(now: number): void {
    const { status } = this.task;
    if (status !== 'completed' && status !== 'canceled') return;
    const last = this.events.at(-1)!;
    const ended = last.event.type === 'reservation.created' ? now : last.at;
    this.status = status;
    this.note(`task.${status}`, ended);
  }

  private get reservationTimeout(): number {
    return this.workspace.workflows.get(this.task.workflowSid)!.reservationTimeout * 1000;
  }

  private noteReservation(type: EventType, reservation: Reservation, at: number): void {
    const worker = this.workspace.workers.get(reservation.workerSid)!;
    this.note(type, at, { reservation, worker });
    changedLast(reservation, at);
  }

  private note(type: EventType, at: number, more: Partial<PastEvent['event']> = {}): void {
    const { task, status, workspace } = this;
    const reason = status === task.status ? task.reason : null;
    this.events.push({ event: { ...more, type, workspace, task: { ...task, status, reason } }, at });
    changedLast(task, at);
  }
}

function changedLast(row: Row, at: number): void {
  row.updated = Math.max(row.updated, at);
}
