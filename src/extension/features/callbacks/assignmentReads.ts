import type { Assignment } from '../../../callbacks/assignment';
import * as resources from '../../../taskrouter/resources';
import type { Store } from '../../data/store';

/** Reads the worker of an assignment, for its name. Its SID is shown if that fails. */
export async function readWorker(store: Store, accountId: string, of: Assignment): Promise<void> {
  const { workspaceSid, workerSid } = of;
  if (store.row(accountId, workerSid)) return;
  await store.fetch(accountId, resources.workers, [workspaceSid, workerSid]).catch(() => undefined);
}

/** Reads what became of the reservation. Without it no status is shown: TaskRouter deletes finished tasks. */
export async function readReservation(store: Store, accountId: string, of: Assignment): Promise<void> {
  const { workspaceSid, taskSid, reservationSid } = of;
  const sids = [workspaceSid, taskSid, reservationSid];
  await Promise.allSettled([
    store.fetch(accountId, resources.taskReservations, sids),
    readWorker(store, accountId, of),
  ]);
}
