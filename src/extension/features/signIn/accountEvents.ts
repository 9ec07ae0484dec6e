import * as vscode from 'vscode';
import type { Account } from '../../accounts/account';
import { maxNameLength } from '../../accounts/account';
import type { Accounts } from '../../accounts/accounts';
import type { Memory } from '../../accounts/memory';
import { reached, setContext } from '../../display/contextKey';
import { showInformation, showWarning } from '../../display/notification';
import { plain } from '../../display/safeText';

/** Synchronizes this window's accounts with other windows, and the context keys with the accounts. */
export function followAccounts(
  accounts: Accounts,
  memory: Memory,
  secrets: vscode.SecretStorage,
): vscode.Disposable {
  const showChange = () => {
    setContext('taskrouter.signedIn', accounts.all.length > 0);
    for (const { kind } of accounts.all) reached(kind === 'simulated' ? 'simulated' : 'signedIn');
    reportUnreadable(accounts, memory);
  };
  showChange();
  return vscode.Disposable.from(
    accounts.onDidChange(showChange),
    accounts.onDidSignOutElsewhere(reportSignedOutElsewhere),
    secrets.onDidChange(({ key }) => void accounts.secretChanged(key)),
    vscode.window.onDidChangeWindowState(() => accounts.sync()),
  );
}

export function reportSignedOutElsewhere(account: Account): void {
  const name = plain(account.name, maxNameLength);
  void showInformation(vscode.l10n.t('Signed out of “{account}” in another window.', { account: name }));
}

const reportedKey = 'accounts.reportedUnreadable';

/** Notifies once of each account that is not shown because its record cannot be read. */
function reportUnreadable({ unreadable }: Pick<Accounts, 'unreadable'>, memory: Memory): void {
  const reported = memory.get<unknown>(reportedKey);
  const known: readonly unknown[] = Array.isArray(reported) ? (reported as unknown[]) : [];
  const added = unreadable.filter((name) => !known.includes(name));
  if (added.length === 0) return;
  void memory.update(reportedKey, unreadable);
  const names = added.map((name) => plain(name, maxNameLength) || vscode.l10n.t('an account without a name'));
  const text = vscode.l10n.t(
    'Not shown: {accounts}. The stored record cannot be read. Update the extension, or sign in again. Nothing was deleted.',
    { accounts: [...new Set(names)].join(', ') },
  );
  void showWarning(text);
}
