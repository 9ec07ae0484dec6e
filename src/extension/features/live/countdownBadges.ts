import type { Clock } from '../../data/clock';
import type { Urgency } from '../../data/deadlines';
import { badgeOf, roughTimeLeft, timeLeft, urgencyAmong, urgencyOf } from '../../data/deadlines';
import type { OpenReservation } from '../../display/openReservation';
import type { OpenReservations } from './openReservations';

/** The badge of a pending row. */
export interface CountdownBadge {
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

interface Shown {
  readonly badge: string;
  readonly label: string;
}

/** The countdown of all pending rows, and which of them have changed since the last call. */
export class CountdownBadges {
  private shown = new Map<string, Shown>();
  /** Of the rows at the last call of `changed`. */
  private urgencies = new Map<string, Urgency>();

  constructor(
    private readonly open: OpenReservations,
    private readonly clock: Clock,
  ) {}

  badgeOf(id: string): CountdownBadge | undefined {
    const deadline = this.open.get(id)?.deadline;
    if (!deadline) return undefined;
    const now = this.clock.now();
    return {
      badge: badgeOf(deadline, now),
      tooltip: timeLeft(deadline, now),
      color: colors[this.urgencies.get(id) ?? urgencyOf(deadline, now)],
    };
  }

  /** The rows whose badge, and those whose label, differ from those at the last call. */
  changed(): { readonly badges: readonly OpenReservation[]; readonly labels: readonly OpenReservation[] } {
    const now = this.clock.now();
    const before = this.shown;
    this.shown = new Map();
    this.urgencies = new Map();
    const urgencyIn = urgencyAmong(
      this.open.all.flatMap(({ deadline }) => deadline ?? []),
      now,
    );
    const badges: OpenReservation[] = [];
    const labels: OpenReservation[] = [];
    for (const entry of this.open.all) {
      const { deadline, id } = entry;
      const was = before.get(id);
      const urgency = deadline && urgencyIn(deadline);
      if (urgency) this.urgencies.set(id, urgency);
      const badge = deadline && `${badgeOf(deadline, now)} ${urgency}`;
      const label = deadline && roughTimeLeft(deadline, now);
      if (badge !== undefined && label !== undefined) this.shown.set(id, { badge, label });
      if (badge !== was?.badge) badges.push(entry);
      if (was && label !== was.label) labels.push(entry);
    }
    return { badges, labels };
  }
}
