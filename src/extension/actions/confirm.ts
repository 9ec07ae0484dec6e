import * as vscode from 'vscode';
import { isSecretParameter } from '../../taskrouter/instructions';
import type { PreparedUpdate } from '../../taskrouter/preparedUpdate';
import type { Account } from '../accounts/account';
import { confirmationRule } from '../accounts/account';
import { localize, localizeText } from '../display/localize';
import type { ConfirmModal } from '../display/modal';
import { environmentName } from '../display/rows';
import { plain } from '../display/safeText';
import { visibleText } from '../display/visibleText';
import type { Confirmation } from './send';

/** Whether this account asks before this update. */
export function isConfirmationDue(account: Account, { risk }: Pick<PreparedUpdate, 'risk'>): boolean {
  const rule = confirmationRule(account);
  return rule === 'every write' || (rule === 'calls' && risk === 'call');
}

/** Where the update goes, what it changes, and exactly what is sent. For a modal dialog, which shows links as text. */
export function confirmationText(account: Account, { facts, request, warnings }: PreparedUpdate): string {
  return [
    vscode.l10n.t('Account: {name} ({environment})', {
      name: plain(account.name),
      environment: environmentName(account.environment),
    }),
    `TaskRouter: ${account.origin}`,
    ...facts.map(([label, value]) => {
      const text = typeof value === 'string' ? value : localize(value);
      return `${localize(label)}: ${plain(text, 300)}`;
    }),
    '',
    ...(request.body ?? []).map(
      ([name, value]) => `${name} = ${isSecretParameter(name) ? '********' : visibleText(value)}`,
    ),
    ...(warnings.length ? ['', ...warnings.map(localize)] : []),
  ].join('\n');
}

export function createModalConfirmation(confirmModal: ConfirmModal): Confirmation {
  return {
    isDue: ({ account }, update) => isConfirmationDue(account, update),
    ask({ account }, update) {
      const asked = plain(localize(update.question), 200);
      const question =
        account.environment === 'production'
          ? vscode.l10n.t('{question} in production?', { question: asked })
          : vscode.l10n.t('{question}?', { question: asked });
      const button = vscode.l10n.t('{action} on {account}', {
        action: localizeText(update.title),
        account: plain(account.name, 40),
      });
      return confirmModal(question, confirmationText(account, update), button);
    },
  };
}
