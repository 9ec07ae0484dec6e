import type { ExplanationFacts } from '../../../explanation/facts';

type Rows = Pick<ExplanationFacts, 'task' | 'reservations' | 'workflow' | 'now'>;

/**
 * The task and its reservations are read by separate requests: one of them can be from before an offer, or the answer to it,
 * and the other from after it.
 */
export class Contradictions {
  private readAfter: string | undefined;
  private isReading = false;

  /** `read` reads the rows again, and calls `resolved` when it has. */
  constructor(private readonly read: (resolved: () => void) => Promise<void>) {}

  /**
   * Whether the rows contradict each other and are being read again: an explanation has to wait. What contradicts itself as
   * before is not read again.
   */
  isBeingRead(rows: Rows): boolean {
    const contradiction = contradictionIn(rows);
    if (contradiction === undefined || contradiction === this.readAfter) return false;
    if (!this.isReading) void this.readAgain(contradiction);
    return true;
  }

  /** To be called at each poll: what still contradicts itself is read again. */
  retry(): void {
    this.readAfter = undefined;
  }

  private async readAgain(contradiction: string): Promise<void> {
    const resolved = () => {
      this.readAfter = contradiction;
      this.isReading = false;
    };
    this.isReading = true;
    try {
      await this.read(resolved);
    } finally {
      if (this.readAfter !== contradiction) resolved();
    }
  }
}

/** Undefined when they agree; equal for the same rows. An offer that lasts longer than it can contradicts the time. */
function contradictionIn({ task, reservations, workflow, now }: Rows): string | undefined {
  const status = task?.assignment_status;
  if (!task || !reservations) return undefined;
  const isOffered = reservations.some((one) => one.reservation_status === 'pending');
  const lasts = (workflow?.task_reservation_timeout ?? Infinity) * 1000;
  const isOverdue = reservations.some(
    (one) =>
      one.reservation_status === 'pending' && (one.date_created?.getTime() ?? now) + lasts + 1000 < now,
  );
  if (isOffered === (status === 'reserved') && !isOverdue) return undefined;
  const statuses = reservations.map((one) => [one.sid, one.reservation_status]);
  return JSON.stringify([status, task.date_updated, statuses, isOverdue]);
}
