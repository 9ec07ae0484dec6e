import * as vscode from 'vscode';
import type { PreparedUpdate } from '../../taskrouter/preparedUpdate';
import { isSecretParameter } from '../../taskrouter/instructions';
import type { Account } from '../accounts/account';
import { confirmationRule } from '../accounts/account';
import type { Connection } from '../accounts/connections';
import { forMessage, plain } from '../display/safeText';
import type { Confirmation } from './send';

/** Whether this account asks before this update. */
export function isConfirmationDue(account: Account, { risk }: Pick<PreparedUpdate, 'risk'>): boolean {
  const rule = confirmationRule(account);
  return rule === 'every write' || (rule === 'calls' && risk === 'call');
}

/** Where the update goes, what it changes, and the values that are sent. For a modal dialog, which shows links as text. */
export function confirmationText(account: Account, { facts, request, warnings }: PreparedUpdate): string {
  return [
    `Account: ${plain(account.name)} (${account.environment})`,
    `TaskRouter: ${account.origin}`,
    ...facts.map(([label, value]) => `${label}: ${plain(value, 200)}`),
    '',
    ...(request.body ?? []).map(
      ([name, value]) => `${name} = ${isSecretParameter(name) ? '********' : plain(value, 5000)}`,
    ),
    ...(warnings.length ? ['', ...warnings] : []),
  ].join('\n');
}

/** A modal dialog, drawn by VS Code itself. */
export const modalConfirmation: Confirmation = {
  isDue: ({ account }, update) => isConfirmationDue(account, update),
  async ask({ account }: Connection, update) {
    const button = `${update.title} on ${forMessage(account.name, 40)}`;
    const where = account.environment === 'production' ? ' in production' : '';
    const question = `${forMessage(update.question, 200)}${where}?`;
    const options = { modal: true, detail: confirmationText(account, update) };
    return (await vscode.window.showWarningMessage(question, options, button)) === button;
  },
};
