import * as resources from '../../../taskrouter/resources';
import type { Store } from '../../data/store';
import type { FormModel, FormRows } from './formModel';
import { activitiesOf, chosenWorkerSids, taskReservationsOf } from './formModel';

/** Reads the other rows that a form shows into the store; rows that cannot be read stay absent. */
export async function readRelated(store: Store, model: FormModel, rows: FormRows): Promise<void> {
  const { account, address } = model;
  const { reservation, version } = rows;
  const fetch = async (collection: resources.Collection, ...sids: readonly (string | null | undefined)[]) => {
    if (!sids.every((sid) => typeof sid === 'string')) return undefined;
    return store.fetch(account.id, collection, [address.workspaceSid, ...sids]).catch(() => undefined);
  };
  const taskAndWorkflow = async () => {
    const task = await readTask(store, model, rows);
    if (task) await fetch(resources.workflows, resources.tasks.read(task).workflow_sid);
  };
  const ofTask = taskReservationsOf(model, version?.row);
  await Promise.all([
    taskAndWorkflow(),
    fetch(resources.workers, reservation?.worker_sid),
    fetch(resources.workspaces),
    store.all(activitiesOf(model)),
    readChosenWorkers(store, model),
    ofTask && store.refresh(ofTask),
  ]);
}

/** Reads the task of the reservation; undefined when it cannot be read. */
export async function readTask(store: Store, { account, address }: FormModel, { reservation }: FormRows) {
  const sid = reservation?.task_sid;
  if (typeof sid !== 'string') return undefined;
  return store.fetch(account.id, resources.tasks, [address.workspaceSid, sid]).catch(() => undefined);
}

/** Reads the workers whose SIDs are in fields of the form. */
export async function readChosenWorkers(store: Store, model: FormModel): Promise<void> {
  const { account, address } = model;
  const unknown = chosenWorkerSids(model).filter((sid) => !store.row(account.id, sid));
  await Promise.allSettled(
    unknown.map((sid) => store.fetch(account.id, resources.workers, [address.workspaceSid, sid])),
  );
}
