import { l10n } from 'vscode';
import type { Account } from '../../accounts/account';
import { maxNameLength } from '../../accounts/account';
import type { Accounts } from '../../accounts/accounts';
import { showInformation, showWarning } from '../../display/notification';
import { environmentName } from '../../display/environmentName';
import { plain } from '../../display/safeText';

const nameOf = ({ name }: Account) => plain(name, maxNameLength);
const signOutOf = ({ name }: Account) => l10n.t('Sign Out of {account}', { account: plain(name, 40) });

/** Reports what may be unexpected about an account that was just signed in to. `expected` is an Account SID. */
export async function reportSurprises(
  accounts: Accounts,
  account: Account,
  expected?: string,
): Promise<void> {
  const { accountSid } = account;
  if (accountSid !== undefined && expected !== undefined && accountSid !== expected) {
    const choice = await showWarning(
      l10n.t(
        'These credentials belong to {accountSid}, not to {expected}, which was found with them. An API key gives access to the account that it was created in, not to its subaccounts.',
        { accountSid, expected },
      ),
      signOutOf(account),
    );
    if (choice !== undefined) return accounts.signOut(account.id);
  }
  for (const other of accounts.leadingTo(account)) {
    const use = other.readOnly ? l10n.t('read-only') : environmentName(other);
    const choice = await showInformation(
      l10n.t('“{account}” ({use}) is signed in to the same Twilio account. Both stay signed in.', {
        account: nameOf(other),
        use,
      }),
      signOutOf(other),
    );
    if (choice !== undefined) await accounts.signOut(other.id);
  }
}
