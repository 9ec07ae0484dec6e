import * as vscode from 'vscode';
import type { Accounts } from '../../accounts/accounts';
import { pick } from '../../actions/quickPick';
import { forQuickPick } from '../../display/safeText';
import type { LiveFilter } from './liveFilter';
import { passes } from './liveFilter';
import type { LiveWindow } from './liveWindow';

export interface FilterOptions {
  readonly accounts: Pick<Accounts, 'all'>;
  readonly live: Pick<LiveWindow, 'open' | 'nameOf'>;
}

/** Asks what to narrow the view to: accounts, if there are several, and workspaces. Undefined when the user cancels. */
export async function pickFilter(
  title: string,
  { accounts: { all }, live }: FilterOptions,
): Promise<{ readonly filter: LiveFilter | undefined } | undefined> {
  const { open } = live;
  const filters = all.flatMap(({ id: accountId }): LiveFilter[] => [
    ...(all.length > 1 ? [{ accountId }] : []),
    ...open.workspaces
      .filter((one) => one.accountId === accountId)
      .map(({ workspaceSid }) => ({ accountId, workspaceSid })),
  ]);
  const countOf = (count: number) =>
    count === 1 ? vscode.l10n.t('1 open reservation') : vscode.l10n.t('{count} open reservations', { count });
  return pick<{ readonly filter: LiveFilter | undefined }>(title, vscode.l10n.t('Show which reservations?'), [
    {
      label: vscode.l10n.t('All accounts and workspaces'),
      iconPath: new vscode.ThemeIcon('list-flat'),
      description: countOf(open.all.length),
      value: { filter: undefined },
    },
    ...filters.map((filter) => ({
      label: forQuickPick(live.nameOf(filter), 80),
      iconPath: new vscode.ThemeIcon(filter.workspaceSid === undefined ? 'account' : 'organization'),
      description: countOf(open.all.filter((entry) => passes(filter, entry)).length),
      value: { filter },
    })),
  ]);
}
