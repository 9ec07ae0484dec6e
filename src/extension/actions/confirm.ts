import * as vscode from 'vscode';
import { instructions } from '../../taskrouter/instructions';
import { readRow } from '../../taskrouter/client';
import { warningFor } from '../../taskrouter/fields';
import type { TaskRouterRequest } from '../../taskrouter/requests';
import { wireName } from '../../taskrouter/requests';
import { taskReservations } from '../../taskrouter/resources';
import type { Account } from '../accounts/account';
import type { Action } from './act';
import { forMessage, plain } from '../display/safeText';

/** Which actions are asked about once more: all in production, elsewhere those that ring a phone. */
export function isConfirmationDue(account: Account, placesCall: boolean, askForCalls: boolean): boolean {
  if (account.kind === 'simulated') return false;
  return account.environment === 'production' || (placesCall && askForCalls);
}

/**
 * What a confirmation says: where, on what, and the very values that will be sent.
 * It is for a modal dialog, which shows links as text.
 */
export function confirmationText(
  { connection, shown, instruction }: Action,
  request: TaskRouterRequest,
): string {
  const secret = new Set(
    instructions.flatMap(({ fields }) =>
      fields.flatMap((field) => (field.control === 'password' ? [field.key] : [])),
    ),
  );
  const reservation = readRow(taskReservations, shown);
  const plainHttp = instruction.fields.some((field) =>
    (request.body ?? []).some(([name, value]) => name === wireName(field.key) && warningFor(field, value)),
  );
  return [
    `Account: ${plain(connection.account.name)} (${connection.account.environment})`,
    `TaskRouter: ${connection.account.origin}`,
    `Reservation: ${shown.sid}`,
    `Worker: ${plain(reservation?.worker_name ?? reservation?.worker_sid ?? 'unknown')}`,
    `Task: ${plain(reservation?.task_sid ?? 'unknown')}`,
    '',
    ...(request.body ?? []).map(([name, value]) => {
      const key = name.charAt(0).toLowerCase() + name.slice(1);
      return `${name} = ${secret.has(key) ? '********' : plain(value, 5000)}`;
    }),
    ...(plainHttp ? ['', 'A URL here is plain http: what Twilio sends there can be read on the way.'] : []),
  ].join('\n');
}

/** Drawn by VS Code itself, where links stay text. */
export async function confirm(action: Action, request: TaskRouterRequest): Promise<boolean> {
  const { connection, instruction } = action;
  const askForCalls = vscode.workspace.getConfiguration('taskrouter').get('confirmCalls', true);
  if (!isConfirmationDue(connection.account, instruction.placesCall, askForCalls)) return true;
  const button = `${instruction.title} on ${forMessage(connection.account.name, 40)}`;
  const where = connection.account.environment === 'production' ? ' in production' : '';
  const question = `${instruction.title} this reservation${where}?`;
  const options = { modal: true, detail: confirmationText(action, request) };
  return (await vscode.window.showWarningMessage(question, options, button)) === button;
}
