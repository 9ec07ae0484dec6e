import { contactUriOf } from '../../../taskrouter/calledWorker';
import type { PreparedUpdate } from '../../../taskrouter/preparedUpdate';
import type { ReservationInstruction } from '../../../taskrouter/reservationUpdate';
import { prepareInstruction } from '../../../taskrouter/reservationUpdate';
import * as resources from '../../../taskrouter/resources';
import type { Store } from '../../data/store';
import { nameOf } from '../../display/names';

/**
 * An instruction to a reservation, with the names and contacts that this window has read.
 * @throws what `prepareInstruction` throws
 */
export function prepareReservation(
  store: Pick<Store, 'read'>,
  accountId: string,
  given: Omit<ReservationInstruction, 'nameOf' | 'contactUriOf' | 'multitasking'>,
): PreparedUpdate {
  const workspace = store.read(resources.workspaces, accountId, given.address.workspaceSid);
  const multitasking = workspace?.multi_task_enabled;
  return prepareInstruction({
    ...given,
    nameOf: (sid) => nameOf(store, accountId, sid),
    contactUriOf: (sid) => contactUriOf(store.read(resources.workers, accountId, sid)?.attributes),
    ...(typeof multitasking === 'boolean' ? { multitasking } : {}),
  });
}
