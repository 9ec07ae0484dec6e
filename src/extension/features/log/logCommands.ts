import * as vscode from 'vscode';
import type { CommandParts } from '../../actions/actions';
import type { CommandHandlers } from '../../contributions';
import { showStatus } from '../../display/notification';
import type { RequestLog } from './requestLog';
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
      const { pickRequest } = await import('../../lazy');
      const logged = await pickRequest(requests.recent);
      if (!logged) return;
      await vscode.env.clipboard.writeText(curlOf(logged));
      showStatus('pass', vscode.l10n.t('Copied with credential placeholders.'));
    },
  } satisfies Partial<CommandHandlers>;
}
