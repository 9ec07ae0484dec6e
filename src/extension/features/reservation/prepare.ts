import type { PreparedUpdate } from '../../../taskrouter/preparedUpdate';
import type { KnownResource, ReservationInstruction } from '../../../taskrouter/reservationUpdate';
import { prepareInstruction } from '../../../taskrouter/reservationUpdate';
import * as resources from '../../../taskrouter/resources';
import type { Store } from '../../data/store';
import { attribute } from '../../../taskrouter/attributes';
import { taskTitle } from '../../display/attributes';

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
  const read = <T>(collection: resources.Collection<T>, sid: unknown): T | undefined =>
    store.read(collection, accountId, typeof sid === 'string' ? sid : undefined);
  const known = new Map<string, KnownResource>();
  const workspace = read(resources.workspaces, address.workspaceSid);
  if (workspace?.friendly_name) known.set(address.workspaceSid, { name: workspace.friendly_name });
  const task = read(resources.tasks, shown['task_sid']);
  const about = taskTitle(task?.attributes);
  if (task && about) known.set(task.sid, { name: about });
  for (const sid of [shown['worker_sid'], args['supervisor']]) {
    const worker = read(resources.workers, sid);
    if (!worker) continue;
    known.set(worker.sid, {
      ...(worker.friendly_name ? { name: worker.friendly_name } : {}),
      ...(worker.attributes ? { contactUri: attribute(worker.attributes, 'contact_uri') ?? '' } : {}),
    });
  }
  const multitasking = workspace?.multi_task_enabled;
  return prepareInstruction({
    ...given,
    known,
    ...(typeof multitasking === 'boolean' ? { multitasking } : {}),
  });
}
