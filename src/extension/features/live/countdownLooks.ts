import type { Clock } from '../../data/clock';
import type { Urgency } from '../../data/deadlines';
import { badgeOf, timeLeft, urgencyOf } from '../../data/deadlines';
import type { OpenReservation, OpenReservations } from './openReservations';

/** What stands beside a pending row at this moment. */
export interface CountdownLook {
  readonly badge: string | undefined;
  readonly tooltip: string;
  /** A theme colour. */
  readonly color: string | undefined;
}

const colors: Readonly<Record<Urgency, string | undefined>> = {
  calm: undefined,
  soon: 'list.warningForeground',
  urgent: 'list.errorForeground',
  over: 'disabledForeground',
};

/** The countdown of all pending rows, and which of them look different than a moment ago. */
export class CountdownLooks {
  private shown = new Map<string, string>();

  constructor(
    private readonly open: OpenReservations,
    private readonly clock: Clock,
  ) {}

  lookOf(sid: string): CountdownLook | undefined {
    const deadline = this.open.get(sid)?.deadline;
    if (!deadline) return undefined;
    const now = this.clock.now();
    return {
      badge: badgeOf(deadline, now),
      tooltip: timeLeft(deadline, now),
      color: colors[urgencyOf(deadline, now)],
    };
  }

  /** Those that look different than when this was last asked. */
  changed(): OpenReservation[] {
    const now = this.clock.now();
    const before = this.shown;
    this.shown = new Map();
    return this.open.all.filter(({ sids, deadline }) => {
      const look = deadline && `${badgeOf(deadline, now)} ${urgencyOf(deadline, now)}`;
      if (look !== undefined) this.shown.set(sids[2], look);
      return look !== before.get(sids[2]);
    });
  }
}
