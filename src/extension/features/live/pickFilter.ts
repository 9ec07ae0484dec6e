import * as vscode from 'vscode';
import { pick } from '../../actions/quickPick';
import { forQuickPick } from '../../display/safeText';
import type { LiveFilter } from './liveFilter';

/** What the view can be narrowed to, and how many reservations it then has. */
export interface FilterChoice {
  readonly name: string;
  readonly filter: LiveFilter;
  readonly count: number;
}

/** Asks what to narrow the view to; undefined when the user cancels. */
export async function pickFilter(
  title: string,
  choices: readonly FilterChoice[],
  all: number,
): Promise<{ readonly filter: LiveFilter | undefined } | undefined> {
  const countOf = (count: number) =>
    count === 1 ? vscode.l10n.t('1 open reservation') : vscode.l10n.t('{count} open reservations', { count });
  return pick<{ readonly filter: LiveFilter | undefined }>(title, vscode.l10n.t('Show which reservations?'), [
    {
      label: vscode.l10n.t('All accounts and workspaces'),
      iconPath: new vscode.ThemeIcon('list-flat'),
      description: countOf(all),
      value: { filter: undefined },
    },
    ...choices.map(({ name, filter, count }) => ({
      label: forQuickPick(name, 80),
      iconPath: new vscode.ThemeIcon(filter.workspaceSid === undefined ? 'account' : 'organization'),
      description: countOf(count),
      value: { filter },
    })),
  ]);
}
