import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { isFindable } from '../../actions/sidSearch';
import type { Accounts } from '../../accounts/accounts';
import { accountKinds } from '../../accounts/account';
import type { Store } from '../../data/store';
import type { ResourceTarget } from '../../data/target';
import { showInformation, showStatus, showWarning } from '../../display/notification';
import { isSid } from '../../../taskrouter/sid';
import { accountSidOf } from './accountsOf';
import { consoleAddress } from './consoleAddress';
import type { GoTo } from './goTo';
import type { LinkProblem, LinkTarget, LinkUri } from './link';
import { linkTo, readLink } from './link';

interface Options {
  readonly accounts: Accounts;
  readonly store: Store;
}

/** Copies a link that opens the resource in another window or on another machine, with the credentials there. */
export async function copyLink(options: Options, extensionId: string, target: ResourceTarget): Promise<void> {
  const link = linkOf(options, target);
  if (!link)
    return void showInformation(
      l10n.t('A link needs the SID of the account, which has not been read yet. Refresh, then try again.'),
    );
  await vscode.env.clipboard.writeText(linkTo(vscode.env.uriScheme, extensionId, link));
  showStatus('pass', l10n.t('Copied a link to {sid}', { sid: link.sid }), 4);
}

function linkOf(options: Options, { accountId, collection, sids }: ResourceTarget): LinkTarget | undefined {
  const account = options.accounts.get(accountId);
  const sid = sids.at(-1)!;
  const [workspaceSid = ''] = sids;
  const row = options.store.row(accountId, sid);
  const named = row?.['account_sid'];
  const accountSid =
    typeof named === 'string' && isSid('Account', named) ? named : account && accountSidOf(options, account);
  if (!accountSid || !isFindable(collection.noun) || !isSid(collection.noun, sid)) return undefined;
  const parentSid = taskOf(options, { accountId, collection, sids });
  return { accountSid, workspaceSid, sid, ...(parentSid ? { parentSid } : {}) };
}

/** The task of a reservation; a row under a worker names it. */
function taskOf({ store }: Options, { accountId, collection, sids }: ResourceTarget): string | undefined {
  if (collection.noun !== 'Reservation') return undefined;
  const named = store.row(accountId, sids.at(-1)!)?.['task_sid'];
  return [sids[1], named].find((sid): sid is string => typeof sid === 'string' && isSid('Task', sid));
}

/** Opens the Console in the browser, as near to the resource as its known addresses lead. */
export async function openInConsole(options: Options, target: ResourceTarget): Promise<void> {
  const account = options.accounts.get(target.accountId);
  if (!account) return;
  if (!accountKinds[account.kind].isAtTwilio)
    return void showInformation(l10n.t('Only accounts at Twilio are in the Twilio Console.'));
  const { sids, collection } = target;
  const [workspaceSid = '', ...rest] = sids;
  const sid = sids.at(-1)!;
  // Nothing unchecked enters an address.
  if (!isSid('Workspace', workspaceSid) || !isSid(collection.noun, sid)) return;
  const task = taskOf(options, target);
  const { url, isExact } = consoleAddress(account.origin, collection.noun, [
    workspaceSid,
    ...(task ? [task] : []),
    ...rest.filter((one) => one !== task),
  ]);
  if (!isExact)
    showStatus('info', l10n.t('Opened the nearest Console page. Look for {sid} there.', { sid }), 10);
  await vscode.env.openExternal(vscode.Uri.parse(url, true));
}

/** Opens what a link leads to, or says why not. It changes nothing, at TaskRouter or here, and signs in to nothing. */
export async function followLink(uri: LinkUri, goTo: Pick<GoTo, 'openLink'>): Promise<void> {
  const link = readLink(uri);
  if ('problem' in link) return void showWarning(problemText(link.problem));
  await goTo.openLink(link);
}

export const showSkippedLinks = (): void =>
  showStatus('info', l10n.t('Several links were opened at once. Only the first is followed.'));

function problemText(problem: LinkProblem): string {
  switch (problem) {
    case 'other command':
      return l10n.t('This link asks for something that links cannot do. Nothing was opened.');
    case 'other parameter':
      return l10n.t('This TaskRouter link has parts that are not known here. Nothing was opened.');
    case 'malformed':
      return l10n.t('This TaskRouter link is incomplete or malformed. Copy it again. Nothing was opened.');
  }
}
