import type { ExplanationFacts } from '../../../explanation/facts';

type Rows = Pick<ExplanationFacts, 'task' | 'reservations'>;

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

/** Undefined when they agree; equal for the same rows. */
function contradictionIn({ task, reservations }: Rows): string | undefined {
  const status = task?.assignment_status;
  if (!task || !reservations || (status !== 'reserved' && status !== 'pending')) return undefined;
  const isOffered = reservations.some((one) => one.reservation_status === 'pending');
  if (isOffered === (status === 'reserved')) return undefined;
  const statuses = reservations.map((one) => [one.sid, one.reservation_status]);
  return JSON.stringify([status, task.date_updated, statuses]);
}
