import type { Account } from '../../accounts/account';
import type { Accounts } from '../../accounts/accounts';
import type { CommandHandlers } from '../../contributions';
import type { AccountTarget } from '../../data/target';
import { confirmModal, showInformation } from '../../display/notification';
import { changeAccount, enterSecret } from './changeAccount';
import { connectLocal, signIn } from './signIn';

export function accountCommands(accounts: Accounts) {
  const withAccount = (act: (account: Account) => Promise<void>) => (target: AccountTarget) => {
    const account = accounts.get(target.accountId);
    return account && act(account);
  };
  return {
    'taskrouter.account.signIn': () => signIn(accounts),
    'taskrouter.account.connectLocal': () => connectLocal(accounts),
    'taskrouter.account.simulate': () => accounts.simulate(),
    'taskrouter.account.enterSecret': withAccount((account) => enterSecret(accounts, account)),
    'taskrouter.account.change': withAccount((account) => changeAccount(accounts, account)),
    'taskrouter.account.signOut': withAccount(async (account) => {
      if (await confirmSignOut(account)) await accounts.signOut(account.id);
    }),
  } satisfies Partial<CommandHandlers>;
}

const confirmSignOut = (account: Account): Promise<boolean> =>
  confirmModal(
    `Sign out of ${account.name}?`,
    account.kind === 'simulated'
      ? 'The simulated contact center and what happened in it are deleted.'
      : 'The credentials are removed from this machine. Nothing changes in Twilio.',
    'Sign Out',
  );

/** Offers what somebody without an account can do. */
export async function offerSignIn(accounts: Accounts): Promise<void> {
  const simulate = 'Explore with a Simulated Account';
  const choice = await showInformation('You are not signed in to TaskRouter.', simulate, 'Sign In');
  if (choice === simulate) await accounts.simulate();
  if (choice === 'Sign In') await signIn(accounts);
}
