import { commands, l10n } from 'vscode';
import type { Account } from '../../accounts/account';
import type { Accounts } from '../../accounts/accounts';
import type { CommandParts } from '../../actions/actions';
import type { CommandHandlers } from '../../contributions';
import type { AccountTarget } from '../../data/target';
import { askModal } from '../../display/modal';
import { showInformation, showStatus } from '../../display/notification';

/** The questions of signing in, which activation does not need. */
const questions = () => import('../../lazy');

export function accountCommands({ accounts, clock }: CommandParts) {
  const withAccount = (act: (account: Account) => Promise<void>) => (target: AccountTarget) => {
    const account = accounts.get(target.accountId);
    return account && act(account);
  };
  return {
    'taskrouter.account.signIn': async () => (await questions()).signIn(accounts),
    'taskrouter.account.connectLocal': async () => (await questions()).connectLocal(accounts),
    'taskrouter.account.simulate': () => accounts.simulate(),
    'taskrouter.account.enterSecret': withAccount(async (account) =>
      (await questions()).enterSecret(accounts, account),
    ),
    'taskrouter.account.change': withAccount(async (account) =>
      (await questions()).changeAccount(accounts, account),
    ),
    'taskrouter.account.chooseSignOut': () => commands.executeCommand('taskrouter.account.signOut'),
    'taskrouter.account.signOut': withAccount(async (account) => {
      if (!(await confirmSignOut(account))) return;
      await accounts.signOut(account.id);
      showStatus('sign-out', l10n.t('Signed out of {account}', { account: nameOf(account) }), 10);
      // The page or row that had the focus is gone.
      await commands.executeCommand('taskrouter.workspaces.focus');
      // VS Code puts the welcome view in the place of the tree up to 0.2 s later, and the focus is lost with the tree.
      if (accounts.all.length === 0)
        clock.setTimeout(() => void commands.executeCommand('taskrouter.workspaces.focus'), 500);
    }),
  } satisfies Partial<CommandHandlers>;
}

const nameOf = ({ kind, name }: Account) => (kind === 'simulated' ? l10n.t('the simulated account') : name);

const signOutDetail: Record<Account['kind'], () => string> = {
  twilio: () => l10n.t('The credentials are removed from this machine. Nothing changes in Twilio.'),
  local: () =>
    l10n.t('The credentials are removed from this machine. Nothing changes in the local TaskRouter.'),
  simulated: () => l10n.t('The simulated contact center and its history are deleted.'),
};

const confirmSignOut = (account: Account): Promise<boolean> =>
  askModal(
    l10n.t('Sign out of {account}?', { account: nameOf(account) }),
    signOutDetail[account.kind](),
    l10n.t('Sign Out'),
  );

/** Offers to sign in, for real or to a simulated account. */
export async function offerSignIn(accounts: Accounts): Promise<void> {
  const simulate = l10n.t('Explore with a Simulated Account');
  const toTwilio = l10n.t('Sign In');
  const choice = await showInformation(l10n.t('You are not signed in to TaskRouter.'), simulate, toTwilio);
  if (choice === simulate) await accounts.simulate();
  if (choice === toTwilio) await (await questions()).signIn(accounts);
}
