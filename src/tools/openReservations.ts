import * as z from 'zod';
import { concurrently } from '../concurrently';
import type { Named } from '../query/plan';
import { titlesIn } from '../taskrouter/attributes';
import { rowsOf } from '../taskrouter/pages';
import { openStatuses } from '../taskrouter/reservation';
import type { Reservation, Task } from '../taskrouter/resources';
import { reservationStatuses, taskReservations, tasks } from '../taskrouter/resources';
import { isSid } from '../taskrouter/sid';
import { accountOf, maxWorkspaces, placeInput, workspacesOf } from './places';
import { tool } from './tool';
import type { ToolAccount } from './tool';
import { oneOf, quoted, secondsBetween, sid } from './text';

/** Each costs a request: the API lists reservations of one task at a time. */
const maxTasks = 25;
const maxAtOnce = 4;

type OpenStatus = (typeof openStatuses)[number];
const taskStatusOf: Readonly<Record<OpenStatus, string>> = {
  ...{ pending: 'reserved', accepted: 'assigned', wrapping: 'wrapping' },
};

interface Offered {
  readonly task: Task;
  readonly workspace: Named;
  readonly reservation: Reservation;
}

export const openReservations = tool({
  name: 'taskrouter_open_reservations',
  toolReferenceName: 'taskrouterReservations',
  title: 'List Open Reservations',
  summary: 'Lists reservations that are pending, accepted or wrapping, with their tasks and workers.',
  description:
    'Lists open reservations in Twilio TaskRouter with their tasks and workers, those of the oldest tasks first: who is offered a task now (pending), who works on one (accepted), who wraps up (wrapping). The API has them for one task at a time, so at most 25 tasks are looked at.',
  input: z.strictObject({
    status: z
      .enum(openStatuses)
      .optional()
      .describe('"pending" when absent: offers that wait for an answer.'),
    ...placeInput,
  }),
  answer: async ({ status = 'pending', ...place }, call) => {
    const account = accountOf(call, place.account);
    const all: { readonly task: Task; readonly workspace: Named }[] = [];
    const workspaces = await workspacesOf(account, place);
    for (const workspace of workspaces.slice(0, maxWorkspaces))
      for (const task of await tasksWith(account, workspace, status)) all.push({ task, workspace });
    const read = all.slice(0, maxTasks);
    const found: Offered[] = [];
    const readOne = async (one: (typeof read)[number]) => {
      for (const reservation of await reservationsOf(account, one.workspace, one.task, status))
        found.push({ ...one, reservation });
    };
    await concurrently(read, readOne, maxAtOnce);
    const now = account.now();
    return {
      found: found.length,
      tasksNotLookedAt: all.length - read.length,
      workspacesNotLookedAt: Math.max(0, workspaces.length - maxWorkspaces),
      rows: found.map(({ task, workspace, reservation }) => ({
        reservation: sid(reservation.sid),
        status: oneOf(reservationStatuses, reservation.reservation_status),
        openForSeconds: secondsBetween(reservation.date_created?.getTime(), now),
        worker: sid(reservation.worker_sid),
        workerName: quoted(reservation.worker_name, 60),
        task: sid(task.sid),
        title: quoted(titlesIn(task.attributes)[0], 60),
        queue: quoted(task.task_queue_friendly_name, 60),
        workspace: sid(workspace.sid),
      })),
    };
  },
});

const tasksWith = async (account: ToolAccount, workspace: Named, status: OpenStatus): Promise<Task[]> => {
  const filters = { assignmentStatus: [taskStatusOf[status]], ordering: 'DateCreated:asc' };
  const { rows } = await account.withReads((reads, signal) =>
    reads.list(tasks, [workspace.sid], filters, { pageSize: 1000 }, signal),
  );
  return rows.filter((row) => isSid('Task', row.sid)).map((row) => tasks.read(row));
};

const reservationsOf = async (
  account: ToolAccount,
  workspace: Named,
  task: Task,
  reservationStatus: OpenStatus,
): Promise<Reservation[]> => {
  const parents = [workspace.sid, task.sid];
  const rows = await account.withReads((reads, signal) =>
    rowsOf(reads.pages(taskReservations, parents, { reservationStatus }, { wanted: 50 }, signal)),
  );
  return rows.map((row) => taskReservations.read(row));
};
