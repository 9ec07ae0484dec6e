import type { OpenReservation } from '../../display/openReservation';
import type { WorkspaceListing } from '../../data/polledWorkspaces';

/** How well one polled workspace is known. */
export interface WorkspaceState {
  readonly accountId: string;
  readonly workspaceSid: string;
  readonly name: string;
  /** Of the failure that stands for it when it cannot be read. */
  readonly failureId: string;
  /** Tasks whose open reservation is still being loaded. */
  readonly loading: number;
  /** The earliest time at which one that is not known can time out, in milliseconds since 1970; Infinity if none can. */
  readonly nextUnread: number;
  readonly areEventsUnreadable?: boolean;
  /** Lists of tasks or reservations that could not be read to their end. */
  readonly partialLists: number;
  /** When it was last polled, in milliseconds since 1970. */
  readonly readAt?: number;
  readonly error?: unknown;
}

/** How many of the open reservations are known. */
export interface Progress {
  readonly loaded: number;
  /** Of those that can be read. Undefined until every account's workspaces are known and have been polled. */
  readonly total: number | undefined;
}

/** What a failure is about. */
export type FailurePlace = Pick<Failure, 'accountId' | 'workspace'>;

/** What cannot be read now, or not to its end: a workspace, or all those of an account. */
export interface Failure {
  /** Not a SID, with which it could collide. */
  readonly id: string;
  readonly accountId: string;
  /** The workspace's name; absent when the account's workspaces are not known. */
  readonly workspace?: string;
  readonly readAt?: number;
  /** Absent where reading succeeded, but lists have unreadable rows or pages. */
  readonly error?: unknown;
  /** How many lists these are. */
  readonly partialLists?: number;
}

/** What failed of the accounts and workspaces. */
export function failuresOf(
  listings: readonly WorkspaceListing[],
  states: readonly WorkspaceState[],
): readonly Failure[] {
  const ofAccounts = listings.flatMap(({ accountId, state, error }) =>
    state === 'failed' || state === 'partial'
      ? [{ id: `failure/${accountId}`, accountId, ...(state === 'failed' ? { error } : { partialLists: 1 }) }]
      : [],
  );
  const ofWorkspaces = states.flatMap(
    ({ accountId, failureId: id, name: workspace, readAt, error, partialLists }): Failure[] => {
      const failure = { id, accountId, workspace };
      if (error !== undefined) return [{ ...failure, error, ...(readAt === undefined ? {} : { readAt }) }];
      return partialLists > 0 ? [{ ...failure, partialLists }] : [];
    },
  );
  return [...ofAccounts, ...ofWorkspaces];
}

export const keyOf = ({ accountId, workspaceSid }: Pick<WorkspaceState, 'accountId' | 'workspaceSid'>) =>
  `${accountId}/${workspaceSid}`;

export const keyOfEntry = ({ accountId, sids }: OpenReservation) =>
  keyOf({ accountId, workspaceSid: sids[0] });

export const sameBy = <T>(one: readonly T[], other: readonly T[], by: (value: T) => unknown) =>
  one.length === other.length && one.every((value, i) => by(value) === by(other[i]!));
