import type { Memory } from '../../accounts/memory';
import { storedRecord } from '../../accounts/memory';
import type { OpenReservation } from '../../display/openReservation';

/** The account or workspace to which the view is narrowed. */
export interface LiveFilter {
  readonly accountId: string;
  /** Absent where the view shows the whole account. */
  readonly workspaceSid?: string;
}

const key = 'live.filter';

export function storedFilter(memory: Memory): LiveFilter | undefined {
  const { accountId, workspaceSid } = storedRecord(memory, key, (value) => typeof value === 'string');
  if (accountId === undefined) return undefined;
  return { accountId, ...(workspaceSid === undefined ? {} : { workspaceSid }) };
}

export const storeFilter = (memory: Memory, filter: LiveFilter | undefined) => memory.update(key, filter);

export const passes = (filter: LiveFilter | undefined, { accountId, sids }: OpenReservation): boolean =>
  !filter ||
  (accountId === filter.accountId && (filter.workspaceSid === undefined || sids[0] === filter.workspaceSid));
