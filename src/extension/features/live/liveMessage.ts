import type { WatchedState } from './openReservations';
import { sentence, describeError } from '../../display/errorMessage';

export interface Situation {
  readonly signedIn: boolean;
  /** Milliseconds; 0 when watching is turned off. */
  readonly interval: number;
  readonly focused: boolean;
  readonly workspaces: readonly WatchedState[];
  readonly pending: number;
  readonly inProgress: number;
  readonly used: number;
  readonly ceiling: number;
  /** Reads that wait for the next minute. */
  readonly waiting: number;
  /** Milliseconds since 1970, when Twilio asked for a pause. */
  readonly limitedUntil?: number;
}

const clockTime = (at: number) => new Date(at).toLocaleTimeString();
const counted = (count: number, one: string, more = `${one}s`) => `${count} ${count === 1 ? one : more}`;

/** What the view says above its rows: what they are worth, and what it costs to know. */
export function messageFor(situation: Situation): string | undefined {
  const { signedIn, interval, focused, workspaces, used, ceiling, waiting, limitedUntil } = situation;
  if (!signedIn) return undefined;
  const read = workspaces.flatMap(({ readAt }) => readAt ?? []);
  const asOf = read.length ? ` As of ${clockTime(Math.min(...read))}.` : '';
  if (interval === 0) return `Watching is off: the refresh interval is 0. Refresh reads once.${asOf}`;
  if (!focused) return `Paused while this window is not focused.${asOf}`;
  if (limitedUntil !== undefined) {
    return `Limited: Twilio asked for a pause. Reading goes on at ${clockTime(limitedUntil)}.${asOf}`;
  }
  const spent = `${used} of ${counted(ceiling, 'request')} in the last minute.`;
  if (used >= ceiling * 0.8 && waiting) {
    const late = counted(waiting, 'read waits', 'reads wait');
    return `${late}: your ceiling is ${counted(ceiling, 'request')} a minute.${asOf}`;
  }
  if (workspaces.length === 0) return `No workspace is watched. ${spent}`;
  if (read.length === 0) return workspaces.some(({ error }) => error) ? spent : 'Reading…';
  return `${countWords(situation)} ${spent}`;
}

function countWords({ pending, inProgress, workspaces }: Situation): string {
  const some = [
    ...(pending ? [`${pending} pending`] : []),
    ...(inProgress ? [`${inProgress} in progress`] : []),
  ].join(', ');
  if (some) return `${some}.`;
  const where = workspaces.length === 1 ? workspaces[0]!.name : counted(workspaces.length, 'workspace');
  return `Nothing is open in ${where}.`;
}

/** What is wrong with one workspace, in a line. */
export function troubleWords({ name, readAt, error }: WatchedState): string {
  const stale = readAt === undefined ? '' : ` Its rows are from ${clockTime(readAt)}.`;
  return `${name}: ${sentence(describeError(error))}${stale}`;
}
