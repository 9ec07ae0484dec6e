import { l10n } from 'vscode';
import { statusOf } from '../../taskrouter/reservation';
import type { Row, Workflow } from '../../taskrouter/resources';
import { taskReservations } from '../../taskrouter/resources';

/** Milliseconds: the last moment that a Date can hold. */
const maxDate = 8.64e15;

/** When a pending reservation times out, by this machine's clock, and how long it has lived by then. */
export interface Deadline {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Milliseconds. */
  readonly lasts: number;
}

/**
 * TaskRouter names no deadline; it is when the reservation was created plus what its workflow allows.
 * `skew`: milliseconds by which TaskRouter's clock is ahead of this machine's.
 */
export function deadlineOf(
  reservation: Row,
  workflow: Workflow | undefined,
  skew: number,
): Deadline | undefined {
  if (statusOf(reservation) !== 'pending') return undefined;
  const seconds = workflow?.task_reservation_timeout;
  const created = taskReservations.read(reservation).date_created?.getTime();
  if (typeof seconds !== 'number' || created === undefined) return undefined;
  const at = created + seconds * 1000 - skew;
  return Math.abs(at) > maxDate ? undefined : { at, lasts: seconds * 1000 };
}

const clamp = (value: number, min: number, max: number) => Math.min(Math.max(value, min), max);

export type Urgency = 'calm' | 'soon' | 'urgent' | 'over';

export function urgencyOf({ at, lasts }: Deadline, now: number): Urgency {
  const left = at - now;
  if (left <= 0) return 'over';
  // Of a day's timeout a tenth is no hurry, and of 20 seconds all is.
  if (left <= clamp(lasts * 0.1, 10_000, 60_000)) return 'urgent';
  return left <= clamp(lasts * 0.25, 30_000, 300_000) ? 'soon' : 'calm';
}

/**
 * The urgency of each of these deadlines, of which none is calmer than a later one: of a long timeout five minutes are
 * soon, and beside that 40 seconds of a short one must not look calm.
 */
export function urgencyAmong(deadlines: readonly Deadline[], now: number): (deadline: Deadline) => Urgency {
  const lastOf = (...urgencies: readonly Urgency[]) =>
    deadlines.reduce(
      (last, one) => (one.at > last && urgencies.includes(urgencyOf(one, now)) ? one.at : last),
      -Infinity,
    );
  const urgentUntil = lastOf('urgent');
  const soonUntil = lastOf('soon', 'urgent');
  return (deadline) => {
    if (deadline.at <= now) return 'over';
    if (deadline.at <= urgentUntil) return 'urgent';
    return deadline.at <= soonUntil ? 'soon' : 'calm';
  };
}

/** `0:42`, `12:05`, `1:02:05`. The last second still reads 0:01: at zero the outcome is not known yet. */
export function timeLeft({ at }: Deadline, now: number): string {
  const seconds = Math.ceil((at - now) / 1000);
  if (seconds <= 0) return l10n.t('probably expired');
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** The seconds left, where two characters have room for them: the row's label has the minutes. */
export function badgeOf({ at }: Deadline, now: number): string | undefined {
  const seconds = Math.ceil((at - now) / 1000);
  return seconds > 0 && seconds < 100 ? String(seconds) : undefined;
}

/** As coarse as a row's label needs, so that it seldom changes: `23 h`, `4 min`, `<1 min`. */
export function roughTimeLeft({ at }: Deadline, now: number): string {
  const minutes = Math.floor((at - now) / 60_000);
  if (at <= now) return l10n.t('expired?');
  if (minutes < 1) return l10n.t('<1 min');
  return minutes < 60
    ? l10n.t('{minutes} min', { minutes })
    : l10n.t('{hours} h', { hours: Math.floor(minutes / 60) });
}
