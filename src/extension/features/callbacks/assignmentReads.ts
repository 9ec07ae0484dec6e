import { l10n } from 'vscode';
import type { Assignment } from '../../../callbacks/assignment';
import type { Answer } from '../../../callbacks/answer';
import { assignmentOf } from '../../../callbacks/assignment';
import type { ReservationAddress } from '../../../taskrouter/reservation';
import { collectionOf, sidsOf } from '../../../taskrouter/reservation';
import { ApiError } from '../../../taskrouter/errors';
import * as resources from '../../../taskrouter/resources';
import { isSid } from '../../../taskrouter/sid';
import type { Store } from '../../data/store';
import type { Disposable } from '../../emitter';

/** Reads the assignment of a reservation; undefined when a part of it is missing. @throws what the store throws */
export async function readAssignment(
  store: Store,
  accountId: string,
  address: ReservationAddress,
): Promise<Assignment | undefined> {
  const { workspaceSid } = address;
  const reservation = await store.fetch(accountId, collectionOf(address), sidsOf(address));
  const { task_sid: taskSid, worker_sid: workerSid } = collectionOf(address).read(reservation);
  const [task, worker] = await Promise.all([
    taskSid ? store.fetch(accountId, resources.tasks, [workspaceSid, taskSid]) : undefined,
    workerSid ? store.fetch(accountId, resources.workers, [workspaceSid, workerSid]) : undefined,
  ]);
  return task && worker && assignmentOf(reservation, task, worker);
}

/** Retains the name of the worker and the status of an assignment when a form that also shows them is closed. */
export const holdIn =
  (store: Store, accountId: string) =>
  ({ workerSid, reservationSid }: Assignment): Disposable =>
    store.hold(accountId, [workerSid, reservationSid]);

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

/** Why TaskRouter would refuse an instruction with these values: it names an activity that the workspace does not have. */
export async function readRefusal(
  store: Store,
  accountId: string,
  { workspaceSid }: Assignment,
  { consequence, args }: Answer,
): Promise<string | undefined> {
  if (consequence !== 'applies') return undefined;
  for (const sid of Object.values(args).flat()) {
    if (!isSid('Activity', sid)) continue;
    const failure: unknown = await store
      .fetch(accountId, resources.activities, [workspaceSid, sid])
      .then(() => undefined)
      .catch((error: unknown) => error);
    if (failure instanceof ApiError && failure.status === 404)
      return l10n.t('There is no activity {sid} in this workspace.', { sid });
  }
  return undefined;
}
