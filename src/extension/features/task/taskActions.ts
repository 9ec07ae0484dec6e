import * as vscode from 'vscode';
import { isOpenStatus } from '../../../taskrouter/reservation';
import * as resources from '../../../taskrouter/resources';
import type { ActionView } from '../../../webview/task/protocol';
import type { Account } from '../../accounts/account';
import type { CommandId } from '../../contributions';
import { commands, worksOn } from '../../contributions';
import { placements } from '../../placements';
import type { RowTargets } from '../../data/target';
import { resourceTarget } from '../../data/target';
import { localizeText } from '../../display/localize';
import { forAccount, reservationContext, taskContext } from '../../display/rows';
import { plain } from '../../display/safeText';
import type { StoredTask, TaskAddress } from './storedTask';

/** On the task itself. */
const offeredOnTask = [
  'taskrouter.task.cancel',
  'taskrouter.task.complete',
  'taskrouter.task.setPriority',
  'taskrouter.resource.editAttributes',
] as const satisfies readonly CommandId[];
/** On a reservation: those that need no form, and the form itself. */
const offered = [
  'taskrouter.reservation.open',
  'taskrouter.reservation.accept',
  'taskrouter.reservation.reject',
  'taskrouter.reservation.wrapUp',
  'taskrouter.reservation.complete',
] as const satisfies readonly CommandId[];
/** A task that is offered to many workers at once has as many reservations. */
const maxReservations = 3;

const finishedStatuses: readonly string[] = ['completed', 'canceled'] satisfies resources.TaskStatus[];

/** What the task and its open reservations allow in this account. */
export function actionsOf(
  account: Account,
  { task, reservations = [] }: Pick<StoredTask, 'task' | 'reservations'>,
): readonly ActionView[] {
  const context = forAccount(account, taskContext(task?.assignment_status ?? ''));
  const onTask = offeredOnTask
    .filter((id) => worksOn(commands[id], context))
    .map((command) => ({ command, title: localizeText(commands[command].title) }));
  // Reservations end with their task, also where they were read before.
  const isOver = finishedStatuses.includes(task?.assignment_status ?? '');
  return [...(isOver ? [] : onReservations(account, reservations)), ...onTask];
}

function onReservations(
  account: Account,
  reservations: readonly resources.Reservation[],
): readonly ActionView[] {
  const open = reservations.filter(({ reservation_status: status }) => isOpenStatus(status));
  return open
    .slice(0, maxReservations)
    .flatMap(({ sid, reservation_status: status, worker_name: worker }) => {
      const context = forAccount(account, reservationContext(status ?? ''));
      return offered
        .filter((id) => worksOn(commands[id], context))
        .map((command) => {
          const { title } = commands[command];
          const { icon } = placements[command];
          return {
            command,
            reservationSid: sid,
            ...(icon ? { icon } : {}),
            title: localizeText(title),
            worker: plain(worker ?? sid, 40),
          };
        });
    });
}

/** Runs a command as if it was chosen on the row of the task, or of its reservation. */
export async function runAction(
  targets: RowTargets,
  { accountId, workspaceSid, taskSid }: TaskAddress,
  command: string,
  reservationSid?: string,
): Promise<void> {
  const row = {};
  const target =
    reservationSid === undefined
      ? resourceTarget(accountId, resources.tasks, [workspaceSid, taskSid])
      : resourceTarget(accountId, resources.taskReservations, [workspaceSid, taskSid, reservationSid]);
  targets.set(row, target);
  await vscode.commands.executeCommand(command, row);
}

/** Asks what may be read with the account's credentials, as if that was chosen on its row. */
export async function changeAccount(targets: RowTargets, accountId: string): Promise<void> {
  const row = {};
  targets.set(row, { accountId });
  await vscode.commands.executeCommand('taskrouter.account.change' satisfies CommandId, row);
}
