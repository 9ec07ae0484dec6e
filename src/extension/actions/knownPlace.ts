import { isSid } from '../../taskrouter/sid';
import type { WorkspacePlace } from '../data/target';
import type { SidSearchOptions, WantedSid } from './sidSearch';

/** Where the store has the row of this SID. */
export function knownPlace(
  { accounts, store }: Pick<SidSearchOptions, 'accounts' | 'store'>,
  wanted: WantedSid,
): WorkspacePlace | undefined {
  const places = accounts.all.flatMap(({ id: accountId }): WorkspacePlace[] => {
    const workspaceSid = store.row(accountId, wanted.sid)?.['workspace_sid'];
    return typeof workspaceSid === 'string' && isSid('Workspace', workspaceSid)
      ? [{ accountId, workspaceSid }]
      : [];
  });
  return places.find(isSamePlace(wanted.first)) ?? places[0];
}

export const isSamePlace = (one: WorkspacePlace | undefined) => (other: WorkspacePlace | undefined) =>
  one !== undefined && one.accountId === other?.accountId && one.workspaceSid === other.workspaceSid;
