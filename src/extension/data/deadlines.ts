import type { Row } from '../../taskrouter/client';

/** When a pending reservation times out, by this machine's clock, and how long it has lived by then. */
export interface Deadline {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Milliseconds. */
  readonly lasts: number;
}

/**
 * TaskRouter names no deadline; it is when the reservation was made plus what its workflow allows.
 * `skew`: milliseconds by which TaskRouter's clock is ahead of this machine's.
 */
export function deadlineOf(reservation: Row, workflow: Row | undefined, skew: number): Deadline | undefined {
  if (reservation['reservation_status'] !== 'pending') return undefined;
  const seconds = workflow?.['task_reservation_timeout'];
  const made = Date.parse(String(reservation['date_created']));
  if (typeof seconds !== 'number' || Number.isNaN(made)) return undefined;
  return { at: made + seconds * 1000 - skew, lasts: seconds * 1000 };
}

export type Urgency = 'calm' | 'soon' | 'urgent' | 'over';

export function urgencyOf({ at, lasts }: Deadline, now: number): Urgency {
  const left = at - now;
  if (left <= 0) return 'over';
  return left <= lasts * 0.1 ? 'urgent' : left <= lasts * 0.25 ? 'soon' : 'calm';
}

/** `0:42`, `12:05`, `1:02:05`. The last second still reads 0:01: at zero nobody knows yet. */
export function timeLeft({ at }: Deadline, now: number): string {
  const seconds = Math.ceil((at - now) / 1000);
  if (seconds <= 0) return 'probably expired';
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** The same in the two characters that a badge has room for: seconds, minutes, `?` when it is over; none from ten minutes up. */
export function badgeOf({ at }: Deadline, now: number): string | undefined {
  const seconds = Math.ceil((at - now) / 1000);
  if (seconds <= 0) return '?';
  if (seconds < 100) return String(seconds);
  return seconds < 600 ? `${Math.floor(seconds / 60)}m` : undefined;
}
