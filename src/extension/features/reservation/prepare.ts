import { contactUriOf } from '../../../taskrouter/calledWorker';
import type { PreparedUpdate } from '../../../taskrouter/preparedUpdate';
import type { KnownResource, ReservationInstruction } from '../../../taskrouter/reservationUpdate';
import { prepareInstruction } from '../../../taskrouter/reservationUpdate';
import * as resources from '../../../taskrouter/resources';
import type { Store } from '../../data/store';
import { nameOf } from '../../display/names';
import { isSid } from '../../../taskrouter/sid';

/**
 * An instruction to a reservation, with the names and contacts that this window has read.
 * @throws what `prepareInstruction` throws
 */
export function prepareReservation(
  store: Pick<Store, 'read'>,
  accountId: string,
  given: Omit<ReservationInstruction, 'known' | 'multitasking'>,
): PreparedUpdate {
  const { address, shown, args } = given;
  const known = new Map<string, KnownResource>();
  const { task_sid: task, worker_sid: worker } = resources.taskReservations.read(shown);
  for (const sid of [address.workspaceSid, task, worker, args['supervisor']]) {
    if (typeof sid !== 'string') continue;
    const name = nameOf(store, accountId, sid);
    known.set(sid, { ...(name ? { name } : {}), ...contactOf(store, accountId, sid) });
  }
  const multitasking = store.read(resources.workspaces, accountId, address.workspaceSid)?.multi_task_enabled;
  return prepareInstruction({
    ...given,
    known,
    ...(typeof multitasking === 'boolean' ? { multitasking } : {}),
  });
}

function contactOf(
  store: Pick<Store, 'read'>,
  accountId: string,
  sid: string,
): Pick<KnownResource, 'contactUri'> {
  const worker = isSid('Worker', sid) ? store.read(resources.workers, accountId, sid) : undefined;
  const contactUri = contactUriOf(worker?.attributes);
  return contactUri === undefined ? {} : { contactUri };
}
