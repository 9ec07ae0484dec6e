import type { Progress, WorkspaceState } from './openReservations';
import { timeOfDay } from './times';
import { sentence, describeError } from '../../display/errorMessage';

export interface LiveStatus {
  readonly isSignedIn: boolean;
  /** Milliseconds; 0 while polling is off. */
  readonly interval: number;
  readonly isFocused: boolean;
  readonly workspaces: readonly WorkspaceState[];
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
  /** Milliseconds since 1970, while Twilio has asked for a pause. */
  readonly pausedUntil?: number;
}

const counted = (count: number, one: string, more = `${one}s`) => `${count} ${count === 1 ? one : more}`;

/** What the view says above its rows: how complete and how current they are, and what that costs. */
export function messageFor(status: LiveStatus): string | undefined {
  const { isSignedIn, interval, isFocused, workspaces, progress, used, limit, pausedUntil, now } = status;
  if (!isSignedIn) return undefined;
  const read = workspaces.flatMap(({ readAt }) => readAt ?? []);
  const asOf = read.length ? ` As of ${timeOfDay(Math.min(...read), now)}.` : '';
  if (interval === 0) return `Automatic refresh is off (refresh interval: 0). Refresh to update.${asOf}`;
  if (!isFocused) return `Paused while this window is not focused.${asOf}`;
  if (pausedUntil !== undefined)
    return `Twilio asked for a pause. Updates resume at ${timeOfDay(pausedUntil, now)}.${asOf}`;
  const requests = `${used} of ${counted(limit, 'request')} in the last minute.`;
  if (workspaces.length === 0) return `No workspace is watched. ${requests}`;
  const isFailing = workspaces.some(({ error }) => error !== undefined);
  if (read.length === 0) return isFailing ? requests : 'Loading reservations…';
  if (progress.total !== progress.loaded && !(isFailing && progress.total === undefined))
    return `Loading ${progressText(progress)} (limit: ${limit} requests/min).`;
  return `${countsOf(status)} ${requests}`;
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
  const where = workspaces.length === 1 ? workspaces[0]!.name : counted(workspaces.length, 'workspace');
  return `No open reservations in ${where}.`;
}

/** What is wrong with one workspace, in a line. `now` in milliseconds since 1970. */
export function failureText({ name, readAt, error }: WorkspaceState, now: number): string {
  const stale = readAt === undefined ? '' : ` Its rows are from ${timeOfDay(readAt, now)}.`;
  return `${name}: ${sentence(describeError(error))}${stale}`;
}
