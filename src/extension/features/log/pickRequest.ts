import * as vscode from 'vscode';
import { pick } from '../../actions/quickPick';
import { commands } from '../../contributions';
import { localizeText } from '../../display/localize';
import { forQuickPick } from '../../display/safeText';
import type { LoggedRequest } from './requestLog';

/** Lists writes and failures before the many reads. */
export function pickRequest(requests: readonly LoggedRequest[]): Promise<LoggedRequest | undefined> {
  const under = (heading: string, isImportant: boolean) => {
    const items = requests
      .filter((logged) => logged.isImportant === isImportant)
      .map((logged) => ({
        label: forQuickPick(logged.short),
        description: `${logged.at.toLocaleTimeString()} · ${forQuickPick(logged.account.name)}`,
        detail: forQuickPick(logged.line, 200),
        value: logged,
      }));
    const separator = { label: heading, kind: vscode.QuickPickItemKind.Separator };
    return items.length ? [separator, ...items] : [];
  };
  return pick(
    localizeText(commands['taskrouter.log.copyCurl'].title),
    vscode.l10n.t('Which request?'),
    [...under(vscode.l10n.t('Updates and errors'), true), ...under(vscode.l10n.t('Reads'), false)],
    { nothing: vscode.l10n.t('No requests have been sent in this session.') },
  );
}
