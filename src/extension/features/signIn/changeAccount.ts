import { l10n } from 'vscode';
import type { Account } from '../../accounts/account';
import { accountKinds, maxNameLength, readsCallsAndAlerts } from '../../accounts/account';
import type { Accounts } from '../../accounts/accounts';
import { plain } from '../../display/safeText';
import { showSignInError, withProgress } from './credentialCheck';
import { back, runSteps } from './multiStep';
import type { Answers } from './questions';
import { askName, askReads, askSecret, askUse, usesOfAccount } from './questions';

/** Asks for a new secret of an existing account: it was replaced, or this machine did not store it. */
export async function enterSecret(accounts: Accounts, account: Account): Promise<void> {
  for (;;) {
    const title = l10n.t('Secret of {account}', { account: plain(account.name, maxNameLength) });
    const answers = await runSteps<Answers>(title, [askSecret], { answers: { username: account.username } });
    if (answers === undefined || answers === back || !answers.secret) return;
    const { secret } = answers;
    const { error } = await withProgress((signal) => accounts.replaceSecret(account.id, secret, signal));
    if (error === undefined || (await showSignInError(error, l10n.t('Try Again'))) === undefined) return;
  }
}

/** Asks for the environment and name of an account, and what may be read with its credentials. */
export async function changeAccount(accounts: Accounts, account: Account): Promise<void> {
  const { id, kind, environment, readOnly, confirmWrites = true } = account;
  const { isAtTwilio, hasCredentials } = accountKinds[kind];
  const nothing = () => undefined;
  const steps = [
    ...(isAtTwilio ? [askUse(usesOfAccount, nothing)] : []),
    ...(hasCredentials ? [askName(nothing)] : []),
    askReads(account.origin),
  ];
  const name = plain(account.name, maxNameLength);
  const answers = await runSteps<Answers>(l10n.t('Change {account}', { account: name }), steps, {
    answers: {
      name,
      use: { environment, readOnly, confirmWrites },
      readsCallsAndAlerts: readsCallsAndAlerts(account),
    },
  });
  if (answers === undefined || answers === back) return;
  const { use, ...others } = answers as Answers;
  // Only what was asked: another window may have changed the rest meanwhile.
  await accounts.change(id, {
    ...(isAtTwilio ? use : {}),
    ...(hasCredentials ? { name: others.name } : {}),
    readsCallsAndAlerts: others.readsCallsAndAlerts,
  });
}
