import * as vscode from 'vscode';
import type { Account } from '../../accounts/account';
import { maxNameLength } from '../../accounts/account';
import type { Accounts } from '../../accounts/accounts';
import type { ContextKey, ContextKeys } from '../../contributions';
import { showInformation } from '../../display/notification';
import { plain } from '../../display/safeText';

/** Synchronizes this window's accounts with other windows, and the context keys with the accounts. */
export function followAccounts(accounts: Accounts, secrets: vscode.SecretStorage): vscode.Disposable {
  const showSignedIn = () => setContext('taskrouter.signedIn', accounts.all.length > 0);
  showSignedIn();
  return vscode.Disposable.from(
    accounts.onDidChange(showSignedIn),
    accounts.onDidSignOutElsewhere(reportSignedOutElsewhere),
    secrets.onDidChange(({ key }) => void accounts.secretChanged(key)),
    vscode.window.onDidChangeWindowState(() => accounts.sync()),
  );
}

export function reportSignedOutElsewhere(account: Account): void {
  const name = plain(account.name, maxNameLength);
  void showInformation(vscode.l10n.t('Signed out of “{account}” in another window.', { account: name }));
}

const setContext = <Key extends ContextKey>(key: Key, value: ContextKeys[Key]) =>
  void vscode.commands.executeCommand('setContext', key, value);
