import { isSid } from '../../taskrouter/sid';
import type { WorkspacePlace } from '../data/target';
import type { FoundPlace, SidSearchOptions, WantedSid } from './sidSearch';

/** Where the store has the row of this SID. */
export function knownPlace(
  { accounts, store }: Pick<SidSearchOptions, 'accounts' | 'store'>,
  wanted: WantedSid,
): FoundPlace | undefined {
  const { noun, sid, accountIds, workspaceSid: only } = wanted;
  const places = accounts.all.flatMap(({ id: accountId }): FoundPlace[] => {
    const row = store.row(accountId, sid);
    if (!row || (accountIds && !accountIds.includes(accountId))) return [];
    const workspaceSid = noun === 'Workspace' ? sid : row['workspace_sid'];
    if (typeof workspaceSid !== 'string' || !isSid('Workspace', workspaceSid)) return [];
    if (only !== undefined && only !== workspaceSid) return [];
    if (noun !== 'Reservation') return [{ accountId, workspaceSid }];
    const parentSid = row['task_sid'];
    return typeof parentSid === 'string' && isSid('Task', parentSid)
      ? [{ accountId, workspaceSid, parentSid }]
      : [];
  });
  return places.find(isSamePlace(wanted.first)) ?? places[0];
}

export const isSamePlace = (one: WorkspacePlace | undefined) => (other: WorkspacePlace | undefined) =>
  one !== undefined && one.accountId === other?.accountId && one.workspaceSid === other.workspaceSid;
