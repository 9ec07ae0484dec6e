import type { Message } from './message';
import { message } from './message';
import type { Collection, ReservationStatus, Row } from './resources';
import { taskReservations, workerReservations } from './resources';
import { isSid } from './sid';

/** A reservation as one side sees it: `parentSid` is a task (WT…) or a worker (WK…). */
export interface ReservationAddress {
  readonly workspaceSid: string;
  readonly parentSid: string;
  readonly sid: string;
}

/** From the workspace down, as requests and rows name a resource. */
export const sidsOf = ({ workspaceSid, parentSid, sid }: ReservationAddress) =>
  [workspaceSid, parentSid, sid] as const;

/** The inverse of `sidsOf`; undefined unless these are the three SIDs of a reservation. */
export function addressOf(sids: readonly string[]): ReservationAddress | undefined {
  const [workspaceSid = '', parentSid = '', sid = ''] = sids;
  const isAddress =
    sids.length === 3 &&
    isSid('Workspace', workspaceSid) &&
    (isSid('Task', parentSid) || isSid('Worker', parentSid)) &&
    isSid('Reservation', sid);
  return isAddress ? { workspaceSid, parentSid, sid } : undefined;
}

/** True where the reservation is addressed through its worker, which takes fewer parameters than its task. */
export const isThroughWorker = ({ parentSid }: Pick<ReservationAddress, 'parentSid'>): boolean =>
  isSid('Worker', parentSid);

/** The collection in which this side lists the reservation. */
export const collectionOf = (address: Pick<ReservationAddress, 'parentSid'>) =>
  isThroughWorker(address) ? workerReservations : taskReservations;

/** The reservations of a task or of a worker; nothing else has any. */
export function reservationsUnder({ noun }: Collection): Collection | undefined {
  if (noun === 'Task') return taskReservations;
  return noun === 'Worker' ? workerReservations : undefined;
}

/** The same reservation through its task, where the task is known. */
export const throughTask = (address: ReservationAddress, taskSid: unknown): ReservationAddress =>
  typeof taskSid === 'string' && isSid('Task', taskSid) ? { ...address, parentSid: taskSid } : address;

/** The statuses in which something can still be done, in the order in which people look for them. */
export const openStatuses = [
  'pending',
  'accepted',
  'wrapping',
] as const satisfies readonly ReservationStatus[];

/** The status as TaskRouter sent it: untrusted text. Undefined when it is missing or not a string. */
export function statusOf(row: Row | undefined): string | undefined {
  const status = row?.['reservation_status'];
  return typeof status === 'string' ? status : undefined;
}

/** The rank of a status among the open ones, for sorting; those that are not open come last. */
export function rankOf(status: string | undefined): number {
  const rank = openStatuses.findIndex((one) => one === status);
  return rank < 0 ? openStatuses.length : rank;
}

export const isOpenStatus = (status: string | null | undefined): boolean =>
  rankOf(status ?? undefined) < openStatuses.length;

export const isOpen = (row: Row | undefined): boolean => isOpenStatus(statusOf(row));

/** The status of this reservation as a sentence. */
export function describeStatus(row: Row | undefined): Message {
  const status = statusOf(row);
  if (status === undefined) return message('The reservation’s status is unknown.');
  return Object.hasOwn(statusSentences, status)
    ? statusSentences[status as ReservationStatus]
    : message('The reservation is now {status}.', { status });
}

const statusSentences: Readonly<Record<ReservationStatus, Message>> = {
  pending: message('The reservation is still pending.'),
  accepted: message('Reservation accepted.'),
  rejected: message('Reservation rejected.'),
  timeout: message('Reservation timed out.'),
  canceled: message('Reservation canceled.'),
  rescinded: message('Reservation rescinded.'),
  wrapping: message('The reservation is wrapping up.'),
  completed: message('Reservation completed.'),
};

/** The fields that decide whether a reservation is still what a person saw. */
export const comparedFields = ['reservation_status', 'task_sid', 'worker_sid', 'date_updated'] as const;
