import * as vscode from 'vscode';
import type { CommandParts } from '../../actions/actions';
import { pick } from '../../actions/quickPick';
import type { CommandHandlers } from '../../contributions';
import { commands } from '../../contributions';
import { localizeText } from '../../display/localize';
import { showStatus } from '../../display/notification';
import { forQuickPick } from '../../display/safeText';
import type { LoggedRequest, RequestLog } from './requestLog';
import { curlOf } from './requestLog';

export interface LogCommandsOptions extends CommandParts {
  readonly requests: RequestLog;
}

export function logCommands({ requests, log, confirmModal }: LogCommandsOptions) {
  return {
    'taskrouter.log.show': () => log.show(),
    'taskrouter.log.detail': async () => {
      const question = vscode.l10n.t('Log request bodies for 15 minutes?');
      const detail = vscode.l10n.t(
        'Request bodies can contain phone numbers and other customer data. The log stays on this machine.',
      );
      if (!(await confirmModal(question, detail, vscode.l10n.t('Log Request Bodies')))) return;
      requests.logBodies();
      log.show();
    },
    'taskrouter.log.copyCurl': async () => {
      const logged = await pickRequest(requests.recent);
      if (!logged) return;
      await vscode.env.clipboard.writeText(curlOf(logged));
      showStatus('pass', vscode.l10n.t('Copied with credential placeholders.'));
    },
  } satisfies Partial<CommandHandlers>;
}

/** Lists writes and failures before the many reads. */
function pickRequest(requests: readonly LoggedRequest[]): Promise<LoggedRequest | undefined> {
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
