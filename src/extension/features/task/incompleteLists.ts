import type { IncompleteList, Part } from '../../../explanation/facts';
import type { Row } from '../../../taskrouter/resources';
import type { ListRef } from '../../data/listRef';
import type { Store } from '../../data/store';
import { isWhole } from '../../data/store';

/**
 * Of the reservations of one task or worker, and of a worker's channels, the first page has all that counts; of the
 * offers of a workspace, the latest.
 */
export const isPartial = ({ collection, filters }: ListRef): boolean =>
  collection.noun === 'Reservation' ||
  collection.noun === 'WorkerChannel' ||
  filters?.['eventType'] === 'reservation.created';

/** So many waiting tasks are read, one page: those that are offered first. A workspace can have 100,000. */
const maxWaiting = 1000;
const isCapped = ({ collection }: ListRef): boolean => collection.noun === 'Task';

/** The waiting tasks of a workspace, those that are offered first at the beginning. */
export const waitingFilters: ListRef['filters'] = {
  assignmentStatus: ['pending'],
  ordering: 'Priority:desc,DateCreated:asc',
};

/** Whether a part of a list that could matter was not read. */
export const isReadInPart = (list: ListRef): boolean => isPartial(list) || isCapped(list);

/** Reads a list as far as a page needs it. Without a purpose, the user waits for it. */
export function readForPage(
  store: Store,
  list: ListRef,
  purpose: 'page' | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (isPartial(list)) return store.refresh(list, purpose, signal);
  return isCapped(list) ? store.first(list, maxWaiting, purpose, signal) : store.all(list, purpose, signal);
}

/** The fields of a row without which a page could claim that there is nothing, and their types. */
const needed: Readonly<Partial<Record<Part, Readonly<Record<string, 'string' | 'number' | 'boolean'>>>>> = {
  waitingTasks: { task_queue_sid: 'string' },
  workers: { attributes: 'string', activity_sid: 'string' },
  workflow: { configuration: 'string' },
  activities: { available: 'boolean' },
  reservations: { worker_sid: 'string', reservation_status: 'string' },
  workerReservations: { reservation_status: 'string' },
  workerChannels: {
    task_channel_unique_name: 'string',
    configured_capacity: 'number',
    available_capacity_percentage: 'number',
  },
  events: { event_type: 'string' },
};

const lacks = (part: Part) => {
  const fields = Object.entries(needed[part] ?? {});
  return (row: Row | undefined): boolean =>
    row === undefined || fields.some(([name, type]) => typeof row[name] !== type);
};

/** Of these lists, those that were read, and lack rows that TaskRouter has, or fields that decide. */
export function incompleteLists(
  store: Store,
  lists: readonly (readonly [Part, ListRef])[],
): readonly IncompleteList[] {
  return lists.flatMap(([part, list]) => {
    const state = store.list(list);
    if (state?.readAt === undefined) return [];
    const isCutShort = !isPartial(list) && !isWhole({ ...state, unreadable: 0 });
    const isUnreadable = lacks(part);
    const rows = state.sids.filter((sid) => isUnreadable(store.row(list.accountId, sid)));
    const unreadable = state.unreadable + rows.length;
    return unreadable > 0 || isCutShort ? [{ part, unreadable, isCutShort }] : [];
  });
}
