import { l10n } from 'vscode';
import type { Failure, Progress, WorkspaceState } from './workspaceState';
import { asOf, refreshIsOff, timeOfDay } from '../../display/times';
import { sentence, describeError } from '../../display/errorMessage';
import { sentences } from '../../display/sentences';
import { settings } from '../../contributions';

const maxLimit = settings['taskrouter.requestsPerMinute'].maximum;

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
  /** Pending ones that have passed their deadline. */
  readonly expired: number;
  readonly inProgress: number;
  readonly unconfirmed: number;
  /** Requests in the last minute. */
  readonly used: number;
  /** Requests per minute; undefined while only the simulated account is signed in, which needs no limit. */
  readonly limit: number | undefined;
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

/** The view's message: how complete and how current the rows are, and how many requests that takes. */
export function messageFor(status: LiveStatus): string | undefined {
  const { isSignedIn, interval, isFocused, workspaces, isListing, hasFailed, progress } = status;
  const { limit, pause, now } = status;
  if (!isSignedIn) return undefined;
  const read = workspaces.flatMap(({ readAt }) => readAt ?? []);
  if (interval === 0) {
    const known = progress.total === progress.loaded ? countsOf(status) : loadedText(progress);
    return sentences(read.length ? known : '', refreshIsOff(read, now));
  }
  if (!isFocused) return sentences(l10n.t('Paused while this window is not focused.'), asOf(read, now));
  const time = pause ? timeOfDay(pause.until, now) : '';
  if (pause && !pause.of)
    return sentences(
      l10n.t('Twilio asked for a pause. Updates resume at {time}.', { time }),
      asOf(read, now),
    );
  const paused = pause?.of
    ? l10n.t('{accounts}: Twilio asked for a pause until {time}.', { accounts: pause.of.join(', '), time })
    : '';
  const requests = sentences(unreadableEventsText(workspaces), usageText(status), paused);
  if (isListing && workspaces.length === 0) return l10n.t('Loading workspaces…');
  if (workspaces.length === 0)
    return hasFailed ? requests : sentences(l10n.t('No workspace is watched.'), requests);
  const isLoading = progress.total !== progress.loaded;
  if (isLoading && (read.length === 0 || progress.loaded + (progress.total ?? 0) === 0))
    return progressText({ loaded: 0, total: undefined });
  if (isLoading) {
    const text = progressText(progress);
    return sentences(
      openText(status),
      limit === undefined
        ? text
        : l10n.t('{progress} (limit: {limit} requests/min)', { progress: text, limit }),
      partialText(workspaces),
      unreadableEventsText(workspaces),
      paused,
    );
  }
  return read.length === 0 ? requests : sentences(countsOf(status), partialText(workspaces), requests);
}

/** How much of the request limit is used, and what that delays; empty where no account needs it. */
function usageText({ used, limit, unconfirmed }: LiveStatus): string {
  if (limit === undefined) return '';
  if (unconfirmed > 0 && used >= limit && limit < maxLimit)
    return l10n.t('Confirming takes long at {limit} requests/min. The settings allow up to {maximum}.', {
      limit,
      maximum: maxLimit,
    });
  return limit === 1
    ? l10n.t('{used} of 1 request in the last minute.', { used })
    : l10n.t('{used} of {limit} requests in the last minute.', { used, limit });
}

/** Why changes are shown late; empty where they are not. */
function unreadableEventsText(workspaces: readonly WorkspaceState[]): string {
  const names = workspaces.flatMap(({ name, areEventsUnreadable }) => (areEventsUnreadable ? [name] : []));
  return names.length === 0
    ? ''
    : l10n.t('Events of {workspaces} are unavailable or incomplete: offers can be missing or outdated.', {
        workspaces: names.join(', '),
      });
}

/** `Loading 41 of 451 reservations`: wherever not all are loaded. */
export function progressText({ loaded, total }: Progress): string {
  if (!total)
    return loaded === 0
      ? l10n.t('Loading reservations…')
      : l10n.t('Loading reservations: {count} so far', { count: loaded });
  return total === 1
    ? l10n.t('Loading {loaded} of 1 reservation', { loaded })
    : l10n.t('Loading {loaded} of {total} reservations', { loaded, total });
}

/** `41 of 451 reservations loaded`: where no more are being loaded. */
export function loadedText({ loaded, total }: Progress): string {
  return total === undefined
    ? l10n.t('Not all reservations are loaded: {count} so far', { count: loaded })
    : l10n.t('{loaded} of {total} reservations loaded', { loaded, total });
}

/** `458 pending, 3 in progress; 451 of 461 not confirmed yet`; empty where nothing is open. */
function openText({ pending, expired, inProgress, unconfirmed }: LiveStatus): string {
  const counts = [
    ...(pending ? [l10n.t('{count} pending', { count: pending })] : []),
    ...(expired ? [l10n.t('{count} probably expired', { count: expired })] : []),
    ...(inProgress ? [l10n.t('{count} in progress', { count: inProgress })] : []),
  ].join(', ');
  return counts && unconfirmed
    ? l10n.t('{counts}; {unconfirmed} of {total} not confirmed yet', {
        ...{ counts, unconfirmed },
        total: pending + expired + inProgress,
      })
    : counts;
}

function countsOf(status: LiveStatus): string {
  const counts = openText(status);
  if (counts) return counts;
  const { workspaces } = status;
  const read = workspaces.filter(({ error }) => error === undefined);
  if (read.some(({ partialLists }) => partialLists > 0)) return '';
  return read.length === 1
    ? l10n.t('{workspace} has no open reservations.', { workspace: read[0]!.name })
    : l10n.t('No open reservations in {count} workspaces.', { count: read.length });
}

/** Why there can be more open reservations than the view has; empty when there cannot. */
function partialText(workspaces: readonly WorkspaceState[]): string {
  const partial = workspaces.filter(({ error, partialLists }) => error === undefined && partialLists > 0);
  const lists = partial.reduce((sum, { partialLists }) => sum + partialLists, 0);
  if (partial.length === 0) return '';
  return partial.length === 1
    ? incompleteText(partial[0]!.name, lists)
    : l10n.t(
        '{count} lists in {workspaces} workspaces could not be read completely, so reservations may be missing.',
        {
          count: lists,
          workspaces: partial.length,
        },
      );
}

const incompleteText = (place: string, lists: number) =>
  lists === 1
    ? l10n.t('{place}: 1 list could not be read completely, so reservations may be missing.', { place })
    : l10n.t('{place}: {count} lists could not be read completely, so reservations may be missing.', {
        place,
        count: lists,
      });

/** `2 accounts and 1 workspace could not be read`. `place` names a failure that is the only one. */
export function failuresText(failures: readonly Failure[], place: (of: Failure) => string): string {
  const [first, ...others] = failures;
  const isPartial = failures.every(({ partialLists }) => partialLists !== undefined);
  const accounts = failures.filter(({ workspace }) => workspace === undefined).length;
  const workspaces = failures.length - accounts;
  const counted = [
    ...(accounts === 0
      ? []
      : [accounts === 1 ? l10n.t('1 account') : l10n.t('{count} accounts', { count: accounts })]),
    ...(workspaces === 0
      ? []
      : [workspaces === 1 ? l10n.t('1 workspace') : l10n.t('{count} workspaces', { count: workspaces })]),
  ];
  const what =
    first && others.length === 0
      ? place(first)
      : counted.length === 2
        ? l10n.t('{accounts} and {workspaces}', { accounts: counted[0]!, workspaces: counted[1]! })
        : counted.join('');
  return isPartial
    ? l10n.t('{what} could not be read completely', { what })
    : l10n.t('{what} could not be read', { what });
}

/** What cannot be read and why, in a line. `place` names it; `now` in milliseconds since 1970. */
export function failureText(place: string, failure: Failure, now: number): string {
  const { workspace, readAt, error, partialLists } = failure;
  if (partialLists !== undefined)
    return workspace === undefined
      ? l10n.t(
          '{place}: The list of workspaces could not be read completely, so workspaces may be missing.',
          { place },
        )
      : incompleteText(place, partialLists);
  const text = `${place}: ${sentence(describeError(error))}`;
  return readAt === undefined
    ? text
    : l10n.t('{text} Its rows are from {time}.', { text, time: timeOfDay(readAt, now) });
}
