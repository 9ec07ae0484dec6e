import type { Failure, WorkspaceState } from './workspaceState';
import type { Progress } from './openReservations';
import { timeOfDay } from './times';
import { sentence, describeError } from '../../display/errorMessage';

export interface LiveStatus {
  readonly isSignedIn: boolean;
  /** Milliseconds; 0 while polling is off. */
  readonly interval: number;
  readonly isFocused: boolean;
  readonly workspaces: readonly WorkspaceState[];
  /** An account's workspaces are being read for the first time. */
  readonly isListing: boolean;
  readonly hasFailed: boolean;
  readonly progress: Progress;
  readonly pending: number;
  readonly inProgress: number;
  readonly unconfirmed: number;
  /** Requests in the last minute. */
  readonly used: number;
  /** Requests per minute. */
  readonly limit: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** While Twilio has asked for a pause. */
  readonly pause?: Pause;
}

export interface Pause {
  /** Milliseconds since 1970. */
  readonly until: number;
  /** The accounts that pause, while others do not. */
  readonly of?: readonly string[];
}

const counted = (count: number, one: string, more = `${one}s`) => `${count} ${count === 1 ? one : more}`;

/** What the view says above its rows: how complete and how current they are, and what that costs. */
export function messageFor(status: LiveStatus): string | undefined {
  const { isSignedIn, interval, isFocused, workspaces, isListing, hasFailed, progress } = status;
  const { used, limit, pause, now } = status;
  if (!isSignedIn) return undefined;
  const read = workspaces.flatMap(({ readAt }) => readAt ?? []);
  const asOf = read.length ? ` As of ${timeOfDay(Math.min(...read), now)}.` : '';
  if (interval === 0) return `Automatic refresh is off (refresh interval: 0). Refresh to update.${asOf}`;
  if (!isFocused) return `Paused while this window is not focused.${asOf}`;
  if (pause && !pause.of)
    return `Twilio asked for a pause. Updates resume at ${timeOfDay(pause.until, now)}.${asOf}`;
  const paused = pause?.of
    ? ` ${pause.of.join(', ')}: Twilio asked for a pause until ${timeOfDay(pause.until, now)}.`
    : '';
  const requests = `${used} of ${counted(limit, 'request')} in the last minute.${paused}`;
  if (isListing && workspaces.length === 0) return 'Loading workspaces…';
  if (workspaces.length === 0) return hasFailed ? requests : `No workspace is watched. ${requests}`;
  const isLoading = progress.total !== progress.loaded;
  if (isLoading && read.length === 0) return 'Loading reservations…';
  if (isLoading) return `Loading ${progressText(progress)} (limit: ${limit} requests/min).${paused}`;
  return read.length === 0 ? requests : `${countsOf(status)} ${requests}`;
}

/** `41 of 451 reservations`. */
export const progressText = ({ loaded, total }: Progress): string =>
  total === undefined ? counted(loaded, 'reservation') : `${loaded} of ${counted(total, 'reservation')}`;

function countsOf({ pending, inProgress, unconfirmed, workspaces }: LiveStatus): string {
  const counts = [
    ...(pending ? [`${pending} pending`] : []),
    ...(inProgress ? [`${inProgress} in progress`] : []),
    ...(unconfirmed ? [`${unconfirmed} not confirmed yet`] : []),
  ].join(', ');
  if (counts) return `${counts}.`;
  const read = workspaces.filter(({ error }) => error === undefined);
  const where = read.length === 1 ? read[0]!.name : counted(read.length, 'workspace');
  return `No open reservations in ${where}.`;
}

/** What cannot be read and why, in a line. `place` names it; `now` in milliseconds since 1970. */
export function failureText(place: string, { readAt, error }: Failure, now: number): string {
  const stale = readAt === undefined ? '' : ` Its rows are from ${timeOfDay(readAt, now)}.`;
  return `${place}: ${sentence(describeError(error))}${stale}`;
}
