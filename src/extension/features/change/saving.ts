import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { PreparedUpdate } from '../../../taskrouter/preparedUpdate';
import type { CommandParts } from '../../actions/actions';
import type { Outcome } from '../../actions/outcome';
import { reviewUpdate } from '../../actions/reviewUpdate';
import type { ResourceTarget } from '../../data/target';
import { localize } from '../../display/localize';
import { nameOf } from '../../display/names';
import { forMessage, plain } from '../../display/safeText';

export type SavingParts = Pick<CommandParts, 'accounts' | 'store' | 'actions'>;

/** VS Code shows it in a notification, which makes links of what looks like one. */
export const notSaved = (why: string) => vscode.FileSystemError.Unavailable(forMessage(why, 600));

const declinedByUser = new WeakSet<object>();

/** The user has seen what would be sent, and does not want it. */
export function declined(): vscode.FileSystemError {
  const error = notSaved(l10n.t('Nothing was sent.'));
  declinedByUser.add(error);
  return error;
}

export const isDeclined = (error: vscode.FileSystemError): boolean => declinedByUser.has(error);

/**
 * Shows the request, and sends it if the user chooses that.
 * @throws FileSystemError when the account was signed out
 */
export async function sendReviewed(
  { accounts, actions }: SavingParts,
  accountId: string,
  update: PreparedUpdate,
): Promise<Outcome | 'declined'> {
  const account = accounts.get(accountId);
  if (!account) throw notSaved(l10n.t('You are not signed in to this account.'));
  const reviewed = await reviewUpdate(account, update);
  const outcome =
    reviewed &&
    (await actions.inProgress.follow(account, reviewed, async (onPhase) =>
      actions.send(await accounts.connect(accountId), reviewed, onPhase),
    ));
  return outcome ?? 'declined';
}

/** Shows what was done. @throws FileSystemError when it was not, or may not have been */
export function showSaved(
  { accounts, store, actions }: SavingParts,
  { accountId, sids }: ResourceTarget,
  outcome: Outcome | 'declined',
): void {
  if (outcome === 'declined') throw declined();
  if (outcome.kind !== 'done')
    throw notSaved([localize(outcome.headline, (text) => plain(text, 60)), ...outcome.details].join(' '));
  const sid = sids.at(-1)!;
  const about = nameOf(store, accountId, sid) ?? sid;
  void actions.show(outcome, { about, accountName: accounts.get(accountId)?.name ?? '' });
}
