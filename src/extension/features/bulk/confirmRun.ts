import * as vscode from 'vscode';
import type { Account } from '../../accounts/account';
import { isConfirmationDue } from '../../accounts/account';
import type { ConfirmModal } from '../../display/modal';
import { showInputBox } from '../../display/quickInput';
import { environmentName } from '../../display/environmentName';
import { plain } from '../../display/safeText';
import type { BulkPlan } from './bulkPlan';

/**
 * Asks before a run where the account asks before updates. In production the user types the number of rows.
 * @param title `Cancel 12 Tasks`
 */
export async function confirmRun(
  account: Account,
  title: string,
  { fits, sets }: Pick<BulkPlan, 'fits' | 'sets'>,
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
    const values = [detail, `TaskRouter: ${account.origin}`, '', ...sets, '', once].join('\n');
    return confirmModal(`${title}?`, values, title);
  }
  const wanted = String(fits);
  const typed = await showInputBox({
    title: vscode.l10n.t('{title} in production', { title }),
    prompt: vscode.l10n.t(
      'Account {name}, {origin}. Type the number of rows, {count}, to send one request for each. It sets {values}.',
      { name, origin: account.origin, count: wanted, values: plain(sets.join(' · '), 300) },
    ),
    required: vscode.l10n.t('Type {count} to confirm.', { count: wanted }),
    check: (text) =>
      text === wanted ? undefined : { problem: vscode.l10n.t('Type {count} to confirm.', { count: wanted }) },
  });
  return typed === wanted;
}
