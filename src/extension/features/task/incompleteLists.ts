import type { IncompleteList, Part } from '../../../explanation/facts';
import type { ListRef } from '../../data/listRef';
import type { Store } from '../../data/store';
import { isWhole } from '../../data/store';

/** Of the reservations of one task or worker, and of a worker's channels, the first page has all that counts. */
export const isPartial = ({ collection }: ListRef): boolean =>
  collection.noun === 'Reservation' || collection.noun === 'WorkerChannel';

/** Of these lists, those that were read, and lack rows that TaskRouter has. */
export function incompleteLists(
  store: Store,
  lists: readonly (readonly [Part, ListRef])[],
): readonly IncompleteList[] {
  return lists.flatMap(([part, list]) => {
    const state = store.list(list);
    if (state?.readAt === undefined) return [];
    const { unreadable } = state;
    const isCutShort = !isPartial(list) && !isWhole({ ...state, unreadable: 0 });
    return unreadable > 0 || isCutShort ? [{ part, unreadable, isCutShort }] : [];
  });
}
