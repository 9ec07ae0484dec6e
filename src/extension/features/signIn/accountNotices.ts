import type { Account } from '../../accounts/account';
import type { Accounts } from '../../accounts/accounts';
import { showInformation, showWarning } from '../../display/notification';
import { plain } from '../../display/safeText';
import { maxNameLength } from './questions';

const nameOf = ({ name }: Account) => plain(name, maxNameLength);
const signOutOf = ({ name }: Account) => `Sign Out of ${plain(name, 40)}`;

/** Reports what may be unexpected about an account that was just signed in to. `expected` is an Account SID. */
export async function reportSurprises(
  accounts: Accounts,
  account: Account,
  expected?: string,
): Promise<void> {
  const { accountSid } = account;
  if (accountSid !== undefined && expected !== undefined && accountSid !== expected) {
    const choice = await showWarning(
      `These credentials belong to ${accountSid}, not to ${expected}, which was found with them. ` +
        'An API key shows the account that it was created in, not its subaccounts.',
      signOutOf(account),
    );
    if (choice !== undefined) return accounts.signOut(account.id);
  }
  for (const other of accounts.leadingTo(account)) {
    const use = other.readOnly ? 'read-only' : other.environment;
    const choice = await showInformation(
      `“${nameOf(other)}” (${use}) is signed in to the same Twilio account. Both stay signed in.`,
      signOutOf(other),
    );
    if (choice !== undefined) await accounts.signOut(other.id);
  }
}

export function reportSignedOutElsewhere(account: Account): void {
  void showInformation(`Signed out of “${nameOf(account)}” in another window.`);
}
