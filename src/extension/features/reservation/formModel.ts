import type { Fetched } from '../../../taskrouter/client';
import { contactUriOf } from '../../../taskrouter/calledWorker';
import type { InstructionName } from '../../../taskrouter/instructions';
import { instructionNamed } from '../../../taskrouter/instructions';
import type { ReservationAddress } from '../../../taskrouter/reservation';
import { collectionOf, isOpen, rankOf, statusOf } from '../../../taskrouter/reservation';
import type {
  Activity,
  Reservation,
  Row,
  Task,
  Worker,
  Workflow,
  Workspace,
} from '../../../taskrouter/resources';
import * as resources from '../../../taskrouter/resources';
import { isSid } from '../../../taskrouter/sid';
import type { InstructionContext } from '../../../taskrouter/update';
import type { FormValues } from '../../../webview/shared/protocol';
import type { Account } from '../../accounts/account';
import type { Outcome } from '../../actions/outcome';
import type { SendPhase } from '../../actions/send';
import type { ListRef } from '../../data/listRef';
import type { Store } from '../../data/store';
import type { SavedOutcome } from './savedOutcomes';

/** The input for each instruction, so that switching between them loses nothing. */
export type FormDraft = Readonly<Partial<Record<InstructionName, FormValues>>>;

/** The state of a form that is not in the store. */
export interface FormModel {
  readonly account: Account;
  readonly address: ReservationAddress;
  readonly chosen: InstructionName;
  readonly values: FormDraft;
  /** The form has not read the reservation itself yet. */
  readonly isReading: boolean;
  /** What happens to the update that is being sent, and its English title; absent when none is. */
  readonly sending?: { readonly phase: SendPhase; readonly title: string } | undefined;
  readonly outcome?: Outcome | undefined;
  /** What `outcome` is of; absent where only the journal knows of it. */
  readonly sent?: SentInstruction | undefined;
  /** The statuses when the update was sent. */
  readonly before?: Statuses | undefined;
  /** Whether it has been pending since the form opened. */
  readonly wasPending: boolean;
  /** The form is from before the simulation that its account is now. */
  readonly isOfEarlierSimulation?: boolean | undefined;
  /** What was sent to that simulation last. */
  readonly earlier?: SavedOutcome | undefined;
  /** TaskRouter no longer has the reservation. */
  readonly isGone?: boolean;
}

export interface SentInstruction {
  readonly instruction: InstructionName;
  /** When its outcome was known, in milliseconds since 1970. */
  readonly at: number;
  /** The values of an earlier session, of which passwords and tokens were not stored. */
  readonly lacksSecrets?: boolean;
}

/** The fields that an update can change, as TaskRouter's text. */
export interface Statuses {
  readonly reservation: string | undefined;
  readonly task: string | undefined;
  readonly worker: string | undefined;
}

/** The rows in the store that a form shows. Rows that have not been read are absent. */
export interface FormRows {
  /** The version of the reservation that the form shows. */
  readonly version: Fetched | undefined;
  readonly reservation: Reservation | undefined;
  readonly task: Task | undefined;
  readonly worker: Worker | undefined;
  readonly workspace: Workspace | undefined;
  readonly workflow: Workflow | undefined;
  readonly activities: readonly Activity[];
  /** Workers whose SIDs are in fields. */
  readonly chosenWorkers: readonly Worker[];
  /** The task's reservations. */
  readonly ofTask: readonly Row[];
}

export const chosenValues = ({ values, chosen }: FormModel): FormValues => values[chosen] ?? {};

/** SIDs of workers that are in the fields of the chosen instruction. */
export function chosenWorkerSids(model: FormModel): readonly string[] {
  return instructionNamed(model.chosen).fields.flatMap(({ key, source }) => {
    const value = source === 'workers' ? chosenValues(model)[key] : undefined;
    return typeof value === 'string' && isSid('Worker', value) ? [value] : [];
  });
}

export const activitiesOf = ({ account, address }: FormModel): ListRef => ({
  accountId: account.id,
  collection: resources.activities,
  parents: [address.workspaceSid],
});

/** The list of the task's reservations; undefined while the task is unknown. */
export function taskReservationsOf(
  { account, address }: FormModel,
  row: Row | undefined,
): ListRef | undefined {
  const taskSid = row && resources.taskReservations.read(row).task_sid;
  if (!taskSid || !isSid('Task', taskSid)) return undefined;
  const parents = [address.workspaceSid, taskSid];
  return { accountId: account.id, collection: resources.taskReservations, parents };
}

/** Everything that the form shows, from the store. */
export function readFormRows(
  store: Pick<Store, 'read' | 'row' | 'list'>,
  model: FormModel,
  version: Fetched | undefined,
): FormRows {
  const { account, address } = model;
  const read = <T>(collection: resources.Collection<T>, sid: string | null | undefined) =>
    store.read(collection, account.id, sid);
  const listed = (list: ListRef | undefined) => (list && store.list(list)?.sids) ?? [];
  const reservation = version && collectionOf(address).read(version.row);
  const task = read(resources.tasks, reservation?.task_sid);
  return {
    version,
    reservation,
    task,
    worker: read(resources.workers, reservation?.worker_sid),
    workspace: read(resources.workspaces, address.workspaceSid),
    workflow: read(resources.workflows, task?.workflow_sid),
    activities: listed(activitiesOf(model)).flatMap((sid) => read(resources.activities, sid) ?? []),
    chosenWorkers: chosenWorkerSids(model).flatMap((sid) => read(resources.workers, sid) ?? []),
    ofTask: listed(taskReservationsOf(model, version?.row)).flatMap(
      (sid) => store.row(account.id, sid) ?? [],
    ),
  };
}

export const statusesIn = ({ reservation, task, worker }: FormRows): Statuses => ({
  reservation: reservation?.reservation_status ?? undefined,
  task: task?.assignment_status ?? undefined,
  worker: worker?.activity_name ?? undefined,
});

/** What decides whether an instruction is possible, as far as it has been read. */
export function contextOf(
  { isReading }: FormModel,
  { version, worker, workspace }: FormRows,
): InstructionContext {
  const status = statusOf(version?.row);
  const multitasking = workspace?.multi_task_enabled;
  const contactUri = contactUriOf(worker?.attributes);
  return {
    ...(isReading && status === undefined ? {} : { status: status ?? null }),
    ...(contactUri === undefined ? {} : { contactUri }),
    ...(typeof multitasking === 'boolean' ? { multitasking } : {}),
  };
}

/** The task's current reservation: the latest pending one, else the latest in progress. */
export function nextReservation({ address }: FormModel, { ofTask }: FormRows): Row | undefined {
  const created = (row: Row) => resources.taskReservations.read(row).date_created?.getTime() ?? 0;
  return ofTask
    .filter((row) => row.sid !== address.sid && isOpen(row))
    .sort((one, other) => rankOf(statusOf(one)) - rankOf(statusOf(other)) || created(other) - created(one))
    .at(0);
}
