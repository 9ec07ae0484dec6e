import * as vscode from 'vscode';
import type { Account } from '../../accounts/account';
import { isConfirmationDue } from '../../actions/confirm';
import type { ConfirmModal } from '../../display/modal';
import { showInputBox } from '../../display/quickInput';
import { environmentName } from '../../display/environmentName';
import { plain } from '../../display/safeText';

/**
 * Asks before a run where the account asks before updates. In production the user types the number of rows.
 * @param title `Cancel 12 Tasks`
 */
export async function confirmRun(
  account: Account,
  title: string,
  count: number,
  confirmModal: ConfirmModal,
): Promise<boolean> {
  if (!isConfirmationDue(account, { risk: 'routine' })) return true;
  const name = plain(account.name, 60);
  if (account.environment !== 'production') {
    const detail = vscode.l10n.t('Account: {name} ({environment})', {
      name,
      environment: environmentName(account),
    });
    const once = vscode.l10n.t('Each row gets one request. A row that changed since the plan is left out.');
    return confirmModal(`${title}?`, `${detail}\nTaskRouter: ${account.origin}\n\n${once}`, title);
  }
  const wanted = String(count);
  const typed = await showInputBox({
    title: vscode.l10n.t('{title} in production', { title }),
    prompt: vscode.l10n.t(
      'Account {name}, {origin}. Type the number of rows, {count}, to send one request for each.',
      {
        name,
        origin: account.origin,
        count: wanted,
      },
    ),
    required: vscode.l10n.t('Type {count} to confirm.', { count: wanted }),
    check: (text) =>
      text === wanted ? undefined : { problem: vscode.l10n.t('Type {count} to confirm.', { count: wanted }) },
  });
  return typed === wanted;
}
